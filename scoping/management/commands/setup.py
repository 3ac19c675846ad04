"""An empty real start: a workspace, its first admin, its rate card."""

from __future__ import annotations

import os
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.timezone import now

from scoping.access import Role
from scoping.actions import CardExistsError, publish_rate_card
from scoping.calc.rates import CardError
from scoping.models import Membership, User, Workspace

LAUNCH_CARD = Path("fixtures/rate_cards/2026-01.yaml")
LOGOS = {".svg": "image/svg+xml", ".png": "image/png"}


class Command(BaseCommand):
    help = "Make a workspace with its first admin and its rate card."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="what people call it")
        parser.add_argument("--slug", required=True)
        parser.add_argument("--legal-name", required=True)
        parser.add_argument("--address", required=True)
        parser.add_argument("--tax-id", default="")
        parser.add_argument("--currency", default="USD")
        parser.add_argument("--site", default="vn")
        parser.add_argument("--timezone", default="Asia/Ho_Chi_Minh")
        parser.add_argument("--logo", type=Path, help="an SVG or PNG file")
        parser.add_argument("--admin", required=True, help="e-mail of the first admin")
        parser.add_argument(
            "--password-env", help="environment variable that holds the password"
        )
        parser.add_argument("--card", type=Path, default=LAUNCH_CARD)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Workspace.objects.filter(slug=options["slug"]).exists():
            self.stdout.write(
                f"Workspace {options['slug']} is there already; nothing changed."
            )
            return
        workspace = self._workspace(options)
        admin = self._admin(options)
        Membership.objects.create(workspace=workspace, user=admin, role=Role.ADMIN)
        try:
            card = publish_rate_card(
                options["card"].read_text("utf-8"),
                workspace=workspace,
                by=admin,
                now=now(),
            )
        except OSError as error:
            raise CommandError(f"{options['card']} cannot be read: {error}.") from error
        except (CardError, CardExistsError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{workspace} is ready with rate card {card.version}. {admin.email} signs "
            f"in as its admin."
        )

    def _workspace(self, options: dict[str, Any]) -> Workspace:
        workspace = Workspace(
            name=options["name"],
            slug=options["slug"],
            legal_name=options["legal_name"],
            legal_address=options["address"],
            tax_id=options["tax_id"],
            currency=options["currency"],
            site=options["site"],
            timezone=options["timezone"],
        )
        logo = options["logo"]
        if logo is not None:
            if logo.suffix.lower() not in LOGOS:
                raise CommandError(f"{logo} is neither an SVG nor a PNG file.")
            workspace.logo = logo.read_bytes()
            workspace.logo_type = LOGOS[logo.suffix.lower()]
        try:
            workspace.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        workspace.save()
        return workspace

    def _admin(self, options: dict[str, Any]) -> User:
        email = options["admin"].strip().lower()
        existing = User.objects.filter(email=email).first()
        if existing is not None:
            return existing
        variable = options["password_env"]
        password = os.environ.get(variable, "") if variable else getpass("Password: ")
        if not password:
            raise CommandError(
                f"The first admin needs a password: set {variable} to it."
                if variable
                else "The first admin needs a password."
            )
        return User.objects.create_user(email, password, is_staff=True)
