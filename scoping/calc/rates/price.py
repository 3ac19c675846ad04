"""The price side of a card document: market ranges, drivers, fees, lead times."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from scoping.calc.spec.values import UNIT_OF

from .rows import Reader
from .values import (
    SECURITY,
    FeePrice,
    Figure,
    LeadTime,
    MarketBand,
    PriceSide,
    SiteSafety,
    Threshold,
    Tier,
)

CONDITIONS = {
    "always",
    "never",
    "pilot",
    "tool",
    "secure_room",
    "residency",
    "extra_language",
}
CURRENCY = re.compile(r"[A-Z]{3}")
CLASSES = ("very high", "high", "medium", "low")
COMPLEXITIES = ("simple", "standard", "hard", "expert")


def read_price(
    reader: Reader, *, version: str, valid_from: date, currency: str
) -> PriceSide:
    """Return the price side; problems are left with the reader."""
    steps: dict[str, tuple[Threshold, ...]] = {
        kind: reader.thresholds(f"position/steps/{kind}")
        for kind in reader.keys("position/steps")
    }
    return PriceSide(
        version=version,
        currency=currency,
        valid_from=valid_from,
        bands={key: _band(reader, key) for key in reader.keys("bands")},
        quote_only=_quote_only(reader),
        position_words=dict(reader.words("position/words")),
        position_steps=steps,
        accuracy_factors=reader.thresholds("accuracy_factors"),
        site_factors={
            key: reader.figure(f"site_factors/{key}")
            for key in reader.keys("site_factors")
        },
        rush_factor=reader.figure("rush_factor"),
        redundancy_factor=reader.figure("redundancy_factor"),
        tiers={key: _tiers(reader, key) for key in reader.keys("tiers")},
        tier_rules=_tier_rules(reader),
        hour_prices=_amounts(reader, "hour_prices"),
        pod_prices=_amounts(reader, "pod/prices"),
        pod_people=_stated(reader, "pod/people"),
        density_cap=_stated(reader, "density_cap"),
        exchange=_exchange(reader, currency),
        exchange_buffer=reader.share("exchange_buffer")
        if reader.keys("exchange")
        else None,
        minimum_order=reader.figure("minimum_order"),
        fees=_fees(reader),
        pilot_items=reader.figure("pilot/items"),
        pilot_price=reader.figure("pilot/price"),
        lead_times={key: _lead_times(reader, key) for key in reader.keys("lead_times")},
        prelabel_price_factor={
            key: reader.share(f"prelabel_price_factor/{key}")
            for key in reader.keys("prelabel_price_factor")
        },
        acceptance_window_days=reader.figure("acceptance_window_days"),
        remedy_days=reader.figure("remedy_days"),
        pilot_collar=reader.share("pilot/collar"),
        volume_tolerance=reader.share("volume_tolerance"),
        icc=reader.share("icc"),
        sample_to_dataset=reader.figure("sample_to_dataset"),
        volume_correlation=reader.share("volume_correlation"),
        standard_words={
            key: str(reader.row(f"standard_words/{key}").get("word", ""))
            for key in reader.keys("standard_words")
        },
        promises={
            key: reader.figure(f"promises/{key}") for key in reader.keys("promises")
        },
        security={site: _safety(reader, site) for site in reader.keys("security")},
    )


def _safety(reader: Reader, site: str) -> SiteSafety:
    """Return what is said about the safety of images at a site of the card."""
    path = f"security/{site}"
    row = reader.row(path)
    if site not in reader.keys("site_factors"):
        reader.complain("unknown_site", path, f"{path}: the card has no site “{site}”.")
    facts = {}
    for key in reader.keys(path):
        if key == "name":
            continue
        if key not in SECURITY:
            reader.complain(
                "unknown_fact",
                f"{path}/{key}",
                f"{path}/{key} is none of: {', '.join(SECURITY)}.",
            )
            continue
        facts[key] = reader.fact(f"{path}/{key}")
    return SiteSafety(name=str(row.get("name", "")), facts=facts)


def _band(reader: Reader, key: str) -> MarketBand:
    path = f"bands/{key}"
    row = reader.row(path)
    low, high = reader.figure(path, name="low"), reader.figure(path, name="high")
    if key not in UNIT_OF:
        reader.complain("unknown_type", path, f"There is no annotation type “{key}”.")
    elif row.get("unit") != UNIT_OF[key]:
        reader.complain(
            "unit_mismatch",
            path,
            f"{key} is counted in {UNIT_OF[key]}, not {row.get('unit')}.",
        )
    if not 0 < low.value < high.value:
        reader.complain(
            "not_ordered", path, f"{path}: low must lie above 0 and below high."
        )
    class_: Any = row.get("throughput_class")
    if class_ not in CLASSES:
        reader.complain(
            "unknown_class", path, f"{path}: throughput_class is one of {CLASSES}."
        )
        class_ = "low"
    return MarketBand(
        type=key,
        unit=str(row.get("unit", "")),
        throughput_class=class_,
        low=low,
        high=high,
    )


def _quote_only(reader: Reader) -> frozenset[tuple[str, str]]:
    found = set()
    for type_ in reader.keys("quote_only"):
        for complexity in reader.keys(f"quote_only/{type_}"):
            path = f"quote_only/{type_}/{complexity}"
            if complexity not in COMPLEXITIES or not reader.row(path).get("reason"):
                reader.complain("no_reason", path, f"{path} needs a reason.")
            found.add((type_, complexity))
    return frozenset(found)


def _steps(reader: Reader, path: str) -> list[str]:
    """Return the names of steps by size, the open one last."""
    return sorted(
        reader.keys(path),
        key=lambda name: (name == "rest", int(name) if name.isdigit() else 0),
    )


def _tiers(reader: Reader, key: str) -> tuple[Tier, ...]:
    """Return graduated tiers; a row is named by its last unit, the open one `rest`."""
    tiers, last = [], 0
    for name in _steps(reader, f"tiers/{key}"):
        path = f"tiers/{key}/{name}"
        up_to = None if name == "rest" else int(name) if name.isdigit() else -1
        if up_to is not None and up_to <= last:
            reader.complain("not_ordered", path, f"{path}: tiers must rise.")
        last = up_to or last
        tiers.append(Tier(up_to=up_to, factor=reader.figure(path)))
    if len(tiers) == 1 and tiers[0].factor.value != 1:
        reader.complain(
            "one_tier", f"tiers/{key}", f"tiers/{key}: a single tier has the factor 1."
        )
    if tiers and tiers[-1].up_to is not None:
        reader.complain(
            "open_tier", f"tiers/{key}", f"tiers/{key}: the last tier is called rest."
        )
    return tuple(tiers)


def _tier_rules(reader: Reader) -> dict[str, Literal["graduated", "all_units"]]:
    """Return how the tiers of a type are meant; graduated where nothing is said."""
    found: dict[str, Literal["graduated", "all_units"]] = {}
    for key in reader.keys("tier_rules"):
        path = f"tier_rules/{key}"
        rule: Any = reader.row(path).get("rule")
        if rule not in ("graduated", "all_units"):
            reader.complain(
                "unknown_choice", path, f"{path}: rule is graduated or all_units."
            )
            continue
        if key not in reader.keys("tiers"):
            reader.complain("missing_row", path, f"{path}: {key} has no tiers.")
        found[key] = rule
    return found


def _exchange(reader: Reader, currency: str) -> dict[str, Figure]:
    """Return rates by currency: units of it for one of the card's own."""
    found = _amounts(reader, "exchange")
    for key in found:
        path = f"exchange/{key}"
        if not CURRENCY.fullmatch(key) or key == currency:
            reader.complain(
                "invalid_currency",
                path,
                f"{path}: write the three capitals of another currency, like EUR.",
            )
    return found


