"""Whether people who tag the same items say the same, beyond what luck would give.

Percent agreement is what a client hears; the coefficients take off what two people
would agree on by throwing dice, and differ in which dice. One class that is nearly
always right makes luck look good: then kappa is low where people agree, and AC1 is the
better witness. Krippendorff's alpha takes any number of people and gaps between them.

Everything is a function of sums over items (see `resampling`), so that each comes with
an interval: analytic for percent (Wilson) and for kappa of two people (the large-sample
error), the bootstrap over items for the others. Formulas: METHODS 4.
See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import ndtri

from .agreement import CONFIDENCE, wilson_interval
from .resampling import DRAWS, FEWEST, Figure, Measured, measured, resampled_sums

Floats = NDArray[np.float64]
Level = Literal["nominal", "interval"]
Said = str | float | None
"""What one person said of one item; None: nothing."""
MOST_CLASSES = 2_000


class RatingsError(ValueError):
    """Raised for ratings that no coefficient can be taken of; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How often each item was called what: items × categories, in a fixed order."""

    categories: tuple[str | float, ...]
    counts: Floats


def tabled(ratings: Sequence[Sequence[Said]]) -> Table:
    """Return the table of ratings: one row an item, one entry a person.

    Categories are sorted, numbers before words, so that nothing depends on the order
    of items.
    """
    said = {value for row in ratings for value in row if value is not None}
    order = sorted(said, key=lambda value: (isinstance(value, str), value))
    if len(order) > MOST_CLASSES:
        raise RatingsError(
            f"{len(order):,} different answers: that is text, not tags. At most "
            f"{MOST_CLASSES:,} are compared."
        )
    place = {value: number for number, value in enumerate(order)}
    counts = np.zeros((len(ratings), len(order)))
    for number, row in enumerate(ratings):
        for value in row:
            if value is not None:
                counts[number, place[value]] += 1
    return Table(categories=tuple(order), counts=counts)


# --- two people: one table of who said what -----------------------------------------


def two_rater_coefficients(table: Floats) -> dict[str, float]:
    """Return percent, Cohen, Scott, AC1 and Brennan-Prediger of two people's table.

    `table[i, j]`: items that the first called i and the second j. Not a number where
    luck alone already agrees wholly: with one class there is nothing to tell apart.
    """
    square = _square(table)
    share = square / square.sum()
    first, second = share.sum(axis=1), share.sum(axis=0)
    both = (first + second) / 2
    many = len(share)
    agreed = float(np.trace(share))
    by_luck = {
        "cohen": float(first @ second),
        "scott": float(both @ both),
        "ac1": float(both @ (1 - both)) / (many - 1) if many > 1 else 1.0,
        "bp": 1 / many,
    }
    return {
        "percent": agreed,
        **{name: _beyond(agreed, luck) for name, luck in by_luck.items()},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Cohen's kappa with its large-sample error and interval."""

    kappa: float
    error: float
    low: float
    high: float


def cohen_kappa(table: Floats, *, confidence: float = CONFIDENCE) -> Kappa:
    """Return Cohen's kappa with its asymptotic error (Fleiss, Cohen, Everitt 1969).

    Good from some 50 items on; below that the interval is too narrow. Where luck alone
    agrees wholly, nothing is a number.
    """
    square = _square(table)
    items = square.sum()
    share = square / items
    first, second = share.sum(axis=1), share.sum(axis=0)
    agreed, luck = float(np.trace(share)), float(first @ second)
    kappa = _beyond(agreed, luck)
    if luck >= 1:
        return Kappa(kappa=kappa, error=kappa, low=kappa, high=kappa)
    straight = np.diag(share) @ (1 - (first + second) * (1 - kappa)) ** 2
    weights = (second[:, np.newaxis] + first[np.newaxis, :]) ** 2
    crossed = (1 - kappa) ** 2 * float(
        (share * weights).sum() - np.diag(share) @ np.diag(weights)
    )
    left = (kappa - luck * (1 - kappa)) ** 2
    error = sqrt(max(float(straight) + crossed - left, 0.0) / items) / (1 - luck)
    half = float(ndtri((1 + confidence) / 2)) * error
    return Kappa(
        kappa=kappa, error=error, low=max(kappa - half, -1.0), high=min(kappa + half, 1)
    )


