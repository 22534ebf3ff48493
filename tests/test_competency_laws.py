"""The laws of frameworks alone (DESIGN 5): each holds here, and was put to the test often enough to say so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any as Anything

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rewritten import conjunctive
from worlds import BRIEF, profile

from competencies import AtLeast, Competency, Framework, Needs, from_json, pack, parse
from competencies.formats import case, case_out, table
from competencies.knowledge_space import inner_fringe, outer_fringe
from competencies.testing import frameworks, knowledge_states, laws, requirements

State = frozenset[str]
Seen = Counter[str]
GROUPS = {"G": ("x", "H"), "H": ("y", "z")}
REQUIREMENTS = requirements("abcdG", "GH")
RICH = frameworks(least=3, most=7) | frameworks(least=3, most=7, shapes=["choices", "groups"])
FEASIBLE = RICH.flatmap(lambda f: st.tuples(st.just(f), knowledge_states(f)))
WITH_STATES = FEASIBLE | RICH.map(lambda f: (f, frozenset()))  # what is locked is locked most at the start
DRESSED = frameworks(dressed=True) | frameworks(dressed=True, shapes=["soft", "groups", "choices"])


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
    if not BRIEF:
        assert seen["cases"] > examples / 2
        laws.demand(seen, **least)


# They hold.


def test_requirements_mean_what_they_say() -> None:
    """`evaluate` agrees with the words of a requirement in every state, groups and shares of them included."""
    holds(
        150,
        REQUIREMENTS,
        lambda one: laws.requirement_means(one, parts_of=parts_of),
        any_of=25, k_of_n=11, shares=80, all_of=20, met=555, unmet=455,
    )  # fmt: skip


def test_requirements_are_monotone() -> None:
    """What meets a requirement still does when more is learnt."""
    law = laws.monotone
    holds(100, REQUIREMENTS, lambda one: law(one, parts_of=parts_of), any_of=17, k_of_n=6, met=335, unmet=270)


def test_requiring_more_never_lets_more_through() -> None:
    """Law 18 where it begins: conjoining a requirement never enlarges the set of states in which it is met."""
    pairs = st.tuples(REQUIREMENTS, REQUIREMENTS)
    law = laws.conjoining_narrows
    holds(
        80,
        pairs,
        lambda one, other: law(one, other, parts_of=parts_of),
        any_of=12,
        k_of_n=2,
        narrowed=105,
        as_before=645,
    )


def test_every_framework_can_be_learnt() -> None:
    """Every framework that is built has an order in which each requirement is met by what comes before."""
    holds(100, RICH, laws.acyclic, gated=150, any_of=25, k_of_n=9, gated_groups=20, shuffled=7)


def test_gates_mean_their_requirements() -> None:
    """A compiled gate is open in exactly the states that meet the expressions of its leaf and of the groups around."""
    law = laws.gates_mean_their_requirements
    holds(120, RICH, law, any_of=50, k_of_n=12, shares=35, gated_groups=25, open=425, shut=400)


def test_fringes_are_what_can_change() -> None:
    """Both fringes of feasible states are what can be added and taken away, by learning everything anew."""
    holds(80, FEASIBLE, laws.fringes_are_what_can_change, outer=70, inner=20, locked=55, kept=12)


def test_names_do_not_matter() -> None:
    """Law 16: relabelling identifiers relabels requirements, fringes and ways, and nothing else."""
    holds(120, WITH_STATES, laws.names_do_not_matter, gated=170, groups=45, several_ways=12, codes=17, shuffled=12)


def test_ways_are_all_the_smallest_ones_in_order() -> None:
    """Law 19: ways without a limit equal brute force, and with a limit they are the first of them."""
    holds(180, WITH_STATES, laws.ways_are_minimal, locked=160, several_ways=20, any_of=45, k_of_n=19, shares=30)


def test_a_way_opens_the_gate() -> None:
    """Law 20, at gates: crediting every member of a way opens the gate."""
    holds(120, WITH_STATES, laws.ways_open, locked=120, several_ways=12, any_of=25, k_of_n=5, shares=20)


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
        70,
        DRESSED,
        lambda f: laws.round_trip(f, load, dump),
        gated=100, any_of=25, k_of_n=6, groups=4, soft=7, codes=80,
    )  # fmt: skip


def test_a_real_framework_keeps_every_law() -> None:
    """The pack that ships keeps the laws too, each gate of it tried: as anyone can find out about their own."""
    framework = pack("fractions-to-proportions")
    nothing = frozenset[str]()
    for law in (laws.ways_are_minimal, laws.ways_open, laws.names_do_not_matter, laws.fringes_are_what_can_change):
        seen = law(framework, nothing)
        assert seen["locked"] + seen["gated"] >= 50, law
        assert not seen["too_many"], law
    assert laws.gates_mean_their_requirements(framework)["shut"] >= 100
    laws.demand(laws.acyclic(framework), gated=50, any_of=5, k_of_n=1)


# Another judge: networkx, where requirements join by `and` alone.


@profile(80)
@given(frameworks(shapes=["chain", "layers", "groups", "soft", "mixed"]).flatmap(lambda f: _with_state(conjunctive(f))))
def test_fringes_agree_with_networkx(case: tuple[Framework, State]) -> None:
    """Without alternatives the outer fringe has all its predecessors known, and the inner no successor known."""
    framework, state = case
    graph = networkx.DiGraph(framework.graph)
    graph.remove_edges_from([(a, b) for a, b, hard in framework.graph.edges(data="hard") if not hard])
    outer = {leaf for leaf in graph if leaf not in state and state.issuperset(graph.predecessors(leaf))}
    assert outer_fringe(framework, state) == outer
    assert inner_fringe(framework, state) == {leaf for leaf in state if state.isdisjoint(graph.successors(leaf))}
    assert networkx.is_directed_acyclic_graph(graph)


def _with_state(framework: Framework) -> st.SearchStrategy[tuple[Framework, State]]:
    return st.tuples(st.just(framework), knowledge_states(framework))


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
