"""What a store is."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol

from attrs import frozen

from mastery.facts import Fact

__all__ = ["Adoption", "Store"]


@frozen
class Adoption:
    """A framework or a policy that a store lives by from `adopted_at` on: its version and its JSON text."""

    kind: Literal["framework", "policy"]
    version: str
    body: str
    adopted_at: datetime


class Store(Protocol):
    """Keeps facts, one per key for ever, in the order in which they came, and adoptions.

    A position is a whole number that grows with every fact kept.
    """

    def writing(self) -> AbstractContextManager[None]:
        """Open one transaction: everything within is kept together or, when it raises, not at all."""
        ...

    def append(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Keep what is new among `facts` and return it; the same content under its key again is passed over.

        Only within `writing`. Raises KeyConflict for a key that is in use for another content.
        """
        ...

    def position(self) -> int:
        """Return the position of the latest fact of all, 0 without any."""
        ...

    def facts(self, learner: str, after: int = 0) -> tuple[list[Fact], int]:
        """Return a learner's facts beyond a position, in the order in which they came, and the position of the last.

        Where there are none, the position is `after`.
        """
        ...

    def log(self, after: int = 0, most: int = 5_000) -> tuple[list[Fact], int]:
        """Return up to `most` facts of all learners beyond a position, in the same way."""
        ...

    def find(self, key: str) -> Fact | None:
        """Return the fact of this key."""
        ...

    def learners(self) -> list[str]:
        """Return every learner with a fact, sorted."""
        ...

    def adopt(self, adoption: Adoption) -> None:
        """Keep an adoption. Only within `writing`."""
        ...

    def editions(self) -> int:
        """Return how many adoptions there are: it tells whether another handle has adopted something."""
        ...

    def adoptions(self) -> list[Adoption]:
        """Return all adoptions in the order in which they came."""
        ...

    def close(self) -> None:
        """Let go of what is held open."""
        ...
