//! A figure with the arithmetic that made it, for a trace that another program can recompute.
//!
//! Arithmetic is kept only where it is asked for ([`crate::settings::Settings::traced`]); everywhere else a worked
//! figure is a decimal and nothing more. Every operation here is named in `docs/trace.md`.

use counterweight_domain::{Currency, Path, money};
use rust_decimal::Decimal;
use std::ops::{Add, Div, Mul, Sub};
use std::sync::Arc;

/// What a figure is made of.
#[derive(Debug)]
pub(crate) enum Term {
    /// A figure of the case document.
    Input(Path),
    /// A figure the case is silent on, or a rule's: what it is called, and where it comes from.
    Constant { key: &'static str, source: String, as_of: String },
    /// A number that follows from dates or from the arithmetic itself: twelve months, 181 days.
    Number(String),
    /// An operation on other figures.
    Operation(Operation, Vec<Worked>),
}

/// How figures make another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    Sum,
    Difference,
    Product,
    Quotient,
    Min,
    Max,
    /// To so many decimals, a half to the even neighbour.
    Round(u32),
    /// The first to the power of the second.
    Power,
    /// The part of a whole that falls between two marks of its measure: [`Worked::portions`].
    Portion(u32),
    /// A model's answer, stated: what it is, where its rules are from, and the parts of the case it reads beside the
    /// figures it is made of.
    Model {
        what: String,
        source: String,
        reads: Vec<Path>,
    },
}

/// A decimal, and how it was made where that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Worked {
    pub value: Decimal,
    pub term: Option<Arc<Term>>,
}

impl PartialEq for Worked {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl From<Decimal> for Worked {
    fn from(value: Decimal) -> Self {
        Self { value, term: None }
    }
}

impl Default for Worked {
    fn default() -> Self {
        Decimal::ZERO.into()
    }
}

impl Worked {
    pub const ONE: Self = Self { value: Decimal::ONE, term: None };

    pub fn of(value: Decimal, term: Term) -> Self {
        Self { value, term: Some(Arc::new(term)) }
    }

    /// `value` made by `operation`; without any arithmetic kept of its parts, none is kept of it.
    fn made(value: Decimal, operation: Operation, of: &[&Worked]) -> Self {
        if of.iter().all(|part| part.term.is_none()) {
            return value.into();
        }
        Self::of(value, Term::Operation(operation, of.iter().map(|part| (*part).clone()).collect()))
    }

    pub fn sum<'a>(parts: impl IntoIterator<Item = &'a Worked>) -> Self {
        let parts: Vec<&Worked> = parts.into_iter().collect();
        match parts[..] {
            [only] => only.clone(),
            _ => Self::made(parts.iter().map(|part| part.value).sum(), Operation::Sum, &parts),
        }
    }

    pub fn min(&self, other: &Self) -> Self {
        Self::made(self.value.min(other.value), Operation::Min, &[self, other])
    }

    pub fn max(&self, other: &Self) -> Self {
        Self::made(self.value.max(other.value), Operation::Max, &[self, other])
    }

    /// To the smallest unit of `currency`.
    pub fn round(&self, currency: Currency) -> Self {
        Self::made(money::round(self.value, currency), Operation::Round(currency.decimals()), &[self])
    }

    /// The other sign.
    pub fn negative(&self) -> Self {
        Self::made(-self.value, Operation::Difference, &[&Worked::default(), self])
    }

    /// `base` to the power of `months` ÷ 12, rounded to twelve decimals; `value` is that power.
    pub fn power(value: Decimal, base: &Worked, months: &Worked) -> Self {
        let years = months / &Worked::from(Decimal::from(12));
        let exact = Self::made(value, Operation::Power, &[base, &years]);
        Self::made(value.round_dp(12), Operation::Round(12), &[&exact])
    }

    /// Splits `whole` in proportion to `weights`, rounding the running total, so that the parts sum to it.
    pub fn portions(whole: &Worked, weights: &[Worked], currency: Currency) -> Vec<Worked> {
        let plain: Vec<Decimal> = weights.iter().map(|weight| weight.value).collect();
        let parts = money::split(whole.value, &plain, currency);
        if whole.term.is_none() && weights.iter().all(|weight| weight.term.is_none()) {
            return parts.into_iter().map(Into::into).collect();
        }
        let mut marks = vec![Worked::default()];
        for weight in weights {
            let next = marks.last().map_or_else(|| weight.clone(), |mark| mark + weight);
            marks.push(next);
        }
        let total = marks.last().cloned().unwrap_or_default();
        let digits = currency.decimals();
        parts
            .into_iter()
            .zip(marks.windows(2))
            .map(|(part, ends)| Self::made(part, Operation::Portion(digits), &[whole, &ends[0], &ends[1], &total]))
            .collect()
    }

    /// `value`, stated as a model's answer from figures and from the parts of the case that it reads.
    pub fn model(value: Decimal, what: &str, source: &str, of: Vec<Worked>, reads: Vec<Path>) -> Self {
        let (what, source) = (what.to_owned(), source.to_owned());
        Self::of(value, Term::Operation(Operation::Model { what, source, reads }, of))
    }

    /// The same arithmetic for a figure that was computed beside it.
    pub fn with_value(self, value: Decimal) -> Self {
        Self { value, ..self }
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $operation:ident)+) => {$(
        impl $trait<&Worked> for &Worked {
            type Output = Worked;

            fn $method(self, other: &Worked) -> Worked {
                Worked::made(self.value.$method(other.value), Operation::$operation, &[self, other])
            }
        }

        impl $trait<Decimal> for &Worked {
            type Output = Worked;

            fn $method(self, other: Decimal) -> Worked {
                self.$method(&Worked::from(other))
            }
        }

        impl $trait<&Worked> for Worked {
            type Output = Worked;

            fn $method(self, other: &Worked) -> Worked {
                (&self).$method(other)
            }
        }

        impl $trait<Decimal> for Worked {
            type Output = Worked;

            fn $method(self, other: Decimal) -> Worked {
                (&self).$method(&Worked::from(other))
            }
        }
    )+};
}

arithmetic! {
    Add add Sum
    Sub sub Difference
    Mul mul Product
    Div div Quotient
}
