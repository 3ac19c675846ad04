"""A page in another language: the text of each block as one sentence, tags and all.

A block's text is translated whole, with the tags inside it as places (<1>…</1>), so
that another order of words moves them along. Where a block has no words of its own,
what is inside its tags is. Nothing but text and a few attributes changes: tags are put
back as they were, and what the catalogue says is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from .catalogue import Language, in_sense
from .sentences import LETTER, sentence_in, translated

TOKEN = re.compile(r"<!--.*?-->|<![^>]*>|</?[a-zA-Z][^>]*>|[^<]+|<", re.DOTALL)
NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
INLINE = frozenset(
    {"a", "b", "strong", "em", "i", "span", "bdi", "small", "sub", "sup"}
)
RAW = frozenset({"script", "style", "textarea", "code", "pre"})
SAID = ("aria-label", "title", "alt", "placeholder", "data-name", "data-before")
ATTRIBUTE = re.compile(
    rf'(\s(?:{"|".join(SAID)}|data-said|data-words|data-say-\w+)=")([^"]*)(")'
)
SENSE = re.compile(r'\sdata-sense="([a-z]+)"')
KEPT = re.compile(r'\stranslate="no"')
MARK = re.compile(r"<(/?)(\d+)(/?)>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, a tag inside a text, or an element that is left as it is."""

    source: str
    kind: str  # "text", "open", "close", "kept"


@dataclass(slots=True)
class Sense:
    """The part of a page whose words are meant in one sense, as a walk comes by.

    "Accepted" is said of a quote and of units: `data-sense="units"` at a block says
    which, for all that is in it, and the catalogue has the sense as its `msgctxt`.
    """

    of: str = ""
    name: str = ""
    depth: int = 0

    def moved(self, tag: str, name: str) -> bool:
        """Walk over a tag of a block; return whether it began or ended such a part."""
        if not self.of:
            found = SENSE.search(tag)
            if found is None:
                return False
            self.of, self.name, self.depth = found[1], name, 1
            return True
        if name != self.name:
            return False
        self.depth += -1 if tag.startswith("</") else 1
        if self.depth == 0:
            self.of = ""
        return self.depth == 0


def page_in(language: Language | None, html: str) -> str:
    """Return a page of HTML in a language; English comes back as it was."""
    if language is None:
        return html
    html = re.sub(r'<html lang="[^"]*"', f'<html lang="{language.key}"', html, count=1)
    return "".join(_blocks(language, html))


def _blocks(language: Language, html: str) -> Iterator[str]:
    """Yield the parts of a page: tags of blocks as they are, their text translated."""
    run: list[Piece] = []
    said_in, sense = language, Sense()
    tokens = TOKEN.finditer(html)
    for token in tokens:
        source = token[0]
        named = NAME.match(source)
        if not source.startswith("<") or source == "<":
            run.append(Piece(source, "text"))
            continue
        name = named[1].lower() if named else ""
        opens = named is not None and not source.startswith("</")
        if opens and (name in RAW or KEPT.search(source)):
            whole = source + "".join(_until_closed(tokens, name))
            if name in INLINE:
                run.append(Piece(whole, "kept"))
                continue
            source = whole
        elif name in INLINE:
            tag = _attributes(language, source)
            run.append(Piece(tag, "open" if opens else "close"))
            continue
        yield _said(said_in, run)
        run = []
        if sense.moved(source, name):
            said_in = in_sense(language, sense.of)
        yield _attributes(said_in, source) if opens and name not in RAW else source
    yield _said(said_in, run)


def _said(language: Language, run: list[Piece]) -> str:
    """Return the text of a block in a language; most blocks hold one text or none."""
    if not run:
        return ""
    if len(run) == 1 and run[0].kind == "text":
        if run[0].source.isspace():
            return run[0].source
        if LETTER.search(unescape(run[0].source)):
            return "".join(_whole(language, run))
    return "".join(_run(language, run))


def _until_closed(tokens: Iterator[re.Match[str]], name: str) -> Iterator[str]:
    """Yield the tokens of an element that is left as it is, to its end."""
    depth = 1
    for token in tokens:
        found = NAME.match(token[0])
        if found is not None and found[1].lower() == name:
            depth += -1 if token[0].startswith("</") else 1
        yield token[0]
        if depth == 0:
            return


