"""What changed, in whole: every field of each kind of change, its cause, and the order in which they are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from test_engine import CHAIN, EASY, NOW, T0, decision, piece
from test_whole_words_of_refusals import told

from competencies import Competency, Framework
from mastery import (
    Cause,
    CauseKind,
    Change,
    ChangeKind,
    CheckRule,
    Criteria,
    DecisionKind,
    Engine,
    MemoryStore,
    Policy,
    Purpose,
    Status,
    changes,
    evaluate,
)
from mastery.awards import awards_due
from mastery.intake import take_in
from mastery.recall import Recall
from mastery.retention import Lapse, Retention
from mastery.watch import unwatched

DAY = timedelta(days=1)
MET, READY, LOCKED, STARTED = Status.MET, Status.READY, Status.LOCKED, Status.IN_PROGRESS
LOCKS = Policy(criteria=EASY.criteria, check=CheckRule(required=False), retention=Retention(10, Lapse.LOCK))


def of(name: str, kind: ChangeKind, before: Status | None, after: Status | None, text: str, **more: Any) -> Change:
    return Change("ana", name, name.upper(), kind, before, after, text, **more)


def between(policy: Policy, before: list[Any], after: list[Any], day: float = 1) -> tuple[Change, ...]:
    """Return what changes where facts are more or others, at a day after the first."""
    at = T0 + day * DAY
    return changes(evaluate(CHAIN, policy, before, at), evaluate(CHAIN, policy, after, at))


WORK, GRANT = piece("a", key="work"), decision(DecisionKind.GRANT, "a", key="grant")
HALF = piece("a", 0.5, key="half")
FAIL = piece("a", 0.1, 1, purpose=Purpose.CHECK, key="fail")
REVOKE = decision(DecisionKind.REVOKE, "a", 1, key="revoke")
KINDS: list[tuple[Policy, list[Any], list[Any], list[Change]]] = [
    (
        EASY,
        [HALF],
        [HALF, GRANT],
        [
            of("a", ChangeKind.MET, STARTED, MET, "A is met"),
            of("b", ChangeKind.UNLOCKED, LOCKED, READY, "B is unlocked: now ready"),
        ],
    ),
    (
        EASY,
        [GRANT],
        [GRANT, REVOKE],
        [
            of("a", ChangeKind.LOST, MET, READY, "A is no longer met: now ready"),
            of("b", ChangeKind.LOCKED, READY, LOCKED, "B is locked"),
        ],
    ),
    (EASY, [WORK], [WORK, piece("a", 0.1, 1, key="later")], []),
    (
        EASY,
        [decision(DecisionKind.PIN, "a", -1)],
        [decision(DecisionKind.PIN, "a", -1), HALF],
        [of("a", ChangeKind.STATUS, READY, STARTED, "A was ready, now in progress")],
    ),
    (
        LOCKS,
        [WORK],
        [WORK, FAIL],
        [
            of("a", ChangeKind.CURRENCY, MET, MET, "A was met, fresh, now met, lapsed"),
            of("b", ChangeKind.LOCKED, READY, LOCKED, "B is locked"),
        ],
    ),
]


@pytest.mark.parametrize(("policy", "before", "after", "wanted"), KINDS)
def test_each_kind_of_change_is_told_in_full(
    policy: Policy, before: list[Any], after: list[Any], wanted: list[Change]
) -> None:
    """Learner, competency, code, kind, both statuses and the text are there, in the order of the framework."""
    assert list(between(policy, before, after)) == wanted


def test_credit_comes_under_question_and_out_of_it() -> None:
    """Credit that the facts no longer earn is questioned, and confirmed by a person."""
    earned = evaluate(CHAIN, EASY, [WORK], T0 + DAY)
    kept = [WORK, *awards_due(earned, NOW)]
    low = piece("a", 0.1, 0, key="low")
    strict = Policy(criteria=Criteria(1, 2, 1), check=None)
    before = evaluate(CHAIN, EASY, kept, T0 + DAY)
    after = evaluate(CHAIN, strict, [*kept, low], T0 + DAY)
    questioned, *_ = changes(before, after)
    assert questioned == of("a", ChangeKind.QUESTIONED, MET, MET, "credit for A is under question")
    sure = evaluate(CHAIN, strict, [*kept, low, GRANT], T0 + DAY)
    confirmed = of("a", ChangeKind.CONFIRMED, MET, MET, "credit for A is no longer under question")
    assert changes(after, sure) == (confirmed,)
    assert changes(after, sure, among=[1, 2]) == ()


def clocked(*times: datetime) -> Engine:
    ahead = iter(times)
    return Engine(CHAIN, EASY, clock=lambda: next(ahead, NOW))


def caused(kind: CauseKind, when: datetime, text: str, *keys: str) -> dict[str, Cause]:
    return {"cause": Cause(kind, when, text, keys)}


def test_what_facts_changed_is_told_by_the_fact() -> None:
    """Evidence, a check, a decision and a void are named with their keys, in the order in which they were recorded."""
    engine = clocked(T0, *[T0 + n * DAY for n in range(1, 5)])
    engine.record(piece("a", key="quiz"))
    engine.record(piece("b", day=1, key="test", purpose=Purpose.CHECK))
    engine.record(decision(DecisionKind.VOID, day=2, of="test", key="sorry"))
    work = caused(CauseKind.LEARNER, T0 + DAY, "evidence quiz for A: 1.00 on 2026-03-02", "quiz")
    check = caused(CauseKind.LEARNER, T0 + 2 * DAY, "check test for B: 1.00 on 2026-03-03", "test")
    void = "t voided check test for B (1.00 on 2026-03-03): w"
    undone = caused(CauseKind.TEACHER, T0 + 3 * DAY, void, "sorry", "test")
    assert engine.changes("ana", since=T0) == (
        of("a", ChangeKind.MET, READY, MET, "A is met", **work),
        of("b", ChangeKind.UNLOCKED, LOCKED, READY, "B is unlocked: now ready", **work),
        of("b", ChangeKind.MET, READY, MET, "B is met", **check),
        of("c", ChangeKind.UNLOCKED, LOCKED, READY, "C is unlocked: now ready", **check),
        of("b", ChangeKind.LOST, MET, READY, "B is no longer met: now ready", **undone),
        of("c", ChangeKind.LOCKED, READY, LOCKED, "C is locked", **undone),
    )


def test_what_time_changed_is_told_by_what_began_or_ended() -> None:
    """A fact dated ahead changes what it changes when its day comes, and a decision ends on its day."""
    engine = clocked(T0, T0)
    engine.record(
        decision(DecisionKind.HOLD, "a", until=T0 + 3 * DAY, key="hold"),
        piece("b", day=5, key="soon"),
        piece("a", key="k"),
    )
    ended = caused(CauseKind.TIME, T0 + 3 * DAY, "t's hold on A ended", "hold")
    assert engine.changes("ana", since=T0)[:2] == (
        of("a", ChangeKind.MET, Status.AWAITING, MET, "A is met", **ended),
        of("b", ChangeKind.UNLOCKED, LOCKED, READY, "B is unlocked: now ready", **ended),
    )
    begun = caused(CauseKind.TIME, T0 + 5 * DAY, "its day came: evidence soon for B (1.00 on 2026-03-07)", "soon")
    assert engine.changes("ana", since=T0 + 4 * DAY) == (
        of("b", ChangeKind.MET, READY, MET, "B is met", **begun),
        of("c", ChangeKind.UNLOCKED, LOCKED, READY, "C is unlocked: now ready", **begun),
    )


def test_what_an_edition_changed_is_told_by_its_adoption() -> None:
    """What is gone comes first, with what stands for it; then what is new, each with the adoption as its cause."""
    engine = clocked(T0, T0, T0 + DAY, T0 + 2 * DAY)
    engine.record(piece("a", key="1"), piece("b", key="2"), piece("g1", key="3"))
    parts = [Competency(name, code=name.upper()) for name in ("a1", "a2", "b1", "c")]
    engine.adopt(Framework("next", parts, formerly={"a": ("a1", "a2"), "b": ("b1",)}))
    adopted = caused(
        CauseKind.FRAMEWORK, T0 + DAY, f"the framework of 2026-03-03 (version {engine.framework.version[:8]})"
    )
    gone, lost, new = "is no longer a competency of its own", ChangeKind.LOST, "is met, and new in the framework"
    g1 = "g1 is no longer in the framework: credit for it has no place"
    assert engine.changes("ana", since=T0) == (
        of("a", lost, MET, None, f"A {gone}: A1 and A2 stand for it", **adopted),
        of("b", lost, MET, None, f"B {gone}: B1 stands for it", **adopted),
        Change("ana", "g1", "", lost, MET, None, g1, **adopted),
        *(of(name, ChangeKind.MET, None, MET, f"{name.upper()} {new}", **adopted) for name in ("a1", "a2", "b1")),
    )


def test_a_stricter_policy_is_the_cause_of_its_questions() -> None:
    """Credit that a policy would not give is under question from its adoption on."""
    engine = clocked(T0, T0, T0 + DAY)
    engine.record(piece("a", key="1"))
    engine.adopt(policy=Policy(criteria=Criteria(pieces=2, occasions=1), check=None))
    cause = caused(CauseKind.POLICY, T0 + DAY, f"the policy of 2026-03-03 (version {engine.policy.version[:8]})")
    assert engine.changes("ana", since=T0) == (
        of("a", ChangeKind.QUESTIONED, MET, MET, "credit for A is under question", **cause),
    )


def test_rules_that_are_adopted_this_moment_are_told() -> None:
    """What was made ready for rules that no longer hold is not recorded, and the text says to call again."""
    store = MemoryStore()
    Engine(CHAIN, EASY, store, clock=lambda: NOW)
    stale = Recall(store, CHAIN, EASY, 1)
    assert told(lambda: take_in(stale, [piece("a")], NOW, unwatched)) == (
        "Another framework or policy was adopted this moment: nothing was recorded, call again."
    )
    assert store.position() == 0
