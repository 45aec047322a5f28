//! Exact fractions: 1/48 of a grant has no end as a decimal, and 48 of them must be the whole grant.

use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A fraction of a whole, zero or more, exact. Every operation that could overflow says so.
///
/// Not always in lowest terms, so that adding parts with one denominator costs one addition; [`PartialEq`] and
/// [`Ord`] compare values.
#[derive(Debug, Clone, Copy)]
pub struct Fraction {
    over: i128,
    under: i128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Fraction = Fraction { over: 0, under: 1 };
    /// The whole.
    pub const ONE: Fraction = Fraction { over: 1, under: 1 };

    /// `over`/`under`; none when `under` is zero.
    pub fn new(over: u64, under: u64) -> Option<Self> {
        (under != 0).then(|| reduced(i128::from(over), i128::from(under)))
    }

    /// The quotient of two decimals of zero or more; none when it is no such thing or too fine to hold.
    pub fn of(over: Decimal, under: Decimal) -> Option<Self> {
        if over < Decimal::ZERO || under <= Decimal::ZERO {
            return None;
        }
        let (over, under) = (over.normalize(), under.normalize());
        let a = over.mantissa().checked_mul(10i128.checked_pow(under.scale())?)?;
        let b = under.mantissa().checked_mul(10i128.checked_pow(over.scale())?)?;
        Some(reduced(a, b))
    }

    /// A percentage as a fraction of the whole.
    pub fn percent(percent: Decimal) -> Option<Self> {
        Self::of(percent, Decimal::ONE_HUNDRED)
    }

    /// True when this is nothing.
    pub fn is_zero(self) -> bool {
        self.over == 0
    }

    /// The sum; none when too fine to hold.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.under == other.under {
            return Some(Self { over: self.over.checked_add(other.over)?, under: self.under });
        }
        let (a, b) = (reduced(self.over, self.under), reduced(other.over, other.under));
        let shared = gcd(a.under, b.under);
        let left = a.over.checked_mul(b.under / shared)?;
        let right = b.over.checked_mul(a.under / shared)?;
        Some(Self { over: left.checked_add(right)?, under: a.under.checked_mul(b.under / shared)? })
    }

    /// The difference, or nothing when `other` is larger; none when too fine to hold.
    pub fn less(self, other: Self) -> Option<Self> {
        if self <= other {
            return Some(Self::ZERO);
        }
        self.plus(Self { over: -other.over, under: other.under })
    }

    /// The product; none when too fine to hold.
    pub fn times(self, other: Self) -> Option<Self> {
        // Crossing out first keeps the product as small as it can be.
        let (a, b) = (reduced(self.over, other.under), reduced(other.over, self.under));
        Some(Self { over: a.over.checked_mul(b.over)?, under: a.under.checked_mul(b.under)? })
    }

    /// This many times the fraction; none when too fine to hold.
    pub fn repeated(self, count: u32) -> Option<Self> {
        self.times(Self { over: i128::from(count), under: 1 })
    }

    /// This fraction of `whole`, rounded down to a multiple of ten to the minus `places`, and whether anything
    /// was left; none when too large to compute.
    pub fn floor_of(self, whole: Decimal, places: u32) -> Option<(Decimal, bool)> {
        let (scaled, under) = self.scaled(whole, places)?;
        Some((Decimal::try_from_i128_with_scale(scaled / under, places).ok()?.normalize(), scaled % under != 0))
    }

    /// This fraction of `whole`, rounded to a multiple of ten to the minus `places`, ties away from zero; none
    /// when too large to compute.
    pub fn nearest_of(self, whole: Decimal, places: u32) -> Option<Decimal> {
        let (scaled, under) = self.scaled(whole, places)?;
        let nearest = scaled.checked_mul(2)?.checked_add(under)? / under.checked_mul(2)?;
        Some(Decimal::try_from_i128_with_scale(nearest, places).ok()?.normalize())
    }

    /// The fraction in percent, to twelve places; none when too large.
    #[cfg(test)]
    pub fn to_percent(self) -> Option<Decimal> {
        self.nearest_of(Decimal::ONE_HUNDRED, 12)
    }

    /// `self` × `whole` × 10^`places` as a quotient of integers.
    fn scaled(self, whole: Decimal, places: u32) -> Option<(i128, i128)> {
        let exponent = i64::from(places) - i64::from(whole.scale());
        let power = 10i128.checked_pow(u32::try_from(exponent.unsigned_abs()).ok()?);
        let direct = |mantissa: i128| {
            let over = self.over.checked_mul(mantissa)?;
            if exponent >= 0 {
                Some((over.checked_mul(power?)?, self.under))
            } else {
                Some((over, self.under.checked_mul(power?)?))
            }
        };
        direct(whole.mantissa()).or_else(|| {
            // Too large as it stands: cross out what both sides share, and try once more.
            let whole = whole.normalize();
            let exponent = i64::from(places) - i64::from(whole.scale());
            let power = 10i128.checked_pow(u32::try_from(exponent.unsigned_abs()).ok()?)?;
            let (up, down) = if exponent >= 0 { (power, 1) } else { (1, power) };
            let part = reduced(self.over, self.under);
            let rest = reduced(whole.mantissa().checked_mul(up)?, part.under);
            Some((part.over.checked_mul(rest.over)?, rest.under.checked_mul(down)?))
        })
    }
}

