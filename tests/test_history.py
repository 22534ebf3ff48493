"""What changed since, and what made it change: the log walked step by step comes to what evaluating each step says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from attrs import evolve
from hypothesis import given
from worlds import Palette, Pick, Tally, World, holds, profile, worlds
from worlds import world as drawn_world
from worlds_facts import FIRST_DAY, day

from competencies import Competency, Framework
from mastery import (
    Award,
    Cause,
    CauseKind,
    Change,
    ChangeKind,
    Criteria,
    Decision,
    DecisionKind,
    Engine,
    Evidence,
    FactError,
    Policy,
    Retention,
    Status,
    changes,
    evaluate,
)
from mastery.causes import adoption_cause
from mastery.facts import Fact
from mastery.history import Edition, history
from mastery.progress import Progress

TALLY = Tally()
TICK = timedelta(microseconds=1)


class Told(NamedTuple):
    """One change without its words."""

    when: datetime
    by_time: bool
    competency: str
    kind: ChangeKind
    before: Status | None
    after: Status | None


def told(change: Change) -> Told:
    assert change.cause is not None
    by_time = change.cause.kind is CauseKind.TIME
    return Told(change.cause.when, by_time, change.competency, change.kind, change.before, change.after)


def recorded(facts: Sequence[Fact], pick: Pick) -> tuple[Fact, ...]:
    """Return facts as they were recorded: some ahead of their day, most after it, several at a time."""
    return tuple(
        evolve(fact, recorded_at=max(FIRST_DAY, fact.observed_at + timedelta(days=pick((0, 1, 3, 0.5, 7, -2)))))
        for fact in facts
    )


def known(facts: Sequence[Fact], by: datetime) -> list[Fact]:
    return [fact for fact in facts if fact.recorded_at is not None and fact.recorded_at <= by]


def step_by_step(
    editions: Sequence[Edition], facts: Sequence[Fact], since: datetime, until: datetime
) -> Iterator[Told]:
    """The definition: at each half day, what time alone changes, then what the facts and rules of it change."""
    when = since
    while (when := when + timedelta(days=0.5)) <= until:
        old, new = in_force(editions, when - TICK), in_force(editions, when)
        earlier = known(facts, when - TICK)
        before, then = (evaluate(old.framework, old.policy, earlier, t) for t in (when - TICK, when))
        for change in changes(before, then):
            yield Told(when, True, change.competency, change.kind, change.before, change.after)
        after = evaluate(new.framework, new.policy, known(facts, when), when)
        if old is new:
            for change in changes(then, after):
                yield Told(when, False, change.competency, change.kind, change.before, change.after)
        else:
            yield from across(when, then, after)


def across(when: datetime, before: Progress, after: Progress) -> Iterator[Told]:
    """The definition across editions: by identifier; what is gone or new is told where it is credited."""
    were = {c.identifier: standing for c, standing in before.standings()}
    are = {c.identifier: standing for c, standing in after.standings()}
    for name in were.keys() - are.keys():
        if were[name].credit is not None:
            yield Told(when, False, name, ChangeKind.LOST, Status.MET, None)
    for name, standing in are.items():
        if name not in were:
            if standing.credit is not None:
                yield Told(when, False, name, ChangeKind.MET, None, Status.MET)
        else:
            kind = kind_of(were[name], standing)
            if kind is not None:
                yield Told(when, False, name, kind, were[name].status, standing.status)


def kind_of(old: object, new: object) -> ChangeKind | None:
    from mastery.changes import _kind

    return _kind(old, new)  # type: ignore[arg-type]


def in_force(editions: Sequence[Edition], at: datetime) -> Edition:
    return next((edition for edition in reversed(editions) if edition.since <= at), editions[0])


def edition(world: World, since: datetime) -> Edition:
    cause = adoption_cause(since, world.framework.version, world.policy.version)
    return Edition(since, world.framework, world.policy, cause)


def law_history(world: World, pick: Pick, tally: Tally) -> None:
    """Check what is told between two instants, in one framework and across editions."""
    facts = recorded(world.facts, pick)
    since = day(pick((2, 1, 3, 4, 6, 9)))
    until = since + timedelta(days=pick((8, 5, 14, 2)))
    editions = [edition(world, FIRST_DAY)]
    if pick((False, False, True)):
        other = drawn_world(pick, small=True)
        editions.append(edition(other, day(pick(range(14)))))
    if not known(facts, since):
        return
    found = history("ana", editions, facts, since, until)
    wanted = list(step_by_step(editions, facts, since, until))
    assert sorted(map(told, found), key=str) == sorted(wanted, key=str), f"{since} {until} {facts}\n{world!r}"
    assert [change.cause.when for change in found if change.cause] == sorted(t.when for t in wanted)
    keys = {fact.key: fact for fact in facts}
    for change in found:
        assert change.learner == "ana"
        assert change.cause is not None
        if change.cause.kind in (CauseKind.LEARNER, CauseKind.TEACHER):
            assert keys[change.cause.keys[0]].recorded_at == change.cause.when
    tally.case(
        "law_history",
        time=any(t.by_time for t in wanted),
        facts=sum(not t.by_time for t in wanted) > 1,
        credit=any(t.kind is ChangeKind.MET for t in wanted),
        lost=any(t.kind is ChangeKind.LOST for t in wanted),
        editions=any(c.cause and c.cause.kind is CauseKind.FRAMEWORK for c in found),
        questioned=any(t.kind is ChangeKind.QUESTIONED for t in wanted),
    )


def test_what_is_told_is_what_each_step_changes() -> None:
    """Between any two instants, the changes told are those of evaluating each step: time's own, then the facts'."""
    shares = {"time": 0.3, "facts": 0.4, "credit": 0.4, "lost": 0.08, "editions": 0.1, "questioned": 0.02}
    holds(law_history, TALLY, 800, Palette(awards=(0, 1, 2, 4)), **shares)


@given(worlds())
@profile(150)
def test_no_counterexample_is_found(drawn: tuple[World, Pick]) -> None:
    """Hypothesis finds no log of which something else is told."""
    law_history(*drawn, Tally())


def law_composition(world: World, pick: Pick, tally: Tally) -> None:
    """Check that the changes lead from one standing to the other."""
    facts = recorded(world.facts, pick)
    since, until = day(pick(range(10))), day(pick(range(10, 25)))
    if not known(facts, since):
        return
    start, end = (evaluate(world.framework, world.policy, known(facts, t), t) for t in (since, until))
    state = {c.identifier: standing.status for c, standing in start.standings()}
    found = history("ana", [edition(world, FIRST_DAY)], facts, since, until)
    for change in found:
        assert state[change.competency] is change.before, repr(world)
        assert change.after is not None
        state[change.competency] = change.after
    assert state == {c.identifier: standing.status for c, standing in end.standings()}, repr(world)
    silent = {c.identifier for c, _ in end.standings()} - {change.competency for change in found}
    assert not silent & {change.competency for change in changes(start, end)}, repr(world)
    tally.case("law_composition", several=len(found) > len({change.competency for change in found}))


def test_the_changes_lead_from_the_one_standing_to_the_other() -> None:
    """Each change begins where the one before it on that competency ended, and the last ends at today's status."""
    holds(law_composition, TALLY, 600, several=0.4)


# In words.

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

    assert school.causes(1)[0] == ("A is met", "policy", f"the policy of 2026-03-05 {laxer}")
    assert ("credit for A is under question", "policy", f"the policy of 2026-03-06 {stricter}") in school.causes(1)


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


def edition_of(framework: Framework, policy: Policy) -> Edition:
    return Edition(FIRST_DAY, framework, policy, adoption_cause(FIRST_DAY, framework.version, policy.version))


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
