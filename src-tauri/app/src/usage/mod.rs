//! What was really used, summed and priced: the answer of `cw usage scan`.
//!
//! Logs and exports are read by the usage library, one answer of a model at a time; here each is given its price on
//! its own day ([`price`]) and added to its group. Days and months are those of a named zone, decided now and not
//! when the log was written. Prompt texts never come this far; project names only when they are grouped by.

pub mod history;
pub mod measured;
mod price;
mod report;

pub use report::{Completeness, Group, Refusal, Report, Shortage, Sums, Unpriced};

use crate::error::{Code, ErrorBody};
use counterweight_usage::{Cancelled, Client, Name, Names, Options, Progress, Record, Root, default_roots, scan_each};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use price::Pricer;
use report::Total;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// What a group of the report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// A day of the zone.
    #[default]
    Day,
    /// A month of the zone.
    Month,
    /// A model, as its client names it.
    Model,
    /// A folder worked in, or an export's workspace. Only then are such names kept at all.
    Project,
    /// A session.
    Session,
}

/// What to read and how to sum it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Folders or files; empty for the places where the clients of this person keep their logs.
    pub roots: Vec<PathBuf>,
    /// Clients by their keys, such as `claude-code`; empty for all.
    pub clients: Vec<String>,
    /// First day counted.
    pub since: Option<Date>,
    /// Last day counted.
    pub until: Option<Date>,
    /// Name of the zone whose days are meant, such as `Europe/Berlin`; the system's when missing.
    pub zone: Option<String>,
    /// How to group.
    pub by: By,
}

/// Reads, prices and sums.
///
/// # Errors
/// When a client or zone is unknown, the days are the wrong way round, or the scan was cancelled. What cannot be read
/// is in the report instead.
pub fn scan(request: &Request, progress: &(dyn Fn(Progress) + Sync), cancel: &AtomicBool) -> Result<Report, ErrorBody> {
    let clients = clients(&request.clients)?;
    let zone = zone(request.zone.as_deref())?;
    if let (Some(since), Some(until)) = (request.since, request.until)
        && since > until
    {
        return Err(refused(format!("The first day, {since}, is after the last, {until}."), "Swap them."));
    }
    let options = Options { clients: clients.clone(), projects: request.by == By::Project, threads: 0 };
    let roots = roots(&request.roots, &clients);
    let mut sum = Sum {
        request,
        zone: &zone,
        pricer: Pricer::new(),
        totals: Total::default(),
        groups: BTreeMap::new(),
        labels: BTreeMap::new(),
    };
    // Reading the price data takes tenths of a second: it is done while the disk is read.
    let warming = std::thread::spawn(counterweight_inference::price::warm_up);
    let read = scan_each(&roots, &options, progress, cancel, &mut |names, record| sum.add(names, record));
    let _ = warming.join();
    let read = read.map_err(|Cancelled| {
        refused(
            "Reading the logs was cancelled.".to_owned(),
            "Nothing was changed or kept. Start it again when you like.",
        )
    })?;
    Ok(sum.report(&read))
}

fn refused(message: String, hint: &str) -> ErrorBody {
    ErrorBody { code: Code::BadRequest, message, field: None, hint: Some(hint.to_owned()) }
}

fn clients(keys: &[String]) -> Result<Vec<Client>, ErrorBody> {
    let known = || Client::ALL.map(Client::key).join(", ");
    keys.iter()
        .map(|key| {
            Client::from_key(key)
                .ok_or_else(|| refused(format!("There is no client “{key}” here."), &format!("Known are {}.", known())))
        })
        .collect()
}

fn zone(name: Option<&str>) -> Result<TimeZone, ErrorBody> {
    match name {
        None => Ok(TimeZone::system()),
        Some(name) => TimeZone::get(name).map_err(|_| {
            refused(
                format!("There is no time zone “{name}”."),
                "Give a name such as Europe/Berlin or America/New_York.",
            )
        }),
    }
}

fn roots(given: &[PathBuf], clients: &[Client]) -> Vec<Root> {
    if given.is_empty() {
        let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_path_buf()).unwrap_or_default();
        return default_roots(&home, |name| std::env::var_os(name));
    }
    // A folder is one client's home if that client is the only one asked for; else each file tells whose it is.
    let client = match clients {
        [client] => Some(*client),
        _ => None,
    };
    given.iter().map(|path| Root { path: path.clone(), client }).collect()
}

/// By what a record is grouped, small and in the order in which groups are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Date(Date),
    Name(Name),
}

/// Adds up records as they come.
struct Sum<'a> {
    request: &'a Request,
    zone: &'a TimeZone,
    pricer: Pricer,
    totals: Total,
    groups: BTreeMap<Key, Total>,
    /// Texts of the names met, taken once.
    labels: BTreeMap<Name, String>,
}

impl Sum<'_> {
    fn add(&mut self, names: &Names, record: &Record) {
        self.add_prompts(names, record, record.tokens.prompt());
    }

    /// Adds a record that sums requests of one price tier, of which one has this prompt.
    fn add_prompts(&mut self, names: &Names, record: &Record, own: u64) {
        let zone = if record.whole_day { &TimeZone::UTC } else { self.zone };
        let date = zone.to_datetime(record.instant).date();
        if self.request.since.is_some_and(|since| date < since) || self.request.until.is_some_and(|until| date > until)
        {
            return;
        }
        let mut name = |name: Name| {
            self.labels.entry(name).or_insert_with(|| names.get(name).unwrap_or_default().to_owned());
            Key::Name(name)
        };
        let key = match self.request.by {
            By::Day => Key::Date(date),
            By::Month => Key::Date(date.first_of_month()),
            By::Model => name(record.model),
            By::Project => name(record.project),
            By::Session => name(record.session),
        };
        let cost = self.pricer.price(names, record, own);
        self.totals.add(record, cost);
        self.groups.entry(key).or_default().add(record, cost);
    }

    fn report(self, read: &counterweight_usage::Scan) -> Report {
        let (request, zone) = (self.request, self.zone);
        let summed = self.end();
        Report::new(zone, request, summed, read)
    }

    fn end(self) -> Summed {
        let mut groups: Vec<Group> = Vec::with_capacity(self.groups.len());
        for (key, total) in &self.groups {
            let key = match key {
                Key::Date(date) if self.request.by == By::Month => format!("{:04}-{:02}", date.year(), date.month()),
                Key::Date(date) => date.to_string(),
                Key::Name(name) => {
                    let label = self.labels.get(name).map(String::as_str).unwrap_or_default();
                    if label.is_empty() { "unknown".to_owned() } else { label.to_owned() }
                }
            };
            groups.push(Group { key, sums: total.sums() });
        }
        if !matches!(self.request.by, By::Day | By::Month) {
            groups.sort_by(|a, b| a.key.cmp(&b.key));
        }
        let by = match self.request.by {
            By::Day => "day",
            By::Month => "month",
            By::Model => "model",
            By::Project => "project",
            By::Session => "session",
        };
        let (unpriced, mut notes) = self.pricer.end();
        report::remarks(&self.totals.sums(), &mut notes);
        Summed { by, totals: self.totals.sums(), groups, unpriced, notes }
    }
}

/// What was added up, in the form in which it is shown.
struct Summed {
    by: &'static str,
    totals: Sums,
    groups: Vec<Group>,
    unpriced: Vec<Unpriced>,
    notes: Vec<String>,
}

#[cfg(test)]
mod tests;
