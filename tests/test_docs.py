"""The pages of docs/: examples that run, and numbers that come out of them.

An example is a block of Python in docs/model.md, in the section of the module that it
is about; the names of that module are at hand in it. A *result* in the prose of a
section (with a decimal point, grouped thousands or per cent) stands in an example of
the same section, as what goes in or what comes out, or in `model_numbers.yaml` with the
reason why nothing computes it there.
"""

from __future__ import annotations

import doctest
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
GIVEN: dict[str, dict[str, str]] = yaml.safe_load(
    (ROOT / "tests" / "model_numbers.yaml").read_text("utf-8")
)
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`]*`|^```.*?^```$|^    .*$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.,/-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\s?%)?(?![\w/])")
PLAIN = re.compile(r"(?<![\w.])-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the model: its heading, the module it is about, its text."""

    heading: str
    module: str
    text: str

    @property
    def examples(self) -> str:
        """Return the blocks of Python, one after another."""
        return "\n".join(FENCE.findall(self.text))

    def results(self) -> Iterator[tuple[str, float, int, bool]]:
        """Yield results of the prose: as written, value, decimals, and if per cent."""
        for found in NUMBER.finditer(CODE.sub("", self.text)):
            whole, part, percent = found.groups()
            if part is None and percent is None and "," not in whole:
                continue
            said = whole.replace(",", "") + (part or "")
            yield (
                found.group().strip(),
                float(said),
                len(part or ".") - 1,
                bool(percent),
            )


def sections() -> list[Section]:
    """Return the sections of docs/model.md."""
    page = (ROOT / "docs" / "model.md").read_text("utf-8")
    found = []
    for part in re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        named = re.search(r"`([\w/]+?)(\.py)?`", heading)
        found.append(
            Section(
                heading=heading,
                module=named.group(1).replace("/", ".") if named else "",
                text=text,
            )
        )
    return found


SECTIONS = sections()
EACH = pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.heading[3:])


@EACH
def test_examples_of_the_model_run_and_print_what_they_say(section):
    module = importlib.import_module(section.module)
    names = {**vars(module), "Decimal": Decimal, "D": Decimal}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    example = doctest.DocTestParser().get_doctest(
        section.examples, names, section.heading, "docs/model.md", 0
    )
    report: list[str] = []

    runner.run(example, out=report.append)

    assert report == []


@EACH
def test_results_in_the_prose_come_out_of_an_example(section):
    missing = unexplained(section)

    assert missing == [], (
        f"{section.heading}: no example of the section holds {', '.join(missing)}. Add "
        f"a block of Python that computes it, or a line with the reason to "
        f"tests/model_numbers.yaml."
    )


def unexplained(section: Section) -> list[str]:
    """Return the results of a section that neither an example nor a reason holds."""
    computed = [
        abs(float(one.replace("_", ""))) for one in PLAIN.findall(section.examples)
    ]
    given = GIVEN.get(section.module, {})
    return [
        written
        for written, value, decimals, percent in section.results()
        if written not in given
        and not any(
            matches(one * scale, value, decimals)
            for one in computed
            for scale in ((1, 100) if percent else (1,))
        )
    ]


def matches(one: float, value: float, decimals: int) -> bool:
    """Return whether a computed number is printed as this one."""
    return abs(one - value) <= 0.5000001 * 10.0**-decimals and (
        value == 0 or abs(one / value - 1) < 0.1
    )


def test_every_exception_is_of_a_section_and_has_a_reason():
    known = {section.module for section in SECTIONS}

    assert set(GIVEN) <= known
    assert all(why.strip() for reasons in GIVEN.values() for why in reasons.values())


def test_a_wrong_result_is_found():
    wrong = Section(
        heading="## `scoping/calc/bands.py`",
        module="scoping.calc.bands",
        text="The mean is 12.7.\n\n```python\n>>> 12.6\n12.6\n```\n",
    )

    assert unexplained(wrong) == ["12.7"]


def test_a_wrong_example_is_found():
    assert (
        doctest.DocTestRunner()
        .run(
            doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "x", None, 0),
            out=lambda _: None,
        )
        .failed
        == 1
    )
