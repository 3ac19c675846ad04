"""How many units there are: items × the share that carries them × units per item.

Two doubts are kept apart. What nobody knows about the project's *average* moves the
client's range; how images *differ* does not move a total of 100,000 images, only the
effort of a batch, the size of an audit and the caps. The quoted quantity is the mean,
in whole units; the bill follows accepted units. See docs/model.md#volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from . import bands, number
from .chances import chance
from .rates.values import PriceSide
from .spec.values import Line, LowModeHigh, Quantiles, Spec
from .trace import Origin, Step, derive, given


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVolume:
    """How much of one line there is.

    `items`: items that a person opens for this line; `share_of_items` of all carry any.
    `units`: units as they may turn out, typical value exact. `quoted`: whole units that
    the quote counts. `per_item`: the mean units an item holds. `checked_frames`:
    interpolated frames, looked at; `units_between`: the units that they hold.
    """

    items: Step
    share_of_items: Step
    per_item: Step
    units: Step
    quoted: Step
    checked_frames: Step | None = None
    units_between: Step | None = None


def answer(name: str, value: Decimal | int, *, unit: str, path: str) -> Step:
    """Return a leaf that the spec stated (or left at its standard value)."""
    return given(
        name,
        value,
        unit=unit,
        because=f"the spec, {path}",
        origin=Origin(kind="spec", at=path),
    )


def key_frames(frames: Decimal, clips: Decimal, label_every: Decimal) -> Decimal:
    """Return how many frames are labelled by hand: one in `label_every` of each clip.

    Rounded up for each clip, because every clip begins with a key frame.
    """
    each = (frames / clips / label_every).to_integral_value(rounding=ROUND_CEILING)
    return min(frames, clips * each)


def line_volume(
    spec: Spec,
    line: Line,
    *,
    key: str,
    price: PriceSide,
    sampled: Step | None = None,
) -> LineVolume:
    """Return the volume of a line, from the spec and the card's price side alone.

    `sampled` is the share of a batch that a sized plan checks, for a line that checks
    existing labels; a percentage rule says its share itself.
    """
    items, checked = labelled_items(spec)
    carrying = items
    share = answer(
        "Share of items with any",
        line.share_of_items,
        unit="",
        path=f"{line.path}/share_of_items",
    )
    if line.share_of_items != 1:
        carrying = derive(
            "Items with any",
            number.product,
            items,
            share,
            unit=items.unit,
            because="items × share that carries any",
        )
        if checked is not None:
            checked = derive(
                "Interpolated frames with any",
                number.product,
                checked,
                share,
                unit=items.unit,
                because="interpolated frames × share that carries any",
            )
    if line.work == "audit" and spec.quality.audit.share is not None:
        sampled = answer(
            "Share sampled",
            spec.quality.audit.share,
            unit="",
            path="/quality/audit/share",
        )
    if line.work == "audit" and sampled is not None:
        carrying = derive(
            "Items of the sample",
            number.product,
            carrying,
            sampled,
            unit=items.unit,
            because="items × share sampled; existing labels are checked on a sample",
        )
    drawn, mean = units_per_item(line, key=key, price=price)
    units = derive(
        "Units",
        number.product,
        carrying,
        drawn,
        unit=line.unit,
        because="items × units in each, as they may turn out",
    )
    expected = derive(
        "Expected units",
        number.product,
        carrying,
        mean,
        unit=line.unit,
        because="items × mean units in each",
    )
    quoted = derive(
        "Quoted units",
        number.whole_units,
        expected,
        unit=line.unit,
        because="expected units, rounded half up to whole ones",
    )
    return LineVolume(
        items=carrying,
        share_of_items=share,
        per_item=mean,
        units=units,
        quoted=quoted,
        checked_frames=checked,
        units_between=None
        if checked is None
        else derive(
            "Interpolated units",
            number.product,
            checked,
            drawn,
            unit=line.unit,
            because="interpolated frames × units in each, as they may turn out",
        ),
    )


def labelled_items(spec: Spec) -> tuple[Step, Step | None]:
    """Return the items that are labelled, and the frames that are only checked."""
    kind = "images" if spec.item_kind == "image" else "frames"
    items = answer("Items", spec.items, unit=kind, path="/items")
    video = spec.video
    if video is None or video.label_every == 1:
        return items, None
    every = answer(
        "Label every so many frames",
        video.label_every,
        unit="frames",
        path="/video/label_every",
    )
    keys = derive(
        "Key frames",
        key_frames,
        items,
        answer("Clips", video.clips, unit="clips", path="/video/clips"),
        every,
        unit="frames",
        because="clips × (frames of a clip ÷ label every so many, rounded up)",
    )
    if not video.interpolate:
        return keys, None
    between = derive(
        "Interpolated frames",
        number.difference,
        items,
        keys,
        unit="frames",
        because="frames − key frames; looked at, not drawn",
    )
    return keys, between


def units_per_item(line: Line, *, key: str, price: PriceSide) -> tuple[Step, Step]:
    """Return units per item twice: as they may turn out, and their mean."""
    path, said = f"{line.path}/units_per_item", line.units_per_item
    unit = f"{line.unit} an item"
    if said.sample is not None:
        return _from_sample(line, key=key, price=price)
    mean_path = f"{path}/mean"
    if isinstance(said.mean, Quantiles):
        return _from_band(said.mean, path=mean_path, unit=unit, key=key)
    if isinstance(said.mean, LowModeHigh):
        return _from_triangle(said.mean, path=mean_path, unit=unit, key=key)
    if said.mean is None:
        raise ValueError(f"{path} has neither a mean nor a sample.")
    exact = answer("Units in an item", said.mean, unit=unit, path=mean_path)
    return exact, exact


def _from_band(said: Quantiles, *, path: str, unit: str, key: str) -> tuple[Step, Step]:
    low = answer("Units in an item, low", said.p10, unit=unit, path=f"{path}/p10")
    mid = answer("Units in an item, typical", said.p50, unit=unit, path=f"{path}/p50")
    high = answer("Units in an item, high", said.p90, unit=unit, path=f"{path}/p90")
    mean = derive(
        "Mean units in an item",
        bands.mean_of_band,
        low,
        mid,
        high,
        unit=unit,
        because="mean of two half-lognormals that meet at typical",
    )
    if said.p10 == said.p90:
        return mid, mean
    drawn = derive(
        "Units in an item",
        bands.drawn,
        chance(f"units:{key}"),
        low,
        mid,
        high,
        unit=unit,
        because="typical; low and high are not passed one time in ten",
    )
    return drawn, mean


def _from_triangle(
    said: LowModeHigh, *, path: str, unit: str, key: str
) -> tuple[Step, Step]:
    low = answer("Units in an item, least", said.low, unit=unit, path=f"{path}/low")
    mode = answer(
        "Units in an item, most often", said.mode, unit=unit, path=f"{path}/mode"
    )
    high = answer("Units in an item, most", said.high, unit=unit, path=f"{path}/high")
    mean = derive(
        "Mean units in an item",
        bands.mean_of_triangle,
        low,
        mode,
        high,
        unit=unit,
        because="(least + most often + most) ÷ 3",
    )
    if said.low == said.high:
        return mode, mean
    drawn = derive(
        "Units in an item",
        bands.drawn_triangular,
        chance(f"units:{key}"),
        low,
        mode,
        high,
        unit=unit,
        because="middle of the triangle of least, most often and most",
    )
    return drawn, mean


def _from_sample(line: Line, *, key: str, price: PriceSide) -> tuple[Step, Step]:
    """Return units per item from counts: a sample is never the dataset.

    The sample's own error comes from its scatter; on top of it stands how far a sample
    usually lies from the dataset it was taken from, which no sample can show.
    """
    counts = line.units_per_item.sample or ()
    path, unit = f"{line.path}/units_per_item/sample", f"{line.unit} an item"
    facts = bands.sample_facts(counts)
    mean = answer(
        f"Mean of {len(counts)} counted items", facts.mean, unit=unit, path=path
    )
    if facts.mean == 0:
        return mean, mean
    error = answer(
        "Standard error of that mean", facts.standard_error, unit=unit, path=path
    )
    between = price.sample_to_dataset.step("How far samples lie from their dataset")
    doubt = derive(
        "Doubt about the mean",
        bands.sample_doubt,
        mean,
        error,
        between,
        unit="as sigma of the logarithm",
        because="√((error ÷ mean)² + between²)",
    )
    moved = derive(
        "How far the dataset lies off",
        bands.spread,
        chance(f"units:{key}"),
        doubt,
        unit="×",
        because="1 where typical",
    )
    drawn = derive(
        "Units in an item",
        number.product,
        mean,
        moved,
        unit=unit,
        because="mean of the sample × how far the dataset lies off",
    )
    return drawn, mean
