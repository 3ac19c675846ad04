"""The only rounding of money; and sharing a total out so that the parts add up.

A line is rounded once, half up, to the smallest coin of its currency; totals are sums
of rounded lines, so that a quote adds up on a pocket calculator. Unit prices are not
amounts: they keep four decimals (six are allowed) and are never rounded to coins,
because 0.0346 a box held at two decimals loses 460.00 of 3,460.00.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

COIN_DIGITS = {"VND": 0, "JPY": 0, "KRW": 0}
"""Currencies without a hundredth part (ISO 4217); every other one has two digits."""


CURRENCIES = frozenset(
    {
        *("AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN"),
        *("BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL"),
        *("BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY"),
        *("COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP"),
        *("ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD"),
        *("GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR"),
        *("IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF"),
        *("KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL"),
        *("LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR"),
        *("MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR"),
        *("NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR"),
        *("RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD"),
        *("SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB"),
        *("TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX"),
        *("USD", "UYU", "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG"),
        *("XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG"),
    }
)
"""The currencies of ISO 4217 that people pay in: no metals, funds or tests."""


class MoneyError(ValueError):
    """Raised when an amount cannot be money: not finite, or shared out by nothing."""


def coin(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01 USD, 1 VND."""
    return Decimal(1).scaleb(-COIN_DIGITS.get(currency, 2))


def to_coins(amount: Decimal, currency: str) -> Decimal:
    """Return an amount rounded half up to the currency's smallest coin.

    >>> to_coins(Decimal("47.34075"), "USD"), to_coins(Decimal("47.34075"), "VND")
    (Decimal('47.34'), Decimal('47'))
    """
    if not amount.is_finite():
        raise MoneyError(f"{amount} is not an amount of money.")
    return amount.quantize(coin(currency), rounding=ROUND_HALF_UP)


def share_out(
    amount: Decimal, weights: Sequence[Decimal], currency: str
) -> list[Decimal]:
    """Return parts of an amount, proportional to the weights, that add up to it.

    Each part is cut down to whole coins; the coins left over go to the parts that lost
    most, earlier parts first among equals (largest remainder).

    >>> share_out(Decimal(100), [Decimal(1)] * 3, "USD")
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    return share_out_units(to_coins(amount, currency), weights, unit=coin(currency))


def share_out_units(
    amount: Decimal, weights: Sequence[Decimal], *, unit: Decimal
) -> list[Decimal]:
    """Return parts in whole units of an amount that is in whole units itself.

    The parts are those of `share_out`.
    """
    whole = sum(weights, Decimal(0))
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise MoneyError(
            "An amount is shared out by weights that are not negative and add up to "
            "more than nothing."
        )
    sign = -1 if amount < 0 else 1
    size = abs(amount)
    exact = [size * weight / whole for weight in weights]
    parts = [part.quantize(unit, rounding=ROUND_DOWN) for part in exact]
    left = int((size - sum(parts, Decimal(0))) / unit)
    by_loss = sorted(
        range(len(parts)), key=lambda index: (parts[index] - exact[index], index)
    )
    for index in by_loss[:left]:
        parts[index] += unit
    return [sign * part for part in parts]


def rounded_together(parts: Sequence[Fraction], *, unit: Decimal) -> list[Decimal]:
    """Return parts of either sign in whole units that add up to what they added up to.

    The sum of the exact parts has to be whole units itself. Each part is cut towards
    nothing; the units left over go to the parts that were cut furthest in their
    direction, earlier parts first among equals. So no part is a unit off, nothing
    stays nothing, and turning every sign turns every result.

    >>> rounded_together([Fraction(200, 3), Fraction(-2, 3)], unit=Decimal("1"))
    [Decimal('66'), Decimal('0')]
    >>> rounded_together([Fraction(-200, 3), Fraction(-1, 3)], unit=Decimal("1"))
    [Decimal('-67'), Decimal('0')]
    """
    exact = [part / Fraction(unit) for part in parts]
    whole = [int(part) for part in exact]
    left = sum(exact, Fraction(0)) - sum(whole)
    if left.denominator != 1:
        raise MoneyError(f"Parts of {float(sum(parts))} cannot be units of {unit}.")
    sign = 1 if left > 0 else -1
    by_loss = sorted(
        range(len(exact)),
        key=lambda index: (-sign * (exact[index] - whole[index]), index),
    )
    for index in by_loss[: abs(int(left))]:
        whole[index] += sign
    return [count * unit for count in whole]
