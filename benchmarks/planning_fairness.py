"""Fairness of 300 gates in a school of 1,000 learners."""

from __future__ import annotations

from benchmarks.harness import Suite, timed
from mastery.classroom import Classroom
from mastery.planning.fairness import Subgroups, audit_gates

__all__ = ["measure"]


def measure(suite: Suite, room: Classroom, limit: float = 5.0) -> None:
    """Time the report on a school by four subgroups of different sizes, against a limit of seconds."""
    sides = ("a", "a", "a", "b", "b", "c", "d")
    subgroups = Subgroups("side", {who: sides[n % len(sides)] for n, who in enumerate(room.learners)})
    report = audit_gates(room, subgroups)
    print(f"Fairness: {len(report.gates)} gates tried, {report.tests} tests, {len(report.flagged)} flagged")
    name = f"fairness of {len(room.rules.leaves)} gates for {len(room)} learners"
    suite.pair(name, lambda: timed(lambda: audit_gates(room, subgroups)), f"{limit:g} s", lambda: limit, 1, rounds=3)
