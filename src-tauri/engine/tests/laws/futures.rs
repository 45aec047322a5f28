//! Futures: without chance they are the table, in any order and on any number of threads they are the same, and their
//! mean is what was stated.

use super::any::{any_case, any_more, any_place, rates};
use super::{CASES, CASES_THROUGH_ALL, run};
use counterweight_domain::assumptions::{MoneyBasis, TaxBasis};
use counterweight_domain::grant::GrantSize;
use counterweight_domain::number::Portion;
use counterweight_domain::{Case, CivilDate, Currency, Entry, Grant, Offer, Vesting, money};
use counterweight_engine::settings::Settings;
use counterweight_engine::{comparison, simulation};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Every future of each offer is its ledger summed up to the end of each year, to the cent.
fn agree(case: &Case) -> Result<(), TestCaseError> {
    let (ledgers, futures) = run(case, 2);
    for (place, ledger) in ledgers.iter().enumerate() {
        let mut table = Decimal::ZERO;
        for year in 0..Settings::of(case).horizon_years {
            let here = ledger.lines.iter().filter(|line| (line.month.max(1) - 1) / 12 == year);
            table += here.map(|line| line.amount).sum::<Decimal>();
            for value in futures.column(place, year as usize) {
                prop_assert_eq!(
                    money::from_sample(value, Currency::USD),
                    Some(table),
                    "offer {} year {}",
                    place,
                    year + 1
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    /// With nothing uncertain every future is the table, to the cent.
    #[test]
    fn without_chance_the_futures_are_the_table(mut case in any_case()) {
        case.assumptions.share_volatility = Entry::<Portion>::typed("0");
        case.assumptions.payout_spread = Entry::typed("0");
        case.workload.spread = Entry::typed("0");
        agree(&case)?;
    }

    /// The same after tax in every place, in each kind of money, with every further part of pay, in stays that end within a
    /// year.
    #[test]
    fn without_chance_the_futures_are_the_table_after_tax(
        mut case in any_case(),
        place in any_place(),
        money in prop::sample::select(vec![MoneyBasis::Nominal, MoneyBasis::Real, MoneyBasis::Present]),
        adjusted in any::<bool>(),
        more in any_more(),
    ) {
        case.assumptions.share_volatility = Entry::<Portion>::typed("0");
        case.assumptions.payout_spread = Entry::typed("0");
        case.assumptions.tax = TaxBasis::AfterTax;
        case.assumptions.money = money;
        case.assumptions.place_adjusted = adjusted;
        case.workload.spread = Entry::typed("0");
        case.exchange = rates();
        for offer in &mut case.offers {
            offer.place = place.to_owned();
        }
        let full = &mut case.offers[0];
        (full.commission, full.payments, full.refreshers, full.benefits) = more;
        agree(&case)?;
    }

    /// Another order of offers gives the same figures in that order, to the bit.
    #[test]
    fn another_order_is_only_another_order(case in any_case()) {
        let mut turned = case.clone();
        turned.offers.rotate_left(1);
        let ((a, futures), (b, others)) = (run(&case, 20), run(&turned, 20));
        let places = case.offers.len();
        for (place, ledger) in a.iter().enumerate() {
            let other = (place + places - 1) % places;
            prop_assert_eq!(ledger.total(), b[other].total());
            for year in 0..Settings::of(&case).horizon_years as usize {
                let (ours, theirs) = (futures.column(place, year), others.column(other, year));
                prop_assert!(ours.iter().zip(&theirs).all(|(a, b)| a.to_bits() == b.to_bits()));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES_THROUGH_ALL))]

    /// One and two threads give the same bits.
    #[test]
    fn threads_change_no_bit(case in any_case()) {
        let settings = Settings { paths: 1_000, ..Settings::of(&case) };
        let models: Vec<_> = comparison::ledgers(&case, &settings).0.into_iter().map(|l| l.model).collect();
        let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
            .install(|| simulation::run(&models, &settings));
        let (one, two) = (on(1), on(2));
        prop_assert!(one.values().iter().zip(two.values()).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}

/// The mean of a lognormal price is its stated growth: over 100,000 futures the average vest of a grant of 100,000 after
/// four years lies within four standard errors of the table. Standard error by hand: 100,000 × √(e^(0.45² × 4) − 1) ÷
/// √100,000 = 100,000 × √1.2479 ÷ 316.2 = 353.
#[test]
fn the_average_future_is_the_table() {
    let mut case = Case::new("mean", Currency::USD, CivilDate::new(2027, 1, 1).expect("a date"));
    case.assumptions.paths = Entry::typed("100000");
    case.offers.push(Offer {
        id: "a".into(),
        grants: vec![Grant {
            size: GrantSize::Value { amount: Entry::typed("100000") },
            vesting: Vesting::Tranches {
                tranches: vec![counterweight_domain::grant::Tranche {
                    after_months: Entry::typed("48"),
                    percent: Entry::typed("100"),
                }],
            },
            ..Grant::default()
        }],
        ..Offer::default()
    });
    let settings = Settings::of(&case);
    let models: Vec<_> = comparison::ledgers(&case, &settings).0.into_iter().map(|l| l.model).collect();
    let last = simulation::run(&models, &settings).column(0, 3);
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    assert!((mean - 100_000.0).abs() < 4.0 * 353.0, "{mean}");
    // The median of a lognormal of mean 1 is e^(−σ²t/2): 100,000 × e^(−0.405) = 66,698; its standard error by hand is
    // √(π/2) × σ√t × median ÷ √n = 1.2533 × 0.9 × 66,698 ÷ 316.2 = 238.
    let median = simulation::quantile(&mut last.clone(), 0.5).expect("futures");
    assert!((median - 66_698.0).abs() < 4.0 * 238.0, "{median}");
}
