//! What an own history keeps of a scan: sums small enough to keep for ever, that can still be priced and grouped.
//!
//! A row sums the answers of one session in one quarter of an hour that were priced alike: of one model, served one
//! way, with prompts between the same two sizes. Quarters of an hour, because every zone of today is whole quarters
//! away from UTC, so that days can still be decided when rows are read. Sizes, because every price tier on sale begins
//! at one of [`SIZES`], so that the tier can still be told.
//!
//! [`merge`] makes importing idempotent. **Its limit:** a row is replaced as a whole by one that has more answers. If a
//! client moved part of a session to another session and deleted the first, the moved part is counted in both.

use crate::record::{Client, Name, PromptSize, Record, Tier, Tokens};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Sizes of prompt, tokens: a prompt belongs to the first that it does not exceed, or is beyond all. Among them are the
/// thresholds of price tiers on sale in 2026; xAI's tier begins at 200,000 and others' above it, hence both.
pub const SIZES: [u64; 22] = [
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 48_000, 64_000, 80_000, 100_000, 128_000, 160_000, 199_999, 200_000,
    256_000, 272_000, 384_000, 512_000, 700_000, 1_000_000, 1_500_000, 2_000_000,
];

/// Seconds of a quarter of an hour.
pub const QUARTER: i64 = 900;

/// What makes a row: two imports that see the same answers make the same keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// Which program or export.
    pub client: Client,
    /// The session.
    pub session: Name,
    /// First second of the quarter of an hour, or of the day if the source only gives days; since 1970, UTC.
    pub start: i64,
    /// The source only gives days, which are days in UTC.
    pub whole_day: bool,
    /// The model as the source names it.
    pub model: Name,
    /// The provider, if the source names one.
    pub provider: Name,
    /// The folder worked in, if such names are kept.
    pub project: Name,
    /// Service tier named by the source.
    pub tier: Tier,
    /// The fast, dearer mode.
    pub fast: bool,
    /// Had to stay in the United States.
    pub us_only: bool,
    /// The source says that it cost nothing.
    pub free: bool,
    /// What is known of the prompts' sizes.
    pub prompt_size: PromptSize,
    /// Place in [`SIZES`] of the prompts' size, or its length for prompts beyond all; 0 where requests are not known
    /// one by one.
    pub size: u8,
}

/// The sums of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Row {
    /// Records summed.
    pub records: u64,
    /// Requests they stand for.
    pub requests: u64,
    /// Tokens by kind.
    pub tokens: Tokens,
    /// Searches of the web made by the provider.
    pub web_searches: u64,
    /// What the source says was charged, billionths of a US dollar.
    pub billed_nanodollars: Option<i64>,
    /// The keys of the records added up, so that two rows are known to sum the same records.
    pub fingerprint: u64,
}

impl RowKey {
    /// The row a record belongs to.
    pub fn of(record: &Record) -> RowKey {
        let second = record.instant.as_second();
        let size = match record.prompt_size {
            PromptSize::Own => SIZES.partition_point(|size| *size < record.tokens.prompt()) as u8,
            _ => 0,
        };
        RowKey {
            client: record.client,
            session: record.session,
            start: if record.whole_day { second } else { second.div_euclid(QUARTER) * QUARTER },
            whole_day: record.whole_day,
            model: record.model,
            provider: record.provider,
            project: record.project,
            tier: record.tier,
            fast: record.fast,
            us_only: record.us_only,
            free: record.free,
            prompt_size: record.prompt_size,
            size,
        }
    }

    /// The row as one record, to be grouped and priced. Its prompt is not that of one request: see
    /// [`longest_prompt`](Self::longest_prompt). Counts beyond 32 bits stop there.
    pub fn record(&self, row: &Row) -> Record {
        let mut record = Record::new(self.client, self.instant());
        record.key = row.fingerprint;
        record.session = self.session;
        record.model = self.model;
        record.provider = self.provider;
        record.project = self.project;
        record.tokens = row.tokens;
        record.web_searches = u32::try_from(row.web_searches).unwrap_or(u32::MAX);
        record.requests = u32::try_from(row.requests).unwrap_or(u32::MAX);
        record.billed_nanodollars = row.billed_nanodollars;
        record.prompt_size = self.prompt_size;
        record.tier = self.tier;
        record.fast = self.fast;
        record.us_only = self.us_only;
        record.whole_day = self.whole_day;
        record.free = self.free;
        record
    }

    /// The longest prompt that a request of the row can have had, tokens: no price tier begins between it and the others
    /// of the row. `None` where requests are not known one by one.
    pub fn longest_prompt(&self) -> Option<u64> {
        let known = self.prompt_size == PromptSize::Own;
        known.then(|| SIZES.get(usize::from(self.size)).copied().unwrap_or(u64::MAX))
    }

    /// When the row begins.
    pub fn instant(&self) -> Timestamp {
        Timestamp::from_second(self.start).unwrap_or_default()
    }
}

