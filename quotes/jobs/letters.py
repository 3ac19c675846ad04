"""What a mail says: to a client from the frozen document alone, to staff briefly.

A letter is a value; `mail.py` sends it. A letter to a client is built from the
document that its page shows and from nothing else, so that it can tell no more. A
letter to staff says what happened and where to look; it holds no cost and no margin
either, because mail travels unsealed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import formataddr, parseaddr
from textwrap import wrap
from typing import Any

from django.conf import settings
from django.urls import reverse

from quotes import models
from quotes.calc.choices import scenarios
from quotes.models import InboxKind
from quotes.queries import quotes as queries
from quotes.queries.quotes import Sent
from scoping import queries as scoping
from scoping.language import language_of, sentence_in
from scoping.templatetags.plumbline import day, hash_groups, money, week

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail before it is sent: whom it goes to, and what it says in which order.

    `said` is what another person typed. `link` is where its one button leads.
    """

    to: str
    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    facts: Facts = ()
    said: str = ""
    button: str = ""
    link: str = ""
    ending: tuple[str, ...] = ()
    sender: str = ""
    reply_to: str = ""
    language: str = "en"

    @property
    def said_lines(self) -> list[str]:
        """Return what was typed, in lines that a mail holds."""
        return [
            part
            for line in self.said.splitlines()
            for part in wrap(line, width=70) or [""]
        ]


PRIVATE = (
    "The link is private. Whoever has it can read and accept the quote, so pass it on "
    "with care."
)
SAME = (
    "You and we hold the same document, with the fingerprint below. The project has "
    "begun."
)
STAFF_SAYS: dict[str, tuple[str, str]] = {
    # kind: subject, and the sentence below it
    InboxKind.OPENED: ("{quote} was opened", "{client} opened the quote."),
    InboxKind.QUESTION: (
        "Question on {quote}",
        "{client} asks the following. Answer this mail to reach them.",
    ),
    InboxKind.ACCEPTED: (
        "{quote} was accepted",
        "{client} accepted the quote. The project has begun.",
    ),
    InboxKind.DECLINED: ("{quote} was declined", "{client} declined the quote."),
    InboxKind.ENDS_SOON: (
        "{quote} ends soon",
        "{client} has not answered. The quote is valid {valid}.",
    ),
    InboxKind.EXPIRED: (
        "{quote} has expired",
        "{client} did not answer in time. Revise the quote to offer it anew.",
    ),
    InboxKind.APPROVAL_REQUESTED: (
        "Approval asked for {quote}",
        "{asker} asks for an approval: it is out of policy as it stands.",
    ),
    InboxKind.APPROVAL_GIVEN: (
        "{quote} was approved",
        "It may be sent as it stands. Any change needs another approval.",
    ),
    InboxKind.APPROVAL_REFUSED: (
        "{quote} was sent back",
        "It was not approved. Change what is named below and ask again.",
    ),
}


def staff_letter(item: models.InboxItem, *, to: str) -> Letter:
    """Return the letter that tells somebody of the workspace what came in."""
    revision = item.revision
    if item.project is not None:
        return _project_letter(item, item.project, to=to)
    if revision is None:
        return _request_letter(item.scope, to=to)
    subject, sentence = STAFF_SAYS[item.kind]
    request = revision.approvals.order_by("pk").last()
    words = {
        "quote": str(revision),
        "client": revision.quote.client.name,
        "valid": f"through {day(revision.valid_until)}",
        "asker": "Somebody" if request is None else str(request.requested_by),
    }
    asked = item.kind == InboxKind.QUESTION
    return Letter(
        to=to,
        subject=one_line(f"{subject.format(**words)}: {revision.name}"),
        heading=subject.format(**words),
        paragraphs=(sentence.format(**words),),
        facts=(("Project", revision.name), ("Client", words["client"])),
        # The findings of a request speak of margins, which stay on the page.
        said="" if item.kind == InboxKind.APPROVAL_REQUESTED else item.text,
        button="Open the quote",
        link=address("workbench", str(revision)),
        ending=(f"Your inbox: {address('inbox')}",),
        sender=sender("Plumbline"),
        reply_to=address_of_recipient(revision) if asked else "",
    )


OF_PROJECT: dict[str, tuple[str, str, str, str]] = {
    # kind: heading, the sentence below it, the button, and the page it opens
    InboxKind.DISPUTED: (
        "Disputed labels",
        "{client} reads labels otherwise than we do. Decide what each is.",
        "Open the disputes",
        "project_disputes",
    ),
    InboxKind.REJECTED: (
        "A batch was rejected",
        "{client} sent a batch back. It is redone free where the reason holds.",
        "Open the batches",
        "batches",
    ),
}


def _project_letter(
    item: models.InboxItem, project: models.Project, *, to: str
) -> Letter:
    """Return the letter that tells who runs a project what its client did."""
    heading, sentence, button, page = OF_PROJECT[item.kind]
    client = str(project.client or "The client")
    return Letter(
        to=to,
        subject=one_line(f"{heading}: {project.name}"),
        heading=heading,
        paragraphs=(sentence.format(client=client),),
        facts=(("Project", project.name), ("Client", client)),
        said=item.text,
        button=button,
        link=address(page, project.slug),
        ending=(f"Your inbox: {address('inbox')}",),
        sender=sender("Plumbline"),
    )


