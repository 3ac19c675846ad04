"""What finished batches say of the rest: seconds, what is sent back, wrong, kept.

Seconds a unit of the rest follow the model of the cost (completion.py): level, start,
drift and batches, with the quote as what was believed before. Shares are counted:
batches differ around one share by a likeness r within a batch (beta-binomial), which is
not known and weighed over a grid, so that many units of one batch are not taken for
many witnesses. See docs/model.md#learned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from scoping.calc.posterior import Beta, beta_of
from scoping.calc.spec.values import Quantiles

from .completion import MOST_SEEN, Ahead, Done, completion
from .figures import not_known
from .foretold import chances_before
from .matching import Actual, BatchRows, by_batch, counted_clock, line_of

LOW, HIGH = Decimal("0.5"), Decimal("1.83")
"""Low and high of a share over its typical one, as the card's first-pass errors have
them: 0.03, 0.06 and 0.11."""
NOTHING_KNOWN = Beta(a=0.5, b=0.5)
LIKENESS = np.array([0.0, 0.003, 0.01, 0.03, 0.1])
"""How alike units of one batch are in being right or wrong, each as likely; the first
is that of units that are not alike at all."""
LOGITS = np.linspace(-11.0, 7.0, 361)
SHARES: NDArray[np.float64] = 1 / (1 + np.exp(-LOGITS))
FIRST, MOST_FORECAST = 2, 30
"""Batches before the first that is forecast; how many of the last ones are."""
AT = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
FOUR = Decimal("0.0001")

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share as it is believed: how likely each of SHARES is."""

    weights: Row

    def below(self, share: float) -> float:
        """Return the probability that the share is at most this."""
        return float(np.interp(_logit(share), LOGITS, self._running))

    def quantile(self, probability: float) -> float:
        """Return the share that is not passed with this probability."""
        at = float(np.interp(probability, self._running, LOGITS))
        return float(1 / (1 + np.exp(-at)))

    @property
    def _running(self) -> Row:
        """Return the belief up to the middle of each share's own."""
        return np.asarray(np.cumsum(self.weights) - self.weights / 2)


