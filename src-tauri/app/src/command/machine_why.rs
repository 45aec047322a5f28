//! Why each figure of a machine is what it is: memory, speeds, watts, hours and price; and why each way costs what it does.

use crate::App;
use crate::error::ErrorBody;
use crate::wire::{MachineWhyRequest, TokenFact, TokenWhy, WhyResponse};
use counterweight_engine::break_even::{Route, RouteFigures};
use counterweight_engine::machine_desk::DeskFigures;
use counterweight_engine::machine_why::{TakenApart, taken_apart};
use counterweight_engine::routing::RoutingFigures;
use counterweight_engine::settings::Settings;
use counterweight_inference::catalogue;
use counterweight_inference::desk::price_of;
use counterweight_inference::energy::Basis;
use counterweight_inference::speed::told::{TimePart, fitted_on};
use counterweight_report::format;
use rust_decimal::Decimal;

fn fact(label: impl Into<String>, value: impl Into<String>) -> TokenFact {
    TokenFact { label: label.into(), value: value.into() }
}

pub(crate) fn one(
    key: impl Into<String>,
    title: impl Into<String>,
    formula: impl Into<String>,
    inputs: Vec<TokenFact>,
    source: impl Into<String>,
) -> TokenWhy {
    TokenWhy { key: key.into(), title: title.into(), formula: formula.into(), inputs, source: source.into() }
}

/// A figure with two meaningful digits at least.
fn plain(figure: f64) -> String {
    if figure < 1.0 {
        format!("{figure:.2}")
    } else if figure < 20.0 {
        format!("{figure:.1}")
    } else {
        format::count(figure.round().clamp(0.0, f64::from(u32::MAX)) as u32)
    }
}

/// Takes the figures of one machine apart.
///
/// # Errors
/// None: what cannot be told is said as the answer.
pub fn machine_why(_: &App, request: MachineWhyRequest) -> Result<WhyResponse, ErrorBody> {
    let settings = Settings::of(&request.case);
    let found = taken_apart(&request.case, &settings, &request.machine, request.devices, request.model.as_deref());
    let why = match found {
        Ok(found) => of_machine(&found),
        Err(problem) => vec![one("all", "Not known", problem, Vec::new(), "")],
    };
    Ok(WhyResponse { why })
}

