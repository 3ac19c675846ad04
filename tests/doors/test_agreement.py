"""Two annotation files through the page and the endpoint: the same figures, safely."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from scoping.access import Role
from scoping.samples import apart
from tests.factories import a_client, a_membership, a_workspace
from tests.samples.files import a_region, a_task, coco, cvat, cvat_image

pytestmark = pytest.mark.django_db

PAGE, ENDPOINT = "/agreement/", "/api/v1/agreements"
FIRST = coco([{"bbox": [0, 0, 10, 10]}, {"bbox": [60, 0, 9, 9]}])
SECOND = json.dumps(
    [
        a_task(
            a_region("rectangle", {"x": 0, "y": 0, "width": 10, "height": 16}),
            a_region("rectangle", {"x": 30, "y": 0, "width": 9, "height": 9}),
            a_region(
                "rectangle", {"x": 60, "y": 0, "width": 9, "height": 18}, label="van"
            ),
        )
    ]
)


@pytest.fixture
def desk(client):
    client.force_login(a_membership(workspace=a_workspace()).user)
    return client


def files(first=FIRST, second=SECOND, **more):
    return {
        "first": SimpleUploadedFile("team.json", first.encode()),
        "second": SimpleUploadedFile("expert.json", second.encode()),
        **more,
    }


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_the_page_says_how_alike_two_files_are(desk):
    page = desk.post(PAGE, files())

    words = words_of(page.text)
    assert page.status_code == 200
    # 1 of 2 labels of the team has its place and class in the 3 of the expert.
    assert "1 label agrees: 50.0 % of the first file&#x27;s are right" in words
    assert "33.3 % of the reference&#x27;s were found" in words
    assert "team.json (COCO, 2 labels) held against expert.json" in words
    assert "What was mistaken for what" in words
    assert "private" in page.headers["Cache-Control"]


def test_page_and_endpoint_give_the_same_figures(desk):
    page = desk.post(PAGE, files(iou="0.9"))
    answer = desk.post(ENDPOINT, files(iou="0.9"))

    found = answer.json()["families"][0]
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    # An overlap of 80 / 100 is no longer enough; the van has its place all the same.
    assert (found["named"]["matched"], found["found"]["matched"]) == (0, 1)
    assert "0 labels agree: 0.0 %" in words_of(page.text)


def test_tags_and_keypoints_are_shown_too(desk):
    first = cvat(
        cvat_image('<tag label="day"/><points label="eye" points="5,5"/>')
        + cvat_image('<tag label="day"/>', name="b.jpg")
        + cvat_image("", name="alone.jpg")
    )
    second = cvat(
        cvat_image('<tag label="day"/><points label="eye" points="5,5"/>')
        + cvat_image('<tag label="night"/><cuboid/>', name="b.jpg")
    )

    page = desk.post(PAGE, files(first, second))

    words = words_of(page.text)
    assert page.status_code == 200
    assert "Keypoints" in words
    assert "Same tags: 50.0 % (" in words
    assert "Beyond luck (Cohen): 0.000" in words
    assert "1 image is in team.json alone and was left out: alone.jpg." in words
    assert "expert.json: 1 cuboids are left out" in words
    assert "With one class nothing can be said beyond luck" in words


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({}, "first", "Choose a file."),
        (files("{"), "first", "is no complete JSON"),
        (files(FIRST, "[]"), "second", "neither COCO"),
        (files(FIRST, coco([], images=[{"id": 7}])), "second", "no image in common"),
        (files(iou="2"), "iou", "at most 1"),
        (files(iou="nan"), "iou", "."),
        (files(iou="x"), "iou", "."),
        ({"first": "text", "second": "text"}, "second", "Choose a file."),
    ],
    ids=["nothing", "cut", "odd", "others", "two", "nan", "word", "text"],
)
def test_what_is_wrong_stands_beside_its_field_and_in_the_problem(
    desk, sent, field, sentence
):
    def rewound():
        for one in sent.values():
            if hasattr(one, "seek"):
                one.seek(0)
        return sent

    page = desk.post(PAGE, rewound())
    answer = desk.post(ENDPOINT, rewound())

    assert page.status_code == answer.status_code == 400
    error = re.search(rf'id="{field}-error"><li>([^<]*)', page.text)
    assert error is not None
    assert sentence in error[1].replace("&#x27;", "'")
    assert f'href="#id_{field}"' in page.text
    problems = {one["path"]: one["message"] for one in answer.json()["errors"]}
    assert sentence in problems[f"/{field}"]
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("address", [PAGE, ENDPOINT])
def test_a_file_that_is_too_large_is_never_kept(desk, settings, address):
    settings.PUBLIC_SAMPLE_BYTES = 1000

    answer = desk.post(address, files(FIRST + " " * 2000))
    exact = desk.post(address, files(FIRST + " " * (1000 - len(FIRST))))

    assert answer.status_code == 413
    assert "too large" in answer.content.decode()
    assert exact.status_code == 200


@pytest.mark.parametrize("address", [PAGE, ENDPOINT])
def test_while_others_are_read_it_asks_for_a_minute(desk, address):
    for _ in range(apart.AT_ONCE):
        apart._free.acquire()
    try:
        answer = desk.post(address, files())
    finally:
        for _ in range(apart.AT_ONCE):
            apart._free.release()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Try again in a minute" in answer.content.decode()


def test_the_form_is_there_before_a_file_is(desk):
    page = desk.get(PAGE)

    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in page.text
    assert "at most 50 MB are read here" in page.text


def test_strangers_clients_and_forged_forms_are_turned_away(client):
    buyer = a_client()
    user = a_membership(workspace=buyer.workspace, role=Role.CLIENT, client=buyer).user

    assert client.get(PAGE).status_code == 302
    assert client.post(ENDPOINT, files()).status_code == 401
    client.force_login(user)
    assert client.post(PAGE, files()).status_code == 403
    assert client.post(ENDPOINT, files()).status_code == 403
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(a_membership(workspace=a_workspace()).user)
    assert forged.post(PAGE, files()).status_code == 403
    assert forged.post(ENDPOINT, files()).status_code == 403
    assert forged.put(PAGE).status_code == 403


def test_the_endpoint_takes_forms_alone(desk):
    answer = desk.post(ENDPOINT, "{}", content_type="application/json")

    assert answer.status_code == 415
