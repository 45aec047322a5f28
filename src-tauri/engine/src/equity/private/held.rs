//! A grant of a private company, and what it pays when the company is sold in a month for a price a share, or never.

use super::super::grant::{extent, vests};
use crate::offer_value::Build;
use crate::options::exercise::{self, ExerciseDay, ExerciseError, ExercisePlan, OptionEvent};
use crate::options::limit::{self, LimitedGrant};
use crate::options::{ExerciseWindow, Lot, OptionGrant};
use crate::private::settlement::{DoubleTrigger, ServiceVest};
use crate::vesting::acceleration::{Extent, accelerate};
use crate::vesting::{Tranche, closing_month};
use counterweight_domain::grant::{Acceleration, Exercise, GrantSize, Instrument, Trigger};
use counterweight_domain::private_company::UnitsOnLeaving;
use counterweight_domain::{CivilDate, Findings, Grant, Offer, Path, Problem};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Years after which an option lapses when the letter does not say: the usual ten.
pub(super) const TERM_YEARS: u32 = 10;

/// A grant that pays at an exit.
pub(in crate::equity) struct Held {
    /// Where it stands in the case.
    pub path: Path,
    pub tranches: Vec<Tranche>,
    /// What a share costs; zero for stock units.
    pub strike: Decimal,
    pub instrument: Instrument,
    pub exercise: Exercise,
    /// What a common share is worth until an exit, for tax: the valuation (409A).
    pub fair: Decimal,
    /// Whether the valuation was entered, and is not the strike in its place.
    pub valued: bool,
    /// The standard deviation of a share's yearly log return that was entered for it.
    pub volatility: Option<f64>,
    /// How the valuation grows in a year until then, as a fraction.
    growth: f64,
    /// What a sale brings forward; none without a single trigger.
    accelerated: Option<Extent>,
    pub granted: CivilDate,
    window: ExerciseWindow,
    kept_on_leaving: bool,
    /// What had vested by the first day: no pay of this offer, but it counts for the limit on incentive options.
    earlier: Vec<Tranche>,
    /// All incentive options of the offer as the limit counts them, without a sale, and which of them this grant is.
    limited: Vec<LimitedGrant>,
    place: Option<usize>,
}

/// A sale of the company, or its listing.
#[derive(Debug, Clone, Copy)]
pub(in crate::equity) struct Sale {
    /// Months after the start.
    pub month: u32,
    /// What a common share gets.
    pub per_share: Decimal,
}

/// What a grant pays or costs in one month.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(in crate::equity) struct Flow {
    pub month: u32,
    /// Whether it comes at the exit or after it.
    pub at_exit: bool,
    /// Shares paid for or sold.
    pub shares: Decimal,
    /// Cash received less cash paid, tax apart.
    pub cash: Decimal,
    /// What is taxed as wages.
    pub wages: Decimal,
    /// What is taxed like pay, but for payroll tax.
    pub ordinary: Decimal,
    /// Long-term gain.
    pub gain: Decimal,
    /// What the alternative minimum tax counts.
    pub bargain: Decimal,
}

