"""The scope form: answers in, spec document out, and back again.

The form holds what a person typed, character by character, and asks the one reader of
specs whether it makes sense; it has no rules of its own but how a number is written
(`said.py`). Problems come back by their path and are shown at the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from scoping.calc.spec import Problem, SpecError, read_spec, to_document
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.said import UnclearNumberError, number_said, shown
from scoping.web.spec_entries import Choices, Entry, Group
from scoping.web.spec_fields import HEAD, QUALITY, SCOPE, TERMS
from scoping.web.spec_line_fields import LINE_ENTRIES
from scoping.web.spec_more_fields import MORE

MOST_LINES = 20
PERCENT = Decimal(100)
NUMBER = re.compile(r"[0-9][0-9,]*(\.[0-9]+)?")
SENTENCES = {
    "/video/fps": "State the frames a second (fps). Frames are never guessed.",
    "/client": "Write who the quote is for.",
    "/items": "State how many images there are, or the video.",
    "/lines/*/units_per_item": (
        "State how many an image has on average: one number, or low, typical and high."
    ),
}
"""What is missing, in the words of the form; else “Fill this in.”"""


class EntryField(forms.CharField):
    """A field that keeps what was typed; `unit` stands inside it, at the right."""

    def __init__(self, entry: Entry, choices: Choices) -> None:
        """Make the field of an entry."""
        widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off"})
        if entry.kind in ("whole", "number", "percent", "line"):
            widget.attrs["inputmode"] = "decimal"
        if entry.kind == "choice":
            widget = forms.Select(choices=choices)
        elif entry.kind == "day":
            widget = forms.TextInput(attrs={"type": "date"})
        self.unit = entry.unit
        super().__init__(
            required=False, label=entry.label, help_text=entry.help, widget=widget
        )


class FlagField(forms.BooleanField):
    """A box to tick."""

    unit = ""

    def __init__(self, entry: Entry) -> None:
        """Make the field of an entry."""
        super().__init__(required=False, label=entry.label, help_text=entry.help)


class Part(forms.Form):
    """The head of the form, or one line of it: a Django form made from a table."""

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        entries: Iterable[Entry],
        choices: Mapping[str, Choices],
        prefix: str | None = None,
    ) -> None:
        """Make the fields and fill them with what was typed."""
        super().__init__(data, prefix=prefix)
        self.entries = tuple(entries)
        for entry in self.entries:
            self.fields[entry.name] = (
                FlagField(entry)
                if entry.kind == "flag"
                else EntryField(entry, choices.get(entry.name, entry.choices))
            )

    def typed(self, entry: Entry) -> str:
        """Return what was typed into a field."""
        return str(self.data.get(self.add_prefix(entry.name), "")).strip()

    def group(self, group: Group) -> list[forms.BoundField]:
        """Return the bound fields of a group."""
        return [self[entry.name] for entry in group.entries]


@dataclass(slots=True)
class Answers:
    """A document as far as it could be made, and what could not be read."""

    document: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, part: Part, into: dict[str, Any], base: str) -> None:
        """Add the answers of a part to a document, each under its key."""
        for entry in part.entries:
            text = part.typed(entry)
            if not text and entry.kind != "flag":
                continue
            try:
                value = _value(entry, text)
            except UnclearNumberError as error:
                self.problems.append(
                    Problem(
                        code="invalid_number",
                        path=f"{base}/{'/'.join(entry.path)}",
                        message=str(error),
                    )
                )
                continue
            if value is not None:
                _put(into, entry.path, value)


def _value(entry: Entry, text: str) -> Any:
    """Return what a field says; None where it says no more than the standard."""
    found: Any = text
    if entry.kind == "flag":
        ticked = bool(text)
        found = None if ticked == entry.unsaid else ticked
    elif entry.kind == "whole":
        found = int(number_said(text, whole=True))
    elif entry.kind == "line":
        found = int(number_said(text, whole=True)) - 1
    elif entry.kind == "number":
        found = number_said(text)
    elif entry.kind == "percent":
        found = number_said(text) / PERCENT
    elif entry.kind == "words":
        found = [word.strip() for word in text.split(",") if word.strip()]
    return found


def _put(into: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        into = into.setdefault(key, {})
    into[path[-1]] = value


def _get(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = document
    for key in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


class SpecForm:
    """The whole form: its head, its lines and what is wrong with them."""

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        count: int,
        choices: Mapping[str, Choices] | None = None,
    ) -> None:
        """Fill the form with what was typed."""
        known = choices or {}
        self.head = Part(data, entries=HEAD, choices=known)
        self.lines = [
            Part(data, entries=LINE_ENTRIES, choices=known, prefix=f"lines-{index}")
            for index in range(count)
        ]
        self.general: list[FoundProblem] = []
        self.summary: ErrorSummary | None = None

    def answers(self) -> Answers:
        """Return the document that the answers make, as far as they can be read."""
        said = Answers()
        document = said.document
        document["spec"] = 1
        said.read(self.head, document, "")
        _tidy_head(document)
        document["lines"] = []
        for index, part in enumerate(self.lines):
            line: dict[str, Any] = {}
            said.read(part, line, f"/lines/{index}")
            _tidy_line(line)
            document["lines"].append(line)
        return said

    def document(self, *, today: date) -> dict[str, Any]:
        """Return the document. Raises SpecError with every problem of the answers."""
        said = self.answers()
        found = list(said.problems)
        try:
            read_spec(said.document, door="staff", today=today)
        except SpecError as error:
            found += error.problems
        if found:
            raise SpecError(tuple(found))
        return said.document

    def complain(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field, one a field, and all of them in a summary."""
        found: list[FoundProblem] = []
        taken: set[str] = set()
        for problem in sorted(problems, key=_page_order):
            place = self._place(problem.path)
            if place is None:
                found.append(
                    FoundProblem(
                        text=problem.message, code=problem.code, path=problem.path
                    )
                )
                continue
            part, entry = place
            bound = part[entry.name]
            if bound.auto_id in taken:
                continue
            taken.add(str(bound.auto_id))
            text = in_words(problem, entry)
            part.add_error(entry.name, text)
            found.append(
                FoundProblem(
                    text=f"{_named(part, entry)}: {text}",
                    field_id=str(bound.auto_id),
                    code=problem.code,
                    path=problem.path,
                )
            )
        self.summary = ErrorSummary(problems=tuple(found)) if found else None

    def _place(self, path: str) -> tuple[Part, Entry] | None:
        """Return the field that a path is about: the nearest key at or above it."""
        keys = tuple(key for key in path.split("/") if key)
        part, entries = self.head, HEAD
        if keys[:1] == ("lines",) and len(keys) > 1 and keys[1].isdigit():
            if int(keys[1]) >= len(self.lines):
                return None
            part, entries = self.lines[int(keys[1])], LINE_ENTRIES
            keys = keys[2:] or ("type",)
            if keys in (("units_per_item",), ("units_per_item", "mean")):
                keys = ("units_per_item", "mean", "p50")
        for length in range(len(keys), 0, -1):
            for entry in entries:
                if entry.path[:length] == keys[:length]:
                    return part, entry
        return None


