//! An offer as the futures need it: what is fixed, what moves with a share price, a payout, a raise, an exit or the use
//! of tokens, and what is taxed of it.

use super::draw::Draws;
use crate::ledger::Line;
use crate::offer_value::Added;
use crate::settings::Settings;
use crate::tax::curve::Curve;
use crate::taxation::TaxModel;
use counterweight_domain::{Offer, money};
use counterweight_inference::balance::future::FutureDraws;
use counterweight_inference::balance::lanes::LANES;
use counterweight_inference::balance::revocation::Revocation;
use counterweight_inference::balance::{self, Demand, Lots, Step, Terms, pool};
use counterweight_inference::ownership::Owned;
use counterweight_inference::price_scenario::PriceScenario;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

mod block;
mod told;

pub(super) use block::Scratch;
pub use told::Told;

/// One offer, in the case's currency.
#[derive(Debug, Clone)]
pub struct OfferModel {
    /// Whose shares, payouts and exits: the company's name, or the offer's id where it has none, so that two offers without a
    /// name do not share a price.
    pub company: String,
    /// Base by month after the start, from 0.
    pub base: Vec<Part>,
    /// What else does not move, by month after the start, from 0.
    pub fixed: Vec<Part>,
    /// Bonus at plan.
    pub bonus: Vec<Moving>,
    /// Vests of shares at their expected price.
    pub vests: Vec<ShareVest>,
    /// What a private company's exits pay, one of which happens.
    pub exits: Vec<ExitPayment>,
    /// Token budget and hardware.
    pub compute: Option<ComputeModel>,
    /// The tax of each year; empty before tax.
    pub(crate) tax: Vec<Option<TaxModel>>,
    /// By year, what the ledger's lines come to, and how many they are; empty where no ledger stands beside.
    pub(crate) ledger: Vec<(f64, u32)>,
    /// Chance of being let go in a month.
    pub layoff: f64,
    /// Months without pay after that.
    pub between_jobs: u32,
}

/// An amount, and what is taxed of it as wages in the money of its day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Part {
    /// What it counts.
    pub value: f64,
    /// What is taxed.
    pub wages: f64,
}

impl Part {
    /// The same in floats.
    pub(crate) fn of(added: Added) -> Self {
        Self { value: added.value.to_f64().unwrap_or(0.0), wages: added.wages.to_f64().unwrap_or(0.0) }
    }

    /// Adds an amount.
    pub(crate) fn add(&mut self, added: Added) {
        self.plus(Self::of(added));
    }

    fn plus(&mut self, other: Self) {
        self.value += other.value;
        self.wages += other.wages;
    }
}

/// An amount that moves, at plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moving {
    /// Months after the start.
    pub month: u32,
    /// The amount.
    pub part: Part,
}

/// Shares that vest, or are sold, on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareVest {
    /// Months after the start.
    pub month: u32,
    /// Months after the start at which the price is known: later grants are made at the price of their day.
    pub from: u32,
    /// Their value at the expected price.
    pub amount: f64,
    /// What is paid for them, and only when they are worth more.
    pub cost: f64,
    /// What is taxed as wages of each unit of value.
    pub taxed: f64,
    /// Standard deviation of the yearly log return.
    pub volatility: f64,
}

/// What one exit of a private company pays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExitPayment {
    /// The chance of this exit and of those before it in the list of exits.
    pub up_to: f64,
    /// The chance of those before it.
    pub from: f64,
    /// Months after the start.
    pub month: u32,
    /// What it pays.
    pub part: Part,
}

/// An offer made ready for many paths: sums by year, and each year's tax as a curve.
#[derive(Debug, Clone)]
pub(super) struct Prepared<'a> {
    model: &'a OfferModel,
    base: Vec<Part>,
    fixed: Vec<Part>,
    tax: Vec<Option<TaxCurve>>,
}

#[derive(Debug, Clone)]
struct TaxCurve {
    /// None where no curve can be drawn: the tax at plan then stands for every path.
    curve: Option<Curve>,
    per: f64,
    without: f64,
    with: f64,
    weight: f64,
}

