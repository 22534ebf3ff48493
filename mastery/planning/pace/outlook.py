"""How long a goal may take one learner: the answer, and how a date stands to it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from attrs import frozen

from mastery.classroom.answer import Table
from mastery.planning.pace.forecast import Forecast, OwnRecord, Span

__all__ = ["HEADER", "Outlook", "Pace", "PaceLeg", "PacePlan", "rate", "row_of"]


class Outlook(StrEnum):
    """How a date stands to a learner's own pace and to the smallest plan."""

    REACHED = "reached"
    ON_PACE = "on_pace"
    CLOSE = "close"
    WITH_A_PLAN = "with_a_plan"
    ANOTHER_DATE = "another_date"
    TOO_LITTLE = "too_little"


@frozen
class PaceLeg:
    """One competency on the path, in which week of the plan it is (from 1; None: no plan) and when that week starts.

    `after` names what is to be met just before it, `in_a_row` says that it is on the longest row.
    """

    competency: str
    name: str
    week: int | None
    starts: date | None
    after: tuple[str, ...]
    in_a_row: bool


@frozen
class PacePlan:
    """The smallest plan: at most `per_week` competencies a week, and their printed names week by week.

    `proven`: no fewer a week would do. `ends` is the last day of its last week.
    """

    per_week: int
    weeks: tuple[tuple[str, ...], ...]
    proven: bool
    ends: date


@frozen
class Pace:
    """How long a goal may take one learner.

    `legs` are what is left, in an order that works; `in_a_row` names the longest row of them. `weeks` are the whole
    weeks to `by`, one at least; `needed` is how many a week are left for them. `forecast` is None where the record is
    too little to go on, `plan` where the weeks are too few for the row; then `feasible_by` is the first date by which a
    plan is feasible, and `as_far_as` names what a plan reaches of the row by `by`.
    """

    learner: str
    goal: str
    at: datetime
    by: date
    outlook: Outlook
    legs: tuple[PaceLeg, ...]
    in_a_row: tuple[str, ...]
    weeks: int
    needed: float
    record: OwnRecord
    forecast: Forecast | None
    plan: PacePlan | None
    feasible_by: date | None
    as_far_as: str
    shortest: bool
    said: tuple[str, ...]
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def left(self) -> int:
        """How many competencies are left."""
        return len(self.legs)

    def table(self) -> Table:
        """Return what is shown, a competency that is left a row, with what is said of them all in each."""
        start = row_of(self)
        own: list[tuple[str, ...]] = [
            (leg.name, _text(leg.week), _text(leg.starts), ", ".join(leg.after), "yes" if leg.in_a_row else "")
            for leg in self.legs
        ]
        return Table((*HEADER, *_LEG), tuple((*start, *leg) for leg in own or [("",) * len(_LEG)]))


HEADER = ("learner", "outlook", "left", "in_a_row", "median", "low", "high", "so_far", "needed", "plan", "feasible_by")
_LEG = ("competency", "week", "starts", "after", "is_in_a_row")


def row_of(pace: Pace) -> tuple[str, ...]:
    """Return what is shown of one learner, as text: rates a week, dates, the size of the plan."""
    dates = Span(None, None, None) if pace.forecast is None else pace.forecast.dates
    return (
        pace.learner,
        pace.outlook.value,
        str(pace.left),
        str(len(pace.in_a_row)),
        _text(dates.median),
        _text(dates.low),
        _text(dates.high),
        rate(pace.record.per_week),
        rate(pace.needed),
        "" if pace.plan is None else str(pace.plan.per_week),
        _text(pace.feasible_by),
    )


def _text(value: date | int | None) -> str:
    return "" if value is None else str(value)


def rate(per_week: float) -> str:
    """Return a number a week with one digit, and with two where it is small."""
    return f"{per_week:.1f}" if per_week >= 1 or not per_week else f"{per_week:.2f}"
