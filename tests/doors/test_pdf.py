"""The PDF of a quote: whole, readable, sealed, and the same bytes every time."""

from __future__ import annotations

import builtins
import re
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from quotes.calc.sheet import sheet
from quotes.calc.snapshot import digest
from quotes.pdf import (
    NotFetchedError,
    PdfLibraryMissingError,
    _fetcher,
    render,
    render_quote,
)
from tests.quotes.a_quote import a_client_document, expert_words_in


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, with plain spaces."""
    return [
        re.sub(r"\s+", " ", page.extract_text())
        for page in PdfReader(BytesIO(pdf)).pages
    ]


@pytest.fixture(scope="module")
def document():
    return a_client_document()


@pytest.fixture(scope="module")
def pdf(document):
    return render_quote(document, digest=digest(document), size="a4")


def test_every_amount_of_the_document_can_be_read_in_it(document, pdf):
    text = " ".join(pages(pdf))

    printed = sheet(document)
    for row in printed.rows:
        assert f"{Decimal(row.amount or 0):,.2f}".replace("-", "−") in text
        assert f"{row.quantity:,}" in text
    assert f"{Decimal(document['offer']['price']['total']):,.2f}" in text
    assert "week of 11 May 2026" in text


def test_promises_stages_assumptions_and_terms_are_in_it(document, pdf):
    text = " ".join(pages(pdf))

    for clause in document["offer"]["clauses"]:
        assert clause["how_much"] in text
        assert clause["proves_text"] in text
    for stage in document["offer"]["stages"]:
        assert stage["name"] in text
    for assumption in document["offer"]["assumptions"]:
        assert assumption["text"] in text
    assert "What does not count as an error" in text
    assert "0100 000 000" in text


def test_the_rule_as_written_and_the_sized_plan_stand_in_it(document, pdf):
    text = " ".join(pages(pdf))

    printed = sheet(document).plans
    assert printed is not None
    assert [row.name[:10] for row in printed.rows[:2]] == ["As written", "Sized to p"]
    for row in printed.rows:
        assert row.name in text
        assert row.checked in text
        assert f"{Decimal(row.bad_passed) * 100:.1f} %" in text


def test_it_speaks_no_expert_words(pdf):
    assert expert_words_in(" ".join(pages(pdf))) == []


def test_every_page_carries_its_number_and_the_fingerprint(document, pdf):
    found = digest(document)
    groups = " ".join(found[start : start + 4] for start in range(0, 32, 4))

    read = pages(pdf)

    for number, text in enumerate(read, start=1):
        assert f"page {number} of {len(read)}" in text
        assert groups in text
        assert "PL-2026-0042-1" in text


def test_the_same_document_gives_the_same_bytes(document, pdf):
    again = render_quote(document, digest=digest(document), size="a4")

    assert again == pdf


def test_letter_is_letter_and_every_font_is_inside(document):
    pdf = render_quote(document, digest=digest(document), size="letter")

    reader = PdfReader(BytesIO(pdf))
    assert [float(side) for side in reader.pages[0].mediabox[2:]] == [612.0, 792.0]
    names = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert names
    assert all("+Words" in name or "+Figures" in name for name in names)


def test_a_text_cannot_make_it_fetch_anything(document):
    hostile = dict(document, client='<img src="file:///etc/passwd"> & Sons')

    text = " ".join(pages(render_quote(hostile, digest=digest(hostile), size="a4")))

    assert '<img src="file:///etc/passwd"> & Sons' in text


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "font:../../etc/passwd",
        "data:text/html;base64,aGk=",
    ],
)
def test_nothing_is_fetched_but_fonts_and_logos(address):
    with pytest.raises(NotFetchedError):
        _fetcher().fetch(address)


def test_vietnamese_can_be_read_back():
    document = a_client_document(name="Đường phố Hà Nội")

    text = " ".join(pages(render_quote(document, digest=digest(document), size="a4")))

    assert "Đường phố Hà Nội" in text


def test_a_machine_without_pango_is_told_what_to_install(monkeypatch):
    importing = builtins.__import__

    def fail(name: str, *args: object, **kwargs: object) -> object:
        if name == "weasyprint":
            raise OSError("cannot load library")
        return importing(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", fail)

    with pytest.raises(PdfLibraryMissingError, match="apt-get install libpango"):
        render("")
