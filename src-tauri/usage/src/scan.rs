//! Reads all files of all roots, over threads, into one set of records.

use crate::batch::{Batch, Context, Unique};
use crate::completeness::{Completeness, Tally};
use crate::format::{Format, LONG_PREFIX, PREFIX, recognise};
use crate::lines::{CHUNK, LONGEST, Line, Lines};
use crate::record::{Client, Names, Record, Totals};
use crate::refused::{Reason, Refused};
use crate::roots::{Found, Root, find};
use crate::{
    amp, ccusage, claude_code, codex, copilot, databases, droid, export, gemini, kimi, litellm, opencode, pi, qwen,
    sqlite, zip,
};
use jiff::Timestamp;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// Records a thread collects before it hands them over.
const HANDFUL: usize = 1024;

/// What to read, beside where.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The clients to read; empty for all.
    pub clients: Vec<Client>,
    /// Keep the names of the folders worked in. Off by default: they can tell whom a person works for.
    pub projects: bool,
    /// Threads; 0 for as many as the machine runs at once.
    pub threads: usize,
}

/// How far a scan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes that the files had when the scan began; a file that grows can bring `bytes` beyond it.
    pub of_bytes: u64,
}

/// The scan was cancelled; nothing of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Reading the logs was cancelled. Nothing was changed or kept.")]
pub struct Cancelled;

/// What was read.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Every answer once, in order of time and then of key: the same for any order of files and any number
    /// of threads. Empty after [`scan_each`], which hands them over instead.
    pub records: Vec<Record>,
    /// The texts behind the names in the records.
    pub names: Names,
    /// Files read as logs.
    pub files: u64,
    /// Their lines; a document counts as one.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Everything that was not read, with the reason, in order of path.
    pub refused: Vec<Refused>,
    /// Lines that stand for a failed request, which used nothing.
    pub failed_requests: u64,
    /// When limits that were hit would be lifted, as the logs say; in order, each once.
    pub limits: Vec<Timestamp>,
    /// How much of what was used the logs can still tell.
    pub completeness: Completeness,
}

impl Scan {
    /// The sums of all records.
    pub fn totals(&self) -> Totals {
        self.records.iter().collect()
    }
}

/// Reads the roots into [`Scan::records`]. `progress` is told after each chunk of some 256 KiB, from any
/// thread; `cancel` is looked at for each line.
///
/// # Errors
/// Only [`Cancelled`]. What cannot be read is in [`Scan::refused`].
pub fn scan(
    roots: &[Root],
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &AtomicBool,
) -> Result<Scan, Cancelled> {
    let mut records = Vec::new();
    let mut scan = scan_each(roots, options, progress, cancel, &mut |_, record| records.push(*record))?;
    records.sort_unstable_by_key(|record| (record.instant, record.key));
    scan.records = records;
    Ok(scan)
}

