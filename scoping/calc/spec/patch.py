"""A change of a spec as data: replacements by JSON pointer, on its normal document.

A subset of RFC 6902: `replace` alone. The normal form states every key, so nothing has
to be added or removed, and applying a patch twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .normal import to_document
from .reading import read_spec
from .values import Spec

Operation = Mapping[str, Any]
Patch = tuple[Operation, ...]
"""Operations `{op, path, value}`, applied in order."""


class PatchError(ValueError):
    """Raised when a patch names what a document does not have, or another operation."""


def replacing(path: str, *, value: Any) -> Operation:
    """Return the operation that puts a value where a JSON pointer points."""
    return {"op": "replace", "path": path, "value": value}


def apply_patch(document: Mapping[str, Any], patch: Sequence[Operation]) -> Any:
    """Return the document with the operations applied; the given one stays as it is.

    Raises PatchError for a path that is not there and for any other operation.

    >>> apply_patch({"items": 5, "lines": []}, [replacing("/items", value=7)])
    {'items': 7, 'lines': []}
    """
    found: Any = document
    for one in patch:
        if one.get("op") != "replace":
            raise PatchError(
                f"A patch of a spec replaces values; it has no operation {one['op']}."
            )
        path = str(one["path"])
        found = _replaced(found, _keys(path), one["value"], path=path)
    return found


def patched(spec: Spec, patch: Sequence[Operation]) -> Spec:
    """Return the spec that a patch makes of a spec; its seed and start stay.

    Raises PatchError for a path that is not there, SpecError for a spec that cannot be.
    """
    document = apply_patch(to_document(spec), patch)
    return read_spec(document, door="staff", today=spec.start_on)


def _keys(path: str) -> list[str]:
    if not path.startswith("/"):
        raise PatchError(f"“{path}” is no path of a spec. Write one such as /items.")
    return [key.replace("~1", "/").replace("~0", "~") for key in path[1:].split("/")]


def _replaced(value: Any, keys: list[str], new: Any, *, path: str) -> Any:
    """Return a copy of a value along the keys; what lies beside them is shared."""
    if not keys:
        return new
    key, rest = keys[0], keys[1:]
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        place = int(key)
        inner = _replaced(value[place], rest, new, path=path)
        return [*value[:place], inner, *value[place + 1 :]]
    if isinstance(value, Mapping) and key in value:
        return {**value, key: _replaced(value[key], rest, new, path=path)}
    raise PatchError(f"A spec has no {path}. Patch the normal document of the spec.")
