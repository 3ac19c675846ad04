"""The columns of the canonical work record, and how a cell of each is read.

Strict: what is ambiguous is refused with both readings shown, never guessed. An empty
cell is missing, which is not 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

COUNT = re.compile(r"[0-9]{1,9}")
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,3})?[0-9]*")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SLASHED = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}.*")

STAGES = ("label", "review", "rework", "audit")
CLOCKS = ("gesture", "label", "session", "paid")
TYPES = (
    *("image_tag", "bounding_box", "polygon", "semantic_mask", "keypoint"),
    *("polyline", "cuboid", "instance_mask", "video_box"),
)


class CellError(ValueError):
    """Raised for a cell that cannot be read; `code` is stable, the text says why."""

    def __init__(self, code: str, message: str, *, column: str = "") -> None:
        """Keep the code beside the sentence, and the column where it is known."""
        self.code = code
        self.column = column
        super().__init__(message)


def text(cell: str, *, most: int = 120) -> str:
    """Return a text: NFC, trimmed, one line, without control characters."""
    found = unicodedata.normalize("NFC", cell).strip()
    if len(found) > most:
        raise CellError("max_length", f"is longer than {most} characters.")
    if any(unicodedata.category(mark) in ("Cc", "Cf", "Cs") for mark in found):
        raise CellError("control_char", "holds control characters. Remove them.")
    return found


def count(cell: str) -> int:
    """Return a whole number that is not negative."""
    if not COUNT.fullmatch(cell):
        raise _number_error(cell, "whole number")
    return int(cell)


def seconds(cell: str) -> Decimal:
    """Return seconds with at most three decimals; more are rounded half up."""
    if not AMOUNT.fullmatch(cell):
        raise _number_error(cell, "number of seconds")
    return Decimal(cell).quantize(Decimal("0.001"), rounding="ROUND_HALF_UP")


def _number_error(cell: str, kind: str) -> CellError:
    shown = cell[:40]
    if cell.startswith("-"):
        return CellError(
            "negative", f"“{shown}” is negative. Correct it at the source."
        )
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", cell):
        return CellError(
            "ambiguous_number",
            f"“{shown}” may be {cell.replace(',', '')} or "
            f"{cell.replace(',', '.', 1)}. Write it without separators.",
        )
    if cell.lower() in ("nan", "inf", "-inf", "infinity"):
        return CellError("not_finite", f"“{shown}” is no number. Leave the cell empty.")
    return CellError("invalid_number", f"“{shown}” is no plain {kind}.")


def moment(cell: str, zone: str) -> datetime:
    """Return a moment in UTC. A day, or a time without a zone, is the site's."""
    if SLASHED.fullmatch(cell) and not ISO_DAY.match(cell):
        first, second = re.findall(r"[0-9]+", cell)[:2]
        raise CellError(
            "ambiguous_date",
            f"“{cell[:40]}” may be day {first} of month {second}, or day {second} of "
            f"month {first}. Write 2026-03-02.",
        )
    wrong = CellError(
        "invalid_date",
        f"“{cell[:40]}” is no date. Write 2026-03-02 or 2026-03-02T08:30:00Z.",
    )
    if not ISO_DAY.match(cell):
        raise wrong
    try:
        found = datetime.fromisoformat(cell.replace("Z", "+00:00"))
    except ValueError:
        raise wrong from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(zone))
    return found.astimezone(UTC)


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Return a reader of one of some words."""

    def read(cell: str) -> str:
        if cell not in choices:
            raise CellError(
                "unknown_choice", f"“{cell[:40]}” is none of {', '.join(choices)}."
            )
        return cell

    return read


def batch(cell: str) -> str:
    """Return a batch id: text, NFC, trimmed, case aside; 007 is not 7."""
    return text(cell).casefold()


READERS: dict[str, Callable[[str], object]] = {
    "line": text,
    "batch": batch,
    "delivery_version": count,
    "stage": one_of(STAGES),
    "annotation_type": one_of(TYPES),
    "site": text,
    "pod": text,
    "actor": text,
    "role": text,
    "tool": text,
    "guideline_version": text,
    "items": count,
    "items_skipped": count,
    "skip_reason": text,
    "units_produced": count,
    "units_passed": count,
    "units_accepted": count,
    "units_rejected": count,
    "reject_cause": text,
    "units_reworked": count,
    "active_seconds": seconds,
    "clock": one_of(CLOCKS),
    "review_seconds": seconds,
    "audit_n": count,
    "audit_defects": count,
    "critical_defects": count,
    "gold_n": count,
    "gold_correct": count,
    "prelabel_units": count,
    "prelabel_accepted": count,
    "source_ref": text,
}
MOMENTS = ("period_start", "period_end")
COLUMNS = (*READERS, *MOMENTS)
REQUIRED = ("batch", "stage", "annotation_type", "clock")
KEY = (
    *("line", "batch", "delivery_version", "stage"),
    *("period_start", "period_end", "actor", "clock"),
)
"""The parts of the natural key; the project is the one that the file is dropped on."""

PAIRS = (
    ("units_passed", "units_produced"),
    ("units_accepted", "units_passed"),
    ("units_rejected", "units_produced"),
    ("audit_defects", "audit_n"),
    ("gold_correct", "gold_n"),
    ("prelabel_accepted", "prelabel_units"),
    ("items_skipped", "items"),
)
"""The first of each pair cannot be more than the second."""
