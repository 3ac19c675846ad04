"""What evaluating a clause says, as values and as plain data. See docs/model.md#sla."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

State = Literal["met", "not_met", "not_shown_yet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchVerdict:
    """What one batch shows. Shares are of what is right; None: nothing is known.

    `passed`: whether its last sample passed, `first_passed` its first. `checked` and
    `wrong` are those of the last, in what the clause counts.
    """

    batch: str
    state: State
    passed: bool | None
    first_passed: bool | None
    checked: int
    wrong: int | None
    observed: Decimal | None
    low: Decimal
    high: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What evidence says about a clause.

    `observed`, `low` and `high`: the share right over all that was checked, weighted by
    batch, and where the truth may lie at 95 % each way; None where nothing is counted.
    `passed`: whether every sample passed the first time. `credit`: what is due.
    `due`: the promised day after delays of the client.
    """

    state: State
    why: str
    observed: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    passed: bool | None = None
    credit: Decimal = Decimal(0)
    currency: str = "USD"
    batches: tuple[BatchVerdict, ...] = ()
    due: date | None = None

    def to_data(self) -> dict[str, Any]:
        """Return the verdict as plain data: shares and money as strings."""
        return {
            "state": self.state,
            "why": self.why,
            "observed": _text(self.observed),
            "low": _text(self.low),
            "high": _text(self.high),
            "passed": self.passed,
            "credit": str(self.credit),
            "currency": self.currency,
            "due": None if self.due is None else self.due.isoformat(),
            "batches": [
                {
                    "batch": one.batch,
                    "state": one.state,
                    "passed": one.passed,
                    "first_passed": one.first_passed,
                    "checked": one.checked,
                    "wrong": one.wrong,
                    "observed": _text(one.observed),
                    "low": str(one.low),
                    "high": str(one.high),
                    "credit": str(one.credit),
                }
                for one in self.batches
            ],
        }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
