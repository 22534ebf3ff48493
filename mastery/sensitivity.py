"""How far the answer hangs on one piece: the smallest change of a single score that would turn it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from attrs import evolve, frozen

from mastery.facts import MILLION, Basis, Evidence
from mastery.fold import ALWAYS_OPEN, Track, fold, gate_history
from mastery.progress import Progress
from mastery.standing import Standing, Status, standing
from mastery.wording import day, instant

__all__ = ["MOST_PIECES", "Sensitivity", "sensitivity"]

MOST_PIECES = 20
"""So many of the latest counted pieces are looked at: each look folds the whole competency again."""


@frozen
class Sensitivity:
    """The one piece that needs the smallest change: at `would_be` (0..1, exact to a millionth) the answer turns.

    `outcome` says what then would be; `text` is the whole sentence.
    """

    key: str
    observed_at: datetime
    score: float
    would_be: float
    outcome: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the value as JSON values."""
        return {
            "key": self.key,
            "observed_at": instant(self.observed_at),
            "score": self.score,
            "would_be": self.would_be,
            "outcome": self.outcome,
            "text": self.text,
        }


def sensitivity(progress: Progress, i: int) -> Sensitivity | None:
    """Return how far the answer on leaf `i` hangs on one of the latest counted pieces; None where none can turn it.

    Not credited: the smallest rise by which credit comes, or the criteria are met that are not. Credited by evidence:
    the smallest fall by which evidence no longer gives it. Other credit does not hang on a score. Ties go to the
    latest piece. Exact where a higher score never counts for less, as in every model of ours.
    """
    track = progress.track_at(i)
    if track is None or (track.credit is not None and track.credit.basis is not Basis.DEMONSTRATED):
        return None
    now = progress.standing_at(i)
    again = _refolding(progress, i, track)
    up = track.credit is None
    best: tuple[int, Evidence] | None = None
    for piece in islice(reversed(track.counted.pieces), MOST_PIECES):
        room = (MILLION - _held(piece)) if up else _held(piece)
        most = room if best is None else min(room, best[0] - 1)

        def turned(change: int, piece: Evidence = piece) -> bool:
            return _turned(now, again(piece, _held(piece) + (change if up else -change)))

        if most > 0 and turned(most):
            best = _least(turned, most), piece
    return None if best is None else _told(best[1], best[0] if up else -best[0], again)


def _held(piece: Evidence) -> int:
    return piece.millionths or 0  # a counted piece is scored: never None


def _least(turned: Callable[[int], bool], most: int) -> int:
    """Return the least change that turns the answer, which `most` does and 0 does not."""
    return bisect_left(range(1, most), True, key=turned) + 1


Again = Callable[[Evidence, int], Standing]


def _refolding(progress: Progress, i: int, track: Track) -> Again:
    """Return what evaluates leaf `i` again with one piece at another score, in millionths: nothing else can move."""
    expansion = progress.rules.expansion
    needs, gate = expansion.needs[i], expansion.gates[i]
    tracks = {j: found for j in needs if (found := progress.track_at(j)) is not None}
    history = gate_history(gate, needs, tracks) if needs else ALWAYS_OPEN
    gate_open, credit_open = gate.met(progress.met), gate.met(progress.credited)

    def again(piece: Evidence, held: int) -> Standing:
        changed = evolve(piece, score=held / MILLION)
        evidence = [changed if other is piece else other for other in track.evidence]
        after = fold(track.rule, evidence, list(track.decisions), list(track.awards), history, progress.at)
        return standing(after, gate_open, credit_open, progress.at)

    return again


def _turned(now: Standing, then: Standing) -> bool:
    if now.credit is None:
        return then.credit is not None or (then.criteria_met and not now.criteria_met)
    return then.credit is None or then.credit.basis is not Basis.DEMONSTRATED


def _told(piece: Evidence, change: int, again: Again) -> Sensitivity:
    held = _held(piece) + change
    outcome = _outcome(again(piece, held), up=change > 0)
    at_least = f"{_exact(held)}{'' if held == MILLION else ' or better'}" if change > 0 else f"under {_exact(held + 1)}"
    text = f"If the {_exact(_held(piece))} of {day(piece.observed_at)} were {at_least}, {outcome}."
    return Sensitivity(piece.key, piece.observed_at, _held(piece) / MILLION, held / MILLION, outcome, text)


def _outcome(then: Standing, *, up: bool) -> str:
    if not up:
        return "it would not be met" if then.credit is None else "its credit would be kept, but under question"
    if then.credit is not None:
        return "it would be met"
    if then.status is Status.CHECK_DUE:
        return "the criteria would be met and the check due"
    if then.status is Status.LOCKED:
        return "the criteria would be met, and it would wait only for what it needs"
    return "the criteria would be met"


def _exact(held: int) -> str:
    """Return millionths as a score with at least two digits, and no more than it has."""
    digits = f"{held / MILLION:.6f}"
    return digits[:4] + digits[4:].rstrip("0")
