"""A framework while it is drawn: names in an order in which they can be learnt, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from attrs import define, field

from competencies.requirement import Requirement

__all__ = ["Sketch"]


def _leaf_names() -> Iterator[str]:
    yield from "abcdefghijklmnopqrstuvwxyz"
    yield from (f"a{n}" for n in count(1))


def _group_names() -> Iterator[str]:
    yield from "GHIJKLMNOPQRSTUVWXYZ"
    yield from (f"G{n}" for n in count(1))


@define
class Sketch:
    """Leaves a, b, c and groups G, H, I; what comes `before` may be mentioned, a group among it once it is closed."""

    most: int
    names: list[str] = field(factory=list)
    part_of: dict[str, str] = field(factory=dict)
    requires: dict[str, Requirement] = field(factory=dict)
    recommends: dict[str, Requirement] = field(factory=dict)
    leaves: list[str] = field(factory=list)
    before: list[str] = field(factory=list)
    closed: list[str] = field(factory=list)
    around: list[str] = field(factory=list)
    _new_leaf: Iterator[str] = field(factory=_leaf_names)
    _new_group: Iterator[str] = field(factory=_group_names)

    def leaf(self, requires: Requirement | None) -> None:
        """Add a competency without parts to the group that is open."""
        name = self._add(next(self._new_leaf), requires)
        self.leaves.append(name)
        self.before.append(name)

    def open(self, requires: Requirement | None) -> None:
        """Open a group within the group that is open; parts have to follow."""
        self.around.append(self._add(next(self._new_group), requires))

    def close(self) -> None:
        """Close the innermost group that is open."""
        self.closed.append(self.around.pop())
        self.before.append(self.closed[-1])

    def _add(self, name: str, requires: Requirement | None) -> str:
        self.names.append(name)
        if self.around:
            self.part_of[name] = self.around[-1]
        if requires is not None:
            self.requires[name] = requires
        return name
