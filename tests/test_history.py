"""What changed since, and what made it change: the log walked step by step comes to what evaluating each step says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from attrs import evolve
from hypothesis import given
from worlds import Palette, Pick, Tally, World, holds, profile, worlds
from worlds import world as drawn_world
from worlds_facts import FIRST_DAY, day

from competencies import Competency, Framework
from mastery import (
    CauseKind,
    Change,
    ChangeKind,
    Status,
    changes,
    evaluate,
)
from mastery.causes import adoption_cause
from mastery.facts import Award, Evidence, Fact
from mastery.history import Edition, history
from mastery.policy import Policy
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


def test_what_new_rules_bring_had_no_standing_before() -> None:
    """A competency that an edition brings is not told as unlocked, even where a fact of that instant opens it."""
    old = Framework("one", [Competency("a")])
    new = Framework("two", [Competency("a"), Competency("b")], requires={"b": "a"})
    award = Award(learner="ana", competency="a", earned_at=day(1), support=(), framework="f", policy="p")
    facts = [Evidence("ana", "a", 0.5, day(1), recorded_at=day(1)), evolve(award, recorded_at=day(3))]
    rules = [
        Edition(when, f, Policy(), adoption_cause(when, f.version, None)) for when, f in ((day(0), old), (day(3), new))
    ]

    found = history("ana", rules, facts, day(2), day(4))

    assert [(change.competency, change.kind) for change in found] == [("a", ChangeKind.MET)]
