"""Agreement and gold sets in a real browser: each width, by keyboard, no scripts."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.accessibility import faults
from tests.samples.files import a_region, a_task, cvat, cvat_image


@pytest.fixture
def two_files(tmp_path):
    team, expert = tmp_path / "team.xml", tmp_path / "expert.json"
    box = '<box label="{}" xtl="0" ytl="0" xbr="{}" ybr="10"/>'
    team.write_text(
        cvat(
            "".join(
                cvat_image(
                    box.format("a long name of a class", 10)
                    + (box.format("van", 40) if n % 3 else ""),
                    name=f"{n}.jpg",
                )
                for n in range(9)
            )
        ),
        "utf-8",
    )
    place = {"x": 0, "y": 0, "height": 20}
    expert.write_text(
        json.dumps(
            [
                a_task(
                    a_region(
                        "rectangle",
                        {**place, "width": 9 if n % 2 else 4},
                        label="a long name of a class",
                    ),
                    a_region("rectangle", {**place, "width": 41}, label="van"),
                    image=f"/data/upload/1/0a1b2c3d-{n}.jpg",
                    number=n,
                )
                for n in range(8)
            ]
        ),
        "utf-8",
    )
    return team, expert


def test_agreement_is_accessible_and_fits_every_width(desk, two_files):
    page = desk
    page.goto("/agreement/")
    for label, path in zip(("First file", "Reference"), two_files, strict=True):
        page.get_by_label(label).set_input_files(path)
    page.get_by_role("button", name="Compare the files").click()
    expect(page.get_by_text("labels agree:")).to_be_visible()

    assert faults(page) == []


def test_files_are_compared_by_keyboard_without_scripts(plain_desk, two_files):
    page = plain_desk
    page.locator(".nav-tools summary").press("Enter")
    page.get_by_role("link", name="Agreement").press("Enter")
    page.get_by_role("button", name="Compare the files").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("First file: Choose a file.")
    for label, path in zip(("First file", "Reference"), two_files, strict=True):
        page.get_by_label(label).set_input_files(path)

    page.get_by_label("One object from an overlap of").press("Enter")

    # The team marked vans on 5 of the 8 images both have; one is in its file alone.
    van = page.get_by_role("row", name="van").first
    expect(van).to_contain_text("62.5")
    expect(page.get_by_text("1 image is in team.xml alone")).to_be_visible()


def test_gold_sets_are_accessible_and_fit_every_width(desk):
    page = desk
    page.goto("/gold-sets/?items=500&classes=20&units_per_item=10&seconds_per_item=60")

    assert faults(page) == []


def test_a_gold_set_is_sized_by_keyboard_without_scripts(plain_desk):
    page = plain_desk
    page.locator(".nav-tools summary").press("Enter")
    page.get_by_role("link", name="Gold sets").press("Enter")
    page.get_by_label("Gold items at hand").fill("500")

    page.get_by_label("Gold items at hand").press("Enter")

    expect(page.get_by_text("on 500 items")).to_be_visible()
    assert "items=500" in page.url
