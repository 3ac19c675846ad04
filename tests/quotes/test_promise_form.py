"""The form of promises: promises in, a changed spec out, complaints at fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from quotes.web.promise_form import (
    PromiseForm,
    form_of,
    with_promises,
    without_promises,
)
from scoping.calc.spec import SpecError, read_spec, to_document
from tests.quotes.a_quote import a_spec

TODAY = date(2026, 1, 5)
WALKERS = {
    "floors-0-name": "Walkers",
    "floors-0-line": "0",
    "floors-0-classes": "pedestrian, cyclist",
    "floors-0-share": "2",
    "floors-0-accuracy": "99",
}


def the_spec(**sla: Any) -> dict[str, Any]:
    said = a_spec(quality={"sla": sla} if sla else {})
    return to_document(read_spec(said, door="staff", today=TODAY))


def typed(document, **changes) -> dict[str, str]:
    form = form_of(document)
    data = {name: str(value) for name, value in form.head.data.items()}
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def changed(document, **changes):
    data = typed(document) | changes
    return PromiseForm(data, document).changed(today=TODAY)


def test_what_was_promised_comes_back_as_it_was():
    document = the_spec(
        measure="both",
        per="project",
        minor_counts=False,
        critical="0.999",
        floors=[
            {
                "line": 2,
                "name": "Walkers",
                "classes": ["pedestrian", "cyclist"],
                "share": "0.02",
                "accuracy": "0.99",
                "sample": 40,
            }
        ],
        ladder=[{"wrong_over": "0.04", "amount": "250"}],
        remedy_days=3,
        exclusions=["objects under 8 pixels"],
        data_by="2026-02-27",
    )

    again = read_spec(changed(document), door="staff", today=TODAY)

    assert to_document(again) == document


def test_a_form_of_a_standard_spec_promises_the_standard():
    document = the_spec()

    found = changed(document)

    assert to_document(read_spec(found, door="staff", today=TODAY)) == document
    form = form_of(document)
    assert (len(form.floors), len(form.ladder)) == (2, 2)
    assert form.groups[0][0] == "What counts"


def test_empty_rows_are_no_rows_and_two_more_are_always_there():
    data = typed(the_spec()) | {
        **{key.replace("0", "3", 1): value for key, value in WALKERS.items()},
        "ladder-1-over": "4",
        "ladder-1-amount": "250",
    }

    form = PromiseForm(data, the_spec())
    sla = form.changed(today=TODAY)["quality"]["sla"]

    assert [floor["name"] for floor in sla["floors"]] == ["Walkers"]
    assert len(sla["ladder"]) == 1
    assert (len(form.floors), len(form.ladder)) == (6, 4)


def test_complaints_stand_at_their_fields():
    data = typed(the_spec()) | WALKERS
    data |= {
        "floors-0-accuracy": "30",
        "floors-2-name": "Others",
        "critical": "99,9",
        "ladder-0-over": "4",
        "ladder-0-amount": "50",
        "credit": "100",
        "remedy": "0",
    }
    form = PromiseForm(data, the_spec())

    with pytest.raises(SpecError) as caught:
        form.changed(today=TODAY)
    form.complain(caught.value.problems)

    assert form.summary is not None
    at = {one.field_id: one.text for one in form.summary.problems}
    assert at["id_critical"] == (
        "Without a critical error: Write 99.9. A dot marks decimals here."
    )
    assert "50 %" in at["id_floors-0-accuracy"]
    assert at["id_floors-2-classes"] == "Classes: Fill this in."
    assert "more than the credit" in at["id_ladder-0-amount"]
    assert "id_remedy" in at


def test_a_complaint_about_another_page_is_said_without_a_field():
    document = the_spec() | {"items": 0}
    form = PromiseForm(typed(the_spec()), document)

    with pytest.raises(SpecError) as caught:
        form.changed(today=TODAY)
    form.complain(caught.value.problems)

    assert form.summary is not None
    assert {one.field_id for one in form.summary.problems} == {""}


def test_a_complaint_about_a_whole_row_stands_at_its_first_field():
    from scoping.calc.spec import Problem

    form = PromiseForm(typed(the_spec()) | WALKERS, the_spec())
    form.complain(
        [
            Problem(code="x", path="/quality/sla/floors/0", message="Odd."),
            Problem(code="x", path="/quality/sla/floors/7/name", message="Far."),
            Problem(code="x", path="/quality/sla", message="All."),
        ]
    )

    assert form.summary is not None
    assert [one.field_id for one in form.summary.problems] == [
        "id_floors-0-name",
        "",
        "",
    ]


def test_the_scope_form_leaves_promises_alone():
    document = the_spec(remedy_days=3)

    shown = without_promises(document)

    assert "sla" not in shown["quality"]
    assert with_promises(shown, of=document) == document
    assert with_promises({}, of=the_spec()) == {}
