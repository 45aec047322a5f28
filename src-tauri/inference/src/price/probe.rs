//! Finding rates by asking what requests of one kind of token cost.

use super::{
    ABSURD_RATE, Date, ErrorKind, LARGEST_PROMPT, PriceProblem, PriceRequest, Provenance, Schedule, Service, Tier,
    Timestamp, UnitPrices, Usage, UsageKey, WithinDay, catalogue, instant,
};
use jiff::tz::TimeZone;
use std::time::SystemTime;

/// How a warning begins where the price moves within the day.
pub(super) const BY_THE_HOUR: &str = "The price depends on the hour";
/// Tokens of output in a probe.
const OUTPUT_PROBE: f64 = 1e6;
/// Prompts that tell two price lists apart without finding every threshold.
const TELLING_PROMPTS: [u64; 5] = [1, 150_000, 250_000, 600_000, LARGEST_PROMPT];

/// Whose price is asked for, and when.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) provider: &'a str,
    pub(super) model: &'a str,
    pub(super) at: Timestamp,
    pub(super) service: Service,
}

impl Subject<'_> {
    fn unpriced(&self, reason: &str) -> PriceProblem {
        PriceProblem::Unpriced {
            provider: self.provider.to_owned(),
            model: self.model.to_owned(),
            reason: reason.to_owned(),
        }
    }

    fn ask(&self, usage: &Usage) -> Result<genai_prices::PriceCalculation, PriceProblem> {
        let (provider, model) = (self.provider.to_owned(), self.model.to_owned());
        let Ok(when) = SystemTime::try_from(self.at) else {
            let reason = "the day is beyond what the catalogue can date".to_owned();
            return Err(PriceProblem::Catalogue { provider, model, reason });
        };
        let mut request = PriceRequest::new(self.model, usage).with_provider_id(self.provider).with_timestamp(when);
        for (key, value) in self.service.contexts() {
            request = request.with_price_context(key, value);
        }
        super::list().calculate(&request).map_err(|error| match error.kind() {
            ErrorKind::ProviderNotFound => PriceProblem::UnknownProvider { provider },
            ErrorKind::ModelNotFound => PriceProblem::UnknownModel { provider, model },
            _ => PriceProblem::Catalogue { provider, model, reason: error.to_string() },
        })
    }
}

/// Rates at nine places: the catalogue lists fewer, so that equal rates compare equal whatever the prompt was.
fn nine_places(rate: f64) -> f64 {
    (rate * 1e9).round() / 1e9
}

/// The rates for a prompt of `prompt` tokens.
#[allow(clippy::cast_precision_loss, reason = "a prompt is far below 2^53 tokens")]
fn rates(subject: &Subject, prompt: u64) -> Result<UnitPrices, PriceProblem> {
    let tokens = prompt.max(1) as f64;
    let per_million = |dollars: f64| nine_places(dollars / tokens * 1e6);
    let plain =
        subject.ask(&Usage::from([(UsageKey::INPUT_TOKENS, tokens), (UsageKey::OUTPUT_TOKENS, OUTPUT_PROBE)]))?;
    let read = subject.ask(&Usage::from([(UsageKey::INPUT_TOKENS, tokens), (UsageKey::CACHE_READ_TOKENS, tokens)]))?;
    let write =
        subject.ask(&Usage::from([(UsageKey::INPUT_TOKENS, tokens), (UsageKey::CACHE_WRITE_TOKENS, tokens)]))?;
    let hour = subject.ask(&Usage::from([
        (UsageKey::INPUT_TOKENS, tokens),
        (UsageKey::CACHE_WRITE_TOKENS, tokens),
        (UsageKey::CACHE_WRITE_1H_TOKENS, tokens),
    ]))?;
    Ok(UnitPrices {
        input: per_million(plain.input_price),
        cache_read: per_million(read.input_price),
        cache_write: per_million(write.input_price),
        cache_write_hour: per_million(hour.input_price),
        output: nine_places(plain.output_price / OUTPUT_PROBE * 1e6),
        per_request: nine_places(plain.total_price - plain.input_price - plain.output_price),
    })
}

/// Rates at telling prompts, to see whether two days have the same price list.
pub(super) fn fingerprint(subject: &Subject) -> Result<[UnitPrices; TELLING_PROMPTS.len()], PriceProblem> {
    let mut found = [rates(subject, 1)?; TELLING_PROMPTS.len()];
    for (slot, prompt) in found.iter_mut().zip(TELLING_PROMPTS).skip(1) {
        *slot = rates(subject, prompt)?;
    }
    Ok(found)
}

