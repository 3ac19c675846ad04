"""A document to the bytes of a PDF; WeasyPrint lives here and nowhere else.

It is imported on first use: it takes a second, and a machine without Pango must lose
its PDFs only. A quote is rendered from the client document, which holds no cost; the
deal sheet, which does, from a page of the staff's own. Nothing is fetched but the fonts
that this service ships, whatever a text in the document says; letters that those lack,
as in a client's name, are drawn with fonts of the system (`.ci/packages`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.template.loader import render_to_string

from quotes.calc.sheet import sheet
from scoping.language import language_of, page_in

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

Size = Literal["a4", "letter"]
SIZES: tuple[Size, ...] = ("a4", "letter")

HOW = "apt-get install libpangoft2-1.0-0 libharfbuzz-subset0"
FONTS = Path(settings.ROOT) / "node_modules" / "@fontsource"
FONT_ADDRESS = "font:"
FACES = {"be-vietnam-pro": "Words", "ibm-plex-sans": "Figures"}
"""Names of our own, because a name that stands in the font files mixes up weights."""

WEIGHTS = (400, 500, 600)
SUBSETS = {
    "vietnamese": (
        "U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169, U+01A0-01A1, "
        "U+01AF-01B0, U+0300-0301, U+0303-0304, U+0308-0309, U+0323, U+0329, "
        "U+1EA0-1EF9, U+20AB"
    ),
    "latin-ext": (
        "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, "
        "U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AA, U+20AD-20C0"
    ),
    "latin": (
        "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, "
        "U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
    ),
}


_VARIANT = {"pdf_variant": "pdf/ua-1"}


class PdfLibraryMissingError(Exception):
    """The system library that draws text is not installed; the text says which."""


class NotFetchedError(ValueError):
    """Raised for any address that a document names beside our fonts and its logo."""


def render_quote(
    document: Mapping[str, Any],
    *,
    digest: str,
    size: Size,
    logo: tuple[bytes, str] = (b"", ""),
) -> bytes:
    """Return a client document as a PDF on one paper size.

    The same document gives the same bytes on the same machine; `digest` is its hash,
    printed on every page. `logo` is an image with its type, empty for a monogram.
    Raises PdfLibraryMissingError with a sentence where Pango is not installed.
    """
    html = quote_html(document, digest=digest, size=size, logo=logo)
    return render(html, identifier=digest)


def quote_html(
    document: Mapping[str, Any],
    *,
    digest: str,
    size: Size,
    logo: tuple[bytes, str] = (b"", ""),
) -> str:
    """Return what `render_quote` prints, in the language of the client."""
    html = render_to_string(
        "quotes/pdf/quote.html",
        {
            "sheet": sheet(document),
            "document": document,
            "offer": document["offer"],
            "digest": digest,
            "size": {"a4": "A4", "letter": "Letter"}[size],
            "logo": logo_address(*logo),
            "faces": list(faces()),
        },
    )
    return page_in(language_of(document["offer"]["language"]), html)


def render_deal_sheet(page: object, *, digest: str) -> bytes:
    """Return an internal deal sheet as a PDF of one page; `page` is what it prints.

    It speaks of cost, so no client's door may ever serve it.
    """
    html = render_to_string(
        "quotes/pdf/deal_sheet.html", {"page": page, "faces": list(faces())}
    )
    return render(html, identifier=digest)


def logo_address(image: bytes, kind: str) -> str:
    """Return a logo as a data: address; empty where there is none."""
    if not image or not kind:
        return ""
    return f"data:{kind};base64,{base64.b64encode(image).decode('ascii')}"


def render(html: str, *, identifier: str = "") -> bytes:
    """Return a page of HTML as a PDF; `identifier` makes its bytes repeatable."""
    return written(laid_out(html), identifier=identifier)


def laid_out(html: str) -> Any:
    """Return a page of HTML as the pages of a PDF, which `written` makes bytes of."""
    try:
        from weasyprint import HTML  # see the module's docstring
    except OSError as problem:
        raise PdfLibraryMissingError(
            f"PDFs need Pango, which this machine lacks. Install it: {HOW}"
        ) from problem
    return HTML(string=html, url_fetcher=_fetcher()).render(**_VARIANT)


def written(pages: Any, *, identifier: str = "") -> bytes:
    """Return laid out pages as the bytes of a PDF."""
    pdf: bytes = pages.write_pdf(
        pdf_identifier=identifier.encode("ascii") or None, **_VARIANT
    )
    return pdf


def faces() -> list[dict[str, Any]]:
    """Return the font faces of the PDF, by family, weight and subset.

    Each subset is a family of its own: subsets of one name are taken for one font when
    the PDF is written, and Vietnamese comes out as other letters.
    """
    return [
        {
            "family": family if subset == "latin" else f"{family} {subset}",
            "weight": weight,
            "address": f"{FONT_ADDRESS}{package}-{subset}-{weight}-normal",
            "range": letters,
        }
        for package, family in FACES.items()
        for weight in WEIGHTS
        for subset, letters in SUBSETS.items()
    ]


def _fetcher() -> URLFetcher:
    """Return a fetcher that knows our fonts by name and images in data: addresses."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    files = {
        face["address"]: _font_file(face["address"].removeprefix(FONT_ADDRESS))
        for face in faces()
    }

    class OnlyFonts(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Reads nothing from the network and no file but a font of the list."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            """Return a font or an image that the address itself holds."""
            if url in files:
                return URLFetcherResponse(
                    url, body=_font(files[url]), headers={"Content-Type": "font/ttf"}
                )
            if url.startswith(("data:image/png;base64,", "data:image/svg+xml;base64,")):
                return super().fetch(url, headers)
            raise NotFetchedError(f"A quote fetches nothing, so not {url[:80]}.")

    return OnlyFonts(allowed_protocols={"data"}, allow_redirects=False)


@cache
def _font(path: Path) -> bytes:
    """Return a font unpacked, once for each process.

    WeasyPrint would unpack all of them again for every PDF, in plain Python: more than
    half of the time that a quote took.
    """
    from fontTools.ttLib import woff2

    found = BytesIO()
    woff2.decompress(str(path), found)
    return found.getvalue()


def _font_file(name: str) -> Path:
    for package in FACES:
        if name.startswith(package):
            return FONTS / package / "files" / f"{name}.woff2"
    raise NotFetchedError(f"{name} is no font of ours.")
