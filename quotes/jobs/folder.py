"""A folder into which tools export at night: each finished file is counted once.

A file is finished when nobody has written to it for a while. It is counted, then moved
to `done` or `refused`, with a file of sentences beside it. Whoever dies in between has
counted it or not; the next round counts it, or knows it by its hash, and moves it.
One bad file stops nothing: it is refused, or it waits and the rest goes on.
"""

from __future__ import annotations

import fcntl
import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, OperationalError

from quotes import models
from quotes.actions.dropping import plain_name
from quotes.actions.receiving import Asked, Report, receive
from quotes.ingest.mappings import MappingError
from quotes.ingest.tables import TableError

logger = logging.getLogger(__name__)

DONE, REFUSED = "done", "refused"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".swp", "~")
LOCK = ".plumbline-lock"
WAITS = "waits"
MOST_SAID = 1_000
LONGEST_BYTES, LONGEST_SUFFIX = 240, 20
CHANGED = "It changed while it was read. It is taken once it is finished."


class WatchedError(RuntimeError):
    """Raised for a folder that another process is watching."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that was taken: its name, where it went, and what is said beside it.

    The name can be shown: it may not be the one on disk to the letter. One that waits
    is where it was, for a later round.
    """

    name: str
    went: str
    sentence: str


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Watch a folder alone. Raises WatchedError."""
    try:
        # A link here would have the file that it leads to opened for writing.
        opened = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise WatchedError(
            f"{folder} cannot be watched: {LOCK} in it cannot be opened "
            f"({error.strerror}). Remove it, or let this user write there."
        ) from error
    with os.fdopen(opened, "w") as lock:
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
        try:
            about = path.lstat()
        except FileNotFoundError:
            # Whoever put it there took it away again.
            continue
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
        name = plain_name(path.name)
        try:
            before, went, lines = _counted(path, project, replace(asked, name=name))
            at_moved(path.name)
            if _about(path.lstat()) == before:
                _move(path, folder / went, lines)
            else:
                went, lines = WAITS, [CHANGED]
        except OSError as error:
            went, lines = WAITS, [f"{error.strerror or error}. Tried again later."]
        yield Taken(name=name, went=went, sentence=_printable(lines[0]))


def _counted(
    path: Path, project: models.Project, asked: Asked
) -> tuple[tuple[int, int, int], str, list[str]]:
    """Count a file; return what it was when opened, where it goes and what is said.

    Raises OSError for a file that cannot be opened, OperationalError and BusyError
    where the next round may do better.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
        before = _about(os.fstat(opened.fileno()))
        try:
            report = receive(project, opened, asked)
        except (TableError, MappingError) as error:
            return before, REFUSED, [str(error)]
        except OperationalError:
            raise
        except (DatabaseError, ValueError, ArithmeticError, LookupError) as error:
            # A reader met what it does not foresee. The file would stop each round.
            logger.exception("%s was not counted", asked.name)
            said = " ".join(str(error).split())[:200]
            sentence = (
                f"Nothing was counted: something in the file cannot be kept ({said}). "
                f"Correct it at the source and export it again."
            )
            return before, REFUSED, [sentence]
    went = REFUSED if report.state == models.SourceFile.HELD else DONE
    return before, went, list(_said(report))


def _about(found: os.stat_result) -> tuple[int, int, int]:
    """Return what another file of the name, or further bytes, would change."""
    return found.st_ino, found.st_size, found.st_mtime_ns


def _said(report: Report) -> Iterator[str]:
    if report.state == models.SourceFile.HELD and report.file is None:
        yield (
            "Held: nothing was counted, because names in it are not ours. Say once "
            "what they mean, on the page of a dropped file or by ingest --match, and "
            "export it again."
        )
    elif report.state == models.SourceFile.HELD:
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
    for name in report.names[:MOST_SAID]:
        yield name.sentence
    for one in report.refused[:MOST_SAID]:
        yield f"row {one.row}, {one.code}: {one.message}"
    if report.refused_rows > len(report.refused[:MOST_SAID]):
        yield f"and {report.refused_rows - MOST_SAID:,} more"


def _move(path: Path, folder: Path, lines: list[str]) -> None:
    """Write the sentences, then move the file beside them; nothing is overwritten."""
    folder.mkdir(exist_ok=True)
    stem, suffix = _short(path)
    target, number = folder / f"{stem}{suffix}", 1
    while os.path.lexists(target) or os.path.lexists(_beside(target)):
        number += 1
        target = folder / f"{stem} ({number}){suffix}"
    text = "\n".join(lines) + "\n"
    with _beside(target).open("x", encoding="utf-8", errors="replace") as sentences:
        sentences.write(text)
    try:
        path.rename(target)
    except OSError:
        _beside(target).unlink()
        raise


def _short(path: Path) -> tuple[str, str]:
    """Return stem and suffix of a name, cut where a number and .txt do not fit in."""
    if len(os.fsencode(path.name)) <= LONGEST_BYTES:
        return path.stem, path.suffix
    suffix = path.suffix if len(os.fsencode(path.suffix)) <= LONGEST_SUFFIX else ""
    room = LONGEST_BYTES - LONGEST_SUFFIX
    return os.fsencode(path.stem)[:room].decode("utf-8", "ignore"), suffix


def _printable(line: str) -> str:
    """Return a line that every terminal takes: a file may quote anything."""
    return "".join(mark for mark in line if mark.isprintable())


def _beside(path: Path) -> Path:
    """Return where the sentences about a file stand."""
    return path.with_name(f"{path.name}.txt")
