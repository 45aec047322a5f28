#![no_main]
//! The first byte picks an export's columns, the rest are its rows.

const HEADERS: [&str; 10] = [
    "usage_date_utc,model_version,api_key,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_read,usage_output_tokens,speed",
    "usage_date_utc,model,token_type,cost_usd",
    "start_time,end_time,start_time_iso,end_time_iso,num_model_requests,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens",
    "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_cached,model_permaslug,variant",
    "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens",
    "Date,Kind,Model,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost",
    "request_id,spend,prompt_tokens,completion_tokens,startTime,model,metadata",
    "date,model,prompt_tokens,completion_tokens,spend",
    "start_time_iso,model,type,amount",
    "wallet_type,currency,cost,date",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((pick, rows)) = bytes.split_first() else { return };
    let table = [HEADERS[usize::from(*pick) % HEADERS.len()].as_bytes(), b"\n", rows].concat();
    counterweight_usage_fuzz::run(None, "table.csv", &table);
});
