//! What a reader hands over while it reads, and the set in which one answer stands once.

use crate::hash::HashedMap;
use crate::record::{Names, Record};
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
    /// When the file was last changed, for logs without times.
    pub(crate) changed: Option<Timestamp>,
    /// Whether the folder worked in is kept.
    pub(crate) projects: bool,
}

/// Answers by key, each once, whatever the order in which copies come.
#[derive(Debug, Default)]
pub(crate) struct Unique {
    index: HashedMap<u32>,
    records: Vec<Record>,
}

impl Unique {
    /// Adds a record, or decides between it and the copy that is there.
    pub(crate) fn add(&mut self, record: Record) {
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

    pub(crate) fn into_records(mut self) -> Vec<Record> {
        drop(std::mem::take(&mut self.index));
        self.records
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
        (record.web_searches, record.tier, record.fast, record.us_only),
        Reverse((record.instant_assumed, record.model_assumed)),
    )
}