def _page_order(problem: Problem) -> tuple[int, int]:
    """Return where on the page a problem lies: the scope, then line by line, the rest.

    What belongs to no field comes last; problems of one part keep their order.
    """
    keys = [key for key in problem.path.split("/") if key]
    if keys[:1] == ["lines"]:
        return 1, int(keys[1]) if len(keys) > 1 and keys[1].isdigit() else -1
    above = any(keys[:1] == [*entry.path[:1]] for entry in SCOPE.entries)
    return (0 if above else 2), 0


def _named(part: Part, entry: Entry) -> str:
    """Return how a summary names a field; lines are counted from one."""
    if part.prefix is None:
        return entry.label
    index = int(str(part.prefix).rsplit("-", 1)[1])
    return f"Line {index + 1}, {entry.label.lower()}"


def in_words(problem: Problem, entry: Entry) -> str:
    """Return a complaint in the words of the form: per cent, no names of keys."""
    if problem.code == "required":
        path = re.sub(r"^/lines/\d+/", "/lines/*/", problem.path)
        return SENTENCES.get(path, "Fill this in.")
    if entry.kind == "percent" and problem.code in ("min_value", "max_value"):
        return NUMBER.sub(
            lambda said: f"{shown(Decimal(said[0].replace(',', '')) * PERCENT)} %",
            problem.message,
        )
    return problem.message


