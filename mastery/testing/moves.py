"""What a course system does next, picked: decisions, and the next edition of a framework."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from competencies import Framework, Needs, Requirement
from mastery.facts import Basis, Decision, DecisionKind
from mastery.standing import Status
from mastery.testing.choice import Pick
from mastery.vocabulary import NAMING_A_FACT, WITH_UNTIL

__all__ = ["DECISIONS", "LATE", "LEARNERS", "UNDER_WAY", "decision", "other_edition"]

LEARNERS = ("ana", "ana", "bo")
LATE = (0, 0, 0, 0.5, 1, 2, 5)
DECISIONS = (*(kind for kind in DecisionKind if kind not in NAMING_A_FACT), DecisionKind.GRANT, DecisionKind.REVOKE)
UNDER_WAY = (Status.READY, Status.IN_PROGRESS, Status.CHECK_DUE, Status.NOT_YET)


def decision(pick: Pick, key: str, learner: str, name: str, when: datetime) -> Decision:
    """Return a decision about a competency or a group."""
    kind = pick(DECISIONS)
    days = pick((None, 0, 1, 4, 8)) if kind in WITH_UNTIL else None
    return Decision(
        learner=learner,
        kind=kind,
        by="the teacher",
        why="because",
        observed_at=when,
        competency=name,
        until=None if days is None else when + timedelta(days=days),
        basis=pick((None, Basis.INFERRED)) if kind is DecisionKind.WAIVE else None,
        key=key,
    )


def other_edition(pick: Pick, framework: Framework) -> Framework:
    """Return a framework with a requirement on its last competency more or less."""
    leaves = sorted(one.identifier for one in framework.leaves)
    last, before = leaves[-1], pick(leaves[:-1])
    asked: dict[str, Requirement] = {name: needs for name, needs in framework.requires.items() if name != last}
    if pick((True, False)):
        asked[last] = Needs(before)
    return evolve(framework, requires=asked)
