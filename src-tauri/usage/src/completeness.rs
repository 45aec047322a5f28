//! How much of what a person used the logs can still tell.

use crate::record::{Client, PromptSize, Record};
use crate::refused::Refused;
use serde::Serialize;

/// How far the totals of a scan can be trusted to be all that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Grade {
    /// No shortfall is known.
    Full,
    /// Something is missing or assumed, or older logs are deleted; what was read is right.
    Partial,
    /// The totals are too low by an unknown amount: a tenth of the answers or more are undercounted, or a
    /// hundredth of the lines or more could not be read.
    Low,
}

/// One reason why the totals may be too low, or its days wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Shortfall {
    /// Claude Code deletes its logs after so many days, without a word; use before that is gone.
    Deleted {
        /// Days a log is kept.
        after_days: u32,
    },
    /// Sessions whose answers were only written down when they had begun, so that output is missing.
    Undercounted {
        /// Sessions.
        sessions: u64,
        /// Their answers with missing output.
        answers: u64,
    },
    /// Lines that could not be read.
    RefusedLines {
        /// Lines.
        lines: u64,
    },
    /// Files and folders that could not be read.
    RefusedFiles {
        /// Files and folders.
        files: u64,
    },
    /// Answers without a time, dated by when their file was last changed.
    AssumedTimes {
        /// Answers.
        answers: u64,
    },
    /// Answers without a model, taken as their client's default of that time.
    AssumedModels {
        /// Answers.
        answers: u64,
    },
    /// Rows of exports that only give a day, which is a day in UTC and not one of the person's own zone.
    UtcDays {
        /// Rows.
        rows: u64,
    },
    /// Rows that sum requests of unknown sizes, so that a higher price for long prompts cannot be seen.
    UnknownPromptSizes {
        /// Rows.
        rows: u64,
    },
    /// Rows told by another reader of logs; where those logs were read too, their use is counted twice.
    SecondHand {
        /// Rows.
        rows: u64,
    },
}

/// The grade, and every reason against a better one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Completeness {
    /// The grade.
    pub grade: Grade,
    /// What is missing or may be.
    pub shortfalls: Vec<Shortfall>,
}

/// Days after which Claude Code deletes a log unless told otherwise.
pub(crate) const KEPT_DAYS: u32 = 30;

/// What completeness depends on, summed record by record.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    records: u64,
    claude_code: bool,
    undercount: crate::claude_code::Undercount,
    times: u64,
    models: u64,
    utc_days: u64,
    unknown_sizes: u64,
    second_hand: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, record: &Record) {
        self.records += 1;
        self.claude_code |= record.client == Client::ClaudeCode;
        self.undercount.add(record);
        self.times += u64::from(record.instant_assumed);
        self.models += u64::from(record.model_assumed);
        self.utc_days += u64::from(record.whole_day && record.client != Client::Ccusage);
        self.unknown_sizes += u64::from(record.prompt_size == PromptSize::Unknown && record.tokens.total() > 0);
        self.second_hand += u64::from(record.client == Client::Ccusage);
    }

    /// Grades what was read: `lines` in all, `kept_days` as the client's settings have it.
    pub(crate) fn grade(&self, refused: &[Refused], lines: u64, kept_days: Option<u32>) -> Completeness {
        let mut shortfalls = Vec::new();
        if self.claude_code {
            shortfalls.push(Shortfall::Deleted { after_days: kept_days.unwrap_or(KEPT_DAYS) });
        }
        let (sessions, undercounted) = self.undercount.end();
        if sessions > 0 {
            shortfalls.push(Shortfall::Undercounted { sessions, answers: undercounted });
        }
        let losing = || refused.iter().filter(|entry| entry.reason.loses_usage());
        let refused_lines: u64 = losing().map(|entry| entry.lines).sum();
        if refused_lines > 0 {
            shortfalls.push(Shortfall::RefusedLines { lines: refused_lines });
        }
        let files = losing().filter(|entry| entry.lines == 0).count() as u64;
        if files > 0 {
            shortfalls.push(Shortfall::RefusedFiles { files });
        }
        let mut some = |count: u64, shortfall: Shortfall| {
            if count > 0 {
                shortfalls.push(shortfall);
            }
        };
        some(self.times, Shortfall::AssumedTimes { answers: self.times });
        some(self.models, Shortfall::AssumedModels { answers: self.models });
        some(self.utc_days, Shortfall::UtcDays { rows: self.utc_days });
        some(self.unknown_sizes, Shortfall::UnknownPromptSizes { rows: self.unknown_sizes });
        some(self.second_hand, Shortfall::SecondHand { rows: self.second_hand });
        let is_low =
            undercounted > 0 && undercounted * 10 >= self.records || refused_lines > 0 && refused_lines * 100 >= lines;
        let grade = match (is_low, shortfalls.is_empty()) {
            (true, _) => Grade::Low,
            (false, false) => Grade::Partial,
            (false, true) => Grade::Full,
        };
        Completeness { grade, shortfalls }
    }
}
