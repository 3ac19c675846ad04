"""A scope form as a browser posts it, and what its answer complains about."""

from __future__ import annotations

import re
from typing import Any

from scoping.web.spec_form import first_data, first_line

PROBLEM = re.compile(r'<li data-code="([^"]*)" data-path="([^"]*)">')
TYPED = {
    "name": "Street scenes",
    "client": "Acme Vision",
    "items": "100,000",
    "start_on": "2026-03-02",
    "annotators": "20",
    "lines-0-low": "4.2",
    "lines-0-typical": "5",
    "lines-0-high": "6.5",
    "lines-0-classes": "12",
}


def a_form(*, lines: int = 1, **changes: str) -> dict[str, str]:
    """Return what a browser posts: the preset, with a project typed in.

    A name with a line is written `line0_typical`; unticked boxes are not posted.
    """
    data: dict[str, Any] = first_data() | TYPED
    for index in range(1, lines):
        data |= first_line(index) | {f"lines-{index}-typical": "1"}
    data |= {"count": str(lines), "token": "a form's own token"}
    for name, value in changes.items():
        data[re.sub(r"^line(\d+)_", r"lines-\1-", name)] = value
    return {key: value for key, value in data.items() if value != ""}


def problems_of(response: Any) -> list[tuple[str, str]]:
    """Return code and path of each problem that a page shows."""
    return PROBLEM.findall(response.content.decode())
