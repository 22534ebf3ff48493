"""Real tables, harmed at random: read or refused by an error of ours, and nothing in them is lost without a word."""

import csv
import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real import wanted
from worlds import BRIEF, cases

from competencies import CompetenciesError, Draft, FormatError
from competencies.formats import table

CONCEPTS = {"columns": {"ConceptID": "identifier", "ConceptLabel": "statement", "Dependencies": "requires"}}
FILES: dict[str, dict[str, Any]] = {
    "dmccreary/algebra-1.csv": {**CONCEPTS, "separator": "|"},
    "dmccreary/pre-calc.csv": {**CONCEPTS, "separator": "|"},
    "metacademy/edges.csv": {"edges": ("from", "to")},
    "khan/edges.csv": {"edges": ("from", "to")},
    "khan/exercises.csv": {
        "columns": {"id": "identifier", "title": "statement", "prerequisites": "requires"},
        "separator": "|",
    },
    "junyi/junyi_Exercise_table.csv": {
        "columns": {"name": "identifier", "pretty_display_name": "statement", "prerequisites": "requires"},
        "separator": ",",
    },
}
scraps = st.sampled_from(
    ["", ",", ";", '"', '""', "\n", "\r\n", "\t", "|", "=1+1", "\ufeff", "\x00", "\u2028", "é", "x", "1"]
)
edits = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 30), scraps), min_size=1, max_size=3)


def harmed(text: str, changes: list[tuple[float, int, str]]) -> str:
    """Put a scrap in the place of some characters, near one of the table's first lines or anywhere."""
    for place, length, scrap in changes:
        at = int(place * len(text))
        text = text[:at] + scrap + text[at + length :]
    return text


def named(text: str, options: dict[str, Any]) -> set[str]:
    """The names in the first column of the table's names, as Python's csv module reads them."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    wanted_name = options["edges"][0] if "edges" in options else next(iter(options["columns"]))
    header = [cell.strip().casefold() for cell in rows[0]]
    column = header.index(wanted_name.casefold())
    return {row[column].strip() for row in rows[1:] if len(row) == len(header) and row[column].strip()}


def attempt(text: str, options: dict[str, Any]) -> Draft | None:
    """The draft, or None where it is refused; anything but an error of ours goes through."""
    with suppress(FormatError):
        found = table.read(text, title="t", **options)
        with suppress(CompetenciesError):
            found.framework()
        return found
    return None


@pytest.mark.parametrize("file", FILES)
def test_a_harmed_table_is_read_or_refused_and_loses_nothing(file: str) -> None:
    """After any few edits a real table is refused by one error of ours, or each name in it is there or is told."""
    text = wanted(f"prereq/{file}").read_text("utf-8-sig")
    options = FILES[file]
    read = 0

    @settings(derandomize=True, deadline=None, max_examples=cases(20), database=None)
    @given(edits)
    def hold(changes: list[tuple[float, int, str]]) -> None:
        nonlocal read
        changed = harmed(text, changes)
        found = attempt(changed, options)
        if found is None:
            return
        read += 1
        try:
            names = named(changed, options)
        except (csv.Error, ValueError, IndexError):
            return  # another table than the csv module sees; ours has read it or told
        here = {c.identifier for c in found.competencies} | {c.code for c in found.competencies}
        assert not names - here or found.findings

    hold()
    assert BRIEF or read >= 5, "too few harmed tables could be read: this would test nothing"
