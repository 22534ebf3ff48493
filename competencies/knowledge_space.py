"""Knowledge space theory over a framework (Doignon and Falmagne, 1985, 1999; Falmagne and Doignon, 2011).

A knowledge state is a set of competencies without parts. It is feasible when every one of them could have been learnt
in some order, each with its requirement met; the outer fringe holds what can be learnt next, the inner fringe what may
have been learnt last. States are given by identifiers or codes and returned as frozen sets of identifiers.

The feasible states of any framework are a learning space: the union of two is feasible, and from any state to a larger
one there is a way that adds one competency at a time (an antimatroid). Where requirements join by `and` alone the
intersection of two is feasible too: an ordinal space, which its prerequisites determine (Birkhoff, 1937).
`competencies.knowledge_paths` has the learning paths through it.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from competencies.cells import guard
from competencies.errors import FrameworkError, TooManyStates
from competencies.framework import Framework
from competencies.gate import bits

__all__ = [
    "MOST_CLAUSES",
    "MOST_STATES",
    "State",
    "TooManyStates",
    "attribution",
    "base",
    "clauses",
    "infeasible",
    "inner_fringe",
    "is_feasible",
    "learning_path",
    "mask_of",
    "outer",
    "outer_fringe",
    "reached",
    "space_csv",
    "space_json",
    "state_of",
    "states",
    "surmise",
]

State = frozenset[str]

MOST_STATES = 65_536
"""How many states are listed or held at a time, unless a caller says otherwise."""

MOST_CLAUSES = 1_000
"""How many clauses, or ways to meet a requirement, are listed unless a caller says otherwise."""


def mask_of(framework: Framework, state: Iterable[str]) -> int:
    """Return a state as a bit mask over leaves; raises UnknownCompetency or AmbiguousCode."""
    return framework.expansion.mask_of(framework.competency(name).identifier for name in state)


def state_of(framework: Framework, mask: int) -> State:
    """Return the identifiers of the leaves in a mask."""
    return frozenset(framework.expansion.names(mask))


def outer(framework: Framework, mask: int) -> int:
    """Return the outer fringe of a state, as masks."""
    gates = framework.expansion.gates
    return sum(1 << i for i, gate in enumerate(gates) if not mask >> i & 1 and gate.met(mask))


def reached(framework: Framework, mask: int) -> list[int]:
    """Return the leaves of `mask` that can be learnt from nothing, in an order that works."""
    expansion, known, path = framework.expansion, 0, list[int]()
    for i in expansion.order:  # one pass: whatever opens a gate comes earlier in topological order
        if mask >> i & 1 and expansion.gates[i].met(known):
            known |= 1 << i
            path.append(i)
    return path


def is_feasible(framework: Framework, state: Iterable[str]) -> bool:
    """Return whether `state` can be reached from nothing, one competency at a time.

    >>> from competencies import Competency
    >>> f = Framework("two", [Competency("a"), Competency("b")], requires={"b": "a"})
    >>> is_feasible(f, {"a"}), is_feasible(f, {"b"})
    (True, False)
    """
    mask = mask_of(framework, state)
    return len(reached(framework, mask)) == mask.bit_count()


def outer_fringe(framework: Framework, state: Iterable[str]) -> State:
    """Return what is not in `state` and has its requirement met by it."""
    return state_of(framework, outer(framework, mask_of(framework, state)))


def inner_fringe(framework: Framework, state: Iterable[str]) -> State:
    """Return each competency without which `state` would still be feasible."""
    mask = mask_of(framework, state)
    without = ((i, mask & ~(1 << i)) for i in bits(mask))
    last = (1 << i for i, rest in without if len(reached(framework, rest)) == rest.bit_count())
    return state_of(framework, sum(last))


def learning_path(framework: Framework, state: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return one order in which `state` (everything, if None) can be learnt from nothing; prerequisites first.

    Raises FrameworkError when `state` is not feasible, naming what could never have been reached.
    """
    everything = (1 << len(framework.expansion.leaves)) - 1
    mask = everything if state is None else mask_of(framework, state)
    path = reached(framework, mask)
    stranded = mask & ~sum(1 << i for i in path)
    if stranded:
        raise infeasible(framework, stranded)
    return tuple(framework.expansion.leaves[i] for i in path)


def infeasible(framework: Framework, stranded: int) -> FrameworkError:
    """Return the refusal of a state in which the leaves of `stranded` could not have been learnt."""
    codes = ", ".join(framework.printed_name(name) for name in framework.expansion.names(stranded))
    return FrameworkError(framework.title, [f"this state is not feasible: the requirement of {codes} is not met in it"])


def states(framework: Framework, limit: int | None = None) -> Iterator[State]:
    """Yield every feasible state of a small framework, smaller ones first. There may be 2**n of n competencies.

    Raises TooManyStates once there are more than `limit`.
    """
    return (state_of(framework, mask) for mask in _masks(framework, limit))


def _masks(framework: Framework, limit: int | None) -> Iterator[int]:
    layer, count = {0}, 0
    while layer:
        count += len(layer)
        if limit is not None and count > limit:
            raise TooManyStates(f"knowledge states in {framework.title!r}", limit)
        yield from sorted(layer)
        layer = {mask | 1 << i for mask in layer for i in bits(outer(framework, mask))}


