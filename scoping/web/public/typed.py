"""What people type into the public form, as numbers, days and counts, or complaints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from scoping.calc.self_scope.answers import Count
from scoping.web.said import UnclearNumberError, number_said, shown

MOST_COUNTED = 2000
MOST_DIGITS = 5


class Typed:
    """Texts by the name of their field; reading one leaves its problem in `errors`."""

    def __init__(self, said: dict[str, str]) -> None:
        """Keep what was typed; numbers are written anew as they are read."""
        self.said = said
        self.errors: dict[str, str] = {}

    def ticked(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return self.said.get(name, "") not in ("", "no")

    def choice(self, name: str, known: Iterable[str]) -> str | None:
        """Return the answer of a choice, None where there is none."""
        said = self.said.get(name, "")
        if not said:
            return None
        if said not in known:
            self.errors[name] = "Choose one of the answers."
            return None
        return said

    def number(self, name: str, *, whole: bool = True) -> Decimal | None:
        """Return a number above 0, None where there is none."""
        said = self.said.get(name, "")
        if not said:
            return None
        try:
            found = number_said(said, whole=whole)
        except UnclearNumberError as error:
            self.errors[name] = str(error)
            return None
        if found <= 0 and name != "low":
            self.errors[name] = "Write a number above 0, or leave it empty."
            return None
        self.said[name] = shown(found)
        return found

    def whole(self, name: str) -> int | None:
        """Return a whole number above 0, None where there is none."""
        found = self.number(name)
        return None if found is None else int(found)

    def day(self, name: str) -> date | None:
        """Return a date, None where there is none."""
        said = self.said.get(name, "")
        if not said:
            return None
        try:
            return date.fromisoformat(said)
        except ValueError:
            self.errors[name] = "Write the date as 2027-03-01: year, month, day."
            return None

    def objects(self) -> Count | None:
        """Return the average of objects in an image; None is that nobody knows."""
        if self.ticked("objects_unknown"):
            return None
        low, typical, high = (
            self.number(name, whole=False) for name in ("low", "typical", "high")
        )
        if typical is None:
            if (low is not None or high is not None) and "typical" not in self.errors:
                self.errors["typical"] = "Write the typical number too."
            return None
        if low is None and high is None:
            return typical
        low = typical if low is None else low
        high = typical if high is None else high
        if low > typical:
            self.errors.setdefault(
                "low",
                f"Low is above typical: {shown(low)} is more than {shown(typical)}.",
            )
        if high < typical:
            self.errors.setdefault(
                "high",
                f"High is below typical: {shown(high)} is less than {shown(typical)}.",
            )
        return (low, typical, high)

    def counts(self) -> tuple[int, ...]:
        """Return the counts of some images, none where none were typed."""
        said = self.said.get("counts", "")
        parts = [part for part in re.split(r"[\s,;]+", said) if part]
        if not parts:
            return ()
        wrong = next(
            (part for part in parts if not (part.isascii() and part.isdigit())), None
        )
        if wrong is not None or any(len(part) > MOST_DIGITS for part in parts):
            named = wrong or max(parts, key=len)
            self.errors["counts"] = (
                f"“{named[:20]}” is no count. Write whole numbers, one an image: "
                f"3, 7, 0."
            )
            return ()
        if len(parts) > MOST_COUNTED:
            self.errors["counts"] = (
                f"These are {len(parts):,} counts; {MOST_COUNTED:,} are enough. Upload "
                f"a sample instead."
            )
            return ()
        return tuple(int(part) for part in parts)
