//! The tax of a year in any place: one door for every country, with the lines a person can check, or the sum alone for
//! work that asks thousands of times.

use super::carry::Carry;
use super::facts::Filing;
use super::later::{carried, growth};
use super::parameters::{Dated, Year};
use super::place::{Jurisdiction, Place};
use super::situation::Situation;
use super::withholding::Settled;
use super::{City, Parts, canada, federal, germany, india, netherlands, parameters, parts, uk};
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::Decimal;

/// What kind of tax a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// On income, by a country, state or province.
    Income,
    /// On pay: social insurance and the like, the employee's part.
    Payroll,
    /// On income, by a city.
    Local,
}

/// One tax of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillLine {
    /// What people call it.
    pub label: String,
    /// What is owed, in the currency of the place; negative where credits are paid out.
    pub amount: Decimal,
    /// What kind of tax it is.
    pub kind: LineKind,
    /// The statute, notice or page its rates are from.
    pub source: String,
}

/// The tax of one year in one place, in its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Every tax that is known, those that are zero left out unless they are on income.
    pub lines: Vec<BillLine>,
    /// The sum of the lines.
    pub known_total: Decimal,
    /// True where something in the facts is taxed by rules that are not modelled: the tax is then higher than this.
    pub unknown: bool,
    /// Values that are not law for this year, or how the rules of another year were carried to it; empty where all are.
    pub projected: Vec<String>,
    /// What a reader must know of the place: what is assumed and what is left out.
    pub notes: Vec<String>,
    /// How the federal income tax of pay beside the salary is settled; none without such pay, or outside the United States.
    pub settled: Option<Settled>,
}

/// The tax of `situation` in `place`, with its lines. `None` where it cannot be computed; `findings` say why at `path`,
/// and the pay then stays before tax.
///
/// A year beyond the files takes the nearest file with every amount that the law indexes grown, or for an earlier year
/// shrunk, by `situation.indexation` a year, and says so in [`Bill::projected`] and in a finding.
pub fn assess_at(place: Place, situation: &Situation, path: &Path, findings: &mut Findings) -> Option<Bill> {
    let mut faults = Findings::default();
    situation.check(path, &mut faults);
    let refused = !faults.as_slice().is_empty();
    findings.extend(faults);
    let Some(frame) = Frame::of(place, situation) else {
        findings.error(
            &path.join("indexation"),
            Problem::new(
                "tax.indexation.impossible",
                format!("The tax rules cannot be carried to {} at this growth of their amounts.", situation.year),
                "Choose a rate between -5 % and 20 % a year, and a year within 60 years of the tax files.",
            ),
            "the tax of this year: its pay stays before tax",
        );
        return None;
    };
    if refused {
        return None;
    }
    let owed = owed(place, &frame, situation);
    let mut bill = owed.bill(place, &frame, situation);
    for line in &mut bill.lines {
        line.amount *= frame.factor;
    }
    bill.known_total = bill.lines.iter().map(|line| line.amount).sum();
    say(place, &frame, situation, &mut bill, path, findings);
    bill.lines.retain(|line| line.kind == LineKind::Income || !line.amount.is_zero());
    Some(bill)
}

/// The sum of every known tax of `situation` in `place`, in its currency: [`Bill::known_total`] without the words, for
/// work that asks thousands of times. `None` where [`assess_at`] says why. It allocates nothing.
pub fn total_at(place: Place, situation: &Situation) -> Option<Decimal> {
    let mut faults = Findings::default();
    situation.check(&Path::root(), &mut faults);
    if !faults.as_slice().is_empty() {
        return None;
    }
    let frame = Frame::of(place, situation)?;
    Some(owed(place, &frame, situation).total() * frame.factor)
}

/// The share of the next `step` of the first earner's wages that goes to tax; a cliff inside the step makes it more than
/// one. `None` where nothing can be computed or the step is 0.
pub fn marginal_at(place: Place, situation: &Situation, step: Decimal) -> Option<Decimal> {
    let more = situation.with_wages(situation.wages.checked_add(step)?);
    total_at(place, &more)?.checked_sub(total_at(place, situation)?)?.checked_div(step)
}

/// The alternative minimum tax of a year as the years after it see it, in the place's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MinimumTax {
    /// What of it is owed for incentive options alone, and is a credit in later years (26 USC 53(d)(1)(B)).
    pub deferred: Decimal,
    /// How much of such credits may be taken in this year.
    pub room: Decimal,
}

