//! What vests, what is exercised, what is paid back and what is promised, against sums written out by hand.
//!
//! Tax of 2026, single, Texas (Rev. Proc. 2025-32, 26 USC 3101): the deduction is 16,100; tax is 5,800 at 50,400, 17,966
//! at 105,700 and 24 % above; payroll tax is 7.65 % up to 184,500.

use counterweight_domain::assumptions::TaxBasis;
use counterweight_domain::grant::{Cadence, Exercise, GrantSize, Instrument};
use counterweight_domain::offer::{Bonus, Clawback, FirstBonus, OfferKind, SignOn};
use counterweight_domain::payment::{Commission, Repayment};
use counterweight_domain::{
    Case, CivilDate, Currency, Entry, ExchangeRate, Findings, Grant, Offer, Path, PurchasePlan, Vesting,
};
use counterweight_engine::comparison::compare;
use counterweight_engine::ledger::Component;
use counterweight_engine::offer_value::{OfferLedger, value};
use counterweight_engine::settings::Settings;
use rust_decimal::{Decimal, dec};

fn case(start: (i16, i8), years: &str, offer: Offer) -> Case {
    let mut case = Case::new("case", Currency::USD, CivilDate::new(start.0, start.1, 1).expect("a date"));
    case.assumptions.horizon_years = Entry::typed(years);
    case.assumptions.share_volatility = Entry::typed("0");
    case.offers = vec![offer];
    case
}

fn texas(base: &str) -> Offer {
    Offer {
        id: "a".into(),
        company: "Acme".into(),
        place: "US-TX".into(),
        base: Entry::typed(base),
        ..Offer::default()
    }
}

fn taxed(mut case: Case) -> Case {
    case.assumptions.tax = TaxBasis::AfterTax;
    case
}

fn yearly(split: &str) -> Vesting {
    Vesting::Yearly { split: Entry::typed(split), every: Cadence::Year, cliff_months: Entry::default() }
}

fn valued(case: &Case) -> (OfferLedger, Findings) {
    let mut findings = Findings::default();
    case.offers[0].check(&Path::root().join("offers").join(0usize), &mut findings);
    (value(case, &case.offers[0], 0, &Settings::of(case), &mut findings), findings)
}

fn years(case: &Case, component: Component) -> Vec<Decimal> {
    let (ledger, _) = valued(case);
    let horizon = Settings::of(case).horizon_years;
    let of =
        |year| ledger.lines.iter().filter(|l| l.component == component && l.year() == year).map(|l| l.amount).sum();
    (1..=horizon).map(of).collect()
}

fn said(findings: &Findings, id: &str) -> bool {
    findings.as_slice().iter().any(|finding| finding.id == id)
}

/// 400,000 at a quarter a year since two years before the start: half is owned, 100,000 a year is left for two years.
#[test]
fn what_vested_before_the_start_is_no_pay() {
    let grant = Grant {
        size: GrantSize::Value { amount: Entry::typed("400000") },
        commencement: Entry::typed("2025-01-01"),
        vesting: yearly("25/25/25/25"),
        ..Grant::default()
    };
    let job = Offer { kind: OfferKind::CurrentJob, grants: vec![grant.clone()], ..texas("100000") };
    let case_of = case((2027, 1), "4", job);
    assert_eq!(years(&case_of, Component::Equity), [dec!(100000), dec!(100000), dec!(0), dec!(0)]);
    assert!(said(&valued(&case_of).1, "grant.vestedBefore"));
    // Granted in June 2027: what was due in January 2026 and 2027 vests on that day, with January 2028 in year one.
    let late = Grant { granted: Entry::typed("2027-06-01"), ..grant };
    let case_of = case((2027, 1), "4", Offer { grants: vec![late], ..texas("100000") });
    assert_eq!(years(&case_of, Component::Equity), [dec!(300000), dec!(100000), dec!(0), dec!(0)]);
    assert!(!said(&valued(&case_of).1, "grant.vestedBefore"));
}

