"""A large quote is sent as a job: its estimates and its two PDFs take many seconds.

The link that is opened follows from a secret of this service and from what the job was
asked, so that who asked can be shown it afterwards and nothing keeps it.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.timezone import now as clock

from quotes.actions import RefusedError
from quotes.actions.jobs import (
    Outcome,
    forget_recipient,
    role_of_owner,
    start_job,
)
from quotes.actions.links import TOKEN_BYTES, refuse_odd_address
from quotes.actions.sending import prepare_sending, send_prepared
from quotes.jobs.queue import JobError, Kind, Progress, Through
from quotes.models import ENDED, Job, QuoteLink, QuoteRevision
from quotes.pdf import PdfLibraryMissingError
from quotes.queries.quotes import NoQuoteError, revision_named, token_hash
from scoping.access import Act
from scoping.queries import NoCardError

SEND = "quote_send"
LONG_LINES = 20
"""Lines in all scenarios from which on sending takes more than about two seconds."""
STEPS = 2
LEASE = timedelta(minutes=10)
CANNOT = (RefusedError, NoQuoteError, NoCardError, PdfLibraryMissingError)
SENT = "Sent. Its private link is ready."


def takes_long(revision: QuoteRevision) -> bool:
    """Return whether sending a draft takes longer than a request should."""
    specs = revision.scenarios.values_list("spec", flat=True)
    return sum(len(spec["lines"]) for spec in specs) > LONG_LINES


def start_sending(
    revision: QuoteRevision,
    *,
    edition: int | None,
    recipient_name: str,
    recipient_email: str,
    by: Any,
    now: datetime,
) -> Job:
    """Leave the sending of a draft to a worker; one that waits is not left twice.

    Raises RefusedError for an address that is none, for a draft that is being sent to
    somebody else, or for a person whose jobs fill the queue already.
    """
    refuse_odd_address(recipient_email)
    asked = {
        "revision": str(revision),
        "edition": edition,
        "recipient_name": recipient_name,
        "recipient_email": recipient_email,
    }
    waiting = Job.objects.filter(workspace=revision.workspace, kind=SEND, owner=by)
    for job in waiting.exclude(state__in=ENDED):
        if job.asked["revision"] != asked["revision"]:
            continue
        if asked.items() <= job.asked.items():
            return job
        raise RefusedError(
            "sent_otherwise",
            "You asked for this quote to be sent already, to another recipient or as "
            "it was before. Cancel that job under Jobs first.",
        )
    return start_job(
        SEND,
        name=f"Send {revision}",
        asked={**asked, "salt": token_urlsafe(TOKEN_BYTES)},
        workspace=revision.workspace,
        by=by,
        now=now,
        total=STEPS,
    )


def token_of(job: Job) -> str:
    """Return the token of the link that a job opens."""
    said = f"{job.pk} {job.asked['salt']}"
    digest = salted_hmac("plumbline.job.link", said, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


def link_of(job: Job) -> QuoteLink | None:
    """Return the link that a job opened, None where it opened none."""
    return QuoteLink.objects.filter(
        workspace=job.workspace, token_hash=token_hash(token_of(job))
    ).first()


def send_draft(job: Job) -> Iterator[Progress]:
    """Send a draft, once: begun again after it was sent, the job is done."""
    asked = job.asked
    if link_of(job) is None:
        yield Progress(
            done=0,
            total=STEPS,
            message="Making the estimates, the documents and the PDFs.",
            lease=LEASE,
        )
        try:
            revision = revision_named(asked["revision"], workspace=job.workspace)
            prepared = prepare_sending(revision, now=clock())
        except CANNOT as error:
            raise JobError(str(error)) from error
        yield Progress(done=1, total=STEPS, message="Sending it.")
        try:
            send_prepared(
                prepared,
                by=job.owner,
                role=role_of_owner(job),
                now=clock(),
                edition=asked["edition"],
                recipient_name=asked["recipient_name"],
                recipient_email=asked["recipient_email"],
                token=token_of(job),
            )
        except RefusedError as error:
            raise JobError(str(error)) from error
        forget_recipient(job)
    yield Progress(
        done=STEPS, total=STEPS, message=SENT, result={"revision": asked["revision"]}
    )


def sent_before(job: Job) -> Outcome | None:
    """Return that a quote was sent, of a worker that died before it could say so.

    Cancelled since, or left too often, its client has the quote all the same.
    """
    if link_of(job) is None:
        return None
    forget_recipient(job)
    return Outcome(message=SENT, result={"revision": job.asked["revision"]})


KINDS: dict[str, Kind] = {SEND: send_draft}
ACTS = {SEND: Act.SEND_QUOTE}
THROUGH: dict[str, Through] = {SEND: sent_before}
