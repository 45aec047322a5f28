//! How sure an answer is, what it hangs on, one future opened, and the tax behind a figure.

use crate::App;
use crate::error::{Code, ErrorBody};
use crate::runs::Run;
use crate::wire::{
    FutureRequest, OutlookRequest, OutlookResponse, OutlookView, Sentence, TaxBill, TaxBillLine, TaxBillRequest,
};
use crate::words::{name, sentence};
use counterweight_domain::{Currency, Findings};
use counterweight_engine::comparison;
use counterweight_engine::outlook::{self, Difference, Future, Leaving, Swing};
use counterweight_engine::sensitivity::Assumption;
use counterweight_engine::settings::Settings;
use counterweight_engine::tax::withholding::Settled;
use counterweight_engine::taxation;
use counterweight_report::{chart, format};
use rust_decimal::Decimal;

/// How sure the answer is, and what it hangs on.
///
/// # Errors
/// When a newer question has taken its place. What cannot be computed is a finding of the comparison.
pub fn outlook(app: &App, request: OutlookRequest) -> Result<OutlookResponse, ErrorBody> {
    let (case, canvas) = (&request.case, request.canvas);
    let run = app.runs.begin(request.run.as_deref());
    let goes_on = || run.goes_on();
    let settings = Settings::of(case);
    let currency = settings.currency;
    let mut response = OutlookResponse { sentence: sentence(""), scene: None, dots: Vec::new(), swings: Vec::new() };
    match request.view {
        OutlookView::Fan => {
            let fans = outlook::fans_while(case, &goes_on).ok_or_else(Run::overtaken)?;
            response.sentence = fan_words(&fans, currency);
            response.scene = (!fans.is_empty()).then(|| chart::fan(&fans, currency, canvas));
            return Ok(response);
        }
        OutlookView::Leaving => {
            let leaving = outlook::leaving(case);
            response.sentence = leaving_words(&leaving, currency);
            response.scene = (!leaving.offers.is_empty()).then(|| chart::leaving(&leaving, currency, canvas));
            return Ok(response);
        }
        OutlookView::Dots | OutlookView::Swings | OutlookView::BreakEven => {}
    }
    let Some((a, b)) = comparison::pair(case, &comparison::ledgers(case, &settings).0) else {
        response.sentence = sentence("Enter two offers to see what their difference hangs on.");
        return Ok(response);
    };
    let names = [case.offers[a].name(), case.offers[b].name()];
    match request.view {
        OutlookView::Dots => {
            let difference = outlook::difference_while(case, a, b, &goes_on).ok_or_else(Run::overtaken)?;
            response.sentence = dots_words(&difference, names);
            response.scene = Some(chart::dots(&difference, names, currency, canvas));
            response.dots = difference.dots;
        }
        OutlookView::Swings => {
            let swings = outlook::swings(case, a, b);
            response.sentence = swings_words(&swings, names);
            response.scene = Some(chart::swings(&swings, names, currency, canvas));
            response.swings = swings;
        }
        OutlookView::BreakEven | OutlookView::Fan | OutlookView::Leaving => {
            let map = outlook::break_even(case, a, b, Assumption::StayMonths, Assumption::ShareGrowth);
            response.sentence = if map.line.is_empty() {
                sentence(&format!(
                    "No share growth and no time stayed within range makes **{}** and **{}** equal.",
                    name(names[0]),
                    name(names[1])
                ))
            } else {
                sentence(&format!("On the line **{}** and **{}** are worth the same.", name(names[0]), name(names[1])))
            };
            response.scene = Some(chart::break_even(&map, names, currency, canvas));
        }
    }
    Ok(response)
}

fn fan_words(fans: &[outlook::Fan], currency: Currency) -> Sentence {
    let parts: Vec<String> = fans
        .iter()
        .filter_map(|fan| {
            let last = fan.years.last()?;
            let (low, high) = (format::whole(last.p10, currency), format::whole(last.p90, currency));
            Some(format!("**{}** {low} to {high}", name(&fan.name)))
        })
        .collect();
    sentence(&format!("8 of 10 futures lie between: {}.", parts.join(", ")))
}

fn dots_words(difference: &Difference, names: [&str; 2]) -> Sentence {
    let ahead = difference.dots.iter().filter(|d| d.difference > Decimal::ZERO).count();
    sentence(&format!(
        "**{}** is worth more than {} in **{ahead} of {}** equally likely futures.",
        name(names[0]),
        name(names[1]),
        difference.dots.len()
    ))
}

fn leaving_words(leaving: &Leaving, currency: Currency) -> Sentence {
    let months = leaving.offers.iter().map(|o| o.months.len()).max().unwrap_or(0);
    let best = |month: usize| {
        leaving
            .offers
            .iter()
            .enumerate()
            .max_by_key(|(_, o)| o.months.get(month).copied().unwrap_or_default())
            .map(|b| b.0)
    };
    let last = months.checked_sub(1).and_then(best);
    let (Some(winner), true) = (last, leaving.offers.len() > 1) else {
        return sentence("What the offer has come to by each month of leaving.");
    };
    let first_ahead = (0..months).rev().take_while(|m| best(*m) == Some(winner)).last().unwrap_or(0) + 1;
    let mut text = if first_ahead <= 1 {
        format!("**{}** is ahead whenever you leave.", name(&leaving.offers[winner].name))
    } else {
        format!("**{}** is ahead for good from **month {first_ahead}** on.", name(&leaving.offers[winner].name))
    };
    for offer in &leaving.offers {
        if let Some(expected) = offer.expected {
            let amount = format::whole(expected, currency);
            text.push_str(&format!(" {}: {amount} at your chance of leaving.", name(&offer.name)));
        }
    }
    sentence(&text)
}

