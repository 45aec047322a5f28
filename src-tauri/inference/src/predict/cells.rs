//! Cells as people and spreadsheets write them.

use crate::setup::GIB;

/// Words for "nothing here".
const BLANK: [&str; 12] = ["", "-", "–", "—", "?", "n/a", "na", "nan", "null", "none", "unknown", "default"];

/// Whether a cell says nothing.
pub(super) fn blank(cell: &str) -> bool {
    BLANK.contains(&cell.to_ascii_lowercase().as_str())
}

/// Whether a cell asks for drafts: a method or a number of tokens, and no word for "none".
pub(super) fn asks_for_drafts(cell: &str) -> bool {
    let text = cell.to_ascii_lowercase();
    let none = matches!(text.as_str(), "off" | "no" | "false" | "f" | "n" | "disabled" | "without" | "no draft");
    !(blank(&text) || none || text.parse::<f64>().is_ok_and(|tokens| tokens == 0.0))
}

/// Yes, no, or nothing said.
pub(super) fn switch(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "1" | "on" | "true" | "yes" | "1.0" | "t" | "y" | "enabled" => Some(true),
        "0" | "off" | "false" | "no" | "0.0" | "f" | "n" | "disabled" => Some(false),
        _ => None,
    }
}

/// A number and the unit behind it: `1,024`, `1e3`, `4.58 GiB`, `4,58`, `8k`. The unit comes in small letters.
pub(super) fn figure(cell: &str) -> Option<(f64, String)> {
    let bare: String = cell.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '~' | '≈')).collect();
    let lower = bare.to_ascii_lowercase();
    // An exponent belongs to the number, any other letter begins the unit.
    let end = lower
        .char_indices()
        .find(|(at, c)| {
            let exponent = *c == 'e'
                && lower[at + 1..].starts_with(|next: char| next.is_ascii_digit() || next == '+' || next == '-');
            !(c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-') || exponent)
        })
        .map_or(lower.len(), |(at, _)| at);
    let (number, unit) = lower.split_at(end);
    let groups: Vec<&str> = number.trim_start_matches(['+', '-']).split(',').collect();
    let thousands = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups[1..].iter().all(|group| group.split('.').next().is_some_and(|digits| digits.len() == 3));
    let plain = match groups.len() {
        1 => number.to_owned(),
        _ if thousands => number.replace(',', ""),
        2 if !number.contains('.') => number.replace(',', "."),
        _ => return None,
    };
    plain.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| (value, unit.to_owned()))
}

/// A count of tokens, users or devices: a whole number, `8k` as 8,192.
pub(super) fn count(cell: &str) -> Option<f64> {
    let (value, unit) = figure(cell)?;
    let value = match unit.as_str() {
        "" | "tokens" | "token" | "tok" | "t" | "x" | "users" | "user" => value,
        "k" | "ki" => value * 1024.0,
        _ => return None,
    };
    (value.fract() == 0.0).then_some(value)
}

/// A size in GiB.
pub(super) fn gib(cell: &str) -> Option<f64> {
    let (value, unit) = figure(cell)?;
    match unit.as_str() {
        "" | "gib" | "g" | "gi" => Some(value),
        "gb" => Some(value * 1e9 / GIB),
        "mib" | "m" | "mi" => Some(value / 1024.0),
        "mb" => Some(value * 1e6 / GIB),
        "tib" => Some(value * 1024.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (cell, value) in [
            ("1,024", Some(1024.0)),
            ("1e3", Some(1000.0)),
            ("512.0", Some(512.0)),
            (" 4 096 ", Some(4096.0)),
            ("8k", Some(8192.0)),
            ("1_000_000", Some(1e6)),
            ("-5", Some(-5.0)),
            ("1,2,3", None),
            ("12.5", None),
            ("many", None),
            ("", None),
            ("e", None),
            ("1e999", None),
        ] {
            assert_eq!(count(cell), value, "{cell}");
        }
        // 4.92 GB are 4.92e9 / 2^30 = 4.5821 GiB; 4,690 MiB are 4.5801 GiB.
        for (cell, value) in
            [("4.58 GiB", 4.58), ("4,58", 4.58), ("4.92 GB", 4.5821), ("4690MiB", 4.5801), ("4.58", 4.58)]
        {
            assert!((gib(cell).unwrap() - value).abs() < 1e-4, "{cell}: {:?}", gib(cell));
        }
        assert_eq!(gib("4.58 pounds"), None);
    }

    #[test]
    fn words_for_no_draft() {
        for cell in ["", "n/a", "nan", "-", "0", "0.0", "none", "None", "FALSE", "no", "off", "null"] {
            assert!(!asks_for_drafts(cell), "{cell}");
        }
        for cell in ["mtp n-max 2", "eagle3", "draft", "2", "true", "yes"] {
            assert!(asks_for_drafts(cell), "{cell}");
        }
    }
}
