"""`pace_of`: how long a goal may take one learner, from their own record, and the smallest plan to a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from attrs import evolve

from competencies.gate import OPEN
from mastery.planning.pace.critical import Work
from mastery.planning.pace.forecast import Forecast, date_after, forecast, own_record
from mastery.planning.pace.outlook import Outlook, Pace, PaceLeg, PacePlan
from mastery.planning.pace.plan import smallest_plan
from mastery.planning.pace.telling import caveats_of, rule, said_of
from mastery.progress import Progress
from mastery.route import Leg, Route, route
from mastery.standing import Status
from mastery.wording import names

__all__ = ["WINDOW", "ask", "pace_of"]

WINDOW = 42
"""Days: the rate is that of the last six weeks."""


def pace_of(progress: Progress, goal: str, by: date, *, learner: str = "", window: int = WINDOW) -> Pace:
    """Return how long `goal` may take one learner, and the smallest plan that gets there `by` a date (UTC).

    What is left is `mastery.route`. The forecast is from their own record: the rate of the last `window` days (7 to
    366), and how long each of their competencies took; the plan gives each that is left a week, after the weeks of what
    it needs. `learner` is who is shown, where there is no fact that says it. Nothing is changed by asking: a pace, a
    plan and a date move no status. Same input, same pace.

    Raises ValueError or TypeError for a date that is not after today, or another window; and what `route` raises.
    """
    ask(progress.at, by, window)
    found = route(progress, goal)
    work = _work(progress, found)
    today, days = progress.at.date(), (by - progress.at.date()).days
    weeks = max((days + 1) // 7, 1)
    record = own_record(progress, window)
    ahead = forecast(record, today, len(work.legs), work.longest) if work.legs else None
    row, plan = work.chain(), _plan(progress, work, by, weeks)
    of = {name: number for number, week in enumerate(plan.weeks if plan else (), start=1) for name in week}
    pace = Pace(
        learner=learner or progress.learner,
        goal=found.goal,
        at=progress.at,
        by=by,
        outlook=_outlook(found, ahead, by, feasible=plan is not None),
        legs=tuple(_leg(progress, leg, of, i in row) for leg, i in zip(found.legs, work.legs, strict=True)),
        in_a_row=tuple(names(progress, row)),
        weeks=weeks,
        needed=7 * len(work.legs) / days,
        record=record,
        forecast=ahead,
        plan=plan,
        feasible_by=date_after(today, 7 * work.longest - 1) if work.legs and plan is None else None,
        as_far_as=names(progress, row[weeks - 1 : weeks])[0] if work.legs and plan is None else "",
        shortest=found.shortest,
        said=(),
        because=rule(window),
        caveats=caveats_of(progress, found, days),
    )
    return evolve(pace, said=said_of(pace))


def ask(at: datetime, by: date, window: int) -> None:
    """Raise TypeError or ValueError for a date to be met by that is not after `at`, or a window that cannot be."""
    if isinstance(by, datetime) or not isinstance(by, date):
        raise TypeError(f"by: a date was wanted, got {by!r}")
    if by <= at.date():
        raise ValueError(f"by: a date after {at.date()} was wanted, got {by}")
    if isinstance(window, bool) or not isinstance(window, int) or not 7 <= window <= 366:
        raise ValueError(f"window: a whole number of days from 7 to 366 was wanted, got {window!r}")


def _work(progress: Progress, found: Route) -> Work:
    """Return the legs of a path by position, each with what still shuts it: nothing where it is open today."""
    legs = tuple(progress.rules.expansion.position[leg.competency] for leg in found.legs)
    gates = progress.rules.expansion.gates
    shut = {i: gates[i] if leg.status is Status.LOCKED else OPEN for i, leg in zip(legs, found.legs, strict=True)}
    return Work(legs, shut, progress.met)


def _plan(progress: Progress, work: Work, by: date, weeks: int) -> PacePlan | None:
    """Return the smallest plan in so many weeks; None where nothing is left, and where the longest row takes more."""
    planned = smallest_plan(work, weeks) if work.legs else None
    if planned is None:
        return None
    in_weeks = tuple(tuple(names(progress, week)) for week in planned[0])
    ends = min(by, progress.at.date() + timedelta(days=7 * len(in_weeks) - 1))
    return PacePlan(planned[1], in_weeks, planned[2], ends)


def _leg(progress: Progress, leg: Leg, weeks: Mapping[str, int], in_a_row: bool) -> PaceLeg:
    name = progress.framework.printed_name(leg.competency)
    week = weeks.get(name)
    starts = None if week is None else progress.at.date() + timedelta(days=7 * (week - 1))
    return PaceLeg(leg.competency, name, week, starts, leg.after, in_a_row)


def _outlook(found: Route, ahead: Forecast | None, by: date, *, feasible: bool) -> Outlook:
    if not found.legs:
        return Outlook.REACHED
    if ahead is None:
        return Outlook.TOO_LITTLE
    if ahead.dates.high is not None and ahead.dates.high <= by:
        return Outlook.ON_PACE
    if ahead.dates.low is not None and ahead.dates.low <= by:
        return Outlook.CLOSE
    return Outlook.WITH_A_PLAN if feasible else Outlook.ANOTHER_DATE
