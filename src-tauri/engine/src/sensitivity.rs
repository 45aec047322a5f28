//! Where one assumption flips the answer: the value at which the two best offers are worth the same.

use crate::comparison::ledgers;
use crate::settings::Settings;
use counterweight_domain::{Case, Entry};
use rust_decimal::prelude::ToPrimitive;

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
}

impl Assumption {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Assumption; 5] = [
        Assumption::ShareGrowth,
        Assumption::StayMonths,
        Assumption::BonusPayout,
        Assumption::TokenPrice,
        Assumption::PersonalShare,
    ];

    /// Its field in the case.
    pub fn path(self) -> &'static str {
        match self {
            Assumption::ShareGrowth => "assumptions/shareGrowth",
            Assumption::StayMonths => "assumptions/stayMonths",
            Assumption::BonusPayout => "assumptions/bonusPayout",
            Assumption::TokenPrice => "workload/priceChange",
            Assumption::PersonalShare => "workload/personalShare",
        }
    }

    /// The range in which it is tried, in the unit of its field.
    pub fn range(self, settings: &Settings) -> [f64; 2] {
        match self {
            Assumption::ShareGrowth => [-50.0, 100.0],
            Assumption::StayMonths => [1.0, f64::from(settings.horizon_years * 12)],
            Assumption::BonusPayout => [0.0, 200.0],
            Assumption::TokenPrice => [-90.0, 100.0],
            Assumption::PersonalShare => [0.0, 100.0],
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
        }
    }

    /// Sets it.
    pub fn set(self, case: &mut Case, value: f64) {
        let text = || format!("{value}");
        match self {
            Assumption::ShareGrowth => case.assumptions.share_growth = Entry::typed(text()),
            Assumption::StayMonths => case.assumptions.stay_months = Entry::typed(format!("{value:.0}")),
            Assumption::BonusPayout => case.assumptions.bonus_payout = Entry::typed(text()),
            Assumption::TokenPrice => case.workload.price_change = Entry::typed(text()),
            Assumption::PersonalShare => case.workload.personal_share = Entry::typed(text()),
        }
    }
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
    let mut ahead = |value: f64| -> f64 {
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
}
