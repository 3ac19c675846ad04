"""What is known of a log of items after adding it up: parts that make one whole.

Everything in it is a whole number, a smallest or a largest one, so that two parts added
give what their rows read together give, whichever comes first and however the log was
cut. That is what lets one process read it block by block, or many machines a part each.
See docs/model.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

from .statistics import Times
from .work import Refusal

MOST_REFUSED_KEPT = 10_000
MODEL = "model "
"""Before the name of a model: how many units began from its labels, and among what is
known in how many rows nobody knows that."""
COUNTS = ("read", "blank", "refused_rows", "zeros", "capped", "cut", "longest")
Place: TypeAlias = tuple[int, int]
"""A row: the number of its part of the file, and its line within that part."""
Key: TypeAlias = tuple[object, ...]


@dataclass(kw_only=True, slots=True)
class Totals:
    """What rows add up to by name, and in how many of them each name stood.

    Seconds are thousandths.
    """

    rows: int
    sums: Counter[str]
    known: Counter[str]
    times: Times

    def __add__(self, other: Totals) -> Totals:
        """Return both together: the same whichever comes first."""
        sums, known = Counter(self.sums), Counter(self.known)
        sums.update(other.sums)
        known.update(other.known)
        return Totals(
            rows=self.rows + other.rows,
            sums=sums,
            known=known,
            times=self.times + other.times,
        )


@dataclass(kw_only=True, slots=True)
class Sums:
    """Rows of one day, line, batch, stage, type and person, added up.

    `values` is what they have in common, `first` the first of them.
    """

    values: Mapping[str, Any]
    day: date
    first: Place
    totals: Totals

    def __add__(self, other: Sums) -> Sums:
        """Return both together."""
        first = min(self.first, other.first)
        return replace(self, first=first, totals=self.totals + other.totals)


@dataclass(kw_only=True, slots=True)
class Rolled:
    """A log, or a part of it, added up.

    `lines` counts the lines of each part, the header among those of the first. `zeros`
    are rows with a time of 0, `capped` those cut to the most that was stated and `cut`
    the thousandths that they lost; `longest` is as written. `spread` and `within` count
    rows and thousandths by the size of the time, see `statistics.sizes_of`.
    """

    groups: dict[Key, Sums] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    read: int = 0
    blank: int = 0
    refused_rows: int = 0
    refused: list[tuple[Place, Refusal]] = field(default_factory=list)
    zeros: int = 0
    capped: int = 0
    cut: int = 0
    longest: int = 0
    spread: Counter[int] = field(default_factory=Counter)
    within: Counter[int] = field(default_factory=Counter)

    def add(self, key: Key, sums: Sums) -> None:
        """Add what is known of some work."""
        before = self.groups.get(key)
        self.groups[key] = sums if before is None else before + sums

    def refuse(self, place: Place, refusal: Refusal) -> None:
        """Count a refused row; the first of many are kept."""
        self.refused_rows += 1
        self.refused.append((place, refusal))
        if len(self.refused) >= 2 * MOST_REFUSED_KEPT:
            self.keep_first()

    def keep_first(self) -> None:
        """Keep of refused rows the first: the same ones however the log was cut."""
        self.refused = sorted(self.refused, key=lambda one: one[0])
        del self.refused[MOST_REFUSED_KEPT:]

    def merge(self, other: Rolled) -> Rolled:
        """Return both together: the same whichever comes first."""
        found = Rolled(
            lines={**self.lines, **other.lines},
            read=self.read + other.read,
            blank=self.blank + other.blank,
            refused_rows=self.refused_rows + other.refused_rows,
            refused=[*self.refused, *other.refused],
            zeros=self.zeros + other.zeros,
            capped=self.capped + other.capped,
            cut=self.cut + other.cut,
            longest=max(self.longest, other.longest),
            spread=self.spread + other.spread,
            within=self.within + other.within,
        )
        found.keep_first()
        for part in (self, other):
            for key, sums in part.groups.items():
                found.add(key, sums)
        return found

    def to_data(self) -> dict[str, Any]:
        """Return all of it as JSON, for a child to write and `from_data` to read."""
        return {
            "groups": [
                [
                    {**sums.values},
                    sums.day.isoformat(),
                    sums.first,
                    sums.totals.rows,
                    sums.totals.sums,
                    sums.totals.known,
                    sums.totals.times.to_data(),
                ]
                for sums in self.groups.values()
            ],
            "lines": [*self.lines.items()],
            "refused": [(place, asdict(one)) for place, one in self.refused],
            "spread": [*self.spread.items()],
            "within": [*self.within.items()],
            **{name: getattr(self, name) for name in COUNTS},
        }

    @classmethod
    def from_data(cls, said: Mapping[str, Any]) -> Rolled:
        """Return what `to_data` wrote; its groups are all different."""
        groups: dict[Key, Sums] = {}
        for values, day, first, rows, sums, known, times in said["groups"]:
            groups[len(groups),] = Sums(
                values=values,
                day=date.fromisoformat(day),
                first=(first[0], first[1]),
                totals=Totals(
                    rows=rows,
                    sums=Counter(sums),
                    known=Counter(known),
                    times=Times.from_data(times),
                ),
            )
        return cls(
            groups=groups,
            lines=dict(said["lines"]),
            refused=[
                ((place[0], place[1]), Refusal(**one)) for place, one in said["refused"]
            ],
            spread=Counter(dict(said["spread"])),
            within=Counter(dict(said["within"])),
            **{name: said[name] for name in COUNTS},
        )

    def numbered(self) -> Numbering:
        """Return how places become numbers of rows, once all parts are together."""
        above, total = {}, 0
        for part in sorted(self.lines):
            above[part] = total
            total += self.lines[part]
        return Numbering(above=above)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How many lines stand above each part of a file."""

    above: Mapping[int, int]

    def __call__(self, place: Place) -> int:
        """Return the number of a row as an editor shows it."""
        return self.above[place[0]] + place[1]


def merged(first: Rolled, second: Rolled) -> Rolled:
    """Return two parts of a log as one: for `functools.reduce`, or a tree of them."""
    return first.merge(second)
