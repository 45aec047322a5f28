//! What a person really used: the logs that AI agents leave on a machine, read as streams into one record
//! for each answer of a model.
//!
//! A scan holds one record of fixed size for each answer and a chunk of each file it is reading, never a
//! whole file. Answers that logs repeat (in parts, in copies, in forks) are counted once. Times are kept as
//! instants, and a day is only decided when records are grouped, in a named zone. What cannot be read is
//! counted and named, and the rest is read.
//!
//! **Never here:** offers, prices, SQL, rendering; and never what was said. Of a log only counts, times,
//! and the names of models, sessions and (when asked for) projects leave this crate.
//!
//! Start reading at [`scan()`], then [`record`], then `claude_code.rs`.

mod batch;
mod claude_code;
mod codex;
pub mod completeness;
mod document;
mod format;
mod gemini;
mod hash;
mod json;
mod lines;
mod opencode;
mod pi;
mod qwen;
pub mod record;
pub mod refused;
pub mod roots;
pub mod scan;

pub use completeness::{Completeness, Grade, Shortfall};
pub use record::{Client, Name, Names, Record, Tier, Tokens, Totals, by_day, group};
pub use refused::{Reason, Refused};
pub use roots::{Root, default_roots};
pub use scan::{Cancelled, Options, Progress, Scan, scan};
