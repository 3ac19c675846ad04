"""The page of calculators in a real browser: each width, by keyboard, no scripts."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.accessibility import faults

QUOTES = (
    "/calculators/?r1-name=Crowd&r1-price=0.049&r1-unit=box&r1-includes_review=no"
    "&r2-name=Cheaper&r2-price=0.05&r2-accuracy=95&r2-minimum=0&r2-set_up=0"
)


def test_it_is_accessible_and_fits_every_width(desk):
    page = desk
    page.goto(QUOTES)

    assert faults(page) == []


def test_quotes_are_compared_by_keyboard_without_scripts(plain_desk):
    page = plain_desk
    page.locator(".nav-tools summary").press("Enter")
    page.get_by_role("link", name="Calculators").press("Enter")
    page.get_by_text("Quote 2", exact=True).first.press("Enter")
    page.get_by_label("Price of one").nth(1).fill("0.05")
    page.get_by_label("Vendor").nth(1).fill("Cheaper")

    page.get_by_label("Vendor").nth(1).press("Enter")

    rival = page.get_by_role("row", name="Cheaper")
    expect(rival.get_by_text("Ask first:")).to_be_visible()
