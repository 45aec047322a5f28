//! What strangers put into names, sizes and amounts.

use crate::figures::{d, negative, offer, plan, three};
use crate::{THEMES, canvas, every};
use counterweight_domain::Currency;
use counterweight_domain::offer::OfferKind;
use counterweight_engine::comparison::Band;
use counterweight_report::chart;
use counterweight_report::scene::{Scene, Theme};
use roxmltree::Document;
use rust_decimal::Decimal;

const ELEMENTS: [&str; 6] = ["svg", "rect", "path", "polygon", "circle", "text"];
const ATTRIBUTES: [&str; 20] = [
    "width",
    "height",
    "viewBox",
    "font-family",
    "role",
    "aria-label",
    "x",
    "y",
    "fill",
    "fill-opacity",
    "d",
    "stroke",
    "stroke-width",
    "points",
    "cx",
    "cy",
    "r",
    "font-size",
    "font-weight",
    "text-anchor",
];

/// Well-formed, small, and nothing in it but shapes and text with presentation attributes.
pub fn sound(name: &str, scene: &Scene) {
    let doc = Document::parse(&scene.svg).unwrap_or_else(|e| panic!("{name}: {e}\n{}", &scene.svg[..400]));
    for node in doc.descendants().filter(roxmltree::Node::is_element) {
        assert!(ELEMENTS.contains(&node.tag_name().name()), "{name}: {:?}", node.tag_name());
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{name}: {attribute:?}");
            let value = attribute.value();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{name}: {attribute:?}");
        }
    }
    assert!(!scene.svg.contains("<script") && !scene.svg.contains("<!"), "{name}");
    assert!(scene.svg.len() < 400_000, "{name}: {} bytes", scene.svg.len());
    let words = scene.alt.len() + scene.marks.iter().map(|m| m.series.len() + m.value.len()).sum::<usize>();
    assert!(words < 100_000, "{name}: {words} bytes of words");
    assert_eq!(doc.root_element().attribute("aria-label"), Some(scene.alt.as_str()), "{name} reads its sentence");
}

#[test]
fn names_cannot_break_out() {
    let names = [
        "</text><script>alert(1)</script>".to_owned(),
        "\" onload=\"alert(1)\" style=\"x".to_owned(),
        "]]><!--&amp;&#0;".to_owned(),
        "x".repeat(240_000),
        "𝕏".repeat(240_000),
        "\u{0}\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{85}\u{fffe}\u{ffff}".to_owned(),
        "\u{202e}drawkcab\u{202c} \u{2066}x".to_owned(),
        "חברה בעמ עם שם ארוך מאוד שלא נכנס בשום תווית".to_owned(),
        "a\u{301}".repeat(500),
        "🏳️‍🌈👩‍👩‍👧‍👦 株式会社".to_owned(),
        String::new(),
    ];
    for hostile in &names {
        let mut figures = three();
        figures.offers[1].name.clone_from(hostile);
        figures.offers[2].name.clone_from(hostile);
        let mut plan = plan();
        plan.name.clone_from(hostile);
        for theme in THEMES {
            for size in [(240, 120), (720, 300)] {
                for (name, scene) in every(&figures, &plan, canvas(size.0, size.1, theme)) {
                    sound(name, &scene);
                    assert!(scene.marks.iter().all(|m| m.series.chars().count() <= 90), "{name}: names are shortened");
                }
            }
        }
        // Two offers of one name stay two series.
        let scene = chart::total_value(&figures, canvas(720, 300, Theme::Light));
        let (one, other) = (&scene.marks[1].series, &scene.marks[2].series);
        assert!(!one.is_empty() && one != other, "{one:?} {other:?}");
    }
}

#[test]
fn a_markup_name_is_shown_as_it_is() {
    let mut figures = three();
    figures.offers[2].name = "<b>&'\"".to_owned();
    let scene = chart::total_value(&figures, canvas(720, 300, Theme::Light));
    let doc = Document::parse(&scene.svg).expect("well-formed");
    assert!(doc.descendants().any(|n| n.text() == Some("<b>&'\"")), "{}", scene.svg);
}

#[test]
fn canvases_are_bounded() {
    for (asked, given) in [
        ((0, 0), (240, 120)),
        ((239, 119), (240, 120)),
        ((240, 3000), (240, 3000)),
        ((4000, 120), (4000, 120)),
        ((u32::MAX, u32::MAX), (4000, 3000)),
    ] {
        let mut empty = three();
        empty.offers.clear();
        for figures in [three(), negative(), empty] {
            for (name, scene) in every(&figures, &plan(), canvas(asked.0, asked.1, Theme::Light)) {
                assert_eq!((scene.width, scene.height), given, "{name}");
                sound(name, &scene);
            }
        }
    }
}

#[test]
fn nothing_to_draw_is_a_scene_that_says_so() {
    let mut none = three();
    none.offers.clear();
    none.futures.offers.clear();
    let mut plan = plan();
    plan.budget = None;
    plan.routes.cloud = None;
    plan.routes.buy = None;
    plan.routes.rent = None;
    plan.routes.hybrid = None;
    for (name, scene) in every(&none, &plan, canvas(720, 300, Theme::Dark)) {
        sound(name, &scene);
        assert!(scene.marks.is_empty() && scene.table.rows.is_empty(), "{name}");
        assert!(scene.alt.ends_with('.'), "{name}: {}", scene.alt);
    }
    // An offer without a year, and one that cannot be valued.
    let mut figures = three();
    figures.offers = vec![offer("Bare", OfferKind::Offer, 0, &[])];
    sound("bare", &chart::total_value(&figures, canvas(720, 300, Theme::Light)));
    let mut figures = three();
    figures.offers[1].valued = false;
    let scene = chart::total_value(&figures, canvas(720, 300, Theme::Light));
    assert!(scene.alt.ends_with("Not drawn, because it cannot be valued: Northwind."), "{}", scene.alt);
    assert!(scene.marks.iter().all(|m| m.series != "Northwind"));
    // Fjord keeps the second colour although the first is not on the sheet.
    assert!(scene.svg.contains("#c24e00") && !scene.svg.contains("#0072b2"), "{}", scene.svg);
}

#[test]
fn the_largest_and_smallest_amounts_are_drawn() {
    for amount in [Decimal::MAX, Decimal::MIN, Decimal::new(1, 28), Decimal::ZERO] {
        let mut figures = three();
        figures.currency = Currency::from_code("KWD").expect("the dinar");
        for offer in &mut figures.offers {
            offer.total = amount;
            for year in &mut offer.years {
                year.tiers = [amount, amount, -amount];
                year.total = amount;
                year.cumulative = amount;
            }
        }
        for futures in &mut figures.futures.offers {
            futures.cumulative.iter_mut().for_each(|b| *b = Band { p10: -amount, p50: d(0), p90: amount });
        }
        let mut plan = plan();
        if let Some(budget) = &mut plan.budget {
            budget.claimed = amount;
            budget.breakage = -amount;
            budget.counted = -amount;
            for month in &mut budget.balance {
                month.available = amount;
                month.left = -amount;
                month.left_band = Band { p10: -amount, p50: d(0), p90: amount };
            }
        }
        for (name, scene) in every(&figures, &plan, canvas(720, 300, Theme::Light)) {
            sound(name, &scene);
        }
    }
}
