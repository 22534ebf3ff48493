"""What people get wrong most, at the library's door and on the command line: each message has its four parts.

What was wanted, what came, where, and what to do: in the same words wherever the mishap happens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_commands import Run

import competencies
import mastery
from competencies import UnknownCompetency
from mastery import AdoptionConflict, Decision, DecisionKind, Engine, Evidence, FactError, ImportFault, KeyConflict

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAIVE = datetime(2026, 3, 2, 9)
Call = Callable[[Engine], object]


def piece(competency: str = "FR3.1", score: float = 0.9, **more: object) -> Evidence:
    return Evidence("ana", competency, score, more.pop("when", T0), **more)  # type: ignore[arg-type]


def decided(kind: DecisionKind, **more: object) -> Decision:
    made = {"learner": "ana", "kind": kind, "by": "ms-r", "why": "seen", "observed_at": T0, **more}
    return Decision(**made)  # type: ignore[arg-type]


def table(row: str) -> Call:
    return lambda engine: engine.import_table(["learner,competency,score,observed_at,key\n", row])


# Each mishap: what it is, the parts of its message, and where it happens: in the library (a call and its error), on the
# command line (words and exit code).
MISHAPS: list[tuple[str, tuple[str, ...], list[tuple[Call, type[Exception]]], list[tuple[tuple[str, ...], int]]]] = [
    (
        "a score of 7",
        ("score", "a number from 0 to 1 was wanted", "got 7", "divide the points"),
        [
            (lambda engine: engine.record(piece(score=7)), FactError),
            (lambda engine: engine.what_if("ana", piece(score=7)), FactError),
            (table("ana,FR3.1,7,2026-03-02T09:00:00Z,k"), ImportFault),
        ],
        [
            (("record", "ana", "FR3.1", "7"), 1),
            (("what-if", "ana", "FR3.1", "7"), 1),
            (("import", "seven.csv"), 1),
        ],
    ),
    (
        "a time that could be anywhere",
        ("observed_at", "a time with an offset from UTC was wanted", "got '?2026-03-02T09:00:00", "Z"),
        [
            (lambda engine: engine.record(piece(when=NAIVE)), FactError),
            (lambda engine: engine.record(decided(DecisionKind.GRANT, competency="a", observed_at=NAIVE)), FactError),
            (table("ana,FR3.1,1,2026-03-02T09:00:00,k"), ImportFault),
        ],
        [(("import", "naive.csv"), 1)],
    ),
    (
        "a key for something else",
        ("'known'", "score was 0.9, now 0.5", "A key names one fact for ever", "give the new fact its own key"),
        [
            (lambda engine: engine.record(piece(score=0.5, key="known", source="command line")), KeyConflict),
            (lambda engine: engine.what_if("ana", piece(score=0.5, key="known", source="command line")), KeyConflict),
        ],
        [
            (("record", "ana", "FR3.1", "0.5", "--key", "known", "--at", "2026-03-02T09:00Z"), 3),
            (("import", "known.csv"), 3),
        ],
    ),
    (
        "a competency that there is not",
        ("'FR3.11'", "the identifier or code", "Fractions to proportional", "did you mean FR3.1"),
        [
            (lambda engine: engine.record(piece("FR3.11")), UnknownCompetency),
            (lambda engine: engine.what_if("ana", piece("FR3.11")), UnknownCompetency),
            (lambda engine: engine.why("ana", "FR3.11"), UnknownCompetency),
            (table("ana,FR3.11,1,2026-03-02T09:00:00Z,k"), ImportFault),
        ],
        [
            (("record", "ana", "FR3.11", "1"), 1),
            (("what-if", "ana", "FR3.11", "1"), 1),
            (("decide", "ana", "FR3.11", "grant", "--by", "x", "--why", "y"), 1),
            (("why", "ana", "FR3.11"), 1),
            (("import", "unknown.csv"), 1),
        ],
    ),
    (
        "evidence for a group",
        ("FOPS is a group", "evidence is for one of its parts", "name it", "FO4.1, FO4.2"),
        [
            (lambda engine: engine.record(piece("FOPS")), FactError),
            (lambda engine: engine.what_if("ana", piece("FOPS")), FactError),
            (table("ana,FOPS,1,2026-03-02T09:00:00Z,k"), ImportFault),
        ],
        [
            (("record", "ana", "FOPS", "1"), 1),
            (("what-if", "ana", "FOPS", "1"), 1),
            (("import", "group.csv"), 1),
        ],
    ),
    (
        "a decision about another learner's fact",
        ("of: a fact of 'ana' was wanted", "'bos' is one of 'bo'", "make the decision one about 'bo'"),
        [
            (lambda engine: engine.record(decided(DecisionKind.VOID, of="bos")), FactError),
            (lambda engine: engine.record(decided(DecisionKind.EXCUSE, of="bos")), FactError),
            (lambda engine: engine.what_if("ana", decided(DecisionKind.VOID, of="bos")), FactError),
        ],
        [],  # a void on the command line is about the learner of its fact
    ),
    (
        "a fact that there is not",
        ("the key of a fact was wanted", "got 'knwn'", "did you mean known"),
        [(lambda engine: engine.fact("knwn"), FactError)],
        [
            (("void", "knwn", "--by", "x", "--why", "y"), 1),
            (("excuse", "knwn", "--by", "x", "--why", "y"), 1),
        ],
    ),
    (
        "a void that is to be voided",
        ("of: 'v' is a void, which cannot be voided", "record again, under a new key"),
        [(lambda engine: engine.record(decided(DecisionKind.VOID, of="v")), FactError)],
        [(("void", "v", "--by", "x", "--why", "y"), 1)],
    ),
    (
        "a decision that is to be excused",
        ("of: a piece of evidence was wanted", "is a decision to", "to take it back, void it"),
        [(lambda engine: engine.record(decided(DecisionKind.EXCUSE, of="granted")), FactError)],
        [(("excuse", "granted", "--by", "x", "--why", "y"), 1)],
    ),
    (
        "a decision without a reason",
        ("why", "a text that is not empty was wanted", "got ''", "give the reason"),
        [
            (lambda _: decided(DecisionKind.GRANT, competency="FR3.1", why=""), FactError),
            (lambda _: decided(DecisionKind.VOID, of="known", why=""), FactError),
        ],
        [
            (("decide", "ana", "FR3.1", "grant", "--by", "x", "--why", ""), 1),
            (("void", "known", "--by", "x", "--why", ""), 1),
        ],
    ),
    (
        "rules that are not those of the database",
        ("lives by another policy", "than the one given", "Engine.adopt|publish"),
        [(lambda engine: Engine(policy=mastery.Policy(choice=3), store=engine._store), AdoptionConflict)],
        [(("init", "--framework", "fractions-to-proportions", "--policy", "other.toml"), 3)],
    ),
]
FILES = {
    "seven.csv": "ana,FR3.1,7,2026-03-02T09:00:00Z,k\n",
    "naive.csv": "ana,FR3.1,1,2026-03-02T09:00:00,k\n",
    "known.csv": "ana,FR3.1,0.5,2026-03-02T09:00:00Z,known\n",
    "unknown.csv": "ana,FR3.11,1,2026-03-02T09:00:00Z,k\n",
    "group.csv": "ana,FOPS,1,2026-03-02T09:00:00Z,k\n",
}


def school(path: Path) -> Engine:
    """Return the engine of a file with a fact of each of two learners, a grant and a void."""
    engine = mastery.open(path, competencies.pack("fractions-to-proportions"), clock=lambda: T0)
    engine.record(
        piece(key="known", source="command line"),
        Evidence("bo", "FR3.1", 0.9, T0, key="bos"),
        decided(DecisionKind.GRANT, competency="FR3.2", key="granted"),
        decided(DecisionKind.VOID, of="nothing yet", key="v"),
    )
    return engine


def says(message: str, parts: tuple[str, ...]) -> None:
    import re

    flat = re.sub(r"\s+", " ", message)
    for part in parts:
        assert re.search(part, flat), f"{part!r} is missing: {flat}"


IN_LIBRARY = [(name, parts, *one) for name, parts, calls, _ in MISHAPS for one in calls]
TYPED = [(name, parts, *one) for name, parts, _, commands in MISHAPS for one in commands]


@pytest.mark.parametrize(("name", "parts", "call", "error"), IN_LIBRARY)
def test_the_library_says_what_was_wanted_what_came_where_and_what_to_do(
    tmp_path: Path, name: str, parts: tuple[str, ...], call: Call, error: type[Exception]
) -> None:
    """A mishap in the library raises one error of ours with all four parts, and records nothing."""
    with school(tmp_path / "s.db") as engine:
        before = engine.position
        with pytest.raises(error) as told:
            call(engine)
        says(str(told.value), parts)
        assert engine.position == before


@pytest.mark.parametrize(("name", "parts", "words", "code"), TYPED)
def test_the_command_line_says_the_same(
    typed: Run, tmp_path: Path, name: str, parts: tuple[str, ...], words: tuple[str, ...], code: int
) -> None:
    """The same mishap as typed is told in the same parts, on standard error, with the exit code of its kind."""
    school(tmp_path / "mastery.db").close()
    (tmp_path / "other.toml").write_text("choice = 3\n")
    for file, row in FILES.items():
        (tmp_path / file).write_text("learner,competency,score,observed_at,key\n" + row)
    got, out, errors = typed(*words)

    assert (got, out) == (code, "")
    says(errors, parts)
    if words[0] == "import" and code == 1:
        assert "line 2, column" in errors
    with mastery.open(tmp_path / "mastery.db") as engine:
        assert engine.position[0] == 4
