"""What the questions about a class share: whom they are about, how they are shown, and the end of an answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from mastery import Engine
from mastery.adapters.cli import bar
from mastery.adapters.cli.options import close_to, engine_at, moment, print_json
from mastery.adapters.cli.render import say
from mastery.class_answers import Answer
from mastery.classroom import Classroom, Table, csv_text

__all__ = ["AsCsv", "Learners", "Roster", "as_data", "named_learners", "print_csv", "print_end", "room_at"]

Learners = Annotated[
    list[str] | None,
    typer.Option("--learner", metavar="LEARNER", help="One of the class; may be given again. Default: everybody."),
]
Roster = Annotated[
    Path | None,
    typer.Option("--class", metavar="FILE", help="A file that names the class, a learner a line.", show_default=False),
]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer as a table (CSV) of exactly what is shown.")]


@contextmanager
def room_at(
    db: Path | None, learners: Sequence[str] | None, roster: Path | None, as_of: str | None
) -> Iterator[Classroom]:
    """Give the class that is meant, as of the time that is meant; say on standard error who is not known."""
    with engine_at(db) as engine:
        yield engine.classroom(named_learners(engine, learners, roster), at=moment(as_of))


def named_learners(engine: Engine, learners: Sequence[str] | None, roster: Path | None) -> list[str] | None:
    """Return the learners that are meant, None for everybody; say on standard error who is not known."""
    named = [*(learners or ()), *_listed(roster)]
    known = engine.learners()
    for stranger in sorted({*named} - {*known}):
        say(f"Nothing is recorded of {stranger} yet.{close_to(stranger, known)}", to_error=True)
    return named or None


def _listed(roster: Path | None) -> list[str]:
    if roster is None:
        return []
    try:
        text = roster.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        wanted = f"a text file with a learner a line was wanted: {fault}"
        raise typer.BadParameter(wanted, param_hint="--class") from None
    named = [line.strip() for line in text.splitlines() if line.strip()]
    if not named:
        raise typer.BadParameter(f"{roster} names no learner", param_hint="--class")
    return named


def as_data(answer: Answer, as_json: bool, as_csv: bool, json: Callable[[], Any]) -> bool:
    """Print an answer as JSON or CSV where that is wanted; return whether it was."""
    if as_json:
        print_json(json())
    elif as_csv:
        print_csv(answer.table())
    return as_json or as_csv


def print_csv(table: Table) -> None:
    """Print a table as CSV."""
    bar.take_away()
    sys.stdout.write(csv_text(table))


def print_end(because: Sequence[str], caveats: Sequence[str]) -> None:
    """Print the rule that an answer went by, and what to bear in mind."""
    say()
    for line in because:
        say(f"- {line}")
    for line in caveats:
        say(f"! {line}")
