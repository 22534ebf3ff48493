"""What makes a framework a space that can be learnt: an order, and fringes."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from competencies.framework import Framework
from competencies.knowledge_space import State, inner_fringe, learning_path, outer_fringe
from competencies.testing.events import Broken, framework_events
from competencies.testing.laws.meaning import means, parts_in

__all__ = ["Fringe", "acyclic", "fringes_are_what_can_change"]

Fringe = Callable[[Framework, State], Collection[str]]


def acyclic(framework: Framework, *, order: Callable[[Framework], Sequence[str]] = learning_path) -> Counter[str]:
    """There is an order of all leaves in which the requirement of each is met by the leaves before it."""
    path, parts_of = list(order(framework)), parts_in(framework)
    if sorted(path) != sorted(framework.expansion.leaves):
        raise Broken(acyclic, framework=framework, order=path)
    for n, leaf in enumerate(path):
        if not means(framework.requirement(leaf), frozenset(path[:n]), parts_of):
            raise Broken(acyclic, framework=framework, order=path, too_early=leaf)
    return Counter(cases=1) + framework_events(framework)


def fringes_are_what_can_change(
    framework: Framework, state: State, *, outer_fringe: Fringe = outer_fringe, inner_fringe: Fringe = inner_fringe
) -> Counter[str]:
    """A feasible state stays feasible with any one of its outer fringe added or of its inner fringe taken away, and
    with no other.
    """
    leaves = framework.expansion.leaves
    outer = {leaf for leaf in leaves if leaf not in state and _is_feasible(framework, state | {leaf})}
    inner = {leaf for leaf in state if _is_feasible(framework, state - {leaf})}
    for which, wanted, fringe in (("outer", outer, outer_fringe), ("inner", inner, inner_fringe)):
        got = set(fringe(framework, state))
        if got != wanted:
            case = {"framework": framework, "state": set(state), "fringe": which, "wanted": wanted, "got": got}
            raise Broken(fringes_are_what_can_change, **case)
    locked, kept = len(leaves) - len(state) - len(outer), len(state) - len(inner)
    return Counter(cases=1, outer=len(outer), inner=len(inner), locked=locked, kept=kept)


def _is_feasible(framework: Framework, state: State) -> bool:
    """Return whether all of a state can be learnt one after another, whichever comes first."""
    parts_of, known = parts_in(framework), frozenset[str]()
    while known != state:
        next_ones = {leaf for leaf in state - known if means(framework.requirement(leaf), known, parts_of)}
        if not next_ones:
            return False
        known |= next_ones
    return True
