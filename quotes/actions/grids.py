"""A row of a buyer's grid becomes a scope, once however often it is asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from quotes.ingest.rfq import GridLine
from scoping import queries as scoping
from scoping.actions import save_scope
from scoping.calc.self_scope.grid import document_of


def save_row(  # noqa: PLR0913 - whose, for whom, as of when
    line: GridLine,
    *,
    workspace: Any,
    client: Any,
    client_name: str,
    by: Any,
    today: date,
    now: datetime,
    sent: str,
) -> None:
    """Save the scope of a row; `sent` names the grid, so that a row is saved once."""
    if line.row is None:
        raise ValueError(f"Row {line.number} asks for nothing: {line.problem}")
    document: dict[str, Any] = document_of(
        line.row,
        scoping.unknowns(),
        workdays=scoping.workdays(workspace),
        today=today,
    )
    currency = scoping.price_side_on(today, workspace=workspace).currency
    document |= {"client": client_name, "currency": currency}
    document["name"] = document["name"] or f"Row {line.number} of a grid"
    save_scope(
        document,
        workspace=workspace,
        client=client,
        by=by,
        now=now,
        form_token=f"{sent}-{line.number}",
    )
