"""Publish a rate card from a YAML file for one workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from scoping.actions import CardExistsError, publish_rate_card
from scoping.calc.rates import CardError
from scoping.models import Workspace


class Command(BaseCommand):
    help = "Publish a rate card (YAML) for a workspace."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--workspace", required=True, help="the workspace's slug")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            known = (
                ", ".join(Workspace.objects.values_list("slug", flat=True)) or "none"
            )
            raise CommandError(
                f"There is no workspace {options['workspace']}. There are: {known}."
            )
        try:
            text = options["file"].read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}.") from error
        try:
            card = publish_rate_card(text, workspace=workspace, by=None, now=now())
        except (CardError, CardExistsError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Rate card {card.version} is published for {workspace}.")
