//! Times the answer of a table of 100,000 predictions: every machine of the catalogue with every model, over and over.
//!
//! `cargo run --release -p counterweight-inference --example time_batch`

use counterweight_inference::{catalogue, predict};
use std::time::Instant;

fn main() {
    let mut table = String::from("id,hw,model,quant,n_prompt,n_gen,depth,concurrency\n");
    let pairs =
        catalogue::machines().iter().flat_map(|machine| catalogue::models().iter().map(move |model| (machine, model)));
    for (id, (machine, model)) in pairs.cycle().take(100_000).enumerate() {
        table.push_str(&format!("{id},{},{},Q4_K_M,512,128,{},{}\n", machine.key, model.key, id % 4096, 1 + id % 3));
    }
    for _ in 0..3 {
        let mut out = Vec::new();
        let start = Instant::now();
        let summary = predict::batch(table.as_bytes(), &mut out).expect("memory is read and written");
        println!("{} rows, {} with a speed, {:.2} s", summary.rows, summary.answered, start.elapsed().as_secs_f64());
    }
}
