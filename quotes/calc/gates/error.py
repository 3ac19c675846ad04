"""What a gate refuses. See docs/model.md#gates."""

from __future__ import annotations


class GateError(ValueError):
    """Raised where a batch may not move: `code` for programs, a sentence for people.

    `field` names the count that it is about, where it is about one.
    """

    def __init__(self, code: str, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field
