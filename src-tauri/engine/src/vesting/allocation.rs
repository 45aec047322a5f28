//! How whole shares are given to tranches: the seven rules of Open Cap Format's `AllocationType`.

use super::fraction::Fraction;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

/// Digits of a share that [`Allocation::Fractional`] keeps: as many as Open Cap Format's `Numeric` can say.
const FRACTIONAL_PLACES: u32 = 10;

/// How a grant is divided when a tranche is not a whole number of shares. Named as Open Cap Format names them;
/// its own example is 18 shares in 4 tranches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Allocation {
    /// The rounded running total less what was given before, ties away from zero: 5-4-5-4.
    #[default]
    CumulativeRounding,
    /// The running total rounded down, less what was given before: 4-5-4-5.
    CumulativeRoundDown,
    /// Every tranche rounded down; the shares left over go one each to the first tranches: 5-5-4-4.
    FrontLoaded,
    /// Every tranche rounded down; the shares left over go one each to the last tranches: 4-4-5-5.
    BackLoaded,
    /// Every tranche rounded down; the shares left over all go to the first: 6-4-4-4.
    FrontLoadedToSingleTranche,
    /// Every tranche rounded down; the shares left over all go to the last: 4-4-4-6.
    BackLoadedToSingleTranche,
    /// Fractions of shares vest, to ten digits: 4.5-4.5-4.5-4.5.
    Fractional,
}

impl Allocation {
    /// All seven, in the format's order.
    pub const ALL: [Allocation; 7] = [
        Allocation::CumulativeRounding,
        Allocation::CumulativeRoundDown,
        Allocation::FrontLoaded,
        Allocation::BackLoaded,
        Allocation::FrontLoadedToSingleTranche,
        Allocation::BackLoadedToSingleTranche,
        Allocation::Fractional,
    ];

    /// The name in Open Cap Format.
    pub fn ocf_name(self) -> &'static str {
        match self {
            Allocation::CumulativeRounding => "CUMULATIVE_ROUNDING",
            Allocation::CumulativeRoundDown => "CUMULATIVE_ROUND_DOWN",
            Allocation::FrontLoaded => "FRONT_LOADED",
            Allocation::BackLoaded => "BACK_LOADED",
            Allocation::FrontLoadedToSingleTranche => "FRONT_LOADED_TO_SINGLE_TRANCHE",
            Allocation::BackLoadedToSingleTranche => "BACK_LOADED_TO_SINGLE_TRANCHE",
            Allocation::Fractional => "FRACTIONAL",
        }
    }

    /// The rule with this name in Open Cap Format.
    pub fn from_ocf_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.ocf_name() == name)
    }
}

/// The shares of each tranche of a grant of `total` shares, of which each tranche is a fraction; in order.
///
/// When the fractions make the whole, the shares sum to `total` exactly. When they make less (an event has not
/// come), whole shares vest: the fraction of the grant rounded to nearest by `CUMULATIVE_ROUNDING`, down by the others.
///
/// The format defines its rules by even tranches. For uneven ones, as generalised here, a share left over goes only
/// to a tranche that lost a fraction by rounding down, so that under `FRONT_LOADED` and `BACK_LOADED` no tranche is
/// a whole share away from its exact part; the rules for a single tranche take the first and the last. A fraction
/// of a share in the grant itself vests with the last tranche.
///
/// None when the fractions make more than the whole, when `total` is negative, or when a figure is too large or too
/// fine to compute exactly.
pub fn allocate(total: Decimal, tranches: &[Fraction], rule: Allocation) -> Option<Vec<Decimal>> {
    if total < Decimal::ZERO {
        return None;
    }
    let mut cumulative = Vec::with_capacity(tranches.len());
    let mut running = Fraction::ZERO;
    for tranche in tranches {
        running = running.plus(*tranche)?;
        cumulative.push(running);
    }
    if running > Fraction::ONE {
        return None;
    }
    let complete = running == Fraction::ONE;
    let end = match (complete, rule) {
        (true, _) => total,
        (false, Allocation::Fractional) => running.floor_of(total, FRACTIONAL_PLACES)?.0,
        (false, Allocation::CumulativeRounding) => running.nearest_of(total, 0)?.min(total.floor()),
        (false, _) => running.floor_of(total, 0)?.0,
    };
    match rule {
        Allocation::CumulativeRounding => by_running_total(&cumulative, end, |f| f.nearest_of(total, 0)),
        Allocation::CumulativeRoundDown => by_running_total(&cumulative, end, |f| Some(f.floor_of(total, 0)?.0)),
        Allocation::Fractional => by_running_total(&cumulative, end, |f| f.nearest_of(total, FRACTIONAL_PLACES)),
        _ => by_remainder(total, tranches, end, rule),
    }
}

/// Each running total less the one before; the last is `end`.
fn by_running_total(
    cumulative: &[Fraction],
    end: Decimal,
    up_to: impl Fn(Fraction) -> Option<Decimal>,
) -> Option<Vec<Decimal>> {
    let mut given = Decimal::ZERO;
    let mut shares = Vec::with_capacity(cumulative.len());
    for (i, fraction) in cumulative.iter().enumerate() {
        // Rounding to nearest can pass the end by a share just before it, when the grant holds half a share.
        let now = if i + 1 == cumulative.len() { end } else { up_to(*fraction)?.min(end) };
        shares.push((now - given).normalize());
        given = now;
    }
    Some(shares)
}

/// Each tranche rounded down, then what is left of `end` as the rule says.
fn by_remainder(total: Decimal, tranches: &[Fraction], end: Decimal, rule: Allocation) -> Option<Vec<Decimal>> {
    let mut shares = Vec::with_capacity(tranches.len());
    let mut short = Vec::with_capacity(tranches.len());
    for (i, tranche) in tranches.iter().enumerate() {
        let (down, lost) = tranche.floor_of(total, 0)?;
        shares.push(down);
        if lost {
            short.push(i);
        }
    }
    let (Some(last), left) = (shares.len().checked_sub(1), end - shares.iter().sum::<Decimal>()) else {
        return Some(shares);
    };
    let whole = left.floor();
    match rule {
        Allocation::FrontLoadedToSingleTranche => shares[0] += whole,
        Allocation::BackLoadedToSingleTranche => shares[last] += whole,
        _ => {
            // What was lost is less than a share for each tranche that lost any, so there is one for each.
            let count = whole.to_usize().filter(|n| *n <= short.len())?;
            let lucky = if rule == Allocation::FrontLoaded { &short[..count] } else { &short[short.len() - count..] };
            for i in lucky {
                shares[*i] += Decimal::ONE;
            }
        }
    }
    shares[last] += left - whole;
    Some(shares.into_iter().map(|s| s.normalize()).collect())
}
