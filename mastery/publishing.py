"""What another framework or policy would do to learners, before it is adopted."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from competencies import Framework
from competencies.gate import bits
from mastery.facts import Evidence
from mastery.policy import Policy
from mastery.progress import Progress
from mastery.standing import Action, Status

__all__ = ["Effect", "Impact", "Work", "by_effect", "idle_rules", "impact"]


@frozen
class Work:
    """Steps of one action that other rules would ask of a learner anew, by printed names in framework order."""

    action: Action
    competencies: tuple[str, ...]


@frozen
class Impact:
    """What adopting other rules would do to one learner, by printed names in framework order.

    `gained` would be credited; `questioned` stays credited but under question; `locked` can be worked on today and
    would be locked; `lost` is credited today and has no place in the new framework; `unplaced` counts the pieces of
    evidence that would have no place; `work` is what would be asked anew of a learner: more evidence, checks, rechecks.
    """

    learner: str
    gained: tuple[str, ...]
    questioned: tuple[str, ...]
    locked: tuple[str, ...]
    lost: tuple[str, ...]
    unplaced: int
    work: tuple[Work, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change for this learner."""
        return not (self.gained or self.questioned or self.locked or self.lost or self.unplaced or self.work)


class Effect(StrEnum):
    """What other rules would do to somebody, in one word; the last five are the steps that they would ask anew."""

    GAINED = "gained"
    LOCKED = "locked"
    QUESTIONED = "questioned"
    LOST = "lost"
    CONTINUE = "continue"
    CHECK = "check"
    RETAKE = "retake"
    RECHECK = "recheck"
    REPAIR = "repair"


def by_effect(impacts: Iterable[Impact]) -> dict[Effect, list[tuple[str, tuple[str, ...]]]]:
    """Return for each effect that there is whom it would touch, and on which competencies."""
    found: dict[Effect, list[tuple[str, tuple[str, ...]]]] = {effect: [] for effect in Effect}
    for one in impacts:
        credit = [(effect, getattr(one, effect)) for effect in _CREDIT]
        for effect, names in (*credit, *((Effect(work.action), work.competencies) for work in one.work)):
            if names:
                found[effect].append((one.learner, names))
    return {effect: touched for effect, touched in found.items() if touched}


_CREDIT = (Effect.GAINED, Effect.LOCKED, Effect.QUESTIONED, Effect.LOST)


def impact(learner: str, before: Progress, after: Progress) -> Impact:
    """Return what changes for a learner from one pair of framework and policy to another, on the same facts."""
    carried, lost = _carried(before, after)
    gained = after.credited & ~carried
    questioned = [i for i in bits(after.credited & carried) if after.standing_at(i).under_question]
    already = {
        i for j in bits(before.credited) if before.standing_at(j).under_question for i in _places(before, after, j)
    }
    locked = [i for i in _workable(before, after) if after.standing_at(i).status is Status.LOCKED]
    names = after.rules.printed
    return Impact(
        learner,
        gained=tuple(names[i] for i in bits(gained)),
        questioned=tuple(names[i] for i in questioned if i not in already),
        locked=tuple(names[i] for i in sorted(set(locked))),
        lost=tuple(before.rules.printed[j] for j in lost),
        unplaced=sum(isinstance(fact, Evidence) for fact in after.unplaced)
        - sum(isinstance(fact, Evidence) for fact in before.unplaced),
        work=_work(before, after),
    )


_ASKED = (Action.CONTINUE, Action.CHECK, Action.RETAKE, Action.RECHECK, Action.REPAIR)


def _work(before: Progress, after: Progress) -> tuple[Work, ...]:
    """Return the steps that are there after and were not before; what can be started is an offer and not listed."""
    earlier = {
        (i, standing.action)
        for j in range(len(before.rules.leaves))
        if (standing := before.standing_at(j)).action is not None
        for i in _places(before, after, j)
    }
    anew: dict[Action, list[str]] = {action: [] for action in _ASKED}
    for i, standing in after.steppable:
        if standing.action in anew and (i, standing.action) not in earlier:
            anew[standing.action].append(after.rules.printed[i])
    return tuple(Work(action, tuple(names)) for action, names in anew.items() if names)


def idle_rules(policy: Policy, framework: Framework) -> list[int]:
    """Return the numbers, from 1, of the special rules by which no competency of a framework would live."""
    in_force = {next(policy.fitting(framework, leaf.identifier), None) for leaf in framework.leaves}
    return [n for n in range(1, len(policy.special) + 1) if n - 1 not in in_force]


def _places(before: Progress, after: Progress, j: int) -> tuple[int, ...]:
    """Return where leaf `j` of the one framework stands in the other."""
    return after.rules.placement(before.rules.expansion.leaves[j])


def _carried(before: Progress, after: Progress) -> tuple[int, list[int]]:
    """Return the leaves of `after` that were credited in `before`, and those credited there that have no place now."""
    carried, lost = 0, []
    for j in bits(before.credited):
        places = _places(before, after, j)
        carried |= sum(1 << i for i in places)
        if not places:
            lost.append(j)
    return carried, lost


def _workable(before: Progress, after: Progress) -> list[int]:
    shut = (Status.LOCKED, Status.MET)
    positions = range(len(before.rules.leaves))
    return [i for j in positions if before.standing_at(j).status not in shut for i in _places(before, after, j)]
