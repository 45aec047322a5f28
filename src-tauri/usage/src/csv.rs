//! Tables of comma-separated values, one row at a time; columns are found by their names, in any order.

use crate::json::{Moment, Number};
use crate::refused::Reason;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::borrow::Cow;

/// A row that goes on over several lines is given up beyond this.
const LONGEST_ROW: usize = 1 << 20;

/// Splits a line into cells; false if a quoted cell is still open at its end. A quote within a cell that does
/// not begin with one is a letter like any other.
pub(crate) fn split<'a>(line: &'a str, cells: &mut Vec<Cow<'a, str>>) -> bool {
    cells.clear();
    let mut rest = line;
    loop {
        let Some(quoted) = rest.trim_start_matches(' ').strip_prefix('"') else {
            let (cell, after) = rest.split_once(',').map_or((rest, None), |(cell, after)| (cell, Some(after)));
            cells.push(Cow::Borrowed(cell.trim()));
            match after {
                Some(after) => rest = after,
                None => return true,
            }
            continue;
        };
        let mut cell = Cow::Borrowed("");
        let mut inside = quoted;
        let after = loop {
            let Some(at) = inside.find('"') else { return false };
            if cell.is_empty() {
                cell = Cow::Borrowed(&inside[..at]);
            } else {
                cell.to_mut().push_str(&inside[..at]);
            }
            let after = &inside[at + 1..];
            match after.strip_prefix('"') {
                Some(more) => {
                    cell.to_mut().push('"');
                    inside = more;
                }
                None => break after,
            }
        };
        cells.push(cell);
        match after.split_once(',') {
            Some((_, after)) => rest = after,
            None => return true,
        }
    }
}

/// The names of a table's columns, in lower case with `_` for spaces.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns(Vec<Box<str>>);

impl Columns {
    pub(crate) fn of(header: &str) -> Columns {
        let mut cells = Vec::new();
        if !split(header.trim_start_matches('\u{feff}'), &mut cells) {
            return Columns::default();
        }
        Columns(cells.iter().map(|cell| cell.trim().to_lowercase().replace(' ', "_").into()).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|column| column.as_ref() == name)
    }

    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.place(name).is_some())
    }
}

/// One row.
pub(crate) struct Row<'a> {
    pub(crate) columns: &'a Columns,
    pub(crate) cells: &'a [Cow<'a, str>],
}

impl Row<'_> {
    /// The cell of the first of these columns that is there and not empty.
    pub(crate) fn text(&self, names: &[&str]) -> Option<&str> {
        let cell = |name: &&str| self.cells.get(self.columns.place(name)?).map(|cell| cell.trim());
        names.iter().filter_map(cell).find(|text| !text.is_empty())
    }

    /// A count; 0 if there is none.
    pub(crate) fn count(&self, names: &[&str]) -> u64 {
        self.text(names).map_or(0, |text| Number::of_text(&text.replace(',', "")).or_zero())
    }

    /// Dollars, in billionths.
    pub(crate) fn nanodollars(&self, names: &[&str]) -> Option<i64> {
        nanodollars(self.text(names)?)
    }

    /// When; and whether only the day is told.
    pub(crate) fn moment(&self, names: &[&str]) -> Option<(Timestamp, bool)> {
        names.iter().find_map(|name| moment(self.text(&[name])?))
    }
}

/// `$0.0123` and `1,234.5` in billionths of a dollar; `None` for words such as `Included`.
pub(crate) fn nanodollars(text: &str) -> Option<i64> {
    let plain = text.trim().trim_start_matches('$').replace([',', '$'], "");
    dollars(plain.parse().ok()?)
}

/// Dollars in billionths; `None` beyond nine million, where a float is no longer exact to one.
pub(crate) fn dollars(dollars: f64) -> Option<i64> {
    (dollars.is_finite() && dollars.abs() < 9e6).then(|| (dollars * 1e9).round() as i64)
}

/// A moment in any of the forms of exports: RFC 3339, seconds since 1970, date and time in UTC, or a day
/// or month in UTC (then the second value is true).
pub(crate) fn moment(text: &str) -> Option<(Timestamp, bool)> {
    let text = text.trim().trim_end_matches(" UTC");
    let utc = |local: jiff::civil::DateTime| TimeZone::UTC.to_timestamp(local).ok();
    let day = |date: jiff::civil::Date| utc(date.at(0, 0, 0, 0)).map(|start| (start, true));
    if text.len() == 7 && text.as_bytes()[4] == b'-' {
        return format!("{text}-01").parse().ok().and_then(day);
    }
    if text.len() == 10 && text.contains('-') {
        return text.parse().ok().and_then(day);
    }
    if let Some(instant) = Moment::of_text(text).0 {
        return Some((instant, false));
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    Some((utc(local)?, false))
}

/// Joins the lines of a row that goes on over several.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) columns: Columns,
    open: String,
}

impl Rows {
    pub(crate) fn new(columns: Columns) -> Rows {
        Rows { columns, open: String::new() }
    }

