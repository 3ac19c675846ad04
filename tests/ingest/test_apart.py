"""The child that reads a stranger's file first is told all that was stated of it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from quotes.ingest import apart
from quotes.ingest.work import Stated
from tests.factories import ROOT

SAID = Stated(
    zone="Asia/Ho_Chi_Minh",
    annotation_type="polygon",
    batch="b7",
    cap_seconds=Decimal("90.5"),
    minutes=True,
    pseudonyms="the salt",
    latest=datetime(2026, 3, 2, 9, tzinfo=UTC),
)


def test_a_child_reads_with_what_was_stated_and_never_sees_the_salt(monkeypatch):
    told = []
    monkeypatch.setattr(
        apart, "read_work", lambda *_, stated, **__: told.append(stated)
    )
    asked = json.dumps({"stated": apart.said_of(SAID), "mapping": None})

    assert apart.answer_to(b"", json.loads(asked)) == {"kind": "read"}

    assert told == [replace(SAID, pseudonyms="")]
    assert "the salt" not in asked
    apart.answer_to(b"", {"stated": apart.said_of(Stated(zone="UTC")), "mapping": None})
    assert told[-1] == Stated(zone="UTC")


def test_who_waits_for_a_child_hears_so_and_may_end_it(monkeypatch):
    heard = []

    def told():
        heard.append(1)
        if len(heard) == 3:
            raise LookupError("cancelled")

    monkeypatch.setattr(apart, "TOLD_SECONDS", 0.05)
    slow = ["timeit", "-n1", "-r1", "import time; time.sleep(150)"]

    with pytest.raises(LookupError, match="cancelled"):
        apart.said_by(slow, b"", bounds=apart.UPLOADED, told=told)

    assert len(heard) == 3


def test_a_child_that_takes_too_long_says_nothing(monkeypatch):
    monkeypatch.setattr(apart, "GRACE_SECONDS", 0)
    slow = ["timeit", "-n1", "-r1", "import time; time.sleep(150)"]

    assert apart.said_by(slow, b"", bounds=apart.Bounds(seconds=1)) is None


def test_a_child_that_begins_late_is_given_all_of_a_long_file(monkeypatch):
    """More than a pipe holds: a second of waiting must not lose the rest of it."""
    monkeypatch.setattr(apart, "TOLD_SECONDS", 0.001)
    monkeypatch.setattr(apart, "GRACE_SECONDS", 0)
    said = {"cells": "7" * 1_000_000}

    heard = apart.said_by(
        ["json.tool"], json.dumps(said).encode(), bounds=apart.Bounds(seconds=5)
    )

    assert heard == said


def test_children_begin_without_what_they_do_not_read_with():
    """Loading it would take most of what a short file takes, for every file."""
    code = """if True:
        import sys
        from importlib import import_module

        heavy = ("numpy", "scipy", "pandas", "django", "scoping.calc.offer")
        for name in sys.argv[1:]:
            import_module(name)
            print(name, *(one for one in heavy if one in sys.modules))
    """
    light = ("apart", "grid_apart", "head_apart", "long_apart")
    names = [*(f"quotes.ingest.{one}" for one in light), "scoping.samples.measuring"]

    said = subprocess.check_output(
        [sys.executable, "-c", code, *names], cwd=ROOT, text=True
    )

    assert said.splitlines() == [
        *names[:3],
        *(f"{name} numpy" for name in names[3:]),
    ]
