//! A figure as it was typed, beside what it was read as.

use crate::finding::{Findings, Path, Problem};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use ts_rs::TS;

/// What can be read from the text a person types.
pub trait FromText: Sized {
    /// What the text should look like, for the published schema: `an amount, such as 182000 or 182k`.
    const FORM: &'static str;

    /// Reads a trimmed, non-empty text.
    ///
    /// # Errors
    /// A [`Problem`] with the reason and one fix, in plain words.
    fn from_text(text: &str) -> Result<Self, Problem>;
}

/// A figure as typed, and what it was read as. Text that cannot be read is kept to the letter.
///
/// On the wire it is a string. A JSON number is taken too.
///
/// ```
/// use counterweight_domain::{Amount, Entry};
/// let base: Entry<Amount> = Entry::typed("182k");
/// assert_eq!(base.value().unwrap().decimal().to_string(), "182000");
/// let wrong: Entry<Amount> = Entry::typed("-5");
/// assert!(wrong.value().is_none());
/// assert_eq!(wrong.text(), "-5");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<T> {
    text: String,
    read: Read<T>,
}

#[derive(Debug, Clone, PartialEq)]
enum Read<T> {
    Blank,
    Value(T),
    Problem(Problem),
}

impl<T> Default for Entry<T> {
    fn default() -> Self {
        Self { text: String::new(), read: Read::Blank }
    }
}

impl<T: FromText> Entry<T> {
    /// Reads `text`; blank text is a blank entry, which is not zero.
    pub fn typed(text: impl Into<String>) -> Self {
        let text = text.into();
        let trimmed = text.trim();
        let read = if trimmed.is_empty() {
            Read::Blank
        } else {
            match T::from_text(trimmed) {
                Ok(value) => Read::Value(value),
                Err(problem) => Read::Problem(problem),
            }
        };
        Self { text, read }
    }
}

impl<T> Entry<T> {
    /// An entry that holds `value`, written as its own text.
    pub fn of(value: T) -> Self
    where
        T: fmt::Display,
    {
        Self { text: value.to_string(), read: Read::Value(value) }
    }

    /// The text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value, when the text could be read.
    pub fn value(&self) -> Option<&T> {
        match &self.read {
            Read::Value(value) => Some(value),
            Read::Blank | Read::Problem(_) => None,
        }
    }

    /// True when nothing was typed.
    pub fn is_blank(&self) -> bool {
        matches!(self.read, Read::Blank)
    }

    /// Why the text could not be read.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.read {
            Read::Problem(problem) => Some(problem),
            Read::Blank | Read::Value(_) => None,
        }
    }

    /// The value; `silence` when nothing was typed; nothing when the text could not be read.
    ///
    /// The difference matters: a blank field means "the usual", an unreadable one means "unknown".
    pub fn or_if_blank(&self, silence: T) -> Option<T>
    where
        T: Clone,
    {
        match &self.read {
            Read::Value(value) => Some(value.clone()),
            Read::Blank => Some(silence),
            Read::Problem(_) => None,
        }
    }

    /// Reports an unreadable text at `path`, with what is left out because of it.
    pub fn check(&self, path: &Path, left_out: &str, findings: &mut Findings) {
        if let Read::Problem(problem) = &self.read {
            findings.error(path, problem.clone(), left_out);
        }
    }
}

impl<T> Serialize for Entry<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, T: FromText> Deserialize<'de> for Entry<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor(PhantomData))
    }
}

struct EntryVisitor<T>(PhantomData<T>);

impl<T: FromText> Visitor<'_> for EntryVisitor<T> {
    type Value = Entry<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, as a string or a number", T::FORM)
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Entry<T>, E> {
        Ok(Entry::typed(v))
    }

    fn visit_string<E: de::Error>(self, v: String) -> Result<Entry<T>, E> {
        Ok(Entry::typed(v))
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Entry<T>, E> {
        Ok(Entry::typed(v.to_string()))
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Entry<T>, E> {
        Ok(Entry::typed(v.to_string()))
    }

    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Entry<T>, E> {
        // Every type here ends far below 2^53, so a number that lost digits on its way is refused as too large.
        Ok(Entry::typed(v.to_string()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Entry<T>, E> {
        Ok(Entry::default())
    }
}

impl<T: FromText> JsonSchema for Entry<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Entry".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "null"], "description": T::FORM })
    }
}

impl<T: 'static> TS for Entry<T> {
    type WithoutGenerics = Entry<()>;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
}
