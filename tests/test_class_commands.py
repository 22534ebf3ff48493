"""The questions about a class as a teacher types them: words, JSON, CSV, whom they are about, and every refusal."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typing_commands import ROOT, Run, fits, lines
from worlds import Tally
from worlds_classes import classes

import mastery
from mastery import Action, CauseKind, ChangeKind, Decision, DecisionKind, Status
from mastery.classroom import (
    Distance,
    Pattern,
    blockers,
    changes_of_class,
    conference_sheet,
    effects_of_changes,
    overview,
    who_is_ready,
    who_is_stuck,
)
from mastery.what_if import what_if

MONDAY = "2026-03-16T08:00"
AT = datetime(2026, 3, 16, 8, tzinfo=UTC)


ON = ("--as-of", MONDAY)


# Questions about the demonstration class, with their known answers, through the library and the commands.


def test_questions_have_their_known_answers(monday: Run) -> None:
    """Each question is one command, and its answer names what is so in the class."""
    asked = {
        ("next", "olive", "-n", "1"): "1. repair WN4.2",
        ("why", "holly", "RA6.11"): "holly, as of 2026-03-16 08:00 UTC [locked]",
        ("ready", "RA6.3"): "holly and rowan: First WN3.2 and then RA6.1.",
        ("stuck",): "ash, WN3.1: Not met after 45 scored pieces.",
        ("blockers",): "1. FR3.4: frees 18",
        ("changes", "--since", "2026-03-13"): "By work: 9 met, 20 unlocked",
        ("changes", "olive", "--since", "2026-03-13"): "WN4.2 was met, fresh, now met, lapsed",
        ("ready", "RA6.3", "--learner", "holly", "--learner", "oak"): "Start it now.",
        ("show", "willow"): "willow: 13 of 63 competencies met",
        ("what-if-class", "--waive", "FR3.4", "--learner", "oak"): "- oak: credit for FR3.4; can begin FR4.3",
        ("map", "--only", "RA6.3", "--only", "WN4.2", "--learner", "olive"): "olive    =l     | ==",
        ("report", "olive"): "1. **WN4.2** (repair)",
    }
    for question, answer in asked.items():
        assert any(answer in line for line in lines(monday(*question, *ON))), question


def test_the_library_gives_the_same_answers(made: bytes, tmp_path: Path) -> None:
    """What the commands say is what the functions return for the same class at the same time."""
    (tmp_path / "mastery.db").write_bytes(made)
    with mastery.open(tmp_path / "mastery.db") as engine:
        room = engine.classroom(at=AT)
        assert {d: len(who_is_ready(room, "RA6.3").at(d)) for d in (Distance.READY, Distance.ONE_AWAY)} == {
            Distance.READY: 12,
            Distance.ONE_AWAY: 3,
        }
        assert {(flag.learner, flag.pattern) for flag in who_is_stuck(room).flags} == {
            ("hazel", Pattern.WAITING_ON_ADULT),
            ("ash", Pattern.WHEEL_SPINNING),
            ("willow", Pattern.NO_ACTIVITY),
        }
        assert [(one.code, len(one.frees)) for one in blockers(room, limit=3).blockers] == [
            ("FR3.4", 18),
            ("FO4.1", 17),
            ("FR5.1", 11),
        ]
        (row,) = (row for row in overview(room, ["RA6.3", "WN4.2"]).rows if row.learner == "olive")
        assert [cell.text for cell in row.cells] == ["met lapsed", "met"]
        (first,) = engine.next_steps("olive", limit=1, at=AT)
        assert (first.code, first.action) == ("WN4.2", Action.REPAIR)
        assert engine.why("holly", "RA6.11", at=AT).status is Status.LOCKED
        assert conference_sheet(engine.progress("olive", at=AT), learner="olive").steps[0].name == "WN4.2"
        since = datetime(2026, 3, 13, tzinfo=UTC)
        assert changes_of_class(engine.changes(since=since, until=AT)).counts[CauseKind.LEARNER, ChangeKind.MET] == 9
        assert len(engine.progress("willow", at=AT).credits) == 13
        waived = Decision(learner="oak", competency="FR3.4", observed_at=AT, key="waived", **WAIVED)
        (effect,) = effects_of_changes(room, engine.what_if("oak", waived, at=AT)).effects
        assert (effect.gained, effect.opened) == (("FR3.4",), ("FR4.3",))


# Shapes, and whom they are about.


@pytest.mark.parametrize(
    ("question", "schema"),
    [
        (("ready", "RA6.3"), "ready"),
        (("ready", "RA6.3", "--learner", "nobody"), "ready"),
        (("stuck",), "stuck"),
        (("blockers", "-n", "99"), "blockers"),
        (("what-if-class", "--waive", "FR3.4"), "what-if-class"),
        (("what-if-class", "--policy", "canvas-latest"), "what-if-class"),
    ],
)
def test_answers_in_json_fit_their_schemas(monday: Run, question: tuple[str, ...], schema: str) -> None:
    """The JSON of each answer about a class is as docs/schemas has it."""
    code, out, _ = monday(*question, "--json")
    assert code == 0
    fits(out, schema)


@pytest.mark.parametrize(
    "question",
    [
        ("ready", "RA6.3"),
        ("stuck",),
        ("blockers",),
        ("changes", "--since", "2026-03-13"),
        ("what-if-class", "--waive", "FR3.4"),
    ],
)
def test_answers_as_tables_have_a_header_and_whole_rows(monday: Run, question: tuple[str, ...]) -> None:
    """The CSV of each answer has one header, and every row has as many cells as that."""
    code, out, _ = monday(*question, "--csv")
    assert code == 0
    header, *rows = list(csv.reader(io.StringIO(out)))
    assert rows or question[0] == "changes"
    assert {len(row) for row in rows} <= {len(header)}


def test_another_framework_is_looked_at_as_it_would_be_published(typed: Run) -> None:
    """What was succeeded before stays succeeded: the edition in force once more touches nobody."""
    first, second, crosswalk = (str(ROOT / "examples" / f"ratios{end}.csv") for end in ("", "-2", "-crosswalk"))
    assert typed("init", "--framework", first)[0] == 0
    assert typed("decide", "ana", "R4", "grant", "--by", "the teacher", "--why", "seen")[0] == 0
    assert typed("publish", "framework", second, "--crosswalk", crosswalk)[0] == 0
    assert "R4a          fresh; granted" in typed("show", "ana")[1]
    told = fits(typed("what-if-class", "--framework", second, "--json")[1], "what-if-class")
    assert (told["learners"], told["answer"]) == (1, [])


def test_a_class_can_be_named_by_a_file(monday: Run, tmp_path: Path) -> None:
    """A file with a learner a line names the class, together with the learners who are named beside it."""
    (tmp_path / "p3.txt").write_text("\ufeffoak\n\n  elm \n", "utf-8")
    told = fits(monday("ready", "RA6.3", "--class", "p3.txt", "--learner", "fir", "--json")[1], "ready")
    assert sorted(one["learner"] for one in told["answer"]) == ["elm", "fir", "oak"]


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [
        (("ready", "RA63"), 1, "did you mean RA6.3?"),
        (("ready", "RA6.3", "--class", "none.txt"), 2, "none.txt"),
        (("ready", "RA6.3", "--class", "empty.txt"), 2, "names no learner"),
        (("ready", "RA6.3", "--class", "bytes.txt"), 2, "a text file with a learner a line was wanted"),
        (("stuck", "--days", "0"), 2, "--days"),
        (("changes", "oak", "--learner", "elm"), 2, "not both"),
        (("what-if-class",), 2, "one of the two"),
        (("what-if-class", "--waive", "FR3.4", "--policy", "canvas-latest"), 2, "one of the two"),
        (("what-if-class", "--waive", "FR34"), 1, "FR3.4"),
        (("what-if-class", "--accept", "none.csv"), 1, "none.csv"),
        (("what-if-class", "--accept", "bad.csv"), 1, "line 2"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    monday: Run, tmp_path: Path, question: tuple[str, ...], code: int, said: str
) -> None:
    """A refusal leaves with its exit code and says what was wrong."""
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "bad.csv").write_text("learner,competency,score,observed_at\noak,FR3.4,two,2026-03-16T09:00Z\n")
    left, _, errors = monday(*question)
    assert (left, said in errors) == (code, True), errors


def test_a_stranger_is_told_with_the_near_miss(monday: Run) -> None:
    """Of a learner who is not known it is said so, and the class is answered all the same."""
    code, out, errors = monday("ready", "RA6.3", "--learner", "oaks", "--learner", "oak")
    assert code == 0
    assert errors.startswith("Nothing is recorded of oaks yet. Did you mean oak?")
    assert "Nothing is recorded of oaks: an empty record says nothing of what they know." in out


def test_pieces_in_a_file_are_imagined_and_not_recorded(monday: Run, tmp_path: Path) -> None:
    """Accepting a table shows whom it would move; nothing of it is in the file afterwards, and others are left out."""
    rows = [f"larch,RA6.3,1,2026-03-16T09:0{n}Z,check" for n in (1,)] + ["oak,FR3.4,0.9,2026-03-16T09:00Z,formative"]
    (tmp_path / "work.csv").write_text("\n".join(["learner,competency,score,observed_at,purpose", *rows, ""]))
    before = (tmp_path / "mastery.db").read_bytes()
    told = fits(monday("what-if-class", "--accept", "work.csv", "--json")[1], "what-if-class")
    assert [(one["learner"], one["gained"]) for one in told["answer"]] == [("larch", ["RA6.3"])]
    assert (
        fits(monday("what-if-class", "--accept", "work.csv", "--learner", "oak", "--json")[1], "what-if-class")[
            "answer"
        ]
        == []
    )
    assert (tmp_path / "mastery.db").read_bytes() == before


# Effects and causes.


WAIVED: dict[str, Any] = {"kind": DecisionKind.WAIVE, "by": "the teacher", "why": "seen"}


def test_effects_are_the_changes_of_each_learner() -> None:
    """For a decision about everybody: what each learner's own what-if says, by kind, and nobody else."""
    tally = Tally()
    for room, worlds in classes("effects", 60):
        leaf = room.framework.leaves[0].identifier
        changes = []
        for learner, progress in room:
            waive = Decision(learner=learner, competency=leaf, **WAIVED, observed_at=room.at, key="waive")
            changes += what_if(progress, [waive])
        found = {one.learner: one for one in effects_of_changes(room, changes).effects}
        for learner in worlds:
            theirs = [change for change in changes if change.learner == learner]
            gained = [c.code or c.competency for c in theirs if c.kind is ChangeKind.MET]
            opened = [c.code or c.competency for c in theirs if c.kind is ChangeKind.UNLOCKED]
            tally.case("effects", gained=gained, opened=opened)
            told = found.get(learner)
            assert ([*told.gained], [*told.opened]) == (gained, opened) if told else not gained + opened
    tally.demand("effects", gained=0.2, opened=0.05)