fn options(instrument: Instrument, count: &str, price: &str, strike: &str, exercise: Exercise) -> Grant {
    Grant {
        instrument,
        size: GrantSize::Shares { count: Entry::typed(count) },
        share_price: Entry::typed(price),
        strike: Entry::typed(strike),
        exercise,
        vesting: yearly("100"),
        ..Grant::default()
    }
}

/// 26 USC 422(d): two grants of 90,000 that become exercisable in one year are 80,000 above the limit, as one of 180,000
/// is: 8,000 options with a spread of 1 are wages.
#[test]
fn incentive_options_of_all_grants_share_the_limit() {
    let grant = |count| options(Instrument::Iso, count, "10", "9", Exercise::Hold);
    let pay = |grants| valued(&taxed(case((2026, 1), "2", Offer { grants, ..texas("100000") }))).0.taxes[0].taxed_pay;
    assert_eq!(pay(vec![grant("18000")]), dec!(108000));
    assert_eq!(pay(vec![grant("9000"), grant("9000")]), dec!(108000));
}

/// 5,000 options with a spread of 10 beside 100,000: income tax 5,800 + 12,166 + 24 % × 28,200 = 24,734 for both kinds;
/// payroll tax on 150,000 is 11,475, on 100,000 alone, as an incentive option is no wages, 7,650.
#[test]
fn incentive_options_sold_at_once_bear_no_payroll_tax() {
    let net = |instrument| {
        let grant = options(instrument, "5000", "20", "10", Exercise::SameDaySale);
        let case = taxed(case((2026, 1), "1", Offer { grants: vec![grant], ..texas("100000") }));
        let compared = compare(&case);
        (compared.offers[0].years[0].total, compared.futures.offers[0].cumulative[0].p50)
    };
    assert_eq!(net(Instrument::Nso), (dec!(113791), dec!(113791)));
    assert_eq!(net(Instrument::Iso), (dec!(117616), dec!(117616)));
}

/// A plan's bargain is no wages either: 10,000 put in at 15 % bring 15 ÷ 85 of it, 1,764.70; 22 % of it is 388.23. On
/// 100,000: 5,800 + 22 % × 33,500 = 13,170 and 7,650.
#[test]
fn a_purchase_plan_bears_no_payroll_tax() {
    let plan = PurchasePlan { contribution: Entry::typed("10"), months: Entry::typed("12"), ..PurchasePlan::default() };
    let compared = compare(&taxed(case((2026, 1), "1", Offer { purchase_plan: Some(plan), ..texas("100000") })));
    let expected = dec!(100000) + dec!(1764.70) - dec!(13170) - dec!(7650) - dec!(388.23);
    assert!(
        (compared.offers[0].years[0].total - expected).abs() <= dec!(0.02),
        "{}",
        compared.offers[0].years[0].total
    );
}

/// In yen, at 150 for a dollar, the law's limit is 3,750,000 of shares: 1,000,000 put in is within it and brings 15 ÷ 85 of
/// it, 176,470; 10,000,000 buys 3,750,000 at 15 % off for each
/// of the two calendar years that an offering from January to January is open in. A cap of 10,000 at the first day's price buys shares worth 10,000
/// for 8,500.
#[test]
fn limits_of_a_purchase_plan() {
    let plan = PurchasePlan { contribution: Entry::typed("10"), months: Entry::typed("12"), ..PurchasePlan::default() };
    let mut yen = case((2026, 1), "1", Offer { purchase_plan: Some(plan.clone()), ..texas("10000000") });
    yen.currency = Entry::typed("JPY");
    let near = |found: Decimal, expected: Decimal| assert!((found - expected).abs() <= dec!(1), "{found}");
    near(years(&yen, Component::Equity)[0], dec!(176470));
    assert!(said(&valued(&yen).1, "purchase.limitUnknown"));
    yen.exchange = vec![ExchangeRate {
        currency: Entry::typed("USD"),
        rate: Entry::typed("150"),
        as_of: Entry::typed("2026-01-01"),
    }];
    near(years(&yen, Component::Equity)[0], dec!(176470));
    assert!(!said(&valued(&yen).1, "purchase.limitUnknown"));
    yen.offers[0].base = Entry::typed("100000000");
    near(years(&yen, Component::Equity)[0], dec!(1125000));
    let capped = PurchasePlan { cap: Entry::typed("10000"), ..plan };
    let capped = case((2026, 1), "1", Offer { purchase_plan: Some(capped), ..texas("200000") });
    assert!((years(&capped, Component::Equity)[0] - dec!(1500)).abs() <= dec!(0.01));
}