def _attributes(language: Language, tag: str) -> str:
    return ATTRIBUTE.sub(
        lambda found: (
            found[1] + escape(sentence_in(language, unescape(found[2]))) + found[3]
        ),
        tag,
    )


def _run(language: Language, run: list[Piece]) -> Iterator[str]:
    """Yield the text of a block in a language."""
    if not any(one.kind == "text" and LETTER.search(one.source) for one in run):
        yield from (_numbers(language, one) for one in run)
        return
    before, inner, after = _trimmed(run)
    yield from (_numbers(language, one) for one in before)
    if _own_words(inner):
        yield from _whole(language, inner)
    else:
        yield from _children(language, inner)
    yield from (_numbers(language, one) for one in after)


def _numbers(language: Language, piece: Piece) -> str:
    """Return a piece without words: its numbers are written anew."""
    if piece.kind != "text" or not piece.source.strip():
        return piece.source
    return escape(sentence_in(language, unescape(piece.source)), quote=False)


def _trimmed(run: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Return what stands before the words, the words, and the space after them."""
    spans = _spans(run)
    worded = [
        place
        for place, (start, end) in enumerate(spans)
        if any(
            one.kind == "text" and LETTER.search(one.source) for one in run[start:end]
        )
    ]
    first, last = spans[worded[0]][0], len(run)
    while _ends_nothing(run[first:last]):
        last -= 1
    return run[:first], run[first:last], run[last:]


def _ends_nothing(run: list[Piece]) -> bool:
    """Return whether a run ends with space, or with the end of what began before it."""
    last = run[-1]
    if last.kind == "text":
        return not last.source.strip()
    kinds = [one.kind for one in run]
    return last.kind == "close" and kinds.count("close") > kinds.count("open")


def _spans(run: list[Piece]) -> list[tuple[int, int]]:
    """Return where each part of a run begins and ends: a text, or a whole element."""
    found, start, depth = [], 0, 0
    for place, one in enumerate(run):
        depth += {"open": 1, "close": -1}.get(one.kind, 0)
        if depth <= 0:
            found.append((start, place + 1))
            start, depth = place + 1, 0
    if start < len(run):
        found.append((start, len(run)))
    return found


def _own_words(run: list[Piece]) -> bool:
    depth = 0
    for one in run:
        depth += {"open": 1, "close": -1}.get(one.kind, 0)
        if one.kind == "text" and depth == 0 and LETTER.search(unescape(one.source)):
            return True
    return False


def _children(language: Language, run: list[Piece]) -> Iterator[str]:
    """Yield a run that has no words of its own: each element inside it for itself."""
    for start, end in _spans(run):
        part = run[start:end]
        if part[0].kind == "open" and part[-1].kind == "close":
            yield part[0].source
            yield from _run(language, part[1:-1])
            yield part[-1].source
        else:
            yield from (_numbers(language, one) for one in part)


def _whole(language: Language, run: list[Piece]) -> Iterator[str]:
    """Yield a run as one sentence with its tags in place; as it was if it is missed."""
    key, tags = _key(run)
    said = None if _odd(run) else translated(language, " ".join(key.split()))
    if said is None:
        yield from (one.source for one in run)
        return
    first = run[0].source
    if run[0].kind == "text" and first[:1].isspace():
        yield " "
    last = 0
    for mark in MARK.finditer(said):
        yield escape(said[last : mark.start()], quote=False)
        yield tags[mark[0]]
        last = mark.end()
    yield escape(said[last:], quote=False)
    if run[-1].kind == "text" and run[-1].source[-1:].isspace():
        yield " "


def _odd(run: list[Piece]) -> bool:
    """Return whether somebody typed what is written like a place of a tag."""
    return any(one.kind == "text" and MARK.search(unescape(one.source)) for one in run)


def _key(run: list[Piece]) -> tuple[str, dict[str, str]]:
    """Return the text of a run with its tags as places, and the tags by their place."""
    text, count = "", 0
    tags: dict[str, str] = {}
    open_ones: list[int] = []
    for one in run:
        if one.kind == "text":
            text += unescape(one.source)
            continue
        if one.kind == "close" and open_ones:
            mark = f"</{open_ones.pop()}>"
        else:
            count += 1
            mark = f"<{count}/>" if one.kind == "kept" else f"<{count}>"
            if one.kind == "open":
                open_ones.append(count)
        tags[mark] = one.source
        text += mark
    return text, tags
