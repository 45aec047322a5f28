//! The person's own history of use: importing into the library, summing what is in it, and forgetting it.
//!
//! Logs vanish after some weeks, so what they told is kept as sums of quarters of an hour. Importing the same again
//! changes nothing, and importing more of a session updates it. Nothing that was said is read into it.

use super::price::Pricer;
use super::report::{Completeness, Group, Refusal, Sums, Total, Unpriced, refusals};
use super::{By, Request, Sum, clients, roots, zone};
use crate::App;
use crate::error::ErrorBody;
use counterweight_store::{Store, UsageImport, UsageKey, UsageRow, UsageSums};
use counterweight_usage::history::{Row, RowKey, Rows, supersedes};
use counterweight_usage::{
    Cancelled, Client, Name, Names, Options, Progress, PromptSize, Scan, Tier, Tokens, scan_each,
};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use ts_rs::TS;

/// What to import.
#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// Folders or files; empty for the places where the clients of this person keep their logs.
    pub roots: Vec<PathBuf>,
    /// Clients by their keys; empty for all.
    pub clients: Vec<String>,
    /// Keep the names of the folders worked in. Off by default: they can tell whom a person works for.
    pub projects: bool,
}

/// What an import came to. A row sums the answers of one session in a quarter of an hour that are priced alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportSummary {
    /// Always `counterweight-usage-import`.
    pub format: String,
    /// Version of this form.
    pub version: u32,
    /// Rows that were not in the history.
    pub added: u64,
    /// Rows that had less and were replaced.
    pub updated: u64,
    /// Rows that stayed as they were.
    pub kept: u64,
    /// Tokens in the files, sent and received.
    pub tokens: u64,
    /// Requests in the files.
    pub requests: u64,
    /// Files read.
    pub files: u64,
    /// Their lines.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How far the files can be trusted to tell all that was used.
    pub completeness: Completeness,
    /// What was not read.
    pub refused: Vec<Refusal>,
}

/// What is in the history, summed; the answer of `cw usage history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryReport {
    /// Always `counterweight-usage-history`.
    pub format: String,
    /// Version of this form.
    pub version: u32,
    /// What the groups are: `day`, `month`, `model` or `project`.
    pub by: String,
    /// The zone whose days are meant.
    pub zone: String,
    /// Everything.
    pub totals: Sums,
    /// By day, month, model or project.
    pub groups: Vec<Group>,
    /// Models without a known price.
    pub unpriced: Vec<Unpriced>,
    /// The imports that changed the history, the last first.
    pub imports: Vec<ImportNote>,
    /// What to know before relying on the figures.
    pub notes: Vec<String>,
}

/// An import that changed the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportNote {
    /// When: RFC 3339, UTC.
    pub at: String,
    /// Rows added.
    pub added: u64,
    /// Rows updated.
    pub updated: u64,
    /// Files read.
    pub files: u64,
    /// Files, folders and lines that were not read.
    pub refused: u64,
    /// Grade of completeness: `full`, `partial` or `low`.
    pub grade: String,
}

/// What was read and is not kept yet.
pub(crate) struct Collected {
    /// Rows without projects in their keys, so that an import with and one without them meet in the same rows.
    rows: Rows,
    /// The project of the earliest answer of a row, if projects are kept.
    projects: BTreeMap<RowKey, (Timestamp, Name)>,
    texts: BTreeMap<u64, String>,
    scan: Scan,
}

/// Reads logs and exports into rows.
///
/// # Errors
/// When a client is unknown or the reading was cancelled.
pub(crate) fn collect(
    request: &ImportRequest,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &AtomicBool,
) -> Result<Collected, ErrorBody> {
    let clients = clients(&request.clients)?;
    let roots = roots(&request.roots, &clients);
    let options = Options { clients, projects: request.projects, threads: 0 };
    let mut rows = Rows::new();
    let mut projects: BTreeMap<RowKey, (Timestamp, Name)> = BTreeMap::new();
    let mut texts: BTreeMap<u64, String> = BTreeMap::new();
    let scan = scan_each(&roots, &options, progress, cancel, &mut |names, record| {
        let mut key = RowKey::of(record);
        let project = std::mem::replace(&mut key.project, Name::NONE);
        rows.entry(key).or_default().add(record);
        if !project.is_none() {
            let earliest = projects.entry(key).or_insert((record.instant, project));
            *earliest = (*earliest).min((record.instant, project));
        }
        for name in [record.model, record.provider, project] {
            if !name.is_none() && !texts.contains_key(&name.number()) {
                texts.insert(name.number(), names.get(name).unwrap_or_default().to_owned());
            }
        }
    });
    let scan = scan.map_err(|Cancelled| cancelled())?;
    Ok(Collected { rows, projects, texts, scan })
}

