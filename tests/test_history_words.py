"""What made something change, in words: each cause is one plain sentence, with its kind and its moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from competencies import Competency, Framework
from mastery import (
    Award,
    Cause,
    CauseKind,
    Criteria,
    Decision,
    DecisionKind,
    Engine,
    Evidence,
    FactError,
    Policy,
    Retention,
    Status,
)
from mastery.causes import adoption_cause
from mastery.history import Edition, history

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)
CHAIN = Framework("chain", [Competency(n, n.upper()) for n in "abc"], requires={"b": "a", "c": "b"})


class School:
    """An engine whose clock a test moves."""

    def __init__(self, policy: Policy = EASY) -> None:
        self.now = T0
        self.engine = Engine(CHAIN, policy, clock=lambda: self.now)

    def on(self, day: float, *facts: Evidence | Decision) -> None:
        """Record facts on a day."""
        self.now = T0 + timedelta(days=day)
        self.engine.record(*facts)

    def causes(self, since: float = -1, until: float = 100) -> list[tuple[str, str, str]]:
        """Return the text, the kind of cause and the sentence of the cause of each change."""
        found = self.engine.changes("ana", since=T0 + timedelta(days=since), until=T0 + timedelta(days=until))
        return [(c.text, c.cause.kind.value, c.cause.text) for c in found if c.cause is not None]


def piece(competency: str, score: float = 1.0, day: float = 0, key: str = "", learner: str = "ana") -> Evidence:
    return Evidence(learner, competency, score, T0 + timedelta(days=day), key=key)


def decided(kind: DecisionKind, competency: str = "", day: float = 0, **more: object) -> Decision:
    when = T0 + timedelta(days=day)
    made = {"learner": "ana", "kind": kind, "by": "ms-r", "why": "shown orally", "observed_at": when, **more}
    return Decision(competency=competency, **made)  # type: ignore[arg-type]


def test_each_cause_is_one_plain_sentence() -> None:
    """Evidence, decisions, rules and time are each told as what they are."""
    school = School()
    school.on(1, piece("a", 0.9, key="quiz-7"))
    school.on(2, decided(DecisionKind.GRANT, "b", 2))
    school.on(3, decided(DecisionKind.VOID, day=3, of="quiz-7", why="the wrong pupil"))
    school.now = T0 + timedelta(days=4)
    school.engine.adopt(policy=Policy(criteria=EASY.criteria, check=None, retention=Retention(due_after_days=30)))

    assert school.causes() == [
        ("A is met", "learner", "evidence quiz-7 for A: 0.90 on 2026-03-02"),
        ("B is unlocked: now ready", "learner", "evidence quiz-7 for A: 0.90 on 2026-03-02"),
        ("B is met", "teacher", "ms-r granted B: shown orally"),
        ("C is unlocked: now ready", "teacher", "ms-r granted B: shown orally"),
        (
            "A is no longer met: now ready",
            "teacher",
            "ms-r voided evidence quiz-7 for A (0.90 on 2026-03-02): the wrong pupil",
        ),
        ("B was met, fresh, now met, due", "time", "a recheck fell due"),
    ]


def test_a_new_policy_is_named_as_the_cause() -> None:
    """What other rules give or question has their adoption as its cause, with day and version."""
    school = School(Policy())
    school.on(0, piece("a"))
    school.now = T0 + timedelta(days=3)
    school.engine.adopt(policy=EASY)
    school.now = T0 + timedelta(days=4)
    school.engine.adopt(policy=Policy())
    laxer, stricter = (f"(version {policy.version[:8]})" for policy in (EASY, Policy()))

    assert school.causes(1) == [
        ("A is met", "policy", f"the policy of 2026-03-05 {laxer}"),
        ("B is unlocked: now ready", "policy", f"the policy of 2026-03-05 {laxer}"),
        ("credit for A is under question", "policy", f"the policy of 2026-03-06 {stricter}"),
    ]


def test_another_edition_tells_what_is_gone_and_what_came() -> None:
    """Credited competencies that the framework no longer has, and credited ones that it did not have, are told."""
    school = School()
    school.on(0, piece("a"), piece("b", key="w"))
    school.now = T0 + timedelta(days=2)
    new = Framework("chain 2", [Competency(n, n.upper()) for n in ("a1", "a2", "c")], formerly={"a": ("a1", "a2")})
    school.engine.adopt(framework=new)
    found = school.engine.changes(since=T0 + timedelta(days=1))

    assert [(c.text, c.before, c.after) for c in found] == [
        ("A is no longer a competency of its own: A1 and A2 stand for it", Status.MET, None),
        ("B is no longer in the framework: credit for it has no place", Status.MET, None),
        ("A1 is met, and new in the framework", None, Status.MET),
        ("A2 is met, and new in the framework", None, Status.MET),
    ]
    assert {c.cause.kind for c in found if c.cause} == {CauseKind.FRAMEWORK}


def test_the_end_of_a_hold_and_a_day_that_was_recorded_ahead_are_told_as_time() -> None:
    """Time is told with what it did: a hold that ended, a piece whose day came; and when, to the instant."""
    school = School()
    until = T0 + timedelta(days=5)
    school.on(0, decided(DecisionKind.HOLD, "a", until=until), piece("a"), piece("b", day=7, key="ahead"))
    found = school.engine.changes("ana", since=T0, until=T0 + timedelta(days=30))

    assert [(c.text, c.cause) for c in found if c.cause and c.competency != "c"] == [
        ("A is met", Cause(CauseKind.TIME, until, "ms-r's hold on A ended", found[0].cause.keys)),
        ("B is unlocked: now ready", found[0].cause),
        (
            "B is met",
            Cause(
                CauseKind.TIME,
                T0 + timedelta(days=7),
                "its day came: evidence ahead for B (1.00 on 2026-03-09)",
                ("ahead",),
            ),
        ),
    ]


def test_an_import_of_many_facts_is_one_change_with_its_last_cause() -> None:
    """What many facts of one call did to a competency is one change, by the last fact that moved it."""
    school = School(Policy(criteria=Criteria(pieces=3, occasions=1), check=None))
    school.on(1, *(piece("a", 0.9, key=f"p{n}", day=n / 10) for n in range(6)))

    assert school.causes() == [
        ("A is met", "learner", "evidence p2 for A: 0.90 on 2026-03-02"),
        ("B is unlocked: now ready", "learner", "evidence p2 for A: 0.90 on 2026-03-02"),
    ]


def test_an_award_alone_is_a_cause_too() -> None:
    """Credit that came with nothing but its award, as from another store, is told as that."""
    award = Award(learner="ana", competency="a", earned_at=T0, support=(), framework="f", policy="p", recorded_at=T0)
    found = history("ana", [edition_of(CHAIN, EASY)], [award], T0 - timedelta(days=1), T0)

    said = next((c.text, c.cause.text) for c in found if c.cause)
    assert said == ("A is met", "credit for A that was earned on 2026-03-02")


def test_an_award_is_no_cause_where_something_else_is() -> None:
    """A late low score puts credit under question; that an award then keeps it is not what made the change."""
    later = T0 + timedelta(days=3)
    shown = evolve(piece("a", 0.8, 1, "shown"), recorded_at=T0 + timedelta(days=1))
    late = evolve(piece("a", 0.1, 0, "late"), recorded_at=later)
    award = Award(
        learner="ana", competency="a", earned_at=T0 + timedelta(days=1), support=("shown",), framework="f", policy="p",
        recorded_at=later,
    )  # fmt: skip
    found = history("ana", [edition_of(CHAIN, EASY)], [shown, late, award], T0 + timedelta(days=2), later)

    assert [(c.text, c.cause.keys) for c in found if c.cause] == [("credit for A is under question", ("late",))]


def edition_of(framework: Framework, policy: Policy) -> Edition:
    return Edition(
        T0 - timedelta(days=9),
        framework,
        policy,
        adoption_cause(T0 - timedelta(days=9), framework.version, policy.version),
    )


def test_everybody_is_told_learner_by_learner() -> None:
    """Without a learner, each is told in turn; of a learner of whom nothing is known, nothing."""
    school = School()
    school.on(1, piece("a", learner="bo"), piece("a"))
    since = T0 - timedelta(days=1)

    assert [c.learner for c in school.engine.changes(since=since)] == ["ana", "ana", "bo", "bo"]
    assert school.engine.changes("cy", since=since) == ()


def test_a_learner_who_came_later_is_not_told_of_rules_before() -> None:
    """Rules that changed before a learner's first fact changed nothing for that learner."""
    school = School()
    school.on(0, piece("a", learner="bo"))
    school.now = T0 + timedelta(days=1)
    school.engine.adopt(framework=Framework("open", [Competency(n, n.upper()) for n in "abc"]))
    school.on(2, piece("c", 0.1))

    assert school.causes() == [("C was ready, now in progress", "learner", "evidence for C: 0.10 on 2026-03-02")]


def test_times_that_run_backwards_are_refused() -> None:
    """An end before the beginning, and a time without an offset, are refused with the times."""
    school = School()
    school.on(0, piece("a"))
    with pytest.raises(FactError, match=r"until: a time not before 2026-03-03.* was wanted, got 2026-03-02"):
        school.engine.changes(since=T0 + timedelta(days=1), until=T0)
    with pytest.raises(FactError, match="since: a time with an offset"):
        school.engine.changes(since=datetime(2026, 3, 2))
