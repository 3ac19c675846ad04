"""The texts that a quote prints: the release's, those of a workspace, a draft's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from quotes import convert, models
from quotes.calc import texts as calc
from quotes.calc.texts import Library, Section, Template
from scoping.language import language_of, sentence_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a revision prints: its template, the standard texts, and its own."""

    template: Template
    library: Library
    edits: Mapping[str, Mapping[str, str]]
    by_kind: bool

    @property
    def sections(self) -> dict[str, Section]:
        """Return the texts, those that were written for this quote in their place."""
        return calc.changed(self.library.sections, self.edits)

    @property
    def written(self) -> tuple[str, ...]:
        """Return the headings of printed texts that are not the standard ones."""
        return tuple(calc.headings(self.template, self.edits))


@lru_cache(maxsize=8)
def released(version: str = "2026-01") -> Library:
    """Return the texts and templates of a version, which are data of this release."""
    path = Path(settings.ROOT) / "fixtures" / "texts" / f"{version}.yaml"
    return calc.read_texts(yaml.safe_load(path.read_text("utf-8")))


def library(workspace: Any) -> Library:
    """Return what is in force: a workspace's own last versions, else the release's.

    Its own templates come first: of two for a kind one of them is taken.
    """
    sections: dict[str, Section] = {}
    for row in models.PublishedSection.objects.filter(workspace=workspace):
        sections.setdefault(row.key, convert.section_of(row))
    templates: dict[str, Template] = {}
    for one in models.PublishedTemplate.objects.filter(workspace=workspace):
        templates.setdefault(one.key, convert.template_of(one))
    given = released()
    return Library(
        sections={**given.sections, **sections},
        templates=templates
        | {key: one for key, one in given.templates.items() if key not in templates},
    )


def chosen_texts(revision: models.QuoteRevision) -> Chosen:
    """Return what a draft prints if it is sent now: of the kind of its scenario A.

    Texts are in the language of that scenario, where they were published in it.
    """
    spec = revision.scenarios.get(letter="A").spec
    known = library(revision.workspace).spoken(spec["language"])
    own = models.QuoteTexts.objects.filter(revision=revision).first()
    kind = calc.kind_of(spec)
    picked = known.templates.get(own.template) if own and own.template else None
    return Chosen(
        template=picked or known.template_for(kind),
        library=known,
        edits={} if own is None else own.edits,
        by_kind=picked is None,
    )


def printed_of(
    revision: models.QuoteRevision, *, values: Mapping[str, str]
) -> dict[str, Any]:
    """Return the texts of a draft as its client document holds them.

    What is filled into a text in another language, such as a date, is written as it
    writes it; names stay as they are.
    """
    chosen = chosen_texts(revision)
    until = values["valid_until"]
    spoken = {
        language: {
            **values,
            "valid_until": sentence_in(language_of(language), until),
        }
        for language in calc.LANGUAGES
    }
    return calc.printed_texts(
        chosen.template,
        chosen.sections,
        values={calc.OWN_LANGUAGE: values, **spoken},
    )


def contents_of(revision: models.QuoteRevision) -> dict[str, Any]:
    """Return the texts that sending a draft would freeze, before they are filled in."""
    chosen = chosen_texts(revision)
    sections = chosen.sections
    return {
        "order": list(chosen.template.sections),
        "texts": [
            [key, sections[key].heading, sections[key].text]
            for key in chosen.template.texts
        ],
    }