impl TaxCurve {
    fn at_plan(tax: &TaxModel) -> Self {
        Self { curve: None, per: tax.per, without: tax.without, with: tax.with, weight: tax.weight }
    }
}

/// How far above its plan the pay of a year is followed exactly by its tax curve; beyond it the last piece goes on.
const FOLLOWED: f64 = 4.0;

impl OfferModel {
    /// A model without anything in it.
    pub(crate) fn new(offer: &Offer, settings: &Settings) -> Self {
        let months = settings.horizon_years as usize * 12 + 1;
        let yearly = match offer.layoff_risk.value() {
            Some(risk) => risk.fraction().to_f64().unwrap_or(0.0),
            None => settings.layoff_risk,
        };
        Self {
            company: if offer.company.trim().is_empty() { offer.id.clone() } else { offer.company.clone() },
            base: vec![Part::default(); months],
            fixed: vec![Part::default(); months],
            bonus: Vec::new(),
            vests: Vec::new(),
            exits: Vec::new(),
            compute: None,
            tax: Vec::new(),
            ledger: Vec::new(),
            layoff: 1.0 - libm::pow(1.0 - yearly.clamp(0.0, 1.0), 1.0 / 12.0),
            between_jobs: settings.months_between_jobs,
        }
    }

    /// Makes it ready for many paths.
    pub(super) fn prepare(&self, settings: &Settings) -> Prepared<'_> {
        let mut prepared = self.sums(settings.horizon_years as usize);
        for (sum, rounding) in prepared.fixed.iter_mut().zip(self.rounding(settings)) {
            sum.value += rounding;
        }
        let (base, fixed) = (&prepared.base, &prepared.fixed);
        prepared.tax =
            self.tax.iter().enumerate().map(|(year, tax)| self.curve(year, tax.as_ref()?, base, fixed)).collect();
        prepared
    }

    /// The sums by year alone, with the tax at plan.
    fn sums(&self, years: usize) -> Prepared<'_> {
        let by_year = |months: &[Part]| {
            let mut sums = vec![Part::default(); years];
            for (month, part) in (0u32..).zip(months) {
                sums[year_of(month)].plus(*part);
            }
            sums
        };
        let tax = self.tax.iter().map(|tax| tax.as_ref().map(TaxCurve::at_plan)).collect();
        Prepared { model: self, base: by_year(&self.base), fixed: by_year(&self.fixed), tax }
    }

    /// Keeps what the ledger's lines come to.
    pub(crate) fn stand_beside(&mut self, lines: &[Line], settings: &Settings) {
        let mut years = vec![(Decimal::ZERO, 0); settings.horizon_years as usize];
        for line in lines {
            if let Some((sum, count)) = years.get_mut(year_of(line.month)) {
                (*sum, *count) = (*sum + line.amount, *count + 1);
            }
        }
        self.ledger = years.into_iter().map(|(sum, count)| (sum.to_f64().unwrap_or(f64::NAN), count)).collect();
    }

    /// By year, what the ledger's rounding of each line to the smallest unit leaves between it and this model: carried
    /// into the futures, so that without chance each is the ledger to the cent. What is further from the ledger than its
    /// lines can round is no rounding, but what a table expects and no future is.
    fn rounding(&self, settings: &Settings) -> Vec<f64> {
        let years = settings.horizon_years as usize;
        if self.ledger.is_empty() {
            return vec![0.0; years];
        }
        let still = Settings { payout_spread: 0.0, raise_spread: 0.0, jumps: 0.0, paths: 1, ..settings.clone() };
        let mut plan = self.clone();
        plan.layoff = 0.0;
        let exits = std::mem::take(&mut plan.exits);
        plan.vests.iter_mut().for_each(|vest| vest.volatility = 0.0);
        if let Some(compute) = &mut plan.compute {
            (compute.spread, compute.scenario) = (0.0, None);
        }
        let mut draws = Draws::new(&still, std::slice::from_ref(&plan));
        draws.sample(0, 1);
        let mut paths = vec![[0.0; LANES]; years];
        plan.sums(years).value(0, &draws, &mut Scratch::default(), &mut paths);
        let mut values: Vec<_> = paths.iter().map(|year| year[0]).collect();
        for exit in exits {
            values[year_of(exit.month)] += (exit.up_to - exit.from) * exit.part.value;
        }
        let unit = money::smallest(settings.currency).to_f64().unwrap_or(0.01);
        let apart = self.ledger.iter().zip(values).map(|((sum, count), value)| {
            let (apart, most) = (sum - value, unit * (0.5 * f64::from(*count) + 1.0));
            if apart.abs() <= most { apart } else { 0.0 }
        });
        apart.collect()
    }

    fn curve(&self, year: usize, tax: &TaxModel, base: &[Part], fixed: &[Part]) -> Option<TaxCurve> {
        let still = base.get(year)?.wages + fixed.get(year)?.wages;
        let moving: f64 = self.bonus.iter().filter(|b| year_of(b.month) == year).map(|b| b.part.wages).sum::<f64>()
            + self
                .vests
                .iter()
                .filter(|v| year_of(v.month) == year)
                .map(|v| (v.amount - v.cost).max(0.0) * v.taxed)
                .sum::<f64>();
        let largest_exit =
            self.exits.iter().filter(|e| year_of(e.month) == year).map(|e| e.part.wages).fold(0.0, f64::max);
        let high = (still.max(0.0) * 2.0 + moving * FOLLOWED + largest_exit).max(1_000.0) * tax.per;
        let given = tax.situation.wages.to_f64()?;
        let low = tax.situation.deferral.to_f64()?;
        let curve = tax.residence.curve(&tax.situation, low.min(given), high.min(9e11), given);
        Some(TaxCurve { curve, ..TaxCurve::at_plan(tax) })
    }
}

