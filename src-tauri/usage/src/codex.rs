//! Codex's rollout files, and what `codex exec --json` prints.
//!
//! A rollout tells the session's *total* so far, again and again, so usage is what the total rose by. Three
//! things make that hard, and are settled once all files are read ([`settle`]):
//!
//! - A fork or subagent repeats its parent's whole history, with new times. It begins with the same totals
//!   as its parent, so the longest common beginning is the repetition and is not counted again.
//! - The total can fall after the history was compacted. This is a judgement: a fall is taken as a new
//!   start, and the new total is counted in full.
//! - A file can be there twice, in use and archived. The copy in use is counted; of the other one only what
//!   goes beyond it.
//!
//! If a parent's file is gone, what its forks have in common is counted once, in the fork that is oldest.

use crate::batch::{Batch, Context};
use crate::hash::{Hash, HashedMap};
use crate::json::{self, Moment, Number, Text};
use crate::record::{Client, Name, Names, Record, Tokens};
use crate::refused::Reason;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::path::Path;

/// The model of early sessions, which do not name theirs. (ccusage's reading of the format.)
const DEFAULT_MODEL: &str = "gpt-5";

json::objects! {
    Line {
        kind: Text<'de> = "type",
        timestamp: Moment = "timestamp" | "created_at",
        payload: Payload<'de> = "payload",
        thread: Text<'de> = "thread_id",
        model: Text<'de> = "model",
        usage: Usage<'de> = "usage",
        data: Holder<'de> = "data",
        result: Holder<'de> = "result",
        response: Holder<'de> = "response",
    }
    Payload {
        kind: Text<'de> = "type",
        id: Text<'de> = "id",
        forked_from: Text<'de> = "forked_from_id",
        parent: Text<'de> = "parent_thread_id",
        folder: Text<'de> = "cwd",
        model: Text<'de> = "model",
        info: Info<'de> = "info",
    }
    Info {
        total: Usage<'de> = "total_token_usage",
        last: Usage<'de> = "last_token_usage",
        model: Text<'de> = "model",
    }
    Holder { usage: Usage<'de> = "usage", model: Text<'de> = "model", timestamp: Moment = "timestamp" | "created_at", }
    Usage {
        input: Number = "input_tokens" | "prompt_tokens",
        cached: Number = "cached_input_tokens" | "cache_read_input_tokens" | "cached_tokens",
        output: Number = "output_tokens" | "completion_tokens",
        total: Number = "total_tokens",
    }
}

/// Counts as Codex tells them: `input` includes what was cached, `output` includes reasoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Counts {
    input: u64,
    cached: u64,
    output: u64,
}

impl Counts {
    fn of(usage: &Usage<'_>) -> Counts {
        let input = usage.input.or_zero();
        Counts { input, cached: usage.cached.or_zero().min(input), output: usage.output.or_zero() }
    }

    fn size(self) -> u64 {
        self.input.saturating_add(self.output)
    }

    fn plus(self, more: Counts) -> Counts {
        Counts {
            input: self.input.saturating_add(more.input),
            cached: self.cached.saturating_add(more.cached),
            output: self.output.saturating_add(more.output),
        }
    }

    /// What was used between an earlier total and this one.
    fn since(self, earlier: Counts) -> Counts {
        if self.size() < earlier.size() {
            return self;
        }
        Counts {
            input: self.input.saturating_sub(earlier.input),
            cached: self.cached.saturating_sub(earlier.cached),
            output: self.output.saturating_sub(earlier.output),
        }
    }

    fn tokens(self) -> Tokens {
        let cache_read = self.cached.min(self.input);
        Tokens { input: self.input - cache_read, cache_read, output: self.output, ..Tokens::default() }
    }
}

/// A change of the session's total.
#[derive(Debug, Clone, Copy)]
struct Step {
    instant: Timestamp,
    total: Counts,
    model: Name,
}

/// One rollout file, reduced to the changes of its total.
#[derive(Debug)]
pub(crate) struct Rollout {
    session: Name,
    parent: Name,
    folder: Name,
    /// From the folder of archived sessions, not of those in use.
    archived: bool,
    steps: Vec<Step>,
}

