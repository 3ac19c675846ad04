"""The desk: who sits at it, in which workspace, and what they may do there.

Every staff page of both apps is wrapped in `at_desk(act)`. It asks the one table of
`scoping.access`, and hands the view a `Desk`, so that no view reads a user, a
membership or a role by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from scoping import queries
from scoping.access import Act, may

P = ParamSpec("P")

Section = tuple[str, str, Act]

SECTIONS: tuple[Section, ...] = (
    ("Inbox", "/inbox/", Act.EDIT_QUOTE),
    ("Scopes", "/scopes/", Act.EDIT_SCOPE),
    ("Quotes", "/quotes/", Act.EDIT_QUOTE),
    ("Projects", "/portfolio/", Act.SEE_ACTUALS),
    ("Rate cards", "/rate-cards/", Act.SEE_RATE_CARD),
)
FIND: Section = ("Find", "/find/", Act.EDIT_QUOTE)
TOOLS: tuple[Section, ...] = (
    FIND,
    ("Audit plans", "/audit-plans/", Act.EDIT_SCOPE),
    ("Schedule", "/schedule/", Act.SEE_COST),
    ("Calculators", "/calculators/", Act.SEE_COST),
    ("Gold sets", "/gold-sets/", Act.EDIT_SCOPE),
    ("Agreement", "/agreement/", Act.EDIT_SCOPE),
    ("Jobs", "/jobs/", Act.EDIT_QUOTE),
    ("API keys", "/api-keys/", Act.MANAGE_PEOPLE),
)
"""What is opened now and then; it unfolds, so that the sections fit on one line."""

BELOW = {"/portfolio/": ("/projects/", "/role-rates/", "/month-packs/")}
"""Pages that belong to a section and lie elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A section of the head of every page."""

    name: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A signed-in person within one workspace."""

    user: Any
    workspace: Any
    role: str
    role_name: str
    person: str
    nav: tuple[NavItem, ...]
    tools: tuple[NavItem, ...]

    @property
    def tool_here(self) -> str:
        """Return which of the tools is open, empty if none."""
        return next((one.name for one in self.tools if one.here), "")

    @property
    def finds_at(self) -> str:
        """Return where the field of the head looks; empty for who may not look."""
        _, url, act = FIND
        return url if self.may(act) else ""

    def may(self, act: Act) -> bool:
        """Return whether this person may do something here."""
        return may(self.role, act)


StaffView = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def at_desk(act: Act) -> Callable[[StaffView[P]], View[P]]:
    """Open a page to signed-in people whose role may do `act`; the view gets a Desk.

    Strangers are asked to sign in and brought back; everybody else gets 403.
    """

    def wrap(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def respond(
            request: HttpRequest, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            desk = desk_of(request)
            request.desk = desk  # type: ignore[attr-defined]  # for partials/top.html
            if not desk.may(act):
                raise PermissionDenied(
                    f"The role {desk.role_name} does not include this page."
                )
            response = view(request, desk, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response

        respond.act = act  # type: ignore[attr-defined]  # read by the access matrix
        return cast("View[P]", respond)

    return wrap


def desk_of(request: HttpRequest) -> Desk:
    """Return the desk of a signed-in person; PermissionDenied if they have none."""
    member = queries.membership_of(request.user)  # type: ignore[arg-type]
    if member is None:
        raise PermissionDenied(
            "Your account belongs to no workspace. Ask an admin to add you."
        )
    return Desk(
        user=request.user,
        workspace=member.workspace,
        role=member.role,
        role_name=member.get_role_display(),
        person=str(request.user),
        nav=_items(SECTIONS, member.role, request.path),
        tools=_items(TOOLS, member.role, request.path),
    )


def _items(sections: tuple[Section, ...], role: str, path: str) -> tuple[NavItem, ...]:
    """Return the sections that a role may open; the one that is open is marked."""
    return tuple(
        NavItem(name=name, url=url, here=path.startswith((url, *BELOW.get(url, ()))))
        for name, url, act in sections
        if may(role, act)
    )
