"""`plan_groups`: how to group a class tomorrow, by what each can work on next."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.planning.groups.groupings import Grouping
from mastery.planning.groups.needs import MOST_UNLOCKS, NEED, STUCK, TOGETHER, Asked, asked
from mastery.planning.groups.problem import Found, Solver, changed
from mastery.planning.groups.searching import search
from mastery.planning.groups.setting import GroupRules
from mastery.planning.groups.telling import grouping
from mastery.standing import Action
from mastery.wording import listed, many

__all__ = ["GroupPlan", "plan_groups"]


@frozen
class GroupPlan:
    """The first choice of groups, and alternatives that are distinct from it and each other, best first.

    `best`: it is proven that no grouping counts more than the first choice.
    """

    first: Grouping
    alternatives: tuple[Grouping, ...]
    best: bool
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings about the first choice."""
        return self.first.warnings

    def table(self) -> Table:
        """Return the first choice, a learner a row; `group` is a number, and empty for those who work alone."""
        rows = [
            (str(n), group.name, one.learner, one.action.value, one.because)
            for n, group in enumerate(self.first.groups, start=1)
            for one in group.members
        ]
        for alone in self.first.alone:
            action = "" if alone.action is None else alone.action.value
            rows.append(("", alone.name or "", alone.learner, action, alone.because))
        return Table(("group", "focus", "learner", "action", "because"), tuple(rows))


def plan_groups(room: Classroom, rules: GroupRules | None = None, solver: Solver | None = None) -> GroupPlan:
    """Return groups for tomorrow, each with one competency that is a next step of every member; and alternatives.

    The step of a member is one that is advised to them alone (`next_steps`): nobody is grouped on what is paused, held
    or not offered, and whoever has a pinned step only on such a one. Each learner is in one group at most.

    A grouping counts, for each member, need and unlocks: need is 1 for a start; 2 to continue, to check or to recheck;
    4 to retake, to repair, or to go on after a check that was not passed; and 2 more where the learner is stuck on it.
    Unlocks is how many locked competencies credit for it would open for them at once, 3 at most. Off go 2 for each
    pair who were together in the last earlier grouping, and 1 for each in the one before it. Every member counts 1 or
    more, so that among new faces a fuller group counts more than a smaller one within it; of groupings that count as
    much one with fewest groups is taken. The figures are our own.

    Without a `solver` by `search`, which proves nothing; `solve_exactly` proves. The order of the class decides
    nothing. Same input, same plan.
    """
    rules = rules or GroupRules()
    question = asked(room, rules)
    found = (solver or search)(question.problem, rules.alternatives, rules.seed)
    first, *others = (
        grouping(question, choice, changed(found.choices[0], choice).bit_count()) for choice in found.choices
    )
    best = found.proven(question.problem)
    return GroupPlan(first, tuple(others), best, tuple(_rule(rules, best)), tuple(_caveats(question, first, found)))


def _rule(rules: GroupRules, best: bool) -> Iterator[str]:
    size = f"{rules.smallest}" if rules.smallest == rules.largest else f"{rules.smallest} to {rules.largest}"
    most = many(rules.adults, "group")
    yield f"At most {most}, of {size} learners each; what a group works on is a next step of every member."
    more = listed([f"{action.value} {NEED[action]}" for action in Action], most=len(NEED))
    yield (
        f"Need, for each member: {more}; {NEED[Action.RETAKE]} after a check that was not passed;"
        f" {STUCK} more where stuck on it."
    )
    yield f"Unlocks: what it would open for that learner at once, {MOST_UNLOCKS} at most."
    if rules.before:
        yield f"Repeats: {TOGETHER[0]} off for each pair together last time, {TOGETHER[1]} for the time before."
    searched = "Found by a search: perhaps another grouping counts a little more."
    yield "Proven: no other grouping counts more." if best else searched
    yield "Groups are for one day. Where each learner stands decides, and that changes."


def _caveats(question: Asked, first: Grouping, found: Found) -> Iterator[str]:
    rules = question.rules
    others = len(found.choices) - 1
    if not first.groups:
        least = many(rules.smallest, "learner")
        yield f"No groups: no {least} can work together on one competency within these rules, or it is not worth it."
    elif others < rules.alternatives:
        count = many(others, "alternative") if others else "No alternative"
        yield f"{count} found, of {rules.alternatives} wanted: none else was met that differs enough."
    known = question.room.rules
    gone = {one.focus for groups in rules.before for one in groups if known.leaf(one.focus) is None}
    if gone:
        yield f"Earlier groups worked on {listed(sorted(gone))}, no longer a focus here: only who was together counts."
    yield from question.room.caveats()
