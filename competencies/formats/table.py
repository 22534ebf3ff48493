"""The curriculum author's spreadsheet: a CSV table with one competency a row.

Columns: identifier, code, statement, requires, recommends, part_of, kind, item_type, levels, tags, alignments,
check_pass, check_questions, check_items; in any order, small or capital. Only one of identifier and code is needed; an
identifier left out is the code. Levels are `name: descriptor` joined by `|`; tags, alignments and check items are
joined by `;`. Other columns are kept in the extras. `framework_title` says the title, in any one row.

Cells stand between commas, semicolons or tabs, whichever the header has; spaces around them and a byte order mark do
nothing. An apostrophe before `=`, `+`, `-` or `@` is how `write` keeps a spreadsheet from running text as a formula,
and is taken off. `write` keeps what no cell can hold as JSON in `extras_json`, `exact_json` and `framework_json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field

from competencies.cells import plain, shown
from competencies.competency import Competency
from competencies.draft import Draft, Finding, Severity
from competencies.errors import FormatError, ended, near_miss
from competencies.formats.columns import COLUMNS, TITLE, folded, is_ours, normalised
from competencies.formats.csv_rows import numbered_rows
from competencies.formats.table_out import write
from competencies.formats.table_row import TableRow, brief
from competencies.requirement import All, Needs, Requirement, mentions, normal

__all__ = ["COLUMNS", "read", "write"]

_MOST_FAULTS = 1_000
_MOST_LIKENESSES = 200_000  # names compared in search of the ones that were meant


def read(
    source: str | Iterable[str],
    *,
    title: str,
    columns: Mapping[str, str] | None = None,
    separator: str = "",
    edges: tuple[str, str] | None = None,
) -> Draft:
    """Return the draft of a table given as CSV text or as lines of it; `title` is for a table that says none.

    `columns` maps other people's names of columns to ours, and `separator` says that requires and recommends are plain
    lists of names: `columns={"ConceptID": "identifier", "Dependencies": "requires"}, separator="|"`. `edges` names two
    columns of a list of edges, one a row, the prerequisite first: `edges=("from", "to")`; every name in it is a
    competency, in the order of first mention, and other columns are left out.
    Raises FormatError when there is no usable header or the text is no CSV.
    """
    given = {normalised(theirs): ours for theirs, ours in (columns or {}).items()}
    for ours in given.values():
        if ours not in COLUMNS:
            raise FormatError(ended(f"columns: {ours!r} is no column of ours{near_miss(ours, COLUMNS)}"))
    wanted = {*given, *map(normalised, edges or ())}
    rows = numbered_rows(
        source if isinstance(source, str) else "".join(source),
        is_known=lambda name: normalised(name) in wanted or is_ours(normalised(name)),
    )
    line, names = next(rows)
    header = [given.get(normalised(name), _column(name)) for name in names]
    for theirs in wanted:
        if theirs not in map(normalised, names):
            close = near_miss(theirs, map(normalised, names))
            raise FormatError(ended(f"the table has no column {theirs!r}{close}"))
    _refuse_doubled(header)
    if edges is not None:
        before, after = (list(map(normalised, names)).index(normalised(end)) for end in edges)
        return _read_edges(rows, title, before, after, edges)
    _refuse_nameless(header)
    reader = _Reader(title, header, dict(zip(header, map(str.strip, names), strict=True)), separator)
    reader.look_at_header(line)
    return reader.draft(rows)


def _column(name: str) -> str:
    return normalised(name) if is_ours(normalised(name)) else folded(name)


def _refuse_doubled(header: Sequence[str]) -> None:
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise FormatError(f"a table has each column once, and here {brief(', '.join(doubled))} is there more often.")


def _refuse_nameless(header: Sequence[str]) -> None:
    if not {"identifier", "code"} & set(header):
        close = "".join(near_miss(name, header) for name in ("identifier", "code"))
        got = brief(", ".join(header)) or "nothing"
        raise FormatError(ended(f"a table of competencies needs a column 'identifier' or 'code', got {got}{close}"))


@define
class _Reader:
    title: str
    header: list[str]
    headers: Mapping[str, str]
    separator: str
    competencies: list[Competency] = field(factory=list)
    requires: dict[str, Requirement] = field(factory=dict)
    recommends: dict[str, Requirement] = field(factory=dict)
    part_of: dict[str, str] = field(factory=dict)
    about: dict[str, Any] = field(factory=dict)
    lines: dict[str, int] = field(factory=dict)
    findings: list[Finding] = field(factory=list)

    def look_at_header(self, line: int) -> None:
        """Warn of columns that are called nearly as ours are."""
        for name in self.header:
            close = "" if is_ours(name) else near_miss(normalised(name), COLUMNS)
            if close:
                message = f"line {line}, column {self.headers[name]}: no column of ours, kept in the extras{close}"
                self.findings.append(Finding("table-column", Severity.WARNING, message))

    def draft(self, rows: Iterable[tuple[int, list[str]]]) -> Draft:
        for line, cells in rows:
            self._take(line, cells)
            if len(self.findings) > _MOST_FAULTS:
                message = f"line {line}: reading ends here, after {_MOST_FAULTS:,} faults"
                self.findings.append(Finding("table-cell", Severity.ERROR, message))
                return Draft(self.title, self.competencies, findings=self.findings)
        self._look_at_names()
        return Draft(
            self.about.get("title", self.title),
            self.competencies,
            self.requires,
            self.recommends,
            self.part_of,
            identifier=self.about.get("identifier", ""),
            extras=self.about.get("extras", {}),
            formerly=self.about.get("formerly", {}),
            findings=self.findings,
        )

    def _take(self, line: int, cells: list[str]) -> None:
        named = {name: cell.strip() for name, cell in zip(self.header, cells, strict=False) if name}
        row = TableRow(line, named, self.headers, self.findings)
        if any(cell.strip() for name, cell in zip(self.header, cells, strict=False) if not name):
            self._warn("table-column", f"line {line}: what stands in a column without a name is left out")
        if len(cells) > len(self.header) and any(cell.strip() for cell in cells[len(self.header) :]):
            columns = "1 column" if len(self.header) == 1 else f"{len(self.header)} columns"
            row.fault("", f"{len(cells)} cells under {columns}")
        if self._take_framework(row):
            return
        competency = row.competency()
        if competency is None:
            return
        name = competency.identifier
        self.competencies.append(competency)
        self.lines.setdefault(name, line)
        for column, into in (("requires", self.requires), ("recommends", self.recommends)):
            requirement = row.requirement(column, self.separator)
            if requirement is not None:
                into[name] = requirement
        if row.text("part_of"):
            self.part_of[name] = row.text("part_of")

    def _take_framework(self, row: TableRow) -> bool:
        """Take what a row says about the framework; return whether it says nothing else."""
        about = _about(row)
        for name, value in about.items():
            if self.about.setdefault(name, value) != value:
                row.fault(TITLE, f"{brief(str(value))!r} was wanted to be {brief(str(self.about[name]))!r} as above")
        return bool(about) and all(not cell or name.startswith("framework_") for name, cell in row.cells.items())

    def _look_at_names(self) -> None:
        """Say where names stand that are no competency; of very many only the first are kept, to be refused."""
        known = {c.identifier for c in self.competencies} | {c.code for c in self.competencies}
        left = max(3, _MOST_LIKENESSES // max(len(known), 1))
        dropped = 0
        outline = {child: Needs(parent) for child, parent in self.part_of.items()}
        given: dict[str, dict[str, Any]] = {"requires": self.requires, "recommends": self.recommends}
        for column, requirements in ({**given, "part_of": outline}).items():
            for name, requirement in list(requirements.items()):
                unknown = [other for other in mentions(requirement) if other not in known]
                left -= len(unknown)
                if unknown and left < 0:
                    dropped += len(unknown)
                    (self.part_of if column == "part_of" else requirements).pop(name)
                    continue
                for other in unknown:
                    place = f"line {self.lines[name]}, column {self.headers.get(column, column)}"
                    self._warn("table-name", f"{place}: {brief(other)!r} is no competency{near_miss(other, known)}")
        if dropped:
            message = f"{dropped:,} more {'name that is' if dropped == 1 else 'names that are'} no competency"
            self.findings.append(Finding("table-cell", Severity.ERROR, message))

    def _warn(self, code: str, message: str) -> None:
        self.findings.append(Finding(code, Severity.WARNING, message))


def _about(row: TableRow) -> dict[str, Any]:
    """Return what a row says about the framework: its title, identifier, extras and former names."""
    kept, cell = row.json("framework_json"), row.cells.get(TITLE, "")
    about: dict[str, Any] = {}
    for name, kind in (("title", str), ("identifier", str), ("extras", dict), ("formerly", dict)):
        if isinstance(kept.get(name), kind):
            about[name] = kept[name]
    if "title" in about and shown(about["title"]) != cell:
        del about["title"]
    return {"title": plain(cell), **about} if cell else about


def _read_edges(
    rows: Iterable[tuple[int, list[str]]], title: str, before: int, after: int, names: tuple[str, str]
) -> Draft:
    needs: dict[str, dict[Requirement, None]] = {}
    findings: list[Finding] = []
    for line, cells in rows:
        ends = [plain(cells[at]) if at < len(cells) else "" for at in (before, after)]
        for column, end in zip(names, ends, strict=True):
            if not end:
                message = f"line {line}, column {column}: a name was wanted, got nothing"
                findings.append(Finding("table-cell", Severity.ERROR, message))
            else:
                needs.setdefault(end, {})
        if all(ends):
            needs[ends[1]][Needs(ends[0])] = None
        if len(findings) > _MOST_FAULTS:
            break
    requires = {name: normal(All(list(mentioned))) for name, mentioned in needs.items() if mentioned}
    return Draft(title, [Competency(name) for name in needs], requires, findings=findings)
