"""Groups by local search: from many starts, each made better step by step; bounded by counts and never by time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Set

from attrs import define, field

from competencies.gate import bits
from mastery.planning.groups.problem import Choice, Found, Problem, is_distinct

__all__ = ["ROUNDS", "search"]

ROUNDS = 120
"""So many times a grouping is partly taken apart and built anew, in each of the starts."""
STARTS = 3
FURTHER = 60
"""So many rounds more, in all, look for alternatives that do without one focus of the first choice."""


def search(problem: Problem, alternatives: int, seed: int) -> Found:
    """Return the best groups that an iterated local search finds, and distinct alternatives; nothing is proven.

    From `STARTS` starts by greed (Feo and Resende 1995: with some chance in it) groups are made better by moving,
    exchanging, adding and leaving out learners and by another focus, then partly taken apart and built anew (ruin and
    recreate: Schrimpf and others 2000). Each alternative is the best of all groupings met that is distinct from those
    before it. Same problem and seed, same answer.
    """
    chance = random.Random(seed)  # noqa: S311 - a search is no secret
    met: dict[Choice, int] = {(): 0}
    for _ in range(STARTS):
        _Search(problem, chance, met).run(ROUNDS)
    ranked = _ranked(met)
    chosen = [ranked[0]]
    if alternatives and chosen[0]:
        foci = sorted({focus for focus, _ in chosen[0]})
        for focus in foci:
            _Search(problem, chance, met, {focus}).run(max(2, FURTHER // len(foci)))
        for choice in _ranked(met):
            if len(chosen) <= alternatives and met[choice] > 0 and all(is_distinct(one, choice) for one in chosen):
                chosen.append(choice)
    return Found(tuple(chosen))


def _ranked(met: dict[Choice, int]) -> list[Choice]:
    return sorted(met, key=lambda choice: (-met[choice], len(choice), choice))


@define
class _Search:
    """One search: groups as pairs of focus and mask, and those who are free; `without`: foci that are left out."""

    problem: Problem
    chance: random.Random
    met: dict[Choice, int]
    without: Set[int] = frozenset()
    groups: list[tuple[int, int]] = field(factory=list)
    free: int = 0
    by_worth: list[list[tuple[int, int]]] = field(factory=list)
    foci: list[int] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        problem = self.problem
        self.free = (1 << len(problem.repeats)) - 1
        for worth in problem.worth:
            ranked = [(value, learner) for learner, value in worth.items()]
            self.chance.shuffle(ranked)
            ranked.sort(key=lambda one: -one[0])
            self.by_worth.append(ranked)
        self.foci = [f for f, can in enumerate(problem.can) if can.bit_count() >= problem.smallest]
        self.foci = [f for f in self.foci if f not in self.without]

    def run(self, rounds: int) -> None:
        """Build groups, then take them partly apart and build anew, so many times."""
        self.build(0.0)
        self.improve()
        best = now = self.note()
        kept = list(self.groups), self.free
        for _ in range(rounds if self.foci else 0):
            self.ruin()
            self.build(0.3)
            self.improve()
            value = self.note()
            if value >= now - (self.chance.random() < 0.1) * max(1, best // 50):
                now, kept = value, (list(self.groups), self.free)
            else:
                self.groups, self.free = list(kept[0]), kept[1]
            best = max(best, value)

    def note(self) -> int:
        """Remember the groups as they are; return what they come to."""
        choice = tuple(sorted(self.groups))
        value = self.problem.value(choice)
        self.met[choice] = value
        return value

    def ruin(self) -> None:
        """Take one to three groups apart."""
        for _ in range(self.chance.choice((1, 1, 2, 2, 3))):
            if self.groups:
                _, group = self.groups.pop(self.chance.randrange(len(self.groups)))
                self.free |= group

    def build(self, noise: float) -> None:
        """Add the group that is worth most, over and over, while there is an adult; with noise of some of the free."""
        everybody = len(self.problem.repeats)
        while len(self.groups) < self.problem.adults:
            some = self.chance.getrandbits(everybody) | self.chance.getrandbits(everybody) if noise else -1
            most = self.chance.randint(self.problem.smallest, self.problem.largest) if noise else self.problem.largest
            found = self.best_group(self.free & some, noise, 0, most)
            if found is None:
                return
            self.groups.append(found)
            self.free &= ~found[1]

    def best_group(self, free: int, noise: float, above: int, size: int) -> tuple[int, int] | None:
        """Return the group of free learners that is worth most, more than `above`, by greed within each focus."""
        best, found = float(above), None
        for focus in self.foci:
            factor = 1 + noise * self.chance.random() if noise else 1.0
            if self.most(focus, free, size) * factor > best:
                group, value = self.gathered(focus, free, size)
                if group and value > 0 and value * factor > best:
                    best, found = value * factor, (focus, group)
        return found

    def most(self, focus: int, free: int, size: int) -> int:
        """Return more than which no group on a focus can be worth; 0 where too few are free."""
        total = count = 0
        for value, learner in self.by_worth[focus]:
            if free >> learner & 1:
                total, count = total + value, count + 1
                if count == size:
                    break
        return total if count >= self.problem.smallest else 0

    def gathered(self, focus: int, free: int, size: int) -> tuple[int, int]:
        """Return a group on a focus, the learner added who adds most, and its worth; no group where none is allowed."""
        problem = self.problem
        left = [one for one in self.by_worth[focus] if free >> one[1] & 1]
        group = barred = total = 0
        while group.bit_count() < size:
            best, chosen = None, None
            for one in left:
                value, learner = one
                if best is not None and value <= best:
                    break
                if not barred >> learner & 1:
                    gain = value - problem.cost(learner, group)
                    if best is None or gain > best:
                        best, chosen = gain, one
            if best is None or chosen is None or (best <= 0 and group.bit_count() >= problem.smallest):
                break
            left.remove(chosen)
            group |= 1 << chosen[1]
            barred |= problem.apart[chosen[1]]
            total += best
        return (group, total) if group.bit_count() >= problem.smallest else (0, 0)

    def improve(self) -> None:
        """Take steps that make the groups better until there is none."""
        better = True
        while better:
            better = False
            for at in reversed(range(len(self.groups))):  # a group that is left goes from the end of the list
                while at < len(self.groups) and self.step(at):
                    better = True
        if len(self.groups) < self.problem.adults:
            self.build(0.0)

    def step(self, at: int) -> bool:
        """Take one step at a group: somebody less, more or else; a move that another makes good; another focus."""
        return self.leave(at) or self.join(at) or self.refocus(at)

    def refocus(self, at: int) -> bool:
        """Put the best group of its members and the free in its place."""
        focus, group = self.groups[at]
        found = self.best_group(self.free | group, 0.0, self.problem.worth_of(focus, group), self.problem.largest)
        if found is None:
            return False
        self.free = (self.free | group) & ~found[1]
        self.groups[at] = found
        return True

    def leave(self, at: int) -> bool:
        """Leave out a group that costs more than it is worth, or a member who does."""
        focus, group = self.groups[at]
        if self.problem.worth_of(focus, group) <= 0:
            self.groups.pop(at)
            self.free |= group
            return True
        for one in bits(group):
            if self.gain(focus, group ^ 1 << one, one) < 0 and group.bit_count() > self.problem.smallest:
                self.put(at, focus, group ^ 1 << one)
                self.free |= 1 << one
                return True
        return False

    def join(self, at: int) -> bool:
        """Bring in somebody who is free or elsewhere, in place of nobody or of a member, where that is better."""
        focus, group = self.groups[at]
        for one in bits(self.problem.can[focus] & ~group):
            home = next((n for n, (_, others) in enumerate(self.groups) if others >> one & 1), None)
            for member, rest in self.rooms(group):
                if self.problem.apart[one] & rest:
                    continue
                gain = self.gain(focus, rest, one)
                if member is not None:
                    gain -= self.gain(focus, rest, member)
                if home is None:
                    if gain > 0:
                        self.put(at, focus, rest | 1 << one)
                        self.free = self.free & ~(1 << one) | (0 if member is None else 1 << member)
                        return True
                elif self.mended(home, one, member, gain):
                    self.put(at, focus, rest | 1 << one)
                    return True
        return False

    def rooms(self, group: int) -> Iterator[tuple[int | None, int]]:
        """Yield whom somebody could replace in a group (None: nobody), and the others."""
        if group.bit_count() < self.problem.largest:
            yield None, group
        for member in bits(group):
            yield member, group ^ 1 << member

    def mended(self, home: int, one: int, member: int | None, gain: int) -> bool:
        """Take `one` out of another group where that pays: alone, or with the member or a free learner coming there."""
        focus, group = self.groups[home]
        rest = group ^ 1 << one
        gain -= self.gain(focus, rest, one)
        let_go = 0 if member is None else 1 << member
        best, comes = (gain, None) if rest.bit_count() >= self.problem.smallest else (0, None)
        for other in bits((self.free | let_go) & self.problem.can[focus]):
            if not self.problem.apart[other] & rest and gain + self.gain(focus, rest, other) > best:
                best, comes = gain + self.gain(focus, rest, other), other
        if best <= 0:
            return False
        came = 0 if comes is None else 1 << comes
        self.free = (self.free | let_go) & ~came
        self.put(home, focus, rest | came)
        return True

    def gain(self, focus: int, group: int, one: int) -> int:
        """Return what a learner adds to a group."""
        return self.problem.worth[focus][one] - self.problem.cost(one, group)

    def put(self, at: int, focus: int, group: int) -> None:
        """Have this group at this place."""
        self.groups[at] = (focus, group)