/// Reads the roots and gives each answer once to `each`, in no particular order, with the texts behind its
/// names. Memory does not grow with the number of answers: beyond some 16,000 they wait in a file that the
/// system removes. Nothing is handed over before everything is read.
///
/// # Errors
/// As [`scan`].
pub fn scan_each(
    roots: &[Root],
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &AtomicBool,
    each: &mut dyn FnMut(&Names, &Record),
) -> Result<Scan, Cancelled> {
    let stopped = || cancel.load(Ordering::Relaxed);
    let wanted = |client: Client| options.clients.is_empty() || options.clients.contains(&client);
    let roots: Vec<Root> = roots.iter().filter(|root| root.client.is_none_or(wanted)).cloned().collect();
    let (mut found, refused) = find(&roots, stopped);
    // The largest first, so that no thread is left alone with it at the end.
    found.sort_by(|a, b| b.length.cmp(&a.length).then_with(|| a.path.cmp(&b.path)));
    let shared = Shared {
        of_bytes: found.iter().map(|file| file.length).sum(),
        found,
        next: AtomicUsize::new(0),
        bytes: AtomicU64::new(0),
        unique: Mutex::new(Unique::default()),
        options,
        progress,
        cancel,
    };
    let machine = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if options.threads == 0 { machine } else { options.threads };
    let threads = threads.clamp(1, shared.found.len().max(1));
    let mut all = Thread { refused, ..Thread::default() };
    std::thread::scope(|scope| {
        let running: Vec<_> = (1..threads).map(|_| scope.spawn(|| shared.work())).collect();
        all.merge(shared.work());
        for thread in running {
            match thread.join() {
                Ok(part) => all.merge(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    if stopped() {
        return Err(Cancelled);
    }
    let kept_days = roots
        .iter()
        .filter(|root| root.client.is_none_or(|client| client == Client::ClaudeCode))
        .filter_map(kept_days)
        .min();
    let mut unique = shared.unique.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Batch { mut names, rollouts, stubs, mut limits, .. } = all.batch;
    codex::settle(rollouts, &mut names, |record| unique.add(record));
    let mut tally = Tally::default();
    let returned = unique.groups(|group| {
        if stopped() {
            return;
        }
        claude_code::drop_replays(group);
        for record in group.iter() {
            if stopped() {
                return;
            }
            tally.add(record);
            each(&names, record);
        }
    });
    if stopped() {
        return Err(Cancelled);
    }
    if let Err(error) = returned {
        let path = std::env::temp_dir();
        all.refused.push(Refused { path, line: None, reason: Reason::of(&error), lines: 0 });
    }
    limits.sort_unstable();
    limits.dedup();
    all.refused.sort();
    let completeness = tally.grade(&all.refused, all.lines, kept_days);
    Ok(Scan {
        records: Vec::new(),
        names,
        files: all.files,
        lines: all.lines,
        bytes: shared.bytes.into_inner(),
        refused: all.refused,
        failed_requests: stubs,
        limits,
        completeness,
    })
}

/// Days after which Claude Code deletes its logs, if its settings say.
fn kept_days(root: &Root) -> Option<u32> {
    crate::json::objects! {
        Settings { days: crate::json::Number = "cleanupPeriodDays", }
    }
    let file = File::open(root.path.join("settings.json")).ok()?;
    let mut text = Vec::new();
    file.take(1 << 20).read_to_end(&mut text).ok()?;
    let settings: Settings = serde_json::from_slice(&text).ok()?;
    u32::try_from(settings.days.0?).ok()
}

struct Shared<'a> {
    found: Vec<Found>,
    next: AtomicUsize,
    bytes: AtomicU64,
    of_bytes: u64,
    unique: Mutex<Unique>,
    options: &'a Options,
    progress: &'a (dyn Fn(Progress) + Sync),
    cancel: &'a AtomicBool,
}

/// What one thread has to hand over at its end.
#[derive(Default)]
struct Thread {
    batch: Batch,
    refused: Vec<Refused>,
    files: u64,
    lines: u64,
    /// Used again for each file: its beginning, and its lines.
    prefix: Vec<u8>,
    buffer: Vec<u8>,
}

impl Thread {
    fn merge(&mut self, other: Thread) {
        self.batch.names.extend(other.batch.names);
        self.batch.rollouts.extend(other.batch.rollouts);
        self.batch.limits.extend(other.batch.limits);
        self.batch.stubs += other.batch.stubs;
        self.refused.extend(other.refused);
        self.files += other.files;
        self.lines += other.lines;
    }
}

impl Shared<'_> {
    fn work(&self) -> Thread {
        let mut thread = Thread::default();
        while !self.cancel.load(Ordering::Relaxed) {
            let Some(file) = self.found.get(self.next.fetch_add(1, Ordering::Relaxed)) else { break };
            let mut refusals = Refusals::default();
            if let Err(error) = self.file(file, &mut thread, &mut refusals) {
                refusals.whole(Reason::of(&error));
            }
            refusals.hand_over(&file.path, &mut thread.refused);
            self.hand_over(&mut thread.batch);
        }
        thread
    }

    fn hand_over(&self, batch: &mut Batch) {
        if batch.records.is_empty() {
            return;
        }
        let mut unique = self.unique.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for record in batch.records.drain(..) {
            unique.add(record);
        }
    }

    fn file(&self, file: &Found, thread: &mut Thread, refusals: &mut Refusals) -> std::io::Result<()> {
        let mut from = Counted { from: File::open(&file.path)?, shared: self };
        let Thread { batch, files, lines: all_lines, prefix, buffer, .. } = thread;
        prefix.clear();
        from.by_ref().take(PREFIX as u64).read_to_end(prefix)?;
        if prefix.is_empty() {
            return Ok(());
        }
        let mut format = recognise(prefix, &file.path, file.client);
        if format.is_none() && prefix.len() == PREFIX && prefix.contains(&b'{') {
            // A long first line, or many of kinds that tell nothing, can hide what the file is.
            from.by_ref().take(LONG_PREFIX as u64 - PREFIX as u64).read_to_end(prefix)?;
            format = recognise(prefix, &file.path, file.client);
        }
        let Some(format) = format else {
            refusals.whole(Reason::NotALog);
            return Ok(());
        };
        let wanted = |client: Client| self.options.clients.is_empty() || self.options.clients.contains(&client);
        if format.client().is_some_and(|client| !wanted(client)) {
            return Ok(());
        }
        let name = |name: Option<&std::ffi::OsStr>| name.unwrap_or_default().to_string_lossy().into_owned();
        let (stem, folder) = (name(file.path.file_stem()), name(file.path.parent().and_then(Path::file_name)));
        let context = Context { stem: &stem, folder: &folder, changed: file.changed, projects: self.options.projects };
        if format == Format::Database {
            match self.database(from, file, &context, thread, refusals, &wanted) {
                Ok(read) => thread.files += u64::from(read),
                Err(reason) => refusals.whole(reason),
            }
            return Ok(());
        }
        *files += 1;
        if format == Format::Zip {
            if let Err(reason) = self.zip(&mut from, &context, thread, refusals, &file.path) {
                refusals.whole(reason);
            }
            return Ok(());
        }
        let whole = Cursor::new(&prefix[..]).chain(from);
        if format.is_document() {
            *all_lines += 1;
            // A cancelled read looks like a damaged document: then nothing is kept anyway.
            if let Err(reason) = read_document(format, whole, &context, batch, refusals) {
                refusals.line(1, reason);
            }
            return Ok(());
        }
        let mut reader = LineReader::new(format, &file.path);
        let mut lines = Lines::new(whole, buffer);
        let read = self.lines(&mut lines, &mut reader, &context, batch, refusals);
        if let Err(reason) = reader.end(&context, batch) {
            refusals.line(lines.number(), reason);
        }
        *all_lines += lines.number();
        read
    }

    /// Reads a database of a client; false if it is of one that is not wanted.
    fn database(
        &self,
        from: Counted<'_, '_>,
        file: &Found,
        context: &Context<'_>,
        thread: &mut Thread,
        refusals: &mut Refusals,
        wanted: &dyn Fn(Client) -> bool,
    ) -> Result<bool, Reason> {
        let mut database = sqlite::Database::open(from, &file.path)?;
        let tables = database.tables()?;
        let client = databases::client(&tables, &file.path, file.client).ok_or(Reason::Database)?;
        if !wanted(client) {
            return Ok(false);
        }
        let batch = &mut thread.batch;
        let mut refuse = |row, reason| refusals.line(row, reason);
        let mut full = |batch: &mut Batch| {
            if batch.records.len() >= HANDFUL {
                self.hand_over(batch);
            }
        };
        let (rows, read) = databases::read(&mut database, &tables, client, context, batch, &mut refuse, &mut full);
        thread.lines += rows;
        if let Err(reason) = read {
            refusals.whole(reason);
        }
        Ok(true)
    }

    /// Reads the tables in a ZIP. Each file in it that is refused is named below the ZIP's path.
    fn zip(
        &self,
        from: &mut Counted<'_, '_>,
        context: &Context<'_>,
        thread: &mut Thread,
        refusals: &mut Refusals,
        path: &Path,
    ) -> Result<(), Reason> {
        let mut allowance = zip::Allowance::new();
        let Thread { batch, lines: all_lines, buffer, refused, .. } = thread;
        let mut prefix = Vec::new();
        for member in zip::members(from)? {
            let mut of_member = Refusals::default();
            let mut read = || -> Result<(), Reason> {
                let mut unpacked = zip::open(from, &member, &mut allowance)?;
                prefix.clear();
                unpacked.by_ref().take(PREFIX as u64).read_to_end(&mut prefix).map_err(|error| zip::reason(&error))?;
                let Some(Format::Table(table)) = recognise(&prefix, path, None) else {
                    return if prefix.is_empty() { Ok(()) } else { Err(Reason::NotALog) };
                };
                let mut reader = LineReader::Table(Box::new(export::Reader::new(table)));
                let mut lines = Lines::new(Cursor::new(&prefix[..]).chain(unpacked), buffer);
                let read = self.lines(&mut lines, &mut reader, context, batch, &mut of_member);
                if let Err(reason) = reader.end(context, batch) {
                    of_member.line(lines.number(), reason);
                }
                *all_lines += lines.number();
                read.map_err(|error| zip::reason(&error))
            };
            if let Err(reason) = read() {
                of_member.whole(reason);
            }
            let bomb = of_member.0.iter().any(|(reason, ..)| *reason == Reason::ZipBomb);
            of_member.hand_over(&path.join(&member.name), refused);
            if bomb {
                // Nothing more of it is touched.
                refusals.whole(Reason::ZipBomb);
                break;
            }
        }
        Ok(())
    }

    fn lines<R: Read>(
        &self,
        lines: &mut Lines<'_, R>,
        reader: &mut LineReader,
        context: &Context<'_>,
        batch: &mut Batch,
        refusals: &mut Refusals,
    ) -> std::io::Result<()> {
        while let Some(line) = lines.next()? {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(std::io::Error::other(Cancelled));
            }
            let refused = reader.read_line(&line, context, batch);
            if let Err(reason) = refused {
                refusals.line(lines.number(), reason);
            }
            if batch.records.len() >= HANDFUL {
                self.hand_over(batch);
            }
        }
        Ok(())
    }
}

/// Reads a document as a whole.
fn read_document(
    format: Format,
    from: impl Read,
    context: &Context<'_>,
    batch: &mut Batch,
    refusals: &mut Refusals,
) -> Result<(), Reason> {
    if matches!(format, Format::OpenCode | Format::Droid) {
        let mut document = Vec::new();
        from.take(LONGEST as u64 + 1).read_to_end(&mut document).map_err(|error| Reason::of(&error))?;
        if document.len() > LONGEST {
            return Err(Reason::TooLong);
        }
        let document = without_mark(&document);
        return match format {
            Format::Droid => droid::read(document, context, batch),
            _ => opencode::read(document, context, batch),
        };
    }
    let mut from = BufReader::with_capacity(CHUNK, from);
    skip_mark(&mut from).map_err(|error| Reason::of(&error))?;
    let mut refuse = |reason| refusals.line(1, reason);
    let read = match format {
        Format::Amp => amp::read_document(from, context, batch, &mut refuse),
        Format::LiteLlmDocument => litellm::read_document(from, context, batch, &mut refuse),
        Format::Ccusage => ccusage::read_document(from, context, batch, &mut refuse),
        _ => {
            let mut reader = gemini::Reader::default();
            let read = reader.read_document(from, context, batch, &mut refuse);
            reader.end(batch);
            read
        }
    };
    read.map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => Reason::Unfinished,
        serde_json::error::Category::Io => Reason::ReadError,
        _ => Reason::NotJson,
    })
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn skip_mark(from: &mut impl std::io::BufRead) -> std::io::Result<()> {
    if from.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        from.consume(3);
    }
    Ok(())
}

