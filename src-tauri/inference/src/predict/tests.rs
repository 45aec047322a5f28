//! Rows of a table against the functions they stand for, and against rubbish.

use super::*;
use proptest::prelude::*;

const HEADER: &str = "id,hw,n_dev,split,model,quant,size_gib,engine,backend,n_prompt,n_gen,depth,ubatch,flash_attn,concurrency,spec_decode,date";

fn run(table: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    batch(table.as_bytes(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn row(cells: &str) -> Vec<String> {
    let mut rows = run(&format!("{HEADER}\n{cells}\n"));
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?} is not a number"))
}

/// XiongjieDai, May 2024: an RTX 4090 reads 7,139 and writes 130.6 tokens a second with Llama 3 8B Q4_K_M.
#[test]
fn a_published_run_lies_in_its_range() {
    let row = row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,CUDA,512,512,0,,,1,none,2024-05");
    assert_eq!((row[0].as_str(), row[1].as_str()), ("a", "yes"));
    assert!(number(&row[3]) < 7139.0 && 7139.0 < number(&row[5]), "{row:?}");
    assert!(number(&row[6]) < 130.6 && 130.6 < number(&row[8]), "{row:?}");
    assert!((number(&row[9]) - 462.5).abs() < 0.1, "{row:?}"); // 0.85 * 450 + 80
    assert_eq!(row[10], "");
}

#[test]
fn columns_come_in_any_order_and_others_are_ignored() {
    let all = row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,");
    let few = run(
        "\u{feff}note, MODEL ,hw,n_gen,n_prompt,size_gib,quant,id\nhello,llama3-8b,RTX4090,128,512.0,4.58,Q4_K_M,a\n",
    );
    assert_eq!(few[0], all);
}

#[test]
fn a_growing_run_begins_at_zero() {
    let growing = row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,4096,4096,2048,,,,,");
    let fresh = row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,4096,128,0,,,,,");
    assert_eq!(growing[4], fresh[4]);
    assert_eq!(number(&growing[7]), number(&row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,4096,128,2048,,,,,")[7]));
}

#[test]
fn what_is_wrong_stands_in_its_row() {
    for (cells, says) in [
        ("a,abacus,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,", "No machine called \"abacus\""),
        ("a,rtx4090,1,,clippy-1b,Q4_K_M,4.58,,,512,128,,,,,,", "No open model called \"clippy-1b\""),
        ("a,,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,", "names no machine"),
        ("a,rtx4090,1,,,Q4_K_M,4.58,,,512,128,,,,,,", "names no model"),
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,1000000000000,128,,,,,,", "more than the 131072"),
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,1000000000000000,128,,,,,,", "more than the 131072"),
        // llama.cpp's benchmark reads the prompt after the depth: 131,072 and 512 are 131,584.
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,,512,128,131072,,,,,", "131584 tokens are more than the 131072"),
        ("a,rtx4090,1,,llama3-70b,Q4_K_M,39.59,,,512,128,,,,,,", "No speed is predicted"),
    ] {
        let row = row(cells);
        assert!(row[10].contains(says), "{cells}: {row:?}");
        assert_eq!((row[4].as_str(), row[7].as_str()), ("", ""), "{cells}: {row:?}");
    }
    // Reading needs compute, which nobody published for a mining card; writing does not.
    let mining = row("a,cmp170hx,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,");
    assert!(mining[10].contains("compute") && mining[4].is_empty() && !mining[7].is_empty(), "{mining:?}");
}

/// A cell that cannot be read is left out and said; the rest of the row is answered as if it had been blank.
#[test]
fn a_bad_cell_does_not_refuse_its_row() {
    let good = row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,,512,128,,,,,,");
    for (cells, says) in [
        ("a,rtx4090,0,,llama3-8b,Q4_K_M,4.58,llama.cpp,,512,128,,,,,,", "n_dev is \"0\""),
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,-3,llama.cpp,,512,128,,,,,,", "not a size"),
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,0.001,llama.cpp,,512,128,,,,,,", "bits for each parameter"),
        ("a,rtx4090,1,,llama3-8b,Q99,,llama.cpp,,512,128,,,,,,", "No quantisation called \"Q99\""),
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,,512,128,-7,,,,,", "depth is \"-7\""),
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,,512,128,,0,,,,", "ubatch is \"0\""),
        ("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,,512,128,,,,0,,", "concurrency is \"0\""),
    ] {
        let row = row(cells);
        assert!(row[10].contains(says), "{cells}: {row:?}");
        assert_eq!(row[1..10], good[1..10], "{cells}");
    }
    // A blank prompt is read as 512 tokens, but takes no memory that nobody asked for.
    let (unread, blank) = (
        row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,,-5,128,,,,,,"),
        row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,,,128,,,,,,"),
    );
    assert!(unread[10].contains("n_prompt is \"-5\""), "{unread:?}");
    assert_eq!(unread[1..10], blank[1..10]);
    for cells in [
        "a,rtx4090,1,,llama3-8b,Q4_K_M,4.58 GiB,llama.cpp,n/a,512,128,n/a,,-,1,n/a,",
        "a,RTX4090,1.0,,Llama3-8B,q4_k_m,\"4,58\",llama-server b6500,,5.12e2,128,0,,nan,\"1\",0.0,",
    ] {
        assert_eq!(row(cells), good, "{cells}");
    }
}

/// One answer for each row, whatever the file looks like.
#[test]
fn files_of_spreadsheets_are_read() {
    let good = row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,1024,128,,,,,,");
    for table in [
        "\u{feff}\"id\",\"Model\",\"HW\",\"N_Gen\",\"N Prompt\",\"size-gib\",\"quant\"\r\n\r\na,llama3-8b,rtx4090,128,\"1,024\",4.58,Q4_K_M\r\n   \r\n",
        "id;model;hw;n_gen;n_prompt;size_gib;quant;note\na;llama3-8b;rtx4090;128;1e3;4,58;Q4_K_M;\"a; b\"\n"
            .replace("1e3", "1024")
            .as_str(),
        "id\tmodel\thw\tn_gen\tn_prompt\tsize_gib\tquant\na\tllama3-8b\trtx4090\t128\t1024\t4.58\tQ4_K_M",
    ] {
        assert_eq!(run(table), vec![good.clone()], "{table:?}");
    }
    // Short and empty rows are answered as well: one names no machine, one no model.
    let short = run("id,hw,model\nx\ny,rtx4090\n,,\n");
    assert_eq!(short.len(), 3);
    assert!(short[0][10].contains("names no machine") && short[1][10].contains("names no model"), "{short:?}");
    assert!(run("").is_empty() && run("id,hw\n").is_empty());
}

/// A quote that nobody closes is said with its line, and takes no row after it along, whether another quote follows or not.
#[test]
fn an_open_quote_is_a_finding_of_its_row() {
    let good = row("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,");
    let plain = "a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,";
    for open in [
        "\"b,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,",
        "b,rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,\"x",
    ] {
        for after in ["", "\"c\",rtx4090,1,,llama3-8b,Q4_K_M,4.58,,,512,128,,,,,,\n"] {
            let found = run(&format!("{HEADER}\n{plain}\n{open}\n{plain}\n{after}"));
            assert_eq!(found.len(), 3 + usize::from(!after.is_empty()), "{open}");
            assert_eq!((&found[0], &found[2]), (&good, &good), "{open}");
            assert_eq!(found[1][..10], [&["b".to_owned()][..], &good[1..10]].concat(), "{open}");
            assert!(found[1][10].starts_with("Line 3 has a quote that is not closed"), "{:?}", found[1]);
            assert!(found.iter().skip(3).all(|last| last[0] == "c" && last[10].is_empty()), "{found:?}");
        }
    }
    // A cell may span lines when its quote is closed, and hold quotes that are doubled.
    let spans = run(
        "id,note,hw,model,size_gib,n_prompt,n_gen,quant\n\"a\",\"two \"\"fine\"\"\nlines, with a comma\",rtx4090,llama3-8b,4.58,512,128,Q4_K_M\n",
    );
    assert_eq!(spans, vec![good]);
}

/// The same table in other encodings: with marks, UTF-16 of both kinds, lines that end in carriage returns, invisible
/// letters, hyphens and spaces of typographers, and bytes that are no text.
#[test]
fn encodings_change_nothing() {
    let table = "id,hw,model,quant,size_gib,n_prompt,n_gen\na,dgx-spark,llama3-8b,Q4_K_M,4.58,512,128\n";
    let good = run(table);
    assert!(good.len() == 1 && good[0][10].is_empty() && !good[0][4].is_empty(), "{good:?}");
    let of = |bytes: Vec<u8>| {
        let mut out = Vec::new();
        batch(bytes.as_slice(), &mut out).unwrap();
        csv::Reader::from_reader(out.as_slice())
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let wide =
        |mark: &[u8], of: fn(u16) -> [u8; 2]| [mark, &table.encode_utf16().flat_map(of).collect::<Vec<u8>>()].concat();
    for bytes in [
        table.replace('\n', "\r\n").into_bytes(),
        table.replace('\n', "\r").into_bytes(),
        format!("\u{feff}\r\n\r\n{table}").into_bytes(),
        wide(&[0xff, 0xfe], u16::to_le_bytes),
        wide(&[0xfe, 0xff], u16::to_be_bytes),
        table.replace("dgx-spark", "\u{a0}dgx\u{2011}spark\u{200b}").into_bytes(),
        table.replace(",hw", ",\u{feff}HW\u{3000}").into_bytes(),
    ] {
        assert_eq!(of(bytes.clone()), good, "{:?}", String::from_utf8_lossy(&bytes));
    }
    let odd = of([&table.as_bytes()[..table.len() - 1], b",\xff\xfe\x80\n\xc3(,dgx-spark,llama3-8b\n"].concat());
    assert_eq!(odd[0], good[0]);
    assert!(odd.len() == 2 && !odd[1][7].is_empty(), "{odd:?}");
}

/// A 70B model in 8 bits on 8 cards with vLLM, which slices every layer: the same as if the row said so, and more than
/// twice one card's speed. llama.cpp gives each card some layers.
#[test]
fn a_blank_split_is_that_of_the_engine() {
    let cells = |engine: &str, split: &str| {
        format!("a,h100sxm,8,{split},llama3-70b,fp8,,{engine},CUDA,2048,128,,,,1,none,2026")
    };
    for engine in ["vllm", "SGLang 0.5", "TensorRT-LLM", "exllamav3 tp"] {
        let blank = row(&cells(engine, ""));
        assert_eq!(blank[..10], row(&cells(engine, "tensor"))[..10], "{engine}");
        assert!(number(&blank[7]) > 2.0 * number(&row(&cells(engine, "layer"))[7]), "{engine}: {blank:?}");
    }
    assert_eq!(row(&cells("llama.cpp", ""))[..10], row(&cells("llama.cpp", "layer"))[..10]);
    assert_eq!(row(&cells("vllm", "TP"))[..10], row(&cells("vllm", "tensor"))[..10]);
}

/// An unknown or blank engine is predicted in the middle as llama.cpp is, whose corrections are none, with a wider range.
#[test]
fn an_unknown_engine_only_widens() {
    let cells = |engine: &str| format!("a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,{engine},CUDA,512,128,,,,1,none,2026");
    let known = row(&cells("llama.cpp"));
    for engine in ["", "MyServer 2.1"] {
        let other = row(&cells(engine));
        assert_eq!((&other[4], &other[7]), (&known[4], &known[7]), "{engine}");
        assert!(number(&other[6]) < number(&known[6]) && number(&other[8]) > number(&known[8]), "{other:?}");
    }
}

/// An M1 of 16 GiB gives graphics two thirds, 10.7: 12 GiB fit when its owner raises the limit, 18 GiB on a larger variant.
#[test]
fn apple_limits_can_be_raised() {
    let raised = row("a,m4-10,1,,qwen2.5-14b,Q4_K_M,,ollama,Metal,512,128,,,,1,none,2026");
    let machine = catalogue::machine("m4-10").unwrap();
    let needs = number(&raised[2]);
    assert!(needs < machine.memory_gib || !raised[10].is_empty(), "{raised:?}");
    assert!(!raised[7].is_empty(), "{raised:?}");
}

/// Ollama puts into the computer's memory what does not fit: 3.1 tokens a second measured of a 70B at 39.59 GiB with an RTX
/// 4090 (geerlingguy/ai-benchmarks, pull request 11).
#[test]
fn what_spills_is_slow_and_said() {
    let spilt = row("a,rtx4090,1,,llama3-70b,Q4_K_M,39.59,ollama,GPU/CPU,,,0,,,1,none,2025");
    assert!(spilt[1] == "no" && spilt[10].contains("computer's memory"), "{spilt:?}");
    assert!(number(&spilt[6]) < 3.1 && 3.1 < number(&spilt[8]) && spilt[4].is_empty(), "{spilt:?}");
}

/// With a server the depth counts the prompt in: reading begins at 0. More users than there is room for wait: of 64 with
/// 8,704 tokens of 327,680 bytes (80 layers × 2 × 8 heads × 128 × 2 bytes; 2.66 GiB each) beside 70.6 GB of weights in
/// 8 bits on 180 GB, at most (180 − 65) ÷ 2.66 = 43 can be at work.
#[test]
fn a_server_counts_the_prompt_in_and_lets_users_wait() {
    let server = row("a,h100sxm,1,,llama3-8b,fp8,,vllm,CUDA,4096,128,4160,,,4,none,2026");
    let fresh = row("a,h100sxm,1,,llama3-8b,fp8,,vllm,CUDA,4096,128,0,,,4,none,2026");
    assert_eq!(server[4], fresh[4]);
    let full = row("a,b200sxm,1,,llama3-70b,fp8,,vllm,CUDA,8192,1024,8704,,,64,none,2026");
    assert!(full[1] == "yes" && number(&full[2]) < 180.0, "{full:?}");
    let words = full[10].strip_prefix("There is room for ").expect("a finding");
    let room: u32 = words.split(' ').next().and_then(|word| word.parse().ok()).expect("a number");
    assert!((25..=43).contains(&room), "{full:?}");
}

/// Blank quantisation and size: the 16 bits a serving engine runs by default, the four bits gpt-oss is published in,
/// Q4_K_M elsewhere; each said, and the same as if it had been written.
#[test]
fn a_blank_quantisation_is_assumed_and_said() {
    for (model, engine, assumed) in [
        ("llama3-8b", "vllm", "F16"),
        ("gpt-oss-20b", "vllm", "MXFP4"),
        ("llama3-8b", "llama.cpp", "Q4_K_M"),
        ("llama3-8b", "", "Q4_K_M"),
    ] {
        let blank = row(&format!("a,h100sxm,1,,{model},,,{engine},,512,128,,,,8,none,"));
        let named = row(&format!("a,h100sxm,1,,{model},{assumed},,{engine},,512,128,,,,8,none,"));
        assert!(blank[10].contains(&format!("{assumed} was assumed")), "{blank:?}");
        assert_eq!(blank[..10], named[..10]);
        assert!(!blank[7].is_empty());
    }
}

#[test]
fn experts_beside_the_card() {
    let row = row("a,rtx2080+ddr4,1,,qwen3-30b-a3b,Q4_K_M,17.28,llama.cpp,CUDA+CPU,,128,0,,,1,none,2026-07-16");
    assert!(row[1] == "yes" && row[10].contains("experts lie in the computer's memory"), "{row:?}");
    assert!(number(&row[6]) > 5.0 && number(&row[8]) < 80.0, "{row:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    /// Rubbish in any cell is answered, with as many rows as came in.
    #[test]
    fn rubbish_is_answered(cells in proptest::collection::vec("[^\"\r\n]{0,24}", 17), at in 0usize..17) {
        let mut good: Vec<String> =
            "a,rtx4090,1,,llama3-8b,Q4_K_M,4.58,llama.cpp,CUDA,512,128,0,512,1,1,none,2026".split(',').map(str::to_owned).collect();
        good[at] = format!("\"{}\"", cells[at]);
        let rows = run(&format!("{HEADER}\n{}\n", good.join(",")));
        prop_assert_eq!(rows.len(), 1);
        prop_assert!(!rows[0][7].is_empty() || !rows[0][10].is_empty());
    }

    #[test]
    fn bytes_never_stop_it(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut table = format!("{HEADER}\n").into_bytes();
        table.extend(bytes);
        let mut out = Vec::new();
        prop_assert!(batch(table.as_slice(), &mut out).is_ok());
    }

    #[test]
    fn wild_numbers_stay_finite(dev in 1u32..4096, gib in 0.5f64..20.0, new in 1u64..200_000, depth in 0u64..200_000, step in 1u32..1_000_000, users in 1u32..65_536) {
        let row = row(&format!("a,h200sxm,{dev},tensor,llama3-8b,,{gib},vllm,,{new},128,{depth},{step},,{users},mtp,2026"));
        for cell in &row[2..10] {
            prop_assert!(cell.is_empty() || (number(cell).is_finite() && number(cell) >= 0.0), "{row:?}");
        }
        prop_assert!(!row[7].is_empty() || !row[10].is_empty());
    }
}
