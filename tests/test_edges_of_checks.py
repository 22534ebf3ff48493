"""Where checks, revokes and imports turn: one example a rule, each with its whole answer."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from test_edges_of_rules import at, check
from test_engine import CHAIN, EASY, NOW, T0, decision, piece
from test_whole_words_of_refusals import told

from competencies import Competency, Framework
from mastery import (
    Action,
    CheckRule,
    Criteria,
    DecisionKind,
    Engine,
    Evidence,
    MemoryStore,
    Outcome,
    Policy,
    Purpose,
    Retention,
    Status,
    evaluate,
    read_evidence,
    restore,
)
from mastery.store import SQLiteStore, sqlite_schema

DAY = timedelta(days=1)
ONE = Criteria(pieces=1, occasions=1)
NEVER = Retention(None)


def missed(day: float) -> Evidence:
    return Evidence("ana", "a", None, T0 + day * DAY, outcome=Outcome.MISSED, key=f"missed{day}")


@pytest.mark.parametrize("score", [1.5, 2.0, -0.5, 1.0000001])
def test_a_plain_piece_has_a_score_from_0_to_1_too(score: float) -> None:
    """A piece with nothing to be turned into anything is looked at all the same."""
    plain = {"purpose": Purpose.FORMATIVE, "key": "k", "recorded_at": NOW}
    more = ": divide the points by the most that can be had" if score > 1 else ""
    says = f"This evidence cannot be used: score: a number from 0 to 1 was wanted, got {score}{more}"
    assert told(lambda: Evidence("ana", "a", score, T0, **plain)) == says  # type: ignore[arg-type]
    assert Evidence("ana", "a", 0.12345678, T0, **plain).score == 0.123457  # type: ignore[arg-type]


def test_a_passed_check_confirms_credit() -> None:
    """Credit falls due so long after the latest passed check, also one that is below the bar for practice."""
    policy = Policy(criteria=ONE, check=CheckRule(pass_score=0.5, required=False), retention=Retention(10))
    for score, due in ((1.0, 15), (0.5, 15), (0.8, 15)):
        standing = at([piece("a", key="1"), check("a", score, 5, key="2")], 6, policy)
        assert standing.due_at == T0 + due * DAY
    uncounted = Criteria(pieces=1, occasions=1, counts={Purpose.FORMATIVE})
    policy = Policy(criteria=uncounted, check=CheckRule(required=False), retention=Retention(10))
    assert at([piece("a", key="1"), check("a", 1, 5, key="2")], 6, policy).due_at == T0 + 15 * DAY


def test_relearning_is_wanted_after_a_fail() -> None:
    """After a failed check practice at the score asked for opens the retake; lower, earlier or other work does not."""
    policy = Policy(criteria=Criteria(0.5, 1, 1), check=CheckRule(wait_days=0, relearning=0.7), retention=NEVER)
    begun: list[Any] = [piece("a", 0.9, 0, key="1"), check("a", 0.6, 1, key="fail")]
    for more, wants, action in (
        ([], True, Action.CONTINUE),
        ([piece("a", 0.699999, 2, key="low")], True, Action.CONTINUE),
        ([piece("a", 0.9, 2, key="mixed", purpose=Purpose.INTERIM)], True, Action.CONTINUE),
        ([piece("a", 0.7, 1, key="same")], True, Action.CONTINUE),
        ([piece("a", 0.7, 2, key="again")], False, Action.RETAKE),
    ):
        standing = at([*begun, *more], 3, policy)
        assert (standing.status, standing.action, standing.wants_relearning) == (Status.NOT_YET, action, wants)
    early = at([*begun, check("a", 1, 2, key="pass")], 3, policy)
    assert (early.status, early.wants_relearning) == (Status.NOT_YET, True)
    passed = at([*begun, piece("a", 0.7, 2, key="again"), check("a", 1, 3, key="pass")], 3, policy)
    assert (passed.status, passed.wants_relearning) == (Status.MET, False)


def test_what_shows_that_work_has_begun() -> None:
    """A scored piece since the last revoke is work begun, of whatever purpose; what was missed or is older is none."""
    revoke = decision(DecisionKind.REVOKE, "a", 2)
    for facts, status in (
        ([], Status.READY),
        ([missed(0)], Status.READY),
        ([missed(3), revoke], Status.READY),
        ([piece("a", 0.1, 1), revoke], Status.READY),
        ([piece("a", 0.1, 2), revoke], Status.READY),
        ([piece("a", 0.1, 3), revoke], Status.IN_PROGRESS),
        ([piece("a", 0.1, 0, purpose=Purpose.SELF)], Status.IN_PROGRESS),
    ):
        assert at(facts, 4).status is status
    assert at([piece("a", 1, 1, key="1"), revoke, piece("a", 1, 3, key="2")], 4).pieces == 1


def test_a_challenge_is_offered_until_it_is_met() -> None:
    """Where a check may come first it is offered to whoever may begin, and a pass suffices."""
    policy = Policy(criteria=ONE, check=CheckRule(challenge=True), retention=NEVER)
    fresh = at([], 0, policy)
    assert (fresh.status, fresh.may_challenge) == (Status.READY, True)
    assert at([piece("a", 0.1)], 1, policy).may_challenge is True
    met = at([check("a", 1, 0)], 1, policy)
    assert (met.status, met.may_challenge, met.criteria_met) == (Status.MET, False, True)
    locked = evaluate(CHAIN, policy, [], T0).standing("b")
    assert (locked.status, locked.may_challenge) == (Status.LOCKED, False)
    assert at([], 0, Policy(criteria=ONE)).may_challenge is False


def test_a_table_may_name_what_an_edition_has_renamed() -> None:
    """Rows that name a competency as an earlier edition did are taken under that name, row after row."""
    framework = Framework("next", [Competency("new"), Competency("b")], formerly={"old": ("new",)})
    rows = [
        "learner,competency,score,observed_at",
        *(f"ana,{name},1,2026-03-02T10:00Z" for name in ("old", "b", "old")),
    ]
    assert [found.competency for found in read_evidence(rows, framework)] == ["old", "b", "old"]


def test_restoring_tells_how_far_it_is() -> None:
    """Reading comes first, then the facts, with how many there are."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    engine.record(piece("a", key="1"))
    stages: list[tuple[str, int, int]] = []
    assert restore(list(engine.export()), MemoryStore(), watch=lambda *said: stages.append(said)) == 2
    assert stages == [("reading lines", 0, 0), ("recording facts", 0, 2), ("recording facts", 2, 2)]


def test_a_file_that_cannot_be_made_ready_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong while the tables are made is told as it is, and nothing of them stays."""
    path = tmp_path / "new.db"

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("no room for tables")

    monkeypatch.setattr(sqlite_schema.migrations, "apply", fail)
    assert told(lambda: SQLiteStore(path)) == (
        f"The database at {path} cannot be opened: no room for tables. Nothing was changed."
    )
    monkeypatch.undo()
    SQLiteStore(path).close()
