"""The form of a gold set: sent by GET, so that an answer is an address to keep.

An empty field takes its standard value, which stands in the form from the start, or is
not known where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django import forms

from scoping.calc.gold_sets.question import GoldQuestion, read_question
from scoping.calc.spec.problems import SpecError
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.said import UnclearNumberError, number_said, shown
from scoping.web.spec_entries import Entry, Group
from scoping.web.spec_form import Part, in_words

PERCENT = Decimal(100)


def _entry(name: str, label: str, kind: Any, unit: str = "", note: str = "") -> Entry:
    return Entry(name=name, path=(name,), label=label, kind=kind, unit=unit, help=note)


GROUPS = (
    Group(
        name="Target and team",
        entries=(
            _entry("target", "Target", "percent", "%", "The agreement that is asked."),
            _entry(
                "truth",
                "The team is hoped to be right in",
                "percent",
                "%",
                "More than the target.",
            ),
            _entry(
                "power",
                "Such a team is to prove it in",
                "percent",
                "%",
                "Of all such pilots.",
            ),
            _entry("confidence", "A proof holds in", "percent", "%", "95 is usual."),
            _entry(
                "items",
                "Gold items at hand",
                "whole",
                "items",
                "Empty: as many as are needed.",
            ),
        ),
    ),
    Group(
        name="Objects, classes and the gold labels",
        folded=True,
        entries=(
            _entry("units_per_item", "Objects an image", "number"),
            _entry(
                "likeness",
                "Likeness of errors in one image",
                "number",
                note="0: errors come alone; 0.05 is our assumption.",
            ),
            _entry("classes", "Classes", "whole"),
            _entry(
                "gold_accuracy",
                "The gold labels are right in",
                "percent",
                "%",
                "Empty: not known.",
            ),
        ),
    ),
    Group(
        name="Tries and pilot rounds",
        folded=True,
        entries=(
            _entry("attempts", "Tries on fresh items", "whole"),
            _entry("start", "Right in the first round", "percent", "%"),
            _entry(
                "removed",
                "Errors that a session removes",
                "percent",
                "%",
                "Empty: as many as bring the second round to the target.",
            ),
            _entry("most_rounds", "Rounds at most", "whole"),
            _entry(
                "seconds_per_item",
                "Time of one item",
                "number",
                "s",
                "Empty: hours and days are left out.",
            ),
            _entry("session_hours", "Paid hours of a session", "number", "h"),
            _entry("days_per_round", "Business days of a round", "number"),
            _entry("answer_days", "The client answers in", "number", "days"),
        ),
    ),
)
ENTRIES = tuple(entry for group in GROUPS for entry in group.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFields:
    """The fields of a group; folded ones are open where something is wrong."""

    name: str
    fields: list[forms.BoundField]
    is_folded: bool
    is_open: bool


@dataclass(slots=True)
class GoldForm:
    """What was typed, the question that it makes, and what is wrong with it."""

    part: Part
    question: GoldQuestion | None = None
    problems: list[FoundProblem] = field(default_factory=list)

    @classmethod
    def read(cls, said: Mapping[str, str]) -> GoldForm:
        """Read what was typed; standard values fill what was never sent."""
        typed = {**_standard(), **{key: str(value) for key, value in said.items()}}
        found = cls(part=Part(typed, entries=ENTRIES, choices={}))
        found.question = found.take()
        return found

    @property
    def summary(self) -> ErrorSummary | None:
        """Return what needs another look, if anything does."""
        if not self.problems:
            return None
        return ErrorSummary(problems=tuple(self.problems))

    @property
    def groups(self) -> list[GroupFields]:
        """Return the fields by group."""
        return [
            GroupFields(
                name=group.name,
                fields=self.part.group(group),
                is_folded=group.folded,
                is_open=any(self.part[one.name].errors for one in group.entries),
            )
            for group in GROUPS
        ]

    def take(self) -> GoldQuestion | None:
        """Return the question; None if something is wrong with it."""
        document: dict[str, Any] = {}
        for entry in ENTRIES:
            text = self.part.typed(entry)
            if not text:
                continue
            try:
                number = number_said(text, whole=entry.kind == "whole")
            except UnclearNumberError as error:
                self.complain(entry, str(error))
                continue
            if entry.kind == "whole":
                document[entry.name] = int(number)
            else:
                percent = entry.kind == "percent"
                document[entry.name] = number / PERCENT if percent else number
        if self.problems:
            return None
        try:
            return read_question(document)
        except SpecError as error:
            self.complain_all(error)
            return None

    def complain_all(self, error: SpecError) -> None:
        """Show each problem of a question beside its field."""
        by_path = {f"/{entry.name}": entry for entry in ENTRIES}
        for problem in error.problems:
            entry = by_path[problem.path]
            self.complain(entry, in_words(problem, entry))

    def complain(self, entry: Entry, text: str) -> None:
        """Show a problem beside its field and in the summary."""
        bound = self.part[entry.name]
        self.part.add_error(entry.name, text)
        self.problems.append(
            FoundProblem(text=f"{entry.label}: {text}", field_id=str(bound.auto_id))
        )


def _standard() -> dict[str, str]:
    """Return the standard values as the form writes them."""
    by_name = {entry.name: entry for entry in ENTRIES}
    found = {}
    for one in fields(GoldQuestion):
        if one.default is None:
            continue
        value = Decimal(str(one.default))
        percent = by_name[one.name].kind == "percent"
        found[one.name] = shown(value * PERCENT if percent else value)
    return found
