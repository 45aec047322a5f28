//! Vesting terms as Open Cap Format writes them: a `VESTING_TERMS` object, alone or in an `OCF_VESTING_TERMS_FILE`.
//!
//! Field names and meanings follow the schemas of Open-Cap-Table-Coalition/Open-Cap-Format-OCF (`VestingTerms`,
//! `VestingCondition`, `VestingConditionPortion`, `VestingPeriodInDays`, `VestingPeriodInMonths`, as of 2026). The
//! text comes from anywhere, so everything that cannot be taken is a finding at its place, and all of them at once.

mod graph;

use super::allocation::Allocation;
use super::day::DayOfMonth;
use super::fraction::Fraction;
use super::terms::{Amount, Condition, MOST_TRANCHES, Period, Terms, Trigger, Unit};
use counterweight_domain::entry::FromText;
use counterweight_domain::{CivilDate, Findings, Path, Problem};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Bytes of text that are read.
const LONGEST_TEXT: usize = 1 << 20;
/// Conditions of one object.
const MOST_CONDITIONS: usize = 1_000;
/// Next conditions of all conditions together.
const MOST_LINKS: usize = 10_000;
/// Months and days that all occurrences of one period may span: a hundred years.
const MOST_MONTHS: u64 = 1_200;
const MOST_DAYS: u64 = 36_525;

/// Reads the terms in a text. In a file with several, `id` says which; alone, it may be left out.
///
/// Paths of findings follow the JSON: `vesting_conditions/2/portion/denominator`, under `path`. None when anything
/// is an error.
pub fn read(text: &str, id: Option<&str>, path: &Path, findings: &mut Findings) -> Option<Terms> {
    let mut reader = Reader { findings, failed: false };
    let terms = reader.document(text, id, path);
    terms.filter(|_| !reader.failed)
}

/// The terms that a text holds, as id and name. Empty when it cannot be read.
pub fn choices(text: &str) -> Vec<(String, String)> {
    if text.len() > LONGEST_TEXT {
        return Vec::new();
    }
    let value: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let one = std::slice::from_ref(&value);
    let objects = value.get("items").and_then(Value::as_array).map_or(one, Vec::as_slice);
    let word = |object: &Value, key| object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    objects
        .iter()
        .filter(|object| object.get("vesting_conditions").is_some())
        .map(|object| (word(object, "id"), word(object, "name")))
        .collect()
}

/// At most forty characters of a text, for a message.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

struct Reader<'a> {
    findings: &'a mut Findings,
    failed: bool,
}

