"""The form of rival quotes: up to five of them, and the client's side of quality.

It is sent by GET, so that a comparison is an address which can be kept and sent on. An
empty field is not known; only 0 is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms

from scoping.calc.rivals import ClientSide, Quote, QuoteError
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.said import UnclearNumberError, number_said
from scoping.web.spec_entries import Choices, Entry
from scoping.web.spec_form import Part

MOST_RIVALS = 5
MOST_LETTERS = 60
MOST_MONEY = Decimal(1_000_000_000)
MOST_DECIMALS = 6
PERCENT = Decimal(100)

YES_NO: Choices = (("", "not known"), ("yes", "yes"), ("no", "no"))
ANSWERS: Mapping[str, bool | None] = {"": None, "yes": True, "no": False}

RIVAL = (
    Entry(name="name", path=("name",), label="Vendor"),
    Entry(
        name="price", path=("price",), label="Price of one", kind="number", unit="USD"
    ),
    Entry(name="unit", path=("unit",), label="Counted by", kind="choice"),
    Entry(
        name="accuracy",
        path=("accuracy",),
        label="Accuracy promised",
        kind="percent",
        unit="%",
    ),
    Entry(
        name="first_pass_wrong",
        path=("first_pass_wrong",),
        label="First-pass errors",
        kind="percent",
        unit="%",
        help="If known, instead of a promise.",
    ),
    Entry(
        name="includes_review",
        path=("includes_review",),
        label="Includes review",
        kind="choice",
        choices=YES_NO,
    ),
    Entry(
        name="rework_is_free",
        path=("rework_is_free",),
        label="Rework is free",
        kind="choice",
        choices=YES_NO,
    ),
    Entry(
        name="minimum",
        path=("minimum",),
        label="Minimum order",
        kind="number",
        unit="USD",
    ),
    Entry(
        name="set_up", path=("set_up",), label="Set-up fee", kind="number", unit="USD"
    ),
)
CLIENT = (
    Entry(
        name="inspect",
        path=("inspect",),
        label="Checking one",
        kind="number",
        unit="USD",
    ),
    Entry(
        name="catches",
        path=("catches",),
        label="Errors it finds",
        kind="percent",
        unit="%",
    ),
    Entry(
        name="own_rework",
        path=("own_rework",),
        label="Redoing one",
        kind="number",
        unit="USD",
    ),
    Entry(
        name="escape",
        path=("escape",),
        label="One error missed",
        kind="number",
        unit="USD",
    ),
)
FIGURES = frozenset(("number", "percent"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalFields:
    """The fields of one quote; folded while there is nothing in them."""

    number: int
    heading: str
    fields: list[forms.BoundField]
    is_open: bool


@dataclass(slots=True)
class RivalForm:
    """What was typed, the quotes that it makes, and what is wrong with the rest."""

    parts: list[Part]
    client_part: Part
    quotes: list[Quote] = field(default_factory=list)
    client: ClientSide = field(default_factory=ClientSide)
    problems: list[FoundProblem] = field(default_factory=list)

    @classmethod
    def read(cls, said: Mapping[str, str], *, units: Choices) -> RivalForm:
        """Read what was typed; a quote with a problem is left out and says so."""
        data = {"unit": "", **{key: str(value) for key, value in said.items()}}
        found = cls(
            parts=[
                Part(data, entries=RIVAL, choices={"unit": units}, prefix=f"r{number}")
                for number in range(1, MOST_RIVALS + 1)
            ],
            client_part=Part(data, entries=CLIENT, choices={}, prefix="client"),
        )
        for number, part in enumerate(found.parts, start=1):
            if _is_used(part):
                found.take_quote(part, number=number, units=units)
        found.take_client()
        return found

    @property
    def summary(self) -> ErrorSummary | None:
        """Return what needs another look, if anything does."""
        if not self.problems:
            return None
        return ErrorSummary(problems=tuple(self.problems))

    @property
    def rivals(self) -> list[RivalFields]:
        """Return the fields of every quote; the first is open where all are empty."""
        used = [_is_used(part) for part in self.parts]
        return [
            RivalFields(
                number=number,
                heading=part.typed(RIVAL[0])[:MOST_LETTERS] or f"Quote {number}",
                fields=[part[entry.name] for entry in RIVAL],
                is_open=used[number - 1] or (number == 1 and not any(used)),
            )
            for number, part in enumerate(self.parts, start=1)
        ]

    @property
    def client_fields(self) -> list[forms.BoundField]:
        """Return the fields of the client's side."""
        return [self.client_part[entry.name] for entry in CLIENT]

    def take_quote(self, part: Part, *, number: int, units: Choices) -> None:
        """Add the quote of a part, or its problems."""
        where = f"Quote {number}"
        said = self._figures(part, RIVAL, where=where)
        if said is None:
            return
        try:
            self.quotes.append(_quote(part, said, name=where, units=units))
        except QuoteError as error:
            self._complain(part, error.field, str(error), where=where)

    def take_client(self) -> None:
        """Take the client's side, or its problems."""
        said = self._figures(self.client_part, CLIENT, where="The client")
        if said is None:
            return
        try:
            self.client = ClientSide(**said)
        except QuoteError as error:
            self._complain(
                self.client_part, error.field, str(error), where="The client"
            )

    def _figures(
        self, part: Part, entries: tuple[Entry, ...], *, where: str
    ) -> dict[str, Any] | None:
        """Return the figures of a part by name; None if one cannot be read."""
        found: dict[str, Decimal | None] = {}
        before = len(self.problems)
        for entry in entries:
            if entry.kind not in FIGURES:
                continue
            try:
                found[entry.name] = _figure(entry, part.typed(entry))
            except UnclearNumberError as error:
                self._complain(part, entry.name, str(error), where=where)
        return found if len(self.problems) == before else None

    def _complain(self, part: Part, name: str, text: str, *, where: str) -> None:
        bound = part[name]
        part.add_error(name, text)
        self.problems.append(
            FoundProblem(
                text=f"{where}, {str(bound.label).lower()}: {text}",
                field_id=str(bound.auto_id),
            )
        )


