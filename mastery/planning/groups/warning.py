"""What to bear in mind about a grouping: groups are for a day, and nobody's place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mastery.planning.groups.groupings import Group
from mastery.planning.groups.needs import Asked
from mastery.planning.groups.setting import EarlierGroup
from mastery.wording import listed

__all__ = ["warnings"]

_FEW = 3
"""From so many on, the same learners together for the third time in a row are said to be so."""


def warnings(asked: Asked, groups: Sequence[Group]) -> tuple[str, ...]:
    """Return warnings: who are together for the third time in a row, who is grouped on the same for the third time."""
    return (*_together(asked, groups), *_on_the_same(asked, groups))


def _together(asked: Asked, groups: Sequence[Group]) -> Iterator[str]:
    if len(asked.rules.before) < 2:
        return
    last, before = asked.rules.before[-1], asked.rules.before[-2]
    for group in groups:
        now = {member.learner for member in group.members}
        for one in last:
            for other in before:
                same = now & one.learners & other.learners
                if len(same) >= _FEW:
                    who = listed([name for name in asked.room.learners if name in same], most=len(same))
                    yield f"{who} would be together for the third time in a row: a group is for a day, not a place."


def _on_the_same(asked: Asked, groups: Sequence[Group]) -> Iterator[str]:
    for group in groups:
        i = asked.room.rules.leaf(group.focus)
        again = [
            member.learner
            for member in group.members
            if sum(_was_on(asked, earlier, member.learner, i) for earlier in asked.rules.before) > 1
        ]
        if again:
            who = listed(again, most=len(again))
            yield (
                f"{who} would be in a group on {group.name} for the third time or more:"
                " think of another way than one more group."
            )


def _was_on(asked: Asked, earlier: Sequence[EarlierGroup], learner: str, i: int | None) -> bool:
    return any(learner in one.learners and asked.room.rules.leaf(one.focus) == i for one in earlier)
