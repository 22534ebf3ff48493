"""The laws of frameworks alone (DESIGN 5): each holds here, met often enough to say so, and catches planted faults."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import combinations, product
from typing import Any as Anything

import networkx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from worlds import profile

from competencies import All, Any, AtLeast, Competency, Framework, Needs, Requirement, Share, evaluate, from_json, parse
from competencies.formats import case, case_out, table
from competencies.knowledge_space import inner_fringe, learning_path, outer_fringe
from competencies.testing import frameworks, knowledge_states, laws, requirements

State = frozenset[str]
Seen = Counter[str]
GROUPS = {"G": ("x", "H"), "H": ("y", "z")}
REQUIREMENTS = requirements("abcdG", "GH")
FEASIBLE = frameworks(least=3).flatmap(lambda f: st.tuples(st.just(f), knowledge_states(f)))
WITH_STATES = frameworks(least=3).flatmap(lambda f: st.tuples(st.just(f), st.just(frozenset()) | knowledge_states(f)))
PLANTED = settings(
    max_examples=500,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def parts_of(name: str) -> Sequence[str]:
    return GROUPS.get(name, ())


def holds(examples: int, cases: st.SearchStrategy[Anything], law: Callable[..., Seen], **least: int) -> None:
    """Check a law in so many cases, and that what it is about was met so many times at least."""
    seen = Seen()

    @profile(examples)
    @given(cases)
    def check(case: Anything) -> None:
        seen.update(law(*case) if isinstance(case, tuple) else law(case))

    check()
    assert seen["cases"] > examples / 2
    laws.demand(seen, **least)


# They hold.


def test_requirements_mean_what_they_say() -> None:
    """`evaluate` agrees with the words of a requirement in every state, groups and shares of them included."""
    holds(
        150,
        REQUIREMENTS,
        lambda one: laws.requirement_means(one, parts_of=parts_of),
        any_of=35, k_of_n=25, shares=100, all_of=20, met=800, unmet=700,
    )  # fmt: skip


def test_requirements_are_monotone() -> None:
    """What meets a requirement still does when more is learnt."""
    law = laws.monotone
    holds(100, REQUIREMENTS, lambda one: law(one, parts_of=parts_of), any_of=20, k_of_n=8, met=400, unmet=300)


def test_requiring_more_never_lets_more_through() -> None:
    """Law 18 where it begins: conjoining a requirement never enlarges the set of states in which it is met."""
    pairs = st.tuples(REQUIREMENTS, REQUIREMENTS)
    law = laws.conjoining_narrows
    holds(
        80,
        pairs,
        lambda one, other: law(one, other, parts_of=parts_of),
        any_of=17,
        k_of_n=12,
        narrowed=150,
        as_before=1_000,
    )


def test_every_framework_can_be_learnt() -> None:
    """Every framework that is built has an order in which each requirement is met by what comes before."""
    holds(150, frameworks(), laws.acyclic, gated=200, any_of=45, k_of_n=25, gated_groups=40, shuffled=15)


def test_gates_mean_their_requirements() -> None:
    """A compiled gate is open in exactly the states that meet the expressions of its leaf and of the groups around."""
    law = laws.gates_mean_their_requirements
    holds(200, frameworks(most=6), law, any_of=80, k_of_n=25, shares=150, gated_groups=60, open=500, shut=500)


def test_fringes_are_what_can_change() -> None:
    """Both fringes of feasible states are what can be added and taken away, by learning everything anew."""
    holds(200, FEASIBLE, laws.fringes_are_what_can_change, outer=150, inner=150, locked=150, kept=80)


def test_names_do_not_matter() -> None:
    """Law 16: relabelling identifiers relabels requirements, fringes and ways, and nothing else."""
    holds(250, WITH_STATES, laws.names_do_not_matter, gated=400, groups=140, several_ways=50, codes=70, shuffled=30)


def test_ways_are_all_the_smallest_ones_in_order() -> None:
    """Law 19: ways without a limit equal brute force, and with a limit they are the first of them."""
    holds(300, WITH_STATES, laws.ways_are_minimal, locked=400, several_ways=70, any_of=120, k_of_n=25, shares=150)


def test_a_way_opens_the_gate() -> None:
    """Law 20, at gates: crediting every member of a way opens the gate."""
    holds(250, WITH_STATES, laws.ways_open, locked=300, several_ways=50, any_of=90, k_of_n=15, shares=150)


FORMATS: dict[str, tuple[Callable[[Anything], Framework], Callable[[Framework], Anything]]] = {
    "case": (lambda text: case.read(json.loads(text)).framework(), lambda f: json.dumps(case_out.write(f))),
    "table": (lambda text: table.read(text, title="").framework(), table.write),
    "json": (lambda text: from_json(json.loads(text)), lambda f: json.dumps(f.to_json())),
}


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_comes_back(name: str) -> None:
    """Law 17: a framework that says anything comes back equal from a CASE package, a table, and our own JSON."""
    load, dump = FORMATS[name]
    holds(
        80,
        frameworks(dressed=True),
        lambda f: laws.round_trip(f, load, dump),
        gated=100, any_of=30, k_of_n=6, groups=18, soft=18, codes=75,
    )  # fmt: skip


# Two more judges: networkx, where requirements join by `and` alone, and expressions written anew as sets.


@profile(80)
@given(
    frameworks(shapes=["chain", "layers", "groups", "soft", "mixed"]).flatmap(lambda f: _with_state(_conjunctive(f)))
)
def test_fringes_agree_with_networkx(case: tuple[Framework, State]) -> None:
    """Without alternatives the outer fringe has all its predecessors known, and the inner no successor known."""
    framework, state = case
    graph = networkx.DiGraph(framework.graph)
    graph.remove_edges_from([(a, b) for a, b, hard in framework.graph.edges(data="hard") if not hard])
    outer = {leaf for leaf in graph if leaf not in state and state.issuperset(graph.predecessors(leaf))}
    assert outer_fringe(framework, state) == outer
    assert inner_fringe(framework, state) == {leaf for leaf in state if state.isdisjoint(graph.successors(leaf))}
    assert networkx.is_directed_acyclic_graph(graph)


def _conjunctive(framework: Framework) -> Framework:
    """The framework with every alternative turned into a must."""
    requires = {name: strict(needs) for name, needs in framework.requires.items()}
    return Framework(framework.title, framework.competencies, requires, part_of=framework.part_of)


def _with_state(framework: Framework) -> st.SearchStrategy[tuple[Framework, State]]:
    return st.tuples(st.just(framework), knowledge_states(framework))


# Planted faults are caught.


def caught(cases: st.SearchStrategy[Anything], law: Callable[..., Seen]) -> laws.Broken:
    """The complaint of a law within 500 cases."""

    @PLANTED
    @given(cases)
    def check(case: Anything) -> None:
        law(*case) if isinstance(case, tuple) else law(case)

    with pytest.raises(laws.Broken) as broken:
        check()
    return broken.value


def rewritten(requirement: Requirement, node: Callable[[Requirement], Requirement]) -> Requirement:
    """The requirement with each expression in it replaced, innermost first."""
    if isinstance(requirement, Needs | Share):
        return node(requirement)
    parts = list(dict.fromkeys(rewritten(part, node) for part in requirement.parts))
    k = min(requirement.k, len(parts)) if isinstance(requirement, AtLeast) else 0
    return node(AtLeast(k, parts) if k else All(parts) if isinstance(requirement, All) else Any(parts))


def strict(requirement: Requirement) -> Requirement:
    """The requirement read as if every alternative were a must."""
    return rewritten(
        requirement, lambda n: n if isinstance(n, Needs) else Needs(n.group) if isinstance(n, Share) else All(n.parts)
    )


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


# What they say.


def test_a_broken_law_says_its_sentence_and_the_counterexample() -> None:
    """The message has the law in words and a case that can be pasted; the error is an assertion that failed."""
    with pytest.raises(AssertionError) as broken:
        laws.requirement_means(parse("a or b"), evaluate=lambda *_: False)
    assert str(broken.value) == (
        "A requirement is met in exactly the states of which it is true that all, any, k or a share of its members are."
        " Not so here (requirement_means):\n"
        "  requirement = Any([Needs('a'), Needs('b')])\n  state = {'a'}\n  wanted = True\n  got = False"
    )


def test_a_law_that_was_not_put_to_the_test_is_not_green() -> None:
    """`demand` names every event that was met too seldom; a requirement of too many names to try is counted as such."""
    with pytest.raises(laws.TooRare, match=r"In 1 cases any_of was met 0 times, and 5 were wanted; k_of_n was met 0"):
        laws.demand(laws.requirement_means(parse("a")), any_of=5, k_of_n=1)
    many = AtLeast(10, [Needs(f"c{n}") for n in range(20)])
    names = [f"c{n}" for n in range(20)]
    assert laws.requirement_means(many)["too_many"] == laws.monotone(many)["too_many"] == 1
    wide = Framework("wide", [Competency(name) for name in [*names, "t"]], requires={"t": many})
    assert laws.ways_are_minimal(wide)["too_many"] == laws.gates_mean_their_requirements(wide)["too_many"] == 1
    assert laws.ways_open(wide)["several_ways"] == 1
