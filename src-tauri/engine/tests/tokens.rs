//! Token budgets end to end: cash after tax, pools, budgets that are taken back, classes of work, prices, bad input.

use counterweight_domain::budget::{
    BudgetPeriod, BudgetUnit, LockIn, Overage, Owner, PersonalUse, Revocable, Rollover, TaxTreatment,
};
use counterweight_domain::{
    Case, CivilDate, ClassOfWork, Currency, Entry, ExchangeRate, Findings, Offer, OwnPrice, PriceFile, TokenBudget,
    Workload,
};
use counterweight_engine::compute_plan::{ComputePlan, plan};
use counterweight_engine::settings::Settings;
use counterweight_engine::{offer_value, simulation};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, dec};

/// $2 a million sent, $10 received.
fn own_price() -> OwnPrice {
    OwnPrice {
        model: "anthropic/claude-sonnet-5-5".into(),
        input: Entry::typed("2"),
        output: Entry::typed("10"),
        ..OwnPrice::default()
    }
}

/// 10 calls on each of 20 days, a million tokens each and nothing received: 200 × $2 = $400 a month.
fn work() -> Workload {
    Workload {
        tasks_per_day: Entry::typed("10"),
        cycles_per_task: Entry::typed("1"),
        days_per_month: Entry::typed("20"),
        input_tokens: Entry::typed("1000000"),
        output_tokens: Entry::typed("0"),
        cache_share: Entry::typed("0"),
        spread: Entry::typed("0"),
        cloud_model: "anthropic/claude-sonnet-5-5".into(),
        prices: vec![own_price()],
        ..Workload::default()
    }
}

fn case(workload: Workload, budget: TokenBudget) -> Case {
    let mut case = Case::new("tokens", Currency::USD, CivilDate::new(2026, 1, 1).expect("a date"));
    case.assumptions.horizon_years = Entry::typed("1");
    case.assumptions.paths = Entry::typed("200");
    case.workload = workload;
    case.offers.push(Offer {
        id: "a".into(),
        company: "Acme".into(),
        base: Entry::typed("150000"),
        place: "US-TX".into(),
        token_budget: Some(budget),
        ..Offer::default()
    });
    case
}

fn monthly(amount: &str) -> TokenBudget {
    TokenBudget {
        amount: Entry::typed(amount),
        period: BudgetPeriod::Month,
        rollover: Rollover::None,
        ..TokenBudget::default()
    }
}

fn planned(case: &Case) -> (ComputePlan, Findings) {
    let mut findings = case.check();
    let plan = plan(case, &Settings::of(case), Some(0), &mut findings);
    (plan, findings)
}

fn ids(findings: Findings) -> Vec<String> {
    findings.into_vec().into_iter().map(|finding| finding.id).collect()
}

/// Own use of $400 a month that would be bought anyway, paid from $500 a month.
fn own_use(tax: TaxTreatment) -> Case {
    let workload = Workload { personal_share: Entry::typed("100"), would_buy_per_month: Entry::typed("400"), ..work() };
    case(workload, TokenBudget { personal_use: PersonalUse::Allowed, tax, ..monthly("500") })
}

/// By hand, Texas, single, 2026, base $150,000: the next dollar of wages is in the 24 % bracket ($105,700 to $201,775 of
/// taxable income after a standard deduction of $16,100, Rev. Proc. 2025-32) and below the wage base of $184,500, so it
/// bears 24 + 6.2 + 1.45 = 31.65 %. A stipend of 12 × $500 = $6,000 bears $1,899; $4,800 of it would have been bought, so
/// $2,901 is in hand, which a salary of 2,901 / 0.6835 = $4,244.33 would leave. The employer spends $6,000.
#[test]
fn a_stipend_in_cash_by_hand() {
    let (plan, _) = planned(&own_use(TaxTreatment::TaxableStipend));
    let budget = plan.budget.expect("a budget");
    assert_eq!((budget.claimed, budget.perk, budget.counted), (dec!(6000), dec!(4800), dec!(4800)));
    let worth = budget.worth.expect("in cash");
    assert_eq!(worth.reason, "");
    assert_eq!((worth.taxed, worth.tax), (Some(dec!(6000)), Some(dec!(1899))));
    assert_eq!((worth.cash_equivalent, worth.employer_cost), (Some(dec!(2901)), dec!(6000)));
    let gross = worth.gross_salary.expect("a salary");
    assert!((gross - dec!(4244.33)).abs() <= dec!(0.01), "{gross}");
    assert!((worth.ratio.expect("a ratio") - 2901.0 / 6000.0).abs() < 1e-9);
}

