//! Prices from more than one place: the person's own first, then a file they chose, then the embedded catalogue.

use super::hours::Hours;
use super::{ABSURD_RATE, PriceProblem, Provenance, Schedule, Service, Tier, UnitPrices};
use counterweight_domain::{Findings, Path, Problem};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use ts_rs::TS;

/// A rate below this is taken for a mistake of unit, dollars per million tokens; the lowest cache read on sale is 0.003.
pub const LEAST_RATE: f64 = 0.000_5;
/// A file's price this many times above or below the catalogue's of the same day is taken for a mistake: the largest
/// cut overnight in the catalogue's history was to a fifth, the largest rise below fivefold.
pub const ABSURD_JUMP: f64 = 20.0;

/// Rates as a person or a file gives them, US dollars per million tokens. What is left out costs what plain input does.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[ts(rename_all = "camelCase")]
pub struct GivenRates {
    /// Prompt tokens.
    pub input: Option<f64>,
    /// Prompt tokens read from the cache.
    pub cache_read: Option<f64>,
    /// Prompt tokens written to the cache for minutes.
    pub cache_write: Option<f64>,
    /// Prompt tokens written to the cache for an hour.
    pub cache_write_hour: Option<f64>,
    /// Tokens written.
    pub output: Option<f64>,
}

impl GivenRates {
    /// The rates, when all of them can be prices: both sides are there, and none is zero or absurd.
    ///
    /// # Errors
    /// The reason, as the end of a sentence.
    pub fn checked(&self) -> Result<UnitPrices, String> {
        let one = |name: &str, rate: f64| {
            if !rate.is_finite() || rate < 0.0 {
                Err(format!("its {name} price is not a price"))
            } else if rate == 0.0 {
                Err(format!("its {name} price is zero, which is taken for missing"))
            } else if !(LEAST_RATE..=ABSURD_RATE).contains(&rate) {
                Err(format!("its {name} price of {rate} dollars per million tokens is far from any on sale"))
            } else {
                Ok(rate)
            }
        };
        let input = one("input", self.input.ok_or("it has no price for its input")?)?;
        let output = one("output", self.output.ok_or("it has no price for its output")?)?;
        let or = |name: &str, rate: Option<f64>, parent: f64| rate.map_or(Ok(parent), |rate| one(name, rate));
        let cache_write = or("cache write", self.cache_write, input)?;
        Ok(UnitPrices {
            input,
            cache_read: or("cache read", self.cache_read, input)?,
            cache_write,
            cache_write_hour: or("one-hour cache write", self.cache_write_hour, cache_write)?,
            output,
            per_request: 0.0,
        })
    }

    /// These rates, with what is missing taken from others.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            input: self.input.or(other.input),
            cache_read: self.cache_read.or(other.cache_read),
            cache_write: self.cache_write.or(other.cache_write),
            cache_write_hour: self.cache_write_hour.or(other.cache_write_hour),
            output: self.output.or(other.output),
        }
    }
}

/// Rates that hold above a size of prompt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct GivenTier {
    /// Tokens of prompt above which they hold; 0 for the first.
    pub above_tokens: u64,
    /// The rates.
    pub rates: GivenRates,
}

/// The price of one model as a person or a file gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenPrice {
    /// Provider, as the embedded catalogue names it.
    pub provider: String,
    /// Model.
    pub model: String,
    /// Standard tiers by rising prompt, the first above 0.
    pub tiers: Vec<Tier>,
    /// Tiers of another way of being served.
    pub services: BTreeMap<&'static str, Vec<Tier>>,
    /// Tokens the model can hold.
    pub context_tokens: Option<u64>,
    /// The first day on which the price holds; none is always.
    pub from: Option<Date>,
}

impl GivenPrice {
    /// A price from tiers as they were given.
    ///
    /// # Errors
    /// Why it is unknown, as the end of a sentence.
    pub fn of(provider: &str, model: &str, given: &[GivenTier]) -> Result<Self, String> {
        Ok(Self {
            provider: provider.to_owned(),
            model: model.to_owned(),
            tiers: tiers(given)?,
            services: BTreeMap::new(),
            context_tokens: None,
            from: None,
        })
    }
}

