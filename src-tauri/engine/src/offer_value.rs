//! One offer valued: its ledger, and the same offer as the futures need it.

use crate::break_even;
use crate::compute;
use crate::equity;
use crate::ledger::{Character, Component, Line, Tier, year_of};
use crate::pay;
use crate::place::{self, Living};
use crate::settings::{self, Settings};
use crate::simulation::model::{Moving, OfferModel, Part};
use crate::taxation::{self, Repaid, Taxed, YearOfTax};
use crate::worked::{Term, Worked};
use counterweight_domain::assumptions::MoneyBasis;
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
    /// The tax of each year of work; empty before tax.
    pub taxes: Vec<YearOfTax>,
    /// One unit of the offer's currency in the case's.
    pub rate: Decimal,
    /// First day of work.
    pub start: CivilDate,
    /// False when the offer cannot be valued at all: its currency, its start or its base is unknown.
    pub valued: bool,
    /// True when it can be set beside the others: it is valued, and after tax where they are.
    pub ranked: bool,
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
    /// The same rate, with the line of the case it is from.
    pub exchange: Worked,
    pub start: CivilDate,
    /// What money counts where the person lives, against the average place.
    pub living: Living,
    pub lines: Vec<Line>,
    pub taxed: Taxed,
    pub model: OfferModel,
    pub claimed_tokens: Option<Decimal>,
    pub claimed_hardware: Option<Decimal>,
}

/// What of a line counts where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Added {
    /// The amount, in the money asked for.
    pub value: Decimal,
    /// What is taxed as wages or other ordinary income, in the money of its day.
    pub wages: Decimal,
}

