//! The shares and options of a private company: worth something only at an exit, which may never come.

use super::grant::vests;
use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::private::cap_table::{CapTable, Participation, Preference, Round, ShareClass, Standing};
use crate::private::exits::{Exit, Holding, Prospects, diluted, prospects};
use crate::private::waterfall::Waterfall;
use crate::settings::{Settings, words};
use crate::simulation::model::{ExitPayment, Part};
use crate::vesting::{Tranche, vested_by};
use crate::worked::Worked;
use counterweight_domain::private_company::{Exit as Certain, Participation as Sharing, Stance};
use counterweight_domain::{Case, Entry, Findings, Grant, Offer, Path, PrivateCompany, Problem, money};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy, dec};
use serde::Serialize;
use ts_rs::TS;

/// The largest sale looked at when asking what would be needed.
const LARGEST_SALE: Decimal = dec!(100_000_000_000);

/// A grant that pays at an exit.
pub(super) struct Held {
    tranches: Vec<Tranche>,
    strike: Decimal,
}

/// What a grant of a private company holds. None, with a finding, when it cannot be read.
pub(super) fn held(grant: &Grant, place: usize, build: &Build, findings: &mut Findings) -> Option<Held> {
    let path = build.path.join("grants").join(place);
    let vests = vests(grant, &path, build, findings)?;
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
    let strike = if grant.instrument.is_option() { grant.strike.value()?.decimal() } else { Decimal::ZERO };
    Some(Held { tranches: vests.tranches, strike })
}

/// Who owns the company, from what is known of it. None, with a finding, when the count of its shares is unknown or its
/// preferred shares are more than all of them.
fn table(company: &PrivateCompany, path: &Path, findings: &mut Findings) -> Option<CapTable> {
    let Some(all) = company.fully_diluted.value().map(|n| n.decimal()).filter(|n| !n.is_zero()) else {
        if company.fully_diluted.problem().is_none() {
            findings.error(
                &path.join("fullyDiluted"),
                Problem::new(
                    "private.noCount",
                    "Shares of a private company have no value without the number of all shares.",
                    "Ask for the fully diluted count, and enter it.",
                ),
                "shares of this company",
            );
        }
        return None;
    };
    let highest = company.preferences.iter().filter_map(|p| p.rank.value()).map(|r| r.get()).max().unwrap_or(1).max(1);
    let mut classes = Vec::new();
    let mut preferred = Decimal::ZERO;
    for class in &company.preferences {
        if class.invested.is_blank() && class.shares.is_blank() {
            continue;
        }
        let invested = class.invested.value()?.decimal();
        let shares = class.shares.value().map(|s| s.decimal()).unwrap_or_default();
        let times = match class.multiple.value() {
            Some(times) => times.decimal(),
            None if class.multiple.is_blank() => Decimal::ONE,
            None => return None,
        };
        let rank = if class.rank.is_blank() { 1 } else { class.rank.value()?.get() };
        let participation = match class.participation {
            Sharing::None => Participation::None,
            Sharing::Full => Participation::Full,
            Sharing::Capped => Participation::Capped { total: invested * class.cap.value()?.decimal() },
        };
        preferred += shares;
        classes.push(ShareClass {
            name: class.label.clone(),
            shares,
            preference: Some(Preference {
                amount: invested * times,
                seniority: u32::try_from(highest - rank.min(highest)).unwrap_or(0),
                participation,
            }),
        });
    }
    if preferred >= all {
        findings.error(
            &path.join("fullyDiluted"),
            Problem::new(
                "private.count",
                "The preferred shares are as many as all shares together.",
                "Enter the count of all shares, preferred and common, options included.",
            ),
            "shares of this company",
        );
        return None;
    }
    classes.push(ShareClass { name: "Common".into(), shares: all - preferred, preference: None });
    Some(CapTable { classes, options: Vec::new() })
}

/// The rounds to come; no date is known for them, so all come before any exit.
fn rounds(company: &PrivateCompany) -> Vec<Round> {
    company.dilution.value().map_or_else(Vec::new, |parts| {
        parts
            .parts()
            .iter()
            .enumerate()
            .map(|(i, part)| Round {
                name: format!("Round {}", i + 1),
                months: 0,
                dilution: part / Decimal::ONE_HUNDRED,
                preference: Decimal::ZERO,
                standing: Standing::PariPassu,
                participation: Participation::None,
            })
            .collect()
    })
}

