"""The signed end of the record, for whoever keeps it where we cannot reach it."""

from __future__ import annotations

import json

from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from scoping.api.doors import Door, shown
from scoping.api.problems import refuse
from scoping.api.reading import Said, one_of
from scoping.api.schema import MOMENT, TEXT, component, exactly, many
from scoping.audit.heads import HeadError, sign_head

HEAD = component(
    "SignedHead",
    exactly(
        plumbline=TEXT,
        workspace=TEXT,
        seq={"type": "integer"},
        hash=TEXT,
        at=MOMENT,
        public_key=TEXT,
        trail=many(TEXT),
        signature=TEXT,
    ),
)


class AuditHead(Door):
    """Where the record of a workspace ends, signed."""

    operations = {"GET": "read_audit_head"}
    query = {"GET": Said({"trail": one_of("true", "false", default="false")})}
    answers = {"GET": (200, HEAD)}
    also_wrong = frozenset({409})

    def get(self, request: Request) -> Response:
        """Return the signed end of the record, to be kept where we cannot reach it.

        Kept as a line of a file it is what `verify_audit --against` reads. With
        `trail=true` it holds the hash of every entry, so that the first bad one can be
        named. A record that does not fit is not vouched for: 409 `record_broken`.
        """
        try:
            head = sign_head(
                self.member.workspace,
                at=now(),
                with_trail=self.asked["trail"] == "true",
            )
        except HeadError as error:
            refuse(409, "record_broken", str(error))
        return shown(request, json.loads(head.to_line()))
