"""A program that uses the API: it shows a key, and says which edition it saw."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.test import Client

from scoping.access import Grant, usable
from scoping.actions.keys import NewKey, make_api_key
from scoping.models import User, Workspace
from scoping.queries import membership_in
from tests.factories import NOON

API = "/api/v1"


def a_key(workspace: Workspace, user: User, *grants: str, **changes: Any) -> NewKey:
    """Make a key for a member: all that they could use, unless said otherwise."""
    member = membership_in(workspace, user=user)
    assert member is not None
    said = {
        "name": "Nightly import",
        "grants": grants or [one for one in Grant if usable(one, member.role)],
        "by": user,
        "now": NOON,
    }
    return make_api_key(workspace=workspace, user=user, **(said | changes))


@dataclass
class Program:
    """Asks with a token; remembers nothing."""

    token: str = ""
    client: Client = field(
        default_factory=lambda: Client(raise_request_exception=False)
    )

    def ask(
        self,
        method: str,
        address: str,
        body: Any = None,
        *,
        etag: str | None = None,
        key: str | None = None,
        **headers: str,
    ) -> Any:
        """Ask, and return the response; a file is sent as a signed order."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            said["Authorization"] = f"Bearer {self.token}"
        if etag is not None:
            said["If-Match"] = etag
        if key is not None:
            said["Idempotency-Key"] = key
        if isinstance(body, UploadedFile):
            form = {"po_number": "PO-1", "signed_by": "Ann", "order": body}
            address = address if address.startswith("/") else f"{API}/{address}"
            return self.client.post(address, form, headers=said)
        text = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method,
            address if address.startswith("/") else f"{API}/{address}",
            text,
            content_type="application/json" if text else "",
            headers=said,
        )

    def get(self, address: str, **headers: str) -> Any:
        """Read something."""
        return self.ask("GET", address, **headers)

    def change(
        self, method: str, name: str, what: str = "", body: Any = None, **also: Any
    ) -> Any:
        """Change a quote as it stands now."""
        etag = self.get(f"quotes/{name}")["ETag"]
        address = f"quotes/{name}/{what}" if what else f"quotes/{name}"
        return self.ask(method, address, body, **({"etag": etag} | also))
