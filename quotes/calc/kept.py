"""The promises of a plan held against the rows that came in: the quote's own clauses.

Each clause that was frozen with the quote is read back and evaluated on the samples
that the rows report, check by check. What no row reports stays unknown, such as objects
missed where nobody looked for them, and the clause says so. What the client owes is not
in the rows of a tool, and is left out here. See docs/model.md#kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from scoping.calc.sla import (
    BatchEvidence,
    Clause,
    Counts,
    Delay,
    Evidence,
    clause_from_data,
    evaluate,
)
from scoping.calc.workdays import Calendar

from .delivery import agreed_price, are_handed_over, delivered_on, planned_items
from .gates.batch import Batch
from .gates.plan import names_of
from .gates.promised import IMAGES, units_of_a_class
from .kept_gates import WORD, checks_at_gates, days_for_a_word, passed_unchecked
from .matching import AUDIT, LABEL, Actual, by_batch, line_of


def kept(
    baseline: Mapping[str, Any],
    rows: Sequence[Actual],
    *,
    as_of: date,
    batches: Sequence[Batch] = (),
    calendar: Calendar | None = None,
    delays: Sequence[Delay] = (),
) -> list[dict[str, Any]]:
    """Return each promise with what is shown of it, as plain data.

    `batches` are those led through the gates here: of a line that has samples there,
    the rows' samples do not count, for they are the same ones. `calendar` is the
    client's: how long her words took is counted on it. `delays` move the promised week
    where they are hers.
    """
    by_line: dict[int | None, list[Actual]] = {}
    for row in rows:
        by_line.setdefault(line_of(baseline, row), []).append(row)
    lines = {line["index"]: line for line in baseline["lines"]}
    names = names_of(baseline)
    words: tuple[int, ...] = ()
    if calendar is not None:
        words = days_for_a_word(batches, calendar, until=as_of)
    delivered = _delivered_on(baseline, by_line)
    if are_handed_over(batches):
        delivered = delivered_on(batches, until=as_of, planned=planned_items(baseline))
    found = []
    for data in baseline.get("clauses", ()):
        clause = clause_from_data(data)
        if not _is_planned(clause, lines):
            continue
        line = "" if clause.line is None else names.get(clause.line, "")
        own = [one for one in batches if one.line == line]
        checks = tuple(checks_at_gates(clause, own, until=as_of))
        unchecked = passed_unchecked(own)
        if not checks:
            found_in = by_line.get(clause.line, [])
            checks = tuple(_batches(clause, found_in, lines))
            unchecked = _unchecked(found_in)
        if clause.metric == "obligation" and not (clause.key == WORD and words):
            continue
        evidence = Evidence(
            as_of=as_of,
            batches=checks,
            unchecked=unchecked,
            gold=_gold(rows),
            delivered_on=delivered,
            delays=tuple(delays),
            took={WORD: words},
            price=agreed_price(baseline),
        )
        found.append(
            {
                "key": clause.key,
                "line": line,
                "promise": clause.promise,
                "how_much": clause.how_much,
                "floor": None if clause.floor is None else str(clause.floor),
                **evaluate(clause, evidence).to_data(),
            }
        )
    return found


def _is_planned(clause: Clause, lines: Mapping[int, Any]) -> bool:
    """Return whether a clause is about the project or a line that was ordered."""
    return clause.line is None or clause.line in lines


def _batches(
    clause: Clause, rows: Sequence[Actual], lines: Mapping[int, Any]
) -> Iterator[BatchEvidence]:
    """Yield every check of every batch: each delivered version is a check of its own.

    Where no row says how many images were drawn, they are taken in proportion to the
    units; where no row counts a batch's units, they are those of a planned batch.
    """
    if clause.line is None or clause.sample is None:
        return
    by_image = clause.unit in IMAGES and lines[clause.line]["unit"] not in IMAGES
    for batch, found in by_batch(rows).items():
        labelled = _of_first_version([row for row in found if row.stage == LABEL])
        items = _sum(row.items for row in labelled) or clause.sample.of_items
        units = _sum(row.units_produced for row in labelled) or clause.sample.lot
        for attempt, checks in enumerate(_checks(found), start=1):
            checked = sum(row.audit_n or 0 for row in checks)
            lot = max(checked, items if by_image else units)
            drawn = _sum(row.items for row in checks)
            if drawn is None:
                drawn = ceil(Fraction(items * checked, lot))
            yield BatchEvidence(
                batch=batch,
                items=max(items, drawn),
                sampled_items=drawn,
                units=lot,
                counts=_found(checks, checked=checked),
                classes=_classes(clause, checks),
                attempt=attempt,
            )


def _checks(rows: Sequence[Actual]) -> Iterator[list[Actual]]:
    """Yield the rows of each check of a batch, by delivered version, of one clock.

    A row that counts what was checked but not what was wrong is no check.
    """
    found = [
        row
        for row in rows
        if row.stage == AUDIT
        and row.audit_n is not None
        and row.audit_defects is not None
    ]
    for version in sorted({row.delivery_version or 1 for row in found}):
        of_version = [row for row in found if (row.delivery_version or 1) == version]
        clock = min(row.clock for row in of_version)
        yield [row for row in of_version if row.clock == clock]


def _of_first_version(rows: Sequence[Actual]) -> list[Actual]:
    """Return the rows of a batch's first labelling, of one clock."""
    if not rows:
        return []
    version = min(row.delivery_version or 1 for row in rows)
    first = [row for row in rows if (row.delivery_version or 1) == version]
    clock = min(row.clock for row in first)
    return [row for row in first if row.clock == clock]


