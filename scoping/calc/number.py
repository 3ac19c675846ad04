"""Arithmetic that means the same for an exact decimal and for an array of draws.

Every formula of the product is written once. What decimals and arrays spell alike
(+ - * /) needs nothing; roots, powers of e and limits are spelled here. The named
operations at the end are the vocabulary of the explanations: small on purpose, so
that a second reader can recompute every node of a reason tree from its leaves.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", Decimal, NDArray[np.float64])


BILLIONTH = Decimal("0.000000001")


def exponential(x: Any) -> Any:
    """Return e to the power of x."""
    return x.exp() if isinstance(x, Decimal) else np.exp(x)


def logarithm(x: Any) -> Any:
    """Return the natural logarithm of x."""
    return x.ln() if isinstance(x, Decimal) else np.log(x)


def square_root(x: Any) -> Any:
    """Return the square root of x."""
    return x.sqrt() if isinstance(x, Decimal) else np.sqrt(x)


def product(*factors: Any) -> Any:
    """Return all factors multiplied."""
    if len(factors) == 1:
        return factors[0]
    result = factors[0] * factors[1]
    for factor in factors[2:]:
        # In place where it is an array: it is this function's own.
        result *= factor
    return result


def total(*parts: Any) -> Any:
    """Return all parts added."""
    if len(parts) == 1:
        return parts[0]
    result = parts[0] + parts[1]
    for part in parts[2:]:
        result += part
    return result


def difference(whole: Any, part: Any) -> Any:
    """Return the whole less the part."""
    return whole - part


def ratio(dividend: Any, divisor: Any) -> Any:
    """Return the dividend over the divisor."""
    return dividend / divisor


def complement(share: Any) -> Any:
    """Return what a share leaves: 1 - share."""
    return 1 - share


def largest(*values: Any) -> Any:
    """Return the greatest of the values."""
    if all(isinstance(value, Decimal) for value in values):
        return max(values)
    result = values[0]
    for value in values[1:]:
        result = np.maximum(result, value)
    return result


def smallest(*values: Any) -> Any:
    """Return the least of the values."""
    if all(isinstance(value, Decimal) for value in values):
        return min(values)
    result = values[0]
    for value in values[1:]:
        result = np.minimum(result, value)
    return result


def whole_units(quantity: Decimal) -> Decimal:
    """Return a quantity rounded half up to whole units: what a quote counts.

    A share such as 95 ÷ 720 has no last decimal, and 720 of it are a hair less than 95;
    what is nearer to a half than a billionth is that half.
    """
    exact = quantity.quantize(BILLIONTH)
    return exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)


def ceiling(quantity: Decimal) -> Decimal:
    """Return a quantity in whole ones, rounded up."""
    return quantity.to_integral_value(rounding=ROUND_CEILING)


def rounded_up_to_4(price: Decimal) -> Decimal:
    """Return a unit price that comes from cost, rounded up at the fourth decimal.

    Up, because a price rounded down would fall short of the margin it was made for.
    """
    return price.quantize(Decimal("0.0001"), rounding=ROUND_UP)


def rounded_to_4(price: Decimal) -> Decimal:
    """Return a list unit price at four decimals, half up."""
    return price.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
