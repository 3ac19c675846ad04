"""A buyer's grid answered by the list in force, row by row, and as kept data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from quotes.ingest.rfq import Grid, GridLine
from scoping import queries as scoping
from scoping.calc.self_scope.grid import GridAnswer, answer_row
from scoping.calc.spec import SpecError


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A row of the grid with its answer, or what is wrong with it."""

    line: GridLine
    answer: GridAnswer | None
    problem: str


def answers(
    lines: Iterable[GridLine], *, workspace: Any, today: date
) -> Iterator[Answered]:
    """Yield the list's answer to each row. Raises NoCardError without a card."""
    price = scoping.price_side_on(today, workspace=workspace)
    workdays, unknowns = scoping.workdays(workspace), scoping.unknowns()
    for line in lines:
        if line.row is None:
            yield Answered(line=line, answer=None, problem=line.problem)
            continue
        try:
            found, _ = answer_row(
                line.row, unknowns, price=price, workdays=workdays, today=today
            )
        except SpecError as error:
            text = " ".join(one.message for one in error.problems)
            yield Answered(line=line, answer=None, problem=text)
            continue
        yield Answered(line=line, answer=found, problem="")


def answer_data(one: Answered) -> dict[str, Any]:
    """Return an answered row as plain data; money is text."""
    found = one.answer
    if found is None:
        return {"number": one.line.number, "problem": one.problem}
    return {
        "number": one.line.number,
        "units": found.units,
        **{
            name: None if value is None else str(value)
            for name, value in (
                ("unit_price", found.unit_price),
                ("amount", found.amount),
                ("low", found.low),
                ("high", found.high),
                ("total", found.total),
            )
        },
        "week": found.week.isoformat(),
        "in_time": found.in_time,
        "assumed": list(found.assumed),
    }


def answered_from(
    grid: Grid, kept: Iterable[Mapping[str, Any]]
) -> tuple[Answered, ...]:
    """Return the rows of a grid with the answers that were kept of them."""
    said = {one["number"]: one for one in kept}
    return tuple(_answered(line, said[line.number]) for line in grid.lines)


def _answered(line: GridLine, said: Mapping[str, Any]) -> Answered:
    if "units" not in said:
        return Answered(line=line, answer=None, problem=said["problem"])

    def decimal(name: str) -> Decimal | None:
        return None if said[name] is None else Decimal(said[name])

    answer = GridAnswer(
        units=said["units"],
        unit_price=decimal("unit_price"),
        amount=decimal("amount"),
        low=decimal("low"),
        high=decimal("high"),
        total=decimal("total"),
        week=date.fromisoformat(said["week"]),
        in_time=said["in_time"],
        assumed=tuple(said["assumed"]),
    )
    return Answered(line=line, answer=answer, problem="")
