"""Levels that work moves up and down, as in Khan Academy's mastery system."""

from collections.abc import Iterable, Sequence
from datetime import date

from attrs import define, field, frozen

from mastery.facts import MILLION, Evidence, Purpose
from mastery.models.intervals import wilson
from mastery.models.protocol import Estimate
from mastery.settings import between, number

__all__ = ["Levels"]

_POINTS = (0, 500_000, 800_000, MILLION)  # attempted, familiar, proficient, mastered: 0, 50, 80 and 100 points
_ATTEMPTED, _FAMILIAR, _PROFICIENT, _MASTERED = range(4)
_MIXED = frozenset({Purpose.INTERIM, Purpose.SUMMATIVE, Purpose.CHECK})


@frozen
class Levels:
    """Attempted 0, familiar .5, proficient .8, mastered 1 (Khan Academy's published rules, 2018).

    Practice on one skill (formative work) makes it familiar from `familiar_at`, proficient at 1, and may lower it:
    from mastered to proficient or, below familiar_at, to familiar; from proficient to familiar. Only mixed work
    (interim, summative, check) makes it mastered: more than half right is one level up, less than half one down.
    """

    familiar_at: float = field(default=0.7, converter=number, validator=between(1e-6, 1))

    highest = 1.0
    window = None
    ages = False

    def highest_by(self, purposes: Iterable[Purpose]) -> float:
        """Return the limit where only work of these purposes counts: practice alone never makes mastered."""
        return 1.0 if not _MIXED.isdisjoint(purposes) else _POINTS[_PROFICIENT] / MILLION

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate; None without pieces."""
        tally = self.tally()
        for piece in pieces:
            tally.take(piece)
        return tally.estimate(on)

    def tally(self) -> "_Level":
        """Return the level before any piece."""
        return _Level(round(self.familiar_at * MILLION))


@define
class _Level:
    familiar_at: int
    level: int = _ATTEMPTED
    pieces: int = 0

    def take(self, piece: Evidence) -> None:
        score = piece.millionths or 0
        self.level = self._mixed(score) if piece.purpose in _MIXED else self._practised(score)
        self.pieces += 1

    def _mixed(self, score: int) -> int:
        if 2 * score > MILLION:
            return max(_FAMILIAR, min(_MASTERED, self.level + 1))
        return self.level if 2 * score == MILLION else max(_ATTEMPTED, self.level - 1)

    def _practised(self, score: int) -> int:
        if score == MILLION:
            return max(_PROFICIENT, self.level)
        if score >= self.familiar_at:
            return _PROFICIENT if self.level == _MASTERED else _FAMILIAR
        return min(_FAMILIAR, self.level)

    def estimate(self, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - as every tally's
        if not self.pieces:
            return None
        value = _POINTS[self.level] / MILLION
        return Estimate(value, *wilson(value, self.pieces), self.pieces)
