//! Words in a picture: how wide they are, how they are shortened, and how a stranger's name is made safe to show.

/// The longest name in a sentence, a mark or a table, in characters.
const NAME_LIMIT: usize = 80;

/// Advance widths of U+0020 to U+007E in thousandths of the font size. Source: Inter 4 (variable, weight 600, as
/// bundled), digits as tabular figures; the regular weight is up to 8 % narrower, so nothing overflows.
const WIDTHS: [u16; 95] = [
    252, 321, 523, 644, 660, 1004, 663, 326, 373, 373, 540, 673, 319, 465, 319, 379, 660, 660, 660, 660, 666, 660, 660,
    660, 660, 660, 319, 329, 673, 673, 673, 543, 999, 728, 659, 737, 722, 605, 588, 749, 746, 277, 580, 703, 565, 922,
    759, 769, 645, 773, 652, 650, 660, 736, 728, 1020, 720, 713, 652, 373, 379, 373, 481, 469, 351, 574, 624, 583, 624,
    591, 389, 625, 612, 262, 262, 569, 262, 900, 612, 609, 624, 624, 397, 549, 353, 612, 587, 839, 569, 588, 566, 455,
    359, 455, 673,
];

/// How wide `text` is at a font size, px. Characters outside ASCII are taken as wide as they come: a full em for
/// East Asian ones and pictures, two thirds for others.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let thousandths: u32 = text
        .chars()
        .map(|c| match c {
            ' '..='~' => u32::from(WIDTHS[c as usize - 32]),
            '\u{a0}' => 252,
            '\u{200b}'..='\u{200f}' | '\u{2066}'..='\u{2069}' | '\u{300}'..='\u{36f}' => 0,
            '\u{1100}'.. if c >= '\u{2e80}' || c <= '\u{11ff}' => 1000,
            _ => 680,
        })
        .sum();
    f64::from(thousandths) * size / 1000.0
}

/// `text`, shortened with an ellipsis until it is at most `room` pixels wide; empty when not even that fits.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let ellipsis = width("…", size);
    let mut kept = String::new();
    let mut used = ellipsis;
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), size);
        if used > room {
            break;
        }
        kept.push(c);
    }
    let kept = kept.trim_end();
    if kept.is_empty() { String::new() } else { closed(format!("{kept}…")) }
}

/// `text` in at most `rows` lines of at most `room` pixels, broken at spaces; the last is shortened if it must be.
pub(super) fn wrap(text: &str, size: f64, room: f64, rows: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let full = lines.len() == rows;
        match lines.last_mut() {
            // Past the last row the line only grows, and is shortened below.
            Some(line) if full || lines_fit(line, word, size, room) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| fit(line, size, room)).collect()
}

fn lines_fit(line: &str, word: &str, size: f64, room: f64) -> bool {
    width(line, size) + width(" ", size) + width(word, size) <= room
}

/// Someone's name, made safe: no control and no direction marks, spaces joined, at most 80 characters, and kept
/// from turning the text around it when it is written from right to left.
pub(super) fn name(raw: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for c in raw.chars() {
        let c = if c.is_whitespace() || c == '\0' { ' ' } else { c };
        let unwanted = c.is_control()
            || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}');
        if unwanted || (c == ' ' && (out.is_empty() || out.ends_with(' '))) {
            continue;
        }
        if length == NAME_LIMIT {
            out.truncate(out.trim_end().len());
            out.push('…');
            break;
        }
        out.push(c);
        length += 1;
    }
    let trimmed = out.trim_end();
    if trimmed.chars().any(right_to_left) { format!("\u{2068}{trimmed}\u{2069}") } else { trimmed.to_owned() }
}

/// Closes an isolate whose end was cut off.
fn closed(text: String) -> String {
    if text.contains('\u{2068}') && !text.contains('\u{2069}') { text + "\u{2069}" } else { text }
}

/// The blocks of Hebrew, Arabic and the scripts beside them.
fn right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Words as a list: `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        assert_eq!(name("  Ac\u{0}me\n\tInc \u{202e} x"), "Ac me Inc x");
        assert_eq!(name("\u{1}\u{2}"), "");
        assert_eq!(name("שלום"), "\u{2068}שלום\u{2069}");
        assert_eq!(name(&"a".repeat(240_000)).chars().count(), 81);
        assert_eq!(name(&"é".repeat(80)), "é".repeat(80));
    }

    #[test]
    fn text_is_shortened_to_its_room() {
        let long = fit("Northwind Traders of the North", 12.0, 80.0);
        assert!(long.ends_with('…') && width(&long, 12.0) <= 80.0, "{long}");
        assert_eq!(fit("Fjord", 12.0, 80.0), "Fjord");
        assert_eq!(fit("Fjord", 12.0, 3.0), "");
        let cut = fit(&name(&"ש".repeat(60)), 12.0, 60.0);
        assert!(cut.ends_with('\u{2069}'), "an isolate is closed: {cut}");
    }

    #[test]
    fn text_breaks_at_spaces() {
        assert_eq!(wrap("Their cost of your work", 12.0, 90.0, 3), ["Their cost of", "your work"]);
        let short = wrap("Their cost of your work", 12.0, 40.0, 2);
        assert_eq!(short.len(), 2);
        assert!(short.iter().all(|line| width(line, 12.0) <= 40.0));
    }

    #[test]
    fn lists_read_as_english() {
        let s = |items: &[&str]| list(&items.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>());
        assert_eq!(s(&["a"]), "a");
        assert_eq!(s(&["a", "b", "c"]), "a, b and c");
    }
}
