"""Two uploaded files on their way to being compared: bounded while they arrive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from .apart import compare_apart
from .limits import UPLOAD
from .measuring import measure_apart
from .pictures import Pictures
from .values import ComparisonError, Measured

Upload: TypeAlias = "UploadedFile[Any]"
MISSING = "Choose a file."
FILES = ("first", "second")


class Quota(FileUploadHandler):
    """Lets go of a file that grows too large, before any of it is kept."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.too_large: set[str] = set()
        self.arrived = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self.arrived = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's
        """Pass a part of the file on to be kept, or skip the rest of it."""
        self.arrived += len(raw_data)
        if self.arrived > settings.PUBLIC_SAMPLE_BYTES:
            self.too_large.add(str(self.field_name))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""


def with_quota(request: HttpRequest) -> Quota:
    """Put a quota before everything that would keep a file of this request."""
    quota = Quota(request)
    request.upload_handlers = [quota, *request.upload_handlers]
    return quota


def most_said() -> str:
    """Return how large a file may be, in words."""
    return f"at most {settings.PUBLIC_SAMPLE_BYTES / 1e6:,.0f} MB are read here"


def too_large(quota: Quota, field: str = "sample") -> str:
    """Return that the file of a field was too large, "" where none was."""
    if field not in quota.too_large:
        return ""
    return f"This file is too large: {most_said()}. Give a part of the images."


def missing_of(files: Any, quota: Quota) -> dict[str, str]:
    """Return what is wrong with the files of a request, by field."""
    found = {}
    for field in FILES:
        if field in quota.too_large:
            found[field] = (
                f"This file is too large: {most_said()}. Give a part of the images, or "
                f"compare on the command line."
            )
        elif files.get(field) is None:
            found[field] = MISSING
    return found


def files_of(files: Any) -> tuple[Upload, Upload]:
    """Return the two files of a request of which none is missing."""
    return files["first"], files["second"]


def compare_uploads(first: Upload, second: Upload, *, least: float) -> dict[str, Any]:
    """Return the comparison of two uploaded files as data.

    Raises ComparisonError and BusyError as `compare_apart` does.
    """
    if not 0 < least <= 1:
        raise ComparisonError(
            "The overlap from which on two labels are one object is above 0 and at "
            "most 1: 0.5 is usual.",
            field="iou",
        )
    with TemporaryDirectory(prefix="plumbline-") as folder:
        places = [
            _on_disk(file, Path(folder) / field)
            for field, file in zip(FILES, (first, second), strict=True)
        ]
        return compare_apart(
            places[0],
            places[1],
            names=(_named(first, "the first file"), _named(second, "the second file")),
            least=least,
        )


def measure_upload(file: Upload) -> tuple[Measured | Pictures, str]:
    """Return what an uploaded sample holds, and what it is called.

    Raises SampleError and BusyError as `measure_apart` does.
    """
    name = _named(file, "the file")
    limits = replace(
        UPLOAD,
        bytes=settings.PUBLIC_SAMPLE_BYTES,
        inflated=settings.PUBLIC_SAMPLE_INFLATED_BYTES,
    )
    with TemporaryDirectory(prefix="plumbline-") as folder:
        place = _on_disk(file, Path(folder) / "sample")
        return measure_apart(place, name=name, limits=limits), name


def _named(file: Upload, otherwise: str) -> str:
    return (file.name or otherwise)[-100:]


def _on_disk(file: Upload, place: Path) -> Path:
    """Return where a file lies; small ones are still in memory."""
    lies = getattr(file, "temporary_file_path", None)
    if lies is not None:
        return Path(lies())
    with place.open("wb") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
    return place
