"""A file of rows as text, cell by cell, before anything is believed about it.

Nothing is inferred: 007 stays 007, NA stays NA, an empty cell stays empty. A row keeps
the number that a text editor or a spreadsheet shows for it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MOST_COLUMNS = 400
NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)
MOST_LINE = 2_000_000
MOST_CELL = 131_072
"""Characters. Counted here: the limit of `csv` is one for the whole process."""


class TableError(ValueError):
    """Raised for a file that cannot be read; the text says where and what to do."""

    def __init__(self, message: str, *, code: str = "invalid_file") -> None:
        """Keep the stable code beside the sentence."""
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its number as an editor shows it, and its cells."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it stands in a file.

    `ragged` are rows that do not have a cell for each column, `blank` counts rows
    without any text, `remarks` say what was decided about the container.
    """

    names: tuple[str, ...]
    lines: Sequence[Line]
    blank: int = 0
    ragged: tuple[Line, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    @property
    def read(self) -> int:
        """Return how many rows were read, whatever became of them."""
        return len(self.lines) + len(self.ragged) + self.blank


NUL = "The file holds NUL characters. Export it again as CSV."
OTHERS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"PK\x03\x04", "an archive"),
    (b"PK\x05\x06", "an empty archive"),
    (b"\x1f\x8b", "an archive"),
)
"""What people drop instead of a table, by how it begins."""


def decode(body: bytes) -> str:
    """Return the text of a file: UTF-8, or UTF-16 with its mark; nothing is guessed."""
    for begins, what in OTHERS:
        if body.startswith(begins):
            raise TableError(
                f"This is {what}, no table. Export it as CSV or XLSX.",
                code="bad_encoding",
            )
    try:
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return body.decode("utf-16")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            f"The file is not UTF-8 (byte {error.start + 1:,}). Save it as CSV UTF-8.",
            code="bad_encoding",
        ) from error


def read_csv(text: str) -> Table:
    """Return every cell as it stands in the file: 007 stays 007, an empty one empty.

    Raises TableError for a file without a header, with a column named twice, or that
    breaks off within quotes.
    """
    if "\x00" in text:
        raise TableError(NUL, code="nul")
    if not text.strip():
        raise TableError(
            "The file is empty. Drop the export itself.", code="empty_file"
        )
    check_lines(text)
    delimiter = delimiter_of(text)
    rows = csv_lines(StringIO(text, newline=None), delimiter)
    return table_of(names_of(next(rows).cells), rows, remarks_of(delimiter))


def check_lines(text: str) -> None:
    """Raise TableError for a line that no person or tool writes.

    Millions of commas on one line are as many cells, of 50 bytes each in memory.
    """
    start = 0
    while len(text) - start > MOST_LINE:
        end = start + MOST_LINE
        found = max(text.rfind("\n", start, end), text.rfind("\r", start, end))
        many = max(text.count(mark, start, end) for mark in DELIMITERS)
        if found < 0 and many > MOST_COLUMNS:
            raise line_too_long()
        # Few cells, and so a long one: that is refused where cells are read.
        start = end if found < 0 else found + 1


def line_too_long() -> TableError:
    """Return what is said of a line that no person or tool writes."""
    return TableError(
        f"A line of the file is longer than {MOST_LINE:,} characters. Export it again "
        f"with a line for each row.",
        code="line_too_long",
    )


def names_of(cells: Sequence[str]) -> list[str]:
    """Return names of columns: a line break within one is a space."""
    return [" ".join(cell.split()) for cell in cells]


def header_of(text: str) -> tuple[list[str], str, str, int]:
    """Return the columns that a text begins with, what separates them, and the rest.

    The last is how many lines the header took. Raises TableError for a bad header.
    """
    delimiter = delimiter_of(text.partition("\n")[0])
    read = StringIO(text, newline="\n")
    header = next(csv_lines(iter(read.readline, ""), delimiter), None)
    if header is None:
        raise TableError(
            "The file is empty. Drop the export itself.", code="empty_file"
        )
    names = names_of(header.cells)
    check_header(names)
    at = read.tell()
    return names, delimiter, text[at:], text.count("\n", 0, at)


