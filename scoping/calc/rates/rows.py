"""Reading single rows of a card document: numbers as text, each with its source.

A `Reader` walks the document, hands out figures and collects what is wrong with it, so
that whoever writes a card sees all complaints at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .values import Figure, FigureRange, StatedFact, Threshold

NUMBER = re.compile(r"-?\d+(\.\d+)?")
NOTHING = Decimal(0)
MOST_FACT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CardProblem:
    """One complaint about a card: a stable code, the row, a sentence."""

    code: str
    path: str
    message: str


class CardError(ValueError):
    """Raised for a card that does not load; holds every problem of it."""

    def __init__(self, problems: tuple[CardProblem, ...]) -> None:
        """Say all problems, one a line."""
        self.problems = problems
        super().__init__(
            "\n".join(f"{problem.path}: {problem.message}" for problem in problems)
        )


@dataclass(slots=True)
class Reader:
    """Hands out the figures of one side of a card and remembers what was wrong."""

    side: str
    document: Mapping[str, Any]
    problems: list[CardProblem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def complain(self, code: str, path: str, message: str) -> None:
        """Remember a problem."""
        self.problems.append(
            CardProblem(code=code, path=f"{self.side}/{path}", message=message)
        )

    def row(self, path: str) -> Mapping[str, Any]:
        """Return the mapping at a path, or an empty one with a complaint."""
        self.used.add(path)
        found: Any = self.document
        for part in path.split("/"):
            if not isinstance(found, Mapping) or part not in found:
                self.complain(
                    "missing_row", path, f"The card lacks the row {path}. Add it."
                )
                return {}
            found = found[part]
        if not isinstance(found, Mapping):
            self.complain("not_a_row", path, f"{path} must be a row with its source.")
            return {}
        return found

    def keys(self, path: str) -> list[str]:
        """Return the names below a path by the alphabet, none where it is absent.

        Never in the order of the document: PostgreSQL keeps none.
        """
        found: Any = self.document
        for part in path.split("/"):
            if not isinstance(found, Mapping) or part not in found:
                return []
            found = found[part]
        return sorted(str(key) for key in found) if isinstance(found, Mapping) else []

    def figure(self, path: str, *, name: str = "value", unit: str = "") -> Figure:
        """Return one number of a row with the row's source."""
        row = self.row(path)
        return self._figure(row, path, name=name, unit=unit)

    def fact(self, path: str) -> StatedFact:
        """Return a fact in words; what is stated needs a source and a date."""
        row = self.row(path)
        text = str(row.get("text") or "").strip()
        if len(text) > MOST_FACT:
            self.complain(
                "max_length", path, f"{path}: write at most {MOST_FACT} characters."
            )
        if not text:
            return StatedFact()
        self._check_source(row, path)
        return StatedFact(
            text=text,
            source=str(row.get("source", "")),
            as_of=str(row.get("as_of", "")),
        )

    def _figure(
        self, row: Mapping[str, Any], path: str, *, name: str, unit: str
    ) -> Figure:
        at = f"{path}/{name}" if name != "value" else path
        if row:
            self._check_source(row, path)
        return Figure(
            key=f"{self.side}/{at}",
            value=self._number(row, at, name) if row else NOTHING,
            unit=str(row.get("unit", unit)),
            source=str(row.get("source", "")),
            as_of=str(row.get("as_of", "")),
            weak=row.get("strength") == "weak",
        )

    def _check_source(self, row: Mapping[str, Any], path: str) -> None:
        for key, code in (("source", "no_source"), ("as_of", "no_date")):
            if not str(row.get(key, "")).strip():
                self.complain(
                    code,
                    path,
                    f"{path} has no {key}. A number without one does not load.",
                )

    def _number(self, row: Mapping[str, Any], path: str, name: str) -> Decimal:
        said = row.get(name)
        if said is None:
            self.complain("missing_number", path, f"{path} has no {name}.")
            return NOTHING
        if not isinstance(said, str) or not NUMBER.fullmatch(said):
            self.complain(
                "number_not_text",
                path,
                f'{path} is {said!r}. Write the number as text: "0.05".',
            )
            return NOTHING
        return Decimal(said)

    def share(self, path: str, *, name: str = "value") -> Figure:
        """Return a figure that must lie between 0 and 1."""
        found = self.figure(path, name=name)
        if not 0 <= found.value <= 1:
            self.complain(
                "not_a_share", path, f"{path} is {found.value}; a share lies in 0..1."
            )
        return found

    def range(
        self, path: str, *, unit: str = "", share: bool = False, source_at: str = ""
    ) -> FigureRange:
        """Return p10, p50 and p90 of a row, in order.

        `source_at` is the row whose source and date hold for this one, by default its
        own.
        """
        row = self.row(path)
        if source_at:
            above = self.row(source_at)
            shared = ("source", "as_of", "strength")
            row = {**{key: above[key] for key in shared if key in above}, **row}
        low, mid, high = (
            self._figure(row, path, name=name, unit=unit)
            for name in ("p10", "p50", "p90")
        )
        if not low.value <= mid.value <= high.value:
            self.complain(
                "not_ordered",
                path,
                f"{path} must rise: {low.value}, {mid.value}, {high.value} do not.",
            )
        if share and not (low.value >= 0 and high.value <= 1):
            self.complain(
                "not_a_share", path, f"{path} holds shares; they lie in 0..1."
            )
        return FigureRange(p10=low, p50=mid, p90=high)

    def thresholds(self, path: str) -> tuple[Threshold, ...]:
        """Return figures that hold from a stated value on, which names the row."""
        found = []
        for name in self.keys(path):
            if not NUMBER.fullmatch(name):
                self.complain(
                    "not_a_threshold", f"{path}/{name}", f"{name} is not a number."
                )
                continue
            found.append(
                Threshold(at_least=Decimal(name), figure=self.figure(f"{path}/{name}"))
            )
        return tuple(sorted(found, key=lambda step: step.at_least))

    def words(self, path: str) -> Iterator[tuple[str, Figure]]:
        """Yield figures by `group/word`, two levels below a path."""
        for group in self.keys(path):
            for word in self.keys(f"{path}/{group}"):
                yield f"{group}/{word}", self.figure(f"{path}/{group}/{word}")
