"""The fold of one learner's facts on one competency: what was earned, when, and what it rests on.

`fold` runs over the competency's moments: instants at which one of its facts was observed, one of its decisions ends
or its gate opens or shuts. All facts of a moment are taken, then credit is looked at once. What a fact does never
depends on the state it meets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from attrs import define, field, frozen

from competencies.gate import Gate
from mastery.checks import CheckRecord
from mastery.criteria import Counted
from mastery.facts import Award, Basis, Decision, DecisionKind, Evidence, Outcome, Purpose, in_order
from mastery.models import Estimate, Tally
from mastery.retention import Lapse
from mastery.rulebook import Rule
from mastery.vocabulary import WITH_UNTIL

__all__ = ["ALWAYS_OPEN", "Credit", "GateHistory", "Track", "fold", "gate_history"]

Change = tuple[datetime, bool]


@frozen
class GateHistory:
    """Whether a competency's requirement is met, at first and at each change, and what was credited then."""

    at_first: bool
    changes: tuple[tuple[datetime, bool, int], ...] = ()


ALWAYS_OPEN = GateHistory(True)


@frozen
class Credit:
    """Credit as it stands: its basis, since when, the own facts it rests on, and the prerequisites credited then.

    `unlocked` says that an unlock stood in for the requirement.
    """

    basis: Basis
    since: datetime
    support: tuple[str, ...] = ()
    relied_on: int = 0
    unlocked: bool = False


@define
class Track:
    """One competency's facts in order of time and what they come to. Never changed once `fold` has returned it.

    Since the last revoke: `vouched_at` is the last grant or waive, `proved_at` the last good piece or valid pass,
    `confirmed_at` the later of the two.
    """

    rule: Rule
    evidence: Sequence[Evidence] = ()
    decisions: Sequence[Decision] = ()
    awards: Sequence[Award] = ()
    counted: Counted = field(init=False)
    tally: Tally | None = field(init=False)
    checks: CheckRecord = field(init=False)
    credit: Credit | None = None
    barrier: datetime | None = None
    vouched_at: datetime | None = None
    confirmed_at: datetime | None = None
    proved_at: datetime | None = None
    ruling: dict[DecisionKind, Decision] = field(factory=dict)
    met: bool = False
    changes: list[Change] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.begin_count()
        self.checks = self.rule.checks()

    def begin_count(self) -> None:
        """Count from here on, as at first and after a revoke."""
        self.counted, self.tally = Counted(self.rule.criteria), self.rule.tally()

    def estimate(self, on: date | None = None) -> Estimate | None:
        """Return the estimate from the counted pieces, aged to the UTC date `on` (None: that of the latest piece)."""
        if self.tally is not None:
            return self.tally.estimate(on)
        return self.rule.model.of(self.counted.pieces, on=on)

    def in_force(self, kind: DecisionKind, at: datetime) -> Decision | None:
        """Return the decision of this kind that rules at `at`, if it has not ended."""
        decision = self.ruling.get(kind)
        return decision if decision is not None and (decision.until is None or at < decision.until) else None

    @property
    def is_lapsed(self) -> bool:
        """Whether the last decisive check was failed, after the last grant or waive."""
        failed = self.checks.failed_at
        if self.checks.last is not False or failed is None:
            return False
        return self.vouched_at is None or failed > self.vouched_at

    @property
    def has_passed(self) -> bool:
        """Whether the last decisive check is a pass, and later than the last revoke."""
        passed = self.checks.passed_at
        if self.checks.last is not True or passed is None:
            return False
        return self.barrier is None or passed > self.barrier

    @property
    def is_unawarded(self) -> bool:
        """Whether credit is demonstrated and no award since the last revoke records that."""
        if self.credit is None or self.credit.basis is not Basis.DEMONSTRATED:
            return False
        return not self.standing_awards()

    def standing_awards(self) -> list[Award]:
        """Return the awards that no revoke has ended, in order."""
        barrier = self.barrier
        standing = [award for award in self.awards if barrier is None or award.earned_at > barrier]
        return sorted(standing, key=in_order) if len(standing) > 1 else standing

    def meets_criteria(self, estimate: Estimate | None) -> bool:
        """Whether this estimate, pieces, occasions and novel contexts suffice."""
        return estimate is not None and estimate.value >= self.rule.criteria.mastered_at and self.counted.is_enough()

    def is_earned(self) -> bool:
        """Whether criteria and check together hold, whatever the gate."""
        passed = self.checks.last is True and self.has_passed
        if not passed and self.rule.check.required:
            return False
        if passed and self.rule.check.challenge:
            return True
        # The estimate is the dear part: it is asked for when the counts suffice.
        return self.counted.is_enough() and self.meets_criteria(self.estimate())

    def shown(self) -> Iterable[Evidence]:
        """Return the scored pieces of any purpose since the last revoke."""
        barrier = self.barrier
        return (
            piece
            for piece in self.evidence
            if piece.outcome is Outcome.SCORED and (barrier is None or piece.observed_at > barrier)
        )


def gate_history(gate: Gate, needs: Sequence[int], tracks: Mapping[int, Track]) -> GateHistory:
    """Return how the gate stood, given how the leaves that it mentions were met."""
    at_first = gate.met(0)
    changed = [(when, met, j) for j in needs if j in tracks for when, met in tracks[j].changes]
    if not changed:
        return ALWAYS_OPEN if at_first else GateHistory(False)
    changed.sort()
    history: list[tuple[datetime, bool, int]] = []
    state, n = 0, 0
    while n < len(changed):
        when = changed[n][0]
        while n < len(changed) and changed[n][0] == when:
            _, met, j = changed[n]
            state = state | 1 << j if met else state & ~(1 << j)
            n += 1
        history.append((when, gate.met(state), state))
    return GateHistory(at_first, tuple(history))


