"""Text into plain data: YAML or JSON, numbers exact, nothing clever.

Aliases are refused (a few lines of them expand to gigabytes), duplicate keys are
refused (which one was meant?), NaN and Infinity are refused, and depth and size are
bounded before a parser sees the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from .problems import Problem, SpecError

MOST_BYTES = 1_000_000
MOST_DEPTH = 40
PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
CONSTANT = re.compile(r"-?\b(?:NaN|Infinity)\b")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_text(text: str) -> object:
    """Return the plain data of a YAML or JSON text. Raises SpecError `parse_error`."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        _refuse(f"The text is longer than {MOST_BYTES:,} bytes.", code="too_large")
    if text.lstrip()[:1] in ("{", "["):
        return read_json(text)
    return _read_yaml(text)


def read_json(text: str) -> object:
    """Return the plain data of a JSON text. Raises SpecError `parse_error`."""
    _check_depth(text)
    _check_constants(text)
    try:
        found: object = json.loads(
            text,
            parse_float=Decimal,
            object_pairs_hook=_unique,
        )
    except SpecError:
        raise
    except json.JSONDecodeError as error:
        _refuse(f"Line {error.lineno}, column {error.colno}: {error.msg}.")
    except ValueError:
        _refuse("A number in this text is too long.")
    return found


def _check_depth(text: str) -> None:
    """Refuse deep nesting without recursion: brackets outside of strings, counted."""
    depth = 0
    for mark in STRINGS.sub("", text):
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        if depth > MOST_DEPTH:
            _refuse(f"The text is nested deeper than {MOST_DEPTH} levels.")


def _check_constants(text: str) -> None:
    """Refuse NaN and Infinity, naming the place; JSON knows neither."""
    masked = STRINGS.sub(lambda found: " " * len(found.group()), text)
    found = CONSTANT.search(masked)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        _refuse(
            f"Line {line}, column {column}: {found.group()} is not a number. Write a "
            f"finite one."
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            _refuse(f"The key {key[:40]} stands twice.")
        found[key] = value
    return found


class _Loader(yaml.SafeLoader):
    """A safe loader without aliases, duplicate keys, or numbers that are not exact."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            _refuse("Aliases (*name) are not read. Write the value out.")
        depth = getattr(self, "_depth", 0) + 1
        if depth > MOST_DEPTH:
            _refuse(f"The text is nested deeper than {MOST_DEPTH} levels.")
        self._depth = depth
        node = super().compose_node(parent, index)
        self._depth = depth - 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                _refuse(f"The key {str(key)[:40]} stands twice.")
        return dict(super().construct_mapping(node, deep=deep))


def _scalar(_: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    """Return a number exactly as written.

    What YAML 1.1 calls a number but is not plain (0o7, 1_000, 1:30, .inf) stays text
    and is complained about where it stands.
    """
    text = str(node.value)
    if not PLAIN_NUMBER.fullmatch(text):
        return text
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    return (
        int(text)
        if isinstance(exponent, int) and "." not in text and ("e" not in text.lower())
        else value
    )


def _day(_: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    text = str(node.value)
    if ISO_DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


for _tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _scalar)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def _read_yaml(text: str) -> object:
    try:
        found: object = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"Line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        _refuse(f"{place}{error.problem or 'this is no YAML'}.")
    except SpecError:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        _refuse(f"This is no YAML: {str(error)[:120]}.")
    if isinstance(found, Mapping):
        return {str(key): value for key, value in found.items()}
    return found


def _refuse(message: str, *, code: str = "parse_error") -> NoReturn:
    raise SpecError((Problem(code=code, path="", message=message),))