/// The reader of a form in lines.
enum LineReader {
    ClaudeCode,
    Codex(codex::Reader),
    Gemini(gemini::Reader),
    Pi(pi::Reader),
    Qwen,
    Copilot(copilot::Reader),
    Kimi,
    LiteLlm,
    Table(Box<export::Reader>),
}

impl LineReader {
    fn new(format: Format, path: &Path) -> LineReader {
        match format {
            Format::ClaudeCode => LineReader::ClaudeCode,
            Format::Codex => LineReader::Codex(codex::Reader::new(path)),
            Format::Pi => LineReader::Pi(pi::Reader::new(Client::Pi)),
            Format::OpenClaw => LineReader::Pi(pi::Reader::new(Client::OpenClaw)),
            Format::Qwen => LineReader::Qwen,
            Format::Copilot => LineReader::Copilot(copilot::Reader::default()),
            Format::Kimi => LineReader::Kimi,
            Format::LiteLlmLines => LineReader::LiteLlm,
            Format::Table(table) => LineReader::Table(Box::new(export::Reader::new(table))),
            _ => LineReader::Gemini(gemini::Reader::default()),
        }
    }

    fn read_line(&mut self, line: &Line<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        let Line::Whole { bytes, ended } = *line else { return Err(Reason::TooLong) };
        let read = match self {
            LineReader::ClaudeCode => claude_code::read(bytes, context, batch),
            LineReader::Codex(reader) => reader.read(bytes, context, batch),
            LineReader::Gemini(reader) => reader.read(bytes, context, batch),
            LineReader::Pi(reader) => reader.read(bytes, context, batch),
            LineReader::Qwen => qwen::read(bytes, context, batch),
            LineReader::Copilot(reader) => reader.read(bytes, context, batch),
            LineReader::Kimi => kimi::read(bytes, context, batch),
            LineReader::LiteLlm => litellm::read(bytes, context, batch),
            LineReader::Table(reader) => reader.read(bytes, context, batch),
        };
        match read {
            Err(Reason::NotJson | Reason::NotARow) if !ended => Err(Reason::Unfinished),
            read => read,
        }
    }

