//! Cases, offers and parts of pay as they come.

use counterweight_domain::budget::{BudgetPeriod, Overage, Ownership, PersonalUse, Rollover};
use counterweight_domain::case::ExchangeRate;
use counterweight_domain::grant::{Cadence, GrantSize, Refreshers};
use counterweight_domain::offer::{Benefit, BenefitKind, Clawback, Match, SignOn};
use counterweight_domain::{
    Assumptions, Bonus, Case, CivilDate, Commission, Currency, Entry, Grant, HardwareStipend, Offer, Payment,
    TokenBudget, Vesting, Workload,
};
use counterweight_engine::tax::places;
use proptest::prelude::*;

pub fn any_vesting() -> impl Strategy<Value = Vesting> {
    let split = prop::sample::select(vec!["25/25/25/25", "40/30/20/10", "100", "33.34/33.33/33.33", "5/15/40/40"]);
    let every = prop::sample::select(vec![Cadence::Month, Cadence::Quarter, Cadence::HalfYear, Cadence::Year]);
    (split, every, 0u32..13).prop_map(|(split, every, cliff)| Vesting::Yearly {
        split: Entry::typed(split),
        every,
        cliff_months: Entry::typed(cliff.to_string()),
    })
}

pub fn any_grant() -> impl Strategy<Value = Grant> {
    (0u32..2_000_000, any_vesting(), prop::option::of(1u32..900)).prop_map(|(amount, vesting, price)| Grant {
        size: match price {
            Some(_) => GrantSize::Shares { count: Entry::typed((amount / 100).to_string()) },
            None => GrantSize::Value { amount: Entry::typed(amount.to_string()) },
        },
        share_price: price.map_or_else(Entry::default, |p| Entry::typed(p.to_string())),
        vesting,
        ..Grant::default()
    })
}

fn any_budget() -> impl Strategy<Value = TokenBudget> {
    let rollover = prop::sample::select(vec![Rollover::NotSaid, Rollover::None, Rollover::Full, Rollover::Capped]);
    let period =
        prop::sample::select(vec![BudgetPeriod::Month, BudgetPeriod::Quarter, BudgetPeriod::Year, BudgetPeriod::Once]);
    let personal = prop::sample::select(vec![PersonalUse::NotSaid, PersonalUse::Allowed, PersonalUse::Share]);
    let overage =
        prop::sample::select(vec![Overage::NotSaid, Overage::HardStop, Overage::SelfPaid, Overage::EmployerPays]);
    (0u32..300_000, rollover, period, personal, overage, prop::option::of(1u32..32)).prop_map(
        |(amount, rollover, period, personal_use, overage, reset)| TokenBudget {
            amount: Entry::typed(amount.to_string()),
            period,
            rollover,
            rollover_cap: Entry::typed("500"),
            personal_use,
            personal_share: Entry::typed("20"),
            overage,
            reset_day: reset.map_or_else(Entry::default, |day| Entry::typed(day.to_string())),
            ..TokenBudget::default()
        },
    )
}

pub fn any_offer(name: &'static str) -> impl Strategy<Value = Offer> {
    let clawback = prop::sample::select(vec![Clawback::NotSaid, Clawback::None, Clawback::ProRata, Clawback::Cliff]);
    (
        (0u32..900_000, 0u32..10, 0u32..60, 0u32..150),
        (0u32..200_000, clawback, 0u32..30),
        prop::collection::vec(any_grant(), 0..3),
        prop::option::of(any_budget()),
        prop::option::of(0u32..40_000),
    )
        .prop_map(move |((base, raise, target, payout), (sign_on, clawback, months), grants, budget, box_)| {
            Offer {
                id: name.to_owned(),
                company: name.to_owned(),
                base: Entry::typed(base.to_string()),
                raise: Entry::typed(raise.to_string()),
                bonus: Bonus {
                    target: Entry::typed(target.to_string()),
                    payout: Entry::typed(payout.to_string()),
                    ..Bonus::default()
                },
                sign_on: SignOn {
                    amount: Entry::typed(sign_on.to_string()),
                    clawback,
                    clawback_months: Entry::typed(months.to_string()),
                    ..SignOn::default()
                },
                grants,
                retirement_match: Match {
                    rate: Entry::typed("50"),
                    up_to: Entry::typed("6"),
                    cap: Entry::typed("9000"),
                    ..Match::default()
                },
                token_budget: budget,
                hardware: box_.map(|amount| HardwareStipend {
                    amount: Entry::typed(amount.to_string()),
                    ownership: Ownership::Mine,
                    ..HardwareStipend::default()
                }),
                ..Offer::default()
            }
        })
}

/// Parts of pay beside the common ones: commission, one-time payments, refreshers and benefits.
pub type More = (Option<Commission>, Vec<Payment>, Option<Refreshers>, Vec<Benefit>);

pub fn any_more() -> impl Strategy<Value = More> {
    (0u32..200_000, 0u32..24, 0u32..150_000, 0u32..30).prop_map(|(variable, month, refresher, days)| {
        (
            Some(Commission { on_target: Entry::typed(variable.to_string()), ..Commission::default() }),
            vec![Payment {
                amount: Entry::typed((variable / 3).to_string()),
                after_months: Entry::typed(month.to_string()),
                clawback: Clawback::ProRataMonths,
                clawback_months: Entry::typed("18"),
                ..Payment::default()
            }],
            Some(Refreshers { amount: Entry::typed(refresher.to_string()), ..Refreshers::default() }),
            vec![Benefit {
                kind: BenefitKind::PaidLeave,
                quantity: Entry::typed(days.to_string()),
                ..Benefit::default()
            }],
        )
    })
}

pub fn any_case() -> impl Strategy<Value = Case> {
    let offers = (any_offer("Acme"), any_offer("Globex"), any_offer("Initech"));
    (offers, 1u32..6, prop::option::of(1u32..60), 0u32..60, 0u32..100).prop_map(
        |((a, b, c), years, stay, growth, own)| Case {
            assumptions: Assumptions {
                horizon_years: Entry::typed(years.to_string()),
                stay_months: stay.map_or_else(Entry::default, |m| Entry::typed(m.to_string())),
                share_growth: Entry::typed(growth.to_string()),
                paths: Entry::typed("100"),
                ..Assumptions::default()
            },
            workload: Workload {
                personal_share: Entry::typed(own.to_string()),
                would_buy_per_month: Entry::typed("120"),
                ..Workload::default()
            },
            offers: vec![a, b, c],
            ..Case::new("law", Currency::USD, CivilDate::new(2027, 1, 31).expect("a date"))
        },
    )
}

/// Any place of tax, by key.
pub fn any_place() -> impl Strategy<Value = &'static str> {
    prop::sample::select(places().iter().map(|place| place.key.as_str()).collect::<Vec<_>>())
}

/// A rate for every currency in which a place takes its tax.
pub fn rates() -> Vec<ExchangeRate> {
    let as_of = CivilDate::new(2027, 1, 4).expect("a date");
    let rate = |(currency, rate)| ExchangeRate {
        currency: Entry::typed(currency),
        rate: Entry::typed(rate),
        as_of: Entry::of(as_of),
    };
    [("GBP", "1.25"), ("CAD", "0.7"), ("EUR", "1.1"), ("INR", "0.0113")].map(rate).into()
}
