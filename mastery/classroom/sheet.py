"""The conference sheet: one learner on one page, for a talk with them and those who bring them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from mastery.classroom.in_force import InForce, decisions_in_force
from mastery.classroom.unknown import not_known
from mastery.explain import why
from mastery.facts import Basis
from mastery.pathway import goal_mask, next_steps, withheld
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.route import route
from mastery.standing import Status
from mastery.wording import day, listed, many, wait_in_words

__all__ = ["Line", "Sheet", "Summary", "conference_sheet"]

_MOST = 5


@frozen
class Line:
    """One competency on a sheet: the `name` that is printed, what it says, a word for what is so, and why."""

    competency: str
    name: str
    statement: str
    word: str
    because: tuple[str, ...]


@frozen
class Summary:
    """How many of all competencies are met, and how: fresh, due and lapsed come to `met`.

    `not_shown` of them are credited on another basis than the learner's own evidence.
    """

    of: int
    met: int
    fresh: int
    due: int
    lapsed: int
    not_shown: int
    text: str


@frozen
class Sheet:
    """Where a learner stands at `at`, what comes next, what waits, what was met in the last `weeks`, and what is open.

    `steps`, `recheck` and `locked` have at most five lines each; `more_steps`, `more_recheck` and `more_locked` say how
    many more there are. `goals` has a sentence for each goal, `unknown` says what nothing is known of.
    """

    learner: str
    at: datetime
    framework: str
    weeks: int
    summary: Summary
    goals: tuple[str, ...]
    steps: tuple[Line, ...]
    more_steps: int
    waiting: tuple[Line, ...]
    met_lately: tuple[Line, ...]
    recheck: tuple[Line, ...]
    more_recheck: int
    locked: tuple[Line, ...]
    more_locked: int
    decisions: tuple[InForce, ...]
    unknown: tuple[str, ...]


def conference_sheet(progress: Progress, *, learner: str, goals: Sequence[str] = (), weeks: int = 6) -> Sheet:
    """Return the sheet of `learner`, whose progress this is; steps, waits and locks are those towards `goals`, if any.

    `weeks` is how far back 'met lately' looks, 1 or more. Same input, same sheet. Raises ValueError for fewer weeks,
    UnknownCompetency for a goal that there is not, RequirementError for one that cannot be read.
    """
    if weeks < 1:
        raise ValueError(f"weeks: a whole number from 1 on was wanted, got {weeks}")
    steps = tuple(_steps(progress, goals))
    recheck = tuple(_recheck(progress))
    nearest, locked = _locked(progress, goals)
    return Sheet(
        learner,
        progress.at,
        progress.framework.title,
        weeks,
        _summary(progress),
        tuple(_goal(progress, goal) for goal in goals),
        steps[:_MOST],
        len(steps[_MOST:]),
        tuple(_waiting(progress, goals)),
        tuple(_met_lately(progress, weeks)),
        recheck[:_MOST],
        len(recheck[_MOST:]),
        nearest,
        locked - len(nearest),
        decisions_in_force(progress),
        not_known(progress, learner, weeks),
    )


def _line(progress: Progress, i: int, word: str, because: Sequence[str]) -> Line:
    leaf = progress.rules.leaves[i]
    return Line(leaf.identifier, progress.rules.printed[i], leaf.statement, word, tuple(because))


def _named(progress: Progress, identifier: str, word: str, because: Sequence[str]) -> Line:
    return _line(progress, progress.rules.expansion.position[identifier], word, because)


def _summary(progress: Progress) -> Summary:
    standings = [standing for _, standing in progress.standings() if standing.credit is not None]
    how = {currency: sum(one.currency is currency for one in standings) for currency in Currency}
    credits = [one.credit for one in standings]
    not_shown = sum(credit is not None and credit.basis is not Basis.DEMONSTRATED for credit in credits)
    of, met = len(progress.rules.leaves), len(standings)
    said = f"{met} of {many(of, 'competency', 'competencies')} {'is' if met == 1 else 'are'} met"
    if met:
        parts = (("fresh", Currency.FRESH), ("due for a recheck", Currency.DUE), ("lapsed", Currency.LAPSED))
        said += f": {listed([f'{how[currency]} {word}' for word, currency in parts if how[currency]])}"
    if not_shown:
        said += f". Of these, {not_shown} {'is' if not_shown == 1 else 'are'} credited without evidence that earns it"
    counts = (how[Currency.FRESH], how[Currency.DUE], how[Currency.LAPSED])
    return Summary(of, met, *counts, not_shown, f"{said}.")


def _goal(progress: Progress, goal: str) -> str:
    found = route(progress, goal)
    if found.met:
        return f"The goal {found.goal} is met."
    first = progress.framework.printed_name(found.legs[0].competency)
    if len(found.legs) == 1:
        return f"The goal {found.goal} is one competency away: {first}."
    fewest = "" if found.shortest else "; perhaps fewer will do"
    return f"The goal {found.goal} is {len(found.legs)} competencies away, {first} first{fewest}."


def _steps(progress: Progress, goals: Sequence[str]) -> Iterator[Line]:
    for step in next_steps(progress, goals=goals):
        yield _named(progress, step.competency, step.action.value, step.because)


def _waiting(progress: Progress, goals: Sequence[str]) -> Iterator[Line]:
    for one in withheld(progress, goals=goals):
        said = wait_in_words(one.wait)
        yield _named(progress, one.competency, one.status.value.replace("_", " "), [f"{said[:1].upper()}{said[1:]}."])


def _met_lately(progress: Progress, weeks: int) -> Iterator[Line]:
    """Yield what was credited in the last weeks and still is, in order of time."""
    found = []
    for identifier, credit in progress.credits.items():
        if (progress.at - credit.since).total_seconds() < weeks * _WEEK:
            found.append((credit.since, progress.rules.expansion.position[identifier], credit.basis))
    for when, i, basis in sorted(found):
        yield _line(progress, i, "met", [f"{_BASIS[basis]} {when.date().isoformat()}."])


_WEEK = timedelta(weeks=1).total_seconds()
_BASIS = {
    Basis.DEMONSTRATED: "Shown by evidence",
    Basis.GRANTED: "Granted by a person",
    Basis.WAIVED: "Waived by a person",
    Basis.INFERRED: "Inferred by a placement",
    Basis.KEPT: "Kept from when it was earned,",
}


def _recheck(progress: Progress) -> Iterator[Line]:
    """Yield what has lapsed, then what is due, longest due first; ties in framework order."""
    found = []
    for i in range(len(progress.rules.leaves)):
        standing = progress.standing_at(i)
        if standing.currency is Currency.LAPSED:
            found.append((0, 0.0, i, "lapsed", "A later check was not passed."))
        elif standing.currency is Currency.DUE and standing.due_at is not None:
            since = f"A recheck is due since {day(standing.due_at)}."
            found.append((1, standing.due_at.timestamp(), i, "due", since))
    for _, _, i, word, said in sorted(found):
        yield _line(progress, i, word, [said])


def _locked(progress: Progress, goals: Sequence[str]) -> tuple[tuple[Line, ...], int]:
    """Return what is locked and has least missing, ties in framework order; and how much is locked in all."""
    wanted, gates = goal_mask(progress, goals), progress.rules.expansion.gates
    found = []
    for i in range(len(progress.rules.leaves)):
        if wanted >> i & 1 and progress.standing_at(i).status is Status.LOCKED:
            ways, _ = gates[i].ways(progress.met, 1)
            found.append((ways[0].bit_count(), i))
    nearest = []
    for missing, i in sorted(found)[:_MOST]:
        said = why(progress, progress.rules.leaves[i].identifier, limit=3).text
        nearest.append(_line(progress, i, f"{missing} to meet", [said.removeprefix(f"{progress.rules.printed[i]}: ")]))
    return tuple(nearest), len(found)
