//! Build script of the shell: permissions and capabilities live beside it, the configuration and the icons at the root.

use std::{fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    println!("cargo:rerun-if-changed=ui/dist");

    // The context macro refuses to compile without this folder, and `cargo check` must work before the first UI build.
    let dist = Path::new("ui/dist");
    if !dist.exists() {
        fs::create_dir_all(dist).expect("ui/dist can be created beside the manifest");
    }

    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*.toml"));
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("the Tauri configuration does not build: {error:#}");
    }
}
