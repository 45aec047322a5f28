//! Options on traded shares under a plan of exercise: what is paid, received, and taxed as what.

use super::grant::{SCHEDULE, Vests, growth_path, no_price, vests};
use super::index;
use crate::ledger::{Character, Component, Tier};
use crate::offer_value::Build;
use crate::options::exercise::{self, ExerciseDay, ExercisePlan, OptionEvent};
use crate::options::limit::{self, LimitedGrant};
use crate::options::{ExerciseWindow, Lot, OptionGrant, long_term_from, qualifies_from};
use crate::settings::words;
use crate::simulation::model::{Part, ShareVest};
use crate::vesting::{Tranche, by_month, closing_month};
use crate::worked::Worked;
use counterweight_domain::grant::{Exercise, Instrument};
use counterweight_domain::{Amount, CivilDate, Findings, Grant, Offer, Path, Problem};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Years after which an option lapses when the letter does not say: the usual ten.
const TERM_YEARS: u32 = 10;

/// The incentive options of an offer as their yearly limit counts them, each with its place in the offer: all of them
/// share it (26 USC 422(d)), what vested before the first day included.
pub(super) fn incentive(offer: &Offer, build: &Build) -> Vec<(usize, LimitedGrant)> {
    let found = offer.grants.iter().enumerate().filter(|(_, grant)| grant.instrument == Instrument::Iso);
    found
        .filter_map(|(place, grant)| {
            let path = build.path.join("grants").join(place);
            let vests = vests(grant, &path, build, &mut Findings::default()).filter(|vests| !vests.is_money)?;
            // Without a valuation, as private options may be, a share is taken to be worth the strike on the grant.
            let price = match grant.share_price.value() {
                Some(price) => price.decimal(),
                None if grant.share_price.is_blank() => grant.strike.value()?.decimal(),
                None => return None,
            };
            Some((place, LimitedGrant::new(granted(grant, &vests), price, &dated(&vests), is_early(grant))))
        })
        .collect()
}

fn granted(grant: &Grant, vests: &Vests) -> CivilDate {
    grant.granted.value().copied().unwrap_or(vests.commencement)
}

fn is_early(grant: &Grant) -> bool {
    grant.exercise == Exercise::Early
}

/// Everything that vests, what vested before the first day included.
fn dated(vests: &Vests) -> Vec<(CivilDate, Decimal)> {
    vests.earlier.iter().chain(&vests.tranches).map(|tranche| (tranche.date, tranche.shares)).collect()
}

/// The lots that vest after the first day, split by the limit that all `incentive` options of the offer share.
fn lots(grant: &Grant, place: usize, vests: &Vests, incentive: &[(usize, LimitedGrant)]) -> Vec<Lot> {
    let all = dated(vests);
    let mut lots = match incentive.iter().position(|(other, _)| *other == place) {
        Some(index) => {
            let grants: Vec<LimitedGrant> = incentive.iter().map(|(_, grant)| grant.clone()).collect();
            limit::lots(&grants, index, &all, is_early(grant))
        }
        None => {
            all.iter().map(|&(vests, shares)| Lot { vests, incentive: Decimal::ZERO, nonstatutory: shares }).collect()
        }
    };
    lots.split_off(vests.earlier.len())
}

