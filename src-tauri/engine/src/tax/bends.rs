//! Where a year's tax bends or jumps as the first earner's wages grow: the places a curve needs a point at.
//!
//! Bounds of the rules are turned into wages by what lies between the two: deductions, other income, a share. A bend
//! that is missed costs accuracy between two points and nothing else, so what cannot be turned cheaply is left out.

use super::bill::{Frame, file};
use super::carry::Carry;
use super::facts::Filing;
use super::parameters::{Allowance, Base, Federal, State, Year};
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
                united_states(parameters::of(frame.year)?, state, city, &s, &frame.carry, &mut bends);
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

/// The bends of the United States' rules.
fn united_states(year: &Year, state: &str, city: Option<&str>, s: &Situation, carry: &Carry, bends: &mut Bends) {
    let federal = &year.federal;
    let beside = |s: &Situation| s.spouse_wages - s.deferral + s.other_income + s.long_term_gains;
    let turned = Turned { federal, situation: s, beside: beside(s), unit: Decimal::ONE, carry };
    self::federal(&turned, bends);
    if let Some(state) = year.states.state.get(state) {
        state_payroll(state, s, bends);
        // Amounts that the law leaves as they are meet the money of the year itself.
        let fixed = state.amounts_fixed.as_ref().is_some_and(|fixed| fixed.value);
        let (own, unit) = if fixed { (s.times(carry.grown()), carry.grown()) } else { (*s, Decimal::ONE) };
        let turned = Turned { federal, situation: &own, beside: beside(&own), unit, carry };
        let factor = bends.factor;
        if fixed {
            bends.factor = 1.0;
        }
        if !state.taxes_no_wages() {
            self::state(&turned, state, bends);
        }
        if let Some(city) = city.and_then(|city| state.city.get(city)) {
            for rows in [Some(&city.brackets), city.rate_reduction.as_ref()].into_iter().flatten() {
                state_rows(&turned, state, rows.of(s.filing), bends);
            }
            turned.by_gross(&city.household_credit, bends);
            turned.by_gross(&city.household_credit_per_person, bends);
            turned.allowance(&city.credit, bends);
            if let Some(limit) = &city.rate_reduction_limit
                && let Some(wages) = turned.state(state, limit.value)
            {
                bends.jump(wages);
            }
            if let Some(share) = &city.earned_income_credit_share {
                for (from, _) in &share.0 {
                    bends.add(turned.gross(*from));
                }
            }
        }
        bends.factor = factor;
    }
    let apart = year.states.state.get(state).is_some_and(|state| {
        state.taxed_apart.is_some()
            || state.lower_earner_credit.is_some()
            || state.lower_earner_subtraction.is_some()
            || state.joint_filing_credit.is_some()
    });
    if !s.long_term_gains.is_zero()
        || !s.iso_bargain.is_zero()
        || s.dependents > 0
        || s.deduction != Default::default()
        || (apart && !s.spouse_wages.is_zero())
    {
        bends.hidden();
    }
}

fn federal(turned: &Turned, bends: &mut Bends) {
    let (federal, s, filing) = (turned.federal, turned.situation, turned.filing());
    for (from, _) in &federal.brackets.of(filing).0 {
        bends.add(turned.ordinary(*from));
    }
    let carry = turned.carry;
    bends.add(carry.dated(&federal.social_security_wage_base, &parameters::ahead().social_security_wage_base));
    let additional = &federal.additional_medicare_threshold;
    bends.add(carry.amount(additional, *additional.of(filing)) - s.spouse_wages);
    let rows = &federal.earned_income_credit.value;
    let children = usize::try_from(s.dependents).unwrap_or(usize::MAX).min(rows.len().saturating_sub(1));
    if let Some(credit) = rows.get(children) {
        let start = *credit.phase_out_start.of(filing);
        bends.add(credit.maximum / credit.phase_in_rate - s.spouse_wages + s.deferral);
        if !s.long_term_gains.is_zero() {
            // Gains can pass the start of the phase-out while wages still phase in: there the two meet.
            let earned = (credit.maximum + credit.phase_out_rate * (start - s.long_term_gains))
                / (credit.phase_in_rate + credit.phase_out_rate);
            bends.add(earned - s.spouse_wages + s.deferral);
        }
        bends.add(turned.gross(start));
        bends.add(turned.gross(start + credit.maximum / credit.phase_out_rate));
    }
    if s.dependents > 0 {
        let whole = federal.child_credit.value * Decimal::from(s.dependents);
        let phase_out = &federal.child_credit_phase_out;
        let grown = if phase_out.indexed { Decimal::ONE } else { carry.grown() };
        let own = s.times(grown);
        let (unit, factor) = (grown, bends.factor);
        let beside = turned.beside * grown;
        if !phase_out.indexed {
            bends.factor = 1.0;
        }
        Turned { federal, situation: &own, beside, unit, carry }.phase_out(phase_out, whole * grown, bends);
        bends.factor = factor;
        let floor = &federal.child_credit_earnings_floor;
        bends.add(carry.amount(floor, floor.value) - s.spouse_wages);
    }
    if !s.long_term_gains.is_zero() {
        for (from, _) in &federal.long_term_gains.of(filing).0 {
            bends.add(turned.ordinary(*from));
            bends.add(turned.ordinary(from - s.long_term_gains));
        }
        let threshold = &federal.net_investment_threshold;
        let threshold = carry.amount(threshold, *threshold.of(filing));
        bends.add(turned.gross(threshold));
        bends.add(turned.gross(threshold + s.long_term_gains));
    }
    if !s.long_term_gains.is_zero() || !s.iso_bargain.is_zero() {
        let exemption = *federal.amt_exemption.of(filing);
        let start = *federal.amt_phase_out_start.of(filing);
        let end = start + exemption / federal.amt_phase_out_rate.value;
        bends.add(turned.gross(start - s.iso_bargain));
        bends.add(turned.gross(end - s.iso_bargain));
        for (from, _) in &federal.amt_rates.0 {
            bends.add(turned.gross(from + exemption - s.iso_bargain));
            bends.add(turned.gross(*from - s.iso_bargain));
        }
    }
}

