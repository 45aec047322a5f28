//! Grants over exits, rounds, what it would take, and units with two triggers.

use super::*;
use crate::private::cap_table::{CapTableError, Round, Standing};
use crate::private::exits::{
    Exit, ExitError, Holding, Needed, NeededMultiple, diluted, needed, needed_multiple, prospects, retained,
};
use crate::private::settlement::{DoubleTrigger, ServiceVest, Settlement};
use proptest::prelude::*;

fn exit(value: Decimal, probability: Decimal, months: u32) -> Exit {
    Exit { value, probability, months }
}

fn round(months: u32, dilution: Decimal, preference: Decimal, standing: Standing) -> Round {
    Round {
        name: format!("Round {months}"),
        months,
        dilution,
        preference,
        standing,
        participation: Participation::None,
    }
}

/// A company of one share, so that the sale is the payout.
fn one_share() -> CapTable {
    table(vec![common(dec!(1))])
}

/// *Entering StartUpLand*, table 8-2: 95,000, 495,000 and 995,000 with 25, 15 and 10 % are 23,750, 74,250 and 99,500,
/// as printed. Their sum is the expected value, 197,500. The book weighs them by the same probabilities once more:
/// 27,025.
#[test]
fn a_published_mistake_weighted_twice() {
    let exits =
        [exit(dec!(95000), dec!(0.25), 60), exit(dec!(495000), dec!(0.15), 60), exit(dec!(995000), dec!(0.10), 60)];
    let holding = Holding { shares: dec!(1), strike: dec!(0) };
    let prospects = prospects(&one_share(), &[], &holding, &exits).unwrap();
    let printed = [dec!(23750), dec!(74250), dec!(99500)];
    let weighted: Vec<Decimal> = prospects.outcomes.iter().map(|o| o.exit.probability * o.payout).collect();
    assert_eq!(weighted, printed);
    assert_eq!((prospects.probability_of_zero, prospects.expected), (dec!(0.50), dec!(197500)));
    let twice: Decimal = prospects.outcomes.iter().zip(printed).map(|(o, p)| o.exit.probability * p).sum();
    assert_eq!(twice, dec!(27025));
    assert_ne!(prospects.expected, twice);
}

/// By hand: half comes to nothing, so the median is nothing; 25 % more is 95,000, and so on; the whole discounted over
/// five years at 10 % is divided by 1.1⁵ = 1.61051.
#[test]
fn quantiles_and_present_value() {
    let exits =
        [exit(dec!(995000), dec!(0.10), 60), exit(dec!(95000), dec!(0.25), 60), exit(dec!(495000), dec!(0.15), 60)];
    let holding = Holding { shares: dec!(1), strike: dec!(0) };
    let prospects = prospects(&one_share(), &[], &holding, &exits).unwrap();
    for (probability, payout) in [
        (dec!(0.1), dec!(0)),
        (dec!(0.5), dec!(0)),
        (dec!(0.51), dec!(95000)),
        (dec!(0.75), dec!(95000)),
        (dec!(0.9), dec!(495000)),
        (dec!(0.91), dec!(995000)),
        (dec!(1), dec!(995000)),
    ] {
        assert_eq!(prospects.quantile(probability), payout, "at {probability}");
    }
    assert_eq!(prospects.expected_now(dec!(0.1)).unwrap().round_dp(6), (dec!(197500) / dec!(1.61051)).round_dp(6));
}

/// By hand: a fifth given away twice leaves 1 % × 0.8 × 0.8 = 0.64 %, and the new shares leave the same.
#[test]
fn rounds_dilute() {
    assert_eq!(retained(dec!(0.01), &[dec!(0.2), dec!(0.2)]), Ok(dec!(0.0064)));
    let founders = table(vec![common(dec!(1000000))]);
    let rounds = [
        round(12, dec!(0.2), m(dec!(5)), Standing::PariPassu),
        round(30, dec!(0.2), m(dec!(20)), Standing::Senior),
        round(60, dec!(0.5), m(dec!(90)), Standing::Senior),
    ];
    let then = diluted(&founders, &rounds, 60).unwrap();
    assert_eq!(then.classes.len(), 3, "a round in the month of the exit does not count");
    assert_eq!(then.fully_diluted(), dec!(1562500));
    let ranks: Vec<u32> =
        then.classes.iter().filter_map(|class| class.preference.as_ref()).map(|p| p.seniority).collect();
    assert_eq!(ranks, [1, 0]);
    // 10,000 of 1M shares at a sale for 25M: all goes to the preferences; at 100M all convert and 0.64 % are 640,000.
    let holding = Holding { shares: dec!(10000), strike: dec!(0) };
    let exits = [exit(m(dec!(25)), dec!(0.5), 60), exit(m(dec!(100)), dec!(0.25), 60)];
    let prospects = prospects(&founders, &rounds, &holding, &exits).unwrap();
    assert_eq!((prospects.probability_of_zero, prospects.outcomes[1].part), (dec!(0.75), dec!(0.0064)));
    assert_eq!(prospects.outcomes[1].payout, dec!(640000));
    assert_eq!(retained(dec!(0.01), &[dec!(1)]), Err(CapTableError::Dilution { name: "A round".into() }));
}

