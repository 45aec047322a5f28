//! Break-even by hand with all spreads zero, and what must hold with them.

use crate::compute_plan;
use crate::settings::Settings;
use counterweight_domain::local_plan::{RoutingRule, WorkPace};
use counterweight_domain::{Case, CivilDate, ClassOfWork, Currency, Entry, Findings};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

fn case() -> Case {
    let mut case = Case::new("Break-even", Currency::USD, CivilDate::new(2026, 11, 23).expect("a date"));
    case.assumptions.horizon_years = Entry::typed("3");
    case.assumptions.paths = Entry::typed("1000");
    case.workload.price_change = Entry::typed("0");
    case
}

fn figures(case: &Case) -> (super::RouteFigures, Vec<String>) {
    let mut findings = Findings::default();
    let plan = compute_plan::plan(case, &Settings::of(case), None, &mut findings);
    (plan.routes, findings.into_vec().into_iter().map(|f| format!("{} {}", f.path, f.id)).collect())
}

/// By hand: 6,300 calls at $0.0237 (see the workload's own test) are $149.31 a month, $5,375.16 in 36; the rest of a
/// hybrid of 100 % that fits its hours is nothing, so its cost is the machine, upkeep of $50 and repairs of 5 % ÷ 12 ×
/// 30 % of $3,600 = $4.50 a month, and electricity.
#[test]
fn the_plan_by_hand() {
    let mut case = case();
    case.workload.local.share = Entry::typed("100");
    case.workload.local.price = Entry::typed("3600");
    case.workload.local.hours_per_day = Entry::typed("24");
    let (routes, _) = figures(&case);
    let (cloud, hybrid) = (routes.cloud.expect("priced"), routes.hybrid.expect("it fits"));
    assert_eq!(cloud.total, Decimal::new(537_516, 2));
    let part = |label: &str| hybrid.parts.iter().find(|part| part.label == label).expect("a part").amount;
    assert_eq!(part("Machine"), Decimal::from(3_600));
    assert_eq!(part("Upkeep"), Decimal::from(1_800));
    assert_eq!(part("Repairs"), Decimal::from(162));
    assert!((hybrid.on_machine - 1.0).abs() < 1e-9 || part("Cloud for the rest") > Decimal::ZERO);
}

/// The parts of each way sum to its total, within a cent for each part.
#[test]
fn parts_sum() {
    let (routes, _) = figures(&case());
    for route in [&routes.cloud, &routes.buy, &routes.rent, &routes.hybrid] {
        let route = route.as_ref().expect("all four ways");
        let sum: Decimal = route.parts.iter().map(|part| part.amount).sum();
        assert!((sum - route.total).abs() <= Decimal::new(5, 2), "{sum} {}", route.total);
        assert!(route.spent.windows(2).all(|pair| pair[0].p50 <= pair[1].p50));
    }
    assert!(routes.levers.windows(2).all(|pair| pair[0].swing >= pair[1].swing) && routes.levers.len() == 5);
    assert!(!routes.rental.is_empty());
}

/// Paybacks of a machine that is nearly free are at once, and of one that costs a million never.
#[test]
fn paybacks_at_the_ends() {
    let mut case = case();
    case.workload.local.upkeep_hours = Entry::typed("0");
    case.workload.local.price = Entry::typed("1");
    let (cheap, _) = figures(&case);
    let hybrid = cheap.hybrid.expect("it fits");
    assert_eq!(hybrid.never, 0.0);
    assert!(hybrid.pays_back[1].expect("paid back") <= 2, "{:?}", hybrid.pays_back);
    case.workload.local.price = Entry::typed("1000000");
    let (dear, _) = figures(&case);
    let hybrid = dear.hybrid.expect("it fits");
    assert_eq!((hybrid.never, hybrid.pays_back), (1.0, [None; 3]));
}

