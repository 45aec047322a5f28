//! Where one assumption flips the answer: the value at which the two best offers are worth the same.

use crate::comparison::ledgers;
use crate::settings::Settings;
use counterweight_domain::assumptions::MoneyBasis;
use counterweight_domain::private_company::{Exit, Stance};
use counterweight_domain::{Case, Entry};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, dec};

/// The most that an exit is tried at: what a field takes.
const LARGEST_SALE: Decimal = dec!(1_000_000_000_000_000);

/// An assumption that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumption {
    /// Change of share prices a year, percent.
    ShareGrowth,
    /// Months the person stays.
    StayMonths,
    /// Payout of every bonus, percent of target.
    BonusPayout,
    /// Change of token prices a year, percent.
    TokenPrice,
    /// Share of token use that is the person's own, percent.
    PersonalShare,
    /// Growth of token use a year, percent.
    UseGrowth,
    /// Inflation a year, percent, where figures are in today's money.
    Inflation,
    /// Discount a year, percent, where figures are present values.
    Discount,
    /// The yearly raise of the offer at a place of the case, percent.
    Raise(usize),
    /// The chance that any exit of the private company of the offer at a place comes, percent.
    ExitChance(usize),
    /// What that company is sold for at its exits, percent of what is entered.
    ExitValue(usize),
}

impl Assumption {
    /// Those of the tray of sliders, in the order in which they are shown.
    pub const ALL: [Assumption; 5] = [
        Assumption::ShareGrowth,
        Assumption::StayMonths,
        Assumption::BonusPayout,
        Assumption::TokenPrice,
        Assumption::PersonalShare,
    ];

    /// All that the difference between two offers of a case can hang on.
    pub fn between(case: &Case, a: usize, b: usize) -> Vec<Assumption> {
        let mut all = Self::ALL.to_vec();
        let pair = [a, b].map(|place| case.offers.get(place).map(|offer| (place, offer)));
        let offers = || pair.into_iter().flatten();
        if offers().any(|(_, offer)| offer.token_budget.is_some() || offer.hardware.is_some()) {
            all.push(Self::UseGrowth);
        }
        match case.assumptions.money {
            MoneyBasis::Nominal => {}
            MoneyBasis::Real => all.push(Self::Inflation),
            MoneyBasis::Present => all.push(Self::Discount),
        }
        for (place, offer) in offers() {
            if offer.base.value().is_some_and(|base| !base.decimal().is_zero()) {
                all.push(Self::Raise(place));
            }
            if offer.private_company.is_some() && exits(case, place) > 0.0 {
                all.extend([Self::ExitChance(place), Self::ExitValue(place)]);
            }
        }
        all
    }

    /// Its field in the case.
    pub fn path(self) -> String {
        match self {
            Assumption::ShareGrowth => "assumptions/shareGrowth".to_owned(),
            Assumption::StayMonths => "assumptions/stayMonths".to_owned(),
            Assumption::BonusPayout => "assumptions/bonusPayout".to_owned(),
            Assumption::TokenPrice => "workload/priceChange".to_owned(),
            Assumption::PersonalShare => "workload/personalShare".to_owned(),
            Assumption::UseGrowth => "workload/growth".to_owned(),
            Assumption::Inflation => "assumptions/inflation".to_owned(),
            Assumption::Discount => "assumptions/discount".to_owned(),
            Assumption::Raise(offer) => format!("offers/{offer}/raise"),
            Assumption::ExitChance(offer) | Assumption::ExitValue(offer) => {
                format!("offers/{offer}/privateCompany/exits")
            }
        }
    }

    /// The range in which it is tried, in the unit of its field.
    pub fn range(self, settings: &Settings) -> [f64; 2] {
        match self {
            Assumption::ShareGrowth => [-50.0, 100.0],
            Assumption::StayMonths => [1.0, f64::from(settings.horizon_years * 12)],
            Assumption::BonusPayout => [0.0, 200.0],
            Assumption::TokenPrice => [-90.0, 100.0],
            Assumption::PersonalShare | Assumption::ExitChance(_) => [0.0, 100.0],
            Assumption::UseGrowth => [-50.0, 200.0],
            Assumption::Inflation => [-2.0, 15.0],
            Assumption::Discount => [0.0, 25.0],
            Assumption::Raise(_) => [-10.0, 20.0],
            Assumption::ExitValue(_) => [0.0, 1000.0],
        }
    }

    /// Its value in force, in the unit of its field. For the payout: what is set for all, or else in full.
    pub fn value(self, case: &Case, settings: &Settings) -> f64 {
        let percent = |entry: &Entry<counterweight_domain::Percent>, silence: f64| {
            entry.value().and_then(|v| v.percent().to_f64()).unwrap_or(silence)
        };
        match self {
            Assumption::ShareGrowth => settings.share_growth * 100.0,
            Assumption::StayMonths => f64::from(settings.stay_months),
            Assumption::BonusPayout => percent(&case.assumptions.bonus_payout, 100.0),
            Assumption::TokenPrice => percent(&case.workload.price_change, 0.0),
            Assumption::PersonalShare => {
                case.workload.personal_share.value().and_then(|v| v.percent().to_f64()).unwrap_or(0.0)
            }
            Assumption::UseGrowth => percent(&case.workload.growth, 0.0),
            Assumption::Inflation => settings.inflation * 100.0,
            Assumption::Discount => settings.discount * 100.0,
            Assumption::Raise(offer) => case.offers.get(offer).map_or(0.0, |offer| percent(&offer.raise, 0.0)),
            Assumption::ExitChance(offer) => exits(case, offer),
            Assumption::ExitValue(_) => 100.0,
        }
    }

