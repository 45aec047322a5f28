//! The bends of the United States' rules: federal, of a state, and of its city.

use super::{Bends, Turned};
use crate::tax::carry::Carry;
use crate::tax::parameters::{self, State, Year};
use crate::tax::schedule::Rows;
use crate::tax::situation::Situation;
use rust_decimal::Decimal;

/// The bends of the United States' rules.
pub(super) fn united_states(
    year: &Year,
    state: &str,
    city: Option<&str>,
    s: &Situation,
    carry: &Carry,
    bends: &mut Bends,
) {
    let federal = &year.federal;
    let beside = |s: &Situation| s.spouse_wages - s.deferral + s.other_income + s.long_term_gains;
    let turned = Turned { federal, situation: s, beside: beside(s), unit: Decimal::ONE, carry };
    self::federal(&turned, bends);
    if let Some(state) = year.state(state, carry.year()) {
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
    let apart = year.state(state, carry.year()).is_some_and(|state| {
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
