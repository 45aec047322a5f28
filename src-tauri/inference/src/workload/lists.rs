//! The price lists of a day for the work: over the hours in which each class runs, and served as cheaply as it may be.

use super::Work;
use super::classes::{WorkClass, WorkKind};
use crate::price::book::Book;
use crate::price::hours::Hours;
use crate::price::{PriceProblem, Schedule, Service};
use std::sync::Arc;

/// How a class may be served: at once, and when it can wait a day also as a batch or when there is room.
fn allowed(kind: WorkKind) -> &'static [Service] {
    match kind {
        WorkKind::Interactive | WorkKind::Agentic | WorkKind::Heartbeat => &[Service::Standard],
        WorkKind::Batch => &[Service::Standard, Service::Batch, Service::Flex],
    }
}

/// The price lists of a day for the classes of a work.
#[derive(Debug, Clone, PartialEq)]
pub struct Lists {
    /// For work that is answered at once, over the hours of a working day.
    pub standard: Arc<Schedule>,
    /// For each way of being served and number of hours that a class has.
    lists: Vec<(Service, f64, Arc<Schedule>)>,
}

impl Lists {
    /// The lists of `book` for a provider's model on `day`, for the classes of `work`. Where the price list has no batch or
    /// flex price, the standard price stands for it.
    ///
    /// # Errors
    /// When the model has no price on that day.
    pub fn on(book: &Book, model: (&str, &str), day: jiff::civil::Date, work: &Work) -> Result<Self, PriceProblem> {
        let list = |service, length| book.schedule_over(model, day, service, &Hours { from: work.runs_from, length });
        let mut lists: Vec<(Service, f64, Arc<Schedule>)> = Vec::new();
        for class in work.profile() {
            let length = class.hours_per_day;
            for &service in allowed(class.kind) {
                if !lists.iter().any(|known| known.0 == service && known.1.total_cmp(&length).is_eq()) {
                    lists.push((service, length, list(service, length)?));
                }
            }
        }
        Ok(Self { standard: list(Service::Standard, work.hours_per_day)?, lists })
    }

    /// The cheapest way in which a class may be served, US dollars of a call of it, and its price list.
    pub fn served(&self, class: &WorkClass) -> (Service, f64, &Schedule) {
        let mut best: Option<(Service, f64, &Schedule)> = None;
        for &service in allowed(class.kind) {
            let length = class.hours_per_day;
            let known = self.lists.iter().find(|known| known.0 == service && known.1.total_cmp(&length).is_eq());
            let Some((_, _, list)) = known else { continue };
            let dollars = class.dollars_per_call(list);
            // Of two that cost the same, the one that answers sooner.
            if best.is_none_or(|(_, least, _)| dollars < least - 1e-12) {
                best = Some((service, dollars, list));
            }
        }
        best.unwrap_or_else(|| (Service::Standard, class.dollars_per_call(&self.standard), &self.standard))
    }

    /// US dollars of a call of a class, served as [`Self::served`] says.
    pub fn dollars_per_call(&self, class: &WorkClass) -> f64 {
        self.served(class).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use counterweight_domain::{Entry, Workload};
    use genai_prices::{PriceRequest, Usage, UsageKey};
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    const DAY: jiff::civil::Date = date(2026, 11, 23);

    fn work(model: &str, kind: counterweight_domain::workload::ClassKind) -> Work {
        let class = counterweight_domain::ClassOfWork {
            kind,
            prompt_tokens: Entry::typed("8000"),
            cache_read_share: Entry::typed("25"),
            output_tokens: Entry::typed("400"),
            ..Default::default()
        };
        let case = Workload { classes: vec![class], cloud_model: model.into(), ..Workload::default() };
        Work::of(&case, 1.0).expect("reads")
    }

    /// The price engine's own answer at 16:00 UTC for 6,000 plain and 2,000 cached tokens and 400 received.
    fn engine(provider: &str, model: &str, service: Service) -> f64 {
        let usage = Usage::from([
            (UsageKey::INPUT_TOKENS, 8_000.0),
            (UsageKey::CACHE_READ_TOKENS, 2_000.0),
            (UsageKey::OUTPUT_TOKENS, 400.0),
        ]);
        let at = TimeZone::UTC.to_timestamp(DAY.at(16, 0, 0, 0)).expect("a day");
        let at = std::time::SystemTime::try_from(at).expect("a day");
        let mut request = PriceRequest::new(model, &usage).with_provider_id(provider).with_timestamp(at);
        for (key, value) in service.contexts() {
            request = request.with_price_context(key, value);
        }
        crate::price::list().calculate(&request).expect("priced").total_price
    }

    /// Work that can wait costs the least of the engine's standard, batch and flex price, and no other work does.
    #[test]
    fn work_that_can_wait_takes_the_cheapest_of_the_engine() {
        use counterweight_domain::workload::ClassKind;
        let (mut flex, mut batch) = (0, 0);
        for row in catalogue::cloud_models() {
            let mut waits = work(&row.key, ClassKind::Batch);
            // At 16:00 only, which is the hour that the engine is asked about.
            waits.runs_from = Some(16.0);
            waits.classes[0].hours_per_day = 0.5;
            let lists = Lists::on(&Book::default(), (&row.provider, &row.model), DAY, &waits).expect("priced");
            let (service, found, _) = lists.served(&waits.classes[0]);
            let each = allowed(WorkKind::Batch).iter().map(|service| engine(&row.provider, &row.model, *service));
            let least = each.fold(f64::INFINITY, f64::min);
            assert!((found - least).abs() < 1e-6, "{}: {found} is not {least}", row.key);
            let standard = engine(&row.provider, &row.model, Service::Standard);
            assert_eq!(service == Service::Standard, least >= standard - 1e-12, "{}: {service:?}", row.key);
            flex += u32::from(service == Service::Flex);
            batch += u32::from(service == Service::Batch);
            let mut attended = work(&row.key, ClassKind::Agentic);
            attended.runs_from = Some(16.0);
            attended.classes[0].hours_per_day = 0.5;
            let lists = Lists::on(&Book::default(), (&row.provider, &row.model), DAY, &attended).expect("priced");
            let (service, found, _) = lists.served(&attended.classes[0]);
            assert_eq!(service, Service::Standard);
            assert!((found - standard).abs() < 1e-6, "{}", row.key);
        }
        assert!(flex + batch >= 4, "{flex} flex, {batch} batch");
    }
}
