"""What a row says otherwise than the entry that was counted: both sides, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from quotes import models
from quotes.ingest.fields import KEY
from quotes.ingest.reading import Refusal

FIGURES = (
    *("items", "items_skipped", "units_produced", "units_passed", "units_accepted"),
    *("units_rejected", "units_reworked", "active_seconds", "review_seconds"),
    *("audit_n", "audit_defects", "audit_missed", "audit_extra", "audit_classes"),
    *("critical_defects", "minor_defects", "gold_n", "gold_correct"),
    *("prelabel_units", "prelabel_accepted", "prelabel_models"),
)
TEXTS = (
    *("annotation_type", "site", "pod", "role", "tool", "guideline_version"),
    *("skip_reason", "reject_cause", "source_ref"),
)
WORDS = {
    "items": "images",
    "units_produced": "units made",
    "units_rejected": "units sent back",
    "active_seconds": "seconds of work",
    "pod": "team",
    "audit_n": "sample",
    "audit_defects": "wrong in the sample",
    "audit_classes": "classes in the sample",
    "prelabel_models": "models of pre-labels",
}
MOST_NAMED = 3
LONGEST = 40


def other_figures(
    number: int, *, counted: models.WorkRecord, said: Mapping[str, Any]
) -> Refusal:
    """Return why a row is refused whose work was counted with other figures.

    `said` are the values of the row, missing ones absent, None or empty.
    """
    found = list(_differences(counted, said))
    named = "; ".join(found[:MOST_NAMED])
    more = len(found) - MOST_NAMED
    return Refusal(
        row=number,
        column="batch",
        code="restatement",
        message=(
            f"This work was counted with other figures: {named}"
            f"{f'; and {more} more' if more > 0 else ''}. Give a reason to restate it."
        ),
    )


def _differences(counted: models.WorkRecord, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield each figure or text with what was counted and what the row says.

    A text that the row does not give is no difference; a figure that it does not give
    is one.
    """
    for name in (*FIGURES, *TEXTS):
        before, here = getattr(counted, name), said.get(name)
        silent = name in TEXTS and here in (None, "")
        if name not in KEY and not silent and before != here:
            word = WORDS.get(name, name.replace("_", " "))
            yield f"{word} {_text(before)} before, {_text(here)} here"


def _text(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        return value[:LONGEST]
    return ", ".join(str(one[0]) for one in value)[:LONGEST]
