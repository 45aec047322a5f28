//! The sign-on and other one-time payments, and what is paid back on leaving early.

use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::worked::Worked;
use counterweight_domain::offer::Clawback;
use counterweight_domain::payment::{PaymentKind, Repayment};
use counterweight_domain::{Offer, Path};
use rust_decimal::Decimal;

/// Adds the sign-on on the first day.
pub(crate) fn sign_on(offer: &Offer, build: &mut Build) {
    let Some(amount) = offer.sign_on.amount.value().map(|a| a.decimal()) else { return };
    let path = build.path.join("signOn");
    let how = format!("{} on the first day", words(amount, build.currency));
    let amount = build.input("signOn/amount", amount);
    build.fixed(0, amount.clone(), Component::SignOn, Tier::Guaranteed, &path.join("amount"), how);
    let Some(months) = offer.sign_on.clawback_months.value().map(|m| m.get()) else { return };
    let terms = Terms { clawback: offer.sign_on.clawback, paid: 0, months, repayment: offer.sign_on.repayment };
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
        let Some(months) = payment.clawback_months.value().map(|m| m.get()) else { continue };
        let terms = Terms { clawback: payment.clawback, paid: month, months, repayment: payment.repayment };
        pay_back(&amount, &terms, component, &path.join("clawbackMonths"), build);
    }
}

/// How a payment is paid back.
struct Terms {
    clawback: Clawback,
    /// Month of the payment.
    paid: u32,
    /// Months from then on in which leaving means paying back.
    months: u32,
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
            let part = build.counted(left, || format!("months from month {stay} to month {ends}"))
                / &build.input_at(path, Decimal::from(terms.months.max(1)));
            (part, format!("{left} of {} months are left on leaving: that part is paid back", terms.months))
        }
    };
    // A net repayment gives back what arrived, so that the tax on it is given back too: for tax the payment shrinks.
    if terms.repayment == Repayment::Net {
        how.push_str(", less the tax that was withheld from it");
    }
    build.repaid(stay, amount * &part, component, path, how, terms.repayment == Repayment::Net);
}