    /// Sets it; what an exit pays and how likely it is, in proportion to what `case` says.
    pub fn set(self, case: &mut Case, value: f64) {
        let text = || format!("{value}");
        let each_exit = |case: &mut Case, offer: usize, change: &dyn Fn(&mut Exit)| {
            let company = case.offers.get_mut(offer).and_then(|offer| offer.private_company.as_mut());
            company.into_iter().flat_map(|company| &mut company.exits).for_each(change);
        };
        // Eight places keep each chance, and their sum, from passing what it is set to.
        let times = |now: Option<Decimal>, by: f64| -> Option<String> {
            let by = Decimal::try_from(by).unwrap_or(Decimal::ONE);
            now.and_then(|now| now.checked_mul(by))
                .map(|then| then.min(LARGEST_SALE))
                .map(|then| then.trunc_with_scale(8).to_string())
        };
        match self {
            Assumption::ShareGrowth => case.assumptions.share_growth = Entry::typed(text()),
            Assumption::StayMonths => case.assumptions.stay_months = Entry::typed(format!("{value:.0}")),
            Assumption::BonusPayout => case.assumptions.bonus_payout = Entry::typed(text()),
            Assumption::TokenPrice => case.workload.price_change = Entry::typed(text()),
            Assumption::PersonalShare => case.workload.personal_share = Entry::typed(text()),
            Assumption::UseGrowth => case.workload.growth = Entry::typed(text()),
            Assumption::Inflation => case.assumptions.inflation = Entry::typed(text()),
            Assumption::Discount => case.assumptions.discount = Entry::typed(text()),
            Assumption::Raise(offer) => {
                if let Some(offer) = case.offers.get_mut(offer) {
                    offer.raise = Entry::typed(text());
                }
            }
            Assumption::ExitChance(offer) => {
                let by = value / exits(case, offer).max(1e-9);
                each_exit(case, offer, &|exit| {
                    if let Some(then) = times(exit.probability.value().map(|now| now.percent()), by) {
                        exit.probability = Entry::typed(then);
                    }
                });
            }
            Assumption::ExitValue(offer) => each_exit(case, offer, &|exit| {
                if let Some(then) = times(exit.value.value().map(|now| now.decimal()), value / 100.0) {
                    exit.value = Entry::typed(then);
                }
            }),
        }
    }
}

/// The chance that any exit of an offer's private company comes, percent; zero where its shares are not counted.
fn exits(case: &Case, offer: usize) -> f64 {
    let company = case.offers.get(offer).and_then(|offer| offer.private_company.as_ref());
    let counted = company.filter(|company| company.stance == Stance::Expected);
    let chances = counted.into_iter().flat_map(|company| &company.exits).filter_map(|exit| exit.probability.value());
    chances.map(|chance| chance.percent()).sum::<Decimal>().to_f64().unwrap_or(0.0)
}

/// Points in the range at which the difference is looked at first.
const POINTS: u32 = 12;

/// The values in the range at which offers `a` and `b` are worth the same, by rising value.
///
/// The difference is looked at on a grid, each change of sign closed in on, and a point of the grid at which it is nothing
/// taken as it is; two flips between neighbouring points of the grid are not seen.
pub fn flips(case: &Case, assumption: Assumption, a: usize, b: usize) -> Vec<f64> {
    let mut tried = case.clone();
    // Only the two offers matter, and they keep their places, so that their paths stay true.
    for (i, offer) in tried.offers.iter_mut().enumerate() {
        if i != a && i != b {
            *offer = counterweight_domain::Offer { id: offer.id.clone(), ..Default::default() };
        }
    }
    let settings = Settings::of(&tried);
    let [low, high] = assumption.range(&settings);
    let whole = assumption == Assumption::StayMonths;
    let ahead = |value: f64| -> f64 {
        let mut tried = tried.clone();
        assumption.set(&mut tried, value);
        let settings = Settings::of(&tried);
        let (ledgers, _) = ledgers(&tried, &settings);
        (ledgers[a].total() - ledgers[b].total()).to_f64().unwrap_or(0.0)
    };
    let points: Vec<f64> = if whole {
        (0..).map(|i| low + f64::from(i)).take_while(|x| *x <= high).collect()
    } else {
        (0..=POINTS).map(|i| low + (high - low) * f64::from(i) / f64::from(POINTS)).collect()
    };
    let values: Vec<f64> = points.iter().map(|x| ahead(*x)).collect();
    let mut found = level(&points, &values);
    for (x, y) in points.windows(2).zip(values.windows(2)) {
        if y[0] * y[1] >= 0.0 {
            continue;
        }
        if whole {
            found.push(x[1]);
            continue;
        }
        let (mut from, mut to) = (x[0], x[1]);
        for _ in 0..24 {
            let middle = f64::midpoint(from, to);
            if (ahead(middle) > 0.0) == (y[0] > 0.0) { from = middle } else { to = middle }
        }
        found.push(f64::midpoint(from, to));
    }
    found.sort_by(f64::total_cmp);
    found
}

