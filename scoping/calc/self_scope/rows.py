"""What a row of a request for quotation asks for, apart from how it is answered.

A child that reads a stranger's grid needs the rows alone: what answers them takes most
of a second to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from scoping.calc.spec.values import AnnotationType


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """What one row asks for. None was not said.

    `within` are business days from the start, `by` a day; one of them at most is said.
    """

    type: AnnotationType
    images: int
    objects: Decimal | None = None
    accuracy: Decimal | None = None
    within: int | None = None
    by: date | None = None
    name: str = ""
