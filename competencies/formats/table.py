"""The curriculum author's spreadsheet: a CSV table with one competency a row.

Columns: identifier, code, statement, requires, recommends, part_of, kind, levels, tags, alignments, check_pass,
check_questions, check_items. Only one of identifier and code is needed; an identifier left out is the code. Levels
are `name: descriptor` joined by `|`; tags, alignments and check items are joined by `;`. Other columns are kept.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from attrs import define, field

from competencies.competency import CheckBlueprint, Competency, Kind, Level
from competencies.draft import Draft, Finding, Severity
from competencies.errors import FormatError, RequirementTextError, near_miss
from competencies.requirement import Requirement
from competencies.requirement_text import parse

__all__ = ["COLUMNS", "read"]

COLUMNS = (
    "identifier",
    "code",
    "statement",
    "requires",
    "recommends",
    "part_of",
    "kind",
    "levels",
    "tags",
    "alignments",
    "check_pass",
    "check_questions",
    "check_items",
)

Value = TypeVar("Value")


def read(lines: Iterable[str], *, title: str) -> Draft:
    """Return the draft of a table given as lines of CSV; raises FormatError when there is no usable header."""
    try:
        return _Reader(title).draft(csv.reader(lines, strict=True))
    except csv.Error as fault:
        raise FormatError(f"this is not a CSV table: {fault}.") from None


@define
class _Reader:
    title: str
    competencies: list[Competency] = field(factory=list)
    requires: dict[str, Requirement] = field(factory=dict)
    recommends: dict[str, Requirement] = field(factory=dict)
    part_of: dict[str, str] = field(factory=dict)
    findings: list[Finding] = field(factory=list)
    line: int = 0
    row: Mapping[str, str] = field(factory=dict)

    def draft(self, rows: Iterable[list[str]]) -> Draft:
        reader = iter(rows)
        header = [name.strip().lstrip("\ufeff").casefold() for name in next(reader, [])]
        if not {"identifier", "code"} & set(header):
            raise FormatError(
                f"a table of competencies needs a column 'identifier' or 'code', got {header or 'nothing'}."
            )
        doubled = sorted({name for name in header if name and header.count(name) > 1})
        if doubled:
            raise FormatError(f"a table has each column once, and here {', '.join(doubled)} is there more often.")
        for cells in reader:
            self.line = getattr(rows, "line_num", self.line + 1)
            if any(cell.strip() for cell in cells):
                self._take(header, cells)
        return Draft(
            self.title, self.competencies, self.requires, self.recommends, self.part_of, findings=self.findings
        )

    def _take(self, header: list[str], cells: list[str]) -> None:
        self.row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            self._fault("", f"{len(cells)} cells under {len(header)} columns")
        identifier = self._cell("identifier") or self._cell("code")
        if not identifier:
            self._fault("identifier", "an identifier or a code was wanted, got neither")
            return
        self.competencies.append(self._competency(identifier))
        for column, into in (("requires", self.requires), ("recommends", self.recommends)):
            requirement = self._read(column, parse)
            if requirement is not None:
                into[identifier] = requirement
        if self._cell("part_of"):
            self.part_of[identifier] = self._cell("part_of")

    def _competency(self, identifier: str) -> Competency:
        return Competency(
            identifier=identifier,
            code=self._cell("code"),
            statement=self._cell("statement"),
            kind=self._read("kind", _kind),
            levels=[_level(text) for text in _list(self._cell("levels"), "|")],
            tags=_list(self._cell("tags")),
            alignments=_list(self._cell("alignments")),
            check=self._check(),
            extras={name: cell for name, cell in self.row.items() if name not in COLUMNS and cell},
        )

    def _check(self) -> CheckBlueprint | None:
        forms = _list(self._cell("check_items"))
        if not self._cell("check_pass") and not self._cell("check_questions"):
            if forms:
                self._fault("check_items", "a check with forms needs check_pass and check_questions, got neither")
            return None
        pass_score = self._read("check_pass", _pass_score) if self._cell("check_pass") else 0.8
        questions = self._read("check_questions", _questions) if self._cell("check_questions") else 1
        return None if pass_score is None or questions is None else CheckBlueprint(pass_score, questions, forms)

    def _cell(self, column: str) -> str:
        return self.row.get(column, "")

    def _read(self, column: str, convert: Callable[[str], Value]) -> Value | None:
        cell = self._cell(column)
        if not cell:
            return None
        try:
            return convert(cell)
        except (RequirementTextError, ValueError) as fault:
            self._fault(column, str(fault))
            return None

    def _fault(self, column: str, message: str) -> None:
        place = f"line {self.line}, column {column}" if column else f"line {self.line}"
        about = [self._cell("code") or self._cell("identifier")]
        self.findings.append(Finding("table-cell", Severity.ERROR, f"{place}: {message}", about))


def _list(cell: str, separator: str = ";") -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


def _level(text: str) -> Level:
    name, _, descriptor = text.partition(":")
    return Level(name.strip() or "level", descriptor.strip())


def _pass_score(cell: str) -> float:
    score = float(cell)
    if not 0 < score <= 1:
        raise ValueError(f"a score above 0 and up to 1 was wanted, got {cell}")
    return score


def _questions(cell: str) -> int:
    count = int(cell)
    if count < 1:
        raise ValueError(f"a whole number from 1 was wanted, got {cell}")
    return count


def _kind(cell: str) -> Kind:
    try:
        return Kind(cell.casefold())
    except ValueError:
        kinds = [kind.value for kind in Kind]
        raise ValueError(f"one of {', '.join(kinds)} was wanted, got {cell!r}{near_miss(cell, kinds)}") from None
