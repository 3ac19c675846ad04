"""The page of the scope form and the list of scopes: values with text, and no queries.

The form is stateless: each press of a button posts all answers, and the answer is the
form again, one line longer, as YAML, or with its problems. So it works without scripts.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from django import forms
from django.utils.datastructures import MultiValueDict

from scoping.calc.rates import PriceSide
from scoping.calc.spec import Problem, read_text
from scoping.calc.spec.values import WORD_DRIVERS
from scoping.web.components import Badge, Empty, ErrorSummary, FoundProblem, Message
from scoping.web.preview import Preview, no_preview
from scoping.web.spec_entries import ANY, Choices
from scoping.web.spec_fields import QUALITY, SCOPE, TERMS
from scoping.web.spec_form import (
    MOST_LINES,
    SpecForm,
    data_of,
    first_data,
    first_line,
    unsayable,
)
from scoping.web.spec_line_fields import LINE, LINE_MORE, TRIPLE
from scoping.web.spec_more_fields import MORE

SITES = {"vn": "Vietnam", "us": "United States"}
MOST_TEXT = 1_000_000
QUOTE_NAME = re.compile(r"[A-Z]{1,10}-[0-9]{4}-[0-9]{1,9}-[0-9]{1,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields under a heading."""

    name: str
    fields: list[forms.BoundField]
    folded: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBlock:
    """One line of the form, with the button that takes it out."""

    index: int
    heading: str
    fields: list[forms.BoundField]
    triple: list[forms.BoundField]
    more: FieldGroup
    can_go: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the form is for: a new scope, or the draft quote that it changes.

    `like` is the name of the scope that a new one begins as a copy of.

    `edition` is the state of the draft that the person saw, `scenario` the letter of
    the scenario whose spec it is, where that is not the first.
    """

    token: str
    quote: str = ""
    edition: int = 0
    scenario: str = "A"
    like: str = ""

    @property
    def title(self) -> str:
        """Return what the page is called."""
        if self.quote:
            return f"Scope of {self.quote}"
        return f"New scope like {self.like}" if self.like else "New scope"

    @property
    def action(self) -> str:
        """Return where the main button posts to."""
        if not self.quote:
            return "/quotes/new"
        which = "" if self.scenario == "A" else f"?scenario={self.scenario}"
        return f"/quotes/{self.quote}/scope{which}"

    @property
    def main_words(self) -> str:
        """Return what the main button says."""
        return "Save and price again" if self.quote else "Save as draft quote"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFormPage:
    """The scope form, as fields or as YAML."""

    target: Target
    count: int
    groups_before: list[FieldGroup]
    lines: list[LineBlock]
    groups_after: list[FieldGroup]
    can_add: bool
    summary: ErrorSummary | None = None
    message: Message | None = None
    is_yaml: bool = False
    text: str = ""
    preview: Preview = field(default_factory=no_preview)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow:
    """A saved scope in the list."""

    name: str
    url: str
    client: str
    items: str
    lines: str
    changed: str
    badge: Badge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopesPage:
    """The saved scopes of a workspace."""

    rows: list[ScopeRow]
    empty: Empty


def choices_of(price: PriceSide | None) -> dict[str, Choices]:
    """Return the words that the card in force knows, for the fields that need them."""
    if price is None:
        return {}

    def words(kind: str) -> Choices:
        keys = [
            key.split("/")[1]
            for key in price.position_words
            if key.startswith(f"{kind}/")
        ]
        return (*ANY, *((key, key.replace("_", " ")) for key in keys))

    return {
        **{kind: words(kind) for kind in WORD_DRIVERS},
        "site": tuple((key, SITES.get(key, key)) for key in sorted(price.site_factors)),
    }


@dataclass(slots=True)
class Posted:
    """What a scope form posted: its answers, or its YAML, and the button pressed."""

    data: dict[str, str]
    count: int
    target: Target
    is_yaml: bool
    text: str
    act: str

    @classmethod
    def read(cls, post: Mapping[str, str], files: MultiValueDict[str, Any]) -> Posted:
        """Read a posted form; a file that came with it replaces the text."""
        data = {key: str(value) for key, value in post.items()}
        said = data.get("count", "1")
        count = min(int(said), MOST_LINES) if said.isdecimal() and len(said) < 4 else 1  # noqa: PLR2004 - no form has a thousand lines
        text = data.get("text", "")
        uploaded = files.get("file")
        if uploaded is not None:
            text = uploaded.read(MOST_TEXT + 1).decode("utf-8", "replace")
        return cls(
            data=data,
            count=max(count, 1),
            target=_target(data),
            is_yaml=data.get("view") == "yaml",
            text=text,
            act=data.get("act", ""),
        )

    def document(self, *, today: date, form: SpecForm) -> object:
        """Return the document that was said. Raises SpecError."""
        if self.is_yaml:
            return read_text(self.text)
        return form.document(today=today)


def _target(data: Mapping[str, str]) -> Target:
    """Return what a posted form was for; a name that is none of ours is left out."""
    quote, edition = data.get("quote", ""), data.get("edition", "")
    letter = data.get("scenario", "A")
    return Target(
        token=data.get("token", "")[:64] or new_token(),
        quote=quote if QUOTE_NAME.fullmatch(quote) else "",
        edition=int(edition) if edition.isdecimal() and len(edition) < 10 else 0,  # noqa: PLR2004 - no draft has a thousand million editions
        scenario=letter if letter in ("A", "B", "C") else "A",
    )


def new_token() -> str:
    """Return a token by which a form that is sent twice is known."""
    return secrets.token_urlsafe(24)


def new_page(choices: Mapping[str, Choices]) -> ScopeFormPage:
    """Return an empty form, filled with the preset."""
    form = SpecForm(first_data(), count=1, choices=choices)
    return form_page(form, target=Target(token=new_token()))


def page_of_document(
    document: dict[str, Any],
    *,
    choices: Mapping[str, Choices],
    today: date,
    target: Target,
) -> ScopeFormPage:
    """Return the form that says a document; as YAML where it has no field for a key."""
    unsaid = unsayable(document, today=today)
    if unsaid or len(document.get("lines") or []) > MOST_LINES:
        return yaml_page(
            yaml_of(document),
            target=target,
            message=Message(
                kind="info",
                text=(
                    "The form has no field for all of this, so it stays YAML: "
                    f"{', '.join(unsaid[:5]) or 'more than 20 lines'}."
                ),
            ),
        )
    data, count = data_of(document)
    return form_page(SpecForm(data, count=count, choices=choices), target=target)


def form_page(
    form: SpecForm, *, target: Target, message: Message | None = None
) -> ScopeFormPage:
    """Return the page of a form with its answers and its problems."""
    return ScopeFormPage(
        target=target,
        count=len(form.lines),
        groups_before=[_group(form, SCOPE)],
        lines=[_line(form, index) for index in range(len(form.lines))],
        groups_after=[_group(form, group) for group in (QUALITY, TERMS, *MORE)],
        can_add=len(form.lines) < MOST_LINES,
        summary=form.summary,
        message=message,
    )


def yaml_page(
    text: str,
    *,
    target: Target,
    problems: tuple[Problem, ...] = (),
    message: Message | None = None,
) -> ScopeFormPage:
    """Return the page of the form as text, with its problems by path."""
    found = tuple(
        FoundProblem(
            text=f"{problem.path or '/'}: {problem.message}",
            field_id="id_text",
            code=problem.code,
            path=problem.path,
        )
        for problem in problems
    )
    return ScopeFormPage(
        target=target,
        count=1,
        groups_before=[],
        lines=[],
        groups_after=[],
        can_add=False,
        is_yaml=True,
        text=text,
        summary=ErrorSummary(problems=found) if found else None,
        message=message,
    )


def _group(form: SpecForm, group: Any) -> FieldGroup:
    fields = form.head.group(group)
    return FieldGroup(
        name=group.name,
        fields=fields,
        folded=group.folded,
        is_open=any(one.errors for one in fields),
    )


def _line(form: SpecForm, index: int) -> LineBlock:
    part = form.lines[index]
    more = part.group(LINE_MORE)
    chosen = dict(part.fields["type"].widget.choices)
    typed = part.typed(LINE.entries[1]) or chosen.get(part.typed(LINE.entries[0]), "")
    return LineBlock(
        index=index,
        heading=f"{index + 1}. {typed}" if typed else f"Line {index + 1}",
        fields=part.group(LINE),
        triple=[part[entry.name] for entry in TRIPLE],
        more=FieldGroup(
            name=LINE_MORE.name, fields=more, is_open=any(one.errors for one in more)
        ),
        can_go=len(form.lines) > 1,
    )


def with_line_added(posted: Posted) -> None:
    """Add a line at the end, as far as the form goes."""
    if posted.count < MOST_LINES:
        posted.data |= first_line(posted.count)
        posted.count += 1


def with_line_removed(posted: Posted, index: int) -> None:
    """Take a line out; those behind it move up, and alternatives follow them."""
    if posted.count == 1 or not 0 <= index < posted.count:
        return
    moved: dict[str, str] = {}
    for key, value in posted.data.items():
        parts = key.split("-", 2)
        if parts[0] != "lines" or not parts[1].isdecimal():
            moved[key] = value
            continue
        place = int(parts[1])
        if place == index:
            continue
        place -= place > index
        if parts[2] == "instead_of" and value.strip().isdecimal():
            value = _follow(int(value), index + 1)
        moved[f"lines-{place}-{parts[2]}"] = value
    posted.data, posted.count = moved, posted.count - 1


def _follow(number: int, removed: int) -> str:
    if number == removed:
        return ""
    return str(number - (number > removed))


class _Dumper(yaml.SafeDumper):
    """Writes exact numbers as plain ones."""


_Dumper.add_representer(
    Decimal,
    lambda dumper, value: dumper.represent_scalar(
        "tag:yaml.org,2002:float", f"{value:f}"
    ),
)


def yaml_of(document: object) -> str:
    """Return a document as YAML, in the order of the form."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