    /// Gives a row to `take` once it is whole. `Err` for what cannot be one; then only that is lost.
    pub(crate) fn line(
        &mut self,
        line: &[u8],
        mut take: impl FnMut(&Row<'_>) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        let line = String::from_utf8_lossy(line);
        let mut cells = Vec::new();
        if self.open.is_empty() {
            if !split(&line, &mut cells) {
                self.open = line.into_owned();
                return Ok(());
            }
            return self.whole(&cells, take);
        }
        // A line that is a row by itself shows that the quote before it was never meant to be closed.
        if split(&line, &mut cells) && cells.len() == self.columns.len() {
            self.open.clear();
            self.whole(&cells, take)?;
            return Err(Reason::NotARow);
        }
        let mut joined = std::mem::take(&mut self.open);
        joined.push('\n');
        joined.push_str(&line);
        let mut cells = Vec::new();
        if split(&joined, &mut cells) {
            let row = Row { columns: &self.columns, cells: &cells };
            return match cells.len() == self.columns.len() {
                true => take(&row),
                false => Err(Reason::NotARow),
            };
        }
        if joined.len() > LONGEST_ROW {
            return Err(Reason::NotARow);
        }
        self.open = joined;
        Ok(())
    }

    fn whole(
        &self,
        cells: &[Cow<'_, str>],
        mut take: impl FnMut(&Row<'_>) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        // Fewer cells than columns is a row that was cut off; empty cells at the end do no harm.
        let more = cells.get(self.columns.len()..).unwrap_or_default();
        if cells.len() < self.columns.len() || more.iter().any(|cell| !cell.is_empty()) {
            return Err(Reason::NotARow);
        }
        take(&Row { columns: &self.columns, cells: &cells[..self.columns.len()] })
    }

    /// `Err` if the file ended within a row.
    pub(crate) fn end(&self) -> Result<(), Reason> {
        if self.open.is_empty() { Ok(()) } else { Err(Reason::Unfinished) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(line: &str) -> Vec<String> {
        let mut cells = Vec::new();
        assert!(split(line, &mut cells), "{line}");
        cells.into_iter().map(Cow::into_owned).collect()
    }

    /// The rules of RFC 4180, section 2: quotes around a cell, doubled quotes inside, commas inside quotes.
    #[test]
    fn cells_by_the_rules() {
        assert_eq!(cells("a,b , c"), ["a", "b", "c"]);
        assert_eq!(cells(r#""a,b","c ""d""",,"""#.trim_end_matches('"')), ["a,b", "c \"d\"", "", ""]);
        assert_eq!(cells(r#"5" disk,x"#), ["5\" disk", "x"]);
        assert_eq!(cells(r#""","b""#), ["", "b"]);
        assert_eq!(cells(r#""""""#), ["\""]);
        assert_eq!(cells(""), [""]);
        assert!(!split(r#"a,"b"#, &mut Vec::new()));
        assert!(!split(r#"a,"b"","#, &mut Vec::new()));
    }

    #[test]
    fn a_row_over_several_lines_is_joined_and_a_stray_quote_costs_one_row() {
        let mut rows = Rows::new(Columns::of("A,Two Words"));
        let mut seen = Vec::new();
        let mut line = |text: &str| {
            rows.line(text.as_bytes(), |row| {
                seen.push((row.text(&["a"]).map(str::to_owned), row.text(&["two_words"]).map(str::to_owned)));
                Ok(())
            })
        };
        assert_eq!(line("1,\"x"), Ok(()));
        assert_eq!(line("y\""), Ok(()));
        assert_eq!(line("2,\"stray"), Ok(()));
        assert_eq!(line("3,z"), Err(Reason::NotARow));
        assert_eq!(line("4"), Err(Reason::NotARow));
        assert_eq!(line("5,6,,"), Ok(()));
        let some = |a: &str, b: &str| (Some(a.to_owned()), Some(b.to_owned()));
        assert_eq!(seen, [some("1", "x\ny"), some("3", "z"), some("5", "6")]);
        assert_eq!(rows.end(), Ok(()));
    }

    #[test]
    fn money_and_moments_in_the_forms_of_exports() {
        assert_eq!(nanodollars("$0.01"), Some(10_000_000));
        assert_eq!(nanodollars("1,234.5"), Some(1_234_500_000_000));
        assert_eq!(nanodollars("Included"), None);
        assert_eq!(nanodollars("1e99"), None);
        let at = |text: &str| Some((text.parse().unwrap(), false));
        assert_eq!(moment("2026-06-28 03:46:57.713"), at("2026-06-28T03:46:57.713Z"));
        assert_eq!(moment("2026-06-28T03:46:57+02:00"), at("2026-06-28T01:46:57Z"));
        assert_eq!(moment("1767323045"), at("2026-01-02T03:04:05Z"));
        assert_eq!(moment("2026-06-28"), Some(("2026-06-28T00:00:00Z".parse().unwrap(), true)));
        assert_eq!(moment("2026-06"), Some(("2026-06-01T00:00:00Z".parse().unwrap(), true)));
        for text in ["", "x", "2026-13-01", "2026-6", "é2026-1", "2026-éé"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(texts in prop::collection::vec("[ -~é]{0,12}", 1..6)) {
            let line: Vec<String> = texts.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\""))).collect();
            prop_assert_eq!(cells(&line.join(",")), texts);
        }

        #[test]
        fn any_text_is_split_or_open(line: String) {
            let mut cells = Vec::new();
            if split(&line, &mut cells) {
                prop_assert!(!cells.is_empty());
            }
            let _ = (moment(&line), nanodollars(&line));
        }
    }
}
