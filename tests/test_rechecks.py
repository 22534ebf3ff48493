"""Rechecks: which are wanted, on which day each, and the fewest tasks that refresh them; against brute force."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from worlds import BRIEF, cases, profile
from worlds_classes import classes
from worlds_facts import day

import mastery
from competencies import Competency, Framework
from competencies.gate import bits
from mastery import CheckRule, Criteria, Currency, Decision, Evidence, Policy, Retention
from mastery.classroom import Classroom, classroom
from mastery.planning.rechecks import RecheckPlan, Spread, plan_rechecks
from mastery.planning.rechecks.covering import cover
from mastery.planning.rechecks.spreading import spread

TODAY = date(2026, 3, 16)  # a Monday
SOON = timedelta(minutes=1)
EASY = Criteria(0.8, pieces=1, occasions=1)


# Which sets cover everything.


@given(st.lists(st.integers(0, 127), max_size=7))
@profile(400)
def test_the_cover_is_as_small_as_brute_force_finds(sets: list[int]) -> None:
    """The sets chosen hold all that any set holds, no fewer do, and the search says that it is sure of it."""
    chosen, smallest = cover(sets)
    every = union(sets, range(len(sets)))
    assert union(sets, chosen) == every
    least = next(n for n in range(8) if any(union(sets, c) == every for c in combinations(range(len(sets)), n)))
    assert (len(chosen), smallest) == (least, True)


def union(sets: Sequence[int], chosen: Sequence[int] | range) -> int:
    """Return what some of the sets hold."""
    found = 0
    for i in chosen:
        found |= sets[i]
    return found


def test_the_cover_says_when_it_is_not_sure() -> None:
    """Where more would have to be tried than the bound allows, what is found is whole, and said to be unproven."""
    rng = random.Random(7)
    sets = [sum(1 << e for e in rng.sample(range(120), 5)) for _ in range(90)]
    chosen, smallest = cover(sets)
    assert union(sets, chosen) == union(sets, range(90))
    assert not smallest
    assert cover(sets) == (chosen, smallest)


# On which day.


def spreads(seed: str, usual: int) -> Iterator[tuple[list[tuple[str, date, int]], Spread]]:
    """Yield a few rechecks, and rules under which some of them have to wait or find no day."""
    for case in range(cases(usual)):
        rng = random.Random(f"{seed}/{case}")
        wanted = [
            (rng.choice("ab"), TODAY + timedelta(days=rng.choice((0, 0, 1, 2))), rng.choice((1, 1, 2)))
            for _ in range(rng.randint(1, 5))
        ]
        per_learner, per_day = rng.choice((None, 1, 1, 2)), rng.choice((None, 1, 2))
        yield wanted, Spread(days=rng.choice((1, 2, 3)), per_learner=per_learner, per_day=per_day)


def test_rechecks_are_spread_with_as_little_waiting_as_brute_force_finds() -> None:
    """As many as can find a day, no day has too many, none is too early, and no other way has less waiting in all."""
    seen: Counter[str] = Counter()
    for wanted, rules in spreads("spread", 400):
        found = spread(wanted, rules, TODAY)
        assert keeps(wanted, rules, found)
        dates = rules.dates(TODAY)
        every = [way for way in product((None, *dates), repeat=len(wanted)) if keeps(wanted, rules, way)]
        assert value(wanted, found) == max(value(wanted, way) for way in every)
        waits, left = any(day and day > first for day, (_, first, _) in zip(found, wanted, strict=True)), None in found
        seen += Counter(waits=int(waits), left=int(left), cases=1)
    assert BRIEF or min(seen["waits"], seen["left"]) >= 0.15 * seen["cases"]


def keeps(wanted: Sequence[tuple[str, date, int]], rules: Spread, days: Sequence[date | None]) -> bool:
    """Whether no day has too many and none comes too early."""
    placed = [(who, day) for (who, _, _), day in zip(wanted, days, strict=True) if day]
    each, all_ = Counter(placed), Counter(day for _, day in placed)
    return (
        all(day is None or day >= first for (_, first, _), day in zip(wanted, days, strict=True))
        and max(each.values(), default=0) <= (rules.per_learner or 99)
        and max(all_.values(), default=0) <= (rules.per_day or 99)
    )


def value(wanted: Sequence[tuple[str, date, int]], days: Sequence[date | None]) -> tuple[int, int]:
    """Return how many found a day, and the waiting, less being more."""
    waited = sum((day - first).days * weight for (_, first, weight), day in zip(wanted, days, strict=True) if day)
    return sum(day is not None for day in days), -waited


def test_days_are_school_days_unless_weekends_are_asked_for() -> None:
    """From a Friday on, three days are the Friday alone; with weekends they are three."""
    friday = date(2026, 3, 20)
    assert Spread(days=3).dates(friday) == (friday,)
    assert Spread(days=4).dates(friday) == (friday, date(2026, 3, 23))
    assert len(Spread(days=3, weekends=True).dates(friday)) == 3
    assert spread([("a", friday, 1)], Spread(days=2), date(2026, 3, 21)) == [None]
    assert spread([], Spread(), friday) == []


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"days": 367}, {"days": 1.5}, {"per_learner": 0}, {"per_day": 0}, {"weekends": 1}]
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    """Days, counts and yes-or-no are what they say, or the name of the setting is in the refusal."""
    with pytest.raises((TypeError, ValueError), match=next(iter(wrong))):
        Spread(**wrong)  # type: ignore[arg-type]


# The plan of a class.


def shared(room: Classroom) -> Classroom:
    """Return the class under rules by which credit falls due soon and work refreshes what it builds on."""

    def soon(kept: Retention) -> Retention:
        return evolve(kept, due_after_days=min(kept.due_after_days or 4, 4), refreshes_prerequisites=True)

    rules = room.policy
    special = [evolve(s, terms=evolve(s.terms, retention=soon(s.terms.retention))) for s in rules.special]
    changed = evolve(rules, retention=soon(rules.retention), special=special)
    facts = {learner: progress.facts for learner, progress in room}
    return classroom(room.framework, changed, facts, room.at)


def test_a_plan_has_every_recheck_that_is_wanted_and_no_other() -> None:
    """What has lapsed, is due, or falls due within the days is in the plan once, as it stands for the learner alone."""
    seen: Counter[str] = Counter()
    for drawn, _ in classes("plan", 250):
        room = shared(drawn)
        rules = Spread(days=3, per_learner=1, weekends=True)
        end = datetime.combine(room.at.date() + timedelta(days=3), time(), UTC)
        plan = plan_rechecks(room, rules)
        wanted = {
            (learner, leaf.identifier): one
            for learner, progress in room
            for leaf, one in progress.standings()
            if one.currency is Currency.LAPSED or (one.due_at is not None and one.due_at < end)
        }
        assert {(one.learner, one.competency) for one in plan.rechecks} == set(wanted)
        assert len(plan.rechecks) == len(wanted)
        for one in plan.rechecks:
            standing = wanted[one.learner, one.competency]
            assert (one.currency, one.due_at) == (standing.currency, standing.due_at)
            if one.day is not None and one.currency is Currency.FRESH and one.due_at is not None:
                assert one.due_at.date() <= one.day
            if standing.wait is not None and standing.wait.until is None:
                assert one.day is None
            elif standing.wait is not None and standing.wait.until is not None:
                assert one.day is None or one.day >= standing.wait.until.date()
            seen[f"{one.currency}{' without a day' if one.day is None else ''}"] += 1
        assert [one.day is None for one in plan.rechecks] == sorted(one.day is None for one in plan.rechecks)
        assert [one.day for one in plan.rechecks if one.day] == sorted(one.day for one in plan.rechecks if one.day)
    assert BRIEF or len(seen) == 6, seen


def refreshable(plan: RecheckPlan) -> set[tuple[str, str]]:
    """Return the learners and printed names that the tasks are said to refresh."""
    return {(one.learner, on) for task in plan.tasks for one in task.learners for on in one.refreshes}


def test_doing_the_tasks_well_refreshes_all_that_is_due() -> None:
    """With one good piece on each task for each learner it is for, all that is due is confirmed then, and by that."""
    seen: Counter[str] = Counter()
    for drawn, _ in classes("tasks", 250):
        room = shared(drawn)
        plan = plan_rechecks(room, Spread(days=1, per_learner=9, weekends=True))
        refreshed = refreshable(plan)
        due = {(o.learner, o.name) for o in plan.rechecks if o.currency is not Currency.LAPSED and o.day is not None}
        assert refreshed == due
        for learner, progress in room:
            given = [task for task in plan.tasks if any(one.learner == learner for one in task.learners)]
            after = progress.moved(room.at + SOON).with_many(
                [well_done(room, learner, task.competency) for task in given]
            )
            for one in plan.rechecks:
                if one.learner != learner or (one.learner, one.name) not in refreshed:
                    continue
                before, then = progress.standing(one.competency), after.standing(one.competency)
                interval = room.policy.terms_of(room.framework, one.competency).retention.interval
                assert then.due_at == room.at + SOON + interval
                assert before.due_at is not None
                seen["elsewhere"] += all(task.competency != one.competency for task in given)
        for task in plan.tasks:
            seen["for several"] += len(task.learners) > 1
        seen["cases"] += bool(due)
    assert BRIEF or min(seen["elsewhere"], seen["for several"]) >= 0.02 * seen["cases"] > 1, seen


def well_done(room: Classroom, learner: str, competency: str) -> Evidence:
    """Return a full score on a competency a minute later, after any revoke of this instant; its purpose counts."""
    purpose = min(room.policy.terms_of(room.framework, competency).criteria.counts - {mastery.Purpose.CHECK})
    return Evidence(learner, competency, 1.0, room.at + SOON, purpose=purpose, key=f"task {competency}")


def test_no_fewer_tasks_would_do() -> None:
    """Over all choices of competencies that are open to whom they are for, none smaller refreshes all that is due."""
    seen = 0
    for drawn, _ in classes("fewest", 150):
        room = shared(drawn)
        plan = plan_rechecks(room, Spread(days=1, per_learner=9, weekends=True))
        leaves = room.rules.leaves
        due = refreshable(plan)
        reach = [
            {
                (learner, room.rules.printed[j])
                for learner, progress in room
                for j in (i, *bits(room.framework.expansion.unavoidable[i]))
                if (learner, room.rules.printed[i]) in due or is_open(progress.standing_at(i))
            }
            & due
            for i in range(len(leaves))
        ]
        least = next(
            n for n in range(9) if any(set().union(*c) == due for c in combinations(reach, n)) or (n == 0 and not due)
        )
        assert (len(plan.tasks), plan.smallest) == (least, True)
        seen += least > 1
    assert BRIEF or seen >= 10


def is_open(standing: mastery.Standing) -> bool:
    """Whether work can be given out now."""
    at_rest = standing.overlays & {mastery.Overlay.PAUSED, mastery.Overlay.HELD}
    return standing.status is not mastery.Status.LOCKED and not at_rest


def test_the_plan_is_the_same_whatever_order_the_class_is_in() -> None:
    """In another order of learners as many rechecks find a day, and as many tasks do."""
    for drawn, _ in classes("order", 60):
        room = shared(drawn)
        turned = Classroom(room.rules, room.at, dict(reversed(list(room.progress.items()))))
        one, other = (plan_rechecks(each, Spread(days=2, per_day=2, weekends=True)) for each in (room, turned))
        assert sum(r.day is None for r in one.rechecks) == sum(r.day is None for r in other.rechecks)
        assert len(one.tasks) == len(other.tasks)
        assert plan_rechecks(room, Spread(days=2, per_day=2, weekends=True)) == one


# Examples.


CHAIN = Framework("chain", [Competency(n) for n in "abcx"], requires={"b": "a", "c": "b"})
SHARED = Policy(
    criteria=EASY, check=CheckRule(wait_days=3, required=False), retention=Retention(10, refreshes_prerequisites=True)
)


def done(learner: str, on: str, when: float, score: float = 1.0, purpose: str = "formative") -> Evidence:
    at = day(0) + timedelta(days=when)
    return Evidence(learner, on, score, at, purpose=purpose, key=f"{on}-{when}-{purpose}")


def plan(facts: dict[str, list[Evidence | Decision]], at: float, rules: Policy = SHARED, **more: object) -> RecheckPlan:
    room = classroom(CHAIN, rules, facts, day(0) + timedelta(days=at))
    return plan_rechecks(room, Spread(weekends=True, **more))  # type: ignore[arg-type]


def told(answer: RecheckPlan) -> list[tuple[object, ...]]:
    return [(one.day and one.day.isoformat(), one.learner, one.name, one.because) for one in answer.rechecks]


def test_one_task_refreshes_a_chain() -> None:
    """Work on c, open to her, refreshes c's prerequisites a and b, which are due; x wants its own."""
    ana = [done("ana", on, n / 10) for n, on in enumerate("abx")]
    answer = plan({"ana": ana}, 12)
    assert [(task.name, task.is_own, task.because) for task in answer.tasks] == [
        ("c", False, "Done well, it refreshes 2 credits of ana."),
        ("x", True, "A recheck of x for ana."),
    ]
    assert answer.smallest
    assert "A task refreshes only what is done well: a score of 0.8 or better that counts." in answer.caveats