fn state_payroll(state: &State, s: &Situation, bends: &mut Bends) {
    for tax in state.payroll.iter().flat_map(|taxes| &taxes.value) {
        let deferral = if tax.after_deferral { s.deferral } else { Decimal::ZERO };
        if let Some(base) = tax.wage_base {
            bends.add(base + deferral);
        }
        if let Some(maximum) = tax.maximum
            && !tax.rate.is_zero()
        {
            bends.add(maximum / tax.rate + deferral);
        }
    }
}

/// The bends of rates on a state's taxable income.
fn state_rows(turned: &Turned, state: &State, rows: &Rows, bends: &mut Bends) {
    for (from, _) in &rows.0 {
        if let Some(wages) = turned.state(state, *from) {
            bends.add(wages);
        }
    }
}

fn state(turned: &Turned, state: &State, bends: &mut Bends) {
    let filing = turned.filing();
    for rows in [state.brackets.as_ref(), state.surtax.as_ref()].into_iter().flatten() {
        state_rows(turned, state, rows.of(filing), bends);
    }
    for allowance in [
        &state.standard_deduction,
        &state.exemption,
        &state.dependent_exemption,
        &state.credit,
        &state.dependent_credit,
    ] {
        turned.allowance(allowance, bends);
    }
    if let Some(cap) = &state.payroll_tax_deduction_cap {
        let rate = turned.federal.social_security_rate.value + turned.federal.medicare_rate.value;
        bends.add(cap.value / rate);
    }
    if let Some(credit) = &state.taxpayer_credit {
        let start = *credit.start.of(filing);
        let base = turned.federal.standard_deduction.of(filing)
            + credit.per_dependent * Decimal::from(turned.situation.dependents);
        bends.add(turned.gross(start));
        bends.add(turned.gross(start + credit.rate * base / credit.phase_out_rate));
        bends.hidden();
    }
    if let Some(recapture) = &state.recapture {
        let (above, phase_in) = (recapture.above.value, recapture.phase_in.value);
        for (bound, _) in &recapture.step.of(filing).0 {
            let from = (*bound).max(above);
            bends.add(turned.gross(from));
            bends.add(turned.gross(from + phase_in));
            // A step begins by taxable income and grows by gross income, so that it begins with a jump.
            if let Some(wages) = turned.state(state, *bound) {
                bends.jump(wages);
            }
        }
        bends.jump(turned.gross(recapture.top_rate_above.value));
    }
    for rows in state.added_amount.iter() {
        for (from, _) in &rows.0 {
            if let Some(wages) = turned.state(state, *from) {
                bends.jump(wages);
            }
        }
    }
    if let Some(credit) = &state.exemption_credit
        && let Some(wages) = turned.state(state, credit.below)
    {
        bends.jump(wages);
    }
    if let Some(stepped) = &state.stepped {
        for addition in &stepped.additions.value {
            let maximum = *addition.maximum.of(filing);
            turned.stair(
                *addition.start.of(filing),
                *addition.step.of(filing),
                *addition.amount.of(filing),
                maximum,
                bends,
            );
        }
        let share = stepped.credit_share.of(filing);
        turned.table(share, bends);
        // It has more jumps than a curve has points: its end must not be among what is left out.
        if let Some((from, _)) = share.0.last() {
            bends.after(turned.gross(*from));
        }
    }
    if let Some(cut) = &state.deduction_cut {
        for (from, _) in &cut.rates.of(filing).0 {
            bends.add(turned.gross(*from));
        }
        bends.jump(turned.gross(cut.full_above));
        bends.hidden();
    }
    if let Some(tax) = &state.gains_tax {
        bends.jump(turned.gross(tax.above));
    }
    if let Some(rule) = &state.federal_deduction_add_back {
        bends.jump(turned.gross(rule.from));
    }
    if let Some(rule) = &state.federal_tax_deduction {
        turned.table(&rule.share_by_income, bends);
        if let Some(cap) = &rule.cap_by_income {
            turned.table(cap.of(filing), bends);
        }
        bends.hidden();
    }
    if let Some(minimum) = &state.minimum_tax {
        bends.jump(turned.gross(minimum.above));
    }
    if let Some(limit) = &state.no_tax_up_to {
        bends.jump(turned.gross(*limit.of(filing)));
        bends.hidden();
    }
    if let Some(low) = &state.low_income {
        turned.by_gross(&low.household_credit, bends);
        turned.by_gross(&low.household_credit_per_person, bends);
        if let Some(limited) = &low.limited {
            let free = *limited.no_tax_up_to.of(filing);
            bends.add(turned.gross(free));
            bends.jump(turned.gross(free * limited.multiple));
            bends.hidden();
        }
    }
    // A credit that is not paid out, an alternative tax, a cap: the tax leaves one rule for another somewhere between.
    if state.credit.is_some()
        || state.low_income.is_some()
        || state.alternative_minimum.is_some()
        || state.payroll_tax_itemised.is_some()
        || state.table.is_some()
    {
        bends.hidden();
    }
}