/// Options on traded shares. Sold on the day they vest, they pay what the share is worth above the strike. Held, they
/// are exercised as planned and the shares sold at the end of the time counted.
pub(super) fn options(
    grant: &Grant,
    place: usize,
    vests: &Vests,
    incentive: &[(usize, LimitedGrant)],
    (growth, volatility): (f64, f64),
    build: &mut Build,
    findings: &mut Findings,
) {
    let path = &build.path.join("grants").join(place);
    if vests.is_money {
        return;
    }
    let Some(strike) = grant.strike.value().map(|s| s.decimal()) else { return };
    let Some(price) = grant.share_price.value().map(|p| p.decimal()) else {
        no_price(path, findings);
        return;
    };
    let largest = vests.whole.saturating_mul(price.max(strike));
    if let Err(problem) = Amount::new(largest) {
        findings.error(&vests.path, problem, "this grant");
        return;
    }
    let lots = lots(grant, place, vests, incentive);
    if grant.exercise == Exercise::SameDaySale {
        // An incentive option sold at once is income, but no wages for payroll tax (26 USC 421(b), 3121(a)(22)).
        let kind = |of: fn(&Lot) -> Decimal| -> Vec<Tranche> {
            let tranches = lots.iter().map(|lot| Tranche { date: lot.vests, shares: of(lot) });
            tranches.filter(|tranche| !tranche.shares.is_zero()).collect()
        };
        for (tranches, character, kind) in [
            (kind(|lot| lot.incentive), Character::OrdinaryIncome, "incentive options"),
            (kind(|lot| lot.nonstatutory), Character::Wages, "options"),
        ] {
            for (month, shares) in by_month(&tranches, build.start) {
                let grown = build.grown(growth, month, &growth_path(grant, path));
                let each = build.input_at(&path.join("sharePrice"), price) * &grown;
                let over = &each - &build.input_at(&path.join("strike"), strike);
                let gain = vested_options(shares, path, build) * &over.max(&Worked::default());
                let worth = each.value;
                let how = format!(
                    "{} {kind} × ({} a share − {} strike), never below nothing",
                    shares.normalize(),
                    words(worth, build.currency),
                    words(strike, build.currency)
                );
                let sale = Sale { month, shares, worth, strike, volatility, character };
                sale.add(gain, &vests.path, how, build);
            }
        }
        return;
    }
    let end = build.start.plus_months(build.settings.stay_months);
    let granted = granted(grant, vests);
    let early = is_early(grant);
    let window = match grant.window_months.value() {
        Some(months) => ExerciseWindow::Months { months: months.get() },
        None => ExerciseWindow::default(),
    };
    let left = build.settings.leaves().then_some(end);
    let start = build.start;
    let price_on = |day: CivilDate| price * index(growth, u32::try_from(start.months_until(day)).unwrap_or(0));
    if !early {
        too_late(&lots, granted, end, path, findings);
    }
    for (lots, sold) in sales(grant.exercise, lots, granted, end) {
        let option = OptionGrant {
            granted,
            strike,
            lots,
            expires: granted.plus_months(TERM_YEARS * 12),
            early_exercise: early,
            window,
        };
        let plan = if early {
            ExercisePlan::Early { on: granted.max(start), election: true, sold: Some(sold) }
        } else {
            ExercisePlan::Hold { when: ExerciseDay::Vest, sold: Some(sold) }
        };
        match exercise::events(&option, plan, left, price_on) {
            Ok(events) => {
                for event in events {
                    held(&event, volatility, &vests.path, build);
                }
            }
            Err(error) => {
                findings.error(
                    &path.join("exercise"),
                    Problem::new("grant.exercise", error.to_string(), "Choose another plan for these options."),
                    "this grant",
                );
                return;
            }
        }
    }
}

/// Lots that are sold on one day: on the last day of the time counted, or each lot as soon as the law's time is held.
fn sales(exercise: Exercise, lots: Vec<Lot>, granted: CivilDate, end: CivilDate) -> Vec<(Vec<Lot>, CivilDate)> {
    if exercise != Exercise::HoldYear {
        return vec![(lots, end)];
    }
    let mut sales = Vec::new();
    for lot in lots {
        let kinds = [
            (Lot { nonstatutory: Decimal::ZERO, ..lot }, qualifies_from(granted, lot.vests)),
            (Lot { incentive: Decimal::ZERO, ..lot }, long_term_from(lot.vests)),
        ];
        sales.extend(kinds.into_iter().map(|(lot, day)| (vec![lot], day.min(end))));
    }
    sales
}

/// Says which incentive options vest too late for a sale by `end` to qualify.
fn too_late(lots: &[Lot], granted: CivilDate, end: CivilDate, path: &Path, findings: &mut Findings) {
    let late = lots.iter().filter(|lot| lot.vests <= end && qualifies_from(granted, lot.vests) > end);
    let late: Decimal = late.map(|lot| lot.incentive).sum();
    if late.is_zero() {
        return;
    }
    findings.note(
        &path.join("exercise"),
        Problem::new(
            "grant.disqualifying",
            format!(
                "{} incentive options vest too late for a sale that qualifies by the end of the time counted: their spread is taxed like pay.",
                counterweight_domain::money::grouped(late.normalize())
            ),
            "A sale qualifies more than a year after exercise and two after the grant. Count more years to see it.",
        ),
    );
}

