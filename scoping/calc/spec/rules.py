"""What makes a spec impossible although each value is fine: rules between fields.

Each rule looks only at values that could be read; one bad value is one complaint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from .fields import AUDIT_NEEDS, MOST_UNITS
from .ranges import check_range
from .register import check_register
from .service import check_sla
from .shapes import BAD, Complaints
from .values import UNIT_OF


def check(found: Mapping[str, Any], to: Complaints) -> None:
    """Add every problem between fields of a document that was read."""
    _dates(found, to)
    _video(found, to)
    _audit(found.get("quality"), to)
    _tax(found.get("commercial"), to)
    check_register(found.get("risks"), to)
    check_sla(found, to)
    lines = found.get("lines")
    if not isinstance(lines, list):
        return
    for index, line in enumerate(lines):
        if isinstance(line, Mapping):
            _line(index, line, lines, to)
            _size(index, line, found, to)
    counted = [
        line
        for line in lines
        if isinstance(line, Mapping)
        and not line.get("optional")
        and line.get("alternative_to") is None
    ]
    if not counted:
        to.add(
            "nothing_to_price",
            "/lines",
            "Every line is optional or an alternative. One line must be part of the "
            "quote.",
        )


def _dates(found: Mapping[str, Any], to: Complaints) -> None:
    start, deadline = found.get("start_on"), found.get("deadline")
    if isinstance(start, date) and isinstance(deadline, date) and deadline <= start:
        message = f"The deadline {deadline} lies before the start {start}."
        to.add("deadline_before_start", "/deadline", message)
        to.add("deadline_before_start", "/start_on", message)


def _video(found: Mapping[str, Any], to: Complaints) -> None:
    video = found.get("video")
    if not isinstance(video, Mapping):
        if found.get("item_kind") == "frame" and "video" not in found:
            return
        return
    if any(video.get(key, BAD) is BAD for key in ("clips", "seconds_per_clip", "fps")):
        return
    if found.get("item_kind") == "image":
        to.add(
            "item_kind_mismatch",
            "/item_kind",
            "A video's items are frames. Write frame, or leave the video out.",
        )
    frames = int(video["clips"] * video["seconds_per_clip"] * video["fps"])
    if frames < 1:
        to.add("min_value", "/video", "These clips hold no whole frame.")
    items = found.get("items", frames)
    if items is not BAD and items != frames:
        to.add(
            "items_disagree",
            "/items",
            f"The clips hold {frames:,} frames, the items say {items:,}. Leave items "
            f"out, or correct the video.",
        )
    every = video.get("label_every", 1)
    if every is not BAD and every > max(frames, 1):
        to.add("max_value", "/video/label_every", f"There are only {frames:,} frames.")


def _audit(quality: Any, to: Complaints) -> None:
    audit = quality.get("audit") if isinstance(quality, Mapping) else None
    if not isinstance(audit, Mapping) or audit.get("rule", BAD) is BAD:
        return
    needs = AUDIT_NEEDS[audit["rule"]]
    for key in needs:
        if key not in audit:
            to.add(
                "required",
                f"/quality/audit/{key}",
                f"The rule {audit['rule']} needs {key}.",
            )
    for key in audit:
        if key != "rule" and key not in needs:
            to.add(
                "unknown_field",
                f"/quality/audit/{key}",
                f"The rule {audit['rule']} has no {key}.",
            )
    good, bad = audit.get("good"), audit.get("bad")
    if isinstance(good, Decimal) and isinstance(bad, Decimal) and good >= bad:
        to.add(
            "not_ordered",
            "/quality/audit/bad",
            f"Bad quality must be worse than good: {bad} is not more than {good}.",
        )


def _tax(commercial: Any, to: Complaints) -> None:
    tax = commercial.get("tax") if isinstance(commercial, Mapping) else None
    if not isinstance(tax, Mapping):
        return
    rate, mode = tax.get("rate", Decimal(0)), tax.get("mode", "none")
    if isinstance(rate, Decimal) and rate > 0 and mode == "none":
        to.add(
            "tax_mode",
            "/commercial/tax/mode",
            "A tax rate needs a mode: exclusive, inclusive or reverse_charge.",
        )


def _line(
    index: int, line: Mapping[str, Any], lines: list[Any], to: Complaints
) -> None:
    path = f"/lines/{index}"
    type_, unit = line.get("type", BAD), line.get("unit", BAD)
    if type_ is not BAD and unit is not BAD and unit != UNIT_OF[type_]:
        to.add(
            "unit_mismatch",
            f"{path}/unit",
            f"{type_} is counted in {UNIT_OF[type_]}, not {unit}.",
        )
    _per_item(line.get("units_per_item"), f"{path}/units_per_item", to)
    _prelabel(line.get("prelabel"), f"{path}/prelabel", to)
    other = line.get("alternative_to")
    if isinstance(other, int):
        _alternative(index, other, lines, to)


def _alternative(index: int, other: int, lines: list[Any], to: Complaints) -> None:
    path = f"/lines/{index}/alternative_to"
    if other >= len(lines) or other == index:
        to.add("no_such_line", path, f"There is no other line {other}.")
        return
    target = lines[other]
    if isinstance(target, Mapping) and target.get("alternative_to") is not None:
        to.add(
            "alternative_of_alternative",
            path,
            f"Line {other} is itself an alternative. Name the line that both replace.",
        )


def _per_item(said: Any, path: str, to: Complaints) -> None:
    if not isinstance(said, Mapping):
        return
    has_mean, has_sample = said.get("mean") is not None, said.get("sample") is not None
    if has_mean == has_sample:
        to.add(
            "mean_or_sample",
            path,
            "State either a mean or a sample of counts, and not both.",
        )
    check_range(said.get("mean"), f"{path}/mean", to)
    spread = said.get("spread")
    if has_sample and spread is not None:
        to.add("mean_or_sample", f"{path}/spread", "The sample says how items differ.")
    largest = spread.get("max") if isinstance(spread, Mapping) else None
    for mean in _numbers(said.get("mean")):
        if isinstance(largest, int) and mean > largest:
            to.add(
                "not_ordered",
                f"{path}/spread/max",
                f"No item holds more than {largest}, and the mean is {mean}.",
            )
            break


def _numbers(said: Any) -> Iterator[Decimal]:
    if isinstance(said, Decimal):
        yield said
    elif isinstance(said, Mapping):
        yield from (value for value in said.values() if isinstance(value, Decimal))


OF_MODEL = ("recall", "precision", "no_fix_share")
"""What is known of a model that was measured, all three or none."""


def _prelabel(said: Any, path: str, to: Complaints) -> None:
    if not isinstance(said, Mapping):
        return
    model = [key for key in OF_MODEL if said.get(key) is not None]
    forms = [key for key in ("accept_rate", "saving") if said.get(key) is not None]
    if len(forms) + bool(model) != 1:
        to.add(
            "accept_rate_or_saving",
            path,
            "State one of three: an accept_rate; a saving; or recall, precision and "
            "no_fix_share of the model.",
        )
    elif model:
        for key in OF_MODEL:
            if key not in model:
                to.add(
                    "required",
                    f"{path}/{key}",
                    f"{key} is missing. A model is known by {', '.join(OF_MODEL)}.",
                )
    for key in ("accept_rate", "no_fix_share"):
        check_range(said.get(key), f"{path}/{key}", to, amount=False)


def _size(
    index: int, line: Mapping[str, Any], found: Mapping[str, Any], to: Complaints
) -> None:
    """Complain about a quantity that no project has: before anything is multiplied."""
    items, said = found.get("items"), line.get("units_per_item")
    if not isinstance(items, int):
        return
    most = [Decimal(1)]
    if isinstance(said, Decimal):
        most.append(said)
    elif isinstance(said, Mapping):
        most += list(_numbers(said.get("mean")))
        sample = said.get("sample")
        if isinstance(sample, list) and all(isinstance(one, int) for one in sample):
            most.append(Decimal(sum(sample)) / max(len(sample), 1))
    if items * max(most) > MOST_UNITS // 10:
        to.add(
            "estimate_too_large",
            f"/lines/{index}/units_per_item",
            f"More than {MOST_UNITS // 10:,} units in a line cannot be estimated. "
            f"Split the project.",
        )