impl Reader<'_> {
    fn error(&mut self, path: &Path, id: &'static str, message: impl Into<String>, fix: impl Into<String>) {
        self.failed = true;
        self.findings.error(path, Problem::new(id, message, fix), "the vesting of this grant");
    }

    fn document(&mut self, text: &str, id: Option<&str>, path: &Path) -> Option<Terms> {
        if text.len() > LONGEST_TEXT {
            self.error(
                path,
                "vestingTerms.tooLong",
                "This text is longer than a million characters.",
                "Give one object of vesting terms.",
            );
            return None;
        }
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                self.error(
                    path,
                    "vestingTerms.json",
                    format!("This is not JSON: line {}, column {}.", error.line(), error.column()),
                    "Paste the whole file as it was exported.",
                );
                return None;
            }
        };
        let object = self.object(&value, path)?;
        if let Some(items) = object.get("items") {
            let at = path.join("items");
            let items = self.array(items, &at)?;
            let named: Vec<usize> = (0..items.len())
                .filter(|&i| id.is_none_or(|id| items[i].get("id").and_then(Value::as_str) == Some(id)))
                .collect();
            let [i] = named[..] else {
                let ids: Vec<String> = items
                    .iter()
                    .take(5)
                    .filter_map(|item| item.get("id").and_then(Value::as_str).map(|id| format!("“{}”", shown(id))))
                    .collect();
                let message = match named.len() {
                    0 => "None of the terms in this file is the one asked for.".to_owned(),
                    n => format!("{n} of the terms in this file could be meant."),
                };
                self.error(&at, "vestingTerms.which", message, format!("Pick one by its id: {}.", ids.join(", ")));
                return None;
            };
            let at = at.join(i);
            let object = self.object(&items[i], &at)?;
            return self.terms(object, &at);
        }
        self.terms(object, path)
    }

    fn terms(&mut self, object: &Map<String, Value>, path: &Path) -> Option<Terms> {
        if object.get("object_type").is_some_and(|kind| kind != "VESTING_TERMS") {
            self.error(
                &path.join("object_type"),
                "vestingTerms.type",
                "This object is not of the type VESTING_TERMS.",
                "Give an object of vesting terms.",
            );
            return None;
        }
        let name = object.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let at = path.join("allocation_type");
        let allocation = self.text(object.get("allocation_type"), &at).and_then(|rule| {
            let known = Allocation::from_ocf_name(rule);
            if known.is_none() {
                self.error(
                    &at,
                    "vestingTerms.allocation",
                    format!("“{}” is not an allocation type of Open Cap Format.", shown(rule)),
                    "Write one such as CUMULATIVE_ROUNDING.",
                );
            }
            known
        });
        let at = path.join("vesting_conditions");
        let Some(list) = object.get("vesting_conditions") else {
            self.missing(&at);
            return None;
        };
        let list = self.array(list, &at)?;
        if list.is_empty() || list.len() > MOST_CONDITIONS {
            self.error(
                &at,
                "vestingTerms.conditions",
                format!("There are {} conditions.", list.len()),
                format!("Give from 1 to {MOST_CONDITIONS}."),
            );
            return None;
        }
        let ids = self.ids(list, &at);
        let conditions: Vec<Option<Condition>> =
            list.iter().enumerate().map(|(i, value)| self.condition(value, i, &ids, &at.join(i))).collect();
        if self.failed {
            return None;
        }
        let terms = Terms { name, allocation: allocation?, conditions: conditions.into_iter().collect::<Option<_>>()? };
        self.graph(&terms, &at);
        Some(terms)
    }

    /// The index of each id.
    fn ids<'v>(&mut self, list: &'v [Value], path: &Path) -> BTreeMap<&'v str, usize> {
        let mut ids = BTreeMap::new();
        for (i, value) in list.iter().enumerate() {
            let at = path.join(i);
            let Some(object) = self.object(value, &at) else { continue };
            let at = at.join("id");
            let Some(id) = self.text(object.get("id"), &at) else { continue };
            if id.is_empty() {
                self.missing(&at);
            } else if ids.insert(id, i).is_some() {
                self.error(
                    &at,
                    "vestingTerms.sameId",
                    format!("Two conditions have the id “{}”.", shown(id)),
                    "Give each condition an id of its own.",
                );
            }
        }
        ids
    }

    fn condition(
        &mut self,
        value: &Value,
        index: usize,
        ids: &BTreeMap<&str, usize>,
        path: &Path,
    ) -> Option<Condition> {
        let object = value.as_object()?;
        let id = object.get("id").and_then(Value::as_str)?.to_owned();
        let vests = self.amount(object, path);
        let trigger = self.trigger(object.get("trigger"), ids, &path.join("trigger"));
        let at = path.join("next_condition_ids");
        let mut next = Vec::new();
        match object.get("next_condition_ids") {
            None => self.missing(&at),
            Some(list) => {
                for (i, value) in self.array(list, &at)?.iter().enumerate() {
                    let at = at.join(i);
                    if let Some(to) = self.known(Some(value), ids, &at) {
                        if to == index {
                            self.cycle(&at, &id);
                        } else if !next.contains(&to) {
                            next.push(to);
                        }
                    }
                }
            }
        }
        Some(Condition { id, vests: vests?, trigger: trigger?, next })
    }

    fn amount(&mut self, object: &Map<String, Value>, path: &Path) -> Option<Amount> {
        match (object.get("quantity"), object.get("portion")) {
            (Some(quantity), None) => self.numeric(Some(quantity), &path.join("quantity")).map(Amount::Quantity),
            (None, Some(portion)) => {
                let path = path.join("portion");
                let portion = self.object(portion, &path)?;
                let over = self.numeric(portion.get("numerator"), &path.join("numerator"));
                let at = path.join("denominator");
                let under = self.numeric(portion.get("denominator"), &at);
                let remainder = match portion.get("remainder") {
                    None => false,
                    Some(Value::Bool(remainder)) => *remainder,
                    Some(_) => {
                        self.error(
                            &path.join("remainder"),
                            "vestingTerms.form",
                            "This is neither true nor false.",
                            "Write true or false.",
                        );
                        return None;
                    }
                };
                let (over, under) = (over?, under?);
                if under.is_zero() {
                    self.error(
                        &at,
                        "vestingTerms.zeroDenominator",
                        "A portion of nothing has no size.",
                        "Write a denominator above zero.",
                    );
                    return None;
                }
                let Some(part) = Fraction::of(over, under) else {
                    self.error(
                        &path,
                        "vestingTerms.tooFine",
                        "This portion is too fine to compute exactly.",
                        "Write it as a simple fraction, such as 1 of 48.",
                    );
                    return None;
                };
                if part > Fraction::ONE {
                    self.exceeds(&path);
                    return None;
                }
                Some(if remainder { Amount::Remainder(part) } else { Amount::Portion(part) })
            }
            (both, _) => {
                let message = if both.is_some() {
                    "This condition has both a quantity and a portion."
                } else {
                    "This condition has neither a quantity nor a portion."
                };
                self.error(path, "vestingTerms.amount", message, "Give one of the two.");
                None
            }
        }
    }

    fn trigger(&mut self, value: Option<&Value>, ids: &BTreeMap<&str, usize>, path: &Path) -> Option<Trigger> {
        let Some(value) = value else {
            self.missing(path);
            return None;
        };
        let object = self.object(value, path)?;
        let at = path.join("type");
        match self.text(object.get("type"), &at)? {
            "VESTING_START_DATE" => Some(Trigger::Start),
            "VESTING_EVENT" => Some(Trigger::Event),
            "VESTING_SCHEDULE_ABSOLUTE" => {
                let at = path.join("date");
                match CivilDate::from_text(self.text(object.get("date"), &at)?) {
                    Ok(date) => Some(Trigger::Absolute(date)),
                    Err(problem) => {
                        self.failed = true;
                        self.findings.error(&at, problem, "the vesting of this grant");
                        None
                    }
                }
            }
            "VESTING_SCHEDULE_RELATIVE" => {
                let to =
                    self.known(object.get("relative_to_condition_id"), ids, &path.join("relative_to_condition_id"));
                let at = path.join("period");
                let period = match object.get("period") {
                    None => {
                        self.missing(&at);
                        None
                    }
                    Some(period) => self.period(period, &at),
                };
                Some(Trigger::Relative { to: to?, period: period? })
            }
            other => {
                self.error(
                    &at,
                    "vestingTerms.trigger",
                    format!("“{}” is not a trigger of Open Cap Format.", shown(other)),
                    "Write VESTING_START_DATE, VESTING_SCHEDULE_ABSOLUTE, VESTING_SCHEDULE_RELATIVE or VESTING_EVENT.",
                );
                None
            }
        }
    }

    fn period(&mut self, value: &Value, path: &Path) -> Option<Period> {
        let object = self.object(value, path)?;
        let length = self.integer(object.get("length"), &path.join("length"));
        // Samples of the format before 2022 call the occurrences repetitions.
        let occurrences = object.get("occurrences").or_else(|| object.get("repetitions"));
        let at = path.join("occurrences");
        let occurrences = self.integer(occurrences, &at);
        let cliff = match object.get("cliff_installment") {
            None => Some(1),
            cliff => self.integer(cliff, &path.join("cliff_installment")).map(|cliff| cliff.max(1)),
        };
        let kind = path.join("type");
        let (unit, most, words) = match self.text(object.get("type"), &kind)? {
            "DAYS" => (Unit::Days, MOST_DAYS, "days"),
            "MONTHS" => {
                let at = path.join("day_of_month");
                let name = self.text(object.get("day_of_month"), &at)?;
                let Some(day) = DayOfMonth::from_ocf_name(name) else {
                    self.error(
                        &at,
                        "vestingTerms.dayOfMonth",
                        format!("“{}” is not a vesting day of Open Cap Format.", shown(name)),
                        "Write one such as 15 or VESTING_START_DAY_OR_LAST_DAY_OF_MONTH.",
                    );
                    return None;
                };
                (Unit::Months(day), MOST_MONTHS, "months")
            }
            other => {
                self.error(
                    &kind,
                    "vestingTerms.periodType",
                    format!("“{}” is not a type of period.", shown(other)),
                    "Write DAYS or MONTHS.",
                );
                return None;
            }
        };
        let (length, occurrences, cliff) = (length?, occurrences?, cliff?);
        if occurrences == 0 {
            self.error(&at, "vestingTerms.never", "This period never occurs.", "Write 1 or more.");
            return None;
        }
        if u64::from(length) * u64::from(occurrences) > most || occurrences as usize > MOST_TRANCHES {
            self.error(
                path,
                "vestingTerms.tooFar",
                "This period spans more than a hundred years.",
                format!("Give at most {most} {words} in all."),
            );
            return None;
        }
        if cliff > occurrences {
            self.error(
                &path.join("cliff_installment"),
                "vestingTerms.cliff",
                format!("The cliff is instalment {cliff} of {occurrences}."),
                format!("Write {occurrences} or less."),
            );
            return None;
        }
        Some(Period { unit, length, occurrences, cliff })
    }

    fn exceeds(&mut self, path: &Path) {
        self.error(
            path,
            "vestingTerms.exceedsGrant",
            "With this portion the terms vest more than the whole grant.",
            "Check the portions of the path, and whether this one should be of the remainder.",
        );
    }

    fn cycle(&mut self, path: &Path, id: &str) {
        self.error(
            path,
            "vestingTerms.cycle",
            format!("The path through “{}” leads back to itself.", shown(id)),
            "Take out the next condition that leads back.",
        );
    }

    fn missing(&mut self, path: &Path) {
        let name = path.as_str().rsplit('/').next().unwrap_or_default().to_owned();
        self.error(
            path,
            "vestingTerms.missing",
            format!("There is no {name} here."),
            "Give it, as Open Cap Format asks for it.",
        );
    }

    fn known(&mut self, value: Option<&Value>, ids: &BTreeMap<&str, usize>, path: &Path) -> Option<usize> {
        let id = self.text(value, path)?;
        let index = ids.get(id).copied();
        if index.is_none() {
            self.error(
                path,
                "vestingTerms.unknownId",
                format!("There is no condition “{}”.", shown(id)),
                "Write the id of one of the conditions.",
            );
        }
        index
    }

    fn object<'v>(&mut self, value: &'v Value, path: &Path) -> Option<&'v Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.error(path, "vestingTerms.form", "This is not an object.", "Write it in braces, with its fields.");
        }
        object
    }

    fn array<'v>(&mut self, value: &'v Value, path: &Path) -> Option<&'v Vec<Value>> {
        let array = value.as_array();
        if array.is_none() {
            self.error(path, "vestingTerms.form", "This is not a list.", "Write it in square brackets.");
        }
        array
    }

    fn text<'v>(&mut self, value: Option<&'v Value>, path: &Path) -> Option<&'v str> {
        match value {
            None => {
                self.missing(path);
                None
            }
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.error(path, "vestingTerms.form", "This is not a text.", "Write it in quotation marks.");
                None
            }
        }
    }

    fn integer(&mut self, value: Option<&Value>, path: &Path) -> Option<u32> {
        let Some(value) = value else {
            self.missing(path);
            return None;
        };
        let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
        if number.is_none() {
            self.error(path, "vestingTerms.form", "This is not a whole number of zero or more.", "Write digits.");
        }
        number
    }

    /// A number of zero or more in the format's `Numeric`: a text of digits with up to ten decimals.
    fn numeric(&mut self, value: Option<&Value>, path: &Path) -> Option<Decimal> {
        let text = match value {
            None => {
                self.missing(path);
                return None;
            }
            Some(Value::String(text)) => text.clone(),
            // The format asks for a text; a bare number has only one reading.
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => String::new(),
        };
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
        let well_formed = match unsigned.split_once('.') {
            Some((whole, decimals)) => digits(whole) && digits(decimals) && decimals.len() <= 10,
            None => digits(unsigned),
        };
        let number = well_formed.then(|| text.parse::<Decimal>().ok()).flatten();
        match number {
            Some(number) if number < Decimal::ZERO => {
                self.error(path, "vestingTerms.negative", "This is less than zero.", "Write zero or more.");
                None
            }
            Some(number) => Some(number),
            None => {
                self.error(
                    path,
                    "vestingTerms.numeric",
                    format!("“{}” is not a number of the format.", shown(&text)),
                    "Write digits with at most ten decimals, such as 0.25.",
                );
                None
            }
        }
    }
}
