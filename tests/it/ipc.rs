//! The one door between the page and Rust, on a runtime without a window: what passes, what is refused, and in which
//! shape the page gets it. Permissions and configuration are the real ones.

use counterweight::library::Library;
use counterweight_app::{Code, ErrorBody, Host};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

/// A page over this library, in the window `label`.
struct Page {
    window: WebviewWindow<MockRuntime>,
    // The window ends with its application.
    _app: App<MockRuntime>,
}

impl Page {
    fn open(label: &str, library: Arc<Library>) -> Self {
        let app = counterweight::assemble(mock_builder(), library)
            .build(counterweight::context())
            .expect("the application is put together");
        let window = WebviewWindowBuilder::new(&app, label, Default::default()).build().expect("a window");
        Self { window, _app: app }
    }

    /// Calls a Tauri command as the page does.
    fn invoke(&self, command: &str, body: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().expect("a URL"),
            body: InvokeBody::Json(body),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().expect("the answer is JSON"))
    }

    fn rpc(&self, name: &str, request: Value) -> Result<Value, Value> {
        self.invoke("rpc", json!({ "name": name, "request": request }))
    }
}

/// A machine that keeps its library in this folder.
struct Folder(PathBuf);

impl Host for Folder {
    fn data_dir(&self) -> Result<PathBuf, ErrorBody> {
        Ok(self.0.clone())
    }
}

fn library_in(folder: &Path) -> Arc<Library> {
    let folder = folder.to_path_buf();
    Library::opening(move || counterweight_app::App::open(Folder(folder.clone())))
}

fn refused() -> ErrorBody {
    ErrorBody {
        code: Code::LibraryRefused,
        message: "The library is from a newer version.".to_owned(),
        field: None,
        hint: Some("Nothing in it was changed.".to_owned()),
    }
}

#[test]
fn a_library_that_cannot_be_opened_answers_every_command_with_the_reason() {
    let page = Page::open("main", Library::opening(|| Err(refused())));
    let expected = json!({
        "code": "libraryRefused",
        "message": "The library is from a newer version.",
        "field": null,
        "hint": "Nothing in it was changed.",
    });
    for name in ["library_state", "catalogue", "no_such_command"] {
        assert_eq!(page.rpc(name, json!({})), Err(expected.clone()), "{name}");
    }
    // The window's own word does not need a library: a refusal must be seen, so the window must be shown.
    assert_eq!(page.rpc("window_painted", Value::Null), Ok(Value::Null));
}

#[test]
fn a_malformed_call_never_reaches_the_table() {
    let page = Page::open("main", Library::opening(|| Err(refused())));
    for body in [json!({}), json!({ "name": "catalogue" }), json!({ "name": 7, "request": {} })] {
        let answer = page.invoke("rpc", body.clone()).expect_err("the call lacks a part");
        assert!(answer.as_str().is_some_and(|text| text.contains("rpc")), "{body} was answered {answer}");
    }
}

#[test]
fn the_page_may_call_the_one_command_from_the_one_window() {
    let page = Page::open("main", Library::opening(|| Err(refused())));
    for command in
        ["plugin:dialog|open", "plugin:window-state|restore_state", "plugin:event|emit", "plugin:app|version"]
    {
        assert!(page.invoke(command, json!({})).is_err(), "{command} is open to the page");
    }
    let other = Page::open("other", Library::opening(|| Err(refused())));
    let answer = other.rpc("catalogue", json!({})).expect_err("another window has no permission");
    assert!(answer.as_str().is_some_and(|text| text.contains("not allowed")), "{answer}");
}

#[test]
fn the_probe_is_off_unless_the_bench_asks_for_it() {
    let page = Page::open("main", Library::opening(|| Err(refused())));
    assert_eq!(page.rpc("probe_key", Value::Null).expect_err("no such command")["code"], "libraryRefused");
}

#[test]
fn a_command_of_the_table_is_answered_and_what_it_wrote_is_there_for_the_next_program() {
    let folder = tempfile::tempdir().expect("a folder for the library");
    let library = library_in(folder.path());
    let first = Page::open("main", Arc::clone(&library));
    assert_eq!(first.rpc("library_state", json!({})).expect("the library opens")["cases"], json!([]));
    let made = first.rpc("case_create", json!({ "template": "sample" })).expect("a case is made");
    library.close();
    assert_eq!(first.rpc("library_state", json!({})).expect_err("it is closed")["code"], "libraryRefused");

    let second = Page::open("main", library_in(folder.path()));
    let opened = second.rpc("case_open", json!({ "id": made["id"] })).expect("the case is there");
    assert_eq!(opened["case"], made["case"]);
}

#[test]
fn what_the_table_does_not_know_is_refused_in_one_shape() {
    let folder = tempfile::tempdir().expect("a folder for the library");
    let page = Page::open("main", library_in(folder.path()));
    let cases = [
        ("no_such_command", json!({})),
        ("", json!({})),
        ("library_state; case_delete", json!({})),
        ("library_state", json!({ "surprise": 1 })),
        ("case_create", json!({ "template": "noSuchTemplate" })),
        ("case_open", Value::Null),
    ];
    for (name, request) in cases {
        let error = page.rpc(name, request).expect_err("it must be refused");
        let mut parts: Vec<&str> = error.as_object().expect("an object").keys().map(String::as_str).collect();
        parts.sort_unstable();
        assert_eq!(parts, ["code", "field", "hint", "message"], "{name}");
        assert_eq!(error["code"], "badRequest", "{name}: {error}");
        assert!(error["message"].as_str().is_some_and(|text| text.ends_with('.')), "{name}: {error}");
    }
}
