//! The prices of a case: what the person entered, the list they opened, and the list that comes with the app.

use counterweight_domain::{Case, Entry, Findings, OwnPrice, Path, Problem};
use counterweight_inference::catalogue;
use counterweight_inference::price::book::{Book, GivenPrice, GivenRates, GivenTier, PriceTable};
use counterweight_inference::price_file;
use rust_decimal::prelude::ToPrimitive;

/// Where prices of a case come from. What cannot be a price is left out, with a finding.
pub(crate) fn book(case: &Case, findings: &mut Findings) -> Book {
    let path = Path::root().join("workload");
    let mut book = Book { overrides: PriceTable::named("entered by you"), file: None };
    for (place, own) in case.workload.prices.iter().enumerate() {
        let path = path.join("prices").join(place);
        match given(own) {
            Ok(Some(price)) => book.overrides.set(price),
            Ok(None) => {}
            Err((field, reason)) => findings.error(
                &path.join(field),
                Problem::new(
                    "price.own",
                    format!(
                        "Your price of {} is not used: {reason}.",
                        if own.model.is_empty() { "no model" } else { &own.model }
                    ),
                    "Enter US dollars per million tokens, as the provider lists them.",
                ),
                "this price; the list's is used instead",
            ),
        }
    }
    // A file without a name and a text is a field that was never filled.
    let file = case.workload.price_file.as_ref();
    if let Some(file) = file.filter(|file| !file.text.trim().is_empty() || !file.name.trim().is_empty()) {
        match price_file::read(&file.name, &file.text) {
            Ok(table) => {
                if table.unknown_len() > 0 {
                    findings.warn(
                        &path.join("priceFile"),
                        Problem::new(
                            "priceFile.unknown",
                            format!(
                                "{} of the models in {} have no price that can be used; for these the list of the app is taken.",
                                table.unknown_len(),
                                file.name
                            ),
                            "Enter a price yourself where you need one.",
                        ),
                    );
                }
                book.file = Some(table);
            }
            Err(wrong) => {
                for finding in wrong.into_vec() {
                    findings.error(
                        &path.join("priceFile"),
                        Problem::new("priceFile.unreadable", finding.message, finding.fix),
                        "every price of the file; the list of the app is used instead",
                    );
                }
            }
        }
    }
    book
}

/// The price as a book holds it; nothing while the row is blank.
fn given(own: &OwnPrice) -> Result<Option<GivenPrice>, (&'static str, String)> {
    let blank = |entry: &Entry<counterweight_domain::Amount>| entry.is_blank();
    if own.model.trim().is_empty() && blank(&own.input) && blank(&own.output) {
        return Ok(None);
    }
    let name = own.model.trim();
    let (provider, model) = match catalogue::cloud_model(name) {
        Some(model) => (model.provider.as_str(), model.model.as_str()),
        None => name.split_once('/').ok_or(("model", "no model is named; write provider/model".to_owned()))?,
    };
    let rate = |entry: &Entry<counterweight_domain::Amount>| entry.value().and_then(|rate| rate.decimal().to_f64());
    let rates = GivenRates {
        input: rate(&own.input),
        cache_read: rate(&own.cache_read),
        cache_write: rate(&own.cache_write),
        cache_write_hour: None,
        output: rate(&own.output),
    };
    let field = if rates.input.is_none_or(|rate| rate <= 0.0) { "input" } else { "output" };
    let mut price =
        GivenPrice::of(provider, model, &[GivenTier { above_tokens: 0, rates }]).map_err(|reason| (field, reason))?;
    price.from = own.from.value().map(|day| day.jiff());
    Ok(Some(price))
}
