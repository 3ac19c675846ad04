"""What a generated project consists of: events, and how batches ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .people import Crew
from .truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that somebody did to one item.

    `stage` is label, review, rework or audit. `units` were handled; `found` of them
    were sent back (review) or called wrong (audit); `wrong` of them really are wrong
    after the event, which no export shows. `attempt` is 0 for first labels and their
    review. `prelabels_accepted` is None where no machine labelled first.
    """

    stage: str
    batch: int
    item: int
    actor: str
    start: datetime
    seconds: float
    units: int
    wrong: int
    found: int = 0
    attempt: int = 0
    prelabels_accepted: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a batch ended: what its sample showed, and how many units are wrong."""

    batch: int
    items: int
    units: int
    wrong: int
    sampled_units: int
    defects: int
    released: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """A generated project: its truth, its people, what they did, how batches ended."""

    truth: Truth
    crew: Crew
    entries: tuple[Event, ...]
    outcomes: tuple[Outcome, ...]
