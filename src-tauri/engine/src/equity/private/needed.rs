//! The question turned round: what a share, or the company, would have to be sold for, for this offer to win.

use super::held::Held;
use crate::private::waterfall::Waterfall;
use crate::settings::Settings;
use counterweight_domain::grant::{GrantSize, Instrument};
use counterweight_domain::private_company::{Exit, Stance};
use counterweight_domain::{Case, Entry, Findings, Offer, PrivateCompany};
use rust_decimal::{Decimal, RoundingStrategy, dec};

/// What a company is divided into where only percentages of it are known.
const PARTS: Decimal = dec!(1_000_000_000);
/// The most that all shares together are tried at, in the offer's currency: a million billions.
const MOST: Decimal = dec!(1_000_000_000_000_000);

/// An offer, and what its shares might have to be sold for at the end of the time stayed.
pub(super) struct Wanted<'a> {
    pub case: &'a Case,
    pub offer: &'a Offer,
    pub index: usize,
    pub settings: &'a Settings,
    pub held: &'a [Held],
    /// Who is paid what then; none where the company cannot be read.
    pub waterfall: Option<&'a Waterfall>,
}

/// What is needed, in the offer's currency.
#[derive(Debug, Default)]
pub(super) struct Needed {
    /// What the company, or where no count is known all its shares together, would have to be sold for.
    pub sale: Option<Decimal>,
    /// What a common share would have to get.
    pub price: Option<Decimal>,
    /// Whether the offer comes to less without its private shares.
    pub behind: bool,
}

impl Wanted<'_> {
    /// What the offer needs to come to `target`. Nothing when it is not behind, when what it holds is unknown, or when
    /// no price up to [`MOST`] for all shares is enough.
    pub fn for_total(&self, target: Decimal) -> Needed {
        let held: Decimal = self.held.iter().map(Held::shares).sum();
        if held > Decimal::ZERO {
            let count = held.ceil();
            let known = self.held.iter().filter_map(|grant| Some((place(grant)?, grant.shares())));
            let (behind, price) = self.price(&known.collect::<Vec<_>>(), count, target);
            let sale = price.zip(self.waterfall).and_then(|(price, waterfall)| waterfall.exit_for(price));
            let sale = sale.map(|sale| sale.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero));
            return Needed { sale, price: price.map(up), behind };
        }
        let parts: Vec<(usize, Decimal)> = self.offer.grants.iter().enumerate().filter_map(part).collect();
        if parts.is_empty() {
            return Needed::default();
        }
        let (behind, price) = self.price(&parts, PARTS, target);
        let all = price.and_then(|price| price.checked_mul(PARTS));
        Needed {
            sale: all.map(|all| all.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero)),
            price: None,
            behind,
        }
    }

    /// What the offer comes to when each of `count` shares is sold for `price` at the end of the time stayed, the grants
    /// holding `known` shares by their place.
    fn total(&self, known: &[(usize, Decimal)], count: Decimal, price: Decimal) -> Decimal {
        let mut offer = self.offer.clone();
        for (place, shares) in known {
            if let Some(grant) = offer.grants.get_mut(*place) {
                grant.size = GrantSize::Shares { count: Entry::typed(shares.to_string()) };
            }
        }
        let asked = offer.private_company.take().unwrap_or_default();
        offer.private_company = Some(PrivateCompany {
            fully_diluted: Entry::typed(count.to_string()),
            stance: Stance::Expected,
            exits: vec![Exit {
                value: Entry::typed((price * count).to_string()),
                probability: Entry::typed("100"),
                after_months: Entry::typed(self.settings.stay_months.to_string()),
                ..Exit::default()
            }],
            illiquidity: asked.illiquidity,
            units_on_leaving: asked.units_on_leaving,
            ..PrivateCompany::default()
        });
        crate::offer_value::value(self.case, &offer, self.index, self.settings, &mut Findings::default()).total()
    }

    /// Whether the offer is behind `target` with shares worth nothing, and the least price of a share with which it
    /// comes to it.
    ///
    /// More paid for a share never lowers the total, so its root lies between two prices that are drawn together, by the
    /// line between them and by halves in turn.
    fn price(&self, known: &[(usize, Decimal)], count: Decimal, target: Decimal) -> (bool, Option<Decimal>) {
        const CLOSE: Decimal = dec!(0.01);
        const STEPS: u32 = 80;
        let most = MOST / count;
        let total = |price: Decimal| self.total(known, count, price);
        let mut low = (Decimal::ZERO, total(Decimal::ZERO));
        if low.1 >= target {
            return (false, None);
        }
        // Before tax and discount the gap over the shares is the answer; from there upwards.
        let strike = self.held.iter().map(|grant| grant.strike).max().unwrap_or_default();
        let shares: Decimal = known.iter().map(|(_, shares)| *shares).sum();
        let first = (target - low.1).checked_div(shares).unwrap_or(CLOSE).max(dec!(0.000001));
        let mut price = (strike + first).min(most);
        let mut high = loop {
            let tried = (price, total(price));
            if tried.1 >= target {
                break tried;
            }
            if price >= most {
                return (true, None);
            }
            low = tried;
            price = price.saturating_mul(dec!(2)).min(most);
        };
        for step in 0..STEPS {
            if high.1 - target <= CLOSE || (high.0 - low.0) * shares <= dec!(0.0001) {
                break;
            }
            let share = match (target - low.1).checked_div(high.1 - low.1) {
                Some(share) if step % 3 != 2 => share,
                _ => dec!(0.5),
            };
            let middle = (low.0 + (high.0 - low.0) * share).round_dp(12).clamp(low.0, high.0);
            let tried = (middle, total(middle));
            if tried.1 >= target {
                high = tried;
            } else {
                low = tried;
            }
        }
        (true, Some(high.0))
    }
}

/// A price to the hundredth of a cent, rounded up.
fn up(price: Decimal) -> Decimal {
    price.round_dp_with_strategy(4, RoundingStrategy::AwayFromZero).normalize()
}

/// The place of a grant among the offer's.
fn place(grant: &Held) -> Option<usize> {
    let (before, place) = grant.path.as_str().rsplit_once('/')?;
    before.ends_with("grants").then(|| place.parse().ok()).flatten()
}

/// A percentage of the company whose count nobody knows, in [`PARTS`] of it.
fn part((place, grant): (usize, &counterweight_domain::Grant)) -> Option<(usize, Decimal)> {
    // An option's strike is for a share, and of how many is unknown.
    let GrantSize::Percent { percent, .. } = &grant.size else { return None };
    if grant.instrument != Instrument::PrivateRsu {
        return None;
    }
    let parts = percent.value()?.fraction() * PARTS;
    (parts > Decimal::ZERO).then_some((place, parts))
}
