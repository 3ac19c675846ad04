"""The reference of the API: every operation, made from its OpenAPI document.

Nothing is written here by hand. What an endpoint declares is what it reads and answers,
what the document says, and what stands on this page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from scoping.access import OPERATIONS, Act, Role, may
from scoping.web.desk import Desk, at_desk

PAGE = "scoping/api_reference.html"
METHODS = ("get", "post", "put", "patch", "delete")
WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "object": "object",
    "null": "null",
}
FORMATS = {"date-time": "moment in UTC", "date": "day", "binary": "file"}
MOST_FIELDS = 40
LIMITS = (
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minimum", "from {}"),
    ("maximum", "up to {}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value is, in words; with the shape that it names, where it names one."""

    words: str
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A field or a parameter: its name, what it is, and whether it must be there."""

    name: str
    kind: Kind
    needed: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a body or an answer holds: its fields, or what it is instead."""

    kind: Kind
    fields: tuple[FieldRow, ...] = ()
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer that there may be."""

    status: str
    words: str
    shape: Shape | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One operation: where, what it does, who may, what it takes and answers."""

    key: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[tuple[tuple[str, bool], ...], ...]
    needs: str
    parameters: tuple[FieldRow, ...]
    body: Shape | None
    answer: AnswerRow
    wrong: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOfOperations:
    """Operations about the same thing."""

    name: str
    operations: tuple[OperationRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePage:
    """The whole reference."""

    groups: tuple[GroupOfOperations, ...]
    shapes: tuple[tuple[str, Shape], ...]
    count: int


@require_safe
@at_desk(Act.EDIT_SCOPE)
def api_reference(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show every operation with what it takes, answers and needs."""
    return render(request, PAGE, {"page": reference()})


@lru_cache(maxsize=1)
def reference() -> ReferencePage:
    """Return the reference; the document does not change while the service runs."""
    made: Any = SchemaGenerator
    document: dict[str, Any] = made().get_schema(request=None, public=True)
    groups: dict[str, list[OperationRow]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                said = methods[method]
                row = _operation(method, path, said)
                groups.setdefault(said["tags"][0], []).append(row)
    return ReferencePage(
        groups=tuple(
            GroupOfOperations(name=name, operations=tuple(rows))
            for name, rows in sorted(groups.items())
        ),
        shapes=tuple(
            (name, _shape(schema))
            for name, schema in document["components"]["schemas"].items()
        ),
        count=sum(map(len, groups.values())),
    )


def _operation(method: str, path: str, said: Mapping[str, Any]) -> OperationRow:
    first, _, rest = str(said.get("description", "")).partition("\n")
    answers = [_answer(status, one) for status, one in said["responses"].items()]
    good = next(one for one in answers if one.status.startswith("2"))
    return OperationRow(
        key=said["operationId"],
        method=method.upper(),
        path=path,
        summary=first,
        paragraphs=tuple(
            _runs(" ".join(part.split()))
            for part in rest.strip().split("\n\n")
            if part.strip()
        ),
        needs=_needs(said["operationId"]),
        parameters=tuple(
            FieldRow(
                name=one["name"],
                kind=_kind(one.get("schema", {})),
                needed=one.get("required", False),
                note=". ".join(
                    filter(None, [IN[one["in"]], one.get("description", "")])
                ),
            )
            for one in said.get("parameters", ())
        ),
        body=_content(said.get("requestBody", {})),
        answer=good,
        wrong=tuple(one for one in answers if not one.status.startswith("2")),
    )


IN = {"path": "in the address", "query": "after ?", "header": "header"}


def _needs(key: str) -> str:
    """Return who may call an operation, by role and by grant."""
    operation = OPERATIONS[key]
    if operation.act is None:
        return "Open to all."
    roles = [role.value for role in Role if may(role, operation.act)]
    grant = operation.grant
    said = f"Roles: {', '.join(roles)}."
    return said if grant is None else f"{said} A key needs {grant.value}."


def _answer(status: str, said: Mapping[str, Any]) -> AnswerRow:
    words = str(said.get("description", "")).replace("`", "")
    return AnswerRow(status=status, words=words, shape=_content(said))


def _content(said: Mapping[str, Any]) -> Shape | None:
    for media_type, one in said.get("content", {}).items():
        return _shape(one.get("schema", {}), media_type=media_type)
    return None


def _shape(schema: Mapping[str, Any], *, media_type: str = "") -> Shape:
    needed = schema.get("required", ())
    return Shape(
        kind=_kind(schema),
        media_type=media_type,
        fields=tuple(
            FieldRow(
                name=name,
                kind=_kind(one),
                needed=name in needed,
                note=str(one.get("description", "")),
            )
            for name, one in list(schema.get("properties", {}).items())[:MOST_FIELDS]
        ),
    )


def _kind(schema: Mapping[str, Any]) -> Kind:
    """Return what a schema asks for, in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Kind(words=name, shape=name)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            kinds = [_kind(one) for one in schema[several]]
            words = " or ".join(dict.fromkeys(one.words for one in kinds))
            return Kind(
                words=words, shape=next((one.shape for one in kinds if one.shape), "")
            )
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return Kind(words=" | ".join("null" if v is None else str(v) for v in values))
    types = schema.get("type", "anything")
    types = [types] if isinstance(types, str) else types
    if "array" in types:
        items = _kind(schema.get("items", {}))
        words = f"list of {items.words}"
        return Kind(words=_or_null(words, types), shape=items.shape)
    if types == ["null"]:
        return Kind(words="null")
    words = " or ".join(
        FORMATS.get(schema.get("format", ""), WORDS.get(one, one))
        for one in types
        if one != "null"
    )
    return Kind(words=", ".join([_or_null(words, types), *_limits(schema)]))


def _or_null(words: str, types: list[str]) -> str:
    return f"{words} or null" if "null" in types else words


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    for key, words in LIMITS:
        if key in schema:
            yield words.format(f"{schema[key]:,}")


def _runs(text: str) -> tuple[tuple[str, bool], ...]:
    """Return a text in parts, each with whether it stood between backticks."""
    parts = text.split("`")
    return tuple((part, place % 2 == 1) for place, part in enumerate(parts) if part)
