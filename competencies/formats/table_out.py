"""Writes a framework as the table that `competencies.formats.table` reads: loss-free, and safe to open.

Text that a spreadsheet would run as a formula gets an apostrophe before it. Extras that are texts, and are called as a
column could be, have a column each; what no cell holds exactly is JSON in columns at the right end.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from competencies.cells import plain, shown
from competencies.competency import Competency
from competencies.errors import FormatError
from competencies.formats.columns import (
    COLUMNS,
    LISTS,
    TITLE,
    check_cells,
    folded,
    is_ours,
    json_cells,
    levels_cell,
    list_cell,
    normalised,
    read_levels,
    read_list,
)
from competencies.formats.csv_rows import LARGEST, MOST_COLUMNS
from competencies.framework import Framework

__all__ = ["write"]

_MOST_OWN_COLUMNS = 50
_BESIDE = ("format", "competencies", "requires", "recommends", "part_of")  # of a framework's JSON, what rows say


def write(framework: Framework, *, delimiter: str = ",") -> str:
    r"""Return the framework as CSV text, lines ended by `\r\n`; read back, it is equal.

    `delimiter` is a comma, a semicolon or a tab. Write the text as UTF-8 without translating line ends
    (`newline=""`). Raises FormatError when the framework holds what JSON cannot, or is too large for a table.
    """
    if delimiter not in (",", ";", "\t"):
        raise FormatError(f"a table is written with a comma, a semicolon or a tab between cells, got {delimiter!r}.")
    try:
        rows = _rows(framework)
    except (TypeError, ValueError, RecursionError) as fault:
        raise FormatError(f"{framework.title!r} holds what JSON cannot: {fault}.") from None
    seen = dict.fromkeys(name for row in rows for name in row)
    own = [name for name in seen if not is_ours(name)]
    json_columns = sorted((name for name in seen if is_ours(name) and name not in COLUMNS), key=_place)
    header = [*COLUMNS, *own, *json_columns]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    written = text.getvalue()
    if len(header) > MOST_COLUMNS or len(written.encode()) > LARGEST:
        raise FormatError(f"{framework.title!r} is too large for a table; write it as JSON.")
    return written


def _place(name: str) -> tuple[str, int, str]:
    stem, _, number = name.rpartition("_")
    return (stem, int(number), "") if number.isdigit() else (name, 1, "")


def _rows(framework: Framework) -> list[dict[str, str]]:
    own = _own_columns(framework.competencies)
    rows = [_row(framework, competency, own) for competency in framework.competencies]
    title = shown(framework.title)
    rest = {name: value for name, value in framework.to_json().items() if name not in _BESIDE}
    if title and plain(title) == framework.title:
        del rest["title"]
    rest = {name: value for name, value in rest.items() if name == "title" or value not in ("", {})}
    first = {TITLE: title, **(json_cells("framework_json", rest) if rest else {})}
    return [{**rows[0], **first}, *rows[1:]] if rows else [first]


def _own_columns(competencies: Sequence[Competency]) -> list[str]:
    """Return the extras that are a column of their own: those that come back from its cells as they are."""
    found: dict[str, bool] = {}
    for competency in competencies:
        for name, value in competency.extras.items():
            found[name] = found.get(name, True) and _is_cell(value)
    return [name for name, is_column in found.items() if is_column and _is_header(name)][:_MOST_OWN_COLUMNS]


def _is_cell(value: object) -> bool:
    return isinstance(value, str) and value != "" and plain(shown(value)) == value


def _is_header(name: object) -> bool:
    if not isinstance(name, str) or not name or len(name) > 100 or is_ours(normalised(name)):
        return False
    return folded(name) == name == shown(name) and not any(mark in name for mark in ",;\t\n")


def _row(framework: Framework, competency: Competency, own: Sequence[str]) -> dict[str, str]:
    row, exact = dict[str, str](), dict[str, Any]()
    for name, text in _texts(framework, competency).items():
        row[name] = shown(text)
        if plain(row[name]) != text:
            exact[name] = text
    for name in LISTS:
        values = list(getattr(competency, name))
        row[name] = list_cell(values)
        if read_list(row[name]) != values:
            exact[name] = values
    levels = [[level.name, level.descriptor] for level in competency.levels]
    row["levels"] = levels_cell(levels)
    if read_levels(row["levels"]) != levels:
        exact["levels"] = levels
    _check(competency, row, exact)
    row |= {name: shown(value) for name, value in competency.extras.items() if name in own}
    extras = {name: value for name, value in competency.extras.items() if name not in own}
    row |= json_cells("extras_json", extras) if extras else {}
    return row | (json_cells("exact_json", exact) if exact else {})


def _texts(framework: Framework, competency: Competency) -> Mapping[str, str]:
    name = competency.identifier
    return {
        "identifier": name,
        "code": competency.code,
        "statement": competency.statement,
        "requires": framework.text(framework.requires[name]) if name in framework.requires else "",
        "recommends": framework.text(framework.recommends[name]) if name in framework.recommends else "",
        "part_of": framework.printed_name(framework.part_of[name]) if name in framework.part_of else "",
        "kind": competency.kind or "",
        "item_type": competency.item_type,
    }


def _check(competency: Competency, row: dict[str, str], exact: dict[str, Any]) -> None:
    if competency.check is None:
        return
    check = [competency.check.pass_score, competency.check.questions, list(competency.check.items)]
    row["check_pass"], row["check_questions"], row["check_items"] = check_cells(check)
    is_plain = type(check[0]) is float and type(check[1]) is int and read_list(row["check_items"]) == check[2]
    if not is_plain:
        exact["check"] = check
