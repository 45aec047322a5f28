//! An employee stock purchase plan under section 423: what is bought at which discount, within the $25,000 limit, and
//! how a sale is taxed.
//!
//! Pay is set aside over a purchase period and buys shares on its last day, at a discount from the price of that day
//! or, with look-back, from the lower of that day and the first day of the offering. It computes no tax and draws no
//! prices.
//!
//! The limit of 26 USC 423(b)(8) has stood since 1964 without indexation, so it is a constant here.

use crate::options::{long_term, qualifies};
use counterweight_domain::CivilDate;
use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Value at the offering date that may accrue in each calendar year an offering is open, in dollars.
pub const YEARLY_LIMIT: Decimal = dec!(25_000);

/// The terms of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PurchasePlan {
    /// Discount, 0 to 0.15.
    pub discount: Decimal,
    /// Whether the price is that of the lower of the offering's first day and the purchase day.
    #[serde(default)]
    pub look_back: bool,
    /// Part of pay set aside, 0 to 1.
    pub contribution: Decimal,
    /// Most that the plan takes in one purchase period, in money; none for no such cap.
    #[serde(default)]
    pub period_cap: Option<Decimal>,
    /// Most that one purchase buys, by its value at the offering's first price; none for no such cap.
    #[serde(default)]
    pub period_value: Option<Decimal>,
    /// Value at the offering's first price that may accrue in each calendar year: the law's $25,000, in the money of the
    /// prices.
    #[serde(default = "yearly_limit")]
    pub yearly_limit: Decimal,
    /// Months an offering is open.
    pub offering_months: u32,
    /// Months from one purchase to the next; divides the offering.
    pub purchase_months: u32,
    /// Whether an offering ends, and a new one starts, after a purchase day below the offering's first price.
    #[serde(default)]
    pub resets: bool,
    /// Whether only whole shares are bought; the rest of the money goes back.
    #[serde(default)]
    pub whole_shares: bool,
}

fn yearly_limit() -> Decimal {
    YEARLY_LIMIT
}

/// Why a plan cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PurchasePlanError {
    /// A discount outside the law's.
    #[error("The discount of a stock purchase plan is 0 % to 15 %. Enter it as the plan says.")]
    Discount,
    /// A contribution outside 0 to 1.
    #[error("The contribution is 0 % to 100 % of pay.")]
    Contribution,
    /// Periods that do not fit, or an offering beyond 27 months.
    #[error("An offering is 1 to 27 months and a whole number of purchase periods. Check both.")]
    Periods,
    /// A price of zero or less, or pay below zero.
    #[error("A share price must be above zero, and pay zero or more.")]
    Price,
    /// Beyond what a decimal holds.
    #[error("The amounts of this plan are too large. Check pay and prices.")]
    TooLarge,
}

/// One purchase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Purchase {
    /// First day of the offering: the grant date.
    pub offered: CivilDate,
    /// The purchase day.
    pub date: CivilDate,
    /// Price of a share on the first day of the offering.
    pub offering_price: Decimal,
    /// Price of a share on the purchase day.
    pub purchase_price: Decimal,
    /// What one share cost.
    pub price: Decimal,
    /// How many were bought.
    pub shares: Decimal,
    /// What was set aside from pay in the period.
    pub contributed: Decimal,
    /// What went back.
    pub refunded: Decimal,
}

/// How the sale of purchased shares is taxed, in money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanSale {
    /// Whether the sale qualifies.
    pub qualifying: bool,
    /// Ordinary income; none of it is wages for payroll tax (26 USC 421(b), 3121(a)(22)).
    pub ordinary_income: Decimal,
    /// The rest of the gain, or a loss below zero.
    pub gain: Decimal,
    /// Whether that gain is long-term.
    pub long_term: bool,
}

