"""Strangers' files are read in a process of their own, which may die of them.

A file that is small on disk may be large in memory or long to read, in ways that no
check foresees. So an uploaded file never meets the process that serves pages: a child
reads it, with a bounded memory and time, and answers with data or with a sentence. If
it dies, that is the sentence.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .limits import UPLOAD, Limits
from .values import ComparisonError

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
"""Children of one web process: more would only make each other slow."""
GRACE_SECONDS = 15
"""Waiting that is no work: other children on the same machine."""
_free = threading.BoundedSemaphore(AT_ONCE)


class BusyError(RuntimeError):
    """Raised while as many files are being read as may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a child may use."""

    seconds: int = 60
    memory_bytes: int = 1_500_000_000
    work: float = 2e9


UPLOADED = Bounds()


def compare_apart(
    first: Path,
    second: Path,
    *,
    names: tuple[str, str],
    least: float,
    limits: Limits = UPLOAD,
    bounds: Bounds = UPLOADED,
) -> dict[str, Any]:
    """Return the comparison of two uploaded files as data.

    Raises ComparisonError with a sentence and the file that it is about, and BusyError
    while others are being read.
    """
    asked = {
        "first": str(first),
        "second": str(second),
        "names": list(names),
        "least": least,
        "limits": asdict(limits),
        "bounds": asdict(bounds),
    }
    answer = ask_child(json.dumps(asked), module=__name__, bounds=bounds)
    if answer is None:
        raise ComparisonError(
            f"Reading and comparing these files took more than {bounds.seconds} s or "
            f"{bounds.memory_bytes / 1e6:,.0f} MB of memory, and was stopped. Give a "
            f"part of the images, or compare on the command line."
        )
    if "refused" in answer:
        raise ComparisonError(answer["refused"], field=answer["field"])
    found: dict[str, Any] = answer["found"]
    return found


def ask_child(asked: str, *, module: str, bounds: Bounds) -> dict[str, Any] | None:
    """Return what a child of its own answers; None if it dies or takes too long.

    Raises BusyError while as many files are being read as may be.
    """
    if not _free.acquire(blocking=False):
        raise BusyError("Other files are being read right now. Try again in a minute.")
    try:
        return _child(asked, module=module, seconds=bounds.seconds + GRACE_SECONDS)
    finally:
        _free.release()


def _child(asked: str, *, module: str, seconds: float) -> dict[str, Any] | None:
    child = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={
            "PATH": os.environ.get("PATH", ""),
            # Each thread would reserve memory of its own.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with child:
        try:
            said, _ = child.communicate(asked.encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return None
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        return None
    return answer


def answer_to(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the child answers to a question: data, or what is wrong."""
    # Here, since the other child, which measures, compares nothing: they take most of a
    # second to load.
    from .comparing import compare_files
    from .report import data_of

    try:
        found = compare_files(
            Path(asked["first"]),
            Path(asked["second"]),
            least=asked["least"],
            names=tuple(asked["names"]),
            limits=Limits(**asked["limits"]),
            most_work=asked["bounds"]["work"],
        )
    except ComparisonError as error:
        return {"refused": str(error), "field": error.field}
    return {"found": data_of(found)}


def answer_within_bounds(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer the question on standard input as a child, within its bounds."""
    asked = json.load(sys.stdin)
    bounds = Bounds(**asked["bounds"])
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(answer(asked)))


def main() -> None:
    """Compare the two files that standard input names."""
    answer_within_bounds(answer_to)


if __name__ == "__main__":
    main()
