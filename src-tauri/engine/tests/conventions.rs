//! The conventions of total pay in nominal, real and present money, against figures worked out by hand.

use counterweight_domain::assumptions::{MoneyBasis, TaxBasis};
use counterweight_domain::{Assumptions, Case, CivilDate, Currency, Entry, Offer, Payment};
use counterweight_engine::comparison::{Conventions, compare};
use rust_decimal::dec;

/// 1,000 after one year and 1,000 after two, at a discount of 10 % and an inflation of 5 %, before tax.
fn conventions(money: MoneyBasis) -> Conventions {
    let payment = |months: &str| Payment {
        amount: Entry::typed("1000"),
        after_months: Entry::typed(months),
        ..Payment::default()
    };
    let case = Case {
        offers: vec![Offer { id: "a".into(), payments: vec![payment("12"), payment("24")], ..Offer::default() }],
        assumptions: Assumptions {
            horizon_years: Entry::typed("2"),
            discount: Entry::typed("10"),
            inflation: Entry::typed("5"),
            tax: TaxBasis::BeforeTax,
            money,
            ..Assumptions::default()
        },
        ..Case::new("conventions", Currency::USD, CivilDate::new(2027, 1, 4).expect("a date"))
    };
    compare(&case).offers.remove(0).conventions
}

/// 1,000 ÷ 1.1 + 1,000 ÷ 1.1² = 909.09 + 826.45 = 1,735.54. The level sum worth that is 1,000.
#[test]
fn nominal_money_is_discounted_at_the_rate() {
    let found = conventions(MoneyBasis::Nominal);
    assert_eq!((found.present, found.equivalent_annual), (dec!(1735.54), dec!(1000)));
}

/// Discounting real money at the real rate gives the same present value as discounting nominal money at the nominal
/// one. In real money the flows are 1,000 ÷ 1.05 = 952.38 and 1,000 ÷ 1.1025 = 907.03; the real rate is
/// 1.1 ÷ 1.05 − 1 = 4.7619 %; 952.38 ÷ 1.047619 + 907.03 ÷ 1.047619² = 909.089 + 826.447 = 1,735.54.
/// The level purchasing power worth that: 1,735.536 ÷ (0.9545455 + 0.9111570) = 930.23.
#[test]
fn real_money_is_discounted_at_the_real_rate() {
    let found = conventions(MoneyBasis::Real);
    assert_eq!((found.present, found.equivalent_annual), (dec!(1735.54), dec!(930.23)));
}

/// Present money is discounted already: 909.09 + 826.45 = 1,735.54.
#[test]
fn present_money_is_not_discounted_twice() {
    let found = conventions(MoneyBasis::Present);
    assert_eq!((found.present, found.equivalent_annual), (dec!(1735.54), dec!(1000)));
}