    /// Hands over what could only be settled at the file's end; `Err` if it ended in the middle of something.
    fn end(self, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        match self {
            LineReader::Codex(reader) => reader.end(context, batch),
            LineReader::Gemini(reader) => reader.end(batch),
            LineReader::Copilot(reader) => reader.end(batch),
            LineReader::Table(reader) => return reader.end(),
            LineReader::ClaudeCode | LineReader::Pi(_) | LineReader::Qwen | LineReader::Kimi | LineReader::LiteLlm => {}
        }
        Ok(())
    }
}

/// Counts bytes, tells the progress, and fails once the scan is cancelled.
struct Counted<'a, 'b> {
    from: File,
    shared: &'a Shared<'b>,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.shared.cancel.load(Ordering::Relaxed) {
            return Err(std::io::Error::other(Cancelled));
        }
        let most = into.len().min(CHUNK);
        let count = self.from.read(&mut into[..most])?;
        if count > 0 {
            let bytes = self.shared.bytes.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
            (self.shared.progress)(Progress { bytes, of_bytes: self.shared.of_bytes });
        }
        Ok(count)
    }
}

impl std::io::Seek for Counted<'_, '_> {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.from.seek(to)
    }
}

/// What one file refused, by reason.
#[derive(Default)]
struct Refusals(Vec<(Reason, Option<u64>, u64)>);

impl Refusals {
    fn whole(&mut self, reason: Reason) {
        self.0.push((reason, None, 0));
    }

    fn line(&mut self, line: u64, reason: Reason) {
        match self.0.iter_mut().find(|(known, ..)| *known == reason) {
            Some((_, _, lines)) => *lines += 1,
            None => self.0.push((reason, Some(line), 1)),
        }
    }

    fn hand_over(self, path: &Path, refused: &mut Vec<Refused>) {
        refused.extend(self.0.into_iter().map(|(reason, line, lines)| Refused {
            path: path.to_path_buf(),
            line,
            reason,
            lines,
        }));
    }
}