impl Build<'_> {
    /// Rounded to the smallest unit of the offer's currency.
    pub fn round(&self, amount: Decimal) -> Decimal {
        money::round(amount, self.currency)
    }

    /// The year whose tax rules hold for a year of work (from 1): the calendar year in which most of it lies.
    pub fn tax_year(&self, year: u32) -> i16 {
        self.start.plus_months((year - 1) * 12 + 5).year()
    }

    /// What one unit of money in `month` counts.
    pub fn weight(&self, month: u32) -> Decimal {
        self.settings.weight(month) * self.living.at(month)
    }

    /// `amount` of the offer's currency in the case's, to its smallest unit.
    pub fn converted(&self, amount: &Worked) -> Worked {
        let converted = if self.rate == Decimal::ONE { amount.clone() } else { amount * &self.exchange };
        converted.round(self.settings.currency)
    }

    /// A figure of the case under the offer, at `step` (`bonus/target`).
    pub fn input(&self, step: &str, value: Decimal) -> Worked {
        if self.settings.traced { Worked::of(value, Term::Input(self.path.join(step))) } else { value.into() }
    }

    /// A figure of the case at a whole path.
    pub fn input_at(&self, path: &Path, value: Decimal) -> Worked {
        if self.settings.traced { Worked::of(value, Term::Input(path.clone())) } else { value.into() }
    }

    /// A figure that a rule or a convention sets.
    pub fn constant_of(&self, key: &'static str, value: Decimal, source: &str, as_of: &str) -> Worked {
        if !self.settings.traced {
            return value.into();
        }
        Worked::of(value, Term::Constant { key, source: source.to_owned(), as_of: as_of.to_owned() })
    }

    /// A model's answer from the parts of the case under the offer that `reads` names.
    pub fn modelled(&self, value: Decimal, what: &str, source: &str, of: &[&Worked], reads: &[&str]) -> Worked {
        if !self.settings.traced {
            return value.into();
        }
        let reads = reads.iter().map(|step| self.path.join(step)).collect();
        Worked::model(value, what, source, of.iter().map(|part| (*part).clone()).collect(), reads)
    }

    /// A number that follows from dates.
    pub fn counted(&self, value: impl Into<Decimal>, what: impl FnOnce() -> String) -> Worked {
        let value = value.into();
        if self.settings.traced { Worked::of(value, Term::Number(what())) } else { value.into() }
    }

    /// [`Build::weight`] with its arithmetic.
    pub fn weighed(&self, month: u32) -> Worked {
        self.weighed_where(month, self.living.at(month))
    }

    /// What one unit of money counts in `month` where it counts `living` against the average place.
    pub fn weighed_where(&self, month: u32, living: Decimal) -> Worked {
        let weight = self.settings.weight(month) * living;
        if !self.settings.traced {
            return weight.into();
        }
        let (rate, key) = match self.settings.money {
            MoneyBasis::Nominal => (None, ""),
            MoneyBasis::Real => (Some(self.settings.inflation), "inflation"),
            MoneyBasis::Present => (Some(self.settings.discount), "discount"),
        };
        let place = self.constant_of("priceParity", living, "Regional Price Parities, 100 divided by the place's", "");
        let Some(rate) = rate else { return place };
        let exact = Decimal::try_from(rate).unwrap_or_default();
        let base = self.input_at(&Path::root().join("assumptions").join(key), exact) + Decimal::ONE;
        let months = self.counted(-Decimal::from(month), || format!("month {month}, backwards"));
        let power = Worked::power(self.settings.weight(month), &base, &months);
        if living == Decimal::ONE { power } else { power * &place }
    }

    /// Growth of a share price after `months` at `growth` a year, a figure at `path`.
    pub fn grown(&self, growth: f64, months: u32, path: &Path) -> Worked {
        let value = crate::equity::index(growth, months);
        if !self.settings.traced {
            return value.into();
        }
        let rate = self.input_at(path, Decimal::try_from(growth).unwrap_or_default());
        let months = self.counted(months, || "months of growth".to_owned());
        Worked::power(value, &(rate + Decimal::ONE), &months)
    }

    /// Adds a line of wages whose amount is in the offer's currency. None, and no line, when the person has left by then
    /// or the amount is nothing.
    pub fn line(
        &mut self,
        month: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        path: &Path,
        how: String,
    ) -> Option<Added> {
        let character = match component {
            Component::Match | Component::Benefits | Component::Tokens | Component::Hardware => Character::Untaxed,
            _ => Character::Wages,
        };
        let converted = self.converted(&amount.into());
        self.case_line(month, converted, component, tier, character, path, how)
    }

    /// Adds a line whose amount is in the case's currency already.
    #[allow(clippy::too_many_arguments, reason = "a line has these parts, each of another type")]
    pub fn case_line(
        &mut self,
        month: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        character: Character,
        path: &Path,
        how: String,
    ) -> Option<Added> {
        if month > self.settings.stay_months {
            return None;
        }
        self.lasting_line(month, amount, component, tier, character, path, how)
    }

    /// The same for what is paid whether or not the person is still there, within the horizon.
    #[allow(clippy::too_many_arguments, reason = "a line has these parts, each of another type")]
    pub fn lasting_line(
        &mut self,
        month: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        character: Character,
        path: &Path,
        mut how: String,
    ) -> Option<Added> {
        let worked: Worked = amount.into();
        let amount = worked.value;
        if month > self.settings.horizon_years * 12 || amount.is_zero() {
            return None;
        }
        let weight = self.weight(month);
        let counted = if weight == Decimal::ONE {
            worked.clone()
        } else {
            how.push_str(&format!(" × {} for the money asked for", weight.round_dp(4).normalize()));
            (worked.clone() * &self.weighed(month)).round(self.settings.currency)
        };
        let (date, value) = (self.start.plus_months(month), counted.value);
        let (path, worked_line) = (path.clone(), counted);
        self.lines.push(Line {
            date,
            month,
            amount: value,
            component,
            tier,
            character,
            path,
            how,
            worked: worked_line,
        });
        self.taxed.add(month, component, tier, character, worked);
        let taxed = matches!(character, Character::Wages | Character::OrdinaryIncome);
        Some(Added { value, wages: if taxed { amount } else { Decimal::ZERO } })
    }

    /// Adds an untaxed line whose amount is in the money asked for already.
    pub fn counted_line(
        &mut self,
        month: u32,
        value: Decimal,
        component: Component,
        tier: Tier,
        path: &Path,
        how: String,
    ) {
        if month > self.settings.stay_months || value.is_zero() {
            return;
        }
        let date = self.start.plus_months(month);
        let (character, worked, path) = (Character::Untaxed, value.into(), path.clone());
        self.lines.push(Line { date, month, amount: value, component, tier, character, path, how, worked });
    }

    /// Adds a line that does not move in the futures.
    pub fn fixed(
        &mut self,
        month: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        path: &Path,
        how: String,
    ) {
        if let Some(added) = self.line(month, amount, component, tier, path, how) {
            self.constant(month, added);
        }
    }

    /// Adds what is paid back in `month` of what was paid in month `paid`. In the same year the employer takes it out of
    /// the year's wages; in a later one its tax is settled apart, with `net` where only what arrived is paid back.
    #[allow(clippy::too_many_arguments, reason = "a repayment has these parts, each of another meaning")]
    pub fn repaid(
        &mut self,
        paid: u32,
        month: u32,
        amount: impl Into<Worked>,
        component: Component,
        path: &Path,
        how: String,
        net: bool,
    ) {
        let later = year_of(month) > year_of(paid);
        let character = if later { Character::Untaxed } else { Character::Wages };
        let amount = self.converted(&amount.into());
        let back = amount.negative();
        if let Some(added) = self.case_line(month, back, component, Tier::Guaranteed, character, path, how) {
            self.constant(month, added);
            if later {
                self.taxed.repaid.push(Repaid { paid, month, amount, net, component });
            }
        }
    }

    /// Adds a month of base, in the case's currency.
    pub fn base_line(
        &mut self,
        month: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        path: &Path,
        how: String,
    ) {
        if let Some(added) = self.case_line(month, amount, component, tier, Character::Wages, path, how) {
            self.model.base[month as usize].add(added);
        }
    }

    /// Adds a yearly amount in twelve parts that sum to it, none of which moves in the futures or is taxed.
    pub fn monthly(
        &mut self,
        year: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        path: &Path,
        how: &str,
    ) {
        self.twelve(year, amount, component, tier, Character::Untaxed, path, how);
    }

    /// The same, taxed as wages.
    pub fn monthly_wages(
        &mut self,
        year: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        path: &Path,
        how: &str,
    ) {
        self.twelve(year, amount, component, tier, Character::Wages, path, how);
    }

    #[allow(clippy::too_many_arguments, reason = "a line has these parts, each of another type")]
    fn twelve(
        &mut self,
        year: u32,
        amount: impl Into<Worked>,
        component: Component,
        tier: Tier,
        character: Character,
        path: &Path,
        how: &str,
    ) {
        let whole = self.converted(&amount.into());
        let parts = Worked::portions(&whole, &[Worked::ONE; 12], self.settings.currency);
        for (month, part) in ((year - 1) * 12 + 1..).zip(parts) {
            if let Some(added) = self.case_line(month, part, component, tier, character, path, how.to_owned()) {
                self.constant(month, added);
            }
        }
    }

    /// Counts an amount as not moving in the futures.
    pub fn constant(&mut self, month: u32, added: Added) {
        self.model.fixed[month as usize].add(added);
    }

    /// Counts an amount as moving with the bonus payout.
    pub fn bonus(&mut self, month: u32, added: Added) {
        self.model.bonus.push(Moving { month, part: Part::of(added) });
    }
}

