"""Knowledge spaces: states, fringes, paths, surmise relation and clauses, held against brute force and the theorems."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise, permutations
from math import factorial

import networkx
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from rewritten import conjunctive
from worlds import profile

from competencies import (
    Any,
    CompetenciesError,
    Competency,
    Framework,
    FrameworkError,
    Needs,
    Requirement,
    UnknownCompetency,
    evaluate,
    mentions,
)
from competencies.knowledge_paths import (
    count_paths,
    count_states,
    gradation,
    is_learning_path,
    learning_paths,
    sample_path,
)
from competencies.knowledge_space import (
    TooManyStates,
    attribution,
    base,
    clauses,
    inner_fringe,
    is_feasible,
    learning_path,
    outer_fringe,
    space_csv,
    space_json,
    states,
    surmise,
)
from competencies.testing import frameworks

PROPERTY = profile(150)
State = frozenset[str]


SMALL = frameworks(least=1, most=6)
CONJUNCTIVE = SMALL.map(conjunctive)


def of(names: str, **requires: str) -> Framework:
    return Framework("small", [Competency(name) for name in names.split()], requires=requires)


def leaves(framework: Framework) -> list[str]:
    return [leaf.identifier for leaf in framework.leaves]


def subsets(names: Iterable[str]) -> list[State]:
    given = list(names)
    return [frozenset(some) for size in range(len(given) + 1) for some in combinations(given, size)]


def is_open(framework: Framework, name: str, state: Iterable[str]) -> bool:
    """Whether a state meets the requirement of a competency, by the expression itself."""
    parts = framework.parts
    requirement = framework.requirement(name)
    return evaluate(requirement, frozenset(state), lambda group: [part.identifier for part in parts(group)])


def brute_paths(framework: Framework, state: Iterable[str]) -> set[tuple[str, ...]]:
    """Every order of a state in which each requirement is met by what came before: try all of them."""
    orders = permutations(sorted(state))
    return {order for order in orders if all(is_open(framework, order[n], order[:n]) for n in range(len(order)))}


def brute_states(framework: Framework) -> set[State]:
    """Every set that can be reached from nothing by adding what is open."""
    found, fresh = {frozenset[str]()}, [frozenset[str]()]
    while fresh:
        state = fresh.pop()
        for name in leaves(framework):
            larger = state | {name}
            if larger not in found and name not in state and is_open(framework, name, state):
                found.add(larger)
                fresh.append(larger)
    return found


# States and fringes.


@PROPERTY
@given(SMALL)
def test_feasible_is_what_can_be_reached(framework: Framework) -> None:
    """A state is feasible exactly when adding what is open, one at a time, reaches it; `states` lists each once."""
    feasible = brute_states(framework)
    listed = list(states(framework))
    event("gated" if len(feasible) < 2 ** len(leaves(framework)) else "free")
    assert {state for state in subsets(leaves(framework)) if is_feasible(framework, state)} == feasible
    assert (set(listed), len(listed)) == (feasible, len(feasible))
    assert [len(state) for state in listed] == sorted(len(state) for state in listed)
    assert count_states(framework) == len(feasible)


@profile(60)
@given(frameworks(least=1, most=5))
def test_feasible_is_what_some_order_reaches(framework: Framework) -> None:
    """A state is feasible exactly when some order of it is a learning path."""
    for state in subsets(leaves(framework)):
        assert is_feasible(framework, state) == bool(brute_paths(framework, state))


@PROPERTY
@given(SMALL)
def test_fringes_by_their_definition(framework: Framework) -> None:
    """Of a feasible state: the outer fringe is what can be added, the inner fringe what can be taken away."""
    feasible = brute_states(framework)
    for state in feasible:
        assert outer_fringe(framework, state) == {
            name for name in leaves(framework) if name not in state and state | {name} in feasible
        }
        assert inner_fringe(framework, state) == {name for name in state if state - {name} in feasible}


@PROPERTY
@given(SMALL)
def test_every_framework_is_a_learning_space(framework: Framework) -> None:
    """Unions of states are states, every state but nothing has an inner fringe, and any larger one is a walk away."""
    feasible = brute_states(framework)
    everything = frozenset(leaves(framework))
    assert {frozenset(), everything} <= feasible
    for one in feasible:
        assert bool(one) == bool(inner_fringe(framework, one))
        assert (one != everything) == bool(outer_fringe(framework, one))
        for other in feasible:
            assert one | other in feasible
            if one < other:
                assert outer_fringe(framework, one) & other


@PROPERTY
@given(SMALL)
def test_a_state_is_known_by_its_fringes(framework: Framework) -> None:
    """In a learning space no two states have the same inner and outer fringe (Doignon and Falmagne)."""
    fringes = Counter((inner_fringe(framework, s), outer_fringe(framework, s)) for s in brute_states(framework))
    assert set(fringes.values()) == {1}


@PROPERTY
@given(CONJUNCTIVE)
def test_requirements_joined_by_and_make_an_ordinal_space(framework: Framework) -> None:
    """Without alternatives intersections are states too, and states are the down-sets of the order (Birkhoff)."""
    feasible = brute_states(framework)
    assert all(one & other in feasible for one in feasible for other in feasible)
    order = networkx.transitive_closure_dag(framework.graph)
    down_sets = {
        state for state in subsets(leaves(framework)) if all(set(order.predecessors(name)) <= state for name in state)
    }
    assert down_sets == feasible


def test_alternatives_make_spaces_that_are_not_ordinal() -> None:
    """With an alternative the intersection of two states may be none."""
    framework = of("a b c", c="(a or b)")
    assert is_feasible(framework, "ac")
    assert is_feasible(framework, "bc")
    assert not is_feasible(framework, "c")


# Learning paths.


@PROPERTY
@given(frameworks(least=1, most=5), st.data())
def test_paths_are_listed_and_counted_like_brute_force(framework: Framework, data: st.DataObject) -> None:
    """Listing yields each learning path to a state once, in framework order; counting agrees with trying them all."""
    state = data.draw(st.sampled_from(sorted(brute_states(framework), key=sorted)))
    listed = list(learning_paths(framework, state))
    expected = brute_paths(framework, state)
    event(f"{min(len(expected), 10)} paths")
    assert (set(listed), len(listed)) == (expected, len(expected))
    position = framework.expansion.position
    assert listed == sorted(listed, key=lambda path: [position[name] for name in path])
    assert count_paths(framework, state) == len(expected)
    assert learning_path(framework, state) in expected


@PROPERTY
@given(CONJUNCTIVE)
def test_paths_of_an_ordinal_space_are_topological_sorts(framework: Framework) -> None:
    """Without alternatives the learning paths are networkx's topological sorts of the graph."""
    sorts = {tuple(order) for order in networkx.all_topological_sorts(framework.graph)}
    assert set(learning_paths(framework)) == sorts
    assert count_paths(framework) == len(sorts)


