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

fn request() -> DeskRequest {
    DeskRequest {
        work: work(),
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
    let long = desk(&DeskRequest { work: Work { input_tokens: 10_000_000, ..work() }, ..request() }).unwrap();
    assert!(long.rows.is_empty() && long.left_out.iter().all(|out| out.reason.contains("more than")));
}

#[test]
fn the_matrix_covers_the_catalogue() {
    let shape = CallShape { uncached_prompt_tokens: 2_048, cached_tokens: 5_632, output_tokens: 512 };
    let quants: Vec<&Quant> = ["Q8_0", "Q4_K_M"].iter().map(|key| catalogue::quant(key).unwrap()).collect();
    let cells: Vec<_> = catalogue::models()
        .iter()
        .flat_map(|model| column(catalogue::machines(), model, &quants, &shape, |setup| setup).unwrap())
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
    assert!(column(catalogue::machines(), &catalogue::models()[0], &[], &shape, |setup| setup).is_err());
}
