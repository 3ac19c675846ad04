"""Long documents as jobs: laid out, written, and kept with the job to be fetched.

The request that asks for one makes its page of HTML, which takes a moment and says how
things stand then; printing that takes seconds and is left to a worker. A job begun
again prints the same bytes.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from quotes import pdf
from quotes.actions.jobs import start_job
from quotes.jobs.queue import JobError, Kind, Progress
from quotes.models import Job, JobState
from quotes.queries.jobs import open_job
from scoping.access import Act
from scoping.templatetags.plumbline import count, plural

QUOTE = "quote_pdf"
PROJECT = "project_pdf"
LONG_HTML = 45_000
"""Characters of HTML from which on a document is printed as a job. A hundred thousand
take three seconds of a processor; the demo's documents have 33,000 to 39,000
(docs/architecture.md)."""
STEPS = 2
LEASE = timedelta(minutes=20)
"""How long a step may take: nothing can be noted while pages are laid out, and another
worker that took the job up meanwhile would begin anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document before it is printed, with the name of its file.

    `identifier` is what its bytes are told apart by: the same ones print the same.
    """

    html: str
    identifier: str
    file: str

    @property
    def is_long(self) -> bool:
        """Return whether printing it takes longer than a request should."""
        return len(self.html) > LONG_HTML

    def printed(self) -> bytes:
        """Return the document as a PDF. Raises PdfLibraryMissingError."""
        return pdf.render(self.html, identifier=self.identifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that came out of a job."""

    name: str
    body: bytes


def start_printing(
    kind: str, document: Document, *, workspace: Any, by: Any, now: Any
) -> Job:
    """Leave a document to a worker; the same one that waits or runs is not left twice.

    Raises RefusedError for a person whose jobs fill the queue already.
    """
    asked = {
        "html": document.html,
        "identifier": document.identifier,
        "file": document.file,
    }
    waiting = open_job(workspace, kind=kind, asked=asked)
    if waiting is not None and waiting.owner_id == by.pk:
        return waiting
    return start_job(
        kind,
        name=f"Print {document.file}",
        asked=asked,
        workspace=workspace,
        by=by,
        now=now,
        total=STEPS,
    )


def print_document(job: Job) -> Iterator[Progress]:
    """Print a document; its bytes are the result."""
    yield Progress(done=0, total=STEPS, message="Laying out its pages.", lease=LEASE)
    try:
        pages = pdf.laid_out(job.asked["html"])
    except pdf.PdfLibraryMissingError as error:
        raise JobError(str(error)) from error
    many = len(pages.pages)
    words = f"{count(many)} {plural(many, 'page')}"
    yield Progress(done=1, total=STEPS, message=f"Writing {words}.", lease=LEASE)
    body = pdf.written(pages, identifier=job.asked["identifier"])
    yield Progress(
        done=STEPS,
        total=STEPS,
        message=f"{words}, {count(len(body))} bytes.",
        result={
            "file": job.asked["file"],
            "body": b64encode(body).decode("ascii"),
        },
    )


def kept_file(job: Job) -> Kept | None:
    """Return the file that a job made; None where it made none."""
    if job.kind not in KINDS or job.state != JobState.DONE or job.result is None:
        return None
    return Kept(name=job.result["file"], body=b64decode(job.result["body"]))


KINDS: dict[str, Kind] = {QUOTE: print_document, PROJECT: print_document}
ACTS = {QUOTE: Act.EDIT_QUOTE, PROJECT: Act.SEE_ACTUALS}
