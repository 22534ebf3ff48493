"""A grouping as it is told: groups with their members and reasons, who works alone, and what it counts."""

from __future__ import annotations

from attrs import frozen

from mastery.standing import Action

__all__ = ["Alone", "Group", "Grouping", "Member", "Score"]


@frozen
class Member:
    """A learner in a group: their own next step on its focus and why, and what that counts: need and unlocks."""

    learner: str
    action: Action
    because: str
    need: int
    unlocks: int


@frozen
class Group:
    """Learners who work together on one competency, its focus, with the `name` that is printed and its statement."""

    focus: str
    name: str
    statement: str
    members: tuple[Member, ...]


@frozen
class Alone:
    """A learner in no group: their own first step, or None and why there is none."""

    learner: str
    competency: str | None
    name: str | None
    action: Action | None
    because: str


@frozen
class Score:
    """What a grouping counts: `need` and `unlocks` summed over the members, less `repeats`, is the `total`."""

    need: int
    unlocks: int
    repeats: int
    total: int


@frozen
class Grouping:
    """Groups, the one that counts most first, those who work alone, what it counts, and warnings.

    `changes`: so many learners work on something else than in the first choice, or alone in one of the two.
    """

    groups: tuple[Group, ...]
    alone: tuple[Alone, ...]
    score: Score
    changes: int
    warnings: tuple[str, ...]
