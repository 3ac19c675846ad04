"""Long work as pages: what runs, how far it is, what came out, and a way to stop it.

How far it is stands in the database, so a page that is left or loaded again knows it.
With scripts the part asks again by itself, without them the page does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from quotes.actions import RefusedError
from quotes.actions.jobs import cancel_job
from quotes.jobs import documents, pack_jobs, sendings
from quotes.jobs.files import CHECK, COUNT
from quotes.jobs.grids import ANSWERS, SCOPES
from quotes.jobs.kinds import ACTS
from quotes.models import ENDED, Job, JobState
from quotes.queries.jobs import Queue, job_here, jobs_of, queue_at
from scoping.access import Act
from scoping.templatetags.plumbline import count, day, plural
from scoping.web.components import Badge, Empty, ErrorSummary, FoundProblem, JobShown
from scoping.web.desk import Desk, at_desk

BADGES = {
    JobState.WAITING: Badge(words="Waiting", icon="clock"),
    JobState.RUNNING: Badge(words="Running", kind="info", icon="again"),
    JobState.DONE: Badge(words="Done", kind="good", icon="check"),
    JobState.FAILED: Badge(words="Failed", kind="bad", icon="cross"),
    JobState.CANCELLED: Badge(words="Cancelled", kind="warn", icon="stop"),
}
EMPTY = Empty(
    heading="No long work yet",
    text=(
        "A buyer's grid of more than 100 rows is answered here, a long file of work "
        "is read here, a long document is printed and a large quote is sent here, so "
        "that you can leave the page meanwhile."
    ),
    act="Answer a buyer's grid",
    url="/quotes/grid",
)
LISTED = 100
NOBODY_AFTER = timedelta(minutes=1)
NOBODY = (
    "No worker has taken it for a while. One has to run beside the service: "
    "manage.py work --loop."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsPage:
    """The jobs of a workspace, newest first."""

    jobs: tuple[JobShown, ...]
    empty: Empty = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """One job."""

    job: JobShown
    problem: ErrorSummary | None = None


@require_safe
@at_desk(Act.EDIT_QUOTE)
def jobs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the long work of the workspace."""
    moment = now()
    queue = queue_at(moment)
    hidden = [kind for kind, act in ACTS.items() if not desk.may(act)]
    rows = jobs_of(desk.workspace).exclude(kind__in=hidden)[:LISTED]
    found = tuple(shown_job(one, desk, queue, moment) for one in rows)
    return render(request, "quotes/staff/jobs.html", {"page": JobsPage(jobs=found)})


@require_safe
@never_cache
@at_desk(Act.EDIT_QUOTE)
@vary_on_headers("X-Part")
def job(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Show how far a job is; the part alone, where a page asks for it."""
    shown = _shown_now(_here(key, desk), desk)
    if request.headers.get("X-Part") == "job":
        return render(request, "partials/job.html", {"job": shown})
    return render(request, "quotes/staff/job.html", {"page": JobPage(job=shown)})


@require_POST
@at_desk(Act.EDIT_QUOTE)
def cancel(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Cancel a job; what it saved stays."""
    found = _here(key, desk)
    try:
        cancel_job(found, by=desk.user, role=desk.role, now=now())
    except RefusedError as error:
        problem = ErrorSummary(problems=(FoundProblem(text=str(error)),))
        page = JobPage(job=_shown_now(found, desk), problem=problem)
        return render(
            request, "quotes/staff/job.html", {"page": page}, status=error.status
        )
    return redirect("job", key)


@require_safe
@at_desk(Act.INGEST_ACTUALS)
def verdict(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Lead to what was said of a long file, on the page of every dropped file."""
    found = _here(key, desk)
    if found.kind not in (CHECK, COUNT):
        raise Http404("This job read no file.")
    address = reverse("project_files", args=[found.asked["project"]])
    return redirect(f"{address}?job={found.pk}")


def _here(key: int, desk: Desk) -> Job:
    found = job_here(key, workspace=desk.workspace)
    if found is None or not desk.may(ACTS.get(found.kind, Act.EDIT_QUOTE)):
        raise Http404("There is no such job here.")
    return found


def _shown_now(job: Job, desk: Desk) -> JobShown:
    moment = now()
    return shown_job(job, desk, queue_at(moment), moment)


def shown_job(job: Job, desk: Desk, queue: Queue, moment: datetime) -> JobShown:
    """Return a job in words: how far, how long still, where its result is."""
    state = JobState(job.state)
    is_open = state not in ENDED
    return JobShown(
        id=job.pk,
        name=job.name,
        url=reverse("job", args=[job.pk]),
        badge=BADGES[state],
        by=str(job.owner),
        asked=day(job.created_at, desk.workspace.timezone),
        done=job.done,
        total=job.total,
        share=_share(job),
        sentence=_sentence(job, queue, moment),
        left=_left(job, moment) if state == JobState.RUNNING else "",
        is_open=is_open,
        is_stopping=is_open and job.stop_asked,
        cancel_url=reverse("cancel_job", args=[job.pk])
        if is_open and not job.stop_asked
        else "",
        result_url=_result(job) if state == JobState.DONE else "",
        result_words=RESULTS.get(job.kind, "See what came out"),
    )


RESULTS = {
    ANSWERS: "See the answers",
    SCOPES: "See the scopes",
    CHECK: "See the verdict",
    COUNT: "See what was counted",
    documents.QUOTE: "Save the PDF",
    documents.PROJECT: "Save the PDF",
    sendings.SEND: "See the sent quote",
    pack_jobs.PACK: "See the pack",
}


def _result(job: Job) -> str:
    if job.kind == ANSWERS:
        return f"{reverse('rfq')}?job={job.pk}"
    if job.kind in (CHECK, COUNT):
        return reverse("job_verdict", args=[job.pk])
    if job.kind in documents.KINDS:
        return reverse("job_file", args=[job.pk])
    if job.kind == sendings.SEND:
        return reverse("job_sent", args=[job.pk])
    if job.kind == pack_jobs.PACK:
        return reverse("month_pack", args=[job.asked["month"]])
    return reverse("scopes")


def _share(job: Job) -> str:
    if not job.total:
        return ""
    return f"{job.done * 100 // job.total} %"


def _sentence(job: Job, queue: Queue, moment: datetime) -> str:
    if job.state != JobState.WAITING:
        return job.message
    if not queue.is_worked and moment - job.created_at > NOBODY_AFTER:
        return NOBODY
    waiting = queue.before(job)
    if waiting:
        return f"{count(waiting)} {plural(waiting, 'job')} before it."
    return "A worker takes it in a moment."


def _left(job: Job, moment: datetime) -> str:
    """Return how long it still takes, at the pace so far; nothing while unknown."""
    if not job.total or not job.done or job.started_at is None:
        return ""
    seconds = (moment - job.started_at).total_seconds()
    rest = seconds / job.done * (job.total - job.done)
    if rest < 60:  # noqa: PLR2004 - a minute
        return "less than a minute left"
    minutes = round(rest / 60)
    return f"about {count(minutes)} {plural(minutes, 'minute')} left"
