"""`mastery changes`: what changed since, learner by learner and day by day, and what made it change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from mastery import Cause, CauseKind, Change, ChangeKind, Engine
from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, named_learners, print_csv
from mastery.adapters.cli.options import AsJson, AsOf, Db, engine_at, moment, note_stranger, now, print_json
from mastery.adapters.cli.render import marked, say
from mastery.answers import changes_json
from mastery.classroom import ClassChanges, changes_of_class
from mastery.wording import day, many

__all__ = ["changes"]

_DAYS = 7
_MOST = 12


def changes(
    learner: Annotated[str | None, typer.Argument(metavar="LEARNER", help="One learner. Default: everybody.")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            help="From this time on (ISO 8601; a date alone is its beginning in UTC). Default: a week before the end.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    learners: Learners = None,
    roster: Roster = None,
    every: Annotated[bool, typer.Option("--all", help="List everything, however much one thing changed.")] = False,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say what changed since a moment, a week ago if none is given, and what made it change."""
    with engine_at(db) as engine:
        until = moment(as_of) or now()
        begin = moment(since, "--since", first=True) or until - timedelta(days=_DAYS)
        found = _found(engine, _whom(engine, learner, learners, roster), begin, until)
        if as_csv:
            print_csv(changes_of_class(found).table())
            return
        if as_json:
            print_json(changes_json(learner, begin, until, found))
            return
        if learner is not None:
            note_stranger(engine, learner)
        say(f"What changed from {day(begin)} to {day(until)}", bold=True)
        if not found:
            say("Nothing.")
        elif len({change.learner for change in found}) > 1:
            _print_counts(changes_of_class(found))
        for who, theirs in groupby(found, key=lambda change: change.learner):
            _print_learner(who, list(theirs), every)


def _whom(engine: Engine, learner: str | None, learners: Sequence[str] | None, roster: Path | None) -> list[str] | None:
    """Return the learners that are meant, None for everybody."""
    if learner is None:
        return named_learners(engine, learners, roster)
    if learners or roster is not None:
        raise typer.BadParameter("one learner or a class was wanted, not both", param_hint="LEARNER")
    return [learner]


def _found(engine: Engine, named: Sequence[str] | None, since: datetime, until: datetime) -> tuple[Change, ...]:
    if named is None:
        return engine.changes(since=since, until=until)
    return tuple(change for one in named for change in engine.changes(one, since=since, until=until))


_BY = {
    CauseKind.LEARNER: "By work",
    CauseKind.TEACHER: "By a person's decision",
    CauseKind.POLICY: "By other rules",
    CauseKind.FRAMEWORK: "By another framework",
    CauseKind.TIME: "By time alone",
}


_KINDS = {
    ChangeKind.STATUS: "of status",
    ChangeKind.CURRENCY: "of currency",
    ChangeKind.QUESTIONED: "under question",
    ChangeKind.CONFIRMED: "no longer under question",
}


def _print_counts(answer: ClassChanges) -> None:
    """Print how many changes of each kind each sort of cause made, so that rules are not taken for learners."""
    for cause, said in _BY.items():
        kinds = [
            f"{count} {_KINDS.get(kind, kind.value)}" for (by, kind), count in answer.counts.items() if by is cause
        ]
        if kinds:
            say(f"   {said}: {', '.join(kinds)}.")


def _print_learner(learner: str, found: list[Change], every: bool) -> None:
    say()
    say(f"{learner}: {many(len(found), 'change')}", bold=True)
    for when, on_a_day in groupby(found, key=_day):
        say(f"   {when}")
        for cause, caused in groupby(on_a_day, key=lambda change: change.cause):
            _print_cause(cause, list(caused), every)


def _day(change: Change) -> str:
    return "" if change.cause is None else f"{change.cause.when:%Y-%m-%d}"


def _print_cause(cause: Cause | None, caused: list[Change], every: bool) -> None:
    if cause is not None:
        say(f"      {cause.text}")
    shown: Iterable[Change] = caused if every or len(caused) <= _MOST + 1 else caused[:_MOST]
    for change in shown:
        say(f"         {marked(change)}")
    if not every and len(caused) > _MOST + 1:
        say(f"         and {len(caused) - _MOST} more (`--all` lists them)")
