"""The normal form of a spec: every key, exact numbers as text, the same for all doors.

Two documents that say the same have one normal form; the public seed is its hash, with
lines ordered by content, so that permuting lines changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .service import Sla
from .values import (
    AuditRule,
    Commercial,
    Line,
    Prelabel,
    Quality,
    Risk,
    Spec,
    UnitsPerItem,
)

SEEDS = 2**31
LATER = frozenset({"density", "resolution"})
"""Keys that came after the first specs: left out where nothing is said, so that a spec
of before has the normal form, and with it the seed, that it had."""
LATER_TERMS: dict[str, Any] = {
    "pods": None,
    "months": None,
    "holdback": None,
    "fees": {"added": [], "waived": []},
    "credits": {"failed_batch": None},
}
"""Such keys of `commercial`, with what they are where nothing is said."""


def to_document(spec: Spec) -> dict[str, Any]:
    """Return the normal document of a spec; reading it gives the same spec back."""
    return {
        "spec": 1,
        "name": spec.name,
        "client": spec.client,
        "currency": spec.currency,
        "language": spec.language,
        "need": spec.need,
        "items": spec.items,
        "item_kind": spec.item_kind,
        "video": None if spec.video is None else _plain(spec.video),
        "start_on": spec.start_on.isoformat(),
        "deadline": None if spec.deadline is None else spec.deadline.isoformat(),
        "budget": _number(spec.budget),
        "site": spec.site,
        "client_calendar": spec.client_calendar,
        "client_turnaround_days": spec.client_turnaround_days,
        "lines": [line_document(line) for line in spec.lines],
        "quality": _quality(spec.quality),
        "team": _plain(spec.team),
        "conditions": _plain(spec.conditions),
        "commercial": _commercial(spec.commercial),
        "risks": [_risk(risk) for risk in spec.risks],
        "seed": spec.seed,
    }


def _risk(risk: Risk) -> dict[str, Any]:
    return {key: value for key, value in _plain(risk).items() if value}


def line_document(line: Line) -> dict[str, Any]:
    """Return the normal document of one line."""
    found = {
        key: value
        for key, value in _plain(line).items()
        if key not in ("index", "units_per_item", "prelabel")
        and not (value is None and key in LATER)
    }
    found["units_per_item"] = _per_item(line.units_per_item)
    found["prelabel"] = None if line.prelabel is None else _prelabel(line.prelabel)
    return found


def _quality(said: Quality) -> dict[str, Any]:
    found = _plain(said)
    if said.sla == Sla():
        # A spec of before there were such promises has the seed that it had.
        del found["sla"]
    elif said.sla.late is None:
        del found["sla"]["late"]
    return found


def _commercial(said: Commercial) -> dict[str, Any]:
    found = {
        key: value
        for key, value in _plain(said).items()
        if key not in LATER_TERMS or value != LATER_TERMS[key]
    }
    if said.tax.rounding == "sum":
        del found["tax"]["rounding"]
    return found


def seed_of(spec: Spec) -> int:
    """Return the seed that a spec gives itself: a hash of what it says.

    Names of the project and the client do not move draws; nor does the order of lines
    and risks.
    """
    document = to_document(spec)
    for key in ("name", "client", "seed"):
        del document[key]
    document["lines"] = sorted(
        json.dumps({**line, "name": "", "alternative_to": None}, sort_keys=True)
        for line in document["lines"]
    )
    document["risks"] = sorted(
        json.dumps(risk, sort_keys=True) for risk in document["risks"]
    )
    if not document["risks"]:
        # A spec of before there were risks has the seed that it had.
        del document["risks"]
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % SEEDS


def _per_item(said: UnitsPerItem) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if said.sample is not None:
        found["sample"] = list(said.sample)
    else:
        found["mean"] = _value(said.mean)
    if said.spread is not None:
        found["spread"] = _plain(said.spread)
    return found


def _prelabel(said: Prelabel) -> dict[str, Any]:
    found: dict[str, Any] = {"share": _number(said.share)}
    if said.accept_rate is not None:
        found["accept_rate"] = _value(said.accept_rate)
    if said.saving is not None:
        found["saving"] = _number(said.saving)
    for key in ("recall", "precision", "no_fix_share"):
        if getattr(said, key) is not None:
            found[key] = _value(getattr(said, key))
    return found


def _plain(value: Any) -> dict[str, Any]:
    return {one.name: _value(getattr(value, one.name)) for one in fields(value)}


def _value(value: Any) -> Any:
    found: Any = value
    if isinstance(value, Decimal):
        found = _number(value)
    elif isinstance(value, date):
        found = value.isoformat()
    elif isinstance(value, AuditRule):
        found = {key: one for key, one in _plain(value).items() if one is not None}
    elif isinstance(value, tuple):
        found = [_value(one) for one in value]
    elif is_dataclass(value):
        found = _plain(value)
    return found


def _number(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text
