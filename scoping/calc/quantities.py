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
from .spec.values import Spec
from .volume import LineVolume, line_volume
from .workdays import Workdays


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """Volumes and sample plans by the index of their line."""

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
        if line.work == "audit" and spec.quality.audit.share is None:
            # The sample is sized by the units of a batch, and then is all the work.
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
    return Quantities(volumes=volumes, plans=plans)
