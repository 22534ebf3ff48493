"""What the facts say of one competency by some instant, read plainly from the log, with no help from the engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from mastery.checks import CheckRule
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose, in_order
from mastery.testing.course import Course

__all__ = ["Said", "said"]

_MILLION = 1_000_000
_NO_CHECK = CheckRule(required=False, wait_days=0)


@frozen
class Said:
    """The evidence and the decisions on one competency in order of time, and what its checks are held to."""

    rule: CheckRule
    mark: int
    evidence: list[Evidence] = field(factory=list)
    decisions: list[Decision] = field(factory=list)

    def in_force(self, kind: DecisionKind, at: datetime) -> bool:
        """Whether the latest decision of this kind by `at` has not ended."""
        taken = [d for d in self.decisions if d.kind is kind and d.observed_at <= at]
        return bool(taken) and (taken[-1].until is None or at < taken[-1].until)

    def scored(self, at: datetime, *purposes: Purpose) -> list[Evidence]:
        """Return the pieces with a score by `at`, of these purposes (none: of any)."""
        pieces = [p for p in self.evidence if p.outcome is Outcome.SCORED and p.observed_at <= at]
        return [p for p in pieces if not purposes or p.purpose in purposes]

    def revokes(self, at: datetime) -> list[datetime]:
        """Return when revokes were decided by `at`."""
        return [d.observed_at for d in self.decisions if d.kind is DecisionKind.REVOKE and d.observed_at <= at]

    def shown(self, at: datetime) -> list[Evidence]:
        """Return the scored pieces of any purpose since the last revoke."""
        return [p for p in self.scored(at) if all(p.observed_at > t for t in self.revokes(at))]

    def attempts(self, at: datetime) -> list[tuple[datetime, bool]]:
        """Return when checks were taken by `at`, and whether each score reaches the pass score."""
        return [(p.observed_at, (p.millionths or 0) >= self.mark) for p in self.scored(at, Purpose.CHECK)]

    def has_failed(self, at: datetime) -> bool:
        """Whether the last check that decides is a failed one: every fail decides, and a pass that was open."""
        attempts, fails, failed_at = self.attempts(at), 0, None
        failing = {t for t, passed in attempts if not passed}
        for t, passed in attempts:
            if not passed:
                fails, failed_at = fails + 1, t
            elif t not in failing and (failed_at is None or self._is_open(t, fails, failed_at)):
                fails, failed_at = 0, None
        return failed_at is not None

    def _is_open(self, t: datetime, fails: int, failed_at: datetime) -> bool:
        in_wait = t < failed_at + timedelta(days=self.rule.wait_days)
        is_used_up = self.rule.cap is not None and fails >= self.rule.cap
        wanted = self.rule.relearning
        practice = [p for p in self.scored(t, Purpose.FORMATIVE) if p.observed_at > failed_at]
        relearnt = wanted is None or any((p.millionths or 0) >= round(wanted * _MILLION) for p in practice)
        return not in_wait and not is_used_up and relearnt

    def has_standing_pass(self, at: datetime) -> bool:
        """Whether by `at` a passing score is later than every revoke and every failing one."""
        passes = [t for t, passed in self.attempts(at) if passed]
        against = [t for t, passed in self.attempts(at) if not passed] + self.revokes(at)
        return bool(passes) and all(max(passes) > t for t in against)


def said(course: Course, at: datetime) -> dict[str, Said]:
    """Return what the facts observed by `at` say of each competency without parts."""
    found = {name: _blank(course, name) for name in course.leaves}
    for fact in _in_effect(course.facts, at):
        if not isinstance(fact, Award) and fact.competency in course.framework:
            name = course.framework.competency(fact.competency).identifier
            if isinstance(fact, Evidence):
                if name in found:
                    found[name].evidence.append(fact)
                continue
            for leaf in found:
                if _is_under(course, leaf, name):
                    found[leaf].decisions.append(fact)
    return found


def _blank(course: Course, name: str) -> Said:
    rule = course.policy.terms_of(course.framework, name).check or _NO_CHECK
    blueprint = course.framework.competency(name).check
    return Said(rule, round((rule.pass_score or (blueprint.pass_score if blueprint else 0.8)) * _MILLION))


def _is_under(course: Course, leaf: str, name: str) -> bool:
    around: str | None = leaf
    while around is not None and around != name:
        around = course.framework.part_of.get(around)
    return around == name


def _in_effect(facts: Iterable[Fact], at: datetime) -> list[Fact]:
    """Return the facts that have an effect at `at`, in order: one per key, voids and excuses applied."""
    seen = {fact.key: fact for fact in facts if fact.observed_at <= at}
    voids = {f.key: f.of for f in seen.values() if isinstance(f, Decision) and f.kind is DecisionKind.VOID}
    gone = set(voids) | set(voids.values())
    left = [fact for key, fact in seen.items() if key not in gone]
    excused = {f.of for f in left if isinstance(f, Decision) and f.kind is DecisionKind.EXCUSE}
    return sorted((_excused(fact) if fact.key in excused else fact for fact in left), key=in_order)


def _excused(fact: Fact) -> Fact:
    return evolve(fact, outcome=Outcome.EXCUSED, score=None) if isinstance(fact, Evidence) else fact
