"""Evidence as a table: CSV with a header, or JSON lines with the same names. All faults at once, with line and column.

Columns: learner, competency, score, observed_at (ISO 8601 with offset); optional purpose, kind, item, occasion,
context, outcome, source, assessor, key. `points` and `maximum` may stand in for score. Without a key, a row's key is
a hash of its content and of its number among equal rows, so that importing the file again changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
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
_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_CONTEXTS = {context.value: context for context in Context}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}

Row = Mapping[str, str]


def read_evidence(lines: Iterable[str], framework: Framework, *, json_lines: bool = False) -> list[Evidence]:
    """Return the evidence in `lines`, its competencies as identifiers of `framework`.

    Raises ImportFault with every fault (the first 50, and how many more), each with its line and column.
    """
    reader = _Reader(framework)
    for line, row in _json_rows(lines, reader) if json_lines else _csv_rows(lines, reader):
        reader.take(line, row)
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
        for cells in rows:
            if len(cells) != width:
                if any(cell.strip() for cell in cells):
                    reader.fault(rows.line_num, "", f"{width} cells were wanted, got {len(cells)}")
                continue
            yield rows.line_num, dict(zip(header, cells, strict=True))
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
            yield n, {name: "" if value is None else str(value) for name, value in row.items()}


@define
class _Reader:
    framework: Framework
    found: list[Evidence] = field(factory=list)
    faults: list[str] = field(factory=list)
    count: int = 0
    identifiers: dict[str, str] = field(factory=dict)
    times: dict[str, datetime] = field(factory=dict)
    equal_rows: dict[bytes, int] = field(factory=dict)

    def fault(self, line: int, column: str, message: str) -> None:
        self.count += 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(f"line {line}{', column ' + column if column else ''}: {message}")

    def accepts(self, names: list[str], line: int = 1) -> bool:
        before = self.count
        known = {*REQUIRED, *SCORES, *OPTIONAL}
        for name in names:
            if name not in known:
                self.fault(line, name, f"no such column{near_miss(name, known)}; there are {', '.join(sorted(known))}")
        missing = [name for name in REQUIRED if name not in names]
        if "score" not in names and not {"points", "maximum"} <= set(names):
            missing.append("score (or points and maximum)")
        if missing:
            self.fault(line, "", f"these columns are missing: {', '.join(missing)}")
        return self.count == before

    def take(self, line: int, row: Row) -> None:
        before = self.count
        get = row.get
        competency = self._cell(line, row, "competency", self.identifiers, self._identifier)
        observed_at = self._cell(line, row, "observed_at", self.times, _time)
        score = self._score(line, row)
        purpose = _PURPOSES.get(get("purpose", ""), get("purpose") or Purpose.FORMATIVE)
        context = _CONTEXTS.get(get("context", ""), get("context") or Context.FAMILIAR)
        outcome = _OUTCOMES.get(get("outcome", ""), get("outcome") or Outcome.SCORED)
        if self.count > before or competency is None or observed_at is None:
            return
        try:
            self.found.append(
                Evidence(
                    row["learner"].strip(),
                    competency,
                    score,
                    observed_at,
                    purpose=purpose,  # type: ignore[arg-type]
                    kind=get("kind", ""),
                    item=get("item", ""),
                    occasion=get("occasion", ""),
                    context=context,  # type: ignore[arg-type]
                    outcome=outcome,  # type: ignore[arg-type]
                    source=get("source", ""),
                    assessor=get("assessor", ""),
                    key=get("key") or self._key(row),
                )
            )
        except FactError as fault:
            for one in fault.faults:
                column, _, message = one.partition(": ")
                self.fault(line, column, message)

    def _cell(
        self, line: int, row: Row, column: str, cache: dict[str, Any], read: Callable[[str], Any]
    ) -> Any:
        cell = row[column]
        found = cache.get(cell)
        if found is None:
            try:
                found = cache[cell] = read(cell.strip())
            except (CompetenciesError, ValueError) as fault:
                self.fault(line, column, str(fault))
        return found

    def _identifier(self, name: str) -> str:
        if not name:
            raise ValueError("an identifier or code was wanted, got nothing")
        competency = self.framework.competency(name)
        parts = self.framework.parts(competency.identifier)
        if parts:
            names = ", ".join(part.label for part in parts)
            raise ValueError(f"{competency.label} is a group: evidence is for one of its parts ({names})")
        return competency.identifier

    def _score(self, line: int, row: Row) -> float | None:
        cell = row.get("score", "")
        try:
            if cell:
                return float(cell)
            if row.get("points") or row.get("maximum"):
                return _share(row.get("points", ""), row.get("maximum", ""))
        except ValueError as fault:
            self.fault(line, "score" if cell else "points", f"a number was wanted: {fault}")
        return None

    def _key(self, row: Row) -> str:
        content = "\x1f".join(f"{name}={row[name].strip()}" for name in sorted(row) if row[name].strip())
        digest = hashlib.blake2b(content.encode(), digest_size=16).digest()
        number = self.equal_rows[digest] = self.equal_rows.get(digest, 0) + 1
        return f"row-{digest.hex()}-{number}"


def _time(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"an ISO 8601 time was wanted, such as 2026-03-02T14:00:00+01:00, got {text!r}") from None
    if when.utcoffset() is None:
        raise ValueError(f"a time with an offset from UTC was wanted, such as {text}Z or {text}+01:00, got {text!r}")
    return when


def _share(points: str, maximum: str) -> float:
    most = float(maximum)
    if not most > 0:
        raise ValueError(f"maximum must be above 0, got {maximum!r}")
    return float(points) / most