pub(crate) fn cancelled() -> ErrorBody {
    super::refused(
        "The import was cancelled.".to_owned(),
        "The history is as it was before. Start it again when you like.",
    )
}

/// Takes what was read into the library: all of it, or nothing when it is cancelled.
///
/// # Errors
/// When it was cancelled, or the disk did not take it; the history is as it was.
pub(crate) fn keep(store: &mut Store, collected: &Collected, cancel: &AtomicBool) -> Result<UsageImport, ErrorBody> {
    let rows = collected.rows.iter().map(|(key, row)| {
        let project = collected.projects.get(key).map_or(Name::NONE, |(_, project)| *project);
        UsageRow { key: stored_key(key), sums: stored_sums(row, project) }
    });
    let names = collected.texts.iter().map(|(id, text)| (*id, text.as_str()));
    let refused = collected.scan.refused.iter().map(|entry| entry.lines.max(1)).sum();
    let grade = Completeness::of(&collected.scan).grade;
    let import = UsageImport { files: collected.scan.files, refused, grade, ..UsageImport::default() };
    store.usage_import(names, rows, replaced, import, cancel)?.ok_or_else(cancelled)
}

/// What becomes of a known row when another import tells of it too.
fn replaced(known: &UsageSums, new: &UsageSums) -> Option<UsageSums> {
    let more = supersedes(&row(new), &row(known));
    // A project once kept stays until the row is replaced by one with a project.
    let project = if new.project != 0 && (more || known.project == 0) { new.project } else { known.project };
    (more || project != known.project).then_some(UsageSums { project, ..if more { *new } else { *known } })
}

fn stored_key(key: &RowKey) -> UsageKey<'static> {
    UsageKey {
        client: key.client.key(),
        session: key.session.number(),
        start: key.start,
        whole_day: key.whole_day,
        model: key.model.number(),
        provider: key.provider.number(),
        tier: key.tier.key(),
        fast: key.fast,
        us_only: key.us_only,
        free: key.free,
        prompt_size: key.prompt_size.key(),
        size: key.size,
    }
}

fn stored_sums(row: &Row, project: Name) -> UsageSums {
    UsageSums {
        project: project.number(),
        records: row.records,
        requests: row.requests,
        input: row.tokens.input,
        cache_read: row.tokens.cache_read,
        cache_write_5m: row.tokens.cache_write_5m,
        cache_write_1h: row.tokens.cache_write_1h,
        output: row.tokens.output,
        web_searches: row.web_searches,
        billed_nanodollars: row.billed_nanodollars,
        fingerprint: row.fingerprint,
    }
}

fn row(sums: &UsageSums) -> Row {
    Row {
        records: sums.records,
        requests: sums.requests,
        tokens: Tokens {
            input: sums.input,
            cache_read: sums.cache_read,
            cache_write_5m: sums.cache_write_5m,
            cache_write_1h: sums.cache_write_1h,
            output: sums.output,
        },
        web_searches: sums.web_searches,
        billed_nanodollars: sums.billed_nanodollars,
        fingerprint: sums.fingerprint,
    }
}

/// The history with the texts behind its names; projects are in the keys again.
pub(crate) fn load(store: &Store) -> Result<(Rows, Names), ErrorBody> {
    let mut names = Names::default();
    store.usage_names(|_, text| {
        names.keep(text);
    })?;
    let mut rows = Rows::new();
    let mut unknown = 0_u64;
    store.usage_rows(|stored| {
        let key = &stored.key;
        let known = (Client::from_key(key.client), Tier::from_key(key.tier), PromptSize::from_key(key.prompt_size));
        let (Some(client), Some(tier), Some(prompt_size)) = known else {
            unknown += 1;
            return;
        };
        let key = RowKey {
            client,
            session: Name::from_number(key.session),
            start: key.start,
            whole_day: key.whole_day,
            model: Name::from_number(key.model),
            provider: Name::from_number(key.provider),
            project: Name::from_number(stored.sums.project),
            tier,
            fast: key.fast,
            us_only: key.us_only,
            free: key.free,
            prompt_size,
            size: key.size,
        };
        rows.insert(key, row(&stored.sums));
    })?;
    if unknown > 0 {
        return Err(ErrorBody {
            code: crate::Code::Unreadable,
            message: format!("{unknown} rows of the history name a program that this version does not know."),
            field: None,
            hint: Some("Nothing was changed. A newer version of this app reads them.".to_owned()),
        });
    }
    Ok((rows, names))
}

