"""How numbers and dates are printed, on pages and in PDFs alike.

Amounts carry two decimals and commas, unit prices at least four decimals, shares become
per cent only here, a minus is a minus sign and not a hyphen. What is not known is said
in words where the number would stand; it is never printed as nought.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings

from scoping.calc.money import coin

register = template.Library()

Printable = Decimal | int | str | None

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
NOT_KNOWN = "not known"


def _number(value: Printable) -> Decimal | None:
    """Return a value as a number; None where it is missing or is no number."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _printed(value: Decimal, *, digits: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{digits}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


@register.filter
def money(value: Printable, currency: str = "USD") -> str:
    """Return an amount: 61,786.00; in a currency without coins 1,500,000."""
    number = _number(value)
    if number is None:
        return NOT_KNOWN
    return _printed(number, digits=_digits(coin(currency)))


def _digits(unit: Decimal) -> int:
    exponent = unit.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


@register.simple_tag
def has_public_form() -> bool:
    """Return whether one company's form is open to all."""
    return bool(settings.PUBLIC_WORKSPACE)


@register.filter
def zone_name(zone: str) -> str:
    """Return a time zone by its city: that of Asia/Ho_Chi_Minh is Ho Chi Minh."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def change(value: Printable, currency: str = "USD") -> str:
    """Return a difference, always signed: +2,828.00 or −412.00."""
    number = _number(value)
    text = money(value, currency)
    return f"+{text}" if number is not None and number > 0 else text


@register.filter
def whole_money(value: Printable) -> str:
    """Return an amount to whole units of currency, for ranges: 58,150."""
    number = _number(value)
    return NOT_KNOWN if number is None else _printed(number, digits=0)


@register.filter
def unit_price(value: Printable) -> str:
    """Return a unit price at four decimals, or six where it has more: 0.0840."""
    number = _number(value)
    if number is None:
        return NOT_KNOWN
    exact = number == number.quantize(Decimal("0.0001"))
    return _printed(number, digits=4 if exact else 6)


@register.filter
def count(value: Printable) -> str:
    """Return a whole count with thousands apart: 500,000."""
    number = _number(value)
    return NOT_KNOWN if number is None else _printed(number, digits=0)


@register.filter
def number(value: Printable, digits: int = 2) -> str:
    """Return a number at so many decimals: 18.40."""
    found = _number(value)
    return NOT_KNOWN if found is None else _printed(found, digits=digits)


@register.filter
def share_percent(value: Printable, digits: int | str = "") -> str:
    """Return a share as per cent: 0.98 is 98 %, 0.261 is 26.1 %.

    Without `digits`, as many decimals as the share has, two at most.
    """
    found = _number(value)
    if found is None:
        return NOT_KNOWN
    percent = found * 100
    if digits != "":
        return f"{_printed(percent, digits=int(digits))}{SPACE}%"
    text = _printed(percent, digits=2).rstrip("0").rstrip(".")
    return f"{text}{SPACE}%"


def _day(value: object, zone: str = "") -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).date() if zone else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and value:
        return date.fromisoformat(value[:10])
    return None


@register.filter
def day(value: object, zone: str = "") -> str:
    """Return a date in words: 5 January 2026; of a moment, the date in a zone."""
    found = _day(value, zone)
    return NOT_KNOWN if found is None else f"{found.day} {found:%B %Y}"


@register.filter
def short_day(value: object) -> str:
    """Return a date for an axis: 11 May."""
    found = _day(value)
    return NOT_KNOWN if found is None else f"{found.day} {found:%b}"


@register.filter
def week(value: object) -> str:
    """Return the week that a date lies in, by its Monday: week of 11 May 2026."""
    found = _day(value)
    if found is None:
        return NOT_KNOWN
    return f"week of {day(found - timedelta(days=found.weekday()))}"


@register.filter
def hash_groups(value: str, groups: int = 0) -> str:
    """Return a hash in groups of four, so that two people can compare it aloud."""
    parts = [value[start : start + 4] for start in range(0, len(value), 4)]
    return " ".join(parts[:groups] if groups else parts)


@register.filter
def plural(number: Printable, word: str) -> str:
    """Return a word in the number that fits: 1 box, 2 boxes."""
    if _number(number) == 1:
        return word
    ending = "es" if word.endswith(("x", "s", "ch", "sh")) else "s"
    return f"{word}{ending}"


@register.filter
def one_line(text: str) -> str:
    """Return lines of an address as one, a comma between: 1 Main Street, Hanoi."""
    lines = (line.strip().rstrip(",") for line in text.splitlines())
    return ", ".join(line for line in lines if line)


@register.filter
def kept(text: str) -> str:
    """Return a text in which a number and its per cent sign share a line."""
    return text.replace(" %", f"{SPACE}%")
