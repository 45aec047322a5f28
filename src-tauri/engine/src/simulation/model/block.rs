//! The value of an offer in a block of paths, side by side: loops over paths lie innermost and hold no branch that differs
//! between paths, so that one instruction works on several.

use super::super::draw::{Draws, TokenRoom};
use super::{ComputeModel, Part, Prepared, year_of};
use counterweight_inference::balance::Lots;
use counterweight_inference::balance::lanes::{self, Counted, Futures, LANES, Lanes, Needs};
use pulp::{Arch, NullaryFnOnce};

/// Room that runs share.
#[derive(Debug, Clone, Default)]
pub(in crate::simulation) struct Scratch {
    lots: Lots,
    tokens: TokenRoom,
    wages: Vec<Lanes>,
}

impl Prepared<'_> {
    /// This offer's value by year in each path that `draws` holds.
    pub(in crate::simulation) fn value(&self, index: usize, draws: &Draws, scratch: &mut Scratch, out: &mut [Lanes]) {
        Arch::new().dispatch(Valuation { offer: self, index, draws, scratch, out });
    }
}

/// The valuation of a block, compiled for each width of instructions that a processor may have; the bits are the same.
struct Valuation<'a> {
    offer: &'a Prepared<'a>,
    index: usize,
    draws: &'a Draws,
    scratch: &'a mut Scratch,
    out: &'a mut [Lanes],
}

impl NullaryFnOnce for Valuation<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { offer, index, draws, scratch, out } = self;
        let Scratch { lots, tokens, wages } = scratch;
        let model = offer.model;
        let let_go = draws.let_go(index);
        let ends = let_go.as_ref();
        wages.clear();
        wages.resize(out.len(), ZERO);
        out.fill(ZERO);
        match ends {
            None => {
                for (year, (base, fixed)) in offer.base.iter().zip(&offer.fixed).enumerate() {
                    add(&mut out[year], &mut wages[year], *fixed, &ONE);
                    add(&mut out[year], &mut wages[year], *base, draws.raised(index, year).unwrap_or(&ONE));
                }
            }
            Some(ends) => {
                for (month, (base, fixed)) in (0u32..).zip(model.base.iter().zip(&model.fixed)) {
                    let year = year_of(month);
                    let mut paid = *draws.raised(index, year).unwrap_or(&ONE);
                    for lane in 0..LANES {
                        let between = month > ends[lane] && month <= ends[lane].saturating_add(model.between_jobs);
                        paid[lane] = if between { 0.0 } else { paid[lane] };
                    }
                    add(&mut out[year], &mut wages[year], *base, &paid);
                    let mut here = ONE;
                    until(&mut here, Some(ends), month);
                    add(&mut out[year], &mut wages[year], *fixed, &here);
                }
            }
        }
        for bonus in &model.bonus {
            let year = year_of(bonus.month);
            let mut paid = *draws.payout(index, year).unwrap_or(&ONE);
            if let Some(raised) = draws.raised(index, year) {
                for lane in 0..LANES {
                    paid[lane] *= raised[lane];
                }
            }
            until(&mut paid, ends, bonus.month);
            add(&mut out[year], &mut wages[year], bonus.part, &paid);
        }
        let mut value = ZERO;
        for vest in &model.vests {
            draws.price(index, vest, &mut value);
            for value in &mut value {
                let worth = vest.amount * *value - vest.cost;
                *value = if vest.cost == 0.0 || worth > 0.0 { worth } else { 0.0 };
            }
            until(&mut value, ends, vest.month);
            let year = year_of(vest.month);
            add(&mut out[year], &mut wages[year], Part { value: 1.0, wages: vest.taxed }, &value);
        }
        if !model.exits.is_empty() {
            let chance = draws.exit(index);
            for payment in &model.exits {
                let mut happens = ONE;
                for lane in 0..LANES {
                    let this = payment.from <= chance[lane] && chance[lane] < payment.up_to;
                    happens[lane] = if this { 1.0 } else { 0.0 };
                }
                until(&mut happens, ends, payment.month);
                let year = year_of(payment.month);
                add(&mut out[year], &mut wages[year], payment.part, &happens);
            }
        }
        if let Some(compute) = &model.compute {
            let mut use_of = Use { compute, draws, ends, out };
            if compute.goes_side_by_side() {
                use_of.side_by_side(index);
            } else {
                use_of.one_by_one(index, lots, tokens);
            }
        }
        for ((tax, value), wages) in offer.tax.iter().zip(out).zip(wages) {
            let Some(tax) = tax else { continue };
            for wages in wages.iter_mut() {
                *wages = if *wages > 0.0 { *wages } else { 0.0 } * tax.per;
            }
            match &tax.curve {
                Some(curve) => curve.read(wages),
                None => wages.fill(tax.with),
            }
            for lane in 0..LANES {
                value[lane] -= (wages[lane] - tax.without) / tax.per * tax.weight;
            }
        }
    }
}

