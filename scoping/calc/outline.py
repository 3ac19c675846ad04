"""The reasons of an estimate as an outline: each number over those it was made of.

Every number is taken apart once. Where one comes up again it is named with its value
and the place where its reasons stand; a number with a heading of its own is not taken
apart under another. A leaf names the row of the card with its source, or the path of
the spec. The time for one stands beside how many an hour that is. Chances, which are 0
where a number is typical, are left out.
See docs/model.md#outline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from .layout import HOUR, an_hour

STEP = "  "
LEAVES = ("card", "spec")
NAMES = {
    "units": "units",
    "cost": "cost",
    "seconds_per_unit": "seconds of a unit",
    "suggested/list": "list price",
    "suggested/target": "target price",
    "suggested/floor": "floor price",
    "unit_price": "unit price",
    "outgoing_defect": "wrong after review",
    "released": "chance of release",
    "/price/total": "Total",
    "/cost": "Cost, where everything is typical",
}
Node = Mapping[str, Any]


def outline(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the outline of an `estimate: 1` document's trace."""
    trace = document["trace"]
    names = [line["name"] for line in document["lines"]]
    titles: dict[str, str] = {}
    for path, root in trace["roots"].items():
        titles.setdefault(root, title(path, names))
    shown: dict[str, str] = {}
    for root, heading in titles.items():
        yield heading
        yield from _step(trace["nodes"], root, titles, shown, (heading, 1))
        yield ""


def title(path: str, lines: Sequence[str]) -> str:
    """Return what a root of the trace is called: `/lines/0/cost` is “Boxes, cost”.

    >>> title("/lines/0/suggested/list", ["Boxes"])
    'Boxes, list price'
    """
    if not path.startswith("/lines/"):
        return NAMES.get(path, path)
    _, _, index, what = path.split("/", 3)
    return f"{lines[int(index)]}, {NAMES.get(what, what)}"


def _step(
    nodes: Mapping[str, Node],
    number: str,
    titles: Mapping[str, str],
    shown: dict[str, str],
    place: tuple[str, int],
) -> Iterator[str]:
    heading, depth = place
    node = nodes[number]
    if node["op"] == "chance":
        return
    said = f"{STEP * depth}{node['name']}: {_value(node)}"
    if node["op"] in LEAVES:
        yield f"{said} <- {_source(node)}"
        return
    elsewhere = shown.get(number) or (titles.get(number) if depth > 1 else None)
    if elsewhere is not None:
        where = "above" if elsewhere == heading else f"see {elsewhere}"
        yield f"{said} ({where})"
        return
    shown[number] = heading
    yield f"{said} = {node['because']}"
    for used in node["uses"]:
        yield from _step(nodes, used, titles, shown, (heading, depth + 1))


def _value(node: Node) -> str:
    value = Decimal(node["value"])
    shown = f"{value:,f} {node['unit']}".rstrip()
    # What takes so long is one of something: a unit, or an item with all in it.
    if node["unit"] == "s" and " one " in node["name"] and 0 < value < HOUR:
        return f"{shown}, {an_hour(value)} an hour"
    return shown


def _source(node: Node) -> str:
    if node["op"] == "spec":
        return f"spec {node['at']}"
    weak = ", weak evidence" if node.get("weak") else ""
    return f"card {node['at']}; {node['source']}{weak}"
