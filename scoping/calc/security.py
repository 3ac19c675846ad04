"""What a card says about the safety of images at a site, as an annex that is printed.

Facts are data of the price side with a source and a date; what a card does not say is
printed as not stated, never left out and never guessed. Where a client said in which
country the images have to stay, the annex says which sites remain.
See docs/model.md#security.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .rates.values import SECURITY, PriceSide, SiteSafety
from .spec.values import Conditions, Spec

COUNTRIES = {
    "vn": "Vietnam",
    "us": "the United States",
    "eu": "the European Union",
    "uk": "the United Kingdom",
    "other": "another country",
}
"""What the public form offers; staff may write any other words."""


def security_view(spec: Spec, price: PriceSide) -> dict[str, Any]:
    """Return the annex as plain data: what was asked, the sites, the facts of one.

    A fact is `{fact, name, text, source, as_of}`; its text is None where there is none.
    """
    sites = [*_sites(spec, price)]
    safety = price.security.get(spec.site, SiteSafety())
    return {
        "site": spec.site,
        "name": site_name(spec.site, price),
        "asked": [*_asked(spec.conditions, price)],
        "sites": sites,
        "sites_text": _sites_text(sites),
        "facts": [
            {
                "fact": key,
                "name": name,
                "text": fact.text or None,
                "source": fact.source,
                "as_of": fact.as_of,
            }
            for key, name in SECURITY.items()
            for fact in (safety.fact(key),)
        ],
    }


def remains(site: str, conditions: Conditions, price: PriceSide) -> bool:
    """Return whether work at a site keeps the images where they have to stay.

    A country is a site by its key or its name; one that no site has leaves none.
    """
    if conditions.residency is None:
        return True
    said = conditions.residency.strip().casefold()
    return said in (site.casefold(), site_name(site, price).casefold())


def _sites(spec: Spec, price: PriceSide) -> Iterator[dict[str, Any]]:
    for site in sorted(price.site_factors):
        yield {
            "site": site,
            "name": site_name(site, price),
            "remains": remains(site, spec.conditions, price),
            "here": site == spec.site,
        }


def _asked(conditions: Conditions, price: PriceSide) -> Iterator[str]:
    """Yield what the client asked for, in words."""
    if conditions.residency is not None:
        yield f"images stay in {_place(conditions.residency, price)}"
    if conditions.secure_room:
        yield "work in a secure room"


def _sites_text(sites: list[dict[str, Any]]) -> str:
    """Return which sites remain, and whether the one of this quote is among them."""
    left = [one["name"] for one in sites if one["remains"]]
    here = next((one for one in sites if one["here"]), None)
    if not left:
        return "None of our sites lies where your images have to stay."
    said = f"Sites that may work on it: {', '.join(left)}."
    if here is not None and not here["remains"]:
        said += f" This quote is worked on in {here['name']}, which does not."
    return said


def site_name(site: str, price: PriceSide) -> str:
    """Return the printed name of a site: the card's, a known country's, or its key."""
    named = price.security.get(site, SiteSafety()).name
    return named or COUNTRIES.get(site, site).removeprefix("the ")


def _place(said: str, price: PriceSide) -> str:
    if said in price.site_factors:
        return COUNTRIES.get(said, site_name(said, price))
    return COUNTRIES.get(said, said)
