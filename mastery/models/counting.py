"""Rules that count: m of the last n, k in a row, n times at the bar, points won and lost."""

from collections.abc import Sequence
from datetime import date

from attrs import define, field, frozen

from mastery.facts import MILLION, Evidence
from mastery.models.intervals import wilson
from mastery.models.protocol import Estimate
from mastery.settings import between, number, score, whole

__all__ = ["InARow", "MOfN", "NTimes", "Points"]


def _share(pieces: Sequence[Evidence], m: int, n: int) -> Estimate | None:
    """Return the sum of the latest `n` scores as a share of `m`, at most 1."""
    latest = pieces[-n:]
    if not latest:
        return None
    total = sum([piece.millionths or 0 for piece in latest])
    value = min(total / (m * MILLION), 1.0)
    return Estimate(value, *wilson(value, max(len(latest), m)), len(latest))


@frozen
class MOfN:
    """How much of `m` right answers is there among the latest `n`; 1 at m of n (as in Kolibri). Partial scores add up.

    Raises ValueError where m is above n.
    """

    m: int = field(default=5, validator=whole(1))
    n: int = field(default=7, validator=whole(1))

    highest = 1.0
    ages = False

    def __attrs_post_init__(self) -> None:
        if self.m > self.n:
            raise ValueError(f"m: at most n was wanted, got {self.m} of {self.n}")

    @property
    def window(self) -> int:
        """The latest n pieces are read."""
        return self.n

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None without pieces."""
        return _share(pieces, self.m, self.n)


@frozen
class InARow:
    """How much of `k` right answers is there among the latest k; 1 at k in a row (as in Kolibri and ASSISTments)."""

    k: int = field(default=3, validator=whole(1))

    highest = 1.0
    ages = False

    @property
    def window(self) -> int:
        """The latest k pieces are read."""
        return self.k

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None without pieces."""
        return _share(pieces, self.k, self.k)


@frozen
class NTimes:
    """The mean of the scores of at least `mastered_at` (0..1), once there are `n` of them; None before (as in Canvas).

    Its value alone may fall when a score rises to the bar; a policy whose own bar is not above this one never sees it.
    """

    n: int = field(default=5, validator=whole(1))
    mastered_at: float = field(default=0.6, converter=score, validator=between(1e-6, 1))

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - protocol
        """Return the estimate; None before there are n good pieces. Its `pieces` are the good ones."""
        bar = round(self.mastered_at * MILLION)
        good = [piece.millionths for piece in pieces if piece.millionths is not None and piece.millionths >= bar]
        if len(good) < self.n:
            return None
        value = sum(good) / (len(good) * MILLION)
        return Estimate(value, *wilson(value, len(good)), len(good))


@frozen
class Points:
    """Points won and lost from piece to piece, as a share of `target`, from `start` points and never below 0.

    A wrong answer (score 0) loses `wrong` points, a right one (score 1) wins `right`, or `in_a_row` where the answer
    before was right too; a partial score lies between. ALEKS: 1, 2 for a second right one in a row, 1, of 5. Raises
    ValueError where a second right answer would win less than a first.
    """

    target: float = field(default=5.0, converter=number, validator=between(1e-3, 1e3))
    right: float = field(default=1.0, converter=number, validator=between(1e-3, 1e3))
    in_a_row: float = field(default=2.0, converter=number, validator=between(1e-3, 1e3))
    wrong: float = field(default=1.0, converter=number, validator=between(0, 1e3))
    start: float = field(default=0.0, converter=number, validator=between(0, 1e3))

    highest = 1.0
    window = None
    ages = False

    def __attrs_post_init__(self) -> None:
        if self.in_a_row < self.right:
            raise ValueError(f"in_a_row: at least right ({self.right:g}) was wanted, got {self.in_a_row:g}")
        if self.start > self.target:
            raise ValueError(f"start: at most target ({self.target:g}) was wanted, got {self.start:g}")

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate; None without pieces."""
        tally = self.tally()
        for piece in pieces:
            tally.take(piece)
        return tally.estimate(on)

    def tally(self) -> "_PointsTally":
        """Return the running points of no piece yet."""
        return _PointsTally(self, points=round(self.start * MILLION))


@define
class _PointsTally:
    rule: Points
    points: int  # in millionths of a point
    pieces: int = 0
    was_right: bool = False

    def take(self, piece: Evidence) -> None:
        score, rule = piece.millionths or 0, self.rule
        is_right = score == MILLION
        if is_right and self.was_right:
            change = round(rule.in_a_row * MILLION)
        else:
            wrong = round(rule.wrong * MILLION)
            change = score * (round(rule.right * MILLION) + wrong) // MILLION - wrong
        self.points = min(max(0, self.points + change), round(rule.target * MILLION))
        self.was_right, self.pieces = is_right, self.pieces + 1

    def estimate(self, on: date | None = None) -> Estimate | None:  # noqa: ARG002 - as every tally's
        if not self.pieces:
            return None
        value = self.points / round(self.rule.target * MILLION)
        return Estimate(value, *wilson(value, self.pieces), self.pieces)
