"""The awards that a progress calls for: one for each demonstrated credit that no standing award records."""

from __future__ import annotations

from datetime import datetime

from competencies.gate import bits
from mastery.facts import Award
from mastery.progress import Progress

__all__ = ["awards_due"]


def awards_due(progress: Progress, now: datetime) -> list[Award]:
    """Return the awards to be written at `now`, prerequisites first.

    An award rests on the competency's own facts and, for each prerequisite credited when it was earned, on that
    one's award or decision: what falls with a fact is found by following the keys.
    """
    if not progress.unawarded:
        return []
    rules = progress.rules
    rank = rules.expansion.rank
    found: dict[int, Award] = {}
    for i in sorted(bits(progress.unawarded), key=rank.__getitem__):
        track = progress.track_at(i)
        if track is None or track.credit is None:
            continue
        credit = track.credit
        below = (_resting(progress, j, found) for j in rules.expansion.needs[i] if credit.relied_on >> j & 1)
        found[i] = Award(
            learner=progress.learner,
            competency=rules.expansion.leaves[i],
            earned_at=credit.since,
            support=(*credit.support, *(key for key in below if key)),
            framework=rules.framework.version,
            policy=rules.policy.version,
            recorded_at=now,
        )
    return list(found.values())


def _resting(progress: Progress, j: int, found: dict[int, Award]) -> str:
    """Return the key that the credit of prerequisite `j` rests on: its award, or the decision that gave it."""
    if j in found:
        return found[j].key
    track = progress.track_at(j)
    if track is None or track.credit is None:
        return ""
    standing = track.standing_awards()
    return standing[0].key if standing else next(iter(track.credit.support), "")
