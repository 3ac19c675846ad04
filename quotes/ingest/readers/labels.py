"""Exports of labels: they say what was drawn and nothing about who, when or how long.

Whoever drops one is told what it is, and what to drop instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quotes.ingest.content import Content, Document, as_table, open_content
from quotes.ingest.tables import TableError, decode

from .base import plain

XML_SHAPES = re.compile(
    r"<(?:box|polygon|polyline|points|cuboid|mask|ellipse|tag|skeleton)\b[^>]*>"
)
YOLO_LINE = re.compile(r"\d+(?: -?[\d.]+(?:e-?\d+)?){4,}\s*", re.IGNORECASE)
MARKUP = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A file of labels: its format, and how many objects it holds."""

    format: str
    objects: int

    @property
    def sentence(self) -> str:
        """Return what the file is and what to drop instead."""
        word = "object" if self.objects == 1 else "objects"
        return (
            f"This is a file of labels ({self.format}, {self.objects:,} {word}): it "
            f"says what was drawn and not who did it, when or how long it took. Drop "
            f"the log of work or the times of the same job; to measure labels, give it "
            f"as a sample."
        )


def labels_in(body: bytes) -> Labels | None:
    """Return what a file of labels is, None for any other file."""
    try:
        text = decode(body)
    except TableError:
        return None
    if text.lstrip()[:1] == MARKUP:
        return _markup(text)
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and all(YOLO_LINE.fullmatch(line) for line in lines):
        return Labels(format="YOLO", objects=len(lines))
    try:
        return _content(open_content(body))
    except TableError:
        return None


def _markup(text: str) -> Labels | None:
    if "<annotations" in text and ("<image" in text or "<track" in text):
        return Labels(format="CVAT for images", objects=len(XML_SHAPES.findall(text)))
    if "<annotation" in text:
        return Labels(format="Pascal VOC", objects=text.count("<object>"))
    return None


def _content(content: Content) -> Labels | None:
    if isinstance(content, Document):
        return _document(content.data)
    table = as_table(content)
    names = {plain(name) for name in table.names} if table else set()
    if table is None:
        return None
    if names >= {"filename", "regioncount", "regionshapeattributes"}:
        return Labels(format="VIA", objects=table.read - table.blank)
    if names >= {"xmin", "ymin", "xmax", "ymax"}:
        return Labels(format="boxes as CSV", objects=table.read - table.blank)
    return None


def _document(data: object) -> Labels | None:
    if not isinstance(data, Mapping):
        return None
    found = data.get("annotations")
    if isinstance(found, list) and isinstance(data.get("images"), list):
        return Labels(format="COCO", objects=len(found))
    if isinstance(data.get("shapes"), list) and "imagePath" in data:
        return Labels(format="LabelMe", objects=len(data["shapes"]))
    items = data.get("items")
    if isinstance(items, list) and "categories" in data:
        marks = (
            one.get("annotations") or [] for one in items if isinstance(one, Mapping)
        )
        return Labels(format="Datumaro", objects=sum(len(one) for one in marks))
    return None
