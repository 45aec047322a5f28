//! An offer as the futures need it: what is fixed, what moves with a share price, a payout or the use of tokens.

use super::draw::Draws;
use counterweight_inference::balance::{self, Demand, Lots, Step, Terms};
use counterweight_inference::ownership::Owned;

/// One offer, in the case's currency.
#[derive(Debug, Clone)]
pub struct OfferModel {
    /// Whose shares and payouts: the company's name.
    pub company: String,
    /// What does not move, by year.
    pub constant: Vec<f64>,
    /// Bonus at plan, by year.
    pub bonus: Vec<f64>,
    /// Vests of shares at their expected price.
    pub vests: Vec<ShareVest>,
    /// Token budget and hardware.
    pub compute: Option<ComputeModel>,
}

/// Shares that vest on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareVest {
    /// Months after the start.
    pub month: u32,
    /// The year it belongs to, from 0.
    pub year: usize,
    /// Their value at the expected price.
    pub amount: f64,
    /// Standard deviation of the yearly log return.
    pub volatility: f64,
}

impl OfferModel {
    /// Adds this offer's value by year in the path that `draws` holds.
    pub(super) fn value(&self, index: usize, draws: &Draws, scratch: &mut Scratch, out: &mut [f64]) {
        out.copy_from_slice(&self.constant);
        for (year, bonus) in self.bonus.iter().enumerate() {
            if *bonus != 0.0 {
                out[year] += bonus * draws.payout(index, year);
            }
        }
        draws.prices(index, &self.vests, &mut scratch.prices);
        for (vest, price) in self.vests.iter().zip(&scratch.prices) {
            out[vest.year] += vest.amount * price;
        }
        if let Some(compute) = &self.compute {
            let months = compute.calls.len();
            let last = compute.run(
                &mut scratch.lots,
                |month| draws.used(month),
                |month, value| {
                    out[year_of(month)] += value.tokens() + value.hardware();
                },
            );
            if months > 0 {
                out[year_of(u32::try_from(months).unwrap_or(1))] += last;
            }
        }
    }
}

fn year_of(month: u32) -> usize {
    (month.max(1).div_ceil(12) - 1) as usize
}

/// Room that runs share.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    lots: Lots,
    prices: Vec<f64>,
}

/// A token budget and a machine at a workload, month by month at plan.
#[derive(Debug, Clone)]
pub struct ComputeModel {
    /// The budget, when there is one.
    pub budget: Option<(Terms, Vec<Step>)>,
    /// Calls planned, by month.
    pub calls: Vec<f64>,
    /// List price of a call, by month.
    pub per_call: Vec<f64>,
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
    /// What happened to the budget.
    pub budget: balance::MonthOutcome,
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
    /// Runs the months with use at `used(month)` times plan, and returns what is cashed on leaving.
    ///
    /// The machine takes its share of the calls first, as far as its hours go; the rest is the budget's.
    pub fn run(&self, lots: &mut Lots, used: impl Fn(u32) -> f64, mut visit: impl FnMut(u32, &MonthValue)) -> f64 {
        let local = |month: u32| {
            let calls = self.calls[month as usize - 1] * used(month);
            let local = self.machine.as_ref().map_or(0.0, |machine| machine.owned.served(calls * machine.share));
            (calls, local)
        };
        let demand = |month: u32| {
            let (calls, local) = local(month);
            let cloud = (calls - local) * self.per_call[month as usize - 1];
            Demand {
                work: cloud * (1.0 - self.personal_share),
                own: cloud * self.personal_share,
                would_buy: self.would_buy,
            }
        };
        let mut close = |month: u32, budget: &balance::MonthOutcome| {
            let mut value =
                MonthValue { budget: *budget, option_value: budget.own * self.option_value, ..MonthValue::default() };
            if let Some(machine) = &self.machine {
                let (_, calls) = local(month);
                if machine.own_use {
                    let own = calls * self.per_call[month as usize - 1] * self.personal_share;
                    value.machine_perk = own.min((self.would_buy - budget.perk).max(0.0));
                    value.machine_option = (own - value.machine_perk) * self.option_value;
                }
                value.electricity = machine.owned.kwh(calls).unwrap_or(0.0) * machine.electricity;
            }
            visit(month, &value);
        };
        match &self.budget {
            Some((terms, steps)) => {
                let first = self.per_call.first().copied().unwrap_or(0.0);
                let price = |month: u32| if first > 0.0 { self.per_call[month as usize - 1] / first } else { 1.0 };
                balance::run(terms, steps, lots, demand, price, close).cashed
            }
            None => {
                for month in 1..=u32::try_from(self.calls.len()).unwrap_or(0) {
                    close(month, &balance::MonthOutcome::default());
                }
                0.0
            }
        }
    }
}
