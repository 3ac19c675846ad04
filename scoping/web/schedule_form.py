"""The question of the schedule designer: a saved scope or a few figures, and the rest.

It is sent by GET, so that a schedule is an address which can be kept and sent on. An
empty field says what the scope says, or the card's standard value.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms

from scoping.calc.planning.design import Ask
from scoping.calc.spec import Problem, Spec, SpecError, read_spec
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.spec_entries import TYPES, Choices, Entry
from scoping.web.spec_form import Answers, Part

MOST_STREAMS, MOST_HOURS = 1000, 1000
SITES: Choices = (("", "as the scope"), ("vn", "Vietnam"), ("us", "United States"))
CALENDARS: Choices = SITES

WORK = (
    Entry(name="items", path=("items",), label="Images", kind="whole"),
    Entry(
        name="type",
        path=("lines", "type"),
        label="What is labelled",
        kind="choice",
        choices=TYPES,
    ),
    Entry(
        name="units",
        path=("lines", "units_per_item"),
        label="Of them in an image",
        kind="number",
    ),
)
DATES = (
    Entry(name="start_on", path=("start_on",), label="Start", kind="day"),
    Entry(
        name="deadline",
        path=("deadline",),
        label="Deadline",
        kind="day",
        help="What meets it is then solved for.",
    ),
    Entry(name="site", path=("site",), label="Site", kind="choice", choices=SITES),
    Entry(
        name="client_calendar",
        path=("client_calendar",),
        label="Client's holidays",
        kind="choice",
        choices=CALENDARS,
    ),
    Entry(
        name="annotators",
        path=("team", "annotators"),
        label="Annotators",
        kind="whole",
        help="Empty: solved for a deadline, else the standard team.",
    ),
    Entry(
        name="hours_per_day",
        path=("team", "hours_per_day"),
        label="Hours a day",
        kind="number",
        unit="h",
    ),
    Entry(
        name="batch_items",
        path=("quality", "batch_items"),
        label="Images in a batch",
        kind="whole",
    ),
)
MORE = (
    Entry(
        name="streams",
        path=("streams",),
        label="Streams side by side",
        kind="whole",
        help="Pieces of work like this one that must all be done.",
    ),
    Entry(
        name="used",
        path=("used",),
        label="Overtime worked this year",
        kind="whole",
        unit="h",
        help="Hours a person, in other projects.",
    ),
)
FIELD_OF = {f"/{'/'.join(entry.path)}": entry.name for entry in (*DATES, *MORE)} | {
    "/items": "items",
    "/lines/0/type": "type",
    "/lines/0/units_per_item": "units",
}
ALONE = {"items": "100000", "type": "bounding_box", "units": "5"}


@dataclass(slots=True)
class ScheduleForm:
    """What was typed, the spec and the question it makes, and what is wrong."""

    part: Part
    scope: int | None
    scopes: Choices
    spec: Spec | None = None
    ask: Ask = field(default_factory=Ask)
    problems: list[FoundProblem] = field(default_factory=list)

    @classmethod
    def read(
        cls,
        said: Mapping[str, str],
        *,
        scope: tuple[int, Mapping[str, Any]] | None,
        scopes: Choices,
        today: date,
    ) -> ScheduleForm:
        """Read a question about a saved scope (number, document), or about figures."""
        data = {"site": "", "client_calendar": "", "scope": "", **said}
        if scope is None and not data.get("items"):
            data = {**data, **{key: data.get(key) or ALONE[key] for key in ALONE}}
        choose = Entry(
            name="scope", path=("scope",), label="Scope", kind="choice", choices=scopes
        )
        part = Part(data, entries=(choose, *WORK, *DATES, *MORE), choices={})
        found = cls(part=part, scope=scope[0] if scope else None, scopes=scopes)
        found._take(scope[1] if scope else None, today=today)
        return found

    def _take(self, document: Mapping[str, Any] | None, *, today: date) -> None:
        answers = Answers()
        said: dict[str, Any] = {}
        answers.read(self._only(WORK if document is None else ()), said, "")
        answers.read(self._only(DATES), said, "")
        asked: dict[str, Any] = {}
        answers.read(self._only(MORE), asked, "")
        for problem in answers.problems:
            self._complain(problem)
        self._take_ask(asked)
        if self.problems:
            return
        whole = _alone(said) if document is None else _merged(document, said)
        try:
            self.spec = read_spec(whole, door="staff", today=today)
        except SpecError as error:
            for problem in error.problems:
                self._complain(problem)

    def _only(self, entries: tuple[Entry, ...]) -> Part:
        return Part(self.part.data, entries=entries, choices={})

    def _take_ask(self, asked: Mapping[str, int]) -> None:
        streams, used = asked.get("streams", 1), asked.get("used", 0)
        for name, value, least, most in (
            ("streams", streams, 1, MOST_STREAMS),
            ("used", used, 0, MOST_HOURS),
        ):
            if not least <= value <= most:
                text = f"Write a whole number from {least} to {most:,}."
                self._complain(
                    Problem(code="out_of_range", path=f"/{name}", message=text)
                )
        if not self.problems:
            self.ask = Ask(streams=streams, used_year=float(used))

    def _complain(self, problem: Problem) -> None:
        name = FIELD_OF.get(problem.path, "")
        bound = self.part[name] if name else None
        if bound is not None:
            self.part.add_error(name, problem.message)
        self.problems.append(
            FoundProblem(
                text=problem.message,
                field_id=bound.id_for_label if bound is not None else "",
                code=problem.code,
                path=problem.path,
            )
        )

    @property
    def summary(self) -> ErrorSummary | None:
        """Return what needs another look, if anything does."""
        return ErrorSummary(problems=tuple(self.problems)) if self.problems else None

    @property
    def fields(self) -> list[forms.BoundField]:
        """Return the scope or the figures in its place, then dates, people and more."""
        names = ["scope"]
        if self.scope is None:
            names += [entry.name for entry in WORK]
        names += [entry.name for entry in (*DATES, *MORE)]
        return [self.part[name] for name in names]


def _alone(said: dict[str, Any]) -> dict[str, Any]:
    """Return a spec of one line."""
    return {"spec": 1, **said, "lines": [said.get("lines", {})]}


def _merged(document: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scope's document with what was typed in its place."""
    found: dict[str, Any] = copy.deepcopy({**document, "seed": None})
    for key, value in said.items():
        below = found.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            found[key] = {**below, **value}
        else:
            found[key] = value
    return found
