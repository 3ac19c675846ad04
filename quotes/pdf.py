"""A client view to the bytes of a PDF; WeasyPrint lives here and nowhere else.

It is imported on first use: it takes a second, and a machine without Pango must
lose its PDFs only.
"""

from __future__ import annotations

HOW = "apt-get install libpangoft2-1.0-0 libharfbuzz-subset0"


class PdfLibraryMissingError(Exception):
    """The system library that draws text is not installed; the text says which."""


def render(html: str, *, base_url: str) -> bytes:
    """Return a page of HTML as a PDF; `base_url` is where its files are found."""
    try:
        from weasyprint import HTML  # see the module's docstring
    except OSError as problem:
        raise PdfLibraryMissingError(
            f"PDFs need Pango, which this machine lacks. Install it: {HOW}"
        ) from problem
    pdf: bytes = HTML(string=html, base_url=base_url).write_pdf()
    return pdf
