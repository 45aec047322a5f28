//! One grant of a company whose shares are traded: units, or options under a plan of exercise.

use super::{index, moves};
use crate::ledger::{Character, Component, Tier};
use crate::offer_value::Build;
use crate::options::exercise::{self, ExerciseDay, ExercisePlan, OptionEvent};
use crate::options::limit;
use crate::options::{ExerciseWindow, Lot, OptionGrant};
use crate::settings::words;
use crate::simulation::model::{Part, ShareVest};
use crate::vesting::acceleration::{Extent, accelerate};
use crate::vesting::{self, Allocation, Award, DayOfMonth, Tranche, by_month, closing_month};
use crate::worked::Worked;
use counterweight_domain::grant::{self as terms, Exercise, GrantSize, Instrument, Trigger};
use counterweight_domain::{Amount, CivilDate, Findings, Grant, Path, Problem};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, dec};

/// Where the rules of vesting are from.
pub(super) const SCHEDULE: &str = "Open Cap Format vesting terms; docs/trace.md";

/// Years after which an option lapses when the letter does not say: the usual ten.
const TERM_YEARS: u32 = 10;

/// What vests of a grant, by date: shares, or money when the grant is in money.
pub(super) struct Vests {
    pub tranches: Vec<Tranche>,
    /// The whole grant: shares, or money.
    pub whole: Decimal,
    /// Whether the figures are money.
    pub is_money: bool,
    /// The field that says how large it is.
    pub path: Path,
    /// The day from which vesting counts.
    pub commencement: CivilDate,
}

/// Adds grant `place` of the offer.
pub(super) fn grant(grant: &Grant, place: usize, build: &mut Build, findings: &mut Findings) {
    let path = build.path.join("grants").join(place);
    let Some((growth, volatility)) = moves(grant, build.settings) else { return };
    if grant.share_price.problem().is_some() {
        return;
    }
    let Some(vests) = vests(grant, &path, build, findings) else { return };
    if grant.instrument.is_option() {
        options(grant, &vests, growth, volatility, &path, build, findings);
        return;
    }
    let price = grant.share_price.value().map(|p| p.decimal());
    let reads = format!("grants/{place}");
    let whole = build.modelled(vests.whole, "the size of the grant", SCHEDULE, &[], &[&format!("{reads}/size")]);
    let (what, amounts): (String, Vec<(u32, Decimal, Worked)>) = if vests.is_money {
        let months = by_month(&vests.tranches, build.start);
        let scheduled =
            |percent| build.modelled(percent, "vesting schedule: percent that vests", SCHEDULE, &[], &[&reads]);
        let weights: Vec<Worked> = months.iter().map(|m| scheduled(m.1)).collect();
        let parts = Worked::portions(&whole, &weights, build.currency);
        let amounts = months.iter().zip(parts).map(|(m, part)| (m.0, m.1, part)).collect();
        (words(vests.whole, build.currency), amounts)
    } else {
        let Some(price) = price else {
            no_price(&path, findings);
            return;
        };
        if let Err(problem) = Amount::new(vests.whole.saturating_mul(price)) {
            findings.error(&vests.path, problem, "this grant");
            return;
        }
        let months = by_month(&vests.tranches, build.start);
        let percent = |shares: Decimal| {
            if vests.whole.is_zero() { Decimal::ZERO } else { shares * Decimal::ONE_HUNDRED / vests.whole }
        };
        let each = build.input_at(&path.join("sharePrice"), price);
        let vested = |shares| build.modelled(shares, "vesting schedule: shares that vest", SCHEDULE, &[], &[&reads]);
        let amounts =
            months.into_iter().map(|(month, shares)| (month, percent(shares), vested(shares) * &each)).collect();
        (format!("{} shares at {}", vests.whole.normalize(), words(price, build.currency)), amounts)
    };
    for (month, percent, amount) in amounts {
        let mut how = format!("{} % of {what} vest", percent.round_dp(4).normalize());
        if growth != 0.0 {
            how.push_str(&format!(", the share price having moved by {:.1} % a year", growth * 100.0));
        }
        let grown = build.grown(growth, month, &growth_path(grant, &path));
        vest(month, 0, amount * &grown, volatility, Tier::Likely, &vests.path, how, build);
    }
}

/// Adds shares that vest, worth `amount` at the expected price, and lets them move with the price since month `from`.
#[allow(clippy::too_many_arguments, reason = "a vest has these parts, each of another meaning")]
pub(super) fn vest(
    month: u32,
    from: u32,
    amount: Worked,
    volatility: f64,
    tier: Tier,
    path: &Path,
    how: String,
    build: &mut Build,
) {
    if let Some(added) = build.line(month, amount, Component::Equity, tier, path, how) {
        let part = Part::of(added);
        build.model.vests.push(ShareVest {
            month,
            from,
            amount: part.value,
            cost: 0.0,
            taxed: if part.value == 0.0 { 0.0 } else { part.wages / part.value },
            volatility,
        });
    }
}

