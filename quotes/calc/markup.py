"""What may stand in a text of a quote, and what it says to whom it is sent.

Plain text with a tiny markup: an empty line parts paragraphs, `- ` begins a point of a
list, `**words**` and `*words*` stand out, `{client}` is filled in from a closed list.
There is no language behind it: no links, no HTML, no names but those of the list. What
else looks like markup is refused where it is written, in a sentence. What is filled in
is never read as markup. See docs/model.md#markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoping.calc.spec.shapes import BIDI

MOST_TEXT = 6000
PLACEHOLDERS: Mapping[str, str] = {
    "client": "the client",
    "vendor": "our name",
    "project": "the project",
    "number": "the number of the quote",
    "valid_until": "its last day",
    "acceptance_window": "business days to accept a batch",
    "remedy_days": "business days to redo what failed",
}
"""What a text may name in braces, and what is printed there."""

TOKEN = re.compile(r"\\(?P<kept>[\\*{}])|(?P<mark>\*\*|\*)|(?P<brace>[{}])")
NAME = re.compile(r"\{([a-z_]+)\}")
POINT = re.compile(r"[-*] +")
NOT_READ = (
    (re.compile(r"^#", re.MULTILINE), "A heading (#) has a field of its own."),
    (re.compile(r"\]\("), "Links are not printed. Write the address out."),
    (re.compile(r"```"), "Blocks of code (```) are not printed."),
    (re.compile(r"\{%|\{\{"), "There is no template language. Write {client}."),
)

Block = dict[str, Any]
"""`kind` is paragraph or list; `lines` are lists of runs, one line in a paragraph. A
run is `{text, style}`, or `{fill, style}` before it is filled; style is "", strong or
emphasis."""


class MarkupError(ValueError):
    """Raised for a text that cannot be printed; the text says what to write instead."""


def read_blocks(text: str) -> list[Block]:
    """Return a text as blocks, its placeholders not filled yet.

    >>> read_blocks("For {client}.")[0]["lines"][0][1]
    {'fill': 'client', 'style': ''}
    """
    said = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    _refuse_odd_text(said)
    found: list[Block] = []
    for part in re.split(r"\n[ \t]*\n", said):
        found += _blocks([line.strip() for line in part.strip().split("\n")])
    return found


def fill(blocks: Sequence[Block], values: Mapping[str, str]) -> list[Block]:
    """Return blocks with every placeholder replaced by its value, as plain text."""
    return [
        {
            "kind": block["kind"],
            "lines": [
                [
                    {
                        "text": values[run["fill"]] if "fill" in run else run["text"],
                        "style": run["style"],
                    }
                    for run in line
                ]
                for line in block["lines"]
            ],
        }
        for block in blocks
    ]


def _refuse_odd_text(text: str) -> None:
    if not text:
        raise MarkupError("The text is empty.")
    if len(text) > MOST_TEXT:
        raise MarkupError(f"The text is longer than {MOST_TEXT:,} characters.")
    if any((ord(mark) < 32 and mark not in "\n\t") or mark == "\x7f" for mark in text):  # noqa: PLR2004 - ASCII
        raise MarkupError("Remove the control characters from this text.")
    if any(mark in BIDI for mark in text):
        raise MarkupError("Remove the characters that turn the direction of text.")
    for pattern, sentence in NOT_READ:
        if pattern.search(text):
            raise MarkupError(sentence)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Yield the blocks of lines without an empty one between them.

    A line that begins no point goes on with the line before it.
    """
    kind, said = "", ""
    points: list[str] = []
    for line in lines:
        point = POINT.match(line)
        if point is not None:
            if kind == "paragraph":
                yield _block(kind, [said])
            if kind == "list":
                points.append(said)
            kind, said = "list", line[point.end() :]
        elif kind:
            said = f"{said} {line}"
        else:
            kind, said = "paragraph", line
    yield _block(kind, [*points, said])


def _block(kind: str, lines: Sequence[str]) -> Block:
    return {"kind": kind, "lines": [list(_runs(line)) for line in lines]}


def _runs(line: str) -> Iterator[dict[str, str]]:
    """Yield the runs of a line: text between marks, each in one style."""
    styles = {"**": "strong", "*": "emphasis"}
    said, style, at = "", "", 0
    while (found := TOKEN.search(line, at)) is not None:
        said, at = said + line[at : found.start()], found.end()
        if found["kept"]:
            said += found["kept"]
            continue
        if said:
            yield {"text": said, "style": style}
            said = ""
        if found["mark"]:
            style = _after(style, styles[found["mark"]])
            continue
        name = _placeholder(line, found.start())
        at = found.start() + len(name) + 2
        yield {"fill": name, "style": style}
    if style:
        raise MarkupError(
            f"What stands out near “{_near(line, 0)}” does not end. Write \\* for the "
            f"sign itself."
        )
    if said + line[at:]:
        yield {"text": said + line[at:], "style": style}


def _placeholder(line: str, at: int) -> str:
    """Return the name in the braces that begin here, of those that are filled."""
    name = NAME.match(line, at)
    if name is None:
        raise MarkupError(
            f"A brace stands alone near “{_near(line, at)}”. Write \\{{ for the sign "
            f"itself."
        )
    if name[1] not in PLACEHOLDERS:
        raise MarkupError(
            f"Nothing fills {{{name[1]}}}; there are "
            f"{', '.join(f'{{{one}}}' for one in PLACEHOLDERS)}."
        )
    return name[1]


def _after(style: str, mark: str) -> str:
    """Return the style after a mark: it begins one, or ends the one it began."""
    if style and style != mark:
        raise MarkupError("Bold inside of italics, or the reverse, is not printed.")
    return "" if style else mark


def _near(line: str, at: int) -> str:
    return line[max(0, at - 10) : at + 20]
