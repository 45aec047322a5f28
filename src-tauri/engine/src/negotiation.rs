//! What it would take, and what to ask.

use crate::offer_value;
use crate::questions;
use crate::settings::Settings;
use counterweight_domain::budget::{BudgetPeriod, BudgetUnit, CashRelation, Ownership, PersonalUse};
use counterweight_domain::grant::GrantSize;
use counterweight_domain::{
    Amount, Case, Currency, Entry, Findings, Grant, HardwareStipend, Offer, Path, Shares, TokenBudget,
};
use rust_decimal::{Decimal, RoundingStrategy, dec};
use serde::Serialize;
use ts_rs::TS;

/// What one offer needs to equal the best other one, and what its letter leaves open.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Negotiation {
    /// The offer that is negotiated.
    pub offer: String,
    /// Its name.
    pub name: String,
    /// Currency of totals and gaps.
    pub currency: Currency,
    /// Currency of what is asked for.
    pub offer_currency: Currency,
    /// The best other offer, when there is one.
    pub against: Option<String>,
    /// Its name.
    pub against_name: Option<String>,
    /// What the offer is worth over the horizon.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub total: Decimal,
    /// What the offer lacks to equal the best other one; negative when it leads.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub gap: Decimal,
    /// One change at a time that closes the gap.
    pub asks: Vec<Ask>,
    /// Questions to send, made from the terms the letter leaves open.
    pub questions: Vec<Question>,
}

/// Something in an offer that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Lever {
    /// Base pay a year.
    Base,
    /// The sign-on payment.
    SignOn,
    /// The number of shares, or the value, of the first grant.
    Shares,
    /// The amount of the token budget a period.
    TokenBudget,
    /// The hardware stipend.
    Hardware,
}

impl Lever {
    /// All levers, in the order in which they are shown.
    pub const ALL: [Lever; 5] = [Lever::Base, Lever::SignOn, Lever::Shares, Lever::TokenBudget, Lever::Hardware];
}

/// The exact change of one lever that makes two offers equal.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
    /// Which lever.
    pub lever: Lever,
    /// The field it changes.
    pub path: Path,
    /// What one unit of the figures below is.
    pub unit: AskUnit,
    /// The figure now.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub from: Decimal,
    /// What came out.
    pub outcome: AskOutcome,
}

/// The unit of an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AskUnit {
    /// Money a year, in the offer's currency.
    MoneyPerYear,
    /// Money a month, in the offer's currency.
    MoneyPerMonth,
    /// Money a quarter, in the offer's currency.
    MoneyPerQuarter,
    /// Money once, in the offer's currency.
    MoneyOnce,
    /// Money in the grant at its grant-date price, in the offer's currency.
    GrantValue,
    /// Shares in the grant.
    Shares,
    /// Percent of the company in the grant.
    PercentOfCompany,
    /// Units of the budget a period, when it is not money.
    BudgetUnits,
}

/// What a lever can do.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AskOutcome {
    /// The change that makes the offers equal.
    Reached {
        /// The figure it would have to be.
        #[serde(with = "rust_decimal::serde::str")]
        #[ts(type = "string")]
        to: Decimal,
        /// The change: `to` less `from`.
        #[serde(with = "rust_decimal::serde::str")]
        #[ts(type = "string")]
        change: Decimal,
        /// The gap that is left when the change is applied, within one unit of currency.
        #[serde(with = "rust_decimal::serde::str")]
        #[ts(type = "string")]
        gap: Decimal,
        /// The next whole share up, and the gap with it, when shares are counted.
        whole_shares: Option<WholeShares>,
    },
    /// No amount of this lever closes the gap.
    NotReachable {
        /// The most it can close, of the gap.
        #[serde(with = "rust_decimal::serde::str")]
        #[ts(type = "string")]
        closes: Decimal,
        /// Why, in one sentence.
        reason: String,
    },
}

/// A whole number of shares to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WholeShares {
    /// Shares in the grant.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub to: Decimal,
    /// The gap with that many; zero or less.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub gap: Decimal,
}

/// A question to put to the employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The term that is open.
    pub path: Path,
    /// A stable name: `tokens.rollover`.
    pub id: String,
    /// The question, ready to send.
    pub text: String,
    /// What hangs on the answer, and how it is counted until then.
    pub why: String,
}

