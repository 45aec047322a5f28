//! The files in a ZIP, as streams, within bounds: a ZIP of a few kilobytes can unpack to any size.
//!
//! Only what exports use is read: files that are stored or deflated, without a password, below 4 GiB. (PKWARE,
//! APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.)

use crate::refused::Reason;
use flate2::read::DeflateDecoder;
use std::io::{Error, Read, Seek, SeekFrom, Take};

/// How many times its packed size a file may have. Exports in text pack to a tenth or a fiftieth.
const HIGHEST_RATIO: u64 = 200;

/// Below this size the ratio does not matter.
const HARMLESS: u64 = 1 << 20;

/// Bytes that all files of a ZIP may unpack to.
const MOST_BYTES: u64 = 1 << 30;

/// Files a ZIP may hold, and the bytes of its directory.
const MOST_FILES: usize = 1000;
const MOST_DIRECTORY: u64 = 1 << 20;

/// A file in a ZIP.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name as it is in the ZIP; never used as a path to write to.
    pub(crate) name: String,
    method: u16,
    locked: bool,
    packed: u64,
    start: u64,
}

/// Stands in an [`Error`] for bytes beyond the bounds.
#[derive(Debug, thiserror::Error)]
#[error("it unpacks to far more than any export holds")]
struct Bomb;

/// Why reading a file of a ZIP failed.
pub(crate) fn reason(error: &Error) -> Reason {
    use std::io::ErrorKind;
    match error.kind() {
        _ if error.get_ref().is_some_and(|inner| inner.is::<Bomb>()) => Reason::ZipBomb,
        ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => Reason::BadZip,
        _ => Reason::of(error),
    }
}

fn two(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |part| u16::from_le_bytes([part[0], part[1]]))
}

fn four(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 4).map_or(0, |part| u64::from(u32::from_le_bytes([part[0], part[1], part[2], part[3]])))
}

/// The files, by the directory at the end.
///
/// # Errors
/// When there is no directory, or it is damaged or too large.
pub(crate) fn members(from: &mut (impl Read + Seek)) -> Result<Vec<Member>, Reason> {
    const END: [u8; 4] = *b"PK\x05\x06";
    let failed = |error: Error| reason(&error);
    let length = from.seek(SeekFrom::End(0)).map_err(failed)?;
    // The last record is 22 bytes and a comment of at most 65,535.
    let tail_start = length.saturating_sub(22 + 65_535);
    from.seek(SeekFrom::Start(tail_start)).map_err(failed)?;
    let mut tail = Vec::new();
    from.take(22 + 65_535).read_to_end(&mut tail).map_err(failed)?;
    let end = tail.windows(4).rposition(|window| window == END).ok_or(Reason::BadZip)?;
    let end = &tail[end..];
    let (count, size, start) = (usize::from(two(end, 10)), four(end, 12), four(end, 16));
    if end.len() < 22 || count > MOST_FILES || size > MOST_DIRECTORY || start.saturating_add(size) > length {
        return Err(Reason::BadZip);
    }
    from.seek(SeekFrom::Start(start)).map_err(failed)?;
    let mut directory = Vec::new();
    from.take(size).read_to_end(&mut directory).map_err(failed)?;
    let mut members = Vec::new();
    let mut rest = &directory[..];
    for _ in 0..count {
        if !rest.starts_with(b"PK\x01\x02") || rest.len() < 46 {
            return Err(Reason::BadZip);
        }
        let names = usize::from(two(rest, 28));
        let all = 46 + names + usize::from(two(rest, 30)) + usize::from(two(rest, 32));
        if rest.len() < all {
            return Err(Reason::BadZip);
        }
        let name = String::from_utf8_lossy(&rest[46..46 + names]).into_owned();
        let member = Member {
            method: two(rest, 10),
            locked: two(rest, 8) & 1 == 1,
            packed: four(rest, 20),
            start: four(rest, 42),
            name,
        };
        rest = &rest[all..];
        if !member.name.ends_with('/') {
            members.push(member);
        }
    }
    Ok(members)
}

/// What a ZIP may still unpack to.
#[derive(Debug)]
pub(crate) struct Allowance(u64);

impl Allowance {
    pub(crate) fn new() -> Allowance {
        Allowance(MOST_BYTES)
    }
}

/// A file of a ZIP as it unpacks.
#[derive(Debug)]
pub(crate) struct Unpacked<'a, R: Read> {
    from: Packed<'a, R>,
    packed: u64,
    given: u64,
    allowance: &'a mut Allowance,
}

#[derive(Debug)]
enum Packed<'a, R: Read> {
    Stored(Take<&'a mut R>),
    Deflated(DeflateDecoder<Take<&'a mut R>>),
}

/// Opens a file as a stream that fails once it gives more than it may.
///
/// # Errors
/// When it is locked, packed in another way, or not where the directory says.
pub(crate) fn open<'a, R: Read + Seek>(
    from: &'a mut R,
    member: &Member,
    allowance: &'a mut Allowance,
) -> Result<Unpacked<'a, R>, Reason> {
    let failed = |error: Error| reason(&error);
    from.seek(SeekFrom::Start(member.start)).map_err(failed)?;
    let mut head = [0; 30];
    from.read_exact(&mut head).map_err(failed)?;
    if !head.starts_with(b"PK\x03\x04") || member.locked {
        return Err(Reason::BadZip);
    }
    let names = i64::from(two(&head, 26)) + i64::from(two(&head, 28));
    from.seek(SeekFrom::Current(names)).map_err(failed)?;
    let packed = from.take(member.packed);
    let from = match member.method {
        0 => Packed::Stored(packed),
        8 => Packed::Deflated(DeflateDecoder::new(packed)),
        _ => return Err(Reason::BadZip),
    };
    Ok(Unpacked { from, packed: member.packed, given: 0, allowance })
}

impl<R: Read> Read for Unpacked<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = match &mut self.from {
            Packed::Stored(from) => from.read(into)?,
            Packed::Deflated(from) => from.read(into)?,
        };
        let bytes = count as u64;
        self.given += bytes;
        let most = self.packed.saturating_mul(HIGHEST_RATIO).max(HARMLESS);
        if self.given > most || bytes > self.allowance.0 {
            return Err(Error::other(Bomb));
        }
        self.allowance.0 -= bytes;
        Ok(count)
    }
}
