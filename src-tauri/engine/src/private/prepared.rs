//! The waterfall as a table of straight lines in floats, for futures that ask it a hundred thousand times.
//!
//! It bends where the exact one bends, so it is the same function. It differs from the exact one by at most one part in
//! 10⁹ of a payout plus one part in 10¹³ of the sale, which only counts where next to nothing is left for common.

use super::waterfall::{Right, Waterfall};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A waterfall in floats. It allocates nothing when asked.
#[derive(Debug, Clone)]
pub struct PreparedWaterfall {
    knots: Vec<Line>,
    claims: Vec<Claim>,
}

/// From `exit` on a common share gets `per_share` and `each` of every further unit.
#[derive(Debug, Clone, Copy)]
struct Line {
    exit: f64,
    per_share: f64,
    each: f64,
}

/// max(min(preference + shares·x, cap), shares·x − strike·shares), and the part of the preference that a sale pays.
#[derive(Debug, Clone, Copy)]
struct Claim {
    shares: f64,
    strike: f64,
    preference: f64,
    /// What it may take without converting.
    cap: f64,
    /// Whether it shares in the rest while it keeps its preference.
    participates: bool,
    /// The sale from which its tier is paid, and what the tier takes.
    from: f64,
    tier: f64,
}

fn float(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}

impl Waterfall {
    /// Its twin in floats.
    pub fn prepare(&self) -> PreparedWaterfall {
        let knots = self
            .knots
            .iter()
            .map(|knot| Line {
                exit: float(knot.exit),
                per_share: float(knot.per_share),
                each: if knot.slope.is_zero() { 0.0 } else { 1.0 / float(knot.slope) },
            })
            .collect();
        let mut claims: Vec<Claim> = self
            .claims
            .iter()
            .map(|claim| {
                let shares = float(claim.shares);
                let common =
                    Claim { shares, strike: 0.0, preference: 0.0, cap: 0.0, participates: false, from: 0.0, tier: 1.0 };
                match claim.right {
                    Right::Common => common,
                    Right::Option { strike } => Claim { strike: float(strike), ..common },
                    Right::NonParticipating { preference } => {
                        Claim { preference: float(preference), cap: float(preference), ..common }
                    }
                    Right::Participating { preference } => {
                        Claim { preference: float(preference), cap: f64::INFINITY, participates: true, ..common }
                    }
                    Right::Capped { preference, total } => {
                        Claim { preference: float(preference), cap: float(total), participates: true, ..common }
                    }
                }
            })
            .collect();
        for tier in &self.tiers {
            for (claim, _) in &tier.members {
                claims[*claim].from = float(tier.from);
                claims[*claim].tier = float(tier.total);
            }
        }
        PreparedWaterfall { knots, claims }
    }
}

impl PreparedWaterfall {
    /// What one common share gets in a sale for `exit`; nothing for a sale of nothing or less.
    pub fn per_common_share(&self, exit: f64) -> f64 {
        let after = self.knots.partition_point(|line| line.exit < exit);
        match after.checked_sub(1).map(|last| self.knots[last]) {
            Some(line) => line.per_share + (exit - line.exit) * line.each,
            None => 0.0,
        }
    }

    /// What the holder of `shares` with this strike gets in a sale for `exit`; a strike of zero for shares.
    pub fn holding(&self, shares: f64, strike: f64, exit: f64) -> f64 {
        shares * (self.per_common_share(exit) - strike).max(0.0)
    }

    /// What every class gets, then every pool, in the order of the cap table. `out` is as long as they are many.
    pub fn distribute(&self, exit: f64, out: &mut [f64]) {
        let per_share = self.per_common_share(exit);
        let short = self.knots.first().is_some_and(|first| exit < first.exit);
        for (claim, out) in self.claims.iter().zip(out) {
            *out = if short {
                claim.preference * ((exit - claim.from) / claim.tier).clamp(0.0, 1.0)
            } else {
                claim.at(per_share)
            };
        }
    }

    /// How many classes and pools there are.
    pub fn len(&self) -> usize {
        self.claims.len()
    }

    /// Whether there is none; a cap table that was accepted has one.
    pub fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }
}

impl Claim {
    fn at(&self, per_share: f64) -> f64 {
        let common = self.shares * (per_share - self.strike).max(0.0);
        let kept = if self.participates { self.preference + common } else { self.preference };
        kept.min(self.cap).max(common)
    }
}