def test_parts_that_have_nothing_in_common_are_counted_apart() -> None:
    """Thirty free competencies and twenty pairs have 2**30 * 3**20 states and 70!/2**20 paths, and none is listed."""
    names = [f"c{n}" for n in range(70)]
    pairs = {f"c{n + 1}": f"c{n}" for n in range(30, 70, 2)}
    framework = Framework("islands", [Competency(name) for name in names], requires=pairs)
    assert count_states(framework) == 2**30 * 3**20
    assert count_paths(framework) == factorial(70) // 2**20
    assert is_learning_path(framework, sample_path(framework, random.Random(1), uniform=True))


@PROPERTY
@given(SMALL, st.integers(0, 2**32), st.booleans())
def test_sampled_paths_are_valid_and_repeatable(framework: Framework, seed: int, uniform: bool) -> None:
    """A sampled path is a learning path to the state asked for, and the same chance gives the same path."""
    for state in [None, *sorted(brute_states(framework), key=sorted)[:5]]:
        path = sample_path(framework, random.Random(seed), state, uniform=uniform)
        assert path == sample_path(framework, random.Random(seed), state, uniform=uniform)
        assert is_learning_path(framework, path)
        assert set(path) == set(leaves(framework) if state is None else state)


@pytest.mark.parametrize("uniform", [False, True])
def test_every_path_can_be_sampled_and_evenly_if_asked(uniform: bool) -> None:
    """Of thirty paths each comes out of a fixed chance; evenly, each about as often as any other, and otherwise not."""
    framework = of("a b c d e f", b="a", c="b", d="(a or e)", f="d; e")
    paths = set(learning_paths(framework))
    assert len(paths) == 30
    chance = random.Random(5)
    draws = 400 * len(paths)
    seen = Counter(sample_path(framework, chance, uniform=uniform) for _ in range(draws))
    assert set(seen) == paths
    spread = sum((count - 400) ** 2 / 400 for count in seen.values())  # chi-squared, len(paths) - 1 degrees
    assert (spread < 2 * len(paths)) == uniform


