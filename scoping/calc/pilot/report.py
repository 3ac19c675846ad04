"""A comparison as an analyst's note: the verdict, then quoted, measured and new.

Read from the document alone, so that the note says what the JSON says. Staff only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scoping.calc.layout import Row, an_hour, money, paragraph, percent, table
from scoping.calc.sections import text
from scoping.calc.trace import plain, significant

from .compare import deviation

Document = Mapping[str, Any]
NAMES = {
    "seconds_per_unit": "Seconds",
    "units_per_item": "Units",
    "first_pass_defect": "First-pass errors",
    "accept_rate": "Accepted unchanged",
    "list_price": "List price",
    "target_price": "Target price",
    "floor_price": "Floor price",
    "unit_price": "Unit price",
    "agreement": "Agreement",
    "price_total": "Price, total",
    "cost_p50": "Cost, typical",
    "cost_p80": "Cost, promised",
    "loss_probability": "Chance of a loss",
}
SHARES = frozenset(
    {"first_pass_defect", "accept_rate", "agreement", "loss_probability"}
)
AMOUNTS = frozenset({"price_total", "cost_p50", "cost_p80"})
PRICES = frozenset({"list_price", "target_price", "floor_price", "unit_price"})
HEADER = ("", "Quoted", "Measured", "New", "", "Collar", "Seen")
THREE = ("quoted", "measured", "new")
NOT_SAID = "–"
VERDICTS = {True: "inside", False: "outside", None: ""}


def report(document: Document) -> str:
    """Return the note of a `pilot_comparison: 1` document."""
    groups = [*enumerate(document["lines"]), (None, "Project")]
    return text(
        ("", paragraph(_verdict(document), mark="")),
        ("", _warnings(document)),
        *((name, _figures(document, line)) for line, name in groups),
        ("What counts", _weights(document)),
        ("", paragraph(_footing(document))),
    )


def _verdict(document: Document) -> str:
    collar = percent(document["collar"])
    if document["inside_collar"] is None:
        return (
            f"The collar of {collar} judges seconds, units an item and first-pass "
            f"errors, and the pilot measured none of them. Nothing is decided."
        )
    if document["inside_collar"]:
        return (
            f"Inside the collar of {collar}: what was measured lies near enough to "
            f"what was quoted. The quoted unit prices stand."
        )
    outside = [
        f"{_name(document, row)} {_away(row)}"
        for row in document["rows"]
        if row["inside_collar"] is False
    ]
    return (
        f"Outside the collar of {collar}: {'; '.join(outside)}. {_revision(document)}"
    )


def _revision(document: Document) -> str:
    moved = any(
        row["quoted"] != row["new"]
        for row in document["rows"]
        if row["quantity"] == "unit_price"
    )
    if moved:
        return "A revision at the new unit prices is proposed."
    return "A revision is proposed; its unit prices come out as quoted."


def _name(document: Document, row: Document) -> str:
    name = NAMES[row["quantity"]].lower()
    return f"{name} of {document['lines'][row['line']]}"


def _away(row: Document) -> str:
    """Return how far the measured lies from the quoted, in words."""
    away = deviation(Decimal(row["quoted"]), Decimal(row["measured"]))
    if away is None:
        return "not quoted, and measured"
    side = "above" if away > 0 else "below"
    return f"{percent(str(abs(away)))} {side}"


def _warnings(document: Document) -> Iterator[str]:
    """Yield lines whose new floor lies above the price that was quoted."""
    prices = {
        (row["line"], row["quantity"]): row
        for row in document["rows"]
        if row["quantity"] in PRICES
    }
    for line, name in enumerate(document["lines"]):
        quoted = prices[line, "unit_price"]["quoted"]
        floor = prices[line, "floor_price"]["new"]
        if Decimal(floor) > Decimal(quoted):
            yield from paragraph(
                f"{name}: the new floor of {floor} lies above the quoted {quoted}.",
                mark="! ",
            )


def _figures(document: Document, line: int | None) -> Iterator[str]:
    rows: list[Row] = [HEADER]
    for row in document["rows"]:
        if row["line"] != line:
            continue
        rows.append(
            (
                NAMES[row["quantity"]],
                *(_shown(row, key) for key in THREE),
                row["unit"],
                VERDICTS[row["inside_collar"]],
                row["saw"],
            )
        )
        if row["quantity"] == "seconds_per_unit":
            rows.append(("An hour", *(_hourly(row[key]) for key in THREE), "", "", ""))
    yield from table(rows, align="lrrrlll")


def _hourly(seconds: str | None) -> str:
    """Return units an hour at these seconds; nothing was labelled in no time."""
    if seconds is None or not Decimal(seconds):
        return NOT_SAID
    return an_hour(Decimal(seconds))


def _shown(row: Document, key: str) -> str:
    value = row[key]
    if value is None:
        return NOT_SAID
    if row["quantity"] in SHARES:
        return percent(value)
    if row["quantity"] in AMOUNTS:
        return money(value)
    if row["quantity"] in PRICES:
        return str(value)
    return f"{plain(significant(Decimal(value), digits=4)):f}"


def _weights(document: Document) -> Iterator[str]:
    for row in document["rows"]:
        if row["weight"] is None:
            continue
        pilot = (Decimal(row["weight"]) * 100).quantize(Decimal(1), ROUND_HALF_UP)
        name = _name(document, row)
        yield from paragraph(
            f"{name[0].upper()}{name[1:]}: the pilot counts {pilot} %, "
            f"{_before(row)} {100 - pilot} %.",
            indent=2,
        )


def _before(row: Document) -> str:
    spec = row["quantity"] in ("units_per_item", "accept_rate")
    return "what was said before" if spec else "the card"


def _footing(document: Document) -> str:
    cards = document["card"]
    return (
        f"Pilot of {document['measured_on']}, {document['currency']}; rate card "
        f"{cards['quoted']}, new figures from {cards['new']}."
    )
