"""What a change between two scopes is called, in plain words, and how far it went.

“Boxes: more units in an image (5 → 6.2)”. The words are chosen by the direction of the
answer where it has one, never by the amount: more of something may well be cheaper.
See docs/model.md#wording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .assumptions import line_name
from .bill import in_total
from .layout import percent, with_article
from .mixing import Comparison, Scope
from .pairing import Pair
from .spec.values import WORD_DRIVERS, Commercial, Line
from .tax import CHARGED
from .trace import plain, significant
from .volume import line_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A change as people read it. `at` finds it again: `/lines/0/units`, `/site`.

    `about` is the name of the line that `text` begins with; empty for the project.
    """

    at: str
    text: str
    how_far: str = ""
    about: str = ""

    @property
    def sentence(self) -> str:
        """Return the words with how far it went, where that can be said."""
        return f"{self.text} ({self.how_far})" if self.how_far else self.text

    @property
    def words(self) -> str:
        """Return the words without the name of the line."""
        return self.text.removeprefix(self.about).lstrip(": ")


Words = tuple[str, str, str]
"""A change in words: without a direction, upwards, downwards."""

PROJECT: Mapping[str, Words] = {
    "items": ("other {kind}s", "more {kind}s", "fewer {kind}s"),
    "site": ("another site",) * 3,
    "dates": ("other dates",) * 3,
    "accuracy": ("another accuracy", "a higher accuracy", "a lower accuracy"),
    "reviews": ("other reviews", "more reviews", "fewer reviews"),
    "sample_check": ("another sample check",) * 3,
    "gold_set": ("another gold set", "a larger gold set", "a smaller gold set"),
    "rules": ("other rules", "more edge-case rules", "fewer edge-case rules"),
    "team": ("another team",) * 3,
    "conditions": ("other conditions and their fees",) * 3,
    "risks": ("other risk events", "more risk events", "fewer risk events"),
    "basis": ("another billing basis",) * 3,
    "fees": ("other fees added or waived",) * 3,
    "credits": ("other promises or credits", "larger credits", "smaller credits"),
    "confidence": ("another confidence", "more confidence", "less confidence"),
    "discount": ("another discount", "a larger discount", "a smaller discount"),
    "rush": ("rush", "rush", "no rush"),
    "pilot": ("pilot", "a pilot", "no pilot"),
    "tax": ("another tax", "more tax", "less tax"),
    "other": ("other answers",) * 3,
}

OF_LINE: Mapping[str, Words] = {
    "line": ("exchanged", "added", "left out"),
    "units": (
        "other units in {a kind}",
        "more units in {a kind}",
        "fewer units in {a kind}",
    ),
    "difficulty": ("another difficulty",) * 3,
    "people": ("other people", "more people on each", "fewer people on each"),
    "prelabels": ("other pre-labels", "pre-labels", "no pre-labels"),
    "work": ("another kind of work",) * 3,
    "standing": ("another alternative", "now counted", "no longer counted"),
    "unit_price": ("another unit price", "a dearer unit price", "a cheaper unit price"),
}

CARD: Mapping[str, str] = {
    "card_bands": "market ranges",
    "card_position": "position in the market range",
    "card_accuracy": "price factors of accuracy",
    "card_site": "price factors of sites",
    "card_rush": "price factor of rush",
    "card_redundancy": "price of further people on each",
    "card_prelabel_price": "price factor of pre-labels",
    "card_tiers": "tiers",
    "card_bases": "prices of hours and teams",
    "card_minimum": "minimum order",
    "card_fees": "fees",
    "card_months": "months of monthly fees",
    "card_sample_check": "likeness of errors within an image",
    "card_doubt": "spreads and what moves together",
    "card_risks": "risk events",
    "card_effort": "seconds of work",
    "card_drivers": "drivers of the work",
    "card_errors": "first-pass errors",
    "card_review": "review and rework",
    "card_prelabels": "pre-labels",
    "card_wages": "wages and workplace",
    "card_utilisation": "worked share of paid hours",
    "card_exchange": "exchange rate",
    "card_calendar": "working days of the site",
    "card_work": "hours of the project",
    "card_policy": "margins",
    "card_fee_costs": "costs behind the fees",
    "card_other": "other figures",
}

COUNTS: Mapping[str, Callable[[Scope], Decimal | int]] = {
    "credits": lambda scope: scope.spec.commercial.credits.failed_batch or Decimal(0),
    "items": lambda scope: scope.spec.items,
    "reviews": lambda scope: scope.spec.quality.reviews,
    "gold_set": lambda scope: scope.spec.quality.gold_items,
    "rules": lambda scope: scope.spec.quality.edge_case_rules,
    "risks": lambda scope: len(scope.spec.risks),
}
SHARES: Mapping[str, Callable[[Scope], Decimal]] = {
    "accuracy": lambda scope: scope.spec.quality.accuracy,
    "confidence": lambda scope: scope.spec.commercial.confidence,
    "discount": lambda scope: scope.spec.commercial.discount,
    "tax": lambda scope: _tax_rate(scope),
}
SWITCHES: Mapping[str, Callable[[Scope], bool]] = {
    "rush": lambda scope: scope.spec.commercial.rush,
    "pilot": lambda scope: scope.spec.commercial.pilot,
}
STATED: Mapping[str, Callable[[Scope], object]] = {
    "site": lambda scope: scope.spec.site,
    "basis": lambda scope: _sold(scope.spec.commercial),
    "team": lambda scope: scope.spec.team.annotators,
}
DIFFICULTY = ("complexity", "classes", "attributes", "vertices", *WORD_DRIVERS)


