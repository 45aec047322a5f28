//! Tax in the ledger: what an offer's pay adds to the tax of the place it is taxed in, year of work by year of work.
//!
//! A year of work is taken as one tax year, by the rules of the calendar year in which most of it lies: what else was
//! earned in a calendar year of starting or leaving is not known. The tax counted is what this pay adds to a household's:
//! the tax with it less the tax without it. It is taken off each part of pay in proportion to what is taxed of it, so
//! that every part stands after tax; gains bear what they add on top of wages.

use crate::ledger::{Character, Component, Line, Tier};
use crate::offer_value::Build;
use crate::settings::{self, Settings, words};
use crate::tax::bill::Bill;
use crate::tax::facts::{Deduction, Filing};
use crate::tax::moving::Residence;
use crate::tax::place::Place;
use crate::tax::situation::Situation;
use crate::worked::Worked;
use counterweight_domain::assumptions::TaxBasis;
use counterweight_domain::{Case, Findings, Offer, Path, Problem, money, person};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// What is taxed of an offer, by year of work. Amounts are in the case's currency and the money of their day.
#[derive(Debug, Clone)]
pub(crate) struct Taxed {
    /// The month after which the person lives elsewhere.
    moved: Option<u32>,
    years: Vec<TaxedYear>,
    /// What the person puts aside before tax, by year, in the offer's currency.
    pub deferral: Vec<Decimal>,
}

/// Amounts by part of pay.
type Parts = BTreeMap<(Component, Tier), Worked>;

#[derive(Debug, Clone, Default)]
struct TaxedYear {
    wages: Parts,
    gains: Parts,
    iso_bargain: Worked,
    /// Wages of the months before a move.
    before_move: Decimal,
}