def fold(
    rule: Rule,
    evidence: Sequence[Evidence],
    decisions: Sequence[Decision],
    awards: Sequence[Award],
    gate: GateHistory,
    at: datetime,
) -> Track:
    """Return the track of facts that are sorted by `in_order`, not voided, and observed by `at`."""
    track = Track(rule, evidence, decisions, awards)
    state = _GateNow(gate, gate.at_first)
    can_lapse, wants_pass = rule.lapse is Lapse.LOCK, rule.check.required
    for now, pieces, decided in _moments(evidence, decisions, awards, gate, at):
        if pieces:
            _take_evidence(track, now, pieces)
        if decided:
            _take_decisions(track, now, decided)
        if gate.changes:
            state.move(now)
        credit = track.credit
        if (
            (credit is None or credit.basis is Basis.KEPT or credit.basis is Basis.INFERRED)
            and (track.checks.last is True or not wants_pass or awards)  # else nothing could be earned: spare the look
        ):
            _look_at_credit(track, now, state)
        met = track.credit is not None and not (can_lapse and track.is_lapsed)
        if met is not track.met:
            track.met = met
            track.changes.append((now, met))
    return track


@define
class _GateNow:
    history: GateHistory
    is_open: bool
    credited: int = 0
    next: int = 0

    def move(self, now: datetime) -> None:
        changes = self.history.changes
        while self.next < len(changes) and changes[self.next][0] <= now:
            _, self.is_open, self.credited = changes[self.next]
            self.next += 1


Moment = tuple[datetime, list[Evidence], list[Decision]]


def _moments(
    evidence: Sequence[Evidence],
    decisions: Sequence[Decision],
    awards: Sequence[Award],
    gate: GateHistory,
    at: datetime,
) -> list[Moment]:
    moments: list[Moment] = []
    latest: datetime | None = None
    for piece in evidence:
        if piece.observed_at == latest:
            moments[-1][1].append(piece)
        else:
            latest = piece.observed_at
            moments.append((latest, [piece], []))
    # What the gate did before there was any evidence is seen at the first piece: nothing was earned before it.
    gate_rests = latest is None or not gate.changes or gate.changes[-1][0] <= moments[0][0]
    if gate_rests and not decisions and not awards:
        return moments
    found = {moment[0]: moment for moment in moments}
    for decision in decisions:
        found.setdefault(decision.observed_at, (decision.observed_at, [], []))[2].append(decision)
        if decision.until is not None and decision.until <= at:
            found.setdefault(decision.until, (decision.until, [], []))
    for when in (*(award.earned_at for award in awards), *(change[0] for change in gate.changes)):
        if when not in found:
            found[when] = (when, [], [])
    return [found[when] for when in sorted(found)]


def _take_evidence(track: Track, now: datetime, pieces: Sequence[Evidence]) -> None:
    takes, tally, attempts = track.counted.takes, track.tally, None
    for piece in pieces:
        millionths = piece.millionths
        if millionths is None:
            continue
        if takes(piece):
            if tally is not None:
                tally.take(piece)
            if millionths >= track.rule.bar:
                track.confirmed_at = track.proved_at = now
        purpose = piece.purpose
        if purpose is Purpose.CHECK:
            attempts = [piece] if attempts is None else [*attempts, piece]
        elif purpose is Purpose.FORMATIVE and track.checks.relearning is not None:
            track.checks.relearn(piece)
    if attempts is not None and track.checks.take(now, attempts):
        track.confirmed_at = track.proved_at = now


def _take_decisions(track: Track, now: datetime, decided: Sequence[Decision]) -> None:
    revoked = any(decision.kind is DecisionKind.REVOKE for decision in decided)
    for decision in decided:
        if decision.kind in WITH_UNTIL:
            track.ruling[decision.kind] = decision
        elif decision.kind is not DecisionKind.REVOKE and not revoked:
            basis = Basis.GRANTED if decision.kind is DecisionKind.GRANT else decision.basis or Basis.WAIVED
            track.credit = Credit(basis, now, (decision.key,))
            track.vouched_at = track.confirmed_at = now
    if revoked:
        track.credit, track.barrier, track.confirmed_at, track.proved_at = None, now, track.vouched_at, None
        track.begin_count()


def _look_at_credit(track: Track, now: datetime, gate: _GateNow) -> None:
    unlock = track.in_force(DecisionKind.UNLOCK, now) if track.ruling else None
    if (gate.is_open or unlock is not None) and track.is_earned() and not track.in_force(DecisionKind.HOLD, now):
        support = dict.fromkeys(piece.key for piece in track.counted.pieces)
        if track.has_passed:
            support[track.checks.passed_key] = None
        stood_in = not gate.is_open
        if stood_in and unlock is not None:
            support[unlock.key] = None
        track.credit = Credit(Basis.DEMONSTRATED, now, tuple(support), gate.credited, stood_in)
    elif track.credit is None and track.awards:
        first = next(iter(track.standing_awards()), None)
        if first is not None and first.earned_at <= now:
            track.credit = Credit(Basis.KEPT, first.earned_at, (first.key,))
