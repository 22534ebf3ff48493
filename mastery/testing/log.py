"""One learner's log, picked option by option: whole days over two weeks, so that ties in time are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any as Anything

from attrs import evolve

from competencies import Competency, Framework
from mastery.facts import Award, Basis, Context, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose

__all__ = ["FIRST_DAY", "UNCORRECTED", "UNWITHDRAWN", "Palette", "day", "evidence", "facts"]

Picker = Callable[[Sequence[Anything]], Anything]
FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
STRONG = (1.0, 1.0, 1.0, 1.0, 0.8, 0.8, 0.8, 0.7, 0.0)
MIXED = (1.0, 1.0, 0.8, 0.8, 0.7, 0.5, 0.0)
STYLES = (  # the scores of a competency's pieces, and of the checks that come besides
    (STRONG, ()),
    (STRONG, (1.0,)),
    (STRONG, (1.0, 1.0)),
    (STRONG, (1.0, 1.0)),
    (STRONG, (1.0, 0.5)),
    (MIXED, (0.5,)),
    (MIXED, ()),
    ((), ()),
)
PURPOSES = (
    *[Purpose.FORMATIVE] * 5,
    *[Purpose.CHECK] * 5,
    Purpose.SUMMATIVE,
    Purpose.INTERIM,
    Purpose.DIAGNOSTIC,
    Purpose.SELF,
)
KINDS = tuple(DecisionKind)
UNCORRECTED = tuple(kind for kind in KINDS if kind not in (DecisionKind.VOID, DecisionKind.EXCUSE))
UNWITHDRAWN = tuple(kind for kind in UNCORRECTED if kind is not DecisionKind.REVOKE)


@dataclass(frozen=True)
class Palette:
    """Which facts a log may have: kinds of decisions, how many of them, and how many awards."""

    kinds: tuple[DecisionKind, ...] = KINDS
    decisions: tuple[int, ...] = (0, 1, 2, 3, 4, 6)
    awards: tuple[int, ...] = (0, 0, 0, 1, 2)


def day(n: float) -> datetime:
    """Return the instant `n` days after the first one."""
    return FIRST_DAY + timedelta(days=n)


def facts(
    pick: Picker, framework: Framework, palette: Palette, *, small: bool, leaves: Sequence[Competency] | None = None
) -> tuple[Fact, ...]:
    """Return facts on `leaves` (left out: all) in order of arrival, not of time; keys are in no order either."""
    found: list[Fact] = []
    keys = _Keys(pick)
    for competency in framework.leaves if leaves is None else leaves:
        scores, checks = pick(STYLES)
        name = pick((competency.identifier, competency.label))
        several = pick((0, 1, 2) if small else (0, 2, 2, 3, 4)) if scores else 0
        found += [evidence(pick, keys(), name, scores) for _ in range(several)]
        found += [evolve(evidence(pick, keys(), name, (score,)), purpose=Purpose.CHECK) for score in checks]
    names = [c.identifier for c in framework.competencies]
    for _ in range(pick((0, 1, 2) if small else palette.decisions) if palette.kinds and any(palette.decisions) else 0):
        found.append(_decision(pick, keys, names, [fact.key for fact in found], palette.kinds))
    for _ in range(pick(palette.awards)):
        found.append(_award(pick, keys, names, [fact.key for fact in found]))
    if not small and pick(range(12)) == 11:
        found.append(evidence(pick, keys(), pick(("gone", names[-1], names[0]))))
    return tuple(_arrived(pick, found))


def _arrived(pick: Picker, found: Sequence[Fact]) -> list[Fact]:
    order: list[Fact] = []
    for fact in found:
        order.insert(len(order) - pick(range(len(order) + 1)), fact)
    return order


class _Keys:
    """Gives keys whose order tells nothing."""

    def __init__(self, pick: Picker) -> None:
        self.pick, self.given = pick, 0

    def __call__(self) -> str:
        self.given += 1
        return f"{self.pick('mazkbq')}{self.given}"


def evidence(pick: Picker, key: str, name: str, scores: Sequence[float] = MIXED) -> Evidence:
    """Return a piece of evidence; most are scored."""
    outcome = pick((*[Outcome.SCORED] * 18, Outcome.MISSED, Outcome.EXCUSED))
    return Evidence(
        "ana",
        name,
        pick(scores) if outcome is Outcome.SCORED else None,
        day(pick(pick((range(8), range(15)))) + pick((0, 0, 0, 0.5))),
        purpose=pick(PURPOSES),
        item=pick(("", "", "", "", "i1", "i2", "i3")),
        occasion=pick(("", "", "o1", "o2")),
        source=pick(("", "", "s")),
        context=pick((Context.FAMILIAR, Context.NOVEL)),
        outcome=outcome,
        key=key,
        recorded_at=day(pick((15, 16, 17))),
    )


def _decision(
    pick: Picker, keys: _Keys, names: Sequence[str], targets: Sequence[str], kinds: Sequence[DecisionKind]
) -> Decision:
    kind, when = pick(kinds), pick(range(15))
    names_a_fact = kind in (DecisionKind.EXCUSE, DecisionKind.VOID)
    lasting = kind in (DecisionKind.HOLD, DecisionKind.PAUSE, DecisionKind.UNLOCK, DecisionKind.PIN)
    until = pick((None, 1, 2, 4, 0, 8)) if lasting else None
    return Decision(
        learner="ana",
        kind=kind,
        by="the teacher",
        why="because",
        observed_at=day(when),
        competency="" if names_a_fact else pick(names),
        of=pick((*targets, "nowhere")) if names_a_fact else "",
        until=None if until is None else day(when + until),
        basis=pick((None, Basis.INFERRED)) if kind is DecisionKind.WAIVE else None,
        key=keys(),
        recorded_at=day(pick((15, 16, 17))),
    )


def _award(pick: Picker, keys: _Keys, names: Sequence[str], targets: Sequence[str]) -> Award:
    support = tuple(pick(targets) for _ in range(pick((0, 1, 2)))) if targets else ()
    return Award(
        learner="ana",
        competency=pick(names),
        earned_at=day(pick(range(15))),
        support=support,
        framework="f",
        policy="p",
        key=keys(),
        recorded_at=day(pick((15, 16, 17))),
    )
