"""Which sample the standard takes: ANSI/ASQ Z1.4, single samples, normal inspection.

A letter follows from the size of a batch and the level, a sample and its acceptance
number from the letter and the AQL. Many cells hold an arrow instead: then the first
plan along the arrow counts, *with its own sample size*, which copies on the web forget.
The tables are those of MIL-STD-105E (1989), a text of the US government. An AQL is no
quality that passes 95 times in 100; the standard protects a client only together with
its switch to tightened inspection. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from scoping.calc.audit import Plan, PlanError

Level = Literal["I", "II", "III", "S-1", "S-2", "S-3", "S-4"]

SOURCE = "MIL-STD-105E (10 May 1989), Tables I and II-A; the same in ANSI/ASQ Z1.4"

SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
SAMPLE_SIZES = dict(zip("ABCDEFGHJKLMNPQR", SIZES, strict=True))
"""Units in a sample, by letter (Table II-A; there is no I and no O)."""

LETTERS: dict[Level, str] = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
"""The letter of each step of batch sizes, by level (Table I)."""

UP_TO = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
"""The largest batch of each step but the last, which has no end (Table I)."""

AQLS = tuple(
    Decimal(per_cent) / 100
    for per_cent in (
        *("0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25"),
        *("0.40", "0.65", "1.0", "1.5", "2.5", "4.0", "6.5", "10"),
    )
)
"""The columns that count wrong units. Beyond 10 % the standard counts faults."""

CELLS = {
    #    .010 .015 .025 .040 .065 .10 .15 .25 .40 .65 1.0 1.5 2.5 4.0 6.5 10
    "A": "v    v    v    v    v    v   v   v   v   v   v   v   v   v   0   v",
    "B": "v    v    v    v    v    v   v   v   v   v   v   v   v   0   ^   v",
    "C": "v    v    v    v    v    v   v   v   v   v   v   v   0   ^   v   1",
    "D": "v    v    v    v    v    v   v   v   v   v   v   0   ^   v   1   2",
    "E": "v    v    v    v    v    v   v   v   v   v   0   ^   v   1   2   3",
    "F": "v    v    v    v    v    v   v   v   v   0   ^   v   1   2   3   5",
    "G": "v    v    v    v    v    v   v   v   0   ^   v   1   2   3   5   7",
    "H": "v    v    v    v    v    v   v   0   ^   v   1   2   3   5   7   10",
    "J": "v    v    v    v    v    v   0   ^   v   1   2   3   5   7   10  14",
    "K": "v    v    v    v    v    0   ^   v   1   2   3   5   7   10  14  21",
    "L": "v    v    v    v    0    ^   v   1   2   3   5   7   10  14  21  ^",
    "M": "v    v    v    0    ^    v   1   2   3   5   7   10  14  21  ^   ^",
    "N": "v    v    0    ^    v    1   2   3   5   7   10  14  21  ^   ^   ^",
    "P": "v    0    ^    v    1    2   3   5   7   10  14  21  ^   ^   ^   ^",
    "Q": "0    ^    v    1    2    3   5   7   10  14  21  ^   ^   ^   ^   ^",
    "R": "^    ^    1    2    3    5   7   10  14  21  ^   ^   ^   ^   ^   ^",
}
"""Acceptance numbers by letter and AQL; v: the first plan below, ^: the first above."""

STEP = {"v": 1, "^": -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardPlan:
    """A plan of the standard. `asked`: the letter of the batch, before any arrow."""

    asked: str
    letter: str
    plan: Plan

    @property
    def moved(self) -> bool:
        """Return whether an arrow led to another letter, and so to another sample."""
        return self.asked != self.letter


def code_letter(lot: int, level: Level = "II") -> str:
    """Return the letter of a batch of this many units.

    >>> code_letter(1000), code_letter(1000, "I")
    ('J', 'G')
    """
    if lot < UP_TO[0] // 4:
        raise PlanError(
            f"The standard starts at batches of 2 units, not {lot}. Check all of them."
        )
    step = sum(lot > most for most in UP_TO)
    return LETTERS[level][step]


def normal_single(letter: str, aql: Decimal) -> StandardPlan:
    """Return the plan of a cell, along its arrow where it holds one.

    >>> normal_single("D", Decimal("0.025")).plan
    Plan(n=5, c=0)
    """
    if aql not in AQLS:
        columns = ", ".join(f"{one * 100:f}".rstrip("0").rstrip(".") for one in AQLS)
        raise PlanError(
            f"The standard has no column for an AQL of {aql * 100:f} %. Take one of "
            f"{columns}."
        )
    column, letters = AQLS.index(aql), list(CELLS)
    place = letters.index(letter)
    while (cell := CELLS[letters[place]].split()[column]) in STEP:
        place += STEP[cell]
    found = letters[place]
    return StandardPlan(
        asked=letter, letter=found, plan=Plan(n=SAMPLE_SIZES[found], c=int(cell))
    )


def standard_plan(lot: int, *, aql: Decimal, level: Level = "II") -> StandardPlan:
    """Return the plan of a batch; a sample that is no smaller than it is all of it."""
    found = normal_single(code_letter(lot, level), aql)
    return StandardPlan(
        asked=found.asked,
        letter=found.letter,
        plan=Plan(n=min(found.plan.n, lot), c=found.plan.c),
    )
