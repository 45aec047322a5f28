//! The rows of a table in a SQLite file, read from its pages as they lie on disk and never through a database engine: no
//! lock is taken, nothing is written, and no query runs.
//!
//! What a program has committed but not yet moved from its write-ahead log is read from there. A file that is changed
//! while it is read can show a page of either state; what then does not fit together is refused.
//! (SQLite, "Database File Format", sections 1.3, 1.5, 1.6, 2.1, 2.6 and 4.)

use crate::lines::LONGEST;
use crate::refused::Reason;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Levels of a tree. SQLite's own trees have at most some ten.
const DEEPEST: usize = 40;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    /// A text or a blob, as its bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// A text, with bytes that are not UTF-8 replaced; empty if it is none.
    pub(crate) fn text(&self) -> String {
        match self {
            Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Real(number) => number.to_string(),
            Value::Null => String::new(),
        }
    }
}

/// A table: its first page, and its columns in order.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    page: u32,
}

impl Table {
    /// The places of these columns; `None` if one is missing.
    pub(crate) fn places<const N: usize>(&self, names: [&str; N]) -> Option<[usize; N]> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(names) {
            *place = self.columns.iter().position(|column| column == name)?;
        }
        Some(places)
    }
}

/// A file of pages.
#[derive(Debug)]
pub(crate) struct Database<R> {
    from: R,
    log: Option<File>,
    /// Where in the write-ahead log the newest state of a page lies.
    newer: HashMap<u32, u64>,
    page_size: usize,
    /// Bytes of a page that hold content.
    usable: usize,
    pages: u32,
}

fn four(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |part| u32::from_be_bytes([part[0], part[1], part[2], part[3]]))
}

fn two(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 2).map_or(0, |part| usize::from(u16::from_be_bytes([part[0], part[1]])))
}

/// An integer of one to nine bytes, and how many they are.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((value << 8 | u64::from(*byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

