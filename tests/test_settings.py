"""Settings: a missing or odd variable stops the start with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.environment import Environment, OddSettingError

ROOT = Path(__file__).parents[1]
SECRET = "x" * 40


def test_a_good_environment_starts():
    result = _start({"PLUMBLINE_SECRET_KEY": SECRET}, "check")

    assert (result.returncode, result.stderr) == (0, "")


def test_sums_are_done_on_one_thread_which_is_said_before_they_are_loaded():
    code = (
        "import os, sys, config.settings; "
        "print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    )
    known = {"PATH": os.environ["PATH"], "PLUMBLINE_SECRET_KEY": SECRET}
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=known,
        text=True,
    )

    assert found.stdout.split() == ["1", "False"]


@pytest.mark.parametrize("first", ["scoping.web.accounts", "allauth.account.forms"])
def test_sign_in_starts_whichever_half_is_imported_first(first):
    result = _start({"PLUMBLINE_SECRET_KEY": SECRET}, "shell", "-c", f"import {first}")

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PLUMBLINE_DEBUG": "maybe"}, "PLUMBLINE_DEBUG is “maybe”; write “true”"),
        ({"PLUMBLINE_DEBG": "true"}, "PLUMBLINE_DEBG is not a setting; did you mean"),
        ({"PLUMBLINE_SECRET_KEY": "short"}, "PLUMBLINE_SECRET_KEY is too short; set"),
        ({"PLUMBLINE_AUDIT_KEY": "short"}, "PLUMBLINE_AUDIT_KEY is too short; set"),
        ({"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL begins with “mysql”; write"),
    ],
)
def test_an_odd_variable_stops_the_command_line_with_one_sentence(variables, sentence):
    result = _start({"PLUMBLINE_SECRET_KEY": SECRET} | variables, "check")

    assert result.returncode == 1
    assert result.stderr.startswith(f"Plumbline cannot start: {sentence}")
    assert result.stderr.count("\n") == 1


def test_an_odd_variable_stops_the_web_server_for_good():
    code = "import config.wsgi"

    result = _python(
        {"PLUMBLINE_SECRET_KEY": SECRET, "PLUMBLINE_EMAIL_PORT": "0"}, "-c", code
    )

    assert result.returncode == 3
    assert result.stderr == (
        "Plumbline cannot start: PLUMBLINE_EMAIL_PORT is “0”; "
        "write a whole number from 1 to 65535.\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("whole", "1.5", "write a whole number from 1 to 9"),
        ("whole", "10", "write a whole number from 1 to 9"),
        ("flag", "", "write “true” or “false”"),
        ("words", "a,,b", "has an empty part"),
        ("one_of", "warn", "write one of: INFO, WARNING"),
        ("site_address", "quotes.example.com", "write the scheme and host"),
        ("site_address", "https://a.example/path", "write the scheme and host"),
        ("secret", "", "is missing; set it to a random text"),
        ("database", "sqlite://", "names no file"),
        ("database", "postgresql://host:5432", "names no database"),
        ("database", "postgresql://host:port/name", "cannot be read"),
    ],
)
def test_every_kind_of_variable_says_how_to_write_it(name, value, complaint, tmp_path):
    details: dict[str, dict[str, Any]] = {
        "whole": {"default": 1, "low": 1, "high": 9},
        "flag": {"default": "true"},
        "words": {"default": "a"},
        "one_of": {"default": "INFO", "choices": ("INFO", "WARNING")},
        "site_address": {"default": ""},
        "secret": {"file": tmp_path / "none"},
        "database": {"file": tmp_path / "none"},
    }

    with pytest.raises(OddSettingError, match=complaint):
        getattr(Environment({"IT": value}), name)("IT", **details[name])


def test_a_secret_may_come_from_its_file(tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")

    assert Environment({}).secret("IT", file=tmp_path / "key") == SECRET


def test_values_are_read_as_what_they_mean():
    environment = Environment({"A": " yes ", "B": "a, b", "C": "WARNING", "D": "9"})

    assert environment.flag("A", default="false") is True
    assert environment.words("B", default="") == ["a", "b"]
    assert environment.one_of("C", default="", choices=("INFO", "WARNING")) == "WARNING"
    assert environment.whole("D", default=1, low=1, high=9) == 9
    environment.refuse_unknown()


@pytest.mark.parametrize(
    ("name", "hint"),
    [("PLUMBLINE_DEBG", "did you mean PLUMBLINE_DEBUG"), ("PLUMBLINE_X", "see docs")],
)
def test_a_variable_that_only_looks_like_ours_is_refused(name, hint):
    environment = Environment({name: "true"})
    environment.flag("PLUMBLINE_DEBUG", default="true")

    with pytest.raises(OddSettingError, match=hint):
        environment.refuse_unknown()


def test_sqlite_is_durable_and_takes_its_write_lock_first(tmp_path):
    config = Environment({}).database("IT", file=tmp_path / "a.sqlite3")

    assert config["NAME"] == str(tmp_path / "a.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous = FULL" in config["OPTIONS"]["init_command"]


def test_postgresql_keeps_its_connections_in_a_pool(tmp_path):
    url = "postgresql://me:secret@db.example:5433/plumbline"

    config = Environment({"IT": url}).database("IT", file=tmp_path)

    assert (config["HOST"], config["PORT"], config["NAME"]) == (
        "db.example",
        5433,
        "plumbline",
    )
    assert config["OPTIONS"]["pool"]["max_size"] == 8
    assert config["CONN_MAX_AGE"] == 0


def _start(variables: dict[str, str], *command: str):
    return _python(variables, "manage.py", *command)


def _python(variables: dict[str, str], *arguments: str):
    ours = ("PLUMBLINE_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "COV_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return subprocess.run(
        [sys.executable, *arguments],
        env=inherited | {"PYTHONUTF8": "1"} | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
