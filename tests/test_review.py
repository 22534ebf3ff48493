"""Reviews, in drawn drafts: an error exactly where a build fails, every circle, what is implied, what is far."""

from collections.abc import Iterator
from itertools import pairwise

import networkx
from hypothesis import given
from worlds import Tally, profile
from worlds_drafts import acyclic, broken, leaf_graph, one_by_one, outlined, sound

from competencies import All, Any, Draft, Finding, FrameworkError, Requirement, Severity, review, text
from competencies.finding_codes import CODES
from competencies.knowledge_space import states

PROPERTY = profile(300)
CIRCLES = ("self-loop", "cycle", "group-never-opens")


def found(draft: Draft, *codes: str, **how: int) -> list[Finding]:
    return [finding for finding in review(draft, **how) if finding.code in codes]


def fails(draft: Draft) -> bool:
    try:
        draft.framework()
    except FrameworkError:
        return True
    return False


def test_there_is_an_error_exactly_where_a_build_fails() -> None:
    """A review finds an error if and only if the framework cannot be built."""
    tally = Tally()

    @profile(1500)
    @given(broken())
    def law(draft: Draft) -> None:
        errors = [finding for finding in review(draft) if finding.severity is Severity.ERROR]
        assert bool(errors) == fails(draft)
        tally.case("errors", broken=errors, sound=not errors)

    law()
    tally.demand("errors", broken=0.3, sound=0.1)


@profile(500)
@given(broken())
def test_findings_come_in_order_and_say_what_to_do(draft: Draft) -> None:
    """Errors come before warnings before notes, each code together, each with words, and always the same."""
    findings = review(draft)
    places = [(list(Severity).index(f.severity), list(CODES).index(f.code)) for f in findings]
    assert places == sorted(places)
    assert all(f.message and f.todo and f.severity is CODES[f.code].severity for f in findings)
    assert review(draft) == findings


def test_circles_are_those_of_the_leaves() -> None:
    """There is a circle among the leaves if and only if one is found, and each tangle of leaves is in a finding."""
    tally = Tally()

    @profile(500)
    @given(outlined())
    def law(draft: Draft) -> None:
        graph = leaf_graph(draft)
        told = found(draft, *CIRCLES)
        assert bool(told) != networkx.is_directed_acyclic_graph(graph)
        around = {c.identifier: {c.identifier} for c in draft.competencies}
        for name in around:
            at = name
            while at in draft.part_of:
                at = draft.part_of[at]
                around[name].add(at)
        for tangle in networkx.strongly_connected_components(graph):
            if len(tangle) > 1 or any(graph.has_edge(leaf, leaf) for leaf in tangle):
                groups = set().union(*(around[leaf] for leaf in tangle))
                assert any(set(finding.about) <= groups for finding in told)
        tally.case("circles", some=told, several=len(told) > 1, groups=any(f.code == "group-never-opens" for f in told))

    law()
    tally.demand("circles", some=0.3, several=0.1, groups=0.05)


def test_the_shortest_circle_through_each_mention_is_found() -> None:
    """Without groups, what is found is the shortest circle through every edge that is on one, shortest first."""
    tally = Tally()

    @profile(500)
    @given(outlined())
    def law(draft: Draft) -> None:
        flat = Draft("flat", draft.competencies, requires=draft.requires)
        if fails(flat) and any(finding.code == "share-without-parts" for finding in review(flat)):
            return
        graph = leaf_graph(flat)
        circles = [list(finding.about) for finding in found(flat, "self-loop", "cycle", most_circles=1000)]
        edges = [set(zip(circle, [*circle[1:], circle[0]], strict=True)) for circle in circles]
        assert all(graph.has_edge(*edge) for circle in edges for edge in circle)
        assert [len(c) for c in circles] == sorted(len(c) for c in circles)
        shortest = {
            (a, b): networkx.shortest_path_length(graph, b, a) + 1
            for a, b in graph.edges
            if networkx.has_path(graph, b, a)
        }
        for edge, length in shortest.items():
            assert min(len(circle) for circle in edges if edge in circle) == length
        assert all(any(shortest[edge] == len(circle) for edge in circle) for circle in edges)
        tally.case("circles", some=circles, several=len(circles) > 1)

    law()
    tally.demand("circles", some=0.2, several=0.1)


@PROPERTY
@given(acyclic())
def test_what_is_redundant_is_what_a_transitive_reduction_takes_away(draft: Draft) -> None:
    """Where all prerequisites are needed, networkx agrees on which of them others imply."""
    graph = leaf_graph(draft)
    reduced = networkx.transitive_reduction(graph)
    redundant = {finding.about for finding in found(draft, "redundant")}
    assert redundant == set(graph.edges) - set(reduced.edges)


def conjuncts(requirement: Requirement | str) -> Iterator[Requirement]:
    if isinstance(requirement, All):
        for part in requirement.parts:
            yield from conjuncts(part)
    elif not isinstance(requirement, str):
        yield requirement


def bracketed(requirement: Requirement) -> str:
    return f"({text(requirement)})" if isinstance(requirement, All | Any) else text(requirement)


def test_what_is_redundant_can_be_taken_away() -> None:
    """Without all that is redundant, the feasible states are the same ones, and nothing is redundant any more."""
    tally = Tally()

    @profile(500)
    @given(sound())
    def law(draft: Draft) -> None:
        framework = draft.framework()
        told = [finding.message.rpartition("; ")[0] for finding in found(draft, "redundant")]
        requires = {
            name: All([part for part in conjuncts(needs) if f"{name} needs {bracketed(part)}" not in told])
            for name, needs in framework.requires.items()
        }
        less = Draft("less", draft.competencies, requires=requires, part_of=draft.part_of)
        assert set(states(less.framework())) == set(states(framework))
        assert not found(less, "redundant")
        tally.case("redundant", something=told, groups=told and draft.part_of)

    law()
    tally.demand("redundant", something=0.2, groups=0.1)


def test_a_chain_is_as_long_as_the_rounds_it_takes() -> None:
    """A chain is found when learning all that is open takes more rounds than that, and each in it mentions the last."""
    tally = Tally()

    @profile(500)
    @given(sound())
    def law(draft: Draft) -> None:
        rounds = one_by_one(draft)
        assert not found(draft, "long-chain", longest_chain=rounds)
        for longest in range(1, rounds):
            (chain,) = found(draft, "long-chain", longest_chain=longest)
            steps = list(chain.about)
            assert len(steps) == rounds
            assert all(leaf_graph(draft).has_edge(b, a) for a, b in pairwise(steps))
            tally.case("chains", long=rounds > 2)

    law()
    tally.demand("chains", long=0.3)


@PROPERTY
@given(acyclic())
def test_orphans_are_the_isolates_of_the_graph(draft: Draft) -> None:
    """What is tied to nothing is what networkx calls isolated, unless everything is."""
    alone = set(networkx.isolates(leaf_graph(draft)))
    everything = len(alone) == len(draft.competencies)
    assert {name for finding in found(draft, "orphan") for name in finding.about} == (set() if everything else alone)
    assert bool(found(draft, "no-prerequisites")) == (everything and len(alone) > 1)


@PROPERTY
@given(outlined())
def test_a_framework_is_reviewed_like_its_draft(draft: Draft) -> None:
    """What can be built has the same findings before and after, those about repetitions aside."""
    if not fails(draft):
        rest = tuple(finding for finding in review(draft) if finding.code != "prerequisite-doubled")
        assert review(draft.framework()) == rest