/// The rate of a currency, with the line of the case it is from.
fn exchange(case: &Case, settings: &Settings, currency: Currency, rate: Decimal) -> Worked {
    let line = case.exchange.iter().position(|line| line.currency.value() == Some(&currency));
    match line.filter(|_| settings.traced) {
        Some(line) => Worked::of(rate, Term::Input(Path::root().join("exchange").join(line).join("rate"))),
        None => rate.into(),
    }
}

/// An offer before anything is added. None, with a finding, when its currency or its start is unknown.
pub(crate) fn empty<'a>(
    case: &Case,
    offer: &Offer,
    index: usize,
    settings: &'a Settings,
    findings: &mut Findings,
) -> Option<Build<'a>> {
    let path = Path::root().join("offers").join(index);
    let currency =
        offer.currency.or_if_blank(settings.currency).filter(|_| !offer.currency.is_blank() || settings.currency_known);
    let start = match offer.start.value() {
        Some(start) => Some(*start),
        None if offer.start.is_blank() => settings.start,
        None => None,
    };
    let rate = currency.and_then(|c| settings::rate(case, settings, c, &path.join("currency"), findings));
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
    let (currency, start, rate) = (currency?, start?, rate?);
    let living = place::living(offer, settings, start, &path, findings);
    Some(Build {
        settings,
        path,
        currency,
        rate,
        exchange: exchange(case, settings, currency, rate),
        start,
        living,
        lines: Vec::new(),
        taxed: Taxed::over(settings, place::moved(offer, start)),
        model: OfferModel::new(offer, settings),
        claimed_tokens: None,
        claimed_hardware: None,
    })
}

