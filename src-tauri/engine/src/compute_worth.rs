//! What a token budget is worth in cash: after the tax of the offer's place, as the salary that would replace it, and
//! against what it costs the employer.

use crate::offer_value;
use crate::settings::Settings;
use crate::tax::fringe::{FringeTax, Treatment, fringe_at};
use crate::tax::gross_up::gross_up_at;
use counterweight_domain::assumptions::{MoneyBasis, TaxBasis};
use counterweight_domain::budget::{OnLeaving, TaxTreatment};
use counterweight_domain::{Case, Findings, Offer, Path, money};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

/// A budget in cash over the months counted, in the case's currency and the money of its day.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CashWorth {
    /// The place whose tax it is; empty when none can be taken.
    pub place: String,
    /// How the budget is taken to be taxed, in plain words.
    pub treatment: String,
    /// The country's rule and its reference; empty where none was taken.
    pub rule: String,
    /// What it adds to taxed pay.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub taxed: Option<Decimal>,
    /// The tax that the person pays on it.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub tax: Option<Decimal>,
    /// What counts as pay, less that tax: as good as so much cash in hand.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub cash_equivalent: Option<Decimal>,
    /// The gross salary that would leave as much in hand; none where the budget is worth less than nothing.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub gross_salary: Option<Decimal>,
    /// What it costs the employer, before its own payroll tax.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub employer_cost: Decimal,
    /// How that cost is counted, in plain words.
    pub employer_how: String,
    /// Cash in hand for each unit that the employer spends; none where it spends nothing or the tax is not known.
    pub ratio: Option<f64>,
    /// Why there is no figure after tax; empty when there is one.
    pub reason: String,
}

/// What a budget did in one year of work at plan, in the case's currency.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct YearOfBudget {
    pub granted: f64,
    /// Spent on work, on what would have been bought, and on other own use.
    pub work: f64,
    pub perk: f64,
    pub own: f64,
    /// Own use beyond what would have been bought, as counted.
    pub option_value: f64,
    pub out_of_pocket: f64,
    /// Work beyond the budget that the employer pays.
    pub employer_paid: f64,
    pub cashed: f64,
}

impl YearOfBudget {
    fn drawn(&self) -> f64 {
        self.work + self.perk + self.own
    }

    fn counted(&self) -> f64 {
        self.perk + self.option_value + self.cashed - self.out_of_pocket
    }

    /// What the employer spends: all of a stipend, and what is drawn of anything else; and the work beyond it that it
    /// approves.
    fn spent(&self, stipend: bool) -> f64 {
        let budget = if stipend { self.granted } else { self.drawn() + self.cashed };
        budget + self.employer_paid
    }
}

/// How a letter's words are taken, and in plain words.
fn treatment(tax: TaxTreatment) -> (Option<TaxTreatment>, &'static str) {
    match tax {
        TaxTreatment::NotSaid => (None, "The letter does not say how it is taxed. It is taken as a tool of work."),
        TaxTreatment::WorkingCondition => (Some(tax), "A tool of work: not pay where the country says so."),
        TaxTreatment::ImputedIncome => (Some(tax), "Own use is pay at list price; work is not."),
        TaxTreatment::TaxableStipend => (Some(tax), "All of it is taxed as wages, used or not."),
        TaxTreatment::GrossedUp => (Some(tax), "What is used is wages, and the employer pays the tax on it as well."),
    }
}

/// The budget of offer `index` in cash. The tax is what the budget adds to the tax of the same offer without it.
pub(crate) fn worth(case: &Case, settings: &Settings, index: usize, years: &[YearOfBudget]) -> Option<CashWorth> {
    let offer = case.offers.get(index)?;
    let budget = offer.token_budget.as_ref()?;
    let currency = settings.currency;
    let round = |figure: f64| money::from_sample(figure, currency).unwrap_or_default();
    let stipend = budget.tax == TaxTreatment::TaxableStipend;
    let spent: f64 = years.iter().map(|year| year.spent(stipend)).sum();
    let (_, words) = treatment(budget.tax);
    let mut worth = CashWorth {
        place: String::new(),
        treatment: words.to_owned(),
        rule: String::new(),
        taxed: None,
        tax: None,
        cash_equivalent: None,
        gross_salary: None,
        employer_cost: round(spent),
        employer_how: if stipend {
            "A stipend is paid whether it is used or not.".to_owned()
        } else {
            "Only what is drawn is paid: granted, less what expires unused.".to_owned()
        },
        ratio: None,
        reason: String::new(),
    };
    if years.iter().any(|year| year.employer_paid > 0.0) {
        worth.employer_how.push_str(" The work beyond the budget that it approves is added.");
    }
    match after_tax(case, settings, offer, index, years) {
        Ok(found) => {
            let cash: f64 = years.iter().map(YearOfBudget::counted).sum::<f64>() - found.tax;
            worth.place = found.place;
            worth.rule = found.rule;
            worth.taxed = Some(round(found.taxed));
            worth.tax = Some(round(found.tax));
            worth.cash_equivalent = Some(round(cash));
            worth.gross_salary = found.gross.map(round);
            worth.employer_cost = round(spent + found.paid_by_employer);
            if found.paid_by_employer > 0.0 {
                worth.employer_how.push_str(" The tax that it pays for the person is added.");
            }
            let cost = spent + found.paid_by_employer;
            worth.ratio = (cost > 0.0).then(|| cash / cost);
        }
        Err(reason) => worth.reason = reason,
    }
    Some(worth)
}

