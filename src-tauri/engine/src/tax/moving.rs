//! A year lived in one place, or in one and then another of the same country.

use super::bill::{Bill, BillLine, assess_at, total_at};
use super::curve::Curve;
use super::place::{Jurisdiction, Place};
use super::situation::Situation;
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Where a year is lived.
///
/// In the United States a year of moving is taxed by the part-year resident's method of most states: each state's tax on
/// the whole year's income, for the share of the pay that was earned there; the federal tax is the same in every place
/// unless state tax is itemised, and then it is averaged by share. A province of Canada taxes the whole year of whoever
/// lives there on its last day (Income Tax Act s. 2(1), s. 114 and Regulation 2601), and Scotland that of whoever lives
/// there for the longer part (Scotland Act 1998 s. 80D to 80F).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Residence {
    place: Place,
    /// The place moved to, and the share of the year's pay earned there, above 0 and below 1.
    then: Option<(Place, Decimal)>,
}

impl Residence {
    /// The whole year in `place`.
    pub fn at(place: Place) -> Self {
        Self { place, then: None }
    }

    /// A year that begins in `first` and ends in `second`, where `share` of its pay is earned (0 to 1; beyond that the
    /// nearer end). Refused between countries, whose tax years and treaties are not modelled.
    pub fn moving(first: Place, second: Place, share: Decimal) -> Result<Self, Problem> {
        if first.name().country != second.name().country {
            return Err(Problem::new(
                "tax.move.country",
                format!("The tax of a year in {} and {} is not modelled.", first.name().country, second.name().country),
                "Enter each country's time as an offer of its own, or ask an adviser about that year.",
            ));
        }
        let one = |place| Ok(Self::at(place));
        match second.jurisdiction() {
            _ if share <= Decimal::ZERO || first == second => one(first),
            _ if share >= Decimal::ONE => one(second),
            Jurisdiction::Canada(_) => one(second),
            Jurisdiction::UnitedKingdom { .. } => one(if share * Decimal::TWO > Decimal::ONE { second } else { first }),
            _ => Ok(Self { place: first, then: Some((second, share)) }),
        }
    }

    /// The place where the larger part is earned.
    pub fn main(&self) -> Place {
        match self.then {
            Some((place, share)) if share * Decimal::TWO > Decimal::ONE => place,
            _ => self.place,
        }
    }

    /// The places with their shares, which sum to 1.
    fn shares(&self) -> impl Iterator<Item = (Place, Decimal)> {
        let then = self.then.unwrap_or((self.place, Decimal::ZERO));
        [(self.place, Decimal::ONE - then.1), then].into_iter().filter(|(_, share)| !share.is_zero())
    }

    /// In words: "Texas, United States", or "California, then Texas, United States".
    pub fn name(&self) -> String {
        let country = &self.place.name().country;
        let name = |place: Place| place.name().name.clone();
        match self.then {
            None => name(self.place),
            Some((then, _)) => {
                let first = name(self.place);
                format!("{}, then {}", first.strip_suffix(&format!(", {country}")).unwrap_or(&first), name(then))
            }
        }
    }

    /// The sum of every known tax, see [`total_at`].
    pub fn total(&self, situation: &Situation) -> Option<Decimal> {
        self.shares().try_fold(Decimal::ZERO, |sum, (place, share)| {
            let tax = total_at(place, situation)?;
            sum.checked_add(if share == Decimal::ONE { tax } else { tax * share })
        })
    }

    /// The tax with its lines, see [`assess_at`]: what both places have in common is one line.
    pub fn assess(&self, situation: &Situation, path: &Path, findings: &mut Findings) -> Option<Bill> {
        let mut bill: Option<Bill> = None;
        let mut alone: Vec<(String, Decimal)> = Vec::new();
        for (place, share) in self.shares() {
            let mut part = assess_at(place, situation, path, findings)?;
            for line in &mut part.lines {
                line.amount *= share;
            }
            let Some(whole) = &mut bill else {
                alone.extend(part.lines.iter().map(|line| (line.label.clone(), share)));
                bill = Some(part);
                continue;
            };
            for line in part.lines {
                let same = |other: &&mut BillLine| other.label == line.label && other.kind == line.kind;
                if let Some(common) = whole.lines.iter_mut().find(same) {
                    common.amount += line.amount;
                    alone.retain(|(label, _)| *label != line.label);
                } else {
                    alone.push((line.label.clone(), share));
                    whole.lines.push(line);
                }
            }
            whole.unknown |= part.unknown;
            for (all, more) in [(&mut whole.projected, part.projected), (&mut whole.notes, part.notes)] {
                for said in more {
                    if !all.contains(&said) {
                        all.push(said);
                    }
                }
            }
        }
        let mut bill = bill?;
        if let Some((_, share)) = self.then {
            for line in &mut bill.lines {
                if let Some((label, share)) = alone.iter().find(|(label, _)| *label == line.label) {
                    line.label = format!("{label}, for {} of the year's pay", percent(*share));
                }
            }
            bill.notes.push(format!(
                "A year of moving: each place's tax on the whole year's pay, for the part earned there ({} before the move, {} after it).",
                percent(Decimal::ONE - share),
                percent(share),
            ));
        }
        bill.known_total = bill.lines.iter().map(|line| line.amount).sum();
        Some(bill)
    }

    /// The tax over wages for futures, see [`Curve::sampled`].
    pub fn curve(&self, situation: &Situation, low: f64, high: f64, given: f64) -> Option<Curve> {
        let first = Curve::sampled(self.place, situation, low, high, given)?;
        let Some((then, share)) = self.then else { return Some(first) };
        Some(first.mixed(&Curve::sampled(then, situation, low, high, given)?, share.to_f64()?))
    }
}

fn percent(share: Decimal) -> String {
    format!("{} %", (share * Decimal::ONE_HUNDRED).round_dp(1).normalize())
}