impl PurchasePlan {
    fn check(&self) -> Result<(), PurchasePlanError> {
        if !(Decimal::ZERO..=dec!(0.15)).contains(&self.discount) {
            return Err(PurchasePlanError::Discount);
        }
        if !(Decimal::ZERO..=Decimal::ONE).contains(&self.contribution) {
            return Err(PurchasePlanError::Contribution);
        }
        let fits = self.purchase_months > 0 && self.offering_months.is_multiple_of(self.purchase_months);
        // 26 USC 423(b)(7): 27 months at most where the price may follow the market.
        if !fits || !(1..=27).contains(&self.offering_months) {
            return Err(PurchasePlanError::Periods);
        }
        Ok(())
    }

    /// What one share costs.
    pub fn price(&self, offering_price: Decimal, purchase_price: Decimal) -> Decimal {
        let from = if self.look_back { offering_price.min(purchase_price) } else { purchase_price };
        from * (Decimal::ONE - self.discount)
    }

    /// The least gain on a purchase sold at once, as a fraction of what was paid: d ÷ (1 − d).
    pub fn least_return(&self) -> Decimal {
        self.discount / (Decimal::ONE - self.discount)
    }

    /// [`Self::least_return`] as a yearly rate, compounded: money set aside evenly waits half a purchase period on
    /// average. A float, because it is a rate and not money.
    pub fn least_yearly_return(&self) -> f64 {
        use rust_decimal::prelude::ToPrimitive;
        let once = 1.0 + self.least_return().to_f64().unwrap_or(0.0);
        libm::pow(once, 24.0 / f64::from(self.purchase_months.max(1))) - 1.0
    }

    /// The purchases of `months` months from `start`, at this pay a month and the share prices of `price_on`. Offerings
    /// follow one another. A period that has not ended buys nothing.
    pub fn purchases(
        &self,
        start: CivilDate,
        months: u32,
        monthly_pay: impl Fn(CivilDate) -> Decimal,
        price_on: impl Fn(CivilDate) -> Decimal,
    ) -> Result<Vec<Purchase>, PurchasePlanError> {
        self.check()?;
        let mut purchases: Vec<Purchase> = Vec::new();
        let mut offered_at = 0;
        let mut at = 0;
        while at + self.purchase_months <= months {
            let offered = start.plus_months(offered_at);
            let date = start.plus_months(at + self.purchase_months);
            let (offering_price, purchase_price) = (price_on(offered), price_on(date));
            if offering_price <= Decimal::ZERO || purchase_price <= Decimal::ZERO {
                return Err(PurchasePlanError::Price);
            }
            let mut contributed = Decimal::ZERO;
            for month in at..at + self.purchase_months {
                let pay = monthly_pay(start.plus_months(month));
                if pay < Decimal::ZERO {
                    return Err(PurchasePlanError::Price);
                }
                let part = pay.checked_mul(self.contribution).ok_or(PurchasePlanError::TooLarge)?.round_dp(2);
                contributed = contributed.checked_add(part).ok_or(PurchasePlanError::TooLarge)?;
            }
            if let Some(cap) = self.period_cap {
                contributed = contributed.min(cap.max(Decimal::ZERO));
            }
            let price = self.price(offering_price, purchase_price);
            let room = room(&purchases, offered, date, self.yearly_limit);
            let room = self.period_value.map_or(room, |most| room.min(most));
            // A discount of 15 % at most leaves a price above zero.
            let mut shares = contributed
                .checked_div(price)
                .and_then(|affordable| Some(affordable.min(room.checked_div(offering_price)?)))
                .ok_or(PurchasePlanError::TooLarge)?;
            shares = if self.whole_shares { shares.floor() } else { shares.trunc_with_scale(6) };
            let paid = shares.checked_mul(price).ok_or(PurchasePlanError::TooLarge)?;
            purchases.push(Purchase {
                offered,
                date,
                offering_price,
                purchase_price,
                price,
                shares,
                contributed,
                refunded: contributed - paid,
            });
            at += self.purchase_months;
            let ended = at - offered_at >= self.offering_months;
            if ended || self.resets && purchase_price < offering_price {
                offered_at = at;
            }
        }
        Ok(purchases)
    }
}

