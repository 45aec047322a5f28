//! Prices from a file that a person saved: LiteLLM's `model_prices_and_context_window.json` or models.dev's `api.json`.
//!
//! The file is read as data and nothing in it is believed unseen: a price that is zero, missing, absurd or listed twice
//! makes its model unknown, with a finding. No network is used; the person says which file.

use crate::price::book::PriceTable;
use counterweight_domain::{Findings, Path, Problem};
use serde_json::{Map, Value};

mod litellm;
mod models_dev;

/// A file larger than this is not a price list: the largest known is below 3 MB.
const MOST_BYTES: usize = 64 << 20;

/// Which list a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// LiteLLM's list: dollars per token by model.
    LiteLlm,
    /// models.dev's list: dollars per million tokens by provider and model.
    ModelsDev,
}

/// Reads a price list in either form. The table holds the prices that can be used, and its findings say which cannot.
///
/// # Errors
/// Findings when the text is neither form or holds no usable price.
pub fn read(name: &str, text: &str) -> Result<PriceTable, Findings> {
    let refuse = |id: &'static str, message: String, fix: &str| {
        let mut findings = Findings::default();
        findings.error(&Path::root().join("priceFile"), Problem::new(id, message, fix), "every price of the file");
        Err(findings)
    };
    let forms = "Choose model_prices_and_context_window.json of LiteLLM or api.json of models.dev.";
    if text.len() > MOST_BYTES {
        return refuse("priceFile.large", format!("{name} is larger than any price list."), forms);
    }
    let value: Value = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => value,
        Err(error) => return refuse("priceFile.json", format!("{name} is not JSON: {error}."), forms),
    };
    let Some(rows) = value.as_object() else {
        return refuse("priceFile.form", format!("{name} is JSON, but not a price list in a known form."), forms);
    };
    let Some(form) = form(rows) else {
        return refuse("priceFile.form", format!("{name} is JSON, but not a price list in a known form."), forms);
    };
    let mut table = PriceTable::named(name);
    match form {
        Form::LiteLlm => litellm::read(rows, &mut table),
        Form::ModelsDev => models_dev::read(rows, &mut table),
    }
    if table.is_empty() {
        let mut findings = table.findings;
        findings.error(
            &Path::root().join("priceFile"),
            Problem::new("priceFile.empty", format!("{name} holds no price that can be used."), forms),
            "every price of the file",
        );
        return Err(findings);
    }
    Ok(table)
}

/// The rows of a price list that are about the models in `wanted`, given by provider and model, in the form of the list:
/// what a case keeps of a file that holds thousands.
///
/// # Errors
/// As [`read`], and when it lists none of the models.
pub fn kept(name: &str, text: &str, wanted: &[(&str, &str)]) -> Result<String, Findings> {
    // Reading it whole says what is wrong with it.
    read(name, text)?;
    let rows: Map<String, Value> = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let lists = |read: fn(&Map<String, Value>, &mut PriceTable), row: Map<String, Value>| {
        let mut table = PriceTable::default();
        read(&row, &mut table);
        wanted.iter().any(|(provider, model)| table.lists(provider, model))
    };
    let one = |name: &String, row: Value| Map::from_iter([(name.clone(), row)]);
    let mut kept = Map::new();
    let form = form(&rows);
    for (name, row) in &rows {
        match form {
            Some(Form::LiteLlm) if lists(litellm::read, one(name, row.clone())) => {
                kept.insert(name.clone(), row.clone());
            }
            Some(Form::ModelsDev) => {
                let Some(models) = row.get("models").and_then(Value::as_object) else { continue };
                let with = |models: Map<String, Value>| {
                    let mut row = row.as_object().cloned().unwrap_or_default();
                    row.insert("models".to_owned(), Value::Object(models));
                    Value::Object(row)
                };
                let few: Map<String, Value> = models
                    .iter()
                    .filter(|(model, cost)| lists(models_dev::read, one(name, with(one(model, (*cost).clone())))))
                    .map(|(model, cost)| (model.clone(), cost.clone()))
                    .collect();
                if !few.is_empty() {
                    kept.insert(name.clone(), with(few));
                }
            }
            Some(Form::LiteLlm) | None => {}
        }
    }
    if kept.is_empty() {
        let mut findings = Findings::default();
        findings.error(
            &Path::root().join("priceFile"),
            Problem::new(
                "priceFile.others",
                format!("{name} has none of the models that one can pick here."),
                "Choose a newer list, or enter a price yourself.",
            ),
            "every price of the file",
        );
        return Err(findings);
    }
    Ok(Value::Object(kept).to_string())
}

/// Which form an object has, by what most of its rows hold.
pub fn form(rows: &Map<String, Value>) -> Option<Form> {
    let holding = |field: &str| rows.values().filter(|row| row.get(field).is_some()).count();
    let (models, providers) = (holding("models"), holding("litellm_provider") + holding("input_cost_per_token"));
    match (models, providers) {
        (0, 0) => None,
        (models, others) if models >= others => Some(Form::ModelsDev),
        _ => Some(Form::LiteLlm),
    }
}

/// The embedded catalogue's name of a provider that a file names in its own way.
fn provider(name: &str) -> &str {
    match name {
        "xai" => "x-ai",
        "gemini" => "google",
        "moonshot" => "moonshotai",
        "z-ai" => "zai",
        "together_ai" | "togetherai" => "together",
        "fireworks_ai" | "fireworks-ai" => "fireworks",
        "bedrock" | "amazon-bedrock" => "aws",
        _ => name,
    }
}

/// The threshold as the embedded catalogue means it, where a tier holds *above* a size: xAI's tiers hold from the size on.
fn above(provider: &str, size: u64) -> u64 {
    if provider == "x-ai" { size.saturating_sub(1) } else { size }
}

/// A number that a file writes as a number or, as some do, as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests;
