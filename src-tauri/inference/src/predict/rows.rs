//! Rows of a table as people's programs write them: UTF-8 or UTF-16, with or without a mark at the start, lines that end in
//! any way, cells in quotes that may span lines, and quotes that nobody closed.

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// Lines that one cell may span; a quote that is open for longer was never closed.
const LONGEST_CELL_LINES: usize = 40;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its cells, without quotes and without space around them.
    pub cells: Vec<String>,
    /// The line it begins on, from 1.
    pub line: usize,
    /// A quote in it is not closed where a cell ends, so its quotes were left out and its line was read alone.
    pub open_quote: bool,
}

/// The rows of a table, one after the other. Only the lines of one row are held.
pub(super) struct Rows<R> {
    reader: R,
    delimiter: u8,
    /// Lines that were read ahead.
    ahead: VecDeque<Vec<u8>>,
    /// The line that comes next, from 1.
    line: usize,
}

/// A reader of UTF-8: text in UTF-16 with a mark is turned into it, another mark at the start is left out.
pub(super) fn utf8<'a>(mut reader: impl BufRead + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let start = reader.fill_buf()?;
    let wide: Option<fn([u8; 2]) -> u16> = match start {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    let Some(unit) = wide else {
        let mark = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        reader.consume(mark);
        return Ok(Box::new(reader));
    };
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Ok(Box::new(io::Cursor::new(text.into_bytes())))
}

/// What parts the cells of a table, by its first line: spreadsheets of half of Europe write semicolons.
fn delimiter(header: &[u8]) -> u8 {
    let has = |byte: u8| header.contains(&byte);
    match (has(b','), has(b';'), has(b'\t')) {
        (false, true, _) => b';',
        (false, false, true) => b'\t',
        _ => b',',
    }
}

impl<R: BufRead> Rows<R> {
    /// The rows of a reader, the header first.
    pub fn new(reader: R) -> io::Result<Self> {
        let mut rows = Self { reader, delimiter: b',', ahead: VecDeque::new(), line: 1 };
        while rows.more()? {
            if let Some(header) = rows.ahead.iter().find(|line| !line.trim_ascii().is_empty()) {
                rows.delimiter = delimiter(header);
                break;
            }
        }
        Ok(rows)
    }

    /// Reads one line ahead, or as many as a carriage return alone makes of it. False at the end.
    fn more(&mut self) -> io::Result<bool> {
        let mut line = Vec::new();
        if self.reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(false);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        self.ahead.extend(line.split(|byte| *byte == b'\r').map(<[u8]>::to_vec));
        Ok(true)
    }

    /// The next row; none at the end. An empty line is a row with one empty cell.
    pub fn next(&mut self) -> io::Result<Option<Row>> {
        if self.ahead.is_empty() && !self.more()? {
            return Ok(None);
        }
        let line = self.line;
        let mut text = Vec::new();
        let mut taken = 0;
        loop {
            if taken > 0 {
                text.push(b'\n');
            }
            text.extend_from_slice(&self.ahead[taken]);
            taken += 1;
            match cells(&text, self.delimiter) {
                Ok(cells) => {
                    self.ahead.drain(..taken);
                    self.line += taken;
                    return Ok(Some(Row { cells, line, open_quote: false }));
                }
                // The quote is still open at the end of the line.
                Err(Quote::Open) if taken < LONGEST_CELL_LINES && (taken < self.ahead.len() || self.more()?) => {}
                Err(_) => {
                    let alone = self.ahead.pop_front().unwrap_or_default();
                    self.line += 1;
                    let bare: Vec<u8> = alone.into_iter().filter(|byte| *byte != b'"').collect();
                    let cells = bare.split(|byte| *byte == self.delimiter).map(text_of).collect();
                    return Ok(Some(Row { cells, line, open_quote: true }));
                }
            }
        }
    }
}

/// What is wrong with a quote.
enum Quote {
    /// It is not closed.
    Open,
    /// Something stands between the quote that closes a cell and the end of the cell.
    Inside,
}

/// The cells of a row.
fn cells(row: &[u8], delimiter: u8) -> Result<Vec<String>, Quote> {
    let mut found = Vec::new();
    let mut rest = row;
    loop {
        let blanks = rest.iter().take_while(|byte| **byte == b' ' || (**byte == b'\t' && delimiter != b'\t')).count();
        let (cell, after) = match rest.get(blanks) {
            Some(b'"') => {
                let mut cell = Vec::new();
                let mut bytes = &rest[blanks + 1..];
                loop {
                    let Some(end) = bytes.iter().position(|byte| *byte == b'"') else { return Err(Quote::Open) };
                    cell.extend_from_slice(&bytes[..end]);
                    bytes = &bytes[end + 1..];
                    if bytes.first() != Some(&b'"') {
                        break;
                    }
                    cell.push(b'"');
                    bytes = &bytes[1..];
                }
                let end = bytes.iter().position(|byte| *byte == delimiter).unwrap_or(bytes.len());
                if !bytes[..end].trim_ascii().is_empty() {
                    return Err(Quote::Inside);
                }
                (text_of(&cell), &bytes[end..])
            }
            _ => {
                let end = rest.iter().position(|byte| *byte == delimiter).unwrap_or(rest.len());
                (text_of(&rest[..end]), &rest[end..])
            }
        };
        found.push(cell);
        match after.split_first() {
            Some((_, next)) => rest = next,
            None => return Ok(found),
        }
    }
}

/// A cell as text: what is invisible is left out, and the many hyphens are one.
fn text_of(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if text.is_ascii() {
        return text.trim().to_owned();
    }
    let plain = text.chars().filter(|c| !matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}'));
    let plain: String =
        plain.map(|c| if matches!(c, '\u{2010}' | '\u{2011}' | '\u{2212}') { '-' } else { c }).collect();
    plain.trim().to_owned()
}
