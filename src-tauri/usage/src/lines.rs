//! A file as a stream of lines, in a buffer of bounded size.

use std::io::{ErrorKind, Read};

/// Bytes read at a time: also how often progress is told and a cancellation is seen.
pub(crate) const CHUNK: usize = 256 << 10;

/// A longer line is passed over. An answer is below 1 MB; longer lines hold pictures or whole files.
pub(crate) const LONGEST: usize = 8 << 20;

/// One line, without its end and without NUL bytes or spaces around it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// A line that ended, or the last one.
    Whole {
        /// What it holds; never empty.
        bytes: &'a [u8],
        /// False for a last line without a line end: the file may still be written.
        ended: bool,
    },
    /// A line longer than [`LONGEST`], whose bytes were passed over.
    TooLong,
}

/// Reads lines from `R`; memory is one chunk, or the longest line that is not too long.
pub(crate) struct Lines<'b, R> {
    from: R,
    /// Lent, so that many small files do not each ask the system for memory.
    buffer: &'b mut Vec<u8>,
    /// The unread part of the buffer.
    start: usize,
    end: usize,
    /// Up to here the unread part is known to hold no line end.
    searched: usize,
    number: u64,
    done: bool,
}

impl<'b, R: Read> Lines<'b, R> {
    pub(crate) fn new(from: R, buffer: &'b mut Vec<u8>) -> Self {
        if buffer.len() != CHUNK {
            buffer.resize(CHUNK, 0);
            buffer.shrink_to_fit();
        }
        Lines { from, buffer, start: 0, end: 0, searched: 0, number: 0, done: false }
    }

    /// Number of the line given last, from 1. Empty lines count.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not empty.
    pub(crate) fn next(&mut self) -> std::io::Result<Option<Line<'_>>> {
        let mut too_long = false;
        loop {
            let found = memchr::memchr(b'\n', &self.buffer[self.searched..self.end]).map(|at| at + self.searched);
            let (from, to, ended) = match found {
                Some(at) => (self.start, at, true),
                None if self.done && (self.start < self.end || too_long) => (self.start, self.end, false),
                None if self.done => return Ok(None),
                None => {
                    self.searched = self.end;
                    if self.end - self.start >= LONGEST {
                        too_long = true;
                        (self.start, self.end, self.searched) = (0, 0, 0);
                    }
                    self.fill()?;
                    continue;
                }
            };
            self.start = if ended { to + 1 } else { to };
            self.searched = self.start;
            self.number += 1;
            if too_long {
                return Ok(Some(Line::TooLong));
            }
            let mut bytes = &self.buffer[from..to];
            if self.number == 1 {
                bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            }
            let (skip, length) = trimmed(bytes);
            if length > 0 {
                let from = from + (to - from - bytes.len()) + skip;
                return Ok(Some(Line::Whole { bytes: &self.buffer[from..from + length], ended }));
            }
        }
    }

    fn fill(&mut self) -> std::io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.searched -= self.start;
            self.start = 0;
        }
        if self.end == 0 && self.buffer.len() > CHUNK {
            self.buffer.truncate(CHUNK);
            self.buffer.shrink_to_fit();
        }
        if self.buffer.len() - self.end < CHUNK / 2 {
            let length = (self.buffer.len() * 2).min(LONGEST + CHUNK);
            self.buffer.resize(length, 0);
        }
        loop {
            match self.from.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.done = true;
                    return Ok(());
                }
                Ok(count) => {
                    self.end += count;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Where the bytes begin that are neither NUL (left by a crash) nor white space, and how many they are.
fn trimmed(bytes: &[u8]) -> (usize, usize) {
    let blank = |byte: &u8| matches!(byte, 0 | b' ' | b'\t' | b'\r');
    let Some(first) = bytes.iter().position(|byte| !blank(byte)) else { return (0, 0) };
    let last = bytes.iter().rposition(|byte| !blank(byte)).unwrap_or(first);
    (first, last + 1 - first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives at most `step` bytes a read.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    type Given = (u64, Option<(Vec<u8>, bool)>);

    fn all(from: impl Read) -> Vec<Given> {
        let mut buffer = Vec::new();
        let mut lines = Lines::new(from, &mut buffer);
        let mut given = Vec::new();
        loop {
            let line = match lines.next().unwrap() {
                None => break,
                Some(Line::TooLong) => None,
                Some(Line::Whole { bytes, ended }) => Some((bytes.to_vec(), ended)),
            };
            given.push((lines.number(), line));
        }
        given
    }

    #[test]
    fn line_ends_marks_and_padding_are_taken_off() {
        let lines = all(&b"\xef\xbb\xbf{1}\r\n\n\0\0{2}\0\n \r\n{3"[..]);
        let expected: Vec<Given> = vec![
            (1, Some((b"{1}".to_vec(), true))),
            (3, Some((b"{2}".to_vec(), true))),
            (5, Some((b"{3".to_vec(), false))),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_line_that_is_too_long_costs_only_itself_and_no_memory() {
        let long = vec![b'x'; LONGEST * 3];
        let whole = [b"a\n", &long[..], b"\nb\n", &long[..]].concat();
        let lines = all(&whole[..]);
        let expected: Vec<Given> =
            vec![(1, Some((b"a".to_vec(), true))), (2, None), (3, Some((b"b".to_vec(), true))), (4, None)];
        assert_eq!(lines, expected);
        let mut buffer = Vec::new();
        let mut reader = Lines::new(&whole[..], &mut buffer);
        while reader.next().unwrap().is_some() {}
        assert!(reader.buffer.len() <= LONGEST * 2);
    }

    proptest! {
        #[test]
        fn the_size_of_reads_changes_nothing(bytes: Vec<u8>, step in 1usize..9) {
            let text: Vec<u8> = bytes.into_iter().map(|b| if b % 5 == 0 { b'\n' } else { b }).collect();
            prop_assert_eq!(all(&text[..]), all(Drip(&text, step)));
        }

        #[test]
        fn every_line_is_given_once(lines in prop::collection::vec("[a-z{}\":]{1,20}", 0..40)) {
            let given: Vec<String> =
                all(lines.join("\n").as_bytes()).into_iter().map(|(_, line)| String::from_utf8(line.unwrap().0).unwrap()).collect();
            prop_assert_eq!(given, lines);
        }
    }
}
