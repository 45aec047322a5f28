//! Laws that hold for any case: sums, symmetry, monotonicity, and that an ask, when granted, closes the gap.

use counterweight_domain::assumptions::{MoneyBasis, TaxBasis};
use counterweight_domain::budget::{BudgetPeriod, Overage, Ownership, PersonalUse, Rollover};
use counterweight_domain::grant::{Cadence, GrantSize, Refreshers};
use counterweight_domain::number::Portion;
use counterweight_domain::offer::{Benefit, BenefitKind, Clawback, Match, SignOn};
use counterweight_domain::{
    Assumptions, Bonus, Case, CivilDate, Commission, Currency, Entry, Findings, Grant, HardwareStipend, Offer, Payment,
    TokenBudget, Vesting, Workload,
};
use counterweight_engine::comparison::{self, compare};
use counterweight_engine::negotiation::{self, AskOutcome};
use counterweight_engine::offer_value;
use counterweight_engine::settings::Settings;
use counterweight_engine::simulation;
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

/// Cases of each law. A case with futures costs milliseconds, so the laws over futures run fewer.
const CASES: u32 = 10_000;
const CASES_WITH_FUTURES: u32 = 150;

fn any_vesting() -> impl Strategy<Value = Vesting> {
    let split = prop::sample::select(vec!["25/25/25/25", "40/30/20/10", "100", "33.34/33.33/33.33", "5/15/40/40"]);
    let every = prop::sample::select(vec![Cadence::Month, Cadence::Quarter, Cadence::HalfYear, Cadence::Year]);
    (split, every, 0u32..13).prop_map(|(split, every, cliff)| Vesting::Yearly {
        split: Entry::typed(split),
        every,
        cliff_months: Entry::typed(cliff.to_string()),
    })
}

fn any_grant() -> impl Strategy<Value = Grant> {
    (0u32..2_000_000, any_vesting(), prop::option::of(1u32..900)).prop_map(|(amount, vesting, price)| Grant {
        size: match price {
            Some(_) => GrantSize::Shares { count: Entry::typed((amount / 100).to_string()) },
            None => GrantSize::Value { amount: Entry::typed(amount.to_string()) },
        },
        share_price: price.map_or_else(Entry::default, |p| Entry::typed(p.to_string())),
        vesting,
        ..Grant::default()
    })
}

fn any_budget() -> impl Strategy<Value = TokenBudget> {
    let rollover = prop::sample::select(vec![Rollover::NotSaid, Rollover::None, Rollover::Full, Rollover::Capped]);
    let period =
        prop::sample::select(vec![BudgetPeriod::Month, BudgetPeriod::Quarter, BudgetPeriod::Year, BudgetPeriod::Once]);
    let personal = prop::sample::select(vec![PersonalUse::NotSaid, PersonalUse::Allowed, PersonalUse::Share]);
    let overage = prop::sample::select(vec![Overage::NotSaid, Overage::HardStop, Overage::SelfPaid]);
    (0u32..300_000, rollover, period, personal, overage, prop::option::of(1u32..32)).prop_map(
        |(amount, rollover, period, personal_use, overage, reset)| TokenBudget {
            amount: Entry::typed(amount.to_string()),
            period,
            rollover,
            rollover_cap: Entry::typed("500"),
            personal_use,
            personal_share: Entry::typed("20"),
            overage,
            reset_day: reset.map_or_else(Entry::default, |day| Entry::typed(day.to_string())),
            ..TokenBudget::default()
        },
    )
}

fn any_offer(name: &'static str) -> impl Strategy<Value = Offer> {
    let clawback = prop::sample::select(vec![Clawback::NotSaid, Clawback::None, Clawback::ProRata, Clawback::Cliff]);
    (
        (0u32..900_000, 0u32..10, 0u32..60, 0u32..150),
        (0u32..200_000, clawback, 0u32..30),
        prop::collection::vec(any_grant(), 0..3),
        prop::option::of(any_budget()),
        prop::option::of(0u32..40_000),
    )
        .prop_map(move |((base, raise, target, payout), (sign_on, clawback, months), grants, budget, box_)| {
            Offer {
                id: name.to_owned(),
                company: name.to_owned(),
                base: Entry::typed(base.to_string()),
                raise: Entry::typed(raise.to_string()),
                bonus: Bonus {
                    target: Entry::typed(target.to_string()),
                    payout: Entry::typed(payout.to_string()),
                    ..Bonus::default()
                },
                sign_on: SignOn {
                    amount: Entry::typed(sign_on.to_string()),
                    clawback,
                    clawback_months: Entry::typed(months.to_string()),
                    ..SignOn::default()
                },
                grants,
                retirement_match: Match {
                    rate: Entry::typed("50"),
                    up_to: Entry::typed("6"),
                    cap: Entry::typed("9000"),
                    ..Match::default()
                },
                token_budget: budget,
                hardware: box_.map(|amount| HardwareStipend {
                    amount: Entry::typed(amount.to_string()),
                    ownership: Ownership::Mine,
                    ..HardwareStipend::default()
                }),
                ..Offer::default()
            }
        })
}