def _quote(
    part: Part, said: Mapping[str, Decimal | None], *, name: str, units: Choices
) -> Quote:
    """Return the quote of a part. Raises QuoteError at the field that is wrong."""
    words = {entry.name: part.typed(entry) for entry in RIVAL}
    if said["price"] is None:
        raise QuoteError("price", "Write the price, or empty this quote.")
    if len(words["name"]) > MOST_LETTERS:
        raise QuoteError("name", f"Write a name of at most {MOST_LETTERS} letters.")
    if words["unit"] and words["unit"] not in dict(units):
        raise QuoteError("unit", "Choose one of the units in the list.")
    return Quote(
        name=words["name"] or name,
        price=said["price"],
        unit=words["unit"] or units[0][0],
        accuracy=said["accuracy"],
        first_pass_wrong=said["first_pass_wrong"],
        includes_review=_answer("includes_review", words),
        rework_is_free=_answer("rework_is_free", words),
        minimum=said["minimum"],
        set_up=said["set_up"],
    )


def _answer(name: str, words: Mapping[str, str]) -> bool | None:
    if words[name] not in ANSWERS:
        raise QuoteError(name, "Choose not known, yes or no.")
    return ANSWERS[words[name]]


def _is_used(part: Part) -> bool:
    return any(part.typed(entry) for entry in _telling())


def _telling() -> Iterator[Entry]:
    """Yield the entries that say that a quote is there: all but the unit."""
    return (entry for entry in RIVAL if entry.name != "unit")


def _figure(entry: Entry, text: str) -> Decimal | None:
    if not text:
        return None
    said = number_said(text)
    if abs(said) > MOST_MONEY:
        raise UnclearNumberError(f"Write at most {MOST_MONEY:,}.")
    if said != round(said, MOST_DECIMALS):
        raise UnclearNumberError(f"Write at most {MOST_DECIMALS} decimals.")
    return said / PERCENT if entry.kind == "percent" else said
