"""Where the nodes of a layout stand from left to right: in their order, without overlap, arrows near upright."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from competencies.formats.picture.layout import Layout

__all__ = ["places"]

_STRAIGHT = {0: 1.0, 1: 3.0, 2: 12.0}  # how much a segment wants to be upright, by how many of its ends are waypoints


def places(found: Layout, widths: Sequence[float], gap: Callable[[int, int], float], sweeps: int = 12) -> list[float]:
    """Return the middle of each node from left to right: rows in order, nothing overlapping, arrows near upright.

    `gap` gives the room between two neighbours of a row.
    """
    nodes = found.graph.leaves + found.graph.joints
    middle = [0.0] * len(widths)
    offsets = [_offsets(row, widths, gap) for row in found.rows]
    for row, offset in zip(found.rows, offsets, strict=True):
        for node, at in zip(row, offset, strict=True):
            middle[node] = at - offset[-1] / 2
    for sweep in range(sweeps):
        downward = sweep % 2 == 0
        joined = [found.above if downward else found.below] if sweep < sweeps - 2 else [found.above, found.below]
        for n in range(len(found.rows)) if downward else range(len(found.rows) - 1, -1, -1):
            _settle(found.rows[n], offsets[n], middle, joined, nodes)
    return middle


def _offsets(row: Sequence[int], widths: Sequence[float], gap: Callable[[int, int], float]) -> list[float]:
    at = [0.0] if row else []
    for one, other in pairwise(row):
        at.append(at[-1] + widths[one] / 2 + gap(one, other) + widths[other] / 2)
    return at


def _settle(
    row: Sequence[int],
    offset: Sequence[float],
    middle: list[float],
    joined: Sequence[Sequence[Sequence[int]]],
    nodes: int,
) -> None:
    """Move a row as near as its order allows to what its nodes are joined to: least squares, neighbours pooled."""
    pools: list[tuple[float, float, int]] = []  # weight, weight times wanted place, how many nodes
    for node, shift in zip(row, offset, strict=True):
        pulls = [(_STRAIGHT[(node >= nodes) + (m >= nodes)], middle[m]) for side in joined for m in side[node]]
        weight = sum(w for w, _ in pulls) or 0.05
        wanted = sum(w * x for w, x in pulls) if pulls else weight * middle[node]
        pool = (weight, wanted - weight * shift, 1)
        while pools and pools[-1][1] / pools[-1][0] >= pool[1] / pool[0]:
            weight, wanted, count = pools.pop()
            pool = (weight + pool[0], wanted + pool[1], count + pool[2])
        pools.append(pool)
    starts = [wanted / weight for weight, wanted, count in pools for _ in range(count)]
    for node, start, shift in zip(row, starts, offset, strict=True):
        middle[node] = start + shift
