"""Refused rows, of which the first are named and all are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .work import Refusal

MOST_REFUSED_KEPT = 10_000


@dataclass(slots=True)
class Refusals:
    """Refused rows in whatever order they come: the first of the file are kept."""

    rows: int = 0
    kept: list[Refusal] = field(default_factory=list)

    def add(self, refusal: Refusal) -> None:
        """Count a refused row, and name it if it is among the first."""
        self.many([refusal], 1)

    def many(self, first: Sequence[Refusal], rows: int) -> None:
        """Count refused rows of which the first are given."""
        self.rows += rows
        self.kept += first
        if len(self.kept) >= 2 * MOST_REFUSED_KEPT:
            self._keep_first()

    def forget(self, rows: set[int]) -> None:
        """Take back refused rows that turned out to be none of their own."""
        self.rows -= len(rows)
        self.kept = [one for one in self.kept if one.row not in rows]

    def shown(self) -> list[Refusal]:
        """Return the first by their rows; the last of them says how many more."""
        self._keep_first()
        more = self.rows - len(self.kept)
        if not more:
            return self.kept
        return [*self.kept[:-1], and_more(self.kept[-1], more)]

    def _keep_first(self) -> None:
        self.kept = sorted(self.kept, key=lambda one: one.row)[:MOST_REFUSED_KEPT]


def and_more(refusal: Refusal, rows: int) -> Refusal:
    """Return the last refusal that is named; others have reasons of their own."""
    word = "row is" if rows == 1 else "rows are"
    return replace(
        refusal,
        beside=rows,
        message=f"{refusal.message} Below it {rows:,} more {word} refused.",
    )