/// Value at the offering date that may still be bought on `date` under the offering of `offered`: what is left of
/// the `limit` for each calendar year it has been open (26 USC 423(b)(8)(B)). Every purchase before used up the earliest of
/// its own offering's years first; what a year has left is not carried over to another offering that was not open in
/// it.
fn room(before: &[Purchase], offered: CivilDate, date: CivilDate, limit: Decimal) -> Decimal {
    let mut left: Vec<(i16, Decimal)> = Vec::new();
    let mut in_year = |year: i16| match left.iter().position(|(known, _)| *known == year) {
        Some(index) => index,
        None => {
            left.push((year, limit));
            left.len() - 1
        }
    };
    let open = |offered: CivilDate, date: CivilDate| offered.year()..=date.year();
    let mut uses: Vec<(usize, usize)> = Vec::new();
    for (purchase, bought) in before.iter().enumerate() {
        uses.extend(open(bought.offered, bought.date).map(|year| (purchase, in_year(year))));
    }
    let years: Vec<usize> = open(offered, date).map(&mut in_year).collect();
    let mut owed: Vec<Decimal> = before.iter().map(|bought| bought.shares * bought.offering_price).collect();
    for (purchase, year) in uses {
        let used = owed[purchase].min(left[year].1);
        owed[purchase] -= used;
        left[year].1 -= used;
    }
    years.into_iter().fold(Decimal::ZERO, |sum, year| sum.saturating_add(left[year].1))
}

impl Purchase {
    /// What the shares are worth on the purchase day beyond what was paid for them.
    pub fn bargain(&self) -> Decimal {
        self.shares * (self.purchase_price - self.price)
    }