/// The exits, with those that cannot be read left out by their findings.
fn exits(company: &PrivateCompany, horizon: u32) -> Option<Vec<(usize, Exit)>> {
    company
        .exits
        .iter()
        .enumerate()
        .filter(|(_, e)| !(e.value.is_blank() && e.probability.is_blank()))
        .map(|(i, e)| {
            let months = if e.after_months.is_blank() { horizon } else { e.after_months.value()?.get() };
            Some((
                i,
                Exit { value: e.value.value()?.decimal(), probability: e.probability.value()?.fraction(), months },
            ))
        })
        .collect()
}

/// Adds what the exits pay, each at its chance.
pub(super) fn add(offer: &Offer, held: &[Held], build: &mut Build, findings: &mut Findings) {
    let (Some(company), false) = (&offer.private_company, held.is_empty()) else {
        if !held.is_empty() {
            findings.error(
                &build.path.join("privateCompany"),
                Problem::new(
                    "private.unknown",
                    "Nothing is known of this private company, so its shares are not counted.",
                    "Enter the count of all shares and the exits you think possible.",
                ),
                "shares of this company",
            );
        }
        return;
    };
    let path = build.path.join("privateCompany");
    let mut bad = Findings::default();
    company.check(&path, &mut bad);
    if !bad.as_slice().is_empty() {
        return;
    }
    let Some(table) = table(company, &path, findings) else { return };
    if company.stance == Stance::Refuse {
        return;
    }
    let (rounds, horizon) = (rounds(company), build.settings.horizon_years * 12);
    let Some(exits) = exits(company, horizon) else { return };
    let kept = Decimal::ONE - company.illiquidity.value().map(|d| d.fraction()).unwrap_or_default();
    let mut before = Decimal::ZERO;
    for (place, exit) in exits {
        let at = path.join("exits").join(place).join("value");
        let range = (before, before + exit.probability);
        before = range.1;
        for holding in held {
            let stay = build.settings.stay_months.min(exit.months);
            let shares = vested_by(&holding.tranches, build.start.plus_months(stay));
            let found =
                prospects(&table, &rounds, &Holding { shares, strike: holding.strike }, std::slice::from_ref(&exit));
            let outcome = match found {
                Ok(Prospects { mut outcomes, .. }) => outcomes.pop(),
                Err(error) => {
                    findings.error(
                        &path,
                        Problem::new("private.table", error.to_string(), "Check the shares, preferences and exits."),
                        "shares of this company",
                    );
                    return;
                }
            };
            let Some(outcome) = outcome else { continue };
            let how = format!(
                "{} % likely: {} vested at {} a share{}{}",
                (exit.probability * Decimal::ONE_HUNDRED).normalize(),
                shares.normalize(),
                words(outcome.per_share, build.currency),
                if holding.strike.is_zero() {
                    String::new()
                } else {
                    format!(" less {} strike", words(holding.strike, build.currency))
                },
                if kept == Decimal::ONE {
                    String::new()
                } else {
                    format!(", {} % kept for what cannot be sold before", (kept * Decimal::ONE_HUNDRED).normalize())
                }
            );
            let paid = build.modelled(
                outcome.payout,
                "waterfall: what the vested shares are paid at this exit",
                "proceeds by seniority, participation and conversion; docs/trace.md",
                &[],
                &["privateCompany", "grants"],
            );
            let illiquidity = Decimal::ONE - kept;
            let kept = Worked::ONE - &build.input("privateCompany/illiquidity", illiquidity);
            let chance = build.input_at(&path.join("exits").join(place).join("probability"), exit.probability);
            let expected = paid * &kept * &chance;
            if let Some(added) = build.line(exit.months, expected, Component::Equity, Tier::Speculative, &at, how) {
                let chance = exit.probability.to_f64().unwrap_or(1.0);
                let part = Part::of(added);
                build.model.exits.push(ExitPayment {
                    from: range.0.to_f64().unwrap_or(0.0),
                    up_to: range.1.to_f64().unwrap_or(0.0),
                    month: exit.months,
                    part: Part { value: part.value / chance, wages: part.wages / chance },
                });
            }
        }
    }
}

/// What an offer's private shares may come to.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrivateView {
    /// The chance that they are worth nothing, 0 to 1; what the exits leave open counts as nothing.
    pub probability_of_zero: f64,
    /// The sale above which a common share gets anything.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub common_above: Decimal,
    /// The exits, by rising payout.
    pub outcomes: Vec<PrivateOutcome>,
    /// The sale at which this offer would be worth as much as the other, when one is asked for and there is one.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub sale_needed: Option<Decimal>,
    /// What a common share would then get.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub price_needed: Option<Decimal>,
}

