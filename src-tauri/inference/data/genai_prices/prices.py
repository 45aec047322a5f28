"""Writes `prices.json`, the list that prices are calculated from: the data of the Python package `genai-prices` in the
form that the crate of that name reads, which is published less often.

    python3 -m venv prices && prices/bin/pip install genai-prices==0.2.3
    prices/bin/python prices.py > prices.json

Prices are facts of the providers, gathered by Pydantic Services Inc. and others under the MIT licence, which
`prices.LICENSE` holds. Nothing is added; comments on prices are left out.
"""

import dataclasses
import datetime
import json
import sys
from decimal import Decimal

from genai_prices import data, types

NAMES = {"or_": "or", "and_": "and"}
LEFT_OUT = {"price_comments", "description", "pricing_urls"}


def plain(value):
    """The value as the crate's JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.time):
        return value.isoformat().replace("+00:00", "") + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, types.ModelPrice):
        return {key: plain(item) for key, item in vars(value).items() if item is not None and not key.startswith("_")}
    if dataclasses.is_dataclass(value):
        fields = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value) if not f.name.startswith("_"))
        return {NAMES.get(k, k): plain(v) for k, v in fields if v is not None and k not in LEFT_OUT}
    return value


def shortened(model):
    """Without what is at its default."""
    return {k: v for k, v in model.items() if not (k == "deprecated" and v is False) and not (k == "price_variants" and not v)}


def main():
    providers = [plain(provider) for provider in data.providers]
    for provider in providers:
        provider["models"] = [shortened(model) for model in provider["models"]]
    json.dump(providers, sys.stdout, indent=None, separators=(",", ":"), ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
