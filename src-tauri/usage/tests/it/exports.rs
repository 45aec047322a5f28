//! Provider exports and what other readers print. The true sums are added up beside each.

use crate::{Home, counts, refused};
use counterweight_usage::{Client, Options, PromptSize, Reason, Scan, Tier};

fn scan(name: &str, content: impl AsRef<[u8]>) -> Scan {
    let home = Home::new();
    home.file(name, content);
    home.scan_with(None, &Options::default())
}

fn billed(scan: &Scan) -> i64 {
    scan.records.iter().filter_map(|record| record.billed_nanodollars).sum()
}

const ANTHROPIC: &str = "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed
2026-03-01,claude-opus-5-5,key,Default,standard,≤ 200k,100,20,3,4000,50,2,global,standard
2026-03-01,claude-opus-5-5,key,Default,batch,> 200k,7,0,0,0,1,0,us,fast
";

#[test]
fn anthropic_usage_has_sums_by_utc_day_with_tier_and_cache() {
    let scan = scan("export.csv", format!("\u{feff}{}", ANTHROPIC.replace('\n', "\r\n")));
    assert_eq!(counts(&scan.totals()), (0, 107, 4000, 20, 3, 51));
    assert_eq!(scan.totals().web_searches, 2);
    assert_eq!(refused(&scan), []);
    let [one, two] = [&scan.records[0], &scan.records[1]];
    let (short, long) = if one.prompt_size == PromptSize::UpTo200k { (one, two) } else { (two, one) };
    assert_eq!((short.tier, short.fast, short.us_only, short.whole_day), (Tier::Standard, false, false, true));
    assert_eq!(
        (long.tier, long.fast, long.us_only, long.prompt_size),
        (Tier::Batch, true, true, PromptSize::Above200k)
    );
    // A UTC day stays that day in every zone.
    for zone in ["Asia/Tokyo", "America/Los_Angeles"] {
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        assert!(scan.records.iter().all(|record| record.day(&zone).to_string() == "2026-03-01"));
    }
}

#[test]
fn the_older_anthropic_form_has_one_column_for_cache_writes() {
    let scan = scan(
        "x",
        "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_write,usage_input_tokens_cache_read,usage_output_tokens\n2026-03-01,m,1,2,3,4\n",
    );
    assert_eq!(counts(&scan.totals()), (0, 1, 3, 2, 0, 4));
    assert_eq!(scan.records[0].prompt_size, PromptSize::Unknown);
}

#[test]
fn the_same_export_twice_counts_once_and_a_later_one_wins() {
    let home = Home::new();
    home.file("a.csv", ANTHROPIC);
    home.file("b.csv", ANTHROPIC);
    assert_eq!(counts(&home.scan_with(None, &Options::default()).totals()), (0, 107, 4000, 20, 3, 51));
    // The same day asked for again in the evening has more.
    home.file("b.csv", ANTHROPIC.replace(",4000,50,", ",9000,60,"));
    assert_eq!(counts(&home.scan_with(None, &Options::default()).totals()), (0, 107, 9000, 20, 3, 61));
}

#[test]
fn anthropic_cost_has_dollars_and_no_tokens() {
    let scan = scan(
        "x",
        "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type,inference_geo,speed
2026-03-01,Claude Opus 5.5,Default,k,standard,≤ 200k,input_no_cache,1.25,1.50,token,global,standard
2026-03-01,Claude Opus 5.5,Default,k,standard,≤ 200k,output,0.000001,0.1,token,global,standard
",
    );
    assert_eq!(counts(&scan.totals()), (0, 0, 0, 0, 0, 0));
    // 1.25 + 0.000001 dollars
    assert_eq!(billed(&scan), 1_250_001_000);
}

const OPENAI: &str = "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens
1767323040,1767323100,2026-01-02T03:04:00+00:00,2026-01-02T03:05:00+00:00,p,3.0,u,k,gpt-6-astra,false,default,1000,50,400,600
1767323040,1767323100,2026-01-02T03:04:00+00:00,2026-01-02T03:05:00+00:00,p,1.0,u,k,gpt-6-astra,false,default,10,5,0,10
1767323040,1767323100,2026-01-02T03:04:00+00:00,2026-01-02T03:05:00+00:00,p,1,u,k2,gpt-6-astra,true,,7,1,0,7
";