/// By hand: a tool of work is not taxed (26 USC 132(d)), so all $4,800 is in hand; 4,800 / 0.6835 = $7,022.68. The
/// employer pays what is drawn, $4,800 of $6,000. Imputed income taxes the own use: 4,800 × 31.65 % = $1,519.20.
/// Grossed up, the wages are 7,022.68 and the employer pays them.
#[test]
fn each_treatment_in_cash_by_hand() {
    let worth = |tax| planned(&own_use(tax)).0.budget.expect("a budget").worth.expect("in cash");
    let tool = worth(TaxTreatment::WorkingCondition);
    assert_eq!((tool.tax, tool.cash_equivalent, tool.employer_cost), (Some(dec!(0)), Some(dec!(4800)), dec!(4800)));
    assert!((tool.gross_salary.expect("a salary") - dec!(7022.68)).abs() <= dec!(0.01));
    let imputed = worth(TaxTreatment::ImputedIncome);
    assert_eq!((imputed.tax, imputed.cash_equivalent), (Some(dec!(1519.20)), Some(dec!(3280.80))));
    let grossed = worth(TaxTreatment::GrossedUp);
    assert_eq!((grossed.tax, grossed.cash_equivalent), (Some(dec!(0)), Some(dec!(4800))));
    assert!((grossed.employer_cost - dec!(7022.68)).abs() <= dec!(0.01), "{}", grossed.employer_cost);
}

/// Without a place no tax is guessed: the reason is said, and what does not hang on tax stays.
#[test]
fn without_a_place_nothing_after_tax_is_shown() {
    let mut case = own_use(TaxTreatment::TaxableStipend);
    case.offers[0].place = String::new();
    let worth = planned(&case).0.budget.expect("a budget").worth.expect("in cash");
    assert_eq!((worth.cash_equivalent, worth.gross_salary, worth.ratio), (None, None, None));
    assert!(!worth.reason.is_empty());
    assert_eq!(worth.employer_cost, dec!(6000));
}

/// By hand: two share $1,000 a month. The person needs $400 and the other three times as much, $1,200: of 1,600 asked,
/// 1,000 is served, 250 of it to the person, who has an equal part of 500: 250 a month went to the other.
#[test]
fn a_pool_is_shared_by_what_is_asked() {
    let pool = TokenBudget { owner: Owner::Pooled, people: Entry::typed("2"), ..monthly("1000") };
    let (plan, _) = planned(&case(Workload { team_use: Entry::typed("300"), ..work() }, pool.clone()));
    let budget = plan.budget.expect("a budget");
    assert_eq!((budget.claimed, budget.enabler, budget.from_others), (dec!(6000), dec!(3000), dec!(-3000)));
    assert_eq!((budget.breakage, budget.runs_out), (Decimal::ZERO, 1.0));
    // Among equals a pool is as good as an equal part of one's own.
    let (equal, _) = planned(&case(work(), pool));
    let (alone, _) = planned(&case(work(), monthly("500")));
    let (equal, alone) = (equal.budget.expect("a budget"), alone.budget.expect("a budget"));
    assert_eq!((equal.enabler, equal.breakage, equal.from_others), (alone.enabler, alone.breakage, Decimal::ZERO));
}

