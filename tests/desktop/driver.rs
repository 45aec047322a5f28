//! A WebDriver client of the few calls this lane needs, over plain HTTP.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The key under which the protocol hands out elements (W3C WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long something the page owes us may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// One session with one window.
pub struct Session {
    base: String,
    agent: ureq::Agent,
}

/// A place in the window, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// Keys that have no character (W3C WebDriver, section 17.4.2).
pub mod key {
    pub const CONTROL: char = '\u{E009}';
    pub const ENTER: char = '\u{E007}';
    pub const TAB: char = '\u{E004}';
}

impl Session {
    /// Starts `binary` through the driver that listens on `port`.
    pub fn start(port: u16, binary: &str) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(60)));
        let agent: ureq::Agent = config.http_status_as_error(false).build().into();
        let driver = format!("http://127.0.0.1:{port}");
        // No browser name: WebKitWebDriver would compare it with its own and refuse.
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "webkitgtk:browserOptions": { "binary": binary, "args": [] }
        }}});
        let begin = Instant::now();
        let answer = loop {
            match agent.post(format!("{driver}/session")).send_json(&wanted) {
                Ok(mut answer) => break answer.body_mut().read_json::<Value>().expect("the driver answers in JSON"),
                Err(_) if begin.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
                Err(error) => panic!("WebKitWebDriver does not answer: {error}"),
            }
        };
        let id = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
        Self { base: format!("{driver}/session/{id}"), agent }
    }

    /// Waits until `look` sees something in the page; `what` names it if it never does.
    pub fn wait<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(seen) = look(self) {
                return seen;
            }
            assert!(begin.elapsed() < PATIENCE, "{what} did not come in {PATIENCE:?}");
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// The text of the first element that matches, if there is one.
    pub fn text(&self, css: &str) -> Option<String> {
        let element = self.find(css)?;
        self.get(&format!("/element/{element}/text"))?.as_str().map(str::to_owned)
    }

    /// A property of the first element that matches, if there is one.
    pub fn property(&self, css: &str, name: &str) -> Option<Value> {
        let element = self.find(css)?;
        self.get(&format!("/element/{element}/property/{name}"))
    }

    /// The rectangle of the first element that matches: its upper left corner and its lower right one.
    pub fn corners(&self, css: &str) -> Option<(Point, Point)> {
        let element = self.find(css)?;
        let rect = self.get(&format!("/element/{element}/rect"))?;
        let side = |name: &str| rect[name].as_f64();
        let first = Point { x: side("x")?, y: side("y")? };
        Some((first, Point { x: first.x + side("width")?, y: first.y + side("height")? }))
    }

    /// What a script returns. For looking only: no test sets a value or calls a handler through it.
    pub fn look(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] })).expect("the script runs")
    }

    /// Presses and releases these keys, one after another, as the keyboard does.
    pub fn press(&self, keys: impl IntoIterator<Item = char>) {
        let keys = keys.into_iter().flat_map(|key| {
            [
                json!({ "type": "keyDown", "value": key.to_string() }),
                json!({ "type": "keyUp", "value": key.to_string() }),
            ]
        });
        self.act(json!({ "type": "key", "id": "keyboard", "actions": keys.collect::<Vec<_>>() }));
    }

    /// Presses a key while another one is held.
    pub fn press_with(&self, held: char, key: char) {
        let step = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
        let steps = [step("keyDown", held), step("keyDown", key), step("keyUp", key), step("keyUp", held)];
        self.act(json!({ "type": "key", "id": "keyboard", "actions": steps }));
    }

    /// Presses the pointer at one place, moves it in steps and lets go at another.
    pub fn drag(&self, from: Point, to: Point) {
        let at = |point: Point, ms: u32| json!({ "type": "pointerMove", "duration": ms, "x": point.x.round(), "y": point.y.round() });
        let half = Point { x: f64::midpoint(from.x, to.x), y: f64::midpoint(from.y, to.y) };
        let steps = [
            at(from, 0),
            json!({ "type": "pointerDown", "button": 0 }),
            at(half, 60),
            at(to, 60),
            json!({ "type": "pointerUp", "button": 0 }),
        ];
        self.act(
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": steps }),
        );
    }

    /// The page as HTML. (A picture would be better, but WebKitGTK never answers when asked for one here.)
    pub fn source(&self) -> Option<String> {
        self.get("/source")?.as_str().map(str::to_owned)
    }

    fn find(&self, css: &str) -> Option<String> {
        let found = self.post("/element", &json!({ "using": "css selector", "value": css }))?;
        found[ELEMENT].as_str().map(str::to_owned)
    }

    fn act(&self, source: Value) {
        self.post("/actions", &json!({ "actions": [source] })).expect("the driver carries out the actions");
    }

    /// The value of an answer, or nothing if the driver answered with an error: an element may come later.
    fn get(&self, path: &str) -> Option<Value> {
        let answer = self.agent.get(format!("{}{path}", self.base)).call().ok()?;
        Self::value(answer)
    }

    fn post(&self, path: &str, body: &Value) -> Option<Value> {
        let answer = self.agent.post(format!("{}{path}", self.base)).send_json(body).ok()?;
        Self::value(answer)
    }

    fn value(mut answer: ureq::http::Response<ureq::Body>) -> Option<Value> {
        if !answer.status().is_success() {
            return None;
        }
        Some(answer.body_mut().read_json::<Value>().ok()?["value"].take())
    }
}
