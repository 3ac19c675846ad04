"""A second opinion on explanations: recompute every node of a trace from its leaves.

It shares no code with the product. It reads the published document alone: leaves by
their printed values, operations by name, draws by the seed. Rational operations are
done in fractions, so that a rounding at the printed digit cannot hide.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import binom, hypergeom, qmc

F = Fraction
Z90 = NormalDist().inv_cdf(0.9)


def half_up(value: Fraction, digits: int) -> Fraction:
    scaled = abs(value) * 10**digits
    whole = math.floor(scaled + F(1, 2))
    return F(whole, 10**digits) * (1 if value >= 0 else -1)


def up(value: Fraction, digits: int) -> Fraction:
    return F(math.ceil(value * 10**digits), 10**digits)


def one_price_for_all(
    units: Fraction, price: Fraction, *tiers: Fraction
) -> tuple[Fraction, Fraction]:
    """Try every tier: what these units cost in it, or its first unit if more."""
    starts, shares = tiers[::2], tiers[1::2]
    found = []
    for place, start in enumerate(starts):
        nexts = starts[place + 1 :][:1]
        if nexts and nexts[0] <= units:
            continue
        many = max(units, start)
        each = half_up(price * shares[place], 4)
        found.append((many * each, many, each))
    _, many, each = min(found)
    return many, each


def dealt(whole: Fraction, by: tuple[Fraction, ...], digits: int) -> list[Fraction]:
    """Deal an amount out coin by coin to whoever lacks most of its share."""
    coins, every = whole * 10**digits, sum(by, F(0))
    exact = [coins * one / every for one in by]
    given = [F(math.floor(one)) for one in exact]
    while sum(given) < coins:
        lacking = [one - got for one, got in zip(exact, given, strict=True)]
        place = lacking.index(max(lacking))
        given[place] += 1
    return [one / 10**digits for one in given]


def real(value: float) -> Fraction:
    return F(value)


def prod(*values: Any) -> Any:
    result = values[0]
    for value in values[1:]:
        result = result * value
    return result


def of_work(share: Any, n: Any, c: Any) -> Any:
    found = binom.cdf(int(c), int(n), share if is_array(share) else float(share))
    return found if is_array(share) else half_up(real(float(found)), 12)


def is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)


def as_array(*values: Any) -> list[Any]:
    return [value if is_array(value) else float(value) for value in values]


def band(z: Any, low: Any, mid: Any, high: Any) -> Any:
    if not is_array(z):
        assert z == 0
        return mid
    low, mid, high = as_array(low, mid, high)
    up_sigma = math.log(high / mid) / Z90
    down_sigma = math.log(mid / low) / Z90
    return mid * np.exp(z * np.where(z > 0, up_sigma, down_sigma))


def share_band(z: Any, low: Any, mid: Any, high: Any) -> Any:
    if not is_array(z):
        assert z == 0
        return mid
    low, mid, high = as_array(low, mid, high)
    if low == mid == high:
        return np.full_like(z, mid)

    def logit(x: float) -> float:
        return math.log(x / (1 - x))

    up_scale = (logit(high) - logit(mid)) / Z90
    down_scale = (logit(mid) - logit(low)) / Z90
    moved = logit(mid) + z * np.where(z > 0, up_scale, down_scale)
    return 1 / (1 + np.exp(-moved))


def triangle(z: Any, low: Any, mode: Any, high: Any) -> Any:
    low, mode, high = as_array(low, mode, high)
    share = np.asarray(
        [NormalDist().cdf(x) for x in np.atleast_1d(np.asarray(z, dtype=float))]
    )
    split = (mode - low) / (high - low)
    left = low + np.sqrt(share * (high - low) * (mode - low))
    right = high - np.sqrt((1 - share) * (high - low) * (high - mode))
    drawn = np.where(share < split, left, right)
    return drawn if is_array(z) else real(float(drawn[0]))


def band_mean(low: Fraction, mid: Fraction, high: Fraction) -> Fraction:
    if low == mid == high:
        return half_up(mid, 6)
    down = math.log(mid / low) / Z90
    upper = math.log(high / mid) / Z90
    cdf = NormalDist().cdf
    mean = float(mid) * (
        math.exp(down**2 / 2) * cdf(-down) + math.exp(upper**2 / 2) * cdf(upper)
    )
    return half_up(F(repr(mean)), 6)


def lognormal(z: Any, sigma: Any) -> Any:
    if not is_array(z):
        assert z == 0
        return F(1)
    return np.exp(z * as_array(sigma)[0])


def root(value: Any) -> Any:
    return np.sqrt(value) if is_array(value) else real(math.sqrt(value))


def loop_series(r: Any, loops: Any) -> Any:
    result: Any = 0
    for power in range(1, int(loops) + 1):
        result = result + r**power
    return result


def escaped(p: Any, caught: Any, wrongly: Any, loops: Any) -> Any:
    """Follow a unit through the loops, one review after another."""
    wrong_now, right_now = p, 1 - p
    out: Any = 0
    for _ in range(int(loops)):
        out = out + wrong_now * (1 - caught)
        redone = wrong_now * caught + right_now * wrongly
        wrong_now, right_now = redone * p, redone * (1 - p)
    return out + wrong_now * (1 - caught)


def sent_back_by_any(one: Any, reviews: Any, likeness: Any) -> Any:
    """Ask reviewers in turn: an urn of passes grows by each pass (Pólya)."""
    if int(reviews) == 0:
        return one * 0
    if likeness == 1:
        return one
    weight = likeness / (1 - likeness)
    passed: Any = 1
    for before in range(int(reviews)):
        passed = passed * ((1 - one) + before * weight) / (1 + before * weight)
    return 1 - passed


def places_of(names: set[str]) -> dict[str, int]:
    """Give each chance its dimension, as docs/model.md lays them out."""
    of_project = ["defects", "detection", "pace", "utilisation"]
    of_line = ["effort", "units", "items", "accept"]
    split = {name: name.split(":") for name in names}
    lines = sorted({parts[1] for parts in split.values() if parts[0] in of_line})
    places = {name: at for at, name in enumerate(of_project) if name in names}
    for at, line in enumerate(lines):
        for kind in of_line:
            if f"{kind}:{line}" in names:
                places[f"{kind}:{line}"] = 4 + 4 * at + of_line.index(kind)
    return places


def of_event(key: str, seed: int, draws: int) -> dict[str, np.ndarray]:
    """Give an event its own two columns of points, in a shuffled order."""
    own = np.random.SeedSequence([seed, zlib.crc32(key.encode("utf-8"))])
    generator = np.random.Generator(np.random.PCG64DXSM(own))
    points = qmc.Sobol(d=2, scramble=True, rng=generator).random(draws)
    order = generator.permutation(draws)
    happens, hits = ndtri(np.clip(points, 2.0**-40, 1 - 2.0**-40))[order].T
    return {f"risk:{key}": happens, f"impact:{key}": hits}


def if_it_happens(z: Any, likely: Any, size: Any, otherwise: int) -> Any:
    if not is_array(z):
        assert z == 0
        return size if likely > F(1, 2) else F(otherwise)
    if not 0 < likely < 1:
        chosen = np.asarray(size if likely else otherwise, dtype=float)
        return np.broadcast_to(chosen, z.shape)
    happens = z > NormalDist().inv_cdf(1 - float(likely))
    return np.where(happens, as_array(size)[0], float(otherwise))


def releases(q: Any, lot: Any, n: Any, c: Any) -> Any:
    lot, n, c = int(lot), int(n), int(c)
    if not is_array(q):
        defective = round(q * lot)
        ways = sum(
            math.comb(defective, k) * math.comb(lot - defective, n - k)
            for k in range(min(c, n) + 1)
            if n - k <= lot - defective
        )
        return half_up(F(ways, math.comb(lot, n)), 12)
    defective = np.rint(q * lot).astype(int)
    return hypergeom.cdf(c, lot, defective, n)


def smallest_sample(lot: int, wrong: int, c: int, chance: float) -> int:
    """Bisect for the sample that lets a batch with this many wrong pass seldom."""
    low, high = c + 1, lot
    while low < high:
        middle = (low + high) // 2
        if hypergeom.cdf(c, lot, wrong, middle) <= chance + 1e-12:
            high = middle
        else:
            low = middle + 1
    return low


def zero_defect(lot: Any, bad: Any, confidence: Any) -> Fraction:
    return F(smallest_sample(int(lot), math.ceil(lot * bad), 0, float(1 - confidence)))


def two_point(lot: Any, good: Any, bad: Any, producer: Any, consumer: Any) -> Any:
    right, wrong = math.floor(lot * good), math.ceil(lot * bad)
    for c in range(wrong):
        n = smallest_sample(int(lot), wrong, c, float(consumer))
        if hypergeom.cdf(c, int(lot), right, n) >= 1 - float(producer) - 1e-12:
            return F(n), F(c)
    raise ValueError("no plan")


def clip(value: Fraction) -> Fraction:
    return min(max(value, F(0)), F(1))


def power(base: Any, exponent: Any) -> Any:
    if is_array(base) or is_array(exponent):
        return np.power(*as_array(base, exponent))
    if F(exponent).denominator == 1:
        return base ** int(exponent)
    return real(float(base) ** float(exponent))


def at_most(*values: Any) -> Any:
    if any(is_array(value) for value in values):
        return np.minimum.reduce(np.broadcast_arrays(*as_array(*values)))
    return min(values)


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "product": prod,
    "total": lambda *parts: sum(parts[1:], parts[0]),
    "difference": lambda a, b: a - b,
    "ratio": lambda a, b: a / b,
    "complement": lambda a: 1 - a,
    "largest": lambda *values: max(values),
    "smallest": at_most,
    "whole_units": lambda a: half_up(a, 0),
    "rounded_up_to_4": lambda a: up(a, 4),
    "rounded_to_4": lambda a: half_up(a, 4),
    "key_frames": lambda frames, clips, every: min(
        frames, clips * math.ceil(frames / (clips * every))
    ),
    "drawn": band,
    "drawn_share": share_band,
    "drawn_triangular": triangle,
    "mean_of_band": band_mean,
    "mean_of_triangle": lambda a, b, c: half_up((a + b + c) / 3, 6),
    "sample_doubt": lambda mean, error, between: root((error / mean) ** 2 + between**2),
    "spread": lognormal,
    "position_in_range": lambda *drivers: clip(sum(drivers, F(0))),
    "in_range": lambda low, high, position: low + (high - low) * position,
    "annotators_factor": lambda people, each: 1 + (people - 1) * each,
    "given_away": lambda share, off: 1 - share * off,
    "layered_sigma": lambda w, people, b, batches: root(w**2 / people + b**2 / batches),
    "averaged_sigma": lambda sigma, units: sigma / root(max(units, F(1))),
    "batch_count": lambda items, size: F(max(1, math.ceil(items / size))),
    "left_by_bare_saving": lambda share, saving, cap: 1 - share * min(saving, cap),
    "left_by_model": lambda share, recall, precision, unchanged, check, fix, delete: (
        1
        - share
        * (
            recall
            - recall * (check + (1 - unchanged) * fix + delete / precision - delete)
        )
    ),
    "left_by_proposals": lambda share, accept, check, fix, missed, false, delete: (
        1 - share + share * (check + (1 - accept) * fix + missed + false * delete)
    ),
    "repaired_defect": lambda p, caught, fixed: p * (1 - caught * fixed),
    "apparent_defect": lambda p, alarm, missed: alarm + p * (1 - missed - alarm),
    "joint_share": sent_back_by_any,
    "reject_rate": lambda p, caught, wrongly: p * caught + (1 - p) * wrongly,
    "reworks_per_unit": loop_series,
    "outgoing_defect": escaped,
    "released_share": releases,
    "review_passes": lambda reviews, reworks: reviews * (1 + reworks),
    "sampled_again": lambda share, released: share + share * (1 - released),
    "image_defect": lambda q, units, share: share * (1 - power(1 - q, units)),
    "image_share": lambda amount, images: up(amount / images, 4),
    "led_hours": lambda lead, *hours: sum(hours) * (1 + lead),
    "design_effect": lambda each, icc: 1 + max(each - 1, F(0)) * icc,
    "independent_lot": lambda lot, effect: max(F(1), half_up(lot / effect, 0)),
    "grown_sample": lambda n, effect, lot: min(lot, F(math.ceil(n * effect))),
    "grown_wrong": lambda c, effect: F(math.floor(c * effect)),
    "lot_units": lambda items, share, each: max(F(1), half_up(items * share * each, 0)),
    "sample_size": lambda lot, share: min(lot, F(math.ceil(lot * share))),
    "class_units": lambda lot, share: max(F(1), half_up(lot * share, 0)),
    "released_of_work": of_work,
    "most_wrong": lambda n, share: F(math.floor(n * share)),
    "worth_of_sample": lambda n, each, icc: F(
        max(1, math.floor(n / (1 + max(each - 1, F(0)) * icc)))
    ),
    "worth_of_wrong": lambda c, worth, n: F(math.ceil(c * worth / n)),
    "worth_of_lot": lambda lot, worth, n: max(worth, half_up(lot * worth / n, 0)),
    "zero_defect_sample": zero_defect,
    "two_point_sample": lambda *said: two_point(*said)[0],
    "two_point_wrong": lambda *said: two_point(*said)[1],
    "none_wrong": lambda *_: F(0),
    "month_cost": lambda pay, months, employer, seat, overhead: (
        (pay * months / 12 * (1 + employer) + seat) * (1 + overhead)
    ),
    "hour_cost": lambda month, hours, rate: month / hours / rate,
    "seconds_worked": lambda worked: worked * 3600,
    "hour_with_lead": lambda hour, share, lead: hour + share * lead,
    "rule_hours": lambda fixed, rules, each: fixed + rules * each,
    "cost_share": lambda own, *all_lines: own / sum(all_lines, F(0)),
    "price_for_margin": lambda cost, margin: up(cost / (1 - margin), 4),
    "amount_in_cents": lambda units, price: half_up(units * price, 2),
    "amount_in_whole": lambda units, price: half_up(units * price, 0),
    "shortfall": lambda reached, least: max(least - reached, F(0)),
    "image_price": lambda price, each: up(price * each, 4),
    "tier_price": lambda price, factor: half_up(price * factor, 4),
    "units_in_tier": lambda units, start, end: max(F(0), min(units, end) - start),
    "units_above": lambda units, start: max(F(0), units - start),
    "nothing": lambda: F(0),
    "billed_units": lambda *said: one_price_for_all(*said)[0],
    "billed_price": lambda *said: one_price_for_all(*said)[1],
    "taken_off": lambda amount: F(0) - amount,
    "contained_in_cents": lambda gross, rate: half_up(gross - gross / (1 + rate), 2),
    "contained_in_whole": lambda gross, rate: half_up(gross - gross / (1 + rate), 0),
    "part_in_cents": lambda place, whole, *by: dealt(whole, by, 2)[int(place)],
    "part_in_whole": lambda place, whole, *by: dealt(whole, by, 0)[int(place)],
    "bearing": lambda price, share: up(price / (1 - share), 4),
    "with_tax": lambda price, rate: up(price + price * rate, 4),
    "whole_up": lambda amount, each: F(math.ceil(amount / each)),
    "some_up": lambda amount, each: F(max(1, math.ceil(amount / each))),
    "once": lambda _: F(1),
    "expected_credit": lambda many, passed, each: many * each - many * each * passed,
    "months_of": lambda days: F(max(1, math.ceil(days / 21))),
    "count_of": lambda *amounts: F(len(amounts)),
    "swanson_mean": lambda a, b, c: (3 * a + 4 * b + 3 * c) / 10,
    "factor_if_it_happens": lambda z, likely, size: if_it_happens(z, likely, size, 1),
    "amount_if_it_happens": lambda z, likely, size: if_it_happens(z, likely, size, 0),
}

CORRELATED = {
    ("effort", "effort"): "cost/layers/effort_effort",
    ("defects", "effort"): "cost/layers/effort_defect",
    ("units", "units"): "price/volume_correlation",
    ("risk", "risk"): "cost/layers/risk_risk",
}


class Evaluator:
    """Recomputes a trace document; `figure` looks a card's number up by its row."""

    def __init__(
        self,
        trace: Mapping[str, Any],
        *,
        seed: int,
        draws: int,
        figure: Callable[[str], Fraction],
    ) -> None:
        self.nodes = trace["nodes"]
        self.seed, self.draws, self.figure = seed, draws, figure
        self._exact: dict[str, Fraction] = {}
        self._drawn: dict[str, Any] = {}
        self._normals: dict[str, np.ndarray] | None = None

    def value(self, number: str) -> Fraction:
        """Return a node's value from the leaves below it alone."""
        if number not in self._exact:
            self._exact[number] = self._compute(self.nodes[number])
        return self._exact[number]

    def _compute(self, node: Mapping[str, Any]) -> Fraction:
        uses = node.get("uses", [])
        if node["op"].endswith("_of_draws"):
            draws = np.broadcast_to(self._on_draws(uses[0]), (self.draws,))
            name = node["op"].removesuffix("_of_draws")
            found = (
                float(np.mean(draws))
                if name == "mean"
                else float(np.quantile(draws, float(name[1:]) / 100))
            )
            return half_up(F(repr(found)), 6)
        if node["op"] in ("card", "spec", "chance", "given"):
            return F(node["value"])
        return F(OPERATIONS[node["op"]](*(self.value(used) for used in uses)))

    def _on_draws(self, number: str) -> Any:
        if number not in self._drawn:
            node = self.nodes[number]
            if node["op"] == "chance":
                self._drawn[number] = self.normals()[node["name"]]
            elif "uses" not in node:
                self._drawn[number] = F(node["value"])
            else:
                parts = [self._on_draws(used) for used in node["uses"]]
                if any(is_array(part) for part in parts):
                    parts = [part if is_array(part) else float(part) for part in parts]
                    self._drawn[number] = OPERATIONS[node["op"]](*parts)
                else:
                    self._drawn[number] = self.value(number)
        return self._drawn[number]

    def normals(self) -> dict[str, np.ndarray]:
        """Return correlated normals by chance: Sobol, normal quantile, copula."""
        if self._normals is None:
            asked = {
                node["name"] for node in self.nodes.values() if node["op"] == "chance"
            }
            places = places_of(asked)
            names = sorted(places, key=places.__getitem__)
            generator = np.random.Generator(np.random.PCG64DXSM(self.seed))
            count = 4 * math.ceil((max(places.values(), default=0) + 1) / 4)
            sobol = qmc.Sobol(d=count, scramble=True, rng=generator)
            points = sobol.random_base2(int(math.log2(self.draws)))
            points = points[:, [places[name] for name in names]]
            normal = list(ndtri(np.clip(points, 2.0**-40, 1 - 2.0**-40)).T)
            for name in sorted(asked - set(names)):
                key = name.partition(":")[2]
                normal.append(of_event(key, self.seed, self.draws)[name])
                names.append(name)
            matrix = np.eye(len(names))
            for i, first in enumerate(names):
                for j, second in enumerate(names):
                    kinds = sorted((first.split(":")[0], second.split(":")[0]))
                    row = CORRELATED.get((kinds[0], kinds[1]))
                    if i != j and row is not None:
                        matrix[i, j] = float(self.figure(row))
            joined = np.linalg.cholesky(matrix) @ np.array(normal)
            self._normals = dict(zip(names, joined, strict=True))
        return self._normals
