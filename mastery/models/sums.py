"""Weighted sums of successes and failures over the latest pieces: the default model."""

from collections.abc import Sequence
from datetime import date
from math import nextafter

from attrs import field, frozen

from mastery.facts import MILLION, Evidence
from mastery.models.ageing import factor
from mastery.models.intervals import wilson
from mastery.models.protocol import Estimate
from mastery.settings import between, count_or_none, number, number_or_none, optional, whole

__all__ = ["Sums"]


@frozen
class Sums:
    """(S + k m0) / (S + F + k), S and F the sums of scores and of what they lack to 1, over the latest `window` pieces.

    `window` None takes all pieces. `k` pseudo-pieces of score `m0` stand for what was believed before. With
    `half_life_days` a piece that is d whole days old weighs 0.5**(d / half_life_days). The interval is Wilson's score
    interval (Wilson, 1927) on the weighted sums, at 95%.
    """

    window: int | None = field(default=5, converter=count_or_none, validator=optional(whole(1)))
    k: float = field(default=0.0, converter=number, validator=between(0, 1e6), kw_only=True)
    m0: float = field(default=0.5, converter=number, validator=between(0, 1), kw_only=True)
    half_life_days: float | None = field(
        default=None, converter=number_or_none, validator=optional(between(0.01, 1e6)), kw_only=True
    )

    @property
    def highest(self) -> float:
        """1 without pseudo-pieces; below it, what a full window of perfect scores reaches."""
        if self.k == 0:
            return 1.0
        if self.window is None:
            return nextafter(1.0, 0.0)  # ever nearer to 1, never there
        return (self.window + self.k * self.m0) / (self.window + self.k)

    @property
    def ages(self) -> bool:
        """Whether pieces lose weight with time."""
        return self.half_life_days is not None

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate; None without pieces.

        >>> from datetime import datetime, UTC
        >>> when = datetime(2026, 3, 2, tzinfo=UTC)
        >>> Sums().of([Evidence("ana", "a", s, when, key=str(s)) for s in (.7, .8, .9)]).value
        0.8
        """
        latest = pieces if self.window is None else pieces[-self.window :]
        if not latest:
            return None
        successes, weight = self._sums(latest, on)
        total = weight + self.k
        # In millionths until the one division: three scores of .8 are .8, not a hair below.
        value = (successes + self.k * self.m0 * MILLION) / (total * MILLION)
        low, high = wilson(value, total)
        return Estimate(value, low, high, len(latest))

    def _sums(self, latest: Sequence[Evidence], on: date | None) -> tuple[float, float]:
        if self.half_life_days is None:
            total = 0
            for piece in latest:
                total += piece.millionths or 0
            return total, float(len(latest))
        today = latest[-1].observed_at.date() if on is None else on
        successes = weight = 0.0
        for piece in latest:
            weighs = factor(self.half_life_days, (today - piece.observed_at.date()).days)
            successes += weighs * (piece.millionths or 0)
            weight += weighs
        return successes, weight