def test_nothing_is_shared_where_the_policy_does_not() -> None:
    """Then every recheck is its own task, and the answer says so."""
    rules = evolve(SHARED, retention=Retention(10))
    answer = plan({"ana": [done("ana", on, 0) for on in "ab"]}, 12, rules)
    assert [(task.name, task.is_own) for task in answer.tasks] == [("a", True), ("b", True)]
    assert "The policy does not share refreshment: each recheck is work on that competency itself." in answer.because
    assert answer.caveats == ()


def test_a_lapse_comes_first_and_its_wait_is_kept() -> None:
    """Of one learner's rechecks what lapsed comes first, on the day on which its retake opens; no task stands in."""
    facts = [done("ana", "a", 0), done("ana", "x", 0), done("ana", "a", 10.5, 0.0, "check")]
    answer = plan({"ana": facts}, 12, per_learner=1)
    assert told(answer) == [
        ("2026-01-17", "ana", "x", "Due since 2026-01-15."),
        ("2026-01-18", "ana", "a", "It has lapsed: a later check was not passed."),
    ]
    assert [task.name for task in answer.tasks] == ["x"]
    later = plan({"ana": facts}, 14, per_learner=1)
    assert [(one.name, str(one.day)) for one in later.rechecks] == [("a", "2026-01-19"), ("x", "2026-01-20")]


