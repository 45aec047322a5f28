//! Acceleration: vesting that an exit brings forward.
//!
//! Single trigger: a sale of the company is enough. Double trigger: a sale, and the person's employment ended
//! without cause near it. Both are common for founders and rare for staff.

use super::Tranche;
use counterweight_domain::CivilDate;
use rust_decimal::{Decimal, RoundingStrategy};

/// Digits of a share when tranches hold fractions.
const PLACES: u32 = 10;

/// When vesting is accelerated, and by how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceleration {
    /// What brings it about.
    pub trigger: AccelerationTrigger,
    /// How much vests early.
    pub extent: Extent,
}

/// What brings an acceleration about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccelerationTrigger {
    /// The event alone, as a rule a sale of the company.
    Single,
    /// The event, and the end of employment near it.
    Double {
        /// Whole months before the event in which an end of employment counts.
        months_before: u32,
        /// Whole months after the event in which it counts.
        months_after: u32,
    },
}

/// How much vests early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// This percent, 0 to 100, of what has not vested; 100 is full acceleration. Of each later tranche the rest
    /// vests on its own day.
    OfUnvested(Decimal),
    /// Everything that would vest in this many months after the day.
    MonthsForward(u32),
}

impl Acceleration {
    /// The day on which it happens, from the day of the event and the end of employment; none when it does not.
    pub fn day(&self, event: Option<CivilDate>, employment_ended: Option<CivilDate>) -> Option<CivilDate> {
        let event = event?;
        match self.trigger {
            AccelerationTrigger::Single => Some(event),
            AccelerationTrigger::Double { months_before, months_after } => {
                let ended = employment_ended?;
                let near = ended <= event.plus_months(months_after) && event <= ended.plus_months(months_before);
                near.then(|| event.max(ended))
            }
        }
    }
}

/// `tranches`, by rising date, after an acceleration on `day`: what vests early vests on that day, and at no time has
/// less vested than before. A percentage outside 0 to 100 counts as the nearer of the two.
///
/// Early shares are whole, rounded down, when all the tranches are.
pub fn accelerate(tranches: &[Tranche], day: CivilDate, extent: Extent) -> Vec<Tranche> {
    let (past, coming): (Vec<Tranche>, Vec<Tranche>) = tranches.iter().partition(|t| t.date <= day);
    let whole = tranches.iter().all(|t| t.shares.fract().is_zero());
    let mut early = Decimal::ZERO;
    let mut later = Vec::with_capacity(coming.len());
    match extent {
        Extent::OfUnvested(percent) => {
            let part = percent.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED) / Decimal::ONE_HUNDRED;
            let places = if whole { 0 } else { PLACES };
            let mut running = Decimal::ZERO;
            for tranche in coming {
                running += tranche.shares;
                let up_to = (running * part).round_dp_with_strategy(places, RoundingStrategy::ToZero);
                later.push(Tranche { shares: (tranche.shares - (up_to - early)).normalize(), ..tranche });
                early = up_to;
            }
        }
        Extent::MonthsForward(months) => {
            let until = day.plus_months(months);
            for tranche in coming {
                if tranche.date <= until {
                    early += tranche.shares;
                } else {
                    later.push(tranche);
                }
            }
        }
    }
    let mut all = past;
    if !early.is_zero() {
        match all.last_mut().filter(|last| last.date == day) {
            Some(last) => last.shares += early,
            None => all.push(Tranche { date: day, shares: early.normalize() }),
        }
    }
    all.extend(later.into_iter().filter(|t| !t.shares.is_zero()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::entry::FromText;
    use rust_decimal::dec;

    fn day(text: &str) -> CivilDate {
        CivilDate::from_text(text).expect("a date")
    }

    /// 100 shares a year for four years from 2027-01-01.
    fn yearly() -> Vec<Tranche> {
        ["2028-01-01", "2029-01-01", "2030-01-01", "2031-01-01"]
            .map(|date| Tranche { date: day(date), shares: dec!(100) })
            .to_vec()
    }

    /// By hand: on 2029-06-01, 200 of 400 have vested. Full: the other 200 vest. Half: 100 vest, and 50 on each
    /// later day. Twelve months forward: the 100 of 2030 vest, the 100 of 2031 stay.
    #[test]
    fn full_half_and_months_forward() {
        let sale = day("2029-06-01");
        let rows = |extent| -> Vec<(String, Decimal)> {
            accelerate(&yearly(), sale, extent).iter().map(|t| (t.date.to_string(), t.shares)).collect()
        };
        let row = |date: &str, shares| (date.to_owned(), shares);
        let past = [row("2028-01-01", dec!(100)), row("2029-01-01", dec!(100))];
        assert_eq!(rows(Extent::OfUnvested(dec!(100)))[..2], past);
        assert_eq!(rows(Extent::OfUnvested(dec!(100)))[2..], [row("2029-06-01", dec!(200))]);
        assert_eq!(
            rows(Extent::OfUnvested(dec!(50)))[2..],
            [row("2029-06-01", dec!(100)), row("2030-01-01", dec!(50)), row("2031-01-01", dec!(50))]
        );
        assert_eq!(rows(Extent::MonthsForward(12))[2..], [row("2029-06-01", dec!(100)), row("2031-01-01", dec!(100))]);
        assert_eq!(rows(Extent::OfUnvested(dec!(0))).len(), 4);
    }

    /// By hand: a third of 200 is 66 whole shares: 33 of the first 100, and with the second 66.
    #[test]
    fn whole_shares_stay_whole() {
        let rows = accelerate(&yearly(), day("2029-01-01"), Extent::OfUnvested(dec!(33.333)));
        let shares: Vec<Decimal> = rows.iter().map(|t| t.shares).collect();
        assert_eq!(shares, [dec!(100), dec!(166), dec!(67), dec!(67)]);
    }

    /// A double trigger of 3 months before to 12 months after a sale on 2029-06-01.
    #[test]
    fn two_triggers_need_both() {
        let sale = Some(day("2029-06-01"));
        let double = Acceleration {
            trigger: AccelerationTrigger::Double { months_before: 3, months_after: 12 },
            extent: Extent::OfUnvested(dec!(100)),
        };
        let single = Acceleration { trigger: AccelerationTrigger::Single, ..double };
        assert_eq!(single.day(sale, None), sale);
        assert_eq!(single.day(None, sale), None);
        assert_eq!(double.day(sale, None), None);
        assert_eq!(double.day(None, sale), None);
        for (ended, expected) in [
            ("2029-02-28", None),
            ("2029-03-01", Some("2029-06-01")),
            ("2029-06-01", Some("2029-06-01")),
            ("2030-06-01", Some("2030-06-01")),
            ("2030-06-02", None),
        ] {
            assert_eq!(double.day(sale, Some(day(ended))), expected.map(day), "{ended}");
        }
    }
}
