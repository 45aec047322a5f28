//! Machines for the work: which, against what it costs in the cloud, where each class of work runs, and what the owner
//! has measured.

use crate::App;
use crate::command::{machine_why, tokens};
use crate::error::ErrorBody;
use crate::sample;
use crate::wire::{
    BeforeAfter, BreakEvenRequest, BreakEvenResponse, CalibrateRequest, CalibrateResponse, CalibratedRun, CaseRequest,
    Choice, Claim, ClaimsResponse, MachinesResponse, MatrixResponse, Nothing, RoutingRequest, RoutingResponse,
    Sentence, Template, TokenFact,
};
use crate::words::{name, sentence};
use counterweight_domain::local_plan::LONGEST_BENCH;
use counterweight_domain::{Case, CivilDate, Findings, Path, Problem};
use counterweight_engine::break_even::{Route, RouteFigures};
use counterweight_engine::compute_plan::{self, ComputePlan};
use counterweight_engine::machine_desk::{self, DeskFigures, Verdict};
use counterweight_engine::routing;
use counterweight_engine::settings::Settings;
use counterweight_inference::breakeven::BreakEvenUse;
use counterweight_inference::calibration::{self, Calibrated};
use counterweight_inference::catalogue;
use counterweight_inference::ownership::Owned;
use counterweight_inference::speed::Learned;
use counterweight_inference::workload::Work;
use counterweight_inference::workload::classes;
use counterweight_report::scene::{Canvas, Theme};
use counterweight_report::{chart, format};

/// All machines for the work: ranked, with what each costs, and those left out with why.
///
/// # Errors
/// None: what cannot be told is a finding, or said in the row.
pub fn machines(_: &App, request: CaseRequest) -> Result<MachinesResponse, ErrorBody> {
    Ok(ranked(&request.case))
}

/// The ranking with its words.
pub fn ranked(case: &Case) -> MachinesResponse {
    let mut findings = case.check();
    let desk = machine_desk::figures(case, &Settings::of(case), &mut findings);
    bench_finding(case, &mut findings);
    let places = catalogue::tariffs()
        .iter()
        .map(|tariff| Choice {
            key: tariff.key.clone(),
            label: format!("{}: {} {} per kWh", tariff.key.replace('/', ", "), tariff.price, tariff.currency),
            detail: format!("{}, {}", tariff.period, tariff.source),
        })
        .collect();
    MachinesResponse {
        headline: desk_headline(&desk),
        summary: desk_summary(&desk),
        why: machine_why::of_desk(&desk),
        desk,
        places,
        findings: findings.into_vec(),
    }
}

fn desk_headline(desk: &DeskFigures) -> Sentence {
    let all = desk.machines.len() + desk.left_out.len();
    if all == 0 {
        return sentence("The machines cannot be ranked. What is marked below says why.");
    }
    let Some(first) = desk.machines.iter().find(|machine| machine.in_time && machine.per_million.is_some()) else {
        return sentence(&format!(
            "Of {all} machines, **none** is known to do your share of the work within your limits."
        ));
    };
    let cost = first.per_million.unwrap_or_default();
    sentence(&format!(
        "**{}** does your share of the work for the least, **{}** a million useful tokens.",
        name(&first.name),
        format::money(cost, desk.currency)
    ))
}

fn desk_summary(desk: &DeskFigures) -> Sentence {
    if desk.machines.is_empty() {
        return sentence("");
    }
    let in_time = desk.machines.iter().filter(|machine| machine.in_time).count();
    let unbeaten = desk.machines.iter().filter(|machine| machine.unbeaten).count();
    sentence(&format!(
        "Of {} machines, {} run {} within your limits and {in_time} do it in your hours. {unbeaten} are unbeaten: no other is as cheap, as fast and as large at once.",
        desk.machines.len() + desk.left_out.len(),
        desk.machines.len(),
        name(&desk.model),
    ))
}

/// Says when the benchmark that the case keeps corrects nothing.
fn bench_finding(case: &Case, findings: &mut Findings) {
    let bench = &case.workload.local.bench;
    let Some(work) = Work::of(&case.workload, 1.0).filter(|_| !bench.text.is_empty()) else { return };
    if work.calibration.is_some() {
        return;
    }
    let why = match work.machine_facts(&bench.machine) {
        Err(problem) => problem.to_string(),
        Ok(machine) => match calibration::calibrate(&bench.text, machine) {
            Ok(_) => return,
            Err(problems) => problems.to_string(),
        },
    };
    findings.warn(
        &Path::root().join("workload").join("local").join("bench").join("text"),
        Problem::new(
            "bench.unusable",
            format!("Your own runs correct nothing, so the usual prediction counts. {why}"),
            "Paste the table again, or remove it.",
        ),
    );
}

