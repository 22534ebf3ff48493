"""What a requirement means, and what follows from that whatever it says."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import combinations

from competencies.framework import Framework
from competencies.knowledge_space import State, mask_of
from competencies.requirement import All, AtLeast, Needs, Requirement, Share, evaluate, mentions
from competencies.testing.events import Broken, framework_events, requirement_events

__all__ = [
    "MOST_NAMES",
    "Evaluate",
    "IsOpen",
    "Parts",
    "conjoining_narrows",
    "gates_mean_their_requirements",
    "is_open",
    "leaves_under",
    "means",
    "monotone",
    "no_parts",
    "parts_in",
    "requirement_means",
    "subsets",
]

MOST_NAMES = 12
"""Laws that try all sets of what a requirement mentions leave out one of more names, and count it as `too_many`."""

Parts = Callable[[str], Sequence[str]]
Evaluate = Callable[[Requirement, Collection[str], Parts], bool]
IsOpen = Callable[[Framework, str, State], bool]


def no_parts(_: str) -> Sequence[str]:
    """Return that no name is a group."""
    return ()


def parts_in(framework: Framework) -> Parts:
    """Return the function from a name to the identifiers of its direct parts, which `evaluate` asks for."""
    return lambda name: [part.identifier for part in framework.parts(name)]


def is_open(framework: Framework, leaf: str, state: State) -> bool:
    """Return whether a state opens the gate of a leaf: our gate."""
    return framework.expansion.gates[framework.expansion.position[leaf]].met(mask_of(framework, state))


def subsets(names: Sequence[str]) -> Iterator[State]:
    """Yield all sets of `names` by size, then in the order of `names`."""
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def leaves_under(names: Iterable[str], parts_of: Parts) -> list[str]:
    """Return the competencies without parts among and under `names`, each once, in order."""
    found = dict[str, None]()
    for name in names:
        inside = parts_of(name)
        found |= dict.fromkeys(leaves_under(inside, parts_of) if inside else [name])
    return list(found)


def means(requirement: Requirement, state: State, parts_of: Parts) -> bool:
    """Return whether what a requirement says is true of a state, by its definition: that some k of its members are.

    All of n members are n of them, any is one of them, and a share the least k of n that is no less than its percent.
    """
    if isinstance(requirement, Needs):
        return state.issuperset(leaves_under([requirement.name], parts_of))
    if isinstance(requirement, Share):
        parts = parts_of(requirement.group)
        members: Sequence[Requirement] = [Needs(part) for part in parts]
        k = next(k for k in range(len(parts) + 1) if 100 * k >= requirement.percent * len(parts))
    else:
        members = requirement.parts
        k = len(members) if isinstance(requirement, All) else requirement.k if isinstance(requirement, AtLeast) else 1
    return any(all(means(one, state, parts_of) for one in some) for some in combinations(members, k))


def requirement_means(
    requirement: Requirement, *, evaluate: Evaluate = evaluate, parts_of: Parts = no_parts
) -> Counter[str]:
    """A requirement is met in exactly the states of which it is true that all, any, k or a share of its members are."""
    seen = Counter(cases=1) + requirement_events(requirement)
    for state in _states(requirement, parts_of, seen):
        wanted, got = means(requirement, state, parts_of), evaluate(requirement, state, parts_of)
        if bool(got) != wanted:
            raise Broken(requirement_means, requirement=requirement, state=set(state), wanted=wanted, got=got)
        seen["met" if wanted else "unmet"] += 1
    return seen


def monotone(requirement: Requirement, *, evaluate: Evaluate = evaluate, parts_of: Parts = no_parts) -> Counter[str]:
    """A requirement that is met in a state is met in every larger state."""
    seen = Counter(cases=1) + requirement_events(requirement)
    met = {state: bool(evaluate(requirement, state, parts_of)) for state in _states(requirement, parts_of, seen)}
    names = frozenset[str]().union(*met)
    for state, is_met in met.items():
        for name in names - state if is_met else ():
            if not met[state | {name}]:
                raise Broken(monotone, requirement=requirement, state=set(state), added=name)
        seen["met" if is_met else "unmet"] += 1
    return seen


def conjoining_narrows(
    requirement: Requirement, other: Requirement, *, evaluate: Evaluate = evaluate, parts_of: Parts = no_parts
) -> Counter[str]:
    """Requiring something else besides never makes a requirement met in a state in which it was not."""
    seen, both = Counter(cases=1) + requirement_events(requirement), All([requirement, other])
    for state in _states(both, parts_of, seen):
        before, after = evaluate(requirement, state, parts_of), evaluate(both, state, parts_of)
        if after and not before:
            raise Broken(conjoining_narrows, requirement=requirement, other=other, state=set(state))
        seen["narrowed" if before and not after else "as_before"] += 1
    return seen


def gates_mean_their_requirements(framework: Framework, *, is_open: IsOpen = is_open) -> Counter[str]:
    """A gate is open in exactly the states that meet the requirement of its leaf and of every group around it."""
    seen, parts_of = Counter(cases=1) + framework_events(framework), parts_in(framework)
    for leaf in framework.expansion.leaves:
        requirement = framework.requirement(leaf)
        for state in _states(requirement, parts_of, seen):
            wanted, got = means(requirement, state, parts_of), is_open(framework, leaf, state)
            if bool(got) != wanted:
                case = {"framework": framework, "leaf": leaf, "state": set(state), "wanted": wanted, "got": got}
                raise Broken(gates_mean_their_requirements, **case)
            seen["open" if wanted else "shut"] += 1
    return seen


def _states(requirement: Requirement, parts_of: Parts, seen: Counter[str]) -> Iterator[State]:
    names = leaves_under(mentions(requirement), parts_of)
    if len(names) > MOST_NAMES:
        seen["too_many"] += 1
        return iter(())
    return subsets(names)