/// What offer `id` needs to equal the best other one. None when the case has no such offer.
pub fn negotiate(case: &Case, id: &str) -> Option<Negotiation> {
    let settings = Settings::of(case);
    let place = case.offers.iter().position(|o| o.id == id)?;
    let offer = &case.offers[place];
    let (ledgers, _) = crate::comparison::ledgers(case, &settings);
    let ledger = ledgers.get(place)?;
    let against = ledgers
        .iter()
        .enumerate()
        .filter(|(i, l)| *i != place && l.ranked)
        // Of equal ones the earlier is named, as in the comparison.
        .rev()
        .max_by(|(_, a), (_, b)| a.total().cmp(&b.total()));
    let currency = offer.currency.value().copied().unwrap_or(settings.currency);
    let total = ledger.total();
    let target = against.map(|(_, l)| l.total());
    let asks = match target {
        Some(target) if ledger.ranked => {
            let solver = Solver { case, settings: &settings, place, target, total, rate: ledger.rate };
            Lever::ALL.into_iter().filter_map(|lever| solver.ask(lever)).collect()
        }
        _ => Vec::new(),
    };
    Some(Negotiation {
        offer: offer.id.clone(),
        name: offer.name().to_owned(),
        currency: settings.currency,
        offer_currency: currency,
        against: against.map(|(i, _)| case.offers[i].id.clone()),
        against_name: against.map(|(i, _)| case.offers[i].name().to_owned()),
        total,
        gap: target.map_or(Decimal::ZERO, |target| target - total),
        asks,
        questions: questions::of(case, place, &settings),
    })
}

/// No lever is tried beyond this, in its own unit: more is no offer.
const BEYOND: Decimal = dec!(100_000_000);
/// Halvings of the bracket: 10^8 halved this often is far below a hundredth of a cent.
const HALVINGS: u32 = 64;

struct Solver<'a> {
    case: &'a Case,
    settings: &'a Settings,
    place: usize,
    target: Decimal,
    total: Decimal,
    rate: Decimal,
}

impl Solver<'_> {
    fn offer(&self) -> &Offer {
        &self.case.offers[self.place]
    }

    /// The value of the offer with one lever set.
    fn value(&self, lever: Lever, to: Decimal) -> Decimal {
        let mut changed = self.offer().clone();
        apply(&mut changed, lever, to);
        offer_value::value(self.case, &changed, self.place, self.settings, &mut Findings::default()).total()
    }

    fn ask(&self, lever: Lever) -> Option<Ask> {
        let (from, field, unit) = lever_now(self.offer(), lever)?;
        let path = Path::root().join("offers").join(self.place);
        let path = field.split('/').fold(path, |path, step| path.join(step));
        Some(Ask { lever, path, unit, from, outcome: self.solve(lever, from, unit) })
    }

    fn solve(&self, lever: Lever, from: Decimal, unit: AskUnit) -> AskOutcome {
        let gap = self.target - self.total;
        let reached = |to: Decimal| self.value(lever, to) >= self.target;
        // A bracket: `low` falls short, `high` does not.
        let (mut low, mut high) = if reached(from) {
            if !reached(Decimal::ZERO) {
                (Decimal::ZERO, from)
            } else {
                let closes = self.total - self.value(lever, Decimal::ZERO);
                return AskOutcome::NotReachable {
                    closes: -closes,
                    reason: "Even with none of it the offer stays ahead.".to_owned(),
                };
            }
        } else {
            let most = if unit == AskUnit::PercentOfCompany { Decimal::ONE_HUNDRED } else { BEYOND };
            let step =
                if unit == AskUnit::PercentOfCompany { dec!(0.01) } else { (gap / self.rate).abs().max(Decimal::ONE) };
            let mut high = from + step;
            while !reached(high) {
                if high >= most {
                    let closes = self.value(lever, most) - self.total;
                    return AskOutcome::NotReachable { closes, reason: saturated(lever, closes) };
                }
                high = (high * dec!(4)).min(most);
            }
            (from, high)
        };
        for _ in 0..HALVINGS {
            let middle = ((low + high) / dec!(2)).round_dp(10);
            if middle == low || middle == high {
                break;
            }
            if reached(middle) { high = middle } else { low = middle }
        }
        // Money is asked for in cents, shares and units in ten-thousandths.
        let decimals = match unit {
            AskUnit::PercentOfCompany => 8,
            AskUnit::Shares | AskUnit::BudgetUnits => 4,
            _ => 2,
        };
        let to = high.round_dp_with_strategy(decimals, RoundingStrategy::AwayFromZero);
        let left = self.target - self.value(lever, to);
        if left.abs() > Decimal::ONE {
            // The value jumps past the target: no figure of this lever makes the two equal.
            return AskOutcome::NotReachable {
                closes: gap - left,
                reason: "Its value changes in steps, and no step meets the other offer.".to_owned(),
            };
        }
        let whole_shares = (unit == AskUnit::Shares).then(|| {
            let to = to.ceil();
            WholeShares { to, gap: self.target - self.value(lever, to) }
        });
        AskOutcome::Reached { to, change: to - from, gap: left, whole_shares }
    }
}

