//! One grant of a company whose shares are traded, and when any grant vests.

use super::{index, moves, options};
use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::options::limit::LimitedGrant;
use crate::settings::words;
use crate::simulation::model::{Part, ShareVest};
use crate::vesting::acceleration::{Extent, accelerate};
use crate::vesting::{self, Allocation, Award, CatchUp, DayOfMonth, Tranche, by_month, vested_by};
use crate::worked::Worked;
use counterweight_domain::grant::{self as terms, GrantSize, PriceRule, Trigger};
use counterweight_domain::{Amount, CivilDate, Findings, Grant, Path, Problem, Vesting};
use rust_decimal::{Decimal, dec};

/// Where the rules of vesting are from.
pub(super) const SCHEDULE: &str = "Open Cap Format vesting terms; docs/trace.md";

/// What vests of a grant, by date: shares, or percent when the grant is in money.
pub(super) struct Vests {
    pub tranches: Vec<Tranche>,
    /// What has vested by the first day of work, and is the person's already.
    pub earlier: Vec<Tranche>,
    /// The whole grant: shares, or money.
    pub whole: Decimal,
    /// Whether the figures are money.
    pub is_money: bool,
    /// The field that says how large it is.
    pub path: Path,
    /// The day from which vesting counts.
    pub commencement: CivilDate,
}