/// One exit of a private company, for the person.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrivateOutcome {
    /// What it is called.
    pub label: String,
    /// How likely, 0 to 1.
    pub probability: f64,
    /// What the person gets, in the case's currency.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub payout: Decimal,
}

/// The private shares of offer `index`, and what the company would have to be sold for, at the end of the time stayed,
/// for the offer to come to `best_other`, in the money and with the tax that the case asks for. None when it has none or
/// they cannot be read.
pub fn view(case: &Case, index: usize, best_other: Option<Decimal>) -> Option<PrivateView> {
    let settings = Settings::of(case);
    let offer = case.offers.get(index)?;
    let company = offer.private_company.as_ref()?;
    let mut findings = Findings::default();
    let parts = crate::offer_value::empty(case, offer, index, &settings, &mut findings)?;
    let held: Vec<Held> = offer
        .grants
        .iter()
        .enumerate()
        .filter(|(_, g)| g.instrument != counterweight_domain::grant::Instrument::Rsu)
        .filter_map(|(i, g)| held(g, i, &parts, &mut findings))
        .collect();
    let path = parts.path.join("privateCompany");
    let table = diluted(&table(company, &path, &mut findings)?, &rounds(company), settings.horizon_years * 12).ok()?;
    let waterfall = Waterfall::new(&table).ok()?;
    let end = parts.start.plus_months(settings.stay_months);
    let of_exit = |per_share: Decimal| -> Decimal {
        held.iter()
            .filter_map(|h| Holding { shares: vested_by(&h.tranches, end), strike: h.strike }.pays(per_share))
            .sum()
    };
    let mut outcomes = Vec::new();
    let mut open = Decimal::ONE;
    let mut nothing = Decimal::ZERO;
    for (place, exit) in exits(company, settings.horizon_years * 12)? {
        let payout = of_exit(waterfall.per_common_share(exit.value).ok()?);
        open -= exit.probability;
        if payout.is_zero() {
            nothing += exit.probability;
        }
        outcomes.push(PrivateOutcome {
            label: company.exits[place].label.clone(),
            probability: exit.probability.to_f64().unwrap_or(0.0),
            payout: money::round(payout * parts.rate, settings.currency),
        });
    }
    outcomes.sort_by_key(|outcome| outcome.payout);
    let shares: Decimal = held.iter().map(|h| vested_by(&h.tranches, end)).sum();
    let sale = Sale { case, offer, index, settings: &settings, waterfall: &waterfall };
    let at = best_other.filter(|_| shares > Decimal::ZERO).and_then(|target| sale.that_comes_to(target));
    let (sale_needed, price_needed) = at.map(|(sale, price)| (sale, price.round_dp(4))).unzip();
    Some(PrivateView {
        probability_of_zero: (open + nothing).max(Decimal::ZERO).to_f64().unwrap_or(1.0),
        common_above: waterfall.common_is_paid_above(),
        outcomes,
        sale_needed,
        price_needed,
    })
}

/// A sale of the company that is certain, instead of the exits thought possible.
struct Sale<'a> {
    case: &'a Case,
    offer: &'a Offer,
    index: usize,
    settings: &'a Settings,
    waterfall: &'a Waterfall,
}

impl Sale<'_> {
    /// What the offer comes to with a sale for `value` at the end of the time stayed.
    fn total(&self, value: Decimal) -> Decimal {
        let mut offer = self.offer.clone();
        if let Some(company) = &mut offer.private_company {
            company.stance = Stance::Expected;
            company.exits = vec![Certain {
                value: Entry::typed(value.to_string()),
                probability: Entry::typed("100"),
                after_months: Entry::typed(self.settings.stay_months.to_string()),
                ..Certain::default()
            }];
        }
        crate::offer_value::value(self.case, &offer, self.index, self.settings, &mut Findings::default()).total()
    }

    /// The least sale with which the offer comes to `target`, and what a common share then gets; none when the offer is
    /// not behind, or no sale up to [`LARGEST_SALE`] is enough.
    ///
    /// More paid for a share never lowers the total, so its root lies between two prices that are drawn together, by the
    /// line between them and by halves in turn.
    fn that_comes_to(&self, target: Decimal) -> Option<(Decimal, Decimal)> {
        const CLOSE: Decimal = dec!(0.01);
        const STEPS: u32 = 60;
        let most = self.waterfall.per_common_share(LARGEST_SALE).ok()?;
        let at = |price: Decimal| {
            let sale = self.waterfall.exit_for(price)?.min(LARGEST_SALE);
            Some((price, sale, self.total(sale.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero))))
        };
        let mut low = (Decimal::ZERO, self.total(Decimal::ZERO));
        if low.1 >= target {
            return None;
        }
        // A price that is high enough, from a cent upwards.
        let mut price = CLOSE.min(most);
        let mut high = loop {
            let tried = at(price)?;
            if tried.2 >= target {
                break tried;
            }
            if price >= most {
                return None;
            }
            low = (price, tried.2);
            price = (price * dec!(4)).min(most);
        };
        for step in 0..STEPS {
            if high.2 - target <= CLOSE || high.0 - low.0 <= dec!(0.000001) {
                break;
            }
            let share = if step % 3 == 2 { dec!(0.5) } else { (target - low.1).checked_div(high.2 - low.1)? };
            let middle = (low.0 + (high.0 - low.0) * share).round_dp(9).clamp(low.0, high.0);
            let tried = at(middle)?;
            if tried.2 >= target {
                high = tried;
            } else {
                low = (middle, tried.2);
            }
        }
        Some((high.1.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero), high.0))
    }
}

