"""A framework's prerequisites carried down to competencies without parts (leaves), as bit masks.

A requirement on a group asks for all its parts; a requirement of a group binds each part. What is acyclic here cannot
deadlock: the first unmet leaf in topological order has all its mentions met.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from attrs import frozen

from competencies.gate import OPEN, Gate, bits
from competencies.requirement import All, Any, Needs, Requirement, Share

__all__ = ["Expansion", "expand", "gate_of", "topological"]


@frozen
class Expansion:
    """Leaves by position (framework order), and what each needs.

    `masks[identifier]` holds the leaves under a competency (a leaf: its own bit), `gates[i]` what opens leaf i,
    `needs[i]` and `needed_by[i]` the leaves that it mentions and that mention it, `order` all positions with
    prerequisites first, ties in framework order, `rank[i]` a leaf's place in `order`.
    """

    leaves: tuple[str, ...]
    position: Mapping[str, int]
    masks: Mapping[str, int]
    gates: tuple[Gate, ...]
    needs: tuple[tuple[int, ...], ...]
    needed_by: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]
    rank: tuple[int, ...]

    @cached_property
    def ahead(self) -> tuple[int, ...]:
        """For each leaf, the mask of all leaves that need it, directly or further on."""
        ahead = [0] * len(self.leaves)
        for i in reversed(self.order):
            for j in self.needed_by[i]:
                ahead[i] |= 1 << j | ahead[j]
        return tuple(ahead)

    @cached_property
    def unavoidable(self) -> tuple[int, ...]:
        """For each leaf, the mask of all leaves that every way to it takes, however far back; not the leaf itself."""
        every = (1 << len(self.leaves)) - 1
        spared = [0] * len(self.leaves)
        for i in self.order:
            spared[i] = self.gates[i].open_without(spared, every) & ~(1 << i)
        return tuple(every & ~mask & ~(1 << i) for i, mask in enumerate(spared))

    def names(self, mask: int) -> tuple[str, ...]:
        """Return the identifiers of the leaves in `mask`, in framework order."""
        return tuple(self.leaves[i] for i in bits(mask))

    def mask_of(self, identifiers: Iterable[str]) -> int:
        """Return the leaves under any of `identifiers`."""
        mask = 0
        for identifier in identifiers:
            mask |= self.masks[identifier]
        return mask

    def closure(self, mask: int) -> int:
        """Return `mask` and every leaf that those leaves mention, directly or further back."""
        seen, fresh = mask, mask
        while fresh:
            further = 0
            for i in bits(fresh):
                further |= self.gates[i].mask
            fresh = further & ~seen
            seen |= fresh
        return seen


def expand(identifiers: Sequence[str], part_of: Mapping[str, str], requires: Mapping[str, Requirement]) -> Expansion:
    """Return the expansion; the outline must be a forest and every name known. Cycles leave `order` short."""
    children: dict[str, list[str]] = {}
    for child in identifiers:
        if child in part_of:
            children.setdefault(part_of[child], []).append(child)
    leaves = tuple(name for name in identifiers if name not in children)
    position = {name: i for i, name in enumerate(leaves)}
    masks = _masks(identifiers, part_of, position)
    own = {name: gate_of(requirement, masks, children) for name, requirement in requires.items()}
    gates = tuple(_inherited(name, part_of, own) for name in leaves)
    needs = tuple(tuple(bits(gate.mask)) for gate in gates)
    needed_by = _reverse(needs)
    order = topological(needs, needed_by)
    rank = [len(order)] * len(leaves)
    for place, i in enumerate(order):
        rank[i] = place
    return Expansion(leaves, position, masks, gates, needs, needed_by, order, tuple(rank))


def _masks(identifiers: Sequence[str], part_of: Mapping[str, str], position: Mapping[str, int]) -> dict[str, int]:
    masks = dict.fromkeys(identifiers, 0)
    for leaf, i in position.items():
        name: str | None = leaf
        while name is not None:
            masks[name] |= 1 << i
            name = part_of.get(name)
    return masks


def gate_of(requirement: Requirement, masks: Mapping[str, int], children: Mapping[str, Sequence[str]]) -> Gate:
    """Return what a requirement over identifiers asks of leaves, given those under each and the parts of each group."""
    if isinstance(requirement, Needs):
        return Gate(masks[requirement.name])
    if isinstance(requirement, Share):
        parts = [Gate(masks[child]) for child in children.get(requirement.group, ())]
        return Gate.some_of(requirement.least(len(parts)), parts)
    gates = [gate_of(part, masks, children) for part in requirement.parts]
    if isinstance(requirement, All):
        return Gate.all_of(gates)
    return Gate.some_of(1 if isinstance(requirement, Any) else requirement.k, gates)


def _inherited(name: str, part_of: Mapping[str, str], own: Mapping[str, Gate]) -> Gate:
    gates, at = [], name
    while True:
        if at in own:
            gates.append(own[at])
        if at not in part_of:
            break
        at = part_of[at]
    return Gate.all_of(gates) if gates else OPEN


def _reverse(needs: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    needed_by: list[list[int]] = [[] for _ in needs]
    for i, mentioned in enumerate(needs):
        for j in mentioned:
            needed_by[j].append(i)
    return tuple(tuple(dependants) for dependants in needed_by)


def topological(needs: Sequence[Sequence[int]], needed_by: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return positions with prerequisites first, ties by position; those on or behind a cycle are missing."""
    waiting = [len(mentioned) for mentioned in needs]
    ready = [i for i, count in enumerate(waiting) if count == 0]
    order: list[int] = []
    while ready:
        i = heapq.heappop(ready)
        order.append(i)
        for j in needed_by[i]:
            waiting[j] -= 1
            if waiting[j] == 0:
                heapq.heappush(ready, j)
    return tuple(order)
