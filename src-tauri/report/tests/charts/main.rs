//! Charts as a caller sees them: golden pictures, and properties that no blessing can hide.

mod figures;
mod golden;
mod hostile;
mod outlook;
mod outlooks;
mod places;
mod words;

use counterweight_domain::Currency;
use counterweight_engine::comparison::Comparison;
use counterweight_engine::compute_plan::ComputePlan;
use counterweight_report::chart;
use counterweight_report::scene::{Canvas, Scene, Theme};

/// Every chart of these figures on this canvas, with its name.
pub fn every(comparison: &Comparison, plan: &ComputePlan, canvas: Canvas) -> Vec<(&'static str, Scene)> {
    vec![
        ("total_value", chart::total_value(comparison, canvas)),
        ("range", chart::range(comparison, canvas)),
        ("budget_worth", chart::budget_worth(plan, canvas)),
        ("budget_balance", chart::budget_balance(plan, canvas)),
        ("routes", chart::routes(plan, canvas)),
    ]
}

/// Every chart of an outlook on this canvas, with its name.
pub fn every_outlook(outlook: &outlooks::Outlook, currency: Currency, canvas: Canvas) -> Vec<(&'static str, Scene)> {
    let names = [outlook.names[0].as_str(), outlook.names[1].as_str()];
    vec![
        ("fan", chart::fan(&outlook.fans, currency, canvas)),
        ("dots", chart::dots(&outlook.difference, names, currency, canvas)),
        ("leaving", chart::leaving(&outlook.leaving, currency, canvas)),
        ("swings", chart::swings(&outlook.swings, names, currency, canvas)),
        ("break_even", chart::break_even(&outlook.map, names, currency, canvas)),
    ]
}

/// A canvas, px.
pub fn canvas(width: u32, height: u32, theme: Theme) -> Canvas {
    Canvas { width, height, theme }
}

/// Both themes.
pub const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];
