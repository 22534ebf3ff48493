"""`Figures`: counts over learners and competencies that add up, whatever they are added in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import fields, frozen

from competencies.gate import bits
from mastery.facts import Basis, Outcome, Purpose
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.standing import Status

__all__ = ["Figures", "figures_of"]


@frozen
class Figures:
    """Counts of learners, of places (a learner on a competency without parts), and of evidence on those places.

    `silent` are learners of whom nothing is recorded. The seven statuses share out the places; of the credit in `met`,
    `by_hand` was granted, waived or inferred, `due` and `lapsed` want a recheck, `questioned` is under question, `new`
    was earned or given since the instant asked about. `pieces` are scored pieces of evidence, `checks` those of them
    that were checks. Figures add up: of learners, or of competencies for the same learners.
    """

    learners: int = 0
    silent: int = 0
    locked: int = 0
    ready: int = 0
    in_progress: int = 0
    check_due: int = 0
    not_yet: int = 0
    awaiting: int = 0
    met: int = 0
    by_hand: int = 0
    due: int = 0
    lapsed: int = 0
    questioned: int = 0
    new: int = 0
    pieces: int = 0
    checks: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    def __neg__(self) -> Figures:
        return Figures(*(-getattr(self, name) for name in NAMES))

    def __sub__(self, other: Figures) -> Figures:
        return self + -other

    @property
    def places(self) -> int:
        """How many places there are: the statuses added up."""
        return sum(getattr(self, status.value) for status in Status)

    @classmethod
    def total(cls, several: Iterable[Figures]) -> Figures:
        """Return the sum; that of none is all zero."""
        return sum(several, cls())


NAMES = tuple(one.name for one in fields(Figures))
_BY_HAND = frozenset({Basis.GRANTED, Basis.WAIVED, Basis.INFERRED})


def figures_of(progress: Progress, *, silent: bool, only: int, since: datetime | None) -> Figures:
    """Return the figures of one learner over the leaves in the mask `only`; `new` is 0 where `since` is None."""
    counts = dict.fromkeys(NAMES, 0)
    counts["learners"], counts["silent"] = 1, int(silent)
    for i in bits(only):
        standing, track = progress.standing_at(i), progress.track_at(i)
        counts[standing.status.value] += 1
        credit = standing.credit
        if credit is not None:
            counts["by_hand"] += credit.basis in _BY_HAND
            counts["due"] += standing.currency is Currency.DUE
            counts["lapsed"] += standing.currency is Currency.LAPSED
            counts["questioned"] += standing.under_question
            counts["new"] += since is not None and credit.since >= since
        if track is not None:
            scored = [piece for piece in track.evidence if piece.outcome is Outcome.SCORED]
            counts["pieces"] += len(scored)
            counts["checks"] += sum(piece.purpose is Purpose.CHECK for piece in scored)
    return Figures(**counts)
