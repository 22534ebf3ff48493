"""`mastery next`, `path`, `show`, `why`: where a learner stands, what comes next, and the reason."""

from __future__ import annotations

from typing import Annotated

import typer

import mastery
from mastery.adapters.cli.options import AsJson, AsOf, Db, Learner, Named, engine_at, moment, note_stranger, print_json
from mastery.adapters.cli.paths import print_path
from mastery.adapters.cli.render import print_next, print_show, print_why
from mastery.answers import next_json, path_json, show_json, why_json

__all__ = ["next_", "path", "show", "why"]


def next_(
    learner: Learner,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many steps at most.")] = 5,
    goal: Annotated[
        list[str] | None, typer.Option("--goal", help="What to work towards: a competency, a group, or 'a; (b or c)'.")
    ] = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say what a learner can do next, best advice first, and why."""
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        steps = mastery.next_steps(progress, goals=goal or ())
        if as_json:
            print_json(next_json(learner, progress, steps[:limit], goal or ()))
            return
        note_stranger(engine, learner)
        print_next(learner, progress, steps[:limit], len(steps), goal or ())


def path(
    learner: Learner,
    goal: Annotated[str, typer.Argument(metavar="GOAL", help="A competency, a group, or 'a; (b or c)'.")],
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say what is still to be met on the way to a goal, in an order that works, and what each is missing."""
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        found = mastery.route(progress, goal)
        if as_json:
            print_json(path_json(learner, progress, found))
            return
        note_stranger(engine, learner)
        print_path(learner, progress, found)


def show(
    learner: Learner,
    every: Annotated[bool, typer.Option("--all", help="List what is locked too.")] = False,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show where a learner stands on every competency."""
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        if as_json:
            print_json(show_json(learner, progress))
            return
        note_stranger(engine, learner)
        print_show(learner, progress, every)


def why(
    learner: Learner,
    competency: Named,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many ways out at most.")] = 5,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say why a learner stands where they stand on a competency, and what opens it."""
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        answer = mastery.why(progress, competency, limit=limit)
        if as_json:
            print_json(why_json(learner, progress, answer))
            return
        note_stranger(engine, learner)
        print_why(learner, progress, answer)
