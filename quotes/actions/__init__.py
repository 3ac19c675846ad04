"""Writes of quotes: one thing a person can do each, with its entry in the record."""

from __future__ import annotations


class RefusedError(ValueError):
    """Raised when something may not be done now; the text says why and what to do.

    `code` is stable; nothing was changed.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the sentence."""
        self.code = code
        super().__init__(message)