const ZERO: Lanes = [0.0; LANES];
const ONE: Lanes = [1.0; LANES];

/// Adds a part of pay, `by` times in each path.
#[inline(always)]
fn add(value: &mut Lanes, wages: &mut Lanes, part: Part, by: &Lanes) {
    for lane in 0..LANES {
        value[lane] += part.value * by[lane];
        wages[lane] += part.wages * by[lane];
    }
}

/// Leaves nothing where the person is no longer there in `month`.
#[inline(always)]
fn until(values: &mut Lanes, ends: Option<&[u32; LANES]>, month: u32) {
    let Some(ends) = ends else { return };
    for lane in 0..LANES {
        values[lane] = if month <= ends[lane] { values[lane] } else { 0.0 };
    }
}

impl ComputeModel {
    /// A budget of the person's own without a machine and without parts that expire on days of their own.
    fn goes_side_by_side(&self) -> bool {
        let alone = |budget: &super::BudgetModel| budget.people <= 1 && lanes::run_side_by_side(&budget.terms);
        self.machine.is_none() && self.budget.as_ref().is_some_and(alone)
    }
}

/// The use of a budget and a machine in a block of paths, counted into `out` by year.
struct Use<'a> {
    compute: &'a ComputeModel,
    draws: &'a Draws,
    ends: Option<&'a [u32; LANES]>,
    out: &'a mut [Lanes],
}

impl Use<'_> {
    #[inline(always)]
    fn side_by_side(&mut self, index: usize) {
        let compute = self.compute;
        let Some(budget) = &compute.budget else { return };
        let revocation = &budget.revocation;
        let ends = (revocation.monthly_hazard > 0.0)
            .then(|| self.draws.revoked(index).map(|uniform| revocation.ends(uniform)));
        let mut cashed = lanes::run(&budget.terms, &budget.steps, ends.as_ref(), compute.would_buy, self);
        let months = u32::try_from(compute.calls.len()).unwrap_or(0);
        if months > 0 {
            self.add(months, &mut cashed);
        }
    }

    fn one_by_one(&mut self, index: usize, lots: &mut Lots, room: &mut TokenRoom) {
        let mut by_month = vec![ZERO; self.compute.calls.len()];
        for lane in 0..self.draws.count() {
            let path = self.draws.tokens(index, lane, room);
            let last = self.compute.run(lots, &path, |month, value| {
                by_month[month as usize - 1][lane] = value.tokens() + value.hardware();
            });
            if let Some(month) = by_month.last_mut() {
                month[lane] += last;
            }
        }
        for (month, value) in (1u32..).zip(&mut by_month) {
            self.add(month, value);
        }
    }

    /// Adds what a month counts while the person is there.
    #[inline(always)]
    fn add(&mut self, month: u32, value: &mut Lanes) {
        until(value, self.ends, month);
        let (out, weight) = (&mut self.out[year_of(month)], self.compute.weight(month));
        for lane in 0..LANES {
            out[lane] += value[lane] * weight;
        }
    }
}

impl Futures for Use<'_> {
    #[inline(always)]
    fn needs(&self, month: u32, needs: &mut Needs) {
        let (compute, used) = (self.compute, &self.draws.uses()[month as usize - 1]);
        let (calls, per_call) = (compute.calls[month as usize - 1], compute.per_call[month as usize - 1]);
        let cost = &mut needs.own;
        match self.draws.token_price(month) {
            None => {
                for lane in 0..LANES {
                    cost[lane] = calls * used[lane] * per_call;
                }
            }
            Some(price) => {
                for lane in 0..LANES {
                    cost[lane] = calls * used[lane] * (per_call * price[lane]);
                }
                if compute.elasticity != 0.0 {
                    for lane in 0..LANES {
                        cost[lane] *= libm::pow(price[lane], -compute.elasticity);
                    }
                }
            }
        }
        for lane in 0..LANES {
            needs.work[lane] = needs.own[lane] * (1.0 - compute.personal_share);
            needs.own[lane] *= compute.personal_share;
        }
    }

    #[inline(always)]
    fn follow_price(&self, month: u32, grant: &mut Lanes) {
        let planned = self.compute.index[month as usize - 1];
        let price = self.draws.token_price(month).unwrap_or(&ONE);
        for lane in 0..LANES {
            grant[lane] *= planned * price[lane];
        }
    }

    #[inline(always)]
    fn count(&mut self, month: u32, counted: &Counted) {
        let mut value = counted.perk;
        for (lane, value) in value.iter_mut().enumerate() {
            *value = *value + counted.own[lane] * self.compute.option_value - counted.out_of_pocket[lane];
        }
        self.add(month, &mut value);
    }
}
