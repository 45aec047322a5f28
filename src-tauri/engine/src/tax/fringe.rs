//! What a benefit in kind or a stipend costs in tax: a tool of work, a personal share, a stipend, a gross-up.
//!
//! The share of a benefit that is wages is dated data by country ([`rule_of`]); the tax on that share is the tax of the
//! year with it less the tax without it. A country without a rule is said, and its benefit counted as untaxed.

use super::bill::total_at;
use super::facts::LARGEST_AMOUNT;
use super::gross_up::gross_up_at;
use super::parameters::Standing;
use super::place::Place;
use super::situation::Situation;
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How a benefit is taxed, by the letter that grants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// A tool of work: the country's rule for one.
    WorkingCondition,
    /// A tool of work of which this share (0 to 1) is used privately: the country's rule for private use holds for it.
    ImputedIncome {
        /// The share of the value that is private.
        personal_share: Decimal,
    },
    /// Money, or what may be spent like money: wages.
    TaxableStipend,
    /// Wages, and the employer pays the tax on them as well.
    GrossedUp,
}

/// A country's rule for a benefit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The share of the value that is wages, 0 to 1.
    pub value: Decimal,
    /// What the value is measured in.
    pub unit: String,
    /// How far it can be trusted.
    pub standing: Standing,
    /// Statute, regulation or notice.
    pub reference: String,
    /// The rule in plain words.
    pub says: String,
}

/// Which use of a benefit a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// For the job.
    Work,
    /// Private.
    Personal,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[expect(dead_code, reason = "read so that a file without its date is refused")]
    as_of: String,
    rules: BTreeMap<String, CountryRules>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountryRules {
    working_condition: Rule,
    personal_use: Rule,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    toml::from_str(include_str!("../../parameters/tax/fringe.toml")).expect("the file of benefits is well formed")
});

/// The rule that holds for a benefit in `place`; `None` where none is known.
pub fn rule_of(place: Place, use_of_it: Use) -> Option<&'static Rule> {
    let country = RULES.rules.get(&place.name().country)?;
    Some(match use_of_it {
        Use::Work => &country.working_condition,
        Use::Personal => &country.personal_use,
    })
}

/// A benefit after tax, in the currency of the place.
#[derive(Debug, Clone, PartialEq)]
pub struct FringeTax {
    /// What is added to the year's wages.
    pub taxed: Decimal,
    /// What tax that adds.
    pub tax: Decimal,
    /// What the employee pays of it: nothing where the employer grosses up.
    pub employee_pays: Decimal,
    /// What the benefit costs the employer, before its own payroll tax.
    pub employer_pays: Decimal,
    /// The country's rule that was taken; `None` for money, and where none is known.
    pub rule: Option<&'static Rule>,
    /// False where the country's rule is not known and the benefit is counted as untaxed.
    pub modelled: bool,
}

/// The tax on a benefit worth `value` (at least 0, in the currency of the place) on top of `situation`. `None` where it
/// cannot be computed; `findings` say why at `path`, and that a country without a rule counts it as untaxed.
pub fn fringe_at(
    place: Place,
    situation: &Situation,
    value: Decimal,
    treatment: Treatment,
    path: &Path,
    findings: &mut Findings,
) -> Option<FringeTax> {
    let share = match treatment {
        Treatment::ImputedIncome { personal_share } => personal_share,
        _ => Decimal::ONE,
    };
    let largest = Decimal::from(LARGEST_AMOUNT);
    if value < Decimal::ZERO || value > largest || share < Decimal::ZERO || share > Decimal::ONE {
        findings.error(
            path,
            Problem::new(
                "tax.fringe.impossible",
                "A benefit must be worth between zero and a trillion, and its personal share lie between 0 and 1.",
                "Check the amount and the share.",
            ),
            "the tax on this benefit",
        );
        return None;
    }
    if treatment == Treatment::GrossedUp {
        let gross = gross_up_at(place, situation, value, path, findings)?;
        let tax = gross - value;
        return Some(FringeTax {
            taxed: gross,
            tax,
            employee_pays: Decimal::ZERO,
            employer_pays: gross,
            rule: None,
            modelled: true,
        });
    }
    let rule = match treatment {
        Treatment::WorkingCondition => rule_of(place, Use::Work),
        Treatment::ImputedIncome { .. } => rule_of(place, Use::Personal),
        _ => None,
    };
    let modelled = rule.is_some() || treatment == Treatment::TaxableStipend;
    if !modelled {
        let country = &place.name().country;
        findings.warn(
            path,
            Problem::new(
                "tax.fringe.notModelled",
                format!("How {country} taxes this benefit is not modelled: it is counted as untaxed."),
                "Choose a taxed stipend if it is paid as wages.",
            ),
        );
    }
    let wages_share = match treatment {
        Treatment::TaxableStipend => Decimal::ONE,
        _ => rule.map_or(Decimal::ZERO, |rule| rule.value),
    };
    let taxed = value.checked_mul(share)?.checked_mul(wages_share)?;
    let before = super::assess_at(place, situation, path, findings)?.known_total;
    let with = situation.with_wages(situation.wages.checked_add(taxed)?);
    let after = match total_at(place, &with) {
        Some(after) => after,
        // The sum says nothing of its own: ask again for the words.
        None => super::assess_at(place, &with, path, findings)?.known_total,
    };
    let tax = after - before;
    Some(FringeTax { taxed, tax, employee_pays: tax, employer_pays: value, rule, modelled })
}

/// The payment that leaves `net` where `marginal` (a share of one) of every unit goes to tax: net / (1 - marginal).
/// `None` from a marginal rate of 1 on. [`gross_up_at`] is exact where the rate changes on the way.
pub fn gross_up_by_marginal(net: Decimal, marginal: Decimal) -> Option<Decimal> {
    let left = Decimal::ONE - marginal;
    if left <= Decimal::ZERO { None } else { net.checked_div(left) }
}
