//! What must hold of any person-year, over 10,000 random ones each from a fixed seed.

use super::assessed;
use crate::tax::facts::{Deduction, Filing};
use crate::tax::{PersonYear, assess, marginal_rate, parameters};
use counterweight_domain::{Findings, Path};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rust_decimal::{Decimal, dec};

const CASES: usize = 10_000;

struct Draw(ChaCha8Rng, Vec<String>);

impl Draw {
    fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed), parameters::of(2026).unwrap().states.state.keys().cloned().collect())
    }

    /// USD from `low` to `high`, in cents.
    fn usd(&mut self, low: i64, high: i64) -> Decimal {
        Decimal::new(self.0.random_range(low * 100..=high * 100), 2)
    }

    fn facts(&mut self, low: i64, high: i64) -> PersonYear {
        let filing = [Filing::Single, Filing::Joint, Filing::HeadOfHousehold][self.0.random_range(0..3)];
        let state = self.1[self.0.random_range(0..self.1.len())].clone();
        let some = |draw: &mut Self, high| if draw.0.random_bool(0.3) { draw.usd(0, high) } else { Decimal::ZERO };
        PersonYear {
            filing,
            city: (state == "NY" && self.0.random_bool(0.5)).then(|| "NYC".to_owned()),
            wages: self.usd(low, high),
            spouse_wages: if filing == Filing::Joint { some(self, 500_000) } else { Decimal::ZERO },
            long_term_gains: some(self, 2_000_000),
            iso_bargain: some(self, 1_000_000),
            deferral_401k: if low >= 60_000 { some(self, 24_500) } else { Decimal::ZERO },
            dependents: if filing == Filing::Single { 0 } else { self.0.random_range(0..3) },
            ..PersonYear::wages_only(if self.0.random_bool(0.5) { 2025 } else { 2026 }, &state, Decimal::ZERO)
        }
    }
}

/// Where the published table itself lets the tax fall at a higher income, and by how much at most, in USD: Arkansas
/// taxes the middle of a band up to 100,001 and the exact income above it, and takes back a step of ten dollars for each
/// hundred above 94,700 (2.70 at most where it was walked in steps of 20 dollars from 20,000 to 140,000).
const FALLS: [(&str, Decimal); 1] = [("AR", dec!(3))];

#[test]
fn tax_never_falls_as_wages_rise() {
    let mut draw = Draw::new(1);
    for _ in 0..CASES {
        // Below 60,000 credits that are paid out grow with wages.
        let facts = draw.facts(60_000, 3_000_000);
        let more = PersonYear { wages: facts.wages + draw.usd(1, 50_000), ..facts.clone() };
        let (less_tax, more_tax) = (assessed(&facts), assessed(&more));
        assert!(more_tax.federal.total() >= less_tax.federal.total(), "federal falls: {facts:?} {more:?}");
        let fall = FALLS.iter().find(|(state, _)| *state == facts.state).map_or(Decimal::ZERO, |(_, usd)| *usd);
        assert!(more_tax.total().unwrap() >= less_tax.total().unwrap() - fall, "the whole falls: {facts:?} {more:?}");
    }
}

#[test]
fn a_place_without_income_tax_leaves_the_federal_rate() {
    // Inside a bracket and away from every phase-out, the next dollar is taxed at the bracket's rate plus payroll tax.
    let mut draw = Draw::new(2);
    for _ in 0..CASES {
        let facts = PersonYear { year: 2026, ..PersonYear::wages_only(2026, "TX", draw.usd(20_000, 2_000_000)) };
        // Rev. Proc. 2025-32, single: upper bounds after the standard deduction of 16,100, and rates.
        let bounds: [(Decimal, Decimal); 7] = [
            (dec!(28500), dec!(0.10)),
            (dec!(66500), dec!(0.12)),
            (dec!(121800), dec!(0.22)),
            (dec!(217875), dec!(0.24)),
            (dec!(272325), dec!(0.32)),
            (dec!(656700), dec!(0.35)),
            (Decimal::MAX, dec!(0.37)),
        ];
        let step = dec!(100);
        let crosses = |bound: Decimal| facts.wages < bound && facts.wages + step > bound;
        if bounds.iter().any(|(bound, _)| crosses(*bound)) || crosses(dec!(184500)) || crosses(dec!(200000)) {
            continue;
        }
        let income = bounds.iter().find(|(bound, _)| facts.wages < *bound).unwrap().1;
        let social_security = if facts.wages < dec!(184500) { dec!(0.062) } else { Decimal::ZERO };
        let additional = if facts.wages >= dec!(200000) { dec!(0.009) } else { Decimal::ZERO };
        let expected = income + social_security + dec!(0.0145) + additional;
        assert_eq!(marginal_rate(&facts, step), Some(expected), "{facts:?}");
    }
}

