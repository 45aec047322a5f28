#![no_main]
//! Bytes behind the beginning of a ZIP.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    counterweight_usage_fuzz::run(None, "export.zip", &[b"PK\x03\x04", bytes].concat());
});
