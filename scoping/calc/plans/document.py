"""An audit as plain data: the answer of the API, of the command and of the page.

`audit_plan: 1`. Shares and chances are text, counts are numbers, and what was not asked
is null. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from scoping.calc.layout import at_most, percent, up_to
from scoping.calc.trace import plain, printed, to_data

from .beside import score_data
from .design import Design, Sized, curve_points, widest
from .effects import Auditor, Believed, Draws, Early
from .question import Question
from .rules import LEVELS
from .score import Score
from .standard import SOURCE, standard_plan


def document(made: Design) -> dict[str, Any]:
    """Return the document of a designed audit."""
    asked, chosen = made.asked, made.chosen
    return {
        "audit_plan": 1,
        "question": _question(asked),
        "plan": _sized(chosen),
        "says": sentences(made),
        "figures": {key: printed(step.value) for key, step in made.steps.items()},
        "worst_at": str(plain(made.worst.at.quantize(Decimal("0.000001")))),
        "any_size": (
            None
            if made.any_size is None
            else {"n": made.any_size.n, "c": made.any_size.c}
        ),
        "compared": [_sized(one) for one in made.compared],
        "counted": [_sized(one) for one in made.counted],
        "standard": _standard(asked, int(chosen.lot.value)),
        "auditor": _numbers(made.auditor),
        "annotators": _numbers(made.draws),
        "early": _early(made.early),
        "belief": _numbers(made.believed),
        "curve": [
            {"defect_share": _number(share), "probability": _number(chance)}
            for share, chance in curve_points(
                chosen.score, most=widest((chosen.score,))
            )
        ],
        "trace": to_data({f"/{key}": step for key, step in made.steps.items()}),
    }


def sentences(made: Design) -> list[str]:
    """Return what the plan comes to, in words."""
    chosen, scored, asked = made.chosen, made.chosen.score, made.asked
    units, wrong = _units(chosen), int(chosen.plan.c.value)
    allowed = "none may be wrong" if wrong == 0 else f"at most {wrong:,} may be wrong"
    most = "up to " if asked.rule == "sequential" else ""
    said = [
        f"Check {most}{drawn_words(chosen)} of each batch; {allowed}.",
        _proof(scored, units),
        (
            f"Work up to {up_to(str(scored.holds_at))} wrong passes 19 times in 20."
            if scored.holds_at
            else "Only work without anything wrong passes 19 times in 20."
        ),
    ]
    released = made.steps["all_released"].value
    if asked.batches > 1:
        said.append(
            f"At {percent(str(chosen.share.value))} of {units} wrong, all "
            f"{asked.batches:,} batches pass at the first check with "
            f"{percent(f'{released:.6f}')} chance."
        )
    return said


def _proof(scored: Score, units: str) -> str:
    most = at_most(str(scored.proves))
    return f"A pass proves at most {most} of {units} wrong, with 95 % confidence."


def drawn_words(one: Sized) -> str:
    """Return how many are drawn: `100 images`, `100 images, 500 objects`."""
    images = f"{one.images:,} image{'' if one.images == 1 else 's'}"
    n = int(one.plan.n.value)
    return images if n == one.images else f"{images}, about {n:,} objects"


def _units(one: Sized) -> str:
    return "images" if one.lot.unit == "images" else "objects"


def _question(asked: Question) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(asked):
        value = getattr(asked, one.name)
        found[one.name] = str(value) if isinstance(value, Decimal) else value
    return found


def _sized(one: Sized) -> dict[str, Any]:
    plan, scored = one.plan, one.score
    return {
        "rule": one.rule,
        "unit": "image" if one.lot.unit == "images" else "object",
        "lot": int(one.lot.value),
        "n": int(plan.n.value),
        "c": int(plan.c.value),
        "items": one.images,
        "worth": {"lot": scored.lot, "n": scored.n, "c": scored.c},
        "share": printed(one.share.value),
        "released": f"{one.released.value:.9f}",
        **score_data(scored),
    }


def _standard(asked: Question, lot: int) -> dict[str, Any] | None:
    if asked.rule != "standard":
        return None
    found = standard_plan(lot, aql=asked.aql, level=asked.level)
    return {
        "level": asked.level,
        "levels": list(LEVELS),
        "asked": found.asked,
        "letter": found.letter,
        "moved": found.moved,
        "source": SOURCE,
    }


def _early(found: Early | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        **{
            key: _number(getattr(found, key))
            for key in ("h1", "h2", "s", "good_checks", "bad_checks")
        },
        "rows": [
            {
                "defect_share": str(share),
                "probability": _number(released),
                "checked": f"{checked:.1f}",
            }
            for share, released, checked in found.rows
        ],
        "checkpoints": [
            {"units": one.units, "release": one.release, "reject": one.reject}
            for one in found.checkpoints
        ],
    }


def _numbers(found: Auditor | Draws | Believed | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        one.name: (
            f"{value:.9f}"
            if isinstance(value := getattr(found, one.name), Decimal)
            else value
        )
        for one in fields(found)
    }


def _number(value: float) -> str:
    return f"{value:.9f}"
