//! The equilibrium against every combination of choices, paid out by a plain calculation that shares no code with it.

use super::*;
use crate::private::waterfall::PayoutPath;
use proptest::prelude::*;
use rust_decimal::prelude::ToPrimitive;

fn float(amount: Decimal) -> f64 {
    amount.to_f64().unwrap()
}

/// Pays a sale out with the choices given: which classes convert, which pools exercise. Preferences by rank, pro rata
/// within one; then the rest by share, caps taken out as they are reached.
fn paid(table: &CapTable, exit: f64, converts: &[bool], exercises: &[bool]) -> Vec<f64> {
    let strikes: f64 =
        table.options.iter().zip(exercises).filter(|(_, e)| **e).map(|(p, _)| float(p.count) * float(p.strike)).sum();
    let mut left = exit + strikes;
    let mut got = vec![0.0; table.classes.len() + table.options.len()];
    let claim = |i: usize| match (&table.classes[i].preference, converts[i]) {
        (Some(preference), false) => float(preference.amount),
        _ => 0.0,
    };
    let rank = |i: usize| table.classes[i].preference.as_ref().map_or(0, |p| p.seniority);
    for seniority in 0..=5 {
        let tier: Vec<usize> = (0..table.classes.len()).filter(|i| claim(*i) > 0.0 && rank(*i) == seniority).collect();
        let owed: f64 = tier.iter().map(|i| claim(*i)).sum();
        if owed > 0.0 {
            let part = (left / owed).min(1.0);
            for i in tier {
                got[i] += claim(i) * part;
            }
            left -= owed * part;
        }
    }
    // Who shares in the rest: shares, and how much more it may take.
    let mut sharing: Vec<(usize, f64, f64)> = Vec::new();
    for (i, class) in table.classes.iter().enumerate() {
        let shares = float(class.shares);
        let room = match (&class.preference, converts[i]) {
            (None, _) | (_, true) => f64::INFINITY,
            (Some(preference), false) => match preference.participation {
                Participation::None => 0.0,
                Participation::Full => f64::INFINITY,
                Participation::Capped { total } => float(total) - float(preference.amount),
            },
        };
        sharing.push((i, shares, room));
    }
    for (i, pool) in table.options.iter().enumerate() {
        let index = table.classes.len() + i;
        sharing.push((index, if exercises[i] { float(pool.count) } else { 0.0 }, f64::INFINITY));
        got[index] -= if exercises[i] { float(pool.count) * float(pool.strike) } else { 0.0 };
    }
    sharing.retain(|(_, shares, room)| *shares > 0.0 && *room > 0.0);
    while !sharing.is_empty() && left > 0.0 {
        let all: f64 = sharing.iter().map(|s| s.1).sum();
        let tightest = sharing.iter().map(|s| s.2 / s.1).fold(f64::INFINITY, f64::min);
        let each = (left / all).min(tightest);
        for (i, shares, room) in &mut sharing {
            got[*i] += *shares * each;
            *room -= *shares * each;
        }
        left -= each * all;
        if each < tightest {
            break;
        }
        sharing.retain(|(_, shares, room)| room / shares > 1e-12 * tightest);
    }
    got
}

/// The best gain that one holder alone would have by choosing otherwise.
fn regret(table: &CapTable, exit: f64, converts: &[bool], exercises: &[bool]) -> f64 {
    let now = paid(table, exit, converts, exercises);
    let classes = table.classes.len();
    let choosers = (0..classes).filter(|i| table.classes[*i].preference.is_some()).chain(classes..now.len());
    choosers
        .map(|i| {
            let (mut converts, mut exercises) = (converts.to_vec(), exercises.to_vec());
            if i < classes {
                converts[i] = !converts[i];
            } else {
                exercises[i - classes] = !exercises[i - classes];
            }
            paid(table, exit, &converts, &exercises)[i] - now[i]
        })
        .fold(0.0, f64::max)
}

prop_compose! {
    fn small_table()(
        rows in prop::collection::vec((1i64..1_000, 1i64..2_000, 0u32..3, 0usize..3, 0i64..400), 1..4),
        common in 1i64..2_000, options in prop::collection::vec((1i64..500, 0i64..20), 0..2),
    ) -> CapTable {
        let mut classes: Vec<ShareClass> = rows.into_iter().enumerate().map(|(i, (shares, amount, rank, kind, more))| {
            let amount = Decimal::from(amount);
            let total = amount + amount * Decimal::from(more) / dec!(100);
            let kind = [Participation::None, Participation::Full, Participation::Capped { total }][kind].clone();
            preferred(&format!("P{i}"), Decimal::from(shares), amount, rank, kind)
        }).collect();
        classes.push(super::common(Decimal::from(common)));
        let options = options.into_iter().map(|(n, k)| pool("Pool", Decimal::from(n), Decimal::from(k))).collect();
        CapTable { classes, options }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Our choices pay what the plain calculation pays, no holder alone would do better otherwise, and every other
    /// combination either leaves somebody a better choice or pays everybody the same.
    #[test]
    fn no_holder_would_choose_otherwise_and_no_other_state_is_stable(table in small_table(), exit in 1i64..30_000) {
        let sold = sell(&table, Decimal::from(exit));
        let exit = exit as f64;
        let ours: Vec<f64> = sold.payouts.iter().map(|payout| float(payout.amount)).collect();
        let tolerance = 1e-7 * exit;
        let same = |a: &[f64]| a.iter().zip(&ours).all(|(a, b)| (a - b).abs() <= tolerance);

        let converted = |payout: &crate::private::waterfall::Payout| payout.path == PayoutPath::Converted;
        let (classes, options) = (table.classes.len(), table.options.len());
        let converts: Vec<bool> = sold.payouts[..classes].iter().map(converted).collect();
        let exercises: Vec<bool> =
            sold.payouts[classes..].iter().map(|payout| payout.path == PayoutPath::Exercised).collect();
        let plain = paid(&table, exit, &converts, &exercises);
        prop_assert!(same(&plain), "{ours:?} {plain:?}");
        prop_assert!(regret(&table, exit, &converts, &exercises) <= tolerance);

        let preferred = classes - 1;
        for choice in 0..1u32 << (preferred + options) {
            let mut converts: Vec<bool> = (0..preferred).map(|i| choice >> i & 1 == 1).collect();
            converts.push(false);
            let exercises: Vec<bool> = (0..options).map(|i| choice >> (preferred + i) & 1 == 1).collect();
            if !same(&paid(&table, exit, &converts, &exercises)) {
                prop_assert!(
                    regret(&table, exit, &converts, &exercises) > tolerance * 1e-3,
                    "another stable state: {converts:?} {exercises:?}"
                );
            }
        }
    }
}
