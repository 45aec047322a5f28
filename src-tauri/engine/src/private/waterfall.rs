//! A sale of the company, paid out: preferences by seniority, then everybody who shares in the rest, each convertible
//! class choosing what pays it most while the others do the same.
//!
//! # The equilibrium
//!
//! Let x be what one common share gets. Once every preference is paid in full, each holder's best answer to x is
//! known: common takes n·x; non-participating preferred max(L, n·x); participating L + n·x; capped participating
//! max(min(C, L + n·x), n·x); an option n·max(x − K, 0), its strike paid in. Their sum S(x) starts at S(0) = ΣL, is
//! continuous and never falls, so a sale of E above ΣL is paid at the x where S(x) = E. At or below ΣL nothing is left
//! for common, x is 0, nobody gains by converting, and the tiers are paid in order, pro rata within each.
//!
//! **It is found by walking x up from zero**, from the state in which nobody has converted. At each turn one holder
//! changes its choice: a cap is reached at x = (C − L)/n, a class converts at L/n or, capped, at C/n, an option is
//! exercised at K. These points depend on the class alone, and a choice once made stays best at every higher x. So each
//! class turns at most twice and each pool once, and the walk ends after at most 2·classes + pools turns.
//!
//! **No other choice of conversions is stable.** Let a class be best off converting at x, and suppose it keeps its
//! preference P < n·x; if it converts and the price falls to x′, the others take no more than before, so it gets
//! n·x′ ≥ P, more than P while anybody else shares: it would convert. Conversely a class that converted for n·x < P
//! would go back. Two stable states can differ only where a class is indifferent, and then they pay the same. Hence
//! there is nothing to select: the payouts are unique. The tests check this against every combination of choices.
//!
//! Amounts are decimals; the sum of the payouts is the sale to about 10⁻¹⁸, and [`Distribution::in_cents`] sums
//! exactly.

use super::cap_table::{CapTable, CapTableError, MAX_MONEY, Participation};
use counterweight_domain::{Currency, money};
use rust_decimal::Decimal;
use serde::Serialize;

/// A cap table made ready to be paid out, whatever the sale.
#[derive(Debug, Clone)]
pub struct Waterfall {
    pub(super) claims: Vec<Claim>,
    pub(super) tiers: Vec<Tier>,
    pub(super) knots: Vec<Knot>,
    turns: Vec<Breakpoint>,
}

/// One class or pool: who it is and what it is owed.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub name: String,
    pub shares: Decimal,
    pub right: Right,
}

/// What a holder may claim, once every preference is paid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Right {
    Common,
    NonParticipating { preference: Decimal },
    Participating { preference: Decimal },
    Capped { preference: Decimal, total: Decimal },
    Option { strike: Decimal },
}

/// Preferences paid together: who, and from which sale on.
#[derive(Debug, Clone)]
pub(super) struct Tier {
    pub members: Vec<(usize, Decimal)>,
    pub from: Decimal,
    pub total: Decimal,
}

/// Where the payout bends: from `exit` on, a common share gets `per_share` and 1/`slope` of each further unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Knot {
    pub exit: Decimal,
    pub per_share: Decimal,
    pub slope: Decimal,
}

/// A sale at which somebody starts or stops being paid.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakpoint {
    /// The sale.
    pub exit: Decimal,
    /// What a common share gets there.
    pub per_share: Decimal,
    /// What happens above it.
    pub turn: Turn,
}

/// What happens at a breakpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Turn {
    /// The preferences of this seniority are paid in full.
    PreferencesPaid {
        /// Their names.
        names: Vec<String>,
    },
    /// Common gets anything above this sale.
    CommonIsPaid,
    /// A class has reached its cap.
    CapReached {
        /// Which.
        name: String,
    },
    /// A class converts to common.
    Converts {
        /// Which.
        name: String,
    },
    /// Options are worth exercising.
    Exercised {
        /// Which.
        name: String,
    },
}

/// What each holder gets in one sale.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Distribution {
    /// The proceeds for all holders, after debt, fees and carve-outs.
    pub exit: Decimal,
    /// What one common share gets.
    pub per_common_share: Decimal,
    /// Every class in the order of the cap table, then every option pool, net of its strike.
    pub payouts: Vec<Payout>,
}

/// What one class or pool gets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Payout {
    /// Who.
    pub name: String,
    /// How much, unrounded; options net of their strike.
    pub amount: Decimal,
    /// By which path.
    pub path: PayoutPath,
}

