"""Evidence as a table: CSV with a header, or JSON lines with the same names. All faults at once, with line and column.

Columns: learner, competency, score, observed_at (ISO 8601 with offset); optional purpose, kind, item, occasion,
context, outcome, source, assessor, key. `points` and `maximum` may stand in for score. Without a key, a row's key is
a hash of its content and of its number among equal rows, so that importing the file again changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from attrs import define, field

from competencies import CompetenciesError, Framework
from competencies.errors import near_miss
from mastery.errors import FactError, ImportFault
from mastery.facts import Context, Evidence, Outcome, Purpose

__all__ = ["OPTIONAL", "REQUIRED", "read_evidence"]

REQUIRED = ("learner", "competency", "observed_at")
SCORES = ("score", "points", "maximum")
OPTIONAL = ("purpose", "kind", "item", "occasion", "context", "outcome", "source", "assessor", "key")

_MOST_FAULTS = 50
_PURPOSES = {"": Purpose.FORMATIVE, **{purpose.value: purpose for purpose in Purpose}}
_CONTEXTS = {"": Context.FAMILIAR, **{context.value: context for context in Context}}
_OUTCOMES = {"": Outcome.SCORED, **{outcome.value: outcome for outcome in Outcome}}

_COLUMNS = (*REQUIRED, *SCORES, *OPTIONAL)
_NAMED = tuple(f"{name}=" for name in _COLUMNS)
Row = Sequence[str]  # the cells in the order of _COLUMNS, empty where a column is missing


def read_evidence(
    lines: Iterable[str], framework: Framework, *, json_lines: bool = False, recorded_at: datetime | None = None
) -> list[Evidence]:
    """Return the evidence in `lines`, its competencies as identifiers of `framework`.

    Raises ImportFault with every fault (the first 50, and how many more), each with its line and column.
    """
    reader = _Reader(framework, recorded_at)
    reader.take_all(_json_rows(lines, reader) if json_lines else _csv_rows(lines, reader))
    if reader.count:
        more = reader.count - len(reader.faults)
        raise ImportFault(
            f"Nothing was imported, {reader.count} fault{'s' if reader.count > 1 else ''}",
            [*reader.faults, *([f"and {more} more"] if more else [])],
        )
    return reader.found


def _csv_rows(lines: Iterable[str], reader: _Reader) -> Iterator[tuple[int, Row]]:
    rows = csv.reader(lines, strict=True)
    try:
        header = [cell.strip().lstrip("\ufeff").casefold() for cell in next(rows, [])]
        if not reader.accepts(header):
            return
        width = len(header)
        # An empty cell is put behind each row: it stands for every column that the file does not have.
        in_order = itemgetter(*(header.index(name) if name in header else -1 for name in _COLUMNS))
        for cells in rows:
            if len(cells) != width:
                if any(cell.strip() for cell in cells):
                    reader.fault(rows.line_num, "", f"{width} cells were wanted, got {len(cells)}")
                continue
            cells.append("")
            yield rows.line_num, in_order(cells)
    except csv.Error as fault:
        reader.fault(rows.line_num, "", f"this is not CSV: {fault}")


def _json_rows(lines: Iterable[str], reader: _Reader) -> Iterator[tuple[int, Row]]:
    for n, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as fault:
            reader.fault(n, "", f"this is not JSON: {fault}")
            continue
        if not isinstance(row, dict):
            reader.fault(n, "", f"a JSON object was wanted, got {type(row).__name__}")
        elif reader.accepts(list(row), n):
            yield n, ["" if row.get(name) is None else str(row[name]) for name in _COLUMNS]


@define
class _Reader:
    framework: Framework
    recorded_at: datetime | None = None
    found: list[Evidence] = field(factory=list)
    faults: list[str] = field(factory=list)
    count: int = 0
    identifiers: dict[str, str] = field(factory=dict)
    equal_rows: dict[bytes, int] = field(factory=dict)

    def fault(self, line: int, column: str, message: str) -> None:
        self.count += 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(f"line {line}{', column ' + column if column else ''}: {message}")

    def accepts(self, names: list[str], line: int = 1) -> bool:
        before = self.count
        for name in dict.fromkeys(names):
            times = names.count(name)
            if name not in _COLUMNS:
                known = ", ".join(_COLUMNS)
                self.fault(line, name, f"no such column{near_miss(name, _COLUMNS)} (there are: {known})")
            elif times > 1:
                self.fault(line, name, f"this column is there {'twice' if times == 2 else f'{times} times'}")
        missing = [name for name in REQUIRED if name not in names]
        if "score" not in names and not {"points", "maximum"} <= set(names):
            missing.append("score (or points and maximum)")
        if missing:
            self.fault(line, "", f"these columns are missing: {', '.join(missing)}")
        return self.count == before

    def take_all(self, rows: Iterable[tuple[int, Row]]) -> None:
        """Take rows; the plain ones (known competency, number, time with an offset) without a second look."""
        identifiers, keep, parsed = self.identifiers, self.found.append, datetime.fromisoformat
        for line, row in rows:
            (learner, named, observed, score, _, _, purpose, kind, item, occasion, context, outcome, source, assessor,
             key) = row  # fmt: skip
            try:
                when = parsed(observed)
                competency, share = identifiers[named], float(score)
                if when.tzinfo is not None:
                    keep(
                        Evidence(
                            learner.strip(),
                            competency,
                            share,
                            when,
                            purpose=_PURPOSES[purpose],
                            kind=kind,
                            item=item,
                            occasion=occasion,
                            context=_CONTEXTS[context],
                            outcome=_OUTCOMES[outcome],
                            source=source,
                            assessor=assessor,
                            key=key or self._key(row),
                            recorded_at=self.recorded_at,
                        )
                    )
                    continue
            except (KeyError, ValueError):
                pass  # seen for the first time, not as plain as that, or wrong: the second look tells
            self.take(line, row)

    def take(self, line: int, row: Row) -> None:
        """Take one row with every care: give it a key, or say what is wrong with each cell."""
        if not any(cell.strip() for cell in row):
            return  # an empty row, as spreadsheets leave them
        learner, named, observed, score, points, maximum, purpose, kind, item, occasion, context, outcome, *more = row
        source, assessor, key = more
        competency = self.identifiers.get(named) or self._identifier(line, named)
        when = self._time(line, observed.strip())
        share = self._score(line, score, points, maximum)
        if competency is None or when is None or share is _UNREADABLE:
            return
        try:
            evidence = Evidence(
                learner.strip(),
                competency,
                share,  # type: ignore[arg-type]
                when,
                purpose=_PURPOSES.get(purpose) or _as_typed(purpose),
                kind=kind,
                item=item,
                occasion=occasion,
                context=_CONTEXTS.get(context) or _as_typed(context),
                outcome=_OUTCOMES.get(outcome) or _as_typed(outcome),
                source=source,
                assessor=assessor,
                key=key or self._key(row),
                recorded_at=self.recorded_at,
            )
        except FactError as fault:
            for one in fault.faults:
                column, _, message = one.partition(": ")
                self.fault(line, column, message)
        except UnicodeEncodeError as fault:
            self.fault(line, "", f"text in Unicode was wanted, got half a character: {fault.reason}")
        else:
            self.found.append(evidence)

    def _identifier(self, line: int, name: str) -> str | None:
        if name in self.framework.formerly:
            self.identifiers[name] = name  # its successors take it in
            return name
        try:
            competency = self.framework.competency(name.strip())
        except CompetenciesError as fault:
            wanted = "an identifier or code was wanted, got nothing"
            self.fault(line, "competency", str(fault) if name.strip() else wanted)
            return None
        parts = self.framework.parts(competency.identifier)
        if parts:
            names = ", ".join(part.label for part in parts)
            said = f"{competency.label} is a group: evidence is for one of its parts, name it ({names})"
            self.fault(line, "competency", said)
            return None
        self.identifiers[name] = competency.identifier
        return competency.identifier

    def _time(self, line: int, text: str) -> datetime | None:
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            wanted = "an ISO 8601 time was wanted, such as 2026-03-02T14:00:00+01:00"
            self.fault(line, "observed_at", f"{wanted}, got {text!r}")
            return None
        if when.tzinfo is not None:
            return when
        self.fault(line, "observed_at", f"a time with an offset from UTC was wanted, such as {text}Z, got {text!r}")
        return None

    def _score(self, line: int, score: str, points: str, maximum: str) -> object:
        try:
            if score:
                return float(score)
            return _share(points, maximum) if points or maximum else None
        except ValueError as fault:
            self.fault(line, "score" if score else "points", f"a number was wanted: {fault}")
            return _UNREADABLE

    def _key(self, row: Row) -> str:
        stripped = map(str.strip, row)
        content = "\x1f".join([name + cell for name, cell in zip(_NAMED, stripped, strict=True) if cell])
        digest = hashlib.blake2b(content.encode(), digest_size=16).digest()
        number = self.equal_rows[digest] = self.equal_rows.get(digest, 0) + 1
        return f"row-{digest.hex()}-{number}"


_UNREADABLE = object()


def _as_typed(cell: str) -> Any:
    """Return the cell of an enumeration that is not spelt as ours, for Evidence to judge."""
    return cell.strip().casefold()


def _share(points: str, maximum: str) -> float:
    most = float(maximum)
    if not most > 0:
        raise ValueError(f"maximum must be above 0, got {maximum!r}")
    return float(points) / most
