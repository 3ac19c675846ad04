"""Plain text that people read: tables that line up, paragraphs, figures as written.

Widths are counted in characters, for a terminal or an e-mail in a fixed font.
See docs/model.md#layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from textwrap import wrap

WIDTH = 96
TENTH = Decimal("0.1")
HOUR = Decimal(3600)
RARE = Decimal("0.001")
Row = Sequence[str]


def table(rows: Sequence[Row], *, align: str, indent: int = 2) -> Iterator[str]:
    """Yield rows as lines whose columns line up.

    `align` has one letter a column, l or r; columns are two spaces apart.

    >>> list(table([("Units", ""), ("12", "box")], align="rl"))
    ['  Units', '     12  box']
    """
    widths = [max(len(row[place]) for row in rows) for place in range(len(align))]
    for row in rows:
        cells = (
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, align, strict=True)
        )
        yield " " * indent + "  ".join(cells).rstrip()


def paragraph(text: str, *, mark: str = "", indent: int = 0) -> Iterator[str]:
    """Yield a text as lines of at most `WIDTH`, hanging below its mark."""
    first = " " * indent + mark
    yield from wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def with_article(noun: str) -> str:
    """Return a noun with its article, by its first letter.

    >>> with_article("annotator"), with_article("box")
    ('an annotator', 'a box')
    """
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def batch_called(key: str) -> str:
    """Return a batch as a sentence calls it; many keys begin with the word themselves.

    >>> batch_called("006"), batch_called("batch 006"), batch_called("wave 2")
    ('batch 006', 'batch 006', 'batch wave 2')
    """
    return f"batch {_own_name(key)}"


def batches_called(keys: Sequence[str]) -> str:
    """Return batches as a sentence lists them.

    >>> batches_called(["b7"]), batches_called(["batch 001", "batch 002"])
    ('batch b7', 'batches 001, 002')
    """
    noun = "batch" if len(keys) == 1 else "batches"
    return f"{noun} {', '.join(_own_name(key) for key in keys)}"


def _own_name(key: str) -> str:
    """Return the name of a batch without the word, unless nothing else is left."""
    word, _, rest = key.strip().partition(" ")
    return rest if rest and word.casefold() == "batch" else key


def batch_at_start(key: str) -> str:
    """Return a batch as it begins a sentence.

    >>> batch_at_start("batch A7"), batch_at_start("a7")
    ('Batch A7', 'Batch a7')
    """
    return f"Batch {_own_name(key)}"


def money(value: str) -> str:
    """Return an amount with its cents and grouped thousands.

    >>> money("64011.79")
    '64,011.79'
    """
    return f"{Decimal(value):,.2f}"


def an_hour(seconds: Decimal) -> str:
    """Return how many of what takes so long are done in an hour of work.

    >>> an_hour(Decimal("14.98"))
    '240.3'
    """
    return f"{(HOUR / seconds).quantize(TENTH, ROUND_HALF_UP):,}"


def percent(share: str, *, rounding: str = ROUND_HALF_UP) -> str:
    """Return a share as per cent with one decimal, whole where it is whole.

    >>> percent("0.0364"), percent("0.98")
    ('3.6 %', '98 %')
    """
    found = (Decimal(share) * 100).quantize(TENTH, rounding)
    return f"{found:f}".removesuffix(".0") + " %"


def at_most(share: str) -> str:
    """Return a share that something does not exceed: rounded so that it stays true.

    >>> at_most("0.0364")
    '3.7 %'
    """
    return percent(share, rounding=ROUND_CEILING)


def up_to(share: str) -> str:
    """Return a share up to which something holds: rounded so that it stays true.

    >>> up_to("0.0105")
    '1 %'
    """
    return percent(share, rounding=ROUND_FLOOR)


def span(found: Mapping[str, str], *, names: Sequence[str]) -> str:
    """Return several amounts as one range, low to high."""
    return " – ".join(money(found[name]) for name in names)


def chance(share: str) -> str:
    """Return a probability in words: one case of how many.

    >>> chance("0.0718"), chance("0.6"), chance("0")
    ('about 1 in 14', '60 in 100', 'less than 1 in 1,000')
    """
    found = Decimal(share)
    if found < RARE:
        return "less than 1 in 1,000"
    if found > Decimal("0.2"):
        return f"{(found * 100).quantize(Decimal(1), ROUND_HALF_UP)} in 100"
    return f"about 1 in {(1 / found).quantize(Decimal(1), ROUND_HALF_UP):,}"
