"""The smallest collection of sets that covers everything: set cover, exact where a bounded search can prove it."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from competencies.gate import bits

__all__ = ["MOST_TRIED", "cover"]

MOST_TRIED = 20_000
"""So many partial choices are looked at before the best found so far is taken, proven or not."""


def cover(sets: Sequence[int]) -> tuple[tuple[int, ...], bool]:
    """Return positions of sets (bit masks) that together hold all that any of them holds, and whether no fewer would.

    Fewest first; of equally few what the search meets first, which prefers large sets, then earlier ones. The search is
    by the element that fewest sets hold, bounded below by elements no two of which share a set; at most `MOST_TRIED`
    partial choices, a count and not a time, so that the answer is the same on every machine.
    """
    kept = _undominated(sets)
    every = 0
    for i in kept:
        every |= sets[i]
    search = _Search(sets, kept, _greedy(sets, kept, every))
    search.go(every, [])
    return tuple(sorted(search.best)), search.tried < MOST_TRIED


def _undominated(sets: Sequence[int]) -> list[int]:
    """Return the positions of the sets that no other contains; of equal sets the first. Largest first."""
    order = sorted(range(len(sets)), key=lambda i: (-sets[i].bit_count(), i))
    kept: list[int] = []
    for i in order:
        if sets[i] and not any(sets[i] & sets[j] == sets[i] for j in kept):
            kept.append(i)
    return kept


def _greedy(sets: Sequence[int], kept: Sequence[int], every: int) -> list[int]:
    """Take what covers most of what is left, over and over, then drop what the others cover anyway."""
    chosen: list[int] = []
    left = every
    while left:
        best = max(kept, key=lambda i: ((sets[i] & left).bit_count(), -i))
        chosen.append(best)
        left &= ~sets[best]
    for i in list(chosen):
        others = 0
        for j in chosen:
            others |= sets[j] if j != i else 0
        if others & every == every:
            chosen.remove(i)
    return chosen


@define
class _Search:
    sets: Sequence[int]
    kept: Sequence[int]
    best: list[int]
    tried: int = 0
    _holding: dict[int, list[int]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for i in self.kept:
            for element in bits(self.sets[i]):
                self._holding.setdefault(element, []).append(i)

    def go(self, left: int, chosen: list[int]) -> None:
        """Cover what is left, where that can still beat the best."""
        if not left:
            if len(chosen) < len(self.best):
                self.best = list(chosen)
            return
        if self.tried >= MOST_TRIED:
            return
        self.tried += 1
        if len(chosen) + self._at_least(left) >= len(self.best):
            return
        element = min(bits(left), key=lambda e: (len(self._holding[e]), e))
        for i in sorted(self._holding[element], key=lambda i: (-(self.sets[i] & left).bit_count(), i)):
            self.go(left & ~self.sets[i], [*chosen, i])

    def _at_least(self, left: int) -> int:
        """Return how many sets are wanted at least: elements no two of which any one set holds."""
        count = 0
        while left:
            element = min(bits(left), key=lambda e: (len(self._holding[e]), e))
            count += 1
            for i in self._holding[element]:
                left &= ~self.sets[i]
        return count
