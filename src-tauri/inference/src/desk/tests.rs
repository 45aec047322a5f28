//! The desk by hand on one machine, and what must hold on all of them.

use super::matrix::column;
use super::*;
use crate::ownership::Keeping;
use crate::throughput::CallShape;
use counterweight_domain::Workload;

fn work() -> Work {
    let work = Work::of(&Workload::default(), 1.0).unwrap();
    let keeping = Keeping {
        life_months: 48,
        failure_per_year: 0.1,
        repair_share: 0.3,
        upkeep_hours: 0.5,
        upkeep_hourly: 60.0,
        retry_tax: 0.25,
    };
    Work { keeping, input_tokens: 30_000, cache_share: 0.9, output_tokens: 1_000, electricity: 0.17, ..work }
}

/// The calls of the work at hand, all alike.
fn alike(work: &Work) -> Vec<Asked> {
    vec![Asked { calls: 1.0, shape: work.shape(), at_once: 1.0, patience_seconds: None }]
}

fn request() -> DeskRequest {
    DeskRequest {
        work: work(),
        asked: alike(&work()),
        quants: vec!["MXFP4".into()],
        calls_per_month: 2_000.0,
        most_dollars: None,
        most_watts: None,
        most_decibels: None,
        slowest_seconds: None,
        most_cards: 1,
    }
}

/// By hand from the machine's own call: 2,000 useful calls are 2,500 made; the cost is what it loses, 1 − 0.75⁴ =
/// 68.359 % of its price, 48 months of electricity, repairs of 4 × 10 % × 30 % of its price, and 48 × 0.5 h × 60 =
/// 1,440 of upkeep; useful are 2,000 × 31,000 × 48 = 2,976 M tokens. 2,500 calls in 21 days are its hours a day.
#[test]
fn a_row_by_hand() {
    let desk = desk(&request()).unwrap();
    let spark = desk.rows.iter().find(|row| row.machine == "dgx-spark").unwrap();
    assert_eq!(spark.served, 1.0);
    let (price, kwh) = (spark.price.unwrap(), spark.call.kwh(2_500.0, 210.0).unwrap());
    let total = price * (1.0 - 0.75f64.powi(4)) + 48.0 * kwh * 0.17 + price * 0.12 + 1_440.0;
    assert!((spark.cost.unwrap().total() - total).abs() < 1e-6);
    assert!((spark.hours_a_day - 2_500.0 * spark.call.seconds.p50 / 3600.0 / 21.0).abs() < 1e-9);
    assert!((spark.per_million_useful.unwrap() - total / 2_976.0).abs() < 1e-9);
    assert!(spark.price_as_of.is_some() && !spark.price_source.is_empty());
}

