"""Delivery manifests: a table of items, each with its batch, version and hash."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .content import as_table, open_content
from .fields import CellError, batch, count, text
from .mappings import MappingError
from .readers.base import Cells, attempt, header_again, plain, ragged
from .tables import TableError
from .work import Refusal

ITEM = ("item", "itemid", "image", "imagename", "filename", "file", "frame")
BATCH = ("batch", "batchid", "lot")
VERSION = ("version", "deliveryversion")
DIGEST = ("hash", "sha256", "md5", "checksum", "digest")
MODEL = ("prelabelmodel", "model", "modelversion", "modelname")
HEX = re.compile(r"[0-9a-f]{16,128}")
LONGEST_ITEM = 300
MOST_BYTES = 25_000_000
"""Of a manifest that is sent: its rows are held in memory, some hundred thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a manifest: which item was delivered in which version of which batch.

    `model` is the one whose machine labels the item began from, None where not said.
    """

    row: int
    batch: str
    version: int
    item: str
    digest: str
    model: str | None = None


def check_size(many: int) -> None:
    """Raise TableError `too_large` for a manifest of too many bytes to be sent."""
    if many > MOST_BYTES:
        raise TableError(
            f"This file is larger than {MOST_BYTES / 1e6:,.0f} MB. Give it in parts: "
            f"each row stands for itself.",
            code="too_large",
        )


def read_manifest(body: bytes) -> tuple[list[Line], list[Refusal]]:
    """Return the rows of a manifest, and why others are none.

    Raises TableError for no table, MappingError for one without items or batches.
    """
    table = as_table(open_content(body))
    names = set() if table is None else {plain(name) for name in table.names}
    if table is None or not names & {*ITEM} or not names & {*BATCH}:
        raise MappingError(
            "A manifest is a table with a column item and a column batch; version, "
            "hash and prelabel_model may stand beside.",
            code="missing_column",
        )
    plain_names = [plain(name) for name in table.names]
    lines: list[Line] = []
    refused = [ragged(line, len(table.names)) for line in table.ragged]
    for line in table.lines:
        if list(line.cells) == list(table.names):
            refused.append(header_again(line))
            continue
        cells = Cells(line.number, dict(zip(plain_names, line.cells, strict=True)))
        found = attempt(line.number, lambda cells=cells: _line(cells))  # type: ignore[misc,arg-type]
        if isinstance(found, Refusal):
            refused.append(found)
        else:
            lines.append(found)  # type: ignore[arg-type]
    return lines, sorted(refused, key=lambda one: one.row)


def _line(cells: Cells) -> Line:
    for names in (ITEM, BATCH):
        if not cells.has(*names):
            raise CellError("required", "is empty.", column=names[0])
    version = count(cells.raw(*VERSION) or "1")
    digest = cells.raw(*DIGEST).casefold()
    if version < 1:
        raise CellError("out_of_range", "begins with 1.", column="version")
    if digest and not HEX.fullmatch(digest):
        raise CellError("invalid_hash", "is no hash in hexadecimal.", column="hash")
    return Line(
        row=cells.number,
        batch=batch(cells.raw(*BATCH)),
        version=version,
        item=text(cells.raw(*ITEM), most=LONGEST_ITEM),
        digest=digest,
        model=cells.text(*MODEL) or None,
    )