def test_what_falls_due_within_the_days_is_planned_for_its_day() -> None:
    """Credit that is fresh today has its day when it falls due; beyond the days it is left out."""
    answer = plan({"ana": [done("ana", "a", 5), done("ana", "x", 9)]}, 12, days=4)
    assert told(answer) == [("2026-01-20", "ana", "a", "Falls due on 2026-01-20.")]
    assert plan({"ana": [done("ana", "a", 5)]}, 12, days=3).rechecks == ()


def test_what_finds_no_day_says_why() -> None:
    """No room, or a pause without an end: each recheck without a day says which it is."""
    pause = Decision(
        learner="bo", competency="a", kind="pause", by="the teacher", why="away", observed_at=day(3), key="p"
    )
    bo: list[Evidence | Decision] = [done("bo", "a", 0), pause]
    ana = [done("ana", on, 0) for on in "ax"]
    answer = plan({"ana": list(ana), "bo": bo}, 12, days=1, per_learner=1)
    assert told(answer)[1:] == [
        (None, "ana", "x", "Due since 2026-01-15. No room within these days."),
        (None, "bo", "a", "Due since 2026-01-15. No day yet: paused: away, by the teacher."),
    ]
    assert "2 rechecks found no day: see why at each." in answer.caveats
    assert [(t.name, [one.learner for one in t.learners]) for t in answer.tasks] == [("b", ["ana"]), ("x", ["ana"])]
    ended = [bo[0], evolve(pause, until=day(14))]
    assert [str(one.day) for one in plan({"bo": ended}, 12).rechecks] == ["2026-01-19"]


