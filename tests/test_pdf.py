"""PDFs: a page of HTML becomes one, or a sentence says what is missing."""

from __future__ import annotations

import builtins
from io import BytesIO

import pytest
from pypdf import PdfReader

from quotes.pdf import PdfLibraryMissingError, render


def test_a_page_can_be_read_back():
    document = render("<h1>Quote for 100.000 ₫</h1>", base_url="/nowhere/")

    page = PdfReader(BytesIO(document)).pages[0]
    assert "Quote for 100.000 ₫" in page.extract_text()


def test_a_machine_without_pango_is_told_what_to_install(monkeypatch):
    importing = builtins.__import__

    def fail(name: str, *args: object, **kwargs: object) -> object:
        if name == "weasyprint":
            raise OSError("cannot load library")
        return importing(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", fail)

    with pytest.raises(PdfLibraryMissingError, match="apt-get install libpango"):
        render("", base_url="/nowhere/")