/// Reads the lines of one file.
#[derive(Debug)]
pub(crate) struct Reader {
    rollout: Rollout,
    model: Name,
    named: bool,
    /// Usages so far that stood by themselves.
    turns: u64,
}

impl Reader {
    pub(crate) fn new(path: &Path) -> Reader {
        let archived = path.components().any(|part| part.as_os_str() == "archived_sessions");
        let rollout =
            Rollout { session: Name::NONE, parent: Name::NONE, folder: Name::NONE, archived, steps: Vec::new() };
        Reader { rollout, model: Name::NONE, named: false, turns: 0 }
    }

    /// Reads one line.
    pub(crate) fn read(&mut self, line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        json::line(line, |bytes| {
            let line: Line = serde_json::from_slice(bytes)?;
            Ok(self.take(&line, context, batch))
        })
        .map_err(|_| Reason::NotJson)?
    }

    fn take(&mut self, line: &Line<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        let payload = &line.payload;
        match line.kind.as_str() {
            // A fork repeats its parent's line of this kind after its own.
            "session_meta" if !self.named => {
                self.named = true;
                self.rollout.session = batch.names.keep(payload.id.as_str());
                let parent = payload.forked_from.some().or(payload.parent.some()).unwrap_or("");
                self.rollout.parent = batch.names.keep(parent);
                if context.projects {
                    self.rollout.folder = batch.names.keep(payload.folder.as_str());
                }
            }
            "session_meta" => {}
            "turn_context" => {
                if let Some(model) = payload.model.some() {
                    self.model = batch.names.keep(model);
                }
            }
            "event_msg" if payload.kind.as_str() == "token_count" => return self.step(line, batch),
            "thread.started" => self.rollout.session = batch.names.keep(line.thread.as_str()),
            _ => return self.bare(line, context, batch),
        }
        Ok(())
    }

    fn step(&mut self, line: &Line<'_>, batch: &mut Batch) -> Result<(), Reason> {
        let info = &line.payload.info;
        let before = self.rollout.steps.last().map(|step| step.total).unwrap_or_default();
        let total = match (info.total.present, info.last.present) {
            (true, _) => Counts::of(&info.total),
            (false, true) => before.plus(Counts::of(&info.last)),
            (false, false) => return Ok(()),
        };
        if total == before {
            return Ok(());
        }
        let model = match info.model.some() {
            Some(model) => batch.names.keep(model),
            None => self.model,
        };
        let instant = line.timestamp.0.ok_or(Reason::NoTime)?;
        self.rollout.steps.push(Step { instant, total, model });
        Ok(())
    }

    /// A usage that stands by itself and is what one turn used.
    fn bare(&mut self, line: &Line<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        let holders = [&line.data, &line.result, &line.response];
        let usages = [&line.usage].into_iter().chain(holders.map(|holder| &holder.usage));
        let Some(usage) = usages.into_iter().find(|usage| usage.present) else { return Ok(()) };
        let counts = Counts::of(usage);
        if counts.size() == 0 {
            return Ok(());
        }
        let told = holders.iter().fold(line.timestamp.0, |told, holder| told.or(holder.timestamp.0));
        let instant = told.or(context.changed).ok_or(Reason::NoTime)?;
        let model = holders.iter().fold(line.model.some(), |model, holder| model.or(holder.model.some()));
        let model = model.map(|model| batch.names.keep(model)).unwrap_or(self.model);
        let session = match self.rollout.session {
            Name::NONE => batch.names.keep(context.stem),
            session => session,
        };
        let mut record = record(counts, instant, session, model, &mut batch.names);
        record.instant_assumed = told.is_none();
        self.turns += 1;
        let hash = Hash::new().bytes(b"codex exec").number(session.0).number(counts.input).number(counts.output);
        // A printed turn has no id. Without a time its place in the file tells it from its equals.
        record.key = match told {
            Some(instant) => hash.number(instant.as_nanosecond() as u64).end(),
            None => hash.number(self.turns).end(),
        };
        batch.records.push(record);
        Ok(())
    }

    /// Hands over what the file held.
    pub(crate) fn end(mut self, context: &Context<'_>, batch: &mut Batch) {
        if !self.rollout.steps.is_empty() {
            // A file in use and its archived copy have one name, which holds where no line names the session.
            if self.rollout.session.is_none() {
                self.rollout.session = batch.names.keep(context.stem);
            }
            self.rollout.steps.shrink_to_fit();
            batch.rollouts.push(self.rollout);
        }
    }
}

