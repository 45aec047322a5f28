#![no_main]
//! Bytes as the pages of a SQLite file whose head is right, and as they are.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut head = b"SQLite format 3\0\x02\0\x01\x01\0\x40\x20\x20".to_vec();
    head.resize(100, 0);
    counterweight_usage_fuzz::run(Some(counterweight_usage::Client::OpenCode), "opencode.db", &[&head, bytes].concat());
    counterweight_usage_fuzz::run(None, "other.db", bytes);
});
