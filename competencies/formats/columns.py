"""The columns of a table of competencies: what they are called, and how their cells are written and read.

A cell shows a value to people; where it cannot hold the value exactly (a space at its end, a separator within a tag),
the column `exact_json` keeps it beside, and it counts for as long as nobody changes the cell.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from competencies.cells import LONGEST, guard, plain, shown, unguard

__all__ = [
    "COLUMNS",
    "JSON_COLUMNS",
    "LISTS",
    "TEXTS",
    "TITLE",
    "check_cells",
    "folded",
    "is_ours",
    "joined",
    "json_cells",
    "levels_cell",
    "list_cell",
    "normalised",
    "read_levels",
    "read_list",
]

TEXTS = ("identifier", "code", "statement", "requires", "recommends", "part_of", "kind", "item_type")
LISTS = ("tags", "alignments")
COLUMNS = (*TEXTS, "levels", *LISTS, "check_pass", "check_questions", "check_items")
JSON_COLUMNS = ("extras_json", "exact_json", "framework_json")
TITLE = "framework_title"

_PIECE = re.compile(f"({'|'.join(JSON_COLUMNS)})(_[0-9]{{1,4}})?")


def folded(name: str) -> str:
    """Return the name of a column that we have no word for, as it is kept: small letters, no space around."""
    return name.strip().strip("\ufeff").strip().casefold()


def normalised(name: str) -> str:
    """Return the name of a column as it is compared with ours: `Part of` and `PART-OF` are `part_of`."""
    return re.sub(r"[\s_-]+", "_", folded(name))


def is_ours(name: str) -> bool:
    """Return whether we have a word for a column; what is too long for a cell goes on in `extras_json_2`, ..."""
    return name in COLUMNS or name == TITLE or _PIECE.fullmatch(name) is not None


def list_cell(values: Sequence[str]) -> str:
    """Return the cell of tags, alignments or check items.

    >>> list_cell(["x", "y"])
    'x; y'
    """
    return shown("; ".join(map(str, values)))


def read_list(cell: str, separator: str = ";") -> list[str]:
    """Return what a cell lists.

    >>> read_list("x; y;")
    ['x', 'y']
    """
    return [part.strip() for part in plain(cell).split(separator) if part.strip()]


def levels_cell(levels: Sequence[Sequence[str]]) -> str:
    """Return the cell of levels, each a name and a descriptor."""
    return shown(" | ".join(f"{name}: {words}" if words else name for name, words in levels))


def read_levels(cell: str) -> list[list[str]]:
    """Return the levels in a cell, each a name and a descriptor.

    >>> read_levels("one: first words | two")
    [['one', 'first words'], ['two', '']]
    """
    pairs = [level.partition(":")[::2] for level in read_list(cell, "|")]
    return [[name.strip() or "level", words.strip()] for name, words in pairs]


def check_cells(check: Sequence[Any]) -> tuple[str, str, str]:
    """Return the cells of a check blueprint given as its pass score, number of questions and items."""
    pass_score, questions, items = check
    return str(pass_score), str(questions), list_cell(items)


def json_cells(column: str, values: Any) -> dict[str, str]:
    """Return the cells that hold `values` as JSON: one column, or as many numbered ones as it takes."""
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)
    if len(text) >= LONGEST:
        text = text.replace(" ", "\\u0020")  # no piece then begins or ends with a space
    starts = range(0, len(text), LONGEST)
    return {_numbered(column, n): guard(text[at : at + LONGEST]) for n, at in enumerate(starts, start=1)}


def _numbered(column: str, n: int) -> str:
    return column if n == 1 else f"{column}_{n}"


def joined(column: str, row: Mapping[str, str]) -> str:
    """Return the JSON text that `json_cells` spread over a row."""
    pieces, n = [], 1
    while cell := row.get(_numbered(column, n), ""):
        pieces.append(unguard(cell))
        n += 1
    return "".join(pieces)
