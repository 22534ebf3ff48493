"""What the commands share: options, opening a database, reading times, and how errors become words and exit codes."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import competencies
import mastery
from competencies import Draft, Framework
from mastery.adapters.cli import bar
from mastery.adapters.cli.interruption import observed
from mastery.adapters.cli.render import say
from mastery.answers import json_text
from mastery.moments import moment_of

__all__ = [
    "AsJson",
    "AsOf",
    "Db",
    "Learner",
    "Named",
    "close_to",
    "database",
    "draft_named",
    "engine_at",
    "fail",
    "framework_named",
    "moment",
    "note_stranger",
    "now",
    "print_json",
]

FINDING, USAGE, CONFLICT = 1, 2, 3

Db = Annotated[
    Path | None,
    typer.Option("--db", help="The database file. Default: $MASTERY_DB, then ./mastery.db.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON (docs/schemas has its shape).")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Look at this time (ISO 8601; a date alone is its end in UTC). Default: now.",
        show_default=False,
    ),
]

Learner = Annotated[str, typer.Argument(metavar="LEARNER", help="The learner, as in the evidence.")]
Named = Annotated[str, typer.Argument(metavar="COMPETENCY", help="Its identifier or code.")]


def database(db: Path | None) -> Path:
    """Return the database that is meant."""
    return db or Path(os.environ.get("MASTERY_DB") or "mastery.db")


@contextmanager
def engine_at(db: Path | None, *, quiet: bool = False) -> Iterator[mastery.Engine]:
    """Open the database that is meant, which must be there; what takes long shows a bar, unless it is to be `quiet`."""
    path = database(db)
    with (
        bar.shown(quiet=quiet) as watch,
        mastery.open(path, create=False, watch=watch) as engine,
        observed(engine, path),
    ):
        yield engine


def now() -> datetime:
    """Return the present moment in UTC: the clock of the command line."""
    return datetime.now(UTC)


def draft_named(name: str, precedes: str = "hard", assess: list[str] | None = None) -> Draft | Framework:
    """Return what is in a file or, if there is no such file, in a pack of that name."""
    if not Path(name).exists() and (name in competencies.packs() or not Path(name).suffix):
        return competencies.pack(name)
    if precedes not in ("hard", "soft"):
        raise typer.BadParameter(f"hard or soft was wanted, got {precedes!r}", param_hint="--precedes")
    return competencies.read(name, precedes="soft" if precedes == "soft" else "hard", assess=assess or ())


def framework_named(name: str, precedes: str = "hard", assess: list[str] | None = None) -> Framework:
    """Return the framework in a file or a pack; raises FrameworkError with every fault."""
    found = draft_named(name, precedes, assess)
    return found if isinstance(found, Framework) else found.framework()


def moment(text: str | None, option: str = "--as-of", *, first: bool = False) -> datetime | None:
    """Return the time that a person typed: ISO 8601, UTC unless it says otherwise.

    A date alone is its last moment or, where the `first` is wanted, its first.
    """
    if text is None:
        return None
    try:
        return moment_of(text, first=first)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from None


def note_stranger(engine: mastery.Engine, learner: str) -> None:
    """Say so, on standard error, when nothing is recorded of a learner; and who may have been meant."""
    known = engine.learners()
    if learner not in known:
        say(f"Nothing is recorded of {learner} yet.{close_to(learner, known)}", to_error=True)


def close_to(learner: str, known: Sequence[str]) -> str:
    """Return ' Did you mean ...?' with the learners whose names are close, or an empty text."""
    close = difflib.get_close_matches(learner, known, n=3)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def print_json(value: Any) -> None:
    """Print an answer as JSON."""
    bar.take_away()
    sys.stdout.write(json_text(value))


def fail(fault: Exception) -> NoReturn:
    """Say what went wrong and leave with its exit code."""
    say(f"error: {fault}", to_error=True)
    conflict = isinstance(fault, mastery.KeyConflict | mastery.AdoptionConflict)
    sys.exit(CONFLICT if conflict else FINDING)
