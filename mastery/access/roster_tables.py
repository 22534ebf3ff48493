"""A CSV file as rows by the names of its columns, in small letters."""

from __future__ import annotations

from collections.abc import Sequence

from competencies.cells import plain
from competencies.errors import FormatError, near_miss
from competencies.formats.csv_rows import numbered_rows

__all__ = ["Rows", "rows_of"]

Rows = list[tuple[int, dict[str, str]]]


def rows_of(text: str, wanted: Sequence[str]) -> Rows:
    """Return the rows that say anything, each with its line; cells without spaces around them and without a guard.

    Raises FormatError for what is no CSV, for a column that is `wanted` and not there, and for one that is there twice.
    """
    known = {name.lower() for name in wanted}
    rows = numbered_rows(text, is_known=lambda name: name.strip().lower() in known)
    header = [name.strip().lower() for name in next(rows)[1]]
    missing = [name for name in wanted if name.lower() not in header]
    if missing:
        there = ", ".join(header) or "nothing"
        raise FormatError(f"there is no column {missing[0]}{near_miss(missing[0].lower(), header)}; it has: {there}")
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise FormatError(f"there is more than one column {twice[0]}")
    return [(line, _row(header, cells, line)) for line, cells in rows]


def _row(header: Sequence[str], cells: Sequence[str], line: int) -> dict[str, str]:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise FormatError(f"line {line}: {len(header)} cells were wanted, got {len(cells)}")
    return {name: plain(cells[n]) if n < len(cells) else "" for n, name in enumerate(header)}
