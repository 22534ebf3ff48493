"""Files that are joined to the records for one answer only, such as who is in which cohort or class: CSV by learner."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import typer

from competencies.cells import plain
from mastery.adapters.cli.render import say
from mastery.wording import listed

__all__ = ["columns_of", "joined_rows", "note_strangers"]


def columns_of(path: Path, option: str) -> list[str]:
    """Return the columns of a CSV file, by its header; raises BadParameter."""
    return _table(path, option, "a table (CSV) with a column learner was wanted")[0]


def joined_rows(path: Path, option: str, wanted: Sequence[str], may: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header, each with the columns that are `wanted` and that there `may` be.

    Cells are without spaces around them; a row without a learner is refused, an empty line passed over. Raises
    BadParameter, which names the line.
    """
    said = f"a table (CSV) with the columns {', '.join(wanted)} was wanted"
    header, rows = _table(path, option, said)
    missing = [name for name in wanted if name not in header]
    if missing:
        raise _bad(option, f"{path} has no column {' or '.join(missing)}; it has: {', '.join(header) or 'nothing'}")
    twice = sorted({name for name in (*wanted, *may) if header.count(name) > 1})
    if twice:
        raise _bad(option, f"{path} has the column {' and '.join(twice)} more than once")
    places = {name: header.index(name) for name in (*wanted, *may) if name in header}
    found = []
    for n, row in rows:
        if len(row) > len(header):
            raise _bad(option, f"{path}, line {n}: {len(header)} cells were wanted, got {len(row)}")
        cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        if not cells["learner"]:
            raise _bad(option, f"{path}, line {n}: a learner was wanted, got an empty cell")
        found.append(cells)
    return found


def _table(path: Path, option: str, wanted: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows that are not empty, each with the line on which it ends."""
    try:
        lines = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), strict=True)
        table = [(lines.line_num, [plain(cell) for cell in row]) for row in lines]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise _bad(option, f"{wanted}: {fault}") from None
    filled = [(n, row) for n, row in table if any(row)]
    return (filled[0][1], filled[1:]) if filled else ([], [])


def note_strangers(known: Collection[str], named: Iterable[str], path: Path | None) -> None:
    """Say on standard error which learners of a file are not among those that are looked at."""
    strangers = sorted({*named} - {*known})
    if strangers:
        say(f"{path} names {listed(strangers)}, not among the learners looked at.", to_error=True)


def _bad(option: str, said: str) -> typer.BadParameter:
    return typer.BadParameter(said, param_hint=option)