/// What a grant of a private company holds. None, with a finding, when it cannot be read.
///
/// `incentive` are all incentive options of the offer with their places.
pub(in crate::equity) fn held(
    offer: &Offer,
    place: usize,
    incentive: &[(usize, LimitedGrant)],
    build: &Build,
    findings: &mut Findings,
) -> Option<Held> {
    let grant = offer.grants.get(place)?;
    let company = offer.private_company.as_ref();
    let path = build.path.join("grants").join(place);
    // A sale is one of the exits here, so what it brings forward is worked out exit by exit.
    let terms = Grant { acceleration: Acceleration::default(), ..grant.clone() };
    let vests = vests(&terms, &path, build, findings)?;
    if vests.is_money {
        findings.error(
            &path.join("size"),
            Problem::new(
                "grant.privateInMoney",
                "A sum of money in a private company is a number of shares at a price somebody chose.",
                "Ask for the number of shares, and enter it.",
            ),
            "this grant",
        );
        return None;
    }
    let counts = company.and_then(|company| company.fully_diluted.value()).map(|all| all.decimal());
    if let (GrantSize::Percent { fully_diluted, .. }, Some(all)) = (&grant.size, counts)
        && fully_diluted.value().is_some_and(|count| count.decimal() != all)
    {
        findings.error(
            &path.join("size").join("fullyDiluted"),
            Problem::new(
                "grant.twoCounts",
                "The grant and the company name different numbers of all shares.",
                "Ask which count the percentage is of, and enter it in both places.",
            ),
            "this grant",
        );
        return None;
    }
    let is_option = grant.instrument.is_option();
    let strike = if is_option { grant.strike.value()?.decimal() } else { Decimal::ZERO };
    let fair = if grant.share_price.is_blank() { strike } else { grant.share_price.value()?.decimal() };
    let growth = if grant.growth.is_blank() { 0.0 } else { grant.growth.value()?.fraction().to_f64()? };
    let accelerated = match grant.acceleration.trigger {
        Trigger::Single => Some(extent(&grant.acceleration)?),
        _ => None,
    };
    let held = Held {
        tranches: vests.tranches,
        strike,
        instrument: grant.instrument,
        exercise: grant.exercise,
        fair,
        valued: grant.share_price.value().is_some(),
        volatility: grant.volatility.value().and_then(|volatility| volatility.fraction().to_f64()),
        growth,
        accelerated,
        granted: grant.granted.value().copied().unwrap_or(vests.commencement),
        window: match grant.window_months.value() {
            Some(months) => ExerciseWindow::Months { months: months.get() },
            None => ExerciseWindow::default(),
        },
        kept_on_leaving: company.is_some_and(|company| company.units_on_leaving == UnitsOnLeaving::Kept),
        earlier: vests.earlier,
        limited: incentive.iter().map(|(_, grant)| grant.clone()).collect(),
        place: incentive.iter().position(|(other, _)| *other == place),
        path,
    };
    held.say_what_counts(grant, findings);
    Some(held)
}

impl Held {
    /// All its shares.
    pub fn shares(&self) -> Decimal {
        self.tranches.iter().map(|tranche| tranche.shares).sum()
    }

    /// Whether options are paid for before there is a sale.
    pub fn pays_before(&self) -> bool {
        self.instrument.is_option() && self.exercise != Exercise::SameDaySale
    }

    /// The fields that stay without effect, and what is taken where one is blank.
    fn say_what_counts(&self, grant: &Grant, findings: &mut Findings) {
        let early = self.path.join("acceleration");
        if grant.acceleration.trigger == Trigger::Double {
            findings.note(
                &early.join("trigger"),
                Problem::new(
                    "acceleration.double",
                    "A double trigger vests early only for who is let go after a sale, so it is not counted.",
                    "Choose a single trigger to see what it would be worth.",
                ),
            );
        }
        if !grant.acceleration.sale_month.is_blank() {
            findings.note(
                &early.join("saleMonth"),
                Problem::new(
                    "acceleration.exits",
                    "When this company is sold is said by its exits, so this month changes nothing.",
                    "Leave it empty, and give each exit its month.",
                ),
            );
        }
        if !self.pays_before() && !grant.growth.is_blank() {
            findings.note(
                &self.path.join("growth"),
                Problem::new(
                    "grant.growthPrivate",
                    "What these shares pay is said by the exits, so this growth changes nothing.",
                    "Leave it empty.",
                ),
            );
        }
        if self.pays_before() && grant.share_price.is_blank() {
            findings.note(
                &self.path.join("sharePrice"),
                Problem::new(
                    "grant.fairPrivate",
                    "What a common share is worth on exercise is not said, so it is taken as the strike: nothing to tax then.",
                    "Ask for the latest 409A price, and enter it here.",
                ),
            );
        }
    }

