//! Stock units of a private company: with two triggers a unit becomes a share, and income, only when it has vested
//! by service *and* the company is sold or listed.
//!
//! Until then there is nothing to sell and nothing to tax. Units that vest after the exit settle on their own day.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Units that vest by service on one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceVest {
    /// Months from now.
    pub months: u32,
    /// How many.
    pub shares: Decimal,
}

/// The terms of a grant with two triggers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DoubleTrigger {
    /// When units vest by service.
    pub vests: Vec<ServiceVest>,
    /// Part of what is unvested that the exit itself vests, 0 to 1.
    #[serde(default)]
    pub accelerated: Decimal,
    /// Months from now after which units without an exit lapse; commonly seven years after the grant.
    #[serde(default)]
    pub expires: Option<u32>,
    /// Whether units vested by service are kept on leaving, until they lapse.
    #[serde(default)]
    pub kept_on_leaving: bool,
}

/// What becomes of the units.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// Shares received, with the month; each is ordinary income at that day's price.
    pub settles: Vec<ServiceVest>,
    /// Units that come to nothing.
    pub lapses: Decimal,
}

impl DoubleTrigger {
    /// What settles when the exit is in month `exit`, if there is one, and the person leaves in month `leaves`, if
    /// ever. A unit that vests in the month of leaving has vested.
    pub fn settle(&self, exit: Option<u32>, leaves: Option<u32>) -> Settlement {
        let granted: Decimal = self.vests.iter().map(|vest| vest.shares).sum();
        let none = Settlement { settles: Vec::new(), lapses: granted };
        let Some(exit) = exit else { return none };
        let gone = leaves.is_some_and(|leaves| leaves < exit);
        if self.expires.is_some_and(|expires| exit > expires) || gone && !self.kept_on_leaving {
            return none;
        }
        let stays = |vest: &&ServiceVest| leaves.is_none_or(|leaves| vest.months <= leaves);
        let mut at_exit: Decimal =
            self.vests.iter().filter(stays).filter(|vest| vest.months <= exit).map(|vest| vest.shares).sum();
        let mut settles = Vec::new();
        let part = if gone { Decimal::ZERO } else { self.accelerated.clamp(Decimal::ZERO, Decimal::ONE) };
        for vest in self.vests.iter().filter(|vest| vest.months > exit) {
            // Whole units are accelerated; a fraction of one waits for its day.
            let now = if part == Decimal::ONE { vest.shares } else { (vest.shares * part).floor() };
            at_exit += now;
            if stays(&vest) && vest.shares > now {
                settles.push(ServiceVest { months: vest.months, shares: vest.shares - now });
            }
        }
        settles.sort_by_key(|vest| vest.months);
        if !at_exit.is_zero() {
            settles.insert(0, ServiceVest { months: exit, shares: at_exit });
        }
        let settled: Decimal = settles.iter().map(|vest| vest.shares).sum();
        Settlement { settles, lapses: granted - settled }
    }
}
