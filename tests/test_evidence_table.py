"""Evidence tables: read as they are meant, or refused with every place."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencies import Competency, Framework
from mastery import Evidence, ImportFault, Outcome, Purpose, read_evidence
from mastery.evidence_table import _csv_rows, _Reader

FRAMEWORK = Framework(
    "small", [Competency("id-a", "A"), Competency("g"), Competency("g1")], requires={"g": "A"}, part_of={"g1": "g"}
)
HEADER = ["learner", "competency", "score", "points", "maximum", "observed_at", "purpose", "outcome", "context", "key"]
steadily = settings(derandomize=True, deadline=None, max_examples=400)

cells = st.fixed_dictionaries(
    {
        "learner": st.sampled_from(["ana", " ana ", "", "bo"]),
        "competency": st.sampled_from(["A", "id-a", " A", "g1", "g", "AA", ""]),
        "score": st.sampled_from(["0.5", "1", "", "7", "nan", "x", " .25 "]),
        "points": st.sampled_from(["", "", "3"]),
        "maximum": st.sampled_from(["", "", "4", "0"]),
        "observed_at": st.sampled_from(
            ["2026-03-02T10:00:00Z", "2026-03-02T10:00:00+01:00", "2026-03-02 10:00Z ", "2026-03-02", "monday"]
        ),
        "purpose": st.sampled_from(["", "check", "Check", "quiz"]),
        "outcome": st.sampled_from(["", "", "missed", "scored"]),
        "context": st.sampled_from(["", "novel", "new"]),
        "key": st.sampled_from(["", "k1", "k2"]),
    }
)
tables = st.lists(cells, max_size=4)


def lines(rows: list[dict[str, str]], columns: list[str] | None = None) -> list[str]:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or HEADER, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().splitlines(keepends=True)


def attempt(given_lines: list[str], *, json_lines: bool = False) -> tuple[list[Evidence], tuple[str, ...]]:
    try:
        return read_evidence(given_lines, FRAMEWORK, json_lines=json_lines), ()
    except ImportFault as fault:
        return [], fault.faults


@steadily
@given(tables)
def test_plain_rows_are_read_as_with_every_care(rows: list[dict[str, str]]) -> None:
    """The quick way through plain rows finds the same evidence and the same faults as the careful one."""
    quick, careful = _Reader(FRAMEWORK), _Reader(FRAMEWORK)
    quick.take_all(_csv_rows(lines(rows), quick))
    for line, row in _csv_rows(lines(rows), careful):
        careful.take(line, row)

    assert (quick.found, quick.faults) == (careful.found, careful.faults)


@steadily
@given(tables)
def test_a_table_is_whole_or_refused(rows: list[dict[str, str]]) -> None:
    """Each row becomes one piece of evidence, or the table is refused with at least one place; never anything else."""
    found, faults = attempt(lines(rows))

    assert len(found) == (0 if faults else len(rows))
    assert all("line " in fault for fault in faults)
    assert {piece.competency for piece in found} <= {"id-a", "g1"}


@steadily
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")), st.booleans())
def test_garbage_is_refused_and_never_breaks(text: str, json_lines: bool) -> None:
    """Whatever the lines hold, reading them gives evidence or an ImportFault."""
    found, faults = attempt(text.splitlines(keepends=True), json_lines=json_lines)

    assert not (found and faults)


def test_rows_without_a_key_are_told_apart_by_their_number_among_equals() -> None:
    """Two equal rows are two pieces; the same file read again gives the same keys, in whatever order its rows come."""
    row = {"learner": "ana", "competency": "A", "score": "0.5", "observed_at": "2026-03-02T10:00:00Z"}
    other = {**row, "score": "0.6"}
    first, second = (
        read_evidence(lines([row, other, row]), FRAMEWORK),
        read_evidence(lines([row, row, other]), FRAMEWORK),
    )

    assert len({piece.key for piece in first}) == 3
    assert {piece.key for piece in first} == {piece.key for piece in second}


def test_points_and_maximum_stand_in_for_the_score() -> None:
    """Three of four points are .75; a missed piece has neither and no score."""
    rows = [
        {
            "learner": "ana",
            "competency": "A",
            "points": "3",
            "maximum": "4",
            "observed_at": "2026-03-02T10:00:00+02:00",
        },
        {
            "learner": "ana",
            "competency": "A",
            "observed_at": "2026-03-02T10:00:00Z",
            "outcome": "missed",
            "purpose": "CHECK",
        },
    ]
    scored, missed = read_evidence(lines(rows), FRAMEWORK)

    assert scored.score == 0.75
    assert scored.observed_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (missed.score, missed.outcome, missed.purpose) == (None, Outcome.MISSED, Purpose.CHECK)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "these columns are missing: learner"),
        ("learner,competency,score\n", "missing: observed_at"),
        ("learner,competency,observed_at\n", "missing: score (or points and maximum)"),
        ("learner,competency,scroe,observed_at\n", "did you mean score"),
        ("learner,learner,competency,score,observed_at\n", "column learner: this column is there twice"),
        ("learner,competency,score,observed_at\nana,A,1\n", "line 2: 4 cells were wanted, got 3"),
        ("learner,competency,score,observed_at\nana,AA,1,2026-03-02T10:00Z\n", "line 2, column competency"),
        ('learner,competency,score,observed_at\nana,"A,1,2026-03-02T10:00Z\n', "not CSV"),
    ],
)
def test_faults_name_line_and_column(text: str, says: str) -> None:
    """A table that cannot be read says where and what was wanted."""
    with pytest.raises(ImportFault) as fault:
        read_evidence(text.splitlines(keepends=True), FRAMEWORK)
    assert says in str(fault.value)


def test_many_faults_are_told_and_the_rest_counted() -> None:
    """The first fifty faults are told, and how many more there are."""
    rows = [{"learner": "ana", "competency": "A", "score": "7", "observed_at": "2026-03-02T10:00Z"}] * 60
    with pytest.raises(ImportFault, match="60 faults") as fault:
        read_evidence(lines(rows), FRAMEWORK)

    assert fault.value.faults[-1] == "and 10 more"


def test_excels_byte_order_mark_and_blank_lines_are_passed_over() -> None:
    """A byte order mark before the header and empty lines between rows are no faults."""
    text = "\ufefflearner,competency,score,observed_at\n\nana,A,1,2026-03-02T10:00Z\n,,,\n"

    assert [piece.learner for piece in read_evidence(text.splitlines(keepends=True), FRAMEWORK)] == ["ana"]


def test_the_stamp_is_put_on_every_piece() -> None:
    """`recorded_at` is given to each piece and is no part of its content."""
    row = {"learner": "ana", "competency": "A", "score": "0.5", "observed_at": "2026-03-02T10:00:00Z", "key": "k"}
    stamp = datetime(2026, 3, 3, tzinfo=UTC)
    [piece] = read_evidence(lines([row]), FRAMEWORK, recorded_at=stamp)

    assert piece == Evidence("ana", "id-a", 0.5, datetime(2026, 3, 2, 10, tzinfo=UTC), key="k")
    assert piece.recorded_at == stamp