fn of_machine(at: &TakenApart) -> Vec<TokenWhy> {
    let machine = &at.machine;
    let named = |key: &str| catalogue::source(key).map_or_else(|| key.to_owned(), |source| source.text.clone());
    let memory_source = named(&machine.memory_source);
    let name = if at.devices > 1 { format!("{} × {}", at.devices, machine.name) } else { machine.name.clone() };
    let gib = |figure: f64| format!("{figure:.1} GiB");
    let known =
        |figure: Option<f64>, unit: &str| figure.map_or("not known".to_owned(), |f| format!("{} {unit}", plain(f)));
    let call = [
        fact("Tokens read from the cache", format::count(small(at.shape.cached_tokens))),
        fact("New tokens read", format::count(small(at.shape.uncached_prompt_tokens))),
        fact("Tokens written", format::count(small(at.shape.output_tokens))),
    ];
    let parts = at.fit.parts;
    let fit = format!(
        "Fit of the published formula with corrections, {}, on public measurements (docs/speed.md). The machine: {memory_source}, checked: {}.",
        fitted_on(),
        machine.verified
    );
    let corrected = |published: f64, middle: f64| format!("{:.2} times", middle / published);
    let sum = |parts: &[TimePart]| parts.iter().map(|part| part.milliseconds).sum::<f64>();
    let times = |parts: &[TimePart]| -> Vec<TokenFact> {
        parts.iter().map(|part| fact(part.label, format!("{} ms", plain(part.milliseconds)))).collect()
    };
    let own = if at.calibrated { " Your own runs correct it further." } else { "" };
    let remarks = if at.remarks.is_empty() { String::new() } else { format!(" {}", at.remarks.join(" ")) };
    let mut all = vec![one(
        "memory",
        format!("Memory that {} takes on {name}", at.model),
        "Weights + cache of one call’s context + scratch space of a step + driver and runtime. It fits when that is no more than what a model may take.",
        [
            fact("Weights", gib(parts.weights_gib)),
            fact("Cache", gib(parts.cache_gib)),
            fact("Scratch space", gib(parts.compute_gib)),
            fact("Driver and runtime, 0.5 GB a device", gib(parts.runtime_gib)),
            fact("Together", gib(at.fit.needed_gib)),
            fact("A model may take", gib(at.fit.usable_gib)),
            fact(
                "The size of the weights is",
                if at.fit.known_file { "of the published file" } else { "from its bits per weight" },
            ),
        ]
        .into_iter()
        .chain(call.clone())
        .collect(),
        format!("{memory_source}; the model’s shape as published by its maker."),
    )];
    let (speed, decode) = &at.decode;
    let published = 1000.0 / sum(decode);
    all.push(one(
        "decode",
        format!("Tokens a second that {name} writes"),
        format!(
            "1 ÷ (weights read ÷ (0.814 × bandwidth) + cache read ÷ (0.814 × bandwidth) + layers × 127 µs, 157 µs in a mixture of experts), times a correction for what is like this machine.{own}{remarks}"
        ),
        times(decode)
            .into_iter()
            .chain([
                fact("Bandwidth", known(machine.bandwidth_gbs, "GB/s")),
                fact("By the formula alone", format!("{} tokens/s", plain(published))),
                fact("Correction", corrected(published, speed.p50)),
                fact("Median", format!("{} tokens/s", plain(speed.p50))),
                fact("8 of 10 such machines", format!("{} to {} tokens/s", plain(speed.p10), plain(speed.p90))),
            ])
            .collect(),
        fit.clone(),
    ));
    if let Some((speed, reading)) = &at.prefill {
        #[allow(clippy::cast_precision_loss)]
        let new = at.shape.uncached_prompt_tokens as f64;
        let published = 1000.0 * new / sum(reading);
        all.push(one(
            "prefill",
            format!("Tokens a second that {name} reads"),
            format!(
                "New tokens ÷ (matrix products + attention, at the compute that the power limit sustains, 0.380 × 150 TFLOPS × (watts ÷ 300)^0.406 × (TFLOPS ÷ 150)^0.594, + weights read once a step + overhead of the layers), times a correction for what is like this machine.{own}{remarks}"
            ),
            times(reading)
                .into_iter()
                .chain([
                    fact("16-bit compute", known(machine.fp16_tflops, "TFLOPS")),
                    fact("Power limit", known(machine.power_w, "W")),
                    fact("By the formula alone", format!("{} tokens/s", plain(published))),
                    fact("Correction", corrected(published, speed.p50)),
                    fact("Median", format!("{} tokens/s", plain(speed.p50))),
                    fact("8 of 10 such machines", format!("{} to {} tokens/s", plain(speed.p10), plain(speed.p90))),
                ])
                .collect(),
            match &machine.compute_source {
                Some(source) => format!("{fit} Compute: {}.", named(source)),
                None => fit,
            },
        ));
    }
    let basis = |basis: Basis| match basis {
        Basis::Measured => "measured at the plug",
        Basis::Rule => {
            "by a rule: a card writes at 0.85 of its limit and its computer adds its own; of a maker’s maximum, 0.67 is a load"
        }
    };
    all.push(match at.power {
        Some(power) => one(
            "watts",
            format!("Watts of {name} at the plug"),
            format!("While it writes, {}.", basis(power.load_basis)),
            vec![
                fact("While writing", known(Some(power.decode_w), "W")),
                fact("While reading", known(Some(power.prefill_w), "W")),
                fact("While waiting", known(power.idle_w, "W")),
                fact("Stated by the maker", known(machine.power_w, "W")),
            ],
            machine.decode_source.as_deref().map_or(memory_source.clone(), named),
        ),
        None => one("watts", format!("Watts of {name}"), "No figure is known.", Vec::new(), memory_source.clone()),
    });
    all.push(one(
        "hours",
        format!("Hours a working day on {name}"),
        "Calls a day that it is to do × seconds of a call at the median ÷ 3,600. In time when that is no more than the hours it may work.",
        [
            fact("Calls a day, those made again counted", plain(at.calls_a_day)),
            fact("Calls made again", format::percent(at.retries)),
            fact("Seconds of a call", plain(at.seconds)),
            fact("Hours it may work", plain(at.hours_given)),
        ]
        .into_iter()
        .chain(call)
        .collect(),
        "Your work, and the speeds of this row.",
    ));
    all.push(match price_of(machine, at.devices) {
        Some((usd, day, source)) => one(
            "price",
            format!("Price of {name}"),
            "The newest known price without tax, times the number of cards, and a computer around a card. A price that you enter goes before it.",
            vec![fact("US dollars", plain(usd)), fact("Price of", day)],
            source,
        ),
        None => one("price", format!("Price of {name}"), "No price is known. Enter one to rank it.", Vec::new(), ""),
    });
    all
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Why the ways of doing the work cost what they do, and the levers move it as they do.
pub(crate) fn of_routes(
    routes: &RouteFigures,
    months: u32,
    currency: counterweight_domain::Currency,
    price_source: &str,
) -> Vec<TokenWhy> {
    let at = |amount: Decimal| format::money(amount, currency);
    let mut all = Vec::new();
    let cloud = routes.cloud.as_ref();
    let net = |route: &Route| route.total - route.resale;
    let machine = routes.machine.as_ref().map(|machine| machine.name.clone()).unwrap_or_default();
    let sources = |on_machine: bool| {
        let bought = routes.machine.as_ref().filter(|_| on_machine).map(|machine| machine.price_source.clone());
        [Some(price_source.to_owned()), bought]
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("; ")
    };
    for (key, label, route) in [
        ("cloud", "the cloud", cloud),
        ("buy", "buying", routes.buy.as_ref()),
        ("rent", "renting", routes.rent.as_ref()),
        ("hybrid", "the hybrid", routes.hybrid.as_ref()),
    ] {
        let Some(route) = route else { continue };
        let source = match key {
            "rent" => format!("{}; {}", routes.rental, price_source),
            _ => sources(key != "cloud"),
        };
        let parts = || route.parts.iter().map(|part| fact(format!("{} ({})", part.label, part.how), at(part.amount)));
        all.push(one(
            format!("{key}.total"),
            format!("What {label} costs"),
            format!("The sum over {} at planned use.", format::months(months)),
            parts().chain([fact("Together", at(route.total))]).collect(),
            source.clone(),
        ));
        all.push(one(
            format!("{key}.resale"),
            format!("What {machine} is sold for at the end"),
            "Price × the share of its value that it keeps in a year, to the power of the years kept.",
            vec![fact("Sold for", at(route.resale)), fact("Kept for", format::months(months))],
            "Your figure under Keeping it, or the usual one: used prices rose in 2026, so older curves do not hold.",
        ));
        all.push(one(
            format!("{key}.net"),
            format!("What {label} costs, the machine sold"),
            "Spent at plan − sold for at the end.",
            vec![fact("Spent", at(route.total)), fact("Sold for", at(route.resale)), fact("Net", at(net(route)))],
            source.clone(),
        ));
        let last = route.spent.last();
        all.push(one(
            format!("{key}.range"),
            format!("Where {label} ends in 8 of 10 futures"),
            "In each future use is drawn around its plan month by month, and the speed of the machine from its range. A tenth of the futures ends below the low end, a tenth above the high one.",
            last.map_or_else(Vec::new, |band| {
                vec![
                    fact("1 in 10 below", at(band.p10)),
                    fact("Middle", at(band.p50)),
                    fact("1 in 10 above", at(band.p90)),
                ]
            }),
            source.clone(),
        ));
        if !route.paid_back_by.is_empty() {
            let month = |month: Option<u32>| month.map_or("not reached".to_owned(), |month| format!("month {month}"));
            all.push(one(
                format!("{key}.payback"),
                format!("When {label} has paid back"),
                "In each future: the first month by whose end this way has cost no more than the cloud alone, what is spent so far against what is spent so far. The resale is not counted.",
                vec![
                    fact("In 10 of 100 futures by", month(route.pays_back[0])),
                    fact("In 50 by", month(route.pays_back[1])),
                    fact("In 90 by", month(route.pays_back[2])),
                    fact("Never", format!("{} futures", format::of_hundred(route.never))),
                ],
                source.clone(),
            ));
        }
        all.push(one(
            format!("{key}.machine"),
            format!("Share of the work on the machine: {label}"),
            "Calls that the machine does in its hours at its median speed ÷ all calls, over all months at planned use. The rest goes to the cloud.",
            vec![fact("On the machine", format::percent(route.on_machine))],
            "Your work, and the prediction of the machine’s speed.",
        ));
    }
    for lever in &routes.levers {
        all.push(one(
            format!("lever.{}", lever.label),
            lever.label.clone(),
            "What the hybrid saves against the cloud over the months, the machine sold at the end, with this figure alone at its low and at its high end and all else at plan. Their distance is what it decides.",
            vec![
                fact("Low end, times the plan", format!("{:.2}", lever.low)),
                fact("High end, times the plan", format!("{:.2}", lever.high)),
                fact("Saved at the low end", at(lever.at_low)),
                fact("Saved at the high end", at(lever.at_high)),
                fact("Difference", at(lever.swing)),
            ],
            lever.source.clone(),
        ));
    }
    if let (Some(cloud), Some(hybrid)) = (cloud, &routes.hybrid) {
        all.push(one(
            "routes",
            "What the machine saves against the cloud",
            "Net cost of the cloud alone − net cost with its share of the work on the machine, at planned use.",
            vec![
                fact("The cloud alone", at(net(cloud))),
                fact("With the machine", at(net(hybrid))),
                fact("Share on the machine", format::percent(hybrid.on_machine)),
                fact("Saved", at(net(cloud) - net(hybrid))),
                fact("Never pays back", format!("{} futures", format::of_hundred(hybrid.never))),
            ],
            sources(true),
        ));
    } else if let Some(cloud) = cloud {
        all.push(one(
            "routes",
            "What the cloud costs",
            "The sum over the months at planned use.",
            vec![fact("The cloud", at(cloud.total))],
            price_source,
        ));
    }
    all
}

/// Why the machine that is named first is.
pub(crate) fn of_desk(desk: &DeskFigures) -> Vec<TokenWhy> {
    let Some(first) = desk.machines.iter().find(|machine| machine.in_time && machine.per_million.is_some()) else {
        return Vec::new();
    };
    let at = |amount: Decimal| format::money(amount, desk.currency);
    let mut inputs: Vec<TokenFact> =
        first.parts.iter().map(|part| fact(format!("{} ({})", part.label, part.how), at(part.amount))).collect();
    inputs.push(fact("Together", at(first.total.unwrap_or_default())));
    inputs.push(fact("Useful tokens, million", plain(first.useful_tokens / 1e6)));
    inputs.push(fact("Months kept", first.months.to_string()));
    inputs.push(fact("Machines tried", (desk.machines.len() + desk.left_out.len()).to_string()));
    inputs.push(fact("Within your limits", desk.machines.len().to_string()));
    inputs.push(fact("In your hours", desk.machines.iter().filter(|machine| machine.in_time).count().to_string()));
    inputs.push(fact("Unbeaten", desk.machines.iter().filter(|machine| machine.unbeaten).count().to_string()));
    let day = if first.price_as_of.is_empty() { String::new() } else { format!(", {}", first.price_as_of) };
    vec![one(
        "headline",
        format!("Why {} costs the least", first.name),
        "Cost over its life ÷ tokens of calls that were of use, for each machine that does your share of the work in your hours and within your limits; the least stands first. Unbeaten is one that no other is as cheap, as fast and as large as.",
        inputs,
        format!("Price: {}{day}. Speeds: fit of {}, docs/speed.md.", first.price_source, fitted_on()),
    )]
}

/// Why the calls go where they go, column by column.
pub(crate) fn of_routing(routing: &RoutingFigures) -> Vec<TokenWhy> {
    let sum = |of: fn(&counterweight_engine::routing::RoutedClass) -> f64| routing.classes.iter().map(of).sum::<f64>();
    let inputs = || {
        vec![
            fact("Calls a day", plain(sum(|one| one.calls))),
            fact("On the machine", plain(sum(|one| one.local))),
            fact("In the cloud", plain(sum(|one| one.cloud))),
            fact("Waiting", plain(sum(|one| one.waits))),
            fact("Hours busy", plain(routing.busy_hours)),
            fact("Hours given", plain(routing.hours_given)),
        ]
    };
    let rule = "A call runs on the machine if it fits, is fast enough, is allowed and would not wait longer than its kind may; else in the cloud; else it waits. Work that somebody waits for queues first, work that can wait takes the hours left.";
    let queue = "The machine serves one call at a time. Waits follow the formula of Pollaczek and Khinchine for calls that come in by chance over the hours of the day, with calls given up beyond the longest wait.";
    let speed = format!("Speeds: fit of {}, docs/speed.md. Rules: yours, or the usual ones.", fitted_on());
    vec![
        one("headline", "Where the calls go", rule, inputs(), speed.clone()),
        one(
            "calls",
            "Calls a day",
            "Tasks × cycles × calls per cycle on a mean working day.",
            Vec::new(),
            "Your work.",
        ),
        one("local", "Calls on the machine", rule, Vec::new(), speed.clone()),
        one("cloud", "Calls in the cloud", rule, Vec::new(), speed.clone()),
        one("waits", "Calls that find no way", rule, Vec::new(), speed.clone()),
        one(
            "seconds",
            "Seconds of a call on the machine",
            "New tokens ÷ reading speed + tokens written ÷ writing speed, at the median.",
            Vec::new(),
            speed.clone(),
        ),
        one("wait", "Wait before a call starts", queue, Vec::new(), speed.clone()),
        one("mean", "Mean wait", queue, Vec::new(), speed.clone()),
        one("p90", "Wait that 9 of 10 calls stay below", queue, Vec::new(), speed.clone()),
        one(
            "busy",
            "How busy the machine is",
            "Hours of the calls on it ÷ the hours in which it may work.",
            inputs(),
            speed,
        ),
    ]
}