def remarks_of(delimiter: str) -> tuple[str, ...]:
    """Return what is said of how the cells of a file are separated."""
    if delimiter == ",":
        return ()
    return (f"Cells are separated by a {DELIMITERS[delimiter]}.",)


def table_of(
    names: Sequence[str], rows: Iterator[Line] | Sequence[Line], remarks: Sequence[str]
) -> Table:
    """Return a table of a header and its rows. Raises TableError for a bad header."""
    check_header(names)
    width = len(names)
    lines, ragged, blank = [], [], 0
    for row in rows:
        cells = row.cells
        if not any(cell and not cell.isspace() for cell in cells):
            blank += 1
        elif len(cells) == width:
            lines.append(row)
        elif len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            lines.append(Line(row.number, cells[:width]))
        else:
            ragged.append(row)
    return Table(
        names=tuple(names),
        lines=lines,
        blank=blank,
        ragged=tuple(ragged),
        remarks=tuple(remarks),
    )


def check_header(names: Sequence[str]) -> None:
    """Raise TableError for names of columns by which no cell can be found."""
    _check_is_header(names)
    if len(names) > MOST_COLUMNS:
        raise TableError(
            f"The file has {len(names):,} columns; at most {MOST_COLUMNS} are read.",
            code="too_many_columns",
        )
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names, start=1):
        if name:
            places.setdefault(name, []).append(place)
    for name, found in places.items():
        if len(found) > 1:
            where = " and ".join(str(place) for place in found)
            raise TableError(
                f"The column {name} stands twice, as columns {where}. Remove one of "
                f"them.",
                code="duplicate_column",
            )


def _check_is_header(names: Sequence[str]) -> None:
    """Raise TableError where the first row is a remark, or a row of data."""
    first = next((name for name in names if name), "")
    if not first:
        raise TableError(
            "There are no names of columns, only blank lines. Drop the export itself.",
            code="missing_header",
        )
    if first.startswith("#") or any(NUMBER.fullmatch(name) for name in names):
        raise TableError(
            f"The names of the columns are expected on line 1; there stands "
            f"“{first[:40]}”. Remove what stands above them, or add them.",
            code="missing_header",
        )


def delimiter_of(text: str) -> str:
    """Return what separates the cells of the header: what gives most of them."""
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0][:MOST_CELL]
    counts = {
        mark: len(next(csv.reader([first], delimiter=mark))) for mark in DELIMITERS
    }
    return max(counts, key=lambda mark: counts[mark])


def csv_lines(
    lines: Iterable[str], delimiter: str, *, above: int = 0
) -> Iterator[Line]:
    """Yield rows with the line on which each begins. Raises TableError.

    `above` lines of the file were read before.
    """
    for number, cells in csv_rows(lines, delimiter, above=above):
        yield Line(number, cells)


def csv_rows(
    lines: Iterable[str], delimiter: str, *, above: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Yield what `csv_lines` does as pairs, which millions of rows are cheaper as."""
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    begins = above + 1
    # The limit of `csv` is one for the whole process: whoever raised it is not us.
    unchecked = csv.field_size_limit() > MOST_CELL
    try:
        for cells in reader:
            if unchecked and max(map(len, cells), default=0) > MOST_CELL:
                raise _too_large(begins)
            yield begins, cells
            begins = above + reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            raise _too_large(begins) from error
        raise TableError(
            f"This is no CSV table, from line {begins:,} on: {error}.", code="bad_csv"
        ) from error


def _too_large(begins: int) -> TableError:
    return TableError(
        f"A cell on line {begins:,} is longer than {MOST_CELL:,} characters.",
        code="cell_too_large",
    )