pub(crate) fn year_of(month: u32) -> usize {
    (month.max(1).div_ceil(12) - 1) as usize
}

/// A token budget and a machine at a workload, month by month at plan.
#[derive(Debug, Clone)]
pub struct ComputeModel {
    /// The budget, when there is one.
    pub budget: Option<BudgetModel>,
    /// Calls planned, by month.
    pub calls: Vec<f64>,
    /// Planned price of a call, by month.
    pub per_call: Vec<f64>,
    /// Planned price of the same tokens against the first month, by month.
    pub index: Vec<f64>,
    /// How much use grows as the price falls against plan.
    pub elasticity: f64,
    /// The stated path of prices that is planned; futures lie around it.
    pub scenario: Option<&'static PriceScenario>,
    /// Standard deviation of log use.
    pub spread: f64,
    /// The share of use that is the person's own.
    pub personal_share: f64,
    /// What the person would buy anyway, a month.
    pub would_buy: f64,
    /// What other own use is worth, of its list price.
    pub option_value: f64,
    /// The machine of the offer, when it can run the workload's model.
    pub machine: Option<OwnMachine>,
    /// What one unit of money counts in each month; empty where it counts one.
    pub weights: Vec<f64>,
}

/// A budget with its steps, whom it is shared with, and how firm it is.
#[derive(Debug, Clone)]
pub struct BudgetModel {
    /// Terms of the whole of it.
    pub terms: Terms,
    /// Its steps.
    pub steps: Vec<Step>,
    /// People who share it, the person included.
    pub people: u32,
    /// What each of the others uses, for work and for themselves, against what the person does.
    pub others: f64,
    /// How it may be taken back.
    pub revocation: Revocation,
}

/// A machine that an offer brings.
#[derive(Debug, Clone)]
pub struct OwnMachine {
    /// What it can do.
    pub owned: Owned,
    /// The share of the work it is given.
    pub share: f64,
    /// Price of a kWh when the person pays for it, else zero.
    pub electricity: f64,
    /// Own work may run on it.
    pub own_use: bool,
}

