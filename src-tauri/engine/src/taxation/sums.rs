//! One year's pay as a tax return takes it, and what it adds to the tax.

use super::{Build, Parts, TaxedYear};
use crate::ledger::{Component, Tier};
use crate::settings::Settings;
use crate::tax::facts::{Deduction, Filing};
use crate::tax::moving::Residence;
use crate::tax::place::Place;
use crate::tax::situation::Situation;
use crate::worked::Worked;
use counterweight_domain::{Amount, Case, Entry, Findings, Path, person};
use rust_decimal::Decimal;

/// What is known of one year, in the place's currency.
///
/// Of a year that ends early with the job the situation is that of a whole year: pay goes on at the same rate after it,
/// but for what is paid once. Gains and options are those of the part.
pub(super) struct Sums {
    pub situation: Situation,
    own_gains: Decimal,
    /// Of the wages of the part that is worked, what is paid beside the salary (26 CFR 31.3402(g)-1(a)(1)).
    pub supplemental: Decimal,
    /// What a whole year's pay is of this pay: 1 in a whole year, 2 in half a year of salary.
    pub whole: Decimal,
}

/// What this pay adds to the tax, in the place's currency.
pub(super) struct Found {
    /// The tax of the year at hand, see [`Sums::situation`].
    pub all: Decimal,
    pub on_wages: Decimal,
    pub on_ordinary: Decimal,
    pub on_gains: Decimal,
}

/// Months worked of a year of work (from 1), 0 to 12.
pub(super) fn months_of(settings: &Settings, year: u32) -> u32 {
    settings.stay_months.saturating_sub((year - 1) * 12).min(12)
}

/// What a whole year's pay is of the pay of `months` of it, where all but what is paid once goes on.
fn whole_of(taxed: &TaxedYear, months: u32) -> Decimal {
    if months == 0 || months >= 12 {
        return Decimal::ONE;
    }
    let longer = Decimal::from(12) / Decimal::from(months);
    let (mut once, mut lasting) = (Decimal::ZERO, Decimal::ZERO);
    for ((component, tier), amount) in taxed.wages.iter().chain(&taxed.ordinary) {
        // A private company is sold once.
        let is_once = matches!(
            (component, tier),
            (Component::SignOn | Component::OneTime, _) | (Component::Equity, Tier::Speculative)
        );
        let sum = if is_once { &mut once } else { &mut lasting };
        *sum += amount.value;
    }
    let whole = (once + lasting * longer).checked_div(once + lasting).unwrap_or(longer);
    whole.clamp(Decimal::ONE, longer)
}

impl Sums {
    pub fn of(case: &Case, build: &Build, index: usize, rate: Decimal) -> Option<Self> {
        let taxed = build.taxed.years.get(index)?;
        let year = u32::try_from(index).ok()? + 1;
        let per = Decimal::ONE.checked_div(rate)?;
        let months = months_of(build.settings, year);
        let whole = whole_of(taxed, months);
        let part = |amount: Decimal| (amount * per).round_dp(8);
        let sum = |parts: &Parts| parts.values().map(|part| part.value).sum::<Decimal>();
        let paid = |parts: &Parts| part(sum(parts) * whole).max(Decimal::ZERO);
        let wages = paid(&taxed.wages);
        let person = &case.person;
        // The person's own amounts are in the case's currency, as the comparison is.
        let own = |entry: &Entry<Amount>| part(entry.value().map(|a| a.decimal()).unwrap_or_default());
        let filing = match person.filing {
            person::Filing::Single => Filing::Single,
            person::Filing::Joint => Filing::Joint,
            person::Filing::HeadOfHousehold => Filing::HeadOfHousehold,
        };
        let spouse_wages = if filing == Filing::Joint { own(&person.spouse_wages) } else { Decimal::ZERO };
        let own_gains = own(&person.long_term_gains);
        // Who stays for a part of the year puts that part aside.
        let put_aside = build.taxed.deferral.get(index).copied().unwrap_or_default() * build.rate * per;
        let deferral = put_aside * Decimal::from(months) / Decimal::from(12) * whole;
        let beside = taxed.wages.iter().filter(|((component, _), _)| {
            use Component::{Bonus, Commission, Equity, OneTime, SignOn};
            matches!(component, Bonus | Commission | SignOn | OneTime | Equity)
        });
        let supplemental = part(beside.map(|(_, amount)| amount.value).sum()).clamp(Decimal::ZERO, wages);
        let situation = Situation {
            filing,
            spouse_wages,
            other_income: paid(&taxed.ordinary),
            long_term_gains: own_gains + part(sum(&taxed.gains)).max(Decimal::ZERO),
            iso_bargain: part(taxed.iso_bargain.value),
            health_savings: part(taxed.health_savings * build.rate * whole),
            // In cents: the ends of the futures' tax curve are whole cents too.
            deferral: deferral.trunc_with_scale(2).min(wages),
            dependents: person.dependents.value().and_then(|d| u32::try_from(d.get()).ok()).unwrap_or(0),
            deduction: Deduction::Standard,
            indexation: build.settings.tax_indexation,
            ..Situation::wages_only(u16::try_from(build.tax_year(year)).ok()?, wages)
        };
        Some(Self { situation, own_gains, supplemental, whole })
    }