    /// What vests, with what a sale on `day` brings forward.
    fn vesting(&self, day: CivilDate) -> Vec<Tranche> {
        self.accelerated.map_or_else(|| self.tranches.clone(), |extent| accelerate(&self.tranches, day, extent))
    }

    /// What it pays and costs month by month with this sale, or with none. The person leaves at the end of the time
    /// stayed, when that is before the horizon ends.
    ///
    /// Shares kept at a sale get its price; what vests later is taken over by the buyer and gets the same price on its
    /// day. What is received at a sale or after it is reduced by nothing here.
    pub fn flows(&self, sale: Option<Sale>, build: &Build) -> Result<Vec<Flow>, ExerciseError> {
        let start = build.start;
        let leaves = build.settings.leaves().then_some(build.settings.stay_months);
        if !self.instrument.is_option() {
            let Some(sale) = sale else { return Ok(Vec::new()) };
            let vests = self
                .vesting(start.plus_months(sale.month))
                .iter()
                .map(|t| ServiceVest { months: closing_month(start, t.date), shares: t.shares })
                .collect();
            let units = DoubleTrigger {
                vests,
                accelerated: Decimal::ZERO,
                expires: None,
                kept_on_leaving: self.kept_on_leaving,
            };
            let settled = units.settle(Some(sale.month), leaves).settles;
            return settled
                .into_iter()
                .map(|vest| {
                    let paid = vest.shares.checked_mul(sale.per_share).ok_or(ExerciseError::TooLarge)?;
                    let (month, shares) = (vest.months, vest.shares);
                    Ok(Flow { month, at_exit: true, shares, cash: paid, wages: paid, ..Flow::default() })
                })
                .collect();
        }
        let exit = sale.map(|sale| (start.plus_months(sale.month), sale.per_share));
        let Some(plan) = self.plan(exit.map(|exit| exit.0), build) else { return Ok(Vec::new()) };
        let option = self.option(exit.map(|exit| exit.0));
        let left = leaves.map(|months| start.plus_months(months));
        let price = |day: CivilDate| match exit {
            Some((sold, per_share)) if day >= sold => per_share,
            _ => self.fair_on(day, start),
        };
        let mut flows: Vec<Flow> = Vec::new();
        for event in exercise::events(&option, plan, left, price)? {
            let at_exit = exit.is_some_and(|exit| event.date >= exit.0);
            add(&mut flows, flow(&event, closing_month(start, event.date), at_exit));
        }
        flows.retain(|flow| *flow != Flow { month: flow.month, at_exit: flow.at_exit, ..Flow::default() });
        Ok(flows)
    }

    fn fair_on(&self, day: CivilDate, start: CivilDate) -> Decimal {
        if self.growth == 0.0 {
            return self.fair;
        }
        self.fair * crate::equity::index(self.growth, u32::try_from(start.months_until(day)).unwrap_or(0))
    }

    fn option(&self, sold: Option<CivilDate>) -> OptionGrant {
        let tranches = sold.map_or_else(|| self.tranches.clone(), |day| self.vesting(day));
        let early = self.exercise == Exercise::Early;
        let all: Vec<(CivilDate, Decimal)> =
            self.earlier.iter().chain(&tranches).map(|tranche| (tranche.date, tranche.shares)).collect();
        let lots = match self.place {
            Some(place) => {
                let mut grants = self.limited.clone();
                grants[place] = LimitedGrant::new(self.granted, grants[place].fair_value, &all, early);
                limit::lots(&grants, place, &all, early)
            }
            None => all
                .iter()
                .map(|&(vests, shares)| Lot { vests, incentive: Decimal::ZERO, nonstatutory: shares })
                .collect(),
        };
        let lots = lots.into_iter().skip(self.earlier.len()).collect();
        OptionGrant {
            granted: self.granted,
            strike: self.strike,
            lots,
            expires: self.granted.plus_months(TERM_YEARS * 12),
            early_exercise: early,
            window: self.window,
        }
    }