def _request_letter(scope: Any, *, to: str) -> Letter:
    """Return the letter that tells sales what somebody asked for on the public form."""
    asked = scoping.asked_for(scope)
    person = asked and (asked.person or asked.email)
    return Letter(
        to=to,
        subject=one_line(f"Quote asked for: {scope.name or 'a scope'}"),
        heading="A quote is asked for",
        paragraphs=(
            (
                f"{person or 'Somebody'} scoped a project on the public form and asks "
                f"for a quote."
            ),
        ),
        facts=tuple(
            (name, value)
            for name, value in (
                ("Project", scope.name),
                ("Company", asked.company if asked else ""),
                ("Address", asked.email if asked else ""),
            )
            if value
        ),
        said=asked.message if asked else "",
        button="Open the scope",
        link=address("scope", str(scope.pk)),
        ending=(f"Your inbox: {address('inbox')}",),
        sender=sender("Plumbline"),
        reply_to=asked.email if asked else "",
    )


def offer_letter(
    sent: Sent, *, to: str, token: str, topic: str, contact: str
) -> Letter:
    """Return the letter with the private link: the quote is there, or ends soon."""
    document = sent.document
    vendor, name = document["vendor"]["name"], _name(document)
    reference = f"{document['number']}-{document['revision']}"
    until = day(document["valid_until"])
    if topic == "quote_ends_soon":
        subject = f"Your quote {reference} is valid through {until}"
        heading = f"Your quote is valid through {until}"
        first = (
            f"We have not heard from you about {name}. You can still read, accept or "
            f"decline our quote, and ask what is unclear."
        )
    else:
        subject = f"Quote {reference} from {vendor}: {name}"
        heading = f"Your quote: {name}"
        first = f"{vendor} has prepared this quote for {document['client']}."
    letter = Letter(
        to=to,
        subject=one_line(subject),
        heading=heading,
        paragraphs=(
            first,
            PRIVATE,
        ),
        facts=(
            ("Quote", reference),
            *_amounts(document),
            ("Valid through", until),
        ),
        button="Open the quote",
        link=address("quote_link", token),
        ending=ending(document),
        sender=sender(vendor),
        reply_to=contact,
    )
    return in_their_language(letter, document)


def in_their_language(letter: Letter, document: dict[str, Any]) -> Letter:
    """Return a letter to a client in the language of her quote."""
    language = language_of(document["offer"]["language"])
    if language is None:
        return letter

    def say(text: str) -> str:
        return sentence_in(language, text)

    return replace(
        letter,
        subject=say(letter.subject),
        heading=say(letter.heading),
        paragraphs=tuple(say(one) for one in letter.paragraphs),
        facts=tuple((say(name), say(value)) for name, value in letter.facts),
        button=say(letter.button),
        language=language.key,
    )


def accepted_letter(sent: Sent, *, to: str, contact: str) -> Letter:
    """Return the letter that confirms to a client what they accepted."""
    document = sent.document
    choice = queries.accepted_choice(sent.revision)
    offered = next(one for one in scenarios(document) if one.letter == choice.scenario)
    view = offered.chosen(choice.taken)
    reference = f"{document['number']}-{document['revision']}"
    amount = f"{money(view['price']['total'], view['currency'])} {view['currency']}"
    letter = Letter(
        to=to,
        subject=one_line(f"You accepted quote {reference}: {_name(document)}"),
        heading="You accepted this quote",
        paragraphs=(SAME,),
        facts=(
            ("Quote", reference),
            ("Total", amount),
            ("Delivery", f"by the {week(view['delivery']['week'])}"),
            ("Fingerprint", hash_groups(sent.digest, 8)),
        ),
        ending=ending(document),
        sender=sender(document["vendor"]["name"]),
        reply_to=contact,
    )
    return in_their_language(letter, document)


def sent_now(revision: models.QuoteRevision, *, at: datetime) -> Sent:
    """Return what a client sees of a revision at a moment."""
    return queries.sent_document(queries.revision_again(revision), at=at)


def address_of_recipient(revision: models.QuoteRevision) -> str:
    """Return the address of whom a quote was sent to last, empty if none is known."""
    last = (
        models.Recipient.objects.filter(revision=revision, person__isnull=False)
        .exclude(person__email="")
        .select_related("person")
        .last()
    )
    return "" if last is None or last.person is None else last.person.email


def _amounts(document: dict[str, Any]) -> Facts:
    """Return what the quote comes to: of several scenarios, each by its name."""
    found = []
    every = scenarios(document)
    for one in every:
        view = one.view
        name = "Total" if len(every) == 1 else view["name"] or f"Scenario {one.letter}"
        amount = money(view["price"]["total"], view["currency"])
        delivery = week(view["delivery"]["week"])
        found.append((name, f"{amount} {view['currency']}, by the {delivery}"))
    return tuple(found)


def _name(document: dict[str, Any]) -> str:
    return str(document["offer"]["name"] or "your project")


def ending(document: dict[str, Any]) -> tuple[str, ...]:
    """Return who signs a letter to a client."""
    vendor = document["vendor"]
    return (
        vendor["legal_name"],
        *str(vendor["legal_address"]).splitlines(),
    )


def sender(name: str) -> str:
    """Return who a mail is from: a name before the address of the service."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((one_line(name), address))


def address(name: str, *arguments: str) -> str:
    """Return the address of a page, with its host."""
    return f"{settings.BASE_URL}{reverse(name, args=arguments)}"


def one_line(text: str) -> str:
    """Return a text without ends of lines, which a header of a mail may not hold."""
    return " ".join(text.split())
