"""Text in the cells of a spreadsheet: what is shown runs nothing when it is opened, and is read back as it was.

A cell that a spreadsheet would take for a formula (it begins with = + - or @, after spaces or apostrophes) is written
with one apostrophe before it, and read without it. Any other cell is its text.
"""

import re

__all__ = ["LONGEST", "guard", "plain", "shown", "unguard"]

LONGEST = 32_000
"""How many characters a cell shows: spreadsheets cut off what is beyond 32,767."""

_FORMULA = re.compile("[\0-\x20'\xa0\ufeff]*[=+@\uff1d\uff0b\uff0d\uff20-]")
_UNSHOWABLE = re.compile("[\ud800-\udfff\0]")


def guard(text: str) -> str:
    """Return `text` as a cell that no spreadsheet takes for a formula.

    >>> guard("=1+1"), guard("'=1"), guard("'Tis")
    ("'=1+1", "''=1", "'Tis")
    """
    return "'" + text if _FORMULA.match(text) else text


def unguard(cell: str) -> str:
    """Return the text that `guard` made this cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def shown(text: str) -> str:
    """Return the cell that shows `text` to people: line breaks of one kind, no space around, not too long, guarded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return guard(_UNSHOWABLE.sub("\ufffd", text).strip()[:LONGEST].strip())


def plain(cell: str) -> str:
    """Return the text that a person means by a cell: without spaces around it and without the guard."""
    return unguard(cell.strip())
