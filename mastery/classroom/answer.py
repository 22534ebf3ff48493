"""What every answer about a class shares: the rule it went by, what to bear in mind, and a table of what it shows."""

from __future__ import annotations

import csv
import io
import re

from attrs import frozen

from competencies.cells import guard

__all__ = ["Table", "csv_text"]

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


@frozen
class Table:
    """Rows of text under a header: exactly what an answer shows, for a spreadsheet."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def csv_text(table: Table) -> str:
    """Return a table as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe before it.

    >>> print(csv_text(Table(("learner", "note", "count"), (("ana", "=1+1", "-1"),))), end="")
    learner,note,count
    ana,'=1+1,-1
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_cell(text) for text in row] for row in (table.header, *table.rows))
    return out.getvalue()


def _cell(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else guard(text)
