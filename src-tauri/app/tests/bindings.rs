//! The committed TypeScript types are those of the Rust code.

use counterweight_app::bindings;
use std::path::Path;

#[test]
fn the_committed_bindings_are_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(bindings::FILE);
    let committed = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    assert!(
        committed == bindings::render(),
        "{} is not what the Rust types say; run `cargo bindings` and commit it",
        bindings::FILE
    );
}
