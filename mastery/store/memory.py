"""A store in memory: for tests, for trying out, for what a process need not remember."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from attrs import define, field

from mastery.errors import KeyConflict
from mastery.facts import Fact, differences
from mastery.store.protocol import Adoption

__all__ = ["MemoryStore"]


@define
class MemoryStore:
    """Keeps facts and adoptions in lists. For one thread at a time; the engine sees to that."""

    _log: list[Fact] = field(factory=list, init=False)
    _by_key: dict[str, Fact] = field(factory=dict, init=False)
    _by_learner: dict[str, list[tuple[int, Fact]]] = field(factory=dict, init=False)
    _adoptions: list[Adoption] = field(factory=list, init=False)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open one transaction."""
        facts, adoptions = len(self._log), len(self._adoptions)
        try:
            yield
        except BaseException:
            for position in range(len(self._log), facts, -1):
                self._forget(self._log[position - 1], position)
            del self._log[facts:]
            del self._adoptions[adoptions:]
            raise

    def _forget(self, fact: Fact, position: int) -> None:
        """Take a fact out of the two indexes, into which an interrupt may have kept it from coming."""
        self._by_key.pop(fact.key, None)
        kept = self._by_learner.get(fact.learner, [])
        if kept and kept[-1][0] == position:
            kept.pop()

    def append(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Keep what is new; raises KeyConflict."""
        new = []
        for fact in facts:
            other = self._by_key.get(fact.key)
            if other is None:
                self._log.append(fact)  # first, so that what comes after can be taken back
                self._by_key[fact.key] = fact
                new.append(fact)
                self._by_learner.setdefault(fact.learner, []).append((len(self._log), fact))
            elif other != fact:
                raise KeyConflict(fact.key, differences(other, fact))
        return new

    def position(self) -> int:
        """Return the position of the latest fact of all."""
        return len(self._log)

    def facts(self, learner: str, after: int = 0) -> tuple[list[Fact], int]:
        """Return a learner's facts beyond a position, and the position of the last."""
        kept = self._by_learner.get(learner, [])
        if not kept or kept[-1][0] <= after:
            return [], after
        return [fact for position, fact in kept if position > after], kept[-1][0]

    def log(self, after: int = 0, most: int = 5_000) -> tuple[list[Fact], int]:
        """Return up to `most` facts of all learners beyond a position, and the position of the last."""
        found = self._log[after : after + most]
        return found, after + len(found)

    def find(self, key: str) -> Fact | None:
        """Return the fact of this key."""
        return self._by_key.get(key)

    def learners(self) -> list[str]:
        """Return every learner with a fact, sorted."""
        return sorted(learner for learner, kept in self._by_learner.items() if kept)

    def adopt(self, adoption: Adoption) -> None:
        """Keep an adoption."""
        self._adoptions.append(adoption)

    def editions(self) -> int:
        """Return how many adoptions there are."""
        return len(self._adoptions)

    def adoptions(self) -> list[Adoption]:
        """Return all adoptions in the order in which they came."""
        return list(self._adoptions)

    def close(self) -> None:
        """Do nothing: memory is let go of with the value."""