/// The points at which the difference is nothing, of a stretch of them the first; none where it is nothing at all of them.
fn level(points: &[f64], values: &[f64]) -> Vec<f64> {
    if values.iter().all(|value| *value == 0.0) {
        return Vec::new();
    }
    let begins = |i: usize| values[i] == 0.0 && (i == 0 || values[i - 1] != 0.0);
    (0..points.len()).filter(|i| begins(*i)).map(|i| points[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::grant::GrantSize;
    use counterweight_domain::{CivilDate, Currency, Entry, Grant, Offer};

    /// By hand: 4 × 150,000 and a grant of 200,000 are 4 × 200,000 when the share price stands still, which is a point of
    /// the grid; with it growing the first is worth more.
    #[test]
    fn a_flip_on_a_point_of_the_grid_is_seen() {
        let offer = |id: &str, base: &str, grant: Option<&str>| Offer {
            id: id.to_owned(),
            company: id.to_owned(),
            base: Entry::typed(base),
            grants: grant
                .map(|amount| Grant { size: GrantSize::Value { amount: Entry::typed(amount) }, ..Grant::default() })
                .into_iter()
                .collect(),
            ..Offer::default()
        };
        let mut case = Case::new("flip", Currency::USD, CivilDate::new(2027, 1, 4).expect("a date"));
        case.offers = vec![offer("a", "150000", Some("200000")), offer("b", "200000", None)];
        case.assumptions.share_growth = Entry::typed("10");
        let found = flips(&case, Assumption::ShareGrowth, 0, 1);
        assert_eq!(found, [0.0], "{found:?}");
    }

    #[test]
    fn a_level_stretch_is_one_flip_and_equal_offers_have_none() {
        let points = [0.0, 1.0, 2.0, 3.0];
        assert_eq!(level(&points, &[-1.0, 0.0, 0.0, 2.0]), [1.0]);
        assert_eq!(level(&points, &[0.0; 4]), Vec::<f64>::new());
        assert_eq!(level(&points, &[-1.0, 2.0, 3.0, 0.0]), [3.0]);
    }

    /// By hand, for a year: 100,000 of base and a tenth of a company that is sold for 1,000,000 in half of the futures, 50,000,
    /// beside 140,000. The two are the same at a chance of 40 %, and at 80 % of the sale.
    #[test]
    fn an_exit_flips_at_its_chance_and_at_its_size() {
        use counterweight_domain::grant::{Instrument, Tranche};
        use counterweight_domain::{PrivateCompany, Vesting};
        let mut case = Case::new("exit", Currency::USD, CivilDate::new(2027, 1, 4).expect("a date"));
        case.assumptions.horizon_years = Entry::typed("1");
        let all = Tranche { after_months: Entry::typed("12"), percent: Entry::typed("100") };
        let grant = Grant {
            instrument: Instrument::PrivateRsu,
            size: GrantSize::Shares { count: Entry::typed("100000") },
            vesting: Vesting::Tranches { tranches: vec![all] },
            ..Grant::default()
        };
        let exits = ["30", "20"].map(|chance| Exit {
            value: Entry::typed("1000000"),
            probability: Entry::typed(chance),
            ..Exit::default()
        });
        let company = PrivateCompany {
            fully_diluted: Entry::typed("1000000"),
            exits: exits.to_vec(),
            ..PrivateCompany::default()
        };
        let of = |id: &str, base: &str| Offer { id: id.into(), base: Entry::typed(base), ..Offer::default() };
        let private = Offer { grants: vec![grant], private_company: Some(company), ..of("a", "100000") };
        case.offers = vec![private, of("b", "140000")];
        let near = |found: Vec<f64>, expected: f64| {
            assert!(found.len() == 1 && (found[0] - expected).abs() < 1e-3, "{found:?}");
        };
        assert!(Assumption::between(&case, 0, 1).contains(&Assumption::ExitChance(0)));
        near(flips(&case, Assumption::ExitChance(0), 0, 1), 40.0);
        near(flips(&case, Assumption::ExitValue(0), 0, 1), 80.0);
        // A raise in the first year is paid in none of it, so nothing flips.
        assert_eq!(flips(&case, Assumption::Raise(1), 0, 1), Vec::<f64>::new());
        case.offers[0].private_company.as_mut().expect("a company").stance = Stance::Refuse;
        assert!(!Assumption::between(&case, 0, 1).contains(&Assumption::ExitChance(0)));
    }
}