/// Imports into the library of `app`.
///
/// # Errors
/// When a client is unknown, it was cancelled, or the disk did not take it. The history is then as it was.
pub fn import(
    app: &App,
    request: &ImportRequest,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &AtomicBool,
) -> Result<ImportSummary, ErrorBody> {
    let collected = collect(request, progress, cancel)?;
    let kept = keep(&mut app.store(), &collected, cancel)?;
    Ok(summary(&collected, &kept))
}

pub(crate) fn summary(collected: &Collected, kept: &UsageImport) -> ImportSummary {
    let scan = &collected.scan;
    let sum = |of: fn(&Row) -> u64| collected.rows.values().fold(0_u64, |sum, row| sum.saturating_add(of(row)));
    ImportSummary {
        format: "counterweight-usage-import".to_owned(),
        version: 1,
        added: kept.added,
        updated: kept.updated,
        kept: kept.kept,
        tokens: sum(|row| row.tokens.total()),
        requests: sum(|row| row.requests),
        files: scan.files,
        lines: scan.lines,
        bytes: scan.bytes,
        completeness: Completeness::of(scan),
        refused: refusals(scan),
    }
}

/// Sums the history.
///
/// # Errors
/// When the zone is unknown or the library cannot be read.
pub fn history(
    app: &App,
    by: By,
    zone_name: Option<&str>,
    since: Option<Date>,
    until: Option<Date>,
) -> Result<HistoryReport, ErrorBody> {
    let zone = zone(zone_name)?;
    let (rows, names) = load(&app.store())?;
    let imports = imports(app)?;
    let request = Request { since, until, by, ..Request::default() };
    Ok(summed(&rows, &names, &request, &zone, imports))
}

pub(crate) fn imports(app: &App) -> Result<Vec<ImportNote>, ErrorBody> {
    let note = |import: UsageImport| ImportNote {
        at: import.at,
        added: import.added,
        updated: import.updated,
        files: import.files,
        refused: import.refused,
        grade: import.grade,
    };
    Ok(app.store().usage_imports()?.into_iter().map(note).collect())
}

pub(crate) fn summed(
    rows: &Rows,
    names: &Names,
    request: &Request,
    zone: &jiff::tz::TimeZone,
    imports: Vec<ImportNote>,
) -> HistoryReport {
    let mut sum = Sum {
        request,
        zone,
        pricer: Pricer::new(),
        totals: Total::default(),
        groups: BTreeMap::new(),
        labels: BTreeMap::new(),
    };
    for (key, row) in rows {
        sum.add_prompts(names, &key.record(row), key.longest_prompt().unwrap_or(0));
    }
    let mut summed = sum.end();
    let exports = |client: Client| client >= Client::AnthropicUsage;
    if rows.keys().any(|key| exports(key.client)) && rows.keys().any(|key| !exports(key.client)) {
        summed.notes.push(
            "The history holds logs and exports. Where both tell of the same use, it is counted twice.".to_owned(),
        );
    }
    HistoryReport {
        format: "counterweight-usage-history".to_owned(),
        version: 1,
        by: summed.by.to_owned(),
        zone: zone.iana_name().unwrap_or("of this system").to_owned(),
        totals: summed.totals,
        groups: summed.groups,
        unpriced: summed.unpriced,
        imports,
        notes: summed.notes,
    }
}

/// Deletes the history for good, and returns how many rows it had. Copies of the library made before keep theirs.
///
/// # Errors
/// When the disk did not take it; the history is as it was.
pub fn forget(app: &App) -> Result<u64, ErrorBody> {
    Ok(app.store().usage_forget()?)
}
