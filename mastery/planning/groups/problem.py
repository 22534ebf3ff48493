"""The question of groups in numbers: who can work on what, what it is worth, and what a grouping comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from attrs import field, frozen

from competencies.gate import bits

__all__ = ["Choice", "Found", "Problem", "Solver", "changed", "is_distinct"]

Choice = tuple[tuple[int, int], ...]
"""Groups, each as the position of its focus among the foci and the mask of its learners; in order."""


@frozen(eq=False)
class Problem:
    """Who can work on what, and what it is worth, in whole numbers.

    `worth[f]` has, for focus f, what each learner who can work on it counts, above 0. `repeats[a][b]` is what it costs
    that a and b are together, both ways round; `apart[a]` masks those whom a is kept apart from. Learners and foci are
    positions.
    """

    worth: Sequence[Mapping[int, int]]
    repeats: Sequence[Mapping[int, int]]
    apart: Sequence[int]
    smallest: int
    largest: int
    adults: int
    can: tuple[int, ...] = field(init=False)
    again: tuple[int, ...] = field(init=False)

    @can.default
    def _who_can(self) -> tuple[int, ...]:
        """The mask of those who can work on each focus."""
        return tuple(sum(1 << one for one in theirs) for theirs in self.worth)

    @again.default
    def _who_was_with(self) -> tuple[int, ...]:
        """The mask of those whom each was with before."""
        return tuple(sum(1 << other for other in theirs) for theirs in self.repeats)

    def cost(self, learner: int, group: int) -> int:
        """Return what it costs that a learner is with a group again."""
        both = self.again[learner] & group
        return sum(self.repeats[learner][other] for other in bits(both)) if both else 0

    def worth_of(self, focus: int, group: int) -> int:
        """Return what one group comes to: what its members count, less what it costs that they are together again."""
        members = list(bits(group))
        worth = self.worth[focus]
        return sum(worth[one] for one in members) - sum(self.cost(one, group) for one in members) // 2

    def value(self, choice: Iterable[tuple[int, int]]) -> int:
        """Return what a grouping comes to."""
        return sum(self.worth_of(focus, group) for focus, group in choice)

    def allows(self, choice: Sequence[tuple[int, int]]) -> bool:
        """Whether a grouping keeps every rule."""
        seen = 0
        for focus, group in choice:
            kept_apart = any(self.apart[one] & group for one in bits(group))
            fits = self.smallest <= group.bit_count() <= self.largest
            if not fits or kept_apart or seen & group or group & ~self.can[focus]:
                return False
            seen |= group
        return len(choice) <= self.adults


@frozen
class Found:
    """The first choice and then alternatives, each distinct from those before; the first may be no group at all.

    `bound`: no grouping comes to more, None where that is not known; `proven` where the first comes to just that.
    """

    choices: tuple[Choice, ...]
    bound: int | None = None

    def proven(self, problem: Problem) -> bool:
        """Whether no grouping comes to more than the first choice."""
        return self.bound is not None and problem.value(self.choices[0]) >= self.bound


class Solver(Protocol):
    """What finds groups: the first choice and at most so many alternatives; the same for the same seed."""

    def __call__(self, problem: Problem, alternatives: int, seed: int) -> Found:
        """Return the choices that it finds."""
        ...


def changed(one: Choice, other: Choice) -> int:
    """Return the mask of the learners who work on another focus in the other grouping, or in one of the two alone."""
    at = {learner: focus for focus, group in one for learner in bits(group)}
    then = {learner: focus for focus, group in other for learner in bits(group)}
    return sum(1 << learner for learner in at.keys() | then.keys() if at.get(learner) != then.get(learner))


def is_distinct(one: Choice, other: Choice) -> bool:
    """Whether two groupings are different proposals.

    They are where their foci differ, each counted as often as it has a group, or where a quarter or more of as many
    learners as the first puts in groups work on something else, or alone in one of the two.
    """
    if Counter(focus for focus, _ in one) != Counter(focus for focus, _ in other):
        return True
    grouped = sum(group.bit_count() for _, group in one)
    return 4 * changed(one, other).bit_count() >= grouped > 0
