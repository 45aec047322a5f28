//! Why each figure of a token budget is what it is: its formula, what goes in, and where the rule comes from.

use crate::command::machine_why::{self, one as told};
use crate::wire::{TokenFact, TokenWhy};
use counterweight_domain::Case;
use counterweight_engine::compute_plan::ComputePlan;
use counterweight_report::format;
use rust_decimal::Decimal;

/// An answer for each figure of the budget that the screen shows.
pub fn why(case: &Case, plan: &ComputePlan) -> Vec<TokenWhy> {
    let mut all = of_work(plan);
    all.extend(machine_why::of_routes(&plan.routes, plan.months, plan.currency, &plan.work.price_source));
    let Some(budget) = &plan.budget else { return all };
    let at = |amount: Decimal| format::money(amount, plan.currency);
    let said = |text: &str, usual: &str| {
        if text.trim().is_empty() { format!("{usual} (the usual)") } else { text.trim().to_owned() }
    };
    let fact = |label: &str, value: String| TokenFact { label: label.to_owned(), value };
    let one = |key: &str, title: &str, formula: &str, inputs: Vec<TokenFact>, source: &str| TokenWhy {
        key: key.to_owned(),
        title: title.to_owned(),
        formula: formula.to_owned(),
        inputs,
        source: source.to_owned(),
    };
    let work = &case.workload;
    let price = plan.work.price_source.as_str();
    let cost = plan.work.list_cost_per_month.map_or_else(|| "not priced".to_owned(), at);
    let own_share = format!("{} %", said(&work.personal_share.text().replace('%', ""), "0"));
    let use_of = || {
        vec![
            fact("Calls a month at the start", format::count(small(plan.work.calls_per_month))),
            fact("What they cost a month at list price", cost.clone()),
            fact("Share of your use that is your own", own_share.clone()),
        ]
    };
    all.extend([
        one(
            "breakage",
            "Expires unused",
            "Everything granted, less what is spent on work and on own use, less what is cashed on leaving. It is counted month by month with the letter’s reset day, rollover and expiry.",
            vec![
                fact("Granted", at(budget.claimed)),
                fact("Taken from the others of a pool", at(budget.from_others)),
                fact("Spent on work", at(budget.enabler)),
                fact("Spent on own use", at(budget.perk + budget.option_use)),
                fact("Cashed on leaving", at(budget.cashed)),
            ],
            "The terms of the letter.",
        ),
        one(
            "enabler",
            "Their cost of your work",
            "Each month: calls × price of a call × (1 − own share), as far as the balance reaches. Work is served before own use.",
            use_of(),
            price,
        ),
        one(
            "perk",
            "You would have bought it",
            "Each month: the smaller of what you would buy anyway and what the budget leaves for own use.",
            use_of()
                .into_iter()
                .chain([fact("You would buy anyway, a month", said(work.would_buy_per_month.text(), "0"))])
                .collect(),
            price,
        ),
        one(
            "option",
            "Other own use",
            "Own use beyond what you would have bought, times what it is worth to you.",
            vec![
                fact("Other own use at list price", at(budget.option_use)),
                fact("It is worth, % of list price", said(work.option_value.text(), "25")),
            ],
            "Your own figure: nobody can look it up.",
        ),
        one(
            "cashed",
            "Paid out or carried out",
            "What is left on the day of leaving, as the letter says: paid out, usable for some months, or lost.",
            vec![fact("On leaving", at(budget.cashed))],
            "The terms of the letter.",
        ),
        one(
            "pocket",
            "You pay beyond the budget",
            "Work that the budget does not cover, when the letter makes you pay for it.",
            vec![fact("Over all months", at(budget.out_of_pocket))],
            price,
        ),
        one(
            "approved",
            "They pay beyond the budget",
            "Work that the budget does not cover, when the letter makes the employer pay for it on approval. All of it is taken to be approved; own use never is. It is a tool of the job: no pay, and part of what the budget costs the employer.",
            vec![fact("Over all months", at(budget.employer_paid))],
            price,
        ),
        one(
            "others",
            "Taken from the others, or by them",
            "What you use of a pool, less an equal part of what the pool uses. The pool serves each in proportion to what each asks for.",
            vec![
                fact("Each of the others uses, % of what you use", said(work.team_use.text(), "100")),
                fact("Over all months", at(budget.from_others)),
            ],
            "The terms of the letter and your own figure.",
        ),
        one(
            "total",
            "Claimed, and what counts",
            "Counted = you would have bought it + other own use as valued + cashed on leaving − what you pay yourself.",
            vec![
                fact("You would have bought it", at(budget.perk)),
                fact("Other own use as valued", at(budget.option_value)),
                fact("Cashed on leaving", at(budget.cashed)),
                fact("You pay yourself", at(budget.out_of_pocket)),
            ],
            "",
        ),
        one(
            "runOut",
            "When it runs out",
            "In each future, use and prices are drawn; the first day on which work is left over and the balance is empty is noted. Within a month, use is taken as even.",
            vec![
                fact("Futures", said(case.assumptions.paths.text(), "10,000")),
                fact("Seed", said(case.assumptions.seed.text(), "1")),
                fact(
                    "Use of a month, 8 of 10 of them",
                    format!(
                        "{:.2} to {:.1} times a middle one",
                        plan.work.months_differ[0], plan.work.months_differ[1]
                    ),
                ),
                fact("Chance a year that it is taken back, %", said(work.revocation_risk.text(), "0")),
            ],
            price,
        ),
    ]);
    all.extend(of_balance(plan));
    if let Some(worth) = &budget.worth {
        let place = if worth.place.is_empty() { "not known".to_owned() } else { worth.place.clone() };
        let unknown = || worth.reason.clone();
        let maybe = |amount: Option<Decimal>| amount.map_or_else(unknown, at);
        all.push(one(
            "tax",
            "Tax on it",
            "Tax of the same offer with the budget’s taxed part, less its tax without the budget, year by year.",
            vec![
                fact("Place", place.clone()),
                fact("How it is taxed", worth.treatment.clone()),
                fact("Added to taxed pay", maybe(worth.taxed)),
                fact("Tax", maybe(worth.tax)),
            ],
            &worth.rule,
        ));
        all.push(one(
            "cash",
            "As good as cash in hand",
            "What counts as pay − the tax that you pay on it.",
            vec![fact("Counts as pay", at(budget.counted)), fact("Tax", maybe(worth.tax))],
            &worth.rule,
        ));
        all.push(one(
            "gross",
            "Salary that would replace it",
            "The least gross pay, on top of the offer’s own, that leaves as much after every tax it adds. It is solved exactly, year by year, so a change of bracket on the way counts.",
            vec![
                fact("Place", place),
                fact("In hand", maybe(worth.cash_equivalent)),
                fact("Gross", maybe(worth.gross_salary)),
            ],
            "The tax tables of the place, as under Sources.",
        ));
        all.push(one(
            "employer",
            "What it costs the employer",
            &worth.employer_how,
            vec![
                fact("Granted", at(budget.claimed)),
                fact("Expires unused", at(budget.breakage)),
                fact("Paid beyond it on approval", at(budget.employer_paid)),
            ],
            "",
        ));
        all.push(one(
            "ratio",
            "Cash to you for each unit they spend",
            "As good as cash in hand ÷ what it costs the employer.",
            vec![fact("In hand", maybe(worth.cash_equivalent)), fact("It costs the employer", at(worth.employer_cost))],
            "",
        ));
    }
    all
}

