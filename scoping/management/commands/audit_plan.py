"""Design an audit: how many to check, how many may be wrong, and what a pass proves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoping.calc.plans.design import design
from scoping.calc.plans.document import document
from scoping.calc.plans.note import note
from scoping.calc.plans.question import FIELDS, read_question
from scoping.management.designing import DesignCommand


class Command(DesignCommand):
    help = (
        "Design the audit of a batch: `audit_plan --batch-items 1000`. Needs no "
        "database. Shares are 0 to 1; --file takes the same keys as YAML or JSON."
    )
    fields = FIELDS

    def document(self, asked: Any) -> dict[str, Any]:
        """Return the answer as data."""
        return document(design(read_question(asked)))

    def note(self, found: Mapping[str, Any]) -> str:
        """Return the answer in text."""
        return note(found)