impl<R: Read + Seek> Database<R> {
    /// Opens the file, with the write-ahead log beside `path` if there is one.
    ///
    /// # Errors
    /// When it is no SQLite file of UTF-8 text, or is damaged.
    pub(crate) fn open(mut from: R, path: &Path) -> Result<Self, Reason> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Reason::Database,
            _ => Reason::of(&error),
        };
        from.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut head = [0; 100];
        from.read_exact(&mut head).map_err(failed)?;
        let page_size = match two(&head, 16) {
            1 => 65_536,
            size => size,
        };
        let usable = page_size.saturating_sub(usize::from(head[20]));
        let utf8 = matches!(four(&head, 56), 0 | 1);
        if !head.starts_with(b"SQLite format 3\0")
            || !page_size.is_power_of_two()
            || page_size < 512
            || usable < 480
            || !utf8
        {
            return Err(Reason::Database);
        }
        let length = from.seek(SeekFrom::End(0)).map_err(failed)?;
        let pages = u32::try_from(length / page_size as u64).unwrap_or(u32::MAX);
        let mut database = Database { from, log: None, newer: HashMap::new(), page_size, usable, pages };
        let mut beside = path.as_os_str().to_owned();
        beside.push("-wal");
        if let Ok(log) = File::open(beside) {
            database.read_log(log);
        }
        Ok(database)
    }

    /// Notes the pages of committed changes, up to the first frame that does not belong.
    fn read_log(&mut self, log: File) {
        let mut from = std::io::BufReader::with_capacity(1 << 16, log);
        let mut head = [0; 32];
        if from.read_exact(&mut head).is_err() {
            return;
        }
        let big = match four(&head, 0) {
            0x377f_0682 => false,
            0x377f_0683 => true,
            _ => return,
        };
        let mut sum = checksum((0, 0), &head[..24], big);
        if sum != (four(&head, 24), four(&head, 28)) || four(&head, 8) as usize != self.page_size {
            return;
        }
        let mut frame = vec![0; 24 + self.page_size];
        let mut at = 32u64;
        let mut open: Vec<(u32, u64)> = Vec::new();
        while from.read_exact(&mut frame).is_ok() {
            sum = checksum(checksum(sum, &frame[..8], big), &frame[24..], big);
            if frame[8..16] != head[16..24] || sum != (four(&frame, 16), four(&frame, 20)) {
                break;
            }
            open.push((four(&frame, 0), at + 24));
            let pages = four(&frame, 4);
            if pages > 0 {
                // The last frame of a commit tells how many pages the file then has.
                self.newer.extend(open.drain(..));
                self.pages = pages;
            }
            at += frame.len() as u64;
        }
        self.log = Some(from.into_inner());
    }

    fn page(&mut self, number: u32) -> Result<Vec<u8>, Reason> {
        if number == 0 || number > self.pages {
            return Err(Reason::Damaged);
        }
        let mut page = vec![0; self.page_size];
        let read = match (self.newer.get(&number), &mut self.log) {
            (Some(at), Some(log)) => log.seek(SeekFrom::Start(*at)).and_then(|_| log.read_exact(&mut page)),
            _ => {
                let at = u64::from(number - 1) * self.page_size as u64;
                self.from.seek(SeekFrom::Start(at)).and_then(|_| self.from.read_exact(&mut page))
            }
        };
        read.map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Reason::Damaged,
            _ => Reason::of(&error),
        })?;
        Ok(page)
    }

    /// The tables.
    ///
    /// # Errors
    /// When the list of them is damaged.
    pub(crate) fn tables(&mut self) -> Result<Vec<Table>, Reason> {
        let mut tables = Vec::new();
        let list = Table { name: String::new(), columns: Vec::new(), page: 1 };
        let mut damaged = None;
        self.rows(
            &list,
            &mut |row| {
                if let [kind, name, _, Value::Integer(page), Value::Bytes(text), ..] = row
                    && kind.text() == "table"
                    && let Ok(page) = u32::try_from(*page)
                {
                    tables.push(Table { name: name.text(), columns: columns(&String::from_utf8_lossy(text)), page });
                }
            },
            &mut |reason| damaged = Some(reason),
        )?;
        match damaged {
            Some(reason) => Err(reason),
            None => Ok(tables),
        }
    }

    /// Gives each row to `take`, and what is wrong with one to `refuse`.
    ///
    /// # Errors
    /// When a page of the tree is damaged; the rows before it were given.
    pub(crate) fn rows(
        &mut self,
        table: &Table,
        take: &mut dyn FnMut(&[Value]),
        refuse: &mut dyn FnMut(Reason),
    ) -> Result<(), Reason> {
        let mut seen = HashSet::new();
        self.tree(table.page, 0, &mut seen, take, refuse)
    }

    fn tree(
        &mut self,
        number: u32,
        depth: usize,
        seen: &mut HashSet<u32>,
        take: &mut dyn FnMut(&[Value]),
        refuse: &mut dyn FnMut(Reason),
    ) -> Result<(), Reason> {
        // A page that leads back to itself is damage, and would never end.
        if depth > DEEPEST || !seen.insert(number) {
            return Err(Reason::Damaged);
        }
        let page = self.page(number)?;
        let head = if number == 1 { 100 } else { 0 };
        let (kind, cells) = (page[head], two(&page, head + 3));
        match kind {
            0x05 => {
                for cell in 0..cells {
                    let at = two(&page, head + 12 + 2 * cell);
                    self.tree(four(&page, at), depth + 1, seen, take, refuse)?;
                }
                self.tree(four(&page, head + 8), depth + 1, seen, take, refuse)
            }
            0x0d => {
                for cell in 0..cells {
                    let at = two(&page, head + 8 + 2 * cell);
                    match self.payload(&page, at).and_then(|payload| record(&payload).ok_or(Reason::Damaged)) {
                        Ok(row) => take(&row),
                        Err(reason) => refuse(reason),
                    }
                }
                Ok(())
            }
            // The trees of indexes and of tables without row numbers.
            _ => Err(Reason::Damaged),
        }
    }

    /// The bytes of a row, with those that other pages hold.
    fn payload(&mut self, page: &[u8], at: usize) -> Result<Vec<u8>, Reason> {
        let cell = page.get(at..self.usable).ok_or(Reason::Damaged)?;
        let (length, one) = varint(cell).ok_or(Reason::Damaged)?;
        let (_, two) = varint(&cell[one..]).ok_or(Reason::Damaged)?;
        let cell = &cell[one + two..];
        if length > LONGEST as u64 {
            return Err(Reason::TooLong);
        }
        let length = length as usize;
        let most = self.usable - 35;
        if length <= most {
            return cell.get(..length).map(<[u8]>::to_vec).ok_or(Reason::Damaged);
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let kept = least + (length - least) % (self.usable - 4);
        let kept = if kept <= most { kept } else { least };
        let mut payload = cell.get(..kept).ok_or(Reason::Damaged)?.to_vec();
        let mut next = four(cell, kept);
        let mut hops = 0usize;
        while payload.len() < length {
            hops += 1;
            if hops > LONGEST / (self.usable - 4) + 1 {
                return Err(Reason::Damaged);
            }
            let page = self.page(next)?;
            next = four(&page, 0);
            let part = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(&page[4..4 + part]);
        }
        Ok(payload)
    }
}

