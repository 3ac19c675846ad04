"""What is counted: the volume and the sample plan of every line, made once.

The staff estimate and the client's offer rest on the same quantities; both are made of
the spec and the card's price side alone. See docs/model.md#quantities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from .chances import line_keys
from .fit import check_fits
from .memory import Memory
from .rates.values import PriceSide
from .sampling import LotPlan, lot_plan
from .spec.values import Line, Spec
from .volume import LineVolume, line_volume
from .workdays import Workdays


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """Volumes and sample plans by the index of their line; the lines' names."""

    keys: tuple[str, ...]
    volumes: Mapping[int, LineVolume]
    plans: Mapping[int, LotPlan]


def quantities(
    spec: Spec, price: PriceSide, *, workdays: Workdays, memory: Memory | None = None
) -> Quantities:
    """Return what is counted. Raises SpecError for what the card does not name."""
    memory = memory or Memory()
    frame = memory.frame(spec, price)
    keys = line_keys(spec.lines)
    volumes = {
        line.index: memory.keep(
            ("volume", frame, line, key),
            partial(line_volume, spec, line, key=key, price=price),
        )
        for line, key in zip(spec.lines, keys, strict=True)
    }
    check_fits(spec, price, workdays=workdays, volumes=volumes)
    plans = {
        line.index: memory.keep(
            ("plan", frame, line, key),
            partial(lot_plan, spec, line, volumes[line.index], price=price),
        )
        for line, key in zip(spec.lines, keys, strict=True)
    }
    for line, key in zip(spec.lines, keys, strict=True):
        if _is_sized_sample(spec, line):
            volumes[line.index] = memory.keep(
                ("sample", frame, line, key),
                partial(
                    line_volume,
                    spec,
                    line,
                    key=key,
                    price=price,
                    sampled=plans[line.index].share,
                ),
            )
    return Quantities(keys=keys, volumes=volumes, plans=plans)


def counted_volumes(spec: Spec, price: PriceSide) -> dict[int, LineVolume]:
    """Return the volumes alone, of a spec that is known to fit the card."""
    volumes = {}
    for line, key in zip(spec.lines, line_keys(spec.lines), strict=True):
        volume = line_volume(spec, line, key=key, price=price)
        if _is_sized_sample(spec, line):
            share = lot_plan(spec, line, volume, price=price).share
            volume = line_volume(spec, line, key=key, price=price, sampled=share)
        volumes[line.index] = volume
    return volumes


def _is_sized_sample(spec: Spec, line: Line) -> bool:
    """Return whether a line's work is a sample that is sized by the batch's units."""
    return line.work == "audit" and spec.quality.audit.share is None