#[cfg(test)]
mod tests {
    use crate::comparison::compare;
    use counterweight_domain::assumptions::TaxBasis;
    use counterweight_domain::grant::{GrantSize, Instrument, Tranche};
    use counterweight_domain::private_company::{Preference, Stance};
    use counterweight_domain::{Case, CivilDate, Currency, Entry, Grant, Offer, PrivateCompany, Vesting};
    use rust_decimal::{Decimal, dec};

    /// A job of 100,000 and 100,000 of 1,000,000 shares of a private company, beside one of 150,000, for a year.
    fn case(tax: TaxBasis) -> Case {
        let mut case = Case::new("sale", Currency::USD, CivilDate::new(2026, 1, 1).expect("a date"));
        case.assumptions.horizon_years = Entry::typed("1");
        case.assumptions.tax = tax;
        let all = Tranche { after_months: Entry::typed("12"), percent: Entry::typed("100") };
        let grant = Grant {
            instrument: Instrument::PrivateRsu,
            size: GrantSize::Shares { count: Entry::typed("100000") },
            vesting: Vesting::Tranches { tranches: vec![all] },
            ..Grant::default()
        };
        let offer = |id: &str, base: &str| Offer {
            id: id.into(),
            company: id.into(),
            place: "US-TX".into(),
            base: Entry::typed(base),
            ..Offer::default()
        };
        case.offers = vec![
            Offer {
                grants: vec![grant],
                private_company: Some(PrivateCompany {
                    fully_diluted: Entry::typed("1000000"),
                    stance: Stance::Refuse,
                    ..PrivateCompany::default()
                }),
                ..offer("Acme", "100000")
            },
            offer("Globex", "150000"),
        ];
        case
    }

    fn sale_needed(case: &Case) -> Option<Decimal> {
        compare(case).offers[0].private.as_ref().expect("a private company").sale_needed
    }

    /// Shares that are pay at the sale are taxed as pay: whatever the tax, 50,000 of them make up for 50,000 of base, and
    /// 50,000 are a tenth of a company sold for 500,000.
    #[test]
    fn the_sale_that_is_needed_pays_the_tax_on_it() {
        for tax in [TaxBasis::BeforeTax, TaxBasis::AfterTax] {
            let needed = sale_needed(&case(tax)).expect("a sale is enough");
            assert!((needed - dec!(500000)).abs() <= dec!(1), "{tax:?}: {needed}");
        }
    }

    /// Holders of 2,000,000 preferred are paid first and do not convert below it: the common shares are then 900,000 and
    /// get what is above 2,000,000; 50,000 for 100,000 of them are 0.50 a share, 450,000 for all: 2,450,000.
    #[test]
    fn the_sale_that_is_needed_pays_who_comes_first() {
        let mut case = case(TaxBasis::AfterTax);
        let company = case.offers[0].private_company.as_mut().expect("set above");
        company.preferences = vec![Preference {
            invested: Entry::typed("2000000"),
            shares: Entry::typed("100000"),
            ..Preference::default()
        }];
        let needed = sale_needed(&case).expect("a sale is enough");
        assert!((needed - dec!(2450000)).abs() <= dec!(1), "{needed}");
    }

    #[test]
    fn an_offer_that_is_ahead_needs_no_sale() {
        let mut case = case(TaxBasis::AfterTax);
        case.offers[0].base = Entry::typed("160000");
        assert_eq!(sale_needed(&case), None);
    }
}
