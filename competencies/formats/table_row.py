"""One row of a table of competencies: its cells as values, and what is wrong with them, by line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar

from attrs import Factory, define, field

from competencies.cells import plain, shown
from competencies.competency import CheckBlueprint, Competency, Kind, Level
from competencies.draft import Finding, Severity
from competencies.errors import near_miss
from competencies.formats.columns import (
    check_cells,
    is_ours,
    joined,
    levels_cell,
    list_cell,
    read_levels,
    read_list,
)
from competencies.formats.strict_json import parsed
from competencies.requirement import All, Needs, Requirement, normal
from competencies.requirement_text import parse

__all__ = ["TableRow", "brief"]

_LONGEST_MESSAGE = 400
_CHECK = ("check_pass", "check_questions", "check_items")

Value = TypeVar("Value")


@define
class TableRow:
    """The cells of the row that begins on `line`, by column; `headers` has the names that the file gives columns."""

    line: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]
    findings: list[Finding]
    exact: Mapping[str, Any] = field(init=False, default=Factory(lambda row: row.json("exact_json"), takes_self=True))

    def fault(self, column: str, message: str) -> None:
        """Say what is wrong with a cell, or with the row."""
        place = f"line {self.line}, column {self.headers.get(column, column)}" if column else f"line {self.line}"
        about = [brief(plain(self.cells.get("code", "")) or plain(self.cells.get("identifier", "")))]
        message = brief(message, _LONGEST_MESSAGE)
        self.findings.append(Finding("table-cell", Severity.ERROR, f"{place}: {message}", about))

    def text(self, column: str) -> str:
        """Return what a cell says."""
        cell, kept = self.cells.get(column, ""), self.exact.get(column)
        return kept if isinstance(kept, str) and shown(kept) == cell else plain(cell)

    def json(self, column: str) -> dict[str, Any]:
        """Return the object in a column of JSON."""
        text = joined(column, self.cells)
        if not text:
            return {}
        try:
            found = parsed(text)
        except ValueError as fault:
            self.fault(column, f"a JSON object, as we write it, was wanted, and this is not JSON: {fault}")
            return {}
        if isinstance(found, dict):
            return found
        self.fault(column, f"a JSON object, as we write it, was wanted, got {found!r}")
        return {}

    def competency(self) -> Competency | None:
        """Return the competency of this row; None, and a fault, where it has no name."""
        identifier = self.text("identifier") or self.text("code")
        if not identifier:
            self.fault("identifier", "an identifier or a code was wanted, got neither")
            return None
        return Competency(
            identifier=identifier,
            code=self.text("code"),
            statement=self.text("statement"),
            kind=self.converted("kind", _kind),
            item_type=self.text("item_type"),
            levels=[Level(*level) for level in self._levels()],
            tags=self._list("tags"),
            alignments=self._list("alignments"),
            check=self._check(),
            extras={name: plain(cell) for name, cell in self.cells.items() if cell and not is_ours(name)}
            | self.json("extras_json"),
        )

    def requirement(self, column: str, separator: str) -> Requirement | None:
        """Return the requirement in a cell; with a separator, of a plain list of names that are all needed."""
        if separator:
            names = [Needs(name) for name in read_list(self.cells.get(column, ""), separator)]
            return normal(All(names)) if names else None
        return self.converted(column, parse)

    def converted(self, column: str, convert: Callable[[str], Value]) -> Value | None:
        """Return what `convert` makes of a cell; None for an empty one, and, with a fault, for one that it refuses."""
        text = self.text(column)
        if not text:
            return None
        try:
            return convert(text)
        except ValueError as fault:
            self.fault(column, str(fault))
            return None

    def _list(self, column: str) -> Sequence[str]:
        cell, kept = self.cells.get(column, ""), self.exact.get(column)
        return kept if _are_texts(kept) and list_cell(kept) == cell else read_list(cell)

    def _levels(self) -> Sequence[Sequence[str]]:
        cell, kept = self.cells.get("levels", ""), self.exact.get("levels")
        return kept if _are_levels(kept) and levels_cell(kept) == cell else read_levels(cell)

    def _check(self) -> CheckBlueprint | None:
        kept = self.exact.get("check")
        cells = tuple(self.cells.get(column, "") for column in _CHECK)
        if isinstance(kept, list) and len(kept) == 3 and _are_texts(kept[2]) and check_cells(kept) == cells:
            try:
                return CheckBlueprint(*kept)
            except (TypeError, ValueError):
                pass  # written by somebody else: the cells say what there is to say
        forms = read_list(cells[2])
        if not cells[0] and not cells[1]:
            if forms:
                self.fault("check_items", "a check with forms needs check_pass and check_questions, got neither")
            return None
        pass_score = self.converted("check_pass", _pass_score) if cells[0] else 0.8
        questions = self.converted("check_questions", _questions) if cells[1] else 1
        return None if pass_score is None or questions is None else CheckBlueprint(pass_score, questions, forms)


def brief(text: str, longest: int = 80) -> str:
    """Return `text`, its middle left out where it is longer than a message should be."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} ... {text[-half:]}"


def _are_texts(given: object) -> TypeGuard[list[str]]:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _are_levels(given: object) -> TypeGuard[list[list[str]]]:
    return isinstance(given, list) and all(_are_texts(pair) and len(pair) == 2 and pair[0] for pair in given)


def _pass_score(cell: str) -> float:
    wanted = f"a score above 0 and up to 1 was wanted, 0.8 say, got {brief(cell)!r}"
    try:
        score = float(cell.replace(",", ".", 1))  # as spreadsheets write it where the comma is the decimal mark
    except ValueError:
        raise ValueError(wanted) from None
    if not 0 < score <= 1:
        raise ValueError(wanted)
    return score


def _questions(cell: str) -> int:
    try:
        count = int(cell)
    except ValueError:
        count = 0
    if count < 1:
        raise ValueError(f"a whole number from 1 was wanted, got {brief(cell)!r}")
    return count


def _kind(cell: str) -> Kind:
    try:
        return Kind(cell.casefold())
    except ValueError:
        kinds = [kind.value for kind in Kind]
        raise ValueError(
            f"one of {', '.join(kinds)} was wanted, got {brief(cell)!r}{near_miss(cell.casefold(), kinds)}"
        ) from None
