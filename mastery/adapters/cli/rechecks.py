"""`mastery rechecks`: what is to be confirmed again, on which day, and by which tasks."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, as_data, print_end, room_at
from mastery.adapters.cli.options import AsJson, AsOf, Db
from mastery.adapters.cli.render import say
from mastery.planning.rechecks import Recheck, RecheckPlan, Spread, plan_rechecks
from mastery.planning_answers.rechecks import rechecks_json
from mastery.retention import Currency
from mastery.wording import day, listed, many

__all__ = ["rechecks"]


def rechecks(
    learners: Learners = None,
    roster: Roster = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Look at so many days, today included.")] = 14,
    per_learner: Annotated[int, typer.Option(min=1, help="So many a day at most for one learner.")] = 2,
    per_day: Annotated[
        int | None, typer.Option(min=1, help="So many a day at most in all. Default: any.", show_default=False)
    ] = None,
    weekends: Annotated[bool, typer.Option("--weekends", help="Saturdays and Sundays too.")] = False,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Plan the rechecks: who, on what, on which day, and which tasks would do for several."""
    with room_at(db, learners, roster, as_of) as room:
        rules = Spread(days=days, per_learner=per_learner, per_day=per_day, weekends=weekends)
        answer = plan_rechecks(room, rules)
        if as_data(answer, as_json, as_csv, lambda: rechecks_json(room, answer)):
            return
        who = len({one.learner for one in answer.rechecks})
        count = many(len(answer.rechecks), "recheck")
        said = f"{count} of {many(who, 'learner')}" if answer.rechecks else "No rechecks"
        say(f"{said} in the {many(days, 'day')} from {answer.first}, as of {day(room.at)}", bold=True)
        for when, found in answer.by_day():
            _print_day(when, found)
        _print_tasks(answer)
        print_end(answer.because, answer.caveats)


def _print_day(when: date | None, found: tuple[Recheck, ...]) -> None:
    say()
    if when is None:
        say(f"No day: {len(found)}", bold=True)
        for one in found:
            say(f"   - {one.learner}, {one.name}: {one.because}")
        return
    say(f"{when:%a} {when}: {len(found)}", bold=True)
    by_learner: dict[str, list[str]] = {}
    for one in found:
        by_learner.setdefault(one.learner, []).append(f"{one.name} ({_since(one)})")
    for learner, theirs in by_learner.items():
        say(f"   - {learner}: {', '.join(theirs)}")


def _since(one: Recheck) -> str:
    if one.currency is Currency.LAPSED or one.due_at is None:
        return "lapsed"
    return f"{'due since' if one.currency is Currency.DUE else 'falls due'} {one.due_at:%Y-%m-%d}"


def _print_tasks(answer: RecheckPlan) -> None:
    shared = [task for task in answer.tasks if not task.is_own]
    if not shared:
        return
    of = sum(len(one.refreshes) for task in answer.tasks for one in task.learners)
    fewest = "" if answer.smallest else ", perhaps fewer will do"
    say()
    say(f"{many(len(answer.tasks), 'task')} would refresh all {of} that are due or fall due{fewest}", bold=True)
    for task in answer.tasks:
        say(f"   {task.name}: {task.because}")
        if not task.is_own:
            alike: dict[tuple[str, ...], list[str]] = {}
            for one in task.learners:
                alike.setdefault(one.refreshes, []).append(one.learner)
            for names, who in alike.items():
                say(f"   - {listed(who, most=len(who))}: {listed(names, most=len(names))}")
