"""How laws ask: any evaluation that is called as `mastery.evaluate` is, and where two answers differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import networkx

from competencies import Framework
from mastery.facts import Award, Basis, Decision, DecisionKind, Fact
from mastery.policy import Policy
from mastery.progress import Progress
from mastery.standing import Standing
from mastery.testing.choice import Pick
from mastery.testing.course import Course, standings

__all__ = [
    "Evaluate",
    "ask",
    "builds_on",
    "demonstrated",
    "differences",
    "hard_graph",
    "leaves_of",
    "shuffled",
    "without_awards",
    "without_decisions",
]

Evaluate = Callable[[Framework, Policy, Sequence[Fact], datetime], Progress]


def ask(
    evaluate: Evaluate, course: Course, facts: Iterable[Fact] | None = None, at: datetime | None = None
) -> Progress:
    """Return the progress of these facts at that instant; of the course's own, left out."""
    told = course.facts if facts is None else tuple(facts)
    return evaluate(course.framework, course.policy, told, course.at if at is None else at)


def differences(one: Progress, other: Progress) -> dict[str, object]:
    """Return where two values of progress differ, by competency or group; what is unplaced by an empty name."""
    first, second = standings(one), standings(other)
    found: dict[str, object] = {
        name: (first[name], second.get(name)) for name in first if first[name] != second.get(name)
    }
    if not found and one.credits != other.credits:
        found["credits"] = (one.credits, other.credits)
    strangers = [{fact.key for fact in progress.unplaced} for progress in (one, other)]
    return found if strangers[0] == strangers[1] else {**found, "unplaced": strangers}


def demonstrated(progress: Progress) -> dict[str, Standing]:
    """Return the standings whose credit was demonstrated."""
    found = {name: progress.standing(name) for name in progress.credits}
    return {name: s for name, s in found.items() if s.credit and s.credit.basis is Basis.DEMONSTRATED}


def without_awards(course: Course) -> Course:
    """Return the course without awards."""
    return course.with_facts(fact for fact in course.facts if not isinstance(fact, Award))


def without_decisions(course: Course, *kinds: DecisionKind) -> Course:
    """Return the course without decisions of these kinds."""
    return course.with_facts(f for f in course.facts if not (isinstance(f, Decision) and f.kind in kinds))


def shuffled(facts: Iterable[Fact], pick: Pick) -> tuple[Fact, ...]:
    """Return the same facts in another order."""
    order: list[Fact] = []
    for fact in facts:
        order.insert(pick(range(len(order) + 1)), fact)
    return tuple(order)


def leaves_of(course: Course, name: str) -> list[str]:
    """Return the competencies without parts at or under `name`."""
    parts = course.parts(name)
    return [leaf for part in parts for leaf in leaves_of(course, part)] if parts else [name]


def hard_graph(framework: Framework) -> networkx.DiGraph[str]:
    """Return the graph of what needs what, recommendations aside."""
    graph = framework.graph
    return graph.edge_subgraph([edge for edge in graph.edges if graph.edges[edge]["hard"]])


def builds_on(hard: networkx.DiGraph[str], name: str) -> set[str]:
    """Return a competency and all that needs it, directly or not, in a graph of what needs what."""
    return {name} | (networkx.descendants(hard, name) if name in hard else set())
