"""`Drawing`: what every diagram of a framework shows, whatever the format: competencies, joints, arrows.

An arrow runs from what comes first. All hard arrows into a competency are needed; where a choice is left they meet in
a joint, which asks for at least some of them. So the arrows say exactly what the gates of the framework ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from attrs import define, evolve, field, frozen

from competencies.competency import Competency
from competencies.formats.picture.layout import Graph
from competencies.framework import Framework
from competencies.requirement import NOTHING, All, Any, AtLeast, Needs, Requirement, Share, normal

__all__ = ["Arrow", "Drawing", "Joint", "drawing", "plain", "recommendation"]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Return text on one line, less what no file may hold: control characters and halves of characters."""
    return " ".join(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text).split())


@frozen
class Joint:
    """Where alternatives meet: at least `least` of the `of` things that lead here."""

    label: str
    least: int
    of: int


@frozen
class Arrow:
    """From what comes first (`start`) to what it is for (`end`), by number; hard, or a recommendation."""

    start: int
    end: int
    hard: bool


@frozen
class Drawing:
    """Leaves, numbered from 0 in framework order, joints after them, and arrows.

    `around` is the identifier that a neighbourhood is of, `centre` its leaves; `before` and `after` say how many that a
    leaf needs or leads to, directly, the drawing has left out. `told` has a few words for the foot of a leaf's box.
    """

    framework: Framework
    leaves: tuple[Competency, ...]
    joints: tuple[Joint, ...]
    arrows: tuple[Arrow, ...]
    around: str = ""
    centre: frozenset[int] = frozenset()
    before: Mapping[int, int] = field(factory=dict)
    after: Mapping[int, int] = field(factory=dict)
    told: Mapping[int, str] = field(factory=dict)

    def name(self, node: int) -> str:
        """Return the code, or the label of a joint, on one line."""
        if node >= len(self.leaves):
            return self.joints[node - len(self.leaves)].label
        return plain(self.framework.printed_name(self.leaves[node].identifier)) or "?"

    def statement(self, leaf: int) -> str:
        """Return the statement of a leaf, on one line."""
        return plain(self.leaves[leaf].statement)

    def group(self, leaf: int) -> str:
        """Return the code of the group that a leaf is a direct part of, or an empty text."""
        group = self.framework.group(self.leaves[leaf].identifier)
        return "" if group is None else plain(self.framework.printed_name(group.identifier))

    @property
    def graph(self) -> Graph:
        """The numbers alone, for the layout."""
        return Graph(len(self.leaves), len(self.joints), tuple((a.start, a.end, a.hard) for a in self.arrows))

    @cached_property
    def up(self) -> tuple[frozenset[int], ...]:
        """For each node, the leaves that lead to it, directly or through joints."""
        return self._reach((arrow.end, arrow.start) for arrow in self.arrows)

    @cached_property
    def down(self) -> tuple[frozenset[int], ...]:
        """For each node, the leaves that it leads to, directly or through joints."""
        return self._reach((arrow.start, arrow.end) for arrow in self.arrows)

    def _reach(self, ends: Iterable[tuple[int, int]]) -> tuple[frozenset[int], ...]:
        beyond: list[list[int]] = [[] for _ in range(len(self.leaves) + len(self.joints))]
        for here, there in ends:
            beyond[here].append(there)
        return tuple(_leaves_from(beyond, node, len(self.leaves)) for node in range(len(beyond)))


def _leaves_from(beyond: Sequence[Sequence[int]], node: int, leaves: int) -> frozenset[int]:
    found: set[int] = set()
    seen, ahead = {node}, list(beyond[node])
    while ahead:
        at = ahead.pop()
        if at < leaves:
            found.add(at)
        elif at not in seen:
            seen.add(at)
            ahead += beyond[at]
    return frozenset(found)


def drawing(framework: Framework, around: str | None = None, steps: int = 2) -> Drawing:
    """Return the drawing of a framework, or of what is within `steps` up and down of a competency or group.

    Raises UnknownCompetency or AmbiguousCode for `around`, ValueError for steps below 0.
    """
    pen = _Pen(framework)
    for i, leaf in enumerate(framework.leaves):
        pen.draw(i, framework.requirement(leaf.identifier), hard=True)
        pen.draw(i, recommendation(framework, leaf.identifier), hard=False)
    arrows = tuple(Arrow(start, end, hard) for (start, end), hard in pen.arrows.items())
    whole = Drawing(framework, framework.leaves, tuple(pen.joints), arrows)
    return whole if around is None else _neighbourhood(whole, around, steps)


