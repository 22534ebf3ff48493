"""The conference sheet as a teacher types it: Markdown, a page, JSON, and every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading_pages import read_page
from typing_commands import Run, fits

FRIDAY = ("--as-of", "2026-03-06")


def test_the_sheet_of_a_learner(school: Run, tmp_path: Path) -> None:
    """Markdown is what is printed, asked for or not; the page is written whole; both name the learner and the time."""
    code, told, errors = school("report", "ana", "--goal", "PR7.2", *FRIDAY)
    assert (code, errors) == (0, "")
    assert told.startswith("# Conference sheet: ana\n\nAs of 2026-03-06 23:59 UTC.")
    assert "## What comes next" in told
    assert school("report", "ana", "--goal", "PR7.2", "--markdown", *FRIDAY)[1] == told
    assert school("report", "ana", "--html", "ana.html", *FRIDAY)[:2] == (0, "Wrote ana.html.\n")
    assert "Conference sheet: ana" in read_page((tmp_path / "ana.html").read_text("utf-8")).said()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ana.html", "mastery.db"]


def test_the_sheet_in_json_fits_its_schema(school: Run) -> None:
    """The JSON has its shape, decisions in force among it, and looks at the day that is asked for."""
    school(
        "decide", "ana", "FR3.2", "hold", "--by", "the teacher", "--why", "talk first", "--until", "2090-01-01T00:00Z"
    )
    told = fits(school("report", "ana", "--json")[1], "report")
    assert [(one["kind"], one["on"], one["until"]) for one in told["decisions"]] == [
        ("hold", ["FR3.2"], "2090-01-01T00:00:00Z")
    ]
    before = fits(school("report", "ana", "--as-of", "2026-03-01", "--json")[1], "report")
    assert (before["summary"]["met"], before["decisions"], len(before["unknown"])) == (0, [], 1)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ana", "--goal", "PR72"), 1, "did you mean PR7.2"),
        (("ana", "--html", "nowhere/ana.html"), 1, "error: nowhere/ana.html cannot be written"),
        (("ana", "--html", "a.html", "--json"), 2, "one of these at most was wanted: --json, --html, --markdown"),
        (("ana", "--weeks", "0"), 2, "--weeks"),
        ((), 2, "LEARNER"),
    ],
)
def test_what_cannot_be_reported_is_refused(school: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    """A refusal has its exit code, says what was wrong, and prints no sheet."""
    left, out, errors = school("report", *arguments)
    assert (left, out, says in errors) == (code, "", True), errors


def test_the_sheet_of_a_stranger_says_so(school: Run) -> None:
    """Of a learner who is not known it is said so with the near miss, and the sheet says what an empty record means."""
    code, out, errors = school("report", "anna", *FRIDAY)
    assert code == 0
    assert errors.startswith("Nothing is recorded of anna yet. Did you mean ana")
    assert "an empty record says nothing of what they know" in out