/// Adds grant `place` of the offer; `incentive` are all its incentive options, by their places.
pub(super) fn grant(
    grant: &Grant,
    place: usize,
    incentive: &[(usize, LimitedGrant)],
    build: &mut Build,
    findings: &mut Findings,
) {
    let path = build.path.join("grants").join(place);
    let Some((growth, volatility)) = moves(grant, build.settings) else { return };
    if grant.share_price.problem().is_some() {
        return;
    }
    let Some(vests) = vests(grant, &path, build, findings) else { return };
    if grant.instrument.is_option() {
        options::options(grant, place, &vests, incentive, (growth, volatility), build, findings);
        return;
    }
    let price = grant.share_price.value().map(|p| p.decimal());
    let reads = format!("grants/{place}");
    let whole = build.modelled(vests.whole, "the size of the grant", SCHEDULE, &[], &[&format!("{reads}/size")]);
    let (what, amounts): (String, Vec<(u32, Decimal, Worked)>) = if vests.is_money {
        let months = by_month(&vests.tranches, build.start);
        let scheduled =
            |percent| build.modelled(percent, "vesting schedule: percent that vests", SCHEDULE, &[], &[&reads]);
        // What is not counted has its part as well: it vested before the first day, or waits for an event.
        let counted: Decimal = months.iter().map(|m| m.1).sum();
        let rest = scheduled(Decimal::ONE_HUNDRED - counted);
        let weights: Vec<Worked> = std::iter::once(rest).chain(months.iter().map(|m| scheduled(m.1))).collect();
        let parts = Worked::portions(&whole, &weights, build.currency).into_iter().skip(1);
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
        let count = vests.whole.normalize();
        (format!("{count} shares{} at {}", claimed(grant, build), words(price, build.currency)), amounts)
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

/// How a sum of money became the number of shares: ` ($400,000 ÷ $80, a 30-day average)`; empty for a number of shares.
fn claimed(grant: &Grant, build: &Build) -> String {
    let (GrantSize::Value { amount }, Some(reference)) = (&grant.size, grant.reference_price.value()) else {
        return String::new();
    };
    let Some(amount) = amount.value() else { return String::new() };
    let rule = match grant.price_rule {
        PriceRule::NotSaid => "",
        PriceRule::GrantDay => ", the price of the grant date",
        PriceRule::Average30 => ", a 30-day average",
        PriceRule::Letter => ", the price in the letter",
    };
    let of = |amount| words(amount, build.currency);
    format!(" ({} ÷ {}{rule})", of(amount.decimal()), of(reference.decimal()))
}

/// The field that says how the grant's shares grow.
pub(super) fn growth_path(grant: &Grant, path: &Path) -> Path {
    if grant.growth.is_blank() { Path::root().join("assumptions").join("shareGrowth") } else { path.join("growth") }
}

pub(super) fn no_price(path: &Path, findings: &mut Findings) {
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
        GrantSize::Value { amount } => match grant.shares_of_money() {
            Some(shares) => (shares, false, "amount"),
            None => (amount.value()?.decimal(), true, "amount"),
        },
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
    let day = match grant.vest_day.value() {
        Some(day) => DayOfMonth::Day(u8::try_from(day.get()).ok().filter(|day| (1..=31).contains(day))?),
        None if grant.vest_day.is_blank() => DayOfMonth::VestingStartDay,
        None => return None,
    };
    let terms = vesting::terms_of(&grant.vesting, day, &at, findings)?;
    let events = vesting::events_of(&grant.vesting);
    // Terms in the Open Cap Format say themselves how shares are rounded, unless another rule is chosen here.
    let own = matches!(grant.vesting, Vesting::OpenCap { .. }) && grant.allocation == terms::Allocation::default();
    let award = Award {
        grant_date: granted,
        catch_up: match grant.catch_up {
            terms::CatchUp::OnGrantDate => CatchUp::OnGrantDate,
            terms::CatchUp::WithNextTranche => CatchUp::WithNextTranche,
        },
        allocation: match (is_money, own) {
            (true, _) => Some(Allocation::Fractional),
            (false, true) => None,
            (false, false) => Some(allocation(grant.allocation)),
        },
        ..Award::new(if is_money { dec!(100) } else { whole }, commencement, &events)
    };
    let schedule = match vesting::schedule(&terms, &award) {
        Ok(schedule) => schedule,
        Err(problem) => {
            findings.error(&at, problem, "this grant");
            return None;
        }
    };
    let size = path.join("size").join(size);
    let mut earlier = accelerated(grant, schedule.tranches, (whole, is_money), path, build, findings);
    // A grant that is made on the first day or later is new, and so is what vests with it.
    let owned_by = if granted.is_none_or(|day| day < build.start) && commencement < build.start {
        earlier.partition_point(|tranche| tranche.date <= build.start)
    } else {
        0
    };
    let tranches = earlier.split_off(owned_by);
    if !earlier.is_empty() {
        owned(grant, &earlier, (whole, is_money), path, build, findings);
    }
    Some(Vests { tranches, earlier, whole, is_money, path: size, commencement })
}

/// Says what has vested by the first day, and is not counted.
fn owned(
    grant: &Grant,
    earlier: &[Tranche],
    whole: (Decimal, bool),
    path: &Path,
    build: &Build,
    findings: &mut Findings,
) {
    let vested: Decimal = earlier.iter().map(|tranche| tranche.shares).sum();
    let what = sized(vested, whole, grant, build);
    let (said, fix) = if grant.instrument.is_option() {
        (
            format!(
                "{what} of this grant vested by the first day. They are not pay of this job, so they are not counted; those not yet exercised lapse some time after leaving."
            ),
            "Look up how long they can be exercised after leaving. If the grant is new, enter the day it is made.",
        )
    } else {
        (
            format!(
                "{what} of this grant vested by the first day. It is yours already and no pay of this job, so it is not counted."
            ),
            "If the grant is new and this vests with it, enter the day it is made.",
        )
    };
    findings.note(&path.join("commencement"), Problem::new("grant.vestedBefore", said, fix));
}

/// A part of a grant in words, from what its schedule says of it: percent of a sum of money, or a number.
fn sized(part: Decimal, (whole, is_money): (Decimal, bool), grant: &Grant, build: &Build) -> String {
    if is_money {
        return words(whole * part / Decimal::ONE_HUNDRED, build.currency);
    }
    let unit = if grant.instrument.is_option() { "options" } else { "shares" };
    format!("{} {unit}", counterweight_domain::money::grouped(part.normalize()))
}

/// What a sale of the company brings forward. A double trigger needs a person who is let go, which is not forecast.
fn accelerated(
    grant: &Grant,
    tranches: Vec<Tranche>,
    whole: (Decimal, bool),
    path: &Path,
    build: &Build,
    findings: &mut Findings,
) -> Vec<Tranche> {
    let early = &grant.acceleration;
    if matches!(early.trigger, Trigger::NotSaid | Trigger::None) {
        return tranches;
    }
    let at = path.join("acceleration");
    let Some(month) = early.sale_month.value().and_then(|m| u32::try_from(m.get()).ok()) else {
        if early.sale_month.is_blank() {
            findings.note(
                &at.join("saleMonth"),
                Problem::new(
                    "acceleration.noSale",
                    "Without a month in which the company is sold, nothing is taken to vest early.",
                    "Enter a month to see what the clause would be worth.",
                ),
            );
        }
        return tranches;
    };
    let Some(extent) = extent(early) else { return tranches };
    let sale = build.start.plus_months(month.min(1_200));
    let after = accelerate(&tranches, sale, extent);
    if early.trigger == Trigger::Single {
        return after;
    }
    let gained = vested_by(&after, sale) - vested_by(&tranches, sale);
    let worth = match grant.share_price.value() {
        Some(price) if !whole.1 => {
            let growth = moves(grant, build.settings).map_or(0.0, |(growth, _)| growth);
            let each = price.decimal() * index(growth, month.min(1_200));
            let each = if grant.instrument.is_option() {
                (each - grant.strike.value().map_or(Decimal::ZERO, |s| s.decimal())).max(Decimal::ZERO)
            } else {
                each
            };
            format!(", worth {} before tax at the expected price", words(gained.saturating_mul(each), build.currency))
        }
        _ => String::new(),
    };
    findings.note(
        &at.join("trigger"),
        Problem::new(
            "acceleration.double",
            format!(
                "If the company is sold after {month} months and you are let go then, {} vest early{worth}. Being let go is not planned, so this is not counted.",
                sized(gained, whole, grant, build)
            ),
            "Ask what counts as being let go, and how long after a sale it counts.",
        ),
    );
    tranches
}

/// How much vests early. None when what is there cannot be read.
pub(super) fn extent(early: &terms::Acceleration) -> Option<Extent> {
    match early.months_forward.value() {
        Some(months) => return Some(Extent::MonthsForward(months.get())),
        None if early.months_forward.is_blank() => {}
        None => return None,
    }
    if early.percent.is_blank() {
        return Some(Extent::OfUnvested(Decimal::ONE_HUNDRED));
    }
    Some(Extent::OfUnvested(early.percent.value()?.percent()))
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
