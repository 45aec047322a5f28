//! Records on disk while a scan holds more of them than memory should: a file without a name, which the
//! system removes when the scan ends however it ends. It holds hashes and counts, as records do, and no text.
//!
//! Records are parted by their answer's id (by their key if they have none), so that all copies of an
//! answer, and all answers with one id, come back together. Deciding between copies in one part is then the
//! same as deciding between them in memory.

use crate::record::{Client, Name, PromptSize, Record, Tier, Tokens};
use jiff::Timestamp;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Parts. With 25 million records, some 10 GB of logs without repetition, a part is 100,000.
pub(crate) const PARTS: usize = 256;

/// Bytes of a record on disk.
const SIZE: usize = 121;

/// Records written at a time for a part: some 8 KiB, so that all parts hold 2 MiB back.
const BLOCK: usize = 64;

/// The file, and where the blocks of each part are in it.
#[derive(Debug)]
pub(crate) struct Spill {
    file: File,
    end: u64,
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    blocks: Vec<u64>,
    pending: Vec<u8>,
}

impl Spill {
    pub(crate) fn new() -> std::io::Result<Spill> {
        let parts = (0..PARTS).map(|_| Part::default()).collect();
        Ok(Spill { file: tempfile::tempfile()?, end: 0, parts })
    }

    /// Adds a record to its part.
    ///
    /// # Errors
    /// When the disk does not take it; what was added before is safe, and this record was not added.
    pub(crate) fn add(&mut self, record: &Record) -> std::io::Result<()> {
        let part = &mut self.parts[part_of(record)];
        if part.pending.len() == BLOCK * SIZE {
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(&part.pending)?;
            part.blocks.push(self.end);
            self.end += part.pending.len() as u64;
            part.pending.clear();
        }
        part.pending.extend_from_slice(&encode(record));
        Ok(())
    }

    /// Gives the records of a part to `each`.
    pub(crate) fn part(&mut self, at: usize, mut each: impl FnMut(Record)) -> std::io::Result<()> {
        let Part { blocks, pending } = std::mem::take(&mut self.parts[at]);
        let mut block = vec![0; BLOCK * SIZE];
        for start in blocks {
            self.file.seek(SeekFrom::Start(start))?;
            self.file.read_exact(&mut block)?;
            block.chunks_exact(SIZE).for_each(|bytes| each(decode(bytes)));
        }
        pending.chunks_exact(SIZE).for_each(|bytes| each(decode(bytes)));
        Ok(())
    }
}

/// The part of an answer.
fn part_of(record: &Record) -> usize {
    let hash = if record.id == 0 { record.key } else { record.id };
    (hash >> 56) as usize % PARTS
}

const TIERS: [Tier; 5] = [Tier::Unstated, Tier::Standard, Tier::Priority, Tier::Flex, Tier::Batch];
const SIZES: [PromptSize; 4] = [PromptSize::Own, PromptSize::Unknown, PromptSize::UpTo200k, PromptSize::Above200k];

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|other| other == one).unwrap_or(0) as u8
}

fn encode(record: &Record) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    let mut at = 0;
    let mut put = |part: &[u8]| {
        bytes[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    };
    let tokens = &record.tokens;
    for number in [
        record.key,
        record.id,
        record.session.0,
        record.model.0,
        record.provider.0,
        record.project.0,
        tokens.input,
        tokens.cache_read,
        tokens.cache_write_5m,
        tokens.cache_write_1h,
        tokens.output,
        record.billed_nanodollars.unwrap_or(0) as u64,
        record.instant.as_second() as u64,
    ] {
        put(&number.to_le_bytes());
    }
    put(&record.instant.subsec_nanosecond().to_le_bytes());
    put(&record.web_searches.to_le_bytes());
    put(&record.requests.to_le_bytes());
    let flags = [
        record.fast,
        record.us_only,
        record.sidechain,
        record.unfinished,
        record.model_assumed,
        record.instant_assumed,
        record.whole_day,
        record.free,
        record.billed_nanodollars.is_some(),
    ];
    let flags = flags.iter().enumerate().fold(0u16, |bits, (at, flag)| bits | u16::from(*flag) << at);
    put(&flags.to_le_bytes());
    put(&[place(&Client::ALL, &record.client), place(&TIERS, &record.tier), place(&SIZES, &record.prompt_size)]);
    bytes
}