/// Left in month 13, a sign-on of 36,500 comes back with the tax that year one bore for it: 136,500 bear 21,494 + 10,442.25,
/// 100,000 bear 13,170 + 7,650, so 11,116.25. The month of 2027 bears a twelfth of 1,271 + 4,674 + 22 % of 31,837.50 and
/// 7,650: 1,716.60. In the same year the wages are 50,000, which bear half of 13,170 + 7,650.
#[test]
fn what_is_paid_back_takes_its_tax_with_it() {
    let total = |amount: &str, repayment, stay: &str| {
        let sign_on = SignOn {
            amount: Entry::typed(amount),
            clawback: Clawback::Cliff,
            clawback_months: Entry::typed("24"),
            repayment,
        };
        let mut case = taxed(case((2026, 1), "3", Offer { sign_on, ..texas("100000") }));
        case.assumptions.stay_months = Entry::typed(stay);
        let compared = compare(&case);
        let total: Decimal = compared.offers[0].years.iter().map(|year| year.total).sum();
        let sampled = compared.futures.offers[0].cumulative.last().expect("a year").p50;
        assert!((total - sampled).abs() <= dec!(0.02), "{total} and {sampled}");
        total
    };
    let near =
        |found: Decimal, expected: Decimal| assert!((found - expected).abs() <= dec!(0.02), "{found}, {expected}");
    near(total("36500", Repayment::Net, "13"), dec!(85796.73));
    near(total("36500", Repayment::Gross, "13"), dec!(85796.73));
    near(total("36500", Repayment::Gross, "6"), dec!(39590));
    near(total("36500", Repayment::Net, "6"), dec!(39590));
    // 2,500 is too little for section 1341: the 22 % and 7.65 % of it, 741.25, stay paid.
    near(total("2500", Repayment::Net, "13"), dec!(85796.73));
    near(total("2500", Repayment::Gross, "13"), dec!(85055.48));
}

/// Pro rata without months: a year is taken, and said. After 6 of 12 months 181 of 365 days are worked.
#[test]
fn a_clawback_without_months_is_a_year() {
    let sign_on = SignOn { amount: Entry::typed("36500"), clawback: Clawback::ProRata, ..SignOn::default() };
    let mut case = case((2027, 1), "1", Offer { sign_on, ..texas("100000") });
    case.assumptions.stay_months = Entry::typed("6");
    assert_eq!(years(&case, Component::SignOn), [dec!(18100)]);
    assert!(said(&valued(&case).1, "clawback.noMonths"));
}

/// Open Cap Format, AllocationType BACK_LOADED: 18 shares over 4 tranches are 4-4-5-5.
#[test]
fn pasted_terms_say_how_shares_are_rounded() {
    let terms = r#"{"object_type":"VESTING_TERMS","id":"t","name":"t","description":"t","allocation_type":"BACK_LOADED",
        "vesting_conditions":[{"id":"s","trigger":{"type":"VESTING_START_DATE"},"quantity":"0","next_condition_ids":["y"]},
        {"id":"y","trigger":{"type":"VESTING_SCHEDULE_RELATIVE","relative_to_condition_id":"s",
        "period":{"type":"MONTHS","length":12,"occurrences":4,"day_of_month":"VESTING_START_DAY_OR_LAST_DAY_OF_MONTH"}},
        "portion":{"numerator":"1","denominator":"4"},"next_condition_ids":[]}]}"#;
    let grant = Grant {
        size: GrantSize::Shares { count: Entry::typed("18") },
        share_price: Entry::typed("1"),
        vesting: Vesting::OpenCap { terms: terms.into(), events: Vec::new() },
        ..Grant::default()
    };
    let case = case((2027, 1), "4", Offer { grants: vec![grant], ..texas("100000") });
    assert_eq!(years(&case, Component::Equity), [dec!(4), dec!(4), dec!(5), dec!(5)], "{:?}", valued(&case).1);
}

