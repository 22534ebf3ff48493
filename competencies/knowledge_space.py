"""Knowledge space theory over a framework (Doignon and Falmagne, 1985; Falmagne and Doignon, 2011).

A knowledge state is a set of competencies without parts. It is feasible when every one of them could have been learnt
in some order, each with its requirement met; the outer fringe holds what can be learnt next, the inner fringe what may
have been learnt last. States are given by identifiers or codes and returned as frozen sets of identifiers.
"""

from collections.abc import Iterable, Iterator

from competencies.errors import FrameworkError
from competencies.framework import Framework
from competencies.gate import bits

__all__ = ["inner_fringe", "is_feasible", "learning_path", "outer_fringe", "states"]

State = frozenset[str]


def _mask(framework: Framework, state: Iterable[str]) -> int:
    return framework.expansion.mask_of(framework.competency(name).identifier for name in state)


def _state(framework: Framework, mask: int) -> State:
    return frozenset(framework.expansion.names(mask))


def _outer(framework: Framework, mask: int) -> int:
    gates = framework.expansion.gates
    return sum(1 << i for i, gate in enumerate(gates) if not mask >> i & 1 and gate.met(mask))


def _reached(framework: Framework, mask: int) -> list[int]:
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
    mask = _mask(framework, state)
    return len(_reached(framework, mask)) == mask.bit_count()


def outer_fringe(framework: Framework, state: Iterable[str]) -> State:
    """Return what is not in `state` and has its requirement met by it."""
    return _state(framework, _outer(framework, _mask(framework, state)))


def inner_fringe(framework: Framework, state: Iterable[str]) -> State:
    """Return each competency without which `state` would still be feasible."""
    mask = _mask(framework, state)
    without = ((i, mask & ~(1 << i)) for i in bits(mask))
    last = (1 << i for i, rest in without if len(_reached(framework, rest)) == rest.bit_count())
    return _state(framework, sum(last))


def learning_path(framework: Framework, state: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return one order in which `state` (everything, if None) can be learnt from nothing; prerequisites first.

    Raises FrameworkError when `state` is not feasible, naming what could never have been reached.
    """
    everything = (1 << len(framework.expansion.leaves)) - 1
    mask = everything if state is None else _mask(framework, state)
    path = _reached(framework, mask)
    stranded = framework.expansion.names(mask & ~sum(1 << i for i in path))
    if stranded:
        codes = ", ".join(framework.printed_name(name) for name in stranded)
        raise FrameworkError(
            framework.title, [f"this state is not feasible: the requirement of {codes} is not met in it"]
        )
    return tuple(framework.expansion.leaves[i] for i in path)


def states(framework: Framework) -> Iterator[State]:
    """Yield every feasible state of a small framework, smaller ones first. There may be 2**n of n competencies."""
    layer = {0}
    while layer:
        yield from (_state(framework, mask) for mask in sorted(layer))
        layer = {mask | 1 << i for mask in layer for i in bits(_outer(framework, mask))}
