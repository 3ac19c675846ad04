"""The schedule designer: when a project is done, how surely, and what is sooner.

For staff: it speaks of people, hours and cost. Usable alone, or on a saved scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from scoping import queries
from scoping.access import Act
from scoping.calc.estimate import estimate
from scoping.calc.planning.design import Design, design
from scoping.calc.planning.options import Option
from scoping.calc.promises import percent
from scoping.calc.rates import MissingRateError
from scoping.calc.spec import SpecError
from scoping.calc.workdays import CalendarError
from scoping.templatetags.plumbline import day, money, number
from scoping.web.components import Empty, Message, Stat
from scoping.web.desk import Desk, at_desk
from scoping.web.schedule_drawings import BurnUp, Gantt, burn_up, gantt
from scoping.web.schedule_form import ScheduleForm
from scoping.web.spec_entries import Choices

MOST_SCOPES = 50
NAMES = {
    "overtime": "Overtime",
    "saturdays": "Saturdays",
    "second_shift": "Second shift",
    "team": "A larger team",
    "team_and_overtime": "Team and overtime",
}
SET_BY = {"law": "the law", "company": "our own rule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """A stage with its gate and days, as printed."""

    name: str
    gate: str
    begins: str
    likely: str
    planned: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """One way to be done sooner, as printed."""

    name: str
    text: str
    finish: str
    chance: str
    cost: str
    binds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRow:
    """A limit of overtime with who set it and where that stands."""

    words: str
    set_by: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """The share of batches released by a day, as printed."""

    day: str
    low: str
    typical: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePage:
    """The page: the question, and what it is answered."""

    form: ScheduleForm | None = None
    stats: list[Stat] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    stages: list[StageRow] = field(default_factory=list)
    options: list[OptionRow] = field(default_factory=list)
    limits: list[LimitRow] = field(default_factory=list)
    progress: list[ProgressRow] = field(default_factory=list)
    gantt: Gantt | None = None
    burn_up: BurnUp | None = None
    message: Message | None = None
    empty: Empty | None = None


@require_safe
@at_desk(Act.SEE_COST)
def schedule(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the schedule of what was asked; without a question that of an example."""
    moment = now()
    form = ScheduleForm.read(
        {key: str(value) for key, value in request.GET.items()},
        scope=_scope(request, desk),
        scopes=_scopes(desk),
        today=moment.date(),
    )
    if form.spec is None:
        return _shown(request, SchedulePage(form=form))
    try:
        card = queries.card_on(moment.date(), workspace=desk.workspace)
    except queries.NoCardError as error:
        empty = Empty(heading="No rate card yet", text=str(error))
        return _shown(request, SchedulePage(empty=empty))
    workdays = queries.workdays(desk.workspace)
    try:
        made = estimate(form.spec, card, workdays=workdays)
        found = design(made, workdays=workdays, ask=form.ask)
    except (SpecError, MissingRateError, CalendarError) as error:
        message = Message(kind="warn", text=str(error))
        return _shown(request, SchedulePage(form=form, message=message))
    return _shown(request, answered(found, form=form))


def _scope(request: HttpRequest, desk: Desk) -> tuple[int, dict[str, Any]] | None:
    """Return the scope that is asked about; 404 for one that is not there."""
    said = request.GET.get("scope", "")
    if not said:
        return None
    row = None
    if said.isascii() and said.isdecimal() and len(said) < 10:  # noqa: PLR2004 - a key
        row = queries.scopes(desk.workspace).filter(pk=int(said)).first()
    if row is None:
        raise Http404
    return row.pk, row.document


def _scopes(desk: Desk) -> Choices:
    rows = queries.scopes(desk.workspace)[:MOST_SCOPES]
    return (
        ("", "none"),
        *((str(row.pk), str(row)) for row in rows),
    )


