//! The desktop lane: the real binary in a real window, driven as a person would.
//!
//! Kept small on purpose. What can be shown without a window is shown elsewhere; here is only what needs one: that
//! the embedded page starts, that keys and the pointer reach it, that the content policy holds, and that what was
//! entered is there after the process was killed. It needs a screen and a message bus around it, which
//! `cargo xtask test` brings. Start reading at `smoke.rs`.

mod driver;
mod harness;
mod latency;
mod smoke;
