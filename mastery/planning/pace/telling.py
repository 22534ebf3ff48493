"""A pace in sentences: calm, with no blame, every figure from the answer."""

from __future__ import annotations

from collections.abc import Iterator

from mastery.planning.pace.forecast import ENOUGH_DAYS, ENOUGH_OWN, Forecast
from mastery.planning.pace.outlook import Outlook, Pace, rate
from mastery.progress import Progress
from mastery.route import Route
from mastery.standing import WaitKind
from mastery.wording import listed, many, wait_in_words

__all__ = ["caveats_of", "rule", "said_of", "words"]

_DAYS_OF_A_WEEK = 7


def said_of(pace: Pace) -> tuple[str, ...]:
    """Return what is found for one learner."""
    if pace.outlook is Outlook.REACHED:
        return (f"{pace.goal} is met: nothing is left to do for it.",)
    return (_left(pace), *_ahead(pace), *_plan(pace))


def _left(pace: Pace) -> str:
    left, row = len(pace.legs), len(pace.in_a_row)
    are = f"{many(left, 'competency', 'competencies')} {'is' if left == 1 else 'are'} left for {pace.goal}"
    if left == 1:
        return f"{are}: {pace.in_a_row[0]}."
    if row == 1:
        return f"{are}; none of them has to wait for another."
    which = "all of them" if row == left else f"{row} of them"
    return f"{are}, {which} in a row: {listed(pace.in_a_row, most=row)}."


def _ahead(pace: Pace) -> Iterator[str]:
    record = pace.record
    if pace.forecast is None:
        why = "less than a week of record" if record.days < ENOUGH_DAYS else "no credit is earned by evidence yet"
        yield f"Too little to forecast from: {why}."
        return
    earned = many(record.credits, "credit") if record.credits else "no credit"
    each = f", {rate(record.per_week)} a week" if record.credits else ""
    so_far = f"{earned} in the last {round(record.days)} days{each}"
    yield f"So far: {so_far}. By {pace.by} it takes {rate(pace.needed)} a week."
    yield _dates(pace.forecast)


def _dates(ahead: Forecast) -> str:
    low, median, high = ahead.dates.low, ahead.dates.median, ahead.dates.high
    on = "On the rate so far" if ahead.dates == ahead.by_rate else "On the rate so far and the days that each took"
    if low is None:
        return f"{on}: too few credits for a date within three years."
    if median is None:
        return f"{on}: from {low} on; too few credits to say more."
    if high is None:
        return f"{on}: {median}, with {low} as the near end; too few credits for the far one."
    return f"{on}: {median}, 7 times of 10 between {low} and {high}."


def _plan(pace: Pace) -> Iterator[str]:
    if pace.plan is not None:
        sure = "" if pace.plan.proven else " Perhaps fewer a week would do."
        yield f"Feasible by {pace.by} with a plan of {pace.plan.per_week} a week.{sure}"
        return
    row = len(pace.in_a_row)
    date_ = "" if pace.feasible_by is None else f"feasible by {pace.feasible_by}, or "
    yield (
        f"With a week for each, the {row} in a row take {row} weeks; until {pace.by} there "
        f"{'is 1' if pace.weeks == 1 else f'are {pace.weeks}'}: {date_}by {pace.by} as far as {pace.as_far_as}."
    )


def rule(window: int) -> tuple[str, ...]:
    """Return the rule, in sentences."""
    return (
        "What is left is the path with the fewest competencies, as `mastery path` has it.",
        f"The rate: credits earned by evidence in the last {window} days, or since the first fact, taken as steady. "
        "The fewer there are, the wider the dates.",
        "In a row: each takes as long as one of the learner's own took, from first evidence to credit. It counts where "
        f"there are {ENOUGH_OWN} of them or more, and the dates told are the later of the two.",
        "A plan gives each competency a week, after the weeks of what it needs. Weeks are seven days from today on.",
        "It is advice: no gate, step or credit depends on a pace, a plan or a date.",
    )


def words() -> str:
    """Return what each outlook means, in sentences."""
    return (
        "On pace: all the dates told are by then. Close: the date is among them. With a plan: they come after it, "
        "and a plan gets there. Another date: there are fewer weeks than competencies in a row. "
        "Too little: nothing to forecast from, which says nothing of what somebody knows."
    )


def caveats_of(progress: Progress, found: Route, days: int) -> tuple[str, ...]:
    """Return what to bear in mind with the pace of one learner, so many days before the date."""
    return tuple(_caveats(progress, found, days))


def _caveats(progress: Progress, found: Route, days: int) -> Iterator[str]:
    if found.legs:
        yield "Weeks without school count like any other."
    if found.legs and days + 1 < _DAYS_OF_A_WEEK:
        yield "It is less than a week to the date: the plan takes it for one."
    for leg in found.legs:
        if leg.wait is not None and leg.wait.kind is not WaitKind.REQUIREMENT:
            name = progress.framework.printed_name(leg.competency)
            yield f"{name} waits: {wait_in_words(leg.wait)}."
    if not found.shortest:
        yield "There are too many paths to try them all: a shorter one may exist."
