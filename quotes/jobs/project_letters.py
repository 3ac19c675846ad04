"""The mails of projects that run: to who runs them, and verdicts to their clients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from quotes import models
from quotes.actions.disputes import DECIDED
from quotes.calc.disputes import TO_CLIENT
from quotes.queries.disputes import disputes_with_client
from quotes.queries.quotes import Sent
from scoping import queries as scoping
from scoping.language import language_of, sentence_in
from scoping.templatetags.plumbline import count, plural

from .letters import Letter, address, ending, in_their_language, one_line, sender

MOST_NAMED = 20
"""So many labels are named in one mail; the page has all of them."""

WHERE = (
    "Each stands with its reason beside your batches. A labelling error is redone free."
)

Message = Any


def quote_of(message: Message) -> models.QuoteRevision | None:
    """Return the quote with which the project of a message began, if one did."""
    found = models.QuoteRevision.objects.filter(
        workspace=message.workspace,
        acceptance__project__slug=message.payload["project"],
    )
    return found.select_related("quote__client", "workspace").first()


def not_told(message: Message) -> list[int]:
    """Return the numbers of the decided disputes that the client was not told of yet.

    Whoever asks holds the project until the mail is written, so that none is told of
    twice.
    """
    slug = message.payload["project"]
    project = models.Project.objects.select_for_update(of=("self",)).get(
        workspace=message.workspace, slug=slug
    )
    mails = scoping.outbox(message.workspace).filter(
        topic="mail", payload__topic=DECIDED, payload__project=slug
    )
    told = {number for mail in mails for number in mail.payload["disputes"]}
    decided = disputes_with_client(project).filter(verdict__isnull=False)
    return sorted({row.number for row in decided} - told)


def verdict_letter(
    message: Message, sent: Sent, *, to: str, token: str, contact: str
) -> Letter:
    """Return the letter that tells a client what her disputed labels were found to be.

    It names the images, which are her own, and never who decided.
    """
    said, document = message.payload, sent.document
    project = models.Project.objects.get(
        workspace=message.workspace, slug=said["project"]
    )
    rows = disputes_with_client(project).filter(number__in=said["disputes"])
    decided = [row for row in rows.order_by("number") if hasattr(row, "verdict")]
    many = f"{count(len(decided))} disputed {plural(len(decided), 'label')}"
    letter = in_their_language(
        Letter(
            to=to,
            subject=f"We decided {many}",
            heading=f"We decided {many}",
            paragraphs=(WHERE,),
            button="Open your batches",
            link=address("quote_link", token),
            ending=ending(document),
            sender=sender(document["vendor"]["name"]),
            reply_to=contact,
        ),
        document,
    )
    language = language_of(letter.language)
    return replace(
        letter,
        subject=one_line(f"{letter.subject}: {project.name}"),
        facts=tuple(
            (row.image, sentence_in(language, TO_CLIENT[row.verdict.verdict]))
            for row in decided[:MOST_NAMED]
        ),
    )
