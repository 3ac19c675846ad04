"""An empty real start, and rate cards loaded afterwards."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scoping.access import Role
from scoping.audit import first_broken
from scoping.models import AuditEntry, Client, Membership, RateCard, User, Workspace
from tests.factories import LAUNCH_CARD, a_user, a_workspace

pytestmark = pytest.mark.django_db

PASSWORD = "a plumb line hangs true"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture(autouse=True)
def password(monkeypatch):
    """Put the first admin's password where the command is told to look."""
    monkeypatch.setenv("FIRST_PASSWORD", PASSWORD)


def set_up(**changes):
    options = {
        "name": "Thang Long Labels",
        "legal_name": "Thang Long Labels Co., Ltd.",
        "address": "1 Hang Gai, Hanoi",
        "tax_id": "0101234567",
        "admin": "Ann@Example.com",
        "password_env": "FIRST_PASSWORD",
    }
    call_command("setup", **(options | changes))


def test_a_real_start_has_a_workspace_an_admin_and_a_card(capsys):
    set_up()

    workspace = Workspace.objects.get()
    member = Membership.objects.get()
    assert (workspace.slug, workspace.tax_id) == ("thang-long-labels", "0101234567")
    assert (member.user.email, member.role) == ("ann@example.com", Role.ADMIN)
    assert member.user.check_password(PASSWORD)
    assert RateCard.objects.get().version == "2026-01"
    assert "ann@example.com signs in as its admin" in capsys.readouterr().out


def test_a_real_start_is_empty_and_on_the_record():
    set_up()

    actions = AuditEntry.objects.values_list("action", flat=True)
    assert list(actions) == ["set_up_workspace", "publish_rate_card"]
    assert first_broken(Workspace.objects.get()) is None
    assert Client.objects.count() == 0


def test_a_second_start_changes_nothing(capsys):
    set_up()

    set_up(legal_name="Another")

    assert Workspace.objects.get().legal_name == "Thang Long Labels Co., Ltd."
    assert "is there already; nothing changed" in capsys.readouterr().out


def test_only_the_first_person_of_an_installation_operates_it():
    set_up()
    set_up(name="Delta", admin="bo@example.com")

    operators = User.objects.filter(is_superuser=True)
    assert [person.email for person in operators] == ["ann@example.com"]


def test_somebody_with_an_account_keeps_their_password():
    user = a_user(email="ann@example.com", password="their own password")

    set_up(password_env=None)

    assert Membership.objects.get().user == user
    assert User.objects.get().check_password("their own password")


def test_a_logo_is_kept_with_its_kind(tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_bytes(SVG)

    set_up(logo=logo)

    workspace = Workspace.objects.get()
    assert bytes(workspace.logo) == SVG
    assert workspace.logo_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"legal_name": None}, "Say --legal-name: its legal name"),
        ({"name": None}, "Say --workspace: name of the labelling company"),
        ({"password_env": None}, "name that with --password-env"),
        ({"password_env": "NOT_SET"}, "set NOT_SET"),
        ({"admin": "ann"}, "valid email address"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "XXQ"}, "currency"),
        ({"site": "atlantis"}, "no site “atlantis”"),
        ({"card": Path("no/such/card.yaml")}, "no/such/card.yaml cannot be read"),
    ],
)
def test_what_is_missing_or_odd_stops_the_start_and_leaves_nothing(changes, sentence):
    with pytest.raises(CommandError, match=sentence):
        set_up(**changes)

    assert Workspace.objects.count() == User.objects.count() == 0


def test_a_password_that_is_easy_to_guess_is_refused(monkeypatch):
    monkeypatch.setenv("FIRST_PASSWORD", "password")

    with pytest.raises(CommandError, match="too common"):
        set_up()


@pytest.mark.parametrize(
    ("name", "content"), [("logo.gif", b"GIF89a"), ("logo.png", SVG)]
)
def test_a_logo_that_is_no_picture_of_ours_is_refused(tmp_path, name, content):
    logo = tmp_path / name
    logo.write_bytes(content)

    with pytest.raises(CommandError, match="neither an SVG nor a PNG"):
        set_up(logo=logo)


def test_at_a_terminal_the_rest_is_asked_for(monkeypatch, at_a_terminal):
    answers = {"legal address": "1 Hang Gai, Hanoi", "E-mail": "ann@example.com"}
    monkeypatch.setattr("builtins.input", lambda asked: find(answers, asked))
    at_a_terminal(PASSWORD, PASSWORD)

    set_up(address=None, admin=None, password_env=None)

    assert Workspace.objects.get().legal_address == "1 Hang Gai, Hanoi"
    assert User.objects.get(email="ann@example.com").check_password(PASSWORD)


def test_two_passwords_that_differ_stop_the_start(at_a_terminal):
    at_a_terminal(PASSWORD, "another")

    with pytest.raises(CommandError, match="two passwords differ"):
        set_up(password_env=None)


@pytest.fixture
def at_a_terminal(monkeypatch):
    """Return a function that sits somebody at the terminal with passwords to type."""

    def sit(*passwords):
        typed = iter(passwords)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(
            "scoping.management.commands.setup.getpass", lambda _: next(typed)
        )

    return sit


def find(answers, asked):
    return next(answer for words, answer in answers.items() if words in asked)


# --- a card loaded later ------------------------------------------------------------


def test_a_card_is_loaded_for_one_workspace(capsys, tmp_path):
    workspace = a_workspace(slug="delta")
    a_workspace()

    call_command("load_rate_card", a_card_file(tmp_path), workspace="delta")

    assert RateCard.objects.get().workspace == workspace
    assert "Rate card 2026-01 is published" in capsys.readouterr().out


def test_a_card_for_a_workspace_that_is_not_there_is_refused(tmp_path):
    a_workspace(slug="delta")

    with pytest.raises(CommandError, match="There are: delta"):
        call_command("load_rate_card", a_card_file(tmp_path), workspace="omega")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LAUNCH_CARD.replace('"0.15"', '"0.14"', 1), "Give the changed card a new"),
        ("version: 2026-02", "The card lacks the row"),
    ],
)
def test_a_card_that_cannot_be_published_says_why(tmp_path, text, sentence):
    a_workspace(slug="delta")
    call_command("load_rate_card", a_card_file(tmp_path), workspace="delta")

    with pytest.raises(CommandError, match=sentence):
        call_command("load_rate_card", a_card_file(tmp_path, text), workspace="delta")

    assert RateCard.objects.count() == 1


def test_a_card_file_that_is_not_there_is_named(tmp_path):
    a_workspace(slug="delta")

    with pytest.raises(CommandError, match=r"card\.yaml cannot be read"):
        call_command("load_rate_card", tmp_path / "card.yaml", workspace="delta")


def a_card_file(folder, text=LAUNCH_CARD):
    file = folder / "card.yaml"
    file.write_text(text, "utf-8")
    return file
