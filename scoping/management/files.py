"""Files that commands are given: specs and cards, read or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import now

from scoping import queries
from scoping.actions import SAFE_LOADER
from scoping.calc.rates import RateCard, read_card
from scoping.calc.spec import Spec, read_spec, read_text

LAUNCH = "fixtures/rate_cards/2026-01.yaml"


def spec_from(path: Path) -> Spec:
    """Return the spec in a file. Raises SpecError with every problem of it."""
    return read_spec(read_text(text_of(path)), door="staff", today=now().date())


def card_from(said: str | None, workspace: str | None) -> RateCard:
    """Return the card that was named: a file, a stored version, or the launch card."""
    if workspace is not None:
        owner = queries.workspace_named(workspace)
        if said is None:
            return queries.card_on(now().date(), workspace=owner)
        if not Path(said).exists():
            return queries.card_version(said, workspace=owner)
    path = Path(said) if said else Path(settings.ROOT) / LAUNCH
    if not path.exists():
        raise CommandError(
            f"There is no file {path}. A version of a stored card needs --workspace.",
            returncode=2,
        )
    try:
        return read_card(yaml.load(text_of(path), Loader=SAFE_LOADER))
    except yaml.YAMLError as error:
        raise CommandError(f"{path} is no YAML: {error}", returncode=2) from error


def text_of(path: Path) -> str:
    """Return the text of a file, or say why it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read: {error.strerror}.", returncode=2
        ) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text.", returncode=2) from error