impl Taxed {
    /// Nothing yet; `moved` is the month after which the person lives elsewhere.
    pub fn over(settings: &Settings, moved: Option<u32>) -> Self {
        let years = settings.horizon_years as usize;
        Self { moved, years: vec![TaxedYear::default(); years], deferral: vec![Decimal::ZERO; years] }
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
            Character::Wages => {
                year.before_move += if before { amount.value } else { Decimal::ZERO };
                &mut year.wages
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
        let share = year.before_move.checked_div(all_wages(year)).unwrap_or(before);
        (Decimal::ONE - share).clamp(Decimal::ZERO, Decimal::ONE).round_dp(12)
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
    /// Pay that is taxed as wages, in the money of its day.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub taxed_pay: Decimal,
    /// The tax it adds, gains included, in the money asked for: what the ledger takes off.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub tax: Decimal,
}

/// A year's tax as the futures need it.
#[derive(Debug, Clone)]
pub(crate) struct TaxModel {
    pub residence: Residence,
    pub situation: Situation,
    /// Units of the place's currency in one of the case's.
    pub per: f64,
    /// The tax without this pay, in the place's currency.
    pub without: f64,
    /// The tax with this pay at plan, in the place's currency.
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
        let (on_wages, on_gains) = (to_case(found.on_wages), to_case(found.on_gains));
        let month = (year * 12).min(build.settings.stay_months);
        let living = build.living.over(if then.is_some() { share } else { Decimal::ZERO });
        let weight = build.settings.weight(year * 12) * living;
        let taxed = stated(build.taxed.years[index].clone(), build);
        let weighed = build.weighed_where(year * 12, living);
        let worked = sums.worked(&taxed, residence, (on_wages, on_gains), rate, build);
        let said = format!("{} in {}", residence.name(), sums.situation.year);
        let all = all_wages(&taxed);
        let how = Take { month, weight: &weighed, path: &path, said: &said, of: all, what: "wages" };
        take(build, &taxed.wages, &worked.0, &how);
        let gains = if taxed.gains.is_empty() { &taxed.wages } else { &taxed.gains };
        let all: Decimal = gains.values().map(|part| part.value).sum();
        let how = Take { month, weight: &weighed, path: &path, said: &said, of: all, what: "gains" };
        take(build, gains, &worked.1, &how);
        build.model.tax.push(Some(TaxModel {
            residence,
            situation: sums.situation,
            per: (Decimal::ONE / rate).to_f64().unwrap_or(1.0),
            without: found.without.to_f64().unwrap_or(0.0),
            with: (found.without + found.on_wages + found.on_gains).to_f64().unwrap_or(0.0),
            weight: weight.to_f64().unwrap_or(1.0),
        }));
        years.push(YearOfTax {
            year,
            tax_year: build.tax_year(year),
            taxed_pay: all_wages(&taxed),
            tax: [on_wages, on_gains].map(|tax| money::round(tax * weight, build.settings.currency)).iter().sum(),
        });
    }
    years
}

fn all_wages(taxed: &TaxedYear) -> Decimal {
    taxed.wages.values().map(|part| part.value).sum()
}

/// What the budget model counts as taxed comes as a figure alone; in a trace it names what it is from.
fn stated(mut year: TaxedYear, build: &Build) -> TaxedYear {
    for part in year.wages.values_mut().filter(|part| part.term.is_none()) {
        let (what, source) = ("token budget: what of it is taxed as pay", "docs/trace.md");
        *part = build.modelled(part.value, what, source, &[], &["tokenBudget", "hardware"]);
    }
    year
}

/// Where an offer is taxed, and what one unit of the place's currency is in the case's.
fn place_of(
    case: &Case,
    offer: &Offer,
    settings: &Settings,
    path: &Path,
    findings: &mut Findings,
) -> Option<(Place, Decimal)> {
    let left_out = "tax: this offer's figures are before tax";
    if offer.place.trim().is_empty() {
        findings.error(
            path,
            Problem::new(
                "tax.noPlace",
                "This offer does not say where its tax is paid.",
                "Pick the place of work, or count all offers before tax.",
            ),
            left_out,
        );
        return None;
    }
    let place = Place::read(&offer.place, path, findings)?;
    let rate = settings::rate(case, settings, place.name().currency, path, findings)?;
    Some((place, rate))
}

/// Where the offer's tax is paid after its move; none without one that counts, with the reason as a finding.
fn move_of(offer: &Offer, first: Place, build: &Build, findings: &mut Findings) -> Option<Place> {
    let moving = offer.moving.as_ref()?;
    let moved = build.taxed.moved?;
    let path = build.path.join("move");
    let at = path.join("place");
    let then: Result<Place, Problem> = moving.place.parse();
    let checked = then.and_then(|then| Residence::moving(first, then, Decimal::ZERO).map(|_| then));
    match checked {
        Err(problem) => {
            findings.error(&at, problem, format!("the move: tax is that of {} all the time", first.name().name));
            None
        }
        Ok(then) if then == first => {
            findings.note(
                &at,
                Problem::new(
                    "move.samePlace",
                    "This is the place the job is in already.",
                    "Pick another, or take the move away.",
                ),
            );
            None
        }
        Ok(then) => {
            let (id, said) = match moved {
                0 => (
                    "move.early",
                    format!("The move is not after the first day: tax is that of {} all the time.", then.name().name),
                ),
                month if month >= build.settings.stay_months => {
                    ("move.late", "The move is after the time that is counted, so it changes nothing.".to_owned())
                }
                _ => return Some(then),
            };
            findings.note(&path.join("on"), Problem::new(id, said, "Check the day of the move."));
            Some(then)
        }
    }
}

/// What is known of one year, in the place's currency.
struct Sums {
    situation: Situation,
    own_gains: Decimal,
}

/// What this pay adds to the tax, in the place's currency.
struct Found {
    without: Decimal,
    on_wages: Decimal,
    on_gains: Decimal,
}

impl Sums {
    fn of(case: &Case, build: &Build, index: usize, rate: Decimal) -> Option<Self> {
        let taxed = build.taxed.years.get(index)?;
        let year = u32::try_from(index).ok()? + 1;
        let per = Decimal::ONE.checked_div(rate)?;
        let part = |amount: Decimal| (amount * per).round_dp(8);
        let wages = part(all_wages(taxed)).max(Decimal::ZERO);
        let person = &case.person;
        let own = |entry: &counterweight_domain::Entry<counterweight_domain::Amount>| {
            entry.value().map(|a| a.decimal()).unwrap_or_default()
        };
        let filing = match person.filing {
            person::Filing::Single => Filing::Single,
            person::Filing::Joint => Filing::Joint,
            person::Filing::HeadOfHousehold => Filing::HeadOfHousehold,
        };
        let spouse_wages = if filing == Filing::Joint { own(&person.spouse_wages) } else { Decimal::ZERO };
        let own_gains = own(&person.long_term_gains);
        // Who stays for a part of the year puts that part aside.
        let months = build.settings.stay_months.saturating_sub((year - 1) * 12).min(12);
        let deferral =
            build.taxed.deferral.get(index).copied().unwrap_or_default() * build.rate * per * Decimal::from(months)
                / Decimal::from(12);
        let situation = Situation {
            filing,
            spouse_wages,
            long_term_gains: own_gains + part(taxed.gains.values().map(|gain| gain.value).sum()).max(Decimal::ZERO),
            iso_bargain: part(taxed.iso_bargain.value).max(Decimal::ZERO),
            // In cents: the ends of the futures' tax curve are whole cents too.
            deferral: deferral.trunc_with_scale(2).min(wages),
            dependents: person.dependents.value().and_then(|d| u32::try_from(d.get()).ok()).unwrap_or(0),
            deduction: Deduction::Standard,
            ..Situation::wages_only(u16::try_from(build.tax_year(year)).ok()?, wages)
        };
        Some(Self { situation, own_gains })
    }

