//! Tax in the ledger: what an offer's pay adds to the tax of the place it is taxed in, year of work by year of work.
//!
//! A year of work is taken as one tax year, by the rules of the calendar year in which most of it lies: what else was
//! earned in a calendar year of starting or leaving is not known. The tax counted is what this pay adds to a household's:
//! the tax with it less the tax without it. It is taken off each part of pay in proportion to what is taxed of it, so
//! that every part stands after tax; gains bear what they add on top of wages.

mod carried;

use crate::ledger::{Character, Component, Line, Tier};
use crate::offer_value::Build;
use crate::settings::{self, Settings, words};
use crate::tax::bill::{Bill, BillLine, LineKind};
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

use carried::Carried;
pub(crate) use carried::Repaid;

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
    /// What comes back of the tax of earlier years: its name, its source and its amount in the place's currency.
    pub credits: Vec<(&'static str, &'static str, Decimal)>,
    /// Units of the place's currency in one of the case's.
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
        let weight = build.settings.weight(year * 12) * living;
        let taxed = stated(build.taxed.years[index].clone(), build);
        let weighed = build.weighed_where(year * 12, living);
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
        let all = found.without + found.on_wages + found.on_ordinary + found.on_gains;
        let with = if situation == sums.situation { all } else { residence.total(&situation).unwrap_or(all) };
        let returned: Decimal = credits.iter().map(|credit| credit.in_place).sum();
        build.model.tax.push(Some(TaxModel {
            residence,
            situation,
            exact: sums.situation,
            credits: credits.iter().map(|credit| (credit.label, credit.source, credit.in_place)).collect(),
            per: (Decimal::ONE / rate).to_f64().unwrap_or(1.0),
            without: (found.without + (with - all) + returned).to_f64().unwrap_or(0.0),
            with: with.to_f64().unwrap_or(0.0),
            weight: weight.to_f64().unwrap_or(1.0),
        }));
        let owed: Decimal = on.iter().map(|tax| money::round(tax * weight, build.settings.currency)).sum();
        years.push(YearOfTax { year, tax_year: build.tax_year(year), taxed_pay: all_income(&taxed), tax: owed - back });
    }
    carried.say(&path, rate, build, findings);
    findings.extend(remarks(&build.model.tax).about(&path));
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
    on_ordinary: Decimal,
    on_gains: Decimal,
}

impl Sums {
    fn of(case: &Case, build: &Build, index: usize, rate: Decimal) -> Option<Self> {
        let taxed = build.taxed.years.get(index)?;
        let year = u32::try_from(index).ok()? + 1;
        let per = Decimal::ONE.checked_div(rate)?;
        let part = |amount: Decimal| (amount * per).round_dp(8);
        let sum = |parts: &Parts| part(parts.values().map(|part| part.value).sum()).max(Decimal::ZERO);
        let wages = sum(&taxed.wages);
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
            other_income: sum(&taxed.ordinary),
            long_term_gains: own_gains + sum(&taxed.gains),
            iso_bargain: part(taxed.iso_bargain.value),
            // In cents: the ends of the futures' tax curve are whole cents too.
            deferral: deferral.trunc_with_scale(2).min(wages),
            dependents: person.dependents.value().and_then(|d| u32::try_from(d.get()).ok()).unwrap_or(0),
            deduction: Deduction::Standard,
            ..Situation::wages_only(u16::try_from(build.tax_year(year)).ok()?, wages)
        };
        Some(Self { situation, own_gains })
    }

    /// The year as a curve over wages takes it: what is taxed like pay is among the wages.
    fn over_wages(&self) -> Situation {
        let wages = self.situation.wages + self.situation.other_income;
        Situation { wages, other_income: Decimal::ZERO, ..self.situation }
    }

    /// The year with this pay's wages and other ordinary income, with its wages alone, and without it.
    fn steps(&self) -> [Situation; 3] {
        let ordinary = Situation { long_term_gains: self.own_gains, iso_bargain: Decimal::ZERO, ..self.situation };
        let wages = Situation { other_income: Decimal::ZERO, ..ordinary };
        [ordinary, wages, Situation { wages: Decimal::ZERO, deferral: Decimal::ZERO, ..wages }]
    }

    /// The tax on wages, other income and gains, in the case's currency, with its arithmetic: the lines of the bill with
    /// this pay less those of the bill without it. Each line of a bill is stated, with the statute it is from.
    fn worked(
        &self,
        taxed: &TaxedYear,
        residence: Residence,
        found: [Decimal; 3],
        rate: Decimal,
        build: &Build,
    ) -> [Worked; 3] {
        if !build.settings.traced {
            return found.map(Into::into);
        }
        let wages = Worked::sum(taxed.wages.values());
        let other = Worked::sum(taxed.ordinary.values());
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
        let [ordinary, wages_alone, nothing] = self.steps();
        let with_wages = bill(&wages_alone, &[&wages]);
        let without = bill(&nothing, &[]);
        let with_other = if ordinary == wages_alone { with_wages.clone() } else { bill(&ordinary, &[&wages, &other]) };
        let case = |tax: Worked, found: Decimal| {
            let tax = if rate == Decimal::ONE { tax } else { tax * &exchange(residence.main(), rate, build) };
            tax.round(build.settings.currency).with_value(found)
        };
        let on_other = if found[1].is_zero() { Worked::default() } else { case(&with_other - &with_wages, found[1]) };
        let on_gains = if found[2].is_zero() {
            Worked::default()
        } else {
            case(bill(&self.situation, &[&wages, &other, &gains, &taxed.iso_bargain]) - &with_other, found[2])
        };
        [case(with_wages - &without, found[0]), on_other, on_gains]
    }

    /// What each part of this pay adds: the tax with all of it, with its wages and other income, with its wages alone, and
    /// without it.
    fn tax(&self, residence: Residence) -> Option<Found> {
        let [ordinary, wages_alone, nothing] = self.steps();
        let all = residence.total(&self.situation)?;
        let with_ordinary = if ordinary == self.situation { all } else { residence.total(&ordinary)? };
        let with_wages = if wages_alone == ordinary { with_ordinary } else { residence.total(&wages_alone)? };
        let without = residence.total(&nothing)?;
        Some(Found {
            without,
            on_wages: with_wages - without,
            on_ordinary: with_ordinary - with_wages,
            on_gains: all - with_ordinary,
        })
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
    let mut bill = model.residence.assess(&model.exact, &path, findings)?;
    for (label, source, amount) in &model.credits {
        let (label, source) = ((*label).to_owned(), (*source).to_owned());
        bill.lines.push(BillLine { label, amount: -amount, kind: LineKind::Income, source });
        bill.known_total -= amount;
    }
    Some(bill)
}
