//! What a person really used: the logs that AI agents leave on a machine and the exports of providers, read
//! as streams into one record for each answer of a model, or for each sum of an export.
//!
//! A scan holds a bounded number of records and a chunk of each file it is reading, never a whole file; more
//! records wait on disk. Answers that logs repeat (in parts, in copies, in forks) are counted once. Times are kept as
//! instants, and a day is only decided when records are grouped, in a named zone. What cannot be read is
//! counted and named, and the rest is read.
//!
//! **Never here:** offers, prices, SQL, rendering; and never what was said. Of a log only counts, times,
//! and the names of models, sessions and (when asked for) projects leave this crate.
//!
//! Start reading at [`scan_each`], then [`record`], then `claude_code.rs`; exports begin in `export/mod.rs`. What an own
//! history keeps is in [`history`], and what is measured of it in [`profile`].

mod amp;
mod batch;
mod ccusage;
mod claude_code;
mod codex;
pub mod completeness;
mod copilot;
mod csv;
mod databases;
mod document;
mod droid;
mod export;
mod format;
mod gemini;
mod hash;
pub mod history;
mod json;
mod kimi;
mod lines;
mod litellm;
mod opencode;
mod pi;
pub mod profile;
mod qwen;
pub mod record;
pub mod refused;
pub mod roots;
pub mod scan;
mod spill;
mod sqlite;
mod zip;

pub use completeness::{Completeness, Grade, Shortfall};
pub use record::{Client, Name, Names, PromptSize, Record, Tier, Tokens, Totals, by_day, group};
pub use refused::{Reason, Refused};
pub use roots::{Place, Root, default_roots, places};
pub use scan::{Cancelled, Options, Progress, Scan, scan, scan_each};
