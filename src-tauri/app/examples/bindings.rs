//! Writes the generated TypeScript file and the figures of blank fields: `cargo bindings`.

fn main() -> std::io::Result<()> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::write(root.join(counterweight_app::bindings::SILENCES), counterweight_app::bindings::silences())?;
    std::fs::write(root.join(counterweight_app::bindings::FILE), counterweight_app::bindings::render())
}
