"""What goes wrong with an SQLite file, in words: what was wanted, what came, where, and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

from mastery.errors import StoreError

__all__ = ["BACKUP", "READ_ONLY", "Wanted", "is_locked", "moved", "newer", "refused", "trouble"]

Wanted = Literal["opened", "read", "written"]

# A quota and a limit on the size of files show as these; a full disk as SQLITE_FULL.
_NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
_NOTHING = "Nothing was changed."
BACKUP = "Move it away, with any -wal and -shm file of its name beside it, and put a backup in its place."

_AGAIN = "then do this again"
_FULL = ("the disk is full, or a quota or a limit on the size of files is reached", f"Make room, {_AGAIN}.")
READ_ONLY = (
    "the file, its folder, or a -wal or -shm file of its name beside it is read-only for you",
    "Have yourself permitted to write them, or work on a copy in a folder of your own.",
)
_DAMAGED = (
    "the file is damaged ({fault})",
    f"{BACKUP} Keep what you moved away: `sqlite3 FILE .recover` may save more of it.",
)
_CHANGED = (
    "it does not have the tables that mastery made in it ({fault})",
    f"Another program has changed them. {BACKUP}",
)
_WORDS = {
    sqlite3.SQLITE_BUSY: (
        "it is locked, another program has not let go of it for {waited:g} seconds",
        f"Wait for that program or end it, {_AGAIN}.",
    ),
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_FORMAT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: (
        "it is no SQLite database, or its beginning is damaged",
        f"If it is another file, name the one that mastery made; if it is that one: {BACKUP[0].lower()}{BACKUP[1:]}",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "it, or a -wal or -shm file of its name beside it, cannot be opened",
        "See whether the folder and these files are there and whether you may read and write them.",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk or the network folder that it is on failed ({fault})",
        f"See to the disk, {_AGAIN}; what was kept already is not kept twice.",
    ),
    sqlite3.SQLITE_TOOBIG: ("one fact is larger than a database can hold", f"Make its texts shorter, {_AGAIN}."),
}


def trouble(path: Path, wanted: Wanted, fault: sqlite3.Error, waited: float = 0) -> StoreError:
    """Return the error for what SQLite says; `waited` is for how many seconds a turn was waited for."""
    code = getattr(fault, "sqlite_errorcode", None)  # Python's own complaints have none
    if code is None:
        came, advice = _of_python(fault)
    elif code in _NO_ROOM:
        came, advice = _FULL
    elif code == sqlite3.SQLITE_ERROR and "no such" in str(fault):
        came, advice = _CHANGED
    else:
        came, advice = _WORDS.get(code & 0xFF, ("{fault}", ""))
    return refused(path, wanted, came.format(fault=fault, waited=waited), advice)


def _of_python(fault: sqlite3.Error) -> tuple[str, str]:
    if "decode" in str(fault):
        return _DAMAGED
    if "closed" in str(fault):
        return "it has been closed", "Open it again."
    return "{fault}", ""


def is_locked(fault: StoreError) -> bool:
    """Return whether that was because another program has the file: the same may be tried again."""
    return getattr(fault.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def moved(path: Path) -> StoreError:
    """Return the error of a file that is no longer where it was opened."""
    came = "the file was moved, replaced or deleted while it was open"
    return refused(path, "written", came, "Bring it back or open the new one, then do this again.")


def newer(path: Path, wanted: Wanted, change: str) -> StoreError:
    """Return the error of a file that a newer version has changed."""
    came = f"a newer version of mastery has written it and made a change that this one does not know: {change}"
    return refused(path, wanted, came, "Update mastery, then open it again.")


def refused(path: Path, wanted: Wanted, came: str, advice: str) -> StoreError:
    """Return the error that says what was wanted of the database, what came instead, and what to do."""
    return StoreError(" ".join(filter(None, (f"The database at {path} cannot be {wanted}: {came}.", advice, _NOTHING))))