/// `over`/`under` in lowest terms; `under` is more than zero.
fn reduced(over: i128, under: i128) -> Fraction {
    // Division of 64 bits is several times faster, and nearly every schedule fits.
    if let (Ok(small_over), Ok(small_under)) = (u64::try_from(over), u64::try_from(under)) {
        let shared = small_gcd(small_over, small_under);
        return Fraction { over: i128::from(small_over / shared), under: i128::from(small_under / shared) };
    }
    let shared = gcd(over.abs(), under);
    Fraction { over: over / shared, under: under / shared }
}

/// The greatest common divisor of a number of zero or more and one of more than zero.
fn gcd(a: i128, b: i128) -> i128 {
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
        return i128::from(small_gcd(a, b));
    }
    let (mut a, mut b) = (a, b);
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

fn small_gcd(mut a: u64, mut b: u64) -> u64 {
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Some(left), Some(right)) = (self.over.checked_mul(other.under), other.over.checked_mul(self.under)) {
            return left.cmp(&right);
        }
        // Too large to cross-multiply: compare the whole parts, then what is left of them, turned over.
        let mut pair = (*self, *other);
        let mut turned = false;
        loop {
            let (a, b) = pair;
            let (whole_a, whole_b) = (a.over.div_euclid(a.under), b.over.div_euclid(b.under));
            let (rest_a, rest_b) = (a.over.rem_euclid(a.under), b.over.rem_euclid(b.under));
            let order = match whole_a.cmp(&whole_b) {
                Ordering::Equal => match (rest_a, rest_b) {
                    (0, 0) => Ordering::Equal,
                    (0, _) => Ordering::Less,
                    (_, 0) => Ordering::Greater,
                    _ => {
                        pair = (Fraction { over: a.under, under: rest_a }, Fraction { over: b.under, under: rest_b });
                        turned = !turned;
                        continue;
                    }
                },
                unequal => unequal,
            };
            return if turned { order.reverse() } else { order };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn forty_eight_forty_eighths_are_the_whole() {
        let month = Fraction::new(1, 48).expect("not over zero");
        let sum = (0..48).try_fold(Fraction::ZERO, |sum, _| sum.plus(month)).expect("fits");
        assert_eq!(sum, Fraction::ONE);
        assert_eq!(month.repeated(48), Some(Fraction::ONE));
    }

    /// By hand: 100,000 × 13/48 = 27,083.33…; 18 × 1/4 = 4.5 rounds to 5 and down to 4; 10 × 25/48 = 5.208333….
    #[test]
    fn parts_of_a_whole_round_as_asked() {
        let part = Fraction::new(13, 48).expect("not over zero");
        assert_eq!(part.floor_of(dec!(100_000), 0), Some((dec!(27_083), true)));
        let quarter = Fraction::percent(dec!(25)).expect("a percentage");
        assert_eq!(quarter.nearest_of(dec!(18), 0), Some(dec!(5)));
        assert_eq!(quarter.floor_of(dec!(18), 0), Some((dec!(4), true)));
        assert_eq!(quarter.floor_of(dec!(16), 0), Some((dec!(4), false)));
        let months = Fraction::new(25, 48).expect("not over zero");
        assert_eq!(months.nearest_of(dec!(10), 10), Some(dec!(5.2083333333)));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(Fraction::of(dec!(1), dec!(0)), None);
        assert_eq!(Fraction::of(dec!(-1), dec!(2)), None);
        let fine = Fraction::of(dec!(0.0000000000000000000000000001), Decimal::MAX);
        assert_eq!(fine, None);
        let a = Fraction::of(Decimal::ONE, Decimal::MAX).expect("fits");
        let b = Fraction::of(Decimal::ONE, Decimal::MAX - Decimal::TWO).expect("fits");
        assert_eq!(a.plus(b), None);
        assert!(a < b);
        let half = Fraction::new(1, 2).expect("not over zero");
        assert_eq!(Fraction::of(Decimal::TWO, Decimal::MAX).and_then(|two| two.times(half)), Some(a));
    }

    /// Numerators of 38 digits cannot be cross-multiplied, and still compare: by hand, of two with one denominator
    /// the larger numerator is larger, and the larger denominator makes the smaller fraction.
    #[test]
    fn what_is_too_large_to_multiply_still_compares() {
        let of = |over, under| Fraction::of(over, under).expect("fits");
        let (large, larger) = (Decimal::MAX - Decimal::ONE, Decimal::MAX);
        let (seven, eleven) = (dec!(0.000000007), dec!(0.000000011));
        assert!(of(large, seven) < of(larger, seven));
        assert!(of(larger, eleven) < of(large, seven));
        assert_eq!(of(larger, seven).cmp(&of(larger, seven)), Ordering::Equal);
    }
}