# --- any number of people -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleiss:
    """Fleiss' kappa with observed agreement and that of luck."""

    agreed: float
    luck: float
    kappa: float


def fleiss_kappa(counts: Floats) -> Fleiss:
    """Return Fleiss' kappa of items × categories, each item rated equally often.

    Raises RatingsError where items are rated unequally often: use alpha there.
    """
    people = _equally_rated(counts)
    sums = _fleiss_rows(counts, people).sum(axis=0)
    agreed = float(sums[1] / sums[0])
    shares = sums[2:] / sums[2:].sum()
    luck = float(shares @ shares)
    return Fleiss(agreed=agreed, luck=luck, kappa=_beyond(agreed, luck))


def krippendorff_alpha(
    counts: Floats,
    *,
    level: Level = "nominal",
    categories: Sequence[str | float] = (),
) -> float:
    """Return Krippendorff's alpha of items × categories; gaps are simply not counted.

    Items that fewer than two people rated drop out. `level` interval: categories are
    numbers, and a near miss is a small one. Not a number where nothing differs and
    nothing could, or where no item was rated twice.
    """
    distances = _distances(counts.shape[1], level, categories)
    rated = counts[counts.sum(axis=1) >= FEWEST]
    pairs = rated.sum(axis=1) - 1
    said = rated.sum(axis=0)
    differing = np.einsum("ic,ck,ik->i", rated, distances, rated) / pairs
    by_luck = said @ distances @ said / max(said.sum() - 1, 1)
    return float(1 - differing.sum() / by_luck) if by_luck else float("nan")