def named(change: str, comparison: Comparison) -> Named:
    """Return a change of a comparison in words, on the way from first to second."""
    key, _, place = change.partition("@")
    if place:
        return _of_line(key, comparison.pairs[int(place)], comparison)
    first, second = comparison.first, comparison.second
    if key in CARD:
        return Named(at=f"/card/{key[5:]}", text=f"{CARD[key]} of the rate card")
    direction, how_far = 0, ""
    if key in COUNTS:
        direction, how_far = _moved(COUNTS[key](first), COUNTS[key](second))
    elif key in SHARES:
        direction, how_far = _moved_share(SHARES[key](first), SHARES[key](second))
    elif key in SWITCHES:
        direction = _sign(int(SWITCHES[key](second)) - int(SWITCHES[key](first)))
    elif key in STATED:
        how_far = _arrow(STATED[key](first), STATED[key](second))
    kind = second.spec.item_kind
    return Named(
        at=f"/{key}", text=PROJECT[key][direction].format(kind=kind), how_far=how_far
    )


def _of_line(key: str, pair: Pair, comparison: Comparison) -> Named:
    line = pair.lines[0]
    direction, how_far = 0, ""
    if pair.first is None or pair.second is None:
        direction = 1 if pair.first is None else -1
    else:
        direction, how_far = _between(key, pair.first, pair.second, comparison)
    kind = comparison.second.spec.item_kind
    words = OF_LINE[key][direction]
    words = words.replace("{a kind}", with_article(kind))
    gap = " " if key == "line" else ": "
    return Named(
        at=f"{line.path}/{key}",
        text=f"{line_name(line)}{gap}{words}",
        how_far=how_far,
        about=line_name(line),
    )


def _between(key: str, old: Line, new: Line, comparison: Comparison) -> tuple[int, str]:
    """Return the direction of a change of a line, and how far it went."""
    first, second = comparison.first, comparison.second
    if key == "units":
        return _moved(_per_item(old, first), _per_item(new, second))
    if key == "unit_price":
        return _dearer(first.decided.get(old.index), second.decided.get(new.index))
    return OF_ANSWERS[key](old, new)


OF_ANSWERS: Mapping[str, Callable[[Line, Line], tuple[int, str]]] = {
    "difficulty": lambda old, new: (0, _harder(old, new)),
    "people": lambda old, new: _moved(old.redundancy, new.redundancy),
    "prelabels": lambda old, new: (
        _sign((new.prelabel is not None) - (old.prelabel is not None)),
        "",
    ),
    "work": lambda old, new: (0, _arrow(old.work, new.work)),
    "standing": lambda old, new: (_sign(in_total(new) - in_total(old)), ""),
}


def _harder(old: Line, new: Line) -> str:
    said = ((name, getattr(old, name), getattr(new, name)) for name in DIFFICULTY)
    return ", ".join(
        f"{name} {_arrow(was, now)}" for name, was, now in said if was != now
    )


def _dearer(old: Any, new: Any) -> tuple[int, str]:
    """Return the direction of a decided unit price, none where one was worked out."""
    if old is None or new is None:
        return 0, ""
    return _moved(_price(old), _price(new))


def _price(decided: Any) -> Decimal:
    """Return a decided unit price: a decision's value, or the price itself."""
    return decided if isinstance(decided, Decimal) else Decimal(decided.value)


def _per_item(line: Line, scope: Scope) -> Decimal:
    """Return mean units of an item, over all items: also those that carry none."""
    volume = line_volume(scope.spec, line, key="", price=scope.price)
    return volume.per_item.value * line.share_of_items


def _sold(terms: Commercial) -> str:
    """Return the basis in words, with the teams and months where they are stated."""
    said = [(terms.pods, "teams"), (terms.months, "months")]
    stated = ", ".join(f"{count} {word}" for count, word in said if count is not None)
    return f"{terms.basis} of {stated}" if stated else terms.basis


def _tax_rate(scope: Scope) -> Decimal:
    tax = scope.spec.commercial.tax
    return tax.rate if tax.mode in CHARGED else Decimal(0)


def _moved(old: Decimal | int, new: Decimal | int) -> tuple[int, str]:
    return _sign(new - old), _arrow(_short(old), _short(new))


def _moved_share(old: Decimal, new: Decimal) -> tuple[int, str]:
    return _sign(new - old), _arrow(percent(str(old)), percent(str(new)))


def _arrow(old: object, new: object) -> str:
    """Return from what to what; nothing where both read the same."""
    if old == new:
        return ""
    return " → ".join(
        "not stated" if one is None else str(one).replace("_", " ")
        for one in (old, new)
    )


def _short(number: Decimal | int) -> str:
    return f"{plain(significant(Decimal(number), digits=4)):,f}"


def _sign(number: Decimal | int) -> int:
    """Return 1, 0 or -1, which is also the place of the word in `Words`."""
    return (number > 0) - (number < 0)
