"""What is printed of a comparison: a row for each class, a glyph for each interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoping.templatetags.plumbline import MINUS, NOT_KNOWN, count, share_percent
from scoping.web.components import Message, Stat

DASH = " – "
WIDTH, LEFT, RIGHT = 132, 4, 128
LEAST_WIDTH = 2
FAMILIES = {
    "regions": "Boxes, outlines and masks",
    "keypoints": "Keypoints",
    "tags": "Tags of images",
}
NOT_MARKED = "not marked"
COEFFICIENTS = (
    ("percent", "Same tags", "of the images that both tagged"),
    ("cohen", "Beyond luck (Cohen)", "1 is wholly alike, 0 is luck"),
    ("alpha", "Beyond luck (Krippendorff)", "1 is wholly alike, 0 is luck"),
    ("ac1", "Beyond luck (Gwet)", "steadier where one tag is nearly always right"),
)
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with the interval it lies in; `glyph` repeats both as a drawing."""

    value: str
    interval: str
    glyph: IntervalGlyph | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalGlyph:
    """An interval between 0 and 100 %, its value a mark on it."""

    low_x: int
    band: int
    value_x: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One class: how many labels, and how alike they are."""

    name: str
    first: str
    second: str
    matched: str
    precision: Share
    recall: Share
    f1: Share
    overlap: Share
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistaken:
    """How often one file says one thing and the other another."""

    times: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyBlock:
    """One kind of labels: figures, classes, what was mistaken for what."""

    heading: str
    stats: list[Stat]
    rows: list[ClassRow]
    notes: list[str]
    mistaken: list[Mistaken]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedBlock:
    """A whole comparison."""

    sentence: str
    how: str
    warnings: list[Message]
    families: list[FamilyBlock]


def compared_block(found: Data) -> ComparedBlock:
    """Return a comparison as it is printed."""
    first, second = found["first"], found["second"]
    return ComparedBlock(
        sentence=_sentence(found),
        how=(
            f"{first['name']} ({first['format']}, {_many(first['labels'], 'label')}) "
            f"held against {second['name']} ({second['format']}, "
            f"{_many(second['labels'], 'label')}). One object from an overlap of "
            f"{found['least_overlap']:g} on. Below each share stands the range it lies "
            f"in 19 times out of 20, from {count(found['resamples'])} draws of whole "
            f"images."
        ),
        warnings=[
            Message(kind="warn", text=text)
            for side in (first, second)
            for text in (*_alone(side), *_remarks(side))
        ],
        families=[_family(one) for one in found["families"]],
    )


def _sentence(found: Data) -> str:
    """Return the answer in one sentence, of the first family."""
    one = found["families"][0]["named"]
    if one["f1"]["value"] is None:
        return "The two files have no labels to hold against each other."
    return (
        f"On {_many(found['images'], 'image')} both have, "
        f"{_many(one['matched'], 'label')} agree{'s' if one['matched'] == 1 else ''}: "
        f"{_percent(one['precision'])} of the first file's are right, and "
        f"{_percent(one['recall'])} of the reference's were found."
    )


def _many(number: int, noun: str) -> str:
    """Return a number of things: 1 label, 2 labels."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def _alone(side: Data) -> Iterator[str]:
    names = side["alone_names"][:3]
    if names:
        more = side["alone"] - len(names)
        yield (
            f"{_many(side['alone'], 'image')} "
            f"{'is' if side['alone'] == 1 else 'are'} in {side['name']} alone and "
            f"{'was' if side['alone'] == 1 else 'were'} left out: {', '.join(names)}"
            + (f" and {count(more)} more." if more else ".")
        )


def _remarks(side: Data) -> Iterator[str]:
    for remark in side["remarks"]:
        yield f"{side['name']}: {remark}"