    /// How the sale of all its shares is taxed. In a qualifying sale, more than two years after the offering began and
    /// one after the purchase, ordinary income is the lesser of the discount at the offering's first price and the
    /// gain, never below zero; otherwise it is the whole bargain at purchase, even where the sale loses.
    pub fn sell(&self, plan: &PurchasePlan, sold: CivilDate, price: Decimal) -> PlanSale {
        let qualifying = qualifies(self.offered, self.date, sold);
        let gained = price - self.price;
        let ordinary = if qualifying {
            (self.offering_price * plan.discount).min(gained).max(Decimal::ZERO)
        } else {
            self.purchase_price - self.price
        };
        PlanSale {
            qualifying,
            ordinary_income: self.shares * ordinary,
            gain: self.shares * (gained - ordinary),
            long_term: long_term(self.date, sold),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i16, month: i8, day: i8) -> CivilDate {
        CivilDate::new(year, month, day).unwrap()
    }

    fn plan() -> PurchasePlan {
        PurchasePlan {
            discount: dec!(0.15),
            look_back: true,
            contribution: dec!(0.10),
            period_cap: None,
            period_value: None,
            yearly_limit: YEARLY_LIMIT,
            offering_months: 6,
            purchase_months: 6,
            resets: false,
            whole_shares: false,
        }
    }

    /// A share bought at 25.50 in an offering that began at 30.
    fn share() -> Purchase {
        Purchase {
            offered: day(2025, 1, 1),
            date: day(2025, 6, 30),
            offering_price: dec!(30),
            purchase_price: dec!(40),
            price: dec!(25.50),
            shares: dec!(1),
            contributed: dec!(25.50),
            refunded: dec!(0),
        }
    }

    /// creativeedge.com, personal finance, "Employee Stock Purchase Plans": 30 at the start, bought at 25.50, sold at
    /// 40 after the holding period: 4.50 of income and 10 of long-term gain; sold early, with 40 at the end of the
    /// period, the income is 14.50.
    #[test]
    fn a_qualifying_sale_and_an_early_one() {
        assert_eq!(plan().price(dec!(30), dec!(40)), dec!(25.50));
        let qualifying = share().sell(&plan(), day(2027, 1, 2), dec!(40));
        let expected = PlanSale { qualifying: true, ordinary_income: dec!(4.50), gain: dec!(10.00), long_term: true };
        assert_eq!(qualifying, expected);
        let early = share().sell(&plan(), day(2025, 6, 30), dec!(40));
        assert_eq!((early.qualifying, early.ordinary_income, early.gain), (false, dec!(14.50), dec!(0)));
    }

    /// 26 USC 423(a), (c), by hand. On the second anniversary itself a sale is still within two years. Sold at 27 the
    /// gain of 1.50 is less than the discount; sold at 20 a qualifying sale has no income and a loss of 5.50, and an
    /// early one has the income of 14.50 all the same and a loss of 20.
    #[test]
    fn the_days_and_the_losses() {
        assert!(!share().sell(&plan(), day(2027, 1, 1), dec!(40)).qualifying);
        let little = share().sell(&plan(), day(2027, 1, 2), dec!(27));
        assert_eq!((little.ordinary_income, little.gain), (dec!(1.50), dec!(0)));
        let lost = share().sell(&plan(), day(2027, 1, 2), dec!(20));
        assert_eq!((lost.ordinary_income, lost.gain), (dec!(0), dec!(-5.50)));
        let early = share().sell(&plan(), day(2025, 7, 1), dec!(20));
        assert_eq!((early.ordinary_income, early.gain, early.long_term), (dec!(14.50), dec!(-20.00), false));
    }

    /// By hand: 15 ÷ 85 is 17.647 %, at least; over an average wait of three months that is 1.17647⁴ − 1 = 91.57 %.
    #[test]
    fn the_least_return() {
        assert_eq!(plan().least_return().round_dp(5), dec!(0.17647));
        assert!((plan().least_yearly_return() - 0.9157).abs() <= 0.00005, "{}", plan().least_yearly_return());
    }

    /// By hand: 10 % of 10,000 a month for six months is 6,000; the price rises from 50 to 60, so it is 42.50 with
    /// look-back and 51 without, and 6,000 buys 141.176470 shares, or 141 whole ones with 7.50 back.
    #[test]
    fn a_purchase() {
        let prices = |date: CivilDate| if date < day(2026, 7, 1) { dec!(50) } else { dec!(60) };
        let bought = |plan: &PurchasePlan| plan.purchases(day(2026, 1, 1), 6, |_| dec!(10000), prices).unwrap();
        let with = bought(&plan());
        assert_eq!(with.len(), 1);
        assert_eq!((with[0].price, with[0].shares, with[0].date), (dec!(42.50), dec!(141.176470), day(2026, 7, 1)));
        let whole = bought(&PurchasePlan { whole_shares: true, ..plan() });
        assert_eq!((whole[0].shares, whole[0].refunded), (dec!(141), dec!(7.50)));
        assert_eq!(bought(&PurchasePlan { look_back: false, ..plan() })[0].price, dec!(51));
        let capped = bought(&PurchasePlan { period_cap: Some(dec!(4250)), ..plan() });
        assert_eq!((capped[0].shares, capped[0].contributed), (dec!(100), dec!(4250)));
    }

    /// 26 USC 423(b)(8), by hand: at an offering price of 50, 25,000 is 500 shares a year, for each year an offering is
    /// open; an offering of 24 months that buys little in its first year carries the rest over.
    #[test]
    fn the_yearly_limit() {
        let plan = plan();
        // 17,000 a period buys 400 at 42.50.
        let pay = |_| dec!(170000) / dec!(6);
        let bought = plan.purchases(day(2026, 1, 1), 18, pay, |_| dec!(50)).unwrap();
        let shares: Vec<Decimal> = bought.iter().map(|p| p.shares.round()).collect();
        // July 2026: 400 of 500. In January 2027 the offering begun in 2026 takes the 100 left of 2026 and 300 of 2027,
        // so the offering begun in January 2027 has 200 left in July.
        assert_eq!(shares, [dec!(400), dec!(400), dec!(200)]);
        let long = PurchasePlan { offering_months: 24, purchase_months: 12, ..plan };
        let rising = |date: CivilDate| if date.year() < 2027 { dec!(4250) } else { dec!(50000) };
        let bought = long.purchases(day(2026, 1, 1), 24, rising, |_| dec!(50)).unwrap();
        // 5,100 buys 120 in January 2027; 60,000 would buy 1,411 in January 2028, where 1,500 − 120 may be bought.
        assert_eq!((bought[0].shares, bought[1].shares), (dec!(120), dec!(1380)));
        assert_eq!(bought[1].refunded, dec!(60000) - dec!(1380) * dec!(42.50));
    }

    /// By hand: after a purchase day below the first price a plan that resets starts a new offering at the lower price.
    #[test]
    fn a_reset_lowers_the_price_to_come() {
        let falls = |date: CivilDate| match date {
            d if d < day(2026, 7, 1) => dec!(100),
            d if d < day(2027, 1, 1) => dec!(50),
            _ => dec!(80),
        };
        let plan = PurchasePlan { offering_months: 24, resets: true, ..plan() };
        let bought = plan.purchases(day(2026, 1, 1), 12, |_| dec!(1000), falls).unwrap();
        assert_eq!((bought[0].price, bought[1].price), (dec!(42.50), dec!(42.50)));
        assert_eq!(bought[1].offered, day(2026, 7, 1));
        let fixed = PurchasePlan { resets: false, ..plan };
        assert_eq!(fixed.purchases(day(2026, 1, 1), 12, |_| dec!(1000), falls).unwrap()[1].price, dec!(68));
    }

    #[test]
    fn what_the_law_refuses_is_refused() {
        let buy = |plan: PurchasePlan| plan.purchases(day(2026, 1, 1), 12, |_| dec!(1), |_| dec!(1)).err();
        assert_eq!(buy(PurchasePlan { discount: dec!(0.2), ..plan() }), Some(PurchasePlanError::Discount));
        assert_eq!(buy(PurchasePlan { contribution: dec!(1.1), ..plan() }), Some(PurchasePlanError::Contribution));
        assert_eq!(buy(PurchasePlan { offering_months: 30, ..plan() }), Some(PurchasePlanError::Periods));
        assert_eq!(buy(PurchasePlan { purchase_months: 0, ..plan() }), Some(PurchasePlanError::Periods));
        let worthless = plan().purchases(day(2026, 1, 1), 12, |_| dec!(1), |_| dec!(0));
        assert_eq!(worthless, Err(PurchasePlanError::Price));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Every purchase gains at least d ÷ (1 − d) of what was paid, spends what was set aside and stays within the
        /// limit; and whatever the sale, income and gain together are what was gained.
        #[test]
        fn a_purchase_gains_and_stays_within_the_limit(
            discount in 0i64..=15, look_back in any::<bool>(), whole_shares in any::<bool>(), pay in 0i64..60_000,
            prices in prop::collection::vec(100i64..50_000, 6), sold in 0u32..60, sale in 1i64..90_000,
        ) {
            let plan = PurchasePlan { discount: Decimal::new(discount, 2), look_back, whole_shares, ..plan() };
            let start = day(2026, 1, 1);
            let price = |date: CivilDate| {
                Decimal::new(prices[(start.months_until(date) / 6).clamp(0, 5).unsigned_abs() as usize], 2)
            };
            let bought = plan.purchases(start, 24, |_| Decimal::from(pay), price).unwrap();
            for purchase in &bought {
                let paid = purchase.shares * purchase.price;
                prop_assert_eq!(paid + purchase.refunded, purchase.contributed);
                prop_assert!(purchase.refunded >= Decimal::ZERO);
                prop_assert!(purchase.bargain() >= paid * plan.least_return() - dec!(0.0000000001));
                let worth = Decimal::new(sale, 2);
                let taxed = purchase.sell(&plan, purchase.date.plus_months(sold), worth);
                prop_assert_eq!(taxed.ordinary_income + taxed.gain, purchase.shares * (worth - purchase.price));
                prop_assert!(taxed.ordinary_income >= Decimal::ZERO);
            }
            // Hall's condition: whatever span of years, the offerings open within it alone bought no more than it
            // allows.
            for first in 2026..2029 {
                for last in first..2029 {
                    let used: Decimal = bought.iter()
                        .filter(|p| p.offered.year() >= first && p.date.year() <= last)
                        .map(|p| p.shares * p.offering_price).sum();
                    prop_assert!(used <= Decimal::from(last - first + 1) * YEARLY_LIMIT);
                }
            }
        }
    }
}
