"""Numbers as people type them into a form, under one stated rule.

A comma parts thousands and a dot marks decimals. What could be meant in two ways is
refused with both readings, because a wrong guess is a price that is wrong a
thousandfold.
"""

from __future__ import annotations

import re
from decimal import Decimal

RULE = "Write 100,000 or 100000. A dot marks decimals here."

PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
DOT_GROUPS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
MOST_DIGITS = 30
MOST_CHOSEN = 10
"""Digits at which a number of a hidden field is none of ours."""


class UnclearNumberError(ValueError):
    """Raised for text that is no number under the rule; says the right form."""


def number_said(text: str, *, whole: bool = False) -> Decimal:
    """Return the number that a person typed; `whole` refuses decimals.

    >>> number_said("100,000")
    Decimal('100000')
    >>> number_said("0,065")
    Traceback (most recent call last):
    scoping.web.said.UnclearNumberError: Write 0.065. A dot marks decimals here.
    """
    said = text.strip()
    if len(said) > MOST_DIGITS:
        raise UnclearNumberError("Write a shorter number.")
    if DOT_GROUPS.fullmatch(said):
        raise UnclearNumberError(_two_readings(said, whole=whole))
    if GROUPED.fullmatch(said):
        said = said.replace(",", "")
    if not PLAIN.fullmatch(said):
        raise UnclearNumberError(_right_form(said))
    found = Decimal(said)
    if whole and found != found.to_integral_value():
        raise UnclearNumberError(f"{said} is not a whole number. {RULE}")
    return found


def whole_said(said: str) -> int | None:
    """Return the whole number of a hidden field or a choice, None if it is none."""
    return int(said) if said.isdecimal() and len(said) < MOST_CHOSEN else None


def _two_readings(said: str, *, whole: bool) -> str:
    """Return both readings of 1.000: one, and a thousand."""
    thousands = f"{int(said.replace('.', '')):,}"
    if whole or said.count(".") > 1:
        return f"Write {thousands} or {thousands.replace(',', '')}. {_DOT}"
    decimals = Decimal(said).normalize()
    return (
        f"“{said}” can be read as {decimals:f} and as {thousands}. Write "
        f"{said}0 or {thousands}. {_DOT}"
    )


def _right_form(said: str) -> str:
    if DECIMAL_COMMA.fullmatch(said):
        return f"Write {said.replace(',', '.')}. {_DOT}"
    return f"“{said[:40]}” is not a number. {RULE}"


_DOT = "A dot marks decimals here."


def shown(value: Decimal | int | str) -> str:
    """Return a number as the form writes it: thousands apart, no idle zeros.

    What it writes it also reads: 4.125 becomes 4.1250, which is not in two minds.

    >>> shown(100000), shown("0.50"), shown("4.125")
    ('100,000', '0.5', '4.1250')
    """
    number = Decimal(value)
    text = f"{number.normalize():,f}"
    return f"{text}0" if DOT_GROUPS.fullmatch(text) else text
