"""Lists, a page at a time: each page names the last thing on it, and the next follows.

So nothing is shown twice or left out when something is added meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from scoping.api.problems import refuse
from scoping.api.reading import Said, text, whole

MOST = 200
USUAL = 50

Row = TypeVar("Row")


def list_query(**filters: Any) -> Said:
    """Return what the address of a list may ask: filters, `limit` and `after`."""
    return Said(
        {
            **filters,
            "limit": whole(least=1, most=MOST, default=USUAL),
            "after": text(most=80, description="`next` of the page before"),
        }
    )


def page(
    rows: Any, *, limit: int, show: Callable[[Any], Any], name: Callable[[Any], str]
) -> dict[str, Any]:
    """Return one page of rows, and the name under which the next one is asked for."""
    found = list(rows[: limit + 1])
    return {
        "items": [show(row) for row in found[:limit]],
        "next": name(found[limit - 1]) if len(found) > limit else None,
    }


def place(found: Row | None, after: str) -> Row:
    """Return the row after which a page begins. Raises RefusalError for none."""
    if found is None:
        refuse(400, "invalid_parameter", f"No page ends with {after}.", path="?after")
    return found
