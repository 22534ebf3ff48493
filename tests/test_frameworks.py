"""Frameworks: what cannot be built, what a version is, and the derived graph held against networkx."""

import json
import pickle
import subprocess
import sys
from random import Random

import networkx
import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st
from worlds import profile

from competencies import (
    NOTHING,
    All,
    AmbiguousCode,
    CheckBlueprint,
    Competency,
    CycleError,
    Framework,
    FrameworkError,
    Kind,
    Level,
    Needs,
    UnknownCompetency,
    from_json,
)
from competencies.testing import frameworks, laws

PROPERTY = profile(200)


def of(names: str, **fields: object) -> Framework:
    return Framework("small", [Competency(name) for name in names.split()], **fields)  # type: ignore[arg-type]


FULL = Framework(
    "full",
    [
        Competency(
            "a", code="A.1", statement="Adds é.", kind=Kind.SKILL, item_type="Standard", tags=["t"], alignments=["x"]
        ),
        Competency("b", levels=[Level("one", "words")], check=CheckBlueprint(0.9, 5, ["form a", "form b"])),
        Competency("G"),
        Competency("c", extras={"case": {"uri": "u", "n": [1, None]}}),
    ],
    requires={"c": "A.1", "G": "a"},
    recommends={"c": "b"},
    part_of={"b": "G"},
    identifier="doc",
    extras={"more": {"k": [1.5]}},
)


@PROPERTY
@given(frameworks())
def test_the_expansion_agrees_with_networkx(framework: Framework) -> None:
    """`ahead` is the closure of the graph, `order` a topological order, and both have an edge for every mention."""
    graph, expansion = framework.graph, framework.expansion
    soft = [(origin, then) for origin, then, hard in graph.edges(data="hard") if not hard]
    graph.remove_edges_from(soft)
    event("with recommendations" if soft else "without")
    assert networkx.is_directed_acyclic_graph(graph)
    event(f"{min(graph.number_of_edges(), 5)} edges or more")
    assert list(graph.nodes) == list(expansion.leaves)
    for i, leaf in enumerate(expansion.leaves):
        assert set(expansion.names(expansion.ahead[i])) == networkx.descendants(graph, leaf)
        assert set(expansion.names(expansion.closure(1 << i))) == networkx.ancestors(graph, leaf) | {leaf}
        assert {expansion.leaves[j] for j in expansion.needs[i]} == set(graph.predecessors(leaf))
        assert {expansion.leaves[j] for j in expansion.needed_by[i]} == set(graph.successors(leaf))
        assert graph.nodes[leaf]["competency"] is framework.competency(leaf)
    place = {leaf: n for n, leaf in enumerate(expansion.leaves)}
    oracle = networkx.lexicographical_topological_sort(graph, key=place.__getitem__)
    assert [expansion.leaves[i] for i in expansion.order] == list(oracle)
    assert [expansion.order[place] for place in expansion.rank] == list(range(len(expansion.leaves)))


@PROPERTY
@given(frameworks(), st.randoms(use_true_random=False))
def test_other_identifiers_give_the_same_expansion_under_other_names(framework: Framework, random: Random) -> None:
    """Law 16: relabelling identifiers relabels the expansion and changes nothing else."""
    names = [competency.identifier for competency in framework.competencies]
    new = dict(zip(names, random.sample([f"n{i}" for i in range(len(names))], len(names)), strict=True))
    data = framework.to_json()
    relabelled = laws.relabelled(framework, new)
    ours, theirs = framework.expansion, relabelled.expansion
    assert theirs.leaves == tuple(new[leaf] for leaf in ours.leaves)
    assert (theirs.gates, theirs.order, theirs.needs) == (ours.gates, ours.order, ours.needs)
    assert theirs.masks == {new[name]: mask for name, mask in ours.masks.items()}
    assert framework.to_json() == data
    assert laws.relabelled(relabelled, {there: here for here, there in new.items()}) == framework


@PROPERTY
@given(frameworks())
def test_a_framework_comes_back_from_its_json_and_its_pickle(framework: Framework) -> None:
    """JSON and pickle give an equal framework with the same hash, version and expansion."""
    for again in (from_json(framework.to_json()), pickle.loads(pickle.dumps(framework))):  # noqa: S301
        assert again == framework
        assert (again.version, hash(again)) == (framework.version, hash(framework))
        assert again.expansion == framework.expansion


def test_everything_said_survives_json() -> None:
    """No field is lost on the way: kinds, levels, blueprints, extras, recommendations, identifiers."""
    assert from_json(FULL.to_json()) == FULL
    assert from_json(FULL.to_json()).competency("c").extras == {"case": {"uri": "u", "n": [1, None]}}


