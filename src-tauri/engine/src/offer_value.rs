//! One offer valued: its ledger, and the same offer as the futures need it.

use crate::compute;
use crate::equity;
use crate::ledger::{Component, Line, Tier};
use crate::pay;
use crate::settings::{self, Settings};
use crate::simulation::model::OfferModel;
use counterweight_domain::{Case, CivilDate, Currency, Findings, Offer, Path, money};
use counterweight_inference::workload::Work;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// An offer with its ledger and its model. All amounts are in the case's currency.
#[derive(Debug, Clone)]
pub struct OfferLedger {
    /// The lines, by date.
    pub lines: Vec<Line>,
    /// The offer as the futures need it.
    pub model: OfferModel,
    /// What the letter claims for the token budget over the months.
    pub claimed_tokens: Option<Decimal>,
    /// What the letter claims for the hardware.
    pub claimed_hardware: Option<Decimal>,
    /// One unit of the offer's currency in the case's.
    pub rate: Decimal,
    /// First day of work.
    pub start: CivilDate,
    /// False when the offer cannot be valued at all: its currency or its start is unknown.
    pub valued: bool,
}

impl OfferLedger {
    /// The sum of all lines.
    pub fn total(&self) -> Decimal {
        self.lines.iter().map(|line| line.amount).sum()
    }
}

/// What is being built while an offer is valued.
pub(crate) struct Build<'a> {
    pub settings: &'a Settings,
    pub path: Path,
    pub currency: Currency,
    pub rate: Decimal,
    pub start: CivilDate,
    pub lines: Vec<Line>,
    pub model: OfferModel,
    pub claimed_tokens: Option<Decimal>,
    pub claimed_hardware: Option<Decimal>,
}

impl Build<'_> {
    /// Rounded to the smallest unit of the offer's currency.
    pub fn round(&self, amount: Decimal) -> Decimal {
        money::round(amount, self.currency)
    }

    /// Adds a line whose amount is in the offer's currency, and returns it in the case's. None, and no line, when
    /// the person has left by then or the amount is nothing.
    pub fn line(
        &mut self,
        month: u32,
        amount: Decimal,
        component: Component,
        tier: Tier,
        path: &Path,
        how: String,
    ) -> Option<Decimal> {
        let converted = money::round(amount * self.rate, self.settings.currency);
        self.case_line(month, converted, component, tier, path, how)
    }

    /// Adds a line whose amount is in the case's currency already.
    pub fn case_line(
        &mut self,
        month: u32,
        amount: Decimal,
        component: Component,
        tier: Tier,
        path: &Path,
        how: String,
    ) -> Option<Decimal> {
        if month > self.settings.stay_months || amount.is_zero() {
            return None;
        }
        let date = self.start.plus_months(month);
        self.lines.push(Line { date, month, amount, component, tier, path: path.clone(), how });
        Some(amount)
    }

    /// Adds a line that does not move in the futures.
    pub fn fixed(&mut self, month: u32, amount: Decimal, component: Component, tier: Tier, path: &Path, how: String) {
        if let Some(amount) = self.line(month, amount, component, tier, path, how) {
            self.constant(month, amount);
        }
    }

    /// Adds a yearly amount in twelve parts that sum to it, none of which moves in the futures.
    pub fn monthly(&mut self, year: u32, amount: Decimal, component: Component, tier: Tier, path: &Path, how: &str) {
        let whole = money::round(amount * self.rate, self.settings.currency);
        let parts = money::split(whole, &[Decimal::ONE; 12], self.settings.currency);
        for (month, part) in ((year - 1) * 12 + 1..).zip(parts) {
            if let Some(amount) = self.case_line(month, part, component, tier, path, how.to_owned()) {
                self.constant(month, amount);
            }
        }
    }

    /// Counts an amount as not moving in the futures.
    pub fn constant(&mut self, month: u32, amount: Decimal) {
        let year = (month.max(1).div_ceil(12) - 1) as usize;
        self.model.constant[year] += amount.to_f64().unwrap_or(0.0);
    }
}

/// Values offer `index` of a case. What cannot be read is left out, with a finding.
pub fn value(case: &Case, offer: &Offer, index: usize, settings: &Settings, findings: &mut Findings) -> OfferLedger {
    let path = Path::root().join("offers").join(index);
    let years = settings.horizon_years as usize;
    let model = OfferModel {
        company: offer.company.clone(),
        constant: vec![0.0; years],
        bonus: vec![0.0; years],
        vests: Vec::new(),
        compute: None,
    };
    let currency =
        offer.currency.or_if_blank(settings.currency).filter(|_| !offer.currency.is_blank() || settings.currency_known);
    let start = match offer.start.value() {
        Some(start) => Some(*start),
        None if offer.start.is_blank() => settings.start,
        None => None,
    };
    let rate = currency.and_then(|c| settings::rate(case, settings, c, &path.join("currency"), findings));
    let (Some(currency), Some(start), Some(rate)) = (currency, start, rate) else {
        if start.is_none() && offer.start.is_blank() {
            findings.error(
                &path.join("start"),
                counterweight_domain::Problem::new(
                    "start.missing",
                    "Neither the offer nor the case says when it starts.",
                    "Enter the first day of work.",
                ),
                "this offer",
            );
        }
        let start = start.or(settings.start).or(CivilDate::new(2000, 1, 1)).expect("the year 2000 has a first day");
        return OfferLedger {
            lines: Vec::new(),
            model,
            claimed_tokens: None,
            claimed_hardware: None,
            rate: Decimal::ONE,
            start,
            valued: false,
        };
    };
    let mut build = Build {
        settings,
        path,
        currency,
        rate,
        start,
        lines: Vec::new(),
        model,
        claimed_tokens: None,
        claimed_hardware: None,
    };
    if let Some(yearly) = pay::base(offer, &mut build) {
        pay::bonus(offer, &yearly, &mut build);
        pay::matched(offer, &yearly, &mut build);
    }
    pay::sign_on(offer, &mut build);
    pay::benefits(offer, &mut build);
    for (i, grant) in offer.grants.iter().enumerate() {
        equity::grant(grant, i, &mut build, findings);
    }
    compute::add(case, offer, &mut build, findings);
    let mut lines = build.lines;
    lines.sort_by(|a, b| a.month.cmp(&b.month).then(a.component.cmp(&b.component)));
    OfferLedger {
        lines,
        model: build.model,
        claimed_tokens: build.claimed_tokens,
        claimed_hardware: build.claimed_hardware,
        rate,
        start,
        valued: true,
    }
}

/// The workload in the case's currency. None when it cannot be read, or when dollars have no rate.
pub(crate) fn work(case: &Case, settings: &Settings, findings: &mut Findings) -> Option<(Work, f64)> {
    let at = Path::root().join("exchange");
    let dollar = settings::rate(case, settings, Currency::USD, &at, findings)?.to_f64()?;
    Work::of(&case.workload, dollar).map(|work| (work, dollar))
}
