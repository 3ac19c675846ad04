"""The public form: what was typed, the scope that it says, and what is wrong with it.

Everything a person types comes in here, from an address, a posted form or a kept scope,
and leaves as a `SelfScope` or as sentences beside the fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast, get_args

from scoping.calc.rates.values import PriceSide
from scoping.calc.self_scope.answers import OFFERED, SelfScope
from scoping.calc.spec import Problem
from scoping.calc.spec.values import AnnotationType, Need
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.public.typed import Typed
from scoping.web.public.wording import (
    ACCURACIES,
    CALENDARS,
    COUNTRIES,
    DONT_KNOW,
    TASKS,
    WORDS,
    Choices,
)

MOST_LETTERS = 200
MOST_COUNTS_LETTERS = 12_000
LABELS = {
    "need": "What should your model do?",
    "images": "How many images?",
    "low": "Low",
    "typical": "Typical",
    "high": "High",
    "counts": "Counts of some images",
    "accuracy": "How many of 100 must be right?",
    "deadline": "When do you need it?",
    "name": "A name for the project",
    "method": "Method",
    "kinds": "Kinds of object",
    "points": "Points on each",
    "complexity": "The scenes",
    "occlusion": "Hidden objects",
    "domain": "The subject",
    "resolution": "Size of an image",
    "start_on": "Your images reach us",
    "calendar": "Your public holidays",
    "budget": "Budget",
    "residency": "Data must stay in",
}
SAMPLE = "A sample of labels"
FLAGS = ("images_unknown", "objects_unknown", "secure_room")
EARLIER = ("was_low", "was_typical", "was_high")
NAMES = (*LABELS, *FLAGS, *EARLIER)
FIELD_OF = {
    "/items": "images",
    "/need": "need",
    "/name": "name",
    "/deadline": "deadline",
    "/start_on": "start_on",
    "/budget": "budget",
    "/client_calendar": "calendar",
    "/quality/accuracy": "accuracy",
    "/lines/0/classes": "kinds",
    "/lines/0/complexity": "complexity",
    "/lines/0/occlusion": "occlusion",
    "/lines/0/domain": "domain",
    "/lines/0/resolution": "resolution",
    "/lines/0/units_per_item/sample": "counts",
    "/lines/0/units_per_item/mean/p10": "low",
    "/lines/0/units_per_item/mean/p90": "high",
}
"""Where a problem of the spec is shown; all others stand at the typical count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field as the template prints it."""

    name: str
    label: str
    value: str = ""
    help: str = ""
    error: str = ""
    unit: str = ""
    kind: str = "text"
    choices: Choices = ()

    @property
    def id(self) -> str:
        """Return the id that labels and problems point to."""
        return f"id_{self.name}"

    @property
    def described_by(self) -> str:
        """Return the ids of the help and the problem below the field."""
        found = [f"{self.id}_help"] if self.help else []
        return " ".join([*found, f"{self.id}_error"] if self.error else found)


class PublicForm:
    """What was said so far. `scope` is None until a need is chosen or while it errs."""

    def __init__(
        self,
        said: Mapping[str, str],
        *,
        price: PriceSide,
        sample: tuple[int, ...] = (),
        calendars: Iterable[str] = (),
    ) -> None:
        """Read what was typed; what is not of this form is not read."""
        self.typed = Typed(
            {
                name: text[: MOST_COUNTS_LETTERS if name == "counts" else MOST_LETTERS]
                for name in NAMES
                if (text := str(said.get(name, "")).strip())
            }
        )
        self.said, self.errors = self.typed.said, self.typed.errors
        self.sample = sample
        self.calendars = tuple(calendars)
        self.currency = price.currency
        self.words = {
            key: tuple(
                (word, label)
                for word, label in choices
                if f"{key}/{word}" in price.position_words
            )
            for key, choices in WORDS.items()
        }
        self.scope = self._read()

    def _read(self) -> SelfScope | None:
        need = self.typed.choice("need", tuple(get_args(Need)))
        images = (
            None if self.typed.ticked("images_unknown") else self.typed.number("images")
        )
        found: dict[str, Any] = {
            "images": None if images is None else int(images),
            "objects": self.typed.objects(),
            "sample": self.typed.counts() or self.sample,
            "accuracy": self._accuracy(),
            "deadline": self.typed.day("deadline"),
            "start_on": self.typed.day("start_on"),
            "name": self.said.get("name", ""),
            "kinds": self.typed.whole("kinds"),
            "points": self.typed.whole("points"),
            "budget": self.typed.number("budget", whole=False),
            "secure_room": self.typed.ticked("secure_room"),
            "residency": self.typed.choice("residency", [key for key, _ in COUNTRIES]),
            "calendar": self.typed.choice("calendar", self.calendars),
        }
        for key, choices in self.words.items():
            found[key] = self.typed.choice(key, [word for word, _ in choices])
        if need is None or self.errors:
            return None
        method = self.typed.choice("method", OFFERED[cast("Need", need)])
        if method is None and "method" in self.errors:
            # A method of another need: this one begins with its own.
            del self.errors["method"]
            self.said.pop("method")
        return SelfScope(
            need=cast("Need", need), method=cast("AnnotationType", method), **found
        )

    def _accuracy(self) -> Decimal | None:
        said = self.typed.choice("accuracy", [value for value, _ in ACCURACIES])
        return None if said is None else Decimal(said)

    def complain(self, problems: Iterable[Problem]) -> None:
        """Show problems of the spec at their fields, one a field."""
        for problem in problems:
            name = FIELD_OF.get(problem.path, "typical")
            self.errors.setdefault(name, problem.message)
        self.scope = None

    @property
    def summary(self) -> ErrorSummary | None:
        """Return what needs another look, with links to the fields."""
        if not self.errors:
            return None
        return ErrorSummary(
            problems=tuple(
                FoundProblem(
                    text=f"{LABELS.get(name, SAMPLE)}: {text}", field_id=f"id_{name}"
                )
                for name, text in self.errors.items()
            )
        )

    @property
    def earlier(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """Return the range before this answer, if the form carried one."""
        found = []
        for name in EARLIER:
            text = self.said.get(name, "")
            if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,4})?", text):
                return None
            found.append(Decimal(text))
        low, typical, high = found
        return (low, typical, high) if low <= typical <= high else None

    def field(self, name: str, **more: Any) -> Field:
        """Return a field as the template prints it."""
        return Field(
            name=name,
            label=LABELS[name],
            value=self.said.get(name, ""),
            error=self.errors.get(name, ""),
            **more,
        )

    @property
    def tasks(self) -> list[dict[str, object]]:
        """Return the first question's answers, with the one that is chosen."""
        chosen = self.said.get("need", "")
        return [{"task": task, "chosen": task.key == chosen} for task in TASKS]

    @property
    def accuracies(self) -> list[dict[str, object]]:
        """Return the choices of accuracy, "I don't know" last."""
        now = self.said.get("accuracy", "")
        return [
            {"value": value, "words": words, "chosen": value == now}
            for value, words in (*ACCURACIES, ("", DONT_KNOW))
        ]

    @property
    def images(self) -> Field:
        """Return the second question."""
        return self.field("images", unit="images")

    @property
    def triple(self) -> list[Field]:
        """Return low, typical and high of objects in an image."""
        return [self.field(name) for name in ("low", "typical", "high")]

    @property
    def counts(self) -> Field:
        """Return the field for counts of some images, one after the other."""
        return self.field(
            "counts",
            help="One number for each image, in any order: 3, 7, 0, 5, ….",
        )

    @property
    def sample_field(self) -> Field:
        """Return the field that takes a file."""
        return Field(name="sample", label=SAMPLE, error=self.errors.get("sample", ""))

    @property
    def deadline(self) -> Field:
        """Return the fifth question."""
        return self.field("deadline", kind="date")

    @property
    def more(self) -> list[Field]:
        """Return the questions that narrow a first range."""
        fields = [
            self.field("kinds", unit="kinds", help="Car, person, bicycle: three."),
            *(
                self.field(key, kind="select", choices=(("", DONT_KNOW), *choices))
                for key, choices in self.words.items()
            ),
        ]
        if self.said.get("need") == "pose":
            fields.append(
                self.field("points", unit="points", help="A body often has 17.")
            )
        return fields

    @property
    def terms(self) -> list[Field]:
        """Return the questions about time, money and where the data may lie."""
        countries = self.field("residency", kind="select", choices=COUNTRIES)
        places = tuple((key, CALENDARS.get(key, key)) for key in self.calendars)
        return [
            self.field("name", help="So that you find it again."),
            self.field("start_on", kind="date", help="Empty: in about two weeks."),
            self.field("budget", unit=self.currency, help="It never changes a price."),
            countries,
            self.field("calendar", kind="select", choices=(("", DONT_KNOW), *places)),
        ]

    @property
    def is_more_open(self) -> bool:
        """Return whether a folded question was answered, or errs."""
        named = {field.name for field in (*self.more, *self.terms)}
        return bool(
            named & ({*self.said} | {*self.errors}) or self.ticks("secure_room")
        )

    def ticks(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return self.typed.ticked(name)

    @property
    def flags(self) -> dict[str, bool]:
        """Return the boxes that are ticked, by name."""
        return {name: self.typed.ticked(name) for name in FLAGS}
