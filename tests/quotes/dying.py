"""Counts files in processes that are killed: `python -m tests.quotes.dying`.

Each line of its input is a trial; a fork counts the file, dies where the trial says or
is killed after some time, and the line of output is its status. The parent never opens
the database, so that nothing is shared with the dead.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import django


def main() -> None:
    django.setup()
    # Before it forks: each trial would load them anew, longer than it counts.
    for name in ("failpoints", "long_files", "actuals"):
        import_module(f"quotes.actions.{name}")
    for line in sys.stdin:
        trial = json.loads(line)
        child = os.fork()
        if child == 0:
            _count(trial)
        if trial.get("after") is not None:
            time.sleep(trial["after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)  # noqa: T201 - the answer to the trial


def _count(trial: dict[str, Any]) -> None:
    from django.db import connection

    connection.settings_dict["NAME"] = trial["database"]
    from quotes.actions import failpoints, long_files
    from quotes.actions.actuals import stated_for
    from quotes.models import Project

    def at(point: str) -> None:
        if point == trial.get("point"):
            os.kill(os.getpid(), signal.SIGKILL)

    failpoints.at = at
    if trial.get("unprotected"):
        from django.db.models import QuerySet

        QuerySet.select_for_update = QuerySet.all  # type: ignore[method-assign,assignment]
        long_files._count = long_files._count.__wrapped__  # type: ignore[attr-defined]
    try:
        project = Project.objects.get(pk=trial["project"])
        now = datetime.fromisoformat(trial["now"])
        with Path(trial["path"]).open("rb") as opened:
            long_files.ingest_long(
                project,
                opened,
                name="x.csv",
                by=None,
                now=now,
                stated=stated_for(project, now=now),
            )
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        os.write(2, f"{error!r}\n".encode())
        os._exit(1)


if __name__ == "__main__":
    main()
