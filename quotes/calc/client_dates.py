"""The dates of a quote as its client reads them: who has to do what, and until when.

Taken from the client document alone: the first day, her own obligations with their
days, and the promised week. When the pilot or production is likely to end is ours to
know; she is promised a week. See docs/model.md#client_dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from scoping.calc.pipeline import business_days

TOOL, WORD = "your_tool", "your_acceptance"
DATA = "your_data"
PILOT = 2
"""The number of the stage that calibrates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDate:
    """One thing that is due: on `day`, in the `week` of a Monday, or as `words` say.

    `yours`: whether it is the client's to do.
    """

    what: str
    yours: bool
    kind: Literal["day", "week", "words"]
    when: date | None = None
    words: str = ""


def client_dates(
    view: Mapping[str, Any], *, starts: str | None
) -> tuple[ClientDate, ...]:
    """Return what is due in a quote, in the order in which it comes."""
    return tuple(_dates(view, starts=starts))


def _dates(view: Mapping[str, Any], *, starts: str | None) -> Iterator[ClientDate]:
    clauses = {one["key"]: one for one in view["clauses"]}
    for key in (DATA, TOOL):
        due = clauses.get(key, {}).get("due")
        if due is not None:
            what = clauses[key]["promise"]
            yield ClientDate(
                what=what, yours=True, kind="day", when=date.fromisoformat(due)
            )
    if starts is not None:
        yield ClientDate(
            what="The work begins",
            yours=False,
            kind="day",
            when=date.fromisoformat(starts),
        )
    if any(stage["number"] == PILOT and stage["used"] for stage in view["stages"]):
        yield ClientDate(
            what="Pilot: your answers between its rounds",
            yours=True,
            kind="words",
            words=clauses.get("your_answers", {}).get("how_much", ""),
        )
    yield ClientDate(
        what="Everything is delivered",
        yours=False,
        kind="week",
        when=date.fromisoformat(view["delivery"]["week"]),
    )
    days = clauses.get(WORD, {}).get("days")
    if days is not None:
        yield ClientDate(
            what="Your word on the last batch",
            yours=True,
            kind="words",
            words=f"within {business_days(days)} of its delivery",
        )
