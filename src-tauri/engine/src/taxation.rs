//! Tax in the ledger: what an offer's pay adds to the tax of the place it is taxed in, year of work by year of work.
//!
//! A year of work is taken as one tax year, by the rules of the calendar year in which most of it lies: what else was
//! earned in a calendar year of starting or leaving is not known. A year that ends early with the job bears its share of
//! the tax of a whole year at this rate of pay (`sums`): who leaves is taken to earn the same elsewhere for the rest of
//! it. The tax counted is what this pay adds to a household's: the tax with it less the tax without it. It is taken off
//! each part of pay in proportion to what is taxed of it, so that every part stands after tax; gains bear what they add
//! on top of wages.

mod carried;
mod place;
mod sums;
mod take;

use crate::ledger::{Character, Component, Tier};
use crate::offer_value::Build;
use crate::settings::Settings;
use crate::tax::bill::{Bill, BillLine, LineKind};
use crate::tax::moving::Residence;
use crate::tax::situation::Situation;
use crate::tax::withholding::settled_at;
use crate::worked::Worked;
use counterweight_domain::assumptions::TaxBasis;
use counterweight_domain::{Case, Findings, Offer, Path, Problem, money};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

use carried::Carried;
pub(crate) use carried::Repaid;
use place::{move_of, place_of};
use sums::Sums;
use take::{Take, take};

/// What is taxed of an offer, by year of work. Amounts are in the case's currency and the money of their day.
#[derive(Debug, Clone)]
pub(crate) struct Taxed {
    /// The month after which the person lives elsewhere.
    moved: Option<u32>,
    years: Vec<TaxedYear>,
    /// What the person puts aside before tax, by year, in the offer's currency.
    pub deferral: Vec<Decimal>,
    /// What is paid back in a later year than it was paid in.
    pub repaid: Vec<Repaid>,
}

/// Amounts by part of pay.
type Parts = BTreeMap<(Component, Tier), Worked>;

#[derive(Debug, Clone, Default)]
struct TaxedYear {
    wages: Parts,
    ordinary: Parts,
    gains: Parts,
    iso_bargain: Worked,
    /// What the employer pays into a health savings account.
    health_savings: Decimal,
    /// Wages and other ordinary income of the months before a move.
    before_move: Decimal,
}

impl Taxed {
    /// Nothing yet; `moved` is the month after which the person lives elsewhere.
    pub fn over(settings: &Settings, moved: Option<u32>) -> Self {
        let years = settings.horizon_years as usize;
        Self {
            moved,
            years: vec![TaxedYear::default(); years],
            deferral: vec![Decimal::ZERO; years],
            repaid: Vec::new(),
        }
    }

    fn year(&mut self, month: u32) -> Option<&mut TaxedYear> {
        self.years.get_mut((month.max(1).div_ceil(12) - 1) as usize)
    }

    /// Counts an amount by its character.
    pub fn add(
        &mut self,
        month: u32,
        component: Component,
        tier: Tier,
        character: Character,
        amount: impl Into<Worked>,
    ) {
        let before = self.moved.is_some_and(|moved| month <= moved);
        let Some(year) = self.year(month) else { return };
        let amount = amount.into();
        let parts = match character {
            Character::Wages | Character::OrdinaryIncome => {
                year.before_move += if before { amount.value } else { Decimal::ZERO };
                if character == Character::Wages { &mut year.wages } else { &mut year.ordinary }
            }
            Character::LongTermGain => &mut year.gains,
            Character::Untaxed | Character::Tax => return,
        };
        parts.entry((component, tier)).and_modify(|sum| *sum = &*sum + &amount).or_insert(amount);
    }

    /// The share of a year's wages (index from 0) that is earned after the move, 0 to 1; in a year without wages, of its
    /// months.
    fn after_move(&self, index: usize) -> Decimal {
        let (Some(moved), Some(year)) = (self.moved, self.years.get(index)) else { return Decimal::ZERO };
        let first = u32::try_from(index).unwrap_or(u32::MAX).saturating_mul(12);
        let before = Decimal::from(moved.saturating_sub(first).min(12)) / Decimal::from(12);
        // The first day's pay is of month 0: who moves by then lives elsewhere from the start.
        if before.is_zero() || before == Decimal::ONE {
            return Decimal::ONE - before;
        }
        let share = year.before_move.checked_div(all_income(year)).unwrap_or(before);
        (Decimal::ONE - share).clamp(Decimal::ZERO, Decimal::ONE).round_dp(12)
    }

