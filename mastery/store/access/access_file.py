"""The connection by which a service reads and writes its own tables in the file of the facts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

import sqlite_utils

from mastery.errors import StoreError
from mastery.store.access.schema import migrations
from mastery.store.sqlite_errors import MOVED, Wanted, refused, trouble
from mastery.store.sqlite_file import DatabaseFile, connected

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
    """One connection to the file at `path`, which must be there; used by one thread at a time, whoever asks.

    Raises StoreError, which names the file; a file that may only be read can be asked. What was written is on disk.
    """

    def __init__(self, path: str | Path, *, timeout: float = 30.0) -> None:
        self.path = Path(path)
        self._timeout = timeout
        self._lock = RLock()
        self._file = _there(self.path)
        self._connection, self._read_only = connected(self._file, timeout)
        try:
            self._identity = self._file.identity()
            self._connection.execute("PRAGMA synchronous = FULL")
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        """Make the tables of a service where they are not there yet; raises StoreError for those of a newer version."""
        database = _database(self._connection)
        ours = {one.name for one in migrations.pending(sqlite_utils.Database(memory=True, execute_plugins=False))}
        try:
            newer = [one.name for one in migrations.applied(database) if one.name not in ours]
            if newer:
                came = f"a newer version of mastery has made a change that this one does not know: {newer[-1]}"
                raise refused(self.path, "opened", came, "Update mastery, then open it again.")
            if migrations.pending(database):
                with self.writing():
                    if migrations.pending(database):  # another process may have been first
                        migrations.apply(database)
        except sqlite3.Error as fault:
            raise trouble(self.path, "opened", fault, self._timeout) from fault

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open one transaction, waiting for another writer to finish."""
        with self._lock:
            self._refuse_second()
            if self._read_only is not None:
                raise self._read_only
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._refuse_moved()
                self._connection.execute("COMMIT")
            except BaseException as fault:
                self._roll_back()
                raise self._told(fault, "written") from fault

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let all queries within see the file as it is at the first of them, whoever writes meanwhile."""
        with self._lock:
            try:
                self._connection.execute("BEGIN")
                yield
            except sqlite3.Error as fault:
                raise self._told(fault, "read") from fault
            finally:
                self._roll_back()

    def _refuse_second(self) -> None:
        try:
            open_already = self._connection.in_transaction
        except sqlite3.Error as fault:
            raise self._told(fault, "written") from fault
        if open_already:
            raise StoreError(f"A transaction is open already on the database at {self.path}: end that one first.")

    def _refuse_moved(self) -> None:
        """Raise StoreError before anything is kept in a file that nobody will find."""
        if self._file.identity() != self._identity:
            raise refused(self.path, "written", *MOVED)

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # the first fault is the one to tell
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def execute(self, statement: str, rows: Iterable[Sequence[object]]) -> int:
        """Run a statement for each row of values, within `writing`; return how many rows it touched."""
        return self._connection.executemany(statement, rows).rowcount

    def write(self, statement: str, *values: object) -> int:
        """Run one statement in a transaction of its own; return how many rows it touched."""
        with self.writing():
            return self.execute(statement, [values])

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except (sqlite3.Error, UnicodeEncodeError) as fault:
                raise self._told(fault, "read") from fault

    def _told(self, fault: BaseException, wanted: Wanted) -> BaseException:
        if isinstance(fault, UnicodeEncodeError):
            return StoreError(f"A text is not Unicode ({fault.reason}). Nothing was changed.")
        return trouble(self.path, wanted, fault, self._timeout) if isinstance(fault, sqlite3.Error) else fault

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
