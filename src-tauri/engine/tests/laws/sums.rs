//! What a ledger adds up to: vests, more pay, splits, currencies, and each way of adding.

use super::any::{any_case, any_grant, any_place, any_vesting, rates};
use super::{CASES, CASES_THROUGH_ALL, total};
use counterweight_domain::assumptions::TaxBasis;
use counterweight_domain::case::ExchangeRate;
use counterweight_domain::grant::GrantSize;
use counterweight_domain::offer::SignOn;
use counterweight_domain::{Case, CivilDate, Currency, Entry, Grant, Offer};
use counterweight_engine::comparison::compare;
use counterweight_engine::negotiation::{self, AskOutcome};
use counterweight_engine::settings::Settings;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rust_decimal::{Decimal, dec};

proptest! {
    // The same cases each time. Where a law takes something back at once is listed below by walking the scales; a step that
    // the list does not have should be looked for by another seed, and not stop whoever builds.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(CASES) })]

    /// After tax as well, in every place, more base or shares never lower it by more than the law itself does where it takes
    /// something back at once. Not so a sign-on: of one that is paid back the tax may stay paid. Nor a year that ends early
    /// with a payment made once: the pay that is taken to go on elsewhere, and is not counted, lifts it to higher rates.
    #[test]
    fn more_pay_never_lowers_value_after_tax(mut case in any_case(), more in 1u32..100_000, place in any_place()) {
        case.assumptions.tax = TaxBasis::AfterTax;
        case.exchange = rates();
        case.offers[0].place = place.to_owned();
        if !Settings::of(&case).stay_months.is_multiple_of(12) {
            case.offers[0].sign_on = SignOn::default();
            case.offers[0].payments.clear();
        }
        let years = Decimal::from(Settings::of(&case).horizon_years);
        let least = total(&case, 0) - taken_at_once(place) * years;
        let mut richer = case.clone();
        let base = case.offers[0].base.text().parse::<u64>().unwrap_or(0) + u64::from(more);
        richer.offers[0].base = Entry::typed(base.to_string());
        prop_assert!(total(&richer, 0) >= least, "base in {place}");
        let mut richer = case.clone();
        richer.offers[0].grants.push(Grant { size: GrantSize::Value { amount: Entry::typed(more.to_string()) }, ..Grant::default() });
        prop_assert!(total(&richer, 0) >= least, "shares in {place}");
    }
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

    /// Writing the same numbers in another currency, with what is priced in dollars at par, changes no number.
    #[test]
    fn another_name_for_the_currency_changes_nothing(
        case in any_case(),
        currency in prop::sample::select(vec!["EUR", "GBP", "CAD"]),
    ) {
        let mut renamed = case.clone();
        renamed.currency = Entry::typed(currency);
        renamed.exchange = vec![rate("USD", "1")];
        for place in 0..case.offers.len() {
            prop_assert_eq!(total(&renamed, place), total(&case, place));
        }
    }

    /// An offer written in a currency of which four are worth one of the case's is worth the same when all its amounts
    /// are four times as much.
    #[test]
    fn an_offer_in_another_currency_is_the_same_offer(case in any_case()) {
        let mut other = case.clone();
        other.exchange = vec![rate("EUR", "0.25")];
        other.offers[0] = four_times(&case.offers[0]);
        // Every line is rounded to the cent in the offer's own currency first.
        let apart = (total(&other, 0) - total(&case, 0)).abs();
        prop_assert!(apart <= dec!(1), "{apart}");
    }
}

/// How much a year's pay after tax, in dollars, may fall in `place` as pay rises, by rules of its own: bounds at which a
/// credit, a deduction or an exemption ends or takes a step, New York's recapture, India's cess on a tax that is already all of
/// what is above the rebate, tables and whole euros. Walked in steps of 4 to 420,000 and of 20 to 1,600,000 by the rules of
/// 2029, with room for later years; everywhere else pay after tax never falls by more than a cent's rounding. In India the
/// cess of 4 % also comes on top where the relief of a surcharge takes all of a raise: by hand, at 20 million rupees with
/// 5.58 million of tax, 1.25 × (5.58 + 0.3 d) = 1.15 × 5.58 + d, so for d = 0.893 million, and 4 % of it are 35,700 rupees.
fn taken_at_once(place: &str) -> Decimal {
    const TAKEN: [(&str, Decimal); 17] = [
        ("DE", dec!(3)),
        ("IN", dec!(450)),
        ("US-AR", dec!(20)),
        ("US-CA", dec!(20)),
        ("US-CO", dec!(900)),
        ("US-CT", dec!(130)),
        ("US-ID", dec!(12)),
        ("US-IL", dec!(200)),
        ("US-MD", dec!(110)),
        ("US-MO", dec!(90)),
        ("US-NJ", dec!(150)),
        ("US-NY", dec!(9500)),
        ("US-NY-NYC", dec!(11000)),
        ("US-OH", dec!(420)),
        ("US-OR", dec!(350)),
        ("US-RI", dec!(270)),
        ("US-VA", dec!(50)),
    ];
    TAKEN.iter().find(|(key, _)| *key == place).map_or(dec!(0.05), |(_, most)| *most)
}

fn rate(currency: &str, rate: &str) -> ExchangeRate {
    let as_of = Entry::of(CivilDate::new(2027, 1, 4).expect("a date"));
    ExchangeRate { currency: Entry::typed(currency), rate: Entry::typed(rate), as_of }
}

/// The same offer with every amount of money times four, in EUR.
fn four_times(offer: &Offer) -> Offer {
    let four = |text: &str| match text.parse::<Decimal>() {
        Ok(amount) => (amount * dec!(4)).to_string(),
        Err(_) => text.to_owned(),
    };
    let mut other = offer.clone();
    other.currency = Entry::typed("EUR");
    other.base = Entry::typed(four(offer.base.text()));
    other.sign_on.amount = Entry::typed(four(offer.sign_on.amount.text()));
    other.retirement_match.cap = Entry::typed(four(offer.retirement_match.cap.text()));
    for grant in &mut other.grants {
        grant.share_price = Entry::typed(four(grant.share_price.text()));
        if let GrantSize::Value { amount } = &mut grant.size {
            *amount = Entry::typed(four(amount.text()));
        }
    }
    if let Some(budget) = &mut other.token_budget {
        budget.amount = Entry::typed(four(budget.amount.text()));
        budget.rollover_cap = Entry::typed(four(budget.rollover_cap.text()));
    }
    if let Some(hardware) = &mut other.hardware {
        hardware.amount = Entry::typed(four(hardware.amount.text()));
    }
    other
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES_THROUGH_ALL))]

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

    /// The tiers, the components and the years each sum to the total.
    #[test]
    fn every_way_of_adding_gives_the_total(case in any_case()) {
        for offer in compare(&case).offers {
            prop_assert_eq!(offer.years.iter().map(|y| y.total).sum::<Decimal>(), offer.total);
            prop_assert_eq!(offer.components.iter().map(|c| c.amount).sum::<Decimal>(), offer.total);
            prop_assert_eq!(offer.years.iter().flat_map(|y| y.tiers).sum::<Decimal>(), offer.total);
        }
    }
}
