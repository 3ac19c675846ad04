"""What pre-labels of a line are worth: time and money, signed, against their model.

A saving of labelling time has to pay for setting the model up, and a price that is
lowered because of it gives a part of it away. Below its break-even a model costs time;
above it a small project may still not earn the set-up back. Staff only. See
docs/model.md#worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from . import number
from .assisted import figures_of
from .costing import task
from .estimate import Estimate
from .layout import money, percent
from .listing import list_price
from .prelabel import accept_rate_needed, quality_needed
from .spec.values import Line
from .trace import Step, derive
from .volume import answer

CENT = Decimal("0.01")
FOUR = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What pre-labels of one line do to its labelling.

    `saved_share` of the time of a unit and `saved`, money of labelling, are below 0
    where time is lost; `net` is `saved` less the set-up of the model. `accept_needed`
    is the share of proposals that must need no work to break even, above 1 where none
    does, None where a bare saving says nothing of proposals; `quality_needed`, recall,
    precision and that share all alike, where a model is stated. `pays_from` counts
    units, None where no number of units pays. `off_list` is what the list price takes
    off, `given_share` how much of `net` that is; None where nothing is to be shared.
    """

    line: Line
    used: bool
    saved_share: Decimal
    accept_needed: Decimal | None
    quality_needed: Decimal | None
    saved: Decimal
    set_up: Decimal
    net: Decimal
    pays_from: Decimal | None
    off_list: Decimal
    given_share: Decimal | None

    @property
    def pays(self) -> bool:
        """Return whether pre-labels save more than their model costs."""
        return self.net > 0

    def to_data(self) -> dict[str, Any]:
        """Return the worth as a row of the staff document."""
        return {
            "used": self.used,
            "saved_share": _text(self.saved_share),
            "break_even_accept_rate": _text(self.accept_needed),
            "break_even_quality": _text(self.quality_needed),
            "labelling_saved": str(self.saved),
            "set_up": str(self.set_up),
            "net": str(self.net),
            "pays_from_units": None if self.pays_from is None else str(self.pays_from),
            "off_list_price": str(self.off_list),
            "share_given_away": _text(self.given_share),
            "recommended": self.pays,
        }


def in_words(row: Mapping[str, Any], *, currency: str) -> str:
    """Return the worth of pre-labels, a row of the staff document, as sentences."""
    share = Decimal(row["saved_share"])
    does = "save" if share >= 0 else "cost"
    said = f"Pre-labels {does} {percent(str(abs(share)))} of the time of a unit"
    if Decimal(row["net"]) > 0:
        said += f", {money(row['net'])} {currency} after setting the model up"
    else:
        said += ", and do not earn their model back: leave them out"
    if row["pays_from_units"] is not None:
        said += f"; they pay from {int(row['pays_from_units']):,} units on"
    said += "."
    needed = row["break_even_accept_rate"]
    if needed is not None:
        said += f" {_break_even(Decimal(needed))}"
    if row["share_given_away"] is not None and Decimal(row["share_given_away"]) > 0:
        said += (
            f" The list price gives {percent(row['share_given_away'])} of that to the "
            f"client."
        )
    return said


def _break_even(needed: Decimal) -> str:
    if needed <= 0:
        return "They save time even where every proposal needs fixing."
    if needed >= 1:
        return "They lose time even where no proposal needs fixing."
    return f"They break even where {percent(str(needed))} need no fixing."


def worth_of(made: Estimate, line: Line) -> Worth | None:
    """Return what a line's pre-labels are worth, None where it asks for none.

    Correcting a client's labels is no choice, and has no worth of this kind.
    """
    effort = made.efforts[line.index]
    if effort.prelabel_factor is None or line.prelabel is None or line.work != "label":
        return None
    figures = figures_of(line, made.card.cost)
    saved = _saved(made, line, effort.by_hand, effort.prelabel_factor)
    set_up = _money(figures.setup_hours.value * made.rates.led["lead"].value)
    net = saved - set_up
    off_list = _off_list(made, line)
    return Worth(
        line=line,
        used=effort.prelabel_used,
        saved_share=1 - effort.prelabel_factor.value,
        accept_needed=_accept_needed(made, line),
        quality_needed=_quality_needed(made, line),
        saved=saved,
        set_up=set_up,
        net=net,
        pays_from=_pays_from(made, line, saved=saved, set_up=set_up),
        off_list=off_list,
        given_share=off_list / net if net > 0 else None,
    )


def _saved(made: Estimate, line: Line, by_hand: Step, left: Step) -> Decimal:
    """Return the mean money of labelling that is saved, below 0 where it is lost."""
    units = made.offer.volumes[line.index].units
    seconds = derive(
        "Labelling time saved",
        number.product,
        units,
        by_hand,
        derive(
            "Saved of one unit",
            number.complement,
            left,
            unit="of the time by hand",
            because="1 − what pre-labels leave",
        ),
        answer(
            "Annotators an item",
            line.redundancy,
            unit="people",
            path=f"{line.path}/redundancy",
        ),
        unit="s",
        because="units × seconds by hand × share saved × annotators an item",
    )
    paid = task(
        "Labelling saved",
        seconds,
        stage=3,
        role="annotator",
        line=line.index,
        rates=made.rates,
        currency=made.bill.currency,
    )
    return _money(Decimal(repr(made.simulation.mean(paid.cost))))


def _accept_needed(made: Estimate, line: Line) -> Decimal | None:
    said, row = line.prelabel, figures_of(line, made.card.cost)
    if said is None or said.saving is not None or row.fix_share.value == 0:
        return None
    missed, false = row.missed_share.value, row.false_share.value
    if said.precision is not None:
        # Per proposal: recall multiplies every part of it, and cancels.
        missed, false = Decimal(0), 1 / said.precision - 1
    return Decimal(
        accept_rate_needed(
            row.check_share.value,
            row.fix_share.value,
            missed,
            false,
            row.delete_share.value,
        )
    )


def _quality_needed(made: Estimate, line: Line) -> Decimal | None:
    if line.prelabel is None or line.prelabel.recall is None:
        return None
    row = figures_of(line, made.card.cost)
    return Decimal(
        quality_needed(
            Decimal(1),
            row.check_share.value,
            row.fix_share.value,
            row.delete_share.value,
            saved=0,
        )
    )


def _pays_from(
    made: Estimate, line: Line, *, saved: Decimal, set_up: Decimal
) -> Decimal | None:
    units = made.offer.volumes[line.index].quoted.value
    if saved <= 0:
        return None
    return (set_up * units / saved).to_integral_value(rounding=ROUND_CEILING)


def _off_list(made: Estimate, line: Line) -> Decimal:
    """Return what the list price takes off because units are pre-labelled."""
    price = made.card.price
    by_hand = list_price(made.spec, replace(line, prelabel=None), price=price)
    asked = list_price(made.spec, line, price=price)
    units = made.offer.volumes[line.index].quoted.value
    return _money((by_hand.value - asked.value) * units)


def _money(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value.quantize(FOUR, ROUND_HALF_UP))
