"""Two or three competencies and a handful of facts, written in one line each: for cases that are told one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from attrs import evolve

from competencies import Competency, Framework
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.facts import Award, Decision, Evidence, Fact
from mastery.models import MasteryModel, Sums
from mastery.pathway import Step, next_steps
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.retention import Retention
from mastery.standing import Status

__all__ = [
    "LATEST",
    "MEAN",
    "PC",
    "PRACTICE",
    "REQUIRED",
    "C",
    "award",
    "both",
    "check",
    "day",
    "decide",
    "framework",
    "look",
    "piece",
    "rules",
    "steps",
]

MEAN, LATEST = Sums(window=None), Sums(window=1)
PRACTICE = ("formative",)
REQUIRED = CheckRule(wait_days=3)


def day(n: float) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n)


def piece(score: float | None, n: float, c: str = "c", **more: object) -> Evidence:
    return Evidence("ana", c, score, day(n), **{"key": f"{c}@{n}", **more})  # type: ignore[arg-type]


def check(score: float, n: float, c: str = "c") -> Evidence:
    return piece(score, n, c, purpose="check", key=f"{c}!{n}")


def decide(kind: str, n: float, c: str = "c", **more: object) -> Decision:
    named = {} if "of" in more else {"competency": c}
    return Decision(learner="ana", kind=kind, by="mr k", why="so", observed_at=day(n), **named, **more)  # type: ignore[arg-type]


def award(n: float, *support: str, c: str = "c") -> Award:
    return Award(learner="ana", competency=c, earned_at=day(n), support=support, framework="f", policy="p")


def rules(
    model: MasteryModel = MEAN,
    bar: float = 0.8,
    pieces: int = 1,
    counts: Iterable[str] = ("formative", "check"),
    check: CheckRule | None = None,
    due: float | None = None,
    lapse: str = "keep",
) -> Policy:
    return Policy(
        model=model,
        criteria=Criteria(bar, pieces, occasions=1, counts=counts),
        check=check,
        retention=Retention(due, lapse),
    )


def framework(names: str, part_of: dict[str, str] | None = None, **requires: str) -> Framework:
    return Framework("small", [Competency(name) for name in names.split()], requires=requires, part_of=part_of or {})


C, PC = framework("c"), framework("p c", c="p")


def look(policy: Policy, facts: Iterable[Fact], n: float = 30, within: Framework = C) -> Progress:
    return evaluate(within, policy, facts, day(n))


def both(
    policy: Policy, facts: list[Evidence], key: str, score: float, n: float, within: Framework = C
) -> list[Status]:
    """The status of c at day n, and the same with the score of one piece raised."""
    raised = [evolve(fact, score=score) if fact.key == key else fact for fact in facts]
    assert raised != facts
    return [look(policy, told, n, within).status("c") for told in (facts, raised)]


def steps(progress: Progress) -> dict[str, Step]:
    return {step.competency: step for step in next_steps(progress)}