#[test]
fn probabilities_that_cannot_be_are_refused() {
    let holding = Holding { shares: dec!(1), strike: dec!(0) };
    let weigh = |exits: &[Exit]| prospects(&one_share(), &[], &holding, exits);
    assert_eq!(
        weigh(&[exit(dec!(1), dec!(0.6), 1), exit(dec!(1), dec!(0.5), 1)]),
        Err(ExitError::Probability { sum: dec!(1.1) })
    );
    assert_eq!(weigh(&[exit(dec!(1), dec!(-0.1), 1)]), Err(ExitError::Probability { sum: dec!(-0.1) }));
    let nothing = weigh(&[]).unwrap();
    assert_eq!(
        (nothing.probability_of_zero, nothing.expected, nothing.quantile(dec!(0.99))),
        (dec!(1), dec!(0), dec!(0))
    );
}

/// By hand, Dixon's company: for 1 % (0.01 shares) to be worth 0.25M a share, the whole company, must reach 25M, which
/// takes a sale for 60M; with a strike of 5M a share, 30M a share: 50 + 0.4 × 30 = 62M. 5 % of a company that sells for
/// at most 50M are worth nothing.
#[test]
fn what_it_would_take() {
    let waterfall = Waterfall::new(&CapTable::of_parts(m(dec!(50)), dec!(0.6))).unwrap();
    let one_percent = Holding { shares: dec!(0.01), strike: dec!(0) };
    let ask = |holding: &Holding, up_to| needed(&waterfall, holding, m(dec!(0.25)), m(up_to));
    assert_eq!(ask(&one_percent, dec!(1000)), Needed::At { exit: m(dec!(60)), per_share: m(dec!(25)) });
    let options = Holding { strike: m(dec!(5)), ..one_percent };
    assert_eq!(ask(&options, dec!(1000)), Needed::At { exit: m(dec!(62)), per_share: m(dec!(30)) });
    assert_eq!(ask(&one_percent, dec!(59)), Needed::NeverWithinRange { up_to: m(dec!(59)) });
    let none = Holding { shares: dec!(0), strike: dec!(0) };
    assert_eq!(ask(&none, dec!(1000)), Needed::NeverWithinRange { up_to: m(dec!(1000)) });
}

/// By hand: half a chance of a sale for 30M pays nothing of 1 %; at three times, 90M, it is above conversion and pays
/// 0.9M × 50 % = 0.45M.
#[test]
fn by_how_much_exits_would_have_to_be_larger() {
    let table = CapTable::of_parts(m(dec!(50)), dec!(0.6));
    let holding = Holding { shares: dec!(0.01), strike: dec!(0) };
    let exits = [exit(m(dec!(30)), dec!(0.5), 48)];
    let ask = |target, up_to| needed_multiple(&table, &[], &holding, &exits, target, up_to).unwrap();
    let NeededMultiple::At { multiple } = ask(m(dec!(0.45)), 100.0) else { panic!("within range") };
    assert!((multiple - 3.0).abs() <= 1e-12, "{multiple}");
    assert_eq!(ask(m(dec!(0.45)), 2.9), NeededMultiple::NeverWithinRange { up_to: 2.9 });
    assert_eq!(ask(dec!(0), 100.0), NeededMultiple::At { multiple: 0.0 });
}

fn units(vests: &[(u32, Decimal)]) -> DoubleTrigger {
    DoubleTrigger {
        vests: vests.iter().map(|&(months, shares)| ServiceVest { months, shares }).collect(),
        accelerated: dec!(0),
        expires: Some(84),
        kept_on_leaving: false,
    }
}

