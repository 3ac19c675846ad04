"""What is wrong with a page: by WCAG 2.2 A and AA in both schemes, and by its width."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BY_GUIDELINE = {"type": "tag", "values": TAGS}
BY_COLOUR = {"type": "rule", "values": ["color-contrast"]}
WIDTHS = (360, 768, 1200, 1440)
UNFOLD = """
    document.querySelectorAll(
        'details:not(details details details, .nav-tools *, :has(> [data-reasons]))'
    ).forEach(one => one.open = true)
"""
"""A reason holds reasons, thousands of one kind: three levels show each kind. Those
that a workbench fetches are a page of their own, which is looked at by itself."""
ASK = """
    async ([within, rules]) => {
        const found = await axe.run(
            within, {runOnly: rules, resultTypes: ['violations'], preload: false}
        );
        return found.violations.map(
            one => `${one.id}: ${one.help} (${one.nodes[0].html.slice(0, 120)})`
        );
    }
"""
"""What is right is not told node by node: of a long page that is most of the work."""


MENU = ".nav-tools"
"""Lies over the page when it is open, so it is looked at by itself."""


def accessibility_faults(
    page: Page, *, rules: Mapping[str, object] | None = None, within: str = "html"
) -> list[str]:
    """Return one sentence per fault: the rule, what it asks, and where it is broken."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(ASK, [within, rules or BY_GUIDELINE])
    return found


def faults(page: Page) -> list[str]:
    """Return the faults of a page unfolded three deep, in light and in dark.

    The dark scheme changes colours alone, so it is asked about those alone. At each
    width the page must not scroll sideways.
    """
    page.evaluate(UNFOLD)
    found = accessibility_faults(page)
    # Without motion colours change at once, not over a moment.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [
        f"in the dark, {fault}" for fault in accessibility_faults(page, rules=BY_COLOUR)
    ]
    page.emulate_media(color_scheme="light")
    if page.locator(MENU).count():
        opens = f"document.querySelector('{MENU} details').open = "
        page.evaluate(f"{opens} true")
        found += accessibility_faults(page, within=MENU)
        page.evaluate(f"{opens} false")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"needs {needed} of {width} pixels")
    return found
