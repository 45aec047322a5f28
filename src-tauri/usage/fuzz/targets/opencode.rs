#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| counterweight_usage_fuzz::run(
    Some(counterweight_usage::Client::OpenCode),
    "msg.json",
    bytes
));
