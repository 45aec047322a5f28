//! An exercise plan as dated events: cash out and in, and what is taxed as what.
//!
//! Rules, United States: an NSO's spread is wages on the day of exercise. An ISO's spread is no income, but counts for
//! the alternative minimum tax (AMT) unless the shares are sold within the same calendar year. A qualifying sale is all
//! long-term gain. A disqualifying one is ordinary income, but not wages, on the spread at exercise or, if less, on the
//! gain (26 USC 421(b), 422(c)(2)). Shares bought before they vest are taxed as they vest, or with a section 83(b)
//! election within 30 days all at once; for an ISO the election moves only the AMT, and a disqualifying sale is
//! measured at the vesting day (26 CFR 1.422-1(b)(3)).

use super::{ISO_MONTHS_AFTER_LEAVING, OptionGrant, long_term, qualifies, qualifies_from};
use counterweight_domain::{CivilDate, money::grouped};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What the holder means to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ExercisePlan {
    /// Everything on one day, vested or not.
    Early {
        /// The day.
        on: CivilDate,
        /// Whether a section 83(b) election is filed within 30 days.
        election: bool,
        /// The day of sale, or the vesting day where that is later.
        #[serde(default)]
        sold: Option<CivilDate>,
    },
    /// Exercise, keep the shares, perhaps sell them later.
    Hold {
        /// When to exercise.
        when: ExerciseDay,
        /// The day of sale, or the day of exercise where that is later.
        #[serde(default)]
        sold: Option<CivilDate>,
    },
    /// Exercise and sell on the same day, so that no cash of one's own is needed.
    SameDaySale {
        /// When.
        when: ExerciseDay,
    },
}

/// When options are exercised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ExerciseDay {
    /// As each lot vests.
    Vest,
    /// On a day, such as that of an exit; what vests later, as it vests.
    On {
        /// The day.
        day: CivilDate,
    },
    /// On the last day of work; on the last day of the grant for who stays.
    Leaving,
}

/// What happens on one day to shares of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OptionEvent {
    /// The day.
    pub date: CivilDate,
    /// How many shares or options.
    pub shares: Decimal,
    /// Cash the holder pays, tax apart.
    pub cash_out: Decimal,
    /// Cash the holder receives, tax apart.
    pub cash_in: Decimal,
    /// Ordinary income.
    pub ordinary_income: Decimal,
    /// The part of the ordinary income that is wages for payroll tax and withholding.
    pub wages: Decimal,
    /// Adjustment of income for the AMT: the bargain of an ISO at exercise; negative in the year of a later sale, in
    /// which the gain counted for the AMT is smaller by it (Form 6251, dispositions).
    pub iso_bargain: Decimal,
    /// Long-term gain, or loss below zero.
    pub long_term_gain: Decimal,
    /// Short-term gain, or loss below zero.
    pub short_term_gain: Decimal,
    /// What happened, for people.
    pub how: String,
}

/// Why a plan cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ExerciseError {
    /// The grant does not allow it.
    #[error("This grant cannot be exercised before it vests. Choose another plan, or ask for early exercise.")]
    NoEarlyExercise,
    /// Beyond what a decimal holds.
    #[error("The amounts of this grant are too large. Check its shares and prices.")]
    TooLarge,
}

impl OptionEvent {
    fn new(date: CivilDate, shares: Decimal, how: String) -> Self {
        let zero = Decimal::ZERO;
        Self {
            date,
            shares,
            cash_out: zero,
            cash_in: zero,
            ordinary_income: zero,
            wages: zero,
            iso_bargain: zero,
            long_term_gain: zero,
            short_term_gain: zero,
            how,
        }
    }

    fn gain(mut self, gain: Decimal, long: bool) -> Self {
        if long {
            self.long_term_gain = gain;
        } else {
            self.short_term_gain = gain;
        }
        self
    }
}

fn times(shares: Decimal, price: Decimal) -> Result<Decimal, ExerciseError> {
    shares.checked_mul(price).ok_or(ExerciseError::TooLarge)
}

/// Shares bought on one day, on their way to a sale.
#[derive(Clone, Copy)]
struct Bought {
    incentive: bool,
    shares: Decimal,
    exercised: CivilDate,
    vests: CivilDate,
}

struct Run<'a, F> {
    grant: &'a OptionGrant,
    left: Option<CivilDate>,
    price: F,
    events: Vec<OptionEvent>,
}