@pytest.mark.parametrize(
    "other",
    [
        evolve(FULL, title="other"),
        evolve(FULL, identifier="other"),
        evolve(FULL, extras={}),
        evolve(FULL, requires={"c": "b", "G": "a"}),
        evolve(FULL, recommends={}),
        evolve(FULL, part_of={}),
        evolve(FULL, competencies=FULL.competencies[::-1]),
        evolve(FULL, competencies=(evolve(FULL.competencies[0], statement="Adds e."), *FULL.competencies[1:])),
        evolve(FULL, competencies=(evolve(FULL.competencies[0], kind=None), *FULL.competencies[1:])),
        evolve(FULL, competencies=(*FULL.competencies[:3], evolve(FULL.competencies[3], extras={}))),
        evolve(FULL, competencies=(*FULL.competencies, Competency("d"))),
    ],
)
def test_the_version_changes_when_anything_changes(other: Framework) -> None:
    """Frameworks that differ in anything that they say are not equal and have another version."""
    assert other != FULL
    assert other.version != FULL.version


def test_the_version_is_the_same_in_any_process() -> None:
    """The version is a content hash of 32 hexadecimal digits that does not depend on the process or its hash seed."""
    program = "import json, sys; from competencies import from_json; print(from_json(json.load(sys.stdin)).version)"
    run = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(FULL.to_json()),
        text=True,
        capture_output=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
        check=True,
    )
    assert run.stdout.strip() == FULL.version
    assert len(FULL.version) == 32
    assert int(FULL.version, 16) >= 0


def test_frameworks_are_equal_exactly_when_their_versions_are() -> None:
    """Equality, hash and version never disagree, not even where a pass score is 1 in one and 1.0 in the other."""
    whole, real = (Framework("f", [Competency("a", check=CheckBlueprint(score, 5))]) for score in (1, 1.0))
    assert (whole == real) is (whole.version == real.version) is (hash(whole) == hash(real))
    assert from_json(FULL.to_json()) == FULL
    assert FULL != "full"


def test_all_faults_come_at_once_with_the_near_miss() -> None:
    """A framework with many faults names every one of them in one error, and offers the name that was meant."""
    with pytest.raises(FrameworkError) as refused:
        Framework(
            "broken",
            [Competency("alpha"), Competency("alpha"), Competency("beta", code="B"), Competency("gamma", code="beta")],
            requires={"beta": "alpah", "delta": "alpha", "alpha": "a or b and c", "B": "50% of alpha"},
            recommends={"beta": "nothing-like-it"},
            part_of={"beta": "gama"},
        )
    faults = refused.value.faults
    said = str(refused.value)
    assert refused.value.title == "broken"
    assert all(fault in said for fault in faults)
    for expected in (
        "two competencies have the identifier 'alpha'",
        "the code 'beta' is the identifier of another competency",
        "did you mean alpha?",
        "'delta', which is no competency",
        "not both",
        "50% of 'alpha', which has no parts",
        "'nothing-like-it', which is no competency",
        "did you mean gamma?",
    ):
        assert sum(expected in fault for fault in faults) == 1, expected


def test_the_outline_is_a_forest() -> None:
    """An outline that runs in a circle is refused, a competency within itself too."""
    for part_of in ({"a": "b", "b": "c", "c": "a"}, {"a": "a"}):
        with pytest.raises(FrameworkError, match="the outline runs in a circle"):
            of("a b c", part_of=part_of)


def test_two_words_for_one_competency_lose_nothing() -> None:
    """What is said of one competency under its identifier and under its code is both kept, or refused; never half."""
    competencies = [Competency("a"), Competency("b"), Competency("i", code="I")]
    with pytest.raises(FrameworkError):
        Framework("two parents", competencies, part_of={"i": "a", "I": "b"})
    try:
        both = Framework("two requirements", competencies, requires={"i": "a", "I": "b"})
    except FrameworkError:
        return
    assert both.requirement("i") == All([Needs("a"), Needs("b")])


@pytest.mark.parametrize(
    ("names", "part_of", "requires", "ring"),
    [
        ("G a x", {"a": "G"}, {"G": "x", "x": "a"}, {"a", "x"}),
        ("G a b", {"a": "G", "b": "G"}, {"G": "a"}, {"a"}),
        ("G a b", {"a": "G", "b": "G"}, {"a": "G"}, {"a"}),
        ("G a b", {"a": "G", "b": "G"}, {"a": "50% of G"}, {"a"}),
        ("H G a x", {"a": "G", "G": "H"}, {"H": "x", "x": "a"}, {"a", "x"}),
        ("a", {}, {"a": "a"}, {"a"}),
        ("a b c d", {}, {"a": "b", "b": "c", "c": "a", "d": "a"}, {"a", "b", "c"}),
    ],
)
def test_a_circle_is_refused_and_named(
    names: str, part_of: dict[str, str], requires: dict[str, str], ring: set[str]
) -> None:
    """Prerequisites that deadlock once groups are expanded are refused, and `cycle` names the codes round it."""
    with pytest.raises(CycleError) as refused:
        of(names, part_of=part_of, requires=requires)
    assert set(refused.value.cycle) == ring
    assert len(refused.value.cycle) == len(ring)
    assert " needs ".join([*refused.value.cycle, refused.value.cycle[0]]) in str(refused.value)


