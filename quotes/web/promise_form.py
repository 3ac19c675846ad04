"""The form of a draft's promises: the promises of a spec in, a changed spec out.

It has no rules of its own: the one reader of specs says what is wrong, and each
complaint is shown at its field. Rows that are left empty are no rows; two empty ones
are always there, so that it works without scripts.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from quotes.web.promise_fields import FLOOR, GROUPS, HEAD, STEP
from scoping.calc.assumptions import NAMES
from scoping.calc.spec import Problem, SpecError, read_spec
from scoping.calc.spec.fields import MOST_FLOORS, MOST_STEPS
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.spec_entries import Choices, Entry
from scoping.web.spec_form import Answers, Part, filled, in_words

SPARE = 2
"""Empty rows below those that are filled."""
ROWS = {"floors": (FLOOR, MOST_FLOORS), "ladder": (STEP, MOST_STEPS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the form, with the place that its answers have in the spec."""

    part: Part
    at: int


class PromiseForm:
    """The fields of all promises, and what is wrong with them."""

    def __init__(self, data: Mapping[str, str], document: Mapping[str, Any]) -> None:
        """Fill the form with what was typed; `document` is the spec it changes."""
        self.document = document
        self.head = Part(data, entries=HEAD, choices={})
        lines = {"line": _lines(document)}
        self.rows = {
            name: [
                Part(data, entries=entries, choices=lines, prefix=f"{name}-{index}")
                for index in range(most)
            ]
            for name, (entries, most) in ROWS.items()
        }
        self.summary: ErrorSummary | None = None

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the groups of fields with their headings."""
        return [(group.name, self.head.group(group)) for group in GROUPS]

    @property
    def floors(self) -> list[list[Any]]:
        """Return the rows of classes with a floor of their own."""
        return self.shown("floors")

    @property
    def ladder(self) -> list[list[Any]]:
        """Return the steps of the credits."""
        return self.shown("ladder")

    def shown(self, name: str) -> list[list[Any]]:
        """Return the rows that are filled and two empty ones, as bound fields."""
        entries, most = ROWS[name]
        last = max(
            (index for index, part in enumerate(self.rows[name]) if _said(part)),
            default=-1,
        )
        return [
            [part[entry.name] for entry in entries]
            for part in self.rows[name][: min(most, last + 1 + SPARE)]
        ]

    def changed(self, *, today: date) -> dict[str, Any]:
        """Return the spec with these promises. Raises SpecError with every problem."""
        said = Answers()
        found = copy.deepcopy(dict(self.document))
        found["quality"].pop("sla", None)
        found["commercial"].pop("credits", None)
        said.read(self.head, found, "")
        for name in ROWS:
            rows = [*self._rows(name)]
            if not rows:
                continue
            into = found["quality"].setdefault("sla", {}).setdefault(name, [])
            for row in rows:
                answers: dict[str, Any] = {}
                said.read(row.part, answers, f"/quality/sla/{name}/{row.at}")
                # Anything but a number is left to the reader, who says so.
                line = answers.get("line", "")
                if isinstance(line, str) and line.isascii() and line.isdecimal():
                    answers["line"] = int(line)
                into.append(answers)
        problems = list(said.problems)
        try:
            read_spec(found, door="staff", today=today)
        except SpecError as error:
            known = {problem.path for problem in problems}
            problems += [one for one in error.problems if one.path not in known]
        if problems:
            raise SpecError(tuple(problems))
        return found

    def complain(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field, and all of them in a summary."""
        found = []
        for problem in problems:
            place = self._place(problem.path)
            if place is None:
                found.append(FoundProblem(text=problem.message))
                continue
            part, entry = place
            text = in_words(problem, entry)
            part.add_error(entry.name, text)
            found.append(
                FoundProblem(
                    text=f"{entry.label}: {text}",
                    field_id=str(part[entry.name].auto_id),
                )
            )
        self.summary = ErrorSummary(problems=tuple(found))

    def _rows(self, name: str) -> Iterator[Row]:
        filled_in = (part for part in self.rows[name] if _said(part))
        for at, part in enumerate(filled_in):
            yield Row(part=part, at=at)

    def _place(self, path: str) -> tuple[Part, Entry] | None:
        """Return the field that a path is about, None for one of another page."""
        keys = tuple(key for key in path.split("/") if key)
        for entry in HEAD:
            if keys[: len(entry.path)] == entry.path:
                return self.head, entry
        if keys[:2] != ("quality", "sla") or keys[2:3] not in {(one,) for one in ROWS}:
            return None
        entries, _ = ROWS[keys[2]]
        for row in self._rows(keys[2]):
            if keys[3:4] == (str(row.at),):
                for entry in entries:
                    if entry.path == keys[4:5]:
                        return row.part, entry
                return row.part, entries[0]
        return None


def form_of(document: Mapping[str, Any]) -> PromiseForm:
    """Return the form that says the promises of a spec."""
    data = dict(filled(HEAD, document, ""))
    sla = document["quality"].get("sla") or {}
    for name, (entries, _) in ROWS.items():
        for index, row in enumerate(sla.get(name, ())):
            data |= dict(filled(entries, row, f"{name}-{index}-"))
    return PromiseForm(data, document)


def without_promises(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec without what the page of promises says, for the scope form."""
    quality = {key: value for key, value in document["quality"].items() if key != "sla"}
    return {**document, "quality": quality}


def with_promises(said: Any, *, of: Mapping[str, Any]) -> Any:
    """Return answers of the scope form with the promises that the spec had before."""
    sla = of["quality"].get("sla")
    if sla is None:
        return said
    return {**said, "quality": {**said.get("quality", {}), "sla": sla}}


def _said(part: Part) -> bool:
    """Return whether anything was typed into a row; a choice alone says nothing."""
    return any(part.typed(one) for one in part.entries if one.kind != "choice")


def _lines(document: Mapping[str, Any]) -> Choices:
    """Return the lines whose labels are ours to promise."""
    return tuple(
        (str(index), f"{index + 1}: {line.get('name') or NAMES[line['type']]}")
        for index, line in enumerate(document["lines"])
        if line.get("work") != "audit"
    )
