//! Where a budget goes: four parts and what is cashed, which together are everything that was granted.

use super::{Final, MonthOutcome};

/// A budget split, in money at list price. The parts sum to what was granted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Split {
    /// Everything granted.
    pub granted: f64,
    /// Spent on what the person would have bought anyway: as good as cash.
    pub perk: f64,
    /// Spent on the employer's work: a tool of the job, never pay.
    pub enabler: f64,
    /// Spent on other own work, before it is counted at what it is worth.
    pub option_use: f64,
    /// Expired, or lost on leaving or when the budget was taken back.
    pub breakage: f64,
    /// Of use after leaving.
    pub cashed: f64,
    /// Work that the budget did not cover.
    pub unmet: f64,
}

impl Split {
    /// Adds a month.
    pub fn add(&mut self, month: &MonthOutcome) {
        self.granted += month.granted;
        self.perk += month.perk;
        self.enabler += month.work;
        self.option_use += month.own;
        self.breakage += month.expired;
        self.unmet += month.unmet;
    }

    /// Closes it on the day of leaving.
    pub fn close(&mut self, last: &Final) {
        self.breakage += last.forfeited;
        self.cashed += last.cashed;
    }

    /// What counts as pay before tax: the perk, other own use at `option_value` of its price, what is cashed, less what
    /// the person paid for work.
    pub fn counted(&self, option_value: f64, out_of_pocket: f64) -> f64 {
        self.perk + self.option_use * option_value + self.cashed - out_of_pocket
    }

    /// What granted money is not in any part: nothing but rounding.
    pub fn residue(&self) -> f64 {
        self.granted - self.perk - self.enabler - self.option_use - self.breakage - self.cashed
    }
}

/// What happens to work beyond the budget.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OverageRule {
    /// Work stops.
    HardStop,
    /// The person pays.
    SelfPaid,
    /// The employer pays when it approves, which it does for this share of what is asked, 0 to 1.
    EmployerPays(f64),
}

/// Work beyond the budget, by who bears it. The parts sum to what was unmet.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settled {
    /// Left undone.
    pub undone: f64,
    /// Paid by the person.
    pub self_paid: f64,
    /// Paid by the employer beyond the budget.
    pub employer_paid: f64,
}

impl OverageRule {
    /// Who bears work that the budget did not cover.
    pub fn settle(self, unmet: f64) -> Settled {
        match self {
            Self::HardStop => Settled { undone: unmet, ..Settled::default() },
            Self::SelfPaid => Settled { self_paid: unmet, ..Settled::default() },
            Self::EmployerPays(approved) => {
                let employer_paid = unmet * approved.clamp(0.0, 1.0);
                Settled { undone: unmet - employer_paid, employer_paid, self_paid: 0.0 }
            }
        }
    }
}
