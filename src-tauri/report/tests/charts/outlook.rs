//! The charts of how sure an answer is: where things lie, what they say, and what bad figures do to them.

use crate::figures::{d, three};
use crate::hostile::sound;
use crate::outlooks::{Outlook, difference, fan, five, leaving_offer, many, map, swing, two};
use crate::places::{Axis, inside, near, number, points};
use crate::{THEMES, canvas, every_outlook};
use counterweight_domain::Currency;
use counterweight_engine::outlook::{Difference, Dot, Leaving};
use counterweight_engine::taxation::YearOfTax;
use counterweight_report::chart;
use counterweight_report::chart::theme::{contrast, palette};
use counterweight_report::scene::Theme;
use roxmltree::Document;
use rust_decimal::Decimal;

const NAMES: [&str; 2] = ["Northwind", "Fjord"];

fn taxed() -> YearOfTax {
    YearOfTax { year: 1, tax_year: 2026, taxed_pay: d(200_000), tax: d(50_000) }
}

fn hex(code: &str) -> (u8, u8, u8) {
    let code = u32::from_str_radix(&code[1..], 16).expect("hex");
    ((code >> 16) as u8, (code >> 8) as u8, code as u8)
}

#[test]
fn marks_lie_in_the_plot_and_every_picture_is_sound() {
    for theme in THEMES {
        for size in [(200, 120), (240, 120), (340, 220), (640, 288), (1100, 288), (4000, 3000)] {
            for outlook in [two(), many(1, 1), many(3, 4), many(12, 10)] {
                for (name, scene) in every_outlook(&outlook, Currency::USD, canvas(size.0, size.1, theme)) {
                    inside(name, &scene);
                    if size.1 < 400 && outlook.fans.len() < 12 {
                        sound(name, &scene);
                    }
                    let doc = Document::parse(&scene.svg).expect("well-formed");
                    for text in doc.descendants().filter(|n| n.has_tag_name("text")) {
                        let colour = hex(text.attribute("fill").expect("a colour"));
                        assert!(contrast(colour, palette(theme).paper) >= 4.5, "{name} {:?}", text.text());
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_to_draw_is_a_scene_that_says_so() {
    let mut none = two();
    none.fans.clear();
    none.difference.dots.clear();
    none.leaving.offers.clear();
    none.swings.clear();
    none.map.xs.clear();
    let mut bare = two();
    bare.fans[0].years.clear();
    bare.fans.truncate(1);
    bare.difference.dots.clear();
    bare.leaving.offers.truncate(1);
    bare.leaving.offers[0].months.clear();
    bare.swings.clear();
    bare.map.ahead.truncate(3);
    for outlook in [none, bare] {
        for (name, scene) in every_outlook(&outlook, Currency::USD, canvas(200, 120, Theme::Dark)) {
            sound(name, &scene);
            assert!(scene.marks.is_empty() && scene.table.rows.is_empty(), "{name}");
            assert!(scene.alt.ends_with('.'), "{name}: {}", scene.alt);
        }
    }
}

#[test]
fn one_point_of_everything_is_drawn() {
    let mut outlook = two();
    outlook.fans = vec![fan("Only", 7, 100_000, 1, 0)];
    outlook.fans[0].paths.clear();
    outlook.difference.dots = vec![Dot { difference: d(1), path: 0 }];
    outlook.leaving = Leaving { offers: vec![leaving_offer("Only", 7, 9_000, 0, 1)] };
    outlook.swings = vec![swing("Only", "%", [0.0, 0.0], [0, 0], &[], [0.0, 0.0])];
    outlook.map.xs.truncate(1);
    outlook.map.ys.truncate(1);
    outlook.map.ahead = vec![vec![d(-5)]];
    outlook.map.line.clear();
    for size in [(200, 120), (640, 288)] {
        for (name, scene) in every_outlook(&outlook, Currency::USD, canvas(size.0, size.1, Theme::Light)) {
            sound(name, &scene);
            inside(name, &scene);
        }
    }
}

#[test]
fn the_largest_and_smallest_amounts_are_drawn() {
    for amount in [Decimal::MAX, Decimal::MIN, Decimal::new(1, 28), Decimal::ZERO] {
        let mut outlook = two();
        for year in outlook.fans.iter_mut().flat_map(|f| &mut f.years) {
            (year.p10, year.p25, year.p50, year.p75, year.p90) = (-amount, -amount, d(0), amount, amount);
        }
        for (n, dot) in outlook.difference.dots.iter_mut().enumerate() {
            dot.difference = if n < 20 { -amount } else { amount };
        }
        outlook.leaving.offers[0].months.iter_mut().for_each(|m| *m = amount);
        outlook.leaving.offers[1].months.iter_mut().for_each(|m| *m = -amount);
        for swing in &mut outlook.swings {
            swing.difference = [-amount, amount];
            swing.points = vec![amount, -amount, d(0)];
            (swing.tried, swing.range) = ([f64::MIN, f64::MAX], [f64::NEG_INFINITY, f64::NAN]);
            swing.flips = vec![f64::NAN, f64::INFINITY, 1e300];
        }
        for (n, cell) in outlook.map.ahead.iter_mut().flatten().enumerate() {
            *cell = if n % 2 == 0 { amount } else { -amount };
        }
        for (name, scene) in every_outlook(&outlook, Currency::USD, canvas(640, 288, Theme::Light)) {
            sound(name, &scene);
        }
    }
    let mut wild = two();
    wild.map.xs[8] = f64::INFINITY;
    let scene = chart::break_even(&wild.map, NAMES, Currency::USD, canvas(640, 288, Theme::Light));
    assert!(scene.marks.is_empty(), "values without a place are not drawn");
}

#[test]
fn names_cannot_break_out() {
    for hostile in ["</text><script>alert(1)</script>".to_owned(), "x".repeat(240_000), String::new()] {
        let mut outlook = two();
        outlook.fans.iter_mut().for_each(|f| f.name.clone_from(&hostile));
        outlook.leaving.offers.iter_mut().for_each(|o| o.name.clone_from(&hostile));
        outlook.names = [hostile.clone(), hostile.clone()];
        for size in [(200, 120), (640, 288)] {
            for (name, scene) in every_outlook(&outlook, Currency::USD, canvas(size.0, size.1, Theme::Light)) {
                sound(name, &scene);
            }
        }
        let scene = chart::fan(&outlook.fans, Currency::USD, canvas(640, 288, Theme::Light));
        let (one, other) = (&scene.marks[0].series, &scene.marks[1].series);
        assert!(!one.is_empty() && one != other, "{one:?} {other:?}");
    }
}

#[test]
fn quantiles_of_the_fan_lie_where_the_axis_says() {
    let Outlook { fans, .. } = two();
    let scene = chart::fan(&fans, Currency::USD, canvas(640, 288, Theme::Light));
    let doc = Document::parse(&scene.svg).expect("well-formed");
    let axis = Axis::read(&doc);
    // A band of four years has ten corners: the low line from the start on, the high one back.
    let bands: Vec<_> = doc.descendants().filter(|n| n.has_tag_name("polygon")).map(points).collect();
    let bands: Vec<_> = bands.into_iter().filter(|p| p.len() == 10).collect();
    assert_eq!(bands.len(), 4, "two bands for each offer");
    for (band, (yearly, low, high)) in
        bands.iter().zip([(231_500, -18, 27), (231_500, -9, 9), (247_000, -8, 12), (247_000, -4, 4)])
    {
        for year in 1..=4_i32 {
            let at = |percent: i32| f64::from(yearly * year) * f64::from(100 + percent) / 100.0;
            near(band[year as usize].1, axis.y(at(low)), "low edge");
            near(band[9 - year as usize].1, axis.y(at(high)), "high edge");
        }
    }
    for (n, mark) in scene.marks.iter().enumerate() {
        let yearly = [231_500.0, 247_000.0][n % 2];
        near(mark.py, axis.y(yearly * (n as f64 / 2.0).floor() + yearly), &mark.label);
    }
    // Northwind after four years: 926,000, −18 % and +27 %; Fjord 988,000, −8 % and +12 %.
    assert_eq!(
        scene.alt,
        "Worth over 4 years, in 8 of 10 futures: Fjord $908,960 to $1,106,560 (median $988,000) and Northwind $759,320 \
         to $1,176,020 (median $926,000)."
    );
    assert_eq!(scene.table.rows.len(), 8);
    assert_eq!(scene.table.rows[0][1..], ["$189,830", "$210,665", "$231,500", "$252,335", "$294,005"]);
}

#[test]
fn dots_can_be_counted_on_each_side_of_zero() {
    for size in [(240, 120), (640, 288), (1100, 288)] {
        let difference = difference();
        let scene = chart::dots(&difference, NAMES, Currency::USD, canvas(size.0, size.1, Theme::Light));
        assert_eq!(scene.marks.len(), 50);
        let left = scene.marks.iter().filter(|m| m.series == "Fjord better");
        let right = scene.marks.iter().filter(|m| m.series == "Northwind better");
        let (left_end, right_start) =
            (left.clone().map(|m| m.px).fold(0.0, f64::max), right.clone().map(|m| m.px).fold(1e9, f64::min));
        assert_eq!((left.count(), right.count()), (17, 33));
        assert!(left_end < right_start, "no column holds both signs");
        assert!(scene.marks.windows(2).all(|m| m[0].px <= m[1].px), "columns rise with the difference");
        // Filled discs are the first offer's; a hollow one is two discs.
        let doc = Document::parse(&scene.svg).expect("well-formed");
        let (r, g, b) = palette(Theme::Light).accent;
        let filled = format!("#{r:02x}{g:02x}{b:02x}");
        let discs = |fill: &str| {
            doc.descendants().filter(|n| n.has_tag_name("circle") && n.attribute("fill") == Some(fill)).count()
        };
        assert_eq!((discs(&filled), discs("#fbfaf7")), (33, 17));
        if size.0 > 400 {
            assert!(scene.svg.contains(">Northwind better: 33 of 50<"), "{}", scene.svg);
            assert!(scene.svg.contains(">Fjord better: 17 of 50<"));
        }
        // Dots do not lie on each other where there is room.
        if size.1 > 200 {
            let across = 2.0
                * doc
                    .descendants()
                    .filter_map(|n| n.attribute("r"))
                    .filter_map(|r| r.parse::<f64>().ok())
                    .fold(0.0, f64::max);
            for (i, a) in scene.marks.iter().enumerate() {
                for b in &scene.marks[i + 1..] {
                    assert!((a.px - b.px).hypot(a.py - b.py) >= across, "{a:?} {b:?}");
                }
            }
        }
    }
    let scene = chart::dots(&difference(), NAMES, Currency::USD, canvas(640, 288, Theme::Light));
    // Dot 17: from the middle 2 × 17 − 33 = 1, so 900 + 2; path 17 × 7919 mod 10,000, counted from 1.
    let mark = &scene.marks[17];
    assert_eq!((mark.value.as_str(), mark.index), ("+$902, future 4624", 17));
    // Dot 0: −33 × 900 − 2 × 33³; dot 49: 65 × 900 + 2 × 65³.
    assert_eq!(
        scene.alt,
        "Northwind is worth more than Fjord in 33 of 50 equally likely futures; the difference runs from −$101,574 to \
         +$607,750."
    );
}

#[test]
fn dots_at_zero_belong_to_neither_side() {
    let dots = [-3_i64, -1, 0, 0, 2].iter().zip(0..).map(|(x, path)| Dot { difference: d(*x), path }).collect();
    let difference = Difference { dots, probability: 0.4, probability_error: 0.0 };
    let scene = chart::dots(&difference, NAMES, Currency::USD, canvas(640, 288, Theme::Light));
    assert!(scene.alt.contains("in 1 of 5 equally likely futures, and the same in 2;"), "{}", scene.alt);
    assert_eq!(scene.marks[2].series, "Worth the same");
    assert!(scene.marks[1].px < scene.marks[2].px && scene.marks[3].px < scene.marks[4].px);
}

#[test]
fn leaving_shows_the_cliff_and_who_is_ahead_since_when() {
    let scene = chart::leaving(&two().leaving, Currency::USD, canvas(640, 288, Theme::Light));
    let doc = Document::parse(&scene.svg).expect("well-formed");
    let axis = Axis::read(&doc);
    for mark in scene.marks.iter().filter(|m| m.series == "Northwind") {
        let month = i64::from(mark.index) + 1;
        let vested = if month >= 12 { 42_000 + (month - 12) / 3 * 3_500 } else { 0 };
        near(mark.py, axis.y((13_400 * month + vested) as f64), &mark.label);
        near(mark.px, scene.plot.x + scene.plot.width * month as f64 / 48.0, &mark.label);
    }
    // At 48: Northwind 643,200 + 42,000 + 12 × 3,500; Fjord 744,000 + 9,000 + 12 × 750. Fjord's 2,100 more a month and
    // 750 each quarter against 33,000 + 2,750 a quarter more vested: 2,100 m > 33,000 + 2,750 × ⌊(m − 12) ÷ 3⌋ first
    // holds for good at 19 (39,900 > 38,500), as 18 fails (37,800 < 38,500).
    assert_eq!(
        scene.alt,
        "Leaving after 48 months, Fjord has come to most, $762,000, ahead of Northwind with $727,200; it is ahead for \
         good from month 19."
    );
    assert_eq!(scene.table.rows.len(), 49, "each month, and the mean at the chance of leaving");
    // 15,500 × 48 × ¾; none stated for the other.
    assert_eq!(scene.table.rows[48], ["At your chance of leaving", "none", "$558,000"]);
    assert!(["12 mo", "24 mo", "36 mo", "48 mo"].iter().all(|tick| scene.svg.contains(&format!(">{tick}<"))));
}

#[test]
fn bars_reach_from_the_low_value_to_the_high_one() {
    for size in [(640, 288), (1100, 288)] {
        let scene = chart::swings(&five(), NAMES, Currency::USD, canvas(size.0, size.1, Theme::Light));
        assert_eq!(scene.marks.len(), 10);
        // Pixels for each dollar from the first bar: −148,000 to 262,000.
        let per_dollar = (scene.marks[1].px - scene.marks[0].px) / 410_000.0;
        let zero = scene.marks[0].px + 148_000.0 * per_dollar;
        let ends = [-148_000.0, 262_000.0, 64_000.0, -38_000.0, 12_000.0, 46_000.0, 21_000.0, 29_000.0];
        for (mark, end) in scene.marks.iter().zip(ends) {
            near(mark.px, zero + per_dollar * end, &mark.label);
        }
        let doc = Document::parse(&scene.svg).expect("well-formed");
        // The bars over zero are in the accent colour: the first two.
        let (r, g, b) = palette(Theme::Light).accent;
        let fill = format!("#{r:02x}{g:02x}{b:02x}");
        let strong: Vec<f64> = doc
            .descendants()
            .filter(|n| n.has_tag_name("rect") && n.attribute("fill") == Some(&fill))
            .map(|n| number(n, "x"))
            .collect();
        assert_eq!(strong.len(), 2);
        near(strong[0], scene.marks[0].px, "left end");
        near(strong[1], scene.marks[3].px, "left end");
        for text in [
            "−35\u{a0}%",
            "+62\u{a0}%",
            "12\u{a0}mo",
            "flips at +38\u{a0}%",
            "flips at 18\u{a0}mo and 31\u{a0}mo",
            "never within range",
        ] {
            assert!(scene.svg.contains(&format!(">{text}<")), "{text} {}", scene.svg);
        }
    }
    let scene = chart::swings(&five(), NAMES, Currency::USD, canvas(640, 288, Theme::Light));
    assert_eq!(
        scene.alt,
        "Share price change a year moves the difference between Northwind and Fjord most: from −$148,000 at −35\u{a0}% to \
         +$262,000 at 62\u{a0}%; it flips the answer at 38\u{a0}%."
    );
    assert_eq!(
        scene.table.rows[1],
        [
            "Months you stay",
            "12\u{a0}months",
            "+$64,000",
            "48\u{a0}months",
            "−$38,000",
            "18\u{a0}months and 31\u{a0}months",
            "1\u{a0}month to 48\u{a0}months"
        ]
    );
}

#[test]
fn the_line_of_equal_worth_passes_through_its_points() {
    let map = map();
    let scene = chart::break_even(&map, NAMES, Currency::USD, canvas(640, 288, Theme::Light));
    let doc = Document::parse(&scene.svg).expect("well-formed");
    let ink = palette(Theme::Light).ink;
    let fill = format!("#{:02x}{:02x}{:02x}", ink.0, ink.1, ink.2);
    let path = doc
        .descendants()
        .find(|n| n.has_tag_name("path") && n.attribute("stroke") == Some(&fill))
        .and_then(|n| n.attribute("d"))
        .expect("a line");
    let corners: Vec<(f64, f64)> = path
        .split(['M', 'L'])
        .filter(|p| !p.is_empty())
        .map(|p| p.split_once(' ').expect("x y"))
        .map(|(x, y)| (x.parse().expect("x"), y.parse().expect("y")))
        .collect();
    assert!(map.line.len() >= 8);
    for [x, y] in &map.line {
        let px = scene.plot.x + scene.plot.width * (x - 1.0) / 47.0;
        let py = scene.plot.y + scene.plot.height * (100.0 - y) / 150.0;
        let nearest = corners.iter().map(|c| (c.0 - px).hypot(c.1 - py)).fold(f64::INFINITY, f64::min);
        assert!(nearest <= 0.6, "{x} {y}: {nearest} px off");
    }
    // Northwind is worth more to the right of x = 24 + 0.32 (y − 20): its fill there, and the other's to the left.
    let fills: Vec<_> = doc.descendants().filter(|n| n.has_tag_name("rect")).collect();
    let at = |x: f64, y: f64| {
        let px = scene.plot.x + scene.plot.width * (x - 1.0) / 47.0;
        let py = scene.plot.y + scene.plot.height * (100.0 - y) / 150.0;
        let over = |n: &roxmltree::Node<'_, '_>| {
            let (left, top) = (number(*n, "x"), number(*n, "y"));
            left <= px && px <= left + number(*n, "width") && top <= py && py <= top + number(*n, "height")
        };
        fills.iter().rev().find(|n| over(n)).and_then(|n| n.attribute("fill")).expect("a fill").to_owned()
    };
    assert_eq!(at(40.0, 20.0), at(26.0, 21.0));
    assert_eq!(at(4.0, 20.0), at(22.0, 19.0));
    assert_ne!(at(40.0, 20.0), at(4.0, 20.0));
    assert!(scene.svg.contains(">Northwind better<") && scene.svg.contains(">Fjord better<"), "{}", scene.svg);
    assert!(scene.svg.contains(">Share price change a year, %<") && scene.svg.contains(">Months you stay<"));
    // x = 1, y = −50: 5,000 × −23 + 1,600 × 70 = −3,000.
    assert_eq!(scene.marks[0].value, "Fjord better by $3,000");
    assert_eq!((scene.table.rows.len(), scene.table.columns.len()), (9, 10));
}

#[test]
fn figures_after_tax_are_not_called_before_tax() {
    let mut figures = three();
    let said = |figures: &_| chart::total_value(figures, canvas(640, 288, Theme::Light)).alt;
    assert!(said(&figures).contains("worth most before tax over 4 years"));
    for offer in &mut figures.offers {
        offer.taxes.push(taxed());
        for year in &mut offer.years {
            // A component that tax has made negative.
            year.tiers[1] = d(-31_000);
            year.total = year.tiers.iter().sum();
        }
    }
    let scene = chart::total_value(&figures, canvas(640, 288, Theme::Light));
    sound("after tax", &scene);
    assert!(scene.alt.contains("worth most after tax over 4 years"), "{}", scene.alt);
    let range = chart::range(&figures, canvas(640, 288, Theme::Light)).alt;
    assert!(range.starts_with("Worth after tax over 4 years"), "{range}");
    figures.offers[1].taxes.clear();
    assert!(said(&figures).contains("worth most over 4 years"), "one offer without tax: nothing is claimed of all");
}
