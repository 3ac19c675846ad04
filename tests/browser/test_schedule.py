"""The schedule designer in a real browser: each width, by keyboard, no scripts."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.accessibility import faults

QUESTION = (
    "/schedule/?items=20000&type=bounding_box&units=5&start_on=2027-01-04"
    "&deadline=2027-02-26&annotators=6&streams=5"
)


def test_it_is_accessible_and_fits_every_width(desk):
    page = desk
    page.goto(QUESTION)

    assert faults(page) == []


def test_a_deadline_is_asked_about_by_keyboard_without_scripts(plain_desk):
    page = plain_desk
    page.locator(".nav-tools summary").press("Enter")
    page.get_by_role("link", name="Schedule").press("Enter")
    page.get_by_label("Annotators").fill("2")
    page.get_by_label("Deadline").fill("2027-06-30")

    page.get_by_label("Deadline").press("Enter")

    expect(page.get_by_text("Done by 30 June 2027")).to_be_visible()
    expect(page.get_by_role("row", name="Second shift")).to_be_visible()
