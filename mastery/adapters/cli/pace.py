"""`mastery pace`: how long a goal may take a learner or each of a class, and the smallest plan to a date."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, as_data, print_end, room_at
from mastery.adapters.cli.columns import print_columns
from mastery.adapters.cli.options import AsJson, AsOf, Db
from mastery.adapters.cli.render import say
from mastery.adapters.sheets.text import cropped
from mastery.classroom import Classroom
from mastery.planning.pace import ClassPace, Outlook, Pace, class_pace, pace_of
from mastery.planning.pace.outlook import rate
from mastery.planning_answers.pace import class_pace_json, pace_json
from mastery.wording import day, listed, many

__all__ = ["pace"]

_LONGEST_NAME = 20


def pace(
    goal: Annotated[str, typer.Option("--goal", help="A competency, a group, or 'a; (b or c)'.", show_default=False)],
    by: Annotated[str, typer.Option("--by", metavar="DATE", help="A date to look to: 2026-06-30.", show_default=False)],
    learner: Annotated[
        str | None, typer.Argument(metavar="LEARNER", help="One learner. Default: each of the class.")
    ] = None,
    window: Annotated[int, typer.Option(min=7, max=366, help="The rate is that of the last so many days.")] = 42,
    learners: Learners = None,
    roster: Roster = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say how long a goal may take, from what was earned so far, and the smallest plan that gets there by a date."""
    if learner is not None and (learners or roster):
        raise typer.BadParameter("one learner or a class was wanted, not both", param_hint="LEARNER")
    until = _date(by)
    with room_at(db, learners if learner is None else [learner], roster, as_of) as room:
        if until <= room.at.date():
            raise typer.BadParameter(f"a date after {room.at.date()} was wanted, got {by}", param_hint="--by")
        if learner is None:
            _answer_class(room, class_pace(room, goal, until, window=window), as_json, as_csv)
        else:
            one = pace_of(room.progress[learner], goal, until, learner=learner, window=window)
            _answer_one(room, one, as_json, as_csv)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        wanted = f"a date was wanted, such as 2026-06-30, got {text!r}"
        raise typer.BadParameter(wanted, param_hint="--by") from None


def _answer_one(room: Classroom, answer: Pace, as_json: bool, as_csv: bool) -> None:
    if as_data(answer, as_json, as_csv, lambda: pace_json(room, answer)):
        return
    where = f"{answer.goal} by {answer.by}"
    say(f"Pace of {answer.learner} to {where}: {_word(answer.outlook)}, as of {day(answer.at)}", bold=True)
    say()
    for sentence in answer.said:
        say(sentence)
    _print_plan(answer)
    print_end(answer.because, (*answer.caveats, *room.caveats()))


def _print_plan(answer: Pace) -> None:
    if answer.plan is None:
        return
    starts = {leg.week: leg.starts for leg in answer.legs}
    say()
    say(f"The plan: {answer.plan.per_week} a week, to {answer.plan.ends}", bold=True)
    for number, names in enumerate(answer.plan.weeks, start=1):
        say(f"   from {starts[number]}: {listed(names, most=len(names))}")


def _answer_class(room: Classroom, answer: ClassPace, as_json: bool, as_csv: bool) -> None:
    if as_data(answer, as_json, as_csv, lambda: class_pace_json(room, answer)):
        return
    who = many(len(answer.learners), "learner")
    say(f"Pace of {who} to {answer.goal} by {answer.by}, as of {day(room.at)}", bold=True)
    found = [f"{_word(outlook)} {count}" for outlook, count in answer.counts.items() if count]
    if found:
        said = ", ".join(found)
        say(f"{said[0].upper()}{said[1:]}")
        say()
        print_columns([_TITLES, *(_row(one) for one in answer.learners)])
    print_end(answer.because, answer.caveats)


_TITLES = ("learner", "left", "row", "so far", "needed", "median", "7 times of 10", "plan", "outlook")


def _row(one: Pace) -> tuple[str, ...]:
    """Return one line of the table; rates are a week."""
    dates = None if one.forecast is None else one.forecast.dates
    between = "" if dates is None or dates.low is None else f"{dates.low} to {dates.high or '?'}"
    later = "" if one.feasible_by is None else f"by {one.feasible_by}"
    return (
        cropped(one.learner, _LONGEST_NAME),
        str(one.left),
        str(len(one.in_a_row)),
        rate(one.record.per_week),
        rate(one.needed),
        "" if dates is None or dates.median is None else str(dates.median),
        between,
        later if one.plan is None else f"{one.plan.per_week} a week",
        _word(one.outlook),
    )


def _word(outlook: Outlook) -> str:
    return outlook.value.replace("_", " ")
