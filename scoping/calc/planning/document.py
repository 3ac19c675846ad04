"""A schedule as plain data and as text: for the API, command and page of staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from scoping.calc.promises import percent
from scoping.calc.simulate import as_decimal

from .design import Design
from .options import Option


def to_document(found: Design) -> dict[str, Any]:
    """Return a schedule as data: dates as ISO text, numbers and money as strings."""
    made, crew = found.made, found.crew
    spec, card = made.spec, made.card
    return {
        "schedule": 1,
        "card": card.version,
        "currency": card.currency,
        "seed": spec.seed,
        "runs": found.job.runs,
        "confidence": str(spec.commercial.confidence),
        "site": spec.site,
        "start": _iso(made.schedule.start),
        "production_begins": _iso(found.begins),
        "finish": {name: _iso(day) for name, day in found.finish.items()},
        "promised": _iso(found.promised),
        "working_days": found.working_days,
        "deadline": _deadline(found),
        "team": {
            "annotators": crew.annotators,
            "reviewers": crew.reviewers,
            "hours_per_day": _number(crew.hours_per_day),
            "leaving_month": _number(crew.tenure.leaving_month, 4),
            "hire_days": crew.tenure.hire_days,
            "ramp": [_number(pace, 4) for pace in crew.tenure.ramp],
        },
        "stages": [
            {
                "number": stage.number,
                "name": stage.name,
                "gate": stage.gate,
                "begins": _iso(stage.begins),
                "likely": _iso(stage.likely),
                "planned": _iso(stage.planned),
            }
            for stage in found.stages
        ],
        "batches": {
            "count": found.job.batches,
            "released_first": _number(float(found.job.released.mean()), 4),
            "released_again": _number(float(found.job.released_again.mean()), 4),
            "failures": _number(found.failures, 2),
            "days_to_release": _number(found.batch_days, 2),
        },
        "together": {
            "streams": found.together.streams,
            "chance": _number(found.together.chance, 4),
            "each": _number(found.together.each, 4),
            "day": _iso(found.together.day),
        },
        "overtime": _overtime(found),
        "options": [_option(option) for option in found.options],
        "progress": [
            {
                "day": _iso(point.day),
                "low": _number(point.low, 4),
                "typical": _number(point.typical, 4),
                "high": _number(point.high, 4),
            }
            for point in found.progress
        ],
        "holidays": list(found.holidays),
        "warnings": [
            {"code": "holidays_unknown", "path": "/schedule", "text": text}
            for text in found.gaps
        ],
    }


def _deadline(found: Design) -> dict[str, Any] | None:
    spec, chance = found.made.spec, found.deadline_chance
    if spec.deadline is None or chance is None:
        return None
    return {
        "day": _iso(spec.deadline),
        "chance": _number(chance, 4),
        "meets": chance >= float(spec.commercial.confidence),
    }


def _overtime(found: Design) -> dict[str, Any]:
    site = found.made.card.cost.site_of(found.made.spec.site)
    rows = {
        "day": site.overtime.day_share,
        "month": site.overtime.month_hours,
        "year": site.overtime.year_hours,
    }
    return {
        "pay_rate": str(site.overtime.pay_rate.value),
        "used_year": _number(found.limits.used_year),
        "limits": [
            {
                "of": limit,
                "hours": _number(found.limits.of(limit)),  # type: ignore[arg-type]
                "set_by": "company" if limit in found.limits.own else "law",
                "source": figure.source,
                "as_of": figure.as_of,
            }
            for limit, figure in rows.items()
        ],
    }


def _option(option: Option) -> dict[str, Any]:
    return {
        "kind": option.kind,
        "annotators": option.annotators,
        "overtime_a_day": _number(option.wanted),
        "overtime_hours": _number(option.overtime_hours, 1),
        "finish": _iso(option.finish),
        "chance": None if option.chance is None else _number(option.chance, 4),
        "meets": option.meets,
        "extra_cost": None if option.extra_cost is None else str(option.extra_cost),
        "binds": option.binds,
        "text": option.text,
    }


def report(document: dict[str, Any]) -> str:
    """Return the document as text: the date first, then gates, options, holidays."""
    return "\n".join(_lines(document)) + "\n"


def _lines(found: dict[str, Any]) -> Iterator[str]:
    team = found["team"]
    yield (
        f"Promised: the week of {_said(found['promised'])}; done by "
        f"{_said(found['finish']['p80'])} eight times in ten."
    )
    yield (
        f"{team['annotators']} annotators and {team['reviewers']} reviewers, "
        f"{team['hours_per_day']} hours a day; production begins after "
        f"{_said(found['production_begins'])}."
    )
    if found["deadline"]:
        chance = _percent(found["deadline"]["chance"])
        day = _said(found["deadline"]["day"])
        yield f"By {day}: {chance} of {found['runs']:,} runs."
    yield ""
    yield from _finishes(found)
    yield ""
    yield "Gates                     begins       likely       promised"
    for stage in found["stages"]:
        days = [stage[key] or "not used" for key in ("begins", "likely", "planned")]
        name = f"{stage['number']} {stage['name']}"
        yield f"  {name:<24}{days[0]:<13}{days[1]:<13}{days[2]}"
    yield ""
    yield "Batches"
    yield from _batches(found)
    yield ""
    yield "Sooner"
    for option in found["options"]:
        cost = ""
        if option["extra_cost"] is not None:
            cost = f" Cost {option['extra_cost']} {found['currency']} more."
        yield f"  {option['text']}{cost}"
    yield ""
    yield "Overtime"
    for limit in found["overtime"]["limits"]:
        yield f"  {limit['hours']} hours a {limit['of']}: {limit['source']}"
    if found["holidays"]:
        yield ""
        yield f"Holidays at the site: {'; '.join(found['holidays'])}."
    for warning in found["warnings"]:
        yield ""
        yield warning["text"]


def _finishes(found: dict[str, Any]) -> Iterator[str]:
    finish = found["finish"]
    yield "Done by"
    for name, words in (
        ("p10", "one time in ten"),
        ("p50", "half of the time"),
        ("p80", "eight times in ten"),
        ("p90", "nine times in ten"),
    ):
        yield f"  {finish[name]}  {words}"


def _batches(found: dict[str, Any]) -> Iterator[str]:
    batches, together = found["batches"], found["together"]
    yield (
        f"  {batches['count']:,} batches, {_percent(batches['released_first'])} "
        f"released at once; {batches['failures']} checks fail; "
        f"{batches['days_to_release']} working days from labelling to release."
    )
    if together["streams"] > 1:
        yield (
            f"  {together['streams']} streams like this, each promised as this one: "
            f"all are in time with {_percent(together['chance'])}. For all to be as "
            f"sure, each needs {_percent(together['each'])}: {_said(together['day'])}."
        )


def _percent(share: str) -> str:
    return percent(Decimal(share))


def _said(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"


def _number(value: float, digits: int = 2) -> str:
    return f"{as_decimal(value, digits=digits).normalize():f}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
