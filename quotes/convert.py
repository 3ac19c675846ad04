"""Rows to values and back, for quotes: the only file that sees both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from quotes import models
from quotes.calc.gates.batch import Batch, Made
from quotes.calc.gates.record import from_data
from quotes.calc.gates.strata import ClassDraw, class_draw_from_data
from quotes.calc.gates.wording import Draw
from quotes.calc.snapshot import Identity, Parties
from quotes.calc.texts import Section, Template
from scoping.calc.spec import Spec, read_spec
from scoping.calc.suggest import Decision


def spec_of(scenario: models.Scenario, *, today: date) -> Spec:
    """Return the spec of a scenario, which was checked when it was stored."""
    return read_spec(scenario.spec, door="staff", today=today)


def decisions_of(scenario: models.Scenario) -> dict[int, Decision]:
    """Return the decided unit prices of a scenario by line."""
    return {
        row.line: Decision(
            value=plain(row.value),
            binding=row.binding,  # type: ignore[arg-type]  # a choice of the column
            who=str(row.who),
            why=row.why,
        )
        for row in scenario.decisions.select_related("who")
    }


def plain(value: Decimal) -> Decimal:
    """Return a stored price with four decimals, or six where it needs them."""
    four = value.quantize(Decimal("0.0001"))
    return four if four == value else value.quantize(Decimal("0.000001"))


def parties_of(revision: models.QuoteRevision) -> Parties:
    """Return who offers and to whom."""
    workspace = revision.workspace
    return Parties(
        vendor=workspace.name,
        legal_name=workspace.legal_name,
        legal_address=workspace.legal_address,
        tax_id=workspace.tax_id,
        client=revision.quote.client.name,
    )


def identity_of(
    revision: models.QuoteRevision,
    scenario: models.Scenario,
    *,
    dated: date,
    valid_until: date,
    starts: date,
) -> Identity:
    """Return which document it is."""
    return Identity(
        number=revision.quote.number,
        revision=revision.revision,
        scenario=scenario.letter,
        dated=dated,
        valid_until=valid_until,
        starts=starts,
        time_zone=revision.time_zone,
    )


def batch_of(
    row: models.GateBatch, moves: Iterable[models.GateMove] | None = None
) -> Batch:
    """Return a batch with its history, from its row and those of its moves in order."""
    return Batch(
        key=row.key,
        line=row.line,
        items=row.items,
        history=tuple(
            Made(
                move=made.move,
                state=made.state,  # type: ignore[arg-type]  # the database knows them
                evidence=from_data(made.evidence),
            )
            for made in (row.moves.order_by("number") if moves is None else moves)
        ),
    )


def class_draws_of(row: models.SampleDraw) -> tuple[ClassDraw, ...]:
    """Return the samples of rare classes that were drawn beside a sample."""
    return tuple(class_draw_from_data(data) for data in row.strata or ())


def draw_of(row: models.SampleDraw | None) -> Draw | None:
    """Return a sample that waits to be read."""
    if row is None:
        return None
    return Draw(seed=row.seed, auditor=row.auditor, on=row.on)


def section_of(row: models.PublishedSection) -> Section:
    """Return a published text, which was checked when it was published."""
    return Section(key=row.key, version=row.version, heading=row.heading, text=row.text)


def template_of(row: models.PublishedTemplate) -> Template:
    """Return a published template, which was checked when it was published."""
    return Template(
        key=row.key,
        version=row.version,
        name=row.name,
        kinds=tuple(row.kinds),
        sections=tuple(row.sections),
    )
