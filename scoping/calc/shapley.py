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
    known: dict[frozenset[str], Amounts | None] = {}

    def asked(made: frozenset[str]) -> Amounts | None:
        if made not in known:
            known[made] = worth(made)
        return known[made]

    blocks: list[Block] = [(change,) for change in changes]
    while True:
        exact = len(blocks) <= exact_up_to
        stuck = _first_impossible(blocks, asked, exact=exact)
        if stuck is None:
            break
        blocks = _joined(blocks, stuck, asked)
    value = _possible(asked)
    if exact:
        return {
            block: _mean_over_subsets(block, blocks, value=value) for block in blocks
        }
    return _mean_of_two_orders(blocks, value=value)


def _first_impossible(
    blocks: Sequence[Block], asked: Worth, *, exact: bool
) -> list[Block] | None:
    sets = _subsets(blocks) if exact else _both_ways(blocks)
    return next((made for made in sets if asked(_all_of(made)) is None), None)


def _joined(blocks: Sequence[Block], stuck: list[Block], asked: Worth) -> list[Block]:
    """Return the blocks with those joined that are possible only together.

    First what can be left out of the impossible set, then what need not be added to
    it, so that no more is joined than the impossibility forces.
    """
    core = list(stuck)
    for block in stuck:
        fewer = [one for one in core if one != block]
        if asked(_all_of(fewer)) is None:
            core = fewer
    helpers = [block for block in blocks if block not in core]
    for block in tuple(helpers):
        fewer = [one for one in helpers if one != block]
        if asked(_all_of([*core, *fewer])) is not None:
            helpers = fewer
    together = [block for block in blocks if block in core or block in helpers]
    joined: Block = tuple(change for block in together for change in block)
    place = blocks.index(together[0])
    rest = [block for block in blocks if block not in together]
    return [*rest[:place], joined, *rest[place:]]


def _mean_over_subsets(
    block: Block,
    blocks: Sequence[Block],
    *,
    value: Callable[[Sequence[Block]], Amounts],
) -> tuple[Fraction, ...]:
    others = [other for other in blocks if other != block]
    everyone = len(blocks)
    results = len(value([]))
    shares = [Fraction(0)] * results
    for made in _subsets(others):
        orders = factorial(len(made)) * factorial(everyone - len(made) - 1)
        weight = Fraction(orders, factorial(everyone))
        without, with_it = value(made), value([*made, block])
        for place in range(results):
            shares[place] += weight * Fraction(with_it[place] - without[place])
    return tuple(shares)


def _mean_of_two_orders(
    blocks: Sequence[Block], *, value: Callable[[Sequence[Block]], Amounts]
) -> dict[Block, tuple[Fraction, ...]]:
    found = {}
    for place, block in enumerate(blocks):
        before, after = blocks[:place], blocks[place + 1 :]
        pairs = ((before, [*before, block]), (after, [*after, block]))
        moved = [
            [
                Fraction(new - old)
                for new, old in zip(value(made), value(without), strict=True)
            ]
            for without, made in pairs
        ]
        found[block] = tuple(sum(both) / 2 for both in zip(*moved, strict=True))
    return found


def _possible(asked: Worth) -> Callable[[Sequence[Block]], Amounts]:
    def value(made: Sequence[Block]) -> Amounts:
        found = asked(_all_of(made))
        if found is None:
            raise ValueError("None of the changes, or all of them, must be possible.")
        return found

    return value


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


def _all_of(blocks: Sequence[Block]) -> frozenset[str]:
    return frozenset(change for block in blocks for change in block)
