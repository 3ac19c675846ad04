"""An empty real start: a workspace, its first admin, its rate card.

What is not given as an option is asked for where somebody sits at a terminal. A second
start changes nothing. The first person of an installation may also use Django's own
admin, which sees every workspace; admins of later workspaces may not.
"""

from __future__ import annotations

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.text import slugify
from django.utils.timezone import now

from scoping.actions import CardExistsError, set_up_workspace
from scoping.calc.rates import CardError, MissingRateError
from scoping.models import User
from scoping.queries import workspace_or_none

LAUNCH_CARD = Path(settings.ROOT) / "fixtures" / "rate_cards" / "2026-01.yaml"
LOGOS = {
    ".svg": ("image/svg+xml", b"<svg"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
}
ASKED = {
    "name": "Name of the labelling company",
    "legal_name": "Its legal name, as quotes print it",
    "address": "Its legal address",
    "admin": "E-mail of its first admin",
}
"""What is asked for if no option gives it, in this order."""


class Command(BaseCommand):
    help = "Make a workspace with its first admin and its rate card."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", "--name", dest="name", help="its name")
        parser.add_argument("--slug", help="its name in addresses; made from the name")
        parser.add_argument("--legal-name")
        parser.add_argument("--address")
        parser.add_argument("--tax-id", default="")
        parser.add_argument("--currency", default="USD")
        parser.add_argument("--site", default="vn")
        parser.add_argument("--timezone", default="Asia/Ho_Chi_Minh")
        parser.add_argument("--logo", type=Path, help="an SVG or PNG file")
        parser.add_argument("--admin", help="e-mail of the first admin")
        parser.add_argument(
            "--password-env", help="environment variable that holds the password"
        )
        parser.add_argument("--card", type=Path, default=LAUNCH_CARD)

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"] or slugify(_said(options, "name"))
        if workspace_or_none(slug) is not None:
            self.stdout.write(f"Workspace {slug} is there already; nothing changed.")
            return
        try:
            email = _said(options, "admin").strip().lower()
            validate_email(email)
            made = set_up_workspace(
                _particulars(options, slug),
                admin=email,
                password=_password(email, options["password_env"]),
                card=_file(options["card"]).decode("utf-8"),
                now=now(),
            )
        except ValidationError as error:
            raise CommandError(_sentences(error)) from error
        except (
            CardError,
            CardExistsError,
            MissingRateError,
            UnicodeDecodeError,
        ) as error:
            raise CommandError(f"{options['card']}: {error}") from error
        self.stdout.write(
            f"{made.name} is ready with rate card {options['card'].name}. {email} "
            f"signs in as its admin."
        )


def _said(options: dict[str, Any], key: str) -> str:
    """Return an option, asked for where it was not given and somebody can answer."""
    if not options[key]:
        if not sys.stdin.isatty():
            option = "workspace" if key == "name" else key.replace("_", "-")
            raise CommandError(f"Say --{option}: {ASKED[key].lower()}.")
        options[key] = input(f"{ASKED[key]}: ").strip()
    return str(options[key])


def _particulars(options: dict[str, Any], slug: str) -> dict[str, Any]:
    logo, logo_type = _logo(options["logo"])
    return {
        "name": _said(options, "name"),
        "slug": slug,
        "legal_name": _said(options, "legal_name"),
        "legal_address": _said(options, "address"),
        "tax_id": options["tax_id"],
        "currency": options["currency"],
        "site": options["site"],
        "timezone": options["timezone"],
        "logo": logo,
        "logo_type": logo_type,
    }


def _logo(file: Path | None) -> tuple[bytes, str]:
    if file is None:
        return b"", ""
    kind, mark = LOGOS.get(file.suffix.lower(), ("", b""))
    content = _file(file)
    if not kind or mark not in content:
        raise CommandError(f"{file} is neither an SVG nor a PNG picture.")
    return content, kind


def _file(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _password(email: str, variable: str | None) -> str:
    """Return the first admin's password; none is needed if they have an account."""
    if User.objects.filter(email=email).exists():
        return ""
    if variable:
        password = os.environ.get(variable, "")
        if not password:
            raise CommandError(f"The first admin needs a password: set {variable}.")
    elif sys.stdin.isatty():
        password = getpass(f"Password of {email}: ")
        if getpass("The same again: ") != password:
            raise CommandError("The two passwords differ. Start again.")
    else:
        raise CommandError(
            "The first admin needs a password: put it into a variable and name that "
            "with --password-env."
        )
    validate_password(password, user=User(email=email))
    return password


def _sentences(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return "\n".join(error.messages)
    return "\n".join(
        f"{key}: {' '.join(messages)}" for key, messages in error.message_dict.items()
    )
