"""The three answers of a project: how much, is it getting better, which part.

Each is a word or a figure, what it rests on, and for two of them a small picture that
repeats it. Whole pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from quotes.calc.report import shown
from quotes.calc.trend import FEWEST_WEEKS, Trend, trend
from quotes.calc.words import coins, in_cents
from scoping.templatetags.plumbline import change, money, plural, share_percent

WIDTH, HEIGHT, RIGHT, TOP, BASE, TEXT = 196, 44, 160, 8, 36, 12
AS_PLANNED = Decimal(1)
WORDS = {
    "better": "Yes",
    "worse": "No, worse",
    "not shown": "Not shown yet",
    "too few weeks": "Too early to say",
}
BAR = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """Weeks as a line against a dotted rule at 100 cents, with its end named."""

    line: str
    rule_y: int
    end_x: int
    end_y: int
    rule_text_y: int
    end_text_y: int
    end: str
    sentence: str
    width: int = WIDTH
    height: int = HEIGHT
    right: int = RIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a bar: its kind, where it begins and how wide it is."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One of the three: question, answer, its unit, sentences, and a picture."""

    name: str
    value: str
    unit: str = ""
    notes: tuple[str, ...] = ()
    kind: str = ""
    is_long: bool = False
    line: TrendLine | None = None
    bar: tuple[Slice, ...] = ()
    bar_width: int = BAR


def answers(
    found: Mapping[str, Any], gap: Mapping[str, Any] | None
) -> tuple[Answer, ...]:
    """Return the three answers; what is not known stands where they would."""
    return (_how_much(found, gap), _getting_better(found), _which_part(found, gap))


def _how_much(found: Mapping[str, Any], gap: Mapping[str, Any] | None) -> Answer:
    name, currency = "1. How much?", found["currency"]
    if gap is None:
        whole = money(found["plan"]["cost"]["p50"], currency)
        return Answer(
            name=name,
            value=shown(found["whole"]["cost"]),
            is_long=True,
            notes=(f"planned {whole} {currency}",),
        )
    total, planned = Decimal(gap["total"]), Decimal(gap["planned"])
    actual = Decimal(gap["actual"])
    said = f"{money(actual, currency)} for work that was planned at "
    said += f"{money(planned, currency)}."
    standing = found["standing"]
    if planned > 0 and actual > 0 and standing["known"] and standing["gap"]["parts"]:
        bought = in_cents(planned / actual, "planned work", currency=currency)
        last = f"That is {bought}."
    else:
        last = "Hours at planned rates."
    return Answer(
        name=name,
        value=change(total, currency),
        unit=f"{currency} {'over' if total > 0 else 'under' if total else 'apart'}",
        kind="over" if total > 0 else "less",
        notes=(said, last),
    )


def _getting_better(found: Mapping[str, Any]) -> Answer:
    name = "2. Is it getting better?"
    standing = found["standing"]
    if not standing["known"]:
        return Answer(name=name, value=str(standing["text"]), is_long=True)
    weeks = trend(standing["gap_by"]["week"])
    small, large = coins(found["currency"])
    of = f"{small[:1].upper()}{small[1:]} of planned work per {large}"
    return Answer(
        name=name,
        value=WORDS[weeks.answer],
        line=_line(weeks, of=of),
        notes=(
            f"{of}, week by week{_from_to(weeks)}.",
            _why(weeks),
        ),
    )


def _from_to(weeks: Trend) -> str:
    figures = [_cents(week.bought) for week in weeks.weeks]
    return f": from {figures[0]} to {figures[-1]}" if len(figures) > 1 else ""


def _why(weeks: Trend) -> str:
    many = len(weeks.weeks)
    if weeks.chance is None:
        return (
            f"{many} {plural(many, 'week')} of work can be compared; it takes "
            f"{FEWEST_WEEKS} to tell a trend from chance."
        )
    often = f"{(weeks.chance * 100).quantize(Decimal(1), ROUND_HALF_UP)} times in 100"
    if weeks.answer == "not shown":
        return f"{many} weeks in this order come up {often} by chance alone."
    way = "rise" if weeks.answer == "better" else "fall"
    return f"{many} weeks {way} by more than chance: it does as much {often}."


def _line(weeks: Trend, *, of: str) -> TrendLine | None:
    """Return the weeks as a line; None where there are not two of them."""
    figures = [week.bought for week in weeks.weeks]
    if len(figures) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    low, high = min(*figures, AS_PLANNED), max(*figures, AS_PLANNED)
    room = (high - low) or Decimal(1)

    def y(value: Decimal) -> int:
        return BASE - round((value - low) / room * (BASE - TOP))

    step = Decimal(RIGHT - 8) / (len(figures) - 1)
    points = [(4 + round(step * place), y(one)) for place, one in enumerate(figures)]
    rule, end = y(AS_PLANNED), points[-1][1]
    rule_text, end_text = _apart(rule, end)
    return TrendLine(
        line="M" + "L".join(f"{x} {height}" for x, height in points),
        rule_y=rule,
        end_x=points[-1][0],
        end_y=end,
        rule_text_y=rule_text + 4,
        end_text_y=end_text + 4,
        end=_cents(figures[-1]),
        sentence=(f"{of}, by week: " + ", ".join(_cents(one) for one in figures)),
    )


def _apart(rule: int, end: int) -> tuple[int, int]:
    """Return where two labels stand so that neither lies on the other."""
    if abs(rule - end) >= TEXT:
        return rule, end
    shift = (TEXT - abs(rule - end) + 1) // 2
    return (rule - shift, end + shift) if rule <= end else (rule + shift, end - shift)


def _cents(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal(1), ROUND_HALF_UP)}"


def _which_part(found: Mapping[str, Any], gap: Mapping[str, Any] | None) -> Answer:
    name, currency = "3. Which part?", found["currency"]
    if gap is None or not gap["parts"]:
        return Answer(
            name=name, value="not known, because the cost is not", is_long=True
        )
    largest = max(gap["parts"], key=lambda part: abs(Decimal(part["amount"])))
    amount = Decimal(largest["amount"])
    same = [
        abs(Decimal(part["amount"]))
        for part in gap["parts"]
        if (Decimal(part["amount"]) > 0) == (amount > 0)
    ]
    whole = sum(same, Decimal(0))
    against = Decimal(gap["total"]) - (whole if amount > 0 else -whole)
    made, other = ("dearer", "saved") if amount > 0 else ("cheaper", "cost more")
    share = share_percent(abs(amount) / whole, 0) if whole else ""
    notes = [f"{change(amount, currency)} {currency}, {share} of what made it {made}."]
    if against:
        notes.append(f"Other parts {other}: {change(against, currency)}.")
    return Answer(
        name=name,
        value=largest["name"].capitalize(),
        bar=tuple(_slices(same, whole, over=amount > 0)),
        notes=tuple(notes),
    )


def _slices(
    amounts: Sequence[Decimal], whole: Decimal, *, over: bool
) -> Iterator[Slice]:
    """Yield the largest part, the next one, and the rest, as parts of a bar."""
    ordered = sorted(amounts, reverse=True)
    widths = [int(one / whole * BAR) for one in ordered[:2]] if whole else []
    x = 0
    for kind, width in zip(("over" if over else "less", "next"), widths, strict=False):
        yield Slice(kind=kind, x=x, width=width)
        x += width
    if len(ordered) > len(widths):
        yield Slice(kind="rest", x=x, width=BAR - x)
