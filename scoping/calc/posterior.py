"""What a measurement leaves of a guess: seconds, means and shares, updated.

Amounts are updated on the logarithm (normal-normal): the guess has a spread between
projects, the measurement an error, and each counts by the other's. Shares are updated
by counting (beta-binomial): the guess is worth a number of units already seen. Both
forms and their weights are METHODS 8. See docs/model.md#posterior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import exp

from scipy.special import betainc, betaincinv, btdtria

from .audit import effective_sample_size
from .bands import SIX, Z90, sample_doubt
from .effort import averaged_sigma, layered_sigma
from .rates.values import Layers
from .spec.values import Quantiles

FOUR = Decimal("0.0001")
LEAST_SIZE, MOST_SIZE, HALVINGS = -12.0, 25.0, 80
"""Limits of the search for a Beta, as logarithms of its second number."""


class PosteriorError(ValueError):
    """Raised for a guess that no measurement can be weighed against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A number after a measurement. `weight`: how much of it the measurement is."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    weight: Decimal

    @property
    def quantiles(self) -> Quantiles:
        """Return the three numbers as a range."""
        return Quantiles(p10=self.p10, p50=self.p50, p90=self.p90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An amount above 0 as measured; `sigma`, the error of its logarithm."""

    value: Decimal
    sigma: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """So many of so many; `worth`, how many independent ones they are worth."""

    hits: int
    trials: int
    worth: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta:
    """A share as known by a seen and b unseen ones."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Return the mean share, a ÷ (a + b)."""
        return self.a / (self.a + self.b)

    def below(self, share: float) -> float:
        """Return the probability that the share is at most this."""
        return float(betainc(self.a, self.b, share))

    def quantile(self, probability: float) -> float:
        """Return the share that is not passed with this probability."""
        return float(betaincinv(self.a, self.b, probability))

    def updated(self, hits: float, trials: float) -> Beta:
        """Return what is known after `hits` of `trials` more: counts are added."""
        return Beta(a=self.a + hits, b=self.b + trials - hits)

    def weight_of(self, trials: float) -> float:
        """Return how much of the updated mean so many trials are: n ÷ (a + b + n)."""
        return trials / (self.a + self.b + trials)


def measured_seconds(
    seconds: Decimal, *, units: int, people: int, batches: int, layers: Layers
) -> Measured:
    """Return mean seconds of a unit with the error that its layers leave.

    People, batches and items average out over how many of each were seen:
    √(people² ÷ n + batch² ÷ n + item² ÷ n). The project's own spread does not, and
    is what the measurement tells.
    """
    crew = layered_sigma(layers.worker.value, people, layers.batch.value, batches)
    items = averaged_sigma(layers.item.value, Decimal(units))
    return Measured(value=seconds, sigma=(crew * crew + items * items).sqrt())


def measured_mean(
    mean: Decimal, *, variance: Decimal, items: int, between: Decimal
) -> Measured:
    """Return a mean of counts with its error: luck of the draw, and `between`.

    `between` is how far samples lie from the datasets they came from; a sample is
    never the dataset, however large.
    """
    error = (variance / items).sqrt()
    return Measured(value=mean, sigma=sample_doubt(mean, error, between))


def counted(hits: int, trials: int, *, groups: int, icc: Decimal) -> Counted:
    """Return counts with their worth: members of a group (image, person) are alike.

    Design effect 1 + (members of a group − 1) × icc, never below 1 (Kish).
    """
    members = max(Decimal(trials) / groups, Decimal(1))
    worth = effective_sample_size(Decimal(trials), members, icc)
    return Counted(hits=hits, trials=trials, worth=worth)


def normal_update(
    mean: Decimal, variance: Decimal, *, measured: Decimal, error: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """Return mean and variance after a measurement, and the measurement's weight.

    `error` is the variance of the measurement. Weight = variance ÷ (variance + error);
    a measurement without error is taken as it is, a guess without doubt does not move.
    """
    weight = variance / (variance + error) if error else Decimal(1)
    return mean + weight * (measured - mean), variance * (1 - weight), weight


def updated_amount(prior: Quantiles | None, evidence: Sequence[Measured]) -> Posterior:
    """Return an amount after measurements, rounded half up at six decimals.

    A lopsided prior counts by the side on which the measurement lies, and each of its
    sides narrows by its own spread. Prior None: nothing was known, and the measurements
    count alone. No measurement leaves the prior as it is.
    """
    if not evidence:
        return _unmoved(prior)
    seen = pooled(evidence)
    middle, weight = seen.value.ln(), Decimal(1)
    low = high = seen.sigma
    if prior is not None:
        error = seen.sigma * seen.sigma
        low, high = _sides(prior)
        side = high if seen.value >= prior.p50 else low
        middle, _, weight = normal_update(
            prior.p50.ln(), side * side, measured=middle, error=error
        )
        low, high = _narrowed(low, error), _narrowed(high, error)
    return Posterior(
        p10=_six((middle - Z90 * low).exp()),
        p50=_six(middle.exp()),
        p90=_six((middle + Z90 * high).exp()),
        weight=_rounded(weight),
    )


def _narrowed(sigma: Decimal, error: Decimal) -> Decimal:
    _, variance, _ = normal_update(
        Decimal(0), sigma * sigma, measured=Decimal(0), error=error
    )
    return variance.sqrt()


def pooled(evidence: Sequence[Measured]) -> Measured:
    """Return several measurements of one amount as one, each by its precision.

    Those without error count alone; there is nothing that the others could add.
    """
    if len(evidence) == 1:
        return evidence[0]  # exactly: a logarithm and back would move the last digit
    exact = [one for one in evidence if one.sigma == 0]
    if exact:
        logs = [one.value.ln() for one in exact]
        return Measured(
            value=(sum(logs, Decimal(0)) / len(logs)).exp(), sigma=Decimal(0)
        )
    weights = [1 / (one.sigma * one.sigma) for one in evidence]
    whole = sum(weights, Decimal(0))
    middle = sum(
        (
            weight * one.value.ln()
            for weight, one in zip(weights, evidence, strict=True)
        ),
        Decimal(0),
    )
    return Measured(value=(middle / whole).exp(), sigma=1 / whole.sqrt())


def updated_share(prior: Quantiles, evidence: Sequence[Counted]) -> Posterior:
    """Return a share after counts, rounded half up at six decimals.

    No count, or a prior without doubt, leaves the prior as it is.
    """
    known = beta_of(prior)
    if not evidence or known is None:
        return _unmoved(prior)
    trials = float(sum(one.worth for one in evidence))
    hits = float(sum(one.worth * one.hits / one.trials for one in evidence))
    found = known.updated(hits, trials)
    return Posterior(
        p10=_six(found.quantile(0.1)),
        p50=_six(found.quantile(0.5)),
        p90=_six(found.quantile(0.9)),
        weight=_rounded(known.weight_of(trials)),
    )


def beta_of(prior: Quantiles) -> Beta | None:
    """Return the Beta of a share's three numbers; None where they leave no doubt.

    A Beta has two numbers, the prior three: the typical share is kept exactly, and
    eight times in ten the share lies between low and high. A side that says nothing
    (its end is 0, 1 or the typical share itself) is left to the other.
    """
    if prior.p10 == prior.p90:
        return None
    if not 0 < prior.p50 < 1:
        raise PosteriorError(
            f"A typical share of {prior.p50} with a doubt cannot be weighed against "
            f"counts. State a typical share between 0 and 1."
        )
    p10, p50, p90 = (float(value) for value in (prior.p10, prior.p50, prior.p90))
    ends = [end for end in (p10, p90) if end != p50 and 0 < end < 1]
    if not ends:
        # From 0 to 1 says nothing: two units' worth, as of a uniform share.
        return _with_median(p50, b=2 * (1 - p50))
    low, high = LEAST_SIZE, MOST_SIZE
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _within(_with_median(p50, b=exp(middle)), p50, ends) < 0.4 * len(ends):
            low = middle
        else:
            high = middle
    return _with_median(p50, b=exp(high))


def _with_median(share: float, *, b: float) -> Beta:
    """Return the Beta of this second number whose median is the share."""
    return Beta(a=float(btdtria(0.5, b, share)), b=b)


def _within(known: Beta, typical: float, ends: Sequence[float]) -> float:
    """Return the probability between the typical share and the ends together."""
    return sum(abs(known.below(end) - known.below(typical)) for end in ends)


def _sides(prior: Quantiles) -> tuple[Decimal, Decimal]:
    """Return sigma of the logarithm below and above typical.

    A side that ends at 0 or at the typical amount says nothing; it is as wide as the
    other.
    """
    if prior.p50 <= 0:
        raise PosteriorError(
            "A typical amount of 0 has no logarithm. State a typical amount above 0."
        )
    high = (prior.p90 / prior.p50).ln() / Z90
    low = (prior.p50 / prior.p10).ln() / Z90 if prior.p10 > 0 else Decimal(0)
    return low or high, high or low


def _unmoved(prior: Quantiles | None) -> Posterior:
    if prior is None:
        raise PosteriorError("Nothing was known and nothing was measured.")
    return Posterior(p10=prior.p10, p50=prior.p50, p90=prior.p90, weight=Decimal(0))


def _six(value: Decimal | float) -> Decimal:
    found = value if isinstance(value, Decimal) else Decimal(repr(value))
    return found.quantize(SIX, ROUND_HALF_UP)


def _rounded(value: Decimal | float) -> Decimal:
    return Decimal(value).quantize(FOUR, ROUND_HALF_UP)