#[test]
fn openai_rows_of_one_bucket_are_added_and_cached_is_part_of_input() {
    let scan = scan("completions_usage_x.csv", OPENAI);
    // 3 + 1 + 1 requests; 600 + 10 + 7; 400; 50 + 5 + 1: two rows differ in nothing but counts.
    assert_eq!(counts(&scan.totals()), (5, 617, 400, 0, 0, 56));
    let own = scan.records.iter().filter(|record| record.prompt_size == PromptSize::Own).count();
    assert_eq!(own, 2, "a bucket with one request tells that request's prompt");
    assert_eq!(scan.records.iter().filter(|record| record.tier == Tier::Batch).count(), 1);
    assert_eq!(scan.records[0].instant, "2026-01-02T03:04:00Z".parse().unwrap());
}

#[test]
fn an_empty_period_of_openai_is_no_fault() {
    let scan = scan("x.csv", "start_time,end_time,start_time_iso,end_time_iso\n1767323040,1767323100,a,b\n");
    assert_eq!((scan.records.len(), scan.files, refused(&scan)), (0, 1, vec![]));
}

#[test]
fn openrouter_tells_each_request_or_sums_by_day() {
    let activity = "generation_id,created_at,cost_total,byok_usage_inference,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled
gen-1,2026-06-28 03:46:57.713,0.0123,0,1000,60,10,800,anthropic/claude-opus-5.5,Anthropic,standard,false
gen-2,2026-06-28T04:00:00.000Z,0,0,5,6,0,0,z-ai/glm-5,Z,free,false
";
    let home = Home::new();
    home.file("a.csv", activity);
    home.file("again.csv", activity);
    let scan = home.scan_with(None, &Options::default());
    assert_eq!(counts(&scan.totals()), (2, 205, 800, 0, 0, 66));
    assert_eq!(billed(&scan), 12_300_000);
    assert_eq!(scan.records[0].instant, "2026-06-28T03:46:57.713Z".parse().unwrap());
    assert_eq!(scan.records.iter().filter(|record| record.free).count(), 1);
    let days = self::scan(
        "x",
        "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,Reasoning Tokens\n2026-06-28,openai/gpt-5,1.5,0.25,12,\"1,000\",30,4\n",
    );
    assert_eq!(counts(&days.totals()), (12, 1000, 0, 0, 0, 30));
    assert_eq!(billed(&days), 1_750_000_000);
}

/// The second and third row as public parsers' tests have them: the total tells whether one input column holds the other.
#[test]
fn cursor_tells_cache_writes_in_two_ways() {
    let header = "Date,Cloud Agent ID,Automation ID,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost\n";
    let row = |cells: &str| format!("\"2026-10-01T10:00:00.000Z\",,,{cells}\n");
    let scan = scan(
        "x.csv",
        [
            header.to_owned(),
            row("Included,claude-5-opus,No,200,1000,5000,300,6500,Included"),
            row("Included,claude-4-sonnet,No,1200,1000,5000,300,6500,$0.12"),
            row("\"Errored, No Charge\",gpt-5,No,100,100,0,10,110,Free"),
        ]
        .concat(),
    );
    // The first: 200 written beside 1000. The second: 1200 - 1000 = 200 written. The third: nothing written.
    assert_eq!(counts(&scan.totals()), (0, 2100, 10_000, 400, 0, 610));
    assert_eq!(billed(&scan), 120_000_000);
    assert_eq!(scan.records.iter().filter(|record| record.free).count(), 1);
}

