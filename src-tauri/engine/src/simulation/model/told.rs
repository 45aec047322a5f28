//! An offer of the futures in figures, for another program.

use super::{ComputeModel, Prepared};
use counterweight_inference::balance::split::OverageRule;
use counterweight_inference::balance::{Carry, Leaving};
use serde::Serialize;

/// An offer in figures, for another program. Amounts of pay are `[value, taxed as wages]`.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// What does not move, by year, base included.
    pub fixed: Vec<[f64; 2]>,
    /// Month, value and wages of each bonus at plan.
    pub bonus: Vec<(u32, f64, f64)>,
    /// Month, month of the price, value, cost, taxed share and volatility of each vest.
    pub vests: Vec<[f64; 6]>,
    /// Each year's tax: wages and tax at the ends of its straight pieces, wages of a unit of the case's money, tax
    /// without this pay, and what a unit counts.
    pub tax: Vec<Option<ToldTax>>,
    /// Its token budget.
    pub budget: Option<ToldBudget>,
}

/// A year's tax in figures.
#[derive(Debug, Clone, Serialize)]
pub struct ToldTax {
    wages: Vec<f64>,
    tax: Vec<f64>,
    per: f64,
    without: f64,
    weight: f64,
}

/// A token budget in figures.
#[derive(Debug, Clone, Serialize)]
pub struct ToldBudget {
    /// Calls and the price of a call, by month.
    cost: Vec<f64>,
    /// Month, share of it, whether a period begins, and the grant.
    steps: Vec<(u32, f64, bool, f64)>,
    /// Everything is carried into the next period; nothing else.
    carries: bool,
    personal_cap: f64,
    self_paid: bool,
    personal_share: f64,
    would_buy: f64,
    option_value: f64,
    weights: Vec<f64>,
}

impl Prepared<'_> {
    /// In figures; the error names what cannot be told.
    pub(in crate::simulation) fn told(&self) -> Result<Told, &'static str> {
        let model = self.model;
        if !model.exits.is_empty() || model.layoff > 0.0 {
            return Err("exits and layoffs");
        }
        let tax = self.tax.iter().map(|tax| {
            let Some(tax) = tax else { return Ok::<_, &'static str>(None) };
            let (wages, owed) = tax.curve.as_ref().ok_or("a year's tax without a curve")?.ends();
            let (wages, owed) = (wages.to_vec(), owed.to_vec());
            Ok(Some(ToldTax { wages, tax: owed, per: tax.per, without: tax.without, weight: tax.weight }))
        });
        Ok(Told {
            fixed: self.base.iter().zip(&self.fixed).map(|(b, f)| [b.value + f.value, b.wages + f.wages]).collect(),
            bonus: model.bonus.iter().map(|b| (b.month, b.part.value, b.part.wages)).collect(),
            vests: model
                .vests
                .iter()
                .map(|v| [f64::from(v.month), f64::from(v.from), v.amount, v.cost, v.taxed, v.volatility])
                .collect(),
            tax: tax.collect::<Result<_, _>>()?,
            budget: model.compute.as_ref().map(ComputeModel::told).transpose()?,
        })
    }
}

impl ComputeModel {
    fn told(&self) -> Result<ToldBudget, &'static str> {
        let budget = self.budget.as_ref().ok_or("a machine")?;
        let terms = &budget.terms;
        let plain = self.machine.is_none() && self.elasticity == 0.0 && self.scenario.is_none() && budget.people <= 1;
        let kept =
            terms.leaving == Leaving::Forfeited && terms.expiry_months.is_none() && !terms.follows_price && !terms.flat;
        let carries = match terms.carry {
            Carry::Nothing => false,
            Carry::Everything => true,
            Carry::UpTo(_) => return Err("a cap on what is carried"),
        };
        if !plain || !kept {
            return Err(
                "machines, elastic use, and budgets that are shared, expire, follow prices, are a flat fee or end in cash",
            );
        }
        Ok(ToldBudget {
            cost: self.calls.iter().zip(&self.per_call).map(|(calls, price)| calls * price).collect(),
            steps: budget.steps.iter().map(|s| (s.month, s.share, s.resets, s.grant)).collect(),
            carries,
            personal_cap: terms.personal_cap,
            self_paid: terms.overage == OverageRule::SelfPaid,
            personal_share: self.personal_share,
            would_buy: self.would_buy,
            option_value: self.option_value,
            weights: self.weights.clone(),
        })
    }
}
