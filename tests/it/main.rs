//! Integration tests that need more than one crate: the door between page and Rust, the rules of the house, and the
//! worked examples.

mod ipc;
