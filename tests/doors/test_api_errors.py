"""Errors of the API outside of its endpoints: problems too, and pages for people."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/nothing-here", 404, "not_found"),
        ("/api/v1/quotes?state=%00", 400, "bad_request"),
    ],
)
def test_an_error_before_any_endpoint_is_a_problem_for_programs(address, status, code):
    answer = Client().get(address)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_fault_of_ours_is_a_problem_too_and_says_nothing_of_itself(monkeypatch):
    def breaks(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("scoping.api.views.json_schema", breaks)

    answer = Client(raise_request_exception=False).get("/api/v1/schema/spec")

    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert "secret" not in answer.text


def test_people_get_a_page():
    answer = Client().get("/nothing-here")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "OPTIONS", "PROPFIND"])
def test_a_method_that_is_none_is_answered_405_and_says_which_there_are(method):
    answer = Client().generic(method, "/api/v1/schema/spec")

    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert answer.json()["code"] == "method_not_allowed"