def test_changes_are_counted_by_cause(made: bytes, tmp_path: Path) -> None:
    """Every change of the class is counted once, under the cause that it has."""
    (tmp_path / "mastery.db").write_bytes(made)
    with mastery.open(tmp_path / "mastery.db") as engine:
        found = changes_of_class(engine.changes(since=datetime(2026, 3, 9, tzinfo=UTC), until=AT))
    assert sum(found.counts.values()) == len(found.changes) == len(found.table().rows)
    for (cause, kind), count in found.counts.items():
        assert count == sum(c.kind is kind and c.cause is not None and c.cause.kind is cause for c in found.changes)


def test_what_if_looks_at_the_day_that_is_asked_for(monday: Run) -> None:
    """Pieces, decisions and other rules are imagined as of that day, when other learners stood elsewhere."""
    then = ("--as-of", "2026-03-02")
    waived = ("what-if-class", "--waive", "FR3.4", "--learner", "holly", "--learner", "oak")
    assert "   - holly and oak: credit for FR3.4" in lines(monday(*waived, *then))
    assert "   - oak: credit for FR3.4; can begin FR4.3" in lines(monday(*waived, *ON))
    lax = ("what-if-class", "--policy", "canvas-latest", "--learner", "holly", "--json")
    answers = [fits(monday(*lax, *day)[1], "what-if-class")["answer"] for day in (then, ON)]
    assert answers[0] != answers[1]
