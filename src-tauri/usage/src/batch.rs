//! What a reader hands over while it reads, and the set in which one answer stands once.

use crate::hash::HashedMap;
use crate::record::{Names, Record};
use crate::spill::{PARTS, Spill};
use jiff::Timestamp;
use std::cmp::Reverse;

/// What one thread has read and not yet handed over.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) records: Vec<Record>,
    pub(crate) names: Names,
    /// Token counts of Codex files, whose meaning depends on other files.
    pub(crate) rollouts: Vec<crate::codex::Rollout>,
    /// Lines that stand for a failed request and have no usage.
    pub(crate) stubs: u64,
    /// When limits that were hit would be lifted.
    pub(crate) limits: Vec<Timestamp>,
}

/// What a reader needs to know of the file beside its lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Names the session where the lines do not: the file's name without its ending.
    pub(crate) stem: &'a str,
    /// The name of the folder the file lies in.
    pub(crate) folder: &'a str,
    /// When the file was last changed, for logs without times.
    pub(crate) changed: Option<Timestamp>,
    /// Whether the folder worked in is kept.
    pub(crate) projects: bool,
}

/// Records held in memory before they go to disk: with their index some 3 MB. The parts of an answer follow one another,
/// so that nearly all of them meet in memory.
const HELD: usize = 1 << 14;

/// Answers by key, each once, whatever the order in which copies come.
///
/// Memory is bounded: a full table goes to disk ([`Spill`]) and a new one is begun. Deciding between copies
/// is taking the greatest by one total order, so it does not matter which of them met in memory.
#[derive(Debug, Default)]
pub(crate) struct Unique {
    index: HashedMap<u32>,
    records: Vec<Record>,
    spill: Option<Spill>,
    /// The disk took no more: everything from then on stays in memory, so that nothing is lost.
    full: bool,
}

impl Unique {
    /// Adds a record, or decides between it and the copy that is there.
    pub(crate) fn add(&mut self, record: Record) {
        if self.records.len() >= HELD && !self.full {
            self.put_away();
        }
        if self.records.capacity() == 0 {
            self.records.reserve(256);
        }
        let next = self.records.len() as u32;
        let at = *self.index.entry(record.key).or_insert(next);
        if at == next {
            self.records.push(record);
            return;
        }
        let held = &mut self.records[at as usize];
        let unfinished = held.unfinished && record.unfinished;
        if preference(&record) > preference(held) {
            *held = record;
        }
        held.unfinished = unfinished;
    }

    /// Moves what is held to disk; what the disk does not take stays.
    fn put_away(&mut self) {
        if self.spill.is_none() {
            self.spill = Spill::new().ok();
        }
        let Some(spill) = &mut self.spill else {
            self.full = true;
            return;
        };
        while let Some(record) = self.records.last() {
            if spill.add(record).is_err() {
                self.full = true;
                break;
            }
            self.records.pop();
        }
        self.index.clear();
        self.index.extend(self.records.iter().enumerate().map(|(at, record)| (record.key, at as u32)));
    }

    /// Hands over the answers in groups; all answers with one id are in one group. `each` is given a group
    /// in no particular order, and may change it.
    ///
    /// # Errors
    /// When what was put on disk does not come back.
    pub(crate) fn groups(mut self, mut each: impl FnMut(&mut Vec<Record>)) -> std::io::Result<()> {
        drop(std::mem::take(&mut self.index));
        let mut held = std::mem::take(&mut self.records);
        let Some(mut spill) = self.spill.take() else {
            each(&mut held);
            return Ok(());
        };
        // What is held joins its parts; with a full disk there is one group, and it is all there is.
        while let Some(record) = held.last().filter(|_| !self.full) {
            match spill.add(record) {
                Ok(()) => drop(held.pop()),
                Err(_) => self.full = true,
            }
        }
        if self.full {
            let mut all = Unique { full: true, ..Unique::default() };
            held.into_iter().for_each(|record| all.add(record));
            for part in 0..PARTS {
                spill.part(part, |record| all.add(record))?;
            }
            each(&mut all.records);
            return Ok(());
        }
        drop(held);
        let mut group = Unique { full: true, ..Unique::default() };
        for part in 0..PARTS {
            spill.part(part, |record| group.add(record))?;
            each(&mut group.records);
            group.records.clear();
            group.index.clear();
        }
        Ok(())
    }
}

/// Which copy of an answer is kept: the main line before a sidechain, then the greater output; the rest only
/// makes the choice the same for any order of files: the earliest, then by content.
fn preference(record: &Record) -> impl Ord + use<> {
    (
        !record.sidechain,
        record.tokens.output,
        record.tokens,
        Reverse(record.instant),
        Reverse((record.session, record.model, record.project, record.provider)),
        (record.web_searches, record.tier, record.fast, record.us_only, record.requests, record.free),
        (record.billed_nanodollars, record.prompt_size, record.whole_day),
        Reverse((record.instant_assumed, record.model_assumed)),
    )
}
