"""What is said of a gold set in text, and by the command."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scoping.calc.gold_sets.design import design
from scoping.calc.gold_sets.document import document
from scoping.calc.gold_sets.note import note
from scoping.calc.gold_sets.question import read_question


def said(**asked: Any) -> str:
    return note(document(design(read_question(asked))))


def test_the_two_gates_stand_side_by_side():
    text = said(items=500, seconds_per_item=60)

    # METHODS 4: 25 wrong reach 95 % and prove 93.1 %; 16 prove it.
    assert "To reach the target: at most 25 wrong." in text
    assert "a bare pass proves 93.1 %" in text
    assert "To prove the target: at most 16 wrong." in text
    # 3 rounds of 500 images at a minute each: 25 hours, 3 × 3 + 2 × 2 days.
    assert "promised: 25 hours, 13 working days, 2 answers of the client" in text


def test_what_is_too_small_and_who_never_passes_is_said():
    text = said(items=20, gold_accuracy="0.97", start="0.1", removed="0", classes=4)

    assert "even no error is not enough" in text
    assert "Of each class 5 images: too few" in text
    assert "a perfect team agrees with 97.0 %" in text
    assert "no round can be promised" in text
    assert "hours" not in text


def test_a_target_that_no_team_misses_by_much_has_no_gate_to_reach():
    document_ = document(design(read_question({"items": 500})))
    document_["reaches_target"]["most_errors"] = None

    assert "To reach the target" not in note(document_)


def test_the_command_says_what_the_page_says(tmp_path):
    file = tmp_path / "asked.yaml"
    file.write_text("items: 500\nseconds_per_item: 60\n", "utf-8")
    out, as_json = StringIO(), StringIO()

    call_command("gold_set", file=file, items="400", stdout=out)
    call_command("gold_set", items="400", format="json", stdout=as_json)

    assert out.getvalue() == said(items=400, seconds_per_item=60)
    assert '"gold_set": 1' in as_json.getvalue()
    with pytest.raises(CommandError, match="items"):
        call_command("gold_set", items="many")