def learned_share(counts: Sequence[tuple[int, int]], *, prior: Beta) -> Share:
    """Return what batches, each so many of so many, leave of a guess at their share.

    >>> round(learned_share([(6, 100)], prior=NOTHING_KNOWN).quantile(0.5), 3)
    0.068
    """
    size = -(-len(counts) // MOST_SEEN)
    blocks = [counts[first : first + size] for first in range(0, len(counts), size)]
    table = np.array([np.sum(block, axis=0) for block in blocks], dtype=float)
    table[:, 1] -= table[:, 0]
    right, wrong = np.log(SHARES), np.log1p(-SHARES)
    hits, misses = table.sum(axis=0)
    # Levels of batches average out within a block, and so does their likeness.
    sizes = [len(block) for block in blocks]
    seen = np.stack(
        [
            hits * right + misses * wrong,
            *(
                sum(
                    _alike(table[np.equal(sizes, many)], strength=many / like - 1)
                    for many in set(sizes)
                )
                for like in LIKENESS[1:]
            ),
        ]
    )
    # On the logit a Beta's density has both of its exponents one higher.
    logs = seen + prior.a * right + prior.b * wrong
    weights = np.exp(logs - logs.max()).sum(axis=0)
    return Share(weights=weights / weights.sum())


def _alike(table: Row, *, strength: float) -> Row:
    """Return what blocks speak for each share; their own are Betas of a strength.

    Each term is ln B(hits + a, misses + b) - ln B(a, b). Much of that is the same for
    all blocks or for all shares, and is taken once.
    """
    a, b = SHARES * strength, (1 - SHARES) * strength
    hits, misses = table[:, :1], table[:, 1:]
    each = gammaln(hits + a) + gammaln(misses + b)
    ours = np.sum(gammaln(strength) - gammaln(hits + misses + strength))
    return np.asarray(each.sum(axis=0) - len(table) * (gammaln(a) + gammaln(b)) + ours)


def learned(
    baseline: Mapping[str, Any],
    rows: Iterable[Actual],
    *,
    paid_clock: str,
    doubt: float,
) -> list[dict[str, Any]]:
    """Return by line, as data, what the batches so far say of the rest.

    `doubt` is the sigma of the logarithm that the quote states of its cost.
    """
    by_line: dict[int, list[Actual]] = {}
    for row in rows:
        index = line_of(baseline, row)
        if index is not None:
            by_line.setdefault(index, []).append(row)
    return [
        {
            "line": line["index"],
            "name": line["name"],
            "unit": line["unit"],
            "figures": _figures(
                baseline,
                line,
                _batches(by_line[line["index"]], clocks=(paid_clock, line["clock"])),
                doubt=doubt,
            ),
        }
        for line in baseline["lines"]
        if line["index"] in by_line
    ]


def _batches(rows: Sequence[Actual], *, clocks: Sequence[str]) -> list[BatchRows]:
    clock = counted_clock(rows, preferred=clocks)
    return [
        BatchRows.of(batch, some, clock=clock) for batch, some in by_batch(rows).items()
    ]


def _figures(
    baseline: Mapping[str, Any],
    line: Mapping[str, Any],
    batches: Sequence[BatchRows],
    *,
    doubt: float,
) -> list[dict[str, Any]]:
    prelabels = line.get("prelabels") or {}
    return [
        _seconds(line, batches, doubt=doubt),
        _counted(
            "sent_back",
            _counts(batches, lambda one: (one.rejected, one.fact().units)),
            planned=baseline.get("rework_share"),
            silent="no review counted what it sent back",
        ),
        _counted(
            "wrong",
            _counts(
                batches, lambda one: (one.fact().audit_defects, one.fact().audit_n)
            ),
            planned=baseline.get("outgoing_defect"),
            silent="no sample was checked",
        ),
        _counted(
            "kept",
            _counts(batches, _kept),
            planned=None,
            silent="no machine labels were reported",
            needed=prelabels.get("break_even_accept_rate"),
        ),
    ]


def _seconds(
    line: Mapping[str, Any],
    batches: Sequence[BatchRows],
    *,
    doubt: float,
) -> dict[str, Any]:
    """Return seconds a unit of the rest, as the model of the cost forecasts them."""
    planned = Decimal(line["seconds_per_unit"])
    timed = [
        (units, seconds) for units, seconds in map(_timed, batches) if units and seconds
    ]
    if not timed or not planned:
        return {"key": "seconds", **not_known("no batch has units and a time")}
    done_units = sum(units for units, _ in timed)
    left = int(line["units"]) - done_units
    if left <= 0:
        return {"key": "seconds", **not_known("all of its units are labelled")}
    each = done_units / len(timed)
    found = completion(
        [
            Done(line=0, planned=units, actual=float(seconds / planned), units=units)
            for units, seconds in timed
        ],
        [Ahead(line=0, planned=left, batches=max(1, round(left / each)), units=each)],
        certain=0.0,
        level_sigma=doubt,
    )
    held, forecast = _record(timed, planned=planned, doubt=doubt)
    so_far = sum((seconds for _, seconds in timed), Decimal(0)) / done_units
    return {
        "key": "seconds",
        "known": True,
        "planned": str(planned),
        "so_far": _text(float(so_far)),
        "batches": len(timed),
        **{
            name: _text(found.quantile(at) / left * float(planned))
            for name, at in AT.items()
        },
        "above_planned": _text(1 - found.below(float(left))),
        "forecast": forecast,
        "held": held,
    }


def _record(
    timed: Sequence[tuple[int, Decimal]], *, planned: Decimal, doubt: float
) -> tuple[int, int]:
    """Return how many batches took what had been forecast before them, of how many.

    Each is forecast from all before it: low to high ought to hold eight in ten.
    """
    done = [
        Done(line=0, planned=units, actual=float(seconds / planned), units=units)
        for units, seconds in timed
    ]
    chances = chances_before(
        done, level_sigma=doubt, first=max(FIRST, len(done) - MOST_FORECAST)
    )
    return sum(AT["p10"] <= one <= AT["p90"] for one in chances), len(chances)


def _timed(batch: BatchRows) -> tuple[int, Decimal]:
    """Return units and seconds of first labelling; 0 where not all of it is timed."""
    if any(
        row.active_seconds is None or row.units_produced is None for row in batch.first
    ):
        return 0, Decimal(0)
    return (
        sum(row.units_produced or 0 for row in batch.first),
        sum((row.active_seconds or Decimal(0) for row in batch.first), Decimal(0)),
    )


def _kept(batch: BatchRows) -> tuple[int | None, int | None]:
    """Return proposals of a machine that stayed as they were, of how many."""
    rows = [
        row
        for row in batch.first
        if row.prelabel_units is not None and row.prelabel_accepted is not None
    ]
    if not rows:
        return None, None
    return (
        sum(row.prelabel_accepted or 0 for row in rows),
        sum(row.prelabel_units or 0 for row in rows),
    )


def _counts(
    batches: Sequence[BatchRows],
    count: Callable[[BatchRows], tuple[int | None, int | None]],
) -> list[tuple[int, int]]:
    """Return hits of trials of the batches that know both; more hits are cut."""
    found = (count(batch) for batch in batches)
    return [(min(hits, of), of) for hits, of in found if hits is not None and of]


def _counted(
    key: str,
    counts: Sequence[tuple[int, int]],
    *,
    planned: str | None,
    silent: str,
    needed: str | None = None,
) -> dict[str, Any]:
    """Return a share of the rest; `needed` is one that it has to reach to pay."""
    if not counts:
        return {"key": key, **not_known(silent)}
    believed = learned_share(counts, prior=_prior(planned))
    found = {
        "key": key,
        "known": True,
        "planned": planned,
        "so_far": _text(sum(hits for hits, _ in counts) / sum(of for _, of in counts)),
        "batches": len(counts),
        **{name: _text(believed.quantile(at)) for name, at in AT.items()},
    }
    if planned is not None:
        found["above_planned"] = _text(1 - believed.below(float(planned)))
    if needed is not None:
        found |= {
            "needed": needed,
            "pays": _text(1 - believed.below(float(needed))),
        }
    return found


def _prior(planned: str | None) -> Beta:
    share = Decimal(planned or 0)
    if not 0 < share < 1:
        return NOTHING_KNOWN
    high = min(share * HIGH, (1 + share) / 2)
    return beta_of(Quantiles(p10=share * LOW, p50=share, p90=high)) or NOTHING_KNOWN


def _logit(share: float) -> float:
    inside = min(max(share, float(SHARES[0])), float(SHARES[-1]))
    return float(np.log(inside / (1 - inside)))


def _text(value: float) -> str:
    return str(Decimal(repr(float(value))).quantize(FOUR, ROUND_HALF_UP))
