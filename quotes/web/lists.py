"""Lists that grow by a form or a CSV: the fields of the form, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from quotes.ingest.lists import Complaint
from scoping.web.components import Message

MOST_BYTES = 1_000_000
MOST_ROWS_SHOWN = 200
MOST_COMPLAINTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ListField:
    """A field of the form, with what was typed."""

    name: str
    label: str
    help: str
    value: str
    problem: str = ""


def fields_of(
    known: Iterable[tuple[str, str, str]],
    request: HttpRequest,
    complaints: Sequence[Complaint],
) -> list[ListField]:
    """Return the fields as typed; `known` are name, label and help of each."""
    problems = {one.column: one.message for one in complaints if not request.FILES}
    return [
        ListField(
            name=name,
            label=label,
            help=said,
            value=request.POST.get(name, "")[:200],
            problem=problems.get(name, ""),
        )
        for name, label, said in known
    ]


def messages_of(request: HttpRequest, complaints: Sequence[Complaint]) -> list[Message]:
    """Return the first complaints; those of a file name their row."""
    return [
        Message(
            kind="bad",
            role="alert",
            strong=f"Row {one.row}." if one.row and request.FILES else "",
            text=one.message,
        )
        for one in complaints[:MOST_COMPLAINTS]
    ]