#[test]
fn marginal_pieces_sum_to_the_whole() {
    let mut draw = Draw::new(3);
    for _ in 0..CASES {
        let facts = draw.facts(20_000, 1_000_000);
        let (first, second) = (draw.usd(1, 30_000), draw.usd(1, 30_000));
        let middle = PersonYear { wages: facts.wages + first, ..facts.clone() };
        let whole = marginal_rate(&facts, first + second).unwrap() * (first + second);
        let pieces = marginal_rate(&facts, first).unwrap() * first + marginal_rate(&middle, second).unwrap() * second;
        assert!((whole - pieces).abs() < dec!(0.000001), "{facts:?}: {whole} {pieces}");
    }
}

#[test]
fn filing_jointly_never_costs_a_single_earner_federal_income_tax() {
    let mut draw = Draw::new(4);
    for _ in 0..CASES {
        let single =
            PersonYear { filing: Filing::Single, spouse_wages: dec!(0), dependents: 0, ..draw.facts(0, 3_000_000) };
        let joint = PersonYear { filing: Filing::Joint, ..single.clone() };
        let (single_tax, joint_tax) = (assessed(&single).federal, assessed(&joint).federal);
        assert!(joint_tax.income_tax <= single_tax.income_tax, "{single:?}");
    }
}

#[test]
fn nothing_earned_is_nothing_owed() {
    for year in parameters::years() {
        for state in parameters::of(year).unwrap().states.state.keys() {
            for filing in [Filing::Single, Filing::Joint] {
                let nothing = PersonYear { filing, ..PersonYear::wages_only(year, state, Decimal::ZERO) };
                assert_eq!(assessed(&nothing).total(), Some(Decimal::ZERO), "{state} {year} {filing:?}");
            }
        }
    }
}

#[test]
fn any_facts_are_answered_or_refused_but_never_panic() {
    let mut draw = Draw::new(5);
    let odd =
        [Decimal::MAX, Decimal::MIN, dec!(1e20), dec!(-0.01), dec!(1e12), dec!(1000000000000.01), dec!(0), dec!(0.005)];
    for _ in 0..CASES {
        let mut facts = draw.facts(0, 1_000_000);
        let amount = odd[draw.0.random_range(0..odd.len())];
        match draw.0.random_range(0..5) {
            0 => facts.wages = amount,
            1 => facts.spouse_wages = amount,
            2 => facts.long_term_gains = amount,
            3 => facts.iso_bargain = amount,
            _ => facts.deferral_401k = amount,
        }
        if draw.0.random_bool(0.1) {
            facts.dependents = u32::MAX;
        }
        if draw.0.random_bool(0.1) {
            facts.year = draw.0.random_range(0..=u16::MAX);
        }
        if draw.0.random_bool(0.5) {
            facts.deduction = Deduction::LargerOfStandardAndStateTax;
        }
        let mut findings = Findings::default();
        let answer = assess(&facts, &Path::root(), &mut findings);
        assert_eq!(
            marginal_rate(&facts, dec!(100)).is_some(),
            answer.is_some() && facts.wages != dec!(1e12),
            "{facts:?}"
        );
        assert!(answer.is_some() || !findings.as_slice().is_empty(), "refused without a word: {facts:?}");
        if [Decimal::MAX, Decimal::MIN, dec!(1e20)].contains(&amount) {
            assert!(answer.is_none(), "computed with {amount}");
        }
    }
}
