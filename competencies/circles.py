"""Prerequisites that run in circles, told as their author wrote them.

A leaf needs another exactly when it, or a group around it, mentions that other, or a group around that one. So circles
of leaves are circles of mentions joined by the outline, and each is told by its mentions: a group that needs another
makes one circle, however many parts the two have.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from competencies.draft import Finding
from competencies.finding_codes import finding
from competencies.requirement import evaluate, mentions
from competencies.soundness import Sound

if TYPE_CHECKING:
    import networkx

__all__ = ["hard_circles", "soft_circles"]

_STEPS = 1_000_000  # in one tangle, circles are looked for until so many mentions have been followed


@frozen
class _Link:
    """One mention: `needing` mentions `needed`, both by place in framework order."""

    needing: int
    needed: int
    hard: bool = True


Circle = tuple[_Link, ...]


@frozen
class _Tangle:
    """Competencies that need one another, by place, and the circles that were found among them."""

    members: tuple[int, ...]
    circles: tuple[Circle, ...]


@frozen
class _Web:
    """Nodes 2n and 2n + 1 stand for opening competency n and for meeting it."""

    sound: Sound
    links: tuple[_Link, ...]
    graph: networkx.DiGraph[int] = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        import networkx  # loaded when a review asks for it

        graph: networkx.DiGraph[int] = networkx.DiGraph()
        place, parts = self.sound.order, self.sound.parts
        for name, n in place.items():
            graph.add_edges_from((2 * n + 1, 2 * place[part] + 1) for part in parts.get(name, ()))
            if name not in parts:
                graph.add_edge(2 * n + 1, 2 * n)
            if name in self.sound.part_of:
                graph.add_edge(2 * n, 2 * place[self.sound.part_of[name]])
        graph.add_edges_from((2 * link.needing, 2 * link.needed + 1, {"link": link}) for link in self.links)
        object.__setattr__(self, "graph", graph)
        object.__setattr__(self, "names", tuple(place))

    def tangles(self) -> Iterator[_Tangle]:
        """Yield each set of competencies that need one another, with the shortest circle through each mention."""
        import networkx

        for nodes in networkx.strongly_connected_components(self.graph):
            links: dict[int, list[_Link]] = {}
            for at in sorted(nodes):
                for to, data in self.graph.adj[at].items():
                    if to in nodes and "link" in data:
                        links.setdefault(at, []).append(data["link"])
            if links:
                inside = self.graph.subgraph(nodes).copy()
                members = {n for same in links.values() for link in same for n in (link.needing, link.needed)}
                yield _Tangle(tuple(sorted(members)), self._circles(links, inside))

    def _circles(self, links: dict[int, list[_Link]], inside: networkx.DiGraph[int]) -> tuple[Circle, ...]:
        starts = max(1, _STEPS // inside.number_of_edges())
        found: set[Circle] = {(link,) for same in links.values() for link in same if self._is_closed(link)}
        for needing in list(links)[:starts]:
            onward = _ways_to(needing, inside)
            found.update(_turned(self._round(link, onward)) for link in links[needing])
        return tuple(sorted(found, key=_in_order))

    def _is_closed(self, link: _Link) -> bool:
        """Return whether a mention makes a circle by itself."""
        one, other = self.names[link.needing], self.names[link.needed]
        return one == other or one in self.sound.around(other) or other in self.sound.around(one)

    def _round(self, link: _Link, onward: dict[int, int]) -> Circle:
        circle, at = [link], 2 * link.needed + 1
        while at != 2 * link.needing:
            step = self.graph.edges[at, onward[at]].get("link")
            circle += [] if step is None else [step]
            at = onward[at]
        return tuple(circle)

    def about(self, circle: Circle) -> list[str]:
        """Return the printed names round a circle."""
        places = dict.fromkeys(n for link in circle for n in (link.needing, link.needed))
        return [self.sound.printed(self.names[n]) for n in places]

    def told(self, circle: Circle) -> str:
        """Return a circle in words."""
        printed = {n: self.sound.printed(self.names[n]) for link in circle for n in (link.needing, link.needed)}
        first = circle[0]
        if first.needing == first.needed:
            return f"{printed[first.needing]} {_verb(first)} itself"
        words = f"{printed[first.needing]} {_verb(first)} {printed[first.needed]}"
        for link, after in zip(circle, (*circle[1:], first), strict=True):
            joint, last = self._joint(link.needed, after.needing), after is first
            if joint == "part":
                part = f"{printed[after.needing]} is part of it"
                words += f", and {part}" if last else f", and {part} and {_verb(after)} {printed[after.needed]}"
            elif joint == "group":
                words += f", which is part of {printed[after.needing]}"
            if not last and joint != "part":
                words += f", which {_verb(after)} {printed[after.needed]}"
        return words

    def _joint(self, needed: int, needing: int) -> str:
        """Say how what one mention needs holds what makes the next: the same, a part of it, or a group around it."""
        if needed == needing:
            return "same"
        return "part" if self.names[needed] in self.sound.around(self.names[needing]) else "group"


def _verb(link: _Link) -> str:
    return "needs" if link.hard else "recommends"


def _in_order(circle: Circle) -> tuple[int, list[tuple[int, int]]]:
    return len(circle), [(link.needing, link.needed) for link in circle]


def _turned(circle: Circle) -> Circle:
    first = min(range(len(circle)), key=lambda n: (circle[n].needing, circle[n].needed))
    return circle[first:] + circle[:first]


def _ways_to(goal: int, graph: networkx.DiGraph[int]) -> dict[int, int]:
    """Return for each node the next one on a way to `goal` with the fewest mentions."""
    onward: dict[int, int] = {}
    cost, queue = {goal: 0}, deque([goal])
    while queue:
        at = queue.popleft()
        for before in sorted(graph.predecessors(at)):
            step = "link" in graph.edges[before, at]
            if cost[at] + step < cost.get(before, len(graph) + 1):
                cost[before], onward[before] = cost[at] + step, at
                if step:
                    queue.append(before)
                else:
                    queue.appendleft(before)
    return onward


def _links(sound: Sound, *, soft: bool = False) -> Iterator[_Link]:
    """Yield every mention; with `soft` the recommendations too, less those that are required as well."""
    place = sound.order
    for name, n in place.items():
        hard = mentions(sound.requires[name]) if name in sound.requires else ()
        yield from (_Link(n, place[other]) for other in hard)
        if soft and name in sound.recommends:
            advised = mentions(sound.recommends[name])
            yield from (_Link(n, place[other], hard=False) for other in advised if other not in hard)


def hard_circles(sound: Sound, most: int) -> list[Finding]:
    """Return a finding for each circle of prerequisites, at most `most` longer ones, and for groups that they shut."""
    if len(sound.expansion.order) == len(sound.expansion.leaves):
        return []
    web = _Web(sound, tuple(_links(sound)))
    opens = _openable(sound)
    tangles = list(web.tangles())
    circles = sorted((circle for tangle in tangles for circle in tangle.circles), key=_in_order)
    short = [circle for circle in circles if len(circle) == 1]
    longer = circles[len(short) :]
    found = [_one(web, circle, opens) for circle in [*short, *longer[:most]]]
    knotted = [tangle for tangle in tangles if any(len(circle) > 1 for circle in tangle.circles)]
    if len(longer) > min(most, len(knotted)):
        found.append(_reach(web, knotted, len(longer), most))
    told = {name for one in found for name in one.about}
    return [*found, *_shut_groups(sound, opens, told)]


def soft_circles(sound: Sound, most: int) -> list[Finding]:
    """Return a finding for each circle that at least one recommendation is part of, shortest first."""
    if not sound.recommends:
        return []
    web = _Web(sound, tuple(_links(sound, soft=True)))
    circles = sorted((circle for tangle in web.tangles() for circle in tangle.circles), key=_in_order)
    soft = [circle for circle in circles if not all(link.hard for link in circle)]
    found = [finding("recommendation-circle", web.told(circle), web.about(circle)) for circle in soft[:most]]
    if len(soft) > most:
        found.append(finding("recommendation-circle", f"and {len(soft) - most} circles more"))
    return found


def _one(web: _Web, circle: Circle, opens: set[str]) -> Finding:
    words, about = web.told(circle), web.about(circle)
    first = circle[0]
    if _can_open(web, circle, opens):
        words += "; another alternative could open it, but no circle is let through"
    if len(circle) > 1:
        return finding("cycle", words, about)
    return finding("self-loop" if first.needing == first.needed else "group-never-opens", words, about)


def _can_open(web: _Web, circle: Circle, opens: set[str]) -> bool:
    return all(_is_open(web.sound, web.names[link.needing], opens) for link in circle)


def _is_open(sound: Sound, name: str, opens: Iterable[str]) -> bool:
    """Return whether the requirements of a competency and of the groups around it are met by these leaves."""
    met = set(opens)
    bound = [sound.requires[at] for at in (name, *sound.around(name)) if at in sound.requires]
    return all(evaluate(requirement, met, lambda group: sound.parts.get(group, ())) for requirement in bound)


def _reach(web: _Web, tangles: Sequence[_Tangle], circles: int, most: int) -> Finding:
    about = [web.sound.printed(web.names[n]) for n in sorted({n for tangle in tangles for n in tangle.members})]
    listed = f"the {most} shortest" if circles > most else "all of them"
    words = f"{len(about)} competencies need one another in circles; {circles} were found, and {listed} are listed"
    return finding("tangle", words, about)


def _openable(sound: Sound) -> set[str]:
    """Return the leaves that can be reached from nothing."""
    expansion, state, waiting = sound.expansion, 0, deque(range(len(sound.expansion.leaves)))
    while waiting:
        i = waiting.popleft()
        if not state >> i & 1 and expansion.gates[i].met(state):
            state |= 1 << i
            waiting.extend(expansion.needed_by[i])
    return set(expansion.names(state))


def _shut_groups(sound: Sound, opens: set[str], told: set[str]) -> Iterator[Finding]:
    """Yield a finding for each group with a requirement that nothing can ever meet, on or behind a circle."""
    for name in sound.parts:
        printed = sound.printed(name)
        if name not in sound.requires or printed in told or _is_open(sound, name, opens):
            continue
        waits = [sound.printed(other) for other in mentions(sound.requires[name]) if not _all_in(sound, other, opens)]
        if waits:
            words = f"{printed} waits for {', '.join(waits)}, which can never be met: it lies on or behind a circle"
            yield finding("group-never-opens", words, [printed, *waits], "mend the circle")


def _all_in(sound: Sound, name: str, opens: set[str]) -> bool:
    under = sound.expansion.masks[name]
    return all(leaf in opens for leaf in sound.expansion.names(under))