    /// The year as a curve over wages takes it: what is taxed like pay is among the wages.
    pub fn over_wages(&self) -> Situation {
        let wages = self.situation.wages + self.situation.other_income;
        Situation { wages, other_income: Decimal::ZERO, ..self.situation }
    }

    /// The year with this pay's wages and other ordinary income, with its wages alone, and without it.
    fn steps(&self) -> [Situation; 3] {
        let ordinary = Situation { long_term_gains: self.own_gains, iso_bargain: Decimal::ZERO, ..self.situation };
        let wages = Situation { other_income: Decimal::ZERO, ..ordinary };
        let none = Decimal::ZERO;
        [ordinary, wages, Situation { wages: none, deferral: none, health_savings: none, ..wages }]
    }

    /// The tax on wages, other income and gains, in the case's currency, with its arithmetic: the lines of the bill with
    /// this pay less those of the bill without it. Each line of a bill is stated, with the statute it is from.
    pub fn worked(
        &self,
        taxed: &TaxedYear,
        residence: Residence,
        found: [Decimal; 3],
        rate: Decimal,
        build: &Build,
    ) -> [Worked; 3] {
        if !build.settings.traced {
            return found.map(Into::into);
        }
        let wages = Worked::sum(taxed.wages.values());
        let other = Worked::sum(taxed.ordinary.values());
        let gains = Worked::sum(taxed.gains.values());
        let mut reads = vec![Path::root().join("person"), build.path.join("place")];
        reads.extend(build.taxed.moved.map(|_| build.path.join("move")));
        let bill = |situation: &Situation, of: &[&Worked]| {
            let bill = residence.assess(situation, &Path::root(), &mut Findings::default());
            let lines: Vec<Worked> = bill
                .into_iter()
                .flat_map(|bill| bill.lines)
                .map(|line| {
                    let what = format!("{} of {}", line.label, situation.year);
                    let of = of.iter().map(|part| (*part).clone()).collect();
                    Worked::model(line.amount, &what, &line.source, of, reads.clone())
                })
                .collect();
            Worked::sum(&lines)
        };
        let [ordinary, wages_alone, nothing] = self.steps();
        let with_wages = bill(&wages_alone, &[&wages]);
        let without = bill(&nothing, &[]);
        let with_other = if ordinary == wages_alone { with_wages.clone() } else { bill(&ordinary, &[&wages, &other]) };
        let share = |tax: Worked| {
            if self.whole == Decimal::ONE {
                return tax;
            }
            let part = (Decimal::ONE / self.whole).round_dp(12);
            tax * &build.counted(part, || "this pay's part of a whole year's".to_owned())
        };
        let case = |tax: Worked, found: Decimal| {
            let tax = if rate == Decimal::ONE { tax } else { tax * &exchange(residence.main(), rate, build) };
            tax.round(build.settings.currency).with_value(found)
        };
        let on_other =
            if found[1].is_zero() { Worked::default() } else { case(share(&with_other - &with_wages), found[1]) };
        let on_gains = if found[2].is_zero() {
            Worked::default()
        } else {
            case(bill(&self.situation, &[&wages, &other, &gains, &taxed.iso_bargain]) - &with_other, found[2])
        };
        [case(share(with_wages - &without), found[0]), on_other, on_gains]
    }

    /// What each part of this pay adds: the tax with all of it, with its wages and other income, with its wages alone, and
    /// without it. Of a whole year's tax on pay this pay bears its part.
    pub fn tax(&self, residence: Residence) -> Option<Found> {
        let [ordinary, wages_alone, nothing] = self.steps();
        let all = residence.total(&self.situation)?;
        let with_ordinary = if ordinary == self.situation { all } else { residence.total(&ordinary)? };
        let with_wages = if wages_alone == ordinary { with_ordinary } else { residence.total(&wages_alone)? };
        let without = residence.total(&nothing)?;
        Some(Found {
            all,
            on_wages: (with_wages - without) / self.whole,
            on_ordinary: (with_ordinary - with_wages) / self.whole,
            on_gains: all - with_ordinary,
        })
    }
}

/// One unit of the place's currency in the case's.
fn exchange(place: Place, rate: Decimal, build: &Build) -> Worked {
    if build.currency == place.name().currency {
        build.exchange.clone()
    } else {
        build.counted(rate, || "rate of the case".to_owned())
    }
}
