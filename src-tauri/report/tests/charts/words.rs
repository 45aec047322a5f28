//! What a chart says: sentences, labels and tables, worked out by hand.

use crate::canvas;
use crate::figures::{d, plan, three, twelve};
use counterweight_report::chart;
use counterweight_report::scene::Theme;

#[test]
fn totals_are_said_with_their_figures() {
    let scene = chart::total_value(&three(), canvas(720, 300, Theme::Light));
    // Current job 146 + 153 + 163 + 174, Northwind 251 + 232 + 226 + 217, Fjord 254 + 236 + 244 + 254 thousand.
    assert_eq!(
        scene.alt,
        "Fjord is worth most before tax over 4 years: $988,000, ahead of Northwind with $926,000 and Current job with \
         $636,000."
    );
    let mut leaving = three();
    leaving.stay_months = 30;
    let alt = chart::total_value(&leaving, canvas(720, 300, Theme::Light)).alt;
    assert!(alt.contains("over 4 years (leaving after 30 months): $988,000"), "{alt}");
    let mark = &scene.marks[4];
    assert_eq!((mark.series.as_str(), mark.label.as_str(), mark.value.as_str()), ("Northwind", "Year 2", "$232,000"));
    assert_eq!(scene.table.columns[1], "Guaranteed in the period, USD");
    assert_eq!(scene.table.rows.len(), 3 * 5, "four years and their sum for each offer");
    assert_eq!(
        scene.table.rows[9],
        [
            "Northwind, 4 years",
            "$645,000", // 150 + 159 + 165 + 171
            "$267,500", // 96.5 + 70 + 58 + 43
            "$13,500",  // 4.5 + 3 + 3 + 3
            "$926,000",
            "$926,000"
        ]
    );
    // Over the bars stand thousands, and the unit is said once.
    assert!(scene.svg.contains(">251</text>"));
    assert_eq!(scene.svg.matches("thousand dollars a year").count(), 1);
}

#[test]
fn figures_over_bars_give_way_when_they_would_run_together() {
    let scene = chart::total_value(&twelve(), canvas(720, 300, Theme::Light));
    assert!(scene.svg.contains("table for amounts"));
    assert!(!scene.svg.contains("thousand dollars"));
    assert_eq!(scene.table.rows.len(), 12 * 11, "the table has them all");
}

#[test]
fn the_range_names_its_band() {
    let scene = chart::range(&three(), canvas(720, 300, Theme::Light));
    assert!(scene.svg.contains("Band: 8 of 10 futures"));
    // Northwind: 926,000 − 14 % and + 28 %.
    assert!(scene.alt.contains("Northwind $796,360 to $1,185,280 (median $926,000)"), "{}", scene.alt);
    assert_eq!(scene.marks[2].value, "$254,000 (8 of 10 futures: $231,140 to $299,720)");
}

#[test]
fn what_counts_of_a_budget_is_said_step_by_step() {
    let scene = chart::budget_worth(&plan(), canvas(720, 300, Theme::Light));
    assert_eq!(
        scene.alt,
        "Of $1,000,000 that Northwind’s token budget claims over 48 months, $18,400 counts as pay: $756,000 expires \
         unused, $216,800 is their cost of your work and $8,800 is own use not counted."
    );
    assert_eq!(scene.table.columns[1], "Amount over 48 months, USD");
    assert_eq!(scene.table.rows[2], ["Their cost of your work", "−$216,800", "$27,200"]);
}

#[test]
fn what_the_steps_do_not_explain_is_a_step_of_its_own() {
    let mut plan = plan();
    let budget = plan.budget.as_mut().expect("a budget");
    budget.out_of_pocket = d(5_000);
    budget.counted = d(10_000);
    // 18,400 − 5,000 = 13,400, of which 3,400 is not explained.
    let rows = chart::budget_worth(&plan, canvas(720, 300, Theme::Light)).table.rows;
    assert_eq!(rows[4], ["Work you pay yourself", "−$5,000", "$13,400"]);
    assert_eq!(rows[5], ["Otherwise not counted", "−$3,400", "$10,000"]);
    assert_eq!(rows[6], ["Counted", "$10,000", "$10,000"]);
    // A budget that costs more than it gives goes below zero.
    let budget = plan.budget.as_mut().expect("a budget");
    budget.out_of_pocket = d(30_000);
    budget.counted = d(-11_600);
    let scene = chart::budget_worth(&plan, canvas(720, 300, Theme::Light));
    let last = scene.marks.last().expect("a mark");
    assert_eq!((last.label.as_str(), last.value.as_str()), ("Counted", "−$11,600"));
    assert!(last.py > scene.marks[2].py, "below what was left before");
}

#[test]
fn routes_say_when_they_pay_back_and_when_never() {
    let scene = chart::routes(&plan(), canvas(720, 300, Theme::Light));
    // Cloud at month 48: 780 × 48 − 4 × 48²; buying 10,100 + 55 × 48; renting 880 × 48; hybrid 10,100 + 190 × 48.
    assert_eq!(
        scene.alt,
        "Over 48 months, at the median, the cloud costs $28,224, buying $12,740, renting $42,240 and the hybrid $19,220; \
         buying has cost no more than the cloud from month 15 (9 to 26 in 8 of 10 futures), never in 4 of 100 futures; \
         renting has cost no more than the cloud in fewer than 1 of 10 futures, never in 93 of 100 futures; the hybrid \
         has cost no more than the cloud from month 18 (not before month 11 in 9 of 10 futures), never in 11 of 100 \
         futures."
    );
    assert_eq!(scene.table.rows.len(), 49 + 4);
    assert_eq!(scene.table.rows[49][4..7], ["month 9", "month 15", "month 26"]);
    assert_eq!(scene.table.rows[49][12], "not reached");
}

#[test]
fn a_budget_that_never_runs_out_says_so() {
    let mut plan = plan();
    let budget = plan.budget.as_mut().expect("a budget");
    budget.runs_out = 0.0;
    budget.run_out_month = None;
    let scene = chart::budget_balance(&plan, canvas(720, 300, Theme::Light));
    assert!(scene.alt.starts_with("Northwind’s token budget over 48 months does not run out in any future"));
    assert_eq!(scene.table.rows.len(), 48);
}
