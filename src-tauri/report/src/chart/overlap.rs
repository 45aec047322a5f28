//! That no words lie on other words, by the widths that charts are laid out with.

use super::text::width;
use crate::scene::{Canvas, Scene, Theme};
use counterweight_domain::Currency;
use outlooks::Outlook;
use roxmltree::Document;

#[path = "../../tests/charts/outlooks.rs"]
mod outlooks;

/// The words of a picture with their boxes: left, top, right, bottom.
fn words(scene: &Scene) -> Vec<(String, [f64; 4])> {
    let doc = Document::parse(&scene.svg).expect("well-formed");
    let texts = doc.descendants().filter(|n| n.has_tag_name("text"));
    let boxed = texts.map(|n| {
        let number = |name: &str| n.attribute(name).and_then(|v| v.parse::<f64>().ok()).expect("a number");
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        let text = n.text().unwrap_or_default();
        let wide = width(text, size);
        let left = match n.attribute("text-anchor") {
            Some("end") => x - wide,
            Some("middle") => x - wide / 2.0,
            _ => x,
        };
        // From the height of capitals to the baseline.
        (text.to_owned(), [left, y - 0.727 * size, left + wide, y])
    });
    boxed.collect()
}

fn check(name: &str, scene: &Scene) {
    let words = words(scene);
    for (n, (text, a)) in words.iter().enumerate() {
        // Widths are those of the semibold weight, so a word may seem a little wider than it is.
        assert!(a[0] >= -1.0 && a[2] <= f64::from(scene.width) + 1.0, "{name}: {text:?} leaves the sheet: {a:?}");
        assert!(a[1] >= 0.0 && a[3] <= f64::from(scene.height), "{name}: {text:?} leaves the sheet: {a:?}");
        for (other, b) in &words[n + 1..] {
            let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
            assert!(apart, "{name} {}x{}: {text:?} {a:?} on {other:?} {b:?}", scene.width, scene.height);
        }
    }
}

fn every(outlook: &Outlook, canvas: Canvas) -> [(&'static str, Scene); 5] {
    let names = [outlook.names[0].as_str(), outlook.names[1].as_str()];
    [
        ("fan", super::fan(&outlook.fans, Currency::USD, canvas)),
        ("dots", super::dots(&outlook.difference, names, Currency::USD, canvas)),
        ("leaving", super::leaving(&outlook.leaving, Currency::USD, canvas)),
        ("swings", super::swings(&outlook.swings, names, Currency::USD, canvas)),
        ("break_even", super::break_even(&outlook.map, names, Currency::USD, canvas)),
    ]
}

#[test]
fn words_keep_apart() {
    let mut one_sided = outlooks::two();
    one_sided.swings.truncate(1);
    one_sided.swings.push(outlooks::swing("Bonus payout", "%", [73.0, 137.0], [-900_000, -20_000], &[], [0.0, 200.0]));
    one_sided.swings.remove(0);
    one_sided.map.ahead.iter_mut().flatten().for_each(|a| *a = -a.abs());
    one_sided.difference.dots.iter_mut().for_each(|d| d.difference = -d.difference.abs());
    for (width, height) in [(640, 288), (1100, 288), (200, 120), (340, 220), (480, 200)] {
        for outlook in [outlooks::two(), outlooks::many(1, 1), outlooks::many(12, 10)] {
            for (name, scene) in every(&outlook, Canvas { width, height, theme: Theme::Light }) {
                check(name, &scene);
            }
        }
        for (name, scene) in every(&one_sided, Canvas { width, height, theme: Theme::Light }) {
            check(name, &scene);
        }
    }
}
