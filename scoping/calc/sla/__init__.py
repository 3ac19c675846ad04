"""The service level: clauses that the quote prints and the monitor later evaluates.

One value from the spec to the verdict: `clauses` makes them, the quote freezes their
`to_data`, `clause_from_data` reads them back, and `evaluate(clause, evidence)` says
met, not met or not shown yet, with the credit that is due. See docs/model.md#sla.
"""

from __future__ import annotations

from .chances import pass_chance, released_at, released_of_work
from .clause import (
    SEVERITIES,
    Clause,
    ClauseError,
    CreditStep,
    Sample,
    clause_from_data,
)
from .counting import Check, allowed_in, check_of, is_seen
from .evaluating import evaluate
from .evidence import BatchEvidence, Counts, Delay, Evidence, EvidenceError
from .making import DOES_NOT_COUNT, clauses, does_not_count
from .verdict import BatchVerdict, Verdict
from .wording import COUNTED, counts_images, sampled_words, tenth_up

__all__ = [
    "COUNTED",
    "DOES_NOT_COUNT",
    "SEVERITIES",
    "BatchEvidence",
    "BatchVerdict",
    "Check",
    "Clause",
    "ClauseError",
    "Counts",
    "CreditStep",
    "Delay",
    "Evidence",
    "EvidenceError",
    "Sample",
    "Verdict",
    "allowed_in",
    "check_of",
    "clause_from_data",
    "clauses",
    "counts_images",
    "does_not_count",
    "evaluate",
    "is_seen",
    "pass_chance",
    "released_at",
    "released_of_work",
    "sampled_words",
    "tenth_up",
]
