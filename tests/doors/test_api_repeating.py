"""Requests that are sent again (SA-061 to SA-065): done once, answered the same."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils.timezone import now

from quotes.models import Quote
from scoping.actions import repeating
from scoping.actions.repeating import KEPT_FOR, Answer, Asked, done_once, kept_answer
from scoping.models import AuditEntry, KeptAnswer, Scope
from tests.doors.api import Program, a_key
from tests.factories import a_membership, a_workspace
from tests.quotes.a_quote import a_desk, a_spec
from tests.scale import count

BODY = {"items": 10, "lines": [{"type": "bounding_box", "units_per_item": 2}]}


def a_program(member=None):
    member = member or a_membership()
    return Program(a_key(member.workspace, member.user).token)


@pytest.mark.django_db
def test_sent_twice_it_is_done_once_and_answered_the_same():
    program = a_program()

    first = program.ask("POST", "scopes", BODY, key="k1")
    second = program.ask("POST", "scopes", BODY, key="k1")

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert (first["ETag"], first["Location"]) == (second["ETag"], second["Location"])
    assert second["Idempotent-Replayed"] == "true"
    assert Scope.objects.count() == 1
    assert AuditEntry.objects.filter(action="save_scope").count() == 1
    assert program.ask("POST", "scopes", BODY).status_code == 201
    assert Scope.objects.count() == 2


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused_and_the_first_stays():
    program = a_program()
    first = program.ask("POST", "scopes", BODY, key="k1")

    other = program.ask("POST", "scopes", {**BODY, "items": 11}, key="k1")

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert program.ask("POST", "scopes", BODY, key="k1").json() == first.json()
    assert Scope.objects.get().document["items"] == 10


@pytest.mark.django_db
def test_a_key_counts_for_its_caller_and_its_address_alone():
    member = a_membership()
    mine, colleague = a_program(member), a_program(member)
    foreign = a_program()

    made = [
        one.ask("POST", "scopes", BODY, key="k1").json()["number"]
        for one in (mine, colleague, foreign)
    ]
    elsewhere = mine.ask("POST", "gold-sets", {}, key="k1")

    assert len(set(made)) == 3
    assert elsewhere.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "\u202e", "é", "a\tb"])
def test_an_odd_key_is_refused(key):
    program = a_program()

    answer = program.ask("POST", "scopes", BODY, key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert not Scope.objects.exists()


@pytest.mark.django_db
def test_a_refusal_is_not_kept_and_thought_over_again():
    program = a_program()

    refused = program.ask("POST", "scopes", {"items": 5}, key="k1")
    done = program.ask("POST", "scopes", BODY, key="k1")

    assert (refused.status_code, done.status_code) == (400, 201)


@pytest.mark.django_db
def test_what_stores_nothing_is_answered_the_same_too():
    program = a_program()

    first = program.ask("POST", "gold-sets", {}, key="k1")
    again = program.ask("POST", "gold-sets", {}, key="k1")
    other = program.ask("POST", "gold-sets", {"power": "0.9"}, key="k1")

    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert other.status_code == 422


@pytest.mark.django_db
def test_an_answer_is_kept_for_a_day_and_then_forgotten():
    program = a_program()
    program.ask("POST", "scopes", BODY, key="k1")
    row = KeptAnswer.objects.get()
    assert row.ends_at - row.made_at == KEPT_FOR
    past = now() - timedelta(seconds=1)
    KeptAnswer.objects.update(made_at=past - KEPT_FOR, ends_at=past)

    again = program.ask("POST", "scopes", {**BODY, "items": 12}, key="k1")

    assert again.status_code == 201
    assert KeptAnswer.objects.get().pk != row.pk


def asked(workspace, **changes):
    said = {"caller": "user-1", "address": "/x", "key": "k", "digest": "d"}
    return Asked(workspace=workspace, **(said | changes))


@pytest.mark.django_db
def test_what_dies_half_way_leaves_neither_effect_nor_answer(monkeypatch):
    """SA-063: the power goes between the effect and the answer that is kept."""
    program = a_program()

    def dies(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(KeptAnswer, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            program.ask("POST", "scopes", BODY, key="k1")
    assert not Scope.objects.exists()
    assert not KeptAnswer.objects.exists()
    done = program.ask("POST", "scopes", BODY, key="k1")

    assert done.status_code == 201
    assert Scope.objects.count() == 1


@pytest.mark.django_db
def test_what_dies_after_all_was_written_is_answered_as_it_was_done():
    """SA-063: the answer never arrived, but it is there."""
    program = a_program()
    lost = program.ask("POST", "scopes", BODY, key="k1").json()

    again = program.ask("POST", "scopes", BODY, key="k1")

    assert again.json() == lost
    assert Scope.objects.count() == 1


@pytest.mark.django_db
def test_who_comes_second_gets_the_answer_of_the_first():
    workspace = a_workspace()
    moment = now()
    given = Answer(status=201, body={"n": 1}, headers={})
    done_once(asked(workspace), lambda: given, now=moment)

    again = done_once(asked(workspace), pytest.fail, now=moment)

    assert (again.body, again.repeated) == ({"n": 1}, True)
    assert kept_answer(asked(workspace, key="other"), now=moment) is None


@pytest.mark.django_db
def test_where_the_first_was_undone_after_all_it_is_done_here(monkeypatch):
    workspace = a_workspace()
    real, tries = repeating._claim, []

    def loses_once(*args, **kwargs):
        tries.append(1)
        if len(tries) == 1:
            raise repeating._Lost
        return real(*args, **kwargs)

    monkeypatch.setattr(repeating, "_claim", loses_once)
    given = Answer(status=200, body={}, headers={})

    assert done_once(asked(workspace), lambda: given, now=now()) == given
    assert len(tries) == 2


def test_of_fifty_at_once_one_is_done_and_all_get_its_answer(committed_db, monkeypatch):
    """SA-061."""
    many = count(50)
    if connection.vendor == "postgresql":
        options = connection.settings_dict["OPTIONS"]
        room = {**options["pool"], "max_size": many + 4}
        monkeypatch.setitem(options, "pool", room)
    workspace, user = a_desk()
    token = a_key(workspace, user).token
    barrier = Barrier(many)

    def press(_):
        program = Program(token)
        barrier.wait()
        try:
            answer = program.ask("POST", "quotes", a_spec(), key="k1")
            replayed = answer.headers.get("Idempotent-Replayed", "")
            return answer.status_code, answer.json()["name"], replayed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(many) as crowd:
        answers = Counter(crowd.map(press, range(many)))

    name = str(Quote.objects.get().revisions.get())
    assert answers == {(201, name, ""): 1, (201, name, "true"): many - 1}