def _tidy_head(document: dict[str, Any]) -> None:
    """Leave out what other answers make void: fields of another rule, no video."""
    if set(document.get("video", {})) <= {"interpolate"}:
        document.pop("video", None)
    audit = document.get("quality", {}).get("audit", {})
    if audit.get("rule") != "percent":
        for key in ("share", "max_defect_share"):
            audit.pop(key, None)
    if "video" in document:
        document["item_kind"] = "frame"


def _tidy_line(line: dict[str, Any]) -> None:
    """Write the middle alone as an exact number of units an image."""
    said = line.get("units_per_item")
    if said is None:
        return
    mean = said.get("mean")
    if mean is not None and set(mean) == {"p50"}:
        said["mean"] = mean["p50"]
        if set(said) == {"mean"}:
            line["units_per_item"] = said["mean"]
    rate = line.get("prelabel", {}).get("accept_rate")
    if rate is not None and set(rate) == {"p50"}:
        line["prelabel"]["accept_rate"] = rate["p50"]


def first_data() -> dict[str, str]:
    """Return what a new form is filled with: the preset, and one line of boxes."""
    return dict(_first(HEAD, "")) | dict(_first(LINE_ENTRIES, "lines-0-"))


def first_line(index: int) -> dict[str, str]:
    """Return what an added line is filled with."""
    return dict(_first(LINE_ENTRIES, f"lines-{index}-"))


def _first(entries: Iterable[Entry], prefix: str) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.kind == "flag":
            yield f"{prefix}{entry.name}", "on" if entry.unsaid else ""
        else:
            yield f"{prefix}{entry.name}", entry.first


def data_of(document: Mapping[str, Any]) -> tuple[dict[str, str], int]:
    """Return what a form that says this document is filled with, and its lines."""
    data = dict(filled(HEAD, document, ""))
    lines = document.get("lines") or []
    for index, line in enumerate(lines):
        data |= dict(filled(LINE_ENTRIES, _with_middle(line), f"lines-{index}-"))
    return data, len(lines)


def _with_middle(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with its exact numbers as the middle of a triple."""
    found = dict(line)
    said = found.get("units_per_item")
    if not isinstance(said, Mapping):
        said = {"mean": said}
    mean = said.get("mean")
    if mean is not None and not isinstance(mean, Mapping):
        mean = {"p50": mean}
    found["units_per_item"] = {**said, "mean": mean}
    prelabel = found.get("prelabel")
    if isinstance(prelabel, Mapping):
        rate = prelabel.get("accept_rate")
        if rate is not None and not isinstance(rate, Mapping):
            prelabel = {**prelabel, "accept_rate": {"p50": rate}}
        if isinstance(prelabel.get("no_fix_share"), Mapping):
            # The form has one field for it; `unsayable` names what it cannot say.
            prelabel = {**prelabel, "no_fix_share": None}
        found["prelabel"] = prelabel
    return found


def filled(
    entries: Iterable[Entry], document: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, str]]:
    """Yield what fields are filled with that say a document."""
    for entry in entries:
        value = _get(document, entry.path)
        if entry.kind == "flag":
            ticked = entry.unsaid if value is None else bool(value)
            yield f"{prefix}{entry.name}", "on" if ticked else ""
        else:
            yield f"{prefix}{entry.name}", "" if value is None else _text(entry, value)


def _text(entry: Entry, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if entry.kind == "line":
        return str(int(value) + 1)
    if entry.kind == "percent":
        return shown(Decimal(str(value)) * PERCENT)
    if entry.kind in ("whole", "number"):
        return shown(str(value))
    return str(value)


def unsayable(document: Mapping[str, Any], *, today: date) -> list[str]:
    """Return the keys that a document states and the form has no field for.

    The document is put into a form and read back: what does not come back is named.
    """
    wanted = to_document(read_spec(document, door="staff", today=today))
    data, count = data_of(wanted)
    answers = SpecForm(data, count=count).answers().document
    try:
        got = to_document(read_spec(answers, door="staff", today=today))
    except SpecError as error:
        return sorted({problem.path for problem in error.problems})
    return sorted(_differences(wanted, got, ""))


def _differences(wanted: Any, got: Any, path: str) -> Iterator[str]:
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        for key in {*wanted, *got}:
            yield from _differences(wanted.get(key), got.get(key), f"{path}/{key}")
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from _differences(one, other, f"{path}/{index}")
    elif wanted != got:
        yield path


GROUPS = (SCOPE, QUALITY, TERMS, *MORE)
