"""What is wrong with a document: a stable code, the place, a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One complaint. `path` is a JSON pointer; `message` says what to do."""

    code: str
    path: str
    message: str


class SpecError(ValueError):
    """Raised for a document that is no spec; holds every problem of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Say all problems, one a line."""
        self.problems = problems
        super().__init__(
            "\n".join(f"{one.path or '/'}: {one.message}" for one in problems)
        )
