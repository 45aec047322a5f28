//! The window: made hidden in the colour of the theme, shown when the page has painted, kept where it was left.
//!
//! Shown at once, a web view flashes white for a third of a second before the page comes; shown when the page's first
//! byte is there, it loses half a second in every other start, in which WebKitGTK waits for a first picture. So the page
//! calls `window_painted` when its first view stands; should that word never come, a timer shows the window all the
//! same, because a window with a fault in it can be read and a hidden one cannot.

use crate::{host, probe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tauri::plugin::TauriPlugin;
use tauri::window::Color;
use tauri::{AppHandle, CloseRequestApi, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::StateFlags;

const LABEL: &str = "main";

/// The paper of the light theme and of the dark one, as in the page's own style sheet.
const PAPER: Color = Color(0xfb, 0xfa, 0xf7, 0xff);
const PAPER_DARK: Color = Color(0x14, 0x17, 0x1a, 0xff);

/// A driver reaches the page after it has loaded; what its content policy blocked before then is kept for it.
const COLLECT_VIOLATIONS: &str = "window.policyViolations = [];
    addEventListener('securitypolicyviolation', (event) => {
        window.policyViolations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile}`);
    });";

/// How long the window waits for the page before it shows itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a closing window waits for the page to write what was typed last.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Asks the page to write what is not written yet. Whoever has something to write listens for `closing` and hands a
/// promise to `event.detail`; the window closes when all of them are settled.
const CLOSING: &str = "(async () => {
    const work = [];
    dispatchEvent(new CustomEvent('closing', { detail: (promise) => work.push(promise) }));
    await Promise.allSettled(work);
    await window.__TAURI_INTERNALS__.invoke('rpc', { name: 'window_may_close', request: null });
})()";

/// What the window has been through.
#[derive(Default)]
pub struct Life {
    is_shown: AtomicBool,
    is_painted: AtomicBool,
    is_closing: AtomicBool,
}

/// Makes the window, still hidden.
///
/// # Errors
/// When the system has no web view or no screen.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let config = app.config().app.windows.iter().find(|window| window.label == LABEL);
    let config = config.expect("the configuration has the main window").clone();

    let mut builder = WebviewWindowBuilder::from_config(app, &config)?.on_navigation(is_ours);
    if let Some(folder) = host::web_driver_folder() {
        // WebKitGTK cannot be driven in a private session; the driven one keeps its storage in the test's folder.
        builder = builder.incognito(false).data_directory(folder).initialization_script(COLLECT_VIOLATIONS);
    }
    if let Some(script) = probe::script() {
        builder = builder.initialization_script(script);
    }
    let window = builder.build()?;
    window.set_background_color(Some(if is_dark(&window) { PAPER_DARK } else { PAPER }))?;

    let handle = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            close_in_peace(&handle, api);
        }
    });
    let handle = app.clone();
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        show(&handle);
    });
    Ok(())
}

/// Whether the desktop is dark. The window library has asked the desktop when it made the window and told GTK, so
/// that asking GTK saves a second question on the message bus.
#[cfg(target_os = "linux")]
fn is_dark<R: Runtime>(_: &WebviewWindow<R>) -> bool {
    use gtk::prelude::GtkSettingsExt;
    gtk::Settings::default().is_some_and(|settings| settings.is_gtk_application_prefer_dark_theme())
}

/// Whether the desktop is dark.
#[cfg(not(target_os = "linux"))]
fn is_dark<R: Runtime>(window: &WebviewWindow<R>) -> bool {
    window.theme().is_ok_and(|theme| theme == tauri::Theme::Dark)
}

/// Holds the first request to close until the page has written what was typed last; a second one closes at once.
fn close_in_peace<R: Runtime>(app: &AppHandle<R>, api: &CloseRequestApi) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    if app.state::<Life>().is_closing.swap(true, Ordering::AcqRel) || window.eval(CLOSING).is_err() {
        return;
    }
    api.prevent_close();
    let handle = app.clone();
    std::thread::spawn(move || {
        std::thread::sleep(LAST_WORDS);
        close(&handle);
    });
}

/// Closes the window; the program ends with it.
pub fn close<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // Asking again is what makes the size and place be remembered; by now the answer is yes.
        let _ = window.close();
    }
}

/// Shows the window, the first time it is called.
pub fn show<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Life>().is_shown.swap(true, Ordering::AcqRel) {
        return;
    }
    if let Some(window) = app.get_webview_window(LABEL) {
        // A window that is being closed while it is shown is closed.
        let _ = window.show().and_then(|()| window.set_focus());
    }
}

/// Takes the page's word that its first view stands.
pub fn painted<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Life>().is_painted.store(true, Ordering::Release);
    show(app);
}

/// Whether the page has said that its first view stands.
pub fn is_painted<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.state::<Life>().is_painted.load(Ordering::Acquire)
}

/// Ends this start when the application is running already, and brings that window to the front instead.
///
/// Asking on the message bus takes a good part of the time in which the web view's processes start, so it is asked
/// beside them: the window is hidden that long in any case. With a folder of its own, a start is meant to stand
/// beside others. This is a courtesy, not the lock: the library guards itself.
pub fn defer_to_running<R: Runtime>(app: &AppHandle<R>) {
    if host::has_own_folder() {
        return;
    }
    let app = app.clone();
    std::thread::spawn(move || {
        let plugin = tauri_plugin_single_instance::init(|app, _, _| bring_forward(app));
        if let Err(error) = app.plugin(plugin) {
            eprintln!("Counterweight cannot tell whether it is running already: {error}.");
        }
    });
}

fn bring_forward<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    }
}

/// Remembers size and place; never whether it was visible, or a window closed while hidden would stay away.
pub fn remembered<R: Runtime>() -> TauriPlugin<R> {
    let mut plugin = tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED);
    if let Some(file) = host::window_state_file() {
        plugin = plugin.with_filename(file);
    }
    plugin.build()
}

/// The page stays on its own pages: a link out goes to the browser, through the opener, or nowhere.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => {
            matches!(url.host_str(), Some("tauri.localhost"))
                || (cfg!(dev) && matches!(url.host_str(), Some("127.0.0.1")))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn the_page_cannot_be_led_away() {
        let judge = |text: &str| is_ours(&text.parse().expect("a URL"));
        assert!(judge("tauri://localhost/index.html"));
        assert!(judge("http://tauri.localhost/"));
        for away in [
            "https://example.com/",
            "http://127.0.0.1:9/",
            "file:///etc/passwd",
            "data:text/html,x",
            "https://tauri.localhost.example.com/",
        ] {
            assert!(!judge(away), "{away}");
        }
    }
}
