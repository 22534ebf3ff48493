"""A simulated class: learners who work through a framework as its next steps offer it. Same seed, same class."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import define, field

from competencies import Framework
from mastery import (
    Action,
    Basis,
    Currency,
    Decision,
    DecisionKind,
    Evidence,
    Outcome,
    Policy,
    Progress,
    Purpose,
    Step,
    evaluate,
    next_steps,
)

__all__ = ["LEARNERS", "Fact", "simulated_class"]

LEARNERS = (
    "alder", "ash", "aspen", "beech", "birch", "cedar", "cherry", "cypress", "elm", "fir", "hawthorn", "hazel",
    "hemlock", "holly", "juniper", "larch", "laurel", "linden", "maple", "oak", "olive", "pine", "poplar", "rowan",
    "spruce", "sycamore", "walnut", "willow",
)  # fmt: skip
"""The class goes by the names of trees, as a real file should go by pseudonyms."""

Fact = Evidence | Decision

# Three learners have a story, so that a teacher's questions about the class have something to find.
_SPINS = "ash"  # works every day at the same few things and gets no further
_STOPS = "willow"  # has shown nothing for more than two weeks
_LAPSES = "olive"  # was asked again what was met weeks ago, and had lost it

_DAYS = 42
_LESSON = timedelta(hours=9)


@define
class _Learner:
    """How one simulated learner learns: where they start, how fast they gain, how much they do, how steady they are."""

    name: str
    chance: random.Random
    start: float
    gain: float
    diligence: float
    until: datetime
    knows: dict[str, float] = field(factory=dict)

    def score(self, competency: str) -> float:
        level = self.knows.setdefault(competency, min(0.95, max(0.2, self.chance.gauss(self.start, 0.12))))
        return round(min(1.0, max(0.0, self.chance.gauss(level, 0.1))) * 20) / 20

    def practises(self, competency: str) -> None:
        level = self.knows[competency]
        self.knows[competency] = level + (0.98 - level) * self.gain


def simulated_class(framework: Framework, policy: Policy, until: datetime, seed: int) -> list[Fact]:
    """Return six weeks of facts of 28 learners up to `until`: school days, practice, checks, and some decisions."""
    facts: list[Fact] = []
    for n, name in enumerate(LEARNERS):
        chance = random.Random(f"{seed}:{name}")
        learner = _Learner(
            name,
            chance,
            start=0.45 + 0.4 * (n * 5 % 28) / 27,
            gain=chance.uniform(0.15, 0.45),
            diligence=chance.uniform(0.45, 0.95),
            until=until,
        )
        if name == _SPINS:
            learner.start, learner.gain, learner.diligence = 0.5, 0.0, 1.0
        elif name == _STOPS:
            learner.until = until - timedelta(days=16)
        facts += _six_weeks(framework, policy, until, learner)
    return facts


def _six_weeks(framework: Framework, policy: Policy, until: datetime, learner: _Learner) -> Iterator[Fact]:
    first = (until - timedelta(days=_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    progress = evaluate(framework, policy, _placed(framework, learner, first), first)
    yield from progress.facts  # type: ignore[misc]
    for day in range(1, _DAYS):
        today = first + timedelta(days=day) + _LESSON
        if today.weekday() >= 5 or today > learner.until:
            continue
        progress = progress.moved(today + timedelta(hours=1))
        facts = list(_one_day(progress, today, learner))
        if learner.name == _LAPSES and until - today < timedelta(days=3.5) and not any(_has_lapsed(progress)):
            facts.append(_asked_again(progress, today, learner))
        progress = progress.with_facts(facts)
        yield from facts


def _has_lapsed(progress: Progress) -> Iterator[bool]:
    return (standing.currency is Currency.LAPSED for _, standing in progress.standings())


def _asked_again(progress: Progress, today: datetime, learner: _Learner) -> Evidence:
    """A check, not passed, on the first competency that was met."""
    met = next(name for name, credit in progress.credits.items() if credit.basis is Basis.DEMONSTRATED)
    key = f"{today:%Y-%m-%d}-again:{learner.name}"
    return Evidence(learner.name, met, 0.4, today, purpose=Purpose.CHECK, kind="review", source="classroom", key=key)


def _placed(framework: Framework, learner: _Learner, first: datetime) -> list[Decision]:
    """Placement: the better prepared are not asked for the first competencies of the framework again."""
    count = int(max(0.0, learner.start - 0.5) * 20)
    leaves = framework.expansion.leaves
    return [
        Decision(
            learner=learner.name,
            competency=leaves[i],
            kind=DecisionKind.WAIVE,
            by="placement",
            why="shown in last year's course",
            observed_at=first,
        )
        for i in framework.expansion.order[:count]
    ]


def _one_day(progress: Progress, today: datetime, learner: _Learner) -> Iterator[Fact]:
    if learner.chance.random() > learner.diligence:
        return
    steps = next_steps(progress, limit=4)
    for n, step in enumerate(steps[: learner.chance.choice((1, 2, 2, 3))]):
        yield from _work(step, today + timedelta(minutes=20 * n), learner)
    if learner.chance.random() < 0.02 and steps:
        yield _decision(learner, steps[-1].competency, today)


def _work(step: Step, when: datetime, learner: _Learner) -> Iterator[Evidence]:
    occasion = f"{when:%Y-%m-%d}-{step.code}"
    if step.action in (Action.START, Action.CONTINUE):
        for task in range(learner.chance.choice((1, 2, 2))):
            missed = learner.chance.random() < 0.03
            yield Evidence(
                learner.name,
                step.competency,
                None if missed else learner.score(step.competency),
                when + timedelta(minutes=5 * task),
                purpose=Purpose.FORMATIVE,
                outcome=Outcome.MISSED if missed else Outcome.SCORED,
                kind=learner.chance.choice(("quiz", "exit ticket", "observation", "project")),
                occasion=occasion,
                source="classroom",
                key=f"{occasion}:{learner.name}:{task}",
            )
            if not missed:
                learner.practises(step.competency)
    else:
        learner.score(step.competency)
        questions = (step.check and step.check.questions) or 5
        level = learner.knows[step.competency]
        right = sum(learner.chance.random() < level for _ in range(questions))
        yield Evidence(
            learner.name,
            step.competency,
            right / questions,
            when,
            purpose=Purpose.CHECK,
            kind="knowledge check",
            item=step.check.unused_forms[0] if step.check and step.check.unused_forms else "",
            occasion=occasion,
            source="classroom",
            key=f"{occasion}:{learner.name}:check",
        )


_DECISIONS = (
    (DecisionKind.PIN, "comes back to this on Monday"),
    (DecisionKind.HOLD, "portfolio to be looked at together"),
    (DecisionKind.PAUSE, "another unit first"),
)


def _decision(learner: _Learner, competency: str, today: datetime) -> Decision:
    kind, why = learner.chance.choice(_DECISIONS)
    return Decision(
        learner=learner.name,
        competency=competency,
        kind=kind,
        by="the teacher",
        why=why,
        observed_at=today + timedelta(hours=2),
        until=today + timedelta(days=learner.chance.choice((5, 10))),
    )