/// Every machine is in the list or left out with a reason, the list rises in cost, and what is marked as unbeaten is.
#[test]
fn every_machine_is_somewhere() {
    let desk = desk(&request()).unwrap();
    assert_eq!(desk.rows.len() + desk.left_out.len(), catalogue::machines().len());
    assert!(desk.left_out.iter().all(|out| !out.reason.is_empty()));
    // A card of 24 GB does not hold 59 GiB of weights.
    assert!(desk.left_out.iter().any(|out| out.machine == "rtx4090" && out.reason.contains("GiB")));
    let costs: Vec<f64> = desk.rows.iter().map(|row| row.per_million_useful.unwrap_or(f64::INFINITY)).collect();
    assert!(costs.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(desk.rows[0].pareto, "the cheapest is unbeaten in cost");
    for row in desk.rows.iter().filter(|row| !row.pareto && row.per_million_useful.is_some()) {
        let better = desk.rows.iter().any(|other| {
            other.per_million_useful.is_some_and(|cost| cost <= row.per_million_useful.unwrap())
                && other.call.seconds.p50 <= row.call.seconds.p50
                && other.call.fit.usable_gib >= row.call.fit.usable_gib
                && other.machine != row.machine
        });
        assert!(better, "{} is beaten by none", row.machine);
    }
}

#[test]
fn limits_leave_out_and_say_why() {
    let all = desk(&request()).unwrap();
    let capped = desk(&DeskRequest {
        most_dollars: Some(5_000.0),
        most_watts: Some(200.0),
        most_decibels: Some(35.0),
        ..request()
    })
    .unwrap();
    assert!(capped.rows.len() < all.rows.len() && !capped.rows.is_empty());
    for row in &capped.rows {
        assert!(row.price.unwrap() <= 5_000.0 && row.call.power.unwrap().decode_w <= 200.0);
        assert!(row.remarks.iter().any(|text| text.contains("noise")));
    }
    assert!(capped.left_out.iter().any(|out| out.reason.contains("dollars")));
    assert!(capped.left_out.iter().any(|out| out.reason.contains(" W at the plug")));
    // Four cards of 24 GB hold it, at four times the price and a computer.
    let many = desk(&DeskRequest { most_cards: 4, ..request() }).unwrap();
    let cards = many.rows.iter().find(|row| row.machine == "rtx4090").unwrap();
    let card = catalogue::machine("rtx4090").unwrap();
    assert_eq!(cards.devices, 4);
    let expected = 4.0 * card.price().unwrap().usd.to_f64().unwrap() + catalogue::host().price_usd;
    assert!((cards.price.unwrap() - expected).abs() < 1e-9);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    for bad in [
        DeskRequest { work: Work { local_model: "no-such-model".into(), ..work() }, ..request() },
        DeskRequest { quants: vec![], ..request() },
        DeskRequest { quants: vec!["Q99".into()], ..request() },
        DeskRequest { calls_per_month: 0.0, ..request() },
        DeskRequest { calls_per_month: f64::NAN, ..request() },
        DeskRequest { work: Work { electricity: 0.0, ..work() }, ..request() },
        DeskRequest { work: Work { resale: 1.5, ..work() }, ..request() },
    ] {
        assert!(desk(&bad).is_err());
    }
    // 10^15 tokens a day: the machines do what they can and say how little that is.
    let much = desk(&DeskRequest { calls_per_month: 1e12, ..request() }).unwrap();
    assert!(much.rows.iter().all(|row| row.served < 0.01 && row.remarks.iter().any(|text| text.contains("undone"))));
    // A context beyond the window is a reason, on every machine.
    let long = Work { input_tokens: 10_000_000, ..work() };
    let long = desk(&DeskRequest { asked: alike(&long), work: long, ..request() }).unwrap();
    assert!(long.rows.is_empty() && long.left_out.iter().all(|out| out.reason.contains("more than")));
}

#[test]
fn the_matrix_covers_the_catalogue() {
    let shape = CallShape { uncached_prompt_tokens: 2_048, cached_tokens: 5_632, output_tokens: 512 };
    let quants: Vec<&Quant> = ["Q8_0", "Q4_K_M"].iter().map(|key| catalogue::quant(key).unwrap()).collect();
    let cells: Vec<_> = catalogue::models()
        .iter()
        .flat_map(|model| {
            column(
                catalogue::machines(),
                model,
                &quants,
                &[Asked { calls: 1.0, shape, at_once: 1.0, patience_seconds: None }],
                |setup| setup,
            )
            .unwrap()
        })
        .collect();
    assert_eq!(cells.len(), catalogue::machines().len() * catalogue::models().len());
    for cell in &cells {
        let fits = cell.fit.is_some_and(|fit| fit.fits);
        assert!(fits || (cell.decode.is_none() && cell.prefill.is_none()), "{} {}", cell.machine, cell.model);
        assert!(!fits || cell.decode.is_some() || cell.problem.is_some(), "{} {}", cell.machine, cell.model);
    }
    // An 8B model fits a card of 24 GB in 8 bits and one of 8 GB in 4: 8.5 and 4.9 GB of weights.
    let quant = |machine: &str| {
        let found = cells.iter().find(|cell| cell.machine == machine && cell.model == "llama3-8b").unwrap();
        (found.quant.clone(), found.fit.is_some_and(|fit| fit.fits))
    };
    assert_eq!(quant("rtx4090"), ("Q8_0".to_owned(), true));
    assert!(!quant("rtx2060").1);
    assert!(
        column(
            catalogue::machines(),
            &catalogue::models()[0],
            &[],
            &[Asked { calls: 1.0, shape, at_once: 1.0, patience_seconds: None }],
            |setup| setup
        )
        .is_err()
    );
}

/// By hand: three calls of 30,000 tokens to one of 120,000, 90 % of each cached: the mean call of the Spark takes (3 × the
/// seconds of the short + those of the long) ÷ 4, more than one of the mean prompt would make of it in depth; the 2,000 calls
/// are 2,500 made, and useful are 2,000 × (3 × 31,000 + 121,000) ÷ 4 × 48 tokens. A window of 131,072 holds both, one of
/// 32,768 the short alone: three quarters of the calls.
#[test]
fn each_size_of_prompt_counts_at_its_own_depth() {
    let shape = |prompt: u64| CallShape {
        uncached_prompt_tokens: prompt / 10,
        cached_tokens: prompt / 10 * 9,
        output_tokens: 1_000,
    };
    let one = |calls, prompt| Asked { calls, shape: shape(prompt), at_once: 1.0, patience_seconds: None };
    let mixed = DeskRequest { asked: vec![one(3.0, 30_000), one(1.0, 120_000)], ..request() };
    let found = desk(&mixed).unwrap();
    let row = found.rows.iter().find(|row| row.machine == "dgx-spark").unwrap();
    let setup = Setup::by_key("dgx-spark", "gpt-oss-120b", "MXFP4").unwrap();
    let call = |prompt| throughput::call(&setup, &shape(prompt)).unwrap();
    let seconds = (3.0 * call(30_000).seconds.p50 + call(120_000).seconds.p50) / 4.0;
    assert!((row.mixed.seconds - seconds).abs() < 1e-9 && row.mixed.holds == 1.0);
    assert_eq!(row.mixed.slowest, call(120_000).seconds.p50);
    assert!((row.hours_a_day - 2_500.0 * seconds / 3600.0 / 21.0).abs() < 1e-9);
    let useful = 2_000.0 * (3.0 * 31_000.0 + 121_000.0) / 4.0 * 48.0;
    assert!((row.cost.unwrap().useful_tokens - useful).abs() < 1.0);
    let model = catalogue::models().iter().find(|model| (31_000..121_000).contains(&model.context_tokens)).unwrap();
    let short = Setup::new(setup.machine, model, catalogue::quant("Q4_K_M").unwrap());
    assert_eq!(Mixed::on(&short, &mixed.asked).unwrap().holds, 0.75);
}

/// By hand: 8 calls at once, of `s` seconds each and with a patience of 2.5 `s`: those that start after 0, 1 and 2 `s` are in
/// time, 3 of 8, so the machine does three eighths of the calls, however many hours are left.
#[test]
fn calls_at_once_are_more_than_one_machine_starts_in_time() {
    let alone = desk(&request()).unwrap();
    let find = |found: &Desk| found.rows.iter().find(|row| row.machine == "dgx-spark").unwrap().clone();
    let seconds = find(&alone).mixed.seconds;
    let asked = vec![Asked { at_once: 8.0, patience_seconds: Some(2.5 * seconds), ..alike(&work())[0] }];
    let row = find(&desk(&DeskRequest { asked, ..request() }).unwrap());
    assert!((row.served - 3.0 / 8.0).abs() < 1e-12, "{}", row.served);
    assert!(row.remarks.iter().any(|remark| remark.contains("of them would wait longer")), "{:?}", row.remarks);
    let cost = row.cost.unwrap();
    assert!((cost.useful_tokens - 2_000.0 * 3.0 / 8.0 * 31_000.0 * 48.0).abs() < 1.0);
}