    /// Counts what the employer pays into a health savings account in a year (from 1), for the months worked.
    pub fn health_savings(&mut self, year: u32, amount: Decimal, months: u32) {
        if let Some(taxed) = self.year(year * 12) {
            taxed.health_savings += amount * Decimal::from(months) / Decimal::from(12);
        }
    }

    /// Counts what incentive options were worth above their strike on exercise.
    pub fn iso_bargain(&mut self, month: u32, amount: Worked) {
        if let Some(year) = self.year(month) {
            year.iso_bargain = &year.iso_bargain + &amount;
        }
    }
}

/// The tax of one year of work, in the case's currency.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct YearOfTax {
    /// The year of work, from 1.
    pub year: u32,
    /// The year whose rules are taken.
    pub tax_year: i16,
    /// Pay that is taxed as wages or other ordinary income, in the money of its day.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub taxed_pay: Decimal,
    /// The tax it adds, gains included, less what comes back of the tax of earlier years, in the money asked for: what the
    /// ledger takes off.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub tax: Decimal,
}

/// A year's tax as the futures need it.
#[derive(Debug, Clone)]
pub(crate) struct TaxModel {
    pub residence: Residence,
    /// The year at plan as a curve over wages takes it: other ordinary income among the wages.
    pub situation: Situation,
    /// The year at plan as it is.
    pub exact: Situation,
    /// Of the wages, what is paid beside the salary: bonus, commission, single payments and shares, in the place's currency.
    pub supplemental: Decimal,
    /// What comes back of the tax of earlier years: its name, its source and its amount in the place's currency.
    pub credits: Vec<(&'static str, &'static str, Decimal)>,
    /// What one unit of this pay in the case's currency is in the place's, a part of a year brought to a whole one.
    pub per: f64,
    /// What the tax of `situation` is compared with, in the place's currency: the tax without this pay, with what comes
    /// back of earlier years, and with the payroll tax that a curve over wages takes of other ordinary income.
    pub without: f64,
    /// The tax of `situation`, in the place's currency.
    pub with: f64,
    /// What one unit of the year's tax counts in the money asked for.
    pub weight: f64,
}

/// Takes tax off. Empty, with the reason as a finding, where there is none to take.
pub(crate) fn apply(case: &Case, offer: &Offer, build: &mut Build, findings: &mut Findings) -> Vec<YearOfTax> {
    if build.settings.tax == TaxBasis::BeforeTax {
        return Vec::new();
    }
    let path = build.path.join("place");
    let Some((place, rate)) = place_of(case, offer, build.settings, &path, findings) else { return Vec::new() };
    let then = move_of(offer, place, build, findings);
    let mut years = Vec::new();
    let mut carried = Carried::default();
    for index in 0..build.taxed.years.len() {
        let Some(sums) = Sums::of(case, build, index, rate) else { continue };
        let share = build.taxed.after_move(index);
        let residence = then
            .map_or(Residence::at(place), |then| Residence::moving(place, then, share).unwrap_or(Residence::at(place)));
        let Some(found) = sums.tax(residence) else {
            findings.error(
                &path,
                Problem::new(
                    "tax.notComputed",
                    "The tax of this pay cannot be computed.",
                    "Check the amounts of this offer and of the person.",
                ),
                "tax: this offer's figures are before tax",
            );
            return Vec::new();
        };
        let year = u32::try_from(index).unwrap_or(0) + 1;
        let to_case = |amount: Decimal| money::round(amount * rate, build.settings.currency);
        let on = [found.on_wages, found.on_ordinary, found.on_gains].map(to_case);
        // After leaving, only shares that are kept still pay, and bear their tax in their own year.
        let left = (year - 1) * 12 >= build.settings.stay_months;
        let month = if left { year * 12 } else { (year * 12).min(build.settings.stay_months) };
        let living = build.living.over(if then.is_some() { share } else { Decimal::ZERO });
        // The line, its weight and the futures' weight are of one date.
        let weight = build.settings.weight(month) * living;
        let taxed = stated(build.taxed.years[index].clone(), build);
        let weighed = build.weighed_where(month, living);
        let worked = sums.worked(&taxed, residence, on, rate, build);
        let said = format!("{} in {}", residence.name(), sums.situation.year);
        // What is taxed of no part, such as options that are held, is borne by the parts before it.
        let fallen =
            |parts: &Parts, what| if parts.is_empty() { (taxed.wages.clone(), "wages") } else { (parts.clone(), what) };
        let bearers =
            [(taxed.wages.clone(), "wages"), fallen(&taxed.ordinary, "other income"), fallen(&taxed.gains, "gains")];
        for ((parts, what), tax) in bearers.iter().zip(&worked) {
            let all: Decimal = parts.values().map(|part| part.value).sum();
            take(build, parts, tax, &Take { month, weight: &weighed, path: &path, said: &said, of: all, what });
        }
        let credits = carried.credits(index, residence, &sums.situation, rate, build);
        let mut back = Decimal::ZERO;
        for credit in &credits {
            back += credit.give(month, &weighed, &path, build);
        }
        let situation = sums.over_wages();
        let all = found.all;
        let with = if situation == sums.situation { all } else { residence.total(&situation).unwrap_or(all) };
        let returned: Decimal = credits.iter().map(|credit| credit.in_place).sum();
        let counted = found.on_wages + found.on_ordinary + found.on_gains - returned;
        build.model.tax.push(Some(TaxModel {
            residence,
            situation,
            exact: sums.situation,
            supplemental: sums.supplemental,
            credits: credits.iter().map(|credit| (credit.label, credit.source, credit.in_place)).collect(),
            per: (sums.whole / rate).to_f64().unwrap_or(1.0),
            without: (with - counted * sums.whole).to_f64().unwrap_or(0.0),
            with: with.to_f64().unwrap_or(0.0),
            weight: weight.to_f64().unwrap_or(1.0),
        }));
        let owed: Decimal = on.iter().map(|tax| money::round(tax * weight, build.settings.currency)).sum();
        years.push(YearOfTax { year, tax_year: build.tax_year(year), taxed_pay: all_income(&taxed), tax: owed - back });
    }
    carried.say(&path, rate, build, findings);
    findings.extend(remarks(&build.model.tax).about(&path));
    if let Some(year) = years.last().filter(|year| sums::months_of(build.settings, year.year) < 12) {
        findings.note(&path, part_of_year(year.year));
    }
    years
}

