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
    wants = _wants(met, gates)
    few = _pruned(met, _greedy(met, goal, gates, wants), goal, gates)
    return few, few.bit_count() <= _at_least(met, goal, gates, wants)


def _searched(met: int, goal: Gate, gates: Mapping[int, Gate], most_tried: int, most_ways: int) -> int | None:
    """Return a smallest set, of equally small the first by its leaves; None where too much would have to be tried.

    Each partial set has in it what it needs in any case, and carries the choices that it asks for.
    """
    width = max(gates, default=0) + 1
    chosen, asked = _closed(met, 0, goal.every, gates)
    found = [(chosen.bit_count(), _rank(chosen, width), chosen, (*goal.choices, *asked))]
    seen = {chosen}
    for _ in range(most_tried):
        _, _, chosen, choices = heapq.heappop(found)
        state = met | chosen
        choices = tuple(choice for choice in choices if not choice.met(state))
        if not choices:
            return chosen
        if _many_ways(choices[0], state, most_ways):
            return None
        ways, more = Gate(0, choices[:1]).ways(state, most_ways)
        if more:
            return None
        for way in ways:
            larger, asked = _closed(met, chosen, way, gates)
            if larger not in seen:
                seen.add(larger)
                heapq.heappush(found, (larger.bit_count(), _rank(larger, width), larger, (*choices, *asked)))
    return None


def _closed(met: int, chosen: int, more: int, gates: Mapping[int, Gate]) -> tuple[int, list[Choice]]:
    """Return `chosen` with `more` and all that they need in any case, and the choices that the new ones ask for."""
    asked: list[Choice] = []
    while more := more & ~(met | chosen):
        chosen |= more
        needed = 0
        for i in bits(more):
            needed |= gates[i].every
            asked += gates[i].choices
        more = needed
    return chosen, asked


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


def _wants(met: int, gates: Mapping[int, Gate]) -> dict[int, int]:
    """Return, for each leaf, itself and every unmet leaf that its gate takes whatever is chosen, however far back."""
    wants: dict[int, int] = {}
    for i in _behind(sum(1 << i for i in gates), gates):
        wants[i] = 1 << i | _wanted(gates[i].every & ~met, wants)
    return wants


def _wanted(mask: int, wants: Mapping[int, int]) -> int:
    """Return what unmet leaves take whatever is chosen."""
    return reduce(or_, (wants[i] for i in bits(mask)), 0)


def _greedy(met: int, goal: Gate, gates: Mapping[int, Gate], wants: Mapping[int, int]) -> int:
    """Return what meets the goal, choice by choice what adds least."""
    chosen, asked = _closed(met, 0, goal.every, gates)
    left = [*goal.choices, *asked]
    while left:
        choice = left.pop(0)
        if not choice.met(met | chosen):
            chosen, asked = _closed(met, chosen, _cheapest(Gate(0, (choice,)), met | chosen, wants), gates)
            left += asked
    return chosen


def _cheapest(gate: Gate, state: int, wants: Mapping[int, int]) -> int:
    """Return what opens the gate, and what that takes: of each choice the alternatives that add least, one by one."""
    added = _wanted(gate.every & ~state, wants)
    for choice in gate.choices:
        left = [part for part in choice.parts if not part.met(state | added)]
        while not choice.met(state | added):
            now = state | added
            costs = [(_cheapest(part, now, wants) & ~now).bit_count() for part in left]
            added |= _cheapest(left.pop(costs.index(min(costs))), now, wants)
            left = [part for part in left if not part.met(state | added)]
    return added


def _at_least(met: int, goal: Gate, gates: Mapping[int, Gate], wants: Mapping[int, int]) -> int:
    """Return a bound from below: what is taken whatever is chosen, and the fewest that open one gate beyond that."""
    forced = _wanted(goal.every & ~met, wants)
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
    """Return the chosen leaves, each behind all of them that its gate mentions."""
    order: list[int] = []
    done = 0
    waiting = list(bits(chosen))
    while waiting:
        i = waiting[-1]
        before = gates[i].mask & chosen & ~done
        if before and not done >> i & 1:
            waiting.extend(bits(before))
            continue
        waiting.pop()
        if not done >> i & 1:
            done |= 1 << i
            order.append(i)
    return order


def _reached(met: int, allowed: int, order: Sequence[int], gates: Mapping[int, Gate]) -> int:
    state = met
    for i in order:
        if allowed >> i & 1 and gates[i].met(state):
            state |= 1 << i
    return state & allowed
