"""The smallest plan: how few a week will do, and which in which week, each after the weeks of what it needs."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from attrs import define, field

from mastery.planning.pace.critical import Work

__all__ = ["MOST_TRIED", "at_least", "by_tails", "smallest_plan"]

MOST_TRIED = 2_000
"""So many partial plans are looked at before a size is taken for too small without a proof."""
_MOST_LEGS = 60

Weeks = list[list[int]]


def smallest_plan(work: Work, weeks: int) -> tuple[Weeks, int, bool] | None:
    """Return the legs of each week, how many a week at most, and whether no fewer a week would do; None: too few weeks.

    Each leg takes a week of its own and comes after the weeks of what it needs. Sizes are tried from a lower bound up:
    with the legs first after which most have to follow (Hu 1961), and where that does not fit and there are at most 60
    legs, by a search of at most MOST_TRIED partial plans, a count and not a time.
    """
    if not work.legs:
        return [], 0, True
    if work.longest > weeks:
        return None
    if len(work.legs) <= weeks:
        return [[i] for i in work.legs], 1, True
    size, proven = at_least(work, weeks), True
    while True:
        found = by_tails(work, size)
        if len(found) <= weeks:
            return found, size, proven
        if len(work.legs) <= _MOST_LEGS:
            search = _Search(work, size)
            searched = search.go(weeks, 0)
            if searched is not None:
                return searched, size, proven
            proven = proven and search.tried < MOST_TRIED
        else:
            proven = False
        size += 1


def at_least(work: Work, weeks: int) -> int:
    """Return how many a week are needed at least, for as many weeks as the longest row or more.

    What can begin in week r at the soonest and has l - 1 more to follow has to be done in the weeks r to `weeks` - l +
    1: for all r and l, so many divided by so many weeks (Hu 1961, both ways; Fernandez and Bussell 1973).
    """
    return max(_shares(work, weeks), default=1)


def _shares(work: Work, weeks: int) -> Iterator[int]:
    """Yield how many a week are needed at least, for each stretch of weeks that has work of its own."""
    for begin in set(work.heads.values()):
        tails = Counter(work.tails[i] for i in work.legs if work.heads[i] >= begin)
        yield from _per_week(tails, weeks - begin + 1)


def _per_week(tails: Counter[int], weeks: int) -> Iterator[int]:
    """Yield how many a week are needed at least of the legs that so many have to follow; weeks enough for each."""
    total = 0
    for tail in sorted(tails, reverse=True):
        total += tails[tail]
        yield -(-total // (weeks - tail + 1))


def by_tails(work: Work, size: int) -> Weeks:
    """Return a plan of `size` a week: of what is open, first what most has to follow, then in the order of the path."""
    place = {i: n for n, i in enumerate(work.legs)}
    ready = [(-work.tails[i], place[i], i) for i in work.legs if work.heads[i] == 1]
    heapq.heapify(ready)
    known, state, weeks = {i for _, _, i in ready}, work.met, []
    while ready:
        week = [heapq.heappop(ready)[2] for _ in range(min(size, len(ready)))]
        for i in week:
            state |= 1 << i
        for j in [j for i in week for j in work.followers[i]]:
            if j not in known and work.gates[j].met(state):
                known.add(j)
                heapq.heappush(ready, (-work.tails[j], place[j], j))
        weeks.append(sorted(week, key=place.__getitem__))
    return weeks


@define
class _Search:
    """Whether `size` a week will do: every choice of what to do in a week, the likeliest first."""

    work: Work
    size: int
    tried: int = 0
    _refused: dict[int, int] = field(factory=dict)

    def go(self, weeks: int, done: int) -> Weeks | None:
        """Return the weeks that do what is left within `weeks`; None where none do, or too much was tried."""
        work = self.work
        left = [i for i in work.legs if not done >> i & 1]
        if not left:
            return []
        if weeks <= self._refused.get(done, 0) or self.tried >= MOST_TRIED:
            return None
        self.tried += 1
        tails = Counter(work.tails[i] for i in left)
        if max(tails) <= weeks and max(_per_week(tails, weeks)) <= self.size:
            state = work.met | done
            opened = sorted((i for i in left if work.gates[i].met(state)), key=lambda i: -work.tails[i])
            for week in combinations(opened, min(self.size, len(opened))):
                after = self.go(weeks - 1, done | sum(1 << i for i in week))
                if after is not None:
                    return [sorted(week, key=work.legs.index), *after]
                if self.tried >= MOST_TRIED:
                    return None
        self._refused[done] = max(weeks, self._refused.get(done, 0))
        return None