impl Row {
    /// Adds a record.
    pub fn add(&mut self, record: &Record) {
        let tokens = &record.tokens;
        self.records += 1;
        self.requests = self.requests.saturating_add(u64::from(record.requests));
        self.tokens.input = self.tokens.input.saturating_add(tokens.input);
        self.tokens.cache_read = self.tokens.cache_read.saturating_add(tokens.cache_read);
        self.tokens.cache_write_5m = self.tokens.cache_write_5m.saturating_add(tokens.cache_write_5m);
        self.tokens.cache_write_1h = self.tokens.cache_write_1h.saturating_add(tokens.cache_write_1h);
        self.tokens.output = self.tokens.output.saturating_add(tokens.output);
        self.web_searches = self.web_searches.saturating_add(u64::from(record.web_searches));
        if let Some(billed) = record.billed_nanodollars {
            self.billed_nanodollars = Some(self.billed_nanodollars.unwrap_or(0).saturating_add(billed));
        }
        self.fingerprint = self.fingerprint.wrapping_add(record.key);
    }
}

/// Rows by key.
pub type Rows = BTreeMap<RowKey, Row>;

/// The rows of records. For a scan too large for memory call [`RowKey::of`] and [`Row::add`] in
/// [`scan_each`](crate::scan_each).
pub fn rows<'a>(records: impl IntoIterator<Item = &'a Record>) -> Rows {
    let mut rows = Rows::new();
    for record in records {
        rows.entry(RowKey::of(record)).or_default().add(record);
    }
    rows
}

/// What a merge changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Merged {
    /// Rows that were not known.
    pub added: u64,
    /// Rows that had less and were replaced.
    pub updated: u64,
    /// Rows that stayed as they were.
    pub kept: u64,
}

/// Takes new rows into a history. A row that is known is replaced if the new one sums more records, or as many with
/// more tokens: a log that was cut or partly deleted takes nothing away, and the same import twice changes nothing.
pub fn merge(history: &mut Rows, new: &Rows) -> Merged {
    let mut merged = Merged::default();
    for (key, row) in new {
        match history.get_mut(key) {
            None => {
                history.insert(*key, *row);
                merged.added += 1;
            }
            Some(known) if supersedes(row, known) => {
                *known = *row;
                merged.updated += 1;
            }
            Some(_) => merged.kept += 1,
        }
    }
    merged
}

/// True if a new row has more than the known one of the same key, and so takes its place.
pub fn supersedes(new: &Row, known: &Row) -> bool {
    weight(new) > weight(known)
}

fn weight(row: &Row) -> (u64, u64, Tokens, u64, Option<i64>) {
    (row.records, row.tokens.total(), row.tokens, row.requests, row.billed_nanodollars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(at: &str, prompt: u64, output: u64) -> Record {
        let mut record = Record::new(Client::ClaudeCode, at.parse().unwrap());
        record.tokens.input = prompt;
        record.tokens.output = output;
        record.key = prompt ^ output << 32;
        record
    }

    #[test]
    fn importing_twice_changes_nothing_and_more_of_a_session_updates_it() {
        let first = [record("2026-03-01T10:01:00Z", 10, 5), record("2026-03-01T10:14:59Z", 10, 1)];
        let mut history = Rows::new();
        assert_eq!(merge(&mut history, &rows(&first)), Merged { added: 1, ..Merged::default() });
        let before = history.clone();
        assert_eq!(merge(&mut history, &rows(&first)), Merged { kept: 1, ..Merged::default() });
        assert_eq!(history, before);
        // The second answer goes on, a third comes in the same quarter, a fourth in the next.
        let later = [
            first[0],
            record("2026-03-01T10:14:59Z", 10, 40),
            record("2026-03-01T10:14:59Z", 11, 2),
            record("2026-03-01T10:15:00Z", 11, 2),
        ];
        assert_eq!(merge(&mut history, &rows(&later)), Merged { added: 1, updated: 1, kept: 0 });
        let output: u64 = history.values().map(|row| row.tokens.output).sum();
        assert_eq!(output, 5 + 40 + 2 + 2);
        // The log was deleted but for its end: nothing is lost.
        assert_eq!(merge(&mut history, &rows(&later[2..])), Merged { added: 0, updated: 0, kept: 2 });
        assert_eq!(history.values().map(|row| row.tokens.output).sum::<u64>(), output);
    }

    /// Kathmandu is 5:45 ahead of UTC, so its midnight is 18:15 UTC: a row lies on one side of it.
    #[test]
    fn rows_lie_within_one_day_of_every_zone() {
        let records = [record("2026-03-01T18:14:59Z", 1, 1), record("2026-03-01T18:15:00Z", 1, 1)];
        let days: Vec<String> = rows(&records)
            .keys()
            .map(|key| {
                let zone = jiff::tz::TimeZone::get("Asia/Kathmandu").unwrap();
                zone.to_datetime(key.instant()).date().to_string()
            })
            .collect();
        assert_eq!(days, ["2026-03-01", "2026-03-02"]);
    }

    /// A tier of the price list holds above its threshold, so prompts on its two sides must be in two rows.
    #[test]
    fn rows_lie_within_one_price_tier() {
        for threshold in [32_000, 100_000, 128_000, 199_999, 200_000, 256_000, 272_000, 512_000] {
            let records =
                [record("2026-03-01T10:00:00Z", threshold, 1), record("2026-03-01T10:00:00Z", threshold + 1, 1)];
            assert_eq!(rows(&records).len(), 2, "{threshold}");
        }
    }
}