fn saturated(lever: Lever, closes: Decimal) -> String {
    match lever {
        Lever::TokenBudget if closes.is_zero() => {
            "None of it counts: only your own use does, and the letter does not allow any, or you have none.".to_owned()
        }
        Lever::TokenBudget => "Only your own use counts; a larger budget would expire unused.".to_owned(),
        Lever::Hardware if closes.is_zero() => "A machine that goes back to the employer is no pay.".to_owned(),
        Lever::SignOn => "All of it would be paid back on leaving when you plan to.".to_owned(),
        _ => "No sum within reason closes the gap.".to_owned(),
    }
}

/// What a lever stands at, its field and its unit. None when what is there cannot be read.
fn lever_now(offer: &Offer, lever: Lever) -> Option<(Decimal, &'static str, AskUnit)> {
    let amount =
        |entry: &Entry<Amount>| if entry.is_blank() { Some(Decimal::ZERO) } else { entry.value().map(|a| a.decimal()) };
    match lever {
        Lever::Base => Some((amount(&offer.base)?, "base", AskUnit::MoneyPerYear)),
        Lever::SignOn => Some((amount(&offer.sign_on.amount)?, "signOn/amount", AskUnit::MoneyOnce)),
        Lever::Shares => match offer.grants.first().map(|g| &g.size) {
            None => Some((Decimal::ZERO, "grants/0/size/amount", AskUnit::GrantValue)),
            Some(GrantSize::Value { amount: a }) => Some((amount(a)?, "grants/0/size/amount", AskUnit::GrantValue)),
            Some(GrantSize::Shares { count }) => {
                let now = if count.is_blank() { Decimal::ZERO } else { count.value()?.decimal() };
                Some((now, "grants/0/size/count", AskUnit::Shares))
            }
            Some(GrantSize::Percent { percent, .. }) => {
                let now = if percent.is_blank() { Decimal::ZERO } else { percent.value()?.percent() };
                Some((now, "grants/0/size/percent", AskUnit::PercentOfCompany))
            }
        },
        Lever::TokenBudget => {
            let (now, unit, period) = match &offer.token_budget {
                None => (Decimal::ZERO, BudgetUnit::Currency, BudgetPeriod::Month),
                Some(budget) => (amount(&budget.amount)?, budget.unit, budget.period),
            };
            let unit = match (unit, period) {
                (BudgetUnit::Currency, BudgetPeriod::Month) => AskUnit::MoneyPerMonth,
                (BudgetUnit::Currency, BudgetPeriod::Quarter) => AskUnit::MoneyPerQuarter,
                (BudgetUnit::Currency, BudgetPeriod::Year) => AskUnit::MoneyPerYear,
                (BudgetUnit::Currency, BudgetPeriod::Once) => AskUnit::MoneyOnce,
                _ => AskUnit::BudgetUnits,
            };
            Some((now, "tokenBudget/amount", unit))
        }
        Lever::Hardware => {
            let now = offer.hardware.as_ref().map_or(Some(Decimal::ZERO), |h| amount(&h.amount))?;
            Some((now, "hardware/amount", AskUnit::MoneyOnce))
        }
    }
}

/// Sets a lever of an offer. What the offer does not have yet is asked for on terms under which it can count: a
/// budget of one's own, open to own use, and a machine to keep.
pub fn apply(offer: &mut Offer, lever: Lever, to: Decimal) {
    let amount = || Entry::typed(to.normalize().to_string());
    match lever {
        Lever::Base => offer.base = amount(),
        Lever::SignOn => offer.sign_on.amount = amount(),
        Lever::Shares => {
            if offer.grants.is_empty() {
                offer.grants.push(Grant::default());
            }
            match &mut offer.grants[0].size {
                GrantSize::Value { amount: a } => *a = amount(),
                GrantSize::Shares { count } => *count = Entry::<Shares>::typed(to.normalize().to_string()),
                GrantSize::Percent { percent, .. } => *percent = Entry::typed(to.normalize().to_string()),
            }
        }
        Lever::TokenBudget => {
            offer
                .token_budget
                .get_or_insert_with(|| TokenBudget {
                    period: BudgetPeriod::Month,
                    personal_use: PersonalUse::Allowed,
                    cash_relation: CashRelation::InAddition,
                    ..TokenBudget::default()
                })
                .amount = amount();
        }
        Lever::Hardware => {
            offer
                .hardware
                .get_or_insert_with(|| HardwareStipend { ownership: Ownership::Mine, ..HardwareStipend::default() })
                .amount = amount();
        }
    }
}