/// The tax of a budget over the years, in the case's currency.
#[derive(Default)]
struct AfterTax {
    place: String,
    rule: String,
    taxed: f64,
    tax: f64,
    paid_by_employer: f64,
    gross: Option<f64>,
}

fn after_tax(
    case: &Case,
    settings: &Settings,
    offer: &Offer,
    index: usize,
    years: &[YearOfBudget],
) -> Result<AfterTax, String> {
    let budget = offer.token_budget.as_ref().ok_or("The offer has no budget.")?;
    let settings =
        Settings { tax: TaxBasis::AfterTax, money: MoneyBasis::Nominal, place_adjusted: false, ..settings.clone() };
    let without = Offer { token_budget: None, ..offer.clone() };
    let mut findings = Findings::default();
    let ledger = offer_value::value(case, &without, index, &settings, &mut findings);
    let path = Path::root().join("offers").join(index).join("place");
    let said = |findings: Findings| {
        let first = findings.into_vec().into_iter().find(|finding| finding.path.is_within(&path));
        first.map_or_else(
            || "The tax of this offer is not known. Choose where you would work in the offer.".to_owned(),
            |finding| format!("{} {}", finding.message, finding.fix),
        )
    };
    if ledger.model.tax.is_empty() {
        return Err(said(findings));
    }
    let mut out = AfterTax { gross: Some(0.0), ..AfterTax::default() };
    let paid_out = budget.on_leaving == OnLeaving::PaidOut;
    for (year, tax) in years.iter().zip(&ledger.model.tax) {
        let Some(tax) = tax else { continue };
        let place = tax.residence.main();
        out.place = tax.residence.name();
        let local = |amount: f64| Decimal::try_from(amount * tax.per).unwrap_or_default().round_dp(2);
        let (value, how) = match budget.tax {
            TaxTreatment::NotSaid | TaxTreatment::WorkingCondition => (year.drawn(), Treatment::WorkingCondition),
            TaxTreatment::ImputedIncome => {
                let share = if year.drawn() > 0.0 { (year.perk + year.own) / year.drawn() } else { 0.0 };
                let personal_share = Decimal::try_from(share.clamp(0.0, 1.0)).unwrap_or_default();
                (year.drawn(), Treatment::ImputedIncome { personal_share })
            }
            TaxTreatment::TaxableStipend => (year.granted, Treatment::TaxableStipend),
            TaxTreatment::GrossedUp => (year.drawn(), Treatment::GrossedUp),
        };
        let mut of = |situation, value: f64, how| -> Result<FringeTax, String> {
            let found = fringe_at(place, situation, local(value.max(0.0)), how, &path, &mut findings);
            found.ok_or_else(|| said(std::mem::take(&mut findings)))
        };
        let found = of(&tax.situation, value, how)?;
        let mut parts = vec![found];
        // What is paid out in cash is wages, whatever the rest was; a stipend has been taxed already.
        if paid_out && year.cashed > 0.0 && budget.tax != TaxTreatment::TaxableStipend {
            let with = tax.situation.with_wages(tax.situation.wages + parts[0].taxed);
            parts.push(of(&with, year.cashed, Treatment::TaxableStipend)?);
        }
        let case_money = |amount: Decimal| amount.to_f64().unwrap_or(0.0) / tax.per;
        let mut on_person = 0.0;
        for part in &parts {
            out.taxed += case_money(part.taxed);
            on_person += case_money(part.employee_pays);
            out.paid_by_employer += case_money(part.tax - part.employee_pays);
            if let Some(rule) = part.rule {
                out.rule = format!("{} ({})", rule.says, rule.reference);
            } else if !part.modelled {
                out.rule =
                    format!("How {} taxes this is not modelled: it is counted as untaxed.", place.name().country);
            }
        }
        out.tax += on_person;
        let net = year.counted() - on_person;
        out.gross = match out.gross {
            Some(sum) if net >= 0.0 => {
                let gross = gross_up_at(place, &tax.situation, local(net), &path, &mut findings);
                Some(sum + case_money(gross.ok_or_else(|| said(std::mem::take(&mut findings)))?))
            }
            _ => None,
        };
    }
    Ok(out)
}