def _family(one: Data) -> FamilyBlock:
    return FamilyBlock(
        heading=FAMILIES[one["family"]],
        stats=[
            _stat("Both ways (F1)", one["named"]["f1"], "right and found together"),
            _stat("Right", one["named"]["precision"], "of the first file's labels"),
            _stat("Found", one["named"]["recall"], "of the reference's labels"),
            *(
                [_stat("Overlap", one["named"]["mean_overlap"], "of matched labels")]
                if one["family"] != "tags"
                else []
            ),
        ],
        rows=[
            _row("All, class and place", one["named"], is_total=True),
            _row("All, place alone", one["found"], is_total=True),
            *(_row(row["name"], row) for row in one["classes"]),
        ],
        notes=list(_notes(one)),
        mistaken=[
            Mistaken(
                times=count(row["times"]),
                first=row["first"] or NOT_MARKED,
                second=row["second"] or NOT_MARKED,
            )
            for row in one["confusions"]
        ],
    )


def _notes(one: Data) -> Iterator[str]:
    alike = one["same_class"]
    if alike["value"] is not None and len(one["classes"]) > 1:
        yield (
            f"Of the objects that both marked, {_percent(alike)}{_between(alike)} have "
            f"one class in both."
        )
    alpha = one["alpha"]
    if len(one["classes"]) > 1 and alpha["value"] is not None:
        yield (
            f"Beyond luck (Krippendorff's alpha, with “not marked” as an answer): "
            f"{_plain(alpha['value'])}{_plain_between(alpha)}."
        )
    elif len(one["classes"]) == 1 and one["tags"] is None:
        yield (
            "With one class nothing can be said beyond luck: nobody can agree that an "
            "object is not there. “Both ways” is the figure to read."
        )
    if one["tags"] is not None:
        for key, name, meaning in COEFFICIENTS:
            figure = one["tags"][key]
            if figure is not None:
                yield f"{name}: {_coefficient(key, figure)} ({meaning})."


def _coefficient(key: str, figure: Data) -> str:
    if figure["value"] is None:
        return NOT_KNOWN
    if key == "percent":
        return f"{_percent(figure)}{_between(figure)}"
    return f"{_plain(figure['value'])}{_plain_between(figure)}"


def _stat(name: str, figure: Data, note: str) -> Stat:
    share = _share(figure)
    return Stat(
        name=name,
        value=share.value,
        notes=(share.interval, note) if share.interval else (note,),
        is_words=figure["value"] is None,
    )


def _row(name: str, row: Data, *, is_total: bool = False) -> ClassRow:
    return ClassRow(
        name=name,
        first=count(row["first"]),
        second=count(row["second"]),
        matched=count(row["matched"]),
        precision=_share(row["precision"]),
        recall=_share(row["recall"]),
        f1=_share(row["f1"], drawn=True),
        overlap=_share(row["mean_overlap"]),
        is_total=is_total,
    )


def _share(figure: Data, *, drawn: bool = False) -> Share:
    value, low, high = figure["value"], figure["low"], figure["high"]
    if value is None:
        return Share(value=NOT_KNOWN, interval="")
    if low is None or high is None:
        return Share(value=_percent(figure), interval="")
    return Share(
        value=_percent(figure),
        interval=f"{low * 100:.1f}{DASH}{high * 100:.1f}",
        glyph=_glyph(value, low, high) if drawn else None,
    )


def _glyph(value: float, low: float, high: float) -> IntervalGlyph:
    def at(share: float) -> int:
        return round(LEFT + share * (RIGHT - LEFT))

    return IntervalGlyph(
        low_x=at(low), band=max(at(high) - at(low), LEAST_WIDTH), value_x=at(value)
    )


def _percent(figure: Data) -> str:
    value = figure["value"]
    return NOT_KNOWN if value is None else share_percent(f"{value:.6f}", 1)


def _between(figure: Data) -> str:
    if figure["low"] is None:
        return ""
    return f" ({figure['low'] * 100:.1f}{DASH}{figure['high'] * 100:.1f})"


def _plain_between(figure: Data) -> str:
    if figure["low"] is None:
        return ""
    return f" ({_plain(figure['low'])}{DASH}{_plain(figure['high'])})"


def _plain(value: float) -> str:
    """Return a coefficient, which may lie below 0, with a true minus."""
    return f"{value:.3f}".replace("-", MINUS)
