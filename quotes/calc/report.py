"""A reconciliation as text: what a manager reads at the command line.

See docs/model.md#report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoping.calc.layout import batches_called

from .disputes import RATES
from .words import (
    FORECAST_WORDS,
    cents_sentence,
    chances,
    learned_rows,
    needed_sentence,
    pace_sentence,
    rest_sentence,
    waits_sentence,
    weeks_sentence,
)


def report(name: str, found: Mapping[str, Any]) -> str:
    """Return the comparison as lines of text."""
    return "\n".join(
        [
            *_head(name, found),
            *_lines(found),
            *_standing(found),
            *_learned(found),
            *_money_so_far(found),
            *_samples(found),
            *_foot(found),
        ]
    )


def _standing(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield where the project stands: what the money bought, why, where it ends."""
    standing = found.get("standing")
    if standing is None:
        return
    if not standing["known"]:
        yield f"Where it stands: {standing['text']}"
        yield ""
        return
    accepted, time = standing["accepted"], standing["time"]
    yield from (sentence["text"] for sentence in standing["why"])
    yield f"Where it stands on {standing['on']}, {standing['currency']}"
    for name, text in (
        ("should be accepted", _amount(accepted["planned"])),
        ("accepted", _amount(accepted["earned"])),
        ("passed our checks", _amount(standing["passed"]["earned"])),
        ("spent on it", _amount(accepted["actual"])),
        ("accepted for it", cents_sentence(accepted, currency=standing["currency"])),
        (
            "passed for it",
            cents_sentence(standing["passed"], currency=standing["currency"]),
        ),
        ("in time", weeks_sentence(time)),
        (
            "to stay in budget",
            needed_sentence(
                accepted["needed_for_budget"], currency=standing["currency"]
            ),
        ),
    ):
        yield f"  {name:<20} {text:>14}"
    yield f"  {'budget':<20} {_money(standing['budget']['whole']):>14}"
    for key, words in FORECAST_WORDS.items():
        yield f"  {words}: {_amount(accepted['forecasts'][key]['whole'])}"
    yield f"  Ends, at the pace so far: {shown(time['finish'])}"
    yield from _ending(standing["ending"])
    yield from _gap("Work done, same images", standing["gap"])
    for line in standing["gap_by"]["line"]:
        yield from _gap(f"of it {line['line']}", line)
    yield from (f"  {text}" for text in standing["not_separable"])
    yield from (f"  {text}" for text in standing["carried"])
    yield ""


