"""`plan_rechecks`: what is to be confirmed again, on which day, and by which tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from attrs import frozen

from competencies.gate import bits
from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.planning.rechecks.spreading import Spread, spread
from mastery.planning.rechecks.tasks import Task, fewest_tasks
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.standing import Standing
from mastery.wording import day, instant, listed, many, wait_in_words

__all__ = ["Recheck", "RecheckPlan", "plan_rechecks"]


@frozen
class Recheck:
    """Credit of one learner that is to be confirmed again, on which `day` (UTC; None: it finds none), and why.

    `name` is what is printed. `currency` is how it stands now: lapsed, due, or fresh and falling due within the days
    looked at. `due_at` is None where it lapsed under a policy by which nothing falls due.
    """

    learner: str
    competency: str
    name: str
    currency: Currency
    due_at: datetime | None
    day: date | None
    because: str


@frozen
class RecheckPlan:
    """The rechecks of the days from `first` on, day by day, those without a day last; and the fewest tasks for them.

    `tasks` leaves out what has lapsed: that wants a check of its own. `smallest`: no fewer tasks would do.
    """

    first: date
    days: int
    rechecks: tuple[Recheck, ...]
    tasks: tuple[Task, ...]
    smallest: bool
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    def by_day(self) -> Iterator[tuple[date | None, tuple[Recheck, ...]]]:
        """Yield each day with its rechecks, in order; those without a day last."""
        dates = dict.fromkeys(one.day for one in self.rechecks)
        for when in dates:
            yield when, tuple(one for one in self.rechecks if one.day == when)

    def table(self) -> Table:
        """Return what is shown, a recheck a row, with the task that would refresh it."""
        task = {(one.learner, on): t.name for t in self.tasks for one in t.learners for on in one.refreshes}
        rows = (
            (
                "" if one.day is None else one.day.isoformat(),
                one.learner,
                one.name,
                one.currency.value,
                "" if one.due_at is None else instant(one.due_at),
                task.get((one.learner, one.name), ""),
                one.because,
            )
            for one in self.rechecks
        )
        return Table(("day", "learner", "competency", "currency", "due_at", "task", "because"), tuple(rows))


def plan_rechecks(room: Classroom, rules: Spread | None = None) -> RecheckPlan:
    """Return the rechecks that are wanted now or fall due within the days of `rules`, spread over those days (UTC).

    As many find a day as can, none before it is due or its retake opens; of all ways to do that, least waiting, where
    a day's wait of what has lapsed weighs two. What waits for a person has no day. Same input, same plan.
    """
    rules, first = rules or Spread(), room.at.date()
    end = datetime.combine(first, time(), room.at.tzinfo) + timedelta(days=rules.days)
    found = [one for learner, progress in room for one in _wanted(learner, progress, end)]
    open_ = [one for one in found if one.opens is not None and one.opens < end.date()]
    days = spread([(one.learner, one.opens, 2 if one.is_lapsed else 1) for one in open_ if one.opens], rules, first)
    given = dict(zip(map(id, open_), days, strict=True))
    planned = [_recheck(room, one, given.get(id(one))) for one in found]
    order = sorted(range(len(found)), key=lambda n: (planned[n].day is None, planned[n].day or first))  # stable
    tasks, smallest = fewest_tasks(room, _due(open_))
    told = tuple(planned[n] for n in order)
    return RecheckPlan(first, rules.days, told, tasks, smallest, _rule(room, rules), tuple(_caveats(room, told, tasks)))


@frozen
class _Wanted:
    """One recheck that is wanted: since or from when, and the first day on which it can be (None: nobody knows)."""

    learner: str
    i: int
    standing: Standing
    opens: date | None

    @property
    def is_lapsed(self) -> bool:
        return self.standing.currency is Currency.LAPSED


def _wanted(learner: str, progress: Progress, end: datetime) -> list[_Wanted]:
    """Return what a learner is to confirm again before `end`: what lapsed, then what is due longest."""
    found = []
    for i in bits(progress.credited):
        standing = progress.standing_at(i)
        due_at = standing.due_at
        if standing.currency is Currency.LAPSED or (due_at is not None and due_at < end):
            found.append(_Wanted(learner, i, standing, _opens(standing, progress.at)))
    return sorted(found, key=lambda one: (not one.is_lapsed, one.standing.due_at or end, one.i))


def _opens(standing: Standing, at: datetime) -> date | None:
    """Return the first day on which credit can be confirmed again; None where only a person can say."""
    wanted = at
    if standing.currency is Currency.FRESH and standing.due_at is not None:
        wanted = standing.due_at
    if standing.wait is None:
        return wanted.date()
    return None if standing.wait.until is None else max(standing.wait.until, wanted).date()


def _recheck(room: Classroom, one: _Wanted, planned: date | None) -> Recheck:
    competency, standing = room.rules.leaves[one.i], one.standing
    currency = standing.currency or Currency.FRESH
    said = _SAID[currency].format(when="" if standing.due_at is None else day(standing.due_at))
    if planned is None and standing.wait is not None:
        said += f" No day yet: {wait_in_words(standing.wait)}."
    elif planned is None:
        said += " No room within these days."
    name = room.rules.printed[one.i]
    return Recheck(one.learner, competency.identifier, name, currency, standing.due_at, planned, said)


_SAID = {
    Currency.LAPSED: "It has lapsed: a later check was not passed.",
    Currency.DUE: "Due since {when}.",
    Currency.FRESH: "Falls due on {when}.",
}


def _due(found: Iterable[_Wanted]) -> Mapping[str, int]:
    """Return the leaves of each learner that work on something else could refresh: all but what lapsed."""
    masks: dict[str, int] = {}
    for one in found:
        if not one.is_lapsed:
            masks[one.learner] = masks.get(one.learner, 0) | 1 << one.i
    return masks


def _rule(room: Classroom, rules: Spread) -> tuple[str, ...]:
    each = "" if rules.per_learner is None else f", at most {rules.per_learner} a day for one learner"
    all_ = "" if rules.per_day is None else f", at most {rules.per_day} a day in all"
    which = "every day" if rules.weekends else "Mondays to Fridays"
    shared = (
        "A task: done well, work on one competency refreshes what it cannot be reached without as well."
        if any(room.rules.refreshes)
        else "The policy does not share refreshment: each recheck is work on that competency itself."
    )
    return (
        f"Days: {which}, UTC{each}{all_}; none before it is due, and with the least waiting in all.",
        shared,
        "Credit is kept in any case: a recheck that is due takes nothing away.",
    )


def _caveats(room: Classroom, planned: Sequence[Recheck], tasks: Sequence[Task]) -> Iterator[str]:
    without = [one for one in planned if one.day is None]
    if without:
        yield f"{many(len(without), 'recheck')} found no day: see why at each."
    if any(not task.is_own for task in tasks):
        bars = {f"{room.rules.rules[room.rules.leaf(task.competency) or 0].criteria.mastered_at:g}" for task in tasks}
        yield f"A task refreshes only what is done well: a score of {listed(sorted(bars), 'or')} or better that counts."
    yield from room.caveats()