/// Every tier: prompts double until the rates change, then the threshold is closed in on, to the token.
fn tiers(subject: &Subject) -> Result<Vec<Tier>, PriceProblem> {
    let mut found = vec![Tier { above_tokens: 0, prices: rates(subject, 1)? }];
    let mut below = 1;
    while below < LARGEST_PROMPT {
        let above = if below < 1024 { 1024 } else { (below * 2).min(LARGEST_PROMPT) };
        let far = rates(subject, above)?;
        while let Some(last) = found.last().map(|tier| tier.prices).filter(|last| *last != far) {
            let (mut same, mut other) = (below, above);
            while other - same > 1 {
                let middle = same + (other - same) / 2;
                if rates(subject, middle)? == last { same = middle } else { other = middle }
            }
            found.push(Tier { above_tokens: same, prices: rates(subject, other)? });
            below = other;
        }
        below = above;
    }
    Ok(found)
}

/// How the rates move within the day of the subject, in half hours.
fn within_day(subject: &Subject, shown: &UnitPrices) -> Result<Option<WithinDay>, PriceProblem> {
    let day: Date = TimeZone::UTC.to_datetime(subject.at).date();
    let usage = Usage::from([(UsageKey::INPUT_TOKENS, 1.0), (UsageKey::OUTPUT_TOKENS, 1.0)]);
    let reference = (shown.input + shown.output) / 1e6;
    let mut ratios = Vec::with_capacity(48);
    for hour in 0..24 {
        for minute in [0, 30] {
            let price = Subject { at: instant(day, hour, minute), ..*subject }.ask(&usage)?;
            ratios.push(nine_places((price.input_price + price.output_price) / reference));
        }
    }
    let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = ratios.iter().copied().fold(0.0, f64::max);
    if highest - lowest < 1e-9 {
        return Ok(None);
    }
    let at_highest = u32::try_from(ratios.iter().filter(|ratio| **ratio >= highest - 1e-9).count()).unwrap_or(0);
    let mut half_hours = [1.0; 48];
    half_hours.copy_from_slice(&ratios);
    Ok(Some(WithinDay { lowest, highest, hours_at_highest: f64::from(at_highest) / 2.0, half_hours }))
}

/// Refuses rates that cannot be prices: none at all, one side missing, or absurd.
fn check(subject: &Subject, prices: &UnitPrices) -> Result<(), PriceProblem> {
    let all = [prices.input, prices.cache_read, prices.cache_write, prices.cache_write_hour, prices.output];
    if all.iter().any(|rate| !rate.is_finite() || *rate > ABSURD_RATE) {
        return Err(subject.unpriced("a listed price is far beyond any on sale"));
    }
    match (prices.input > 0.0, prices.output > 0.0) {
        (true, true) => {}
        (false, false) => return Err(subject.unpriced("the catalogue lists it without a price")),
        (true, false) => return Err(subject.unpriced("the catalogue has no price for its output")),
        (false, true) => return Err(subject.unpriced("the catalogue has no price for its input")),
    }
    if prices.cache_read <= 0.0 || prices.cache_write <= 0.0 || prices.cache_write_hour <= 0.0 {
        return Err(subject.unpriced("the catalogue lists a cache price of zero, which is taken for missing"));
    }
    Ok(())
}

/// The whole price list.
pub(super) fn schedule(subject: &Subject) -> Result<Schedule, PriceProblem> {
    let tiers = tiers(subject)?;
    tiers.iter().try_for_each(|tier| check(subject, &tier.prices))?;
    let matched = subject.ask(&Usage::from([(UsageKey::INPUT_TOKENS, 1.0)]))?;
    let within_day = within_day(subject, &tiers[0].prices)?;
    let mut warnings = matched.warnings;
    if !matched.model_id.eq_ignore_ascii_case(subject.model) {
        warnings.push(format!("Priced as {}, which the catalogue matches to {}.", matched.model_id, subject.model));
    }
    if let Some(bands) = within_day {
        warnings.push(format!(
            "{BY_THE_HOUR}: {} to {} times the rate shown, at the highest for {} hours a day.",
            bands.lowest, bands.highest, bands.hours_at_highest
        ));
    }
    // A context that the catalogue does not know changes nothing, and nothing in its answer says so.
    if subject.service != Service::Standard
        && fingerprint(subject)? == fingerprint(&Subject { service: Service::Standard, ..*subject })?
    {
        warnings.push(format!(
            "No {} price of {} is known on this day; the standard price is used.",
            subject.service.words(),
            matched.model_id
        ));
    }
    let release = catalogue::price_catalogue();
    Ok(Schedule {
        tiers,
        context_tokens: context_tokens(&matched.provider_id, &matched.model_id),
        within_day,
        provenance: Provenance {
            provider_id: matched.provider_id,
            model_id: matched.model_id,
            catalogue: format!("{} {}", release.name, release.version),
            priced_at: subject.at.to_string(),
            warnings,
        },
    })
}

fn context_tokens(provider: &str, model: &str) -> Option<u64> {
    let provider = super::list().providers().find(|row| row.id() == provider)?;
    provider.models().find(|row| row.id() == model)?.context_window()
}
