"""A pilot's results: read, weighed against the card, and held against the quote."""

from __future__ import annotations

from .compare import Comparison, comparison, to_document
from .reading import PilotError, read_pilot
from .report import report
from .rows import Row
from .update import measured
from .values import PilotResults

__all__ = [
    "Comparison",
    "PilotError",
    "PilotResults",
    "Row",
    "comparison",
    "measured",
    "read_pilot",
    "report",
    "to_document",
]
