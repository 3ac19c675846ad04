"""A month's pack is put together with its files and given out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from quotes import models, pdf
from quotes.actions import RefusedError
from quotes.actions.month_packs import give_out
from quotes.calc.month_pack import month_pack
from quotes.queries.month_packs import month_of
from scoping.audit import digest
from scoping.templatetags.plumbline import share_percent
from scoping.web.spreadsheets import as_xlsx

from .pack_sheets import month_words, pack_sheet, sheets


def pack_of_month(
    workspace: Any,
    month: str,
    *,
    holdback_share: Decimal,
    now: datetime,
    holdback_why: str = "",
) -> dict[str, Any]:
    """Return what the pack of a month holds as the ledgers are known now.

    A share is held back where the quote names none, and only with the reason. Raises
    RefusedError `holdback_why` without one.
    """
    found = month_of(
        workspace,
        month,
        holdback_share=holdback_share,
        holdback_why=holdback_why.strip()[:200],
        known_until=now,
    )
    pack = month_pack(found)
    asked = [one for one in pack["projects"] if not one["holdback"]["of_quote"]]
    if holdback_share and asked and not holdback_why.strip():
        raise RefusedError(
            "holdback_why",
            f"The quote of {asked[0]['name']} holds nothing back. Say on what ground "
            f"{share_percent(holdback_share)} is.",
            field="why",
        )
    return pack


def give_out_pack(
    workspace: Any, pack: Mapping[str, Any], *, by: Any, role: str, now: datetime
) -> models.MonthPack:
    """Give out a pack: its figures, its workbook and its PDF are kept for good.

    There is no PDF where this machine can print none. Raises RefusedError.
    """
    return give_out(
        workspace,
        pack,
        xlsx=as_xlsx(sheets(pack)),
        pdf=_printed(pack),
        by=by,
        role=role,
        now=now,
    )


def _printed(pack: Mapping[str, Any]) -> bytes:
    html = render_to_string(
        "quotes/pdf/month_pack.html",
        {
            "sheet": pack_sheet(pack),
            "words": month_words(pack["month"]),
            "faces": pdf.faces(),
        },
    )
    try:
        return pdf.render(html, identifier=digest(pack))
    except pdf.PdfLibraryMissingError:
        return b""
