//! Tax that comes back in a later year: of pay that is paid back, and of options that were held.

use crate::ledger::{Character, Component, Line, Tier, year_of};
use crate::offer_value::Build;
use crate::settings::words;
use crate::tax::bill::minimum_tax_at;
use crate::tax::moving::Residence;
use crate::tax::place::Jurisdiction;
use crate::tax::situation::Situation;
use crate::worked::Worked;
use counterweight_domain::{Findings, Path, Problem, money};
use rust_decimal::{Decimal, dec};

/// Up to so many dollars of pay paid back in a later year, no income tax comes back (26 USC 1341(a)(3), 67(g)).
const LEAST_REPAID: Decimal = dec!(3_000);

/// Pay that is paid back in a later year of work than it was paid in.
#[derive(Debug, Clone)]
pub(crate) struct Repaid {
    /// Month of the payment.
    pub paid: u32,
    /// Month in which it is paid back.
    pub month: u32,
    /// How much, above zero, in the case's currency and the money of its day.
    pub amount: Worked,
    /// Whether the employer asks only for what arrived after tax.
    pub net: bool,
    /// What it was.
    pub component: Component,
}

/// Tax that comes back in a year.
#[derive(Debug, Clone)]
pub(super) struct Credit {
    pub label: &'static str,
    pub source: &'static str,
    /// How much, in the place's currency.
    pub in_place: Decimal,
    /// The same in the case's currency, to its smallest unit.
    amount: Worked,
    component: Component,
    tier: Tier,
    how: String,
}

impl Credit {
    /// Adds its line, and returns what it counts.
    pub fn give(&self, month: u32, weight: &Worked, path: &Path, build: &mut Build) -> Decimal {
        let currency = build.settings.currency;
        let counted = if weight.value == Decimal::ONE { self.amount.clone() } else { &self.amount * weight };
        let counted = counted.round(currency);
        let amount = counted.value;
        if !amount.is_zero() {
            build.lines.push(Line {
                date: build.start.plus_months(month),
                month,
                amount,
                component: self.component,
                tier: self.tier,
                character: Character::Tax,
                path: path.clone(),
                how: self.how.clone(),
                worked: counted,
            });
        }
        amount
    }
}

/// What the years so far leave to the later ones, in the place's currency.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Minimum tax paid for options that were held, not yet credited.
    minimum: Decimal,
    /// The years so far, by index; what has been paid back is taken out of their wages.
    years: Vec<(usize, Residence, Situation)>,
}

impl Carried {
    /// What comes back in the year at `index`, which is added to those so far. `rate` is one unit of the place's currency
    /// in the case's.
    pub fn credits(
        &mut self,
        index: usize,
        residence: Residence,
        situation: &Situation,
        rate: Decimal,
        build: &Build,
    ) -> Vec<Credit> {
        let mut credits: Vec<Credit> = self.minimum(residence, situation, rate, build).into_iter().collect();
        for repaid in build.taxed.repaid.iter().filter(|repaid| year_of(repaid.month) as usize == index + 1) {
            credits.extend(self.repaid(repaid, rate, build));
        }
        self.years.push((index, residence, *situation));
        credits
    }

    /// The minimum tax credit: what is carried, up to what the regular tax is above the tentative minimum tax.
    fn minimum(&mut self, residence: Residence, situation: &Situation, rate: Decimal, build: &Build) -> Option<Credit> {
        if self.minimum.is_zero() && situation.iso_bargain.is_zero() {
            return None;
        }
        let tax = minimum_tax_at(residence.main(), situation)?;
        let (before, in_place) = (self.minimum, self.minimum.min(tax.room));
        self.minimum += tax.deferred - in_place;
        if in_place.is_zero() {
            return None;
        }
        let currency = build.settings.currency;
        let amount = money::round(in_place * rate, currency);
        let source = "26 USC 53; Form 8801";
        let how = format!(
            "credit for the minimum tax of earlier years: {} carried, of which the year's regular tax leaves room for {}",
            words(before * rate, currency),
            words(amount, currency)
        );
        let what = format!(
            "minimum tax credit of {}: the lesser of what is carried and the regular tax above the tentative minimum tax",
            situation.year
        );
        let amount = build.modelled(amount, &what, source, &[], &["grants", "place"]);
        let (component, tier) = (Component::Equity, Tier::Likely);
        Some(Credit { label: "Credit for earlier minimum tax", source, in_place, amount, component, tier, how })
    }

    /// What comes back of the tax on pay that is paid back: what the year it was paid in would have owed less without it.
    /// The deduction that section 1341 allows instead is worth less unless the later rate is far higher, and is left out.
    fn repaid(&mut self, repaid: &Repaid, rate: Decimal, build: &Build) -> Option<Credit> {
        let year = year_of(repaid.paid);
        let (_, residence, then) = self.years.iter_mut().find(|(index, ..)| *index + 1 == year as usize)?;
        let amount = (repaid.amount.value.checked_div(rate)?).round_dp(8);
        let states = matches!(residence.main().jurisdiction(), Jurisdiction::UnitedStates { .. });
        if states && !repaid.net && amount <= LEAST_REPAID {
            return None;
        }
        let less = then.with_wages((then.wages - amount).max(then.deferral));
        let in_place = residence.total(then)? - residence.total(&less)?;
        *then = less;
        let currency = build.settings.currency;
        let (source, said) = match (states, repaid.net) {
            (_, true) => (
                "the letter: repayment net of tax",
                "only what arrived is paid back, so the tax on it stays with the employer",
            ),
            (true, false) => (
                "26 USC 1341; IRS Publication 525; Form 843",
                "the tax on what is paid back comes back: a credit for the income tax, a refund of the payroll tax",
            ),
            (false, false) => ("docs/tax.md", "the tax on what is paid back is taken to come back"),
        };
        let tax = money::round(in_place * rate, currency);
        let how = format!(
            "{said}: {} of {} paid in year {}",
            words(tax, currency),
            words(repaid.amount.value, currency),
            year
        );
        let what = format!("tax of {} with what is paid back, less without it", less.year);
        let amount = build.modelled(tax, &what, source, &[&repaid.amount], &["place"]);
        let (component, tier) = (repaid.component, Tier::Guaranteed);
        Some(Credit { label: "Tax on pay that was paid back", source, in_place, amount, component, tier, how })
    }

    /// Says what does not come back within the time counted.
    pub fn say(&self, path: &Path, rate: Decimal, build: &Build, findings: &mut Findings) {
        let left = money::round(self.minimum * rate, build.settings.currency);
        if !left.is_zero() {
            findings.note(
                path,
                Problem::new(
                    "tax.minimum.carried",
                    format!(
                        "{} of minimum tax on options that are held is a credit that the time counted does not use up.",
                        words(left, build.settings.currency)
                    ),
                    "It comes back in later years whose regular tax is above the minimum tax.",
                ),
            );
        }
    }
}