/// Each unknown is named at its field, and what does not hang on it stands.
#[test]
fn unknowns_are_findings() {
    let has = |case: &Case, expected: &str| {
        let (routes, findings) = figures(case);
        assert!(findings.iter().any(|found| found == expected), "{expected}: {findings:?}");
        routes
    };
    let mut unknown = case();
    unknown.workload.local.model = "no-such-model".into();
    let routes = has(&unknown, "workload/local/model model.unknown");
    assert!(routes.cloud.is_some() && routes.buy.is_none());
    let mut long = case();
    long.workload.input_tokens = Entry::typed("5000000");
    has(&long, "workload/inputTokens context.tooLong");
    let mut own = case();
    own.workload.local.machine = "own".into();
    own.workload.local.own.unified = true;
    own.workload.local.own.memory = Entry::typed("128");
    assert!(has(&own, "workload/local/own/bandwidth machine.noBandwidth").buy.is_none());
    let mut free = case();
    free.workload.local.price = Entry::typed("0");
    assert!(has(&free, "workload/local/price machine.priceZero").buy.is_none());
    let mut much = case();
    much.workload.tasks_per_day = Entry::typed("1000000000");
    assert!(has(&much, "workload/tasksPerDay work.tooMany").cloud.is_none());
}

/// California's households pay 0.32 a kWh (EIA), the usual is 0.17: the same machine draws 0.32 ÷ 0.17 as much money.
#[test]
fn the_place_sets_the_price_of_electricity() {
    let electricity = |place: &str| {
        let mut case = case();
        case.workload.local.place = place.into();
        let (routes, _) = figures(&case);
        routes.machine.expect("it fits").electricity_per_month.expect("watts are known").to_f64().expect("a figure")
    };
    let ratio = electricity("US-CA/household") / electricity("");
    assert!((ratio - 0.32 / 0.17).abs() < 0.01, "{ratio}");
    let mut nowhere = case();
    nowhere.workload.local.place = "XX/nowhere".into();
    assert!(figures(&nowhere).1.contains(&"workload/local/place tariff.unknown".to_owned()));
}

/// By hand: work that may never run on the machine is paid in the cloud in full, $5,375.16 (see the plan by hand), so a
/// hybrid costs a machine more than the cloud and never pays back; the same rule leaves the desk nothing to rank. Work that
/// may not leave for the cloud is paid nowhere in it, and that is said.
#[test]
fn rules_change_the_cost_of_the_ways() {
    let ruled = |never_local, never_cloud| {
        let mut case = case();
        case.workload.local.rules =
            vec![RoutingRule { pace: WorkPace::Agentic, never_local, never_cloud, ..RoutingRule::default() }];
        case
    };
    let rest = |route: &super::Route| {
        route.parts.iter().find(|part| part.label == "Cloud for the rest").expect("a part").amount
    };
    let open = figures(&case()).0.hybrid.expect("it fits");
    assert!(open.on_machine > 0.1 && rest(&open) < Decimal::new(537_516, 2));
    let never_local = ruled(true, false);
    let (routes, _) = figures(&never_local);
    for route in [routes.hybrid.expect("it fits"), routes.buy.expect("it fits")] {
        assert_eq!((route.on_machine, route.never, rest(&route)), (0.0, 1.0, Decimal::new(537_516, 2)));
    }
    let mut findings = Findings::default();
    let desk = crate::machine_desk::figures(&never_local, &Settings::of(&never_local), &mut findings);
    assert!(desk.machines.is_empty() && findings.as_slice().iter().any(|found| found.id == "desk.nothingAllowed"));
    let (routes, findings) = figures(&ruled(false, true));
    assert_eq!(routes.cloud.expect("priced").total, Decimal::ZERO);
    assert_eq!(rest(&routes.hybrid.expect("it fits")), Decimal::ZERO);
    assert!(findings.contains(&"workload/local/rules work.waits".to_owned()), "{findings:?}");
}

/// With use at plan, only prices move the cloud. By hand: the path of ten times a year has a spread of 0.5 a year, so after
/// 24 months of draws the 90th over the 10th percentile of the cost of month 25 would be exp(2 × 1.2816 × 0.5 × √2) = 6.1;
/// of sums it is less, and more than 1. Month 1 is as announced, and without a path every future costs the same.
#[test]
fn prices_move_in_the_futures_as_they_do_for_a_budget() {
    let mut case = case();
    case.workload.spread = Entry::typed("0");
    let ratio = |case: &Case, month: usize| {
        let cloud = figures(case).0.cloud.expect("priced");
        let band = &cloud.spent[month];
        (band.p90 / band.p10).to_f64().expect("a figure")
    };
    assert_eq!(ratio(&case, 36), 1.0);
    case.workload.price_scenario = "falls-10x".into();
    assert_eq!(ratio(&case, 1), 1.0);
    let spread = ratio(&case, 36);
    assert!(spread > 1.2 && spread < 6.1, "{spread}");
}

