"""`mastery ready`, `stuck`, `blockers`: who can begin something, who is stuck, and what holds the class up."""

from __future__ import annotations

from typing import Annotated

import typer

from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, as_data, print_end, room_at
from mastery.adapters.cli.options import AsJson, AsOf, Db, Named
from mastery.adapters.cli.render import say
from mastery.class_answers import blockers_json, ready_json, stuck_json
from mastery.classroom import Distance, StuckRule, WhoIsReady, blockers, who_is_ready, who_is_stuck
from mastery.classroom import Pattern as StuckPattern
from mastery.wording import day, listed, many

__all__ = ["blockers_", "ready", "stuck"]

_TITLES = {
    Distance.READY: "Ready",
    Distance.WAITING: "Waiting",
    Distance.ONE_AWAY: "One away",
    Distance.TWO_AWAY: "Two away",
    Distance.FURTHER: "Further",
    Distance.MET: "Met",
    Distance.NO_DATA: "No data",
}


def ready(
    competency: Named,
    learners: Learners = None,
    roster: Roster = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say who is ready for a competency, and what the others have to meet first."""
    with room_at(db, learners, roster, as_of) as room:
        answer = who_is_ready(room, competency)
        if as_data(answer, as_json, as_csv, lambda: ready_json(room, answer)):
            return
        say(f"Who is ready for {answer.code or answer.competency}, as of {day(room.at)}", bold=True)
        for distance in Distance:
            _print_distance(answer, distance)
        print_end(answer.because, answer.caveats)


def _print_distance(answer: WhoIsReady, distance: Distance) -> None:
    found = answer.at(distance)
    if not found:
        return
    say()
    say(f"{_TITLES[distance]}: {len(found)}", bold=True)
    by_reason: dict[str, list[str]] = {}
    for one in found:
        by_reason.setdefault(one.because, []).append(one.learner)
    for because, who in by_reason.items():
        say(f"   {listed(who, most=len(who))}: {because}")


def stuck(
    learners: Learners = None,
    roster: Roster = None,
    attempts: Annotated[int, typer.Option(min=1, help="So many attempts without a better estimate.")] = 3,
    days: Annotated[int, typer.Option(min=1, help="Over at least so many days.")] = 7,
    opportunities: Annotated[int, typer.Option(min=1, help="Wheel-spinning: so many scored pieces.")] = 10,
    idle_days: Annotated[int, typer.Option(min=1, help="No activity: so many days without a scored piece.")] = 14,
    waiting_days: Annotated[int, typer.Option(min=1, help="Waiting on an adult: so many days.")] = 1,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say who is stuck, on what, since when, and by which rule."""
    rule = StuckRule(waiting_days, opportunities, attempts, days, idle_days)
    with room_at(db, learners, roster, as_of) as room:
        answer = who_is_stuck(room, rule)
        if as_data(answer, as_json, as_csv, lambda: stuck_json(room, answer)):
            return
        who = len({flag.learner for flag in answer.flags})
        say(f"Stuck: {who} of {many(len(room), 'learner')}, as of {day(room.at)}", bold=True)
        for pattern in StuckPattern:
            flags = [flag for flag in answer.flags if flag.pattern is pattern]
            if flags:
                say()
                say(f"{pattern.value.replace('_', ' ').capitalize()}: {len(flags)}", bold=True)
                say(f"   {flags[0].suggested}")
            for flag in flags:
                on = f", {flag.code or flag.competency}" if flag.competency else ""
                say(f"   - {flag.learner}{on}: {' '.join((flag.because, *flag.likely))}")
        print_end(answer.because, answer.caveats)


def blockers_(
    learners: Learners = None,
    roster: Roster = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many competencies at most.")] = 5,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say which competencies hold most learners up: whom each would free if it were met."""
    with room_at(db, learners, roster, as_of) as room:
        answer = blockers(room, limit=limit)
        if as_data(answer, as_json, as_csv, lambda: blockers_json(room, answer)):
            return
        say(f"What holds up {many(len(room), 'learner')}, as of {day(room.at)}", bold=True)
        if not answer.blockers:
            say("Nothing that is locked waits for a single competency.")
        for n, one in enumerate(answer.blockers, start=1):
            say()
            say(f"{n}. {one.code or one.competency}: frees {len(one.frees)}", bold=True)
            say(f"   {one.because}")
            if one.frees:
                say(f"   Frees {listed(one.frees, most=8)}.")
            if one.begun:
                begun, ago = many(one.begun, "has", "have"), many(round(one.days or 0), "day")
                attempts = f"{one.attempts:g} attempt{'' if one.attempts == 1 else 's'}"
                say(f"   {begun} begun it: in the median {ago} ago, with {attempts}.")
        print_end(answer.because, answer.caveats)
