"""How long it takes to make what people wait for: a page, a document, a sending.

What takes about a second of processor time is made within the request that asks for it;
what can take longer is a job (docs/architecture.md, long work). Processor time is what
is printed, the least of a few turns: a neighbour's work on a shared machine is no fault
of a document. A small quote that misses its limit fails.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory()
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER.name}/bench.sqlite3"

KINDS = ("bounding_box", "polygon", "image_tag")
SMALL, LARGE = 4, 40
SCENARIOS = 3
TURNS = 2
PAGE_SECONDS, PDF_SECONDS, SEND_SECONDS = 0.5, 2.0, 4.0
"""For a small quote, on a machine that others use too: twice what a quiet one takes."""


def lines(many: int) -> list[dict[str, Any]]:
    """Return so many lines, their counts not all the same."""
    return [
        {
            "type": KINDS[at % len(KINDS)],
            "units_per_item": {
                "mean": {"p10": "2.2", "p50": str(3 + at % 5), "p90": "12.5"}
            },
            "classes": 4 + at % 7,
        }
        for at in range(many)
    ]


def took(name: str, make: Callable[[], object], *, most: float | None) -> bool:
    """Print the least processor time of making something; return whether it is late."""
    times = []
    for _ in range(TURNS):
        begin = time.process_time()
        make()
        times.append(time.process_time() - begin)
    limit = "" if most is None else f" (at most {most})"
    print(f"{name}: {min(times):.2f} s{limit}", flush=True)
    return most is not None and min(times) > most


def measured(named: str, draft: Any, client: Any, *, limits: Any) -> bool:
    """Measure the page of a draft, its PDF and what sending it makes."""
    from quotes.actions.sending import prepare_sending
    from quotes.pdf import quote_html, render
    from quotes.queries.client_side import client_side_of
    from tests.factories import NOON

    page, paper, sending = limits
    found = client_side_of(draft, at=NOON)
    html = quote_html(found.document, digest=found.digest, size="a4")
    # The first request compiles the templates; a server has done so long ago.
    client.get(f"/quotes/{draft}/")
    late = took(
        f"{named}, workbench with estimate and advice",
        lambda: client.get(f"/quotes/{draft}/"),
        most=page,
    )
    late |= took(
        f"{named}, PDF of {len(html):,} characters", lambda: render(html), most=paper
    )
    late |= took(
        f"{named}, what sending it makes",
        lambda: prepare_sending(draft, now=NOON),
        most=sending,
    )
    return late


def main() -> int:
    """Measure a small and a large quote."""
    import django
    from django.core.management import call_command

    warnings.filterwarnings("ignore", "No directory at")  # nothing was collected
    django.setup()
    call_command("migrate", verbosity=0)
    from django.test import Client

    from quotes.actions.drafts import add_scenario
    from tests.factories import NOON
    from tests.quotes.a_quote import a_desk, a_draft

    workspace, user = a_desk()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    print(f"{platform.machine()}, {os.cpu_count()} cores")
    small = a_draft(workspace=workspace, by=user, lines=lines(SMALL))
    large = a_draft(workspace=workspace, by=user, lines=lines(LARGE))
    for _ in range(SCENARIOS - 1):
        large.refresh_from_db()
        add_scenario(
            large, like="A", edition=large.edition, by=user, role="manager", now=NOON
        )
    large.refresh_from_db()
    limits = (PAGE_SECONDS, PDF_SECONDS, SEND_SECONDS)
    late = measured(f"{SMALL} lines", small, client, limits=limits)
    named = f"{LARGE} lines in {SCENARIOS} scenarios"
    return int(late | measured(named, large, client, limits=(None, None, None)))


if __name__ == "__main__":
    raise SystemExit(main())
