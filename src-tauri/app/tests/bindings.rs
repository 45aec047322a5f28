//! The committed TypeScript types and figures of blank fields are those of the Rust code.

use counterweight_app::bindings;
use std::path::Path;

fn fresh(name: &str, now: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    let committed = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    assert!(committed == now, "{name} is not what the Rust code says; run `cargo bindings` and commit it");
}

#[test]
fn the_committed_bindings_are_fresh() {
    fresh(bindings::FILE, &bindings::render());
}

/// What a blank field is said to mean is what the dated data file has, which the program takes.
#[test]
fn the_committed_figures_of_blank_fields_are_fresh() {
    fresh(bindings::SILENCES, &bindings::silences());
    let data = include_str!("../../inference/data/workload_presets.toml");
    assert!(data.contains("resale_percent = { value = 75,") && bindings::silences().contains(r#""resale": "75""#));
}