def _amounts(reader: Reader, path: str) -> dict[str, Figure]:
    """Return prices by site, each above nothing."""
    found = {key: reader.figure(f"{path}/{key}") for key in reader.keys(path)}
    for key, figure in found.items():
        if figure.value <= 0:
            reader.complain(
                "not_a_price", f"{path}/{key}", f"{path}/{key} must be above 0."
            )
    return found


def _stated(reader: Reader, path: str) -> Figure | None:
    """Return a figure of at least 1 that a card may leave out."""
    parent, _, name = path.rpartition("/")
    if name not in (reader.keys(parent) if parent else reader.document):
        return None
    found = reader.figure(path)
    if found.value < 1:
        reader.complain("not_a_price", path, f"{path} must be 1 or more.")
    return found


def _fees(reader: Reader) -> tuple[FeePrice, ...]:
    """Return fees as a bill prints them: one-off before monthly, usual ones first."""
    found = (_fee(reader, key) for key in reader.keys("fees"))
    return tuple(
        sorted(
            found, key=lambda fee: (fee.every == "month", fee.when != "always", fee.key)
        )
    )


def _fee(reader: Reader, key: str) -> FeePrice:
    path = f"fees/{key}"
    row = reader.row(path)
    every: Any = row.get("every")
    when = str(row.get("when", ""))
    if every not in ("once", "month"):
        reader.complain("unknown_choice", path, f"{path}: every is once or month.")
        every = "once"
    if when not in CONDITIONS:
        reader.complain(
            "unknown_choice", path, f"{path}: when is one of {sorted(CONDITIONS)}."
        )
        when = "never"
    return FeePrice(
        key=key,
        name=str(row.get("name", key)),
        every=every,
        waivable=row.get("waivable") is True,
        when=when,
        price=reader.figure(path, name="price"),
    )


def _lead_times(reader: Reader, class_: str) -> tuple[LeadTime, ...]:
    found = []
    for name in _steps(reader, f"lead_times/{class_}"):
        path = f"lead_times/{class_}/{name}"
        if name != "rest" and not name.isdigit():
            reader.complain(
                "not_a_threshold", path, f"{name} is not a number of units."
            )
            continue
        up_to = None if name == "rest" else int(name)
        found.append(LeadTime(up_to_units=up_to, business_days=reader.figure(path)))
    if not found or found[-1].up_to_units is not None:
        reader.complain(
            "open_tier", f"lead_times/{class_}", "The last step is called rest."
        )
    return tuple(found)