/// Options that vest, by the schedule of the grant at `path`.
fn vested_options(shares: Decimal, path: &Path, build: &Build) -> Worked {
    if !build.settings.traced {
        return shares.into();
    }
    Worked::model(shares, "vesting schedule: options that vest", SCHEDULE, Vec::new(), vec![path.clone()])
}

/// Options that are exercised and sold in a month.
struct Sale {
    month: u32,
    shares: Decimal,
    /// What a share is worth then.
    worth: Decimal,
    strike: Decimal,
    volatility: f64,
    character: Character,
}

impl Sale {
    fn add(&self, gain: Worked, path: &Path, how: String, build: &mut Build) {
        let month = self.month;
        if month > build.settings.stay_months {
            return;
        }
        let gain = build.converted(&gain);
        let _ = build.case_line(month, gain, Component::Equity, Tier::Likely, self.character, path, how);
        // In the futures an option that is worth nothing today may be worth something, so it is there in either case.
        let unit = (build.rate * build.weight(month)).to_f64().unwrap_or(0.0);
        let of = |amount: Decimal| amount.to_f64().unwrap_or(0.0) * unit;
        let weight = build.weight(month).to_f64().unwrap_or(1.0);
        build.model.vests.push(ShareVest {
            month,
            from: 0,
            amount: of(self.shares * self.worth),
            cost: of(self.shares * self.strike),
            taxed: if weight == 0.0 { 0.0 } else { 1.0 / weight },
            volatility: self.volatility,
        });
    }
}

/// One event of held options: cash paid and received, and what tax sees of it.
fn held(event: &OptionEvent, volatility: f64, path: &Path, build: &mut Build) {
    let month = closing_month(build.start, event.date);
    if month > build.settings.stay_months {
        return;
    }
    let stated = |amount: Decimal, what: &str, build: &Build| {
        let from = Path::root().join(path.as_str().rsplit_once("/size/").map_or(path.as_str(), |(grant, _)| grant));
        if !build.settings.traced {
            return amount.into();
        }
        let what = format!("plan of exercise: {what}, {}", event.how);
        let reads = vec![from, Path::root().join("assumptions").join("shareGrowth")];
        Worked::model(amount, &what, "26 USC 83, 421 and 422; docs/trace.md", Vec::new(), reads)
    };
    if !event.cash_out.is_zero() {
        let how = format!("{}: {} paid", event.how, words(event.cash_out, build.currency));
        let amount = build.converted(&stated(event.cash_out, "paid", build)).negative();
        let line = build.case_line(month, amount, Component::Equity, Tier::Likely, Character::Untaxed, path, how);
        if let Some(added) = line {
            build.constant(month, added);
        }
    }
    if !event.cash_in.is_zero() {
        let how = format!("{}: {} received", event.how, words(event.cash_in, build.currency));
        let amount = build.converted(&stated(event.cash_in, "received", build));
        let line = build.case_line(month, amount, Component::Equity, Tier::Likely, Character::Untaxed, path, how);
        if let Some(added) = line {
            let value = Part::of(added).value;
            build.model.vests.push(ShareVest { month, from: 0, amount: value, cost: 0.0, taxed: 0.0, volatility });
        }
    }
    let to_case = |amount: Decimal, what: &str| build.converted(&stated(amount, what, build));
    // A short-term gain is taxed like pay, but for payroll tax; a loss only makes other gains smaller.
    let short = event.short_term_gain;
    let wages = to_case(event.wages, "taxed as wages");
    let ordinary = (event.ordinary_income - event.wages).max(Decimal::ZERO) + short.max(Decimal::ZERO);
    let ordinary = to_case(ordinary, "taxed like pay, but for payroll tax");
    let gain = to_case(event.long_term_gain + short.min(Decimal::ZERO), "long-term gain");
    let bargain = to_case(event.iso_bargain, "worth above the strike on exercise");
    let more = (wages.value + ordinary.value).to_f64().unwrap_or(0.0);
    for (character, amount) in
        [(Character::Wages, wages), (Character::OrdinaryIncome, ordinary), (Character::LongTermGain, gain)]
    {
        if !amount.value.is_zero() {
            build.taxed.add(month, Component::Equity, Tier::Likely, character, amount);
        }
    }
    build.taxed.iso_bargain(month, bargain);
    build.model.fixed[month as usize].wages += more;
}