/// By hand: $3,000 a year for $300 of work and $100 of own use a month that would be bought anyway. Seven months take
/// 7 × 400 = 2,800; the eighth has 200 left of 300 for work; the other four have nothing. So 2,300 goes to work and 700
/// counts, and 100 + 4 × 300 = 1,300 of work is beyond it. Under a hard stop it is undone: the employer spends 3,000 for
/// 700. Paid by the person it counts 700 − 1,300 = −600. On approval the employer pays it: 4,300 for 700.
#[test]
fn each_rule_of_overage_by_hand() {
    let ask = |overage| {
        let workload =
            Workload { personal_share: Entry::typed("25"), would_buy_per_month: Entry::typed("100"), ..work() };
        let budget = TokenBudget {
            period: BudgetPeriod::Year,
            personal_use: PersonalUse::Allowed,
            tax: TaxTreatment::WorkingCondition,
            overage,
            ..monthly("3000")
        };
        let (plan, findings) = planned(&case(workload, budget));
        (plan.budget.expect("a budget"), ids(findings))
    };
    for (overage, pocket, employer, counted, cost) in [
        (Overage::NotSaid, dec!(0), dec!(0), dec!(700), dec!(3000)),
        (Overage::HardStop, dec!(0), dec!(0), dec!(700), dec!(3000)),
        (Overage::SelfPaid, dec!(1300), dec!(0), dec!(-600), dec!(3000)),
        (Overage::EmployerPays, dec!(0), dec!(1300), dec!(700), dec!(4300)),
    ] {
        let (budget, found) = ask(overage);
        assert_eq!((budget.enabler, budget.perk, budget.breakage), (dec!(2300), dec!(700), dec!(0)), "{overage:?}");
        assert_eq!((budget.out_of_pocket, budget.employer_paid), (pocket, employer), "{overage:?}");
        let worth = budget.worth.expect("in cash");
        assert_eq!((budget.counted, worth.employer_cost), (counted, cost), "{overage:?}");
        let ratio = counted.to_f64().expect("a figure") / cost.to_f64().expect("a figure");
        assert!((worth.ratio.expect("a ratio") - ratio).abs() < 1e-9, "{overage:?}");
        assert_eq!(found.iter().any(|id| id == "budget.approval"), overage == Overage::EmployerPays);
    }
}

/// By hand, DeepSeek V4 Pro: it doubles from 01:00 to 04:00 and from 06:00 to 10:00 UTC. Ten hours from 00:00 have seven
/// of them at the double, 1.7 times what ten hours from 12:00 cost; the whole day has 7 of 24, 31/24 times, which is
/// used, and said, where no hour is.
#[test]
fn the_hour_of_work_reaches_the_cost() {
    let ask = |hour: &str| {
        let workload = Workload {
            cloud_model: "deepseek-v4-pro".into(),
            runs_from: Entry::typed(hour),
            prices: Vec::new(),
            ..work()
        };
        let mut case = case(workload, monthly("500"));
        case.start = Entry::typed("2026-12-01");
        let (plan, findings) = planned(&case);
        let cost = plan.work.list_cost_per_month.expect("priced").to_f64().expect("a figure");
        (cost, ids(findings), plan.work.price_source)
    };
    let (low, said, _) = ask("12");
    assert!(!said.iter().any(|id| id == "price.byHour"));
    let (high, _, source) = ask("0");
    assert!((high / low - 1.7).abs() < 1e-4, "{high} {low}");
    assert!(source.contains("from 00:00 to 10:00 UTC"), "{source}");
    let (mean, found, source) = ask("");
    assert!((mean / low - 31.0 / 24.0).abs() < 1e-4, "{mean} {low}");
    assert!(found.iter().any(|id| id == "price.byHour"), "{found:?}");
    assert!(source.contains("all hours of the day"), "{source}");
    assert!(ask("24").1.iter().any(|id| id == "work.hour"));
}

/// A certain risk takes an at-will budget back after its first month in every future; a guarantee holds.
#[test]
fn a_budget_can_be_taken_back() {
    let risky = || Workload { revocation_risk: Entry::typed("100"), ..work() };
    let (plan, _) = planned(&case(risky(), monthly("500")));
    assert_eq!(plan.budget.expect("a budget").run_out.taken_back, 1.0);
    let firm = TokenBudget { revocable: Revocable::Guaranteed, ..monthly("500") };
    assert_eq!(planned(&case(risky(), firm)).0.budget.expect("a budget").run_out.taken_back, 0.0);
    assert_eq!(planned(&case(work(), monthly("500"))).0.budget.expect("a budget").run_out.taken_back, 0.0);
}

/// By hand: $300 a month for a need of $400 runs out after three quarters of each month. January has 31 days: 23.25 of
/// them, so on the 24th in every future.
#[test]
fn the_day_of_running_out_by_hand() {
    let budget = planned(&case(work(), monthly("300"))).0.budget.expect("a budget");
    assert_eq!(budget.run_out.by, [0; 3].map(|_| Some("2026-01-24".to_owned())));
    assert_eq!((budget.run_out.never, budget.run_out.cumulative[0]), (0.0, 1.0));
}

