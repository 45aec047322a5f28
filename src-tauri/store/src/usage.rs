//! The history of what was really used: kept beside the cases, part of none, and no step of undo.
//!
//! What a row means is the reader's business; here it has a key and sums. An import is one transaction: it is there as
//! a whole or not at all, whether it was cancelled, killed or met by an error.

use crate::error::StoreError;
use crate::mutation::timestamp;
use crate::table::{sequence, usage};
use crate::{LARGEST_SETTING, Store};
use rusqlite::TransactionBehavior;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows written between two looks at whether the import was cancelled.
const LOOK: usize = 64;

/// What makes a row of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageKey<'a> {
    /// Key of the program or export.
    pub client: &'a str,
    /// Hash of the session's id.
    pub session: u64,
    /// First second of its span, since 1970, UTC.
    pub start: i64,
    /// The source only gives days.
    pub whole_day: bool,
    /// Hash of the model's name, which is among the names.
    pub model: u64,
    /// Hash of the provider's name, which is among the names; 0 if the source names none.
    pub provider: u64,
    /// Service tier.
    pub tier: &'a str,
    /// The fast, dearer mode.
    pub fast: bool,
    /// Had to stay in the United States.
    pub us_only: bool,
    /// The source says that it cost nothing.
    pub free: bool,
    /// What is known of the prompts' sizes.
    pub prompt_size: &'a str,
    /// The step of their sizes.
    pub size: u8,
}

/// The sums of a row; counts beyond 2^63 are kept as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageSums {
    /// Hash of the project's name; 0 unless such names are kept.
    pub project: u64,
    /// Records summed.
    pub records: u64,
    /// Requests they stand for.
    pub requests: u64,
    /// Tokens sent that were neither read from nor written to the cache.
    pub input: u64,
    /// Tokens sent that were read from the cache.
    pub cache_read: u64,
    /// Tokens written to the cache for five minutes, or for an unknown time.
    pub cache_write_5m: u64,
    /// Tokens written to the cache for an hour.
    pub cache_write_1h: u64,
    /// Tokens received.
    pub output: u64,
    /// Searches of the web.
    pub web_searches: u64,
    /// Charged, billionths of a US dollar.
    pub billed_nanodollars: Option<i64>,
    /// Of the records summed.
    pub fingerprint: u64,
}

/// A row of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRow<'a> {
    /// What makes it.
    pub key: UsageKey<'a>,
    /// What it sums.
    pub sums: UsageSums,
}

/// An import as it is noted in the library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsageImport {
    /// When: RFC 3339, UTC, milliseconds. Set by the library.
    pub at: String,
    /// Rows that were not known. Set by the library.
    pub added: u64,
    /// Rows that were replaced. Set by the library.
    pub updated: u64,
    /// Rows that stayed. Set by the library.
    pub kept: u64,
    /// Files read.
    pub files: u64,
    /// Files, folders and lines that were not read.
    pub refused: u64,
    /// Grade of completeness.
    pub grade: String,
}

impl Store {
    /// Takes rows into the history in one transaction. A row that is known becomes what `replaced` makes of the known and the
    /// new sums, or stays when that is nothing. Returns the import as it was noted, or nothing when `cancel` was set,
    /// with the library as it was.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] or [`StoreError::NotSaved`], with nothing changed.
    pub fn usage_import<'a>(
        &mut self,
        names: impl IntoIterator<Item = (u64, &'a str)>,
        rows: impl IntoIterator<Item = UsageRow<'a>>,
        replaced: impl Fn(&UsageSums, &UsageSums) -> Option<UsageSums>,
        mut import: UsageImport,
        cancel: &AtomicBool,
    ) -> Result<Option<UsageImport>, StoreError> {
        let stopped = || cancel.load(Ordering::Relaxed);
        import.at = timestamp((self.clock)());
        (import.added, import.updated, import.kept) = (0, 0, 0);
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::write)?;
        for (id, text) in names {
            if text.len() > LARGEST_SETTING {
                let bytes = text.len();
                return Err(StoreError::TooLarge { what: "A name in the logs", bytes, most: LARGEST_SETTING });
            }
            usage::put_name(&transaction, id, text).map_err(StoreError::write)?;
        }
        for (place, mut row) in rows.into_iter().enumerate() {
            if place % LOOK == 0 && stopped() {
                return Ok(None);
            }
            match usage::read(&transaction, &row.key).map_err(StoreError::write)? {
                None => import.added += 1,
                Some(known) => match replaced(&known, &row.sums) {
                    Some(sums) => {
                        row.sums = sums;
                        import.updated += 1;
                    }
                    None => {
                        import.kept += 1;
                        continue;
                    }
                },
            }
            usage::put(&transaction, &row).map_err(StoreError::write)?;
        }
        if import.added + import.updated > 0 {
            usage::put_import(&transaction, &import).map_err(StoreError::write)?;
            sequence::next(&transaction).map_err(StoreError::write)?;
            if stopped() {
                return Ok(None);
            }
            transaction.commit().map_err(StoreError::write)?;
        }
        Ok(Some(import))
    }

    /// The texts behind the names in the history, by hash.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub fn usage_names(&self, each: impl FnMut(u64, &str)) -> Result<(), StoreError> {
        usage::names(&self.connection, each).map_err(StoreError::read)
    }

    /// Every row of the history, in the order of their keys.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub fn usage_rows(&self, each: impl FnMut(&UsageRow<'_>)) -> Result<(), StoreError> {
        usage::rows(&self.connection, each).map_err(StoreError::read)
    }

    /// The imports that changed the history, the last first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub fn usage_imports(&self) -> Result<Vec<UsageImport>, StoreError> {
        usage::imports(&self.connection).map_err(StoreError::read)
    }

    /// Deletes the history for good and returns how many rows it had. Its bytes are overwritten in the library; copies made
    /// before keep theirs.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`], with the history as it was.
    pub fn usage_forget(&mut self) -> Result<u64, StoreError> {
        let mut forget = || -> rusqlite::Result<u64> {
            self.connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let gone = usage::clear(&transaction)?;
            if gone > 0 {
                sequence::next(&transaction)?;
            }
            transaction.commit()?;
            // The log still holds the pages as they were.
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            self.connection.pragma_update_and_check(None, "secure_delete", false, |_| Ok(()))?;
            Ok(gone)
        };
        forget().map_err(StoreError::write)
    }
}