def answered(
    found: Design, *, form: ScheduleForm | None = None, promised: date | None = None
) -> SchedulePage:
    """Return what is said of a schedule, here and on the page of a quote.

    `promised` is the Monday of a week that was decided, None for the suggested one.
    """
    monday = promised or found.promised
    overtime = found.made.card.cost.site_of(found.made.spec.site).overtime
    sources = {
        "day": overtime.day_share,
        "month": overtime.month_hours,
        "year": overtime.year_hours,
    }
    return SchedulePage(
        form=form,
        stats=_stats(found),
        sentences=_sentences(found),
        warnings=[Message(kind="warn", text=text) for text in found.gaps],
        stages=[
            StageRow(
                name=stage.name,
                gate=stage.gate,
                begins=_day(stage.begins),
                likely=_day(stage.likely),
                planned=_day(stage.planned),
            )
            for stage in found.stages
        ],
        options=[
            _option(option, currency=found.made.card.currency)
            for option in found.options
        ],
        limits=[
            LimitRow(
                words=f"{found.limits.of(limit):g} hours a {limit}",  # type: ignore[arg-type]
                set_by=SET_BY["company" if limit in found.limits.own else "law"],
                source=f"{figure.source} ({figure.as_of})",
            )
            for limit, figure in sources.items()
        ],
        progress=[
            ProgressRow(
                day=_day(point.day),
                low=_percent(point.low),
                typical=_percent(point.typical),
                high=_percent(point.high),
            )
            for point in found.progress
        ],
        gantt=gantt(found, promised=monday),
        burn_up=burn_up(found, promised=monday),
    )


def _stats(found: Design) -> list[Stat]:
    crew, finish = found.crew, found.finish
    hours = number(Decimal(str(crew.hours_per_day)))
    stats = [
        Stat(
            name="Promised week",
            value=f"Week of {_day(found.promised)}",
            notes=(f"done by {_day(finish['p80'])} eight times in ten",),
            is_words=True,
        ),
        Stat(
            name="Typical end",
            value=_day(finish["p50"]),
            notes=(f"from {_day(finish['p10'])} to {_day(finish['p90'])}",),
            is_words=True,
        ),
        Stat(
            name="Team",
            value=f"{crew.annotators} annotators",
            notes=(f"{crew.reviewers} reviewers, {hours} hours a day",),
            is_words=True,
        ),
    ]
    deadline, chance = found.made.spec.deadline, found.deadline_chance
    if deadline is not None and chance is not None:
        meets = chance >= float(found.made.spec.commercial.confidence)
        stats.append(
            Stat(
                name=f"Done by {_day(deadline)}",
                value=_percent(chance),
                notes=("meets the deadline" if meets else "misses the deadline",),
                kind="good" if meets else "bad",
            )
        )
    return stats


def _sentences(found: Design) -> list[str]:
    job, together = found.job, found.together
    at_once = _percent(float(job.released.mean()))
    batches = (
        f"{job.batches:,} batches; {at_once} are released at once, "
        f"{found.failures:.1f} checks fail, and a batch takes {found.batch_days:.1f} "
        f"working days from labelling to release."
    )
    said = [batches]
    if found.pilot is not None:
        said.append(found.pilot)
    if together.streams > 1:
        said.append(
            f"{together.streams} streams like this, each promised as surely: all are "
            f"done in time with {_percent(together.chance)}. For all together to be as "
            f"sure, each must be promised with {_percent(together.each)}: "
            f"{_day(together.day)}."
        )
    if found.holidays:
        said.append(f"Holidays at the site: {'; '.join(found.holidays)}.")
    return said


def _option(option: Option, *, currency: str) -> OptionRow:
    return OptionRow(
        name=NAMES[option.kind],
        text=option.text,
        finish=_day(option.finish),
        chance="" if option.chance is None else _percent(option.chance),
        cost=(
            ""
            if option.extra_cost is None
            else f"{money(option.extra_cost, currency)} {currency}"
        ),
        binds=SET_BY[option.binds].capitalize() + " binds" if option.binds else "",
    )


def _percent(share: float) -> str:
    return percent(Decimal(str(share)))


def _day(found: date | None) -> str:
    return day(found) if found is not None else "not used"


def _shown(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    wrong = page.form is not None and page.form.summary is not None
    return render(
        request,
        "scoping/schedule.html",
        {"page": page},
        status=400 if wrong else 200,
    )
