"""From a choice in numbers to a grouping in words: each member's reason, and who works alone on what."""

from __future__ import annotations

from competencies.gate import bits
from mastery.pathway import Step, withheld
from mastery.planning.groups.groupings import Alone, Group, Grouping, Member, Score
from mastery.planning.groups.needs import Asked, Want
from mastery.planning.groups.problem import Choice
from mastery.planning.groups.warning import warnings
from mastery.progress import Progress
from mastery.wording import listed, wait_in_words

__all__ = ["grouping"]


def grouping(asked: Asked, choice: Choice, changes: int) -> Grouping:
    """Return a choice as a grouping, members in the order of the class; `changes` from the first choice."""
    problem = asked.problem
    ranked = sorted(choice, key=lambda one: (-problem.worth_of(*one), one))
    groups = tuple(_group(asked, focus, group) for focus, group in ranked)
    members = [member for group in groups for member in group.members]
    grouped = {member.learner for member in members}
    alone = tuple(_alone(asked, learner, progress) for learner, progress in asked.room if learner not in grouped)
    need, unlocks = sum(one.need for one in members), sum(one.unlocks for one in members)
    repeats = need + unlocks - problem.value(choice)
    score = Score(need, unlocks, repeats, need + unlocks - repeats)
    return Grouping(groups, alone, score, changes, warnings(asked, groups))


def _group(asked: Asked, focus: int, group: int) -> Group:
    i = asked.foci[focus]
    grouped = {asked.learners[n] for n in bits(group)}
    members = tuple(_member(one, asked.wants[one][i]) for one in asked.room.learners if one in grouped)
    leaf = asked.room.rules.leaves[i]
    return Group(leaf.identifier, asked.room.rules.printed[i], leaf.statement, members)


def _member(learner: str, want: Want) -> Member:
    said = " ".join(_why(want.step))
    if want.is_stuck:
        said += " Stuck on it: `mastery stuck` says since when."
    return Member(learner, want.step.action, said, want.need, want.unlocks)


def _why(step: Step) -> tuple[str, ...]:
    """Return why this is a step and, where a person pinned it, who did: the first sentences of its `because`."""
    return step.because[: 1 if step.pin is None else 2]


def _alone(asked: Asked, learner: str, progress: Progress) -> Alone:
    first = next(iter(asked.steps[learner]), None)
    if first is None:
        return Alone(learner, None, None, None, _no_step(progress))
    name = asked.room.framework.printed_name(first.competency)
    return Alone(learner, first.competency, name, first.action, " ".join(_why(first)))


def _no_step(progress: Progress) -> str:
    waits = withheld(progress)
    if waits:
        printed = progress.framework.printed_name
        said = listed([f"{printed(one.competency)} ({wait_in_words(one.wait)})" for one in waits], most=2)
        return f"No step now: {said}."
    if progress.credited.bit_count() == len(progress.rules.leaves):
        return "No step now: everything is met."
    return "No step now: what is left waits for its requirements."
