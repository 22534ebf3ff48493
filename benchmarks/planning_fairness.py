"""Fairness of 300 gates in a school of 1,000 learners."""

from __future__ import annotations

import mastery
from benchmarks.engine import NOW, work
from benchmarks.frameworks import layered
from benchmarks.harness import Suite, timed
from competencies.knowledge_space import learning_path
from mastery.classroom import Classroom, classroom
from mastery.planning.fairness import Subgroups, audit_gates

__all__ = ["measure"]


def school() -> Classroom:
    """Return 1,000 learners, each at another place of the path, so that about a hundred have tried each gate."""
    framework = layered(300)
    path = learning_path(framework)
    facts = {f"learner {n}": work(f"learner {n}", path[n % 300 :] + path[: n % 300], 210, n) for n in range(1000)}
    return classroom(framework, mastery.Policy(), facts, NOW)


def measure(suite: Suite, limit: float = 5.0) -> None:
    """Time the report on a school by four subgroups of different sizes, against a limit of seconds."""
    room = school()
    sides = ("a", "a", "a", "b", "b", "c", "d")
    subgroups = Subgroups("side", {who: sides[n % len(sides)] for n, who in enumerate(room.learners)})
    report = audit_gates(room, subgroups)
    print(f"Fairness: {len(report.gates)} gates tried, {report.tests} tests, {len(report.flagged)} flagged")
    name = f"fairness of {len(room.rules.leaves)} gates for {len(room)} learners"
    suite.pair(name, lambda: timed(lambda: audit_gates(room, subgroups)), f"{limit:g} s", lambda: limit, 1, rounds=3)
