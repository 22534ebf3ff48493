"""Learning paths through the knowledge space of a framework: listed, counted, sampled, and as chains of states.

A learning path is an order in which everything in a state can be learnt, each competency with its requirement met by
what came before; its states from nothing on, each with one competency more, are a gradation (Falmagne and Doignon,
2011). A learning space has no dead ends: whatever was learnt first, the rest of a feasible state can follow.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from math import comb

from competencies.errors import FrameworkError
from competencies.framework import Framework
from competencies.gate import bits
from competencies.knowledge_space import (
    MOST_STATES,
    State,
    TooManyStates,
    infeasible,
    mask_of,
    outer,
    reached,
)

__all__ = ["count_paths", "count_states", "gradation", "is_learning_path", "learning_paths", "sample_path"]

Path = tuple[str, ...]


def learning_paths(framework: Framework, state: Iterable[str] | None = None) -> Iterator[Path]:
    """Yield every learning path to `state` (everything, if None), in framework order; there may be n! of them.

    Raises FrameworkError at once when `state` is not feasible.

    >>> from competencies import Competency
    >>> f = Framework("three", [Competency(name) for name in "abc"], requires={"c": "a"})
    >>> ["".join(path) for path in learning_paths(f)]
    ['abc', 'acb', 'bac']
    """
    return _paths(framework, _target(framework, state))


def _paths(framework: Framework, target: int) -> Iterator[Path]:
    leaves, trail, known = framework.expansion.leaves, list[int](), 0
    choices = [bits(outer(framework, 0) & target)]
    while choices:
        if known == target:
            yield tuple(leaves[i] for i in trail)
        i = next(choices[-1], None)
        if i is not None:
            trail.append(i)
            known |= 1 << i
            choices.append(bits(outer(framework, known) & target))
        else:
            choices.pop()
            if trail:
                known ^= 1 << trail.pop()


def count_paths(framework: Framework, state: Iterable[str] | None = None, limit: int = MOST_STATES) -> int:
    """Return how many learning paths lead to `state` (everything, if None).

    Parts of the framework that have no requirement in common are counted each by itself and interleaved. Raises
    TooManyStates when one of them has more than `limit` states, FrameworkError when `state` is not feasible.
    """
    total, length = 1, 0
    for island in _islands(framework, _target(framework, state)):
        length += island.bit_count()
        total *= comb(length, island.bit_count()) * _onward(framework, island, limit)[0]
    return total


def count_states(framework: Framework, limit: int = MOST_STATES) -> int:
    """Return how many feasible states there are, parts without a requirement in common each by itself.

    Raises TooManyStates when one of these parts has more than `limit`.
    """
    total = 1
    for island in _islands(framework, _target(framework, None)):
        total *= len(_onward(framework, island, limit))
    return total


def sample_path(
    framework: Framework,
    chance: random.Random,
    state: Iterable[str] | None = None,
    *,
    uniform: bool = False,
    limit: int = MOST_STATES,
) -> Path:
    """Return a learning path to `state` (everything, if None) as `chance` has it; the same chance, the same path.

    Every path can come out. Each step is picked evenly from what can be learnt next, which is quick for frameworks of
    any size but does not make all paths equally likely; `uniform` does, and needs paths to be counted: it raises
    TooManyStates where `count_paths` does. Raises FrameworkError when `state` is not feasible.
    """
    target = _target(framework, state)
    leaves = framework.expansion.leaves
    if not uniform:
        return tuple(leaves[i] for i in _walk(framework, target, chance))
    path: list[int] = []
    for island in _islands(framework, target):
        path = _interleaved(path, _even(framework, island, chance, limit), chance)
    return tuple(leaves[i] for i in path)


def is_learning_path(framework: Framework, path: Iterable[str]) -> bool:
    """Return whether each competency of `path` is without parts, new, and has its requirement met by those before."""
    return _first_misplaced(framework, path) is None


def gradation(framework: Framework, path: Iterable[str]) -> tuple[State, ...]:
    """Return the states along a learning path: from nothing on, each with one competency more.

    Raises FrameworkError when it is no learning path, naming what comes too early.
    """
    order = list(path)
    misplaced = _first_misplaced(framework, order)
    if misplaced is not None:
        raise FrameworkError(
            framework.title,
            [f"this is no learning path: {misplaced} has parts, comes twice, or its requirement is not met before it"],
        )
    names = [framework.competency(name).identifier for name in order]
    return tuple(frozenset(names[:n]) for n in range(len(names) + 1))


def _first_misplaced(framework: Framework, path: Iterable[str]) -> str | None:
    expansion, known = framework.expansion, 0
    for name in path:
        i = expansion.position.get(framework.competency(name).identifier)
        if i is None or known >> i & 1 or not expansion.gates[i].met(known):
            return name
        known |= 1 << i
    return None


def _target(framework: Framework, state: Iterable[str] | None) -> int:
    if state is None:
        return (1 << len(framework.expansion.leaves)) - 1
    mask = mask_of(framework, state)
    stranded = mask & ~sum(1 << i for i in reached(framework, mask))
    if stranded:
        raise infeasible(framework, stranded)
    return mask


def _islands(framework: Framework, target: int) -> list[int]:
    """Return the leaves of `target` in parts, so that no requirement mentions two of them."""
    expansion = framework.expansion
    near = {i: expansion.gates[i].mask & target for i in bits(target)}
    for i in near:
        for j in bits(expansion.gates[i].mask & target):
            near[j] |= 1 << i
    islands: list[int] = []
    while target:
        island, fresh = 0, target & -target
        while fresh:
            island |= fresh
            further = 0
            for i in bits(fresh):
                further |= near[i]
            fresh = further & ~island
        islands.append(island)
        target &= ~island
    return islands


def _onward(framework: Framework, target: int, limit: int) -> dict[int, int]:
    """Return for each state on the way to `target` how many paths lead on from it."""
    layers: list[set[int]] = [{0}]
    count = 1
    while layers[-1] != {target}:
        layers.append({mask | 1 << i for mask in layers[-1] for i in bits(outer(framework, mask) & target)})
        count += len(layers[-1])
        if count > limit:
            raise TooManyStates(f"knowledge states in {framework.title!r}", limit)
    onward = {target: 1}
    for layer in layers[-2::-1]:
        for mask in layer:
            onward[mask] = sum(onward[mask | 1 << i] for i in bits(outer(framework, mask) & target))
    return onward


def _walk(framework: Framework, target: int, chance: random.Random) -> Iterator[int]:
    expansion, known = framework.expansion, 0
    ready = [i for i in bits(target) if expansion.gates[i].met(0)]
    waiting = target & ~sum(1 << i for i in ready)
    while ready:
        place = chance.randrange(len(ready))
        i = ready.pop(place)
        known |= 1 << i
        yield i
        opened = [j for j in expansion.needed_by[i] if waiting >> j & 1 and expansion.gates[j].met(known)]
        ready += opened
        waiting &= ~sum(1 << j for j in opened)


def _even(framework: Framework, target: int, chance: random.Random, limit: int) -> Iterator[int]:
    onward, known = _onward(framework, target, limit), 0
    while known != target:
        pick = chance.randrange(onward[known])
        for i in bits(outer(framework, known) & target):
            pick -= onward[known | 1 << i]
            if pick < 0:
                known |= 1 << i
                yield i
                break


def _interleaved(one: Sequence[int], other: Iterable[int], chance: random.Random) -> list[int]:
    """Return two orders as one, every interleaving equally likely."""
    second = list(other)
    places = set(chance.sample(range(len(one) + len(second)), len(second)))
    first, later = iter(one), iter(second)
    return [next(later) if n in places else next(first) for n in range(len(one) + len(second))]
