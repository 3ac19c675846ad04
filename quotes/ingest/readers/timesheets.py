"""Paid time: timesheets, attendance and payroll, under the names that such files use.

Paid time is what money follows; it is no work record and never mixes with one. Hours
may be 7.5 or 7:30. A start and an end give hours where the file gives none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from quotes.ingest.content import Content, as_table
from quotes.ingest.fields import CellError, moment
from quotes.ingest.times import clock_seconds
from quotes.ingest.work import Found, LeftOut, Piece, Stated

from .base import Cells, Reader, each_row, known, plain

TOTALS = {"total", "totals", "sum", "grandtotal"}
TOTAL_SAID = "the totals row at the bottom"
HOUR = Decimal(3600)
MINUTE = Decimal(60)
DAY_HOURS = 24
MONEY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
MONTH = re.compile(r"(\d{4})-(\d{2})")
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "day": ("date", "workdate", "day", "workday", "attendancedate", "ngay"),
        "person": (
            *("person", "employee", "employeename", "employeeid", "staff", "worker"),
            *("name", "fullname", "email", "user", "member", "nhanvien"),
        ),
        "project": ("project", "projectcode", "projectname", "job", "costcentre"),
        "pod": ("pod", "team", "department", "group"),
        "paid": ("paidhours", "hours", "totalhours", "hoursworked", "workedhours"),
        "normal": ("normalhours", "regularhours", "regular", "standardhours"),
        "overtime": ("overtimehours", "overtime", "ot", "othours"),
        "night": ("nighthours", "night"),
        "productive": ("productivehours", "productive"),
        "training": ("traininghours", "training"),
        "meeting": ("meetinghours", "meeting", "meetings"),
        "waiting": ("waitinghours", "waiting", "standby"),
        "leave": ("leavehours", "leave", "paidleave"),
        "idle": ("idlehours", "idle"),
        "start": ("start", "starttime", "clockin", "checkin", "timein", "in"),
        "end": ("end", "endtime", "clockout", "checkout", "timeout", "out"),
        "pause": ("breakminutes", "break", "breaktime"),
        "owner": ("waitingowner", "waitingfor"),
        "month": ("month", "paymonth", "payperiod", "payrollmonth"),
        "amount": (
            *("totalcost", "employercost", "amount", "grosspay", "gross", "total"),
            *("grosswage", "payroll"),
        ),
        "currency": ("currency", "ccy"),
    }
)
HOURS = (
    *("paid", "normal", "overtime", "night", "productive", "training", "meeting"),
    *("waiting", "leave", "idle"),
)


def _names(content: Content) -> set[str]:
    table = as_table(content)
    found = {plain(name) for name in table.names} if table else set()
    return {kind for kind, names in NAMES.items() if found.intersection(names)}


def _is_timesheet(content: Content) -> bool:
    found = _names(content)
    timed = "paid" in found or "normal" in found or {"start", "end"} <= found
    return {"day", "person"} <= found and timed


def _hours(cells: Cells, kind: str) -> Decimal | None:
    """Return the seconds of a column of hours."""
    cell = cells.raw(*NAMES[kind])
    if ":" in cell:
        return clock_seconds(cell, minutes=False)
    return cells.seconds(*NAMES[kind], each=HOUR)


def _timesheet(content: Content, stated: Stated) -> Any:
    table = as_table(content)
    if table is None:
        return
    yield from each_row(table, lambda cells: _shift(cells, stated))


def _shift(cells: Cells, stated: Stated) -> Found:
    who = cells.text(*NAMES["person"])
    if TOTALS & {plain(who), plain(cells.raw(*NAMES["day"]))}:
        return LeftOut(row=cells.number, reason=TOTAL_SAID, code="totals_row")
    if not who:
        raise CellError("required", "is empty: whose time is it?", column="person")
    day = cells.moment(*NAMES["day"], zone=stated.zone, read=moment)
    if day is None:
        raise CellError("required", "is empty.", column="date")
    hours = {kind: _hours(cells, kind) for kind in HOURS}
    if hours["paid"] is None:
        hours["paid"] = _paid(cells, hours)
    if hours["paid"] is None:
        raise CellError("required", "is empty: how long is not known.", column="hours")
    if hours["paid"] > DAY_HOURS * HOUR:
        raise CellError(
            "more_than_whole", "is more than 24 hours in one day.", column="hours"
        )
    values = known(
        person=who,
        project=cells.text(*NAMES["project"]),
        pod=cells.text(*NAMES["pod"]),
        waiting_owner=cells.text(*NAMES["owner"]),
        **{f"{kind}_seconds": seconds for kind, seconds in hours.items()},
    )
    return Piece(row=cells.number, values=values, end=day)


def _paid(cells: Cells, hours: Mapping[str, Decimal | None]) -> Decimal | None:
    """Return paid time that no column states: normal and overtime, or end - start."""
    if hours["normal"] is not None:
        return hours["normal"] + (hours["overtime"] or 0)
    if not cells.has(*NAMES["start"]) or not cells.has(*NAMES["end"]):
        return None
    start = _clock(cells, "start")
    end = _clock(cells, "end")
    if end < start:
        end += timedelta(days=1)  # a night shift ends on the next day
    pause = cells.seconds(*NAMES["pause"], each=MINUTE) or Decimal(0)
    worked = Decimal(int((end - start).total_seconds())) - pause
    if worked < 0:
        raise CellError("more_than_whole", "is longer than the shift.", column="break")
    return worked


def _clock(cells: Cells, kind: str) -> timedelta:
    cell = cells.raw(*NAMES[kind])
    try:
        found = datetime.fromisoformat(cell if "-" in cell else f"2000-01-01T{cell}")
    except ValueError:
        raise CellError(
            "invalid_time", f"“{cell[:40]}” is no time as 08:30.", column=kind
        ) from None
    return timedelta(hours=found.hour, minutes=found.minute, seconds=found.second)


TIMESHEET = Reader(
    key="timesheet",
    name="Timesheet or attendance",
    clock="paid",
    scope="over everything that is paid",
    recognises=_is_timesheet,
    read=_timesheet,
    each_is="shift",
    kind="paid",
)


def _is_payroll(content: Content) -> bool:
    return {"month", "amount", "currency"} <= _names(content)


def _payroll(content: Content, stated: Stated) -> Any:
    table = as_table(content)
    if table is None:
        return
    yield from each_row(table, _wage)


def _wage(cells: Cells) -> Found:
    who = cells.text(*NAMES["person"])
    if TOTALS & {plain(who), plain(cells.raw(*NAMES["month"]))}:
        return LeftOut(row=cells.number, reason=TOTAL_SAID, code="totals_row")
    month = MONTH.fullmatch(cells.raw(*NAMES["month"])[:7])
    if month is None or not 1 <= int(month.group(2)) <= 12:  # noqa: PLR2004
        raise CellError("invalid_date", "is no month as 2026-03.", column="month")
    cell = cells.raw(*NAMES["amount"])
    if not MONEY.fullmatch(cell):
        raise CellError(
            "invalid_number",
            f"“{cell[:40]}” is no plain amount. Write it without marks between "
            f"thousands, and with a dot before decimals: 12000000 or 178.50.",
            column="amount",
        )
    values = known(
        person=who,
        pod=cells.text(*NAMES["pod"]),
        month=month.group(),
        amount=Decimal(cell),
        currency=cells.text(*NAMES["currency"]).upper(),
    )
    return Piece(row=cells.number, values=values)


PAYROLL = Reader(
    key="payroll",
    name="Payroll totals",
    clock="paid",
    scope="over everything that is paid",
    recognises=_is_payroll,
    read=_payroll,
    each_is="month",
    kind="paid",
)
READERS = (PAYROLL, TIMESHEET)
