"""Why an estimate changed, said: one sentence, a table, and plain data.

The same difference always makes the same sentence: largest part first, amounts signed,
small ones summed up. A difference made for a client holds no cost and no hours, and
what is said of it holds none. See docs/model.md#diff_note.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap
from typing import Any

from .difference import Diff, Move, Part
from .layout import paragraph, percent, table
from .sections import text as sections_text

MOST_SAID = 5
"""How many parts a sentence names; the rest are summed up."""

NAME_WIDTH = 48
MINUS = "−"
METHODS = {
    "all orders": "Each part is its mean effect over all orders of the changes.",
    "two orders": (
        "Each part is its mean effect in two opposite orders of the changes, for there "
        "are too many of them to try all orders."
    ),
}


def sentence(found: Diff, *, of: str = "price") -> str:
    """Return in one sentence why the total changed; `of` may be `cost` or `hours`."""
    move: Move | None = getattr(found, of)
    if move is None:
        raise ValueError(f"This difference is a client's: it knows no {of}.")
    names = {"price": "The total", "cost": "The mean cost", "hours": "The paid time"}
    unit = "h" if of == "hours" else found.currency
    parts = [(part.text, getattr(part, of)) for part in found.parts]
    parts = sorted(
        ((said, amount) for said, amount in parts if amount),
        key=lambda row: (-abs(row[1]), row[0]),
    )
    head = f"{names[of]} {_verb(move, unit)}"
    if not parts:
        return f"{head}."
    if move.by == 0:
        head = f"{head}, though its parts moved"
    return f"{head}: {'; '.join(_said(parts))}."


def _verb(move: Move, unit: str) -> str:
    if move.by == 0:
        return f"stays at {move.after:,.2f} {unit}"
    verb = "rises" if move.by > 0 else "falls"
    share = ""
    if move.before:
        said = percent(str(abs(move.by / move.before)))
        share = f" ({'under 0.1 %' if said == '0 %' else said})"
    return f"{verb} by {abs(move.by):,.2f} {unit}{share}"


def _said(parts: list[tuple[str, Decimal]]) -> Iterator[str]:
    # One part more is named rather than summed up alone.
    most = MOST_SAID if len(parts) > MOST_SAID + 1 else len(parts)
    for said, amount in parts[:most]:
        yield f"{said} {signed(amount)}"
    rest = parts[most:]
    if rest:
        whole = sum((amount for _, amount in rest), Decimal(0))
        yield f"{len(rest)} smaller changes {signed(whole)}"


def signed(amount: Decimal) -> str:
    """Return an amount with its sign, so that parts read as parts.

    >>> signed(Decimal("9870")), signed(Decimal("-0.5")), signed(Decimal(0))
    ('+9,870.00', '−0.50', '0.00')
    """
    sign = {1: "+", -1: MINUS, 0: ""}[(amount > 0) - (amount < 0)]
    return f"{sign}{abs(amount):,.2f}"


def diff_note(found: Diff) -> str:
    """Return the difference as text: the sentences, the parts, how they were found."""
    return sections_text(
        ("", _sentences(found)),
        ("What moved, and by how much", _table(found) if found.parts else ()),
        (
            "What changed and moved nothing",
            (f"  {one.sentence}" for one in found.silent),
        ),
        ("How the parts were found", _how(found)),
    )


def _sentences(found: Diff) -> Iterator[str]:
    for of in _told(found):
        yield from paragraph(sentence(found, of=of))


def _table(found: Diff) -> Iterator[str]:
    told = _told(found)
    units = {"hours": "Hours"}
    titles = {"price": "Price", "cost": "Mean cost"}
    heads = [units.get(of) or f"{titles[of]}, {found.currency}" for of in told]
    rows = [["", *heads]]
    for part in found.parts:
        first, *more = wrap(part.text, NAME_WIDTH)
        rows.append([first, *(signed(getattr(part, of)) for of in told)])
        rows += [[f"  {line}", *("" for _ in told)] for line in more]
    moves = [getattr(found, of) for of in told]
    rows.append(["Altogether", *(signed(move.by) for move in moves)])
    rows.append(["Before", *(f"{move.before:,.2f}" for move in moves)])
    rows.append(["After", *(f"{move.after:,.2f}" for move in moves)])
    yield from table(rows, align="l" + "r" * len(told))


def _how(found: Diff) -> Iterator[str]:
    if len(found.parts) > 1:
        yield from paragraph(METHODS[found.method], indent=2)
    for note in found.notes:
        yield from paragraph(note, indent=2)


def _told(found: Diff) -> tuple[str, ...]:
    return ("price",) if found.cost is None else ("price", "cost", "hours")


def diff_data(found: Diff) -> dict[str, Any]:
    """Return the difference as plain data, `diff: 1`; amounts are strings."""
    told = _told(found)
    data: dict[str, Any] = {"diff": 1, "currency": found.currency}
    if found.cost is not None:
        data["cards"] = list(found.cards)
    data |= {of: _move(getattr(found, of)) for of in told}
    data["parts"] = [_part(part, told) for part in found.parts]
    data["sentences"] = {of: sentence(found, of=of) for of in told}
    if found.cost is not None:
        data["moved_nothing"] = [
            {"at": one.at, "text": one.text, "how_far": one.how_far}
            for one in found.silent
        ]
    return data | {"method": found.method, "notes": list(found.notes)}


def _move(move: Move) -> dict[str, str]:
    return {"before": str(move.before), "after": str(move.after), "by": str(move.by)}


def _part(part: Part, told: tuple[str, ...]) -> dict[str, Any]:
    return {
        "text": part.text,
        "changes": [
            {"at": one.at, "text": one.text, "how_far": one.how_far}
            for one in part.changes
        ],
        **{of: str(getattr(part, of)) for of in told},
    }
