//! What was really used: importing it in the background, showing it, and what follows from it for the offers' budgets.

use crate::App;
use crate::error::{Code, ErrorBody};
use crate::usage::history::{self, ImportRequest};
use crate::usage::{By, Request, measured};
use crate::wire::Nothing;
use crate::wire::usage::*;
use counterweight_domain::{CivilDate, Findings};
use counterweight_engine::compute_plan;
use counterweight_engine::settings::Settings;
use counterweight_report::{chart, format};
use counterweight_store::Store;
use counterweight_usage::{Client, default_roots};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Refusals listed in the window; all are counted.
const LISTED: usize = 200;

/// An import in a thread of its own. Dropped, it is cancelled and waited for.
pub(crate) struct Import {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    cancel: AtomicBool,
    bytes: AtomicU64,
    of_bytes: AtomicU64,
    outcome: Mutex<UsageJob>,
}

impl Shared {
    fn end(&self, change: impl FnOnce(&mut UsageJob)) {
        change(&mut self.outcome.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn job(&self) -> UsageJob {
        let mut job = self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone();
        job.bytes = self.bytes.load(Ordering::Acquire);
        job.of_bytes = self.of_bytes.load(Ordering::Relaxed).max(job.bytes);
        job
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        self.shared.cancel.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn idle() -> UsageJob {
    UsageJob { step: UsageStep::Idle, bytes: 0, of_bytes: 0, summary: None, refused: 0, message: None }
}

/// Logs at their usual places with their sizes; no file is opened.
///
/// # Errors
/// None.
pub fn places(_: &App, _: Nothing) -> Result<UsagePlaces, ErrorBody> {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_path_buf()).unwrap_or_default();
    let roots = default_roots(&home, |name| std::env::var_os(name));
    let places = counterweight_usage::places(&roots, || false)
        .into_iter()
        .filter(|place| place.files > 0)
        .map(|place| UsagePlace {
            client: place.root.client.map_or("", Client::key).to_owned(),
            name: place.root.client.map_or_else(String::new, |client| client.to_string()),
            path: place.root.path.display().to_string(),
            files: place.files,
            bytes: place.bytes,
        })
        .collect();
    Ok(UsagePlaces { places })
}

/// Starts an import in the background; its progress is asked for with `usage_import_state`.
///
/// # Errors
/// When one is under way.
pub fn start(app: &App, request: UsageImportRequest) -> Result<UsageJob, ErrorBody> {
    let mut running = app.import.lock().unwrap_or_else(PoisonError::into_inner);
    let busy = |import: &Import| matches!(import.shared.job().step, UsageStep::Reading | UsageStep::Keeping);
    if running.as_ref().is_some_and(busy) {
        return Err(ErrorBody {
            code: Code::BadRequest,
            message: "An import is under way.".to_owned(),
            field: None,
            hint: Some("Wait for it or cancel it first.".to_owned()),
        });
    }
    let request = ImportRequest {
        roots: request
            .paths
            .iter()
            .map(|path| path.trim())
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            .collect(),
        clients: request.clients,
        projects: request.projects,
    };
    let shared = Arc::new(Shared {
        cancel: AtomicBool::new(false),
        bytes: AtomicU64::new(0),
        of_bytes: AtomicU64::new(0),
        outcome: Mutex::new(UsageJob { step: UsageStep::Reading, ..idle() }),
    });
    let (store, theirs) = (Arc::clone(&app.store), Arc::clone(&shared));
    let thread = std::thread::spawn(move || run(&request, &store, &theirs));
    let job = shared.job();
    *running = Some(Import { shared, thread: Some(thread) });
    Ok(job)
}

fn run(request: &ImportRequest, store: &Mutex<Store>, shared: &Shared) {
    let work = || -> Result<UsageJob, ErrorBody> {
        let progress = |progress: counterweight_usage::Progress| {
            // The whole before the part: who sees bytes read sees what they are of.
            shared.of_bytes.store(progress.of_bytes, Ordering::Relaxed);
            shared.bytes.fetch_max(progress.bytes, Ordering::Release);
        };
        let collected = history::collect(request, &progress, &shared.cancel)?;
        shared.end(|job| job.step = UsageStep::Keeping);
        let kept =
            history::keep(&mut store.lock().unwrap_or_else(PoisonError::into_inner), &collected, &shared.cancel)?;
        let mut summary = history::summary(&collected, &kept);
        let refused = summary.refused.len() as u64;
        summary.refused.truncate(LISTED);
        Ok(UsageJob { step: UsageStep::Done, summary: Some(summary), refused, ..idle() })
    };
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(ErrorBody::internal("the import stopped")));
    let job = ended.unwrap_or_else(|error| match shared.cancel.load(Ordering::Relaxed) {
        true => UsageJob { step: UsageStep::Cancelled, ..idle() },
        false => {
            let message = [Some(error.message), error.hint].into_iter().flatten().collect::<Vec<_>>().join(" ");
            UsageJob { step: UsageStep::Failed, message: Some(message), ..idle() }
        }
    });
    shared.end(|outcome| *outcome = job);
}

/// How far the import is, or what it came to.
///
/// # Errors
/// None.
pub fn progress(app: &App, _: Nothing) -> Result<UsageJob, ErrorBody> {
    let running = app.import.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.as_ref().map_or_else(idle, |import| import.shared.job()))
}

/// Cancels the import and waits until it has stopped; the history is then as it was. An import that has ended already
/// stays as it ended.
///
/// # Errors
/// None.
pub fn cancel(app: &App, _: Nothing) -> Result<UsageJob, ErrorBody> {
    let mut running = app.import.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(import) = running.as_mut() else { return Ok(idle()) };
    import.shared.cancel.store(true, Ordering::Relaxed);
    if let Some(thread) = import.thread.take() {
        let _ = thread.join();
    }
    Ok(import.shared.job())
}

/// The history summed, with its picture and profile.
///
/// # Errors
/// When the library cannot be read.
pub fn history(app: &App, request: UsageHistoryRequest) -> Result<UsageHistory, ErrorBody> {
    let zone = TimeZone::system();
    let (rows, names) = history::load(&app.store())?;
    let by = match request.by {
        UsageBy::Day => By::Day,
        UsageBy::Month => By::Month,
        UsageBy::Model => By::Model,
        UsageBy::Project => By::Project,
    };
    let mut report =
        history::summed(&rows, &names, &Request { by, ..Request::default() }, &zone, history::imports(app)?);
    match request.by {
        UsageBy::Day | UsageBy::Month => report.groups.reverse(),
        _ => report.groups.sort_by_key(|group| std::cmp::Reverse(group.sums.tokens())),
    }
    let mut days: BTreeMap<CivilDate, u64> = BTreeMap::new();
    for (key, row) in &rows {
        let day = days.entry(key.record(row).day(&zone)).or_default();
        *day = day.saturating_add(row.tokens.total());
    }
    let days: Vec<(CivilDate, u64)> = days.into_iter().filter(|(_, tokens)| *tokens > 0).collect();
    Ok(UsageHistory {
        zone: report.zone,
        totals: report.totals,
        groups: report.groups,
        unpriced: report.unpriced,
        days: chart::tokens_by_day(&days, request.canvas),
        imports: report.imports,
        notes: report.notes,
        profile: measured::answer(&rows, &names, &zone),
    })
}

/// How long each offer's budget lasts at the measured use.
///
/// # Errors
/// When the library cannot be read, or nothing was imported.
pub fn forecast(app: &App, request: UsageForecastRequest) -> Result<UsageForecast, ErrorBody> {
    let (rows, names) = history::load(&app.store())?;
    let Some(profile) = counterweight_usage::profile::profile(&rows, &TimeZone::system()) else {
        return Ok(UsageForecast { offers: Vec::new(), findings: Vec::new() });
    };
    let mut case = request.case;
    case.workload = measured::replaced(&case.workload, &measured::workload(&profile, &rows, &names));
    let settings = Settings::of(&case);
    let mut findings = Findings::default();
    let offers = case
        .offers
        .iter()
        .enumerate()
        .filter(|(_, offer)| offer.token_budget.is_some())
        .map(|(place, offer)| {
            let plan = compute_plan::plan(&case, &settings, Some(place), &mut findings);
            let start = offer.start.value().copied().or(settings.start);
            let amount = |amount| format::whole(amount, plan.currency);
            let budget = plan.budget.as_ref();
            // Month 1 is the one that begins on the first day of work.
            let months = budget.and_then(|budget| budget.run_out_month).zip(start).map(|(months, start)| {
                months.map(|month| {
                    let day = start.plus_months(month.saturating_sub(1));
                    format!("{} {}", MONTHS[usize::from(day.month().unsigned_abs().clamp(1, 12)) - 1], day.year())
                })
            });
            BudgetForecast {
                offer: offer.id.clone(),
                name: plan.name.clone(),
                cost: plan.work.list_cost_per_month.map(amount),
                claimed: budget.map(|budget| amount(budget.claimed)),
                runs_out: budget.map(|budget| format::of_hundred(budget.runs_out)),
                months,
                out_of_pocket: budget.map(|budget| amount(budget.out_of_pocket)),
                unused: budget.map(|budget| amount(budget.breakage)),
            }
        })
        .collect();
    Ok(UsageForecast { offers, findings: findings.into_vec() })
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Deletes the history for good.
///
/// # Errors
/// When an import is under way, or the disk did not take it; the history is as it was.
pub fn forget(app: &App, _: Nothing) -> Result<UsageJob, ErrorBody> {
    cancel(app, Nothing {})?;
    history::forget(app)?;
    *app.import.lock().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(idle())
}
