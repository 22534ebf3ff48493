"""The strategies of competencies.testing: they reach every shape, shrink to what people read, and print as Python."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.vendor.pretty import pretty
from worlds import profile

import competencies
from competencies import NOTHING, Competency, Framework, Requirement, mentions, parse, text
from competencies.knowledge_space import is_feasible, states
from competencies.requirement import is_too_deep, normal
from competencies.testing import SHAPES, frameworks, knowledge_states, laws, requirements
from competencies.testing import competencies as drawn_competencies

NAMES = vars(competencies)
ALWAYS_ALIKE = settings(
    max_examples=2_000, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def hard(framework: Framework) -> networkx.DiGraph:
    """The graph of requirements, without recommendations; it never runs in circles."""
    graph = framework.graph
    graph.remove_edges_from([(a, b) for a, b, is_hard in graph.edges(data="hard") if not is_hard])
    return graph


def is_chain(framework: Framework) -> bool:
    """Whether some four competencies have to be learnt one after another."""
    return networkx.dag_longest_path_length(hard(framework)) >= 3


def is_wide(framework: Framework) -> bool:
    """Whether something needs three or more at once, all of them or so many."""
    return any(len(needs) >= 3 for needs in framework.expansion.needs)


def is_diamond(framework: Framework) -> bool:
    """Whether two ways lead from one competency to another, through two that do not need each other."""
    graph = networkx.transitive_closure_dag(hard(framework))
    pairs = ((a, b) for top in graph for a, b in combinations(graph.predecessors(top), 2))
    return any(
        not graph.has_edge(a, b)
        and not graph.has_edge(b, a)
        and set(graph.predecessors(a)) & set(graph.predecessors(b))
        for a, b in pairs
    )


# They reach what matters.


def test_every_shape_is_a_good_share_of_what_is_drawn() -> None:
    """Chains, layers, diamonds, groups, choices, soft edges, one competency and none: each comes often enough."""
    seen = Counter[str]()

    @profile(250)
    @given(frameworks())
    def look(framework: Framework) -> None:
        events = laws.framework_events(framework)
        seen.update(event for event, count in events.items() if count)
        seen.update({"cases": 1, "none": not framework.competencies, "one": len(framework.leaves) == 1})
        seen.update({"chain": is_chain(framework), "wide": is_wide(framework), "diamond": is_diamond(framework)})
        seen["many"] += len(framework.leaves) >= 6
        seen["soft circle"] += not networkx.is_directed_acyclic_graph(framework.graph)

    look()
    share = {event: count / seen["cases"] for event, count in seen.items()}
    for events, least in {
        ("gated", "many"): 0.3,
        ("any_of", "groups", "chain", "wide", "shuffled"): 0.1,
        ("all_of", "k_of_n", "shares", "gated_groups", "mentioned_groups", "nested", "diamond", "soft", "codes"): 0.04,
        ("none", "one"): 0.01,
        ("soft circle",): 0.004,
    }.items():
        assert {event: share.get(event, 0) for event in events if share.get(event, 0) < least} == {}, share


def test_dressed_frameworks_say_anything() -> None:
    """A good share of dressed frameworks has odd names, another title, extras, an identifier and former names."""
    seen = Counter[str]()

    @profile(100)
    @given(frameworks(dressed=True))
    def look(framework: Framework) -> None:
        seen.update({"names": any(not re.fullmatch("[a-zA-Z]", c.identifier) for c in framework.competencies)})
        seen.update({field: bool(getattr(framework, field)) for field in ("extras", "identifier", "formerly")})
        seen.update({"title": framework.title != "drawn", "fields": any(c.tags for c in framework.competencies)})

    look()
    assert min(seen[event] for event in ("names", "extras", "identifier", "title", "fields")) >= 12, seen
    assert seen["formerly"] >= 2, seen


@pytest.mark.parametrize(
    ("shape", "event"),
    [
        ("chain", is_chain),
        ("layers", is_wide),
        ("diamond", is_diamond),
        ("groups", lambda framework: bool(laws.framework_events(framework)["nested"])),
        ("choices", lambda framework: bool({"any_of", "k_of_n"} & laws.framework_events(framework).keys())),
        ("soft", lambda framework: bool(framework.recommends)),
        ("one", lambda framework: len(framework.leaves) == 1),
        ("none", lambda framework: not framework.competencies),
        ("mixed", lambda framework: bool(framework.requires)),
    ],
)
def test_a_shape_can_be_asked_for(shape: str, event: Callable[[Framework], bool]) -> None:
    """Asked for by name, a shape is most of what is drawn, and nothing else comes that it cannot be."""
    seen = Counter[bool]()

    @profile(60)
    @given(frameworks(shapes=[shape]))
    def look(framework: Framework) -> None:
        seen[event(framework)] += 1

    look()
    assert seen[True] > seen[False] / 2, seen


@profile(60)
@given(st.data(), st.integers(0, 9), st.integers(0, 9))
def test_sizes_are_kept(data: st.DataObject, one: int, other: int) -> None:
    """A framework has as many competencies without parts as were asked for."""
    least, most = sorted((one, other))
    assert least <= len(data.draw(frameworks(least=least, most=most)).leaves) <= most


@profile(3)
@given(frameworks(least=60, most=60))
def test_large_frameworks_can_be_drawn(framework: Framework) -> None:
    """A framework may have more competencies than there are letters."""
    assert len(framework.leaves) == 60


@pytest.mark.parametrize(
    "asked", [{"shapes": ["chian"]}, {"least": 3, "most": 2}, {"shapes": ["one"], "least": 2}, {"least": -1}]
)
def test_what_cannot_be_drawn_is_refused(asked: dict[str, Any]) -> None:
    """A shape that there is not comes with the near miss; sizes that no shape can have are refused."""
    with pytest.raises(InvalidArgument, match=r"did you mean chain|no framework of"):
        find(frameworks(**asked), lambda _: True, settings=ALWAYS_ALIKE)
    assert "chain" in SHAPES


def test_requirements_are_of_every_kind_and_in_normal_form() -> None:
    """All kinds are drawn, bracket in bracket, over the names given alone, in the form that is read back equal."""
    seen = Counter[str]()

    @profile(300)
    @given(requirements("abcd", "G"))
    def look(requirement: Requirement) -> None:
        seen.update({"cases": 1, "nothing": requirement == NOTHING, **laws.requirement_events(requirement)})
        assert normal(requirement) == requirement == parse(text(requirement))
        assert set(mentions(requirement)) <= {*"abcdG"}
        assert not is_too_deep(requirement)

    look()
    laws.demand(seen, all_of=50, any_of=55, k_of_n=25, shares=190, needs=265, nothing=1)


def test_a_competency_says_anything_that_one_can() -> None:
    """Every field of a competency is said by a good share of those that are drawn, and by some is not."""
    seen = Counter[str]()
    fields = ("code", "statement", "kind", "item_type", "levels", "tags", "alignments", "check", "extras")

    @profile(200)
    @given(drawn_competencies())
    def look(one: Competency) -> None:
        seen.update(["cases", *(field for field in fields if getattr(one, field))])

    look()
    for field in fields:
        assert 0.1 < seen[field] / seen["cases"] < 0.9, seen


def test_knowledge_states_are_feasible_and_all_of_them() -> None:
    """Whatever is drawn is feasible, and of a small framework every state comes."""
    framework = Framework("f", [Competency(n) for n in "abcd"], requires={"c": "a or b", "d": "2 of (a, b, c)"})
    seen = set[frozenset[str]]()

    @profile(150)
    @given(knowledge_states(framework))
    def look(state: frozenset[str]) -> None:
        seen.add(state)

    look()
    assert seen == set(states(framework))


@profile(100)
@given(st.data())
def test_knowledge_states_of_any_framework_are_feasible(data: st.DataObject) -> None:
    """A state drawn of any framework is a feasible state of it, also where there is nothing to know."""
    framework = data.draw(frameworks())
    assert is_feasible(framework, data.draw(knowledge_states(framework)))


# They shrink to what a person reads in seconds.


@pytest.mark.parametrize(
    ("event", "simplest"),
    [
        (lambda f: True, Framework("drawn", [])),
        (lambda f: f.competencies, Framework("drawn", [Competency("a")])),
        (lambda f: laws.framework_events(f)["codes"], Framework("drawn", [Competency("a", code="a.1")])),
    ],
)
def test_frameworks_shrink_to_what_matters(event: Callable[[Framework], Any], simplest: Framework) -> None:
    """The simplest framework with something in it has that, in plain names, and nothing else."""
    assert find(frameworks(), event, settings=ALWAYS_ALIKE) == simplest


@pytest.mark.parametrize(
    ("shapes", "event", "most"),
    [
        ([], lambda f: f.requires, 4),  # nearly always 2
        ([], lambda f: laws.framework_events(f)["mentioned_groups"], 5),  # nearly always 3
        (["mixed"], is_chain, 6),  # nearly always 4
    ],
)
def test_frameworks_shrink_to_few_competencies(shapes: list[str], event: Callable[[Framework], Any], most: int) -> None:
    """What shrinks along with structure may keep a leaf too many, and is still read at a glance: a, b, c in order."""
    found = find(frameworks(shapes=shapes), event, settings=ALWAYS_ALIKE)
    assert len(found.competencies) <= most, found
    assert found.expansion.leaves == tuple("abcdef"[: len(found.leaves)])
    assert len(repr(found)) < 200


def test_competencies_lose_their_dress() -> None:
    """A competency shrinks to its name and the one field that matters, at its simplest."""
    assert find(drawn_competencies(), lambda c: c.tags, settings=ALWAYS_ALIKE) == Competency("word", tags=["word"])


def test_requirements_and_states_shrink_too() -> None:
    """A requirement shrinks to the first name, brackets that are not needed go; a state to its fewest competencies."""
    kinds = laws.requirement_events
    assert find(requirements(), lambda r: r != NOTHING, settings=ALWAYS_ALIKE) == parse("a")
    assert find(requirements(), lambda r: kinds(r)["any_of"], settings=ALWAYS_ALIKE) == parse("a or b")
    assert find(requirements(), lambda r: kinds(r)["k_of_n"], settings=ALWAYS_ALIKE) == parse("2 of (a, b, c)")
    framework = Framework("f", [Competency(n) for n in "abcd"], requires={"b": "a", "d": "c"})
    assert find(knowledge_states(framework), lambda state: "d" in state, settings=ALWAYS_ALIKE) == {"c", "d"}


# They print as Python.


@profile(60)
@given(frameworks(dressed=True) | frameworks() | drawn_competencies() | requirements("abc", "G"))
def test_what_is_drawn_prints_as_python_that_can_be_pasted(value: Framework | Competency | Requirement) -> None:
    """Evaluating what a value prints as, with the names of the package, gives an equal value; in Hypothesis too."""
    assert eval(repr(value), dict(NAMES)) == value  # noqa: S307 - that is the promise
    assert pretty(value) == repr(value)


def test_values_print_shortly() -> None:
    """What is at its default is left out, and requirements of a framework are written as people write them."""
    framework = Framework(
        "f",
        [Competency("a", kind=competencies.Kind.SKILL, tags=["t"]), Competency("b"), Competency("c")],
        requires={"c": "a or b"},
    )
    assert repr(framework) == (
        "Framework('f', [Competency('a', kind=Kind.SKILL, tags=['t']), Competency('b'), Competency('c')], "
        "requires={'c': 'a or b'})"
    )
    assert repr(parse("a; 2 of (b, c, 50% of G)")) == (
        "All([Needs('a'), AtLeast(2, [Needs('b'), Needs('c'), Share(50, 'G')])])"
    )
    check = competencies.CheckBlueprint(0.8, 5, ["form"])
    assert repr((competencies.Level("one"), check)) == "(Level('one'), CheckBlueprint(0.8, 5, items=['form']))"
    assert repr(NOTHING) == "All([])"


# Hypothesis is only needed here.


def test_without_hypothesis_one_error_says_what_to_install() -> None:
    """Importing `competencies.testing` without Hypothesis is one error that names the extra; nothing else needs it."""
    program = """
import sys
sys.modules["hypothesis"] = None
import competencies
try:
    import competencies.testing
except ModuleNotFoundError as fault:
    print(fault, fault.name, fault.__cause__, fault.__suppress_context__)
"""
    root = Path(__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip().endswith("pip install mastery[testing] hypothesis None True")
