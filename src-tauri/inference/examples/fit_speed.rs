//! Fits the speed corrections on every measured row and prints `data/speed_fit.toml`, or with `report` the errors on
//! machines left out.
//!
//! `cargo run -p counterweight-inference --example fit_speed -- 2026-11-23 > src-tauri/inference/data/speed_fit.toml`

use counterweight_inference::speed::report;

fn main() {
    let word = std::env::args().nth(1).unwrap_or_default();
    if word == "report" {
        let found = report::leave_one_device_out();
        let groups =
            found.families_left_out.iter().chain(&found.engines_left_out).chain(&found.silicon_left_out).flatten();
        for one in found
            .decode
            .iter()
            .chain(&found.prefill)
            .chain(&found.published)
            .chain(&found.fitted_on)
            .chain(groups)
            .chain(&found.beside)
        {
            println!(
                "{:34} {:5} rows {:3} machines  median {:6.1} %  p90 {:6.1} %  inside {:>5}  bias {:.2}",
                one.what,
                one.rows,
                one.machines,
                one.median_percent,
                one.p90_percent,
                one.inside_percent.map_or_else(|| "-".to_owned(), |share| format!("{share:.1}")),
                one.bias
            );
        }
        println!("{:?}", found.memory);
    } else {
        print!("{}", report::shipped_text(&word));
    }
}
