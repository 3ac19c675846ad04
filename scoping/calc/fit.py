"""Whether a spec fits a card: all it asks for that the card does not name, at once.

The reader of the spec knows no card, so words and currencies are checked here, before
anything is priced. Price-side data alone: the public door runs it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .rates.values import PriceSide
from .spec import Problem, SpecError
from .spec.values import WORD_DRIVERS, Line, Spec
from .volume import LineVolume, line_volume
from .workdays import Workdays


def check_fits(
    spec: Spec,
    price: PriceSide,
    *,
    workdays: Workdays,
    volumes: Mapping[int, LineVolume] | None = None,
) -> None:
    """Raise SpecError with every problem that this card has with this spec.

    `volumes` are those of the lines, where they were made before.
    """
    found = tuple(problems(spec, price, workdays=workdays, volumes=volumes or {}))
    if found:
        raise SpecError(found)


def problems(
    spec: Spec,
    price: PriceSide,
    *,
    workdays: Workdays,
    volumes: Mapping[int, LineVolume],
) -> Iterator[Problem]:
    """Yield what the spec asks for and the card or the calendars do not name."""
    yield from _currency_problems(spec, price)
    if spec.site not in price.site_factors:
        yield _unknown("/site", "site", spec.site, sorted(price.site_factors))
    if spec.client_calendar not in workdays.calendars:
        yield _unknown(
            "/client_calendar",
            "calendar",
            spec.client_calendar,
            sorted(workdays.calendars),
        )
    yield from _terms_problems(spec, price)
    for line in spec.lines:
        yield from _line_problems(line, price)
        volume = volumes.get(line.index)
        if volume is None:
            volume = line_volume(spec, line, key="", price=price)
        if volume.quoted.value == 0:
            yield Problem(
                code="nothing_to_count",
                path=f"{line.path}/units_per_item",
                message=(
                    f"This line comes to no whole {line.unit} in all items, so nothing "
                    f"can be priced. State more units an item, or leave the line out."
                ),
            )


def check_currency(spec: Spec, price: PriceSide) -> None:
    """Raise SpecError where the card has no rate for the spec's currency."""
    found = tuple(_currency_problems(spec, price))
    if found:
        raise SpecError(found)


def _currency_problems(spec: Spec, price: PriceSide) -> Iterator[Problem]:
    if spec.currency == price.currency or spec.currency in price.exchange:
        return
    known = ", ".join(sorted({price.currency, *price.exchange}))
    yield Problem(
        code="currency_not_on_card",
        path="/currency",
        message=(
            f"Rate card {price.version} is in {price.currency} and has no exchange "
            f"rate for “{spec.currency}”. Write one of: {known}."
        ),
    )


def _terms_problems(spec: Spec, price: PriceSide) -> Iterator[Problem]:
    """Yield bases that the card has no price for, and fees that it does not know."""
    needed = {"hour": price.hour_prices, "pod_month": price.pod_prices}
    basis = spec.commercial.basis
    if basis in needed and spec.site not in needed[basis]:
        yield Problem(
            code="missing_rate",
            path="/commercial/basis",
            message=(
                f"Rate card {price.version} has no {basis.replace('_', ' ')} price for "
                f"site “{spec.site}”. Add it to a new version of the card, or sell "
                f"another way."
            ),
        )
    fees = {fee.key: fee for fee in price.fees}
    said = spec.commercial.fees
    for kind, keys in (("added", said.added), ("waived", said.waived)):
        for place, key in enumerate(keys):
            path = f"/commercial/fees/{kind}/{place}"
            if key not in fees:
                yield _unknown(path, "fee", key, sorted(fees))
            elif kind == "waived" and not fees[key].waivable:
                yield Problem(
                    code="not_waivable",
                    path=path,
                    message=(
                        f"{fees[key].name} is not waived: the card says so. Leave it "
                        f"in, or take it into the unit prices."
                    ),
                )


def _line_problems(line: Line, price: PriceSide) -> Iterator[Problem]:
    if line.type not in price.bands:
        yield Problem(
            code="missing_rate",
            path=f"{line.path}/type",
            message=(
                f"Rate card {price.version} has no market range for {line.type}. "
                f"Add it to a new version of the card, or leave the line out."
            ),
        )
    for kind in WORD_DRIVERS:
        said = getattr(line, kind)
        if said is not None and f"{kind}/{said}" not in price.position_words:
            known = (key.partition("/") for key in sorted(price.position_words))
            words = [word for of, _, word in known if of == kind]
            yield _unknown(f"{line.path}/{kind}", kind, said, words)
    if f"complexity/{line.complexity}" not in price.position_words:
        yield Problem(
            code="missing_rate",
            path=f"{line.path}/complexity",
            message=(
                f"Rate card {price.version} has no position for {line.complexity} work."
            ),
        )


def _unknown(path: str, what: str, said: str, known: list[str]) -> Problem:
    return Problem(
        code="unknown_choice",
        path=path,
        message=f"The card knows no {what} “{said}”. It knows: {', '.join(known)}.",
    )
