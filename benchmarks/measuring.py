"""One side of a benchmark in a process alone: its time, and the most memory it took."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def measured(program: str, whose: str, path: Path) -> dict[str, float]:
    """Return the seconds, the megabytes and the answer of one side of a program."""
    command = [sys.executable, program, whose, str(path)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    figures: dict[str, float] = json.loads(said.stdout)
    return figures


def alone(side: Callable[[str], int | None], path: str) -> int:
    """Do it, and print what it took: the most memory since this program began.

    What `getrusage` calls the most is that of whoever started it, if that was more.
    """
    begun, clock = time.process_time(), time.perf_counter()
    found = side(path)
    taken, passed = time.process_time() - begun, time.perf_counter() - clock
    status = Path("/proc/self/status").read_text()
    most = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert most is not None
    megabytes = int(most[1]) / 1024
    print(
        json.dumps(
            {
                "seconds": taken,
                "passed": passed,
                "megabytes": megabytes,
                "found": found,
            }
        )
    )
    return 0
