//! What only a real window can prove.

use crate::driver::{Point, Session, key};
use crate::harness::Desktop;
use serde_json::{Value, json};

#[test]
fn the_content_policy_blocks_foreign_script_and_nothing_of_ours() {
    let data = tempfile::tempdir().expect("a folder for the library");
    let desktop = Desktop::open(data.path());
    let page = &desktop.page;
    page.wait("the page", |page| page.text("main"));
    assert_eq!(page.look("return window.policyViolations"), json!([]), "the page breaks its own policy");

    // Each attempt returns what it achieved; `null` and an error name mean it was stopped.
    let attempts = page.look(
        "const inline = document.createElement('script');
         inline.textContent = 'window.inlineRan = true';
         document.body.append(inline);
         const refused = (attempt) => { try { return attempt(); } catch (error) { return error.name; } };
         return {
            inline: window.inlineRan ?? null,
            eval: refused(() => (0, eval)('1 + 1')),
            constructed: refused(() => new Function('return 1')()),
            globalTauri: typeof window.__TAURI__,
            frozenPrototype: Object.isFrozen(Object.prototype),
         }",
    );
    assert_eq!(
        attempts,
        json!({
            "inline": null, "eval": "EvalError", "constructed": "EvalError",
            "globalTauri": "undefined", "frozenPrototype": true,
        })
    );
    // The same collector that stayed empty above now holds the attempts: it does see violations.
    page.wait("the report of the violations", |page| {
        let seen = page.look("return window.policyViolations.length");
        (seen.as_u64()? >= 3).then_some(())
    });
}

#[test]
fn two_offers_entered_by_keyboard_are_compared_and_survive_a_kill() {
    let data = tempfile::tempdir().expect("a folder for the library");
    let desktop = Desktop::open(data.path());
    let page = &desktop.page;

    // The first door of the first start is one key away; from there on Tab, letters and Ctrl+Enter only.
    page.wait("the first start", |page| page.text("[data-testid=door-twoOffers]"));
    page.press(['1']);
    enter_offer(page, 0, "Northwind", "210000");
    page.press_with(key::CONTROL, key::ENTER);
    enter_offer(page, 1, "Fjord", "230000");
    page.press_with(key::CONTROL, key::ENTER);

    // By hand: $20,000 a year more, for the four years a new case looks ahead, and nothing else in either letter.
    let headline = page.wait("the headline", |page| page.text(HEADLINE));
    assert!(headline.contains("Fjord is worth $80,000 more than Northwind"), "{headline}");

    let slider = "[data-testid=slider-stayMonths] input[type=range]";
    let (from, to) = page.wait("the slider of the stay", |page| page.corners(slider));
    let middle = f64::midpoint(from.y, to.y);
    let start = Point { x: handle(page, slider, from.x, to.x), y: middle };
    page.drag(start, Point { x: f64::midpoint(from.x, to.x), y: middle });
    let months = number(page.property(slider, "value").expect("the slider stays")).expect("a number");
    assert!((2.0..48.0).contains(&months), "the slider was let go at {months} months");
    // By hand again: $20,000 a year for as many months as the slider now says.
    let figure = dollars(20_000.0 * months / 12.0);
    let headline = page.wait(&figure, |page| page.text(HEADLINE).filter(|text| text.contains(&figure)));

    page.wait("the word that it is saved", |page| page.text(SAVED).filter(|text| text == "Saved"));
    assert_eq!(page.look("return window.policyViolations"), json!([]), "the page breaks its own policy");
    desktop.kill();
    drop(desktop);

    let desktop = Desktop::open(data.path());
    let page = &desktop.page;
    let again = page.wait("the headline after the kill", |page| page.text(HEADLINE));
    assert_eq!(again, headline);
    page.press(['2']);
    for (offer, company, base) in [(0, "Northwind", "210000"), (1, "Fjord", "230000")] {
        if offer > 0 {
            page.press_with(key::CONTROL, key::ENTER);
        }
        page.wait(company, |page| page.property(&field(offer, "company"), "value").filter(|value| value == company));
        let kept = page.property(&field(offer, "base"), "value").expect("the field is there");
        assert_eq!(kept.as_str().map(digits).as_deref(), Some(base), "{company}");
    }
}

const HEADLINE: &str = "[data-testid=headline]";
const SAVED: &str = "[data-testid=saved-state]";

/// The field of an offer, by the path that findings give it.
fn field(offer: usize, name: &str) -> String {
    format!("[name=\"offers/{offer}/{name}\"]")
}

/// Types an offer's company and base pay into their fields, reached with Tab.
fn enter_offer(page: &Session, offer: usize, company: &str, base: &str) {
    page.wait("the form of the offer", |page| page.text(&field(offer, "company")));
    for (name, text) in [("company", company), ("base", base)] {
        tab_to(page, &field(offer, name));
        page.press(text.chars());
    }
}

/// Presses Tab until the element that matches has the focus, once round the page at most.
fn tab_to(page: &Session, css: &str) {
    for _ in 0..80 {
        if page.look(&format!("return document.activeElement.matches({})", json!(css))) == json!(true) {
            return;
        }
        page.press([key::TAB]);
    }
    panic!("{css} cannot be reached with Tab");
}

/// Where the handle of a slider is, between the slider's ends.
fn handle(page: &Session, slider: &str, left: f64, right: f64) -> f64 {
    let part = |name: &str| number(page.property(slider, name).expect("the slider is there")).expect("a number");
    let (value, min, max) = (part("value"), part("min"), part("max"));
    // The handle is as wide as it is high and stays inside: its centre runs between half its width from either end.
    const RADIUS: f64 = 6.0;
    left + RADIUS + (right - left - 2.0 * RADIUS) * (value - min) / (max - min)
}

fn number(value: Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// Whole dollars with separated thousands, as the headline writes them.
fn dollars(amount: f64) -> String {
    let whole = format!("{amount:.0}");
    let (thousands, rest) = whole.split_at(whole.len() - 3);
    format!("${thousands},{rest} ")
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
