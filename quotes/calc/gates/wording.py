"""What holds a batch and what must happen next, in words. See docs/model.md#gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .batch import Batch, Word, day_in_words
from .plan import GatePlan, LinePlan
from .sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A sample that was drawn and not read yet."""

    seed: str
    auditor: str
    on: date


MOVE_WORDS: Mapping[str, str] = {
    "try_out": "Begin the pilot",
    "produce": "Begin production",
    "review": "Hand over to second review",
    "check": "Hand over to the sample check",
    "check_unreviewed": "Hand over to the sample check",
    "decide": "Enter what the sample showed",
    "resubmit": "Resubmit after a fix",
    "deliver": "Deliver to the client",
    "accept": "Record that the client accepted",
    "reject": "Record that the client rejected",
    "lapse": "Count as accepted",
}


def next_step(
    batch: Batch, plan: GatePlan, *, draw: Draw | None = None, today: date
) -> str:
    """Return what must happen next to a batch, and what for, as sentences."""
    sample = sample_words(plan.line(batch.line), batch.items)
    with_client = _with_client(batch, today=today)
    checked = "checked by sample" if not plan.reviewed else "reviewed a second time"
    found = {
        "planned": (
            f"Production begins when {plan.gold_needed:,} of the {plan.gold_items:,} "
            f"images of the gold set are right; a pilot when all {plan.rules:,} rules "
            f"are agreed."
        ),
        "pilot": (
            f"Production begins when {plan.gold_needed:,} of the {plan.gold_items:,} "
            f"images of the gold set are right."
        ),
        "in_production": (
            f"All {batch.items:,} images must be labelled; then they are {checked}."
        ),
        "in_review": (
            f"All {batch.items:,} images must be reviewed; then a sample is read."
        ),
        "in_audit": (
            f"A sample must be drawn: {sample}."
            if draw is None
            else f"{draw.auditor} reads the sample drawn by seed {draw.seed} on "
            f"{day_in_words(draw.on)}: {sample}."
        ),
        "released": "It passed our checks and can be delivered.",
        "delivered": with_client,
        "redelivered": with_client,
        "accepted": "Nothing is left to do.",
        "deemed_accepted": "Nothing is left to do: the client let the window lapse.",
        "rejected": f"The client rejected it{_why(batch)}. {RESUBMIT}",
        "blocked": "",
    }
    if batch.blocked_by is not None:
        return f"{_failed(batch.blocked_by)} {RESUBMIT}"
    return found[batch.state]


RESUBMIT = (
    "It comes back only after a fix, with what was done and to how many units, and "
    "with a fresh sample under another seed."
)


def _why(batch: Batch) -> str:
    said = batch.history[-1].evidence if batch.history else None
    if not isinstance(said, Word):
        return ""
    return f": “{said.why.rstrip('.')}”"


def _failed(sample: Sample) -> str:
    return (
        f"The sample drawn by seed {sample.seed} and read by {sample.auditor} on "
        f"{day_in_words(sample.on)} found {found_words(sample)}{_broken(sample)}"
    )


def found_words(sample: Sample) -> str:
    """Return what was found: `3 wrong of 100, 2 missed`; what nobody looked for not."""
    found = f"{sample.wrong:,} wrong of {sample.checked:,}"
    if sample.missed is not None:
        found = f"{found}, {sample.missed:,} missed"
    if sample.critical is not None:
        found = f"{found}, {sample.critical:,} critical"
    return found


def _broken(sample: Sample) -> str:
    """Return which promises a sample breaks, each with what it allows."""
    if not sample.limits:
        return f"; at most {sample.max_wrong:,} may be."
    said = "; ".join(
        f"“{limit.promise}” allows {limit.allowed:,}, there are {limit.found:,}"
        for limit in sample.broken
    )
    return f". {said}."


def sample_words(line: LinePlan, items: int) -> str:
    """Return a line's sample of a batch of so many images, in words."""
    units = f"{line.unit}es" if line.unit.endswith("x") else f"{line.unit}s"
    return (
        f"{line.size:,} {units}, about {min(line.images, items):,} images of "
        f"{items:,}, at most {line.max_wrong:,} wrong"
    )


def _with_client(batch: Batch, *, today: date) -> str:
    last = batch.delivered
    if last is None:
        return ""
    until = day_in_words(last.answer_by)
    if today > last.answer_by:
        return f"The client could answer until {until}: it counts as accepted."
    return f"The client may accept or reject it until {until}, then it is accepted."
