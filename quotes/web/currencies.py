"""In which currency the answers of a project are shown: its own, or its site's, about.

The rate is the one that was pinned with the quote, with its day and source. It is not
today's, and a page says so beside what it turned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from quotes.calc.converted import Pinned, pinned_rate
from scoping.calc.trace import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyLink:
    """A currency that the answers can be shown in."""

    currency: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencySwitch:
    """The currencies of a project; `pinned` is the rate where another one is shown."""

    links: tuple[CurrencyLink, ...]
    pinned: Pinned | None
    rate: str


def currency_switch(request: HttpRequest, project: Any) -> CurrencySwitch | None:
    """Return the switch of a project; None where no other currency was pinned."""
    own = project.currency
    pinned = pinned_rate(project.baseline.document, currency=own)
    if pinned is None:
        return None
    there = request.GET.get("currency", "") == pinned.quote
    kept = {key: value for key in ("known_on",) if (value := request.GET.get(key, ""))}
    return CurrencySwitch(
        links=tuple(
            CurrencyLink(
                currency=one,
                address="?" + urlencode({**kept, "currency": one}),
                here=(one == pinned.quote) == there,
            )
            for one in (own, pinned.quote)
        ),
        pinned=pinned if there else None,
        rate=f"{plain(pinned.rate):,f}",
    )
