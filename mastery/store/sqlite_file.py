"""Opening an SQLite file: is it ours, whole, and of no newer version? Who may only read leaves no trace beside it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from attrs import field, frozen

from mastery.errors import StoreError
from mastery.store.sqlite_errors import BACKUP, READ_ONLY, newer, refused, trouble
from mastery.store.sqlite_schema import TABLES, applied, known, pending, prepare

__all__ = ["DatabaseFile", "connected", "write_ahead"]

_OWN = "_sqlite_migrations"
_SMALLEST_PAGE = 512
_HEAD = 100
_LOCK_BYTE = 2**30  # no page lies here
_LOG_HEADER, _FRAME_HEADER = 32, 24
_ALONE = "mode=ro&immutable=1"
_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
_ANOTHER = "Name the file that mastery made, or a new one."


@frozen
class DatabaseFile:
    """An SQLite file as a person named it, and where it lies: the log of what is written ahead (-wal) is beside."""

    named: Path
    real: Path = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "real", Path(os.path.realpath(self.named)))

    def beside(self, end: str) -> Path:
        """Return the file of this ending beside it."""
        return self.real.with_name(self.real.name + end)

    def size(self, end: str = "") -> int:
        """Return the size of it or of a file beside it; 0 where there is none."""
        try:
            return self.beside(end).stat().st_size
        except OSError:
            return 0

    def identity(self) -> tuple[int, int] | None:
        """Return what tells this file from another one in its place."""
        try:
            found = self.real.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def state(self) -> tuple[object, ...]:
        """Return what is another once somebody has written to it."""
        try:
            changed = self.real.stat().st_mtime_ns
        except OSError:
            changed = 0
        return self.identity(), self.size(), changed, self.size("-wal")


def connected(file: DatabaseFile, timeout: float) -> tuple[sqlite3.Connection, StoreError | None]:
    """Open a file and make what it has yet to have; where it can only be read, as it lies there, return why as well.

    Raises StoreError; nothing is changed then.
    """
    _refuse_place(file)
    connection = None
    try:
        connection, alone = _first_look(file, timeout)
        connection.execute("BEGIN")  # one view for all questions
        try:
            _refuse_part(connection, file)
            _refuse_stranger(connection, file)
        finally:
            connection.execute("ROLLBACK")
        if pending(connection):
            write_ahead(connection)
            prepare(connection)
    except BaseException as fault:
        if connection is not None:
            connection.close()
        if isinstance(fault, sqlite3.Error):
            raise _cut_off(file) or trouble(file.named, "opened", fault, timeout) from fault
        raise
    return connection, alone


def write_ahead(connection: sqlite3.Connection) -> bool:
    """Let what is written go to a log first (WAL), and tell whether it does: while others are at the file it waits."""
    try:
        return bool(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False  # as safe without, if slower
        raise


def _refuse_place(file: DatabaseFile) -> None:
    """Say what is plain to see before anything is opened."""
    path, folder, there = file.real, file.real.parent, file.real.exists()
    if not folder.is_dir():
        raise StoreError(f"There is no folder {file.named.parent} to put the database {file.named.name} in.")
    if path.is_dir():
        came, advice = "it is a folder", _ANOTHER
    elif there and not path.is_file():
        came, advice = "it is a device and no file", _ANOTHER
    elif there and not os.access(path, os.R_OK):
        came, advice = "you may not read the file", "Have yourself permitted to read it."
    elif not there and not os.access(folder, os.W_OK | os.X_OK):
        came, advice = "there is none, and its folder is read-only for you", "Name a folder in which you may write."
    elif file.size("-wal") and not file.size():  # in this order: whoever makes a file fills it first
        came = f"it is {'empty' if there else 'gone'}, but {path.name}-wal beside it holds records of it"
        advice = f"Bring the file back, or move {path.name}-wal away to begin anew."
    else:
        return
    raise refused(file.named, "opened", came, advice)


def _first_look(file: DatabaseFile, timeout: float) -> tuple[sqlite3.Connection, StoreError | None]:
    """Open a file and read from it, alone where it must be: what SQLite would put beside it could shut others out."""
    at_rest = file.real.exists() and not file.size("-wal") and not file.size("-journal")
    if at_rest and not os.access(file.real, os.W_OK) and not file.beside("-wal").exists():
        return _opened(file, _ALONE, timeout), refused(file.named, "written", *READ_ONLY)
    try:
        return _opened(file, "mode=rwc", timeout), None
    except sqlite3.OperationalError as fault:
        if not at_rest or fault.sqlite_errorcode & 0xFF not in _BESIDE:
            raise
        why = trouble(file.named, "written", fault)
    return _opened(file, _ALONE, timeout), why


def _opened(file: DatabaseFile, how: str, timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.real.as_uri()}?{how}",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_part(connection: sqlite3.Connection, file: DatabaseFile) -> None:
    """Raise StoreError where pages are missing: SQLite takes the missing end of a last page for zeros."""
    (pages,), (each,) = (connection.execute(f"PRAGMA page_{what}").fetchone() for what in ("count", "size"))
    size = file.size()
    if not pages and 0 < size < _SMALLEST_PAGE:  # SQLite takes a single byte for an empty file
        there = "there is 1 byte" if size == 1 else f"there are {size} bytes"
        raise refused(file.named, "opened", f"the file is cut off, {there} of it", BACKUP)
    if size >= pages * each:
        return
    absent = set(range(size // each + 1, pages + 1)) - {_LOCK_BYTE // each + 1}
    if absent and absent - _pages_ahead(file):
        raise _only(file, size, pages * each)


def _cut_off(file: DatabaseFile) -> StoreError | None:
    """Return what to say of a file of which SQLite says no more than that it is damaged, where its head says why."""
    size, ahead = file.size(), file.size("-wal")
    if size < _HEAD or ahead:
        return None
    with file.real.open("rb") as found:
        head = found.read(_HEAD)
    whole = int.from_bytes(head[16:18], "big") * int.from_bytes(head[28:32], "big")
    return _only(file, size, whole) if head.startswith(b"SQLite format 3\0") and size < whole else None


def _only(file: DatabaseFile, size: int, whole: int) -> StoreError:
    return refused(file.named, "opened", f"the file is cut off, there are {size:,} bytes of {whole:,}", BACKUP)


def _pages_ahead(file: DatabaseFile) -> set[int]:
    """Return the pages that the log beside the file holds."""
    found = set[int]()
    if not file.size("-wal"):
        return found
    with file.beside("-wal").open("rb", buffering=0) as log:
        header = log.read(_LOG_HEADER)
        each, salt = int.from_bytes(header[8:12], "big"), header[16:24]
        while len(frame := log.read(_FRAME_HEADER)) == _FRAME_HEADER and frame[8:16] == salt:
            found.add(int.from_bytes(frame[:4], "big"))
            log.seek(each, os.SEEK_CUR)
    return found


def _refuse_stranger(connection: sqlite3.Connection, file: DatabaseFile) -> None:
    """Raise StoreError for another program's database, a newer version's, and one that has lost tables."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    names = [name for (name,) in rows if name != _OWN and not name.startswith("sqlite_")]
    changes = applied(connection)
    beyond = [name for name in changes if name not in known()]
    lost = [name for name in TABLES if name not in names]
    if names and not changes:
        tables = f"table{'s' if len(names) > 1 else ''} {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}"
        came, advice = f"it is the database of another program, with the {tables}", _ANOTHER
    elif beyond:
        raise newer(file.named, "opened", beyond[-1])
    elif changes and lost and not pending(connection):
        tables = f"table{'s' if len(lost) > 1 else ''} {' and '.join(lost)}"
        came, advice = f"another program has taken away its {tables}", BACKUP
    else:
        return
    raise refused(file.named, "opened", came, advice)