def test_a_large_framework_is_sampled_and_not_counted() -> None:
    """A chain of alternatives among thousands of competencies has a path at once; its paths are too many to count."""
    names = [f"c{n}" for n in range(3000)]
    requires: dict[str, Requirement] = {
        names[n]: Any([Needs(names[n - 3]), Needs(names[n - 7])]) for n in range(7, 3000)
    }
    framework = Framework("large", [Competency(name) for name in names], requires=requires)
    assert is_learning_path(framework, sample_path(framework, random.Random(3)))
    with pytest.raises(TooManyStates, match="more than 500 knowledge states in 'large'"):
        count_paths(framework, limit=500)
    with pytest.raises(TooManyStates):
        sample_path(framework, random.Random(3), uniform=True, limit=500)


@PROPERTY
@given(SMALL, st.randoms(use_true_random=False))
def test_a_gradation_adds_one_competency_at_a_time(framework: Framework, chance: random.Random) -> None:
    """Along a path the states go from nothing to everything, each feasible and one larger than the one before."""
    path = sample_path(framework, chance)
    chain = gradation(framework, path)
    assert (chain[0], chain[-1]) == (frozenset(), frozenset(leaves(framework)))
    assert [larger - smaller for smaller, larger in pairwise(chain)] == [{name} for name in path]
    assert all(is_feasible(framework, state) for state in chain)


@PROPERTY
@given(SMALL, st.data())
def test_what_is_no_path_is_refused(framework: Framework, data: st.DataObject) -> None:
    """An order is a learning path exactly when each requirement is met by what came before, nothing twice."""
    order = data.draw(st.lists(st.sampled_from(leaves(framework)), max_size=6))
    valid = len(set(order)) == len(order) and all(is_open(framework, order[n], order[:n]) for n in range(len(order)))
    event(f"valid: {valid}")
    assert is_learning_path(framework, order) == valid
    if not valid:
        with pytest.raises(FrameworkError, match="no learning path"):
            gradation(framework, order)


def test_what_cannot_be_asked_is_refused_with_its_name() -> None:
    """Infeasible states, groups where a leaf is wanted and unknown names raise our errors."""
    framework = Framework("g", [Competency(n) for n in "Gabc"], requires={"c": "a"}, part_of={"a": "G", "b": "G"})
    for refused in (learning_path, count_paths, learning_paths):
        with pytest.raises(FrameworkError, match="not feasible: the requirement of c"):
            refused(framework, ["b", "c"])
    with pytest.raises(FrameworkError, match="not feasible"):
        sample_path(framework, random.Random(1), ["c"])
    for asked in (clauses, attribution):
        with pytest.raises(FrameworkError, match="'G' has the parts a, b"):
            asked(framework, "G")
        with pytest.raises(UnknownCompetency):
            asked(framework, "nothing")
    assert not is_learning_path(framework, ["G"])
    assert list(learning_paths(framework, ["G"])) == [("a", "b"), ("b", "a")]
    assert (count_paths(framework, []), list(learning_paths(framework, []))) == (1, [()])


# Surmise relation, attribution, clauses, base.


@PROPERTY
@given(SMALL)
def test_the_surmise_relation_by_its_definition(framework: Framework) -> None:
    """One leaf is surmised from another exactly when every state with the other has it; it is a partial order."""
    feasible, relation = brute_states(framework), surmise(framework)
    for q in leaves(framework):
        assert relation[q] == frozenset.intersection(*(state for state in feasible if q in state))
        for r in relation[q]:
            assert relation[r] <= relation[q]
            assert r == q or q not in relation[r]


@PROPERTY
@given(CONJUNCTIVE)
def test_without_alternatives_surmising_is_the_order_of_prerequisites(framework: Framework) -> None:
    """Without alternatives the surmise relation is reachability in the graph, and gives the one clause of each leaf."""
    for q, surmised in surmise(framework).items():
        assert surmised == {q, *networkx.ancestors(framework.graph, q)}
        assert clauses(framework, q) == (surmised,)