/// Parts of pay beside the common ones: commission, one-time payments, refreshers and benefits.
type More = (Option<Commission>, Vec<Payment>, Option<Refreshers>, Vec<Benefit>);

fn any_more() -> impl Strategy<Value = More> {
    (0u32..200_000, 0u32..24, 0u32..150_000, 0u32..30).prop_map(|(variable, month, refresher, days)| {
        (
            Some(Commission { on_target: Entry::typed(variable.to_string()), ..Commission::default() }),
            vec![Payment {
                amount: Entry::typed((variable / 3).to_string()),
                after_months: Entry::typed(month.to_string()),
                clawback: Clawback::ProRataMonths,
                clawback_months: Entry::typed("18"),
                ..Payment::default()
            }],
            Some(Refreshers { amount: Entry::typed(refresher.to_string()), ..Refreshers::default() }),
            vec![Benefit {
                kind: BenefitKind::PaidLeave,
                quantity: Entry::typed(days.to_string()),
                ..Benefit::default()
            }],
        )
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    let offers = (any_offer("Acme"), any_offer("Globex"), any_offer("Initech"));
    (offers, 1u32..6, prop::option::of(1u32..60), 0u32..60, 0u32..100).prop_map(
        |((a, b, c), years, stay, growth, own)| Case {
            assumptions: Assumptions {
                horizon_years: Entry::typed(years.to_string()),
                stay_months: stay.map_or_else(Entry::default, |m| Entry::typed(m.to_string())),
                share_growth: Entry::typed(growth.to_string()),
                paths: Entry::typed("100"),
                ..Assumptions::default()
            },
            workload: Workload {
                personal_share: Entry::typed(own.to_string()),
                would_buy_per_month: Entry::typed("120"),
                ..Workload::default()
            },
            offers: vec![a, b, c],
            ..Case::new("law", Currency::USD, CivilDate::new(2027, 1, 31).expect("a date"))
        },
    )
}

fn total(case: &Case, place: usize) -> Decimal {
    let settings = Settings::of(case);
    offer_value::value(case, &case.offers[place], place, &settings, &mut Findings::default()).total()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    /// Everything that vests is the grant, to the cent, when the person stays to its end.
    #[test]
    fn what_vests_is_the_grant(grant in any_grant()) {
        let mut case = Case::new("law", Currency::USD, CivilDate::new(2027, 1, 31).expect("a date"));
        case.assumptions.horizon_years = Entry::typed("10");
        let face = counterweight_engine::face_value(&grant, Currency::USD).expect("readable").amount;
        case.offers.push(Offer { id: "a".into(), grants: vec![grant], ..Offer::default() });
        prop_assert_eq!(total(&case, 0), face);
    }

    /// More base, sign-on or shares never lower what an offer is worth.
    #[test]
    fn more_pay_never_lowers_value(case in any_case(), more in 1u32..100_000) {
        let before = total(&case, 0);
        let more_of = |text: &str| (text.parse::<u64>().unwrap_or(0) + u64::from(more)).to_string();
        let mut richer = case.clone();
        richer.offers[0].base = Entry::typed(more_of(case.offers[0].base.text()));
        prop_assert!(total(&richer, 0) >= before);
        let mut richer = case.clone();
        richer.offers[0].sign_on.amount = Entry::typed(more_of(case.offers[0].sign_on.amount.text()));
        prop_assert!(total(&richer, 0) >= before);
        let mut richer = case.clone();
        richer.offers[0].grants.push(Grant { size: GrantSize::Value { amount: Entry::typed(more.to_string()) }, ..Grant::default() });
        prop_assert!(total(&richer, 0) >= before);
    }

    /// A grant in two halves is the same grant; each half rounds its own cents, so they may differ by one a vest.
    #[test]
    fn splitting_a_grant_changes_nothing(case in any_case(), amount in 1u32..1_000_000, vesting in any_vesting()) {
        let whole = |amount: Decimal| Grant { size: GrantSize::Value { amount: Entry::typed(amount.to_string()) }, vesting: vesting.clone(), ..Grant::default() };
        let with = |grants: Vec<Grant>| {
            let mut case = case.clone();
            case.offers[0].grants = grants;
            total(&case, 0)
        };
        let amount = Decimal::from(amount);
        let halves = with(vec![whole(amount / dec!(2)), whole(amount / dec!(2))]);
        prop_assert!((halves - with(vec![whole(amount)])).abs() <= dec!(1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES_WITH_FUTURES))]

    /// An ask that is reached closes the gap to within one unit of currency when it is applied.
    #[test]
    fn an_ask_that_is_granted_closes_the_gap(case in any_case()) {
        let n = negotiation::negotiate(&case, "Acme").expect("the offer is there");
        let best = total(&case, 1).max(total(&case, 2));
        prop_assert_eq!(n.gap, best - total(&case, 0));
        for ask in &n.asks {
            if let AskOutcome::Reached { to, gap, .. } = &ask.outcome {
                let mut granted = case.clone();
                negotiation::apply(&mut granted.offers[0], ask.lever, *to);
                let left = best - total(&granted, 0);
                prop_assert!(left.abs() <= Decimal::ONE, "{:?} leaves {left}", ask.lever);
                prop_assert_eq!(left, *gap);
            }
        }
    }

    /// With nothing uncertain every future is the table, to the cent.
    #[test]
    fn without_chance_the_futures_are_the_table(mut case in any_case()) {
        case.assumptions.share_volatility = Entry::<Portion>::typed("0");
        case.assumptions.payout_spread = Entry::typed("0");
        case.workload.spread = Entry::typed("0");
        let c = compare(&case);
        for (offer, futures) in c.offers.iter().zip(&c.futures.offers) {
            for (year, band) in offer.years.iter().zip(&futures.cumulative) {
                for figure in [band.p10, band.p50, band.p90] {
                    prop_assert!((figure - year.cumulative).abs() <= dec!(0.01), "{} year {}: {figure} and {}", offer.id, year.year, year.cumulative);
                }
            }
        }
    }

    /// The same after tax, in each kind of money, with every further part of pay.
    #[test]
    fn without_chance_the_futures_are_the_table_after_tax(
        mut case in any_case(),
        place in prop::sample::select(vec!["US-CA", "US-NY-NYC", "US-TX", "US-WA"]),
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
        for offer in &mut case.offers {
            offer.place = place.to_owned();
        }
        let full = &mut case.offers[0];
        (full.commission, full.payments, full.refreshers, full.benefits) = more;
        let c = compare(&case);
        for (offer, futures) in c.offers.iter().zip(&c.futures.offers) {
            prop_assert!(!offer.taxes.is_empty());
            for (year, band) in offer.years.iter().zip(&futures.cumulative) {
                for figure in [band.p10, band.p50, band.p90] {
                    // The table rounds the tax of each part to the cent, the futures round once.
                    prop_assert!((figure - year.cumulative).abs() <= dec!(0.01) * Decimal::from(year.year), "{} year {}: {figure} and {}", offer.id, year.year, year.cumulative);
                }
            }
        }
    }

    /// Another order of offers gives the same figures in that order, to the bit.
    #[test]
    fn another_order_is_only_another_order(case in any_case()) {
        let mut turned = case.clone();
        turned.offers.rotate_left(1);
        let (a, b) = (compare(&case), compare(&turned));
        for (place, offer) in a.offers.iter().enumerate() {
            let other = b.offers.iter().position(|o| o.id == offer.id).expect("the same offers");
            prop_assert_eq!(offer.total, b.offers[other].total);
            prop_assert_eq!(&a.futures.offers[place].cumulative, &b.futures.offers[other].cumulative);
        }
    }

    /// The tiers, the components and the years each sum to the total.
    #[test]
    fn every_way_of_adding_gives_the_total(case in any_case()) {
        for offer in compare(&case).offers {
            prop_assert_eq!(offer.years.iter().map(|y| y.total).sum::<Decimal>(), offer.total);
            prop_assert_eq!(offer.components.iter().map(|c| c.amount).sum::<Decimal>(), offer.total);
            prop_assert_eq!(offer.years.iter().flat_map(|y| y.tiers).sum::<Decimal>(), offer.total);
        }
    }

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
