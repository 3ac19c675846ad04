"""Personal data: in rows of their own, of which others hold a salted digest."""

from __future__ import annotations

import secrets
from typing import Any

from quotes import models
from quotes.calc import snapshot


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
