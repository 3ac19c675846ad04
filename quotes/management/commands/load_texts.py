"""`manage.py load_texts FILE`: publish texts and templates of quotes, for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quotes.actions.sections import publish_texts
from quotes.management.publishing import PublishCommand


class Command(PublishCommand):
    """Publish texts and templates; quotes that are sent from then on print them."""

    help = "Publish the texts and templates that quotes print from now on."
    shape = "YAML: a version, sections, templates"

    def publish(self, text: str, *, workspace: Any, now: datetime) -> str:
        """Publish, and return what was new in a sentence."""
        new = publish_texts(text, workspace=workspace, by=None, now=now)
        if not new:
            return f"{workspace.name}: nothing new in this file."
        rows = "text or template holds" if new == 1 else "texts and templates hold"
        return f"{workspace.name}: {new} new {rows} for what is sent from now on."