/// How a holder was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PayoutPath {
    /// As common.
    Common,
    /// Its preference, in part.
    PartOfPreference,
    /// Its preference.
    Preference,
    /// Its preference and a share of the rest.
    Participates,
    /// Its cap.
    AtCap,
    /// Converted to common.
    Converted,
    /// Exercised.
    Exercised,
    /// Not worth exercising.
    NotExercised,
}

impl Distribution {
    /// The payouts in the currency's smallest unit, summing to the sale exactly.
    pub fn in_cents(&self, currency: Currency) -> Vec<Decimal> {
        let exact: Vec<Decimal> = self.payouts.iter().map(|payout| payout.amount).collect();
        money::split(money::round(self.exit, currency), &exact, currency)
    }
}

impl Right {
    fn of(participation: &Participation, preference: Decimal) -> Self {
        match *participation {
            Participation::None => Right::NonParticipating { preference },
            Participation::Full => Right::Participating { preference },
            Participation::Capped { total } => Right::Capped { preference, total },
        }
    }

    /// The best answer to a price of `x` a common share.
    fn answer(self, n: Decimal, x: Decimal) -> (Decimal, PayoutPath) {
        if let Right::Option { strike } = self {
            // Before the product: options out of the money may be many, and the price beside them large.
            return if x > strike {
                (n * (x - strike), PayoutPath::Exercised)
            } else {
                (Decimal::ZERO, PayoutPath::NotExercised)
            };
        }
        let common = n * x;
        match self {
            Right::Common | Right::Option { .. } => (common, PayoutPath::Common),
            Right::NonParticipating { preference } if common > preference => (common, PayoutPath::Converted),
            Right::NonParticipating { preference } => (preference, PayoutPath::Preference),
            Right::Participating { preference } => (preference + common, PayoutPath::Participates),
            Right::Capped { total, .. } if common > total => (common, PayoutPath::Converted),
            Right::Capped { preference, total } if preference + common >= total => (total, PayoutPath::AtCap),
            Right::Capped { preference, .. } => (preference + common, PayoutPath::Participates),
        }
    }

    /// The prices at which its choice changes, and by how many shares that changes who shares in the rest.
    fn turns(self, n: Decimal, name: &str) -> Vec<(Decimal, Decimal, Turn)> {
        if n.is_zero() {
            return Vec::new();
        }
        let name = name.to_owned();
        match self {
            Right::Common | Right::Participating { .. } => Vec::new(),
            Right::NonParticipating { preference } => vec![(preference / n, n, Turn::Converts { name })],
            Right::Capped { preference, total } => vec![
                ((total - preference) / n, -n, Turn::CapReached { name: name.clone() }),
                (total / n, n, Turn::Converts { name }),
            ],
            Right::Option { strike } => vec![(strike, n, Turn::Exercised { name })],
        }
    }

    fn preference(self) -> Decimal {
        match self {
            Right::NonParticipating { preference }
            | Right::Participating { preference }
            | Right::Capped { preference, .. } => preference,
            Right::Common | Right::Option { .. } => Decimal::ZERO,
        }
    }
}

impl Waterfall {
    /// Walks the cap table once. Errors say which class cannot be worked out.
    pub fn new(table: &CapTable) -> Result<Self, CapTableError> {
        table.check()?;
        let classes = table.classes.iter().map(|class| Claim {
            name: class.name.clone(),
            shares: class.shares,
            right: class.preference.as_ref().map_or(Right::Common, |p| Right::of(&p.participation, p.amount)),
        });
        let pools = table.options.iter().map(|pool| Claim {
            name: pool.name.clone(),
            shares: pool.count,
            right: Right::Option { strike: pool.strike },
        });
        let claims: Vec<Claim> = classes.chain(pools).collect();
        let (tiers, preferences) = tiers(table);
        let mut breakpoints: Vec<Breakpoint> = tiers
            .iter()
            .map(|tier| Breakpoint {
                exit: tier.from + tier.total,
                per_share: Decimal::ZERO,
                turn: Turn::PreferencesPaid {
                    names: tier.members.iter().map(|(claim, _)| claims[*claim].name.clone()).collect(),
                },
            })
            .collect();

        let shares_at_once =
            |claim: &&Claim| matches!(claim.right, Right::Common | Right::Participating { .. } | Right::Capped { .. });
        let slope: Decimal = claims.iter().filter(shares_at_once).map(|claim| claim.shares).sum();
        if claims.iter().any(|claim| claim.right == Right::Common && !claim.shares.is_zero()) {
            let turn = Turn::CommonIsPaid;
            breakpoints.push(Breakpoint { exit: preferences, per_share: Decimal::ZERO, turn });
        }
        let mut turns: Vec<(Decimal, Decimal, Turn)> =
            claims.iter().flat_map(|claim| claim.right.turns(claim.shares, &claim.name)).collect();
        turns.sort_by_key(|turn| turn.0);
        let mut knots = vec![Knot { exit: preferences, per_share: Decimal::ZERO, slope }];
        for (per_share, change, turn) in turns {
            let last = knots[knots.len() - 1];
            let Some(exit) = (per_share - last.per_share)
                .checked_mul(last.slope)
                .and_then(|more| more.checked_add(last.exit))
                .filter(|exit| *exit <= MAX_MONEY)
            else {
                // Beyond any sale that is accepted, and so is every later turn.
                break;
            };
            breakpoints.push(Breakpoint { exit, per_share, turn });
            knots.push(Knot { exit, per_share, slope: last.slope + change });
        }
        Ok(Self { claims, tiers, knots, turns: breakpoints })
    }

