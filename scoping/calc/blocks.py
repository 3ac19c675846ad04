"""Which answer of a spec and which row of a card belong to which named change.

A path is where a value stands (`spec/quality/reviews`, `cost/sites/utilisation`); the
longest entry that it starts with names its change. A new field falls to its section's
change, so that nothing is left out of a difference. See docs/model.md#blocks.
"""

from __future__ import annotations

from collections.abc import Mapping

NOTHING = ""
"""The change of values that move no amount: names, terms, dates of a card."""

SPEC: Mapping[str, str] = {
    "spec": "other",
    **dict.fromkeys(("spec/items", "spec/video", "spec/item_kind"), "items"),
    "spec/site": "site",
    "spec/start_on": "dates",
    "spec/deadline": "dates",
    "spec/client_calendar": "dates",
    "spec/client_turnaround_days": "dates",
    "spec/quality": "sample_check",
    "spec/quality/accuracy": "accuracy",
    # A ladder goes on from the flat credit: both change at once or neither does.
    "spec/quality/sla": "credits",
    "spec/quality/reviews": "reviews",
    "spec/quality/gold_items": "gold_set",
    "spec/quality/edge_case_rules": "rules",
    "spec/quality/agreement": NOTHING,
    "spec/quality/match_iou": NOTHING,
    "spec/team": "team",
    "spec/conditions": "conditions",
    "spec/risks": "risks",
    "spec/commercial/basis": "basis",
    "spec/commercial/confidence": "confidence",
    "spec/commercial/discount": "discount",
    "spec/commercial/rush": "rush",
    "spec/commercial/pilot": "pilot",
    "spec/commercial/tax": "tax",
    "spec/commercial/fees": "fees",
    "spec/commercial/credits": "credits",
    "spec/commercial/pods": "basis",
    "spec/commercial/months": "basis",
    "spec/commercial/cap": NOTHING,
    "spec/commercial/holdback": NOTHING,  # when it is paid, not how much
    **dict.fromkeys(
        (
            *("spec/name", "spec/client", "spec/language", "spec/need"),
            *("spec/budget", "spec/stated", "spec/seed", "spec/currency"),
            "spec/lines",
        ),
        NOTHING,
    ),
}

LINE: Mapping[str, str] = {
    "line": "difficulty",
    "line/units_per_item": "units",
    "line/share_of_items": "units",
    "line/redundancy": "people",
    "line/prelabel": "prelabels",
    "line/work": "work",
    "line/optional": "standing",
    "line/alternative_to": "standing",
    "line/index": NOTHING,
    "line/name": NOTHING,
    "line/type": NOTHING,
}

PRICE: Mapping[str, str] = {
    "price": "card_other",
    "price/bands": "card_bands",
    **dict.fromkeys(
        ("price/position_words", "price/position_steps", "price/standard_words"),
        "card_position",
    ),
    "price/accuracy_factors": "card_accuracy",
    "price/site_factors": "card_site",
    "price/rush_factor": "card_rush",
    "price/redundancy_factor": "card_redundancy",
    "price/prelabel_price_factor": "card_prelabel_price",
    "price/tiers": "card_tiers",
    "price/tier_rules": "card_tiers",
    **dict.fromkeys(
        ("price/hour_prices", "price/pod_prices", "price/pod_people"), "card_bases"
    ),
    **dict.fromkeys(
        (
            *("price/density_cap", "price/exchange", "price/exchange_buffer"),
            "price/exchanged",
        ),
        NOTHING,
    ),
    "price/minimum_order": "card_minimum",
    "price/fees": "card_fees",
    "price/lead_times": "card_months",
    "price/icc": "card_sample_check",
    "price/sample_to_dataset": "card_doubt",
    "price/volume_correlation": "card_doubt",
    **dict.fromkeys(
        (
            *("price/version", "price/currency", "price/valid_from"),
            *("price/quote_only", "price/pilot_items", "price/pilot_price"),
            *("price/acceptance_window_days", "price/remedy_days"),
            *("price/pilot_collar", "price/volume_tolerance", "price/promises"),
            "price/security",
        ),
        NOTHING,
    ),
}

COST: Mapping[str, str] = {
    "cost": "card_other",
    "cost/effort": "card_effort",
    "cost/clocks": "card_effort",
    "cost/fixed_seconds": "card_effort",
    "cost/video_check_seconds": "card_effort",
    "cost/video_corrections": "card_effort",
    "cost/drivers_words": "card_drivers",
    "cost/drivers_steps": "card_drivers",
    "cost/review": "card_review",
    "cost/review/first_pass_defect": "card_errors",
    "cost/prelabel": "card_prelabels",
    "cost/layers": "card_doubt",
    "cost/risks": "card_risks",
    "cost/sites": "card_wages",
    "cost/sites/utilisation": "card_utilisation",
    "cost/sites/units_per_card_currency": "card_exchange",
    "cost/sites/currency": "card_exchange",
    "cost/sites/weekmask": "card_calendar",
    "cost/sites/calendar": "card_calendar",
    "cost/sites/time_zone": "card_calendar",
    "cost/sites/key": NOTHING,
    "cost/sites/name": NOTHING,
    "cost/work": "card_work",
    "cost/policy": "card_policy",
    "cost/fee_costs": "card_fee_costs",
    "cost/version": NOTHING,
    "cost/currency": NOTHING,
}

CHANGE_OF: Mapping[str, str] = {**SPEC, **LINE, **PRICE, **COST}

BY_ROW = frozenset({"cost/sites", "cost/review"})
"""Rows by key whose fields belong to different changes."""

ASKED = frozenset(
    {
        *("price/bands", "price/tiers", "price/prelabel_price_factor"),
        *("price/site_factors", "cost/effort", "cost/fixed_seconds"),
        *("cost/prelabel", "cost/sites", "cost/review", "cost/clocks"),
        *("price/tier_rules", "price/hour_prices", "price/pod_prices"),
        "cost/risks",
    }
)
"""Rows by type or site: only those that a line or a site asks for can move anything."""

NEEDED = frozenset(
    {
        *("price/bands", "price/position_words", "price/site_factors"),
        *("price/lead_times", "cost/effort", "cost/drivers_words"),
        *("price/hour_prices", "price/pod_prices"),
        *("cost/clocks", "cost/risks"),
        *("cost/fee_costs", "cost/sites"),
    }
)
"""Rows whose absence is an error. A card that lacks one is never asked for it, so the
other card's row may stand in while answers of both specs are mixed."""


def change_at(path: str) -> str:
    """Return the change that a path belongs to, `NOTHING` where it moves no amount.

    >>> change_at("spec/quality/reviews"), change_at("spec/quality/unit")
    ('reviews', 'sample_check')
    """
    while path not in CHANGE_OF:
        path = path.rpartition("/")[0]
    return CHANGE_OF[path]


def divided(path: str) -> bool:
    """Return whether the fields below a path belong to several changes."""
    return any(entry.startswith(f"{path}/") for entry in CHANGE_OF)
