"""How fast the page with the release curve is, from the request to the last byte.

The aim is 100 ms on two cores, reported with the machine and not asserted. The database
is in memory, the person is signed in, and no two requests ask for the same audit.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DATABASE_URL"] = "sqlite:///:memory:"

ROUNDS = 30
AIM_MS = 100
CASES = (
    ("1,000 images of 5 objects", "batch_items={n}&units_per_item=5&produced=0.8"),
    ("100,000 images of 10", "batch_items=10{n}&units_per_item=10&rule=percent"),
    (
        "stops early, auditor, annotators",
        "batch_items={n}&more_rule=sequential&missed=20&false_alarms=1&annotators=10",
    ),
)


def main() -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.test import Client

    from tests.factories import a_membership, a_workspace

    client = Client(SERVER_NAME="localhost")
    client.force_login(a_membership(workspace=a_workspace()).user)
    print(f"{platform.machine()}, {os.cpu_count()} cores")
    for name, query in CASES:
        times = []
        for turn in range(ROUNDS):
            address = f"/audit-plans/?{query.format(n=1000 + turn)}"
            start = time.perf_counter()
            response = client.get(address)
            times.append((time.perf_counter() - start) * 1e3)
            if response.status_code != 200:
                print(f"{address}: {response.status_code}")
                return 1
        print(
            f"audit page, {name}: {statistics.median(times):.0f} ms, at most "
            f"{max(times[1:]):.0f} (aim {AIM_MS})"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
