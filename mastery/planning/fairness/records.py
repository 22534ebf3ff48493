"""What each learner's record says of each gate: attempts, whether work passed it, how long that took, who stepped in.

Nothing here knows of subgroups.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mastery.classroom.room import Classroom
from mastery.facts import Basis, DecisionKind, Outcome, Purpose
from mastery.fold import Track
from mastery.rulebook import Rule

__all__ = ["GateRecord", "gate_records"]

_EARNED = frozenset({Basis.DEMONSTRATED, Basis.KEPT})
_STEPPED_IN = frozenset({DecisionKind.GRANT, DecisionKind.WAIVE, DecisionKind.UNLOCK})


@frozen
class GateRecord:
    """One learner at one gate, the check of a competency or, where none is asked for, its evidence.

    `attempts` up to credit, else so far: scored checks, or scored pieces where no check is asked for. `passed`: there
    is credit earned by work. `days` from the first scored piece to that credit. `overridden`: a person granted, waived
    or unlocked it.
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
    credit = track.credit
    earned = credit is not None and credit.basis in _EARNED
    until = credit.since if credit is not None and earned else None
    scored = [piece for piece in track.evidence if piece.outcome is Outcome.SCORED]
    asked = (piece for piece in scored if piece.purpose is Purpose.CHECK or not rule.check.required)
    attempts = sum(until is None or piece.observed_at <= until for piece in asked)
    first = min((piece.observed_at for piece in scored), default=None)
    days = None if until is None or first is None else max(0, (until - first).days)
    stepped_in = any(decision.kind in _STEPPED_IN for decision in track.decisions)
    return GateRecord(learner, attempts, earned, days, stepped_in)
