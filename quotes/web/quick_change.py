"""The one thing in which a new scenario differs: chosen from a list, with its value.

Small enough for one line of a form. Whatever else differs is changed on the workbench
of the new scenario, whose form knows every answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.http import QueryDict

from scoping.calc.spec.patch import Patch, replacing
from scoping.web.said import UnclearNumberError, number_said
from scoping.web.scope_pages import SITES

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """An answer that can be changed: where it stands, and how its value is typed."""

    key: str
    words: str
    path: str
    kind: Literal["whole", "percent", "turn", "site"]
    site: str = ""
    turned_on: bool = False

    @property
    def needs_value(self) -> bool:
        """Return whether it takes a value; a turn and a site say all by themselves."""
        return self.kind in ("whole", "percent")


TYPED = (
    Quick(key="items", words="Number of images, to", path="/items", kind="whole"),
    Quick(
        key="accuracy",
        words="Share right in %, to",
        path="/quality/accuracy",
        kind="percent",
    ),
    Quick(
        key="reviews",
        words="Reviews of each, to",
        path="/quality/reviews",
        kind="whole",
    ),
    Quick(
        key="annotators", words="Annotators, to", path="/team/annotators", kind="whole"
    ),
    Quick(
        key="turnaround",
        words="Days until the client answers, to",
        path="/client_turnaround_days",
        kind="whole",
    ),
    Quick(
        key="discount",
        words="Discount in %, to",
        path="/commercial/discount",
        kind="percent",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickSaid:
    """What the form of a new scenario said, and what is wrong with it."""

    name: str = ""
    change: str = ""
    value: str = ""
    like: str = ""
    priced_anew: bool = False

    @classmethod
    def read(cls, data: QueryDict) -> QuickSaid:
        """Return what was posted."""
        return cls(
            name=data.get("name", "").strip(),
            change=data.get("change", ""),
            value=data.get("value", "").strip(),
            like=data.get("like", ""),
            priced_anew=data.get("priced_anew") == "yes",
        )


def quick_changes(spec: Mapping[str, Any]) -> Iterator[Quick]:
    """Yield what can be changed of a scope in one line: never to what it is already."""
    yield from TYPED
    for key in ("rush", "pilot"):
        # The key says which way it is turned: who chose “Without rush” for a scenario
        # that has none must not be given rush.
        turned_on = not spec["commercial"][key]
        yield Quick(
            key=key if turned_on else f"{WITHOUT}{key}",
            words=TURNS[key][0 if turned_on else 1],
            path=f"/commercial/{key}",
            kind="turn",
            turned_on=turned_on,
        )
    for site, name in SITES.items():
        if site != spec["site"]:
            words = f"Work at the site {name}"
            yield Quick(
                key=f"site-{site}", words=words, path="/site", kind="site", site=site
            )


def changes_of_any(specs: Iterable[Mapping[str, Any]]) -> tuple[Quick, ...]:
    """Return what can be changed of any of these scopes, each change once."""
    found = {one.key: one for spec in specs for one in quick_changes(spec)}
    return tuple(found.values())


WITHOUT = "no_"
TURNS = {
    "rush": ("Rush", "Without rush"),
    "pilot": ("A pilot first", "Without a pilot"),
}
"""What turning an answer is called, where it is off now and where it is on."""


class QuickChangeError(ValueError):
    """Raised for a change that says nothing; `field` is where."""

    def __init__(self, message: str, *, field: str) -> None:
        """Keep the field beside the sentence."""
        self.field = field
        super().__init__(message)


def patch_of(said: QuickSaid, spec: Mapping[str, Any]) -> Patch:
    """Return the change of the scope that the form says; none where it says none.

    Raises QuickChangeError.
    """
    if not said.change:
        if said.value:
            raise QuickChangeError(
                f"Choose what “{said.value[:40]}” is.", field="change"
            )
        return ()
    found = {one.key: one for one in quick_changes(spec)}.get(said.change)
    if found is None:
        text = "Choose what differs from the list."
        if _is_turn_or_site(said.change):
            text = f"Scenario {said.like} is so already. {text}"
        raise QuickChangeError(text, field="change")
    return (replacing(found.path, value=_value(found, said)),)


def _is_turn_or_site(change: str) -> bool:
    return (
        change.removeprefix(WITHOUT) in TURNS or change.removeprefix("site-") in SITES
    )


def _value(found: Quick, said: QuickSaid) -> Any:
    if found.kind == "turn":
        return found.turned_on
    if found.kind == "site":
        return found.site
    try:
        number = number_said(
            said.value.rstrip("%").strip(), whole=found.kind == "whole"
        )
    except UnclearNumberError as error:
        raise QuickChangeError(str(error), field="value") from error
    return int(number) if found.kind == "whole" else f"{number / HUNDRED:f}"
