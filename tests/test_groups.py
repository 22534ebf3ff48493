"""Groups: what each choice may be and comes to, against brute force; what a plan says of the class that it is about."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import BRIEF, cases, profile
from worlds_classes import classes

from competencies.gate import bits
from mastery import Action, Status, next_steps
from mastery.classroom import Classroom, who_is_stuck
from mastery.planning.groups import (
    EarlierGroup,
    Found,
    GroupPlan,
    GroupRules,
    Problem,
    plan_groups,
    search,
    solving,
)
from mastery.planning.groups import solve_exactly as exactly
from mastery.planning.groups.problem import Choice, changed, is_distinct

SHORT = 0.02
"""The search may come to so much less than the best there is, as a share of it; on small problems it never has."""


# Choices, against every choice that there is.


def problems(seed: str, usual: int) -> Iterator[Problem]:
    """Yield problems of three to seven learners and up to four foci, some kept apart, some together before."""
    for case in range(cases(usual)):
        rng = random.Random(f"{seed}/{case}")
        n = rng.randint(3, 7)
        worth = [{one: rng.randint(1, 5) for one in range(n) if rng.random() < 0.6} for _ in range(rng.randint(1, 4))]
        repeats: list[dict[int, int]] = [{} for _ in range(n)]
        apart = [0] * n
        for a in range(n):
            for b in range(a):
                if rng.random() < 0.25:
                    repeats[a][b] = repeats[b][a] = rng.choice((1, 2, 3))
                if rng.random() < 0.1:
                    apart[a] |= 1 << b
                    apart[b] |= 1 << a
        smallest = rng.choice((2, 2, 3))
        yield Problem(worth, repeats, apart, smallest, rng.randint(smallest, 4), rng.choice((1, 2, 2, 3)))


def every_choice(problem: Problem) -> list[Choice]:
    """Return every grouping that keeps the rules, by their words and not by `allows`."""
    groups = [
        (focus, group)
        for focus, theirs in enumerate(problem.worth)
        for group in range(1 << len(problem.repeats))
        if problem.smallest <= group.bit_count() <= problem.largest
        and all(one in theirs for one in bits(group))
        and not any(problem.apart[one] >> other & 1 for one in bits(group) for other in bits(group))
    ]
    found: list[Choice] = [()]
    grown: list[tuple[Choice, int, int]] = [((), 0, 0)]
    for _ in range(problem.adults):
        grown = [
            ((*choice, groups[n]), taken | groups[n][1], n + 1)
            for choice, taken, after in grown
            for n in range(after, len(groups))
            if not groups[n][1] & taken
        ]
        found += [choice for choice, _, _ in grown]
    return found


def comes_to(problem: Problem, choice: Choice) -> int:
    """Return what a grouping counts, pair by pair."""
    total = 0
    for focus, group in choice:
        members = list(bits(group))
        total += sum(problem.worth[focus][one] for one in members)
        total -= sum(problem.repeats[a].get(b, 0) for a in members for b in members if a < b)
    return total


def test_the_solver_finds_what_brute_force_finds_and_proves_it() -> None:
    """Nothing counts more than the solver's first choice, nor as much with fewer groups; alternatives are the best."""
    seen: Counter[str] = Counter()
    for problem in problems("exact", 100):
        every = every_choice(problem)
        found = exactly(problem, 2, 7)
        keeps_the_rules(problem, found, every)
        best = max(comes_to(problem, choice) for choice in every)
        assert (comes_to(problem, found.choices[0]), found.bound) == (best, best)
        assert found.proven(problem)
        fewest = min(len(choice) for choice in every if comes_to(problem, choice) == best)
        assert len(found.choices[0]) == fewest
        assert exactly(problem, 0, 7).choices == found.choices[:1]
        for n in range(1, 3 if found.choices[0] else 1):
            left = [comes_to(problem, one) for one in every if all(differ(had, one) for had in found.choices[:n])]
            left = [value for value in left if value > 0]
            if len(found.choices) > n:
                assert comes_to(problem, found.choices[n]) == max(left)
            else:
                assert not left
            seen["alternatives"] += bool(left)
        seen["groups"] += len(found.choices[0]) > 1
        seen["cases"] += 1
    assert BRIEF or min(seen["alternatives"], seen["groups"]) >= 0.2 * seen["cases"], seen