/// By hand: 400 units over four years, an exit in month 30: 200 settle then, the rest on their days.
#[test]
fn units_settle_only_at_an_exit() {
    let yearly = units(&[(12, dec!(100)), (24, dec!(100)), (36, dec!(100)), (48, dec!(100))]);
    let at = |months, shares| ServiceVest { months, shares };
    let none = Settlement { settles: Vec::new(), lapses: dec!(400) };
    assert_eq!(yearly.settle(None, None), none);
    assert_eq!(yearly.settle(Some(85), None), none, "the units lapse after seven years");
    assert_eq!(yearly.settle(Some(30), Some(25)), none, "who leaves before the exit loses all");
    let stays = yearly.settle(Some(30), None);
    assert_eq!(stays.settles, [at(30, dec!(200)), at(36, dec!(100)), at(48, dec!(100))]);
    let leaves_later = yearly.settle(Some(30), Some(40));
    assert_eq!((leaves_later.settles, leaves_later.lapses), (vec![at(30, dec!(200)), at(36, dec!(100))], dec!(100)));
    let kept = DoubleTrigger { kept_on_leaving: true, ..yearly.clone() }.settle(Some(30), Some(25));
    assert_eq!((kept.settles, kept.lapses), (vec![at(30, dec!(200))], dec!(200)));
    let half = DoubleTrigger { accelerated: dec!(0.5), ..yearly }.settle(Some(30), None);
    assert_eq!(half.settles, [at(30, dec!(300)), at(36, dec!(50)), at(48, dec!(50))]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Every unit settles or lapses, none before the exit.
    #[test]
    fn every_unit_settles_or_lapses(
        vests in prop::collection::vec((0u32..60, 0i64..1_000), 1..8), exit in prop::option::of(0u32..100),
        leaves in prop::option::of(0u32..100), accelerated in 0i64..=100, kept_on_leaving in any::<bool>(),
    ) {
        let vests: Vec<(u32, Decimal)> = vests.into_iter().map(|(m, n)| (m, Decimal::from(n))).collect();
        let granted: Decimal = vests.iter().map(|vest| vest.1).sum();
        let terms = DoubleTrigger { accelerated: Decimal::new(accelerated, 2), kept_on_leaving, ..units(&vests) };
        let settled = terms.settle(exit, leaves);
        let sum: Decimal = settled.settles.iter().map(|vest| vest.shares).sum();
        prop_assert_eq!(sum + settled.lapses, granted);
        prop_assert!(settled.lapses >= Decimal::ZERO);
        prop_assert!(settled.settles.iter().all(|vest| exit.is_some_and(|exit| vest.months >= exit)));
    }

    /// Rounds keep a holder's part times what is left by each, and the expected payout lies between the outcomes.
    #[test]
    fn rounds_and_outcomes(
        dilutions in prop::collection::vec(0i64..90, 0..5), shares in 1i64..1_000,
        exits in prop::collection::vec((0i64..1_000_000_000, 0i64..25), 1..4),
    ) {
        let founders = table(vec![common(dec!(1000))]);
        let rounds: Vec<Round> = (1..).zip(&dilutions)
            .map(|(i, d)| round(i, Decimal::new(*d, 2), Decimal::from(i * 100_000), Standing::Senior)).collect();
        let holding = Holding { shares: Decimal::from(shares), strike: dec!(0) };
        let exits: Vec<Exit> =
            exits.into_iter().map(|(v, p)| exit(Decimal::from(v), Decimal::new(p, 2), 99)).collect();
        let prospects = prospects(&founders, &rounds, &holding, &exits).unwrap();
        let dilutions: Vec<Decimal> = dilutions.iter().map(|d| Decimal::new(*d, 2)).collect();
        let part = retained(holding.shares / dec!(1000), &dilutions).unwrap();
        for outcome in &prospects.outcomes {
            prop_assert!((outcome.part - part).abs() <= dec!(0.000000000001));
        }
        let most = prospects.outcomes.iter().map(|o| o.payout).max().unwrap();
        prop_assert!(prospects.expected >= Decimal::ZERO && prospects.expected <= most);
        prop_assert!(prospects.quantile(prospects.probability_of_zero) == Decimal::ZERO);
    }
}
