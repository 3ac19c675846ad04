"""Whether results fit a spec and a card, and on which footing their seconds are.

A pilot times what its tool times: another clock, the opening of items in it, work with
pre-labels. The card states seconds by hand, without opening, on its own clock. Every
step between the two is stated in the results or on the card; none is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoping.calc import number
from scoping.calc.assisted import accept_rate, figures_of
from scoping.calc.assumptions import line_name
from scoping.calc.effort import drivers
from scoping.calc.posterior import PosteriorError
from scoping.calc.prelabel import left_by_bare_saving, left_by_model, left_by_proposals
from scoping.calc.rates.values import CostSide, RateCard
from scoping.calc.spec.problems import Problem
from scoping.calc.spec.values import Line, Spec
from scoping.calc.volume import units_per_item

from .values import LineResults, PilotResults, Seconds


def problems(spec: Spec, card: RateCard, results: PilotResults) -> Iterator[Problem]:
    """Yield all that keeps these results from updating this spec under this card."""
    for found in results.lines:
        if found.index >= len(spec.lines):
            yield Problem(
                code="no_such_line",
                path=f"{found.path}/line",
                message=(
                    f"The spec has {len(spec.lines)} lines, counted from 0; there is "
                    f"no line {found.index}."
                ),
            )
            continue
        line = spec.lines[found.index]
        if found.type != line.type:
            yield Problem(
                code="other_type",
                path=f"{found.path}/type",
                message=(
                    f"Line {found.index} of the spec is {line.type}, not {found.type}. "
                    f"Correct the line or the type."
                ),
            )
            continue
        yield from _of_counts(found, line)
        if found.seconds is not None:
            yield from _of_seconds(found, found.seconds, line=line, card=card)


def _of_counts(found: LineResults, line: Line) -> Iterator[Problem]:
    name = line_name(line)
    if found.prelabel is not None and not has_proposals(line):
        yield Problem(
            code="no_prelabel",
            path=f"{found.path}/prelabel",
            message=(
                f"{name} have no pre-labels in the spec, so none can be accepted. Add "
                f"them to the spec first, or leave this out."
            ),
        )
    if found.defects is not None and line.work == "audit":
        yield Problem(
            code="no_first_attempt",
            path=f"{found.path}/defects",
            message=(
                f"{name} are checked, not labelled: there is no first attempt to be "
                f"wrong. Leave this out."
            ),
        )


def _of_seconds(
    found: LineResults, seconds: Seconds, *, line: Line, card: RateCard
) -> Iterator[Problem]:
    path = f"{found.path}/seconds"
    clock = card.cost.effort_of(line.type, line.complexity).clock
    if seconds.clock != clock and seconds.clock_factor is None:
        yield Problem(
            code="other_clock",
            path=f"{path}/clock",
            message=(
                f"The pilot timed on the {seconds.clock} clock, the card on the "
                f"{clock} clock. State clock_factor: seconds of the card's clock for "
                f"one of the pilot's, with its source."
            ),
        )
        return
    if seconds.clock == clock and seconds.clock_factor is not None:
        yield Problem(
            code="clock_factor_unused",
            path=f"{path}/clock_factor",
            message=(
                f"Both clocks are the {clock} clock; nothing is converted. Leave the "
                f"factor out, or correct the clock."
            ),
        )
        return
    if seconds.basis is None and (has_proposals(line) or line.work == "audit"):
        yield Problem(
            code="required",
            path=f"{path}/basis",
            message=(
                f"{line_name(line)} are not drawn from nothing. State whether these "
                f"seconds are by_hand or as_worked."
            ),
        )
    if card_seconds(found, seconds, line=line, card=card) <= 0:
        opening = _opening_of_unit(found, line=line, card=card)
        yield Problem(
            code="nothing_left",
            path=f"{path}/per_unit",
            message=(
                f"On the card opening the item alone takes {opening:.2f} s of a unit, "
                f"and these seconds are no more. Correct them, or write opening: "
                f"excluded."
            ),
        )


def has_proposals(line: Line) -> bool:
    """Return whether people start from labels that they may accept unchanged."""
    return line.work == "correct" or (
        line.prelabel is not None and line.work == "label"
    )


def card_seconds(
    found: LineResults, seconds: Seconds, *, line: Line, card: RateCard
) -> Decimal:
    """Return measured seconds of a unit on the card's clock, without opening."""
    factor = seconds.clock_factor
    on_clock = seconds.per_unit * (Decimal(1) if factor is None else factor.value)
    if seconds.opening == "excluded":
        return on_clock
    return on_clock - _opening_of_unit(found, line=line, card=card)


def _opening_of_unit(found: LineResults, *, line: Line, card: RateCard) -> Decimal:
    """Return the card's seconds to open an item, shared out over the units in it."""
    rows = card.cost.fixed_seconds
    opening = rows.get(line.type) or rows["default"]
    if found.units_per_item is not None:
        return opening.value / found.units_per_item.mean
    _, mean = units_per_item(line, key="", price=card.price)
    return opening.value / mean.value


def first_attempt(
    found: LineResults, seconds: Seconds, *, line: Line, card: RateCard
) -> Decimal:
    """Return measured seconds as the card states them: by hand, without drivers.

    `line` and `card` are those after the update of pre-labels: what proposals left of
    the measured work is what the pilot itself saw of them.
    """
    factors = [step.value for step in drivers(line, cost=card.cost)]
    if seconds.basis == "as_worked":
        factors.append(left_of_hand(line, card.cost))
    factor = Decimal(number.product(Decimal(1), *factors))
    if factor <= 0:
        raise PosteriorError(
            "On this card the work as done takes no time at all, so it tells nothing "
            "of a first attempt by hand. Time some units by hand."
        )
    return card_seconds(found, seconds, line=line, card=card) / factor


def left_of_hand(line: Line, cost: CostSide) -> Decimal:
    """Return seconds as worked over seconds by hand, typical; 1 where the same."""
    if line.work == "audit":
        return cost.work.audit_seconds_share.value
    if not has_proposals(line):
        return Decimal(1)
    said = line.prelabel
    share = Decimal(1) if said is None else said.share
    accepted = typical_accept_rate(line, cost)
    if said is not None and said.saving is not None:
        left = left_by_bare_saving(share, said.saving, cost.policy.planning_cap.value)
    elif said is not None and said.recall is not None:
        row = figures_of(line, cost)
        left = left_by_model(
            share,
            said.recall,
            said.precision,
            accepted,
            row.check_share.value,
            row.fix_share.value,
            row.delete_share.value,
        )
    else:
        row = figures_of(line, cost)
        left = left_by_proposals(
            share,
            accepted,
            row.check_share.value,
            row.fix_share.value,
            row.missed_share.value,
            row.false_share.value,
            row.delete_share.value,
        )
    return Decimal(left)


def typical_accept_rate(line: Line, cost: CostSide) -> Decimal | None:
    """Return the share of proposals accepted unchanged; None where none is stated."""
    said = line.prelabel
    if not has_proposals(line) or (said is not None and said.saving is not None):
        return None
    if said is not None and said.unchanged is not None:
        return accept_rate(said.unchanged, path=line.path, key="").value
    return figures_of(line, cost).accept_rate.p50.value
