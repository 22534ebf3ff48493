"""The CSV files of a roster as rows by the names of their columns, and the faults of them all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from attrs import define, field

from competencies.cells import plain
from competencies.errors import FormatError, near_miss
from competencies.formats.csv_rows import numbered_rows
from mastery.errors import RosterError

__all__ = ["Faults", "Row", "Table", "quoted"]

Row = Mapping[str, str]

_MOST_FAULTS = 50
_MOST_NAMED = 8
_MOST_COMPARED = 200_000  # names compared in search of the ones that were meant
_LONGEST = 80  # how many characters of a cell are told, and of a name compared
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@define
class Faults:
    """What is wrong with the files: the first are kept, all are counted. `torn`: one could not be read to its end."""

    kept: list[str] = field(factory=list)
    count: int = 0
    torn: bool = False
    _compared: int = 0

    def add(self, file: str, line: int, column: str, said: str) -> None:
        """Keep a fault; line 0 and an empty column are none."""
        self.count += 1
        if len(self.kept) < _MOST_FAULTS:
            where = "".join((f", line {line}" if line else "", f", column {column}" if column else ""))
            self.kept.append(f"{file}{where}: {said}")

    def close_to(self, name: str, known: Collection[str]) -> str:
        """Return the near miss, while that costs little: of what is kept, and not among too many names in all."""
        self._compared += len(known)
        few = len(self.kept) < _MOST_FAULTS and self._compared <= _MOST_COMPARED
        return near_miss(name, known) if few and len(name) <= _LONGEST else ""

    def refuse(self) -> None:
        """Raise RosterError if there are any."""
        if self.count:
            more = self.count - len(self.kept)
            many = "1 fault" if self.count == 1 else f"{self.count} faults"
            what = f"This roster cannot be read as it is, and nothing of it was taken, {many}"
            raise RosterError(what, [*self.kept, *([f"and {more} more"] if more else [])])


def quoted(text: str) -> str:
    """Return a cell as it is told: in quotation marks, and no more of it than its beginning."""
    return repr(text) if len(text) <= _LONGEST else f"{text[:_LONGEST]!r}..."


def _it_has(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"; it has: {', '.join(plain(name)[:_LONGEST] for name in names[:_MOST_NAMED]) or 'nothing'}{more}"


@define
class Table:
    """A file of a roster; columns go by their names, in any order, small or capital, and others are left alone."""

    file: str
    faults: Faults
    columns: dict[str, int]
    _width: int
    _rows: Iterator[tuple[int, list[str]]]

    @classmethod
    def of(
        cls, files: Mapping[str, str], file: str, wanted: Sequence[str], may: Sequence[str], faults: Faults
    ) -> Table | None:
        """Return the table in a file, or None where it cannot be read: what is wrong is a fault then."""
        known = {name.lower(): name for name in (*wanted, *may)}
        try:
            rows = numbered_rows(files[file], is_known=lambda name: plain(name).lower() in known)
            line, names = next(rows)
        except FormatError as fault:
            faults.add(file, 0, "", str(fault))
            return None
        before = faults.count
        header = [plain(name).lower() for name in names]
        for small, name in known.items():
            if header.count(small) > 1:
                faults.add(file, line, name, "this column is there more than once")
            elif name in wanted and small not in header:
                faults.add(file, line, "", f"there is no column {name}{near_miss(small, header) or _it_has(names)}")
        if faults.count > before:
            return None
        return cls(file, faults, {known[one]: n for n, one in enumerate(header) if one in known}, len(header), rows)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield the rows with their lines: cells without spaces around them and without a guard, none where none is."""
        places = tuple(self.columns.items())
        try:
            for line, cells in self._rows:
                if len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
                    self.fault(line, "", f"{self._width} cells were wanted, got {len(cells)}")
                else:
                    yield line, {name: plain(cells[n]) if n < len(cells) else "" for name, n in places}
        except FormatError as fault:
            self.faults.torn = True
            self.faults.add(self.file, 0, "", str(fault))

    def fault(self, line: int, column: str, said: str) -> None:
        """Keep a fault of this file."""
        self.faults.add(self.file, line, column, said)

    def day(self, line: int, row: Row, column: str) -> date | None:
        """Return the day in a cell; None where there is none or, with a fault, something else."""
        text = row.get(column, "")
        try:
            if not text or _DAY.fullmatch(text):
                return date.fromisoformat(text) if text else None
        except ValueError:
            pass  # the thirtieth of February
        self.fault(line, column, f"a day such as 2026-08-31 was wanted, got {quoted(text)}")
        return None
