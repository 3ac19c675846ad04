"""The parts that pages are made of, as values with formatted text in them.

A template receives these and prints them: it neither adds nor asks. Each has its
partial in `templates/partials/` and is shown in every state on /styleguide/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["", "good", "warn", "bad", "info", "brass"]

ICON_OF: dict[str, str] = {
    "good": "check",
    "warn": "warning",
    "bad": "warning",
    "info": "info",
    "brass": "info",
}

SMALL_NUMBERS = (
    *("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"),
)


def icon_template(name: str) -> str:
    """Return the partial that draws an icon."""
    return f"partials/icons/{name}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A word with an icon, on a ground that says the same."""

    words: str
    kind: Kind = ""
    icon: str = ""

    @property
    def icon_template(self) -> str:
        """Return the partial of the icon."""
        return icon_template(self.icon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A sentence on a tinted ground with one icon; `strong` begins it."""

    text: str
    kind: Kind = "info"
    strong: str = ""
    role: str = ""

    @property
    def icon_template(self) -> str:
        """Return the partial of the icon."""
        return icon_template(ICON_OF.get(self.kind, "info"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProblem:
    """One complaint with the field that it is about, if it is about one.

    `code` and `path` are the stable ones of the spec's reader, for whoever automates.
    """

    text: str
    field_id: str = ""
    code: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorSummary:
    """What needs another look, with links to the fields."""

    problems: tuple[FoundProblem, ...]

    @property
    def heading(self) -> str:
        """Return how many answers need another look."""
        count = len(self.problems)
        if count == 1:
            return "One answer needs another look"
        words = SMALL_NUMBERS[count] if count < len(SMALL_NUMBERS) else str(count)
        return f"{words} answers need another look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A figure with its name above and what belongs to it below."""

    name: str
    value: str
    notes: tuple[str, ...] = ()
    kind: str = ""
    is_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What stands where nothing is yet: what, why, one act."""

    heading: str
    text: str
    act: str = ""
    url: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMark:
    """One of the seven stages on the rail."""

    number: int
    name: str
    gate: str
    used: bool = True
    has_gate: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """A row of a reason tree, or the end of a fold (`closes`)."""

    name: str = ""
    value: str = ""
    because: str = ""
    weak: bool = False
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The reasons of one number, folded."""

    id: str
    rows: tuple[TreeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A batch as a square: fill and glyph say its state, and so do the words."""

    kind: str
    words: str
    glyph: str = ""


STATE_BADGES: dict[str, Badge] = {
    "draft": Badge(words="Draft", icon="page"),
    "in_approval": Badge(words="In approval", kind="warn", icon="clock"),
    "sent": Badge(words="Sent", kind="info", icon="arrow"),
    "accepted": Badge(words="Accepted", kind="good", icon="check"),
    "declined": Badge(words="Declined", kind="bad", icon="cross"),
    "expired": Badge(words="Expired", icon="clock"),
    "withdrawn": Badge(words="Withdrawn", icon="cross"),
    "superseded": Badge(words="Superseded", icon="again"),
}
"""How the state of a quote is shown, everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobShown:
    """A piece of long work: how far it is, how long still, how to stop it.

    `total` is None while nobody knows how much it is; `share` is empty then.
    """

    id: int
    name: str
    url: str
    badge: Badge
    by: str
    asked: str
    done: int
    total: int | None
    share: str
    sentence: str
    left: str = ""
    is_open: bool = False
    is_stopping: bool = False
    cancel_url: str = ""
    result_url: str = ""
    result_words: str = ""