/// The field that says how the grant's shares grow.
fn growth_path(grant: &Grant, path: &Path) -> Path {
    if grant.growth.is_blank() { Path::root().join("assumptions").join("shareGrowth") } else { path.join("growth") }
}

fn no_price(path: &Path, findings: &mut Findings) {
    findings.error(
        &path.join("sharePrice"),
        Problem::new(
            "grant.noPrice",
            "A number of shares has no value without a price per share.",
            "Ask for the share price on the grant date, and enter it here.",
        ),
        "this grant",
    );
}

/// When a grant vests. None, with a finding, when its size or its terms cannot be read.
pub(super) fn vests(grant: &Grant, path: &Path, build: &Build, findings: &mut Findings) -> Option<Vests> {
    let at = path.join("vesting");
    let (whole, is_money, size) = match &grant.size {
        GrantSize::Value { amount } => (amount.value()?.decimal(), true, "amount"),
        GrantSize::Shares { count } => (count.value()?.decimal(), false, "count"),
        GrantSize::Percent { percent, fully_diluted } => {
            let shares = percent.value()?.fraction() * fully_diluted.value()?.decimal();
            (shares.floor(), false, "percent")
        }
    };
    let commencement = match grant.commencement.value() {
        Some(day) => *day,
        None if grant.commencement.is_blank() => build.start,
        None => return None,
    };
    let granted = match grant.granted.value() {
        Some(day) => Some(*day),
        None if grant.granted.is_blank() => None,
        None => return None,
    };
    let terms = vesting::terms_of(&grant.vesting, DayOfMonth::VestingStartDay, &at, findings)?;
    let events = vesting::events_of(&grant.vesting);
    let award = Award {
        grant_date: granted,
        allocation: Some(if is_money { Allocation::Fractional } else { allocation(grant.allocation) }),
        ..Award::new(if is_money { dec!(100) } else { whole }, commencement, &events)
    };
    let schedule = match vesting::schedule(&terms, &award) {
        Ok(schedule) => schedule,
        Err(problem) => {
            findings.error(&at, problem, "this grant");
            return None;
        }
    };
    let tranches = accelerated(grant, schedule.tranches, path, build, findings);
    Some(Vests { tranches, whole, is_money, path: path.join("size").join(size), commencement })
}

/// What a sale of the company brings forward. A double trigger needs a person who is let go, which is not forecast.
fn accelerated(
    grant: &Grant,
    tranches: Vec<Tranche>,
    path: &Path,
    build: &Build,
    findings: &mut Findings,
) -> Vec<Tranche> {
    let early = &grant.acceleration;
    let Some(month) = early.sale_month.value().and_then(|m| u32::try_from(m.get()).ok()) else { return tranches };
    match early.trigger {
        Trigger::NotSaid | Trigger::None => tranches,
        Trigger::Double => {
            findings.note(
                &path.join("acceleration").join("trigger"),
                Problem::new(
                    "acceleration.double",
                    "A double trigger vests early only for who is let go after a sale, so it is not counted.",
                    "Choose a single trigger to see what it would be worth.",
                ),
            );
            tranches
        }
        Trigger::Single => {
            let percent = if early.percent.is_blank() {
                Decimal::ONE_HUNDRED
            } else {
                match early.percent.value() {
                    Some(percent) => percent.percent(),
                    None => return tranches,
                }
            };
            accelerate(&tranches, build.start.plus_months(month.min(1_200)), Extent::OfUnvested(percent))
        }
    }
}

fn allocation(rule: terms::Allocation) -> Allocation {
    match rule {
        terms::Allocation::CumulativeRounding => Allocation::CumulativeRounding,
        terms::Allocation::CumulativeRoundDown => Allocation::CumulativeRoundDown,
        terms::Allocation::FrontLoaded => Allocation::FrontLoaded,
        terms::Allocation::BackLoaded => Allocation::BackLoaded,
        terms::Allocation::FrontLoadedToSingleTranche => Allocation::FrontLoadedToSingleTranche,
        terms::Allocation::BackLoadedToSingleTranche => Allocation::BackLoadedToSingleTranche,
        terms::Allocation::Fractional => Allocation::Fractional,
    }
}

