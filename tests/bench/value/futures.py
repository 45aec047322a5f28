"""The futures of `engine::simulation`, vectorised with numpy: the same values from the same normals, and their time.

`futures.py FOLDER RUNS` reads `run.json` (the model), `normals.f64` (the draws: a row a normal, with one of every path) and
`values.f64` (our values: a row a path, then offer, then year), fails when a value differs by more than 1e-9 of itself, and
prints as JSON the largest difference and the seconds of each run: on those draws, and with draws of its own. Each
operation works on contiguous rows that fit the cache, which is numpy at its best. One thread: nothing here calls a linear
algebra library.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

PAYOUTS = 10
TOLERANCE = 1e-9


def paths_of(run, normals):
    """Market, walks, payouts and use of every path, arrays of shape (months or years, paths)."""
    months, place = run["months"], 0

    def take(count):
        nonlocal place
        place += count
        return normals[place - count : place]

    market_weight, own_weight = run["weights"]
    market = market_weight * take(months) if run["market"] else None
    walks, payouts = [], []
    for company in run["companies"]:
        if not (company["price"] or company["payout"]):
            walks.append(None)
            payouts.append(None)
            continue
        z, spread = take(PAYOUTS), run["payout_spread"]
        payouts.append(np.exp(spread * z - 0.5 * spread * spread) if company["payout"] else None)
        walks.append(np.cumsum(market + own_weight * take(months), axis=0) if company["price"] else None)
    use = None
    if run["use_spread"] > 0:
        spread, share = run["use_spread"], run["level_share"]
        level = np.sqrt(share) * take(1)
        use = np.exp(spread * (level + np.sqrt(1 - share) * take(months)) - 0.5 * spread * spread)
    return walks, payouts, use


def tokens(budget, use, add):
    """A token budget, month by month over all paths at once; `add(month, amounts)` takes what a month counts."""
    paths = use.shape[1]
    free, room = np.zeros(paths), np.zeros(paths)
    steps = budget["steps"]
    turned = False
    for i, (month, share, resets, grant) in enumerate(steps):
        if i == 0 or steps[i - 1][0] != month:
            counted = np.zeros(paths)
        if resets and not turned and not budget["carries"]:
            free[:], room[:] = 0, 0
        turned = False
        if grant > 0:
            free += grant
            room += grant * budget["personal_cap"]
        cost = budget["cost"][month - 1] * use[month - 1] * share
        work, own = cost * (1 - budget["personal_share"]), cost * budget["personal_share"]
        on_work = np.minimum(work, free)
        on_own = np.maximum(np.minimum(np.minimum(own, free - on_work), room), 0)
        room -= on_own
        perk = np.minimum(on_own, budget["would_buy"] * share)
        free = np.maximum(free - (on_work + on_own), 0)
        counted += perk + (on_own - perk) * budget["option_value"]
        if budget["self_paid"]:
            counted -= work - on_work
        if i + 1 == len(steps) or steps[i + 1][0] != month:
            if i + 1 < len(steps) and steps[i + 1][2]:
                if not budget["carries"]:
                    free[:], room[:] = 0, 0
                turned = True
            weights = budget["weights"]
            add(month, counted * (weights[month - 1] if weights else 1))


def value(run, normals):
    """Cumulative value, shape (paths, offers, years)."""
    walks, payouts, use = paths_of(run, normals)
    paths, years = normals.shape[1], run["years"]
    out = np.empty((paths, len(run["offers"]), years))
    of_month = lambda month: (max(int(month), 1) + 11) // 12 - 1
    for index, offer in enumerate(run["offers"]):
        company = run["company_of"][index]
        values = np.tile(np.array([[fixed[0]] for fixed in offer["fixed"]]), paths)
        wages = np.tile(np.array([[fixed[1]] for fixed in offer["fixed"]]), paths)
        for month, plan, taxed in offer["bonus"]:
            year = of_month(month)
            paid = payouts[company][year] if payouts[company] is not None else 1.0
            values[year] += plan * paid
            wages[year] += taxed * paid
        for month, start, amount, cost, taxed, sigma in offer["vests"]:
            year, walk = of_month(month), walks[company]
            price = 1.0
            if walk is not None:
                walked = walk[int(month) - 1] if month > 0 else 0.0
                walked = walked - (walk[int(start) - 1] if start > 0 else 0.0)
                price = np.exp(sigma * (walked / np.sqrt(12) - 0.5 * sigma * max(month - start, 0) / 12))
            worth = np.maximum(amount * price - cost, 0) if cost else amount * price
            values[year] += worth
            wages[year] += worth * taxed
        if offer["budget"]:

            def add(month, amounts):
                values[of_month(month)] += amounts

            tokens(offer["budget"], use if use is not None else np.ones((run["months"], paths)), add)
        for year, tax in enumerate(offer["tax"]):
            if tax is None:
                continue
            x, y = np.array(tax["wages"]), np.array(tax["tax"])
            at = np.maximum(wages[year], 0) * tax["per"]
            piece = np.clip(np.searchsorted(x, at, side="right"), 1, len(x) - 1)
            owed = y[piece - 1] + (y[piece] - y[piece - 1]) * ((at - x[piece - 1]) / (x[piece] - x[piece - 1]))
            values[year] -= (owed - tax["without"]) / tax["per"] * tax["weight"]
        out[:, index, :] = np.cumsum(values, axis=0).T
    return out


def main(folder, runs):
    run = json.loads((folder / "run.json").read_text())
    normals = np.fromfile(folder / "normals.f64").reshape(run["normals"], -1)
    ours = np.fromfile(folder / "values.f64").reshape(normals.shape[1], len(run["offers"]), run["years"])
    worst = float(np.max(np.abs(value(run, normals) - ours) / np.maximum(np.abs(ours), 1.0)))
    if not worst <= TOLERANCE:
        sys.exit(f"The values differ by up to {worst:.1e} of themselves.")
    given, drawn, rng = [], [], np.random.default_rng(1)
    for _ in range(runs):
        start = time.perf_counter()
        value(run, normals)
        given.append(time.perf_counter() - start)
        start = time.perf_counter()
        value(run, rng.standard_normal(normals.shape))
        drawn.append(time.perf_counter() - start)
    print(json.dumps({"numpy": np.__version__, "worst": worst, "given": given, "drawn": drawn}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
