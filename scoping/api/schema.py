"""The OpenAPI document, made from what the endpoints declare and are held to.

`Door` says what an operation is called, reads and answers; here the same declarations
become its description. Errors, headers and limits are those that `Door` gives to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from scoping.access import OPERATIONS
from scoping.api.reading import Said

COMPONENTS: dict[str, Mapping[str, Any]] = {}
"""Schemas that several operations share, by name."""

TEXT = {"type": "string"}
MONEY = {"type": "string", "description": "an exact number as text"}
MOMENT = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}


def component(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give a schema a name in the document; returns the reference to it."""
    COMPONENTS[name] = schema
    return {"$ref": f"#/components/schemas/{name}"}


def exactly(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has these fields, all and no more."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that allows null besides."""
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def many(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def page_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of one page of a list."""
    return exactly(items=many(schema), next=or_null(TEXT))


PROBLEM = component(
    "Problem",
    exactly(
        type=TEXT,
        title=TEXT,
        status={"type": "integer"},
        code={**TEXT, "description": "stable; for programs"},
        detail={**TEXT, "description": "a sentence; for people"},
        errors=many(
            exactly(
                code=TEXT,
                path={
                    **TEXT,
                    "description": "a JSON pointer into the body, or ?name of the "
                    "address",
                },
                message=TEXT,
            )
        ),
    ),
)
WRONG = {
    400: "What was said cannot be used; `errors` names the places.",
    401: "The key opens nothing, or none was shown.",
    403: "The role or the key does not include this.",
    404: "There is nothing here, or it is another company's.",
    409: "Things are in a state in which this cannot be done.",
    412: "It was changed since it was read.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "The Idempotency-Key was used for another request.",
    428: "If-Match is missing.",
    429: "Asked too often; Retry-After says in how many seconds to come back.",
    503: "Too busy; Retry-After says when to come back.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description="Sent again with the same key and body, the request is done once.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the thing as it was read.",
)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a key is shown."""

    target_class = "scoping.api.callers.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer"}


class DoorSchema(AutoSchema):
    """Describes an operation by what its view declares."""

    view: Any

    def get_operation_id(self) -> str:
        """Return the name under which `scoping.access` knows it."""
        found: str = self.view.operations[self.method]
        return found

    def get_tags(self) -> list[str]:
        """Group the operations by what they are about."""
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]

    def get_summary(self) -> str:
        """Return the first sentence of what it does."""
        return str(self.get_description()).partition("\n")[0]

    def get_auth(self) -> list[dict[str, Any]]:
        """Return how a caller is known; not at all, where everybody may ask."""
        found: list[dict[str, Any]] = super().get_auth()
        open_to_all = OPERATIONS[self.get_operation_id()].act is None
        return [*found, {}] if open_to_all else found

    def get_override_parameters(self) -> list[Any]:
        """Return what the address may ask, and the headers that count."""
        said = self.view.query.get(self.method, Said()).fields
        found = [
            OpenApiParameter(name, dict(one.schema), required=one.required)
            for name, one in said.items()
        ]
        if self.method == "POST":
            found.append(IDEMPOTENCY_KEY)
        if self.method in self.view.changes:
            found.append(IF_MATCH)
        return found

    def get_filter_backends(self) -> list[Any]:
        """Return none: what may be asked is declared."""
        return []

    def get_request_serializer(self) -> Any:
        """Return the schema of the body."""
        body = self.view.bodies.get(self.method)
        if body is None:
            return None
        schema = body.schema() if isinstance(body, Said) else dict(body)
        return {self.view.parser_classes[0].media_type: schema}

    def get_response_serializers(self) -> Any:
        """Return the schema of each answer, good ones and problems."""
        status, schema = self.view.answers[self.method]
        media_type = self.view.media_type
        found: dict[Any, Any] = {
            (status, media_type): OpenApiResponse(
                response=dict(schema) if schema else None, description="as asked"
            )
        }
        for code in self._wrong():
            found[(code, "application/problem+json")] = OpenApiResponse(
                response=PROBLEM, description=WRONG[code]
            )
        return found

    def _wrong(self) -> list[int]:
        codes = {400, 401, 403, 429}
        if "{" in self.path or self.get_operation_id() == "create_estimate":
            codes |= {404}
        if self.method != "GET":
            codes |= {409}
        if self.method in self.view.changes:
            codes |= {404, 412, 428}
        if self.method in self.view.bodies:
            codes |= {413, 415}
        if self.method == "POST":
            codes |= {413, 422}
        return sorted(codes | set(self.view.also_wrong))


def add_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the named schemas; called by drf-spectacular once the document is made."""
    result["components"].setdefault("schemas", {}).update(
        {name: dict(schema) for name, schema in sorted(COMPONENTS.items())}
    )
    return result
