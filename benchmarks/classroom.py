"""A teacher's questions about a class of 35, a school of 1,000, and what is planned. `make bench-class`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import mastery
from benchmarks import planning_fairness, planning_groups, planning_pace, planning_rechecks, planning_school
from benchmarks.engine import NOW, work
from benchmarks.frameworks import layered
from benchmarks.harness import Suite, timed
from competencies.knowledge_space import learning_path
from mastery.classroom import (
    blockers,
    changes_of_class,
    classroom,
    conference_sheet,
    effects_of_changes,
    effects_of_impacts,
    overview,
    who_is_ready,
    who_is_stuck,
)
from mastery.peers import peer
from mastery.planning.figures import school_figures
from mastery.planning.pace import class_pace
from mastery.planning.rechecks import plan_rechecks

LEARNERS, COMPETENCIES, FACTS = 35, 150, 20_000
FAR = (NOW + timedelta(days=100)).date()
TODAY = 10
"""So many facts of each learner were recorded today, the others before."""


def limit(seconds: float) -> Callable[[], float]:
    """A peer that takes exactly this long."""
    return lambda: seconds


def one_class(suite: Suite, folder: Path) -> None:
    """Each question of the class, asked of an engine at an SQLite file that has answered before."""
    framework = layered(COMPETENCIES)
    path = learning_path(framework)
    facts = {f"learner {n}": work(f"learner {n}", path, FACTS // LEARNERS, n) for n in range(LEARNERS)}
    today = [NOW - timedelta(days=1)]
    with mastery.open(folder / "class.db", framework, clock=lambda: today[0]) as engine:
        engine.record_all(fact for theirs in facts.values() for fact in theirs[:-TODAY])
        today[0] = NOW
        engine.record_all(fact for theirs in facts.values() for fact in theirs[-TODAY:])
        told = {"by": "the teacher", "why": "seen", "observed_at": NOW, "kind": mastery.DecisionKind.WAIVE}
        waive = {one: mastery.Decision(learner=one, competency="c20", **told) for one in facts}
        questions: dict[str, Callable[[], object]] = {
            "who is ready": lambda: who_is_ready(engine.classroom(), "c70"),
            "who is stuck": lambda: who_is_stuck(engine.classroom()),
            "blockers": lambda: blockers(engine.classroom()),
            "what if all were waived": lambda: effects_of_changes(
                engine.classroom(), [c for one, fact in waive.items() for c in engine.what_if(one, fact)]
            ),
            "changes of a day": lambda: changes_of_class(engine.changes(since=NOW.replace(hour=0))),
            "what if another policy were adopted": lambda: effects_of_impacts(
                engine.classroom(), engine.preview(policy=peer("canvas-latest"))
            ),
            "the class map": lambda: overview(engine.classroom()),
            "a conference sheet": lambda: conference_sheet(engine.progress("learner 0"), learner="learner 0"),
            "the path to a goal": lambda: mastery.route(engine.progress("learner 0"), "c149"),
            "the pace of everybody to a goal": lambda: class_pace(engine.classroom(), "c149", FAR),
            "rechecks of two weeks": lambda: plan_rechecks(engine.classroom()),
            "figures of the class": lambda: school_figures(engine.classroom()),
            "next steps of everybody": lambda: [mastery.next_steps(p, limit=5) for _, p in engine.classroom()],
        }

        def loop() -> float:
            return timed(lambda: classroom(framework, engine.policy, facts, NOW))

        for name, ask in questions.items():
            suite.pair(name, lambda ask=ask: timed(ask), "300 ms", limit(0.3), 1)
            suite.pair(name, lambda ask=ask: timed(ask), "a plain loop over `evaluate`", loop, None, rounds=3)


def a_school(suite: Suite) -> None:
    """What blocks 1,000 learners in 300 competencies."""
    framework = layered(300)
    path = learning_path(framework)
    facts = {f"learner {n}": work(f"learner {n}", path, 20 + n % 180, n) for n in range(1000)}
    room = classroom(framework, mastery.Policy(), facts, NOW)

    def loop() -> float:
        return timed(lambda: classroom(framework, mastery.Policy(), facts, NOW))

    suite.pair("blockers of a school of 1,000", lambda: timed(lambda: blockers(room)), "5 s", limit(5), 1, rounds=3)
    name = "a plain loop over `evaluate`"
    suite.pair("blockers of a school of 1,000", lambda: timed(lambda: blockers(room)), name, loop, None, rounds=3)
    planning_school.measure(suite, room)


def main() -> None:
    """Measure everything and write the report."""
    suite = Suite("class")
    with tempfile.TemporaryDirectory() as folder:
        one_class(suite, Path(folder))
    a_school(suite)
    planning_fairness.measure(suite)
    planning_rechecks.measure(suite)
    planning_groups.measure(suite)
    planning_pace.measure(suite)
    suite.finish()


if __name__ == "__main__":
    main()
