//! One file per table: its row, and how it is read and written.

pub(crate) mod case_file;
pub(crate) mod client;
pub(crate) mod offer;
pub(crate) mod sequence;
pub(crate) mod setting;
pub(crate) mod undo_entry;
pub(crate) mod usage;

use rusqlite::{Connection, Error, Result, types::Type};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The tables whose changes can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Cases.
    CaseFile,
    /// Offers.
    Offer,
}

impl Table {
    /// Its name in the undo log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Table::CaseFile => "case_file",
            Table::Offer => "offer",
        }
    }

    /// The table of a name in the undo log.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Table::CaseFile, Table::Offer].into_iter().find(|t| t.name() == name)
    }

    /// The image of a row, when there is one.
    pub(crate) fn image(self, connection: &Connection, pk: &str) -> Result<Option<String>> {
        match self {
            Table::CaseFile => case_file::read(connection, pk)?.map(|i| to_image(&i)).transpose(),
            Table::Offer => offer::read(connection, pk)?.map(|i| to_image(&i)).transpose(),
        }
    }

    /// Makes the row be what its image says; none means that it is not there.
    pub(crate) fn restore(self, connection: &Connection, pk: &str, image: Option<&str>) -> Result<()> {
        match (self, image) {
            (Table::CaseFile, Some(image)) => case_file::put(connection, pk, &from_image(image)?),
            (Table::CaseFile, None) => case_file::remove(connection, pk),
            (Table::Offer, Some(image)) => offer::put(connection, pk, &from_image(image)?),
            (Table::Offer, None) => offer::remove(connection, pk),
        }
    }
}

/// The image of a row: its columns as JSON. Equal rows have equal images.
pub(crate) fn to_image(row: &impl Serialize) -> Result<String> {
    serde_json::to_string(row).map_err(|e| Error::ToSqlConversionFailure(e.into()))
}

fn from_image<T: DeserializeOwned>(image: &str) -> Result<T> {
    serde_json::from_str(image).map_err(|e| Error::FromSqlConversionFailure(0, Type::Text, e.into()))
}