    /// The tax on wages and on gains, in the case's currency, with its arithmetic: the lines of the bill with this pay
    /// less those of the bill without it. Each line of a bill is stated, with the statute it is from.
    fn worked(
        &self,
        taxed: &TaxedYear,
        residence: Residence,
        found: (Decimal, Decimal),
        rate: Decimal,
        build: &Build,
    ) -> (Worked, Worked) {
        if !build.settings.traced {
            return (found.0.into(), found.1.into());
        }
        let wages = Worked::sum(taxed.wages.values());
        let gains = Worked::sum(taxed.gains.values());
        let mut reads = vec![Path::root().join("person"), build.path.join("place")];
        reads.extend(build.taxed.moved.map(|_| build.path.join("move")));
        let bill = |situation: &Situation, of: &[&Worked]| {
            let bill = residence.assess(situation, &Path::root(), &mut Findings::default());
            let lines: Vec<Worked> = bill
                .into_iter()
                .flat_map(|bill| bill.lines)
                .map(|line| {
                    let what = format!("{} of {}", line.label, situation.year);
                    let of = of.iter().map(|part| (*part).clone()).collect();
                    Worked::model(line.amount, &what, &line.source, of, reads.clone())
                })
                .collect();
            Worked::sum(&lines)
        };
        let wages_alone = Situation { long_term_gains: self.own_gains, iso_bargain: Decimal::ZERO, ..self.situation };
        let nothing = Situation { wages: Decimal::ZERO, deferral: Decimal::ZERO, ..wages_alone };
        let with_wages = bill(&wages_alone, &[&wages]);
        let without = bill(&nothing, &[]);
        let case = |tax: Worked, found: Decimal| {
            let tax = if rate == Decimal::ONE { tax } else { tax * &exchange(residence.main(), rate, build) };
            tax.round(build.settings.currency).with_value(found)
        };
        let on_gains = if found.1.is_zero() {
            Worked::default()
        } else {
            case(bill(&self.situation, &[&wages, &gains, &taxed.iso_bargain]) - &with_wages, found.1)
        };
        (case(with_wages - &without, found.0), on_gains)
    }

    /// The tax with this pay, with its wages alone, and without it.
    fn tax(&self, residence: Residence) -> Option<Found> {
        let all = residence.total(&self.situation)?;
        let extra = self.situation.long_term_gains != self.own_gains || !self.situation.iso_bargain.is_zero();
        let wages_alone = Situation { long_term_gains: self.own_gains, iso_bargain: Decimal::ZERO, ..self.situation };
        let with_wages = if extra { residence.total(&wages_alone)? } else { all };
        let nothing = Situation { wages: Decimal::ZERO, deferral: Decimal::ZERO, ..wages_alone };
        let without = residence.total(&nothing)?;
        Some(Found { without, on_wages: with_wages - without, on_gains: all - with_wages })
    }
}

/// One unit of the place's currency in the case's.
fn exchange(place: Place, rate: Decimal, build: &Build) -> Worked {
    if build.currency == place.name().currency {
        build.exchange.clone()
    } else {
        build.counted(rate, || "rate of the case".to_owned())
    }
}

/// How a tax is taken off.
struct Take<'a> {
    month: u32,
    weight: &'a Worked,
    path: &'a Path,
    said: &'a str,
    of: Decimal,
    what: &'a str,
}

/// Takes `tax` off the parts in proportion.
fn take(build: &mut Build, parts: &Parts, tax: &Worked, how: &Take) {
    if tax.value.is_zero() {
        return;
    }
    let mut weights: Vec<Worked> = parts.values().map(|amount| amount.max(&Worked::default())).collect();
    // Options that are exercised and held add tax in a year in which they pay nothing.
    if weights.iter().all(|weight| weight.value.is_zero()) {
        weights.fill(Worked::ONE);
    }
    let currency = build.settings.currency;
    // The weighted whole is split, so that the parts sum to it to the smallest unit.
    let whole = if how.weight.value == Decimal::ONE { tax.clone() } else { tax * how.weight }.round(currency);
    let date = build.start.plus_months(how.month);
    for (((component, tier), amount), share) in parts.iter().zip(Worked::portions(&whole, &weights, currency)) {
        if share.value.is_zero() {
            continue;
        }
        let text = format!(
            "{} of {} {} bear their part of the year's tax of {} ({})",
            words(amount.value, currency),
            words(how.of, currency),
            how.what,
            words(tax.value, currency),
            how.said
        );
        build.lines.push(Line {
            date,
            month: how.month,
            amount: -share.value,
            component: *component,
            tier: *tier,
            character: Character::Tax,
            path: how.path.clone(),
            how: text,
            worked: share.negative(),
        });
    }
}

/// The bill of one year of work of offer `index`, in the place's currency, with its lines and what must be known of it.
/// None where the offer is before tax; `findings` say why.
pub fn bill(case: &Case, index: usize, year: u32, findings: &mut Findings) -> Option<Bill> {
    let settings = Settings { tax: TaxBasis::AfterTax, ..Settings::of(case) };
    let offer = case.offers.get(index)?;
    let ledger = crate::offer_value::value(case, offer, index, &settings, findings);
    let model = ledger.model.tax.get(year.checked_sub(1)? as usize)?.as_ref()?;
    let path = Path::root().join("offers").join(index).join("place");
    model.residence.assess(&model.situation, &path, findings)
}
