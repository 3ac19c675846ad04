"""What a draft says besides its figures: template, texts and promises."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.drafts import change_spec
from quotes.actions.sections import choose_template, write_texts
from quotes.api.changing import Change
from quotes.api.doors import QuoteDoor
from quotes.api.shown import QUOTE
from quotes.calc.markup import MOST_TEXT
from quotes.calc.texts import MOST_HEADING, PARTS
from quotes.queries.texts import Chosen, chosen_texts
from scoping.api.doors import shown
from scoping.api.reading import Said, text
from scoping.api.schema import TEXT, component, exactly, many, or_null
from scoping.calc.spec import Problem, SpecError, json_schema

YES_OR_NO = {"type": "boolean"}
TEXTS = component(
    "QuoteTexts",
    exactly(
        template=exactly(key=TEXT, name=TEXT, version=TEXT, by_kind=YES_OR_NO),
        templates=many(exactly(key=TEXT, name=TEXT, kinds=many(TEXT))),
        sections=many(
            exactly(
                section=TEXT,
                filled_by_quote=YES_OR_NO,
                heading=TEXT,
                text=or_null(TEXT),
                version=or_null(TEXT),
            )
        ),
    ),
)
SPEC = json_schema("staff")["properties"]
PROMISES = {
    "type": "object",
    "properties": {
        "sla": SPEC["quality"]["properties"]["sla"],
        "credits": SPEC["commercial"]["properties"]["credits"],
    },
    "additionalProperties": False,
}
PLACES = {"/quality/sla": "/sla", "/commercial/credits": "/credits"}
ANY_PROMISES = component(
    "QuotePromises", exactly(sla={"type": "object"}, credits={"type": "object"})
)


class Texts(QuoteDoor):
    """The texts of a draft."""

    operations = {"GET": "read_texts"}
    answers: ClassVar[Any] = {"GET": (200, TEXTS)}

    def get(self, request: Request, name: str) -> Response:
        """Return what a draft prints around its figures, and by which templates it may.

        A text without a `version` was written for this quote alone. What a sent quote
        printed stands in its client document.
        """
        return shown(request, _texts(chosen_texts(self.revision(name))))


class TemplateOfQuote(Change):
    """The template that a draft is printed by."""

    operations = {"PUT": "choose_template"}
    changes = frozenset({"PUT"})
    bodies = {"PUT": Said({"template": text(most=40, required=True)})}
    answers: ClassVar[Any] = {"PUT": (200, QUOTE)}
    fields = {"no_such_template": "/template"}

    def put(self, request: Request, name: str) -> Response:
        """Print a draft by another template; an empty one is that of its kind."""
        said = self.body(request)

        def change(revision: Any, _: Any) -> None:
            choose_template(
                revision, said["template"], edition=revision.edition, **self.by()
            )

        return self.change(request, name, change)


class OneText(Change):
    """A text of a draft."""

    operations = {"PUT": "write_text"}
    changes = frozenset({"PUT"})
    bodies = {
        "PUT": Said(
            {
                "heading": text(most=MOST_HEADING, least=1, required=True),
                "text": text(most=MOST_TEXT, least=1, required=True),
            }
        )
    }
    answers: ClassVar[Any] = {"PUT": (200, QUOTE)}
    fields = {"text_unprintable": "/text"}

    def put(self, request: Request, name: str, section: str) -> Response:
        """Write a text for this quote alone; the standard words are the standard again.

        Words of its own ask for an approval before the quote is sent.
        """
        revision = self.revision(name)
        if section not in chosen_texts(revision).template.texts:
            raise Http404
        said = self.body(request)

        def change(revision: Any, _: Any) -> None:
            write_texts(
                revision, {section: said}, edition=revision.edition, **self.by()
            )

        return self.change(request, name, change)


class Promises(Change):
    """What a scenario promises beyond the accuracy of its scope."""

    operations = {"GET": "read_promises", "PUT": "change_promises"}
    changes = frozenset({"PUT"})
    bodies = {"PUT": PROMISES}
    answers: ClassVar[Any] = {"GET": (200, ANY_PROMISES), "PUT": (200, QUOTE)}

    def get(self, request: Request, name: str, letter: str) -> Response:
        """Return the promises of a scenario: `sla` and `credits` of its spec."""
        spec = self.scenario(self.revision(name), letter).spec
        return shown(
            request,
            {
                "sla": spec["quality"].get("sla") or {},
                "credits": spec["commercial"].get("credits") or {},
            },
        )

    def put(self, request: Request, name: str, letter: str) -> Response:
        """Replace the promises; what is left out is the standard. The spec stays else.

        What goes beyond policy asks for an approval before the quote is sent.
        """
        scenario = self.scenario(self.revision(name), letter)
        document = _promising(scenario.spec, request.data)

        def change(revision: Any, _: Any) -> None:
            try:
                change_spec(
                    revision,
                    document,
                    edition=revision.edition,
                    letter=letter,
                    **self.by(),
                )
            except SpecError as error:
                raise SpecError(tuple(map(_here, error.problems))) from error

        return self.change(request, name, change)


def _promising(spec: dict[str, Any], said: Any) -> dict[str, Any]:
    """Return a spec with other promises. Raises SpecError for what is none."""
    if not isinstance(said, dict):
        raise SpecError(
            (Problem(code="invalid_type", path="", message="Write an object."),)
        )
    odd = sorted(set(said) - {"sla", "credits"})
    if odd:
        raise SpecError(
            (
                Problem(
                    code="unknown_field",
                    path=f"/{str(odd[0])[:40]}",
                    message=f"{str(odd[0])[:40]} is not known here.",
                ),
            )
        )
    found = copy.deepcopy(spec)
    for into, key in (("quality", "sla"), ("commercial", "credits")):
        found[into].pop(key, None)
        if key in said:
            found[into][key] = said[key]
    return found


def _here(problem: Problem) -> Problem:
    """Return a problem at its place in the body, which is a part of the spec."""
    for before, after in PLACES.items():
        if problem.path.startswith(before):
            return Problem(
                code=problem.code,
                path=after + problem.path.removeprefix(before),
                message=problem.message,
            )
    return problem


def _texts(chosen: Chosen) -> dict[str, Any]:
    sections = chosen.sections
    return {
        "template": {
            "key": chosen.template.key,
            "name": chosen.template.name,
            "version": chosen.template.version,
            "by_kind": chosen.by_kind,
        },
        "templates": [
            {"key": one.key, "name": one.name, "kinds": list(one.kinds)}
            for one in chosen.library.templates.values()
        ],
        "sections": [
            {
                "section": key,
                "filled_by_quote": key in PARTS,
                "heading": PARTS.get(key) or sections[key].heading,
                "text": None if key in PARTS else sections[key].text.strip(),
                "version": None if key in PARTS else sections[key].version or None,
            }
            for key in chosen.template.sections
        ],
    }
