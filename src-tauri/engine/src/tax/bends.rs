//! Where a year's tax bends or jumps as the first earner's wages grow: the places a curve needs a point at.
//!
//! Bounds of the rules are turned into wages by what lies between the two: deductions, other income, a share. A bend
//! that is missed costs accuracy between two points and nothing else, so what cannot be turned cheaply is left out.

mod united_states;

use super::bill::{Frame, file};
use super::carry::Carry;
use super::facts::Filing;
use super::parameters::{Allowance, Base, Federal, State};
use super::place::{Jurisdiction, Place};
use super::schedule::{ByFiling, PhaseOut, Rows};
use super::situation::Situation;
use super::{canada, germany, india, netherlands, parameters, uk};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Wages at which the tax bends, in the place's money of the situation's year.
#[derive(Debug)]
pub(super) struct Bends {
    factor: f64,
    low: f64,
    high: f64,
    /// The points, in no order.
    pub(super) at: Vec<f64>,
    /// Points that matter less: both sides of a jump.
    pub(super) jumps: Vec<f64>,
    /// True where the tax may bend between the points as well.
    pub(super) uncertain: bool,
    /// Flights of steps: where each begins, the length of a step, where it ends.
    stairs: Vec<(f64, f64, f64)>,
}

impl Bends {
    /// The bends of the tax of `situation` in `place` between `low` and `high`; `None` where it cannot be computed.
    pub(super) fn of(place: Place, situation: &Situation, low: f64, high: f64) -> Option<Self> {
        let frame = Frame::of(place, situation)?;
        let mut bends = Self {
            factor: frame.factor.to_f64()?,
            low,
            high,
            at: Vec::with_capacity(64),
            jumps: Vec::new(),
            uncertain: false,
            stairs: Vec::new(),
        };
        let s = situation.deflated(frame.factor);
        // Where options count as pay, the wages at a bend are less by them.
        let shift = s.beside_wages();
        match place.jurisdiction() {
            Jurisdiction::UnitedStates { state, city } => {
                united_states::united_states(parameters::of(frame.year)?, state, city, &s, &frame.carry, &mut bends);
            }
            Jurisdiction::UnitedKingdom { scotland } => {
                uk::bends(&file(&uk::FILES, frame.year).rules, scotland, s.deferral, &frame.carry, &mut bends);
            }
            Jurisdiction::Canada(province) => {
                canada::bends(&file(&canada::FILES, frame.year).rules, province, s.deferral, &mut bends);
            }
            Jurisdiction::Germany => {
                let rules = &file(&germany::FILES, frame.year).rules;
                germany::bends(rules, s.filing, s.spouse_wages, s.dependents, &mut bends);
            }
            Jurisdiction::India => india::bends(&file(&india::FILES, frame.year).rules, &mut bends),
            Jurisdiction::Netherlands { ruling } => {
                let rules = &file(&netherlands::FILES, frame.year).rules;
                netherlands::bends(rules, ruling.then(|| rules.ruling_share_in(s.year)), s.deferral, &mut bends);
            }
        }
        if !shift.is_zero() && !matches!(place.jurisdiction(), Jurisdiction::UnitedStates { .. }) {
            let shift = (shift.to_f64()? * bends.factor * 100.0).round() / 100.0;
            for at in &mut bends.at {
                *at -= shift;
            }
            bends.at.retain(|at| *at > low && *at < high);
            bends.uncertain = true;
        }
        Some(bends)
    }

    /// A bend at `wages`, in the rules' money.
    pub(super) fn add(&mut self, wages: Decimal) {
        if let Some(at) = self.inside(wages) {
            self.at.push(at);
        }
    }

    /// A jump at `wages` or just above, in the rules' money: some rules count the bound to what is below it.
    pub(super) fn jump(&mut self, wages: Decimal) {
        if let Some(at) = wages.to_f64().map(|wages| last_cent(wages * self.factor))
            && at > self.low
            && at < self.high
        {
            self.jumps.extend([at - 0.01, at, at + 0.01]);
        }
    }

    /// The first cent after a jump at `wages`, in the rules' money: what follows it is straight from there.
    fn after(&mut self, wages: Decimal) {
        if let Some(at) = wages.to_f64().map(|wages| last_cent(wages * self.factor) + 0.01)
            && at > self.low
            && at < self.high
        {
            self.at.push(at);
        }
    }

    /// True where `at` lies on a flight of steps: a point there is above or below the middle of its step.
    pub(super) fn on_stair(&self, at: f64) -> bool {
        self.stairs.iter().any(|(begins, _, ends)| at > *begins && at < *ends)
    }

    /// Points that keep a point on a flight of steps from tilting it: both sides of both ends of its step, and the middle
    /// of the steps beside it.
    pub(super) fn steady(&mut self, at: f64) {
        for (begins, step, ends) in self.stairs.clone() {
            if at > begins && at < ends {
                let from = begins + ((at - begins) / step).floor() * step;
                let (first, last) = (last_cent(from), last_cent(from + step));
                let points = [first, first + 0.01, last, last + 0.01, from - step / 2.0, from + step * 1.5];
                let inside = points.into_iter().filter(|point| *point > begins && *point < ends);
                self.jumps.extend(inside.filter(|point| *point > self.low && *point < self.high));
            }
        }
    }

    /// The tax may bend where no rule says so in wages.
    pub(super) fn hidden(&mut self) {
        self.uncertain = true;
    }

    /// The wages in the money of the year, to the cent, if they lie inside the range.
    fn inside(&self, wages: Decimal) -> Option<f64> {
        let at = (wages.to_f64()? * self.factor * 100.0).round() / 100.0;
        (at > self.low && at < self.high).then_some(at)
    }
}