def test_a_pause_that_ends_before_credit_is_due_does_not_bring_it_forward() -> None:
    """Credit that falls due after a pause has ended is rechecked when it is due, not when the pause ends."""
    pause = Decision(
        learner="bo",
        competency="a",
        kind="pause",
        by="the teacher",
        why="away",
        observed_at=day(3),
        until=day(8),
        key="p",
    )
    facts: dict[str, list[Evidence | Decision]] = {"bo": [done("bo", "a", 0), pause]}
    assert [str(one.day) for one in plan(facts, 7).rechecks] == ["2026-01-15"]


def test_the_table_has_each_recheck_and_its_task() -> None:
    """A row for each recheck, in the order of the plan; what only a check repairs has no task."""
    table = plan({"ana": [done("ana", on, 0) for on in "ab"]}, 12).table()
    assert table.header == ("day", "learner", "competency", "currency", "due_at", "task", "because")
    assert table.rows == (
        ("2026-01-17", "ana", "a", "due", "2026-01-15T00:00:00Z", "c", "Due since 2026-01-15."),
        ("2026-01-17", "ana", "b", "due", "2026-01-15T00:00:00Z", "c", "Due since 2026-01-15."),
    )


def test_a_class_with_nothing_due_has_an_empty_plan() -> None:
    """No rechecks, no tasks; a learner of whom nothing is recorded is said to be so."""
    answer = plan({"ana": [], "bo": [done("bo", "a", 11)]}, 12, days=1)
    assert (answer.rechecks, answer.tasks, answer.smallest) == ((), (), True)
    assert any("ana" in one for one in answer.caveats)