/// Every machine against every model: does it fit, how fast, in time.
///
/// # Errors
/// None.
pub fn matrix(_: &App, request: CaseRequest) -> Result<MatrixResponse, ErrorBody> {
    Ok(all_pairs(&request.case))
}

/// The pairs with their words.
pub fn all_pairs(case: &Case) -> MatrixResponse {
    let mut findings = case.check();
    let matrix = machine_desk::all_models(case, &Settings::of(case), &mut findings);
    let cells = || matrix.machines.iter().flat_map(|row| &row.cells);
    let count = |verdict: Verdict| cells().filter(|cell| cell.verdict == verdict).count();
    let whole = |count: usize| format::count(u32::try_from(count).unwrap_or(u32::MAX));
    let fits = count(Verdict::InTime) + count(Verdict::Late);
    let headline = sentence(&format!(
        "Of **{}** pairs of a machine and a model, **{}** fit and **{}** do your share of the work in time.",
        whole(cells().count()),
        whole(fits),
        whole(count(Verdict::InTime))
    ));
    let why = vec![machine_why::one(
        "headline",
        "How the pairs are counted",
        "Each machine of the catalogue with each model: it fits when weights, cache, scratch space and runtime are no more than the memory a model may take; it is in time when your share of the calls takes no more than the hours it may work, at the median speed.",
        [
            ("Pairs", cells().count()),
            ("Fit and in time", count(Verdict::InTime)),
            ("Fit, not in time", count(Verdict::Late)),
            ("Do not fit", count(Verdict::TooLarge)),
            ("Calls longer than the model holds", count(Verdict::BeyondWindow)),
            ("A figure is not known", count(Verdict::Unknown)),
        ]
        .map(|(label, value)| TokenFact { label: label.to_owned(), value: whole(value) })
        .to_vec(),
        "Machines and models as under Sources; each figure of the table opens its own parts.",
    )];
    MatrixResponse { headline, matrix, why, findings: findings.into_vec() }
}

/// Cloud against buying, renting and a share on each.
///
/// # Errors
/// None: what cannot be computed is a finding.
pub fn break_even(_: &App, request: BreakEvenRequest) -> Result<BreakEvenResponse, ErrorBody> {
    Ok(weighed(&request.case, request.canvas))
}

