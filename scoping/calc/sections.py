"""Sections that an analyst's note and a client's note share, from their documents.

See docs/model.md#sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from .layout import money, paragraph, percent

Document = Mapping[str, Any]


def text(*sections: tuple[str, Iterable[str]]) -> str:
    """Return sections as one text; those that say nothing are left out."""
    found = []
    for heading, lines in sections:
        said = list(lines)
        if said:
            found.append("\n".join([heading, *said] if heading else said))
    return "\n\n".join(found).rstrip() + "\n"


def warnings(document: Document) -> Iterator[str]:
    """Yield what there is to worry about."""
    for warning in document["warnings"]:
        yield from paragraph(warning["text"], mark="! ")


def sums(price: Document) -> Iterator[tuple[str, str]]:
    """Yield what stands below the rows of a price: discount, taxes, total."""
    if Decimal(price["discount"]):
        yield "Discount", f"−{money(price['discount'])}"
    taxes = [(tax["mode"] == "inclusive", _tax(tax)) for tax in price["tax"]]
    yield from (row for contained, row in taxes if not contained)
    yield "Total", money(price["total"])
    yield from (row for contained, row in taxes if contained)


def _tax(tax: Document) -> tuple[str, str]:
    name = "Tax in it" if tax["mode"] == "inclusive" else "Tax"
    return f"{name}, {tax['reason']}" if tax["reason"] else name, money(tax["amount"])


def selling(document: Document) -> Iterator[str]:
    """Yield how it is sold, who bears which risk, and what a unit comes to."""
    basis = document["basis"]
    yield from paragraph(
        f"Sold: {basis['sells']}. {basis['volume_risk']['text']} "
        f"{basis['time_risk']['text']}",
        indent=2,
    )
    each = ", ".join(
        f"{one['unit_price']} for each {one['unit']}" for one in basis["equivalents"]
    )
    if each:
        yield from paragraph(f"This comes to {each}.", indent=2)


def clauses(document: Document) -> Iterator[str]:
    """Yield the promises: how each is counted, what a pass proves, and the remedy."""
    for clause in document["clauses"]:
        yield from paragraph(f"{clause['promise']}: {clause['how_much']}", indent=2)
        proves = "" if clause["proves"] is None else clause["proves_text"]
        said = [clause["sample_text"], proves and f"a pass proves {proves}"]
        yield from paragraph(
            "; ".join(one for one in [*said, clause["remedy"]] if one), indent=4
        )
    asked = [clause.get("consequence", "") for clause in document["clauses"]]
    for one in dict.fromkeys(asked):
        if one:
            yield from paragraph(one, indent=2)


def plans(lines: Sequence[Document]) -> Iterator[str]:
    """Yield the plans of each line's sample check: as written, as quoted, as sized."""
    for line in lines:
        if len(lines) > 1:
            yield from paragraph(line["line"], indent=2)
        for row in line["compared"]:
            here = ", in this quote" if row["chosen"] else ""
            yield from paragraph(
                f"{row['name']}{here}: {row['sample_text']}; a pass proves "
                f"{row['proves_text']}. Batches {percent(row['good'])} wrong are held "
                f"back {percent(row['good_blocked'])} of the time, "
                f"{percent(row['bad'])} wrong pass {percent(row['bad_released'])}.",
                indent=4 if len(lines) > 1 else 2,
            )


def assumptions(document: Document) -> Iterator[str]:
    """Yield the numbered assumptions with their tolerances."""
    for row in document["assumptions"]:
        yield from paragraph(
            f"{row['text']}: {row['tolerance']}", mark=f"{row['number']:>2} ", indent=2
        )


def advice(document: Document) -> Iterator[str]:
    """Yield what else could be done."""
    for row in document["advice"]:
        yield from paragraph(row["text"], indent=2)
