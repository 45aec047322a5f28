//! What each command does, one file a subject.

pub mod compare;
pub mod library;
pub mod machine_why;
pub mod machines;
pub mod negotiate;
pub mod outlook;
pub mod preferences;
pub mod sources;
pub mod token_why;
pub mod tokens;
pub mod usage;