/// Checked tiers in order: a tier that leaves out a rate keeps the first tier's.
///
/// # Errors
/// Why they are unknown, as the end of a sentence.
pub fn tiers(given: &[GivenTier]) -> Result<Vec<Tier>, String> {
    let mut sorted = given.to_vec();
    sorted.sort_by_key(|tier| tier.above_tokens);
    let first = sorted.first().filter(|tier| tier.above_tokens == 0).ok_or("it has no price for short prompts")?;
    let base = first.rates;
    if sorted.windows(2).any(|pair| pair[0].above_tokens == pair[1].above_tokens) {
        return Err("it has two prices for the same size of prompt".to_owned());
    }
    sorted
        .iter()
        .map(|tier| Ok(Tier { above_tokens: tier.above_tokens, prices: tier.rates.or(&base).checked()? }))
        .collect()
}

/// Prices by provider and model, and the names whose price is unknown although they are listed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PriceTable {
    /// What the table is called in a provenance: a file name, or "entered by you".
    pub name: String,
    /// The prices, by provider and model in lower case, each with the earlier first.
    prices: BTreeMap<(String, String), Vec<GivenPrice>>,
    /// Why a listed price is unknown, by provider and model in lower case.
    unknown: BTreeMap<(String, String), String>,
    /// What was found on reading.
    pub findings: Findings,
}

fn key(provider: &str, model: &str) -> (String, String) {
    (provider.to_ascii_lowercase(), model.to_ascii_lowercase())
}

impl PriceTable {
    /// An empty table.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a price. A second and different price for the same model makes it unknown.
    pub fn add(&mut self, price: GivenPrice) {
        let key = key(&price.provider, &price.model);
        if self.unknown.contains_key(&key) {
            return;
        }
        match self.prices.get(&key).map(Vec::as_slice) {
            Some([known]) if *known != price => {
                self.prices.remove(&key);
                self.refuse(&price.provider, &price.model, "it is listed twice with different prices");
            }
            _ => {
                self.prices.insert(key, vec![price]);
            }
        }
    }

    /// Sets a price in place of any other from the same day on: what a person enters.
    pub fn set(&mut self, price: GivenPrice) {
        let key = key(&price.provider, &price.model);
        self.unknown.remove(&key);
        let dated = self.prices.entry(key).or_default();
        dated.retain(|known| known.from != price.from);
        dated.push(price);
        dated.sort_by_key(|known| known.from);
    }

    /// Notes that a listed price is unknown.
    pub fn refuse(&mut self, provider: &str, model: &str, reason: &str) {
        let key = key(provider, model);
        self.prices.remove(&key);
        let path = Path::root().join("prices").join(provider).join(model);
        self.findings.warn(
            &path,
            Problem::new(
                "price.unknown",
                format!("{model} at {provider} is unpriced in {}: {reason}.", self.name),
                "Enter the price yourself, or leave its tokens unpriced.",
            ),
        );
        self.unknown.insert(key, reason.to_owned());
    }

    /// Models with a price.
    pub fn len(&self) -> usize {
        self.prices.len()
    }

    /// Whether no model has a price.
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }

    /// Listed models whose price is unknown.
    pub fn unknown_len(&self) -> usize {
        self.unknown.len()
    }

    /// Whether the table names a model, with a price or without one that can be used.
    pub fn lists(&self, provider: &str, model: &str) -> bool {
        let key = key(provider, model);
        self.prices.contains_key(&key) || self.unknown.contains_key(&key)
    }

    /// The price of a model, when the table has one that holds on the day: of several, the latest.
    pub fn get(&self, provider: &str, model: &str, day: Date) -> Option<&GivenPrice> {
        let dated = self.prices.get(&key(provider, model))?;
        dated.iter().rev().find(|price| price.from.is_none_or(|from| from <= day))
    }

    /// The days on which a price of a model begins to hold.
    fn changes(&self, provider: &str, model: &str) -> impl Iterator<Item = Date> {
        self.prices.get(&key(provider, model)).into_iter().flatten().filter_map(|price| price.from)
    }

    fn schedule(
        &self,
        provider: &str,
        model: &str,
        day: Date,
        service: Service,
    ) -> Option<Result<Schedule, PriceProblem>> {
        if let Some(reason) = self.unknown.get(&key(provider, model)) {
            let reason = format!("in {} {reason}", self.name);
            return Some(Err(PriceProblem::Unpriced { provider: provider.into(), model: model.into(), reason }));
        }
        let price = self.get(provider, model, day)?;
        let mut warnings = Vec::new();
        let tiers = match (service, price.services.get(service.words())) {
            (_, Some(tiers)) => tiers,
            (Service::Standard, None) => &price.tiers,
            (_, None) => {
                warnings.push(format!(
                    "No {} price of {} is in {}; the standard price is used.",
                    service.words(),
                    price.model,
                    self.name
                ));
                &price.tiers
            }
        };
        Some(Ok(Schedule {
            tiers: tiers.clone(),
            context_tokens: price.context_tokens,
            within_day: None,
            provenance: Provenance {
                provider_id: price.provider.clone(),
                model_id: price.model.clone(),
                catalogue: self.name.clone(),
                priced_at: day.to_string(),
                warnings,
            },
        }))
    }
}

