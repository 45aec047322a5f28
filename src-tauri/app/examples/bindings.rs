//! Writes the generated TypeScript file: `cargo bindings`.

fn main() -> std::io::Result<()> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::write(root.join(counterweight_app::bindings::FILE), counterweight_app::bindings::render())
}