/// The columns of the balance; the months' own figures stand in the table.
fn of_balance(plan: &ComputePlan) -> Vec<TokenWhy> {
    let price = plan.work.price_source.as_str();
    let futures = "Use and prices are drawn in each future around the plan, and the balance is run again. ";
    let letter = "The terms of the letter.";
    let column = |key: &str, title: &str, formula: String, source: &str| {
        told(format!("balance.{key}"), title, formula, Vec::new(), source)
    };
    vec![
        column("available", "Available in the month", "Carried over from the month before + granted in it, under the letter’s reset day, growth and rollover.".to_owned(), letter),
        column("spent", "Spent in the month", "Calls × price of a call, work first and then own use as far as the letter allows it, up to what is available.".to_owned(), price),
        column("left", "Left at the end of the month", "Available − spent, before anything expires.".to_owned(), letter),
        column("expires", "Expires with the month", "What the rollover does not carry when a period ends, and what was carried for longer than it lasts.".to_owned(), letter),
        column("p10", "1 in 10 below", format!("{futures}In a tenth of the futures less than this is left."), price),
        column("p50", "Left, median", format!("{futures}In half of the futures less than this is left."), price),
        column("p90", "1 in 10 above", format!("{futures}In a tenth of the futures more than this is left."), price),
        column("ran", "Has run out", format!("{futures}The share of the futures in which work has been left over with the balance empty by the end of the month, once or more."), price),
    ]
}

