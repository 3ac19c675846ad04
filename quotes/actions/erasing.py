"""Erase a person from the ledgers: another name for all their work, no total moves.

The database lets nothing of an entry change but the name of its person, and that only
to one of those given here (migration 0021). Bytes of dropped files that hold the name
are deleted: what they said stands in the ledger. Files that come later and name the
person are counted under the other name; the same file again is known all the same.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from django.db import connection, transaction

from quotes import models
from quotes.queries.erased import ERASED, digest_of
from quotes.queries.paid import person
from scoping import audit

from . import RefusedError

PACKED = (b"PK", b"\xd0\xcf", b"\xff\xfe", b"\xfe\xff")
ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased: the name that is left, entries of work and pay, files."""

    name: str
    work: int
    paid: int
    files: int


@transaction.atomic
def erase_person(workspace: Any, name: str, *, by: Any, now: datetime) -> Erased:
    """Take a person's name out of the ledgers of a company, for good.

    Who was erased before can be again: a file with the name may have been dropped
    since. Raises RefusedError for a name that no ledger has or had.
    """
    name = unicodedata.normalize("NFC", name)
    # As every count does, projects first: else each would wait for the other.
    projects = models.Project.objects.filter(workspace=workspace).order_by("pk")
    list(projects.select_for_update().values_list("pk", flat=True))
    type(workspace).objects.select_for_update().get(pk=workspace.pk)
    spellings = _spellings(workspace, name)
    digest = digest_of(workspace, name)
    before = models.ErasedPerson.objects.filter(workspace=workspace, digest=digest)
    known = bool(spellings) or before.exists()
    if not known or person(name).startswith(ERASED):
        raise RefusedError("no_such_person", "No ledger has a person of that name.")
    kept, _ = models.ErasedPerson.objects.get_or_create(
        workspace=workspace,
        digest=digest,
        defaults={"name": f"{ERASED}{secrets.token_hex(6)}", "by": by, "at": now},
    )
    models.Staging.objects.filter(workspace=workspace).delete()
    models.Upload.objects.filter(workspace=workspace).delete()
    found = Erased(
        name=kept.name,
        work=_rename("quotes_workrecord", "actor", workspace, spellings, kept.name),
        paid=_rename("quotes_paidrecord", "person", workspace, spellings, kept.name),
        files=_without_bytes(workspace, [name, *spellings]),
    )
    audit.record(
        workspace=workspace,
        actor=str(by or "command line"),
        action="erase_person",
        subject=found.name,
        after={"work": found.work, "paid": found.paid, "files": found.files},
        at=now,
    )
    return found


def _spellings(workspace: Any, name: str) -> list[str]:
    """Return the ways in which the ledgers write a name."""
    work = models.WorkRecord.objects.filter(workspace=workspace)
    paid = models.PaidRecord.objects.filter(workspace=workspace)
    every = {
        *work.order_by().values_list("actor", flat=True).distinct(),
        *paid.order_by().values_list("person", flat=True).distinct(),
    }
    return sorted(one for one in every if one and person(one) == person(name))


def _rename(
    table: str, column: str, workspace: Any, spellings: list[str], name: str
) -> int:
    """Write the other name: raw, because the models rightly refuse to edit a ledger."""
    if not spellings:
        return 0
    marks = ", ".join(["%s"] * len(spellings))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s "
            f"WHERE workspace_id = %s AND {column} IN ({marks})",
            [name, workspace.pk, *spellings],
        )
        return int(cursor.rowcount)


def _without_bytes(workspace: Any, spellings: Iterable[str]) -> int:
    """Delete the bytes of files that a name may stand in.

    What is packed, as a workbook is, or is no UTF-8 cannot be searched: all of it goes.
    """
    words = {_plain(one) for one in spellings}
    gone = []
    for file in models.DroppedFile.objects.filter(workspace=workspace).iterator(1):
        body = bytes(file.body)
        if body[:2] in PACKED:
            gone.append(file.pk)
            continue
        try:
            plain = _plain(f"{file.name}\n{body.decode()}")
        except UnicodeDecodeError:
            gone.append(file.pk)
            continue
        if any(one in plain for one in words):
            gone.append(file.pk)
    return models.DroppedFile.objects.filter(pk__in=gone).delete()[0]


def _plain(text: str) -> str:
    """Return a text as people are matched by, however its marks are written.

    JSON may write any mark as an escape, XML as an entity, and an accent may stand in a
    mark of its own.
    """
    marks = unescape(ESCAPED.sub(_unescaped, text))
    return person(unicodedata.normalize("NFC", marks))


def _unescaped(found: re.Match[str]) -> str:
    units = bytes.fromhex(found[0].replace("\\u", ""))
    return units.decode("utf-16-be", "replace")
