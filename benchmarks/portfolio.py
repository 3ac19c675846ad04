"""How fast the portfolio is over a thousand projects of a thousand batches.

The data of the page (read, ranked, alerts, totals) is held against a raw read of the
roll-up table, the floor; whole requests are reported, with an aim that is not asserted.
The database is the one that DATABASE_URL names and a throw-away SQLite otherwise;
`python -m tests.postgresql` gives it a PostgreSQL. Every project stands on 1,000 rows
of the ledger (SCALE takes fewer), which the page must never read. At the end the
roll-ups that were made from the ledger, one in 40, are made again and compared.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")

NOON = datetime(2026, 4, 17, 12, tzinfo=UTC)
PROJECTS, BATCHES = 1_000, 1_000
ROUNDS, PAGES = 15, 40
ALLOWED = 2.0
AIM_MS = 300
FEW, ONE_IN = 3, 40
"""So many roll-ups, or one in so many, are made from the ledger; others are copies."""
A_BLOCK = 5_000


def main() -> int:
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite":
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    else:
        call_command("migrate", verbosity=0)
    try:
        return measured(connection.vendor)
    finally:
        if connection.vendor != "sqlite":
            connection.creation.destroy_test_db(name, verbosity=0)


def measured(vendor: str) -> int:
    from django.test import Client

    from quotes.models import ProjectRollup, WorkRecord
    from quotes.queries.portfolio import standings
    from scoping.access import Role
    from tests.factories import a_membership

    workspace = filled()
    client = Client(SERVER_NAME="localhost")
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, {vendor}: "
        f"{ProjectRollup.objects.count():,} projects, "
        f"{WorkRecord.objects.count():,} rows of the ledger"
    )
    columns = [name for name in columns_of(ProjectRollup) if name != "curve"]

    def raw() -> None:
        list(ProjectRollup.objects.filter(workspace=workspace).values_list(*columns))

    def data() -> None:
        ranked_rows(standings(workspace))

    floor, whole = least(raw), least(data)
    late = whole > ALLOWED * floor
    print(
        f"portfolio data: {whole * 1e3:.1f} ms, raw read {floor * 1e3:.1f} ms: "
        f"{whole / floor:.2f} times (at most {ALLOWED}){' TOO SLOW' if late else ''}"
    )
    # The first request compiles the templates; a server has done so long ago.
    client.get("/portfolio/")
    times, begun = [], time.process_time()
    for turn in range(PAGES):
        start = time.perf_counter()
        answer = client.get(f"/portfolio/?from={turn * 7}")
        times.append((time.perf_counter() - start) * 1e3)
        if answer.status_code != 200:
            print(f"/portfolio/: {answer.status_code}")
            return 1
    worked = (time.process_time() - begun) / PAGES * 1e3
    middle, p95 = (sorted(times)[int(len(times) * at)] for at in (0.5, 0.95))
    print(
        f"portfolio page: p95 {p95:.0f} ms of {PAGES} requests (aim {AIM_MS}), "
        f"half within {middle:.0f} ms, {worked:.0f} ms of processor time each; "
        f"{os.getloadavg()[0]:.1f} programs ran at once"
    )
    return int(late) | verified(workspace)


def ranked_rows(rows: Any) -> Any:
    from quotes.calc.portfolio import by_currency, converted, exchange, ranked

    ones = [one for one, _ in rows]
    found = ranked(ones, rates=exchange(ones, home="USD"), today=NOON.date())
    return by_currency(found), converted(found, home="USD")


def least(work: Callable[[], None]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def filled() -> Any:
    """Return a workspace of many projects, each a copy of one that was estimated."""
    from quotes.actions.rollups import roll_up, roll_up_gates
    from quotes.models import Baseline, GateRollup, Project, ProjectRollup
    from tests.factories import a_published_card, a_workspace
    from tests.quotes.a_project import a_project

    workspace = a_workspace()
    a_published_card(workspace=workspace)
    first = a_project(workspace)
    Project.objects.filter(pk=first.pk).update(slug="project-0")
    scale = float(os.environ.get("SCALE", "1"))
    many, batches = max(FEW, int(PROJECTS * scale)), max(20, int(BATCHES * scale))
    copies = Project.objects.bulk_create(
        Project(
            workspace=workspace,
            slug=f"project-{at}",
            name=f"Project {at}",
            **same(first, "currency", "site", "time_zone", "start_on", "paid_clock"),
        )
        for at in range(1, many)
    )
    plan = same(first.baseline, "document", "digest", "frozen_at")
    Baseline.objects.bulk_create(
        (Baseline(workspace=workspace, project=one, **plan) for one in copies),
        batch_size=200,
    )
    everyone = [first, *copies]
    start = time.perf_counter()
    work_on(first, batches)
    copy_work(first, copies)
    print(f"ledger written in {time.perf_counter() - start:.0f} s")
    made = few(many)
    roll_up(everyone[:made], now=NOON)
    row, gates = (
        model.objects.get(project=first) for model in (ProjectRollup, GateRollup)
    )
    figures = same(row, *columns_of(row))
    for name in ("id", "project_id"):
        del figures[name]
    ProjectRollup.objects.bulk_create(
        (
            ProjectRollup(
                project=one, **(figures | {"at_risk": Decimal(at * 37 % 9973)})
            )
            for at, one in enumerate(everyone[made:])
        ),
        batch_size=200,
    )
    counts = same(gates, "workspace_id", "batches", "accepted", "blocked", "at")
    GateRollup.objects.bulk_create(
        (GateRollup(project=one, **counts) for one in everyone[made:]), batch_size=500
    )
    for project in everyone[:made]:
        roll_up_gates(project, now=NOON)
    return workspace


def few(many: int) -> int:
    return max(FEW, many // ONE_IN)


def columns_of(model: Any) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields]  # noqa: SLF001


def same(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def work_on(project: Any, batches: int) -> None:
    """Store a batch a row: labelled, passed, accepted."""
    from quotes.models import WorkRecord

    WorkRecord.objects.bulk_create(
        (
            WorkRecord(
                workspace_id=project.workspace_id,
                project=project,
                file=a_file(project, batches),
                kind="entry",
                key=f"{project.pk:032d}{at:032d}",
                batch=f"b{at}",
                stage="label",
                annotation_type="bounding_box",
                clock="label",
                period_start=NOON - timedelta(days=60 - at % 50),
                period_end=NOON - timedelta(days=60 - at % 50),
                items=1,
                units_produced=5,
                units_passed=5,
                units_accepted=5 if at % 2 else 0,
                active_seconds=Decimal(60),
                recorded_at=NOON,
            )
            for at in range(batches)
        ),
        batch_size=A_BLOCK,
    )


@cache
def a_file(project: Any, batches: int) -> Any:
    from quotes.models import SourceFile

    return SourceFile.objects.create(
        workspace_id=project.workspace_id,
        project=project,
        name="export.csv",
        sha256=f"{project.pk:064d}",
        content_digest=f"{project.pk:064d}",
        state=SourceFile.PUBLISHED,
        rows_read=batches,
        rows_published=batches,
        rows_refused=0,
        rows_repeated=0,
        at=NOON,
    )


def copy_work(first: Any, copies: list[Any]) -> None:
    """Give every copy the rows of the first, slower or faster, in one statement each.

    The database writes them: a million rows made by Python take far longer.
    """
    from django.db import connection

    from quotes.models import WorkRecord

    table = WorkRecord._meta.db_table  # noqa: SLF001
    key = WorkRecord._meta.get_field("key")  # noqa: SLF001

    def begin(project: Any) -> Any:
        # As the database keeps it: digits, or half as many bytes.
        return key.get_db_prep_value(f"{project.pk:032d}", connection)

    names = [name for name in columns_of(WorkRecord) if name != "id"]
    other = {
        "project_id": "%s",
        "file_id": "%s",
        "key": f"%s || substr(key, {len(begin(first)) + 1})",
        "active_seconds": "active_seconds * %s",
    }
    wanted = ", ".join(other.get(name, f'"{name}"') for name in names)
    into = ", ".join(f'"{name}"' for name in names)
    # Every name in it is a column of ours.
    statement = (
        f"INSERT INTO {table} ({into}) SELECT {wanted} FROM {table} "
        f"WHERE project_id = %s"
    )
    order = [name for name in names if name in other]
    for at, project in enumerate(copies, start=1):
        given = {
            "project_id": project.pk,
            "file_id": a_file(project, 0).pk,
            "key": begin(project),
            "active_seconds": Decimal(70 + at % 61) / 100,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, [*(given[name] for name in order), first.pk])


def verified(workspace: Any) -> int:
    """Make a few roll-ups again from the ledger; return 1 if a figure differs."""
    from quotes.queries.actuals import projects
    from quotes.queries.rollups import differences

    found = projects(workspace).order_by("pk")
    made = few(found.count())
    some = found[:made]
    start = time.perf_counter()
    wrong = [str(one) for project in some for one in differences(project)]
    took = (time.perf_counter() - start) / made
    print(*wrong, sep="\n", end="")
    print(
        f"verify_rollups: {made} projects equal to the ledger, {took:.1f} s a project"
        if not wrong
        else "\nverify_rollups: FIGURES DIFFER"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