#[test]
fn litellm_counts_the_cache_in_the_prompt_and_tells_it_in_metadata() {
    let object = |id: &str| {
        format!(
            r#"{{"request_id":"{id}","call_type":"acompletion","spend":0.5,"prompt_tokens":1000,"completion_tokens":20,"startTime":"2026-03-01T10:00:00Z","model":"anthropic/claude-opus-5-5","custom_llm_provider":"anthropic","metadata":{{"usage_object":{{"cache_read_input_tokens":700,"cache_creation_input_tokens":100}}}},"messages":"secret"}}"#
        )
    };
    let expected = (2, 400, 1400, 200, 0, 40);
    let list = format!("[\n{},\n{}\n]", object("a"), object("b"));
    assert_eq!(counts(&scan("logs.json", &list).totals()), expected);
    assert_eq!(counts(&scan("logs.json", format!("{}\n{}\n", object("a"), object("b"))).totals()), expected);
    let header =
        "request_id,spend,prompt_tokens,completion_tokens,startTime,model,custom_llm_provider,metadata,messages\n";
    let row = |id: &str| {
        format!(
            "{id},0.5,1000,20,2026-03-01 10:00:00.000,claude-opus-5-5,anthropic,\"{{\"\"additional_usage_values\"\":{{\"\"cache_read_input_tokens\"\":700,\"\"cache_creation_input_tokens\"\":100}}}}\",\"secret\nof two lines\"\n"
        )
    };
    let table = format!("{header}{}{}", row("a"), row("b"));
    let of_table = scan("logs.csv", &table);
    assert_eq!((counts(&of_table.totals()), billed(&of_table)), (expected, 1_000_000_000));
    assert!(!format!("{of_table:?}").contains("secret"));
    // The list and the table hold the same requests.
    let home = Home::new();
    home.file("a.json", &list);
    home.file("a.csv", &table);
    assert_eq!(counts(&home.scan_with(None, &Options::default()).totals()), expected);
    let days = scan(
        "days.csv",
        "date,model,prompt_tokens,completion_tokens,cache_read_input_tokens,cache_creation_input_tokens,spend,api_requests\n2026-03-01,m,100,5,60,10,0.1,4\n",
    );
    assert_eq!(counts(&days.totals()), (4, 30, 60, 10, 0, 5));
}

#[test]
fn ccusage_prints_sums_by_day_and_model() {
    let report = r#"{"daily":[{"date":"2026-03-01","inputTokens":11,"outputTokens":22,"cacheCreationTokens":33,"cacheReadTokens":44,"totalTokens":110,"totalCost":0.5,"modelsUsed":["a","b"],"modelBreakdowns":[{"modelName":"a","inputTokens":1,"outputTokens":2,"cacheCreationTokens":3,"cacheReadTokens":4,"cost":0.2},{"modelName":"b","inputTokens":10,"outputTokens":20,"cacheCreationTokens":30,"cacheReadTokens":40,"cost":0.3}]}],"totals":{"inputTokens":11}}"#;
    let scan = scan("x.json", report);
    assert_eq!(counts(&scan.totals()), (0, 11, 44, 33, 0, 22));
    assert_eq!((scan.records.len(), billed(&scan)), (2, 500_000_000));
    assert!(scan.records.iter().all(|record| record.whole_day && record.client == Client::Ccusage));
    let plain = self::scan(
        "x.json",
        r#"{"monthly":[{"month":"2026-02","inputTokens":1,"outputTokens":2,"modelsUsed":["claude-opus-5"]}]}"#,
    );
    assert_eq!(plain.names.get(plain.records[0].model), Some("claude-opus-5"));
}

