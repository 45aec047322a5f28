//! The sign-on and other one-time payments, and what is paid back on leaving early.

use crate::ledger::{Component, Tier, year_of};
use crate::offer_value::Build;
use crate::settings::words;
use crate::worked::Worked;
use counterweight_domain::offer::{Clawback, SignOn};
use counterweight_domain::payment::{Payment, PaymentKind, Repayment};
use counterweight_domain::{Entry, Months, Offer, Path};
use rust_decimal::Decimal;

/// Adds the sign-on on the first day.
pub(crate) fn sign_on(offer: &Offer, build: &mut Build) {
    let Some(amount) = offer.sign_on.amount.value().map(|a| a.decimal()) else { return };
    let path = build.path.join("signOn");
    let how = format!("{} on the first day", words(amount, build.currency));
    let amount = build.input("signOn/amount", amount);
    build.fixed(0, amount.clone(), Component::SignOn, Tier::Guaranteed, &path.join("amount"), how);
    let Some(months) = clawback_months(offer.sign_on.clawback, &offer.sign_on.clawback_months) else { return };
    let SignOn { clawback, clawback_months, repayment, .. } = &offer.sign_on;
    let said = !clawback_months.is_blank();
    let terms = Terms { clawback: *clawback, paid: 0, months, said, repayment: *repayment };
    pay_back(&amount, &terms, Component::SignOn, &path.join("clawbackMonths"), build);
}

/// Adds later tranches, relocation and retention.
pub(crate) fn payments(offer: &Offer, build: &mut Build) {
    for (i, payment) in offer.payments.iter().enumerate() {
        let Some(amount) = payment.amount.value().map(|a| a.decimal()) else { continue };
        let Some(month) =
            (if payment.after_months.is_blank() { Some(0) } else { payment.after_months.value().map(|m| m.get()) })
        else {
            continue;
        };
        let path = build.path.join("payments").join(i);
        let component = if payment.kind == PaymentKind::SignOn { Component::SignOn } else { Component::OneTime };
        let when = if month == 0 { "on the first day".to_owned() } else { format!("after {month} months") };
        let how = format!("{}: {} {when}", payment.name(), words(amount, build.currency));
        if month > build.settings.horizon_years * 12 {
            continue;
        }
        let amount = build.input_at(&path.join("amount"), amount);
        build.fixed(month, amount.clone(), component, Tier::Guaranteed, &path.join("amount"), how);
        let Some(months) = clawback_months(payment.clawback, &payment.clawback_months) else { continue };
        let Payment { clawback, clawback_months, repayment, .. } = payment;
        let said = !clawback_months.is_blank();
        let terms = Terms { clawback: *clawback, paid: month, months, said, repayment: *repayment };
        pay_back(&amount, &terms, component, &path.join("clawbackMonths"), build);
    }
}

/// The months in which leaving means paying back: those of the letter, or the usual ones where it says how and not how
/// long. None where nothing is paid back.
fn clawback_months(clawback: Clawback, months: &Entry<Months>) -> Option<u32> {
    match months.value() {
        Some(months) => Some(months.get()),
        None if months.is_blank() && clawback.has_months() => Some(Clawback::USUAL_MONTHS),
        None => None,
    }
}

/// How a payment is paid back.
struct Terms {
    clawback: Clawback,
    /// Month of the payment.
    paid: u32,
    /// Months from then on in which leaving means paying back.
    months: u32,
    /// Whether the letter says how many.
    said: bool,
    repayment: Repayment,
}

/// Adds what is paid back when the person leaves while the clawback holds.
fn pay_back(amount: &Worked, terms: &Terms, component: Component, path: &Path, build: &mut Build) {
    let stay = build.settings.stay_months;
    let ends = terms.paid.saturating_add(terms.months);
    if !build.settings.leaves() || stay >= ends || stay < terms.paid {
        return;
    }
    let (part, mut how) = match terms.clawback {
        Clawback::None => return,
        Clawback::Cliff => (Worked::ONE, format!("all of it is paid back on leaving before month {ends}")),
        Clawback::NotSaid => {
            (Worked::ONE, format!("the letter does not say how much is paid back before month {ends}: all is counted"))
        }
        Clawback::ProRata => {
            let (paid, day, last) =
                (build.start.plus_months(terms.paid), build.start.plus_months(stay), build.start.plus_months(ends));
            let (left, all) = (day.days_until(last), paid.days_until(last));
            let part = build.counted(left, || format!("days from {day} to {last}"))
                / &build.counted(all.max(1), || format!("days from {paid} to {last}"));
            (part, format!("{left} of {all} days are left on leaving: that part is paid back"))
        }
        Clawback::ProRataMonths => {
            let left = ends - stay;
            let all = if terms.said {
                build.input_at(path, Decimal::from(terms.months.max(1)))
            } else {
                build.counted(terms.months, || "months that are usual".to_owned())
            };
            let part = build.counted(left, || format!("months from month {stay} to month {ends}")) / &all;
            (part, format!("{left} of {} months are left on leaving: that part is paid back", terms.months))
        }
    };
    if year_of(stay) == year_of(terms.paid) {
        how.push_str(", out of the wages of the year it was paid in");
    } else if terms.repayment == Repayment::Net {
        how.push_str(", less the tax that was withheld from it");
    }
    build.repaid(terms.paid, stay, amount * &part, component, path, how, terms.repayment == Repayment::Net);
}
