"""Which texts a quote prints, in which order, and in which version of each.

A *text* is a section with a heading and words of its own. A *part* is a section that
the document itself fills: costs, promises, assumptions. A *template* puts both into
order for kinds of quotes. Texts and templates are published in versions; what a quote
printed is frozen with it, as blocks, so that no later text or reader changes it.
See docs/model.md#texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scoping.calc.spec.shapes import BAD, Complaints
from scoping.calc.spec.shapes import Text as Line

from .markup import MarkupError, fill, read_blocks

PARTS: Mapping[str, str] = {
    "costs": "What it costs",
    "payment": "How you pay",
    "promises": "What we promise",
    "owed": "What we need from you",
    "check": "The check of a batch",
    "stages": "How the work runs",
    "assumptions": "What the price assumes",
    "security": "How your images are kept safe",
    "terms": "Terms",
}
"""The sections that the document fills, in their usual order."""

BINDING = (
    "costs",
    "payment",
    "promises",
    "owed",
    "assumptions",
    "security",
    "terms",
)
"""What both sides are held to; a template without one of them is refused."""

KINDS: Mapping[str, str] = {
    "labelling": "labels are made",
    "pilot": "a pilot comes first",
    "correction": "the client's labels are corrected",
    "audit": "the client's labels are checked",
    "team": "sold by teams or hours",
}
"""The kinds of quotes that a template can be for."""

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
OWN_LANGUAGE = "en"
LANGUAGES = ("vi",)
"""The languages beside our own that a text may be published in, by the end of its key:
`closing_vi` is what a Vietnamese quote prints for `closing`."""
MOST_HEADING = 120
MOST_SECTIONS = 40
MOST_VERSION = 40


class TextError(ValueError):
    """Raised for a text or template that cannot be printed; says where and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A text in one version. `version` is empty where it was written for one quote."""

    key: str
    version: str
    heading: str
    text: str
    language: str = OWN_LANGUAGE

    def __post_init__(self) -> None:
        """Refuse what cannot be printed."""
        where = f"The text “{self.key[:40]}”"
        if not KEY.fullmatch(self.key):
            raise TextError(
                f"{where} needs a key of small letters, digits and underscores."
            )
        if self.key in PARTS:
            raise TextError(f"{where} has the name of a part that the quote fills.")
        _check_line(self.heading, where=f"{where}: the heading", most=MOST_HEADING)
        try:
            read_blocks(self.text)
        except MarkupError as error:
            raise TextError(f"{where}: {error}") from error

    def printed(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the text as a client document holds it, filled in."""
        return {
            "section": self.key,
            "version": self.version or None,
            "heading": self.heading,
            "blocks": fill(read_blocks(self.text), values),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Which sections in which order for which kinds of quotes, in one version."""

    key: str
    version: str
    name: str
    kinds: tuple[str, ...]
    sections: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what is no template: unknown kinds, sections twice, parts left out."""
        where = f"The template “{self.key[:40]}”"
        if not KEY.fullmatch(self.key):
            raise TextError(
                f"{where} needs a key of small letters, digits and underscores."
            )
        _check_line(self.name, where=f"{where}: the name", most=MOST_HEADING)
        odd = [kind for kind in self.kinds if kind not in KINDS]
        if odd:
            raise TextError(
                f"{where} is for {odd[0]!r:.40}; the kinds are {', '.join(KINDS)}."
            )
        if len(self.sections) > MOST_SECTIONS:
            raise TextError(f"{where} has more than {MOST_SECTIONS} sections.")
        twice = {one for one in self.sections if self.sections.count(one) > 1}
        if twice:
            raise TextError(f"{where} prints {sorted(twice)[0]} twice.")
        missing = [part for part in BINDING if part not in self.sections]
        if missing:
            raise TextError(
                f"{where} leaves out {', '.join(missing)}, to which both sides are "
                f"held. Add it to the sections."
            )

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the keys of its texts, in order."""
        return tuple(key for key in self.sections if key not in PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The texts and templates that are in force, by key."""

    sections: Mapping[str, Section] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse a template or a translation of a text which nobody published."""
        for key in self.sections:
            of = translates(key)
            if of is not None and of[0] not in self.sections:
                raise TextError(
                    f"The text “{key}” is “{of[0]}” in another language, and there is "
                    f"no such text. Publish that one first."
                )
        for template in self.templates.values():
            for key in template.texts:
                if key not in self.sections:
                    raise TextError(
                        f"The template “{template.key}” prints “{key}”, and there is "
                        f"no such text or part. Publish the text first."
                    )

    def spoken(self, language: str) -> Library:
        """Return the library as quotes of a language print it.

        A text that was published in the language stands in the place of ours; what was
        not stays as it is.
        """
        found = {
            of[0]: replace(one, key=of[0], language=language)
            for key, one in self.sections.items()
            if (of := translates(key)) is not None and of[1] == language
        }
        return replace(self, sections={**self.sections, **found})

    def template_for(self, kind: str) -> Template:
        """Return the template of a kind: the first that names it, or the first."""
        every = tuple(self.templates.values())
        return next((one for one in every if kind in one.kinds), every[0])


def translates(key: str) -> tuple[str, str] | None:
    """Return which text a key is a translation of and in which language, if any is.

    >>> translates("closing_vi"), translates("closing")
    (('closing', 'vi'), None)
    """
    of, _, language = key.rpartition("_")
    return (of, language) if of and language in LANGUAGES else None


def kind_of(spec: Mapping[str, Any]) -> str:
    """Return which kind of quote a spec document asks for.

    >>> kind_of({"lines": [{"work": "audit"}],
    ...     "commercial": {"basis": "unit", "pilot": True}})
    'audit'
    """
    work = {line["work"] for line in spec["lines"]}
    if work == {"audit"}:
        return "audit"
    if spec["commercial"]["basis"] in ("hour", "pod_month"):
        return "team"
    if "label" not in work:
        return "correction"
    return "pilot" if spec["commercial"]["pilot"] else "labelling"


def printed_texts(
    template: Template,
    sections: Mapping[str, Section],
    *,
    values: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Return what a client document holds of its texts: the order, and each section.

    `values` are what is filled in, for each language that a section may be in.
    """
    return {
        "template": {
            "key": template.key,
            "version": template.version,
            "name": template.name,
        },
        "order": list(template.sections),
        "sections": [
            sections[key].printed(values[sections[key].language])
            for key in template.texts
        ],
    }


def read_texts(document: object) -> Library:
    """Return the texts and templates of a file. Raises TextError, naming the first.

    Shape: `{version, sections: {key: {heading, text}}, templates: {key: {name, for,
    sections}}}`; either may be missing, not both.
    """
    if not isinstance(document, Mapping) or not set(document) <= {
        "version",
        "sections",
        "templates",
    }:
        raise TextError("A file of texts is a version, sections and templates.")
    version = document.get("version")
    if not isinstance(version, str) or not 0 < len(version.strip()) <= MOST_VERSION:
        raise TextError(
            f"The version is a text in quotes, at most {MOST_VERSION} characters."
        )
    version = version.strip()
    sections, templates = (
        dict(_rows(document.get(name, {}), name, keys))
        for name, keys in (
            ("sections", {"heading", "text"}),
            ("templates", {"name", "for", "sections"}),
        )
    )
    if not sections and not templates:
        raise TextError("There is no text and no template in this file.")
    return Library(
        sections={
            key: Section(
                key=key, version=version, heading=row["heading"], text=row["text"]
            )
            for key, row in sections.items()
        },
        templates={
            key: Template(
                key=key,
                version=version,
                name=row["name"],
                kinds=_words(row["for"], f"template {key}: for"),
                sections=_words(row["sections"], f"template {key}: sections"),
            )
            for key, row in templates.items()
        },
    )


def _rows(
    said: object, name: str, keys: set[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(said, Mapping):
        raise TextError(f"The {name} are named rows: a key, and below it what it is.")
    for key, row in said.items():
        if not isinstance(row, Mapping) or set(row) != keys:
            raise TextError(
                f"{name}: “{str(key)[:40]}” has {', '.join(sorted(keys))}, and nothing "
                f"else."
            )
        yield str(key), row


def _words(said: object, where: str) -> tuple[str, ...]:
    if not isinstance(said, Sequence) or isinstance(said, str):
        raise TextError(f"{where} is a list of words.")
    return tuple(str(one) for one in said)


def _check_line(said: object, *, where: str, most: int) -> None:
    problems = Complaints()
    if Line(most=most).read(said, "", problems) is BAD:
        raise TextError(f"{where}: {problems.problems[0].message}")
    if not str(said).strip():
        raise TextError(f"{where} is empty.")


def changed(
    sections: Mapping[str, Section], edits: Mapping[str, Mapping[str, str]]
) -> dict[str, Section]:
    """Return the texts with those that were written for one quote in their place."""
    return {
        **sections,
        **{
            key: Section(
                key=key,
                version="",
                heading=edit["heading"],
                text=edit["text"],
                language=sections[key].language if key in sections else OWN_LANGUAGE,
            )
            for key, edit in edits.items()
        },
    }


def headings(
    template: Template, edits: Mapping[str, Mapping[str, str]]
) -> Iterable[str]:
    """Return the headings of what was written for one quote and is printed."""
    return [edits[key]["heading"] for key in template.texts if key in edits]
