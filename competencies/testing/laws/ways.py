"""Ways to open a gate: the smallest sets that do, in order."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from competencies.framework import Framework
from competencies.knowledge_space import State, mask_of, state_of
from competencies.requirement import mentions
from competencies.testing.events import Broken, requirement_events
from competencies.testing.laws.meaning import MOST_NAMES, leaves_under, means, parts_in, subsets

__all__ = ["Ways", "ways_are_minimal", "ways_of", "ways_open"]

Ways = Callable[[Framework, str, State, int | None], tuple[Sequence[Collection[str]], bool]]
_NOTHING = frozenset[str]()


def ways_of(framework: Framework, leaf: str, state: State, limit: int | None) -> tuple[list[State], bool]:
    """Return the ways to open the gate of a leaf in a state, at most so many, and whether there are more: our ways."""
    gate = framework.expansion.gates[framework.expansion.position[leaf]]
    found, more = gate.ways(mask_of(framework, state), limit)
    return [state_of(framework, way) for way in found], more


def ways_are_minimal(framework: Framework, state: State = _NOTHING, *, ways: Ways = ways_of) -> Counter[str]:
    """The ways to open a gate are all the smallest sets that do, fewest first and then in framework order; with a
    limit they are the first of these.
    """
    seen = Counter(cases=1)
    for leaf in framework.expansion.leaves:
        wanted = _by_trying(framework, leaf, state)
        if wanted is None:
            seen["too_many"] += 1
            continue
        for limit in (None, *range(1, min(len(wanted), 5) + 2)):
            first = wanted[:limit]
            got, more = ways(framework, leaf, state, limit)
            if [set(way) for way in got] != first or bool(more) != (len(first) < len(wanted)):
                case = {"framework": framework, "leaf": leaf, "state": set(state), "limit": limit}
                raise Broken(
                    ways_are_minimal, **case, wanted=(first, len(first) < len(wanted)), got=([*map(set, got)], more)
                )
        seen += _events(framework, leaf, wanted)
    return seen


def ways_open(framework: Framework, state: State = _NOTHING, *, ways: Ways = ways_of) -> Counter[str]:
    """Crediting every member of a way opens the gate."""
    seen, parts_of = Counter(cases=1), parts_in(framework)
    for leaf in framework.expansion.leaves:
        found = [set(way) for way in ways(framework, leaf, state, 5)[0]]
        for way in found:
            if not means(framework.requirement(leaf), state | way, parts_of):
                raise Broken(ways_open, framework=framework, leaf=leaf, state=set(state), way=way)
        if not found:
            raise Broken(ways_open, framework=framework, leaf=leaf, state=set(state), ways=found)
        seen += _events(framework, leaf, found)
    return seen


def _by_trying(framework: Framework, leaf: str, state: State) -> list[set[str]] | None:
    requirement, parts_of = framework.requirement(leaf), parts_in(framework)
    position = framework.expansion.position
    names = sorted(set(leaves_under(mentions(requirement), parts_of)) - state, key=position.__getitem__)
    if len(names) > MOST_NAMES:
        return None
    found: list[set[str]] = []
    for some in subsets(names):
        if not any(way <= some for way in found) and means(requirement, state | some, parts_of):
            found.append(set(some))
    return found


def _events(framework: Framework, leaf: str, ways: Sequence[set[str]]) -> Counter[str]:
    locked = ways[0] != set()
    kinds = requirement_events(framework.requirement(leaf)) if locked else Counter[str]()
    return kinds + Counter(locked=int(locked), open=int(not locked), several_ways=int(len(ways) > 1))
