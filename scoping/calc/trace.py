"""A number that carries its explanation.

A step is either a leaf (a row of the rate card, an answer of the spec, a chance whose
draws belong to the spec's seed) or the result of a named operation on other steps.
The operation is the very function that computed the value, so the explanation cannot
drift from the sum; and because every formula runs on exact decimals and on arrays of
draws alike, the same tree that explains a number also simulates it (`on_draws`).

A *statistic* is where draws become one number again: the mean cost, the cost that is
not exceeded eight times in ten. Above it the arithmetic is exact once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.float64]
Statistic = str
"""`mean`, or a quantile by its per cent: `p80`."""

NO_CHANCES: frozenset[str] = frozenset()
PRINTED_DIGITS = 9
"""How many significant digits of a step's value a document prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a leaf comes from: a card row with its source, or a path of the spec.

    `at` is the row's key on the card (`cost/effort/bounding_box/standard/p50`) or a
    JSON pointer into the spec (`/lines/0/classes`). A chance points at `/seed`.
    """

    kind: Literal["card", "spec", "chance"]
    at: str
    source: str = ""
    as_of: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One number, its unit, and the sentence that justifies it.

    `because` names the source of a number that was given and says the formula of one
    that was computed. Two steps are the same only if they are the same object.
    """

    name: str
    value: Decimal
    unit: str
    because: str
    formula: Callable[..., Any] | None = None
    uses: tuple[Step, ...] = ()
    origin: Origin | None = None
    statistic: Statistic | None = None
    chances: frozenset[str] = field(init=False, repr=False)
    """Names of all chances that the step rests on."""

    def __post_init__(self) -> None:
        """Gather the chances of the steps below."""
        found = frozenset({self.name}) if _is_chance(self) else NO_CHANCES
        for used in self.uses:
            if used.chances:
                found = found | used.chances if found else used.chances
        object.__setattr__(self, "chances", found)

    @property
    def operation(self) -> str:
        """Return the name of the operation, as the explanation document spells it."""
        if self.statistic is not None:
            return f"{self.statistic}_of_draws"
        if self.formula is not None:
            return self.formula.__name__
        return "given" if self.origin is None else self.origin.kind

    def outline(self, *, levels: int = 99, depth: int = 0) -> Iterator[str]:
        """Yield the explanation as text, one line a step, deepest detail last."""
        yield f"{'  ' * depth}{self.name}: {self.shown()} = {self.because}"
        if depth + 1 < levels:
            for step in self.uses:
                yield from step.outline(levels=levels, depth=depth + 1)

    def shown(self) -> str:
        """Return the number as people write it: few digits, no idle zeros."""
        digits = f"{plain(significant(self.value, digits=6)):,f}"
        return f"{digits} {self.unit}".rstrip()


def given(
    name: str, value: Decimal | int, *, unit: str, because: str, origin: Origin
) -> Step:
    """Return a leaf: a number that somebody stated."""
    return Step(
        name=name, value=Decimal(value), unit=unit, because=because, origin=origin
    )


def derive(
    name: str,
    formula: Callable[..., Any],
    *uses: Step,
    unit: str,
    because: str,
) -> Step:
    """Return the step that `formula` makes of the values of the steps it uses."""
    value = formula(*(step.value for step in uses))
    return Step(
        name=name, value=value, unit=unit, because=because, formula=formula, uses=uses
    )


def summarised(
    name: str, value: Decimal, *, of: Step, statistic: Statistic, because: str
) -> Step:
    """Return the step that turns the draws of another step into one number."""
    return Step(
        name=name,
        value=value,
        unit=of.unit,
        because=because,
        uses=(of,),
        statistic=statistic,
    )


def on_draws(
    step: Step,
    chances: Mapping[str, Draws],
    *,
    known: dict[Step, Draws | float] | None = None,
) -> Draws | float:
    """Return the step's value under every draw of the chances it rests on.

    `chances` maps a chance's name to its standard normals, all of one length. What
    rests on no chance stays one number. `known` remembers the steps that were asked
    for; pass the same dictionary again to build on them.
    """
    memory: dict[Step, Draws | float] = {} if known is None else known
    all_on_draws((step,), chances, known=memory)
    return memory[step]


