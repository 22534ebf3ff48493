"""What a mastery model is, and what it answers."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, runtime_checkable

from attrs import frozen

from mastery.facts import Evidence

__all__ = ["Estimate", "MasteryModel", "RunningModel", "Tally"]


@frozen
class Estimate:
    """How well a competency is known: `value`, an interval `low`..`high` around it, all 0..1, and how many pieces."""

    value: float
    low: float
    high: float
    pieces: int


@runtime_checkable
class MasteryModel(Protocol):
    """A mastery model: a value that reads only the counted evidence of one competency.

    Raising a score must never lose credit: see the laws. A model of your own is any frozen, hashable value with these.
    """

    @property
    def highest(self) -> float:
        """The limit that no estimate exceeds, so that a bar which nobody could reach is refused."""
        ...

    @property
    def window(self) -> int | None:
        """How many of the latest pieces are read; None: all."""
        ...

    @property
    def ages(self) -> bool:
        """Whether the estimate depends on the day `on`."""
        ...

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate from scored `pieces` in order of time, aged to the UTC date `on`; None without pieces.

        `on` left out is the date of the latest piece.
        """
        ...


class Tally(Protocol):
    """A running estimate: what a model makes of the pieces taken so far."""

    def take(self, piece: Evidence) -> None:
        """Take the next scored piece in order of time."""
        ...

    def estimate(self, on: date | None = None) -> Estimate | None:
        """Return what `of` gives for the pieces taken."""
        ...


@runtime_checkable
class RunningModel(Protocol):
    """A model that need not read all pieces again for one more: worth having where it reads all of them."""

    def tally(self) -> Tally:
        """Return the running estimate of no piece yet."""
        ...
