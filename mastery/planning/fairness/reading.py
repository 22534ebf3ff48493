"""A table of subgroups as people paste it: CSV, or cells copied from a spreadsheet."""

from __future__ import annotations

import csv
import io

from competencies.cells import plain
from mastery.planning.fairness.subgroups import Subgroups
from mastery.wording import listed

__all__ = ["columns_of", "read_subgroups"]

_LEARNER = "learner"
_BETWEEN = ",;\t"


def columns_of(text: str) -> tuple[str, ...]:
    r"""Return the columns of a table that can have subgroups: those with a name, without that of the learners.

    >>> columns_of("learner,lunch,,bus\nelm,free,,no")
    ('lunch', 'bus')
    """
    rows = _rows(text)
    header = rows[0][1] if rows else []
    return tuple(dict.fromkeys(name for name in header if name and name != _LEARNER))


def read_subgroups(text: str, column: str = "") -> Subgroups:
    """Return the subgroup of each learner by a column of a table, by the only one where none is named.

    The first line has the names of the columns, one of them learner; cells are parted by commas, semicolons or tabs,
    whichever that line has most of. An empty cell is no entry. Raises ValueError, which names the line.
    """
    rows = _rows(text)
    header = rows[0][1] if rows else []
    name = column or (_only(columns_of(text)) if _LEARNER in header else "")
    for wanted in (_LEARNER, name):
        if header.count(wanted) != 1:
            found = listed(header, most=len(header)) if header else "nothing"
            raise ValueError(f"line 1: the column {wanted} was wanted once among the names of the columns, got {found}")
    of: dict[str, str] = {}
    for line, row in rows[1:]:
        cells = dict(zip(header, row, strict=False))
        learner, subgroup = cells.get(_LEARNER, ""), cells.get(name, "")
        if len(row) > len(header):
            raise ValueError(f"line {line}: {len(header)} cells were wanted, got {len(row)}")
        if not learner:
            raise ValueError(f"line {line}: a learner was wanted, got an empty cell")
        if subgroup and of.setdefault(learner, subgroup) != subgroup:
            said = f"{of[learner]} and {subgroup} for {learner}"
            raise ValueError(f"line {line}: one subgroup for each learner was wanted, got {said}")
    return Subgroups(name, of)


def _only(columns: tuple[str, ...]) -> str:
    if len(columns) != 1:
        there = f"there are {listed(columns, most=len(columns))}" if columns else "there is none"
        raise ValueError(f"line 1: one column beside learner was wanted, or the name of one; {there}")
    return columns[0]


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with the line on which it ends."""
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = max(_BETWEEN, key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
        table = [(lines.line_num, [plain(cell) for cell in row]) for row in lines]
    except csv.Error as fault:
        raise ValueError(f"a table was wanted, with a column learner and one of subgroups: {fault}") from None
    return [(line, row) for line, row in table if any(row)]