@PROPERTY
@given(SMALL)
def test_clauses_are_the_minimal_states_with_a_leaf(framework: Framework) -> None:
    """The clauses of a leaf are the minimal feasible states that have it; they share what is surmised from it."""
    feasible = brute_states(framework)
    for q in leaves(framework):
        having = [state for state in feasible if q in state]
        minimal = {state for state in having if not any(other < state for other in having)}
        found = clauses(framework, q)
        event(f"{len(found)} clauses")
        assert (set(found), len(found)) == (minimal, len(minimal))
        assert [len(clause) for clause in found] == sorted(len(clause) for clause in found)
        assert all(inner_fringe(framework, clause) == {q} for clause in found)
        assert frozenset.intersection(*found) == surmise(framework)[q]


@PROPERTY
@given(SMALL)
def test_the_base_spans_the_space_and_nothing_less_does(framework: Framework) -> None:
    """Every state is the union of base states in it, and no base state is a union of others."""
    found = base(framework)
    assert len(set(found)) == len(found)
    for state in brute_states(framework):
        assert frozenset().union(*(one for one in found if one <= state)) == state
    for one in found:
        assert frozenset().union(*(other for other in found if other < one)) != one


@PROPERTY
@given(SMALL)
def test_attributions_are_the_minimal_ways_to_meet_a_requirement(framework: Framework) -> None:
    """An attribution is a minimal set that meets the requirement; without alternatives there is exactly one."""
    for name in leaves(framework):
        opening = [state for state in subsets(leaves(framework)) if is_open(framework, name, state)]
        minimal = {state for state in opening if not any(other < state for other in opening)}
        assert set(attribution(framework, name)) == minimal


def test_clauses_and_attributions_too_many_are_refused() -> None:
    """Twelve of twenty-four alternatives are more ways than are listed: that is said, with what to do."""
    names = " ".join(f"c{n}" for n in range(24))
    framework = of(f"{names} t u", t=f"12 of ({names.replace(' ', ', ')})", u="t")
    for refused in (lambda: attribution(framework, "t"), lambda: clauses(framework, "u"), lambda: base(framework)):
        with pytest.raises(TooManyStates, match=r"more than 1,000 .* of t: ask about a part of them"):
            refused()
    assert issubclass(TooManyStates, CompetenciesError)
    assert attribution(of("a b", b="a"), "b") == ({"a"},)


def test_clauses_that_multiply_are_refused_in_time() -> None:
    """Ten choices of three, one after another needed by one competency, are 3**10 clauses: refused."""
    parts = [f"{letter}{n}" for n in range(10) for letter in "abc"]
    tops = [f"t{n}" for n in range(10)]
    needs = {f"t{n}": f"(a{n} or b{n} or c{n})" for n in range(10)}
    framework = of(" ".join([*parts, *tops, "end"]), **needs, end="; ".join(tops))
    assert mentions(framework.requires["end"]) == tuple(tops)
    with pytest.raises(TooManyStates, match="clauses of end"):
        clauses(framework, "end")


# Export.


@PROPERTY
@given(SMALL)
def test_the_space_goes_out_as_json_and_as_a_matrix(framework: Framework) -> None:
    """Both exports hold every feasible state once, over the leaves in framework order."""
    told = json.loads(json.dumps(space_json(framework)))
    from_json = [frozenset(told["competencies"][i] for i in state) for state in told["states"]]
    header, *rows = csv.reader(io.StringIO(space_csv(framework), newline=""))
    names = [
        framework.competency(name).identifier for name in header
    ]  # columns are called by codes where there are any
    from_csv = [frozenset(name for name, cell in zip(names, row, strict=True) if cell == "1") for row in rows]
    assert names == told["competencies"] == leaves(framework)
    assert from_json == from_csv == list(states(framework))
    assert told["framework"] == framework.version


def test_a_matrix_runs_nothing_when_it_is_opened() -> None:
    """A code that a spreadsheet would take for a formula is guarded in the matrix."""
    framework = Framework("t", [Competency("a", code="=1+1"), Competency("b")])
    assert space_csv(framework) == "'=1+1,b\r\n0,0\r\n1,0\r\n0,1\r\n1,1\r\n"


def test_a_space_too_large_to_export_is_refused() -> None:
    """Beyond the limit both exports say how many states were wanted at most, before anything is written."""
    framework = of(" ".join(f"c{n}" for n in range(40)))
    for export in (space_json, space_csv):
        with pytest.raises(TooManyStates, match="more than 65,536 knowledge states in 'small'"):
            export(framework)
        with pytest.raises(TooManyStates, match="more than 7 "):
            export(of("a b c"), limit=7)
        assert export(of("a b c"), limit=8)
    with pytest.raises(TooManyStates):
        list(states(framework, limit=100))
