//! Cases in the library: list, make, open, keep, delete, undo.

use crate::error::{Code, ErrorBody};
use crate::wire::{CaseCreate, CaseId, CaseRecord, CaseSave, CaseSummary, LibraryState, Nothing, Saved, Template};
use crate::{App, sample};
use counterweight_store::Loaded;

/// The window that changes are made in; there is one.
const SOURCE: &str = "main";

/// The library: where it is and what is in it.
///
/// # Errors
/// When it cannot be read.
pub fn state(app: &App, _: Nothing) -> Result<LibraryState, ErrorBody> {
    let store = app.store();
    let cases = store
        .cases()?
        .into_iter()
        .map(|row| CaseSummary { id: row.id, name: row.name, offers: row.offers, changed_at: row.changed_at })
        .collect();
    Ok(LibraryState { path: store.path().display().to_string(), version: env!("CARGO_PKG_VERSION").to_owned(), cases })
}

/// Makes a case.
///
/// # Errors
/// When it cannot be saved.
pub fn create(app: &App, request: CaseCreate) -> Result<CaseRecord, ErrorBody> {
    let today = app.host.today();
    let case = match request.template {
        Template::TwoOffers => sample::two_offers(today),
        Template::Sample => sample::sample(today),
        Template::Machine => sample::machine(today),
        Template::ClaimWorkstation | Template::ClaimBox | Template::ClaimBudget => {
            sample::claim(request.template, today)
        }
    };
    let loaded = app.store().create(&case, "New case", SOURCE)?;
    Ok(record(loaded))
}

/// Opens a case.
///
/// # Errors
/// When it is not there or cannot be read.
pub fn open(app: &App, request: CaseId) -> Result<CaseRecord, ErrorBody> {
    app.store().load(&request.id)?.map(record).ok_or_else(|| gone(&request.id))
}

/// Keeps a changed case. When this returns, it is on disk.
///
/// # Errors
/// When it was changed elsewhere since, or cannot be saved; the last saved state stands.
pub fn save(app: &App, request: CaseSave) -> Result<Saved, ErrorBody> {
    let saved = app.store().save(&request.id, request.revision, &request.case, &request.label, SOURCE)?;
    Ok(Saved { revision: saved.revision, findings: request.case.check().into_vec(), undo: saved.undo })
}

/// Deletes a case; undo brings it back.
///
/// # Errors
/// When it is not there.
pub fn delete(app: &App, request: CaseId) -> Result<LibraryState, ErrorBody> {
    app.store().delete(&request.id, SOURCE)?;
    state(app, Nothing {})
}

/// Takes back the last change of a case; nothing to take back is no error.
///
/// # Errors
/// When the case is not there.
pub fn undo(app: &App, request: CaseId) -> Result<CaseRecord, ErrorBody> {
    let undone = app.store().undo(&request.id)?;
    undone.map_or_else(|| open(app, request), |loaded| Ok(record(loaded)))
}

/// Brings back the change that undo took; nothing to bring back is no error.
///
/// # Errors
/// When the case is not there.
pub fn redo(app: &App, request: CaseId) -> Result<CaseRecord, ErrorBody> {
    let redone = app.store().redo(&request.id)?;
    redone.map_or_else(|| open(app, request), |loaded| Ok(record(loaded)))
}

fn record(loaded: Loaded) -> CaseRecord {
    CaseRecord {
        id: loaded.id,
        revision: loaded.revision,
        findings: loaded.case.check().into_vec(),
        case: loaded.case,
        undo: loaded.undo,
        redo: loaded.redo,
    }
}

fn gone(id: &str) -> ErrorBody {
    let shown: String = id.chars().take(40).collect();
    ErrorBody {
        code: Code::NotFound,
        message: format!("There is no case “{shown}” in the library."),
        field: None,
        hint: Some("It may have been deleted; undo brings it back.".to_owned()),
    }
}
