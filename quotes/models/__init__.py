"""The tables of quotes: what was promised and what happened; no arithmetic."""

from __future__ import annotations

from .actuals import Baseline, Project, RefusedRow, SourceFile, WorkRecord
from .quotes import (
    Acceptance,
    FrozenDocument,
    FrozenPdf,
    LineChoice,
    NumberSeries,
    PersonalDetail,
    PriceDecision,
    Quote,
    QuoteEvent,
    QuoteLink,
    QuoteRevision,
    Scenario,
    State,
)

__all__ = [
    "Acceptance",
    "Baseline",
    "FrozenDocument",
    "FrozenPdf",
    "LineChoice",
    "NumberSeries",
    "PersonalDetail",
    "PriceDecision",
    "Project",
    "Quote",
    "QuoteEvent",
    "QuoteLink",
    "QuoteRevision",
    "RefusedRow",
    "Scenario",
    "SourceFile",
    "State",
    "WorkRecord",
]