/// The work class by class, what it costs, and the plans beside it.
fn of_work(plan: &ComputePlan) -> Vec<TokenWhy> {
    let at = |amount: Decimal| format::money(amount, plan.currency);
    let fact = |label: &str, value: String| TokenFact { label: label.to_owned(), value };
    let figure = |value: f64| Decimal::try_from(value).unwrap_or_default().round_dp(2).normalize().to_string();
    let price = plan.work.price_source.as_str();
    let mut all = Vec::new();
    if let Some(cost) = plan.work.list_cost_per_month {
        let mut inputs: Vec<TokenFact> =
            plan.classes.iter().filter_map(|class| Some(fact(&class.label, at(class.cost?)))).collect();
        inputs.push(fact("Together, in the first month", at(cost)));
        all.push(told(
            "month",
            "What your work costs a month",
            "Calls of a month × price of a call, class by class, at the list price of the first day.",
            inputs,
            price,
        ));
    }
    for (place, class) in plan.classes.iter().enumerate() {
        let work = &class.class;
        let key = |column: &str| format!("class.{place}.{column}");
        let calls = vec![
            fact("Tasks on an active day", figure(work.tasks_per_day)),
            fact("Cycles per task", figure(work.cycles_per_task)),
            fact("Calls per cycle", figure(work.calls_per_cycle)),
            fact("Active days a month", figure(work.days_per_month)),
        ];
        let call = work.mean_call();
        let tokens = vec![
            fact("Sent, not cached", format::tokens(call.input)),
            fact("Read from the cache", format::tokens(call.cache_read)),
            fact("Written to the cache", format::tokens(call.cache_write)),
            fact("Received", format::tokens(call.output)),
            fact("Tokens saved for the same result", format::percent(work.efficiency)),
        ];
        all.push(told(
            key("calls"),
            format!("Calls of “{}” in a month", class.label),
            "Tasks × cycles × calls per cycle × active days.",
            calls.clone(),
            "Your figures, or the profile’s where a field is blank.",
        ));
        all.push(told(
            key("tokens"),
            format!("Tokens of “{}” in a month", class.label),
            "Calls × tokens of a call, sent and received.",
            calls.into_iter().chain(tokens.clone()).collect(),
            "Your figures, or the profile’s where a field is blank.",
        ));
        let Some((cost, rates)) = class.cost.zip(class.rates) else { continue };
        let served = class.served.unwrap_or_default();
        let rate = |label: &str, dollars: f64| {
            fact(label, format!("${}", Decimal::try_from(dollars).unwrap_or_default().round_dp(4).normalize()))
        };
        all.push(told(
            key("cost"),
            format!("What “{}” costs in a month", class.label),
            format!(
                "Calls × (tokens of each kind × its rate ÷ 1,000,000), each size of prompt at its own tier. Served as {}: the cheapest of the ways this kind of work allows.",
                served.words()
            ),
            [fact("Calls", format::count(small(class.calls)))]
                .into_iter()
                .chain(tokens)
                .chain([
                    rate("Rate sent, a million", rates.input),
                    rate("Rate read from the cache", rates.cache_read),
                    rate("Rate written to the cache", rates.cache_write),
                    rate("Rate received", rates.output),
                    fact("Together", at(cost)),
                ])
                .collect(),
            price,
        ));
    }
    for one in &plan.plans {
        let source = format!("{}, {}", one.source, one.as_of);
        let key = |column: &str| format!("plan.{}.{column}", one.label);
        let notes = one.notes.join(" ");
        all.push(told(
            key("fee"),
            format!("Fee of {}", one.label),
            "As published, a month.",
            vec![fact("Fee", at(one.fee))],
            source.clone(),
        ));
        all.push(told(key("overage"), format!("Charged beyond {}", one.label), "Use of each of a year’s days beyond what the plan’s windows hold, at list price where the plan charges for it; a twelfth of the year.", vec![fact("By the token, all of it", at(one.list_price)), fact("Charged beyond", at(one.overage))], source.clone()));
        all.push(told(
            key("whole"),
            format!("{} together", one.label),
            "Fee + what is charged beyond it.",
            vec![
                fact("Fee", at(one.fee)),
                fact("Charged beyond", at(one.overage)),
                fact("Together", at(one.fee + one.overage)),
            ],
            source.clone(),
        ));
        all.push(told(
            key("byToken"),
            "The same use by the token",
            "The use of an average month of the first year at list price.",
            vec![fact("By the token", at(one.list_price))],
            price,
        ));
        all.push(told(
            key("unserved"),
            format!("What has to wait under {}", one.label),
            format!("Use of each day beyond what the plan’s windows hold, where the plan stops. {notes}"),
            vec![fact("Of the use", format::percent(one.not_served))],
            source,
        ));
    }
    all
}

/// A whole figure within what a count holds.
fn small(figure: Decimal) -> u32 {
    u32::try_from(figure.round()).unwrap_or(u32::MAX)
}