fn decode(bytes: &[u8]) -> Record {
    let mut at = 0;
    let mut number = || {
        let mut part = [0; 8];
        part.copy_from_slice(&bytes[at..at + 8]);
        at += 8;
        u64::from_le_bytes(part)
    };
    let [key, id, session, model, provider, project] = std::array::from_fn(|_| number());
    let [input, cache_read, cache_write_5m, cache_write_1h, output] = std::array::from_fn(|_| number());
    let (billed, second) = (number() as i64, number() as i64);
    let small = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let flags = u16::from_le_bytes([bytes[116], bytes[117]]);
    let flag = |at: u16| flags >> at & 1 == 1;
    Record {
        key,
        id,
        instant: Timestamp::new(second, small(104) as i32).unwrap_or_default(),
        session: Name(session),
        model: Name(model),
        provider: Name(provider),
        project: Name(project),
        tokens: Tokens { input, cache_read, cache_write_5m, cache_write_1h, output },
        web_searches: small(108),
        requests: small(112),
        billed_nanodollars: flag(8).then_some(billed),
        prompt_size: SIZES[usize::from(bytes[120]) % SIZES.len()],
        client: Client::ALL[usize::from(bytes[118]) % Client::ALL.len()],
        tier: TIERS[usize::from(bytes[119]) % TIERS.len()],
        fast: flag(0),
        us_only: flag(1),
        sidechain: flag(2),
        unfinished: flag(3),
        model_assumed: flag(4),
        instant_assumed: flag(5),
        whole_day: flag(6),
        free: flag(7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_record() -> impl Strategy<Value = Record> {
        let numbers = prop::array::uniform12(any::<u64>());
        let rest =
            (0usize..22, 0usize..5, 0usize..4, any::<u16>(), -4_000_000_000i64..4_000_000_000, 0i32..1_000_000_000);
        (numbers, rest).prop_map(|(numbers, (client, tier, size, flags, second, nanosecond))| {
            let [key, id, session, model, provider, project, input, read, write, hour, output, billed] = numbers;
            let flag = |at: u16| flags >> at & 1 == 1;
            Record {
                key,
                id,
                instant: Timestamp::new(second, if second < 0 { -nanosecond } else { nanosecond }).unwrap(),
                session: Name(session),
                model: Name(model),
                provider: Name(provider),
                project: Name(project),
                tokens: Tokens { input, cache_read: read, cache_write_5m: write, cache_write_1h: hour, output },
                web_searches: key as u32,
                requests: id as u32,
                billed_nanodollars: flag(8).then_some(billed as i64),
                prompt_size: SIZES[size],
                client: Client::ALL[client],
                tier: TIERS[tier],
                fast: flag(0),
                us_only: flag(1),
                sidechain: flag(2),
                unfinished: flag(3),
                model_assumed: flag(4),
                instant_assumed: flag(5),
                whole_day: flag(6),
                free: flag(7),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn records_come_back_as_they_were_and_by_their_id(records in prop::collection::vec(any_record(), 0..600)) {
            let mut spill = Spill::new().unwrap();
            for record in &records {
                spill.add(record).unwrap();
            }
            let mut back = Vec::new();
            for part in 0..PARTS {
                spill.part(part, |record| {
                    assert_eq!(part_of(&record), part);
                    back.push(record);
                }).unwrap();
            }
            let order = |record: &Record| format!("{record:?}");
            let mut records = records;
            records.sort_by_key(order);
            back.sort_by_key(order);
            prop_assert_eq!(records, back);
        }
    }
}
