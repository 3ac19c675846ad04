"""Two scopes under two cards, and everything between them.

Lines come in pairs (`pairing.py`), and what differs has a name (`blocks.py`);
`Comparison.mixed` is the first scope with some of the changes made. See
docs/model.md#mixing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from .bill import in_total
from .blocks import ASKED, BY_ROW, NEEDED, NOTHING, change_at, divided
from .pairing import Pair, matched, place_of
from .rates.values import CostSide, Figure, PriceSide
from .spec.values import Line, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A spec with what prices it. `decided` are unit prices by line index.

    `cost` None is a scope as a client may see it.
    """

    spec: Spec
    price: PriceSide
    cost: CostSide | None
    decided: Mapping[int, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two scopes, their lines in pairs, and the changes that lead to the second.

    A change is a key of `blocks.py`; one of a line has its pair's place before it:
    `units@0`.
    """

    first: Scope
    second: Scope
    pairs: tuple[Pair, ...]
    changes: tuple[str, ...]

    def turned(self) -> Comparison:
        """Return the comparison the other way round; its changes keep their keys."""
        return Comparison(
            first=self.second,
            second=self.first,
            pairs=tuple(
                Pair(first=pair.second, second=pair.first) for pair in self.pairs
            ),
            changes=self.changes,
        )

    def mixed(self, made: frozenset[str]) -> Scope | None:
        """Return the first scope with these changes made.

        None where that is no scope: without a line that counts, or with an alternative
        to a line that is not there.
        """
        found = _mixed_lines(self, made)
        if found is None:
            return None
        lines, decided = found
        first, second = self.first, self.second

        def taken(path: str) -> bool:
            return change_at(path) in made

        spec = _blended(first.spec, second.spec, path="spec", taken=taken)
        return Scope(
            spec=replace(spec, lines=lines),
            price=_blended(first.price, second.price, path="price", taken=taken),
            cost=_blended(first.cost, second.cost, path="cost", taken=taken)
            if first.cost is not None and second.cost is not None
            else None,
            decided=decided,
        )


def compared(first: Scope, second: Scope) -> Comparison:
    """Return two scopes with their lines in pairs and the changes between them."""
    pairs = matched(first.spec.lines, second.spec.lines)
    asked = _asked(first.spec) | _asked(second.spec)
    found: dict[str, None] = {}
    sides: list[tuple[str, Any, Any]] = [
        ("spec", first.spec, second.spec),
        ("price", first.price, second.price),
    ]
    if first.cost is not None and second.cost is not None:
        sides.append(("cost", first.cost, second.cost))
    for section, before, after in sides:
        for path, old, new in _leaves(before, after, path=section, asked=asked):
            if _bare(old) != _bare(new):
                found[change_at(path)] = None
    for place, pair in enumerate(pairs):
        for change in _line_changes(first, second, pair, pairs=pairs):
            found[f"{change}@{place}"] = None
    return Comparison(
        first=first,
        second=second,
        pairs=pairs,
        changes=tuple(change for change in found if change != NOTHING),
    )


def _line_changes(
    first: Scope, second: Scope, pair: Pair, *, pairs: Sequence[Pair]
) -> Iterator[str]:
    old, new = pair.first, pair.second
    if old is None or new is None:
        yield "line"
        return
    for path, was, becomes in _leaves(old, new, path="line"):
        if path.endswith("/alternative_to"):
            was = place_of(pairs, was, of="first")
            becomes = place_of(pairs, becomes, of="second")
        if was != becomes and change_at(path) != NOTHING:
            yield change_at(path)
    if first.decided.get(old.index) != second.decided.get(new.index):
        yield "unit_price"


def _mixed_lines(
    comparison: Comparison, made: frozenset[str]
) -> tuple[tuple[Line, ...], dict[int, Any]] | None:
    lines: list[Line] = []
    decided: dict[int, Any] = {}
    index_of: dict[int, int] = {}
    for place, pair in enumerate(comparison.pairs):
        found = _mixed_line(comparison, pair, place=place, made=made)
        if found is None:
            continue
        line, price = found
        index_of[place] = len(lines)
        if price is not None:
            decided[len(lines)] = price
        lines.append(replace(line, index=len(lines)))
    targets = {line.alternative_to for line in lines} - {None}
    if not any(map(in_total, lines)) or not targets <= index_of.keys():
        return None
    return tuple(
        line
        if line.alternative_to is None
        else replace(line, alternative_to=index_of[line.alternative_to])
        for line in lines
    ), decided


def _mixed_line(
    comparison: Comparison, pair: Pair, *, place: int, made: frozenset[str]
) -> tuple[Line, Any] | None:
    """Return a line and its decided price; `alternative_to` is a place among pairs."""
    first, second = comparison.first, comparison.second
    old = _by_place(pair.first, comparison.pairs, of="first")
    new = _by_place(pair.second, comparison.pairs, of="second")
    if old is None or new is None:
        added = f"line@{place}" in made
        line, decided = (new, second.decided) if added else (old, first.decided)
        return None if line is None else (line, decided.get(line.index))

    def taken(path: str) -> bool:
        return f"{change_at(path)}@{place}" in made

    later = f"unit_price@{place}" in made
    price = second.decided.get(new.index) if later else first.decided.get(old.index)
    return _blended(old, new, path="line", taken=taken), price


def _by_place(line: Line | None, pairs: Sequence[Pair], *, of: str) -> Line | None:
    if line is None or line.alternative_to is None:
        return line
    return replace(line, alternative_to=place_of(pairs, line.alternative_to, of=of))


def _blended(
    first: Any, second: Any, *, path: str, taken: Callable[[str], bool]
) -> Any:
    """Return the first value with what belongs to the changes that are taken."""
    if first is second:
        return first
    if path in BY_ROW:
        return {
            key: _blended_fields(old, new, path=path, taken=taken)
            for key, old, new in _rows(first, second)
        }
    if divided(path):
        return _blended_fields(first, second, path=path, taken=taken)
    value, other = (second, first) if taken(path) else (first, second)
    return {**other, **value} if path in NEEDED else value


def _blended_fields(
    first: Any, second: Any, *, path: str, taken: Callable[[str], bool]
) -> Any:
    return replace(
        first,
        **{
            name: _blended(
                getattr(first, name),
                getattr(second, name),
                path=f"{path}/{name}",
                taken=taken,
            )
            for name in _names(first)
        },
    )


def _rows(
    first: Mapping[str, Any], second: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield the rows of two tables by key: a row of its own, or the table's default."""
    for key in {**first, **second}:
        old = first.get(key, first.get("default"))
        new = second.get(key, second.get("default"))
        yield key, old or new, new or old


def _leaves(
    first: Any, second: Any, *, path: str, asked: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Any, Any]]:
    """Yield every path that belongs to one change, with both of its values."""
    if path in BY_ROW:
        for key, old, new in _rows(first, second):
            if key in asked:
                yield from _leaves_below(old, new, path=path, asked=asked)
    elif divided(path):
        yield from _leaves_below(first, second, path=path, asked=asked)
    elif path in ASKED:
        yield path, _only(first, asked), _only(second, asked)
    else:
        yield path, first, second


