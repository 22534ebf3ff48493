"""The fewest competencies that open a gate, prerequisites included: a search over bit masks, with an honest bound.

A state is a mask of what is met; `gates` has what still shuts each leaf that may have to be added to it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from math import comb
from operator import or_

from competencies.gate import Choice, Gate, bits

__all__ = ["fewest", "in_order"]


def fewest(
    met: int, goal: Gate, gates: Mapping[int, Gate], *, most_tried: int = 2000, most_ways: int = 64
) -> tuple[int, bool]:
    """Return a smallest set of leaves that, added to `met`, meets the goal and opens its own gates; and if it is.

    Exact wherever at most `most_tried` partial sets and `most_ways` ways of one choice have to be tried. Else of each
    gate the cheapest alternatives are taken, every leaf dropped that can be, and the set is known to be smallest only
    where it is no larger than a bound from below.
    """
    exact = _searched(met, goal, gates, most_tried, most_ways)
    if exact is not None:
        return exact, True
    wants = _Wants(met, gates)
    few = _pruned(met, _greedy(met, goal, gates, wants), goal, gates)
    return few, few.bit_count() <= _at_least(met, goal, gates, wants)


def _searched(met: int, goal: Gate, gates: Mapping[int, Gate], most_tried: int, most_ways: int) -> int | None:
    """Return a smallest set, of equally small the first by its leaves; None where too much would have to be tried.

    Each partial set carries what it still asks for: leaves that it needs in any case, and choices.
    """
    found: list[tuple[int, int, int, int, tuple[Choice, ...]]] = [(0, 0, 0, goal.every, goal.choices)]
    seen, width = {0}, max(gates, default=0) + 1
    for _ in range(most_tried):
        _, _, chosen, forced, choices = heapq.heappop(found)
        state = met | chosen
        ways: tuple[int, ...] = (forced & ~state,)
        if not ways[0]:
            choices = tuple(choice for choice in choices if not choice.met(state))
            if not choices:
                return chosen
            shut = Gate(0, choices[:1])
            if _many_ways(choices[0], state, most_ways):
                return None
            ways, more = shut.ways(state, most_ways)
            if more:
                return None
        for way in ways:
            larger = chosen | way
            if larger not in seen:
                seen.add(larger)
                new = [gates[i] for i in bits(way & ~chosen)]
                asked = choices + tuple(choice for gate in new for choice in gate.choices)
                needed = reduce(or_, (gate.every for gate in new), forced)
                heapq.heappush(found, (larger.bit_count(), _rank(larger, width), larger, needed, asked))
    return None


def _rank(mask: int, width: int) -> int:
    """Return a number that is smaller the earlier the leaves of a mask are, for masks of equally many leaves."""
    return -int(f"{mask:0{width}b}"[::-1], 2)


def in_order(
    met: int, chosen: int, gates: Mapping[int, Gate], rank: Sequence[int], can_start: Callable[[int], bool]
) -> list[int]:
    """Return leaves in an order in which the gate of each is open when it comes.

    Of those open, what can be started today first, then by `rank`.
    """
    order: list[int] = []
    state, left = met, set(bits(chosen))
    while left:
        ready = [i for i in left if gates[i].met(state)]
        first = min(ready, key=lambda i: (not can_start(i), rank[i]))
        order.append(first)
        left.remove(first)
        state |= 1 << first
    return order


def _first_shut(state: int, chosen: int, goal: Gate, gates: Mapping[int, Gate]) -> Gate | None:
    """Return what is still to be opened: all that is needed whatever is chosen, in one gate, before the first choice.

    One choice at a time: each has few ways, where several that share leaves would have very many between them.
    """
    asked = [goal, *(gates[i] for i in bits(chosen))]
    forced = 0
    for gate in asked:
        forced |= gate.every
    if forced & ~state:
        return Gate(forced)
    shut = (choice for gate in asked for choice in gate.choices if not choice.met(state))
    return next((Gate(0, (choice,)) for choice in shut), None)


def _many_ways(choice: Choice, state: int, most: int) -> bool:
    """Return whether a choice has more ways for certain, found without making them.

    Alternatives that share no leaf are opened independently: every selection of them is at least one way.
    """
    unmet = [part.mask & ~state for part in choice.parts if not part.met(state)]
    together = 0
    for mask in unmet:
        if together & mask:
            return False
        together |= mask
    return comb(len(unmet), choice.k - (len(choice.parts) - len(unmet))) > most


class _Wants(dict[int, int]):
    """For each leaf, itself and every unmet leaf that its gate takes whatever is chosen, however far back."""

    def __init__(self, met: int, gates: Mapping[int, Gate]) -> None:
        super().__init__()
        self._met, self._gates = met, gates

    def __missing__(self, i: int) -> int:
        self[i] = 1 << i
        self[i] |= self.of(self._gates[i].every)
        return self[i]

    def of(self, mask: int) -> int:
        found = 0
        for j in bits(mask & ~self._met):
            found |= self[j]
        return found


def _greedy(met: int, goal: Gate, gates: Mapping[int, Gate], wants: _Wants) -> int:
    chosen = 0
    while (shut := _first_shut(met | chosen, chosen, goal, gates)) is not None:
        chosen |= _cheapest(shut, met | chosen, wants)
    return chosen


def _cheapest(gate: Gate, state: int, wants: _Wants) -> int:
    """Return what opens the gate, and what that takes: of each choice the alternatives that add least, one by one."""
    added = wants.of(gate.every & ~state)
    for choice in gate.choices:
        left = list(choice.parts)
        while not choice.met(state | added):
            now = state | added
            costs = [(0 if part.met(now) else (_cheapest(part, now, wants) & ~now).bit_count()) for part in left]
            best = min((n for n, part in enumerate(left) if not part.met(now)), key=costs.__getitem__)
            added |= _cheapest(left.pop(best), now, wants)
    return added


def _at_least(met: int, goal: Gate, gates: Mapping[int, Gate], wants: _Wants) -> int:
    """Return a bound from below: what is taken whatever is chosen, and the fewest that open one gate beyond that."""
    forced = wants.of(goal.every)
    shut = (goal, *(gates[i] for i in bits(forced)))
    return forced.bit_count() + max(gate.at_least(met | forced) for gate in shut)


def _pruned(met: int, chosen: int, goal: Gate, gates: Mapping[int, Gate]) -> int:
    """Return the chosen leaves less those that can be spared, what is needed last tried first."""
    order = _behind(chosen, gates)
    for i in reversed(order):
        if chosen >> i & 1:
            fewer = _reached(met, chosen & ~(1 << i), order, gates)
            if goal.met(met | fewer):
                chosen = fewer
    return chosen


def _behind(chosen: int, gates: Mapping[int, Gate]) -> list[int]:
    """Return the chosen leaves, each behind all that its gate mentions."""
    order: list[int] = []
    done = 0

    def visit(i: int) -> None:
        nonlocal done
        done |= 1 << i
        for j in bits(gates[i].mask & chosen & ~done):
            if not done >> j & 1:
                visit(j)
        order.append(i)

    for i in bits(chosen):
        if not done >> i & 1:
            visit(i)
    return order


def _reached(met: int, allowed: int, order: Sequence[int], gates: Mapping[int, Gate]) -> int:
    state = met
    for i in order:
        if allowed >> i & 1 and gates[i].met(state):
            state |= 1 << i
    return state & allowed