def test_a_solver_that_is_stopped_claims_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at whatever effort, it finds no less than the search, keeps every rule, and is right where it is sure."""
    seen: Counter[str] = Counter()
    for n, problem in enumerate(problems("stopped", 15)):
        every = every_choice(problem)
        best = max(comes_to(problem, choice) for choice in every)
        met = comes_to(problem, search(problem, 2, n).choices[0])
        for effort in (0.0, 1e-4):
            monkeypatch.setattr(solving, "EFFORT", effort)
            found = exactly(problem, 2, n)
            keeps_the_rules(problem, found, every)
            assert comes_to(problem, found.choices[0]) >= met
            assert found.bound is None or found.bound >= best
            assert exactly(problem, 2, n) == found
            seen += Counter(unsure=not found.proven(problem), groups=bool(found.choices[0]), cases=1)
    assert BRIEF or min(seen["unsure"], seen["groups"]) >= 0.2 * seen["cases"], seen


def test_the_search_comes_near_what_brute_force_finds() -> None:
    """The search keeps every rule and comes within 2% of the best there is, whatever the seed."""
    seen: Counter[str] = Counter()
    for n, problem in enumerate(problems("search", 100)):
        every = every_choice(problem)
        found = search(problem, 2, n)
        keeps_the_rules(problem, found, every)
        best = max(comes_to(problem, choice) for choice in every)
        assert comes_to(problem, found.choices[0]) >= (1 - SHORT) * best
        assert found.bound is None
        assert not found.proven(problem)
        assert search(problem, 2, n) == found
        seen += Counter(groups=len(found.choices[0]) > 1, alternatives=len(found.choices) > 1, cases=1)
        seen["repeats"] += sum(map(len, problem.repeats)) > 0
    assert BRIEF or min(seen["alternatives"], seen["groups"], seen["repeats"]) >= 0.2 * seen["cases"], seen


def keeps_the_rules(problem: Problem, found: Found, every: Sequence[Choice]) -> None:
    """Hold all choices to what may be, the value to its sum, and alternatives to being distinct and worth something."""
    allowed = {tuple(sorted(choice)) for choice in every}
    assert 1 <= len(found.choices) <= 3
    for n, choice in enumerate(found.choices):
        assert tuple(sorted(choice)) in allowed
        assert problem.allows(choice)
        assert problem.value(choice) == comes_to(problem, choice)
        if n:
            assert comes_to(problem, choice) > 0
            assert all(differ(before, choice) for before in found.choices[:n])


def differ(one: Choice, other: Choice) -> bool:
    """Whether two groupings have other foci, or a quarter of the first's learners on something else."""
    if sorted(focus for focus, _ in one) != sorted(focus for focus, _ in other):
        return True
    at, then = ({who: focus for focus, group in choice for who in bits(group)} for choice in (one, other))
    moved = [who for who in {*at, *then} if at.get(who) != then.get(who)]
    return bool(at) and len(moved) >= len(at) / 4


@given(st.integers(0, 10_000))
@profile(150)
def test_distinct_and_allowed_are_what_their_words_say(seed: int) -> None:
    """`allows` admits what brute force does and nothing near it; `is_distinct` goes by foci, else by a quarter."""
    rng = random.Random(seed)
    problem = next(problems(f"words/{seed}", 1))
    every = every_choice(problem)
    known = {tuple(sorted(choice)) for choice in every}
    one, other = rng.choice(every), rng.choice(every)
    assert is_distinct(one, other) == differ(one, other)
    assert not is_distinct(one, one)
    broken = tuple(
        (rng.randrange(len(problem.worth)), group ^ 1 << rng.randrange(len(problem.repeats))) for _, group in one
    )
    assert problem.allows(broken) == (tuple(sorted(broken)) in known)
    assert changed(one, other) == changed(other, one)


# Plans of classes.


def rules_of(rng: random.Random, room: Classroom) -> GroupRules:
    """Return rules for a small class: pairs, earlier groups that may name strangers, and few or many adults."""
    names = [*room.learners, "eve"]
    leaves = [*room.framework.expansion.leaves, "gone"]
    before = [
        [EarlierGroup(rng.choice(leaves), rng.sample(names, rng.randint(2, len(names))))]
        for _ in range(rng.randint(0, 3))
    ]
    apart = [rng.sample(names, 2)] if rng.random() < 0.3 else []
    return GroupRules(smallest=2, largest=rng.randint(2, 4), adults=rng.randint(1, 2), apart=apart, before=before)


@cache
def planned() -> tuple[tuple[Classroom, GroupRules, GroupPlan], ...]:
    """Return small classes, each with rules and the plan that follows."""
    found = []
    for n, (room, _) in enumerate(classes("groups", 150)):
        rules = rules_of(random.Random(n), room)
        found.append((room, rules, plan_groups(room, rules)))
    return tuple(found)


