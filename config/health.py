"""Two questions a supervisor asks: is the process alive, and can it serve."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs; touch nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is there and up to date, else 503 and why."""
    complaint = _complaint()
    return HttpResponse(
        f"{complaint or 'ready'}\n",
        content_type="text/plain",
        status=503 if complaint else 200,
    )


def _complaint() -> str:
    """Return what keeps the service from its work, or nothing."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not answer."
    if pending:
        return f"The database lacks {len(pending)} migrations; run “migrate”."
    return ""