def _leaves_below(
    first: Any, second: Any, *, path: str, asked: frozenset[str]
) -> Iterator[tuple[str, Any, Any]]:
    for name in _names(first):
        yield from _leaves(
            getattr(first, name),
            getattr(second, name),
            path=f"{path}/{name}",
            asked=asked,
        )


def _asked(spec: Spec) -> frozenset[str]:
    """Return the words by which a spec asks for rows of a card."""
    by_line = (word for line in spec.lines for word in (line.type, line.complexity))
    by_risk = (risk.event for risk in spec.risks if risk.event is not None)
    return frozenset({spec.site, "default", *by_line, *by_risk})


def _only(table: Mapping[Any, Any], asked: frozenset[str]) -> dict[Any, Any]:
    return {
        key: row
        for key, row in table.items()
        if asked.issuperset(key if isinstance(key, tuple) else (key,))
    }


def _bare(value: Any) -> Any:
    """Return a value without the sources of its figures: what it says, not who."""
    if isinstance(value, Figure):
        return value.value
    if is_dataclass(value):
        return tuple(_bare(getattr(value, name)) for name in _names(value))
    if isinstance(value, Mapping):
        return {key: _bare(row) for key, row in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(_bare(one) for one in value)
    return value


def _names(value: Any) -> Iterator[str]:
    return (one.name for one in fields(value))
