"""A folder into which tools export at night: each finished file is counted once.

A file is finished when nobody has written to it for a while. It is counted, then moved
to `done` or `refused`, with a file of sentences beside it. Whoever dies in between has
counted it or not; the next round counts it, or knows it by its hash, and moves it.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from quotes import models
from quotes.actions.dropping import plain_name
from quotes.actions.receiving import Asked, Report, receive
from quotes.ingest.mappings import MappingError
from quotes.ingest.tables import TableError

DONE, REFUSED = "done", "refused"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".swp", "~")
LOCK = ".plumbline-lock"
MOST_SAID = 1_000


class WatchedError(RuntimeError):
    """Raised for a folder that another process is watching."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that was taken: its name, where it went, and what is said beside it."""

    name: str
    went: str
    sentence: str


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Watch a folder alone. Raises WatchedError."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WatchedError(f"{folder} is watched by another process.") from error
        yield


def finished(folder: Path, *, at: datetime, settle_seconds: float) -> list[Path]:
    """Return the files that nobody has written to for a while, oldest first."""
    found = []
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name.endswith(UNFINISHED):
            continue
        about = path.lstat()
        if stat.S_ISREG(about.st_mode) and (
            at.timestamp() - about.st_mtime >= settle_seconds
        ):
            found.append((about.st_mtime, path.name, path))
    return [path for _, _, path in sorted(found)]


def take(
    folder: Path,
    project: models.Project,
    asked: Asked,
    *,
    settle_seconds: float,
    at_moved: Callable[[str], None] = lambda _: None,
) -> Iterator[Taken]:
    """Count the finished files of a folder on a project, one after the other.

    `at_moved` is told of a file that is counted and about to be moved.
    """
    for path in finished(folder, at=asked.now, settle_seconds=settle_seconds):
        try:
            with _opened(path) as descriptor, os.fdopen(descriptor, "rb") as opened:
                named = replace(asked, name=plain_name(path.name))
                report = receive(project, opened, named)
        except (TableError, MappingError) as error:
            went, lines = REFUSED, [str(error)]
        else:
            went = REFUSED if report.state == models.SourceFile.HELD else DONE
            lines = list(_said(report))
        at_moved(path.name)
        _move(path, folder / went, lines)
        yield Taken(name=path.name, went=went, sentence=lines[0])


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open a file, and none that a link leads to."""
    yield os.open(path, os.O_RDONLY | os.O_NOFOLLOW)


def _said(report: Report) -> Iterator[str]:
    if report.state == models.SourceFile.HELD:
        yield f"Held: nothing was counted. {report.sentence}"
    elif report.state == models.SourceFile.REPEATED:
        yield f"Nothing was added. {report.sentence}"
    else:
        yield f"Counted. {report.sentence}"
    yield (
        f"{report.read:,} rows read: {report.new:,} new, {report.restated:,} restated, "
        f"{report.repeated:,} repeated, {report.refused_rows:,} refused, "
        f"{report.left_out:,} left out, {report.blank:,} blank."
    )
    yield from report.remarks
    for one in report.refused[:MOST_SAID]:
        yield f"row {one.row}, {one.code}: {one.message}"
    if report.refused_rows > len(report.refused[:MOST_SAID]):
        yield f"and {report.refused_rows - MOST_SAID:,} more"


def _move(path: Path, folder: Path, lines: list[str]) -> None:
    """Write the sentences, then move the file beside them; nothing is overwritten."""
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    sentences = target.with_name(f"{target.name}.txt")
    sentences.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.rename(target)
