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
        """1 without pseudo-pieces below it; with them, what a full window of perfect scores reaches."""
        if self.k == 0 or self.m0 == 1:
            return 1.0
        best = self._value((self.window or 10**9) * MILLION, (self.window or 10**9) + self.k)
        return best if self.window or best == 1 else nextafter(1.0, 0.0)  # ever nearer to 1, never there

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
        value = self._value(successes, total)
        if self.k or self.half_life_days is not None:
            value = self._between(value, latest)
        low, high = wilson(value, total)
        return Estimate(value, low, high, len(latest))

    def _value(self, successes: float, total: float) -> float:
        # In millionths until the one division: three scores of .8 are .8, not a hair below.
        return (successes + self.k * self.m0 * MILLION) / (total * MILLION)

    def _between(self, value: float, latest: Sequence[Evidence]) -> float:
        """Keep a mean of weights that are no whole numbers from the lowest to the highest score: all .9 are .9."""
        scores = [(piece.millionths or 0) / MILLION for piece in latest]
        if self.k:
            scores.append(self.m0)
        return min(max(value, min(scores)), max(scores))

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