/// Every place that prices come from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book {
    /// What the person entered: always taken.
    pub overrides: PriceTable,
    /// The file the person chose: taken before the embedded catalogue.
    pub file: Option<PriceTable>,
}

impl Book {
    /// The price list of a day: the person's, the file's, or the embedded catalogue's, in this order.
    ///
    /// A name that the file lists with an unknown price falls back to the catalogue, and a warning says so. A file's
    /// price that is [`ABSURD_JUMP`] times away from the catalogue's of the same day is refused.
    ///
    /// # Errors
    /// When no place has a usable price.
    pub fn schedule_on(
        &self,
        provider: &str,
        model: &str,
        day: Date,
        service: Service,
    ) -> Result<Arc<Schedule>, PriceProblem> {
        if let Some(found) = self.overrides.schedule(provider, model, day, service) {
            return found.map(Arc::new);
        }
        let at = super::instant(day, super::HOUR_OF_DAY, 0);
        let embedded = || super::schedule_by(provider, model, at, service);
        match self.file.as_ref().and_then(|file| file.schedule(provider, model, day, service)) {
            None => embedded(),
            Some(Ok(found)) => {
                if let Ok(known) = embedded()
                    && let Some(reason) = jump(&found, &known)
                {
                    let (provider, model) = (provider.to_owned(), model.to_owned());
                    return Err(PriceProblem::Unpriced { provider, model, reason });
                }
                Ok(Arc::new(found))
            }
            Some(Err(problem)) => {
                let known = embedded().map_err(|_| problem.clone())?;
                let mut known = (*known).clone();
                known.provenance.warnings.push(format!("The embedded catalogue is used. {problem}"));
                Ok(Arc::new(known))
            }
        }
    }

    /// The price list of a day over the hours in which work runs; as [`Self::schedule_on`] where the price does not move
    /// within the day.
    ///
    /// # Errors
    /// As [`Self::schedule_on`], at any of the hours.
    pub fn schedule_over(
        &self,
        (provider, model): (&str, &str),
        day: Date,
        service: Service,
        hours: &Hours,
    ) -> Result<Arc<Schedule>, PriceProblem> {
        let shown = self.schedule_on(provider, model, day, service)?;
        let Some(within) = shown.within_day else { return Ok(shown) };
        hours.mean(&shown, &within, |half_hour| {
            let (hour, minute) = (half_hour / 2, half_hour % 2 * 30);
            let at = super::instant(day, i8::try_from(hour).unwrap_or(0), i8::try_from(minute).unwrap_or(0));
            super::schedule_by(provider, model, at, service)
        })
    }

