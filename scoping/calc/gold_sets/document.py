"""The answer about a gold set as plain data. Shares are 0 to 1; null is not known."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scoping.calc.rounds import PilotWork

from .design import Gate, GoldDesign

DIGITS = 6


def document(found: GoldDesign) -> dict[str, Any]:
    """Return the answer as data, its keys fixed because programs read them."""
    return {
        "gold_set": 1,
        "items": found.items,
        "needed": {
            "items": found.size.items,
            "most_errors": found.size.most_errors,
            "proves_with_chance": _rounded(found.size.power),
            "every_larger_set_from": found.size.settled,
        },
        "reaches_target": {
            **_gate(found.reached),
            "then_proves": _rounded(found.shown),
        },
        "proves_target": _gate(found.proven),
        "weak_team": {
            "accuracy": str(found.weak),
            "reaches_within_attempts": [_rounded(one) for one in found.attempts],
        },
        "effective_units": str(round(found.effective_units, 2)),
        "per_class": {
            "items": found.items_per_class,
            "most_errors_that_prove": found.errors_per_class,
        },
        "gold_labels": {
            "best_agreement": _rounded(found.ceiling),
            "agreement_of_team": _rounded(found.measured),
        },
        "pilot": {
            "share_of_errors_removed": _rounded(found.removed),
            "expected_rounds": _rounded(found.rounds.expected),
            "promised_round": found.rounds.promised,
            "not_passed_at_the_end": _rounded(found.rounds.never),
            "rounds": [
                {
                    "number": one.number,
                    "accuracy": _rounded(one.accuracy),
                    "passes": _rounded(one.passes),
                    "passed_by_now": _rounded(one.passed_by_now),
                }
                for one in found.rounds.rounds
            ],
            "expected": _work(found.expected),
            "promised": _work(found.promised),
        },
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "most_errors": gate.errors,
        "good_team_passes": _rounded(gate.passes),
        "weak_team_passes": _rounded(gate.weak_passes),
        "curve": [
            {"accuracy": _rounded(one.truth), "passes": _rounded(one.chance)}
            for one in gate.curve
        ],
    }


def _work(work: PilotWork | None) -> dict[str, float] | None:
    return (
        None if work is None else {key: round(v, 2) for key, v in asdict(work).items()}
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
