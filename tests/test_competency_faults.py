"""The laws of frameworks alone catch faults that are planted in what they are about, each within 500 cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from itertools import combinations, product
from typing import Any as Anything

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rewritten import rewritten
from test_competency_laws import FORMATS, REQUIREMENTS, WITH_STATES, Seen, State, parts_of

from competencies import All, Any, AtLeast, Framework, Needs, Requirement, Share, evaluate, parse
from competencies.knowledge_space import learning_path
from competencies.testing import frameworks, laws

PLANTED = settings(
    max_examples=500,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def caught(cases: st.SearchStrategy[Anything], law: Callable[..., Seen]) -> laws.Broken:
    """The complaint of a law within 500 cases."""

    @PLANTED
    @given(cases)
    def check(case: Anything) -> None:
        law(*case) if isinstance(case, tuple) else law(case)

    with pytest.raises(laws.Broken) as broken:
        check()
    return broken.value


def test_any_read_as_all_is_caught() -> None:
    """An evaluation that reads any-of as all-of breaks the meaning of requirements."""

    def any_as_all(requirement: Requirement, met: Collection[str], parts: Anything) -> bool:
        return evaluate(rewritten(requirement, lambda n: All(n.parts) if isinstance(n, Any) else n), met, parts)

    broken = caught(REQUIREMENTS, lambda one: laws.requirement_means(one, evaluate=any_as_all, parts_of=parts_of))
    assert (broken.law, broken.case["wanted"], broken.case["got"]) == ("requirement_means", True, False)


def test_exactly_k_is_caught() -> None:
    """An evaluation in which one more can be too many is not monotone."""

    def exactly(requirement: Requirement, met: Collection[str], parts: Anything) -> bool:
        if isinstance(requirement, AtLeast):
            return sum(exactly(part, met, parts) for part in requirement.parts) == requirement.k
        return evaluate(requirement, met, parts)

    assert caught(REQUIREMENTS, lambda one: laws.monotone(one, evaluate=exactly, parts_of=parts_of)).case["added"]


def test_and_read_as_or_is_caught() -> None:
    """An evaluation in which requirements joined by `and` stand for one another lets more through."""

    def either(requirement: Requirement, met: Collection[str], parts: Anything) -> bool:
        if isinstance(requirement, All):
            return any(either(part, met, parts) for part in requirement.parts)
        return evaluate(requirement, met, parts)

    pairs = st.tuples(REQUIREMENTS, REQUIREMENTS)
    broken = caught(pairs, lambda a, b: laws.conjoining_narrows(a, b, evaluate=either, parts_of=parts_of))
    assert broken.law == "conjoining_narrows"


def careless_ways(framework: Framework, leaf: str, state: State, limit: int | None) -> tuple[list[State], bool]:
    """All combinations of alternatives, smaller ones first, with those that hold another: minimality was forgotten."""
    parts = laws.parts_in(framework)

    def under(name: str) -> State:
        inside = parts(name)
        return frozenset().union(*map(under, inside)) if inside else frozenset([name])

    def unions(sets: Iterable[Iterable[State]]) -> list[State]:
        return [frozenset().union(*some) for some in product(*sets)]

    def ways(node: Requirement) -> list[State]:
        if isinstance(node, Needs):
            return [under(node.name)]
        if isinstance(node, Share):
            inside = parts(node.group)
            return [
                way
                for some in combinations(inside, node.least(len(inside)))
                for way in unions([[under(n)] for n in some])
            ]
        k = node.k if isinstance(node, AtLeast) else len(node.parts) if isinstance(node, All) else 1
        return [way for some in combinations(node.parts, k) for way in unions(map(ways, some))]

    position = framework.expansion.position
    found = {way - state for way in ways(framework.requirement(leaf))}
    order = sorted(found, key=lambda way: (len(way), sorted(position[name] for name in way)))
    return order[:limit], limit is not None and len(order) > limit


def test_ways_that_are_not_minimal_are_caught() -> None:
    """Ways made by combining alternatives, without leaving out those that hold another, are not the smallest."""
    broken = caught(WITH_STATES, lambda f, state: laws.ways_are_minimal(f, state, ways=careless_ways))
    assert len(broken.case["got"][0]) > len(broken.case["wanted"][0])
    caught_by_size = caught(
        WITH_STATES,
        lambda f, state: laws.ways_are_minimal(f, state, ways=lambda *asked: (laws.ways_of(*asked)[0], False)),
    )
    assert caught_by_size.case["limit"] is not None


def test_a_way_with_a_member_missing_is_caught() -> None:
    """Crediting a way that lacks its last member leaves the gate shut, and no way at all is none."""

    def shorter(framework: Framework, leaf: str, state: State, limit: int | None) -> tuple[list[set[str]], bool]:
        found, more = laws.ways_of(framework, leaf, state, limit)
        return [set(sorted(way)[:-1]) for way in found], more

    assert caught(WITH_STATES, lambda f, state: laws.ways_open(f, state, ways=shorter)).law == "ways_open"
    none = caught(WITH_STATES, lambda f, state: laws.ways_open(f, state, ways=lambda *_: ([], False)))
    assert none.case["ways"] == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_that_loses_the_k_is_caught(name: str) -> None:
    """A file in which k of n has become one of n does not come back equal."""
    load, dump = FORMATS[name]

    def losing(framework: Framework) -> str:
        return re.sub(r"\b\d+ of \(", "1 of (", dump(framework))

    broken = caught(frameworks(), lambda f: laws.round_trip(f, load, losing))
    assert broken.case["back"] != broken.case["framework"]


def test_an_order_that_is_only_the_framework_order_is_caught() -> None:
    """The order in which competencies are listed is not one to learn them in; nor is one with some missing."""
    listed = caught(frameworks(), lambda f: laws.acyclic(f, order=lambda f: f.expansion.leaves))
    assert listed.case["too_early"] in listed.case["order"]
    short = caught(frameworks(), lambda f: laws.acyclic(f, order=lambda f: learning_path(f)[1:]))
    assert "too_early" not in short.case


def test_a_gate_that_forgets_the_groups_around_is_caught() -> None:
    """A gate that asks for a leaf's own requirement alone is open where that of its group is not met."""

    def own_alone(framework: Framework, leaf: str, state: State) -> bool:
        return evaluate(framework.requires.get(leaf, parse("")), state, laws.parts_in(framework))

    broken = caught(frameworks(), lambda f: laws.gates_mean_their_requirements(f, is_open=own_alone))
    assert (broken.case["wanted"], broken.case["got"]) == (False, True)


def test_fringes_of_another_kind_are_caught() -> None:
    """An outer fringe of everything unknown and an inner one of everything known are not what can change."""
    law = laws.fringes_are_what_can_change
    everything: Callable[[Framework, State], State] = lambda f, state: frozenset(f.expansion.leaves) - state  # noqa: E731
    assert caught(WITH_STATES, lambda f, s: law(f, s, outer_fringe=everything)).case["fringe"] == "outer"
    assert caught(WITH_STATES, lambda f, s: law(f, s, inner_fringe=lambda _, state: state)).case["fringe"] == "inner"


def test_ways_in_alphabetical_order_are_caught() -> None:
    """Ways ordered by names and not by the framework come in another order under other names."""

    def alphabetical(framework: Framework, leaf: str, state: State, limit: int | None) -> tuple[list[State], bool]:
        found, more = laws.ways_of(framework, leaf, state, limit)
        return sorted(found, key=sorted), more

    assert (
        caught(WITH_STATES, lambda f, s: laws.names_do_not_matter(f, s, ways=alphabetical)).law == "names_do_not_matter"
    )
