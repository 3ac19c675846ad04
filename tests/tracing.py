"""Which tests need not count branches, since others count the same ones.

Counting doubles what a test takes. `tests/untraced.txt` names the dear tests that go
uncounted, and files of which all do; it is made anew, after many tests have changed,
from one run that counts everything:

    UNTRACED=none SCALE=0.05 pytest --cov --cov-context=test --junitxml=FILE
    python -m tests.tracing FILE > tests/untraced.txt

Whole files stand there by hand: they go many times over what quicker tests go through.
Every branch of `calc` stays counted, by two tests where that is cheap; any other unless
it would cost more than SECONDS_OF_A_BRANCH. A test that stands nowhere counts, so that
a new one needs no thought.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

LISTED = Path(__file__).with_name("untraced.txt")
DEAR_SECONDS = 0.3
SECONDS_OF_A_BRANCH = 0.25

Branch = tuple[str, int, int]
"""Its file, and the lines that it leads from and to."""


def untraced() -> frozenset[str]:
    """Return the tests that go uncounted, as `file::function`, and whole files."""
    if os.environ.get("UNTRACED") == "none":
        return frozenset()
    return frozenset(LISTED.read_text(encoding="utf-8").split())


def spared(
    branches: Mapping[str, set[Branch]], seconds: Mapping[str, float]
) -> list[str]:
    """Return the dear tests that can go uncounted.

    The cheapest tests are counted first, then whatever adds most for its seconds: the
    greedy answer to a weighted set cover.
    """
    through = Counter(branch for each in branches.values() for branch in each)
    counted = Counter(
        branch
        for test, each in branches.items()
        if seconds.get(test, 0) < DEAR_SECONDS
        for branch in each
    )
    left = {test for test in branches if seconds.get(test, 0) >= DEAR_SECONDS}

    def wanted(test: str) -> set[Branch]:
        return {
            branch
            for branch in branches[test]
            if counted[branch] < min(2 if in_calc(branch) else 1, through[branch])
        }

    def worth_counting(test: str, adds: set[Branch]) -> bool:
        alone = any(in_calc(each) and not counted[each] for each in adds)
        return alone or len(adds) * SECONDS_OF_A_BRANCH >= seconds[test]

    while candidates := {
        test: adds for test in left if worth_counting(test, adds := wanted(test))
    }:
        best = max(
            sorted(candidates), key=lambda test: len(candidates[test]) / seconds[test]
        )
        left.remove(best)
        counted.update(branches[best])
    return sorted(left)


def in_calc(branch: Branch) -> bool:
    """Tell whether a branch is one of the calculation, where all must be counted."""
    return "/calc/" in branch[0]


def _branches(database: Path) -> dict[str, set[Branch]]:
    found: dict[str, set[Branch]] = defaultdict(set)
    for test, *branch in _rows(database):
        found[test].add(tuple(branch))  # type: ignore[arg-type]
    return found


def _rows(database: Path) -> Iterator[tuple[str, str, int, int]]:
    """Yield each branch that a test went through, set-up and all."""
    with sqlite3.connect(database) as opened:
        for context, path, start, end in opened.execute(
            "SELECT context.context, file.path, fromno, tono FROM arc "
            "JOIN context ON context.id = context_id JOIN file ON file.id = file_id"
        ):
            if "|" in context and "/browser/" not in context:
                yield context.split("|")[0].split("[")[0], path, start, end


def _seconds(report: Path) -> dict[str, float]:
    took: dict[str, float] = defaultdict(float)
    for case in ET.parse(report).iter("testcase"):
        place = case.attrib["classname"].replace(".", "/")
        name = case.attrib["name"].split("[")[0]
        took[f"{place}.py::{name}"] += float(case.attrib["time"])
    return took


if __name__ == "__main__":
    by_hand = {each for each in untraced() if "::" not in each}
    found = spared(_branches(Path(".coverage")), _seconds(Path(sys.argv[1])))
    lines = [each for each in found if each.split("::")[0] not in by_hand]
    sys.stdout.write("\n".join([*sorted(by_hand), *lines, ""]))
