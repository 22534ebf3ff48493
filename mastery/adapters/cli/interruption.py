"""Ctrl-C: transactions undo what was in hand. What is left to do is to take away files half made, and to tell truly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from attrs import define

import mastery

__all__ = ["INTERRUPTED", "being_made", "forget", "observed", "told"]

INTERRUPTED = 130
"""The exit code, as of every program that Ctrl-C ends."""


class _Written(Enum):
    """What is known about whether this command has written anything."""

    NOTHING = "Interrupted: nothing was recorded."
    SOMETHING = "Interrupted, but it was done already: `mastery changes` says what was recorded."
    UNKNOWN = "Interrupted: `mastery changes` says whether something was recorded."


@define
class _Seen:
    written: _Written = _Written.NOTHING


_seen = _Seen()


def forget() -> None:
    """Begin another command, which has written nothing yet."""
    _seen.written = _Written.NOTHING


def told() -> str:
    """Return what to say when a command was interrupted."""
    return _seen.written.value


@contextmanager
def observed(engine: mastery.Engine, path: Path) -> Iterator[None]:
    """Take note of whether anything was written to the database at `path`, whether this ends well or is interrupted."""
    before = engine.position
    try:
        yield
    except KeyboardInterrupt:
        engine.close()  # what was in hand is undone now
        _seen.written = _Written.UNKNOWN
        with suppress(mastery.MasteryError), mastery.open(path, create=False) as again:
            _seen.written = _Written.NOTHING if again.position == before else _Written.SOMETHING
        raise
    if engine.position != before:
        _seen.written = _Written.SOMETHING


@contextmanager
def being_made(path: Path, *, anew: bool = False) -> Iterator[None]:
    """Take away the database at `path` when what makes it is interrupted or refused before it holds a fact.

    One that was there already is left alone, unless it is made `anew`.
    """
    makes = anew or not path.exists()
    try:
        yield
    except mastery.AdoptionConflict:
        raise  # somebody else has made it meanwhile
    except (KeyboardInterrupt, mastery.ImportFault, mastery.StoreError):
        if makes and _holds_nothing(path):
            for end in ("", "-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
        elif makes and path.exists():
            _seen.written = _Written.SOMETHING
        raise
    if makes:
        _seen.written = _Written.SOMETHING


def _holds_nothing(path: Path) -> bool:
    from mastery.store import SQLiteStore

    try:
        store = SQLiteStore(path, create=False)
    except mastery.StoreError:
        return path.exists()  # not even a database yet
    try:
        return store.position() == 0
    finally:
        store.close()
