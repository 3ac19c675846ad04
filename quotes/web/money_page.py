"""What may be billed so far, and where the margin went, on a project's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quotes.calc.report import shown
from scoping.templatetags.plumbline import change, count, money


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRow:
    """A line: units quoted, delivered, passed, accepted, and what may be billed."""

    name: str
    quoted: str
    delivered: str
    passed: str
    accepted: str
    billable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """Whether the samples of a line are as they were."""

    name: str
    text: str
    alarm: bool
    passed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPart:
    """The bill so far, the margin of the work done, and how its samples are."""

    bill: tuple[BillRow, ...]
    margin: tuple[tuple[str, str], ...]
    margin_text: str
    samples: tuple[SampleRow, ...]


def money_part(found: Mapping[str, Any]) -> MoneyPart:
    """Return the bill and the margin of a comparison."""
    margin = found["margin"]
    rows: list[tuple[str, str]] = []
    if margin["known"]:
        rows = [
            ("Quoted margin, same images", change(margin["planned"])),
            *(
                (part["name"].capitalize(), change(part["amount"]))
                for part in margin["parts"]
            ),
            ("Realised margin", change(margin["actual"])),
        ]
    return MoneyPart(
        bill=tuple(
            BillRow(
                name=row["name"],
                quoted=count(row["quoted"]),
                delivered=_count(row["delivered"]),
                passed=_count(row["passed"]),
                accepted=_count(row["accepted"]),
                billable=money(row["billable"]["value"])
                if row["billable"]["known"]
                else shown(row["billable"]),
            )
            for row in found["billing"]
        ),
        margin=tuple(rows),
        margin_text="" if margin["known"] else margin["text"],
        samples=tuple(
            SampleRow(
                name=line["name"],
                text=line["text"],
                alarm=line["alarm"],
                passed=f"{line['passed']} of {line['checked']} sampled batches passed",
            )
            for line in found["sample_checks"]
        ),
    )


def _count(value: Mapping[str, Any]) -> str:
    return count(value["value"]) if value["known"] else shown(value)