def surmise(framework: Framework) -> dict[str, State]:
    """Return the surmise relation: for each leaf what everybody who knows it is surmised to know, itself included.

    r is surmised from q when every feasible state with q has r (Doignon and Falmagne, 1999). Where requirements join
    by `and` alone this is the partial order of prerequisites, and it determines the states; where there are
    alternatives it keeps only what all of them have in common, and `clauses` says the rest.
    """
    everything = (1 << len(framework.expansion.leaves)) - 1
    surmised = dict.fromkeys(framework.expansion.leaves, 0)
    for r, leaf in enumerate(framework.expansion.leaves):
        without = sum(1 << i for i in reached(framework, everything & ~(1 << r)))  # the largest state without it
        surmised[leaf] |= 1 << r
        for q in bits(everything & ~without):
            surmised[framework.expansion.leaves[q]] |= 1 << r
    return {leaf: state_of(framework, mask) for leaf, mask in surmised.items()}


def attribution(framework: Framework, name: str, limit: int = MOST_CLAUSES) -> tuple[State, ...]:
    """Return the minimal sets of leaves that meet the requirement of a leaf: its attribution, fewest first.

    One empty set says that nothing is required. What these leaves in turn need is not in them; `clauses` has that.
    Raises TooManyStates when there are more than `limit`.
    """
    leaf = _leaf(framework, name)
    ways, more = framework.expansion.gates[leaf].ways(0, limit)
    if more:
        printed = framework.printed_name(framework.expansion.leaves[leaf])
        raise TooManyStates(f"ways to meet the requirement of {printed}", limit)
    return tuple(state_of(framework, way) for way in ways)


def clauses(framework: Framework, name: str, limit: int = MOST_CLAUSES) -> tuple[State, ...]:
    """Return the clauses of a leaf: the minimal feasible states that have it, fewest first.

    Each is one way to have learnt it from nothing (Doignon and Falmagne, 1999: the surmise function). Where
    requirements join by `and` alone there is one, its prerequisites and itself.
    Raises TooManyStates when there are more than `limit`.
    """
    found = _clauses(framework, _leaf(framework, name), limit)
    return tuple(state_of(framework, mask) for mask in found)


def base(framework: Framework, limit: int = MOST_CLAUSES) -> tuple[State, ...]:
    """Return the base of the space, smaller states first: every feasible state is a union of some of them.

    It is all clauses of all leaves, each of which has one leaf as its inner fringe: the one that it is a clause of.
    Raises TooManyStates when there are more than `limit`.
    """
    found: list[int] = []
    for i in range(len(framework.expansion.leaves)):
        found += _clauses(framework, i, limit)
        if len(found) > limit:
            raise TooManyStates(f"states in the base of {framework.title!r}", limit)
    return tuple(state_of(framework, mask) for mask in sorted(found, key=_in_order))


def _leaf(framework: Framework, name: str) -> int:
    identifier = framework.competency(name).identifier
    if identifier in framework.expansion.position:
        return framework.expansion.position[identifier]
    parts = ", ".join(framework.printed_name(part.identifier) for part in framework.parts(identifier))
    raise FrameworkError(framework.title, [f"a competency without parts was wanted; {name!r} has the parts {parts}"])


def _in_order(mask: int) -> tuple[int, tuple[int, ...]]:
    return mask.bit_count(), tuple(bits(mask))


def _clauses(framework: Framework, leaf: int, limit: int) -> list[int]:
    """Return the clauses of a leaf: the unions, over each way to meet its requirement, of clauses of what is in it."""
    expansion = framework.expansion
    below = expansion.closure(1 << leaf)
    known: dict[int, list[int]] = {}
    for i in expansion.order:
        if below >> i & 1:
            what = f"clauses of {framework.printed_name(expansion.leaves[i])}"
            ways, more = expansion.gates[i].ways(0, limit)
            unions: set[int] = set()
            for way in ways:
                unions |= _unions([known[j] for j in bits(way)], limit, what)
                unions = _bounded(unions, limit, what)
            known[i] = [clause | 1 << i for clause in _minimal(unions)]
            if more or len(known[i]) > limit:
                raise TooManyStates(what, limit)
    return known[leaf]


def _unions(choices: list[list[int]], limit: int, what: str) -> set[int]:
    unions = {0}
    for clauses in choices:
        grown: set[int] = set()
        for union in unions:
            grown |= {union | clause for clause in clauses}
            grown = _bounded(grown, limit, what)
        unions = grown
    return unions


def _bounded(masks: set[int], limit: int, what: str) -> set[int]:
    """Return masks, of many the minimal ones; raises TooManyStates where even these are more than `limit`."""
    if len(masks) <= 4 * limit:
        return masks
    masks = set(_minimal(masks))
    if len(masks) > limit:
        raise TooManyStates(what, limit)
    return masks


def _minimal(masks: Iterable[int]) -> list[int]:
    found: list[int] = []
    for mask in sorted(masks, key=_in_order):
        if not any(smaller & mask == smaller for smaller in found):
            found.append(mask)
    return found


def space_json(framework: Framework, limit: int = MOST_STATES) -> dict[str, Any]:
    """Return the space of a small framework as plain JSON values: the leaves, and each state as places among them.

    Raises TooManyStates when there are more than `limit` states.
    """
    return {
        "title": framework.title,
        "framework": framework.version,
        "competencies": list(framework.expansion.leaves),
        "states": [list(bits(mask)) for mask in _masks(framework, limit)],
    }


def space_csv(framework: Framework, limit: int = MOST_STATES) -> str:
    """Return the space of a small framework as a matrix in CSV: a column a leaf, a row a state, 1 where it is in it.

    Columns are called by codes where these are unambiguous, guarded as `competencies.cells` has it. This is the shape
    that the packages of the field read. Raises TooManyStates when there are more than `limit` states.
    """
    leaves = framework.expansion.leaves
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(guard(framework.printed_name(leaf)) for leaf in leaves)
    writer.writerows([mask >> i & 1 for i in range(len(leaves))] for mask in _masks(framework, limit))
    return text.getvalue()
