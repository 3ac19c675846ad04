"""Texts and templates of quotes: published in versions, and written for one quote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.approvals import take_back
from quotes.actions.locking import begin, finish
from quotes.calc import texts as calc
from quotes.calc.snapshot import digest
from quotes.calc.texts import Library, Section, Template, TextError
from quotes.queries import texts as queries
from scoping import audit
from scoping.calc.spec import SpecError, read_text
from scoping.queries import locked_workspace


def publish_texts(text: str, *, workspace: Any, by: Any, now: datetime) -> int:
    """Publish the texts and templates of a file; return how many were new.

    The same again changes nothing. Raises RefusedError with what is wrong in which row;
    then nothing of the file is published.
    """
    try:
        found = calc.read_texts(read_text(text))
    except SpecError as error:
        raise RefusedError("texts_unreadable", error.problems[0].message) from error
    except TextError as error:
        raise RefusedError("texts_unreadable", str(error)) from error
    return publish(found, workspace=workspace, by=by, now=now)


@transaction.atomic
def publish(found: Library, *, workspace: Any, by: Any, now: datetime) -> int:
    """Publish texts and templates for a workspace, for good; return how many were new.

    Other words under a published version are refused, and so is a template that prints
    what nobody published.
    """
    # Of two people at once the second waits, and finds what the first published.
    locked_workspace(workspace)
    every: list[Section | Template] = [
        *found.sections.values(),
        *found.templates.values(),
    ]
    new = sum(_publish_one(one, workspace=workspace, by=by, now=now) for one in every)
    try:
        queries.library(workspace).check()
    except TextError as error:
        raise RefusedError("texts_unreadable", str(error)) from error
    return new


def _publish_one(
    one: Section | Template, *, workspace: Any, by: Any, now: datetime
) -> bool:
    what, rows, said = _row(one)
    marked = digest(said)
    before = rows.filter(workspace=workspace, key=one.key, version=one.version).first()
    if before is not None:
        if before.digest == marked:
            return False
        raise RefusedError(
            "texts_published",
            f"The {what} “{one.key}” is published as {one.version} with other words. "
            f"Give the changed one a new version.",
        )
    rows.create(
        workspace=workspace,
        key=one.key,
        version=one.version,
        digest=marked,
        published_at=now,
        published_by=by,
        **said,
    )
    audit.record(
        workspace=workspace,
        actor=str(by) if by else "set-up",
        action=f"publish_{what}",
        subject=f"{what} {one.key} {one.version}",
        after={"digest": marked},
        at=now,
    )
    return True


def _row(one: Section | Template) -> tuple[str, Any, dict[str, Any]]:
    if isinstance(one, Section):
        return "text", models.PublishedSection.objects, _words(one)
    return (
        "template",
        models.PublishedTemplate.objects,
        {
            "name": one.name.strip(),
            "kinds": list(one.kinds),
            "sections": list(one.sections),
        },
    )


@transaction.atomic
def choose_template(
    revision: models.QuoteRevision,
    key: str,
    *,
    edition: int | None,
    by: Any,
    role: str,
    now: datetime,
) -> models.QuoteRevision:
    """Print a draft by another template; an empty key takes the one of its kind."""
    locked = begin(revision, "edit", role=role, now=now, edition=edition)
    if key and key not in queries.library(locked.workspace).templates:
        raise RefusedError("no_such_template", f"There is no template “{key[:40]}”.")
    row = _own(locked)
    before, row.template = row.template, key
    row.save()
    take_back(locked, by=by, now=now)
    return finish(
        locked,
        "edit",
        by=by,
        now=now,
        before={"template": before},
        after={"template": key},
        recorded="choose_template",
    )


@transaction.atomic
def write_texts(
    revision: models.QuoteRevision,
    words: Mapping[str, Mapping[str, str]],
    *,
    edition: int | None,
    by: Any,
    role: str,
    now: datetime,
) -> models.QuoteRevision:
    """Write texts for one quote: `{key: {heading, text}}` of those that it prints.

    What says the same as the standard text is the standard text again. Policy asks for
    an approval of all others.
    """
    locked = begin(revision, "edit", role=role, now=now, edition=edition)
    chosen = queries.chosen_texts(locked)
    row = _own(locked)
    edits = dict(row.edits)
    for key, said in words.items():
        if key not in chosen.template.texts:
            raise RefusedError("no_such_text", f"This quote prints no “{key[:40]}”.")
        written = _written(key, said)
        edits.pop(key, None)
        if not same(written, chosen.library.sections[key]):
            edits[key] = {"heading": written.heading, "text": written.text}
    before, row.edits = row.edits, edits
    row.save()
    take_back(locked, by=by, now=now)
    return finish(
        locked,
        "edit",
        by=by,
        now=now,
        before={"texts": before},
        after={"texts": edits},
        recorded="write_texts",
    )


def copy_texts(source: models.QuoteRevision, *, into: models.QuoteRevision) -> None:
    """Let a revision print as the one that it is made from."""
    row = models.QuoteTexts.objects.filter(revision=source).first()
    if row is not None:
        models.QuoteTexts.objects.create(
            workspace=into.workspace,
            revision=into,
            template=row.template,
            edits=row.edits,
        )


def same(one: Section, other: Section) -> bool:
    """Return whether two texts say the same."""
    return _words(one) == _words(other)


def _words(one: Section) -> dict[str, str]:
    return {"heading": one.heading.strip(), "text": one.text.strip()}


def _own(locked: models.QuoteRevision) -> models.QuoteTexts:
    found = models.QuoteTexts.objects.filter(revision=locked).first()
    return found or models.QuoteTexts(workspace=locked.workspace, revision=locked)


def _written(key: str, said: Mapping[str, str]) -> Section:
    try:
        return Section(
            key=key,
            version="",
            heading=said["heading"].strip(),
            text=said["text"].replace("\r\n", "\n").strip(),
        )
    except TextError as error:
        raise RefusedError("text_unprintable", str(error)) from error
