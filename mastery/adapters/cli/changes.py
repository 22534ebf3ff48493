"""`mastery changes`: what changed since, learner by learner and day by day, and what made it change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import Annotated

import typer

from mastery import Cause, Change
from mastery.adapters.cli.options import AsJson, AsOf, Db, engine_at, moment, note_stranger, now, print_json
from mastery.adapters.cli.render import marked, say
from mastery.answers import changes_json
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
    every: Annotated[bool, typer.Option("--all", help="List everything, however much one thing changed.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say what changed since a moment, a week ago if none is given, and what made it change."""
    with engine_at(db) as engine:
        until = moment(as_of) or now()
        begin = moment(since, "--since", first=True) or until - timedelta(days=_DAYS)
        found = engine.changes(learner, since=begin, until=until)
        if as_json:
            print_json(changes_json(learner, begin, until, found))
            return
        if learner is not None:
            note_stranger(engine, learner)
        say(f"What changed from {day(begin)} to {day(until)}", bold=True)
        if not found:
            say("Nothing.")
        for who, theirs in groupby(found, key=lambda change: change.learner):
            _print_learner(who, list(theirs), every)


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