def recommendation(framework: Framework, name: str) -> Requirement:
    """Return what is recommended before a competency: on its own account and on that of the groups around it."""
    at: str | None = name
    found = []
    while at is not None:
        found.append(framework.recommends.get(at, NOTHING))
        at = framework.part_of.get(at)
    return normal(All(found))


@define
class _Pen:
    """Draws requirements as arrows and joints; equal alternatives meet in one joint."""

    framework: Framework
    joints: list[Joint] = field(factory=list)
    arrows: dict[tuple[int, int], bool] = field(factory=dict)
    _drawn: dict[tuple[Requirement, bool], int] = field(factory=dict)

    def draw(self, end: int, requirement: Requirement, hard: bool) -> None:
        """Draw what leads to `end`: an arrow for each thing that is asked of it."""
        for part in requirement.parts if isinstance(requirement, All) else (requirement,):
            leaves = self.framework.expansion.masks[part.name] if isinstance(part, Needs) else 0
            start = leaves.bit_length() - 1 if leaves.bit_count() == 1 else self._start(part, hard)
            if start != end:
                self.arrows[start, end] = self.arrows.get((start, end), False) or hard

    def _start(self, requirement: Requirement, hard: bool) -> int:
        """Return the node that stands for a requirement: a leaf, or a joint, drawn when first asked for."""
        position = self.framework.expansion.position
        if isinstance(requirement, Needs) and requirement.name in position:
            return position[requirement.name]
        key = (requirement, hard)
        if key not in self._drawn:
            label, least, alternatives = self._meeting(requirement)
            starts = [self._start(part, hard) for part in alternatives]
            node = self._drawn[key] = len(position) + len(self.joints)
            self.joints.append(Joint(label, least, len(starts)))
            self.arrows.update({(start, node): hard for start in starts})
        return self._drawn[key]

    def _meeting(self, requirement: Requirement) -> tuple[str, int, Sequence[Requirement]]:
        """Return the label of a joint, how many alternatives it asks for, and these."""
        if isinstance(requirement, Needs):
            expansion = self.framework.expansion
            parts: Sequence[Requirement] = [Needs(n) for n in expansion.names(expansion.masks[requirement.name])]
            return f"all {len(parts)} of {self._called(requirement.name)}", len(parts), parts
        if isinstance(requirement, Share):
            parts = [Needs(part.identifier) for part in self.framework.parts(requirement.group)]
            least = requirement.least(len(parts))
            return f"{least} of {len(parts)} in {self._called(requirement.group)}", least, parts
        n = len(requirement.parts)
        if isinstance(requirement, AtLeast):
            return f"{requirement.k} of {n}", requirement.k, requirement.parts
        return (
            (f"any of {n}", 1, requirement.parts)
            if isinstance(requirement, Any)
            else (f"all {n}", n, requirement.parts)
        )

    def _called(self, group: str) -> str:
        name = plain(self.framework.printed_name(group))
        return name if len(name) <= _LONGEST_GROUP else f"{name[: _LONGEST_GROUP - 1]}…"


_LONGEST_GROUP = 16


def _neighbourhood(whole: Drawing, around: str, steps: int) -> Drawing:
    if steps < 0:
        raise ValueError(f"steps: a whole number from 0 was wanted, got {steps}.")
    expansion = whole.framework.expansion
    name = whole.framework.competency(around).identifier
    centre = frozenset(expansion.position[leaf] for leaf in expansion.names(expansion.masks[name]))
    up, down = whole.up, whole.down
    kept = _within(centre, up, steps) | _within(centre, down, steps)
    joints = [n for n in range(len(whole.leaves), len(up)) if up[n] & kept and down[n] & kept]
    number = {node: i for i, node in enumerate([*sorted(kept), *joints])}
    return evolve(
        whole,
        leaves=tuple(whole.leaves[i] for i in sorted(kept)),
        joints=tuple(whole.joints[n - len(whole.leaves)] for n in joints),
        arrows=tuple(
            Arrow(number[a.start], number[a.end], a.hard) for a in whole.arrows if a.start in number and a.end in number
        ),
        around=name,
        centre=frozenset(number[i] for i in centre),
        before={number[i]: len(up[i] - kept) for i in kept if up[i] - kept},
        after={number[i]: len(down[i] - kept) for i in kept if down[i] - kept},
    )


def _within(centre: Iterable[int], beyond: Sequence[frozenset[int]], steps: int) -> set[int]:
    found = set(centre)
    edge = found
    for _ in range(steps):
        edge = {far for i in edge for far in beyond[i]} - found
        found = found | edge
    return found