    /// What one common share gets in a sale for `exit`.
    pub fn per_common_share(&self, exit: Decimal) -> Result<Decimal, CapTableError> {
        let sale = || "The sale".to_owned();
        if exit.is_sign_negative() && !exit.is_zero() {
            return Err(CapTableError::Negative { name: sale() });
        }
        if exit > MAX_MONEY {
            return Err(CapTableError::OutOfRange { name: sale() });
        }
        // The last knot strictly below the sale: at a knot itself the price before it holds.
        let Some(knot) = self.knots.iter().rev().find(|knot| knot.exit < exit) else { return Ok(Decimal::ZERO) };
        if knot.slope.is_zero() {
            // Nobody shares in this stretch, so it has no width; only rounding of a turn leads here.
            return Ok(knot.per_share);
        }
        Ok(knot.per_share + (exit - knot.exit) / knot.slope)
    }

    /// Pays out a sale for `exit`: what is left for the holders after debt, fees and carve-outs.
    pub fn distribute(&self, exit: Decimal) -> Result<Distribution, CapTableError> {
        let per_common_share = self.per_common_share(exit)?;
        let preferences = self.knots[0].exit;
        let mut payouts: Vec<Payout> = self
            .claims
            .iter()
            .map(|claim| {
                let (amount, path) = claim.right.answer(claim.shares, per_common_share);
                Payout { name: claim.name.clone(), amount, path }
            })
            .collect();
        if exit < preferences {
            for tier in self.tiers.iter().filter(|tier| exit < tier.from + tier.total) {
                let paid = (exit - tier.from).max(Decimal::ZERO);
                for (claim, preference) in &tier.members {
                    payouts[*claim].amount = preference * (paid / tier.total);
                    payouts[*claim].path = PayoutPath::PartOfPreference;
                }
            }
        }
        Ok(Distribution { exit, per_common_share, payouts })
    }

    /// The sale at which one common share gets `per_share`: the answer to what the company must be sold for. `None`
    /// beyond 10¹⁸.
    pub fn exit_for(&self, per_share: Decimal) -> Option<Decimal> {
        if per_share <= Decimal::ZERO {
            return Some(Decimal::ZERO);
        }
        let knot = self.knots.iter().rev().find(|knot| knot.per_share < per_share).unwrap_or(&self.knots[0]);
        let more = (per_share - knot.per_share).checked_mul(knot.slope)?;
        more.checked_add(knot.exit).filter(|exit| *exit <= MAX_MONEY)
    }

    /// The sale above which common gets anything: the sum of the preferences.
    pub fn common_is_paid_above(&self) -> Decimal {
        self.knots[0].exit
    }

    /// Every sale at which somebody starts or stops being paid, rising.
    pub fn breakpoints(&self) -> &[Breakpoint] {
        &self.turns
    }
}

/// The preferences by seniority, and their sum.
fn tiers(table: &CapTable) -> (Vec<Tier>, Decimal) {
    let mut ranked: Vec<(u32, usize, Decimal)> = Vec::new();
    for (index, class) in table.classes.iter().enumerate() {
        if let Some(preference) = class.preference.as_ref().filter(|p| !p.amount.is_zero()) {
            let amount = Right::of(&preference.participation, preference.amount).preference();
            ranked.push((preference.seniority, index, amount));
        }
    }
    ranked.sort_by_key(|(seniority, index, _)| (*seniority, *index));
    let mut from = Decimal::ZERO;
    let tiers = ranked
        .chunk_by(|a, b| a.0 == b.0)
        .map(|members| {
            let total: Decimal = members.iter().map(|member| member.2).sum();
            let tier =
                Tier { members: members.iter().map(|&(_, index, amount)| (index, amount)).collect(), from, total };
            from += total;
            tier
        })
        .collect();
    (tiers, from)
}
