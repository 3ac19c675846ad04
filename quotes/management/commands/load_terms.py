"""`manage.py load_terms FILE`: publish terms for a workspace, for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quotes.actions.texts import publish_terms
from quotes.management.publishing import PublishCommand


class Command(PublishCommand):
    """Publish terms; quotes that are sent from then on print them."""

    help = "Publish the terms that are printed with quotes sent from now on."
    shape = "YAML: a version, and clauses"

    def publish(self, text: str, *, workspace: Any, now: datetime) -> str:
        """Publish, and return which terms hold now."""
        row = publish_terms(text, workspace=workspace, by=None, now=now)
        return f"{workspace.name}: {row} hold for what is sent from now on."