/// The ways weighed against each other, with their words.
pub fn weighed(case: &Case, canvas: Canvas) -> BreakEvenResponse {
    let mut findings = case.check();
    let plan = compute_plan::plan(case, &Settings::of(case), None, &mut findings);
    bench_finding(case, &mut findings);
    let drawn = plan.routes.cloud.is_some() || plan.routes.rent.is_some();
    BreakEvenResponse {
        currency: plan.currency,
        months: plan.months,
        scene: drawn.then(|| chart::routes(&plan, canvas)),
        headline: against_the_cloud(&plan),
        summary: sentence(
            &[paybacks(&plan.routes, plan.months), use_needed(&plan), all_on_machine(&plan)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        ),
        why: machine_why::of_routes(&plan.routes, plan.months, plan.currency, &plan.work.price_source),
        routes: plan.routes,
        findings: findings.into_vec(),
    }
}

/// What the person's plan costs against the cloud, what is sold at the end taken off.
fn against_the_cloud(plan: &ComputePlan) -> Sentence {
    let routes = &plan.routes;
    let net = |route: &Route| route.total - route.resale;
    let whole = |amount| format::whole(amount, plan.currency);
    let years = format::years(plan.months / 12);
    match (&routes.cloud, &routes.hybrid) {
        (Some(cloud), Some(hybrid)) => {
            let saved = net(cloud) - net(hybrid);
            let (verb, by) = if saved.is_sign_negative() { ("more", -saved) } else { ("less", saved) };
            sentence(&format!(
                "With **{}** of the work on the machine you spend {} over {years}, **{} {verb}** than in the cloud alone.",
                format::percent(hybrid.on_machine),
                whole(net(hybrid)),
                whole(by)
            ))
        }
        (Some(cloud), None) => sentence(&format!(
            "The cloud costs **{}** over {years}. Your machine cannot be weighed against it; the marked fields say why.",
            whole(net(cloud))
        )),
        (None, _) => sentence("Nothing can be weighed yet: pick a cloud model with a price."),
    }
}

/// What all of the work would cost on a machine, which only holds if the open model can do it.
fn all_on_machine(plan: &ComputePlan) -> Option<String> {
    let named = |label: &str, route: &Option<Route>| {
        route.as_ref().map(|route| format!("{label} {}", format::whole(route.total - route.resale, plan.currency)))
    };
    let parts: Vec<String> =
        [named("buying", &plan.routes.buy), named("renting", &plan.routes.rent)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("If the open model were good enough for all of it: {}.", parts.join(", ")))
}

/// `in 63 of 100 futures by month 19, never in 22`, for the hybrid, or for buying when there is no hybrid.
pub(crate) fn paybacks(routes: &RouteFigures, months: u32) -> Option<String> {
    let (label, route) = match (&routes.hybrid, &routes.buy) {
        (Some(route), _) => ("With its share of the work", route),
        (None, Some(route)) => ("With all of the work", route),
        (None, None) => return None,
    };
    let machine = routes.machine.as_ref()?;
    Some(format!("{label}, {} {}.", name(&machine.name), pays_back(route, months)))
}

fn pays_back(route: &Route, months: u32) -> String {
    if route.paid_back_by.is_empty() {
        return "cannot be weighed, as the cloud has no price".to_owned();
    }
    // The month that says most: by which half have paid back, or the last one.
    let month = route.pays_back[1].unwrap_or(months);
    let share = route.paid_back_by.get(month as usize).copied().unwrap_or(0.0);
    let never = if route.never > 0.0 {
        format!(", never within {} in {}", format::months(months), format::of_hundred(route.never))
    } else {
        String::new()
    };
    if share == 0.0 {
        return format!("does not pay back within {} in any future", format::months(months));
    }
    format!("pays back in {} futures by month {month}{never}", format::of_hundred(share))
}

fn use_needed(plan: &ComputePlan) -> Option<String> {
    let now = plan.routes.tokens_per_day;
    let million = |tokens: f64| format!("{:.1} million", tokens / 1e6);
    Some(match plan.routes.use_needed? {
        BreakEvenUse::At { tokens_per_day, utilisation, .. } => format!(
            "Over its life it breaks even from {} tokens a day on it, {} of what it can do; your work is {} a day.",
            million(tokens_per_day),
            format::percent(utilisation),
            million(now)
        ),
        BreakEvenUse::BeyondCapacity { times } => format!(
            "To break even over its life it would have to do {times:.1} times what it can do in its hours; your work is {} tokens a day.",
            million(now)
        ),
        BreakEvenUse::Never => "It never breaks even: a call in the cloud costs less than its electricity.".to_owned(),
    })
}

/// Where each class of work runs.
///
/// # Errors
/// None: what cannot be told is a finding.
pub fn routing(_: &App, request: RoutingRequest) -> Result<RoutingResponse, ErrorBody> {
    let case = &request.case;
    let mut findings = case.check();
    let found = routing::figures(case, request.preset.as_deref(), &Settings::of(case), &mut findings);
    let sum = |of: fn(&routing::RoutedClass) -> f64| found.classes.iter().map(of).sum::<f64>();
    let (calls, local, cloud, waits) = (sum(|c| c.calls), sum(|c| c.local), sum(|c| c.cloud), sum(|c| c.waits));
    let part = |calls_there: f64| format::percent(if calls > 0.0 { calls_there / calls } else { 0.0 });
    let waiting =
        if waits > 0.5 { format!(" **{}** of the calls find no way and wait.", part(waits)) } else { String::new() };
    let headline = if found.classes.is_empty() {
        sentence("The work cannot be routed. What is marked below says why.")
    } else {
        sentence(&format!(
            "**{}** of your calls run on the machine and **{}** in the cloud; the machine is busy **{:.1} of {:.0}** hours a day.{waiting}",
            part(local),
            part(cloud),
            found.busy_hours,
            found.hours_given
        ))
    };
    let presets = classes::profiles()
        .iter()
        .map(|profile| Choice {
            key: profile.key.clone(),
            label: profile.label.clone(),
            detail: format!("{}, {}", profile.as_of, profile.source),
        })
        .collect();
    let why = machine_why::of_routing(&found);
    Ok(RoutingResponse { why, routing: found, headline, presets, findings: findings.into_vec() })
}

/// What a pasted benchmark says of its machine. Nothing is kept: the window writes the text into the case.
///
/// # Errors
/// None: a text that cannot be used is said line by line.
pub fn calibrate(_: &App, request: CalibrateRequest) -> Result<CalibrateResponse, ErrorBody> {
    let nothing = |why: &str, left_out: Vec<String>| CalibrateResponse {
        learned: false,
        headline: sentence(why),
        runs: Vec::new(),
        work: Vec::new(),
        left_out,
    };
    if request.text.trim().is_empty() {
        return Ok(nothing("Paste the table that llama-bench prints, and the prediction corrects itself.", Vec::new()));
    }
    if request.text.chars().count() > LONGEST_BENCH {
        return Ok(nothing(
            "**Nothing was learned.** The text is too long to be a table.",
            vec![format!("More than {LONGEST_BENCH} characters are not read. Paste the table of one machine.")],
        ));
    }
    let Some(mut work) = Work::of(&request.case.workload, 1.0) else {
        return Ok(nothing("Your use of tokens cannot be read. Mend it first.", Vec::new()));
    };
    work.calibration = None;
    let machine = match work.machine_facts(&request.machine) {
        Ok(machine) => machine.clone(),
        Err(problem) => return Ok(nothing("**Nothing was learned.**", vec![problem.to_string()])),
    };
    let found = match calibration::calibrate(&request.text, &machine) {
        Ok(found) => found,
        Err(problems) => {
            let left_out = problems.0.iter().map(ToString::to_string).collect();
            return Ok(nothing("**Nothing was learned** from this text. The usual prediction counts.", left_out));
        }
    };
    Ok(learned(&found, work, &machine.key, &machine.name))
}

fn learned(found: &Calibrated, mut work: Work, key: &str, machine: &str) -> CalibrateResponse {
    let factor = |learned: Option<Learned>| learned.map_or(1.0, |learned| learned.factor);
    let (writes, reads) = (factor(found.calibration.decode), factor(found.calibration.prefill));
    let runs = found
        .runs
        .iter()
        .map(|run| CalibratedRun {
            line: u32::try_from(run.line).unwrap_or(u32::MAX),
            model: catalogue::model(&run.model).map_or_else(|_| run.model.clone(), |model| model.name.clone()),
            test: run.test.clone(),
            measured: run.measured_tps,
            before: run.predicted_tps,
            after: run.predicted_tps * if run.test.starts_with("pp") { reads } else { writes },
        })
        .collect();
    let before = Owned::on(key, &work).ok();
    work.calibration = Some((key.to_owned(), found.calibration));
    let after = Owned::on(key, &work).ok();
    let triple = |speed: counterweight_inference::speed::Speed| [speed.p10, speed.p50, speed.p90];
    let mut lines = Vec::new();
    if let (Some(before), Some(after)) = (before, after) {
        lines.push(BeforeAfter {
            label: "Your work: writes, tokens a second".to_owned(),
            before: triple(before.call.decode),
            after: triple(after.call.decode),
        });
        if let (Some(before), Some(after)) = (before.call.prefill, after.call.prefill) {
            lines.push(BeforeAfter {
                label: "Your work: reads, tokens a second".to_owned(),
                before: triple(before),
                after: triple(after),
            });
        }
    }
    let part = |verb: &str, learned: Option<Learned>| {
        learned.map(|learned| format!("{verb} at **{:.2} times** the prediction", learned.factor))
    };
    let parts: Vec<String> = [part("writes", found.calibration.decode), part("reads", found.calibration.prefill)]
        .into_iter()
        .flatten()
        .collect();
    CalibrateResponse {
        learned: true,
        headline: sentence(&format!(
            "By {} of your runs, {} {}.",
            found.runs.len(),
            name(machine),
            parts.join(" and ")
        )),
        runs,
        work: lines,
        left_out: found.findings.iter().map(ToString::to_string).collect(),
    }
}

/// Claims people repeat, each tried as a case.
///
/// # Errors
/// None.
pub fn claims(app: &App, _: Nothing) -> Result<ClaimsResponse, ErrorBody> {
    Ok(claims_on(app.host.today()))
}

/// The claims as cases that start on `today`, with our answers.
pub fn claims_on(today: CivilDate) -> ClaimsResponse {
    // The pictures are not used; the smallest are drawn.
    let canvas = Canvas { width: 240, height: 120, theme: Theme::Light };
    let claims = [Template::ClaimWorkstation, Template::ClaimBox, Template::ClaimBudget]
        .into_iter()
        .map(|template| {
            let case = sample::claim(template, today);
            let weighed = weighed(&case, canvas);
            let mut answer = vec![weighed.headline, weighed.summary];
            if case.offers.iter().any(|offer| offer.token_budget.is_some()) {
                answer.insert(0, tokens::planned(&case, None, canvas).headline);
            }
            Claim { template, title: case.name.clone(), inputs: case.notes.clone(), answer }
        })
        .collect();
    ClaimsResponse { claims }
}
