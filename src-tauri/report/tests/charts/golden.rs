//! Golden pictures: the SVG of each chart, byte by byte. `CW_BLESS=1 cargo test -p counterweight-report` writes them
//! anew; look at what changed before it is committed.

use crate::{canvas, figures, outlooks};
use counterweight_domain::Currency;
use counterweight_report::chart;
use counterweight_report::scene::{Canvas, Scene, Theme};
use std::path::Path;

fn check(name: &str, draw: impl Fn(Canvas) -> Scene, on: Canvas) {
    let drawn = draw(on).svg;
    assert_eq!(drawn, draw(on).svg, "{name}: the same figures draw the same bytes");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.svg"));
    if std::env::var_os("CW_BLESS").is_some() {
        std::fs::write(&file, &drawn).expect("the golden folder can be written");
        return;
    }
    let golden = std::fs::read_to_string(&file).expect("a golden picture; write it with CW_BLESS=1");
    if golden != drawn {
        panic!("{name}.svg differs:\n{}", difference(&golden, &drawn));
    }
}

/// The first lines that differ, and how many do.
fn difference(golden: &str, drawn: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (golden.lines().collect(), drawn.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let show = |sign: char, lines: &[&str]| {
        let cut = &lines[start..lines.len() - end];
        let mut text: String =
            cut.iter().take(12).map(|l| format!("{sign} {}\n", l.chars().take(160).collect::<String>())).collect();
        if cut.len() > 12 {
            text += &format!("{sign} … and {} more lines\n", cut.len() - 12);
        }
        text
    };
    format!("from line {}\n{}{}", start + 1, show('-', &old), show('+', &new))
}

#[test]
fn pictures_are_as_they_were() {
    let (light, dark) = (canvas(720, 300, Theme::Light), canvas(720, 300, Theme::Dark));
    let (three, plan) = (figures::three(), figures::plan());
    for (suffix, on) in [("light", light), ("dark", dark)] {
        check(&format!("total-value-{suffix}"), |c| chart::total_value(&three, c), on);
        check(&format!("range-{suffix}"), |c| chart::range(&three, c), on);
        check(&format!("budget-worth-{suffix}"), |c| chart::budget_worth(&plan, c), on);
        check(&format!("budget-balance-{suffix}"), |c| chart::budget_balance(&plan, c), on);
        check(&format!("routes-{suffix}"), |c| chart::routes(&plan, c), on);
    }
    let two = outlooks::two();
    let names = [two.names[0].as_str(), two.names[1].as_str()];
    for (suffix, theme) in [("light", Theme::Light), ("dark", Theme::Dark)] {
        let (on, usd) = (canvas(640, 288, theme), Currency::USD);
        check(&format!("fan-{suffix}"), |c| chart::fan(&two.fans, usd, c), on);
        check(&format!("dots-{suffix}"), |c| chart::dots(&two.difference, names, usd, c), on);
        check(&format!("leaving-{suffix}"), |c| chart::leaving(&two.leaving, usd, c), on);
        check(&format!("swings-{suffix}"), |c| chart::swings(&two.swings, names, usd, c), on);
        check(&format!("break-even-{suffix}"), |c| chart::break_even(&two.map, names, usd, c), on);
    }
    let wide = canvas(1100, 420, Theme::Light);
    check("total-value-twelve", |c| chart::total_value(&figures::twelve(), c), wide);
    check("range-twelve", |c| chart::range(&figures::twelve(), c), wide);
    check("total-value-negative", |c| chart::total_value(&figures::negative(), c), canvas(340, 220, Theme::Light));
}

#[test]
fn a_difference_is_shown_where_it_is() {
    assert_eq!(difference("a\nb\nc", "a\nx\nc"), "from line 2\n- b\n+ x\n");
}
