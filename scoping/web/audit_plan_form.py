"""The form of the audit designer: six answers first, the rest folded.

It is sent by GET, so that an audit is an address which can be kept and sent on. What it
reads is the question that the API takes; an empty field is not stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django import forms

from scoping.calc.plans.question import Question, QuestionError, read_question
from scoping.calc.plans.standard import AQLS, LETTERS
from scoping.calc.spec import Problem
from scoping.calc.trace import plain
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.spec_entries import Choices, Entry, Group
from scoping.web.spec_form import Answers, Part, in_words

FIRST_RULES: Choices = (
    ("percent", "fixed share"),
    ("two_point", "sized"),
    ("zero_defect", "none wrong"),
)
MORE_RULES: Choices = (
    ("", "the plan above"),
    ("standard", "ANSI/ASQ Z1.4, normal single"),
    ("sequential", "may stop early"),
    ("belief", "with what was known before"),
)
COUNTED: Choices = (("object", "objects"), ("image", "images"))
AQL_CHOICES: Choices = tuple(
    (f"{plain(aql):f}", f"{plain(aql * 100):f} %") for aql in AQLS
)
LEVEL_CHOICES: Choices = tuple((level, level) for level in LETTERS)
MORE_RULE = "more_rule"


def _entry(name: str, label: str, kind: str = "percent", **more: object) -> Entry:
    unit = {"percent": "%"}.get(kind, "")
    told = {"unit": unit, **more}
    return Entry(name=name, path=(name,), label=label, kind=kind, **told)  # type: ignore[arg-type]


BATCH = Group(
    name="The batch",
    entries=(
        _entry("batch_items", "Images in a batch", "whole", first="1,000"),
        _entry("units_per_item", "Objects in an image", "number", first="5"),
        _entry(
            "produced",
            "Wrong as produced",
            first="0.8",
            help="Of objects, before the check.",
        ),
        _entry("limit", "Most wrong you promise", first="2"),
        _entry("counts", "What is counted", "choice", choices=COUNTED, first="object"),
        _entry("rule", "Plan", "choice", choices=FIRST_RULES, first="two_point"),
    ),
)
FOLDED = (
    Group(
        name="The fixed share, good and bad",
        folded=True,
        entries=(
            _entry("share", "Share of a batch checked", first="10"),
            _entry("max_defect_share", "Of that, wrong at most", first="2"),
            _entry("good", "Good, should pass", help="Empty: half the promise."),
            _entry("bad", "Bad, should not pass", help="Empty: twice that."),
            _entry("producer_risk", "Good blocked at most", first="5"),
            _entry("consumer_risk", "Bad passed at most", first="10"),
            _entry("confidence", "Certainty, none wrong", first="95"),
        ),
    ),
    Group(
        name="More plans",
        folded=True,
        entries=(
            _entry(MORE_RULE, "Another plan", "choice", choices=MORE_RULES),
            _entry("aql", "AQL (Z1.4)", "choice", choices=AQL_CHOICES, first="0.01"),
            _entry("level", "Level", "choice", choices=LEVEL_CHOICES, first="II"),
            _entry("history_checked", "Checked before", "number", unit="units"),
            _entry("history_wrong", "Of that, wrong", "number", unit="units"),
            _entry("likeliest", "Or: likeliest share wrong"),
            _entry("believed", "How sure it keeps the promise"),
            _entry("certainty", "Certainty asked for", first="95"),
            _entry(
                "sample",
                "Sample",
                "whole",
                unit="units",
                help="Empty: that of the sized plan.",
            ),
        ),
    ),
    Group(
        name="What a check takes",
        folded=True,
        entries=(
            _entry("batches", "Batches", "whole", first="10"),
            _entry("check_seconds", "Time for one object", "number", unit="s"),
            _entry("auditors", "Auditors", "whole", first="1"),
            _entry("hours_per_day", "Hours a day", "number", first="7.5"),
            _entry("hour_cost", "Cost of an hour", "number"),
        ),
    ),
    Group(
        name="Who errs alike, and how the auditor errs",
        folded=True,
        entries=(
            _entry(
                "likeness",
                "Errors alike in one image",
                first="5",
                help="0: each object by itself.",
            ),
            _entry("annotators", "Annotators in a batch", "whole"),
            _entry("annotator_likeness", "Errors alike of one annotator", first="5"),
            _entry("missed", "Wrong units the auditor misses"),
            _entry("false_alarms", "Right units called wrong"),
        ),
    ),
)
ENTRIES = tuple(entry for group in (BATCH, *FOLDED) for entry in group.entries)
OF_RULE: Mapping[str, tuple[str, ...]] = {
    "belief": (
        *("history_checked", "history_wrong", "likeliest", "believed", "sample"),
    ),
}
"""Fields that are read for one rule only: left over, they would be wrong elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A folded group of fields; open where something in it needs another look."""

    name: str
    fields: list[forms.BoundField]
    is_open: bool


class AuditPlanForm:
    """What was typed, the question that it asks, and what is wrong with it."""

    def __init__(self, said: Mapping[str, str]) -> None:
        """Read what was typed; a form that was never sent asks the first question."""
        data = {key: str(value) for key, value in said.items()}
        chosen = {e.name: e.first for e in ENTRIES if e.kind == "choice"}
        self.part = Part(chosen | (data or dict(_first())), entries=ENTRIES, choices={})
        self.summary: ErrorSummary | None = None
        self.question: Question | None = None
        answers = Answers()
        answers.read(self.part, answers.document, "")
        document = answers.document
        rule = document.pop(MORE_RULE, "") or document.get("rule", "two_point")
        document["rule"] = rule
        for kept, names in OF_RULE.items():
            if rule != kept:
                for name in names:
                    document.pop(name, None)
        problems = list(answers.problems)
        try:
            self.question = read_question(document)
        except QuestionError as error:
            problems += error.problems
        if problems:
            self.complain(problems)

    def complain(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field, one a field, and all in a summary."""
        self.question = None
        found: list[FoundProblem] = []
        entries = {entry.name: entry for entry in ENTRIES}
        for problem in problems:
            name = problem.path.strip("/")
            if name in self.part.errors:
                continue
            entry = entries[name if name in entries else "batch_items"]
            bound = self.part[entry.name]
            text = in_words(problem, entry)
            self.part.add_error(entry.name, text)
            found.append(
                FoundProblem(
                    text=f"{entry.label}: {text}",
                    field_id=str(bound.auto_id),
                    code=problem.code,
                    path=problem.path,
                )
            )
        self.summary = ErrorSummary(problems=tuple(found))

    @property
    def fields(self) -> list[forms.BoundField]:
        """Return the fields that are always open."""
        return self.part.group(BATCH)

    @property
    def folds(self) -> list[Fold]:
        """Return the folded groups."""
        return [
            Fold(
                name=group.name,
                fields=self.part.group(group),
                is_open=any(
                    self.part[entry.name].errors
                    or self.part.typed(entry) not in ("", entry.first)
                    for entry in group.entries
                ),
            )
            for group in FOLDED
        ]


def _first() -> Iterator[tuple[str, str]]:
    return ((entry.name, entry.first) for entry in ENTRIES)