def _found(rows: Sequence[Actual], *, checked: int) -> Counts:
    """Return what the rows of one check found; what one does not know, none does.

    Figures of a tool that cannot be together are cut to what can.
    """
    wrong = min(checked, sum(row.audit_defects or 0 for row in rows))
    missed = _of_all(row.audit_missed for row in rows)
    extra = _of_all(row.audit_extra for row in rows)
    critical = _of_all(row.critical_defects for row in rows)
    minor = _of_all(row.minor_defects for row in rows)
    errors = wrong + (missed or 0)
    critical = None if critical is None else min(critical, errors)
    return Counts(
        checked=checked,
        wrong=wrong,
        missed=missed,
        extra=None if extra is None else min(extra, wrong),
        critical=critical,
        minor=None if minor is None else min(minor, errors - (critical or 0)),
    )


def _of_all(values: Iterable[int | None]) -> int | None:
    """Return a sum that is known only where every part is."""
    found = [*values]
    return None if None in found else sum(one or 0 for one in found)


def _classes(clause: Clause, rows: Sequence[Actual]) -> dict[str, tuple[int, Counts]]:
    """Return the counts of a promise's classes; a batch holds as many as planned."""
    found = [one for row in rows for one in row.audit_classes]
    by_name: dict[str, tuple[int, Counts]] = {}
    for name in dict.fromkeys(clause.classes):
        own = [one for one in found if one[0] == name]
        if own:
            checked = sum(one[1] for one in own)
            counts = Counts(
                checked=checked,
                wrong=sum(one[2] for one in own),
                missed=_of_all(one[3] for one in own),
            )
            if checked or counts.missed:  # else nothing is known of the class
                by_name[name] = (units_of_a_class(clause, checked), counts)
    return by_name


def _unchecked(rows: Sequence[Actual]) -> int:
    """Return how many batches of a line passed without a sample that was counted."""
    return sum(
        any(row.units_passed is not None for row in found) and not [*_checks(found)]
        for found in by_batch(rows).values()
    )


def _gold(rows: Sequence[Actual]) -> Counts | None:
    """Return the labels of the reference set, None where no row counts any."""
    found = [
        (row.gold_n, row.gold_correct)
        for row in rows
        if row.gold_n is not None and row.gold_correct is not None
    ]
    if not found:
        return None
    labelled = sum(n for n, _ in found)
    return Counts(checked=labelled, wrong=labelled - sum(right for _, right in found))


def _delivered_on(
    baseline: Mapping[str, Any], by_line: Mapping[int | None, Sequence[Actual]]
) -> date | None:
    """Return the last day of work once every line has delivered what was planned."""
    last: list[date] = []
    for line in baseline["lines"]:
        rows = by_line.get(line["index"], [])
        done = 0
        for found in by_batch(rows).values():
            if any(row.units_passed is not None for row in found):
                first = _of_first_version([row for row in found if row.stage == LABEL])
                done += _sum(row.items for row in first) or 0
                last += [row.day for row in found if row.day is not None]
        if done < int(line["items"]):
            return None
    return max(last, default=None)


def _sum(values: Iterator[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
