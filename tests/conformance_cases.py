"""Other systems' own cases, which rule of ours says what each means, and which cannot be meant, with the reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from attrs import field, frozen
from real import CONFORMANCE

from competencies import Competency, Framework
from mastery.facts import Evidence, Fact, Purpose
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.standing import Standing

__all__ = [
    "FILES",
    "ONE",
    "START",
    "Case",
    "LeftOut",
    "cases",
    "judged_by",
    "means",
    "on_day",
    "rounded",
    "seen",
    "standing",
    "work",
]

FILES = ("canvas.json", "kolibri.json", "slate.json", "other.json")
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
ONE = Framework("one", [Competency("skill")])


@frozen
class Case:
    """One case as its file has it. `topic` is its kind, where the file tells one, and its method."""

    id: str
    system: str
    topic: str
    params: dict[str, Any] = field(hash=False)
    inputs: dict[str, Any] = field(hash=False)
    expected: Any = field(hash=False)

    def __repr__(self) -> str:
        return f"{self.id} ({self.system}, {self.topic}): {self.params} {self.inputs} -> {self.expected}"


def cases(file: str) -> list[Case]:
    """Return the cases of a file; none where the file is absent."""
    path = CONFORMANCE / file
    told = json.loads(path.read_text("utf-8"))["cases"] if path.exists() else []
    return [_case(one, file.partition(".")[0]) for one in told]


def _case(told: dict[str, Any], of_file: str) -> Case:
    topic = "/".join(str(told[name]) for name in ("kind", "method") if name in told)
    system = told.get("system", of_file)
    return Case(told["id"], system, topic, told.get("params", {}), told.get("inputs", {}), told["expected"])


# Which rule says what a case means.

Rule = Callable[[Case], None]
_RULES: list[tuple[str, re.Pattern[str], Rule]] = []


def means(system: str, topic: str) -> Callable[[Rule], Rule]:
    """Let a function say what the cases of a system and topic (a pattern) mean here: it asserts that we agree."""

    def keep(rule: Rule) -> Rule:
        _RULES.append((system, re.compile(topic), rule))
        return rule

    return keep


def judged_by(case: Case) -> Rule | None:
    """Return the rule for a case; None where nobody has said what it means."""
    found = (rule for system, topic, rule in _RULES if system == case.system and topic.fullmatch(case.topic))
    return next(found, None)


@frozen
class LeftOut:
    """Why cases of a system and topic (a pattern) cannot be meant here; `when` tells which of them, left out: all."""

    system: str
    topic: str
    reason: str
    when: Callable[[Case], bool] = lambda case: True

    def fits(self, case: Case) -> bool:
        """Whether this case is left out."""
        return self.system == case.system and bool(re.fullmatch(self.topic, case.topic)) and self.when(case)


# A learner, through our front door.


def on_day(n: float) -> datetime:
    """Return the instant `n` days after the first."""
    return START + timedelta(days=n)


def work(
    *scores: float, purpose: Purpose = Purpose.FORMATIVE, competency: str = "skill", first: int = 0
) -> list[Evidence]:
    """Return pieces of evidence, one a day from the day `first` on."""
    return [
        Evidence("ana", competency, score, on_day(n), purpose=purpose, key=f"{competency}-{n:04}")
        for n, score in enumerate(scores, first)
    ]


def seen(
    framework: Framework, policy: Policy, facts: list[Fact] | list[Evidence], at: datetime | None = None
) -> Progress:
    """Return what `evaluate` makes of these facts, long after the last of them."""
    return evaluate(framework, policy, facts, on_day(4000) if at is None else at)


def standing(policy: Policy, facts: list[Fact] | list[Evidence]) -> Standing:
    """Return the standing on the one competency there is."""
    return seen(ONE, policy, facts).standing("skill")


def rounded(value: float, places: int) -> Decimal:
    """Return a value rounded as other systems print it, halves up; what a millionth of a score can blur is not seen."""
    return Decimal(str(round(value, places + 3))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