fn record(counts: Counts, instant: Timestamp, session: Name, model: Name, names: &mut Names) -> Record {
    let mut record = Record::new(Client::Codex, instant);
    record.session = session;
    record.model_assumed = model.is_none();
    record.model = if model.is_none() { names.keep(DEFAULT_MODEL) } else { model };
    record.provider = names.keep("openai");
    record.tokens = counts.tokens();
    record
}

/// Turns the totals of all files into records, each use given to `each` once.
pub(crate) fn settle(mut rollouts: Vec<Rollout>, names: &mut Names, mut each: impl FnMut(Record)) {
    // The same order for any order of files: what is counted first keeps its times and its session.
    rollouts.sort_by_cached_key(|rollout| {
        let content = rollout.steps.iter().fold(Hash::new(), |hash, step| {
            let Counts { input, cached, output } = step.total;
            hash.number(step.instant.as_nanosecond() as u64).number(input).number(cached).number(output)
        });
        (rollout.archived, Reverse(rollout.steps.len()), rollout.steps[0].instant, rollout.session, content.end())
    });
    let mut by_session: HashedMap<Vec<usize>> = HashedMap::default();
    let mut by_parent: HashedMap<Vec<usize>> = HashedMap::default();
    for (at, rollout) in rollouts.iter().enumerate() {
        by_session.entry(rollout.session.0).or_default().push(at);
        by_parent.entry(rollout.parent.0).or_default().push(at);
    }
    for forks in by_parent.values_mut() {
        forks.sort_by_key(|at| (rollouts[*at].steps[0].instant, *at));
    }
    let of_session = |name: Name| by_session.get(&name.0).map(Vec::as_slice).unwrap_or_default();
    for (at, rollout) in rollouts.iter().enumerate() {
        let mut repeated = 0;
        if !rollout.session.is_none() {
            for copy in of_session(rollout.session).iter().take_while(|copy| **copy < at) {
                repeated = repeated.max(common(rollout, &rollouts[*copy]));
            }
        }
        if !rollout.parent.is_none() && !descends(rollout, rollout.session, &rollouts, &by_session) {
            let parents = of_session(rollout.parent);
            for parent in parents {
                repeated = repeated.max(common(rollout, &rollouts[*parent]));
            }
            if parents.is_empty() {
                let siblings = &by_parent[&rollout.parent.0];
                for sibling in siblings.iter().take_while(|sibling| **sibling != at) {
                    repeated = repeated.max(common(rollout, &rollouts[*sibling]));
                }
            }
        }
        let mut before = match repeated {
            0 => Counts::default(),
            _ => rollout.steps[repeated - 1].total,
        };
        for (place, step) in rollout.steps.iter().enumerate().skip(repeated) {
            let used = step.total.since(before);
            before = step.total;
            if used.size() == 0 {
                continue;
            }
            let mut record = record(used, step.instant, rollout.session, step.model, names);
            record.project = rollout.folder;
            record.key = Hash::new()
                .bytes(b"codex")
                .number(rollout.session.0)
                .number(place as u64)
                .number(step.total.input)
                .number(step.total.cached)
                .number(step.total.output)
                .number(step.instant.as_nanosecond() as u64)
                .end();
            each(record);
        }
    }
}

/// How many totals both files begin with.
fn common(one: &Rollout, other: &Rollout) -> usize {
    one.steps.iter().zip(&other.steps).take_while(|(a, b)| a.total == b.total).count()
}

/// True if the chain of parents leads back to the session itself, which only a damaged log does: without
/// this each of two such files would leave the counting to the other.
fn descends(rollout: &Rollout, session: Name, rollouts: &[Rollout], by_session: &HashedMap<Vec<usize>>) -> bool {
    let mut parent = rollout.parent;
    for _ in 0..rollouts.len() {
        if parent == session {
            return true;
        }
        match by_session.get(&parent.0).and_then(|files| files.first()) {
            Some(file) => parent = rollouts[*file].parent,
            None => return false,
        }
    }
    // Round in a circle that does not hold this session: its members are settled among themselves.
    false
}