/// Values offer `index` of a case. What cannot be read is left out, with a finding.
pub fn value(case: &Case, offer: &Offer, index: usize, settings: &Settings, findings: &mut Findings) -> OfferLedger {
    let Some(mut build) = empty(case, offer, index, settings, findings) else {
        let start = offer.start.value().copied().or(settings.start);
        let start = start.or(CivilDate::new(2000, 1, 1)).expect("the year 2000 has a first day");
        return OfferLedger {
            lines: Vec::new(),
            model: OfferModel::new(offer, settings),
            claimed_tokens: None,
            claimed_hardware: None,
            taxes: Vec::new(),
            rate: Decimal::ONE,
            start,
            valued: false,
            ranked: false,
        };
    };
    let base = pay::base(offer, &mut build);
    if let Some(base) = &base {
        pay::bonus(offer, base, &mut build);
        pay::matched(offer, &case.person, base, &mut build);
        build.taxed.deferral = pay::deferral(offer, &case.person, base, &build);
    }
    pay::commission(offer, &mut build);
    pay::sign_on(offer, &mut build);
    pay::payments(offer, &mut build);
    pay::benefits(offer, base.as_ref(), &mut build);
    equity::add(case, offer, base.as_ref(), &mut build, findings);
    compute::add(case, offer, &mut build, findings);
    let taxes = taxation::apply(case, offer, &mut build, findings);
    let mut lines = build.lines;
    lines.sort_by(|a, b| a.month.cmp(&b.month).then(a.component.cmp(&b.component)));
    let valued = offer.base.problem().is_none();
    let mut model = build.model;
    model.stand_beside(&lines, settings);
    OfferLedger {
        lines,
        model,
        claimed_tokens: build.claimed_tokens,
        claimed_hardware: build.claimed_hardware,
        taxes,
        rate: build.rate,
        start: build.start,
        valued,
        ranked: valued,
    }
}

/// The workload in the case's currency. None, with a finding, when it cannot be read or cannot be, or when dollars have
/// no rate.
pub(crate) fn work(case: &Case, settings: &Settings, findings: &mut Findings) -> Option<(Work, f64)> {
    let at = Path::root().join("exchange");
    let dollar = settings::rate(case, settings, Currency::USD, &at, findings)?.to_f64()?;
    let mut work = crate::compute_work::checked(&case.workload, dollar, findings)?;
    break_even::tariff(case, settings, &mut work, findings);
    Some((work, dollar))
}
