"""Disputed labels: whose reading held, and what that does to the counts of a sample.

A label is disputed where one check calls it wrong and the other does not. Only a
labelling error counts against us and is redone free; a guideline that is silent or was
changed, an image that cannot be labelled and a wrong reference are no errors of ours.
So every verdict upholds one check and overturns the other. A label that was decided may
be disputed once more; the later verdict takes the place of the earlier one from its day
on. See docs/model.md#disputes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scoping.calc.agreement import gold_lower_bound, gold_upper_bound

from .gates.batch import Batch
from .gates.sample import Sample

CLIENT, US = CHECKS = ("client", "us")
ERROR = "labelling_error"
VERDICTS: Mapping[str, str] = {
    ERROR: "labelling error",
    "guideline_silent": "the guideline says nothing about it",
    "guideline_changed": "the guideline was changed since",
    "data_unusable": "the image cannot be labelled",
    "reference_wrong": "the client's reference is wrong",
}
"""What a disputed label can be found to be, in words."""
RATES: Mapping[str, str] = {
    "client_rejections": "Called wrong by the client's check",
    "our_acceptances": "Passed by our checks",
    "our_rejections": "Called wrong by our checks",
}
"""Whose word was disputed, in words."""
TO_CLIENT: Mapping[str, str] = {
    **VERDICTS,
    ERROR: "labelling error, redone free",
    "reference_wrong": "your reference is wrong",
}
RATES_TO_CLIENT: Mapping[str, str] = {
    **RATES,
    "client_rejections": "Called wrong by your check",
}
"""The same in the words of a client."""
FOUR = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """A disputed label of a batch, with its verdict if it has one.

    `sample`: the seed of our sample that it is counted in, empty outside of it.
    `replaced`: the day of a later verdict on the same label, which counts from then on.
    """

    line: str
    batch: str
    called_wrong_by: str
    sample: str = ""
    verdict: str | None = None
    decided: date | None = None
    replaced: date | None = None

    @property
    def is_error(self) -> bool:
        """Return whether the label was found to be an error of ours."""
        return self.verdict == ERROR


def same_label(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two pairs of an image and a label in it name the same label.

    Case, spaces and how an accent is encoded make no difference, as with batch ids. A
    label that is not named is the image's only one in doubt.

    >>> same_label(("street-7.jpg", "Box 3"), ("Street-7.JPG ", "box  3"))
    True
    """
    return [_plain(text) for text in one] == [_plain(text) for text in other]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def overturned(disputes: Iterable[Disputed]) -> dict[str, dict[str, Any]]:
    """Return how often each check was overturned, by whose word was disputed, as data.

    A word of a check is overturned when the verdict says the opposite: a label called
    wrong that is no labelling error, or one that passed and is one. Of a label that was
    decided twice the last verdict counts. The bounds are exact, 95 % each way; a share
    of nothing is None.

    >>> two = [Disputed(line="Boxes", batch="1", called_wrong_by=CLIENT, verdict=one)
    ...        for one in (ERROR, "guideline_silent")]
    >>> found = overturned(two)
    >>> found["client_rejections"]["share"], found["our_acceptances"]["share"]
    ('0.5000', '0.5000')
    """
    known = [one for one in disputes if one.verdict and one.replaced is None]
    hers = [one.is_error for one in known if one.called_wrong_by == CLIENT]
    ours = [one.is_error for one in known if one.called_wrong_by == US]
    return {
        "client_rejections": _rate(len(hers), len(hers) - sum(hers)),
        "our_acceptances": _rate(len(hers), sum(hers)),
        "our_rejections": _rate(len(ours), len(ours) - sum(ours)),
    }


def _rate(decided: int, many: int) -> dict[str, Any]:
    if not decided:
        return {
            "decided": 0,
            "overturned": 0,
            **dict.fromkeys(("share", "low", "high")),
        }
    return {
        "decided": decided,
        "overturned": many,
        "share": _share(many / decided),
        "low": _share(gold_lower_bound(many, decided)),
        "high": _share(gold_upper_bound(many, decided)),
    }


def _share(share: float) -> str:
    return str(Decimal(repr(share)).quantize(FOUR, ROUND_HALF_UP))


def settled(
    batches: Sequence[Batch], disputes: Sequence[Disputed], *, until: date
) -> list[Batch]:
    """Return batches whose samples count what verdicts up to a day made of them.

    Of a sample's own labels: one that we called wrong and that is no error counts as
    right, one that passed and is an error counts as wrong. What the gate decided then
    stays what it was.
    """
    moved: dict[tuple[str, str, str], int] = {}
    for one in disputes:
        if one.verdict is None or one.decided is None or not one.sample:
            continue
        if one.decided > until or (one.replaced is not None and one.replaced <= until):
            continue
        key = (one.line, one.batch, one.sample)
        moved[key] = moved.get(key, 0) + _counts_for(one)
    return [_with_verdicts(batch, moved) if moved else batch for batch in batches]


def _counts_for(one: Disputed) -> int:
    """Return by how many wrong labels a verdict moves the sample of its label."""
    if one.called_wrong_by == US:
        return 0 if one.is_error else -1
    return 1 if one.is_error else 0


def _with_verdicts(batch: Batch, moved: Mapping[tuple[str, str, str], int]) -> Batch:
    history = tuple(
        replace(made, evidence=_moved(made.evidence, by))
        if isinstance(made.evidence, Sample)
        and (by := moved.get((batch.line, batch.key, made.evidence.seed), 0))
        else made
        for made in batch.history
    )
    return replace(batch, history=history)


def _moved(sample: Sample, by: int) -> Sample:
    """Return a sample with so many more wrong; its parts are cut to what can be.

    How bad the disputed label was is not known: where a part would exceed the whole,
    it is the part that shrinks.
    """
    wrong = min(sample.checked, max(0, sample.wrong + by))
    errors = wrong + (sample.missed or 0)
    critical = None if sample.critical is None else min(sample.critical, errors)
    return replace(
        sample,
        wrong=wrong,
        extra=None if sample.extra is None else min(sample.extra, wrong),
        critical=critical,
        minor=None
        if sample.minor is None
        else min(sample.minor, errors - (critical or 0)),
    )
