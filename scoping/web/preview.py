"""The preview beside the scope form: what the answers come to before they are saved.

It is made on fewer draws than a saved estimate and says so. What a draft was saved with
stands beside it as signed changes, so that an answer shows what it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoping.calc.outlook import DRAWS
from scoping.templatetags.plumbline import (
    change,
    count,
    day,
    money,
    number,
    plural,
    share_percent,
    unit_price,
    week,
)
from scoping.web.components import Badge, Empty, ErrorSummary, Message, Stat
from scoping.web.drawings import MarginDrawing, margin_drawing
from scoping.web.outcome import BINDINGS, FIRST, stats_of, warning_message

EMPTY = Empty(
    heading="No price yet",
    text="Say how many images there are and what is labelled in them.",
)
MARK = Badge(words="Preview, full on save", kind="warn", icon="clock")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """A line with its decided unit price and what it comes to."""

    name: str
    detail: str
    amount: str
    margin: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the answers come to, or why that cannot be said yet.

    `moves` are signed changes against the draft as it was saved; `sentence` says all
    of it once, for who does not see it change.
    """

    mark: Badge = MARK
    empty: Empty | None = None
    summary: ErrorSummary | None = None
    stats: tuple[Stat, ...] = ()
    moves: tuple[tuple[str, str, str], ...] = ()
    lines: tuple[PreviewLine, ...] = ()
    drawing: MarginDrawing | None = None
    margin: str = ""
    warnings: tuple[Message, ...] = ()
    more_warnings: str = ""
    made_with: str = ""
    sentence: str = ""


def no_preview() -> Preview:
    """Return the panel of a form that says too little for a price."""
    return Preview(empty=EMPTY)


def refused_preview(summary: ErrorSummary | None) -> Preview:
    """Return the panel of a form whose answers need another look."""
    sentence = "" if summary is None else summary.heading
    return Preview(summary=summary, sentence=sentence)


def preview_of(
    said: Mapping[str, Any],
    *,
    loss_limit: Decimal | None,
    saved: Mapping[str, Any] | None = None,
) -> Preview:
    """Return the panel of an outlook; `saved` is that of the draft as it was saved."""
    serious = [one for one in said["warnings"] if one["code"] in FIRST]
    serious.sort(key=lambda one: FIRST.index(one["code"]))
    others = len(said["warnings"]) - len(serious)
    margin = said["margin"]
    chances = number(Decimal(margin["loss_probability"]) * 100, 0)
    total = money(said["price"]["total"], said["currency"])
    promised = week(said["schedule"]["promised"])
    return Preview(
        stats=tuple(stats_of(said, loss_limit=loss_limit)),
        moves=() if saved is None else tuple(moves_between(said, saved)),
        lines=tuple(_line(row) for row in said["lines"]),
        drawing=margin_drawing(
            [Decimal(edge) for edge in margin["histogram"]["edges"]],
            [Decimal(share) for share in margin["histogram"]["shares"]],
            mean=Decimal(margin["p50"]),
        ),
        margin=f"{chances} chances in 100 of a loss at this price.",
        warnings=tuple(warning_message(one) for one in serious),
        more_warnings=(
            f"{count(others)} more {plural(others, 'remark')} once it is saved."
            if others
            else ""
        ),
        made_with=(
            f"{count(DRAWS)} draws instead of 16,384, without advice; rate card "
            f"{said['card']}."
        ),
        sentence=(
            f"Preview: {total} {said['currency']}, margin "
            f"{share_percent(margin['share'], 1)}, {promised}"
        ),
    )


def moves_between(
    said: Mapping[str, Any], saved: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Yield what moved against the saved draft: name, signed change, kind."""
    currency = said["currency"]
    if currency != saved["currency"]:
        yield "Currency", f"{saved['currency']} → {currency}", ""
        return
    for name, now, was, good in (
        ("Price", said["price"]["total"], saved["price"]["total"], 0),
        ("Cost, typical", said["cost"]["p50"], saved["cost"]["p50"], -1),
        ("Margin, mean", said["margin"]["mean"], saved["margin"]["mean"], 1),
    ):
        moved = Decimal(now) - Decimal(was)
        if moved:
            kind = ("less" if moved * good > 0 else "over") if good else ""
            yield name, change(moved, currency), kind
    before, after = (
        Decimal(one["margin"]["loss_probability"]) * 100 for one in (saved, said)
    )
    if before != after:
        kind = "over" if after > before else "less"
        sign = "+" if after > before else ""
        yield "Chance of a loss, points", f"{sign}{number(after - before, 1)}", kind
    weeks = saved["schedule"]["promised"], said["schedule"]["promised"]
    if weeks[0] != weeks[1]:
        yield "Promised", f"{week(weeks[0])} → {week(weeks[1])}", ""
    ends = (one["schedule"]["finish"]["p50"] for one in (saved, said))
    first, last = (day(one) for one in ends)
    if first != last:
        yield "Typical finish", f"{first} → {last}", ""


def _line(row: Mapping[str, Any]) -> PreviewLine:
    units = f"{count(row['units'])} {plural(row['units'], row['unit'])}"
    each = unit_price(row["decided_price"])
    share = row["margin_share"]
    if row["booked"]:
        amount = "included"
    else:
        amount = "on request" if row["amount"] is None else money(row["amount"])
    return PreviewLine(
        name=row["name"],
        detail=f"{units} × {each}, {BINDINGS[row['binding']]}",
        amount=amount,
        margin="" if share is None else share_percent(share, 1),
        badges=tuple(_badges(row)),
    )


def _badges(row: Mapping[str, Any]) -> Iterator[Badge]:
    if not row["in_total"]:
        yield Badge(words="not in the total")
    if row["above_band"]:
        yield Badge(words="above range", kind="bad", icon="warning")
    if row["below_floor"]:
        yield Badge(words="below floor", kind="bad", icon="warning")
