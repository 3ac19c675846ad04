"""Explanations: a second reader recomputes every number from the leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from scoping.calc.document import document
from scoping.calc.rates.values import RateCard
from scoping.calc.spec import read_spec, to_document
from scoping.calc.spec.values import Spec
from scoping.calc.suggest import Decision
from scoping.calc.trace import printed
from tests.calc.an_estimate import (
    a_spec,
    an_estimate,
    figures_of,
    random_spec,
    the_card,
    the_card_with,
    tiers,
)
from tests.calc.evaluator import Evaluator
from tests.scale import count

SPECS = max(10, count(200))
DRAWS = 256
NOT_THE_VALUE = ("/deadline", "/commercial/tax/mode", "/units_per_item/sample", "/work")
"""Paths that a number rests on and does not repeat."""


def tiered_card() -> RateCard:
    return the_card_with(
        price={
            "tiers": {
                **tiers("bounding_box", (5_000, "1"), (50_000, "0.9"), (None, "0.77")),
                **tiers("image_tag", (1_000, "1"), (None, "0.85")),
            }
        }
    )


def explained(spec: Spec, card: RateCard, **changes: Any) -> Mapping[str, Any]:
    made = an_estimate(spec, card=card, draws=DRAWS, **changes)
    return document(made)


def evaluator_of(estimated: Mapping[str, Any], card: RateCard) -> Evaluator:
    rows = figures_of(card)
    names = {"cost/layers/effort_effort", "cost/layers/effort_defect"}
    assert names | {"price/volume_correlation"} <= set(rows)
    return Evaluator(
        estimated["trace"],
        seed=estimated["seed"],
        draws=estimated["draws"],
        figure=lambda row: Fraction(rows[row].value),
    )


def wrong_nodes(estimated: Mapping[str, Any], card: RateCard) -> list[str]:
    """Return what the second reader gets otherwise than printed, in words."""
    second = evaluator_of(estimated, card)
    wrong = []
    for key, node in estimated["trace"]["nodes"].items():
        value = second.value(key)
        again = printed(Decimal(value.numerator) / Decimal(value.denominator))
        if again != node["value"]:
            wrong.append(f"{node['name']} ({node['op']}): {node['value']}, not {again}")
    return wrong


@pytest.mark.parametrize("number", range(SPECS))
def test_every_node_is_recomputed_to_the_printed_digit(number: int):
    card, spec = tiered_card(), random_spec(number)

    estimated = explained(spec, card)

    assert wrong_nodes(estimated, card) == []
    assert wrong_leaves(estimated, spec, card) == []


def wrong_leaves(estimated: Mapping[str, Any], spec: Spec, card: RateCard) -> list[str]:
    """Return the leaves that are no card row, no path of the spec and no chance."""
    rows, said = figures_of(card), to_document(spec)
    wrong = []
    for node in estimated["trace"]["nodes"].values():
        if "uses" in node or node["op"] in ("nothing", "count_of"):
            continue
        fine = {
            "card": lambda node: _is_card_row(node, rows),
            "spec": lambda node: _is_path(node, said),
            "chance": lambda node: node["at"] == "/seed" and node["value"] == "0",
        }[node["op"]](node)
        if not fine:
            wrong.append(f"{node['op']} {node.get('at')}: {node['name']}")
    return wrong


def _is_card_row(node: Mapping[str, Any], rows: Mapping[str, Any]) -> bool:
    row = rows.get(node["at"])
    if row is None or not node["source"].strip() or not node["as_of"].strip():
        return False
    is_bound = node["at"].startswith("price/tiers/") and node["unit"] == "units"
    return bool(is_bound or Decimal(node["value"]) == row.value)


def _is_path(node: Mapping[str, Any], said: Any) -> bool:
    for part in node["at"].split("/")[1:]:
        key: Any = int(part) if isinstance(said, list) else part
        if isinstance(said, list) and key >= len(said):
            return False
        if isinstance(said, dict) and key not in said:
            return False
        said = said[key]
    if node["at"].endswith(NOT_THE_VALUE) or isinstance(said, dict):
        return True
    return Decimal(node["value"]) == Decimal(str(said))


def test_random_specs_are_specs_that_the_reader_accepts():
    for number in range(50):
        spec = random_spec(number)

        again = read_spec(to_document(spec), door="staff", today=date(2026, 1, 5))

        assert to_document(again) == to_document(spec)


def test_a_decided_price_says_who_and_why_and_points_at_its_line():
    decision = Decision(value=Decimal("0.08"), binding="typed", who="Mai", why="rival")

    estimated = explained(a_spec(), the_card(), decisions={0: decision})

    nodes = estimated["trace"]["nodes"]
    node = nodes[estimated["trace"]["roots"]["/lines/0/unit_price"]]
    assert (node["value"], node["at"]) == ("0.08", "/lines/0")
    assert node["because"] == "decided by Mai: rival"
    assert wrong_leaves(estimated, a_spec(), the_card()) == []


def test_roots_print_what_the_document_prints():
    estimated = explained(random_spec(3), the_card())
    nodes, roots = (estimated["trace"][key] for key in ("nodes", "roots"))

    assert Decimal(nodes[roots["/price/total"]]["value"]) == Decimal(
        estimated["price"]["total"]
    )
    for row in estimated["lines"]:
        path = f"/lines/{row['index']}"
        for name in ("list", "target", "floor"):
            assert Decimal(
                nodes[roots[f"{path}/suggested/{name}"]]["value"]
            ) == Decimal(row["suggested"][name])


def test_the_second_reader_sees_a_number_that_was_tampered_with():
    estimated = explained(a_spec(), the_card())
    nodes = estimated["trace"]["nodes"]
    key = next(key for key, node in nodes.items() if node["name"] == "Quoted units")
    nodes[key]["value"] = "500001"

    assert any("500001" in line for line in wrong_nodes(estimated, the_card()))
