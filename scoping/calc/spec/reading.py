"""A document into a spec, or all that is wrong with it at once.

Shapes are read first (`fields.py`), then what a door may write, then the rules between
fields. Values that nobody stated take the standard of `values.py`, and the spec
remembers which were stated, because an unstated one is an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .doors import Door, locked
from .fields import DOCUMENT, FIELDS
from .normal import seed_of
from .problems import Problem, SpecError
from .rules import check
from .service import sla_of
from .shapes import BAD, Complaints
from .values import (
    EFFECTS,
    AuditRule,
    Commercial,
    Conditions,
    Credits,
    Density,
    Fees,
    Line,
    LowModeHigh,
    Prelabel,
    Quality,
    Quantiles,
    Range,
    Risk,
    Spec,
    Tax,
    Team,
    UnitsPerItem,
    Video,
)

LEAD_DAYS = 14


def read_spec(document: object, *, door: Door, today: date) -> Spec:
    """Return the spec that a document states, for one door.

    `today` is the reader's day: work that names no start begins on the first Monday two
    weeks on. Raises SpecError with every problem, ordered as they stand.
    """
    if not isinstance(document, Mapping):
        raise SpecError(
            (
                Problem(
                    code="invalid_type",
                    path="",
                    message="A spec is an object with named keys: items, lines, ….",
                ),
            )
        )
    to = Complaints()
    to.problems.extend(locked(document, door=door, known=FIELDS))
    found = DOCUMENT.read(document, "", to)
    _items_or_video(found, to)
    check(found, to)
    if to.problems:
        raise SpecError(tuple(to.problems))
    spec = _spec(found, today=today, stated=frozenset(to.stated))
    return spec if found.get("seed") is not None else replace(spec, seed=seed_of(spec))


def _items_or_video(found: dict[str, Any], to: Complaints) -> None:
    if "items" not in found and found.get("video") is None:
        to.add("required", "/items", "State how many items there are, or the video.")


def _spec(found: dict[str, Any], *, today: date, stated: frozenset[str]) -> Spec:
    video = _video(found.get("video"))
    plain = {
        key: found[key]
        for key in (
            *("name", "client", "currency", "language", "need", "deadline"),
            *("budget", "site", "client_calendar", "client_turnaround_days"),
        )
        if key in found
    }
    return Spec(
        items=found["items"] if video is None else _frames(video),
        item_kind="frame" if video is not None else found.get("item_kind", "image"),
        video=video,
        lines=tuple(_line(index, line) for index, line in enumerate(found["lines"])),
        seed=found.get("seed") or 0,
        start_on=found.get("start_on") or _first_monday(today),
        quality=_quality(found.get("quality", {})),
        team=Team(**found.get("team", {})),
        conditions=_conditions(found.get("conditions", {})),
        commercial=_commercial(found.get("commercial", {})),
        risks=tuple(_risk(risk) for risk in found.get("risks", ())),
        stated=stated,
        **plain,
    )


def _first_monday(today: date) -> date:
    earliest = today + timedelta(days=LEAD_DAYS)
    return earliest + timedelta(days=-earliest.weekday() % 7)


def _frames(video: Video) -> int:
    """Return the frames of the clips; the last part of a frame is not one."""
    return int(video.clips * video.seconds_per_clip * video.fps)


def _video(said: dict[str, Any] | None) -> Video | None:
    return None if said is None else Video(**said)


def _line(index: int, said: dict[str, Any]) -> Line:
    plain = {
        key: value
        for key, value in said.items()
        if key not in ("units_per_item", "prelabel", "unit")
    }
    return Line(
        index=index,
        units_per_item=_per_item(said["units_per_item"]),
        prelabel=_prelabel(said.get("prelabel")),
        **plain,
    )


def _per_item(said: Any) -> UnitsPerItem:
    if isinstance(said, Decimal):
        return UnitsPerItem(mean=said)
    spread = said.get("spread")
    sample = said.get("sample")
    return UnitsPerItem(
        mean=_range(said.get("mean")),
        spread=None if spread is None else Density(**spread),
        sample=None if sample is None else tuple(sample),
    )


def _range(said: Any) -> Range | None:
    if said is None or isinstance(said, Decimal):
        return said
    if "p10" in said:
        return Quantiles(**said)
    return LowModeHigh(**said)


def _prelabel(said: dict[str, Any] | None) -> Prelabel | None:
    if said is None:
        return None
    return Prelabel(
        share=said.get("share", Decimal(1)),
        accept_rate=_range(said.get("accept_rate")),
        saving=said.get("saving"),
        recall=said.get("recall"),
        precision=said.get("precision"),
        no_fix_share=_range(said.get("no_fix_share")),
    )


def _risk(said: dict[str, Any]) -> Risk:
    ranges = {key: _range(said.get(key)) for key in ("probability", *EFFECTS)}
    return Risk(event=said.get("event"), name=said.get("name", ""), **ranges)


def _quality(said: dict[str, Any]) -> Quality:
    plain = {key: value for key, value in said.items() if key not in ("audit", "sla")}
    if "audit" in said:
        plain["audit"] = AuditRule(**said["audit"])
    if "sla" in said:
        plain["sla"] = sla_of(said["sla"])
    return Quality(**plain)


def _conditions(said: dict[str, Any]) -> Conditions:
    plain = dict(said)
    if "guideline_languages" in plain:
        plain["guideline_languages"] = tuple(plain["guideline_languages"])
    return Conditions(**plain)


NESTED = ("tax", "fees", "credits")


def _commercial(said: dict[str, Any]) -> Commercial:
    plain = {key: value for key, value in said.items() if key not in NESTED}
    if "tax" in said:
        plain["tax"] = Tax(**said["tax"])
    if "fees" in said:
        fees = {key: tuple(value) for key, value in said["fees"].items()}
        plain["fees"] = Fees(**fees)
    if "credits" in said:
        plain["credits"] = Credits(**said["credits"])
    return Commercial(**plain)


__all__ = ["BAD", "read_spec"]