/// The federal minimum tax of `situation`, for the credit that carries it to later years; none outside the United States,
/// and with what itemising would change left out. `None` where [`total_at`] has no answer.
pub fn minimum_tax_at(place: Place, situation: &Situation) -> Option<MinimumTax> {
    let mut faults = Findings::default();
    situation.check(&Path::root(), &mut faults);
    if !faults.as_slice().is_empty() {
        return None;
    }
    let frame = Frame::of(place, situation)?;
    if !matches!(place.jurisdiction(), Jurisdiction::UnitedStates { .. }) {
        return Some(MinimumTax::default());
    }
    let year = parameters::of(frame.year)?;
    let of = |situation: Situation| {
        federal::tax(&year.federal, &situation.deflated(frame.factor).person_year(), None, &frame.carry)
    };
    let with = of(*situation);
    let without = of(Situation { iso_bargain: situation.iso_bargain.min(Decimal::ZERO), ..*situation });
    Some(MinimumTax {
        deferred: (with.alternative_minimum - without.alternative_minimum) * frame.factor,
        room: with.minimum_credit_room * frame.factor,
    })
}

/// The federal income tax of `situation`, in the place's currency; none outside the United States, or where [`total_at`]
/// has no answer.
pub(super) fn federal_income_tax_at(place: Place, situation: &Situation) -> Option<Decimal> {
    let mut faults = Findings::default();
    situation.check(&Path::root(), &mut faults);
    let Jurisdiction::UnitedStates { .. } = place.jurisdiction() else { return None };
    let frame = Frame::of(place, situation).filter(|_| faults.as_slice().is_empty())?;
    match owed(place, &frame, situation) {
        Owed::UnitedStates(_, _, _, parts) => Some(parts.federal.income_tax * frame.factor),
        _ => None,
    }
}

/// Which year's rules are taken, and by how much their amounts have grown since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The year whose rules are taken.
    pub(super) year: u16,
    /// What one unit of an amount of that year has become; 1 in a year with a file.
    pub(super) factor: Decimal,
    /// The last year to which the law leaves the amounts as they are; none where it indexes them.
    pub(super) fixed_until: Option<u16>,
    /// The same for single amounts.
    pub(super) carry: Carry,
}

impl Frame {
    /// The frame of a year; `None` where rules cannot be carried that far or grown that fast.
    pub(super) fn of(place: Place, situation: &Situation) -> Option<Self> {
        let (first, last) = years(place.jurisdiction())?;
        let year = situation.year.clamp(first, last);
        if situation.year == year {
            return Some(Self { year, factor: Decimal::ONE, fixed_until: None, carry: Carry::none(year) });
        }
        let fixed_until = fixed_until(place.jurisdiction(), year);
        // Amounts begin to grow after the year to which they are frozen.
        let from = fixed_until.map_or(year, |until| until.min(situation.year).max(year));
        // Beyond what can be carried at all nothing is computed, whether it grows or not.
        growth(situation.indexation, situation.year.abs_diff(year))?;
        let grown = growth(situation.indexation, situation.year.abs_diff(from))?;
        let factor = if situation.year > year { grown } else { Decimal::ONE.checked_div(grown)?.round_dp(12) };
        let carry = Carry::new(year, situation.year, factor, situation.indexation);
        Some(Self { year, factor, fixed_until, carry })
    }
}

/// The first and last year there are files for.
fn years(jurisdiction: Jurisdiction) -> Option<(u16, u16)> {
    fn ends<T>(files: &[Dated<T>]) -> Option<(u16, u16)> {
        files.first().map(|file| file.year).zip(files.last().map(|file| file.year))
    }
    match jurisdiction {
        Jurisdiction::UnitedStates { .. } => parameters::years().next().zip(parameters::years().last()),
        Jurisdiction::UnitedKingdom { .. } => ends(&uk::FILES),
        Jurisdiction::Canada(_) => ends(&canada::FILES),
        Jurisdiction::Germany => ends(&germany::FILES),
        Jurisdiction::India => ends(&india::FILES),
        Jurisdiction::Netherlands { .. } => ends(&netherlands::FILES),
    }
}

/// The last year to which the law leaves the amounts of the rules of `year` as they are.
fn fixed_until(jurisdiction: Jurisdiction, year: u16) -> Option<u16> {
    match jurisdiction {
        Jurisdiction::UnitedKingdom { .. } => file(&uk::FILES, year).fixed_until,
        Jurisdiction::India => file(&india::FILES, year).fixed_until,
        _ => None,
    }
}