    /// None where nothing is done: options that would be exercised at an exit that does not come.
    fn plan(&self, sold: Option<CivilDate>, build: &Build) -> Option<ExercisePlan> {
        match self.exercise {
            Exercise::SameDaySale => sold.map(|day| ExercisePlan::SameDaySale { when: ExerciseDay::On { day } }),
            // Nothing can be sold before the sale, however long it is held.
            Exercise::Hold | Exercise::HoldYear => Some(ExercisePlan::Hold { when: ExerciseDay::Vest, sold }),
            Exercise::Early => Some(ExercisePlan::Early { on: self.granted.max(build.start), election: true, sold }),
        }
    }

    /// What becomes of it when the person leaves before an exit after `months`.
    pub fn say_what_leaving_does(&self, months: u32, build: &Build, findings: &mut Findings) {
        let stay = build.settings.stay_months;
        if !build.settings.leaves() || months <= stay {
            return;
        }
        if !self.instrument.is_option() {
            if !self.kept_on_leaving {
                findings.note(
                    &build.path.join("privateCompany").join("unitsOnLeaving"),
                    Problem::new(
                        "private.unitsLost",
                        format!(
                            "Leaving after {stay} months, before an exit, loses units that have vested by service."
                        ),
                        "If the letter says that they are kept until an exit, choose so.",
                    ),
                );
            }
            return;
        }
        let left = build.start.plus_months(stay);
        let last = self.window.last_day(left).min(self.granted.plus_months(TERM_YEARS * 12));
        let exit = build.start.plus_months(months);
        if self.pays_before() {
            findings.note(
                &self.path.join("exercise"),
                Problem::new(
                    "grant.keptOnLeaving",
                    format!("Shares exercised before leaving after {stay} months are kept, and count at a later exit."),
                    "Check that the company cannot buy vested shares back.",
                ),
            );
        } else if exit > last {
            findings.note(
                &self.path.join("windowMonths"),
                Problem::new(
                    "grant.lapse",
                    format!("Vested options lapse on {last}, before an exit after {months} months, so they pay nothing then."),
                    "Ask for a longer time to exercise after leaving, or choose to exercise as they vest, which costs the strike.",
                ),
            );
        } else {
            findings.note(
                &self.path.join("windowMonths"),
                Problem::new(
                    "grant.windowReaches",
                    format!(
                        "Vested options can be exercised until {last}, so an exit after {months} months still pays."
                    ),
                    "Check the time to exercise in the letter.",
                ),
            );
        }
    }
}

fn flow(event: &OptionEvent, month: u32, at_exit: bool) -> Flow {
    let zero = Decimal::ZERO;
    Flow {
        month,
        at_exit,
        // What is bought and sold at an exit is two events of the same shares, and what lapses is none of them.
        shares: if (if at_exit { event.cash_in } else { event.cash_out }).is_zero() { zero } else { event.shares },
        cash: event.cash_in - event.cash_out,
        wages: event.wages,
        // A short-term gain is taxed like pay but for payroll tax. A loss brings no relief here.
        ordinary: (event.ordinary_income - event.wages).max(zero) + event.short_term_gain.max(zero),
        gain: event.long_term_gain.max(zero),
        bargain: event.iso_bargain,
    }
}

/// Adds a flow to those of its month.
fn add(flows: &mut Vec<Flow>, more: Flow) {
    match flows.iter_mut().find(|flow| (flow.month, flow.at_exit) == (more.month, more.at_exit)) {
        None => flows.push(more),
        Some(flow) => {
            flow.shares += more.shares;
            flow.cash += more.cash;
            flow.wages += more.wages;
            flow.ordinary += more.ordinary;
            flow.gain += more.gain;
            flow.bargain += more.bargain;
        }
    }
}
