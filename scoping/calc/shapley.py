"""What each of several changes did to a result, when they were all made together.

Made one after the other, changes get the credit of their place in the row: more images
first and a dearer image second is another split than the other way round. The fair
share of a change is its mean effect over all orders in which the changes could have
been made (Shapley 1953): the shares add up, a change that never moves anything gets
nothing, and changes that do the same get the same. Up to `EXACT_UP_TO` changes that
mean is exact; above it, it is taken over two orders, the stated one and its reverse,
which adds up just as well. See docs/model.md#shapley.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import factorial

EXACT_UP_TO = 8
"""Changes for which every subset is tried: 256 of them."""

Block = tuple[str, ...]
Amounts = tuple[Decimal, ...]
Worth = Callable[[frozenset[str]], Amounts | None]
"""The results with these changes made; None where they cannot be made without more."""


def contributions(
    changes: Sequence[str], worth: Worth, *, exact_up_to: int = EXACT_UP_TO
) -> dict[Block, tuple[Fraction, ...]]:
    """Return what each change did to each result, as exact fractions that add up.

    `worth` is asked once for each set of changes. Changes that make no sense without
    one another come back as one block of several. None and all of the changes have to
    be possible; the caller knows both results.

    >>> def price(made):
    ...     images = 120 if "images" in made else 100
    ...     return (Decimal(images * (3 if "rate" in made else 2)),)
    >>> found = contributions(["images", "rate"], price)
    >>> [str(*shares) for shares in found.values()]
    ['50', '110']
    """
    results = _Results(worth)
    blocks: list[Block] = [(change,) for change in changes]
    if not (results.possible([]) and results.possible(blocks)):
        raise ValueError("None of the changes, and all of them, must be possible.")
    while stuck := _first_impossible(blocks, results, exact_up_to=exact_up_to):
        blocks = _joined(blocks, stuck, results)
    if len(blocks) <= exact_up_to:
        return {block: _mean_over_subsets(block, blocks, results) for block in blocks}
    return _mean_of_two_orders(blocks, results)


class _Results:
    """What each set of changes comes to, asked once."""

    def __init__(self, worth: Worth) -> None:
        self._worth = worth
        self._known: dict[frozenset[str], Amounts | None] = {}

    def possible(self, made: Sequence[Block]) -> bool:
        """Return whether these changes can be made without the others."""
        key = frozenset(change for block in made for change in block)
        if key not in self._known:
            self._known[key] = self._worth(key)
        return self._known[key] is not None

    def of(self, made: Sequence[Block]) -> Amounts:
        """Return the results with these changes made, which are possible."""
        return (
            self._known[frozenset(change for block in made for change in block)] or ()
        )


def _first_impossible(
    blocks: Sequence[Block], results: _Results, *, exact_up_to: int
) -> list[Block] | None:
    """Return a set of blocks that the shares need and that cannot be made alone."""
    sets = _subsets(blocks) if len(blocks) <= exact_up_to else _both_ways(blocks)
    return next((made for made in sets if not results.possible(made)), None)


def _joined(
    blocks: Sequence[Block], stuck: list[Block], results: _Results
) -> list[Block]:
    """Return the blocks with those joined that are possible only together.

    First what can be left out of the impossible set, then what need not be added to
    it, so that no more is joined than the impossibility forces.
    """
    core = list(stuck)
    for block in stuck:
        fewer = [one for one in core if one != block]
        if not results.possible(fewer):
            core = fewer
    helpers = [block for block in blocks if block not in core]
    for block in tuple(helpers):
        fewer = [one for one in helpers if one != block]
        if results.possible([*core, *fewer]):
            helpers = fewer
    together = [block for block in blocks if block in core or block in helpers]
    joined: Block = tuple(change for block in together for change in block)
    place = blocks.index(together[0])
    rest = [block for block in blocks if block not in together]
    return [*rest[:place], joined, *rest[place:]]


def _mean_over_subsets(
    block: Block, blocks: Sequence[Block], results: _Results
) -> tuple[Fraction, ...]:
    others = [other for other in blocks if other != block]
    everyone = len(blocks)
    shares = [Fraction(0)] * len(results.of([]))
    for made in _subsets(others):
        orders = factorial(len(made)) * factorial(everyone - len(made) - 1)
        weight = Fraction(orders, factorial(everyone))
        without, with_it = results.of(made), results.of([*made, block])
        for place in range(len(shares)):
            shares[place] += weight * Fraction(with_it[place] - without[place])
    return tuple(shares)


def _mean_of_two_orders(
    blocks: Sequence[Block], results: _Results
) -> dict[Block, tuple[Fraction, ...]]:
    found = {}
    for place, block in enumerate(blocks):
        before, after = blocks[:place], blocks[place + 1 :]
        pairs = ((before, [*before, block]), (after, [*after, block]))
        moved = [
            [
                Fraction(new - old)
                for new, old in zip(results.of(made), results.of(without), strict=True)
            ]
            for without, made in pairs
        ]
        found[block] = tuple(sum(both) / 2 for both in zip(*moved, strict=True))
    return found


def _subsets(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield every set of blocks, the small ones first."""
    places = range(len(blocks))
    masks = sorted(range(1 << len(blocks)), key=lambda mask: (mask.bit_count(), mask))
    for mask in masks:
        yield [blocks[place] for place in places if mask >> place & 1]


def _both_ways(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the sets that two opposite orders pass through."""
    for place in range(len(blocks) + 1):
        yield list(blocks[:place])
        yield list(blocks[place:])