/// A promise is the least: 20 % of 100,000 paid at 120 % is 24,000. Paid in March after a start in October, the promised
/// first year is the full 20,000.
#[test]
fn a_promised_bonus_is_the_least_that_is_paid() {
    let bonus = |payout: &str, month: &str| Bonus {
        target: Entry::typed("20"),
        payout: Entry::typed(payout),
        first_year: FirstBonus::Guaranteed,
        paid_in_month: Entry::typed(month),
        ..Bonus::default()
    };
    let of = |start, bonus| years(&case(start, "1", Offer { bonus, ..texas("100000") }), Component::Bonus)[0];
    assert_eq!(of((2027, 1), bonus("120", "")), dec!(24000));
    assert_eq!(of((2027, 1), bonus("80", "")), dec!(20000));
    assert_eq!(of((2026, 10), bonus("100", "3")), dec!(20000));
}

/// 120,000 on target: four promised months are 40,000, eight at 50 % another 40,000, paid by quarter or not.
#[test]
fn promised_months_of_commission_need_not_be_quarters() {
    let commission = Commission {
        on_target: Entry::typed("120000"),
        attainment: Entry::typed("50"),
        guaranteed_months: Entry::typed("4"),
        ..Commission::default()
    };
    let case = case((2027, 1), "1", Offer { commission: Some(commission), ..texas("100000") });
    assert_eq!(years(&case, Component::Commission), [dec!(80000)]);
}

/// 26 USC 53: 4,500 incentive options at 1, worth 21, held, beside 200,000. 2026: (290,000 − 90,100) × 26 % = 51,974 is
/// 15,240 above 36,734. 2027, amounts 2.5 % higher: regular tax 18,415.15 + 24 % × 75,155 = 36,452.35, minimum tax
/// (200,000 − 92,352.50) × 26 % = 27,988.35, so 8,464 come back; the other 6,776 in 2028, which has room for 8,775.60.
#[test]
fn minimum_tax_comes_back() {
    let total = |grants| {
        let compared = compare(&taxed(case((2026, 1), "4", Offer { grants, ..texas("200000") })));
        let totals: Vec<Decimal> = compared.offers[0].years.iter().map(|year| year.total).collect();
        let sampled = compared.futures.offers[0].cumulative.last().expect("a year").p50;
        assert!((totals.iter().sum::<Decimal>() - sampled).abs() <= dec!(0.02));
        totals
    };
    let (with, without) = (total(vec![options(Instrument::Iso, "4500", "21", "1", Exercise::Hold)]), total(Vec::new()));
    let more: Vec<Decimal> = with.iter().zip(&without).map(|(with, without)| with - without).collect();
    assert_eq!(more[0], dec!(-19740), "4,500 of strike and 15,240 of minimum tax");
    assert!((more[1] - dec!(8464)).abs() <= dec!(0.01) && (more[2] - dec!(6776)).abs() <= dec!(0.01), "{more:?}");
}

/// 400,000 at a reference price of 80 are 5,000 shares, at 90 today 450,000. Without it the claimed sum counts, and a
/// finding says so.
#[test]
fn money_becomes_shares_by_the_reference_price() {
    let grant = Grant {
        size: GrantSize::Value { amount: Entry::typed("400000") },
        share_price: Entry::typed("90"),
        reference_price: Entry::typed("80"),
        vesting: yearly("25/25/25/25"),
        ..Grant::default()
    };
    let of = |grant| case((2027, 1), "4", Offer { grants: vec![grant], ..texas("100000") });
    assert_eq!(years(&of(grant.clone()), Component::Equity), [dec!(112500); 4]);
    let missing = of(Grant { reference_price: Entry::default(), ..grant });
    assert_eq!(years(&missing, Component::Equity), [dec!(100000); 4]);
    assert!(said(&valued(&missing).1, "grant.noReferencePrice"));
}