def test_a_group_works_on_a_next_step_of_every_member() -> None:
    """What a member is to do is a step that is advised to them alone; with a step pinned, a pinned one."""
    seen: Counter[str] = Counter()
    for room, rules, plan in planned():
        for grouping in (plan.first, *plan.alternatives):
            grouped = [member.learner for group in grouping.groups for member in group.members]
            assert sorted([*grouped, *(one.learner for one in grouping.alone)]) == sorted(room.learners)
            assert len(grouping.groups) <= rules.adults
            for group in grouping.groups:
                names = {member.learner for member in group.members}
                assert rules.smallest <= len(names) <= rules.largest
                assert not any({*pair} <= names for pair in rules.apart)
                for member in group.members:
                    steps = next_steps(room.progress[member.learner])
                    step = next(one for one in steps if one.competency == group.focus)
                    assert member.action is step.action is room.progress[member.learner].standing(group.focus).action
                    assert member.because.startswith(step.because[0])
                    assert step.pin is not None or not any(one.pin for one in steps)
                    seen[member.action] += 1
                    seen["pinned"] += step.pin is not None
            for alone in grouping.alone:
                steps = next_steps(room.progress[alone.learner])
                assert alone.competency == (steps[0].competency if steps else None)
                assert alone.action is (steps[0].action if steps else None)
                seen["no step"] += not steps
    assert BRIEF or all(seen[each] for each in (*Action, "pinned", "no step")), seen


def test_the_score_is_the_sum_of_its_parts() -> None:
    """Need by action, standing and being stuck; unlocks up to three; off go pairs who were together lately."""
    seen: Counter[str] = Counter()
    for room, rules, plan in planned():
        stuck = {(flag.learner, flag.competency) for flag in who_is_stuck(room).flags if flag.pattern != "no_activity"}
        for grouping in (plan.first, *plan.alternatives):
            need = unlocks = repeats = 0
            for group in grouping.groups:
                for one in group.members:
                    progress = room.progress[one.learner]
                    step = next(s for s in next_steps(progress) if s.competency == group.focus)
                    acute = step.status is Status.NOT_YET or step.action in (Action.RETAKE, Action.REPAIR)
                    is_stuck = (one.learner, group.focus) in stuck
                    expected = (4 if acute else 1 if step.action is Action.START else 2) + 2 * is_stuck
                    assert (one.need, one.unlocks) == (expected, min(step.unlocks, 3))
                    need, unlocks = need + one.need, unlocks + one.unlocks
                    seen += Counter(acute=acute, stuck=is_stuck, unlocks=step.unlocks > 0)
                names = [one.learner for one in group.members]
                for cost, groups in zip((2, 1), reversed(rules.before), strict=False):
                    for had in groups:
                        both = len(had.learners.intersection(names))
                        repeats += cost * both * (both - 1) // 2
            score = grouping.score
            assert (score.need, score.unlocks, score.repeats) == (need, unlocks, repeats)
            assert score.total == need + unlocks - repeats
            seen["repeats"] += repeats > 0
        assert all(plan.first.score.total >= other.score.total > 0 for other in plan.alternatives)
    assert BRIEF or all(seen[each] for each in ("acute", "stuck", "unlocks", "repeats")), seen


def test_the_order_of_the_class_decides_nothing() -> None:
    """In another order the same learners are in the same groups for the same reasons; asked again, all is the same."""
    seen = 0
    for room, rules, plan in planned()[:: 1 if BRIEF else 2]:
        turned = Classroom(room.rules, room.at, dict(reversed(list(room.progress.items()))))
        other = plan_groups(turned, rules)
        assert [placed(one) for one in (plan.first, *plan.alternatives)] == [
            placed(one) for one in (other.first, *other.alternatives)
        ]
        assert plan_groups(room, rules) == plan
        seen += len(plan.first.groups) > 0
    assert BRIEF or seen > 20


def placed(grouping: object) -> list[tuple[str, set[object]]]:
    """Return who is in which group, the members without order."""
    return [(group.focus, {*group.members}) for group in grouping.groups]  # type: ignore[attr-defined]


def test_the_solver_plans_as_the_search_does_but_proves_it() -> None:
    """For small classes the solver's plan counts as much as the search's, and is said to be best."""
    for room, rules, plan in planned()[:40]:
        proven = plan_groups(room, rules, exactly)
        assert proven.first.score.total == plan.first.score.total
        assert (proven.best, plan.best) == (True, False)
        assert "Proven: no other grouping counts more." in proven.because
