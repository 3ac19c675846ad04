"""Size a gold set: how many images, what a pass proves, how many pilot rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoping.calc.gold_sets.design import design
from scoping.calc.gold_sets.document import document
from scoping.calc.gold_sets.note import note
from scoping.calc.gold_sets.question import FIELDS, read_question
from scoping.management.designing import DesignCommand


class Command(DesignCommand):
    help = (
        "Size a gold set and its pilot: `gold_set --items 500 --target 0.95`. Needs no "
        "database. Shares are 0 to 1; --file takes the same keys as YAML or JSON."
    )
    fields = FIELDS

    def document(self, asked: Any) -> dict[str, Any]:
        """Return the answer as data."""
        return document(design(read_question(asked)))

    def note(self, found: Mapping[str, Any]) -> str:
        """Return the answer in text."""
        return note(found)
