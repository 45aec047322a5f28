//! How long a moved slider takes to show its answer, in the real window. Run by `cargo xtask bench slider`.
//!
//! **What is measured.** On the sample case a key moves the slider of the stay by a month. The clock starts with the
//! `input` event's own time stamp and stops two frames after the first change of words in the table of *Compare*, when
//! the picture with the new figures has been handed to the screen. The answer before it is awaited each time, so
//! that no move rides on another's. Everything in between is real: the edit, the way to Rust and back, 10,000
//! futures, the table and the chart.

use crate::driver::{Session, key};
use crate::harness::Desktop;
use serde_json::{Value, json};

/// Moves that are thrown away: the first of them fetch views and parameters.
const WARM: usize = 5;
const MOVES: usize = 60;
const ARROW_LEFT: char = '\u{E012}';
const ARROW_RIGHT: char = '\u{E014}';

/// Listens in the page. It only looks: the moves themselves are real keys.
const WATCH: &str = "
    const times = window.sliderTimes = [];
    let began = null;
    addEventListener('input', (event) => { began ??= event.timeStamp; }, true);
    new MutationObserver((changes) => {
        const answered = changes.some(({ target }) =>
            (target.nodeType === 1 ? target : target.parentElement)?.closest('[data-testid=comparison]'));
        if (began === null || !answered) return;
        const from = began;
        began = null;
        requestAnimationFrame(() => requestAnimationFrame(() => times.push(performance.now() - from)));
    }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
";

#[test]
#[ignore = "a measurement: cargo xtask bench slider"]
fn slider_to_repaint() {
    let data = tempfile::tempdir().expect("a folder for the library");
    let desktop = Desktop::open(data.path());
    let page = &desktop.page;
    page.wait("the first start", |page| page.text("[data-testid=door-sample]"));
    page.press(['3']);
    page.wait("the headline", |page| page.text("[data-testid=headline]"));
    page.wait("the slider", |page| page.text("[data-testid=slider-stayMonths]"));
    let focused = (0..80).any(|_| {
        page.press([key::TAB]);
        page.look("return document.activeElement.matches('[data-testid=slider-stayMonths] input[type=range]')")
            == json!(true)
    });
    assert!(focused, "the slider cannot be reached with Tab");
    page.look(WATCH);

    for step in 0..WARM + MOVES {
        page.press([if step % 20 < 10 { ARROW_LEFT } else { ARROW_RIGHT }]);
        page.wait("the answer", |page| (taken(page).len() > step).then_some(()));
    }
    let mut times = taken(page).split_off(WARM);
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!("\n| slider to repaint | median ms | p95 ms | most ms |\n|---|---|---|---|");
    println!("| the stay, sample case, {MOVES} moves | {:.0} | {:.0} | {:.0} |", at(0.5), at(0.95), at(1.0));
}

fn taken(page: &Session) -> Vec<f64> {
    let Value::Array(times) = page.look("return window.sliderTimes") else { return Vec::new() };
    times.iter().filter_map(Value::as_f64).collect()
}