/// Options on traded shares. Sold on the day they vest, they pay what the share is worth above the strike. Held, they
/// are exercised as planned and the shares sold at the end of the time counted.
#[allow(clippy::too_many_arguments, reason = "called once, with what its caller has read")]
fn options(
    grant: &Grant,
    vests: &Vests,
    growth: f64,
    volatility: f64,
    path: &Path,
    build: &mut Build,
    findings: &mut Findings,
) {
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
    if grant.exercise == Exercise::SameDaySale {
        for (month, shares) in by_month(&vests.tranches, build.start) {
            let grown = build.grown(growth, month, &growth_path(grant, path));
            let each = build.input_at(&path.join("sharePrice"), price) * &grown;
            let over = &each - &build.input_at(&path.join("strike"), strike);
            let gain = vested_options(shares, path, build) * &over.max(&Worked::default());
            let worth = each.value;
            let how = format!(
                "{} options × ({} a share − {} strike), never below nothing",
                shares.normalize(),
                words(worth, build.currency),
                words(strike, build.currency)
            );
            sell_at_vest(month, shares, worth, strike, gain, volatility, &vests.path, how, build);
        }
        return;
    }
    let stay = build.settings.stay_months;
    let end = build.start.plus_months(stay);
    let granted = grant.granted.value().copied().unwrap_or(vests.commencement);
    let early = grant.exercise == Exercise::Early;
    let dated: Vec<(CivilDate, Decimal)> = vests.tranches.iter().map(|t| (t.date, t.shares)).collect();
    let lots = if grant.instrument == Instrument::Iso {
        limit::lots(granted, price, &dated, early, &[])
    } else {
        dated.iter().map(|&(vests, shares)| Lot { vests, incentive: Decimal::ZERO, nonstatutory: shares }).collect()
    };
    let window = match grant.window_months.value() {
        Some(months) => ExerciseWindow::Months { months: months.get() },
        None => ExerciseWindow::default(),
    };
    let option = OptionGrant {
        granted,
        strike,
        lots,
        expires: granted.plus_months(TERM_YEARS * 12),
        early_exercise: early,
        window,
    };
    let plan = if early {
        ExercisePlan::Early { on: granted.max(build.start), election: true, sold: Some(end) }
    } else {
        ExercisePlan::Hold { when: ExerciseDay::Vest, sold: Some(end) }
    };
    let left = build.settings.leaves().then_some(end);
    let start = build.start;
    let price_on = |day: CivilDate| price * index(growth, u32::try_from(start.months_until(day)).unwrap_or(0));
    match exercise::events(&option, plan, left, price_on) {
        Ok(events) => {
            for event in events {
                held(&event, volatility, &vests.path, build);
            }
        }
        Err(error) => findings.error(
            &path.join("exercise"),
            Problem::new("grant.exercise", error.to_string(), "Choose another plan for these options."),
            "this grant",
        ),
    }
}

/// Options that vest, by the schedule of the grant at `path`.
fn vested_options(shares: Decimal, path: &Path, build: &Build) -> Worked {
    if !build.settings.traced {
        return shares.into();
    }
    Worked::model(shares, "vesting schedule: options that vest", SCHEDULE, Vec::new(), vec![path.clone()])
}

#[allow(clippy::too_many_arguments, reason = "a sale has these parts, each of another meaning")]
fn sell_at_vest(
    month: u32,
    shares: Decimal,
    worth: Decimal,
    strike: Decimal,
    gain: Worked,
    volatility: f64,
    path: &Path,
    how: String,
    build: &mut Build,
) {
    if month > build.settings.stay_months {
        return;
    }
    let _ = build.line(month, gain, Component::Equity, Tier::Likely, path, how);
    // In the futures an option that is worth nothing today may be worth something, so it is there in either case.
    let unit = (build.rate * build.weight(month)).to_f64().unwrap_or(0.0);
    let of = |amount: Decimal| amount.to_f64().unwrap_or(0.0) * unit;
    let weight = build.weight(month).to_f64().unwrap_or(1.0);
    build.model.vests.push(ShareVest {
        month,
        from: 0,
        amount: of(shares * worth),
        cost: of(shares * strike),
        taxed: if weight == 0.0 { 0.0 } else { 1.0 / weight },
        volatility,
    });
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
    // A short-term gain is taxed like wages but for payroll tax; it is counted as wages, a little too high.
    let wages = to_case(event.ordinary_income.max(event.wages) + event.short_term_gain, "taxed as pay");
    let (gain, bargain) = (
        to_case(event.long_term_gain, "long-term gain"),
        to_case(event.iso_bargain, "worth above the strike on exercise"),
    );
    let more = wages.value.to_f64().unwrap_or(0.0);
    build.taxed.add(month, Component::Equity, Tier::Likely, Character::Wages, wages);
    build.taxed.add(month, Component::Equity, Tier::Likely, Character::LongTermGain, gain);
    build.taxed.iso_bargain(month, bargain);
    build.model.fixed[month as usize].wages += more;
}
