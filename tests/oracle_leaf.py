"""One competency without parts, as the oracle sees it: its facts by some instant, and what they come to there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mastery.checks import CheckRule
from mastery.facts import Award, Basis, Context, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose
from mastery.terms import Terms

__all__ = ["MILLION", "Book", "Checks", "Held", "novel", "occasions"]

MILLION = 1_000_000
NO_CHECK = CheckRule(required=False, wait_days=0)


@dataclass(frozen=True)
class Checks:
    """What the checks of one competency come to by some instant."""

    last: bool | None = None
    fails: int = 0
    opens: datetime | None = None
    failed_at: datetime | None = None
    passed_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """Credit: its basis, since when, and whether an unlock stood in for the requirement."""

    basis: Basis
    since: datetime
    unlocked: bool = False


@dataclass
class Book:
    """The facts on one competency, in order of time and key; the fold keeps its credit, barrier and vouching here."""

    terms: Terms
    pass_score: float | None
    evidence: list[Evidence] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    credit: Held | None = None
    barrier: datetime | None = None
    vouched: datetime | None = None

    @property
    def rule(self) -> CheckRule:
        """What the terms say of checks."""
        return self.terms.check or NO_CHECK

    def is_after_barrier(self, fact: Fact) -> bool:
        """Whether no revoke bars this fact."""
        return self.barrier is None or fact.observed_at > self.barrier

    def decide(self, now: datetime) -> None:
        """Take the grants, waives and revokes of one moment: a revoke beats the others."""
        taken = [d for d in self.decisions if d.observed_at == now]
        if any(d.kind is DecisionKind.REVOKE for d in taken):
            self.credit, self.barrier = None, now
            return
        for decision in taken:
            if decision.kind in (DecisionKind.GRANT, DecisionKind.WAIVE):
                waived = decision.basis or Basis.WAIVED
                self.credit = Held(Basis.GRANTED if decision.kind is DecisionKind.GRANT else waived, now)
                self.vouched = now

    def in_force(self, kind: DecisionKind, now: datetime) -> bool:
        """Whether the latest decision of this kind by `now` has not ended."""
        taken = [d for d in self.decisions if d.kind is kind and d.observed_at <= now]
        return bool(taken) and (taken[-1].until is None or now < taken[-1].until)

    def award(self, now: datetime) -> Award | None:
        """Return the earliest award by `now` that no revoke bars."""
        standing = [a for a in self.awards if self.is_after_barrier(a) and a.earned_at <= now]
        return standing[0] if standing else None

    def scored(self, now: datetime, *purposes: Purpose) -> list[Evidence]:
        """Return the pieces with a score by `now`, of these purposes (none: of any)."""
        pieces = [p for p in self.evidence if p.outcome is Outcome.SCORED and p.observed_at <= now]
        return [p for p in pieces if not purposes or p.purpose in purposes]

    def shown(self, now: datetime) -> list[Evidence]:
        """Return the scored pieces of any purpose since the last revoke."""
        return [piece for piece in self.scored(now) if self.is_after_barrier(piece)]

    def counted(self, now: datetime) -> list[Evidence]:
        """Return the pieces that count at `now`: after the barrier, of counted purposes, no item twice."""
        found: list[Evidence] = []
        for piece in self.scored(now, *self.terms.criteria.counts):
            repeated = piece.item and piece.item in [p.item for p in found]
            if self.is_after_barrier(piece) and not repeated:
                found.append(piece)
        return found

    def criteria_met(self, now: datetime) -> bool:
        """Whether estimate, pieces, occasions and novel contexts suffice at `now`."""
        wanted, counted = self.terms.criteria, self.counted(now)
        if not counted:
            return False
        estimate = self.terms.model.of(counted, on=counted[-1].observed_at.date())
        return (
            estimate is not None
            and estimate.value >= wanted.mastered_at
            and len(counted) >= wanted.pieces
            and occasions(counted) >= wanted.occasions
            and novel(counted) >= wanted.novel
        )

    def is_own(self, now: datetime) -> bool:
        """Whether the competency's own conditions for credit hold at `now`: (a) and (b)."""
        passed = self.has_passed(now)
        enough = self.criteria_met(now) or (self.rule.challenge and passed)
        return enough and (passed or not self.rule.required)

    def checks(self, now: datetime) -> Checks:
        """Return what the checks by `now` come to, one by one in order of time and key."""
        mark = round((self.rule.pass_score or self.pass_score or 0.8) * MILLION)
        attempts = [(p.observed_at, (p.millionths or 0) < mark) for p in self.scored(now, Purpose.CHECK)]
        failing, state = {t for t, failed in attempts if failed}, Checks()
        for t, failed in attempts:
            if failed:
                opens = t + timedelta(days=self.rule.wait_days)
                state = replace(state, last=False, fails=state.fails + 1, opens=opens, failed_at=t)
            elif t not in failing and self._is_valid(state, t):
                state = replace(state, last=True, fails=0, opens=None, passed_at=t)
        return state

    def _is_valid(self, state: Checks, t: datetime) -> bool:
        in_wait = state.opens is not None and t < state.opens
        return not in_wait and not self.is_used_up(state) and self.has_relearnt(state, t)

    def is_used_up(self, state: Checks) -> bool:
        """Whether the cap on failed attempts is reached."""
        return self.rule.cap is not None and state.fails >= self.rule.cap

    def has_relearnt(self, state: Checks, now: datetime) -> bool:
        """Whether no relearning asked for after the last fail is missing at `now`."""
        asked, since = self.rule.relearning, state.failed_at
        if asked is None or since is None:
            return True
        pieces = [p for p in self.scored(now, Purpose.FORMATIVE) if p.observed_at > since]
        return any((p.millionths or 0) >= round(asked * MILLION) for p in pieces)

    def has_passed(self, now: datetime) -> bool:
        """Whether the last decisive check is a pass that no revoke bars."""
        return self.checks(now).last is True and self._passed_at(now) is not None

    def _passed_at(self, now: datetime) -> datetime | None:
        passed_at = self.checks(now).passed_at
        barred = self.barrier is not None and passed_at is not None and passed_at <= self.barrier
        return None if barred else passed_at

    def is_lapsed(self, now: datetime) -> bool:
        """Whether the last decisive check is a fail later than the last grant or waive."""
        state = self.checks(now)
        if state.last is not False or state.failed_at is None:
            return False
        return self.vouched is None or state.failed_at > self.vouched

    def proofs(self, now: datetime) -> list[datetime]:
        """Return when a good piece or a valid pass since the last revoke confirmed it."""
        bar = round(self.terms.criteria.mastered_at * MILLION)
        good = [p.observed_at for p in self.counted(now) if (p.millionths or 0) >= bar]
        return [t for t in (*good, self._passed_at(now)) if t is not None]

    def due_at(self, now: datetime, others: Sequence[datetime]) -> datetime | None:
        """Return when credit falls due: one interval after the last confirmation, `others` being by work elsewhere.

        Where nothing of its own confirms it, the first counted piece does; where none counts, the moment of credit.
        """
        interval = self.terms.retention.interval
        if self.credit is None or interval is None:
            return None
        counted = self.counted(now)
        confirmed = [t for t in (*self.proofs(now), self.vouched) if t is not None]
        first = counted[0].observed_at if counted else self.credit.since
        after = [t for t in others if self.barrier is None or t > self.barrier]
        return max((max(confirmed, default=first), *after)) + interval


def occasions(counted: Sequence[Evidence]) -> int:
    """Return on how many occasions these pieces were done."""
    return len({piece.occasion or (piece.observed_at.date(), piece.source) for piece in counted})


def novel(counted: Sequence[Evidence]) -> int:
    """Return how many of these pieces were done in a novel context."""
    return sum(piece.context is Context.NOVEL for piece in counted)
