"""Bayesian knowledge tracing (Corbett and Anderson, 1995) with partial credit and forgetting between days."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from attrs import define, field, frozen

from mastery.facts import MILLION, Evidence
from mastery.models.ageing import factor
from mastery.models.protocol import Estimate
from mastery.settings import between, number, number_or_none, optional

__all__ = ["BKT"]

_LEAST, _MOST = 1e-6, 1 - 1e-6
_TELLING = 0.999  # guess and slip together: beyond, a right answer and a wrong one tell the same
_ENOUGH = 10_000  # right answers in a row: nobody gives more, and long before, the estimate moves no more


@frozen
class BKT:
    """The probability that a skill is known, from `prior` on; a piece updates it, then it may be learnt or forgotten.

    `guess` and `slip` are the chances of a right answer unknown and of a wrong one known, `learn` and `forget` those of
    a change after each piece; all 0..1. A partial score mixes the two outcomes (Jeffrey's rule): steady scores of .7
    settle near .7, where mixing likelihoods would drive them to 1. With `half_life_days`, what lies above `floor`
    halves in so many days without a piece. The interval is what one more wrong or right answer would make of it.

    Only + - * / in the written order, so that other readers agree to the last bit. Raises ValueError where a better
    answer could lower the estimate (guess + slip above .999, learn + forget above 1) or floor is above prior.
    """

    prior: float = field(default=0.4, converter=number, validator=between(0, 1))
    learn: float = field(default=0.1, converter=number, validator=between(0, 1))
    guess: float = field(default=0.2, converter=number, validator=between(1e-6, 1))
    slip: float = field(default=0.1, converter=number, validator=between(1e-6, 1))
    forget: float = field(default=0.0, converter=number, validator=between(0, 1), kw_only=True)
    half_life_days: float | None = field(
        default=None, converter=number_or_none, validator=optional(between(0.01, 1e6)), kw_only=True
    )
    floor: float = field(default=0.0, converter=number, validator=between(0, 1), kw_only=True)

    window = None

    def __attrs_post_init__(self) -> None:
        for name, total, most in (
            ("guess + slip", self.guess + self.slip, _TELLING),
            ("learn + forget", self.learn + self.forget, 1),
        ):
            if total > most:
                fault = f"{name}: at most {most:g} was wanted, got {total:g}"
                raise ValueError(f"{fault}: a better answer could lower the estimate, or would tell nothing")
        if self.floor > self.prior:
            raise ValueError(f"floor: at most prior ({self.prior:g}) was wanted, got {self.floor:g}")

    @cached_property
    def highest(self) -> float:
        """What nothing but right answers, 10,000 of them, come to at most: below 1 - forget."""
        p, best = _clipped(self.prior), 0.0
        for _ in range(_ENOUGH):
            after = self._updated(p, 1.0)
            best = max(best, after)
            if after == p:
                break
            p = after
        return best

    @property
    def ages(self) -> bool:
        """Whether days without a piece lower the estimate."""
        return self.half_life_days is not None

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return the estimate; None without pieces.

        >>> from datetime import datetime, UTC
        >>> when = datetime(2026, 3, 2, tzinfo=UTC)
        >>> round(BKT(prior=.5, learn=.1, guess=.1, slip=.1).of([Evidence("ana", "a", 1.0, when)]).value, 6)
        0.91
        """
        tally = self.tally()
        for piece in pieces:
            tally.take(piece)
        return tally.estimate(on)

    def tally(self) -> "_Trace":
        """Return the running estimate of no piece yet."""
        return _Trace(self, _clipped(self.prior))

    def _updated(self, p: float, score: float) -> float:
        # Every step below rises with p in floats too, where the textbook's form may fall by a hair: 1 - p stands in one
        # place, and what is learnt is added once. In the score it rises because scores are a millionth apart.
        odds_against = (1 - p) / p
        right = 1 / (1 + odds_against * (self.guess / (1 - self.slip)))
        wrong = 1 / (1 + odds_against * ((1 - self.guess) / self.slip))
        q = score * right + (1 - score) * wrong
        return _clipped(self.learn + q * max(0.0, 1 - self.forget - self.learn))


def _clipped(p: float) -> float:
    return _LEAST if p < _LEAST else _MOST if p > _MOST else p


@define
class _Trace:
    """Where the estimate stands after some pieces."""

    model: BKT
    p: float
    pieces: int = 0
    latest: date | None = None

    def take(self, piece: Evidence) -> None:
        if self.model.half_life_days is not None:
            today = piece.observed_at.date()
            self.p, self.latest = self._aged(today), today
        self.p = self.model._updated(self.p, (piece.millionths or 0) / MILLION)  # noqa: SLF001 - the other half of one value
        self.pieces += 1

    def _aged(self, today: date) -> float:
        half_life, floor = self.model.half_life_days, self.model.floor
        if half_life is None or self.latest is None or self.p <= floor:
            return self.p
        left = factor(half_life, (today - self.latest).days)
        return self.p if left == 1 else min(self.p, floor + (self.p - floor) * left)  # never upward, not by a hair

    def estimate(self, on: date | None = None) -> Estimate | None:
        if not self.pieces:
            return None
        p = self.p if on is None else self._aged(on)
        wrong, right = self.model._updated(p, 0.0), self.model._updated(p, 1.0)  # noqa: SLF001 - as above
        return Estimate(p, min(p, wrong), max(p, right), self.pieces)
