"""What a measured sample says about the project that it was taken from.

Two doubts, kept apart: the bootstrap says how far the sample's own mean may be off by
the luck of the draw; the dataset's range adds the card's figure for how far a sample
lies from its dataset, which no size of sample takes away. See docs/measure.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from scoping.calc import bands, number
from scoping.calc.rates import Figure

from .values import Measured, SampleError

SEED = 20260101
RESAMPLES = 20_000
LIKELY = (0.10, 0.90)
"""The bootstrap's interval: eight of ten resamples lie in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of a sample, rounded as they are printed.

    `mean`, `bootstrap` and `dataset` are objects an image; `dataset` is low, typical
    and high for the whole dataset's mean. `var_to_mean` is None where it is not known:
    for one image, or without an object.
    """

    mean: Decimal
    bootstrap: tuple[Decimal, Decimal]
    var_to_mean: Decimal | None
    most: int
    empty_images: int
    dataset: tuple[Decimal, Decimal, Decimal]
    widened_by: Figure


def summarise(sample: Measured, *, between: Figure) -> Summary:
    """Return a sample's summary.

    `between` is the card's sigma of a dataset's mean around that of a sample of it.
    """
    counts = np.asarray(sample.counts, dtype=np.float64)
    facts = bands.sample_facts(sample.counts)
    low, high = _bootstrap(counts)
    return Summary(
        mean=_rounded(facts.mean, "0.01"),
        bootstrap=(_rounded(low, "0.01"), _rounded(high, "0.01")),
        var_to_mean=_var_to_mean(counts),
        most=int(counts.max()),
        empty_images=int((counts == 0).sum()),
        dataset=_dataset(facts, between),
        widened_by=between,
    )


def spec_of(
    sample: Measured,
    found: Summary,
    *,
    items: int | None = None,
    annotation_type: str | None = None,
) -> dict[str, object]:
    """Return a spec document made of a sample, its numbers exact decimals.

    `items`: how many the project has, by default as many as the sample.
    """
    if not sample.objects:
        raise SampleError(
            "The sample holds no object, so nothing can be quoted from it. Measure a "
            "sample that was labelled."
        )
    low, typical, high = found.dataset
    per_item: dict[str, object] = {"mean": {"p10": low, "p50": typical, "p90": high}}
    if found.var_to_mean is not None:
        per_item["spread"] = {
            "var_to_mean": max(found.var_to_mean, Decimal("0.1")),
            "max": found.most,
        }
    kind = annotation_type or sample.annotation_type
    line: dict[str, object] = {"type": kind, "units_per_item": per_item}
    if sample.class_count:
        line["classes"] = sample.class_count
    if kind == "polygon" and sample.median_vertices is not None:
        line["vertices"] = Decimal(repr(sample.median_vertices)).normalize()
    name = "A sample" if sample.path is None else sample.path.stem.replace("_", " ")
    return {
        "spec": 1,
        "name": f"Measured from {name}"[:120],
        "items": items or sample.images,
        "lines": [line],
    }


def _bootstrap(counts: np.ndarray) -> tuple[float, float]:
    """Return the interval of the means of resamples, the same on every run."""
    rng = np.random.Generator(np.random.PCG64DXSM(SEED))
    values, times = np.unique(counts, return_counts=True)
    drawn = rng.multinomial(len(counts), times / len(counts), size=RESAMPLES)
    low, high = np.quantile(drawn @ values / len(counts), LIKELY)
    return float(low), float(high)


def _var_to_mean(counts: np.ndarray) -> Decimal | None:
    if len(counts) < 2 or not counts.any():  # noqa: PLR2004 - one has no variance
        return None
    return _rounded(float(counts.var(ddof=1) / counts.mean()), "0.1")


def _dataset(
    facts: bands.SampleFacts, between: Figure
) -> tuple[Decimal, Decimal, Decimal]:
    mean = facts.mean
    if mean == 0:
        return mean, mean, mean
    sigma = bands.sample_doubt(mean, facts.standard_error, between.value)
    factor = number.exponential(bands.Z90 * sigma)
    return (
        _rounded(mean / factor, "0.0001"),
        _rounded(mean, "0.0001"),
        _rounded(mean * factor, "0.0001"),
    )


def _rounded(value: Decimal | float, step: str) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(step), ROUND_HALF_UP)
