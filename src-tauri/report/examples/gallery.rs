//! Draws every chart in both themes and several sizes into a folder, to be looked at:
//! `cargo run -p counterweight-report --example gallery -- FOLDER`.

#[path = "../tests/charts/figures.rs"]
mod figures;

#[path = "../tests/charts/outlooks.rs"]
mod outlooks;

use counterweight_domain::Currency;
use counterweight_report::chart;
use counterweight_report::scene::{Canvas, Scene, Theme};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder to draw into")?);
    std::fs::create_dir_all(&folder)?;
    type Draw = Box<dyn Fn(Canvas) -> Scene>;
    let mut empty = figures::three();
    empty.offers.clear();
    empty.futures.offers.clear();
    let mut charts: Vec<(&str, Draw)> = vec![
        ("total-value", Box::new(|c| chart::total_value(&figures::three(), c))),
        ("total-value-twelve", Box::new(|c| chart::total_value(&figures::twelve(), c))),
        ("total-value-negative", Box::new(|c| chart::total_value(&figures::negative(), c))),
        ("total-value-empty", Box::new(move |c| chart::total_value(&empty, c))),
        ("range", Box::new(|c| chart::range(&figures::three(), c))),
        ("range-twelve", Box::new(|c| chart::range(&figures::twelve(), c))),
        ("budget-worth", Box::new(|c| chart::budget_worth(&figures::plan(), c))),
        ("budget-balance", Box::new(|c| chart::budget_balance(&figures::plan(), c))),
        ("budget-balance-monthly", Box::new(|c| chart::budget_balance(&figures::monthly(), c))),
        ("routes", Box::new(|c| chart::routes(&figures::plan(), c))),
    ];
    const USD: Currency = Currency::USD;
    fn both(outlook: &outlooks::Outlook) -> [&str; 2] {
        [outlook.names[0].as_str(), outlook.names[1].as_str()]
    }
    let two = outlooks::two;
    let twelve = || outlooks::many(12, 10);
    charts.push(("fan", Box::new(move |c| chart::fan(&two().fans, USD, c))));
    charts.push(("fan-twelve", Box::new(move |c| chart::fan(&twelve().fans, USD, c))));
    charts.push(("dots", Box::new(move |c| chart::dots(&two().difference, both(&two()), USD, c))));
    charts.push(("leaving", Box::new(move |c| chart::leaving(&two().leaving, USD, c))));
    charts.push(("leaving-twelve", Box::new(move |c| chart::leaving(&twelve().leaving, USD, c))));
    charts.push(("swings", Box::new(move |c| chart::swings(&two().swings, both(&two()), USD, c))));
    charts.push(("swings-twelve", Box::new(move |c| chart::swings(&twelve().swings, both(&twelve()), USD, c))));
    charts.push(("break-even", Box::new(move |c| chart::break_even(&two().map, both(&two()), USD, c))));
    for (name, draw) in &charts {
        for (theme, suffix) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            for (width, height) in [(720, 300), (1100, 420), (340, 220), (640, 288), (1100, 288), (240, 120)] {
                let scene = draw(Canvas { width, height, theme });
                let file = folder.join(format!("{name}-{width}x{height}-{suffix}.svg"));
                std::fs::write(&file, &scene.svg)?;
                if (width, suffix) == (720, "light") {
                    println!("{name}: {}", scene.alt);
                }
            }
        }
    }
    Ok(())
}
