"""CSV text as rows, each with the line that it begins on: whatever a spreadsheet made of it, within bounds."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from competencies.errors import FormatError, ended

__all__ = ["LARGEST", "MOST_COLUMNS", "numbered_rows"]

LARGEST = 64_000_000
"""How many characters a table may have."""

MOST_COLUMNS = 1_000
"""How many columns a table may have."""

_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[,;\t]*(?:\r\n|\r|\n)', re.IGNORECASE)  # spreadsheets write and heed it
_HEADER_WITHIN = 1_000_000

Row = tuple[int, list[str]]


def numbered_rows(text: str, *, is_known: Callable[[str], bool]) -> Iterator[Row]:
    """Yield the rows that say anything, first the header, each with the number of the line that it begins on.

    Cells stand between commas, semicolons or tabs: whichever makes most columns that `is_known`, then most columns.
    Only line feed and carriage return end a line. Raises FormatError, with the line, for what is no CSV.
    """
    if len(text) > LARGEST:
        raise FormatError(f"this is too large for a table: at most {LARGEST:,} characters are read.")
    text = text.lstrip("\ufeff")
    said = _SEPARATOR_LINE.match(text)
    rows = _rows(text, said[1] if said else _separator(text[:_HEADER_WITHIN], is_known))
    if said:
        next(rows)
    header = next(rows, (1, []))
    while header[1] and not header[1][-1].strip():
        header[1].pop()
    if len(header[1]) > MOST_COLUMNS:
        raise FormatError(
            f"line {header[0]}: at most {MOST_COLUMNS:,} columns were wanted, and here are {len(header[1]):,}."
        )
    yield header
    yield from rows


def _rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            raise FormatError(ended(f"line {line}: {_told(str(fault))}")) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _separator(text: str, is_known: Callable[[str], bool]) -> str:
    def columns(separator: str) -> tuple[int, int]:
        try:
            _, cells = next(_rows(text, separator), (1, []))
        except FormatError:
            return -1, -1
        return sum(map(is_known, cells[: MOST_COLUMNS + 1])), len(cells)

    return max(",;\t", key=columns)  # the first of equals


def _told(fault: str) -> str:
    if "unexpected end" in fault:
        return "a cell that begins with a double quote here is never closed; is the file cut off?"
    if "expected after" in fault:
        return (
            "in a row that begins here something follows a closing double quote: "
            "a separator was wanted; a double quote within a cell is doubled"
        )
    if "field limit" in fault:
        return (
            f"in a row that begins here a cell has more than {csv.field_size_limit():,} characters; "
            "is a double quote not closed?"
        )
    return f"this is not a CSV table: {fault}"
