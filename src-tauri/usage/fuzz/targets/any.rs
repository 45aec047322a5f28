#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| counterweight_usage_fuzz::run(None, "file", bytes));
