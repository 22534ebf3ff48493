"""Where a diagram's nodes go: in layers below all that they need, ordered so that few arrows cross.

Pure functions over numbers. Leaves are 0..leaves-1, joints follow, waypoints come last: an arrow that passes a row has
a waypoint in it, so that it can go round what stands there. Arrows from one node share their waypoints as far as they
go the same way. Same graph, same layout.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import frozen

__all__ = ["Graph", "Layout", "crossings", "layers", "layout"]

Rows = list[list[int]]
_SWEEPS, _PATIENCE = 40, 8


@frozen
class Graph:
    """Nodes by number and arrows (start, end, hard); hard arrows never run in a circle, soft ones may."""

    leaves: int
    joints: int
    arrows: tuple[tuple[int, int, bool], ...]


@frozen
class Layout:
    """Rows from the top, each from left to right; `layer` has the layer of each leaf and joint, from 0.

    `routes` has the nodes that each arrow passes, from start to end; `alone` the leaves without an arrow, which are in
    no row; `above` and `below` what each node is joined to in the rows next to its own. `crossings` counts crossings as
    ordered here, `unordered` in framework order.
    """

    graph: Graph
    rows: tuple[tuple[int, ...], ...]
    layer: tuple[int, ...]
    routes: tuple[tuple[int, ...], ...]
    alone: tuple[int, ...]
    above: tuple[tuple[int, ...], ...]
    below: tuple[tuple[int, ...], ...]
    crossings: int
    unordered: int


def layers(graph: Graph) -> tuple[list[tuple[int, int]], list[bool]]:
    """Return (layer, depth) of each node, and for each arrow whether it points down.

    A leaf is one layer below the lowest thing that leads to it, a joint (depth 1 and more) between layers. Every hard
    arrow points down, and so does every soft one that closes no circle.
    """
    down = _downward(graph)
    above: list[list[int]] = [[] for _ in range(graph.leaves + graph.joints)]
    for (start, end, _), is_down in zip(graph.arrows, down, strict=True):
        above[end if is_down else start].append(start if is_down else end)
    place: list[tuple[int, int]] = [(0, int(node >= graph.leaves)) for node in range(len(above))]
    for node in _topological(above):
        if above[node] and node < graph.leaves:
            place[node] = (1 + max(place[up][0] for up in above[node]), 0)
        elif above[node]:
            place[node] = max((place[up][0], place[up][1] + 1) for up in above[node])
    return place, down


def _downward(graph: Graph) -> list[bool]:
    after: list[set[int]] = [set() for _ in range(graph.leaves + graph.joints)]
    for start, end, hard in graph.arrows:
        if hard:
            after[start].add(end)
    down = []
    for start, end, hard in graph.arrows:
        is_down = hard or not _reaches(after, end, start)
        if is_down:
            after[start].add(end)
        down.append(is_down)
    return down


def _reaches(after: Sequence[Iterable[int]], start: int, end: int) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        node = ahead.pop()
        if node == end:
            return True
        fresh = [n for n in after[node] if n not in seen]
        seen.update(fresh)
        ahead += fresh
    return False


def _topological(above: Sequence[Sequence[int]]) -> list[int]:
    below: list[list[int]] = [[] for _ in above]
    waiting = [len(ups) for ups in above]
    for node, ups in enumerate(above):
        for up in ups:
            below[up].append(node)
    order = [node for node, count in enumerate(waiting) if not count]
    for node in order:  # grows while it is read
        for n in below[node]:
            waiting[n] -= 1
            if not waiting[n]:
                order.append(n)
    return order


def layout(graph: Graph) -> Layout:
    """Return the layout of a graph: in layers, with waypoints, ordered by sweeps that keep the best order met."""
    place, down = layers(graph)
    linked = {node for start, end, _ in graph.arrows for node in (start, end)}
    numbers = {key: n for n, key in enumerate(sorted({place[node] for node in linked}))}
    row = [numbers.get(key, -1) for key in place]
    rank = _ranks(graph)
    routes = _routed(graph, down, row, rank)
    rows: Rows = [[] for _ in numbers]
    for node in sorted(range(len(row)), key=lambda n: (rank[n], n)):
        if node in linked or node >= len(place):
            rows[row[node]].append(node)
    above, below = _neighbours(routes, row)
    ordered = _ordered(rows, above, below)
    return Layout(
        graph=graph,
        rows=tuple(map(tuple, ordered)),
        layer=tuple(layer for layer, _ in place),
        routes=tuple(routes),
        alone=tuple(node for node in range(graph.leaves) if node not in linked),
        above=tuple(map(tuple, above)),
        below=tuple(map(tuple, below)),
        crossings=crossings(ordered, below),
        unordered=crossings(rows, below),
    )


def _ranks(graph: Graph) -> list[int]:
    """Return where each node stands in framework order; a joint stands with the first thing that leads to it."""
    rank = [*range(graph.leaves), *[graph.leaves] * graph.joints]
    for start, end, _ in graph.arrows:  # what leads to a joint is drawn before what it leads to
        if end >= graph.leaves:
            rank[end] = min(rank[end], rank[start])
    return rank


def _routed(graph: Graph, down: Sequence[bool], row: list[int], rank: list[int]) -> list[tuple[int, ...]]:
    """Return the nodes that each arrow passes; new waypoints are added to `row` and `rank`."""
    trunks: dict[tuple[int, bool, bool], list[int]] = {}
    routes = []
    for (start, end, hard), is_down in zip(graph.arrows, down, strict=True):
        top, bottom = (start, end) if is_down else (end, start)
        trunk = trunks.setdefault((top, hard, is_down), [])
        passed = row[bottom] - row[top] - 1
        while len(trunk) < passed:
            trunk.append(len(row))
            row.append(row[top] + len(trunk))
            rank.append(rank[top])
        route = (top, *trunk[:passed], bottom)
        routes.append(route if is_down else route[::-1])
    return routes


def _neighbours(routes: Iterable[Sequence[int]], row: Sequence[int]) -> tuple[Rows, Rows]:
    """Return what each node is joined to in the row above it and in the row below it."""
    above: Rows = [[] for _ in row]
    below: Rows = [[] for _ in row]
    pairs = {(one, other): None for route in routes for one, other in pairwise(route)}
    for one, other in pairs:
        up, low = (one, other) if row[one] < row[other] else (other, one)
        if low not in below[up]:
            below[up].append(low)
            above[low].append(up)
    return above, below


# Order.


def crossings(rows: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    """Return how many pairs of segments between neighbouring rows cross."""
    total = 0
    for upper, lower in pairwise(rows):
        place = {node: n for n, node in enumerate(lower)}
        seen: list[int] = []
        for node in upper:
            ends = [place[low] for low in below[node]]
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _ordered(rows: Rows, above: Rows, below: Rows) -> Rows:
    """Return the best order met: by sweeps from `rows`, then each node tried in every place of its row."""
    best, fewest = rows, crossings(rows, below)
    for middle in (_mean, _median):
        current, since = rows, 0
        for sweep in range(_SWEEPS):
            current = _swept(current, above, below, middle, downward=sweep % 2 == 0)
            count = crossings(current, below)
            best, fewest, since = (current, count, 0) if count < fewest else (best, fewest, since + 1)
            if since > _PATIENCE:
                break
    return _sifted(best, above, below)


def _mean(places: Sequence[int]) -> float:
    return sum(places) / len(places)


def _median(places: Sequence[int]) -> float:
    ordered = sorted(places)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _swept(rows: Rows, above: Rows, below: Rows, middle: Callable[[Sequence[int]], float], downward: bool) -> Rows:
    """Return rows each ordered by the middle of what its nodes are joined to in the row before it."""
    found = rows if downward else rows[::-1]
    joined = above if downward else below
    done = [found[0]] if found else []
    for row in found[1:]:
        place = {node: n for n, node in enumerate(done[-1])}
        own = {node: n for n, node in enumerate(row)}
        wanted = {n: middle([place[m] for m in joined[n]]) if joined[n] else float(own[n]) for n in row}
        done.append(sorted(row, key=wanted.__getitem__))
    return done if downward else done[::-1]


def _sifted(rows: Rows, above: Rows, below: Rows) -> Rows:
    """Return rows in which nodes went to the place of their row with the fewest crossings, while that helped."""
    rows = [list(row) for row in rows]
    place = {node: n for row in rows for n, node in enumerate(row)}
    for _ in range(_SWEEPS):
        better = False
        for row in rows:
            for node in tuple(row):
                to = _best_place(node, row, place, above, below)
                if to != place[node]:
                    row.remove(node)
                    row.insert(to, node)
                    place.update((other, n) for n, other in enumerate(row))
                    better = True
        if not better:
            break
    return rows


def _best_place(node: int, row: Sequence[int], place: Mapping[int, int], above: Rows, below: Rows) -> int:
    best, most = place[node], 0
    for step in (1, -1):
        gain, at = 0, place[node] + step
        while 0 <= at < len(row):
            one, other = (node, row[at]) if step > 0 else (row[at], node)
            gain += _gain(one, other, place, above) + _gain(one, other, place, below)
            if gain > most:
                best, most = at, gain
            at += step
    return best


def _gain(one: int, other: int, place: Mapping[int, int], joined: Rows) -> int:
    """Return how many crossings fewer there are on one side when `other` stands before `one`."""
    gain = 0
    for a in joined[one]:
        for b in joined[other]:
            gain += (place[a] > place[b]) - (place[a] < place[b])
    return gain