def gwet_ac1(counts: Floats) -> float:
    """Return Gwet's AC1 of items × categories; gaps are allowed.

    Luck is reckoned from how often each class is said, and stays small where one class
    dominates: the reason to look at it beside kappa.
    """
    return float(_ac1_of(_ac1_rows(counts).sum(axis=0)[np.newaxis])[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class TagAgreement:
    """Every coefficient of tags with its interval; None where it cannot be taken.

    `items` are those that two people at least have rated.
    """

    items: int
    percent: Measured
    cohen: Measured | None
    fleiss: Measured | None
    alpha: Measured
    ac1: Measured


def tag_agreement(
    ratings: Sequence[Sequence[Said]],
    *,
    rng: Generator,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> TagAgreement:
    """Return how alike people tag: rows are items, entries are people.

    Cohen's kappa is for two people, Fleiss' for items rated equally often.
    Raises RatingsError where no item was rated by two.
    """
    table = tabled(ratings)
    counts = table.counts[table.counts.sum(axis=1) >= FEWEST]
    if not len(counts):
        raise RatingsError(
            "No item was tagged by two people, so nothing can be compared. Give two "
            "passes over the same items."
        )

    def taken(rows: Floats, figure: Figure) -> Measured:
        sums = resampled_sums(rows, rng=rng, draws=draws) if len(rows) > 1 else None
        return measured(
            figure, whole=rows.sum(axis=0), sums=sums, confidence=confidence
        )

    # Wilson's interval wants whole items; with more than two people it is resampled.
    people = counts.sum(axis=1)
    return TagAgreement(
        items=len(counts),
        percent=(
            _wilson(counts, confidence)
            if (people == FEWEST).all()
            else taken(_ac1_rows(counts), _percent_of)
        ),
        cohen=_cohen(ratings, table.categories, confidence),
        fleiss=(
            taken(_fleiss_rows(counts, int(people[0])), _fleiss_of)
            if (people == people[0]).all()
            else None
        ),
        alpha=taken(_alpha_rows(counts), nominal_alpha),
        ac1=taken(_ac1_rows(counts), _ac1_of),
    )


def _wilson(counts: Floats, confidence: float) -> Measured:
    alike = int((counts.max(axis=1) == FEWEST).sum())
    low, high = wilson_interval(alike, len(counts), confidence)
    return Measured(value=alike / len(counts), low=low, high=high)


def _cohen(
    ratings: Sequence[Sequence[Said]],
    categories: Sequence[str | float],
    confidence: float,
) -> Measured | None:
    if {len(row) for row in ratings} != {FEWEST}:
        return None
    place: Mapping[Said, int] = {value: i for i, value in enumerate(categories)}
    table = np.zeros((len(categories), len(categories)))
    for first, second in ratings:
        if first is not None and second is not None:
            table[place[first], place[second]] += 1
    found = cohen_kappa(table, confidence=confidence)
    if not np.isfinite(found.kappa):
        return Measured(value=None)
    return Measured(value=found.kappa, low=found.low, high=found.high)


def _equally_rated(counts: Floats) -> int:
    people = counts.sum(axis=1)
    if not len(people) or (people != people[0]).any() or people[0] < FEWEST:
        raise RatingsError(
            "Fleiss' kappa wants every item rated by the same number of people, two at "
            "least. Use Krippendorff's alpha, which allows gaps."
        )
    return int(people[0])


def _pairs_alike(counts: Floats) -> Floats:
    """Return the share of pairs of people that agree about each item."""
    people = counts.sum(axis=1)
    alike: Floats = ((counts**2).sum(axis=1) - people) / (people * (people - 1))
    return alike


def _fleiss_rows(counts: Floats, people: int) -> Floats:
    items = np.ones(len(counts))
    return np.column_stack([items, _pairs_alike(counts), counts / people])


def _fleiss_of(sums: Floats) -> Floats:
    shares = sums[:, 2:] / sums[:, :1]
    return _beyond_all(sums[:, 1] / sums[:, 0], (shares**2).sum(axis=1))


def _ac1_rows(counts: Floats) -> Floats:
    rated = counts[counts.sum(axis=1) > 0]
    people = rated.sum(axis=1)
    twice = people >= FEWEST
    alike = np.zeros(len(rated))
    alike[twice] = _pairs_alike(rated[twice])
    return np.column_stack([twice, alike, np.ones(len(rated)), rated / people[:, None]])


def _percent_of(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = sums[:, 1] / sums[:, 0]
    return shares


def _ac1_of(sums: Floats) -> Floats:
    many = sums.shape[1] - 3
    if many == 1:
        return np.full(len(sums), np.nan)
    shares = sums[:, 3:] / sums[:, 2:3]
    luck = (shares * (1 - shares)).sum(axis=1) / (many - 1)
    return _beyond_all(_percent_of(sums), luck)


def _distances(many: int, level: Level, categories: Sequence[str | float]) -> Floats:
    if level == "nominal":
        return 1 - np.eye(many)
    if len(categories) != many or not all(
        isinstance(one, int | float) for one in categories
    ):
        raise RatingsError("Distances can be taken between numbers only.")
    values = np.array(categories, dtype=np.float64)
    squared: Floats = (values[:, np.newaxis] - values[np.newaxis, :]) ** 2
    return squared


def _alpha_rows(counts: Floats) -> Floats:
    """Return, of each item, its pairs that differ (each way) and its counts."""
    people = counts.sum(axis=1)
    differing = (people**2 - (counts**2).sum(axis=1)) / (people - 1)
    return np.column_stack([differing, counts])


def nominal_alpha(sums: Floats) -> Floats:
    """Return alpha of each row of sums: differing pairs, then how often each was said.

    A pair that differs counts twice, once each way round. Not a number where nothing
    could differ.
    """
    said = sums[:, 1:]
    values = said.sum(axis=1)
    by_luck = values**2 - (said**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha: Floats = 1 - (values - 1) * sums[:, 0] / by_luck
    return alpha


def _square(table: Floats) -> Floats:
    square = np.asarray(table, dtype=np.float64)
    if square.ndim != FEWEST or square.shape[0] != square.shape[1]:
        raise RatingsError("A table of two people has as many rows as columns.")
    if (square < 0).any() or not square.sum() > 0:
        raise RatingsError("A table holds counts, and one of them is above 0.")
    return square


def _beyond(agreed: float, luck: float) -> float:
    return float(_beyond_all(np.array([agreed]), np.array([luck]))[0])


def _beyond_all(agreed: Floats, luck: Floats) -> Floats:
    """Return the share of what luck leaves open that is agreed on."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(luck < 1, (agreed - luck) / (1 - luck), np.nan)