/// What must be known of the tax that was taken: what is projected, left out or not modelled. The last year is the least
/// certain one, so it says what holds for all; gains of any year count as its own here.
fn remarks(years: &[Option<TaxModel>]) -> Findings {
    let mut said = Findings::default();
    if let Some(last) = years.iter().flatten().last() {
        let gains = years.iter().flatten().map(|year| year.exact.long_term_gains).max().unwrap_or_default();
        let situation = Situation { long_term_gains: gains, ..last.exact };
        let _ = last.residence.assess(&situation, &Path::root(), &mut said);
    }
    said
}

/// How the tax of a year that ends early is taken.
fn part_of_year(year: u32) -> Problem {
    Problem::new(
        "tax.partYear",
        format!(
            "You stay for a part of year {year}: it bears its share of the tax of a whole year, as if you earned the same elsewhere afterwards."
        ),
        "If you earn nothing for the rest of that year, the tax is less.",
    )
}

/// Wages and other ordinary income.
fn all_income(taxed: &TaxedYear) -> Decimal {
    taxed.wages.values().chain(taxed.ordinary.values()).map(|part| part.value).sum()
}

/// What the budget model counts as taxed comes as a figure alone; in a trace it names what it is from.
fn stated(mut year: TaxedYear, build: &Build) -> TaxedYear {
    for part in year.wages.values_mut().filter(|part| part.term.is_none()) {
        let (what, source) = ("token budget: what of it is taxed as pay", "docs/trace.md");
        *part = build.modelled(part.value, what, source, &[], &["tokenBudget", "hardware"]);
    }
    year
}

/// The bill of one year of work of offer `index`, in the place's currency, with its lines and what must be known of it.
/// None where the offer is before tax; `findings` say why.
pub fn bill(case: &Case, index: usize, year: u32, findings: &mut Findings) -> Option<Bill> {
    let settings = Settings { tax: TaxBasis::AfterTax, ..Settings::of(case) };
    let offer = case.offers.get(index)?;
    let ledger = crate::offer_value::value(case, offer, index, &settings, findings);
    let model = ledger.model.tax.get(year.checked_sub(1)? as usize)?.as_ref()?;
    let path = Path::root().join("offers").join(index).join("place");
    let mut bill = model.residence.assess(&model.exact, &path, findings)?;
    let months = sums::months_of(&settings, year);
    if (1..12).contains(&months) {
        bill.notes.push(format!(
            "You work {months} months of this year: these are the taxes of a whole year at this rate of pay, and the offer bears its share of them."
        ));
    }
    bill.settled = settled_at(model.residence.main(), &model.exact, model.supplemental);
    for (label, source, amount) in &model.credits {
        let (label, source) = ((*label).to_owned(), (*source).to_owned());
        bill.lines.push(BillLine { label, amount: -amount, kind: LineKind::Income, source });
        bill.known_total -= amount;
    }
    Some(bill)
}
