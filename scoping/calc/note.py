"""An estimate as an analyst's note, and a client view as a client's: plain text.

Read from the documents alone, so that a note says what the JSON says: what there is to
worry about first, then the answer, then what it rests on. See docs/model.md#note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from .layout import Row, at_most, chance, money, paragraph, percent, span, table, up_to
from .outline import outline
from .sections import (
    advice,
    assumptions,
    clauses,
    plans,
    selling,
    sums,
    text,
    warnings,
)
from .worth import in_words

Document = Mapping[str, Any]
BY_VOLUME = ("low", "typical", "high")
QUANTILES = ("p10", "p50", "p80", "p90")
MOST_MOVERS = 8
RULES = {
    "percent": "A share of every batch, and a share of that may be wrong.",
    "two_point": "Sized for both risks: a good batch held, a bad one released.",
    "zero_defect": "One wrong unit holds the batch.",
}


def note(document: Document, *, explain: bool) -> str:
    """Return the note of an `estimate: 1` document; with its reasons on request."""
    currency = document["currency"]
    return text(
        ("", warnings(document)),
        ("", _answer(document)),
        (f"Price, {currency}", _prices(document)),
        ("Work", _work(document)),
        (f"Cost, {currency}", _cost(document)),
        (f"Ways to sell it, {currency}", _ways(document)),
        (f"Stages (mean paid hours and cost, {currency})", _stages(document)),
        ("Quality", _quality(document)),
        ("Sample check", _audit(document)),
        ("Sample check, as written and sized", plans(document["audit"]["by_line"])),
        ("Dates", _schedule(document)),
        ("What is promised", clauses(document)),
        ("What the price assumes", assumptions(document)),
        ("What moves the cost", _movers(document)),
        (f"What may happen, {currency}", _risks(document)),
        ("What else to do", advice(document)),
        ("Reasons", outline(document) if explain else ()),
    )


def client_note(view: Document) -> str:
    """Return a client view as text: prices, promises, stages, assumptions, the week."""
    what = f"{view['name'] or 'Project'}, {view['items']:,} {view['item_kind']}s"
    return text(
        ("", [what]),
        ("", warnings(view)),
        (f"Price, {view['currency']}", _client_prices(view)),
        ("Delivery", _delivery(view)),
        ("What is promised", clauses(view)),
        ("Sample check, as written and sized", plans(view["audit"]["lines"])),
        ("What does not count", (f"  {one}" for one in view["does_not_count"])),
        ("How the work runs", _gates(view)),
        ("What the price assumes", assumptions(view)),
        ("What else to do", advice(view)),
    )


def _answer(document: Document) -> Iterator[str]:
    price, cost, margin = document["price"], document["cost"], document["margin"]
    schedule = document["schedule"]
    volume = span(price["range"], names=BY_VOLUME)
    risk = f"a loss: {chance(margin['loss_probability'])}"
    rows = [
        ("Price", money(price["total"]), f"by the number of units {volume}"),
        ("Cost", money(cost["mean"]), f"on average, typically {money(cost['p50'])}"),
        (
            "Margin",
            money(margin["mean"]),
            f"on average, {percent(margin['share'])} of the price; {risk}",
        ),
        (
            "Week",
            schedule["promised"],
            f"promised; {schedule['annotators']} annotators typically finish on "
            + str(schedule["finish"]["p50"]),
        ),
    ]
    yield from table(rows, align="lrl", indent=0)
    yield ""
    yield (
        f"{document['currency']}, rate card {document['card']}, seed "
        f"{document['seed']}, {document['draws']:,} draws, engine {document['engine']}."
    )


def _prices(document: Document) -> Iterator[str]:
    header = (
        "",
        "Units",
        "",
        "Unit price",
        "List",
        "Target",
        "Floor",
        "Taken",
        "Amount",
    )
    rows = [
        header,
        *_booking_row(document),
        *map(_price_row, document["lines"]),
        *map(_fee_row, document["fees"]),
        *((name, *[""] * 7, amount) for name, amount in sums(document["price"])),
    ]
    yield from table(rows, align="lrlrrrrlr")
    if not all(line["in_total"] for line in document["lines"]):
        yield "  * not in the total"


def _price_row(line: Document) -> Row:
    return (
        line["name"] + ("" if line["in_total"] else " *"),
        f"{line['units']:,}",
        line["unit"],
        line["decided_price"],
        *(line["suggested"][name] for name in ("list", "target", "floor")),
        line["binding"],
        "included" if line["booked"] else money(line["amount"]),
    )


def _booking_row(document: Document) -> Iterator[Row]:
    for name, many, unit, each, amount in _booked_rows(document):
        yield (name, many, unit, each, *[""] * 4, amount)


def _ways(document: Document) -> Iterator[str]:
    head = ("Price by", "Total", "A unit comes to", "Margin", "Loss", "Risk: more", "")
    rows: list[Row] = [(*head[:-1], "slower")]
    for way in document["bases"]:
        teams = way["teams"]
        rows.append(
            (
                way["basis"].replace("_", " ") + (" *" if way["taken"] else ""),
                money(way["total"]),
                ", ".join(one["unit_price"] for one in way["equivalents"]),
                money(way["margin"]),
                chance(way["loss_probability"]),
                way["volume_risk"],
                way["time_risk"]
                + (
                    f"; time is enough {chance(teams['chance_enough'])}"
                    if teams
                    else ""
                ),
            )
        )
    yield from table(rows, align="lrrrrll")
    yield from selling(document)


def _fee_row(fee: Document) -> Row:
    figures = (f"{fee['quantity']:,}", fee["unit"], money(fee["unit_price"]))
    return (fee["name"], *figures, *[""] * 4, money(fee["amount"]))


def _work(document: Document) -> Iterator[str]:
    rows = [("", "Market range", "Place in it", "Seconds a unit", "An hour", "A day")]
    for line in document["lines"]:
        band, pace = line["band"], line["throughput"]
        rows.append(
            (
                line["name"],
                f"{band['low']} – {band['high']}" + (" weak" if band["weak"] else ""),
                percent(line["position"]),
                line["seconds_per_unit"],
                f"{Decimal(pace['per_hour']):,}",
                f"{Decimal(pace['per_person_day']):,}",
            )
        )
    yield from table(rows, align="lrrrrr")
    for line in document["lines"]:
        if line["prelabels"] is not None:
            said = in_words(line["prelabels"], currency=document["currency"])
            yield from paragraph(f"{line['name']}: {said}", indent=2)


def _cost(document: Document) -> Iterator[str]:
    names = ("P10", "P50", "P80", "P90", "Mean", "Error of the mean")
    rows: list[Row] = [("", *names)]
    for name in ("cost", "margin"):
        found = document[name]
        figures = (*(found[key] for key in QUANTILES), found["mean"])
        rows.append(
            (name.title(), *map(money, figures), f"± {money(found['se']['mean'])}")
        )
    yield from table(rows, align="lrrrrrr")
    loss = chance(document["margin"]["loss_probability"])
    said = f"Losing money at this price: {loss}."
    if document["quality"]["cost_per_accepted_unit"] is not None:
        said += f" A right unit costs {document['quality']['cost_per_accepted_unit']}."
    yield from paragraph(said, indent=2)


def _stages(document: Document) -> Iterator[str]:
    rows = [
        (
            f"{stage['number']}",
            stage["name"],
            stage["hours"],
            money(stage["cost"]),
            stage["gate"],
        )
        for stage in document["stages"]
    ]
    yield from table([("", "", "Hours", "Cost", "Gate"), *rows], align="rlrrl")
    roles = document["hours"]["by_role"].items()
    yield from paragraph(
        "By role: " + ", ".join(f"{role} {hours} h" for role, hours in roles) + ".",
        indent=2,
    )


def _needs(line: Document) -> str:
    """Return what the promised accuracy needs of a line, as a sentence."""
    needs = line["needed"]
    if needs is None:
        return f"{line['name']}: existing labels are checked, nothing is promised."
    detection, reviewers = needs["detection"], needs["reviewers"]
    catches = (
        "no reviewer who catches all would do"
        if detection is None
        else f"or reviewers who catch {percent(detection)} each"
    )
    people = (
        "no five reviewers would do"
        if reviewers is None
        else f"or {reviewers} review{'' if reviewers == 1 else 's'} of every unit"
    )
    return (
        f"{line['name']}: the promise needs at most "
        f"{percent(needs['first_pass_defect'])} wrong at first attempt, {people}, "
        f"{catches}."
    )


def _quality(document: Document) -> Iterator[str]:
    quality = document["quality"]
    if quality["outgoing_defect"] is None:
        said = "No line is labelled, so there is no quality of ours to speak of."
    else:
        counted = "images" if quality["counted_in"] == "image" else "units"
        said = (
            f"{percent(quality['first_pass_defect'])} wrong at first attempt, "
            f"{percent(quality['rework_share'])} sent back, "
            f"{percent(quality['outgoing_defect'])} wrong after review: "
            f"{int(quality['defects_escaping']):,} {counted} of the "
            f"{int(quality['defects_allowed']):,} that the promise allows."
        )
    yield from paragraph(said, indent=2)
    for line in document["lines"]:
        yield from paragraph(_needs(line), indent=2)
    words = {True: "kept", False: "not kept", None: "open"}
    for promise in quality["promises"]:
        mark = f"{words[promise['holds']]}: ".rjust(10)
        yield from paragraph(promise["text"], mark=mark, indent=2)


def _audit(document: Document) -> Iterator[str]:
    audit = document["audit"]
    shares = [row["defect_share"] for row in audit["release_probability"]]
    header = ("", "Batch", "Sample", "Images", "At most wrong", "Proves", "Holds at")
    yield from table(
        [
            (*header, *(f"at {percent(share)}" for share in shares)),
            *map(_audit_row, audit["by_line"]),
        ],
        align="lrrrrrr" + "r" * len(shares),
    )
    yield from paragraph(
        f"{RULES[audit['rule']]} Proves: a batch that passes is at most that wrong, at "
        f"95 % confidence. Holds at: production that wrong passes 19 times in 20. The "
        f"last columns: how often a batch is released when so much of it is wrong.",
        indent=2,
    )


def _audit_row(line: Document) -> Row:
    sizes = (f"{line[name]:,}" for name in ("lot", "n", "items", "c"))
    holds = up_to(line["holds_at"]) if Decimal(line["holds_at"]) else "nothing"
    chances = (percent(one["probability"]) for one in line["release_probability"])
    return (line["line"], *sizes, at_most(line["proves"]), holds, *chances)


def _schedule(document: Document) -> Iterator[str]:
    schedule = document["schedule"]
    days = schedule["finish"]
    yield from paragraph(
        f"Start {schedule['start']}. Finish {days['p50']} typically, between "
        f"{days['p10']} and {days['p90']} eight times in ten, no later than "
        f"{days['p80']} eight times in ten. Promised: the week of "
        f"{schedule['promised']}.",
        indent=2,
    )
    rows = [
        (str(row["stage"]), row["name"], row["day"]) for row in schedule["milestones"]
    ]
    yield from table(rows, align="rll")
    if schedule["holidays"]:
        yield from paragraph(
            f"Holidays on the way: {'; '.join(schedule['holidays'])}.", indent=2
        )


def _movers(document: Document) -> Iterator[str]:
    rows = [
        (
            percent(row["share"]),
            row["what"],
            f"{money(row['low'])} – {money(row['high'])}",
        )
        for row in document["sensitivity"][:MOST_MOVERS]
    ]
    if rows:
        head = ("Of the doubt", "", "Cost with this alone low or high")
        yield from table([head, *rows], align="rlr")
    contingency = document["cost"]["contingency"]
    yield from paragraph(
        f"Between the plan (P50) and the promise (P80) lie "
        f"{money(contingency['amount'])}.",
        indent=2,
    )


def _risks(document: Document) -> Iterator[str]:
    rows = [
        (
            risk["name"],
            percent(risk["probability"]),
            f"{risk['size']} {risk['unit']}",
            money(risk["expected_cost"]),
            money(risk["adds_to_promise"]),
        )
        for risk in document["risks"]
    ]
    if rows:
        head = ("", "How likely", "If it happens", "Mean cost", "In the promise (P80)")
        yield from table([head, *rows], align="lrrrr")


def _client_prices(view: Document) -> Iterator[str]:
    rows = [("", "Units", "", "Unit price", "Amount"), *_booked_rows(view)]
    for line in view["lines"]:
        name = line["name"] + (" (optional)" if line["optional"] else "")
        if line["booked"]:
            rows.append((name, f"{line['units']:,}", line["unit"], "", "included"))
            continue
        if line["on_request"]:
            rows.append((name, f"{line['units']:,}", line["unit"], "on request", ""))
            continue
        for tier in line["tiers"]:
            figures = tier["unit_price"], money(tier["amount"])
            rows.append((name, f"{tier['units']:,}", line["unit"], *figures))
    for fee in view["fees"]:
        figures = money(fee["unit_price"]), money(fee["amount"])
        rows.append((fee["name"], f"{fee['quantity']:,}", fee["unit"], *figures))
    rows += [(name, "", "", "", amount) for name, amount in sums(view["price"])]
    yield from table(rows, align="lrlrr")
    volume = span(view["price"]["range"], names=BY_VOLUME)
    yield from paragraph(
        f"By the number of units: {volume} (low – typical – high). Unit prices stay.",
        indent=2,
    )
    yield from selling(view)


def _booked_rows(view: Document) -> Iterator[Row]:
    """Yield the teams that are sold for months instead of the lines."""
    booked = view["basis"]["booked"]
    if booked is not None:
        many, months = booked["teams"], booked["months"]
        yield (
            f"Teams of {booked['people']}: {many} × {months} months",
            f"{booked['team_months']:,}",
            "team months",
            money(booked["unit_price"]),
            money(booked["amount"]),
        )


def _delivery(view: Document) -> Iterator[str]:
    indicative = " (indicative)" if view["delivery"]["indicative"] else ""
    yield f"  Week of {view['delivery']['week']}{indicative}"
    pilot = view["pilot"]
    if pilot is not None:
        yield from paragraph(
            f"First a paid pilot of {pilot['items']:,} {view['item_kind']}s for "
            f"{money(pilot['price'])}, credited when production starts.",
            indent=2,
        )


def _gates(view: Document) -> Iterator[str]:
    rows = [(str(one["number"]), one["name"], one["gate"]) for one in view["stages"]]
    yield from table(rows, align="rll")
