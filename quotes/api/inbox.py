"""The inbox over the API: what came in, whose it is, what is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions import RefusedError
from quotes.actions.inbox import assign_item, finish_item
from quotes.api.doors import QuoteDoor
from quotes.models import InboxKind
from quotes.queries.inbox import DONE, EVERYTHING, MINE, NOBODY, OPEN, Sought, people
from scoping.actions.repeating import Answer
from scoping.api.doors import shown
from scoping.api.listing import list_query, page, place
from scoping.api.reading import Said, one_of, text, yes_or_no
from scoping.api.schema import MOMENT, TEXT, component, exactly, or_null, page_of
from scoping.queries import memberships

WHOLE = {"type": "integer"}
ITEM = component(
    "InboxItem",
    exactly(
        number=WHOLE,
        kind={"type": "string", "enum": list(InboxKind.values)},
        quote=or_null(TEXT),
        scope=or_null(WHOLE),
        project=or_null(TEXT),
        text=TEXT,
        at=MOMENT,
        owner=or_null(TEXT),
        done_at=or_null(MOMENT),
    ),
)


class Inbox(QuoteDoor):
    """What came in."""

    operations = {"GET": "list_inbox"}
    query = {
        "GET": list_query(
            show=one_of(OPEN, DONE, EVERYTHING, default=OPEN),
            kind=one_of(*InboxKind.values),
            owner=one_of(MINE, NOBODY),
        )
    }
    answers: ClassVar[Any] = {"GET": (200, page_of(ITEM))}

    def get(self, request: Request) -> Response:
        """List what came in, newest first: what is open, or what `show` asks for."""
        wanted = Sought(
            show=self.asked["show"],
            kind=self.asked["kind"] or "",
            owner=self.asked["owner"] or "",
        )
        rows = wanted.found(workspace=self.member.workspace, user=self.member.user)
        after = self.asked["after"]
        if after:
            number = int(after) if after.isascii() and after.isdecimal() else 0
            last = place(_in(self.member.workspace, number), after)
            rows = rows.filter(pk__lt=last.pk)
        return shown(
            request,
            page(
                rows.order_by("-pk"),
                limit=self.asked["limit"],
                show=_data,
                name=lambda row: str(row.pk),
            ),
        )


class ItemDoor(QuoteDoor):
    """An endpoint that changes an item; done again it changes nothing."""

    answers: ClassVar[Any] = {"PUT": (200, ITEM)}

    def put_item(
        self, request: Request, act: Callable[..., Any], pk: int, **said: Any
    ) -> Response:
        """Do it to an item of the caller's company, and answer with the item."""

        def do(_: object) -> Answer:
            item = act(
                pk,
                workspace=self.member.workspace,
                by=self.member.user,
                role=self.member.role,
                now=now(),
                **said,
            )
            return Answer(status=200, body=_data(item), headers={})

        return self.once(request, do)


class OwnerOfItem(ItemDoor):
    """Whose an item is."""

    operations = {"PUT": "assign_inbox_item"}
    bodies = {"PUT": Said({"owner": text(most=254, required=True)})}
    fields = {"no_such_person": "/owner"}

    def put(self, request: Request, number: int) -> Response:
        """Give an item to a member by mail address; an empty one makes it nobody's.

        What else is open of the same quote goes with it.
        """
        owner = self.body(request)["owner"]
        return self.put_item(request, self._assign, number, owner=owner)

    def _assign(self, pk: int, *, owner: str, **rest: Any) -> Any:
        to = None
        if owner:
            known = {one.lower(): number for number, one in self._addresses()}
            to = known.get(owner.lower())
            if to is None:
                # An item that is not there is said before a person who is not.
                if _in(rest["workspace"], pk) is None:
                    raise RefusedError("no_such_item", "There is no such item here.")
                raise RefusedError(
                    "no_such_person",
                    "Choose somebody of this workspace who works on quotes.",
                )
        return assign_item(pk, to=to, **rest)

    def _addresses(self) -> list[tuple[int, str]]:
        known = {number for number, _ in people(self.member.workspace)}
        return [
            (member.user_id, member.user.email)
            for member in memberships(self.member.workspace)
            if member.user_id in known
        ]


class StateOfItem(ItemDoor):
    """Whether an item is done."""

    operations = {"PUT": "finish_inbox_item"}
    bodies = {"PUT": Said({"done": yes_or_no(required=True)})}

    def put(self, request: Request, number: int) -> Response:
        """Call an item done, or open again."""
        done = self.body(request)["done"]
        return self.put_item(request, finish_item, number, done=done)


def _in(workspace: Any, number: int) -> Any:
    rows = Sought(show=EVERYTHING).found(workspace=workspace, user=None)
    return rows.filter(pk=number).first()


def _data(item: Any) -> dict[str, Any]:
    return {
        "number": item.pk,
        "kind": item.kind,
        "quote": None if item.revision is None else str(item.revision),
        "scope": item.scope_id,
        "project": None if item.project is None else item.project.slug,
        "text": item.text,
        "at": item.at.isoformat(),
        "owner": None if item.owner is None else item.owner.email,
        "done_at": None if item.done_at is None else item.done_at.isoformat(),
    }
