"""How much a learner needs a step, and what it counts that two were together before: the score in whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from attrs import frozen

from mastery.classroom.room import Classroom
from mastery.classroom.stuck import Pattern, who_is_stuck
from mastery.pathway import Step, next_steps
from mastery.planning.groups.problem import Problem
from mastery.planning.groups.setting import EarlierGroup, GroupRules
from mastery.standing import Action, Status

__all__ = ["MOST_UNLOCKS", "NEED", "STUCK", "TOGETHER", "Asked", "Want", "asked"]

NEED = {
    Action.START: 1,
    Action.CONTINUE: 2,
    Action.CHECK: 2,
    Action.RECHECK: 2,
    Action.RETAKE: 4,
    Action.REPAIR: 4,
}
"""What a step counts by its action; going on after a check that was not passed counts as a retake."""
STUCK = 2
"""What it counts more where the learner is stuck on it."""
MOST_UNLOCKS = 3
"""Of what a step would open for the learner, so many count."""
TOGETHER = (2, 1)
"""What it costs that two were in one group in the last earlier grouping, and in the one before it."""

_HELPED = frozenset({Pattern.WHEEL_SPINNING, Pattern.LAPSED_PREREQUISITE, Pattern.NO_MOVEMENT})


@frozen
class Want:
    """One step that a learner can be grouped on, and what that counts: need and what it unlocks."""

    step: Step
    need: int
    unlocks: int
    is_stuck: bool


@frozen
class Asked:
    """What is asked, in values and in numbers: positions in `problem` are those of `learners` and `foci` (leaves).

    The learners are sorted, so that the order of the class decides nothing. `steps` are those that each is advised.
    """

    room: Classroom
    rules: GroupRules
    steps: Mapping[str, tuple[Step, ...]]
    wants: Mapping[str, Mapping[int, Want]]
    learners: tuple[str, ...]
    foci: tuple[int, ...]
    problem: Problem


def asked(room: Classroom, rules: GroupRules) -> Asked:
    """Return the question that a class and rules come to. What too few can work on is no focus."""
    steps = {learner: next_steps(progress) for learner, progress in room}
    wants = _wants(room, steps)
    learners = tuple(sorted(room.learners))
    number = {learner: n for n, learner in enumerate(learners)}
    who: dict[int, dict[int, int]] = {}
    for learner, theirs in wants.items():
        for i, want in theirs.items():
            who.setdefault(i, {})[number[learner]] = want.need + want.unlocks
    foci = tuple(sorted(i for i, these in who.items() if len(these) >= rules.smallest))
    worth = [dict(sorted(who[i].items())) for i in foci]
    repeats, apart = _repeats(number, rules.before), _apart(number, rules)
    problem = Problem(worth, repeats, apart, rules.smallest, rules.largest, rules.adults)
    return Asked(room, rules, steps, wants, learners, foci, problem)


def _wants(room: Classroom, steps: Mapping[str, Sequence[Step]]) -> dict[str, dict[int, Want]]:
    """Return what each learner can be grouped on, by leaf: of their next steps, where any are pinned only those."""
    stuck = {(one.learner, one.competency) for one in who_is_stuck(room).flags if one.pattern in _HELPED}
    found: dict[str, dict[int, Want]] = {}
    for learner in room.learners:
        pinned = [step for step in steps[learner] if step.pin is not None]
        found[learner] = {}
        for step in pinned or steps[learner]:
            i = room.rules.leaf(step.competency)
            if i is not None:
                found[learner][i] = _want(step, (learner, step.competency) in stuck)
    return found


def _want(step: Step, is_stuck: bool) -> Want:
    need = NEED[Action.RETAKE if step.status is Status.NOT_YET else step.action] + STUCK * is_stuck
    return Want(step, need, min(step.unlocks, MOST_UNLOCKS), is_stuck)


def _apart(number: Mapping[str, int], rules: GroupRules) -> list[int]:
    apart = [0] * len(number)
    for a, b in rules.apart:
        if a in number and b in number:
            apart[number[a]] |= 1 << number[b]
            apart[number[b]] |= 1 << number[a]
    return apart


def _repeats(number: Mapping[str, int], before: Sequence[Iterable[EarlierGroup]]) -> list[dict[int, int]]:
    repeats: list[dict[int, int]] = [{} for _ in number]
    for cost, groups in zip(TOGETHER, reversed(before), strict=False):
        for group in groups:
            members = sorted(number[one] for one in group.learners if one in number)
            for one, other in permutations(members, 2):
                repeats[one][other] = repeats[one].get(other, 0) + cost
    return repeats
