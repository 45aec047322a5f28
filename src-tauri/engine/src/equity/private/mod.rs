//! The shares and options of a private company: worth something only at an exit, which may never come.
//!
//! The futures and the ledger know one of the exits, or none: each is one way it goes, with what every grant pays and
//! costs in it by month ([`held::Held::flows`]). The ledger counts each way at its chance, the view shows it as it is.

mod company;
mod held;
mod needed;
mod references;
#[cfg(test)]
mod tests;
mod view;

use crate::ledger::{Character, Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::simulation::model::{ExitPayment, Part};
use crate::worked::Worked;
use company::{Company, Possible};
use counterweight_domain::private_company::Stance;
use counterweight_domain::{Findings, Offer, Path, Problem};
use held::{Flow, Sale};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

pub(super) use held::{Held, held};
pub use references::PrivateReferences;
pub use view::{PrivateOutcome, PrivateView, view};

/// What is left out when a company's shares cannot be worked out.
const ITS_SHARES: &str = "shares of this company";

/// One way it may go: an exit, or none.
struct Way {
    /// The exit's place in the case; none where no exit comes.
    place: Option<usize>,
    /// The chance of the ways before it, and with its own.
    range: (Decimal, Decimal),
    sale: Option<Sale>,
}

impl Way {
    fn chance(&self) -> Decimal {
        self.range.1 - self.range.0
    }
}

/// The ways it may go: every exit with what a common share then gets, and that none comes.
fn ways(company: &Company, path: &Path, findings: &mut Findings) -> Option<Vec<Way>> {
    let sold = |possible: &Possible| {
        let Possible { place, exit, range } = possible;
        let per_share = company.waterfall(exit.months)?.per_common_share(exit.value)?;
        Ok(Way { place: Some(*place), range: *range, sale: Some(Sale { month: exit.months, per_share }) })
    };
    let mut ways = match company.exits.iter().map(sold).collect::<Result<Vec<Way>, _>>() {
        Ok(ways) => ways,
        Err(error) => {
            let error: crate::private::cap_table::CapTableError = error;
            findings.error(
                path,
                Problem::new("private.table", error.to_string(), "Check the shares, preferences and exits."),
                ITS_SHARES,
            );
            return None;
        }
    };
    // Exits that are left out lie between the others: what they leave open has no exit either.
    let mut open: Vec<(Decimal, Decimal)> = Vec::new();
    let mut before = Decimal::ZERO;
    for way in &ways {
        if way.range.0 > before {
            open.push((before, way.range.0));
        }
        before = way.range.1;
    }
    if before < Decimal::ONE {
        open.push((before, Decimal::ONE));
    }
    ways.extend(open.into_iter().map(|range| Way { place: None, range, sale: None }));
    Some(ways)
}

/// Adds what the exits pay, each at its chance, and what is paid for shares before.
pub(super) fn add(offer: &Offer, held: &[Held], build: &mut Build, findings: &mut Findings) {
    if held.is_empty() {
        return;
    }
    let path = build.path.join("privateCompany");
    let Some(terms) = &offer.private_company else {
        findings.error(
            &path,
            Problem::new(
                "private.unknown",
                "Nothing is known of this private company, so its shares are not counted.",
                "Enter the count of all shares and the exits you think possible.",
            ),
            ITS_SHARES,
        );
        return;
    };
    let all: Decimal = held.iter().map(Held::shares).sum();
    let Some(company) = Company::read(terms, all, build.settings.horizon_years * 12, &path, findings) else { return };
    if terms.stance == Stance::Refuse {
        return;
    }
    let Some(ways) = ways(&company, &path, findings) else { return };
    let kept = Decimal::ONE - terms.illiquidity.value().map(|d| d.fraction()).unwrap_or_default();
    for grant in held {
        let mut before: BTreeMap<u32, Before> = BTreeMap::new();
        for way in &ways {
            if let Some(sale) = way.sale {
                grant.say_what_leaving_does(sale.month, build, findings);
            }
            let flows = match grant.flows(way.sale, build) {
                Ok(flows) => flows,
                Err(error) => {
                    findings.error(
                        &grant.path.join("exercise"),
                        Problem::new("grant.exercise", error.to_string(), "Choose another plan for these options."),
                        "this grant",
                    );
                    return;
                }
            };
            for flow in flows {
                let counted = if flow.at_exit { kept } else { Decimal::ONE };
                future(&flow, way, counted, build);
                match way.place.filter(|_| flow.at_exit) {
                    Some(place) => at_exit(&flow, grant, way, place, kept, build),
                    None => before.entry(flow.month).or_default().count(&flow, way.chance()),
                }
            }
        }
        for (month, before) in before {
            before.add(month, grant, build);
        }
    }
}

/// Puts a flow into the futures in which its way is gone.
fn future(flow: &Flow, way: &Way, counted: Decimal, build: &mut Build) {
    let float = |amount: Decimal| amount.to_f64().unwrap_or(0.0);
    let unit = float(counted) * float(build.rate);
    let weight = float(build.weight(flow.month));
    build.model.exits.push(ExitPayment {
        from: float(way.range.0),
        up_to: float(way.range.1),
        month: flow.month,
        part: Part { value: float(flow.cash) * unit * weight, wages: float(flow.wages + flow.ordinary) * unit },
    });
}

/// Adds what a grant is paid at an exit, or after it, at the exit's chance.
fn at_exit(flow: &Flow, grant: &Held, way: &Way, place: usize, kept: Decimal, build: &mut Build) {
    let at = build.path.join("privateCompany").join("exits").join(place);
    let how = said(flow, grant, way, kept, build);
    let paid = |amount: Decimal, what: &str, build: &Build| {
        let what = format!("waterfall: {what}");
        let rules = "proceeds by seniority, participation and conversion; docs/trace.md";
        let paid = build.modelled(amount, &what, rules, &[], &["privateCompany", "grants"]);
        let kept = Worked::ONE - &build.input("privateCompany/illiquidity", Decimal::ONE - kept);
        let chance = build.input_at(&at.join("probability"), way.chance());
        paid * &kept * &chance
    };
    let cash = paid(flow.cash, "what the vested shares are paid at this exit", build);
    let alone = [(Character::Wages, flow.wages), (Character::OrdinaryIncome, flow.ordinary)];
    let none = (flow.gain, flow.bargain) == (Decimal::ZERO, Decimal::ZERO);
    let all_of_one = alone.into_iter().find(|(_, amount)| none && *amount == flow.cash);
    if let Some((character, _)) = all_of_one {
        let cash = build.converted(&cash);
        let (part, tier) = (Component::Equity, Tier::Speculative);
        build.lasting_line(flow.month, cash, part, tier, character, &at.join("value"), how);
        return;
    }
    let taxed = [
        (flow.wages, "taxed as wages at this exit"),
        (flow.ordinary, "taxed like pay, but for payroll tax, at this exit"),
        (flow.gain, "long-term gain at this exit"),
        (flow.bargain, "worth above the strike, for the alternative minimum tax"),
    ]
    .map(|(amount, what)| paid(amount, what, build));
    apart(flow.month, cash, taxed, Tier::Speculative, &at.join("value"), how, build);
}

/// Adds cash as one line, and beside it what tax sees of it.
fn apart(month: u32, cash: Worked, taxed: [Worked; 4], tier: Tier, path: &Path, how: String, build: &mut Build) {
    let cash = build.converted(&cash);
    build.lasting_line(month, cash, Component::Equity, tier, Character::Untaxed, path, how);
    let [wages, ordinary, gain, bargain] = taxed.map(|amount| build.converted(&amount));
    let characters = [Character::Wages, Character::OrdinaryIncome, Character::LongTermGain];
    for (amount, character) in [wages, ordinary, gain].into_iter().zip(characters) {
        if !amount.value.is_zero() {
            build.taxed.add(month, Component::Equity, tier, character, amount);
        }
    }
    if !bargain.value.is_zero() {
        build.taxed.iso_bargain(month, bargain);
    }
}

/// The arithmetic of what an exit pays, in words.
fn said(flow: &Flow, grant: &Held, way: &Way, kept: Decimal, build: &Build) -> String {
    let percent = |part: Decimal| (part * Decimal::ONE_HUNDRED).normalize();
    let Some(sale) = way.sale else { return String::new() };
    let mut how = format!(
        "{} % likely: {} {} at {} a share",
        percent(way.chance()),
        flow.shares.normalize(),
        if flow.month > sale.month { "that vest after the exit" } else { "vested" },
        words(sale.per_share, build.currency)
    );
    if grant.instrument.is_option() && (!grant.pays_before() || flow.month > sale.month) {
        how.push_str(&format!(" less {} strike", words(grant.strike, build.currency)));
    }
    if kept != Decimal::ONE {
        how.push_str(&format!(", {} % kept for what cannot be sold before", percent(kept)));
    }
    how
}

/// What options cost before any exit, over the ways in which it comes to that.
#[derive(Default)]
struct Before {
    chance: Decimal,
    shares: Decimal,
    cash: Decimal,
    expected: [Decimal; 5],
}

impl Before {
    fn count(&mut self, flow: &Flow, chance: Decimal) {
        self.chance += chance;
        (self.shares, self.cash) = (flow.shares, flow.cash);
        for (sum, amount) in
            self.expected.iter_mut().zip([flow.cash, flow.wages, flow.ordinary, flow.gain, flow.bargain])
        {
            *sum += amount * chance;
        }
    }

    fn add(self, month: u32, grant: &Held, build: &mut Build) {
        let how = if self.cash < Decimal::ZERO {
            format!(
                "{} options exercised at {}: {} paid, {} % likely that no exit comes first",
                self.shares.normalize(),
                words(grant.strike, build.currency),
                words(-self.cash, build.currency),
                (self.chance * Decimal::ONE_HUNDRED).normalize()
            )
        } else {
            format!("{} of shares bought back on leaving", words(self.cash, build.currency))
        };
        let [cash, wages, ordinary, gain, bargain] = self.expected.map(|amount| {
            let what = "plan of exercise: cash, pay and gain before an exit";
            build.modelled(amount, what, "26 USC 83, 421 and 422; docs/trace.md", &[], &["privateCompany", "grants"])
        });
        // Paid for sure by who follows the plan: no speculation, whatever the shares come to.
        apart(month, cash, [wages, ordinary, gain, bargain], Tier::Likely, &grant.path.join("exercise"), how, build);
    }
}