/// The file of a frame's year: a frame is made from the files' own years.
pub(super) fn file<T>(files: &[Dated<T>], year: u16) -> &Dated<T> {
    files.iter().find(|file| file.year == year).unwrap_or(&files[files.len() - 1])
}

/// What is owed, by country, in the money of the rules' year; one entry for each earner where each is taxed alone.
enum Owed {
    UnitedStates(&'static Year, &'static parameters::State, Option<&'static parameters::City>, Parts),
    UnitedKingdom(&'static uk::Rules, [uk::Tax; 2]),
    Canada(&'static canada::Rules, [canada::Tax; 2]),
    Germany(&'static germany::Rules, germany::Tax),
    India(&'static india::Rules, [india::Tax; 2]),
    Netherlands(&'static netherlands::Rules, [Decimal; 2]),
}

/// What is owed on checked facts.
fn owed(place: Place, frame: &Frame, situation: &Situation) -> Owed {
    let s = situation.deflated(frame.factor);
    let [first, second] = s.pay();
    match place.jurisdiction() {
        Jurisdiction::UnitedStates { state, city } => {
            let year = parameters::of(frame.year).expect("a frame's year has a file");
            let state = year.state(state, situation.year).expect("a place's state is in every file");
            let known = city.and_then(|city| state.city.get(city));
            let city = known.map_or(if city.is_some() { City::Unknown } else { City::None }, City::Known);
            Owed::UnitedStates(year, state, known, parts(year, &s.person_year(), Some(state), city, &frame.carry))
        }
        Jurisdiction::UnitedKingdom { scotland } => {
            let rules = &file(&uk::FILES, frame.year).rules;
            let earners = [(first, s.deferral), (second, Decimal::ZERO)]
                .map(|(wages, pension)| uk::tax(rules, scotland, wages, pension, &frame.carry));
            Owed::UnitedKingdom(rules, earners)
        }
        Jurisdiction::Canada(province) => {
            let rules = &file(&canada::FILES, frame.year).rules;
            let earners =
                [canada::tax(rules, province, first, s.deferral), canada::tax(rules, province, second, Decimal::ZERO)];
            Owed::Canada(rules, earners)
        }
        Jurisdiction::Germany => {
            let rules = &file(&germany::FILES, frame.year).rules;
            Owed::Germany(rules, germany::tax(rules, s.filing, [first, second], s.dependents))
        }
        Jurisdiction::India => {
            let rules = &file(&india::FILES, frame.year).rules;
            Owed::India(rules, [india::tax(rules, first), india::tax(rules, second)])
        }
        Jurisdiction::Netherlands { ruling } => {
            let rules = &file(&netherlands::FILES, frame.year).rules;
            let share = ruling.then(|| rules.ruling_share_in(s.year));
            let earners = [
                netherlands::tax(rules, share, first, s.deferral),
                netherlands::tax(rules, None, second, Decimal::ZERO),
            ];
            Owed::Netherlands(rules, earners)
        }
    }
}

impl Owed {
    /// Everything that is owed.
    fn total(&self) -> Decimal {
        match self {
            Self::UnitedStates(_, _, _, parts) => parts.known(),
            Self::UnitedKingdom(_, earners) => earners.iter().map(|t| t.income_tax + t.national_insurance).sum(),
            Self::Canada(_, earners) => earners
                .iter()
                .map(|t| t.federal + t.provincial + t.health_premium + t.pension + t.insurance + t.parental)
                .sum(),
            Self::Germany(_, t) => t.income_tax + t.solidarity + t.pension + t.unemployment + t.health + t.care,
            Self::India(_, earners) => earners.iter().map(|t| t.income_tax + t.surcharge + t.cess).sum(),
            Self::Netherlands(_, earners) => earners.iter().sum(),
        }
    }

    /// The lines and notes, in the money of the rules' year; the sum is filled in later.
    fn bill(&self, place: Place, frame: &Frame, situation: &Situation) -> Bill {
        let mut lines = Vec::new();
        let mut notes: Vec<String> = Vec::new();
        let mut line = |label: &str, kind, amount: Decimal, source: &str| {
            lines.push(BillLine { label: label.to_owned(), amount, kind, source: source.to_owned() });
        };
        let (income, payroll) = (LineKind::Income, LineKind::Payroll);
        let mut projected = Vec::new();
        match self {
            Self::UnitedStates(year, state, city, parts) => {
                let f = &year.federal;
                line("Federal income tax", income, parts.federal.income_tax, &f.brackets.reference);
                line("Social Security", payroll, parts.federal.social_security, &f.social_security_wage_base.reference);
                line("Medicare", payroll, parts.federal.medicare, &f.medicare_rate.reference);
                line(
                    "Additional Medicare",
                    payroll,
                    parts.federal.additional_medicare,
                    &f.additional_medicare_threshold.reference,
                );
                let reference = state.brackets.as_ref().map_or(&state.base.reference, |brackets| &brackets.reference);
                let tax = parts.state.map_or(Decimal::ZERO, |state| state.income_tax);
                line(&format!("{} income tax", state.name), income, tax, reference);
                if let Some(taxes) = &state.payroll {
                    let paid = parts.state_payroll.unwrap_or_default();
                    line(&format!("{} payroll taxes", state.name), payroll, paid, &taxes.reference);
                }
                if let Some(city) = city {
                    let paid = parts.local.unwrap_or_default();
                    line(&format!("{} income tax", city.name), LineKind::Local, paid, &city.brackets.reference);
                } else if let Some(left_out) = &state.local_taxes_left_out {
                    notes.push(left_out.value.clone());
                }
                if let Some(left_out) = &state.two_earners_left_out
                    && situation.filing == Filing::Joint
                    && !situation.spouse_wages.is_zero()
                {
                    notes.push(left_out.value.clone());
                }
                if let Jurisdiction::UnitedStates { state, .. } = place.jurisdiction() {
                    let names = year.projected.get(state).into_iter().flatten();
                    projected = names.map(|name| name.replace(['_', '.'], " ")).collect();
                }
            }
            Self::UnitedKingdom(rules, [a, b]) => {
                let scotland = place.jurisdiction() == Jurisdiction::UnitedKingdom { scotland: true };
                let brackets = if scotland { &rules.scottish_brackets } else { &rules.brackets };
                line("Income tax", income, a.income_tax + b.income_tax, &brackets.reference);
                let insurance = a.national_insurance + b.national_insurance;
                line("National Insurance", payroll, insurance, &rules.national_insurance.reference);
                projected = file(&uk::FILES, frame.year).projected.clone();
                notes.push(
                    "Student loans, the child benefit charge and the marriage allowance are left out.".to_owned(),
                );
            }
            Self::Canada(rules, [a, b]) => {
                line("Federal income tax", income, a.federal + b.federal, &rules.federal_brackets.reference);
                let (province, source) = match place.jurisdiction() {
                    Jurisdiction::Canada(canada::Province::BritishColumbia) => {
                        ("British Columbia income tax", &rules.british_columbia_brackets.reference)
                    }
                    Jurisdiction::Canada(canada::Province::Quebec) => {
                        ("Quebec income tax", &rules.quebec_brackets.reference)
                    }
                    _ => ("Ontario income tax", &rules.ontario_brackets.reference),
                };
                line(province, income, a.provincial + b.provincial, source);
                let health = a.health_premium + b.health_premium;
                line("Ontario health premium", payroll, health, &rules.ontario_health_premium.reference);
                let quebec = place.jurisdiction() == Jurisdiction::Canada(canada::Province::Quebec);
                let (pension, source) = if quebec {
                    ("Quebec Pension Plan", &rules.quebec_pension_rate.reference)
                } else {
                    ("Canada Pension Plan", &rules.pension_rate.reference)
                };
                line(pension, payroll, a.pension + b.pension, source);
                line("Employment insurance", payroll, a.insurance + b.insurance, &rules.insurance_rate.reference);
                let parental = &rules.quebec_parental_rate.reference;
                line("Quebec parental insurance", payroll, a.parental + b.parental, parental);
                projected = file(&canada::FILES, frame.year).projected.clone();
                notes.push("Family benefits, the spouse amount and low-income benefits are left out.".to_owned());
                if let Jurisdiction::Canada(canada::Province::BritishColumbia) = place.jurisdiction() {
                    notes.push(
                        "Budget 2026 of British Columbia proposes 5.60 % on the lowest slice; 5.06 % is taken."
                            .to_owned(),
                    );
                }
            }
            Self::Germany(rules, t) => {
                line("Income tax", income, t.income_tax, &rules.third_zone.reference);
                line("Solidarity surcharge", income, t.solidarity, &rules.solidarity_limit.reference);
                line("Pension insurance", payroll, t.pension, &rules.pension_rate.reference);
                line("Unemployment insurance", payroll, t.unemployment, &rules.unemployment_rate.reference);
                line("Health insurance", payroll, t.health, &rules.health_supplement.reference);
                line("Care insurance", payroll, t.care, &rules.care_rate.reference);
                projected = file(&germany::FILES, frame.year).projected.clone();
                notes.push(
                    "As withheld from wages with statutory insurance; church tax and the child allowance are left out."
                        .to_owned(),
                );
                if !situation.deferral.is_zero() {
                    notes.push("Pay put into a company pension is counted as taxed now.".to_owned());
                }
            }
            Self::India(rules, [a, b]) => {
                line("Income tax", income, a.income_tax + b.income_tax, &rules.slabs.reference);
                line("Surcharge", income, a.surcharge + b.surcharge, &rules.surcharge.reference);
                line("Health and education cess", income, a.cess + b.cess, &rules.cess.reference);
                projected = file(&india::FILES, frame.year).projected.clone();
                notes.push(
                    "New regime; provident fund contributions are savings, and professional tax is left out."
                        .to_owned(),
                );
                if !situation.deferral.is_zero() {
                    notes.push("The new regime gives no deduction for what the employee puts aside.".to_owned());
                }
            }
            Self::Netherlands(rules, [a, b]) => {
                line("Income tax and national insurance", income, *a + *b, &rules.brackets.reference);
                projected = file(&netherlands::FILES, frame.year).projected.clone();
                notes.push("The health premium each adult pays is no tax and is left out.".to_owned());
                if place.jurisdiction() == (Jurisdiction::Netherlands { ruling: true }) {
                    notes.push(
                        "The ruling is taken for one begun in 2024 or later, by the norm for those of 30 and over; it holds for the first earner."
                            .to_owned(),
                    );
                }
            }
        }
        Bill { lines, known_total: Decimal::ZERO, unknown: false, projected, notes, settled: None }
    }
}

/// What is carried, left out or not modelled, in the bill and in findings.
fn say(place: Place, frame: &Frame, situation: &Situation, bill: &mut Bill, path: &Path, findings: &mut Findings) {
    if let Jurisdiction::UnitedStates { city: None, .. } = place.jurisdiction() {
        for note in &bill.notes {
            let problem =
                Problem::new("tax.local.leftOut", note.clone(), "Take it off by hand if it holds where you live.");
            findings.note(&path.join("city"), problem);
        }
    }
    if !matches!(place.jurisdiction(), Jurisdiction::UnitedStates { .. }) {
        if !situation.long_term_gains.is_zero() {
            bill.unknown = true;
            bill.notes.push("Tax on long-term gains is not modelled here: they are counted as untaxed.".to_owned());
            findings.warn(
                &path.join("longTermGains"),
                Problem::new(
                    "tax.gains.notModelled",
                    format!(
                        "Tax on long-term gains in {} is not modelled: they are counted as untaxed.",
                        place.name().name
                    ),
                    "Take the tax on them off by hand.",
                ),
            );
        }
        if !situation.iso_bargain.is_zero() {
            bill.notes.push("What options were worth above their strike on exercise is counted as pay.".to_owned());
        }
        if situation.filing == Filing::HeadOfHousehold && place.jurisdiction() != Jurisdiction::Germany {
            bill.notes
                .push("A lone parent is taxed as a single person; benefits for children are left out.".to_owned());
        }
        if situation.filing == Filing::Joint && place.jurisdiction() != Jurisdiction::Germany {
            bill.notes.push("Each earner is taxed alone.".to_owned());
        }
    }
    if !bill.projected.is_empty() {
        let problem = Problem::new(
            "tax.projected",
            format!(
                "Of the tax rules of {} for {}, these are projected and not yet law: {}.",
                place.name().name,
                frame.year,
                bill.projected.join(", ")
            ),
            "Look at it again when the official figures are out.",
        );
        bill.projected = vec![problem.message.clone()];
        findings.note(&path.join("rules"), problem);
    }
    if situation.year != frame.year {
        let said = carried(&place.name().country, situation.year, frame.year, situation.indexation, frame.fixed_until);
        bill.projected.insert(0, said.message.clone());
        findings.note(&path.join("year"), said);
    }
}
