"""The connections by which a service reads and writes its own tables in the file of the facts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import RLock, get_ident
from typing import Any

import sqlite_utils

from mastery.errors import StoreError
from mastery.store import sqlite_schema
from mastery.store.access.schema import migrations
from mastery.store.access.turn import TRY, Turn
from mastery.store.sqlite_errors import Wanted, moved, newer, trouble
from mastery.store.sqlite_file import DatabaseFile, connected, write_ahead

__all__ = ["AccessFile", "is_in"]


def is_in(path: str | Path, timeout: float = 30.0) -> bool:
    """Return whether the file at `path`, which must be there, has tables of a service; none is made."""
    connection, _ = connected(_there(Path(path)), timeout)
    try:
        return bool(migrations.applied(_database(connection)))
    except sqlite3.Error as fault:
        raise trouble(Path(path), "read", fault, timeout) from fault
    finally:
        connection.close()


def _there(path: Path) -> DatabaseFile:
    file = DatabaseFile(path)
    if not file.real.exists():
        raise StoreError(f"There is no database at {path}; `mastery init` or `mastery demo` makes one.")
    return file


def _database(connection: sqlite3.Connection) -> sqlite_utils.Database:
    return sqlite_utils.Database(connection, execute_plugins=False)


class AccessFile:
    """The file at `path`, which must be there: one connection writes and one reads, which waits for no writer.

    It may be used from several threads, of which one writes at a time (`turn`, which others at this file may share) and
    reads what it has written. Raises StoreError, which names the file; a file that may only be read can be asked.
    """

    def __init__(self, path: str | Path, *, timeout: float = 30.0, turn: Turn | None = None) -> None:
        self.path = Path(path)
        self._timeout = timeout
        self._turn = Turn(path, timeout) if turn is None else turn
        self._reading = RLock()
        self._writer = 0
        self._file = _there(self.path)
        self._open()
        try:
            self._prepare()
        except BaseException:
            self._close()
            raise

    def _open(self) -> None:
        self._reads, self._read_only = connected(self._file, self._timeout)
        try:
            self._writes, read_only = connected(self._file, self._timeout)
        except BaseException:
            self._reads.close()
            raise
        self._read_only = self._read_only or read_only
        self._writes.execute(f"PRAGMA busy_timeout = {int(TRY * 1000)}")
        self._writes.execute("PRAGMA synchronous = FULL")
        self._identity, self._state = self._file.identity(), self._file.state()
        self._ahead = False

    def _prepare(self) -> None:
        """Make the tables of a service where they are not there yet; raises StoreError for those of a newer version."""
        database = _database(self._writes)
        try:
            self._refuse_newer("opened")
            if migrations.pending(database):
                if self._read_only is not None:
                    raise self._read_only
                with self.writing():
                    if migrations.pending(database):  # another process may have been first
                        migrations.apply(database)
        except sqlite3.Error as fault:
            raise trouble(self.path, "opened", fault, self._timeout) from fault

    def _refuse_newer(self, wanted: Wanted) -> None:
        change = sqlite_schema.unknown_change(self._writes, _ours())
        if change is not None:
            raise newer(self.path, wanted, change)

    @contextmanager
    def writing(self, timeout: float | None = None) -> Iterator[None]:
        """Open one transaction, waiting for other writers to finish; raises StoreError when that takes too long."""
        if self._writer == get_ident():
            raise StoreError(f"A transaction is open already on the database at {self.path}: end that one first.")
        with self._turn.taken(timeout) as left:
            self._refuse_read_only()
            try:
                self._turn.tried(self._begin, left)
                self._writer = get_ident()
                self._refuse_newer("written")
                yield
                if self._file.identity() != self._identity:
                    raise moved(self.path)
                self._writes.execute("COMMIT")
            except BaseException as fault:
                _roll_back(self._writes)
                raise self._told(fault, "written") from fault
            finally:
                self._writer = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let all queries within see the file as it is at the first of them, whoever writes meanwhile."""
        with self._reading:
            try:
                self._reads.execute("BEGIN")
                yield
            except sqlite3.Error as fault:
                raise self._told(fault, "read") from fault
            finally:
                _roll_back(self._reads)

    def _begin(self) -> None:
        try:
            self._ahead = self._ahead or write_ahead(self._writes)
            self._writes.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as fault:
            raise self._told(fault, "written") from fault

    def _refuse_read_only(self) -> None:
        if self._read_only is None:
            return
        with self._reading:
            self._open_again()  # it may be written by now
        if self._read_only is not None:
            raise self._read_only

    def _open_again(self) -> None:
        self._close()
        self._open()

    def execute(self, statement: str, rows: Iterable[Sequence[object]]) -> int:
        """Run a statement for each row of values, within `writing`; return how many rows it touched."""
        return self._writes.executemany(statement, rows).rowcount

    def write(self, statement: str, *values: object) -> int:
        """Run one statement in a transaction of its own; return how many rows it touched."""
        with self.writing():
            return self.execute(statement, [values])

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query."""
        try:
            if self._writer == get_ident():
                return self._writes.execute(query, values).fetchall()
            with self._reading:
                aged = self._read_only is not None and self._file.state() != self._state
                if aged and not self._reads.in_transaction:  # somebody has written meanwhile
                    self._open_again()
                return self._reads.execute(query, values).fetchall()
        except (sqlite3.Error, UnicodeEncodeError) as fault:
            raise self._told(fault, "read") from fault

    def _told(self, fault: BaseException, wanted: Wanted) -> BaseException:
        if isinstance(fault, UnicodeEncodeError):
            return StoreError(f"A text is not Unicode ({fault.reason}). Nothing was changed.")
        return trouble(self.path, wanted, fault, self._timeout) if isinstance(fault, sqlite3.Error) else fault

    def close(self) -> None:
        """Close the file, when who writes has done so; what takes too long loses its transaction."""
        with suppress(StoreError), self._turn.taken():
            pass
        with self._reading:
            self._close()

    def _close(self) -> None:
        self._reads.close()
        self._writes.close()


def _roll_back(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):  # the first fault is the one to tell
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@cache
def _ours() -> dict[str, frozenset[str]]:
    """Return the changes that this version knows, by the set that they are of."""
    ours = migrations.pending(sqlite_utils.Database(memory=True, execute_plugins=False))
    return {"mastery": frozenset(sqlite_schema.known()), "mastery-access": frozenset(one.name for one in ours)}
