#!/usr/bin/env python3
"""Recomputes every figure of traces from their leaves, with the standard library alone.

    python3 tests/trace/recompute.py trace.json ...

Every node is computed from the recomputed nodes it is made of; only leaves and stated models are taken as written. The
operations are those of docs/trace.md. Exit code 1, with the node and both figures, when one differs.
"""

import json
import sys
from decimal import ROUND_HALF_EVEN, Decimal, getcontext

getcontext().prec = 50
# An unrounded figure has at most 28 digits where the trace was written.
NEAR = Decimal("1e-12")


def rounded(value, digits):
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


def portion(whole, before, through, total, digits):
    """The part of `whole` between two marks of its measure, each cumulative sum rounded."""
    if total == 0:
        return Decimal(0)

    def up_to(mark):
        return whole if mark == total else rounded(whole * mark / total, digits)

    first = Decimal(0) if before == 0 else up_to(before)
    return up_to(through) - first


def computed(node, parts):
    op, digits = node["op"], node.get("digits")
    if op in ("leaf", "model"):
        return Decimal(node["value"])
    if op == "sum":
        return sum(parts, Decimal(0))
    if op == "difference":
        return parts[0] - parts[1]
    if op == "product":
        return parts[0] * parts[1]
    if op == "quotient":
        return parts[0] / parts[1]
    if op == "min":
        return min(parts)
    if op == "max":
        return max(parts)
    if op == "power":
        return parts[0] ** parts[1]
    if op == "round":
        return rounded(parts[0], digits)
    if op == "portion":
        return portion(*parts, digits)
    raise SystemExit(f"node {node['id']}: the operation {op} is not known")


def check(path):
    with open(path, encoding="utf-8") as file:
        trace = json.load(file)
    if trace["schema"] != "counterweight-trace/1":
        raise SystemExit(f"{path}: not a trace this script knows")
    values, wrong = [], 0
    for node in trace["nodes"]:
        if any(part >= node["id"] for part in node["of"]):
            raise SystemExit(f"{path}: node {node['id']} is made of a later one")
        value = computed(node, [values[part] for part in node["of"]])
        values.append(value)
        stated = Decimal(node["value"])
        if abs(value - stated) > NEAR * max(Decimal(1), abs(stated)):
            wrong += 1
            print(f"{path}: node {node['id']} ({node['op']}) is {value}, stated {stated}", file=sys.stderr)
    cents = Decimal(1).scaleb(-trace["decimals"])
    for figure in trace["figures"]:
        value = values[figure["node"]]
        if rounded(value, trace["decimals"]) != Decimal(figure["value"]).quantize(cents):
            wrong += 1
            print(f"{path}: {figure['label']} is {value}, stated {figure['value']}", file=sys.stderr)
    return len(trace["figures"]), len(values), wrong


def main(paths):
    figures, nodes, wrong = (sum(column) for column in zip(*map(check, paths)))
    print(f"{figures} figures of {len(paths)} traces recomputed over {nodes} nodes, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
