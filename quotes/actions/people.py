"""Personal data: in rows of their own, of which others hold a salted digest."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any

from quotes import models
from quotes.calc import snapshot

LEAST_OF_A_NAME = 2
"""Letters; an initial is no name."""


def is_a_name(text: str) -> bool:
    """Return whether a text can be read as somebody's name, whatever its script.

    Blanks, marks of direction and what is drawn nowhere do not count, so that nobody
    accepts under a name that no reader sees.
    """
    letters = [one for one in text if unicodedata.category(one)[0] == "L"]
    return len(letters) >= LEAST_OF_A_NAME


def personal_detail(
    workspace: Any,
    *,
    name: str = "",
    email: str = "",
    address: str = "",
    user_agent: str = "",
) -> models.PersonalDetail:
    """Store who somebody is in a row of its own, with a salted digest for others."""
    salt = secrets.token_hex(16)
    said = {
        "name": name[:200],
        "email": email[:254],
        "address": address[:60],
        "user_agent": user_agent[:300],
    }
    return models.PersonalDetail.objects.create(
        workspace=workspace,
        salt=salt,
        digest=snapshot.digest({**said, "salt": salt}),
        **said,
    )