def test_a_circle_is_told_in_codes() -> None:
    """`cycle` holds codes, each needing the next, and an identifier where the code is not unique."""
    competencies = [Competency("1", code="A"), Competency("2", code="B"), Competency("3", code="B")]
    with pytest.raises(CycleError) as refused:
        Framework("ring", competencies, requires={"1": "2", "2": "3", "3": "A"})
    assert refused.value.cycle == ("A", "2", "3")


def test_a_circle_of_groups_alone_is_no_circle() -> None:
    """G{a,b}, x requires a, b requires x is fine: only contracting G to one node would make a circle."""
    framework = of("G a b x", part_of={"a": "G", "b": "G"}, requires={"x": "a", "b": "x"})
    assert [framework.expansion.leaves[i] for i in framework.expansion.order] == ["a", "x", "b"]


def test_a_ring_that_any_of_could_satisfy_is_refused_and_said_to_be() -> None:
    """A requires any(b, c), b requires any(a, d) could be satisfied; it is refused, and the message says so."""
    with pytest.raises(CycleError, match="even a ring which any-of could satisfy is refused") as refused:
        of("a b c d", requires={"a": "b or c", "b": "a or d"})
    assert set(refused.value.cycle) == {"a", "b"}


def test_recommendations_may_run_in_circles() -> None:
    """Soft requirements only order, so a circle of them is no fault; hard edges are marked in the graph."""
    framework = of("a b", requires={"b": "a"}, recommends={"a": "b", "b": "a"})
    assert {(u, v): hard for u, v, hard in framework.graph.edges(data="hard")} == {("a", "b"): True, ("b", "a"): False}


def test_names_find_identifiers_and_codes() -> None:
    """A competency is found by identifier or code; an unknown one offers the near miss, a shared one its owners."""
    framework = Framework(
        "names", [Competency("id-1", code="6.RP.A.1"), Competency("x", code="S"), Competency("y", code="S")]
    )
    assert framework.competency("6.RP.A.1") is framework.competency("id-1")
    assert "6.RP.A.1" in framework
    assert "6.RP.A" not in framework
    with pytest.raises(UnknownCompetency, match=r"did you mean 6\.RP\.A\.1") as unknown:
        framework.competency("6.RP.A1")
    assert unknown.value.name == "6.RP.A1"
    with pytest.raises(AmbiguousCode, match="x, y") as shared:
        framework.competency("S")
    assert shared.value.identifiers == ("x", "y")
    with pytest.raises(FrameworkError, match="name one by its identifier"):
        Framework("names", framework.competencies, requires={"id-1": "S"})
    assert [framework.printed_name(name) for name in ("id-1", "x")] == ["6.RP.A.1", "x"]


def test_framework_order_is_the_order_of_the_competencies() -> None:
    """Leaves, parts and ties follow the order in which competencies are given, whatever the order of the outline."""
    framework = of("z G b a y", part_of={"a": "G", "b": "G"})
    assert [leaf.identifier for leaf in framework.leaves] == ["z", "b", "a", "y"]
    assert [part.identifier for part in framework.parts("G")] == ["b", "a"]
    assert framework.group("a") is framework.competency("G")
    assert framework.group("z") is None


def test_a_requirement_of_a_group_binds_each_part() -> None:
    """What opens a part is its own requirement and those of the groups around it; nothing is asked of the rest."""
    framework = of("p q G a b", part_of={"a": "G", "b": "G"}, requires={"G": "p", "a": "q"})
    assert framework.requirement("a") == All([Needs("q"), Needs("p")])
    assert (framework.requirement("b"), framework.requirement("p")) == (Needs("p"), NOTHING)
    assert framework.text(framework.requirement("a")) == "q; p"


def test_the_graph_handed_out_is_the_callers_own() -> None:
    """`graph` is a new graph each time: what a caller does to it stays with the caller."""
    framework = of("a b", requires={"b": "a"})
    framework.graph.remove_node("a")
    assert list(framework.graph.edges) == [("a", "b")]
