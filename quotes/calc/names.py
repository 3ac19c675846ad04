"""What the names in a file mean: ours, one confirmed before, a likely one, or unknown.

Tools and timesheets call things as their users typed them: a task "street-scenes batch
3 FINAL" is our batch "street-scenes/003". A likely meaning is suggested with its reason
and never applied: a person confirms it once, and it is remembered.
See docs/model.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher

KNOWN, REMEMBERED = "known", "remembered"
SUGGESTED, UNKNOWN = "suggested", "unknown"
NEAR = 0.75
"""From this likeness on (difflib's ratio, 0 to 1) a name is near enough to suggest."""
AHEAD = 0.10
"""By so much the nearest name has to be nearer than the second."""
MOST_CANDIDATES = 5
MOST_ASKED = 60
"""So many names, those with most rows, are looked at for a meaning."""
MOST_COMPARED, LEAST_NEAR = 20_000, 5
"""So many pairs are held for their likeness, but of that many names at least."""
COUNTERS = frozenset({"job", "jobs", "task", "tasks", "id"})
"""Words that make a number one of the tool's own."""
PIECES = re.compile(r"\d+|[^\W\d_]+")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A name as a file writes it, the rows that bear it and their seconds of work.

    `types` are the annotation types of those rows. `seconds` is None where no row has a
    time.
    """

    name: str
    rows: int = 1
    seconds: Decimal | None = None
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A name of ours, the other names that mean it at once, and its annotation type."""

    name: str
    also: tuple[str, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A written name and what it means: `means` is None where that is not known.

    `share` is its part of the seconds of all names, 0..1, None where no time is known.
    A suggestion says `why`; `candidates` are the nearest names of ours, nearest first.
    """

    name: str
    rows: int
    share: Decimal | None
    state: str
    means: str | None = None
    why: str = ""
    candidates: tuple[str, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        """Return whether a person has to say what it means."""
        return self.state in (SUGGESTED, UNKNOWN)


def same(name: str) -> str:
    """Return a name as ours are compared: case and outer spaces aside.

    >>> same(" Street-Scenes/003") == same("street-scenes/003 ")
    True
    """
    return unicodedata.normalize("NFC", name).strip().casefold()


def plain(name: str) -> str:
    """Return a name without case, accents, marks, spaces and leading zeros.

    Two numbers stay two.

    >>> plain("Street scenes / 003"), plain("street-scenes_3"), plain("1-23")
    ('streetscenes3', 'streetscenes3', '1 23')
    """
    found = ""
    for piece in _pieces(name):
        both = found[-1:].isdecimal() and piece.isdecimal()
        found += f" {piece}" if both else piece
    return found


def numbers(name: str) -> tuple[str, ...]:
    """Return the numbers in a name, without leading zeros, in order.

    >>> numbers("street-scenes batch 003 of 12")
    ('3', '12')
    """
    return tuple(piece for piece in _pieces(name) if piece.isdecimal())


def _pieces(name: str) -> list[str]:
    # The Vietnamese letter has a stroke that Unicode does not take apart.
    bare = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return [
        _digits(piece) if piece.isdecimal() else piece
        for piece in PIECES.findall(letters)
    ]


def _digits(number: str) -> str:
    """Return a number in our digits, however long and in whichever script it is."""
    ours = "".join(str(unicodedata.decimal(digit)) for digit in number)
    return ours.lstrip("0") or "0"


def likeness(name: str, other: str) -> float:
    """Return how alike two plain names are, 0 to 1: difflib's ratio."""
    matcher = SequenceMatcher(None, plain(name), plain(other), autojunk=False)
    return matcher.ratio()


class Names:
    """The names of ours of one kind, and the meanings of others that were confirmed.

    `remembered` is by `same`; a name that means itself was confirmed to stay as it is.
    What means something that is ours no more is not known any more.
    """

    def __init__(self, ours: Iterable[Ours], *, remembered: Mapping[str, str]) -> None:
        """Take the names in their own order, so that any order of them is one."""
        by_name = {
            one.name: one
            for one in sorted(ours, key=lambda one: (one.name, one.also, one.type))
        }
        self.ours = [*by_name.values()]
        self._plain = [
            (one.name, frozenset(plain(spelling) for spelling in (one.name, *one.also)))
            for one in self.ours
        ]
        self._of_plain: dict[str, list[str]] = {}
        self._of_last: dict[str, list[str]] = {}
        for name, spelled in self._plain:
            self._of_last.setdefault(_last(name), []).append(name)
            for spelling in spelled:
                self._of_plain.setdefault(spelling, []).append(name)
        self._known = {
            same(spelling): one.name
            for one in reversed(self.ours)
            for spelling in (*one.also, one.name)
        }
        self._remembered = {
            name: means
            for name, means in remembered.items()
            if same(means) in self._known or same(means) == name
        }

    def own(self, name: str) -> str | None:
        """Return a name of ours as we spell it, None for any other."""
        return self._known.get(same(name))

    def meaning(self, name: str) -> str | None:
        """Return what a name means for sure: itself, or what was confirmed; or None."""
        if same(name) in self._known:
            return name
        means = self._remembered.get(same(name))
        return name if means is not None and same(means) == same(name) else means

    def matched(self, written: Iterable[Written]) -> tuple[Matched, ...]:
        """Return what each written name means, those with most rows first."""
        found = sorted(_together(written), key=lambda one: (-one.rows, one.name))
        known = [one.seconds for one in found if one.seconds is not None]
        whole = sum(known, NOTHING)
        looked = 0
        near = max(LEAST_NEAR, MOST_COMPARED // max(len(self.ours), 1))
        told = []
        for one in found:
            sure = self.meaning(one.name)
            share = one.seconds / whole if whole and one.seconds is not None else None
            if sure is None:
                looked += 1
                asked = min(MOST_ASKED, near)
                ranked = self._ranked(one.name) if looked <= asked else []
                told.append(
                    self._likely(one, share, ranked, asked=looked <= MOST_ASKED)
                )
                continue
            ours = same(one.name) in self._known
            told.append(
                Matched(
                    name=one.name,
                    rows=one.rows,
                    share=share,
                    state=KNOWN if ours else REMEMBERED,
                    means=sure,
                )
            )
        return tuple(told)

    def _likely(
        self,
        one: Written,
        share: Decimal | None,
        ranked: Sequence[tuple[float, str]],
        *,
        asked: bool,
    ) -> Matched:
        """Return a name that nobody has confirmed, with the likeliest meaning."""
        means, why = self._suggested(one, ranked) if asked else (None, "")
        names = [name for _, name in ranked if name != means]
        first = [] if means is None else [means]
        return Matched(
            name=one.name,
            rows=one.rows,
            share=share,
            state=UNKNOWN if means is None else SUGGESTED,
            means=means,
            why=why,
            candidates=tuple([*first, *names][:MOST_CANDIDATES]),
        )

    def _suggested(
        self, one: Written, ranked: Sequence[tuple[float, str]]
    ) -> tuple[str | None, str]:
        """Return the likeliest meaning and why; the first rule with one answer."""
        for found, why in (
            (self._of_same_letters(one.name), "the same letters and numbers"),
            (self._of_same_number(one.name), f"the same number, {_last(one.name)}"),
            (self._of_same_type(one.types), "the only line of its annotation type"),
            (self._nearest(one.name, ranked), "the nearest name"),
        ):
            if len(found) == 1:
                return found[0], why
        return None, ""

    def _of_same_letters(self, name: str) -> list[str]:
        wanted = plain(name)
        return self._of_plain.get(wanted, []) if wanted else []

    def _of_same_number(self, name: str) -> list[str]:
        """Return the names that end in the only number of a name.

        Job 12 of a tool is not batch 12: tools count on through all projects.
        """
        letters = {piece for piece in _pieces(name) if not piece.isdecimal()}
        if len(numbers(name)) != 1 or (letters and letters <= COUNTERS):
            return []
        return self._of_last.get(_last(name), [])

    def _of_same_type(self, types: frozenset[str]) -> list[str]:
        if len(types) != 1:
            return []
        return [one.name for one in self.ours if one.type in types]

    def _nearest(self, name: str, ranked: Sequence[tuple[float, str]]) -> list[str]:
        """Return the nearest name where it is near, and clearly nearer than others.

        Batch 12 is not nearly batch 13: a name with other numbers is not meant.
        """
        if not ranked or ranked[0][0] < NEAR:
            return []
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        nearest = ranked[0][1]
        if ranked[0][0] - second < AHEAD:
            return []
        both = numbers(name), numbers(nearest)
        return [] if all(both) and both[0] != both[1] else [nearest]

    def _ranked(self, name: str) -> list[tuple[float, str]]:
        """Return the nearest names of ours with their likeness, nearest first."""
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(plain(name))
        found = []
        for ours, spelled in self._plain:
            ratios = []
            for spelling in spelled:
                matcher.set_seq1(spelling)
                ratios.append(matcher.ratio())
            found.append((max(ratios), ours))
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        return found[: MOST_CANDIDATES + 1]


def _last(name: str) -> str:
    return next(reversed(numbers(name)), "")


def _together(written: Iterable[Written]) -> Iterable[Written]:
    """Return the names, those that are the same but for case and spaces together."""
    by_name: dict[str, list[Written]] = {}
    for one in written:
        by_name.setdefault(same(one.name), []).append(one)
    for found in by_name.values():
        timed = [one.seconds for one in found if one.seconds is not None]
        yield Written(
            name=min(one.name.strip() for one in found),
            rows=sum(one.rows for one in found),
            seconds=sum(timed, NOTHING) if timed else None,
            types=frozenset().union(*(one.types for one in found)),
        )
