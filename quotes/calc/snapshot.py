"""A price as plain data that outlives the code; canonical, so that it has one hash.

Two documents are frozen when a quote is sent. The client document is all that a client
is shown, and its hash the only one that a client sees. The internal document holds what
it was made of: spec, estimate, card, decisions, seed, engine. No float enters either:
a float printed by another release would have another hash. See docs/model.md#snapshot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scoping.calc.workdays import Calendar, calendar_document

ACCEPTED = (
    " counts as accepted when it passed our checks and you confirmed it, or after "
    "{days} business days without a word."
)
PAYMENT: Mapping[str, str] = {
    "unit": "Each month for the units you accepted, at the unit prices above. A unit"
    + ACCEPTED,
    "image": "Each month for the images you accepted, at the price of an image above. "
    "An image" + ACCEPTED,
    "hour": "Each month for the hours worked on labelling and checking, at the price "
    "of an hour above, and never more in all than the amount above. A unit" + ACCEPTED,
    "pod_month": "Each month for the teams that worked in it, at the price of a team "
    "month above. A unit" + ACCEPTED,
    "fixed": "Each month for the part of the images you accepted, together the fixed "
    "amount above. An image" + ACCEPTED,
}
"""How a client pays, by the basis that the document sells on."""


class NotPlainError(TypeError):
    """Raised for a value that has no canonical form: a float, a date, an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who offers and to whom, as a document prints it."""

    vendor: str
    legal_name: str
    legal_address: str
    tax_id: str
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which document it is: number, revision, scenario, and its two days.

    `starts` is the day on which the client said that the work begins.
    """

    number: str
    revision: int
    scenario: str
    dated: date
    valid_until: date
    starts: date
    time_zone: str


def canonical(document: object) -> str:
    """Return a document's one canonical text: sorted keys, no spaces, no floats."""
    _check(document, "")
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def digest(document: object) -> str:
    """Return the SHA-256 of a document's canonical text, in hexadecimal."""
    return digest_of_text(canonical(document))


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _check(value: object, path: str) -> None:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str):
                raise NotPlainError(f"{path or '/'} has the key {key!r}, not a text.")
            _check(one, f"{path}/{key}")
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            _check(one, f"{path}/{index}")
    elif value is not None and not isinstance(value, str | bool | int):
        raise NotPlainError(
            f"{path or '/'} is a {type(value).__name__}; write it as text."
        )


def client_document(
    view: Mapping[str, Any],
    *,
    parties: Parties,
    identity: Identity,
    terms: Mapping[str, Any],
    acceptance_days: int,
    texts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what a client is sent: the client view with who, when, on which terms.

    `texts` are its sections in their order; without them the usual order holds.
    """
    return {
        "client_document": 1,
        "number": identity.number,
        "revision": identity.revision,
        "scenario": identity.scenario,
        "dated": identity.dated.isoformat(),
        "valid_until": identity.valid_until.isoformat(),
        "time_zone": identity.time_zone,
        "vendor": {
            "name": parties.vendor,
            "legal_name": parties.legal_name,
            "legal_address": parties.legal_address,
            "tax_id": parties.tax_id,
        },
        "client": parties.client,
        "starts": identity.starts.isoformat(),
        "offer": dict(view),
        "payment": PAYMENT[view["basis"]["key"]].format(days=acceptance_days),
        "terms": dict(terms),
        **({} if texts is None else {"texts": dict(texts)}),
    }


def internal_document(  # noqa: PLR0913 - all that a sending pins, named
    *,
    spec: Mapping[str, Any],
    estimate: Mapping[str, Any],
    decisions: list[dict[str, Any]],
    terms_version: str,
    client_digest: str,
    calendars: Sequence[Calendar] = (),
    texts: Mapping[str, str | None] | None = None,
) -> dict[str, Any]:
    """Return what a sent quote was made of, for staff and for later recomputation.

    `calendars` with the days that the workspace changed: later changes of holidays do
    not move the dates of what was sent. `texts` are the versions of what it prints,
    None for what was written for it alone.
    """
    return {
        "internal_document": 1,
        "spec": dict(spec),
        "estimate": dict(estimate),
        "card": estimate["card"],
        "engine": estimate["engine"],
        "seed": estimate["seed"],
        "decisions": decisions,
        "terms": terms_version,
        "texts": dict(texts or {}),
        "client_digest": client_digest,
        "calendars": [
            calendar_document(one)
            for one in sorted(calendars, key=lambda calendar: calendar.key)
        ],
    }
