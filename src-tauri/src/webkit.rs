//! What the Linux web view is told before it starts.

/// Chooses the drawing path that works on every graphics driver, unless the person has chosen.
///
/// WebKitGTK's DMA-BUF renderer leaves the window blank with some NVIDIA drivers and under virtual screens; the older
/// path is as quick for pages as light as ours. Its processes read the variable from the environment. It is set
/// through GLib, at the head of `main` while there is one thread only; starting the program again with the variable
/// set would load the web view's libraries twice.
#[cfg(target_os = "linux")]
pub fn prepare() {
    // It fails for malformed names only, and this name is a constant.
    let _ = gtk::glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false);
}

/// Other systems' web views need nothing.
#[cfg(not(target_os = "linux"))]
pub fn prepare() {}
