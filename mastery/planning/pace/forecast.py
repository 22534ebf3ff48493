"""The forecast: when what is left may be met, from a learner's own record; dates with an interval, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from attrs import field, frozen

from mastery.facts import Basis, Evidence
from mastery.fold import Credit, Track
from mastery.planning.pace.critical import days_in_a_row
from mastery.planning.pace.rate import days_to_earn
from mastery.progress import Progress

__all__ = ["CHANCES", "Forecast", "OwnRecord", "Span", "forecast", "own_record"]

CHANCES = (Fraction(15, 100), Fraction(1, 2), Fraction(85, 100))
"""The central 70%: 7 times of 10 between the first and the last, as often sooner as not than the one between."""
ENOUGH_OWN = 5
"""From so many credits on a learner's own days say how long one takes."""
ENOUGH_DAYS = 7
"""From so many days on a record says something of a rate."""


@frozen
class Span:
    """Dates (UTC): 15%, 50% and 85% of the chance lie on or before them; None: more than three years ahead.

    Raises ValueError for dates that are not in order.
    """

    low: date | None
    median: date | None
    high: date | None

    def __attrs_post_init__(self) -> None:
        ranks = [one or date.max for one in (self.low, self.median, self.high)]
        if ranks != sorted(ranks):
            raise ValueError(f"low, median, high: dates in order were wanted, got {self!r}")


@frozen
class OwnRecord:
    """What a learner's record says of a pace: `credits` earned by evidence in the last `days` (a number above 0).

    `took` has the whole days from first evidence to credit of each competency that they have earned, shortest first.
    """

    credits: int
    days: float
    took: tuple[int, ...] = field(default=())

    def __attrs_post_init__(self) -> None:
        if self.credits < 0 or self.days < 0 or any(days < 0 for days in self.took):
            raise ValueError(f"credits, days, took: numbers from 0 were wanted, got {self!r}")

    @property
    def per_week(self) -> float:
        """Credits a week, 0 where nothing was observed."""
        return 7 * self.credits / self.days if self.days else 0.0

    @property
    def is_enough(self) -> bool:
        """Whether there is something to forecast from: a week of record, and a credit earned at any time."""
        return self.days >= ENOUGH_DAYS and bool(self.credits or self.took)


@frozen
class Forecast:
    """When what is left may be met: `dates`, which are the later of those by rate and of those in a row, one by one.

    That takes the two as rising and falling together: of learners who earn more a week, each takes less time.
    `in_a_row` is None where fewer than five credits say how long one takes.
    """

    dates: Span
    by_rate: Span
    in_a_row: Span | None


def own_record(progress: Progress, window: int) -> OwnRecord:
    """Return what was earned in the last `window` days, none of them before the first fact, and how long each took.

    Earned is what evidence showed, today's rules or earlier ones; what a person granted or waived, or a placement
    inferred, is not. What is begun and not yet earned does not count, so that a long one is seen only at its end.
    """
    at = progress.at
    first = min((fact.observed_at for fact in progress.facts if fact.observed_at <= at), default=at)
    start = max(first, at - timedelta(days=window))
    earned = [pair for i in range(len(progress.rules.leaves)) if (pair := _earned(progress.track_at(i)))]
    credits = sum(credit.since >= start for credit, _ in earned)
    took = sorted(_days_between(pieces[0].observed_at, credit.since) for credit, pieces in earned if pieces)
    return OwnRecord(credits, (at - start) / timedelta(days=1), tuple(took))


def _earned(track: Track | None) -> tuple[Credit, Sequence[Evidence]] | None:
    """Return credit that evidence earned, with the pieces up to it."""
    if track is None or track.credit is None or track.credit.basis not in (Basis.DEMONSTRATED, Basis.KEPT):
        return None
    return track.credit, [piece for piece in track.shown() if piece.observed_at <= track.credit.since]


def _days_between(first: datetime, then: datetime) -> int:
    return (then.date() - first.date()).days


def forecast(record: OwnRecord, today: date, left: int, links: int) -> Forecast | None:
    """Return when `left` more may be met, `links` of them in a row; None where there is too little to go on."""
    if not record.is_enough:
        return None
    by_rate = days_to_earn([float(chance) for chance in CHANCES], left, record.credits, record.days)
    if len(record.took) < ENOUGH_OWN:
        return Forecast(_span(today, by_rate), _span(today, by_rate), None)
    in_a_row = days_in_a_row(CHANCES, record.took, links)
    both = [None if a is None or b is None else max(a, b) for a, b in zip(by_rate, in_a_row, strict=True)]
    return Forecast(_span(today, both), _span(today, by_rate), _span(today, in_a_row))


def _span(today: date, days: Sequence[int | None]) -> Span:
    low, median, high = (None if n is None else date_after(today, n) for n in days)
    return Span(low, median, high)


def date_after(today: date, days: int) -> date | None:
    """Return the date so many days on; None where our calendar has none."""
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None