/// With every spread at zero, futures are the ledger, for a profile, a pool and a stated path of prices that has no
/// spread, to the cent.
#[test]
fn without_spread_the_futures_are_the_ledger() {
    let pool = TokenBudget {
        owner: Owner::Pooled,
        people: Entry::typed("3"),
        personal_use: PersonalUse::Allowed,
        overage: Overage::SelfPaid,
        ..monthly("900")
    };
    let workload = Workload {
        profile: "always-on-agent".into(),
        classes: vec![ClassOfWork { elasticity: Entry::typed("0.5"), ..ClassOfWork::default() }],
        price_change: Entry::typed("-50"),
        personal_share: Entry::typed("30"),
        would_buy_per_month: Entry::typed("20"),
        team_use: Entry::typed("250"),
        growth: Entry::typed("40"),
        ..work()
    };
    let mut case = case(workload, pool);
    case.assumptions.horizon_years = Entry::typed("3");
    let settings = Settings::of(&case);
    let ledger = offer_value::value(&case, &case.offers[0], 0, &settings, &mut Findings::default());
    let outcomes = simulation::run(std::slice::from_ref(&ledger.model), &settings);
    let total = ledger.total();
    for path in outcomes.values().chunks(3) {
        let found = Decimal::try_from(path[2]).expect("a figure").round_dp(2);
        assert!((found - total).abs() <= dec!(0.01), "{found} {total}");
    }
}

/// What cannot be is named, and nothing of it is counted.
#[test]
fn bad_input_is_found() {
    let found = |workload: Workload| ids(planned(&case(workload, monthly("500"))).1);
    let has = |workload: Workload, id: &str| {
        let found = found(workload);
        assert!(found.iter().any(|one| one == id), "{id} in {found:?}");
    };
    // 10^15 tokens a day, in one class and in several.
    let huge = || Entry::typed("1000000000");
    has(Workload { tasks_per_day: huge(), ..work() }, "work.tooMany");
    let class = ClassOfWork { tasks_per_day: huge(), ..ClassOfWork::default() };
    has(Workload { profile: "daily-coding-agent".into(), classes: vec![class], ..work() }, "work.tooMany");
    has(Workload { cloud_model: "nobody/nothing".into(), ..work() }, "price.unknown");
    has(Workload { profile: "nobody".into(), ..work() }, "work.profile");
    has(Workload { price_scenario: "free".into(), ..work() }, "price.scenario");
    let free = OwnPrice { input: Entry::typed("0"), ..own_price() };
    has(Workload { prices: vec![free], ..work() }, "price.own");
    let file = |text: &str| Some(PriceFile { name: "list.json".into(), text: text.into() });
    has(Workload { price_file: file("{"), ..work() }, "priceFile.unreadable");
    // By hand: 10 calls in 10 hours are a sixtieth of a call a minute, 16,667 tokens of the 1,000 allowed.
    let slow = Workload { input_tokens_per_minute: Entry::typed("1000"), ..work() };
    has(slow, "rate.tooFast");
    has(Workload { seconds_per_call: Entry::typed("9000"), ..work() }, "rate.dayTooShort");
    let shares = ClassOfWork {
        cache_read_share: Entry::typed("80"),
        cache_write_share: Entry::typed("30"),
        ..ClassOfWork::default()
    };
    has(Workload { classes: vec![shares], ..work() }, "work.share");
}

/// By hand: a file at $4 a million in place of the list's price doubles $400 to $800 a month; an own price goes before it.
#[test]
fn a_price_file_is_taken_before_the_list() {
    let text = r#"{"anthropic": {"id": "anthropic", "models": {
        "claude-sonnet-5-5": {"id": "claude-sonnet-5-5", "cost": {"input": 4, "output": 20}}}}}"#;
    let file = Some(PriceFile { name: "api.json".into(), text: text.into() });
    let mut dated = case(Workload { prices: Vec::new(), price_file: file.clone(), ..work() }, monthly("500"));
    dated.start = Entry::typed("2026-12-01");
    let (plan, findings) = planned(&dated);
    assert_eq!(plan.work.list_cost_per_month, Some(dec!(800)), "{findings:?}");
    assert!(plan.work.price_source.starts_with("api.json"), "{}", plan.work.price_source);
    let (plan, _) = planned(&case(Workload { price_file: file, ..work() }, monthly("500")));
    assert_eq!(plan.work.list_cost_per_month, Some(dec!(400)));
}