/// What one month is worth to the person.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MonthValue {
    /// What happened to the person's part of the budget.
    pub budget: balance::MonthOutcome,
    /// Taken beyond an equal part of a pool from the others; negative when they took from the person.
    pub from_others: f64,
    /// Own use of the budget beyond what would have been bought, as counted.
    pub option_value: f64,
    /// Own work on the machine that would have been bought.
    pub machine_perk: f64,
    /// Other own work on the machine, as counted.
    pub machine_option: f64,
    /// Electricity that the person pays.
    pub electricity: f64,
}

impl MonthValue {
    /// What the token budget counts in the month.
    pub fn tokens(&self) -> f64 {
        self.budget.perk + self.option_value - self.budget.out_of_pocket
    }

    /// What the machine counts in the month, before resale.
    pub fn hardware(&self) -> f64 {
        self.machine_perk + self.machine_option - self.electricity
    }
}

impl ComputeModel {
    /// What one unit of money counts in `month` (from 1).
    pub fn weight(&self, month: u32) -> f64 {
        self.weights.get(month as usize - 1).copied().unwrap_or(1.0)
    }

    /// Runs the months of one future, and returns what is cashed on leaving.
    ///
    /// The machine takes its share of the calls first, as far as its hours go; the rest is the budget's. The others of a
    /// pool keep to plan, but pay the same prices.
    pub fn run(&self, lots: &mut Lots, draws: &FutureDraws, mut visit: impl FnMut(u32, &MonthValue)) -> f64 {
        let per_call = |month: u32| self.per_call[month as usize - 1] * draws.price(month);
        let served =
            |calls: f64| self.machine.as_ref().map_or(0.0, |machine| machine.owned.served(calls * machine.share));
        let local = |month: u32| {
            let price = draws.price(month);
            let moved = if self.elasticity != 0.0 && price != 1.0 { libm::pow(price, -self.elasticity) } else { 1.0 };
            let calls = self.calls[month as usize - 1] * draws.used(month) * moved;
            (calls, served(calls))
        };
        let demand = |month: u32| {
            let (calls, local) = local(month);
            let cloud = (calls - local) * per_call(month);
            Demand {
                work: cloud * (1.0 - self.personal_share),
                own: cloud * self.personal_share,
                would_buy: self.would_buy,
            }
        };
        let mut close = |month: u32, budget: &balance::MonthOutcome, from_others: f64| {
            let mut value = MonthValue {
                budget: *budget,
                from_others,
                option_value: budget.own * self.option_value,
                ..MonthValue::default()
            };
            if let Some(machine) = &self.machine {
                let (_, calls) = local(month);
                if machine.own_use {
                    let own = calls * per_call(month) * self.personal_share;
                    value.machine_perk = own.min((self.would_buy - budget.perk).max(0.0));
                    value.machine_option = (own - value.machine_perk) * self.option_value;
                }
                value.electricity = machine.owned.kwh(calls).unwrap_or(0.0) * machine.electricity;
            }
            visit(month, &value);
        };
        let Some(budget) = &self.budget else {
            for month in 1..=u32::try_from(self.calls.len()).unwrap_or(0) {
                close(month, &balance::MonthOutcome::default(), 0.0);
            }
            return 0.0;
        };
        let BudgetModel { terms, steps, people, .. } = budget;
        let ends = budget.revocation.ends(draws.revoked);
        let price = |month: u32| self.index[month as usize - 1] * draws.price(month);
        if *people <= 1 {
            let close = |month: u32, outcome: &balance::MonthOutcome| close(month, outcome, 0.0);
            return balance::run_until(terms, steps, lots, ends, demand, price, close).cashed;
        }
        let others = |month: u32| {
            let calls = self.calls[month as usize - 1];
            let each = (calls - served(calls)) * per_call(month) * (1.0 - self.personal_share);
            each * budget.others * f64::from(people - 1)
        };
        let others = pool::Others { work: others, own: budget.others * f64::from(people - 1) };
        let visit = |month: u32, pooled: &pool::PooledMonth| close(month, &pooled.mine, pooled.from_others);
        pool::run(terms, *people, steps, lots, ends, demand, others, price, visit).cashed
    }
}
