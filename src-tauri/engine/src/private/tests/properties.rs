//! What must hold of any cap table and any sale.

use super::*;
use counterweight_domain::{Currency, money};
use proptest::prelude::*;
use rust_decimal::prelude::ToPrimitive;

prop_compose! {
    fn any_table()(
        rows in prop::collection::vec(
            (0i64..5_000_000, 0i64..10_000_000_000, 0u32..4, 0usize..4, 0i64..500), 0..9),
        common in 0i64..10_000_000, options in prop::collection::vec((0i64..2_000_000, 0i64..10_000), 0..4),
    ) -> CapTable {
        let mut classes: Vec<ShareClass> = rows.into_iter().enumerate().map(|(i, (shares, cents, rank, kind, more))| {
            let amount = Decimal::new(cents, 2);
            let total = amount + amount * Decimal::from(more) / dec!(100);
            let capped = Participation::Capped { total };
            let kind = [Participation::None, Participation::None, Participation::Full, capped][kind].clone();
            preferred(&format!("P{i}"), Decimal::from(shares), amount, rank, kind)
        }).collect();
        classes.push(super::common(Decimal::from(common)));
        if classes.iter().all(|class| class.shares.is_zero()) {
            classes.push(super::common(dec!(1)));
        }
        let of = |(n, cents)| pool("Pool", Decimal::from(n), Decimal::new(cents, 2));
        let options = options.into_iter().map(of).collect();
        CapTable { classes, options }
    }
}

/// A sale in cents, as likely to be small as to be large.
fn any_exit() -> impl Strategy<Value = Decimal> {
    (0i64..1_000_000, 0u32..8).prop_map(|(figures, zeros)| Decimal::new(figures * 10i64.pow(zeros), 2))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Every cent of the sale is paid, none twice, and nobody pays in.
    #[test]
    fn the_payouts_are_the_sale(table in any_table(), exit in any_exit()) {
        let currency = Currency::from_code("USD").unwrap();
        let sold = sell(&table, exit);
        let exact: Decimal = sold.payouts.iter().map(|payout| payout.amount).sum();
        prop_assert!((exact - exit).abs() <= dec!(0.0000000001), "{exact} of {exit}");
        let cents = sold.in_cents(currency);
        prop_assert_eq!(cents.iter().sum::<Decimal>(), exit);
        for (payout, cents) in sold.payouts.iter().zip(&cents) {
            prop_assert!(payout.amount >= Decimal::ZERO);
            prop_assert!((payout.amount - cents).abs() <= dec!(0.0100000001));
            prop_assert_eq!(*cents, money::round(*cents, currency));
        }
    }

    /// A larger sale pays no class less.
    #[test]
    fn no_class_loses_by_a_larger_sale(table in any_table(), exit in any_exit(), more in any_exit()) {
        let waterfall = Waterfall::new(&table).unwrap();
        let (low, high) = (waterfall.distribute(exit).unwrap(), waterfall.distribute(exit + more).unwrap());
        for (low, high) in low.payouts.iter().zip(&high.payouts) {
            prop_assert!(high.amount >= low.amount - dec!(0.000000000001), "{low:?} {high:?}");
        }
        prop_assert!(high.per_common_share >= low.per_common_share);
    }

    /// Nobody gets more than the cap, or less than its preference in full or its share of the rest, and the order of
    /// the classes changes nothing.
    #[test]
    fn the_order_of_the_classes_changes_nothing(table in any_table(), exit in any_exit()) {
        let sold = sell(&table, exit);
        let mut turned = table.clone();
        turned.classes.reverse();
        turned.options.reverse();
        let other = sell(&turned, exit);
        let classes = table.classes.len();
        let there = other.payouts[..classes].iter().rev().chain(other.payouts[classes..].iter().rev());
        for (here, there) in sold.payouts.iter().zip(there) {
            prop_assert!((here.amount - there.amount).abs() <= dec!(0.0000000001));
        }
        let x = sold.per_common_share;
        for (class, payout) in table.classes.iter().zip(&sold.payouts) {
            prop_assert!(payout.amount >= class.shares * x - dec!(0.0000000001));
        }
    }

    /// The sale for a share price is the smallest that pays it.
    #[test]
    fn the_sale_for_a_share_price_pays_it(table in any_table(), exit in any_exit()) {
        let waterfall = Waterfall::new(&table).unwrap();
        let x = waterfall.per_common_share(exit).unwrap();
        let back = waterfall.exit_for(x).unwrap();
        // Where nobody shares in the rest the price stands still, so the way back may end lower.
        prop_assert!(back <= exit + dec!(0.000001));
        prop_assert!((waterfall.per_common_share(back).unwrap() - x).abs() <= dec!(0.0000000001) * (x + dec!(1)));
        prop_assert!(waterfall.breakpoints().windows(2).all(|pair| pair[0].exit <= pair[1].exit + dec!(0.0000000001)));
    }

    /// The twin in floats pays the same within one part in 10⁹ of the payout and one in 10¹³ of the sale.
    #[test]
    fn the_twin_in_floats_is_the_same_function(table in any_table(), exit in any_exit()) {
        let waterfall = Waterfall::new(&table).unwrap();
        let prepared = waterfall.prepare();
        let mut fast = vec![0.0; prepared.len()];
        let float = exit.to_f64().unwrap();
        prepared.distribute(float, &mut fast);
        let near = |fast: f64, exact: f64, sale: f64| (fast - exact).abs() <= 1e-9 * exact.abs() + 1e-13 * sale;
        let sold = waterfall.distribute(exit).unwrap();
        for (fast, payout) in fast.iter().zip(&sold.payouts) {
            let exact = payout.amount.to_f64().unwrap();
            prop_assert!(near(*fast, exact, float), "{fast} {exact} of {float}: {payout:?}");
        }
        let x = sold.per_common_share.to_f64().unwrap();
        let shares: f64 = table.fully_diluted().to_f64().unwrap();
        prop_assert!(near(prepared.per_common_share(float) * shares, x * shares, float * shares.max(1.0)));
        let holding = prepared.holding(10.0, 1.0, float) - 10.0 * (x - 1.0).max(0.0);
        prop_assert!(holding.abs() <= 1e-9 * (10.0 * x) + 1e-12 * float);
    }
}
