"""Averages as other systems compute them: highest, latest, mean, weighted, exponential, best of n.

Scores are whole millionths and are added as integers; one division gives the value, so that scores of .8 average .8
and a better score never gives a lower value, not by a hair.
"""

from collections.abc import Sequence
from datetime import date

from attrs import define, field, frozen

from mastery.facts import MILLION, Evidence
from mastery.models.intervals import effective, wilson
from mastery.models.protocol import Estimate
from mastery.settings import between, number, whole

__all__ = ["BestOf", "ExponentialAverage", "Highest", "Latest", "Mean", "WeightedAverage"]


def _scores(pieces: Sequence[Evidence]) -> list[int]:
    return [piece.millionths or 0 for piece in pieces]


def _estimate(total: int, parts: int, pieces: int, n: float) -> Estimate:
    """Return the estimate of a sum of millionths over `parts`, told by `pieces` pieces that are worth `n`."""
    value = total / (parts * MILLION)
    return Estimate(value, *wilson(value, n), pieces)


@frozen
class Highest:
    """The highest score of all (as in Canvas)."""

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None without pieces."""
        return _estimate(max(_scores(pieces)), 1, len(pieces), 1) if pieces else None


@frozen
class Latest:
    """The latest score (as in Canvas)."""

    highest = 1.0
    window = 1
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None without pieces."""
        return _estimate(pieces[-1].millionths or 0, 1, 1, 1) if pieces else None


@frozen
class Mean:
    """The mean of all scores (as in Canvas)."""

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None without pieces."""
        n = len(pieces)
        return _estimate(sum(_scores(pieces)), n, n, n) if pieces else None


@frozen
class WeightedAverage:
    """The newest score with weight `newest` (.01 to .99), the mean of all older ones with the rest (as in Canvas)."""

    newest: float = field(default=0.65, converter=number, validator=between(0.01, 0.99))

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None without pieces."""
        if not pieces:
            return None
        *older, newest = _scores(pieces)
        if not older:
            return _estimate(newest, 1, 1, 1)
        weight, n = round(self.newest * MILLION), len(older)
        total = weight * newest * n + (MILLION - weight) * sum(older)
        worth = effective([self.newest, *[(1 - self.newest) / n] * n])
        return _estimate(total, n * MILLION, len(pieces), worth)


@frozen
class ExponentialAverage:
    """From oldest to newest: the average so far with weight 1 - `rate`, the next score with `rate` (.01 to .99).

    Canvas calls this the decaying average, others EWMA or EMA. It is kept in whole 1e-12, rounded down.
    """

    rate: float = field(default=0.65, converter=number, validator=between(0.01, 0.99))

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate; None without pieces."""
        tally = self.tally()
        for piece in pieces:
            tally.take(piece)
        return tally.estimate(on)

    def tally(self) -> "_ExponentialTally":
        """Return the running average of no piece yet."""
        return _ExponentialTally(round(self.rate * MILLION))


@define
class _ExponentialTally:
    rate: int
    average: int = 0
    pieces: int = 0
    squares: float = 0.0  # the sum of the squared weights, for how much the pieces are worth together

    def take(self, piece: Evidence) -> None:
        score = (piece.millionths or 0) * MILLION
        if not self.pieces:
            self.average, self.squares = score, 1.0
        else:
            rate, rest = self.rate, MILLION - self.rate
            self.average = (self.average * rest + score * rate) // MILLION
            self.squares = self.squares * (rest / MILLION) * (rest / MILLION) + (rate / MILLION) * (rate / MILLION)
        self.pieces += 1

    def estimate(self, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - as every tally's
        if not self.pieces:
            return None
        value = self.average / (MILLION * MILLION)
        return Estimate(value, *wilson(value, 1 / self.squares), self.pieces)


@frozen
class BestOf:
    """The mean of the `n` highest scores of all, or of as many as there are (as in Slate)."""

    n: int = field(default=3, validator=whole(1))

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None without pieces. Its `pieces` are those of the mean."""
        if not pieces:
            return None
        best = sorted(_scores(pieces), reverse=True)[: self.n]
        return _estimate(sum(best), len(best), len(best), len(best))
