"""The form of a sample: which counts its promises want, and what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from quotes.calc.gates.promised import Asked
from quotes.calc.gates.strata import ClassDraw, labels_to_read
from quotes.convert import class_draws_of
from quotes.models import SampleDraw

MOST_FIRST = 12
"""Images or labels of a sample that are named; the list has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountField:
    """A count that is typed: its name in the form, its words, what was typed."""

    name: str
    words: str
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFields:
    """The counts of a class that has a promise of its own."""

    place: int
    name: str
    counts: tuple[CountField, ...]
    drawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveForm:
    """A move that may be made next, and the fields that its evidence takes."""

    name: str
    label: str
    field: str
    asks: str
    main: bool
    counts: tuple[CountField, ...] = ()
    classes: tuple[ClassFields, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """What promises want counted in a sample, and what was typed and refused."""

    asked: Asked
    typed: Mapping[str, str]


OF_CLASS = (
    ("checked", "Checked"),
    ("wrong", "Of them wrong"),
    ("missed", "Missed"),
    ("units", "In the whole batch"),
)


def to_count(typing: Typing) -> Iterator[ClassFields]:
    """Yield the classes whose labels are counted before a sample is drawn."""
    for place, name in enumerate(typing.asked.classes, start=1):
        key = f"class-{place}-units"
        field = CountField(
            name=key,
            words=f"Labels of {name} in this batch",
            typed=typing.typed.get(key, ""),
        )
        yield ClassFields(place=place, name=name, counts=(field,))


def filled(form: MoveForm, typing: Typing, drawn: SampleDraw | None) -> MoveForm:
    """Return the form of a sample with the counts that it takes; others as they are."""
    if form.field != "sample":
        return form
    asked, typed = typing.asked, typing.typed
    wanted = [("checked", "Checked"), ("wrong", "Of them wrong")]
    if asked.missed:
        wanted += [
            ("missed", "Objects missed"),
            ("extra", "Of the wrong, no object"),
        ]
    if asked.critical:
        wanted.append(("critical", "Of all errors, critical"))
    if asked.minor:
        wanted.append(("minor", "Of all errors, minor"))
    beside = () if drawn is None else class_draws_of(drawn)
    return replace(
        form,
        counts=tuple(
            CountField(name=name, words=words, typed=typed.get(name, ""))
            for name, words in wanted
        ),
        classes=tuple(
            ClassFields(
                place=place,
                name=name,
                counts=tuple(
                    CountField(name=key, words=words, typed=typed.get(key, ""))
                    for what, words in OF_CLASS
                    for key in [f"class-{place}-{what}"]
                    if what != "units" or not any(name in one.units for one in beside)
                ),
                drawn=_to_read(name, drawn, beside),
            )
            for place, name in enumerate(asked.classes, start=1)
        ),
    )


def _to_read(name: str, drawn: SampleDraw | None, beside: Sequence[ClassDraw]) -> str:
    """Return which labels of a class are read, by the numbers that the tool gives."""
    found = [
        place
        for one in beside
        if drawn is not None and name in one.units
        for label, place in labels_to_read(drawn.seed, one)
        if label == name
    ]
    if not found:
        units = sum(one.units.get(name, 0) for one in beside)
        return f"none of {units:,} drawn" if units else ""
    first = ", ".join(f"{place:,}" for place in sorted(found)[:MOST_FIRST])
    more = ", …" if len(found) > MOST_FIRST else ""
    return f"{len(found):,} to read: numbers {first}{more}"
