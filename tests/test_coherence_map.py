"""Real curricula: the Coherence Map (CC0) and the Smarter Balanced content specification, read from ../shared/data."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import networkx
import pytest
from attrs import frozen
from real import SHARED, wanted

from competencies import Framework, load, mentions, read
from competencies.knowledge_space import inner_fringe, is_feasible, learning_path, outer_fringe
from mastery.facts import Decision, DecisionKind, Evidence, Fact, Purpose
from mastery.pathway import next_steps
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.standing import Action, Status

CASE = SHARED / "case"
COHERENCE_MAP = CASE / "derived_ccssm_coherence_map_v1p1.json"
SMARTER_BALANCED = CASE / "smarter_balanced_math_content_spec_v1p0.json"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@frozen
class Package:
    """A CASE package as raw JSON, read here without the library: the oracle of this file."""

    items: dict[str, Any]
    parent: dict[str, str]
    before: dict[str, set[str]]

    @property
    def leaves(self) -> list[str]:
        """The items without parts, in the order of the file."""
        groups = set(self.parent.values())
        return [name for name in self.items if name not in groups]

    def under(self, name: str) -> set[str]:
        """The leaves under an item: itself, where it has no parts."""
        parts = [child for child, parent in self.parent.items() if parent == name]
        return {name} if not parts else set().union(*map(self.under, parts))

    def needs(self) -> dict[str, set[str]]:
        """For each leaf, the leaves that it and the groups around it need."""
        under = {name: self.under(name) for name in self.items}
        found: dict[str, set[str]] = {}
        for leaf in self.leaves:
            found[leaf], at = set(), leaf
            while at:
                found[leaf] |= set().union(*(under[origin] for origin in self.before.get(at, ())))
                at = self.parent.get(at, "")
        return found


@cache
def raw(path: Path) -> Package:
    data = json.loads(path.read_text("utf-8"))
    items = {item["identifier"]: item for item in data["CFItems"]}
    package = Package(items, {}, {})
    for link in data["CFAssociations"]:
        origin, destination = link["originNodeURI"]["identifier"], link["destinationNodeURI"]["identifier"]
        if origin in items and destination in items:
            if link["associationType"] == "isChildOf":
                package.parent[origin] = destination
            elif link["associationType"] == "precedes":
                package.before.setdefault(destination, set()).add(origin)
    return package


@pytest.fixture(scope="module")
def coherence_map() -> Framework:
    return load(wanted(COHERENCE_MAP))


@pytest.fixture(scope="module")
def needs() -> dict[str, set[str]]:
    return raw(wanted(COHERENCE_MAP)).needs()


def grants(identifiers: set[str]) -> list[Fact]:
    return [
        Decision(learner="ana", kind=DecisionKind.GRANT, by="t", why="seen", competency=name, observed_at=START)
        for name in sorted(identifiers)
    ]


def random_feasible_state(needs: dict[str, set[str]], chance: random.Random) -> set[str]:
    """A state reached from nothing by learning, again and again, something whose needs are learnt."""
    state: set[str] = set()
    for _ in range(chance.randrange(1, len(needs))):
        state.add(chance.choice(sorted(leaf for leaf in needs if leaf not in state and needs[leaf] <= state)))
    return state


def started(progress: Progress) -> set[str]:
    return {step.competency for step in next_steps(progress) if step.action is Action.START}


@pytest.mark.parametrize("state_number", range(10))
def test_next_steps_start_exactly_the_outer_fringe(
    coherence_map: Framework, needs: dict[str, set[str]], state_number: int
) -> None:
    """At a feasible state the steps are those whose needs, worked out from the raw file, are all learnt."""
    state = random_feasible_state(needs, random.Random(state_number))
    fringe = {leaf for leaf in needs if leaf not in state and needs[leaf] <= state}
    progress = evaluate(coherence_map, Policy(), grants(state), START)
    assert set(progress.credits) == state
    assert started(progress) == fringe == outer_fringe(coherence_map, state)
    assert is_feasible(coherence_map, state)
    assert inner_fringe(coherence_map, state) == {
        leaf for leaf in state if not any(leaf in needs[other] for other in state)
    }
    assert {c.identifier for c, s in progress.standings() if s.status is Status.LOCKED} == set(needs) - state - fringe


def test_the_coherence_map_has_its_known_size(coherence_map: Framework) -> None:
    """685 items, 440 leaves, 40 groups among the standards, 757 mentions, 1,037 edges between leaves."""
    standards = [c.identifier for c in coherence_map.competencies if c.item_type == "Standard"]
    groups = [name for name in standards if coherence_map.parts(name)]
    assert (len(coherence_map.competencies), len(standards), len(groups)) == (685, 480, 40)
    assert len(coherence_map.leaves) == coherence_map.graph.number_of_nodes() == 440
    assert all(leaf.item_type == "Standard" for leaf in coherence_map.leaves)
    assert sum(len(mentions(requirement)) for requirement in coherence_map.requires.values()) == 757
    assert coherence_map.graph.number_of_edges() == 1_037


def test_the_coherence_map_is_thirty_deep(coherence_map: Framework) -> None:
    """The longest chain of prerequisites, as its authors drew them between the 480 standards, has 30 of them."""
    drawn = networkx.DiGraph()
    drawn.add_nodes_from(c.identifier for c in coherence_map.competencies if c.item_type == "Standard")
    for name, requirement in coherence_map.requires.items():
        drawn.add_edges_from((origin, name) for origin in mentions(requirement))
    assert drawn.number_of_nodes() == 480
    assert networkx.dag_longest_path_length(drawn) == 30


def test_the_expansion_is_that_of_the_raw_file(coherence_map: Framework, needs: dict[str, set[str]]) -> None:
    """What each leaf needs is what the raw file says when groups and what they need are carried down."""
    expansion = coherence_map.expansion
    assert {
        leaf: set(expansion.names(gate.mask)) for leaf, gate in zip(expansion.leaves, expansion.gates, strict=True)
    } == needs


def test_an_empty_learner_may_start_43_and_is_locked_from_397(coherence_map: Framework) -> None:
    """With no fact at all, 43 leaves are READY and each is a step; 397 are LOCKED and each says what opens it."""
    progress = evaluate(coherence_map, Policy(), [], START)
    assert Counter(standing.status for _, standing in progress.standings()) == {Status.READY: 43, Status.LOCKED: 397}
    steps = next_steps(progress)
    assert [step.action for step in steps] == [Action.START] * 43
    assert {step.competency for step in steps} == {c.identifier for c, s in progress.standings() if s.action}


def test_a_standard_with_parts_is_no_step(coherence_map: Framework) -> None:
    """6.RP.A.3 has parts a to d, so it is a group and never a step; 6.RP.A.2 needs what the Coherence Map says."""
    assert [part.code for part in coherence_map.parts("6.RP.A.3")] == [f"6.RP.A.3.{part}" for part in "abcd"]
    asked = coherence_map.text(coherence_map.requirement("6.RP.A.2"))
    assert set(asked.split("; ")) == {"4.OA.A.2", "5.NF.B.3", "5.NF.B.7", "6.RP.A.1"}


def test_one_order_learns_everything(coherence_map: Framework, needs: dict[str, set[str]]) -> None:
    """The learning path holds every leaf once, each after all that it needs."""
    path = learning_path(coherence_map)
    assert sorted(path) == sorted(needs)
    learnt: set[str] = set()
    for leaf in path:
        assert needs[leaf] <= learnt
        learnt.add(leaf)


class Learner:
    """Someone who always does one of the offered steps, and does it well."""

    def __init__(self, framework: Framework, seed: int) -> None:
        self.chance = random.Random(seed)
        self.progress = evaluate(framework, Policy(), [], START)
        self.done: list[tuple[str, Action]] = []

    def do(self, competency: str, action: Action) -> None:
        """Do a step: two good pieces to start, one more to continue, and a passed check."""
        now = self.progress.at + timedelta(minutes=10)
        purpose = Purpose.CHECK if action is Action.CHECK else Purpose.FORMATIVE
        pieces = 2 if action is Action.START else 1
        facts = [
            Evidence(
                "ana", competency, 0.9, now, purpose=purpose, occasion=f"{action}", key=f"{action}/{competency}/{n}"
            )
            for n in range(pieces)
        ]
        self.progress = self.progress.moved(now).with_facts(facts)
        self.done.append((competency, action))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_learner_gets_from_nothing_to_everything(coherence_map: Framework, seed: int) -> None:
    """Law 4: whichever offered step is done, there is always a next one, until all 440 leaves are met."""
    learner = Learner(coherence_map, seed)
    while steps := next_steps(learner.progress, limit=None if learner.chance.random() < 0.5 else 1):
        step = learner.chance.choice(steps)
        assert learner.progress.status(step.competency) is step.status
        learner.do(step.competency, step.action)
        assert len(learner.done) <= 440 * 3
    assert all(standing.status is Status.MET for _, standing in learner.progress.standings())
    assert Counter(action for _, action in learner.done) == {Action.START: 440, Action.CONTINUE: 440, Action.CHECK: 440}
    again = evaluate(coherence_map, Policy(), learner.progress.facts, learner.progress.at)
    assert list(again.standings()) == list(learner.progress.standings())


def test_smarter_balanced_is_read_with_its_faults_reported() -> None:
    """585 items, 435 leaves, 1,242 edges, no circle; one doubled `precedes` and what dangles, by type, are findings."""
    found = read(wanted(SMARTER_BALANCED))
    framework = found.framework()
    assert (len(framework.competencies), len(framework.leaves)) == (585, 435)
    assert framework.graph.number_of_edges() == 1_242
    assert networkx.is_directed_acyclic_graph(framework.graph)
    assert Counter(finding.code for finding in found.findings) == {"case-dangling": 3, "case-precedes-doubled": 1}
    expansion, needs = framework.expansion, raw(SMARTER_BALANCED).needs()
    assert {
        leaf: set(expansion.names(gate.mask)) for leaf, gate in zip(expansion.leaves, expansion.gates, strict=True)
    } == needs


def test_advisory_progressions_gate_nothing() -> None:
    """Read with precedes="soft", every leaf is READY, and what comes first only orders the steps."""
    framework = load(wanted(COHERENCE_MAP), precedes="soft")
    assert not framework.requires
    assert framework.recommends == load(COHERENCE_MAP).requires
    progress = evaluate(framework, Policy(), [], START)
    steps = next_steps(progress)
    assert len(steps) == 440
    shares = [step.score_parts["recommended"] for step in steps]
    assert shares == sorted(shares, reverse=True)
    assert {step.competency for step in steps if step.score_parts["recommended"] == 1.0} == {
        leaf.identifier
        for leaf in framework.leaves
        if not framework.recommended.needs[framework.expansion.position[leaf.identifier]]
    }
