"""What practice does to the time of a unit, and where it stops doing so.

Crawford's curve: the n-th unit takes t₁ × n^b, b = log₂(rate), so each doubling of what
a person has done takes `rate` of the time. Wright's curve says the same of the average
of the first n units; one rate means different hours under the two, so each function
names whose it is. Learning ends at a plateau: without one, a curve promises nearly free
labour on a large project. See docs/model.md#learning.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

MOST_RAMP_DAYS = 250
"""A working year: a person who is still learning then is at the pace of that day."""


def slope(rate: float) -> float:
    """Return the exponent b of a learning rate: log₂(rate), at most 0.

    >>> slope(0.5)
    -1.0
    """
    if not 0 < rate <= 1:
        raise ValueError(
            f"A learning rate of {rate} is none. Write the share of time that a "
            f"doubling leaves, above 0 and at most 1."
        )
    return float(np.log2(rate))


def crawford_unit(first: float, unit: int, *, rate: float) -> float:
    """Return the time of the unit with this number, Crawford's curve."""
    return float(first * float(unit) ** slope(rate))


def crawford_total(first: float, units: int, *, rate: float) -> float:
    """Return the time of units 1 to `units`, Crawford's curve."""
    return first * float(np.sum(_powers(units, slope(rate))))


def wright_block(first: float, start: int, end: int, *, rate: float) -> float:
    """Return the time of units `start` to `end`, both included, Wright's curve."""
    power = 1 + slope(rate)
    return float(first * (float(end) ** power - float(start - 1) ** power))


def wright_unit(first: float, unit: int, *, rate: float) -> float:
    """Return the time of the unit with this number, Wright's curve."""
    return wright_block(first, unit, unit, rate=rate)


def wright_slope(total: float, *, first: float, units: int) -> float:
    """Return the exponent b that makes `units` units take `total`, Wright's curve."""
    return float(np.log(total / (first * units)) / np.log(units))


def rate_of(exponent: float) -> float:
    """Return the learning rate of an exponent: the reverse of `slope`."""
    return float(2.0**exponent)


def plateau_total(first: float, units: int, *, rate: float, plateau: int) -> float:
    """Return the time of `units` units: Crawford's curve, flat from unit `plateau`."""
    learned = crawford_total(first, min(units, plateau), rate=rate)
    steady = crawford_unit(first, plateau, rate=rate)
    return learned + max(0, units - plateau) * steady


def ramp_of_learning(
    *, rate: float, plateau: int, units_a_day: float
) -> tuple[float, ...]:
    """Return the pace of a person's first days, as shares of the pace at the plateau.

    `units_a_day` is what a person does on a day at the plateau. A day's pace is what
    is done in it by `units_a_day`; a unit that spans two days counts in parts.
    The first day at full pace is not listed.

    >>> ramp_of_learning(rate=1.0, plateau=50, units_a_day=10)
    ()
    """
    if plateau < 1 or units_a_day <= 0:
        raise ValueError("A plateau and the units of a day must lie above 0.")
    # Time in units of one plateau unit; a day lasts `units_a_day` of them.
    times = _powers(plateau, slope(rate)) / float(plateau) ** slope(rate)
    clock = np.concatenate(([0.0], np.cumsum(times)))
    days = int(min(MOST_RAMP_DAYS, np.ceil(clock[-1] / units_a_day)))
    ends = np.arange(days + 1) * units_a_day
    done = np.interp(ends, clock, np.arange(plateau + 1.0))
    done += np.maximum(0.0, ends - clock[-1])
    paces = np.diff(done) / units_a_day
    return tuple(float(pace) for pace in paces if pace < 1 - 1e-9)


@lru_cache(maxsize=32)
def _powers(units: int, exponent: float) -> np.ndarray:
    return np.arange(1.0, units + 1.0) ** exponent
