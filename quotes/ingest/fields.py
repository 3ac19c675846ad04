"""The columns of the canonical work record, and how a cell of each is read.

Strict: what is ambiguous is refused with both readings shown, never guessed. An empty
cell is missing, which is not 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

MOST_MONTHS = 12
COUNT = re.compile(r"[0-9]{1,9}")
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,40})?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SLASHED = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}.*")

GROUPED_BY_DOTS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
FOREIGN = (
    (re.compile(r"[0-9]{1,3}(\.[0-9]{3})*,[0-9]{1,2}"), "comma_decimals"),
    (re.compile(r"[0-9]{1,3}(,[0-9]{3})+\.[0-9]+"), "comma_thousands"),
)
SERIAL = re.compile(r"[1-9][0-9]{4}")
SPREADSHEET_BEGIN = date(1899, 12, 30)
STAGES = ("label", "review", "rework", "audit")
NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
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
    plain = found.isascii() and found.isprintable()
    if not plain and any(
        unicodedata.category(mark) in ("Cc", "Cf", "Cs") for mark in found
    ):
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
    if GROUPED_BY_DOTS.fullmatch(cell) and kind == "whole number":
        return CellError(
            "ambiguous_number",
            f"“{shown}” may be {cell.replace('.', '')} or a number with decimals. "
            f"Write it without separators.",
        )
    for pattern, code in FOREIGN:
        if pattern.fullmatch(cell):
            return CellError(
                code,
                f"“{shown}” has separators of thousands or a comma for decimals. Write "
                f"1234.56.",
            )
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
            _order(int(first), int(second)),
            f"“{cell[:40]}” may be day {first} of month {second}, or day {second} of "
            f"month {first}. Write 2026-03-02.",
        )
    wrong = CellError(
        "invalid_date",
        f"“{cell[:40]}” is no date. Write 2026-03-02 or 2026-03-02T08:30:00Z.",
    )
    if SERIAL.fullmatch(cell):
        day = SPREADSHEET_BEGIN + timedelta(days=int(cell))
        raise CellError(
            "invalid_date",
            f"“{cell}” looks like a spreadsheet's number of {day}. Write it so.",
        )
    if not ISO_DAY.match(cell):
        raise wrong
    try:
        found = datetime.fromisoformat(cell.replace("Z", "+00:00"))
    except ValueError:
        raise _no_time(cell, wrong) from None
    try:
        if found.tzinfo is None:
            found = _local(found, zone, cell)
        return found.astimezone(UTC)
    except OverflowError:
        # The first and the last day of the calendar have no moment in every zone.
        raise wrong from None


def _order(first: int, second: int) -> str:
    """Return the code of a date with slashes: which order it can only have, if one."""
    if first > MOST_MONTHS:
        return "day_first"
    return "month_first" if second > MOST_MONTHS else "ambiguous_date"


def _no_time(cell: str, wrong: CellError) -> CellError:
    """Return what is wrong with a moment: its time, where its day is one."""
    try:
        date.fromisoformat(cell[:10])
    except ValueError:
        return wrong
    return CellError(
        "invalid_time", f"“{cell[:40]}” names a time that no day has. Write 23:59:59."
    )


def _local(found: datetime, zone: str, cell: str) -> datetime:
    """Return a moment of a zone; an hour that the clock skipped is refused.

    Of an hour that the clock shows twice, the first is meant.
    """
    local = found.replace(tzinfo=ZoneInfo(zone))
    back = local.astimezone(UTC).astimezone(ZoneInfo(zone))
    if back.replace(tzinfo=None) != found:
        raise CellError(
            "nonexistent_time",
            f"“{cell[:40]}” was skipped by the clocks of {zone}. Write the time with "
            f"its offset.",
        )
    return local


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
    """Return a batch id: text, NFC, trimmed, case aside; 007 is not 7.

    Marks without width are dropped; marks that turn the reading direction are refused.
    """
    found = text("".join(mark for mark in cell if mark not in NO_WIDTH)).casefold()
    if not found:
        raise CellError("required", "holds nothing that can be seen. Name the batch.")
    if len(found) > LONGEST["batch"]:
        # Without its case a text may be longer: ß is ss.
        raise CellError(
            "max_length",
            f"is longer than {LONGEST['batch']} characters when its case is left "
            f"aside (ß counts as ss).",
        )
    return found


LONGEST = {
    "line": 60,
    "batch": 120,
    "site": 60,
    "pod": 80,
    "actor": 120,
    "role": 40,
    "tool": 60,
    "guideline_version": 40,
    "skip_reason": 200,
    "reject_cause": 200,
    "source_ref": 120,
}
"""Characters that the ledger keeps of a text; a longer one is refused, never cut."""


def _short(name: str) -> Callable[[str], str]:
    """Return a reader of the texts of a column."""
    return partial(text, most=LONGEST[name])


OF_CLASS = re.compile(
    r"(?P<name>.*\S)\s+(?P<checked>[0-9]{1,9})\s*/\s*(?P<wrong>[0-9]{1,9})"
    r"(\s*/\s*(?P<missed>[0-9]{1,9}|-))?"
)
MOST_CLASSES = 50


def class_counts(cell: str) -> list[list[str | int | None]]:
    """Return counts of classes by themselves: `cyclist 20/1/0; bus 12/0`.

    Checked, of them wrong, missed; no third number, or a dash, where nobody looked for
    missed ones. As plain lists: name, checked, wrong, missed.
    """
    found: list[list[str | int | None]] = []
    for part in text(cell, most=4000).split(";"):
        if not part.strip():
            continue
        said = OF_CLASS.fullmatch(part.strip())
        if said is None:
            raise CellError(
                "invalid_class_counts",
                f"“{part.strip()[:40]}” is no count of a class. Write its name, how "
                f"many were checked, wrong and missed: cyclist 20/1/0; bus 12/0.",
            )
        checked, wrong = int(said["checked"]), int(said["wrong"])
        if wrong > checked:
            raise CellError("more_than_whole", f"has {wrong} of {checked} wrong.")
        missed = None if said["missed"] in (None, "-") else int(said["missed"])
        found.append([text(said["name"], most=80), checked, wrong, missed])
    if len({name for name, *_ in found}) < len(found) or len(found) > MOST_CLASSES:
        raise CellError(
            "class_twice", f"names a class twice, or more than {MOST_CLASSES}."
        )
    return found


OF_MODEL = re.compile(r"(?P<name>[^=]*[^=\s])(\s*=\s*(?P<units>[0-9]{1,9}))?")
MOST_MODELS = 50


def models(cell: str) -> list[list[str | int | None]]:
    """Return whose machine labels work began from: `det-v2=120; det-v3=80`.

    As plain lists: name, and how many units began from its labels, null where a single
    name stands alone.
    """
    found: list[list[str | int | None]] = []
    for part in text(cell, most=4000).split(";"):
        if not part.strip():
            continue
        said = OF_MODEL.fullmatch(part.strip())
        if said is None:
            raise CellError(
                "invalid_models",
                f"“{part.strip()[:40]}” is no model. Write its name and how many units "
                f"began from its labels: det-v2=120; det-v3=80.",
            )
        units = None if said["units"] is None else int(said["units"])
        found.append([text(said["name"]), units])
    if not found:
        raise CellError("invalid_models", "names no model. Leave the cell empty.")
    if len({str(name).casefold() for name, _ in found}) < len(found) or (
        len(found) > MOST_MODELS
    ):
        raise CellError(
            "model_twice", f"names a model twice, or more than {MOST_MODELS}."
        )
    if len(found) > 1 and any(units is None for _, units in found):
        raise CellError(
            "units_missing",
            "names several models. Write how many units began from the labels of each.",
        )
    return found


READERS: dict[str, Callable[[str], object]] = {
    "line": _short("line"),
    "batch": batch,
    "delivery_version": count,
    "stage": one_of(STAGES),
    "annotation_type": one_of(TYPES),
    "site": _short("site"),
    "pod": _short("pod"),
    "actor": _short("actor"),
    "role": _short("role"),
    "tool": _short("tool"),
    "guideline_version": _short("guideline_version"),
    "items": count,
    "items_skipped": count,
    "skip_reason": _short("skip_reason"),
    "units_produced": count,
    "units_passed": count,
    "units_accepted": count,
    "units_rejected": count,
    "reject_cause": _short("reject_cause"),
    "units_reworked": count,
    "active_seconds": seconds,
    "clock": one_of(CLOCKS),
    "review_seconds": seconds,
    "audit_n": count,
    "audit_defects": count,
    "audit_missed": count,
    "audit_extra": count,
    "audit_classes": class_counts,
    "critical_defects": count,
    "minor_defects": count,
    "gold_n": count,
    "gold_correct": count,
    "prelabel_units": count,
    "prelabel_accepted": count,
    "prelabel_models": models,
    "source_ref": _short("source_ref"),
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
    ("audit_extra", "audit_defects"),
    ("gold_correct", "gold_n"),
    ("prelabel_accepted", "prelabel_units"),
    ("items_skipped", "items"),
)
"""The first of each pair cannot be more than the second."""