def all_on_draws(
    steps: tuple[Step, ...],
    chances: Mapping[str, Draws],
    *,
    known: dict[Step, Draws | float],
) -> None:
    """Put the steps' values under every draw into `known`, in the order given.

    What lies between is let go as soon as its last use is over: thousands of steps of
    16,384 draws would not fit where the processor is fast.
    """
    left = _uses(steps, known)

    def value(step: Step) -> Draws | float:
        if step in known:
            return known[step]
        if step.formula is None or not step.chances:
            return chances[step.name] if _is_chance(step) else float(step.value)
        found = _computed(step, [value(used) for used in step.uses])
        known[step] = found
        for used in step.uses:
            left[used] -= 1
            if left[used] == 0:
                known.pop(used, None)
        return found

    for step in steps:
        known[step] = value(step)


def _is_chance(step: Step) -> bool:
    return step.origin is not None and step.origin.kind == "chance"


def _computed(step: Step, arguments: list[Draws | float]) -> Draws | float:
    if step.formula is None or not any(isinstance(a, np.ndarray) for a in arguments):
        return float(step.value)
    found: Draws | float = step.formula(*arguments)
    return found


def _uses(
    steps: tuple[Step, ...], known: Mapping[Step, Draws | float]
) -> dict[Step, int]:
    """Return how often each step below these is used by one that is not known yet.

    Being asked for is a use that never ends, and so is being known before.
    """
    counts = dict.fromkeys(steps, 1)
    waiting = [step for step in counts if step not in known]
    while waiting:
        for used in waiting.pop().uses:
            if used not in counts:
                counts[used] = int(used in known)
                if used.chances and used not in known:
                    waiting.append(used)
            counts[used] += 1
    return counts


def chances_of(steps: tuple[Step, ...]) -> list[str]:
    """Return the names of all chances below the steps, each once, sorted."""
    return sorted(frozenset[str]().union(*(step.chances for step in steps)))


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield every step below and including these, each once, parents first."""
    seen: set[int] = set()
    waiting = list(reversed(steps))
    while waiting:
        step = waiting.pop()
        if id(step) in seen:
            continue
        seen.add(id(step))
        yield step
        waiting.extend(reversed(step.uses))


def to_data(roots: Mapping[str, Step]) -> dict[str, Any]:
    """Return explanations as plain data: nodes by number, each written once.

    A document holds `roots` (what a reader asks about: `/price/total`) and `nodes`;
    a node that serves two parents is referred to twice and printed once.
    """
    order = list(walk(tuple(roots.values())))
    number = {id(step): str(index) for index, step in enumerate(order)}
    return {
        "roots": {name: number[id(step)] for name, step in roots.items()},
        "nodes": {number[id(step)]: _node(step, number) for step in order},
    }


def _node(step: Step, number: Mapping[int, str]) -> dict[str, Any]:
    node: dict[str, Any] = {
        "name": step.name,
        "value": printed(step.value),
        "unit": step.unit,
        "op": step.operation,
        "because": step.because,
    }
    if step.uses:
        node["uses"] = [number[id(used)] for used in step.uses]
    if step.origin is not None:
        node["at"] = step.origin.at
        if step.origin.kind == "card":
            node["source"] = step.origin.source
            node["as_of"] = step.origin.as_of
        if step.origin.weak:
            node["weak"] = True
    return node


def printed(value: Decimal) -> str:
    """Return a value as documents print it: nine significant digits, no exponent."""
    return f"{plain(significant(value, digits=PRINTED_DIGITS)):f}"


def significant(value: Decimal, *, digits: int) -> Decimal:
    """Return the value rounded half up to this many significant digits.

    Whole numbers keep all of their digits: a count or a total is never shortened.
    """
    if value == 0 or not value.is_finite():
        return value
    exponent = value.adjusted() - digits + 1
    if exponent >= 0:
        return value.quantize(Decimal(1), rounding="ROUND_HALF_UP")
    return value.quantize(Decimal(1).scaleb(exponent), rounding="ROUND_HALF_UP")


def plain(value: Decimal) -> Decimal:
    """Return the value without idle zeros and without an exponent."""
    trimmed = value.normalize()
    whole_or_fraction = trimmed.as_tuple().exponent
    if isinstance(whole_or_fraction, int) and whole_or_fraction > 0:
        return trimmed.quantize(Decimal(1))
    return trimmed if trimmed else Decimal(0)