def _ending(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the forecast: low, typical, promised with, high, and the chances."""
    if not found["known"]:
        yield f"  Forecast: {found['text']}"
        return
    cost = found["cost"]
    low, typical, high = (_money(cost[key]) for key in ("p10", "p50", "p90"))
    yield f"  Forecast cost, low – typical – high: {low} – {typical} – {high}"
    yield f"  Within budget: {chances(found['within_budget'])}"
    yield f"  Within budget and reserve: {chances(found['within_reserve'])}"
    yield f"  For that {rest_sentence(found)}"
    finish = found["finish"]
    if not finish["known"]:
        yield f"  Forecast finish: {finish['text']}"
        return
    days = " – ".join(
        finish[key] or "beyond every calendar" for key in ("p10", "p50", "p90")
    )
    yield f"  Forecast finish, early – typical – late: {days}"
    if finish["waits"]:
        yield f"  It {waits_sentence(finish)}"
    promised = f"By the promised day, {finish['promised']}"
    yield f"  {promised}: {chances(finish['by_promised'])}"
    yield f"  For that {pace_sentence(finish)}"


def _learned(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what finished batches say of the rest of each line."""
    lines = found.get("learned") or ()
    if lines:
        yield "What the batches so far say of the rest, low – typical – high"
    for line in lines:
        for name, value, note, _ in learned_rows(line):
            yield f"  {line['name']}, {name.lower()}: {value}"
            if note:
                yield f"    {note}"
    if lines:
        yield ""


def _money_so_far(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what may be billed, and the margin from the quote to what came of it."""
    if "billing" not in found:
        return
    yield "Billing, units quoted, delivered, passed, accepted; billable"
    for row in found["billing"]:
        counts = [shown(row[key]) for key in ("delivered", "passed", "accepted")]
        said = "; ".join([f"{row['quoted']:,}", *counts, _amount(row["billable"])])
        yield f"  {row['name']}: {said}"
    margin = found["margin"]
    if not margin["known"]:
        yield f"Margin of the work done: {margin['text']}"
    else:
        yield (
            f"Margin of the work done: quoted {_change(margin['planned'])}, realised "
            f"{_change(margin['actual'])}, {_change(margin['total'])}"
        )
        for part in margin["parts"]:
            yield f"  {part['name']:<34} {_change(part['amount']):>14}"
    yield ""


def _samples(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield whether samples are as they were, and which checks were overturned."""
    for line in found.get("sample_checks", ()):
        yield f"Samples of {line['name']}: {line['text']}"
    disputes = found.get("disputes")
    for key, one in (disputes["overturned"] if disputes else {}).items():
        if one["decided"]:
            yield (
                f"{RATES[key]}: {one['overturned']:,} of {one['decided']:,} disputes "
                f"overturned it"
            )


def _gap(heading: str, gap: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"  {heading}: planned {_money(gap['planned'])}, "
        f"spent {_money(gap['actual'])}, {_change(gap['total'])}"
    )
    for part in gap["parts"]:
        yield f"    {part['name']:<24} {_change(part['amount']):>14}"


def _amount(value: Mapping[str, Any]) -> str:
    return _money(value["value"]) if value["known"] else shown(value)


def _head(name: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name}: estimated against delivered"
    yield ""
    gap = found["whole"]["gap"]
    if gap is None:
        yield f"Cost: {shown(found['whole']['cost'])}"
    else:
        yield (
            f"Cost, {found['currency']}: {_money(gap['actual'])} at planned rates for "
            f"work planned at {_money(gap['planned'])}, {_change(gap['total'])}"
        )
        for part in gap["parts"]:
            yield f"  {part['name']:<20} {_change(part['amount']):>14}"
        for text in gap["not_separable"]:
            yield f"  {text}"
    yield ""


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    for line in found["lines"]:
        planned, actual = line["planned"], line["actual"]
        yield f"{line['name']} ({line['unit']})"
        yield f"  {'':<18}{'estimated':>22}  delivered"
        for name, value, key in (
            ("units", f"{planned['units']:,}", "units"),
            ("passed", "", "passed"),
            ("accepted", "", "accepted"),
            ("sent back", _percent(planned["rework_share"]), "rework_share"),
            (
                "seconds a unit",
                f"{planned['seconds_per_unit']} s, {planned['clock_name']}",
                "seconds_per_unit",
            ),
            ("cost", _money(planned["cost"]), "cost"),
        ):
            yield f"  {name:<18}{value:>22}  {_delivered(key, actual[key], line)}"
        if line["scope"]:
            yield f"  Scope: {line['scope']}"
        if line["untimed_batches"]:
            yield (f"  {untimed_sentence(line['untimed_batches'])}")
        if line["actual"]["units"]["known"]:
            yield f"  {len(line['batches']):,} batches."
        yield ""


def untimed_sentence(batches: Sequence[str]) -> str:
    """Return which batches count although nobody wrote down their time.

    >>> untimed_sentence(["batch 004"])
    'No time: batch 004. Its units count, its time is not known.'
    """
    its = "Its" if len(batches) == 1 else "Their"
    return (
        f"No time: {batches_called(batches)}. {its} units count, {its.lower()} time is "
        f"not known."
    )


def _delivered(key: str, value: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    text = shown(value)
    if not value["known"]:
        return text
    if key == "seconds_per_unit":
        names = ", ".join(clock["name"] for clock in line["clocks"])
        seconds = Decimal(line["seconds"])
        return (
            f"{text} s, {names} ({seconds:,.1f} s over {line['timed_units']:,} units)"
        )
    if key == "rework_share":
        return _percent(text)
    if key == "cost":
        return f"{_money(text)}, {value['basis']}"
    return text


def _foot(found: Mapping[str, Any]) -> Iterator[str]:
    yield from found["scopes"]
    if found["outside"] is not None:
        yield found["outside"]["text"]


def shown(value: Mapping[str, Any]) -> str:
    """Return a figure as text, or why it is not known."""
    if not value["known"]:
        return str(value["text"])
    found = value["value"]
    return f"{found:,}" if isinstance(found, int) else str(found)


def _money(value: str) -> str:
    return f"{Decimal(value):,.2f}"


def _change(value: str) -> str:
    number = Decimal(value)
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return f"{sign}{abs(number):,.2f}"


def _percent(value: str) -> str:
    return f"{(Decimal(value) * 100).quantize(Decimal('0.1'))} %"