/// The last whole cent that is not above `wages`, a hair taken as none.
fn last_cent(wages: f64) -> f64 {
    (wages * 100.0 + 1e-4).floor() / 100.0
}

/// What turns the bounds of a year's rules into wages of the first earner.
struct Turned<'a> {
    federal: &'a Federal,
    situation: &'a Situation,
    /// Adjusted gross income less the first earner's wages.
    beside: Decimal,
    /// What one unit of an amount of `federal` is in the money of `situation`.
    unit: Decimal,
    carry: &'a Carry,
}

impl Turned<'_> {
    fn filing(&self) -> Filing {
        self.situation.filing
    }

    /// Wages at an adjusted gross income.
    fn gross(&self, income: Decimal) -> Decimal {
        income - self.beside
    }

    /// Wages at a federal taxable income without the gains.
    fn ordinary(&self, taxable: Decimal) -> Decimal {
        taxable + self.federal.standard_deduction.of(self.filing()) * self.unit - self.beside
            + self.situation.long_term_gains
    }

    /// Wages at a taxable income of a state, whose deductions are looked up at the income they leave.
    fn state(&self, state: &State, taxable: Decimal) -> Option<Decimal> {
        let s = self.situation;
        let base = match state.base.value {
            Base::NoIncomeTax | Base::LongTermGains => return None,
            Base::FederalAdjustedGrossIncome => Decimal::ZERO,
            Base::FederalTaxableIncome => *self.federal.standard_deduction.of(self.filing()) * self.unit,
            Base::IncomeBeforeDeferral => -s.deferral,
        };
        let excluded = state.gains_excluded.as_ref().map_or(Decimal::ZERO, |share| share.value * s.long_term_gains);
        let allowed = |gross: Decimal| {
            let at = |allowance: &Option<parameters::Parameter<Allowance>>| {
                allowance.as_ref().map_or(Decimal::ZERO, |allowance| allowance.at(gross, self.filing()))
            };
            let mut standard = at(&state.standard_deduction);
            if let Some(cut) = &state.deduction_cut {
                let largest = standard * cut.largest_share;
                standard -= cut.rates.of(self.filing()).tax(gross).min(largest);
            }
            standard
                + at(&state.exemption)
                + at(&state.dependent_exemption) * Decimal::from(s.dependents)
                + state.payroll_tax_deduction_cap.as_ref().map_or(Decimal::ZERO, |cap| cap.value)
        };
        let taxed = state.health_savings_taxed.as_ref().is_some_and(|rule| rule.value);
        let fixed = taxable + base + excluded - if taxed { s.health_savings } else { Decimal::ZERO };
        let gross = (0..3).fold(fixed, |gross, _| fixed + allowed(gross.max(Decimal::ZERO)));
        Some(self.gross(gross))
    }

    /// The bends of an allowance of `amount` that shrinks as income grows.
    fn phase_out(&self, phase_out: &PhaseOut, amount: Decimal, bends: &mut Bends) {
        let filing = self.filing();
        match phase_out {
            PhaseOut::Limit { above } => bends.jump(self.gross(*above.of(filing))),
            PhaseOut::Range { start, width } => {
                bends.add(self.gross(*start.of(filing)));
                bends.add(self.gross(start.of(filing) + width.of(filing)));
            }
            PhaseOut::Rates { rates } => {
                let rows = rates.of(filing);
                for (from, _) in &rows.0 {
                    bends.add(self.gross(*from));
                }
                if let Some((from, rate)) = rows.0.iter().rfind(|row| rows.tax(row.0) < amount)
                    && !rate.is_zero()
                {
                    bends.add(self.gross(from + (amount - rows.tax(*from)) / rate));
                }
            }
            PhaseOut::Amounts { start, step, amount: each } => {
                self.stair(*start.of(filing), *step.of(filing), *each.of(filing), amount, bends);
            }
            PhaseOut::Shares { start, step, share } => {
                self.stair(*start.of(filing), *step.of(filing), share * amount, amount, bends);
            }
            PhaseOut::Table { left, .. } => self.table(left.of(filing), bends),
        }
    }

    /// Steps of `step` from `start`, each taking `each` until `whole` is gone: through the middle of the steps.
    fn stair(&self, start: Decimal, step: Decimal, each: Decimal, whole: Decimal, bends: &mut Bends) {
        let begins = self.gross(start);
        bends.jump(begins);
        if each.is_zero() {
            return;
        }
        let end = begins + step * (whole / each).ceil();
        let half = step / Decimal::TWO;
        if end - begins <= step * Decimal::TWO {
            bends.jump(begins + step);
        } else {
            bends.add(begins + half);
            bends.add(end - step - half);
            bends.jump(end - step);
            if let (Some(begins), Some(step), Some(end)) = (begins.to_f64(), step.to_f64(), (end - step).to_f64()) {
                bends.stairs.push((begins * bends.factor, step * bends.factor, end * bends.factor));
            }
        }
        bends.add(end);
    }

    /// Jumps at the rows of a table of amounts.
    fn table(&self, rows: &Rows, bends: &mut Bends) {
        for (from, _) in &rows.0 {
            bends.jump(self.gross(*from));
        }
    }

    fn allowance(&self, allowance: &Option<parameters::Parameter<Allowance>>, bends: &mut Bends) {
        if let Some(allowance) = allowance
            && let Some(phase_out) = &allowance.phase_out
        {
            self.phase_out(phase_out, *allowance.amount.of(self.filing()), bends);
        }
    }

    fn by_gross(&self, rows: &Option<parameters::Parameter<ByFiling<Rows>>>, bends: &mut Bends) {
        if let Some(rows) = rows {
            self.table(rows.of(self.filing()), bends);
        }
    }
}
