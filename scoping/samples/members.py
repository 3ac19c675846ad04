"""What lies in an archive or a folder: names first, bytes only as far as they may go.

An archive is not believed: how many members it has is read before they are listed, how
large each is gets counted while it inflates, and nothing is written under a name that
stands in it.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from .limits import Limits
from .values import SampleError

MAGIC = b"PK"
END = b"PK\x05\x06"
END_BYTES, MOST_COMMENT = 22, 65_535
CHUNK = 1 << 16
MOST_DIRECTORY = 200
"""Bytes of the directory for each member that may be in it: a name of usual length."""
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
HIDDEN = ("__MACOSX/",)


def is_archive(path: Path) -> bool:
    """Return whether a file begins as a zip does."""
    with path.open("rb") as file:
        return file.read(2) == MAGIC


class Members(ABC):
    """The files of an archive or a folder."""

    def __init__(self, name: str, *, limits: Limits, place: Path) -> None:
        """Keep a place for one member at a time."""
        self.name = name
        self.limits = limits
        self.names: list[str] = []
        self.left = limits.inflated
        self._place = place / "member"

    @abstractmethod
    def opened(self, name: str) -> IO[bytes]:
        """Open a member to be read."""

    @contextmanager
    def unpacked(self, name: str) -> Iterator[Path]:
        """Lend a file that holds what the member holds."""
        with self._place.open("wb") as copy:
            for chunk in self._chunks(name):
                copy.write(chunk)
        yield self._place

    def text(self, name: str, *, most: int) -> str:
        """Return a small member as text. Raises SampleError for a large one."""
        found = bytearray()
        for chunk in self._chunks(name):
            found += chunk
            if len(found) > most:
                raise SampleError(f"{self.name}, {name} is too large for what it is.")
        try:
            return found.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SampleError(f"{self.name}, {name} is no text in UTF-8.") from error

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self.opened(name) as file:
                while chunk := file.read(CHUNK):
                    self.left -= len(chunk)
                    if self.left < 0:
                        most = self.limits.inflated / 1e6
                        raise SampleError(
                            f"{self.name} unpacks to more than {most:,.0f} MB of "
                            f"labels, which is more than is read here."
                        )
                    yield chunk
        except BROKEN as error:
            raise SampleError(
                f"{self.name}, {name} cannot be unpacked: the archive is damaged."
            ) from error


class _Zip(Members):
    """The members of a zip."""

    def __init__(self, path: Path, *, name: str, limits: Limits, place: Path) -> None:
        super().__init__(name, limits=limits, place=place)
        _check_directory(path, name=name, limits=limits)
        try:
            self._zip = zipfile.ZipFile(path)
        except BROKEN as error:
            raise SampleError(f"{name} is no zip that can be read.") from error
        found = [one for one in self._zip.infolist() if not one.is_dir()]
        limits.check(name, len(found), of="files", most=limits.members)
        if any(one.flag_bits & 1 for one in found):
            raise SampleError(f"{name} is locked with a password. Zip it without one.")
        self.names = [one.filename for one in found if _is_seen(one.filename)]
        if len(set(self.names)) != len(self.names):
            raise SampleError(f"{name} holds two files of one name. Zip it again.")

    def opened(self, name: str) -> IO[bytes]:
        """Open a member to be read."""
        return self._zip.open(name)


class _Folder(Members):
    """The files below a folder."""

    def __init__(self, path: Path, *, name: str, limits: Limits, place: Path) -> None:
        super().__init__(name, limits=limits, place=place)
        self._path = path
        self.names = sorted(
            found
            for one in path.rglob("*")
            if one.is_file() and _is_seen(found := one.relative_to(path).as_posix())
        )

    def opened(self, name: str) -> IO[bytes]:
        """Open a file to be read."""
        return (self._path / name).open("rb")


@contextmanager
def members_of(path: Path, *, name: str, limits: Limits) -> Iterator[Members]:
    """Open an archive or a folder. Raises SampleError for one that cannot be."""
    with TemporaryDirectory(prefix="plumbline-") as place:
        kind = _Folder if path.is_dir() else _Zip
        yield kind(path, name=name, limits=limits, place=Path(place))


def _is_seen(name: str) -> bool:
    parts = name.split("/")
    return not name.startswith(HIDDEN) and not any(
        part.startswith(".") for part in parts
    )


def _check_directory(path: Path, *, name: str, limits: Limits) -> None:
    """Refuse a directory that is large before it is listed: listing costs memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - END_BYTES - MOST_COMMENT))
        tail = file.read()
    place = tail.rfind(END)
    if place < 0 or len(tail) - place < END_BYTES:
        raise SampleError(f"{name} is no complete zip: it may be cut short.")
    directory = struct.unpack("<I", tail[place + 12 : place + 16])[0]
    if directory > min(limits.members * MOST_DIRECTORY, size):
        raise SampleError(
            f"{name} lists more files than are read here. Give a part of it."
        )
