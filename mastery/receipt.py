"""What recording did."""

from __future__ import annotations

from attrs import define, field

from mastery.changes import Change, changes
from mastery.facts import Award, Fact
from mastery.progress import Progress

__all__ = ["Move", "Receipt"]

Move = tuple[Progress, Progress, set[int] | None]


@define
class Receipt:
    """What a call to `record` did: the facts that were new, how many were known already, and the awards it earned.

    `changes` says what this unlocked, earned or made due, learner by learner, for these facts alone and not the
    passing of time; it is worked out when first read.
    """

    recorded: tuple[Fact, ...]
    repeated: int
    awards: tuple[Award, ...]
    _moves: list[Move] = field(repr=False)
    _changes: tuple[Change, ...] | None = field(default=None, init=False, repr=False)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes that these facts made."""
        if self._changes is None:
            found = (change for before, after, among in self._moves for change in changes(before, after, among))
            self._changes = tuple(found)
        return self._changes
