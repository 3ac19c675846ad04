"""Where a batch stands, and what must be shown before it may move on.

A batch moves only by a move of the table `MOVES`, and a move is made only with its
evidence: counts of work done, a sample that was drawn and read, a fix, the client's
word, or days that have passed. The decision of a sample is not typed by anyone: it
follows from what was counted against the plan. A batch that fails its sample is blocked
with the sample, its seed and its auditor on record; it comes back only with a fix made
after the failure and a sample drawn afresh. See docs/model.md#gates.
"""

from __future__ import annotations

from .batch import Batch, State, words
from .error import GateError
from .moving import advance, allowed, possible

__all__ = ["Batch", "GateError", "State", "advance", "allowed", "possible", "words"]
