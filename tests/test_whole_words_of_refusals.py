"""What facts, policies and models say when they are refused, word for word: what was wanted, what came, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from math import inf
from typing import Any

import pytest
from test_facts_and_policy import WHEN, award, decision, evidence

from mastery import MasteryError
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.facts import Basis, Outcome, utc
from mastery.history import history
from mastery.models import BKT, MOfN, Points, Sums
from mastery.retention import Retention

NAIVE = datetime(2026, 3, 2, 8)
Refused = list[tuple[Callable[[], object], str]]


def told(call: Callable[[], object]) -> str:
    """Return the whole text of the error that a call ends in."""
    with pytest.raises((MasteryError, ValueError)) as refused:
        call()
    return str(refused.value)


OF_EVIDENCE: list[tuple[dict[str, Any], str]] = [
    ({"score": None}, "score: a number from 0 to 1 was wanted, got None"),
    ({"score": -0.5}, "score: a number from 0 to 1 was wanted, got -0.5"),
    ({"score": True}, "score: a number from 0 to 1 was wanted, got True"),
    (
        {"score": 7},
        "score: a number from 0 to 1 was wanted, got 7: divide the points by the most that can be had",
    ),
    (
        {"score": 0, "outcome": Outcome.MISSED},
        "score: none was wanted for a piece that is missed, got 0",
    ),
    ({"learner": ""}, "learner: a text that is not empty was wanted, got ''"),
    ({"competency": 7}, "competency: a text that is not empty was wanted, got 7"),
    (
        {"purpose": "exam"},
        "purpose: one of formative, interim, summative, diagnostic, check, self was wanted, got 'exam'",
    ),
    ({"context": "odd"}, "context: one of familiar, novel was wanted, got 'odd'"),
    ({"outcome": "lost"}, "outcome: one of scored, missed, excused was wanted, got 'lost'"),
    ({"observed_at": "today"}, "observed_at: a datetime with an offset from UTC was wanted, got 'today'"),
    ({"recorded_at": "today"}, "recorded_at: a datetime with an offset from UTC was wanted, got 'today'"),
    (
        {"observed_at": NAIVE},
        "observed_at: a time with an offset from UTC was wanted, got 2026-03-02T08:00:00 without one: add it, as "
        "+01:00 or Z",
    ),
    (
        {"observed_at": datetime(9000, 1, 1, tzinfo=UTC)},
        "observed_at: a time from the year 1 to 9000 was wanted, got 9000-01-01T00:00:00+00:00",
    ),
    (
        {"observed_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))},
        "observed_at: a time from the year 1 to 9000 was wanted, got 0001-01-01T00:00:00+01:00",
    ),
]

OF_DECISIONS: list[tuple[dict[str, Any], str]] = [
    (
        {"why": " "},
        "why: a text that is not empty was wanted, got '': give the reason, which is shown with the decision",
    ),
    ({"by": ""}, "by: a text that is not empty was wanted, got '': say who decides"),
    ({"learner": None}, "learner: a text that is not empty was wanted, got None"),
    (
        {"kind": "forgive"},
        "kind: one of grant, waive, revoke, unlock, hold, pause, pin, excuse, void was wanted, got 'forgive'",
    ),
    ({"competency": ""}, "competency: a competency was wanted for a decision to grant, got nothing"),
    ({"of": "k"}, "of: nothing was wanted for a decision to grant, got 'k'"),
    ({"kind": "void", "competency": ""}, "of: the key of a fact was wanted for a decision to void, got nothing"),
    ({"kind": "excuse", "of": "k"}, "competency: nothing was wanted for a decision to excuse, got 'a'"),
    (
        {"until": WHEN},
        "until: only hold, pause, pin, unlock may end; none was wanted, got 2026-03-02 08:00:00+00:00",
    ),
    (
        {"kind": "hold", "until": WHEN - timedelta(hours=1)},
        "until: a time not before 2026-03-02 08:00:00+00:00 was wanted, got 2026-03-02 07:00:00+00:00",
    ),
    (
        {"basis": Basis.INFERRED},
        "basis: only a waive may have one, which is inferred; got inferred for grant",
    ),
    (
        {"basis": "hoped"},
        "basis: one of demonstrated, granted, waived, inferred, kept was wanted, got 'hoped'",
    ),
    ({"recorded_at": 5}, "recorded_at: a datetime with an offset from UTC was wanted, got 5"),
]


@pytest.mark.parametrize(("fields", "fault"), OF_EVIDENCE)
def test_evidence_that_cannot_be_used_says_so(fields: dict[str, Any], fault: str) -> None:
    """One fault of evidence is told after what it is a fault of, in one line."""
    assert told(lambda: evidence(**fields)) == f"This evidence cannot be used: {fault}"


@pytest.mark.parametrize(("fields", "fault"), OF_DECISIONS)
def test_a_decision_that_cannot_be_used_says_so(fields: dict[str, Any], fault: str) -> None:
    """One fault of a decision is told after what it is a fault of, in one line."""
    assert told(lambda: decision(**fields)) == f"This decision cannot be used: {fault}"


SETTINGS: list[tuple[Callable[[], object], str]] = [
    (lambda: Criteria(0), "mastered_at: a number from 1e-06 to 1 was wanted, got 0.0"),
    (lambda: Criteria(1.5), "mastered_at: a number from 1e-06 to 1 was wanted, got 1.5"),
    (lambda: Criteria(True), "mastered_at: a number from 1e-06 to 1 was wanted, got True"),
    (lambda: Criteria(pieces=0), "pieces: a whole number from 1 was wanted, got 0"),
    (lambda: Criteria(pieces=2_000_000), "pieces: a whole number from 1 was wanted, got 2000000"),
    (lambda: Criteria(novel=-1), "novel: a whole number from 0 was wanted, got -1"),
    (lambda: Criteria(occasions=1.5), "occasions: a whole number from 1 was wanted, got 1.5"),  # type: ignore[arg-type]
    (
        lambda: Criteria(counts={"exam", "check"} - {"check"}),  # type: ignore[arg-type]
        "counts: one of formative, interim, summative, diagnostic, check, self was wanted, got 'exam'",
    ),
    (lambda: CheckRule(wait_days=-1), "wait_days: a number from 0 to 3650 was wanted, got -1.0"),
    (lambda: CheckRule(wait_days=10**400), "wait_days: a number from 0 to 3650 was wanted, got inf"),
    (lambda: CheckRule(cap=0), "cap: a whole number from 1 was wanted, got 0"),
    (lambda: CheckRule(relearning=2), "relearning: a number from 0 to 1 was wanted, got 2.0"),
    (lambda: CheckRule(pass_score=0), "pass_score: a number from 1e-06 to 1 was wanted, got 0.0"),
    (lambda: Retention(inf), "due_after_days: a number from 1e-06 to 36500 was wanted, got inf"),
    (lambda: Retention(lapse="kep"), "lapse: one of keep, warn, lock was wanted, got 'kep'; did you mean keep?"),  # type: ignore[arg-type]
    (lambda: Sums(k=-1), "k: a number from 0 to 1e+06 was wanted, got -1.0"),
    (lambda: Sums(half_life_days=0), "half_life_days: a number from 0.01 to 1e+06 was wanted, got 0.0"),
    (lambda: MOfN(3, 2), "m: at most n was wanted, got 3 of 2"),
    (lambda: Points(right=3), "in_a_row: at least right (3) was wanted, got 2"),
    (lambda: Points(start=6), "start: at most target (5) was wanted, got 6"),
    (lambda: BKT(prior=0.2, floor=0.5), "floor: at most prior (0.2) was wanted, got 0.5"),
    (
        lambda: BKT(guess=0.5, slip=0.5),
        "guess + slip: at most 0.999 was wanted, got 1: a better answer could lower the estimate, or would tell "
        "nothing",
    ),
    (
        lambda: BKT(learn=0.75, forget=0.5),
        "learn + forget: at most 1 was wanted, got 1.25: a better answer could lower the estimate, or would tell "
        "nothing",
    ),
]


@pytest.mark.parametrize(("call", "text"), SETTINGS)
def test_a_setting_that_cannot_be_says_its_name_and_range(call: Callable[[], object], text: str) -> None:
    """A number out of its range, or a word that is none of the known ones, is named with what was wanted."""
    assert told(call) == text


MANY: Refused = [
    (
        lambda: evidence(learner="", score=7),
        "This evidence cannot be used: \n"
        "  - learner: a text that is not empty was wanted, got ''\n"
        "  - score: a number from 0 to 1 was wanted, got 7: divide the points by the most that can be had",
    ),
    (lambda: award(learner=""), "This award cannot be used: learner: a text that is not empty was wanted, got ''"),
    (
        lambda: award(competency="", earned_at=5, recorded_at=6),
        "This award cannot be used: \n"
        "  - earned_at: a datetime with an offset from UTC was wanted, got 5\n"
        "  - recorded_at: a datetime with an offset from UTC was wanted, got 6\n"
        "  - competency: a text that is not empty was wanted, got ''",
    ),
    (
        lambda: utc("now", "at"),  # type: ignore[arg-type]
        "This time cannot be used: at: a datetime with an offset from UTC was wanted, got 'now'",
    ),
    (
        lambda: history("ana", [], [], WHEN, WHEN - timedelta(days=1)),
        "These times cannot be used: until: a time not before 2026-03-02T08:00:00+00:00 was wanted, got "
        "2026-03-01T08:00:00+00:00: begin earlier",
    ),
    (
        lambda: history("ana", [], [], NAIVE, WHEN),
        "This time cannot be used: since: a time with an offset from UTC was wanted, got 2026-03-02T08:00:00 without "
        "one: add it, as +01:00 or Z",
    ),
    (
        lambda: history("ana", [], [], WHEN, NAIVE),
        "This time cannot be used: until: a time with an offset from UTC was wanted, got 2026-03-02T08:00:00 without "
        "one: add it, as +01:00 or Z",
    ),
]


@pytest.mark.parametrize(("call", "text"), MANY)
def test_several_faults_come_one_a_line(call: Callable[[], object], text: str) -> None:
    """One fault follows on the same line; several come below each other, in the order of the fields."""
    assert told(call) == text