/// The events of a grant under a plan, by day, for who leaves on `left`, if ever. `price` says what a share is worth on
/// a day. Options that cannot be exercised in time, or are not worth it, lapse in an event without amounts.
pub fn events(
    grant: &OptionGrant,
    plan: ExercisePlan,
    left: Option<CivilDate>,
    price: impl Fn(CivilDate) -> Decimal,
) -> Result<Vec<OptionEvent>, ExerciseError> {
    if matches!(plan, ExercisePlan::Early { .. }) && !grant.early_exercise {
        return Err(ExerciseError::NoEarlyExercise);
    }
    let mut run = Run { grant, left, price, events: Vec::new() };
    for lot in &grant.lots {
        for (incentive, shares) in [(true, lot.incentive), (false, lot.nonstatutory)] {
            if shares > Decimal::ZERO {
                run.lot(plan, incentive, shares, lot.vests)?;
            }
        }
    }
    run.events.sort_by_key(|event| event.date);
    Ok(run.events)
}

impl<F: Fn(CivilDate) -> Decimal> Run<'_, F> {
    fn lot(
        &mut self,
        plan: ExercisePlan,
        incentive: bool,
        shares: Decimal,
        vests: CivilDate,
    ) -> Result<(), ExerciseError> {
        let (when, sold, same_day) = match plan {
            ExercisePlan::Early { on, election, sold } => {
                let on = on.max(self.grant.granted);
                if on < vests && self.left.is_none_or(|left| on <= left) && on <= self.grant.expires {
                    return self.early(Bought { incentive, shares, exercised: on, vests }, election, sold);
                }
                // What has vested by then is an ordinary exercise.
                (ExerciseDay::On { day: on }, sold, false)
            }
            ExercisePlan::Hold { when, sold } => (when, sold, false),
            ExercisePlan::SameDaySale { when } => (when, None, true),
        };
        let exercised = match when {
            ExerciseDay::Vest => vests,
            ExerciseDay::On { day } => day.max(vests),
            ExerciseDay::Leaving => self.left.unwrap_or(self.grant.expires).min(self.grant.expires).max(vests),
        };
        let sold = if same_day { Some(exercised) } else { sold };
        self.vested(Bought { incentive, shares, exercised, vests }, sold, same_day)
    }

    fn lapse(&mut self, date: CivilDate, shares: Decimal, why: &str) {
        self.events.push(OptionEvent::new(date, shares, format!("{} options lapse: {why}.", grouped(shares))));
    }

    /// Options that have vested when they are exercised.
    fn vested(&mut self, mut bought: Bought, sold: Option<CivilDate>, must_profit: bool) -> Result<(), ExerciseError> {
        let Bought { incentive, shares, exercised, vests } = bought;
        if let Some(left) = self.left.filter(|left| vests > *left) {
            self.lapse(left, shares, "they had not vested on leaving");
            return Ok(());
        }
        let window = self.left.map_or(self.grant.expires, |left| self.grant.window.last_day(left));
        let last = window.min(self.grant.expires);
        if exercised > last {
            self.lapse(last, shares, "the last day to exercise passed");
            return Ok(());
        }
        let strike = self.grant.strike;
        let worth = (self.price)(exercised);
        if worth < strike || must_profit && worth == strike {
            self.lapse(exercised, shares, "a share is worth no more than the strike");
            return Ok(());
        }
        let too_late = |left: CivilDate| exercised > left.plus_months(ISO_MONTHS_AFTER_LEAVING);
        let became_nonstatutory = incentive && self.left.is_some_and(too_late);
        bought.incentive = incentive && !became_nonstatutory;
        let sold = sold.map(|sold| sold.max(exercised));
        let spread = times(shares, worth - strike)?;

        let kind = match (bought.incentive, became_nonstatutory) {
            (true, _) => "incentive options",
            (false, true) => "options, no longer incentive three months after leaving,",
            (false, false) => "nonstatutory options",
        };
        let how = format!(
            "{} {kind} exercised at {}, a share being worth {}.",
            grouped(shares),
            grouped(strike),
            grouped(worth)
        );
        let mut event = OptionEvent::new(exercised, shares, how);
        event.cash_out = times(shares, strike)?;
        if bought.incentive {
            event.iso_bargain = Self::bargain(spread, exercised, sold);
        } else {
            event.ordinary_income = spread;
            event.wages = spread;
        }
        let bargain = event.iso_bargain;
        self.events.push(event);
        match sold {
            Some(sold) if bought.incentive => self.sell_incentive(bought, sold, exercised, bargain),
            Some(sold) => self.sell(bought, sold, worth, exercised),
            None => Ok(()),
        }
    }

    /// What the AMT counts in a year: nothing when the shares are sold within it.
    fn bargain(spread: Decimal, counted: CivilDate, sold: Option<CivilDate>) -> Decimal {
        let same_year = sold.is_some_and(|sold| sold.year() == counted.year());
        if same_year { Decimal::ZERO } else { spread.max(Decimal::ZERO) }
    }

    /// Options exercised before they vest.
    fn early(&mut self, bought: Bought, election: bool, sold: Option<CivilDate>) -> Result<(), ExerciseError> {
        let Bought { incentive, shares, exercised, vests } = bought;
        let strike = self.grant.strike;
        let worth = (self.price)(exercised);
        let kind = if incentive { "incentive" } else { "nonstatutory" };
        let filed = if election { "with" } else { "without" };
        let mut event = OptionEvent::new(
            exercised,
            shares,
            format!(
                "{} {kind} options exercised before vesting at {}, a share being worth {}, {filed} an 83(b) election.",
                grouped(shares),
                grouped(strike),
                grouped(worth)
            ),
        );
        event.cash_out = times(shares, strike)?;
        let left_before = self.left.filter(|left| vests > *left);
        let sold = sold.map(|sold| sold.max(vests)).filter(|_| left_before.is_none());
        let spread = times(shares, (worth - strike).max(Decimal::ZERO))?;
        let mut bargain = Decimal::ZERO;
        if election && incentive {
            bargain = Self::bargain(spread, exercised, sold);
            event.iso_bargain = bargain;
        } else if election {
            event.ordinary_income = spread;
            event.wages = spread;
        }
        self.events.push(event);

        if let Some(left) = left_before {
            // The company may buy back what has not vested at the lower of cost and value.
            let back = strike.min((self.price)(left));
            let how = format!("{} unvested shares bought back on leaving at {}.", grouped(shares), grouped(back));
            let mut event =
                OptionEvent::new(left, shares, how).gain(times(shares, back - strike)?, long_term(exercised, left));
            event.cash_in = times(shares, back)?;
            event.iso_bargain = -bargain;
            self.events.push(event);
            return Ok(());
        }

        let at_vest = (self.price)(vests);
        let vested_spread = times(shares, (at_vest - strike).max(Decimal::ZERO))?;
        if !election {
            let how = format!("{} early-exercised shares vest, worth {} each.", grouped(shares), grouped(at_vest));
            let mut event = OptionEvent::new(vests, shares, how);
            if incentive {
                bargain = Self::bargain(vested_spread, vests, sold);
                event.iso_bargain = bargain;
            } else {
                event.ordinary_income = vested_spread;
                event.wages = vested_spread;
            }
            self.events.push(event);
        }
        let Some(sold) = sold else { return Ok(()) };
        if incentive {
            // Without the election or with it, a disqualifying sale is measured where the shares vested.
            self.sell_incentive(bought, sold, vests, bargain)
        } else if election {
            self.sell(bought, sold, worth.max(strike), exercised)
        } else {
            self.sell(bought, sold, at_vest.max(strike), vests)
        }
    }

    /// A sale of shares whose spread has been taxed: gain over `basis`, held since `since`.
    fn sell(&mut self, bought: Bought, sold: CivilDate, basis: Decimal, since: CivilDate) -> Result<(), ExerciseError> {
        let worth = (self.price)(sold);
        let how = format!("{} shares sold at {}, basis {}.", grouped(bought.shares), grouped(worth), grouped(basis));
        let mut event = OptionEvent::new(sold, bought.shares, how)
            .gain(times(bought.shares, worth - basis)?, long_term(since, sold));
        event.cash_in = times(bought.shares, worth)?;
        self.events.push(event);
        Ok(())
    }

    /// A sale of ISO shares. `measured` is the day whose value bounds the ordinary income of a disqualifying sale;
    /// `bargain` is what the AMT counted before.
    fn sell_incentive(
        &mut self,
        bought: Bought,
        sold: CivilDate,
        measured: CivilDate,
        bargain: Decimal,
    ) -> Result<(), ExerciseError> {
        let Bought { shares, exercised, .. } = bought;
        let (strike, worth) = (self.grant.strike, (self.price)(sold));
        let gain = times(shares, worth - strike)?;
        let mut event = if qualifies(self.grant.granted, exercised, sold) {
            let how = format!("{} shares sold at {}, a qualifying sale.", grouped(shares), grouped(worth));
            OptionEvent::new(sold, shares, how).gain(gain, true)
        } else {
            let bound = (self.price)(measured).min(worth);
            let ordinary = times(shares, (bound - strike).max(Decimal::ZERO))?;
            let how = format!(
                "{} shares sold at {}, disqualifying: a sale would qualify from {}.",
                grouped(shares),
                grouped(worth),
                qualifies_from(self.grant.granted, exercised)
            );
            let mut event = OptionEvent::new(sold, shares, how).gain(gain - ordinary, long_term(measured, sold));
            event.ordinary_income = ordinary;
            event
        };
        event.cash_in = times(shares, worth)?;
        event.iso_bargain = -bargain;
        self.events.push(event);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
