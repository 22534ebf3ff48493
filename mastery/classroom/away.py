"""How far a learner is from being able to work on a competency: the fewest competencies to meet first."""

from __future__ import annotations

from collections.abc import Iterator

from competencies.gate import bits
from mastery.progress import Progress
from mastery.standing import Status

__all__ = ["MOST", "nearest"]

MOST = 5
"""So many sets of what is missing are named at most."""

Missing = tuple[tuple[int, ...], ...]


def nearest(progress: Progress, i: int) -> tuple[int, Missing]:
    """Return how many competencies a learner has to meet before leaf `i` opens, and what sets of them do it.

    0 where it is open; 1 or 2; 3 stands for three or more, of which no set is named. What is named can be met: each
    competency of a set is open today, or opened by the one before it. At most `MOST` sets, in framework order; within
    a set, in the order in which they are to be met.
    """
    if progress.standing_at(i).status is not Status.LOCKED:
        return 0, ()
    gate, met = progress.rules.expansion.gates[i], progress.met
    wanted = list(bits(gate.mask & ~met))
    singles = [(j,) for j in wanted if is_within_reach(progress, j, met) and gate.met(met | 1 << j)]
    if singles:
        return 1, tuple(singles[:MOST])
    pairs = sorted(_pairs(progress, i, wanted))
    return (2, tuple(pairs[:MOST])) if pairs else (3, ())


def is_within_reach(progress: Progress, j: int, met: int) -> bool:
    """Return whether leaf `j` could be worked on by a learner who had met exactly `met`."""
    standing = progress.standing_at(j)
    return standing.status is not Status.LOCKED or progress.rules.expansion.gates[j].met(met)


def _pairs(progress: Progress, i: int, wanted: list[int]) -> Iterator[tuple[int, int]]:
    """Yield each two competencies, in the order in which they are to be met, that open leaf `i` together."""
    expansion, met = progress.rules.expansion, progress.met
    gate = expansion.gates[i]
    for second in wanted:
        firsts = {j for j in wanted if j != second} | {j for j in expansion.needs[second] if not met >> j & 1}
        for first in firsts:
            after = met | 1 << first
            if not is_within_reach(progress, first, met) or not is_within_reach(progress, second, after):
                continue
            if not gate.met(after | 1 << second):
                continue
            turned = is_within_reach(progress, second, met) and is_within_reach(progress, first, met | 1 << second)
            if not (turned and second < first):  # either order will do: named once
                yield first, second
