"""JSON as this API takes it: UTF-8, of bounded size and depth, with exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from scoping.calc.spec import Problem, SpecError, read_json

MOST_BYTES = 1_000_000


class StrictJsonParser(BaseParser):
    """Reads a JSON body; every number stays as it was written."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return plain data. Raises SpecError for what is no JSON or too large."""
        charset = _charset(media_type or "")
        if charset not in ("", "utf-8", "utf8"):
            raise UnsupportedMediaType(media_type or "")
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            _refuse("too_large", f"A spec has at most {MOST_BYTES:,} bytes.")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            _refuse("parse_error", f"Byte {error.start + 1:,} is not UTF-8.")
        return read_json(text)


def _charset(media_type: str) -> str:
    for part in media_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset":
            return value.strip("\"' ").lower()
    return ""


def _refuse(code: str, message: str) -> Any:
    raise SpecError((Problem(code=code, path="", message=message),))