/// The two sums of the write-ahead log over whole pairs of words.
fn checksum((mut one, mut other): (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    let word = |part: &[u8]| match big {
        true => u32::from_be_bytes([part[0], part[1], part[2], part[3]]),
        false => u32::from_le_bytes([part[0], part[1], part[2], part[3]]),
    };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(word(&pair[..4])).wrapping_add(other);
        other = other.wrapping_add(word(&pair[4..])).wrapping_add(one);
    }
    (one, other)
}

/// The values of a row; `None` if it is damaged.
fn record(payload: &[u8]) -> Option<Vec<Value>> {
    let (head, mut at) = varint(payload)?;
    let head = usize::try_from(head).ok().filter(|head| *head <= payload.len())?;
    let mut content = head;
    let mut row = Vec::new();
    while at < head {
        let (kind, read) = varint(&payload[at..head])?;
        at += read;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => usize::try_from((kind - 12) / 2).ok()?,
        };
        let bytes = payload.get(content..content.checked_add(length)?)?;
        content += length;
        row.push(match kind {
            0 => Value::Null,
            7 => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            1..=6 => {
                let negative = bytes[0] & 0x80 != 0;
                let start = if negative { -1i64 } else { 0 };
                Value::Integer(bytes.iter().fold(start, |number, byte| number << 8 | i64::from(*byte)))
            }
            _ => Value::Bytes(bytes.to_vec()),
        });
    }
    Some(row)
}

/// The names of the columns in the text that made a table, in lower case.
fn columns(text: &str) -> Vec<String> {
    let Some((_, inner)) = text.split_once('(') else { return Vec::new() };
    let mut columns = Vec::new();
    let (mut depth, mut quote, mut start) = (0usize, None, true);
    let mut name = String::new();
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        if let Some(end) = quote {
            if letter == end {
                quote = None;
            } else if start && depth == 0 {
                name.push(letter);
            }
            continue;
        }
        match letter {
            '-' if letters.peek() == Some(&'-') => while letters.next().is_some_and(|letter| letter != '\n') {},
            '"' | '`' | '\'' => quote = Some(letter),
            '[' => quote = Some(']'),
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                columns.push(std::mem::take(&mut name));
                start = true;
            }
            letter if letter.is_whitespace() => start &= name.is_empty(),
            letter if start && depth == 0 => name.push(letter),
            _ => {}
        }
    }
    columns.push(name);
    // Constraints of the whole table come after its columns.
    let constraint = |name: &String| {
        ["primary", "unique", "check", "foreign", "constraint"].iter().any(|word| name.eq_ignore_ascii_case(word))
    };
    columns.into_iter().take_while(|name| !constraint(name)).map(|name| name.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_from_the_text_of_their_table() {
        let text = "CREATE TABLE `message` (\n`id` text PRIMARY KEY, -- a, note\n\"session_id\" text NOT NULL, [time created] integer DEFAULT (1, 2),data text CHECK (json_valid(data)),\n CONSTRAINT `fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`))";
        assert_eq!(columns(text), ["id", "session_id", "time created", "data"]);
        assert!(columns("CREATE TABLE x").is_empty());
    }

    /// The encodings of the file format, section 1.6 and 2.1: 0x81 0x00 is 128, and serial types 1, 4, 7, 8, 9, 13 and 15.
    #[test]
    fn records_by_the_format() {
        assert_eq!(varint(&[0x81, 0x00]), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x81]), None);
        let payload = [&[8, 1, 4, 7, 8, 9, 13, 15][..], &[0xff], &[0, 1, 0, 0], &1.5f64.to_be_bytes(), b"ab"].concat();
        // The text of one letter takes "a" and the next "b".
        let text = |text: &str| Value::Bytes(text.as_bytes().to_vec());
        let expected = vec![
            Value::Integer(-1),
            Value::Integer(65_536),
            Value::Real(1.5),
            Value::Integer(0),
            Value::Integer(1),
            text(""),
            text("a"),
        ];
        assert_eq!(record(&payload[..payload.len()]).unwrap(), expected);
        assert_eq!(record(&[3, 13, 15]), None);
        assert_eq!(record(&[9, 1]), None);
    }
}
