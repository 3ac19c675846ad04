"""The scenarios of a quote side by side, and why one is dearer than another.

Which two are compared stands in the address, so that a page can be passed on. Nothing
is stored by looking; another scenario is made by the form below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.drafts import scenario_of
from quotes.actions.duplicating import duplicate_scenario
from quotes.models import Scenario, open_moves
from quotes.queries.comparing import Beside, beside
from quotes.web.bench import bench_address, compare_address, edition_of, revision_here
from quotes.web.compare_page import (
    BesideGroup,
    WhyDiffer,
    beside_groups,
    only_differing,
    why_differ,
)
from quotes.web.quick_change import (
    Quick,
    QuickChangeError,
    QuickSaid,
    changes_of_any,
    patch_of,
)
from scoping.access import Act
from scoping.calc.spec import SpecError
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk

ALL = "all"
"""What the address says where also what is the same is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A scenario at the head of its column."""

    letter: str
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLink:
    """Two scenarios that can be compared; `here` marks those that are."""

    first: str
    second: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScenario:
    """The form that makes another scenario: like which, and what differs in it."""

    letter: str
    edition: int
    letters: tuple[str, ...]
    changes: tuple[Quick, ...]
    said: QuickSaid
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """Scenarios side by side, and the way from one price to another."""

    name: str
    title: str
    client: str
    currency: str
    columns: tuple[Column, ...]
    groups: tuple[BesideGroup, ...]
    pairs: tuple[PairLink, ...]
    why: WhyDiffer | None
    unknown: str
    only: bool
    other_view: str
    every: int
    new: NewScenario | None
    problem: ErrorSummary | None = None


@require_safe
@at_desk(Act.SEE_COST)
def compared(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show the scenarios of a revision side by side, and why two of them differ."""
    return show_comparison(request, desk, name)


def show_comparison(
    request: HttpRequest,
    desk: Desk,
    name: str,
    *,
    problem: ErrorSummary | None = None,
    said: QuickSaid | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the comparison of a revision, with a complaint if there is one."""
    revision, moment = revision_here(name, desk), now()
    letters = [*revision.scenarios.order_by("letter").values_list("letter", flat=True)]
    pair = pair_said(request, letters)
    found = beside(revision, pair=pair, today=moment.date())
    only = len(letters) > 1 and request.GET.get("rows") != ALL
    groups = beside_groups(found.sides)
    differing = only_differing(groups)
    page = ComparePage(
        name=str(revision),
        title=revision.name,
        client=str(revision.quote.client),
        currency=_currency(found),
        columns=tuple(
            Column(
                letter=side.letter,
                name=side.name,
                address=bench_address(str(revision), side.letter),
            )
            for side in found.sides
        ),
        groups=differing if only else groups,
        pairs=_pairs(str(revision), letters, pair=pair, only=only),
        why=_why(found, pair=pair),
        unknown=found.unknown,
        only=only,
        other_view=_address(str(revision), pair, only=not only),
        every=sum(len(group.rows) for group in groups),
        new=_new(revision, desk, letters, said=said or QuickSaid(like=letters[-1])),
        problem=problem,
    )
    return render(request, "quotes/staff/compare.html", {"page": page}, status=status)


@require_POST
@at_desk(Act.EDIT_QUOTE)
def duplicate(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Make a scenario like another one but for one thing, and compare the two."""
    revision = revision_here(name, desk)
    said = QuickSaid.read(request.POST)
    try:
        source = scenario_of(revision, said.like)
        made = duplicate_scenario(
            revision,
            like=source.letter,
            name=said.name,
            patch=patch_of(said, source.spec),
            priced_anew=said.priced_anew,
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except QuickChangeError as error:
        found, status = [(str(error), error.field)], 400
    except SpecError as error:
        found, status = [(one.message, "value") for one in error.problems], 400
    except RefusedError as error:
        found, status = [(str(error), "")], error.status
    else:
        messages.success(
            request, f"This is scenario {made.letter} beside {source.letter}."
        )
        pair = (source.letter, made.letter)
        return HttpResponseRedirect(_address(name, pair, only=True))
    problem = ErrorSummary(
        problems=tuple(FoundProblem(text=text, field_id=at) for text, at in found)
    )
    return show_comparison(
        request, desk, name, problem=problem, said=said, status=status
    )


def _new(
    revision: Any, desk: Desk, letters: Sequence[str], *, said: QuickSaid
) -> NewScenario | None:
    """Return the form of another scenario; None where none can be added now."""
    free = [letter for letter in Scenario.LETTERS if letter not in letters]
    if not free or "edit" not in open_moves(revision.state, desk.role):
        return None
    like = said.like if said.like in letters else letters[-1]
    specs = dict(revision.scenarios.order_by("letter").values_list("letter", "spec"))
    return NewScenario(
        letter=free[0],
        edition=revision.edition,
        letters=tuple(letters),
        changes=changes_of_any([specs[like], *specs.values()]),
        said=said,
        decided=any(one.decisions.exists() for one in revision.scenarios.all()),
    )


def _currency(found: Beside) -> str:
    """Return the currency of all scenarios; none where they are sold in several."""
    currencies = {side.estimate["currency"] for side in found.sides}
    return currencies.pop() if len(currencies) == 1 else ""


def pair_said(request: HttpRequest, letters: list[str]) -> tuple[str, str] | None:
    """Return which two are compared: as said, else the first two; None of one alone."""
    if len(letters) == 1:
        return None
    said = (request.GET.get("from", ""), request.GET.get("to", ""))
    known = set(said) <= set(letters) and said[0] != said[1]
    return said if known else (letters[0], letters[1])


def _why(found: Beside, *, pair: tuple[str, str] | None) -> WhyDiffer | None:
    if found.found is None or pair is None:
        return None
    return why_differ(found.found, pair=pair)


def _pairs(
    name: str, letters: list[str], *, pair: tuple[str, str] | None, only: bool
) -> tuple[PairLink, ...]:
    return tuple(
        PairLink(
            first=first,
            second=second,
            address=_address(name, (first, second), only=only),
            here=(first, second) == pair,
        )
        for first, second in permutations(letters, 2)
    )


def _address(name: str, pair: tuple[str, str] | None, *, only: bool) -> str:
    return compare_address(name, pair, **({} if only else {"rows": ALL}))
