//! models.dev's list: providers, each with its models, dollars per million tokens, tiers under `cost`.

use super::{above, number, provider};
use crate::price::book::{GivenPrice, GivenRates, GivenTier, PriceTable};
use serde_json::{Map, Value};

fn rates(row: &Map<String, Value>) -> GivenRates {
    let field = |name: &str| row.get(name).and_then(number);
    GivenRates {
        input: field("input"),
        cache_read: field("cache_read"),
        cache_write: field("cache_write"),
        cache_write_hour: None,
        output: field("output"),
    }
}

/// The size of prompt above which a tier holds, when it is one of context.
fn size(tier: &Value) -> Option<u64> {
    let limit = tier.get("tier")?.as_object()?;
    (limit.get("type")?.as_str()? == "context").then(|| limit.get("size")?.as_u64())?
}

pub(super) fn read(rows: &Map<String, Value>, table: &mut PriceTable) {
    for (name, row) in rows {
        let seller = provider(row.get("id").and_then(Value::as_str).unwrap_or(name));
        let Some(models) = row.get("models").and_then(Value::as_object) else { continue };
        for (key, row) in models {
            let model = row.get("id").and_then(Value::as_str).unwrap_or(key);
            let Some(cost) = row.get("cost").and_then(Value::as_object) else {
                table.refuse(seller, model, "it has no price");
                continue;
            };
            let mut given = vec![GivenTier { above_tokens: 0, rates: rates(cost) }];
            if let Some(list) = cost.get("tiers").and_then(Value::as_array) {
                given.extend(list.iter().filter_map(|tier| {
                    Some(GivenTier { above_tokens: above(seller, size(tier)?), rates: rates(tier.as_object()?) })
                }));
            }
            if given.len() == 1
                && let Some(long) = cost.get("context_over_200k").and_then(Value::as_object)
            {
                given.push(GivenTier { above_tokens: above(seller, 200_000), rates: rates(long) });
            }
            match GivenPrice::of(seller, model, &given) {
                Ok(mut price) => {
                    price.context_tokens = row.pointer("/limit/context").and_then(Value::as_u64).filter(|n| *n > 0);
                    table.add(price);
                }
                Err(reason) => table.refuse(seller, model, &reason),
            }
        }
    }
}