/// A case as it was written before classes, own prices and risks were there still reads, and counts the same.
#[test]
fn a_workload_without_the_new_fields_reads() {
    let old: Workload =
        serde_json::from_str(r#"{"tasksPerDay": "20", "cloudModel": "claude-sonnet-5.5"}"#).expect("reads");
    assert_eq!(
        old,
        Workload { tasks_per_day: Entry::typed("20"), cloud_model: "claude-sonnet-5.5".into(), ..Workload::default() }
    );
}

fn money_of(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

/// A case and the price of its work in other money. `rate` is one US dollar in the case's currency, of 2 January 2026.
fn abroad(currency: Currency, rate: &str, would_buy: &str, budget: TokenBudget) -> Case {
    let workload =
        Workload { personal_share: Entry::typed("100"), would_buy_per_month: Entry::typed(would_buy), ..work() };
    let mut case = case(workload, TokenBudget { personal_use: PersonalUse::Allowed, ..budget });
    case.currency = Entry::of(currency);
    case.exchange = vec![ExchangeRate {
        currency: Entry::of(Currency::USD),
        rate: Entry::typed(rate),
        as_of: Entry::typed("2026-01-02"),
    }];
    case.offers[0].currency = Entry::of(Currency::USD);
    case
}

/// By hand, the stipend above in other money: $6,000 granted, $4,800 of it bought anyway, $1,899 of tax, $2,901 in hand
/// and $4,244.33 of salary, at $1 = €0.90 are €5,400, €4,320, €1,709.10, €2,610.90 and €3,819.90; at $1 = £0.75 £4,500,
/// £3,600, £1,424.25, £2,175.75 and £3,183.25. A month's work of $400 is €360 and £300.
#[test]
fn a_budget_in_dollars_in_a_case_in_other_money() {
    for (currency, rate, month, claimed, perk, tax, cash, gross) in [
        (money_of("EUR"), "0.90", dec!(360), dec!(5400), dec!(4320), dec!(1709.10), dec!(2610.90), dec!(3819.90)),
        (money_of("GBP"), "0.75", dec!(300), dec!(4500), dec!(3600), dec!(1424.25), dec!(2175.75), dec!(3183.25)),
    ] {
        let stipend = TokenBudget { tax: TaxTreatment::TaxableStipend, ..monthly("500") };
        let (plan, findings) = planned(&abroad(currency, rate, &month.to_string(), stipend));
        assert_eq!((plan.currency, plan.work.list_cost_per_month), (currency, Some(month)), "{findings:?}");
        let budget = plan.budget.expect("a budget");
        assert_eq!((budget.claimed, budget.perk, budget.counted), (claimed, perk, perk));
        assert_eq!(budget.breakage, claimed - perk);
        assert_eq!(budget.balance[0].spent, month);
        let worth = budget.worth.expect("in cash");
        assert_eq!((worth.employer_cost, worth.tax), (claimed, Some(tax)), "{}", worth.reason);
        assert_eq!(worth.cash_equivalent, Some(cash));
        assert!((worth.gross_salary.expect("a salary") - gross).abs() <= dec!(0.01));
        // The ratio is the same in any money.
        assert!((worth.ratio.expect("a ratio") - 2901.0 / 6000.0).abs() < 1e-6);
    }
}

/// By hand: $300 a month against $400 of work, in euros at 0.90: the person pays 12 × €90 = €1,080 beyond €3,240. A budget
/// of 100 million tokens a month at $2 a million is $200, €180. Without a rate nothing is converted, and that is said.
#[test]
fn what_is_beyond_a_budget_converts_as_well() {
    let mine = TokenBudget { overage: Overage::SelfPaid, ..monthly("300") };
    let mut case = abroad(money_of("EUR"), "0.90", "0", mine);
    case.workload.personal_share = Entry::typed("0");
    let budget = planned(&case).0.budget.expect("a budget");
    assert_eq!((budget.claimed, budget.enabler, budget.out_of_pocket), (dec!(3240), dec!(3240), dec!(1080)));
    assert_eq!(budget.counted, dec!(-1080));
    let tokens = TokenBudget { unit: BudgetUnit::Tokens, ..monthly("100000000") };
    let budget = planned(&abroad(money_of("EUR"), "0.90", "0", tokens)).0.budget.expect("a budget");
    assert_eq!(budget.claimed, dec!(2160));
    case.exchange.clear();
    let (plan, findings) = planned(&case);
    assert_eq!((plan.budget, plan.work.list_cost_per_month), (None, None));
    assert!(ids(findings).iter().any(|id| id == "exchange.missing"));
}

/// A case as it was kept before work had classes, hours and risks computes what it did. By hand (as in the examples of
/// token budgets): a call is $0.039, 2,000 of them $78 a month, 39 for the job and 39 own; of $100, 20 would be bought
/// anyway, 19 is other own use at a quarter, 22 expires; twelve times.
#[test]
fn a_case_kept_before_classes_computes_the_same() {
    let text = include_str!("stored/before_classes.offer.json");
    let case: Case = serde_json::from_str(text).expect("reads");
    let (plan, findings) = planned(&case);
    assert!(findings.as_slice().iter().all(|f| f.severity != counterweight_domain::Severity::Error), "{findings:?}");
    assert_eq!(plan.work.list_cost_per_month, Some(dec!(78)));
    assert_eq!(plan.work.calls_per_month, dec!(2000));
    let budget = plan.budget.expect("a budget");
    assert_eq!((budget.claimed, budget.enabler, budget.perk), (dec!(1200), dec!(468), dec!(240)));
    assert_eq!((budget.option_use, budget.option_value), (dec!(228), dec!(57)));
    assert_eq!((budget.breakage, budget.counted), (dec!(264), dec!(297)));
    assert_eq!((budget.out_of_pocket, budget.employer_paid), (dec!(0), dec!(0)));
    // A year of the cloud is 12 × 78; the machine's price is the one that was entered.
    assert_eq!(plan.routes.cloud.as_ref().expect("a price").total, dec!(936));
    assert_eq!(plan.routes.machine.expect("fits").price, Some(dec!(4000)));
    // What was kept comes back as it was, with what is new left blank.
    let again: Case = serde_json::from_str(&serde_json::to_string(&case).expect("writes")).expect("reads");
    assert_eq!(again, case);
    assert!(case.workload.runs_from.is_blank() && case.workload.classes.is_empty() && case.workload.profile.is_empty());
}

/// By hand: a yearly stipend of $6,000 that is taxed as wages is wages of the months in which it is granted, the first and
/// the thirteenth, and of none of the others.
#[test]
fn a_stipend_is_taxed_when_it_is_granted() {
    let stipend = |tax| TokenBudget { tax, period: BudgetPeriod::Year, ..monthly("6000") };
    let wages = |tax| -> Vec<f64> {
        let mut case = case(work(), stipend(tax));
        case.assumptions.horizon_years = Entry::typed("2");
        let settings = Settings::of(&case);
        let ledger = offer_value::value(&case, &case.offers[0], 0, &settings, &mut Findings::default());
        ledger.model.fixed.iter().map(|part| part.wages).collect()
    };
    let (taxed, free) = (wages(TaxTreatment::TaxableStipend), wages(TaxTreatment::WorkingCondition));
    for (month, (taxed, free)) in taxed.iter().zip(&free).enumerate() {
        let expected = if month == 1 || month == 13 { 6000.0 } else { 0.0 };
        assert!((taxed - free - expected).abs() < 1e-9, "month {month}: {}", taxed - free);
    }
}

/// By hand: $500 a month for OpenAI's models pays nothing of $400 of work on a model of Anthropic's: all of
/// 12 × $500 expires. Tied to Anthropic it pays the $4,800, and a house without a price list decides nothing but is named.
#[test]
fn a_budget_tied_to_another_provider_pays_nothing() {
    let tied = |provider: &str| {
        let budget = TokenBudget { lock_in: LockIn::OneProvider, provider: provider.into(), ..monthly("500") };
        let (plan, findings) = planned(&case(work(), budget));
        let budget = plan.budget.expect("a budget");
        (budget.enabler, budget.breakage, ids(findings))
    };
    let (enabler, breakage, found) = tied("Open AI");
    assert_eq!((enabler, breakage), (dec!(0), dec!(6000)));
    assert!(found.iter().any(|id| id == "budget.otherProvider"), "{found:?}");
    assert_eq!(tied("Anthropic").0, dec!(4800));
    // Hosts that sell the models of several makers may sell this one.
    for market in ["AWS Bedrock", "OpenRouter", "Google Vertex AI"] {
        let (enabler, _, found) = tied(market);
        assert_eq!(enabler, dec!(4800), "{market}");
        assert!(found.iter().any(|id| id == "budget.unknownProvider"), "{market}: {found:?}");
    }
    let (enabler, _, found) = tied("House Cloud");
    assert_eq!(enabler, dec!(4800));
    assert!(found.iter().any(|id| id == "budget.unknownProvider"), "{found:?}");
}

/// By hand: work that may not leave for the cloud waits without a machine, and a budget pays nothing of it.
#[test]
fn a_budget_pays_nothing_for_work_that_waits() {
    let mut case = case(work(), monthly("500"));
    case.workload.local.rules = vec![counterweight_domain::local_plan::RoutingRule {
        pace: counterweight_domain::local_plan::WorkPace::Agentic,
        never_cloud: true,
        ..Default::default()
    }];
    let (plan, findings) = planned(&case);
    let budget = plan.budget.expect("a budget");
    assert_eq!((budget.claimed, budget.enabler, budget.breakage), (dec!(6000), dec!(0), dec!(6000)));
    assert!(ids(findings).iter().any(|id| id == "budget.workWaits"));
    assert_eq!(plan.routes.cloud.expect("priced").total, dec!(0));
}

/// By hand: a call of the work costs $2, and there are 200 a month. 250 requests a month are worth 12 × 250 × $2 = $6,000,
/// of which 200 calls are used and 50 expire each month; 150 requests pay for 150 calls and run out. Where the price
/// doubles in a year a request still pays for one call: four fifths of the requests are used, whatever they are worth.
#[test]
fn requests_count_calls_of_the_work() {
    let requests = |amount: &str, price_change: &str| {
        let budget = TokenBudget { unit: BudgetUnit::Requests, ..monthly(amount) };
        let workload = Workload { price_change: Entry::typed(price_change), ..work() };
        planned(&case(workload, budget)).0.budget.expect("a budget")
    };
    let ample = requests("250", "0");
    assert_eq!((ample.claimed, ample.enabler, ample.breakage), (dec!(6000), dec!(4800), dec!(1200)));
    assert_eq!((ample.runs_out, ample.balance[0].left), (0.0, dec!(100)));
    let short = requests("150", "0");
    assert_eq!((short.claimed, short.enabler, short.breakage), (dec!(3600), dec!(3600), dec!(0)));
    assert_eq!((short.runs_out, short.run_out_month), (1.0, Some([1, 1, 1])));
    let dearer = requests("250", "100");
    assert!(dearer.claimed > dec!(8000), "{}", dearer.claimed);
    assert!((dearer.breakage - dearer.claimed / dec!(5)).abs() <= dec!(0.02), "{} {}", dearer.breakage, dearer.claimed);
    // A price of a request in the letter is not what it pays for, and that is said.
    let priced = TokenBudget { unit: BudgetUnit::Requests, unit_price: Entry::typed("0.04"), ..monthly("250") };
    let (plan, findings) = planned(&case(work(), priced));
    assert_eq!(plan.budget.expect("a budget").claimed, dec!(6000));
    assert!(ids(findings).iter().any(|id| id == "budget.requestPrice"));
}

/// By hand: unused requests carried whole. 250 a month against calls that grow from 200 by half a year, evenly: those of the
/// first 12 months are 200 × 0.5 ÷ (1.5^(1/12) − 1) = 2,909.85, which leaves 90.15 of 3,000 requests; month 13 has 300
/// calls, and 90.15 + 250 − 300 = 40.15 are left, worth $2 each. Without rollover the 50 that month 1 leaves are lost, and
/// month 13 runs out.
#[test]
fn requests_roll_over() {
    let carried = |rollover| {
        let budget = TokenBudget { unit: BudgetUnit::Requests, rollover, ..monthly("250") };
        let workload = Workload { growth: Entry::typed("50"), price_change: Entry::typed("0"), ..work() };
        let mut case = case(workload, budget);
        case.assumptions.horizon_years = Entry::typed("2");
        planned(&case).0.budget.expect("a budget")
    };
    let (whole, none) = (carried(Rollover::Full), carried(Rollover::None));
    assert_eq!((whole.claimed, none.claimed), (dec!(12000), dec!(12000)));
    assert_eq!((whole.balance[0].left, none.balance[0].left), (dec!(100), dec!(100)));
    assert_eq!((whole.balance[1].available, none.balance[1].available), (dec!(600), dec!(500)));
    assert!((whole.balance[12].left - dec!(80.31)).abs() <= dec!(0.01), "{:?}", whole.balance[12]);
    assert_eq!((none.balance[0].expired, none.balance[12].left), (dec!(100), dec!(0)));
}

/// By hand: a seat of $100 a month against $400 of work at list price is granted at $1,200 a year, all of it a tool of the
/// job, and never runs out, as nobody meters it. Of own use that would have cost $400 it saves the person its own price.
/// A plan that is named stands for its price: Claude Max 5x, $100 a month (Anthropic, 2026). A seat of no known price is a
/// finding, and so is what it holds.
#[test]
fn a_seat_is_worth_the_price_of_its_plan() {
    let seat = |workload: Workload, change: &dyn Fn(&mut TokenBudget)| {
        let mut budget = TokenBudget { unit: BudgetUnit::Seats, ..monthly("1") };
        change(&mut budget);
        let (plan, findings) = planned(&case(workload, budget));
        (plan.budget, ids(findings))
    };
    let hundred = |budget: &mut TokenBudget| budget.unit_price = Entry::typed("100");
    let (found, said) = seat(work(), &hundred);
    let found = found.expect("a budget");
    assert_eq!((found.claimed, found.enabler, found.breakage), (dec!(1200), dec!(1200), dec!(0)));
    assert_eq!((found.runs_out, found.out_of_pocket), (0.0, dec!(0)));
    assert!(said.iter().any(|id| id == "budget.seatHolds"), "{said:?}");
    let own = Workload { personal_share: Entry::typed("50"), would_buy_per_month: Entry::typed("400"), ..work() };
    let (found, _) = seat(own, &|budget| {
        hundred(budget);
        budget.personal_use = PersonalUse::Allowed;
        budget.overage = Overage::SelfPaid;
    });
    let found = found.expect("a budget");
    assert_eq!((found.perk, found.enabler, found.out_of_pocket), (dec!(1200), dec!(0), dec!(0)));
    let (found, _) = seat(work(), &|budget| budget.provider = "Claude Max 5x".into());
    assert_eq!(found.expect("its plan is known").claimed, dec!(1200));
    let (found, said) = seat(work(), &|_| {});
    assert!(found.is_none() && said.iter().any(|id| id == "budget.noSeatPrice"), "{said:?}");
}

/// By hand: $400 of work a month, 20 even days of 200 ÷ 20 × $2 = $20, is $92 a week. Claude Max 20x publishes no week, so
/// what it serves is not known; a week worth $46 to its owner serves half of it. A cap of $300 a month stops the account.
#[test]
fn what_an_owner_knows_of_plan_and_account_counts() {
    let figures = |change: &dyn Fn(&mut Workload)| {
        let mut workload = work();
        change(&mut workload);
        let (plan, findings) = planned(&case(workload, monthly("500")));
        let found = plan.plans.into_iter().find(|one| one.label == "Claude Max 20x").expect("a plan");
        (found, ids(findings))
    };
    let (published, said) = figures(&|_| {});
    assert!(!published.windows_known && !said.iter().any(|id| id == "rate.monthlyCap"));
    let (own, _) = figures(&|workload| {
        workload.plan = "Claude Max 20x".into();
        workload.plan_week = Entry::typed("46");
    });
    assert!(own.not_served > 0.4 && own.not_served < 0.6, "{own:?}");
    assert!(own.notes.iter().any(|note| note.contains("$46 at list price, as you say")), "{:?}", own.notes);
    let (_, said) = figures(&|workload| {
        workload.plan = "Gym membership".into();
        workload.plan_week = Entry::typed("0");
    });
    for id in ["plan.noWeek", "plan.zeroWeek"] {
        assert!(said.iter().any(|found| found == id), "{id}: {said:?}");
    }
    let (_, said) = figures(&|workload| workload.dollars_per_month = Entry::typed("300"));
    assert!(said.iter().any(|id| id == "rate.monthlyCap"), "{said:?}");
    let (_, said) = figures(&|workload| workload.dollars_per_month = Entry::typed("500"));
    assert!(!said.iter().any(|id| id == "rate.monthlyCap"), "{said:?}");
}

/// A PUE below 1 or above 3 is a finding, and the machine is not counted with it; blank is 1.
#[test]
fn a_room_that_cannot_be_is_found() {
    for (pue, good) in [("0.8", false), ("4", false), ("", true), ("1.4", true)] {
        let mut case = case(work(), monthly("500"));
        case.workload.local.running.pue = Entry::typed(pue);
        let (_, findings) = planned(&case);
        assert_eq!(ids(findings).iter().any(|id| id == "running.pue"), !good, "{pue}");
    }
}
