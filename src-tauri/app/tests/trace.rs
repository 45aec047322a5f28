//! Figures recomputed by a program in another language from nothing but the leaves of their trace.

use counterweight_app::{files, sample};
use counterweight_domain::{Case, CivilDate};
use counterweight_engine::comparison::compare;
use counterweight_engine::trace::{FigureKind, LeafKind, trace};
use rust_decimal::Decimal;
use std::path::PathBuf;
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The sample in every kind of money, and every case of the worked examples.
fn cases() -> Vec<Case> {
    let start = CivilDate::new(2027, 1, 4).expect("a date");
    let mut cases = Vec::new();
    for money in ["nominal", "real", "present"] {
        for tax in ["beforeTax", "afterTax"] {
            let mut document = serde_json::to_value(sample::sample(start)).expect("a document");
            document["assumptions"]["money"] = money.into();
            document["assumptions"]["tax"] = tax.into();
            document["assumptions"]["stayMonths"] = "30".into();
            document["assumptions"]["shareGrowth"] = "4".into();
            cases.push(files::read_case(&document.to_string()).expect("a case"));
        }
    }
    // Four places, three currencies, options, shares of a private company, a purchase plan, a graded match.
    let four = std::fs::read_to_string(format!("{ROOT}/tests/trace/four_places.json")).expect("the case");
    cases.push(files::read_case(&four).expect("a case"));
    for name in ["pay", "vesting", "breakeven"] {
        let text = std::fs::read_to_string(format!("{ROOT}/tests/examples/{name}.toml")).expect("the examples");
        let table: toml::Table = text.parse().expect("the examples are TOML");
        for example in table["example"].as_array().expect("examples") {
            if let Some(case) = example.get("ask").and_then(|ask| ask.get("case")) {
                cases.push(files::read_case(&serde_json::to_string(case).expect("a document")).expect("a case"));
            }
        }
    }
    cases
}

fn recompute(paths: &[PathBuf]) -> Option<(bool, String)> {
    let output = Command::new("python3").arg(format!("{ROOT}/tests/trace/recompute.py")).args(paths).output().ok()?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Some((output.status.success(), said))
}

#[test]
fn python_recomputes_every_figure_from_the_leaves() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = Vec::new();
    for (i, case) in cases().iter().enumerate() {
        let trace = trace(case, None).expect("a trace");
        let path = folder.path().join(format!("{i}.json"));
        std::fs::write(&path, serde_json::to_vec(&trace).expect("JSON")).expect("written");
        paths.push(path);
    }
    assert!(paths.len() > 15, "only {} cases", paths.len());
    let Some((right, said)) = recompute(&paths) else {
        eprintln!("python3 is not here, so no figure was recomputed");
        return;
    };
    assert!(right, "{said}");
    println!("{said}");

    // A leaf that is changed by a dollar is found out.
    let mut document: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&paths[0]).expect("read")).expect("JSON");
    let base =
        document["nodes"].as_array().expect("nodes").iter().position(|node| node["leaf"]["key"] == "offers/0/base");
    document["nodes"][base.expect("the base is a leaf")]["value"] = "1".into();
    std::fs::write(&paths[0], document.to_string()).expect("written");
    let (right, _) = recompute(&paths[..1]).expect("python3 was here");
    assert!(!right, "a changed leaf went unseen");
}

/// The figures traced are those that the comparison shows.
#[test]
fn traced_figures_are_the_figures_shown() {
    for case in cases() {
        let (shown, traced) = (compare(&case), trace(&case, None).expect("a trace"));
        let figure = |offer: &str, kind, year: Option<u32>, component| {
            traced
                .figures
                .iter()
                .find(|f| f.offer == offer && f.kind == kind && f.year == year && f.component == component)
                .map(|f| f.value)
        };
        for offer in &shown.offers {
            assert_eq!(figure(&offer.id, FigureKind::Total, None, None), Some(offer.total));
            let average = offer.conventions.average_year;
            assert_eq!(figure(&offer.id, FigureKind::AverageYear, None, None), Some(average));
            for part in &offer.components {
                let traced = figure(&offer.id, FigureKind::Component, None, Some(part.component));
                assert_eq!(traced.unwrap_or(Decimal::ZERO), part.amount, "{:?}", part.component);
            }
            for year in &offer.years {
                assert_eq!(figure(&offer.id, FigureKind::Year, Some(year.year), None), Some(year.total));
            }
        }
    }
}

/// Every input of a trace is a field of the case, as it was typed.
#[test]
fn leaves_name_the_fields_of_the_case() {
    for case in cases() {
        let document = serde_json::to_value(&case).expect("a document");
        for node in trace(&case, None).expect("a trace").nodes {
            let Some(leaf) = node.leaf.filter(|leaf| leaf.kind == LeafKind::Input) else { continue };
            let field = document.pointer(&format!("/{}", leaf.key)).unwrap_or_else(|| panic!("no field {}", leaf.key));
            let typed = field.as_str().map_or_else(|| field.to_string(), str::to_owned);
            assert_eq!(typed, leaf.text, "{}", leaf.key);
        }
    }
}
