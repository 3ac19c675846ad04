"""A file is dropped in a real browser: it says how much has gone, then its verdict."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quotes.models import WorkRecord
from scoping.models import Workspace
from tests.accessibility import faults
from tests.quotes.test_paid import a_project

HEADER = (
    "batch,stage,annotation_type,clock,actor,period_start,units_produced,"
    "active_seconds,note\n"
)
WATCH = """() => {
  window.said = [];
  new MutationObserver(() => {
    const going = document.querySelector("[data-going]");
    if (going && !going.hidden) window.said.push(going.innerText.trim());
  }).observe(document.body, {subtree: true, childList: true, attributes: true,
    characterData: true});
}"""


@pytest.fixture
def files(desk, tmp_path):
    """Open the page of a project's files; a file of more than a megabyte lies ready."""
    a_project(Workspace.objects.get(), "streets")
    rows = (
        f"b{n},label,bounding_box,label,lan,2026-01-02,{n},60,{'x' * 5000}\n"
        for n in range(1, 301)
    )
    bad = "b9,label,bounding_box,label,lan,2026-02-30,1,1,\n"
    (tmp_path / "night.csv").write_text(HEADER + "".join(rows) + bad)
    desk.goto("/projects/streets/files/")
    return desk


def test_a_long_file_says_how_much_has_gone_and_then_its_verdict(files, tmp_path):
    files.evaluate(WATCH)
    files.get_by_label("File", exact=True).set_input_files(tmp_path / "night.csv")
    files.get_by_role("button", name="Check the file").click()

    verdict = files.get_by_text("Can be trusted, except for 1 row.")
    expect(verdict).to_be_visible()
    said = files.evaluate("window.said")
    assert "All of it is there. Reading it" in said
    for width in (1440, 390, 360):
        files.set_viewport_size({"width": width, "height": 900})
        assert files.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(files) == []
    # The page that came takes the next act: no file is chosen a second time.
    files.get_by_role("button", name="Count the 300 good rows").click()
    files.wait_for_url("**/projects/streets/")
    assert WorkRecord.objects.count() == 300