    /// The days after `start` and before `end` on which the standard price of a model may change.
    pub fn changes(&self, (provider, model): (&str, &str), start: Date, end: Date) -> Vec<Date> {
        let tables = || [Some(&self.overrides), self.file.as_ref()].into_iter().flatten();
        let mut changes: Vec<Date> = tables().flat_map(|table| table.changes(provider, model)).collect();
        // The catalogue's own changes matter unless a given price holds from the start.
        let given = tables().any(|table| table.get(provider, model, start).is_some());
        if !given {
            changes.extend(super::dated::changes(provider, model, start, end));
        }
        changes.retain(|change| *change > start && *change < end);
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    /// US dollars of one call in each of `months` months from `start`: the mean over the days of the month, so that a
    /// change that is announced for a day counts from that day on. `call` prices one call on a price list.
    ///
    /// # Errors
    /// When a price is missing on the first day of one of the months, or of a stretch of it.
    pub fn monthly(
        &self,
        (provider, model): (&str, &str),
        start: counterweight_domain::CivilDate,
        months: u32,
        service: Service,
        call: impl Fn(&Schedule) -> f64,
    ) -> Result<Vec<f64>, PriceProblem> {
        let changes = self.changes((provider, model), start.jiff(), start.plus_months(months).jiff());
        (0..months)
            .map(|month| {
                let (from, to) = (start.plus_months(month).jiff(), start.plus_months(month + 1).jiff());
                stretches(from, to, &changes).into_iter().try_fold(0.0, |sum, (day, share)| {
                    Ok(sum + share * call(&*self.schedule_on(provider, model, day, service)?))
                })
            })
            .collect()
    }
}

/// The stretches from one day to another between the days on which something changes: the first day of each, and the
/// share of the days that lie in it.
pub fn stretches(from: Date, to: Date, changes: &[Date]) -> Vec<(Date, f64)> {
    let days = |a: Date, b: Date| f64::from(a.until(b).map_or(0, |span| span.get_days()));
    let mut cuts = vec![from];
    cuts.extend(changes.iter().copied().filter(|change| *change > from && *change < to));
    cuts.push(to);
    let all = days(from, to).max(1.0);
    cuts.windows(2).map(|pair| (pair[0], days(pair[0], pair[1]) / all)).collect()
}

/// Why a file's price cannot be believed beside the catalogue's.
fn jump(file: &Schedule, known: &Schedule) -> Option<String> {
    let (a, b) = (file.for_prompt(1), known.for_prompt(1));
    for (name, file, known) in [("input", a.input, b.input), ("output", a.output, b.output)] {
        let ratio = file / known;
        if !(1.0 / ABSURD_JUMP..=ABSURD_JUMP).contains(&ratio) {
            return Some(format!(
                "the file's {name} price of {file} is {ratio:.3} times the catalogue's {known} dollars per million tokens, which is taken for a mistake of unit"
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::CivilDate;
    use jiff::civil::date;

    const DAY: Date = date(2026, 11, 23);

    fn rates(input: f64, output: f64) -> GivenRates {
        GivenRates { input: Some(input), output: Some(output), ..GivenRates::default() }
    }

    fn price(input: f64, output: f64) -> GivenPrice {
        GivenPrice::of("anthropic", "claude-opus-5-5", &[GivenTier { above_tokens: 0, rates: rates(input, output) }])
            .unwrap()
    }

    #[test]
    fn zero_missing_and_absurd_are_unknown() {
        for bad in [
            GivenRates { input: Some(0.0), ..rates(1.0, 2.0) },
            GivenRates { output: None, ..rates(1.0, 2.0) },
            GivenRates { cache_read: Some(0.0), ..rates(1.0, 2.0) },
            rates(3e6, 15e6),
            rates(3e-6, 15e-6),
            rates(-1.0, 2.0),
            rates(f64::NAN, 2.0),
        ] {
            assert!(bad.checked().is_err(), "{bad:?}");
        }
        let fine = rates(4.0, 20.0).checked().unwrap();
        assert_eq!((fine.cache_read, fine.cache_write, fine.cache_write_hour), (4.0, 4.0, 4.0));
    }

    /// The person's price before the file's before the catalogue's ($4 in for Opus 5.5, November 2026).
    #[test]
    fn the_nearest_price_wins() {
        let input = |book: &Book| {
            book.schedule_on("anthropic", "claude-opus-5-5", DAY, Service::Standard).unwrap().for_prompt(1).input
        };
        let mut book = Book::default();
        assert_eq!(input(&book), 4.0);
        let mut file = PriceTable::named("prices.json");
        file.add(price(3.0, 15.0));
        book.file = Some(file);
        assert_eq!(input(&book), 3.0);
        book.overrides.set(price(2.5, 12.0));
        assert_eq!(input(&book), 2.5);
    }

    #[test]
    fn a_jump_is_refused_and_an_unknown_row_falls_back() {
        let mut file = PriceTable::named("prices.json");
        file.add(price(0.004, 0.02));
        let book = Book { file: Some(file.clone()), ..Book::default() };
        let jumped = book.schedule_on("anthropic", "claude-opus-5-5", DAY, Service::Standard).unwrap_err();
        assert!(jumped.to_string().contains("mistake of unit"), "{jumped}");
        file.refuse("anthropic", "claude-opus-5-5", "its input price is zero, which is taken for missing");
        file.refuse("nobody", "nothing", "its input price is zero, which is taken for missing");
        let book = Book { file: Some(file), ..Book::default() };
        let fallen = book.schedule_on("anthropic", "claude-opus-5-5", DAY, Service::Standard).unwrap();
        assert_eq!(fallen.for_prompt(1).input, 4.0);
        assert!(fallen.provenance.warnings.iter().any(|text| text.contains("zero")), "{:?}", fallen.provenance);
        assert!(book.schedule_on("nobody", "nothing", DAY, Service::Standard).is_err());
    }

    #[test]
    fn two_different_prices_are_none() {
        let mut table = PriceTable::named("prices.json");
        table.add(price(3.0, 15.0));
        table.add(price(3.0, 15.0));
        assert_eq!((table.len(), table.unknown_len()), (1, 0));
        table.add(price(4.0, 15.0));
        table.add(price(3.0, 15.0));
        assert_eq!((table.len(), table.unknown_len()), (0, 1));
    }

    /// By hand: an own price of 2 that always held and one of 1 from 6 December: from 21 November the month has 15 of 30
    /// days at each, 1.5, in whatever order they were entered; a second price of the same day takes the first one's place.
    #[test]
    fn own_prices_of_one_model_are_kept_by_their_day() {
        let start = CivilDate::new(2026, 11, 21).unwrap();
        let own = |input: f64, from: Option<Date>| GivenPrice { from, ..price(input, 5.0) };
        let change = Some(date(2026, 12, 6));
        for order in [[own(2.0, None), own(1.0, change)], [own(1.0, change), own(2.0, None)]] {
            let mut book = Book::default();
            book.overrides.set(own(9.0, change));
            order.into_iter().for_each(|price| book.overrides.set(price));
            let input = |schedule: &Schedule| schedule.for_prompt(1).input;
            let model = ("anthropic", "claude-opus-5-5");
            let months = book.monthly(model, start, 2, Service::Standard, input).unwrap();
            assert!((months[0] - 1.5).abs() < 1e-12 && (months[1] - 1.0).abs() < 1e-12, "{months:?}");
            assert_eq!(book.overrides.len(), 1);
        }
    }

    /// By hand: Gemini 4 Argon's input rises from $2 to $4 on 1 December 2026. From 21 November, the first month has
    /// 10 of 30 days at 2 and 20 at 4: 10/3; the second month 4.
    #[test]
    fn an_announced_change_counts_from_its_day() {
        let start = CivilDate::new(2026, 11, 21).unwrap();
        let input = |schedule: &Schedule| schedule.for_prompt(1).input;
        let months = Book::default().monthly(("google", "gemini-4-argon"), start, 2, Service::Standard, input).unwrap();
        assert!((months[0] - 10.0 / 3.0).abs() < 1e-9 && (months[1] - 4.0).abs() < 1e-9, "{months:?}");
        // By hand: with an own price of 1 from 6 December, the first month has 10 days at 2, 5 at 4 and 15 at 1:
        // 55/30.
        let mut book = Book::default();
        let mut own =
            GivenPrice::of("google", "gemini-4-argon", &[GivenTier { above_tokens: 0, rates: rates(1.0, 5.0) }])
                .unwrap();
        own.from = Some(date(2026, 12, 6));
        book.overrides.set(own);
        let months = book.monthly(("google", "gemini-4-argon"), start, 2, Service::Standard, input).unwrap();
        assert!((months[0] - 55.0 / 30.0).abs() < 1e-9 && (months[1] - 1.0).abs() < 1e-9, "{months:?}");
    }
}
