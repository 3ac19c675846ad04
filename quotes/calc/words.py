"""What a standing says in plain words: cents per dollar, weeks, forecasts.

See docs/model.md#words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FORECAST_WORDS = {
    "as_planned": "Ends at, if the rest costs what was planned",
    "as_so_far": "Ends at, if the rest costs as so far",
    "as_so_far_mostly": "Ends at, if cost counts for four parts and delay for one",
    "as_so_far_and_late": "Ends at, if delay costs as much again",
}
"""The four methods of a forecast cost, from the mildest assumption."""
LEARNED_WORDS = {
    "seconds": "Time per {unit}",
    "sent_back": "Sent back at review",
    "wrong": "Wrong in samples",
    "kept": "Machine labels kept as they were",
}
"""What finished batches tell of the rest of a line."""
CENT, TENTH = Decimal(1), Decimal("0.1")
MOST_CHANCES = 99


def cents_sentence(measured: Mapping[str, Any], *, currency: str) -> str:
    """Return how much planned work a unit of money bought.

    >>> measured = {"cost_index": {"known": True, "value": "0.8796"}}
    >>> cents_sentence(measured, currency="USD")
    '88 cents of work per dollar'
    """
    index = measured["cost_index"]
    if not index["known"]:
        return str(index["text"])
    return in_cents(Decimal(index["value"]), "work", currency=currency)


def in_cents(share: Decimal, what: str, *, currency: str) -> str:
    """Return what a hundredth of money bought: cents exist of the dollar alone.

    >>> in_cents(Decimal("0.8796"), "planned work", currency="VND")
    '88 VND of planned work per 100 VND'
    """
    cents = (share * 100).quantize(CENT, ROUND_HALF_UP)
    small, large = coins(currency)
    return f"{cents} {small} of {what} per {large}"


def coins(currency: str) -> tuple[str, str]:
    """Return what a hundredth of an amount and the amount itself are called.

    >>> coins("USD"), coins("EUR")
    (('cents', 'dollar'), ('EUR', '100 EUR'))
    """
    dollar = currency == "USD"
    return ("cents", "dollar") if dollar else (currency, f"100 {currency}")


def weeks_sentence(time: Mapping[str, Any]) -> str:
    """Return how far the work is ahead of its plan or behind it, in weeks.

    >>> weeks_sentence({"variance": {"known": True, "value": "-1.04"}})
    '1.0 weeks behind plan'
    """
    variance = time["variance"]
    if not variance["known"]:
        return str(variance["text"])
    weeks = Decimal(variance["value"]).quantize(TENTH, ROUND_HALF_UP)
    if weeks == 0:
        return "on plan"
    return f"{abs(weeks)} weeks {'ahead of' if weeks > 0 else 'behind'} plan"


def chances(share: str) -> str:
    """Return a probability as chances in a hundred; never surer than 99 or 1.

    >>> chances("0.7712")
    '77 chances in 100'
    """
    many = (Decimal(share) * 100).quantize(CENT, ROUND_HALF_UP)
    if many > MOST_CHANCES:
        return "more than 99 chances in 100"
    if many < 1:
        return "less than 1 chance in 100"
    return f"{many} {'chance' if many == 1 else 'chances'} in 100"


def rest_sentence(ending: Mapping[str, Any]) -> str:
    """Return what the rest may cost so that budget and reserve hold.

    >>> rest_sentence({"needed": "1.0432", "so_far": "1.1244"})
    'the rest may cost 104 % of its plan; finished batches cost 112 %'
    """
    needed, so_far = ending["needed"], ending["so_far"]
    if needed is None:
        return "no work on units is left"
    if Decimal(needed) < 0:
        return "budget and reserve are spent already"
    said = f"the rest may cost {_percent(needed)} of its plan"
    if so_far is None:
        return f"{said}; no batch is finished yet"
    return f"{said}; finished batches cost {_percent(so_far)}"


def pace_sentence(finish: Mapping[str, Any]) -> str:
    """Return the hours a day that the promised week needs.

    >>> pace_sentence({"hours_a_day": "42.0", "hours_a_day_needed": "51.3"})
    '51.3 paid hours a working day; the last weeks had 42.0'
    """
    if finish["hours_a_day_needed"] is None:
        return "the promised day is over"
    return (
        f"{finish['hours_a_day_needed']} paid hours a working day; the last weeks had "
        f"{finish['hours_a_day']}"
    )


def waits_sentence(finish: Mapping[str, Any]) -> str:
    """Return what a logged wait takes of the days to come; nothing where none does.

    >>> waits_sentence({"waits": 4})
    'waits 4 working days longer, by the log of delays'
    """
    many = finish["waits"]
    if not many:
        return ""
    days = "working day" if many == 1 else "working days"
    return f"waits {many} {days} longer, by the log of delays"


def _percent(share: str) -> str:
    return f"{(Decimal(share) * 100).quantize(CENT, ROUND_HALF_UP)} %"


def needed_sentence(needed: Mapping[str, Any], *, currency: str) -> str:
    """Return what the rest must bring so that the budget holds.

    A budget that is spent has nothing left to earn with: the quotient is below 0.

    >>> needed_sentence({"known": True, "value": "1.7882"}, currency="USD")
    'every dollar left must do 1.79 dollars of planned work'
    """
    if not needed["known"]:
        return str(needed["text"])
    value = Decimal(needed["value"])
    if value < 0:
        return "the budget of this work is spent already"
    each = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if currency != "USD":
        each = (value * 100).quantize(CENT, ROUND_HALF_UP)
        return f"every 100 {currency} left must do {each} {currency} of planned work"
    return f"every dollar left must do {each} dollars of planned work"


def learned_rows(line: Mapping[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    """Yield name, value, note of what batches say of a line's rest, and if it is known.

    >>> figure = {"key": "wrong", "known": True, "planned": "0.02", "batches": 3,
    ...           "so_far": "0.031", "p10": "0.018", "p50": "0.027", "p90": "0.04",
    ...           "above_planned": "0.8123"}
    >>> line = {"unit": "box", "figures": [figure]}
    >>> list(learned_rows(line))[0][1:3]  # doctest: +ELLIPSIS
    ('1.8 – 2.7 – 4.0 %', 'so far 3.1 % in 3 batches; quoted 2.0 %, above it 81...')
    """
    for one in line["figures"]:
        name = LEARNED_WORDS[one["key"]].format(unit=line["unit"])
        if not one["known"]:
            yield name, str(one["text"]), "", False
            continue
        low, typical, high, so_far = (
            _learned(one, key) for key in ("p10", "p50", "p90", "so_far")
        )
        unit = "s" if one["key"] == "seconds" else "%"
        batches = "1 batch" if one["batches"] == 1 else f"{one['batches']:,} batches"
        note = f"so far {so_far} {unit} in {batches}"
        if one["planned"] is not None:
            planned = f"quoted {_learned(one, 'planned')} {unit}"
            note += f"; {planned}, above it {chances(one['above_planned'])}"
        if "needed" in one:
            needed = f"{_learned(one, 'needed')} {unit}"
            note += f"; they pay from {needed} on, {chances(one['pays'])}"
        if one.get("forecast"):
            note += f"; {_record(one)}"
        yield name, f"{low} – {typical} – {high} {unit}", note, True


def _record(one: Mapping[str, Any]) -> str:
    """Return how often low to high held the next batch, which it ought to 8 in 10."""
    many = one["forecast"]
    batches = "the one batch" if many == 1 else f"{many} batches"
    return f"low to high held {one['held']} of {batches} that were forecast so"


def _learned(one: Mapping[str, Any], key: str) -> str:
    value = Decimal(one[key])
    if one["key"] == "seconds":
        return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    return f"{(value * 100).quantize(TENTH, ROUND_HALF_UP)}"


def record_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield how well forecasts did, a line for each share of the work.

    >>> row = {"share": "0.25", "forecasts": 12, "cost_held": 9, "error": "0.0810",
    ...        "error_of_pace": "0.1226", "days_forecast": 10, "day_held": 7}
    >>> for line in record_lines([row]):
    ...     print(line)
    25 % done: cost held by low to high in 9 of 12, last day by early to late in 7 of 10
      typical cost off by 8.1 %, the pace so far by 12.3 %
    """
    for row in rows:
        share = row["share"]
        name = "All together" if share == "all" else f"{_percent(share)} done"
        yield (
            f"{name}: cost held by low to high in {row['cost_held']:,} of "
            f"{row['forecasts']:,}, last day by early to late in "
            f"{row['day_held']:,} of {row['days_forecast']:,}"
        )
        ours, pace = (
            (Decimal(row[key]) * 100).quantize(TENTH, ROUND_HALF_UP)
            for key in ("error", "error_of_pace")
        )
        yield f"  typical cost off by {ours} %, the pace so far by {pace} %"
