"""The text of a log in pieces that can be read by themselves."""

from __future__ import annotations

from collections.abc import Iterator

TEXT = 4 << 20
"""Characters that are read at once."""
MOST_TEXT = 64 << 20
"""Characters within which quotes must close."""


def before(text: str, texts: Iterator[str]) -> Iterator[str]:
    """Yield a text, if it is one, before others."""
    if text:
        yield text
    yield from texts


def joined(texts: Iterator[str]) -> Iterator[str]:
    """Yield texts of some millions of characters: a fixed cost comes with each."""
    found: list[str] = []
    size = 0
    for text in texts:
        found.append(text)
        size += len(text)
        if size >= TEXT:
            yield "".join(found)
            found, size = [], 0
    if found:
        yield "".join(found)


def closed(texts: Iterator[str]) -> Iterator[str]:
    """Yield texts that end where no cell is open: with an even number of quotes."""
    open_ = ""
    for text in texts:
        whole = open_ + text
        if '"' in whole and whole.count('"') % 2 and len(whole) < MOST_TEXT:
            open_ = whole
            continue
        open_ = ""
        yield whole
    if open_:
        yield open_
