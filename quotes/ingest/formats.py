"""Refusals of one column that contradict each other: two ways of writing in one file.

A date such as 13/04/2026 can only have the day first, 04/13/2026 only the month. Alone
each is refused as ambiguous, because the rest of its file may be either; both in one
column mean that the file was put together from two, and that is what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .work import Refusal

PAIRS = (
    ("day_first", "month_first", "ambiguous_date", "mixed_date_formats"),
    ("comma_decimals", "comma_thousands", "ambiguous_number", "mixed_number_formats"),
)


def told_apart(refused: Sequence[Refusal]) -> list[Refusal]:
    """Return refusals under codes for people: ambiguous alone, mixed with the other."""
    found = list(refused)
    for one, other, alone, mixed in PAIRS:
        rows: dict[tuple[str, str], int] = {}
        for refusal in found:
            rows.setdefault((refusal.column, refusal.code), refusal.row)
        both = {
            column for column, code in rows if code == one and (column, other) in rows
        }
        found = [
            _named(refusal, alone, mixed, rows, (one, other), both=both)
            if refusal.code in (one, other)
            else refusal
            for refusal in found
        ]
    return found


def _named(
    refusal: Refusal,
    alone: str,
    mixed: str,
    rows: dict[tuple[str, str], int],
    codes: tuple[str, str],
    *,
    both: set[str],
) -> Refusal:
    if refusal.column not in both:
        return replace(refusal, code=alone)
    first, second = (rows[refusal.column, code] for code in codes)
    return replace(
        refusal,
        code=mixed,
        message=(
            f"{refusal.message} Rows {first} and {second} are written in two ways."
        ),
    )
