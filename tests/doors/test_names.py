"""Names in files on pages: asked with what is likely, remembered, forgotten."""

from __future__ import annotations

import re

import pytest

from quotes.actions.gates import plan_batches
from quotes.models import Project, RememberedName, WorkRecord
from scoping.access import Role
from scoping.language import language_of
from tests.doors.test_projects import HEADER, a_file, a_project, manager
from tests.factories import NOON

__all__ = ["manager"]

pytestmark = pytest.mark.django_db

ROWS = b"batch 1 FINAL,label,bounding_box,label,100,510,6000\n"
HERE = "/projects/streets/files/"


@pytest.fixture
def project(manager):
    a_project(manager)
    found = Project.objects.get()
    plan_batches(found, by="Minh", role=Role.MANAGER, now=NOON)
    return found


def hidden(page: str) -> dict[str, str]:
    """Return what the form about names sends."""
    form = page[page.index('id="names"') :]
    form = form[: form.index("</form>")]
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    for name, options in re.findall(
        r'<select name="(\w+)".*?>(.*?)</select>', form, re.S
    ):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', options)
        found[name] = "" if chosen is None else chosen[1]
    return found


def test_a_name_is_asked_once_and_remembered(manager, project):
    first = project.batches.order_by("pk")[0].key
    body = HEADER + ROWS

    asked = manager.post(HERE, {"act": "check", "file": a_file(body)}).text

    assert "A name we do not know" in asked
    assert "1 name is not ours" in asked
    said = hidden(asked)
    assert said["means_0"] == f"={first}"
    assert not RememberedName.objects.exists()

    told = manager.post(HERE, said | {"act": "names"}).text
    assert "1 name is remembered." in told
    assert f"of the file is batch “{first}” (1 row)" in told
    assert "do not know" not in told
    manager.post(HERE, {"act": "count", "dropped": said["dropped"]})
    assert WorkRecord.objects.get().batch == first

    names = manager.get("/projects/streets/names/").text
    assert first in names
    gone = manager.post(
        "/projects/streets/names/",
        {"act": "forget", "kind": "batch", "written": "batch 1 final"},
        follow=True,
    ).text
    assert "batch 1 final is forgotten." in gone
    assert "None yet." in gone
    twice = manager.post(
        "/projects/streets/names/",
        {"act": "forget", "kind": "batch", "written": "batch 1 final"},
    )
    assert twice.status_code == 404


def test_a_name_may_be_left_or_kept_and_wrong_ones_are_refused(manager, project):
    said = hidden(
        manager.post(HERE, {"act": "check", "file": a_file(HEADER + ROWS)}).text
    )

    later = manager.post(HERE, said | {"act": "names", "means_0": ""}).text
    assert "nothing is remembered" in later
    wrong = manager.post(HERE, said | {"act": "names", "means_0": "=nowhere"})
    assert wrong.status_code == 400
    assert "There is no batch “nowhere” here." in wrong.text
    manager.post(HERE, said | {"act": "names", "means_0": "keep"})

    assert RememberedName.objects.get().means == "batch 1 final"
    assert "stays as it is written" in manager.get("/projects/streets/names/").text


def test_all_of_it_is_vietnamese(manager, project):
    language = language_of("vi")
    assert language is not None
    language.missed.clear()
    words = {"Accept-Language": "vi"}

    for body in (HEADER + ROWS, HEADER + ROWS.replace(b"batch 1 FINAL", b"x")):
        asked = manager.post(
            HERE, {"act": "check", "file": a_file(body)}, headers=words
        ).text
        said = hidden(asked)
        keep = {} if said["means_0"] else {"means_0": "keep"}
        manager.post(HERE, said | keep | {"act": "names"}, headers=words)
    manager.get("/projects/streets/names/", headers=words)

    assert language.missed <= {"Streets"}
    language.missed.clear()