/// Fifty times the work is more than the hours of the day hold, and that is said with how many machines it takes: the hours
/// needed over those given, rounded up. The rented cards are as many as the hours of all the work take.
#[test]
fn work_beyond_the_day_is_said() {
    let mut case = case();
    let few = figures(&case);
    assert!(!few.1.iter().any(|found| found.contains("machine.dayTooShort")), "{:?}", few.1);
    let hours = |routes: &super::RouteFigures| routes.machine.as_ref().expect("it fits").hours_needed;
    let tasks = case.workload.tasks_per_day.clone();
    let usual: f64 = tasks.value().and_then(|tasks| tasks.decimal().to_f64()).unwrap_or(20.0);
    case.workload.tasks_per_day = Entry::typed((usual * 50.0).to_string());
    let (routes, findings) = figures(&case);
    assert!(findings.contains(&"workload/local/hoursPerDay machine.dayTooShort".to_owned()), "{findings:?}");
    assert!(hours(&routes) > routes.machine.as_ref().expect("it fits").hours_given);
    assert!(routes.rental.contains("side by side, as the work takes"), "{}", routes.rental);
}

/// By hand: a class with 200 calls under way at once, each given 120 s to start, on a machine whose call takes `s` seconds:
/// ⌊120 ÷ s⌋ + 1 start in time, and ⌈200 ÷ those⌉ machines would start all. The same class with one call at a time says
/// nothing, sends less to the cloud, and rents a single machine for the hours of the month.
#[test]
fn calls_at_once_take_more_machines() {
    let at_once = |calls: &str| {
        let mut case = case();
        let class = ClassOfWork {
            tasks_per_day: Entry::typed("20"),
            concurrency: Entry::typed(calls),
            spread: Entry::typed("0"),
            ..ClassOfWork::default()
        };
        case.workload.classes = vec![class];
        let mut findings = Findings::default();
        let settings = Settings::of(&case);
        let routes = compute_plan::plan(&case, &settings, None, &mut findings).routes;
        let desk = crate::machine_desk::figures(&case, &settings, &mut Findings::default());
        let routed = crate::routing::figures(&case, None, &settings, &mut Findings::default());
        (routes, findings.into_vec(), desk, routed)
    };
    let (one, quiet, desk_of_one, routed_one) = at_once("1");
    let (many, said, desk_of_many, routed_many) = at_once("200");
    assert!(!quiet.iter().any(|found| found.id == "machine.atOnce"));
    let found = said.iter().find(|found| found.id == "machine.atOnce").expect("it is said");
    assert_eq!(found.path.to_string(), "workload/classes/0/concurrency");
    let seconds = many.machine.as_ref().expect("it fits").seconds_per_call[1];
    let started = (120.0 / seconds).floor() + 1.0;
    assert!(found.message.contains(&format!("starts {started:.0} of them in time")), "{} {seconds}", found.message);
    assert!(found.fix.contains(&format!("take {:.0} machines", (200.0 / started).ceil())), "{}", found.fix);
    let on_machine = |routes: &super::RouteFigures| routes.hybrid.as_ref().expect("it fits").on_machine;
    assert!(on_machine(&many) < on_machine(&one), "{} {}", on_machine(&many), on_machine(&one));
    assert!(many.rental.contains("side by side, as so many calls come in at once"), "{}", many.rental);
    assert!(!one.rental.contains("side by side"), "{}", one.rental);
    assert!(many.rent.expect("rented").total > one.rent.expect("rented").total);
    assert!(routed_many.classes[0].cloud > routed_one.classes[0].cloud);
    let remark = |desk: &crate::machine_desk::DeskFigures| {
        desk.machines.iter().filter(|row| row.remarks.iter().any(|said| said.contains("come in at once"))).count()
    };
    assert_eq!(remark(&desk_of_one), 0);
    assert!(remark(&desk_of_many) > 0 && desk_of_many.machines.iter().any(|row| !row.in_time));
}
