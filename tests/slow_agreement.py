"""Agreement of boxes the slow and obvious way: a second opinion that shares no code.

Every way to pair the boxes of a cluster is tried, figures are fractions of counts, and
intervals come from drawing images one by one out of a hat.
"""

from __future__ import annotations

from collections import Counter
from random import Random

Named = tuple[str, tuple[float, float, float, float]]


def overlap(one, other):
    """Return what two boxes (left, top, right, bottom) share of what either covers."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * high / (sum(areas) - wide * high)


def best_pairs(first: list[Named], second: list[Named], *, least: float, classed: bool):
    """Return the pairs of greatest total overlap, found by trying all of them."""
    edges = {
        (i, j): overlap(a[1], b[1])
        for i, a in enumerate(first)
        for j, b in enumerate(second)
        if overlap(a[1], b[1]) >= least and (not classed or a[0] == b[0])
    }
    pairs = []
    while edges:
        i, j = next(iter(edges))
        cluster = _cluster(edges, i, j)
        pairs += _try_all(cluster)[1]
        edges = {key: value for key, value in edges.items() if key not in cluster}
    return [(i, j, overlap(first[i][1], second[j][1])) for i, j in pairs]


def counts(images, *, least: float, classed: bool = True, only: str | None = None):
    """Return, per image, matched, in the first, in the second, overlap of the matched.

    `images`: for each the boxes of the first and of the second pass.
    """
    rows = []
    for first, second in images:
        if only is not None:
            first = [one for one in first if one[0] == only]
            second = [one for one in second if one[0] == only]
        pairs = best_pairs(first, second, least=least, classed=classed)
        rows.append(
            (len(pairs), len(first), len(second), sum(value for *_, value in pairs))
        )
    return rows


def figures(rows):
    """Return precision, recall, F1 and mean overlap of counted images."""
    matched, first, second, covered = (
        sum(column) for column in zip(*rows, strict=True)
    )
    return {
        "precision": matched / first,
        "recall": matched / second,
        "f1": 2 / (first / matched + second / matched),
        "overlap": covered / matched,
    }


def intervals(rows, *, draws: int, seed: int = 4):
    """Return 95 % intervals of the figures, each resample drawn image by image."""
    hat = Random(seed)
    drawn = [figures(hat.choices(rows, k=len(rows))) for _ in range(draws)]
    found = {}
    for name in drawn[0]:
        values = sorted(one[name] for one in drawn)
        found[name] = (values[int(draws * 0.025)], values[int(draws * 0.975)])
    return found


def alpha(images, *, least: float):
    """Return Krippendorff's alpha of who called what what, not marked included."""
    answers = []
    for first, second in images:
        pairs = best_pairs(first, second, least=least, classed=False)
        answers += [(first[i][0], second[j][0]) for i, j, _ in pairs]
        ours, theirs = {i for i, *_ in pairs}, {j for _, j, _ in pairs}
        answers += [(one[0], None) for i, one in enumerate(first) if i not in ours]
        answers += [(None, one[0]) for j, one in enumerate(second) if j not in theirs]
    said = Counter(word for pair in answers for word in pair)
    total = sum(said.values())
    differ = sum(a != b for a, b in answers) / len(answers)
    by_luck = sum(n * (total - n) for n in said.values()) / (total * (total - 1))
    return 1 - differ / by_luck


def _cluster(edges, i, j):
    """Return the edges that hang together with one of them."""
    ours, theirs = {i}, {j}
    while True:
        touched = {key for key in edges if key[0] in ours or key[1] in theirs}
        if {a for a, _ in touched} == ours and {b for _, b in touched} == theirs:
            return {key: edges[key] for key in touched}
        ours, theirs = {a for a, _ in touched}, {b for _, b in touched}


def _try_all(edges):
    """Return the greatest total and its pairs: with the first edge, or without it."""
    if not edges:
        return 0.0, []
    (i, j), value = next(iter(edges.items()))
    rest = {key: one for key, one in edges.items() if key != (i, j)}
    without = _try_all(rest)
    free = {key: one for key, one in rest.items() if key[0] != i and key[1] != j}
    total, pairs = _try_all(free)
    return max(without, (total + value, [(i, j), *pairs]), key=lambda found: found[0])