fn swings_words(swings: &[Swing], names: [&str; 2]) -> Sentence {
    let Some(first) = swings.first() else { return sentence("") };
    let flips = swings.iter().filter(|s| !s.flips.is_empty()).count();
    let end = if flips == 0 {
        "None of them alone makes the other one better.".to_owned()
    } else {
        format!("{flips} of {} can turn the answer.", swings.len())
    };
    sentence(&format!(
        "**{}** moves the difference between {} and {} most. {end}",
        first.label,
        name(names[0]),
        name(names[1])
    ))
}

/// Opens one sampled future.
///
/// # Errors
/// When the case has fewer futures.
pub fn future(_: &App, request: FutureRequest) -> Result<Future, ErrorBody> {
    outlook::future(&request.case, request.path).ok_or_else(|| ErrorBody {
        code: Code::NotFound,
        message: format!("There is no future number {}.", request.path),
        field: Some("path".to_owned()),
        hint: Some("Pick another dot.".to_owned()),
    })
}

/// What is withheld from pay beside the salary, and what is left of its tax.
fn settled_in_words(settled: &Settled, currency: Currency) -> String {
    let money = |amount| format::whole(amount, currency);
    let left = settled.left().round_dp(0);
    let after = if left > Decimal::ZERO {
        format!("keep {} for the return in April", money(left))
    } else if left < Decimal::ZERO {
        format!("{} come back with the return in April", money(-left))
    } else {
        "nothing is left for the return in April".to_owned()
    };
    format!(
        "Of {} of bonus, single payments and shares, {} of federal income tax are withheld at the flat rates (22 %, and 37 % above $1,000,000 in a year). They add {} to the year's tax: {after}.",
        money(settled.pay),
        money(settled.withheld),
        money(settled.owed),
    )
}

/// The tax of one year of work.
///
/// # Errors
/// When the case has no such offer.
pub fn tax_bill(_: &App, request: TaxBillRequest) -> Result<TaxBill, ErrorBody> {
    let case = &request.case;
    let place = case.offers.iter().position(|o| o.id == request.offer).ok_or_else(|| ErrorBody {
        code: Code::NotFound,
        message: "This offer is not in the case any more.".to_owned(),
        field: Some("offer".to_owned()),
        hint: Some("Pick another figure.".to_owned()),
    })?;
    let mut findings = Findings::default();
    let bill = taxation::bill(case, place, request.year, &mut findings);
    let key = &case.offers[place].place;
    let named = counterweight_engine::tax::place::places().iter().find(|p| p.key.eq_ignore_ascii_case(key.trim()));
    let currency = named.map_or(Settings::of(case).currency, |p| p.currency);
    let path = format!("offers/{place}/place");
    let reason = findings.as_slice().iter().find(|f| f.path.as_str() == path && !f.left_out.is_empty());
    Ok(match bill {
        Some(bill) => TaxBill {
            place: named.map(|p| p.name.clone()).unwrap_or_default(),
            currency,
            lines: bill
                .lines
                .iter()
                .map(|line| TaxBillLine {
                    label: line.label.clone(),
                    amount: line.amount.round_dp(2).to_string(),
                    source: line.source.clone(),
                })
                .collect(),
            total: bill.known_total.round_dp(2).to_string(),
            projected: bill.projected,
            notes: bill.notes,
            settled: bill.settled.map(|settled| settled_in_words(&settled, currency)).unwrap_or_default(),
            reason: String::new(),
        },
        None => TaxBill {
            place: String::new(),
            currency,
            lines: Vec::new(),
            total: "0".to_owned(),
            projected: Vec::new(),
            notes: Vec::new(),
            settled: String::new(),
            reason: reason.map_or_else(
                || "There is no tax to show for this year.".to_owned(),
                |f| format!("{} {}", f.message, f.fix),
            ),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::settled_in_words;
    use counterweight_domain::Currency;
    use counterweight_engine::tax::withholding::Settled;
    use rust_decimal::dec;

    #[test]
    fn what_is_left_of_the_tax_is_said() {
        let said = |owed| settled_in_words(&Settled { pay: dec!(150000), withheld: dec!(33000), owed }, Currency::USD);
        let short = said(dec!(46700));
        assert!(short.starts_with("Of $150,000 of bonus, single payments and shares, $33,000 of federal"), "{short}");
        assert!(
            short.ends_with("They add $46,700 to the year's tax: keep $13,700 for the return in April."),
            "{short}"
        );
        assert!(said(dec!(30000)).ends_with("$3,000 come back with the return in April."));
        assert!(said(dec!(33000)).ends_with("nothing is left for the return in April."));
    }
}
