"""Agreement and gold sets in a real browser: each width, by keyboard, no scripts."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.browser.test_staff import WIDTHS, a_seller, sign_in
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_agreement_is_accessible_and_fits_every_width(page, two_files, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, a_seller())
    page.goto("/agreement/")
    for label, path in zip(("First file", "Reference"), two_files, strict=True):
        page.get_by_label(label).set_input_files(path)
    page.get_by_role("button", name="Compare the files").click()
    expect(page.get_by_text("labels agree:")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    faults = accessibility_faults(page)

    assert faults == []
    fits(page)


def test_files_are_compared_by_keyboard_without_scripts(browser, site, two_files):
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    sign_in(page, a_seller())
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
    context.close()


def fits(page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        assert needed <= width, f"needs {needed} of {width}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gold_sets_are_accessible_and_fit_every_width(page, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, a_seller())
    page.goto("/gold-sets/?items=500&classes=20&units_per_item=10&seconds_per_item=60")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    faults = accessibility_faults(page)

    assert faults == []
    fits(page)


def test_a_gold_set_is_sized_by_keyboard_without_scripts(browser, site):
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    sign_in(page, a_seller())
    page.get_by_role("link", name="Gold sets").press("Enter")
    page.get_by_label("Gold items at hand").fill("500")

    page.get_by_label("Gold items at hand").press("Enter")

    expect(page.get_by_text("on 500 items")).to_be_visible()
    assert "items=500" in page.url
    context.close()