/// What ccusage 20.0.24 printed for one answer of 5 tokens in, 6 out, 7 written and 8 read, in each of its reports.
#[test]
fn every_report_of_ccusage_is_read() {
    let sums = r#""cacheCreationTokens":7,"cacheReadTokens":8,"inputTokens":5,"modelBreakdowns":[{"cacheCreationTokens":7,"cacheReadTokens":8,"cost":0.00022275000000000002,"inputTokens":5,"modelName":"claude-opus-5","outputTokens":6}],"modelsUsed":["claude-opus-5"],"outputTokens":6,"totalCost":0.00022275000000000002,"totalTokens":26"#;
    let totals = r#""totals":{"cacheCreationTokens":7,"cacheReadTokens":8,"inputTokens":5,"outputTokens":6,"totalCost":0.00022275000000000002,"totalTokens":26}"#;
    for (report, day, whole) in [
        (format!(r#"{{"daily":[{{{sums},"date":"2026-11-20"}}],{totals}}}"#), "2026-11-20", true),
        (format!(r#"{{"daily":[{{"agent":"all",{sums},"period":"2026-11-20"}}],{totals}}}"#), "2026-11-20", true),
        (format!(r#"{{{totals},"weekly":[{{{sums},"week":"2026-11-15"}}]}}"#), "2026-11-15", true),
        (format!(r#"{{"monthly":[{{{sums},"month":"2026-11"}}],{totals}}}"#), "2026-11-01", true),
        (
            format!(
                r#"{{"sessions":[{{"firstActivity":"2026-11-20T10:00:00.000Z","lastActivity":"2026-11-20T10:00:00.000Z",{sums},"projectPath":"p","sessionId":"s"}}],{totals}}}"#
            ),
            "2026-11-20",
            false,
        ),
        (
            r#"{"blocks":[{"actualEndTime":"2026-11-20T10:00:00.000Z","costUSD":0.00022275000000000002,"endTime":"2026-11-20T15:00:00.000Z","id":"x","isActive":false,"isGap":false,"models":["claude-opus-5"],"startTime":"2026-11-20T10:00:00.000Z","tokenCounts":{"cacheCreationInputTokens":7,"cacheReadInputTokens":8,"inputTokens":5,"outputTokens":6},"totalTokens":26}]}"#.to_owned(),
            "2026-11-20",
            false,
        ),
        (format!(r#"{{"projects":{{"p":[{{{sums},"date":"2026-11-20"}}]}},{totals}}}"#), "2026-11-20", true),
    ] {
        let scan = scan("x.json", &report);
        assert_eq!(counts(&scan.totals()), (0, 5, 8, 7, 0, 6), "{report}");
        assert_eq!(billed(&scan), 222_750, "{report}");
        let record = &scan.records[0];
        assert_eq!(scan.names.get(record.model), Some("claude-opus-5"), "{report}");
        assert_eq!((record.day(&jiff::tz::TimeZone::UTC).to_string().as_str(), record.whole_day), (day, whole));
    }
}

/// A ZIP of deflated or stored files, written by the rules of PKWARE's APPNOTE (sections 4.3.7, 4.3.12, 4.3.16).
pub(crate) fn zip(files: &[(&str, &[u8])], deflate: bool) -> Vec<u8> {
    use std::io::Write;
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let start = out.len() as u32;
        let packed = if deflate {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        } else {
            content.to_vec()
        };
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let method: u16 = if deflate { 8 } else { 0 };
        let mut about = Vec::new();
        about.extend([20u16, 0, method, 0, 0].iter().flat_map(|part| part.to_le_bytes()));
        about.extend([crc.sum(), packed.len() as u32, content.len() as u32].iter().flat_map(|part| part.to_le_bytes()));
        about.extend([name.len() as u16, 0].iter().flat_map(|part| part.to_le_bytes()));
        out.extend(b"PK\x03\x04");
        out.extend(&about);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(20u16.to_le_bytes());
        directory.extend(&about);
        directory.extend([0u8; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size) = (out.len() as u32, directory.len() as u32);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    let count = files.len() as u16;
    out.extend([count, count].iter().flat_map(|part| part.to_le_bytes()));
    out.extend([size, start].iter().flat_map(|part| part.to_le_bytes()));
    out.extend([0, 0]);
    out
}

const DEEPSEEK: &str = "\u{feff}user_id,start_time_iso,end_time_iso,model,api_key_name,api_key,type,price,amount\r
u,2026-03-01T00:00:00+00:00,2026-03-02T00:00:00+00:00,deepseek-v4-pro,k,sk,input_cache_hit_tokens,0.022,5000\r
u,2026-03-01T00:00:00+00:00,2026-03-02T00:00:00+00:00,deepseek-v4-pro,k,sk,input_cache_miss_tokens,0.66,600\r
u,2026-03-01T00:00:00+00:00,2026-03-02T00:00:00+00:00,deepseek-v4-pro,k,sk,output_tokens,1.98,70\r
u,2026-03-01T00:00:00+00:00,2026-03-02T00:00:00+00:00,deepseek-v4-pro,k,sk,request_count,,9\r
";

#[test]
fn deepseek_packs_its_tables() {
    for deflate in [true, false] {
        let cost = "user_id,wallet_type,currency,cost,start_time_iso\nu,topup,USD,0.25,2026-03-01T00:00:00Z\n";
        let files: &[(&str, &[u8])] =
            &[("amount-2026-3.csv", DEEPSEEK.as_bytes()), ("cost-2026-3.csv", cost.as_bytes()), ("note.txt", b"hello")];
        let scan = scan("export.zip", zip(files, deflate));
        assert_eq!(counts(&scan.totals()), (9, 600, 5000, 0, 0, 70));
        assert_eq!(billed(&scan), 250_000_000);
        assert_eq!(refused(&scan), [("note.txt".into(), None, Reason::NotALog, 0)]);
    }
    assert_eq!(counts(&scan("amount.csv", DEEPSEEK).totals()), (9, 600, 5000, 0, 0, 70));
}

#[test]
fn a_zip_bomb_is_named_and_stopped() {
    // 40 MB of one row pack to some 40 KB, a thousandth.
    let row = "u,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,m,k,s,output_tokens,1,7\n";
    let bomb = format!("{}\n{}", DEEPSEEK.lines().next().unwrap().trim_end(), row.repeat(40 << 20 >> 6));
    let packed = zip(&[("amount.csv", bomb.as_bytes()), ("amount-2.csv", DEEPSEEK.as_bytes())], true);
    assert!(packed.len() < 400_000, "{}", packed.len());
    let home = Home::new();
    home.file("bomb.zip", &packed);
    let scan = home.scan_with(None, &Options::default());
    let named = refused(&scan);
    assert!(named.contains(&("bomb.zip".into(), None, Reason::ZipBomb, 0)), "{named:?}");
    assert!(named.contains(&("amount.csv".into(), None, Reason::ZipBomb, 0)), "{named:?}");
    // Two hundred times the packed size is the most that was read of it.
    assert!(scan.lines * 64 < 200 * packed.len() as u64 + (1 << 20));
}

#[test]
fn damaged_zips_are_named() {
    let good = zip(&[("amount.csv", DEEPSEEK.as_bytes())], true);
    for cut in [5, 30, good.len() / 2, good.len() - 30, good.len() - 1] {
        let scan = scan("x.zip", &good[..cut]);
        assert_eq!(refused(&scan), [("x.zip".into(), None, Reason::BadZip, 0)], "cut at {cut}");
    }
    let mut locked = good.clone();
    let at = locked.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    locked[at + 8] |= 1;
    assert_eq!(refused(&scan("x.zip", &locked)), [("amount.csv".into(), None, Reason::BadZip, 0)]);
    let mut broken = good;
    broken[60..70].fill(0xff);
    let named = refused(&scan("x.zip", &broken));
    assert_eq!((named.len(), named[0].2), (1, Reason::BadZip), "{named:?}");
}

#[test]
fn bad_rows_cost_only_themselves() {
    let scan = scan(
        "x.csv",
        format!(
            "{ANTHROPIC}not,enough\n,claude,k,w,standard,x,1,1,1,1,1,0,g,s\n2026-03-02,m,k,w,standard,≤ 200k,\"7\",null,3.0,-4,,x,g,s\n2026-03-03,m,\"open"
        ),
    );
    // The third good row: 7 and 3 for an hour; what is no count counts nothing.
    assert_eq!(counts(&scan.totals()), (0, 114, 4000, 20, 6, 51));
    let named: Vec<(Reason, u64)> = refused(&scan).into_iter().map(|(_, _, reason, lines)| (reason, lines)).collect();
    assert_eq!(named.len(), 3, "{named:?}");
    for expected in [(Reason::NotARow, 1), (Reason::NoTime, 1), (Reason::Unfinished, 1)] {
        assert!(named.contains(&expected), "{named:?}");
    }
}

#[test]
fn names_of_workspaces_are_kept_only_when_asked_for() {
    let home = Home::new();
    home.file("x.csv", ANTHROPIC.replace("Default", "hidden"));
    assert!(!format!("{:?}", home.scan_with(None, &Options::default())).contains("hidden"));
    let scan = home.scan_with(None, &Options { projects: true, ..Options::default() });
    assert_eq!(scan.names.get(scan.records[0].project), Some("hidden"));
}
