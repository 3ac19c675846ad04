"""What files do not say of themselves, as options of the commands that count them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandParser

from quotes.ingest.fields import TYPES, one_of


def add_stated(parser: CommandParser) -> None:
    """Add the options of what is said about a file."""
    parser.add_argument(
        "--type", default="", help="annotation type, where the file names none"
    )
    parser.add_argument("--batch", default="", help="one batch for the whole file")
    parser.add_argument(
        "--cap",
        type=Decimal,
        metavar="SECONDS",
        help="the most that one item may count for: an idle tab ends there",
    )
    parser.add_argument(
        "--minutes",
        action="store_true",
        help="7:08 in a spreadsheet means minutes and seconds",
    )
    parser.add_argument(
        "--pseudonyms",
        default="",
        metavar="SALT",
        help="give people other names, the same ones for the same salt",
    )


def said_in(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options say, as `stated_for` takes it. Raises CellError."""
    named = options["type"]
    return {
        "annotation_type": one_of(TYPES)(named) if named else "",
        "batch": options["batch"],
        "cap_seconds": options["cap"],
        "minutes": options["minutes"],
        "pseudonyms": options["pseudonyms"],
    }
