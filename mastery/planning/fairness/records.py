"""What each learner's record says of each gate: attempts, whether work passed it, how long that took, who stepped in.

Nothing here knows of subgroups.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from mastery.classroom.room import Classroom
from mastery.facts import Basis, DecisionKind, Outcome, Purpose
from mastery.fold import Track
from mastery.rulebook import Rule

__all__ = ["GateRecord", "gate_records"]

_EARNED = frozenset({Basis.DEMONSTRATED, Basis.KEPT})
_BY_HAND = frozenset({DecisionKind.GRANT, DecisionKind.WAIVE})
_STEPPED_IN = _BY_HAND | {DecisionKind.UNLOCK}


@frozen
class GateRecord:
    """One learner at one gate, the check of a competency or, where none is asked for, its credit by work.

    `passed`: there is a valid pass of the check since the last revoke, whether or not credit had been given by hand
    before; where none is asked for, work earned credit. `attempts` up to then, else so far: scored checks, or scored
    pieces where no check is asked for, those up to credit given by hand. `days` (whole, None without credit by work)
    from the first scored piece to that credit. `overridden`: a person granted, waived or unlocked it; what a
    placement inferred is none of these.
    """

    learner: str
    attempts: int
    passed: bool
    days: int | None
    overridden: bool


def gate_records(room: Classroom) -> Iterator[tuple[int, list[GateRecord]]]:
    """Yield each leaf that somebody has tried or been let past, with the record of every such learner."""
    found: dict[int, list[GateRecord]] = {}
    for learner, progress in room:
        for i, rule in enumerate(room.rules.rules):
            track = progress.track_at(i)
            if track is not None:
                record = _record(learner, track, rule)
                if record.attempts or record.overridden:
                    found.setdefault(i, []).append(record)
    yield from sorted(found.items())


def _record(learner: str, track: Track, rule: Rule) -> GateRecord:
    asked, earned = rule.check.required, _earned_at(track)
    passed = min(filter(None, (earned, _first_pass(track) if asked else None)), default=None)
    # Without a check, nobody can earn what they were given: what they do later tries no gate.
    end = passed if passed is not None or asked else _given_at(track)
    scored = [piece for piece in track.evidence if piece.outcome is Outcome.SCORED]
    tries = (piece for piece in scored if piece.purpose is Purpose.CHECK or not asked)
    attempts = sum(end is None or piece.observed_at <= end for piece in tries)
    first = min((piece.observed_at for piece in scored), default=None)
    days = None if earned is None or first is None else max(0, (earned - first).days)
    stepped_in = any(decision.kind in _STEPPED_IN and decision.basis is None for decision in track.decisions)
    return GateRecord(learner, attempts, passed is not None, days, stepped_in)


def _earned_at(track: Track) -> datetime | None:
    """Return when work earned the credit that stands, also where it was granted, waived or inferred later on.

    Of credit that was locked from the first, by a check that was an offer, or inferred and earned before another such
    decision, no more is known than what stands.
    """
    credit = track.credit
    if credit is None:
        return None
    given = {decision.observed_at for decision in track.decisions if decision.kind in _BY_HAND}
    first = next((when for when, met in track.changes if met and _counts(track, when)), None)
    earned = [credit.since] if credit.basis in _EARNED else []
    return min([*earned, *([] if first is None or first in given else [first])], default=None)


def _given_at(track: Track) -> datetime | None:
    """Return when a person gave the credit that stands in the way of earning it; None where nobody did."""
    given = (one for one in track.decisions if one.kind in _BY_HAND and one.basis is None)
    return next((one.observed_at for one in given if _counts(track, one.observed_at)), None)


def _first_pass(track: Track) -> datetime | None:
    """Return when the check was first passed since the last revoke, by an attempt that counts."""
    if track.checks.passed_at is None:
        return None
    invalid = {piece.key for piece, _ in track.checks.invalid}
    return next(
        (
            piece.observed_at
            for piece in track.evidence
            if piece.purpose is Purpose.CHECK
            and (piece.millionths or 0) >= track.checks.pass_mark
            and piece.key not in invalid
            and _counts(track, piece.observed_at)
        ),
        None,
    )


def _counts(track: Track, when: datetime) -> bool:
    return track.barrier is None or when > track.barrier
