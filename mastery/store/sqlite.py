"""A store in one SQLite file: WAL, one transaction a call, safe for several processes at the same file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from mastery.errors import KeyConflict, StoreError
from mastery.facts import Fact, differences
from mastery.store.protocol import Adoption
from mastery.store.rows import COLUMNS, EVIDENCE_COLUMNS, fact_of, rows_of, shared_cells, time_of, time_text
from mastery.store.sqlite_errors import BACKUP, Wanted, moved, newer, refused, trouble
from mastery.store.sqlite_file import DatabaseFile, connected, write_ahead
from mastery.store.sqlite_schema import known, unknown_change

__all__ = ["SQLiteStore"]

_SELECT = f"SELECT {', '.join(COLUMNS)}, position FROM facts"
_INSERT = f"INSERT OR IGNORE INTO facts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"

# Evidence goes in by many rows a statement, and what all of them share is written once: a third quicker than by row.
_AT_ONCE = 120


def _insert_evidence(rows: int) -> str:
    """Return the statement for so many pieces; ?1 is the stamp that they share."""
    wide = len(EVIDENCE_COLUMNS)
    marks = (", ".join(f"?{2 + row * wide + n}" for n in range(wide)) for row in range(rows))
    values = ", ".join(f"({cells}, 'evidence', ?1)" for cells in marks)
    return f"INSERT OR IGNORE INTO facts ({', '.join(EVIDENCE_COLUMNS)}, fact, recorded_at) VALUES {values}"


_INSERT_EVIDENCE = _insert_evidence(_AT_ONCE)
_CHUNK = 500
_KINDS: dict[str, Literal["framework", "policy"]] = {"framework": "framework", "policy": "policy"}
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)  # what reading a damaged row may raise


class SQLiteStore:
    """Facts and adoptions in the file at `path`, made if it is not there (`create` False: it must be).

    `durable`: each call is on disk when it returns (synchronous=FULL); without it a power cut may lose the last calls,
    never part of one. `timeout`: seconds to wait for another writer, or `turn` where that is to be another time. A file
    that may not be written can be read. Raises StoreError, which names the file.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        create: bool = True,
        durable: bool = True,
        timeout: float = 30.0,
        turn: float | None = None,
    ) -> None:
        self.path = Path(path)
        self._file = DatabaseFile(self.path)
        self._timeout, self._turn = timeout, timeout if turn is None else turn
        self._durable = durable
        self._tip: int | None = None
        if not create and not self._file.real.exists():
            raise StoreError(f"There is no database at {self.path}; `mastery init` or `mastery demo` makes one.")
        self._open()

    def _open(self) -> None:
        self._process = os.getpid()
        self._connection, self._read_only = connected(self._file, self._timeout)
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
        self._identity = self._file.identity()
        self._state = self._file.state()
        self._ahead = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open one transaction, waiting for another writer to finish; raises StoreError when that takes too long."""
        self._refuse_misuse()
        execute = self._connection.execute
        self._tip = None
        try:
            self._begin()
            yield
            self._refuse_moved()
            execute("COMMIT")
        except BaseException as fault:
            self._roll_back()
            if isinstance(fault, UnicodeEncodeError):
                raise StoreError(
                    f"A fact holds text that is not Unicode ({fault.reason}). Nothing was changed."
                ) from fault
            if isinstance(fault, sqlite3.Error):
                raise trouble(self.path, "written", fault, self._turn) from fault
            raise

    def _begin(self) -> None:
        self._wait_for(self._turn)
        try:
            self._ahead = self._ahead or write_ahead(self._connection)
            self._connection.execute("BEGIN IMMEDIATE")
        finally:
            self._wait_for(self._timeout)
        change = unknown_change(self._connection, {"mastery": known()})
        if change is not None:
            raise newer(self.path, "written", change)

    def _wait_for(self, seconds: float) -> None:
        if self._turn != self._timeout:
            self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def _refuse_misuse(self) -> None:
        self._refuse_elsewhere("written")
        try:
            open_already = self._connection.in_transaction
        except sqlite3.Error as fault:
            raise trouble(self.path, "written", fault) from fault
        if open_already:
            raise StoreError(f"A transaction is open already on the database at {self.path}: end that one first.")
        if self._read_only is not None:
            self._connection.close()
            self._open()  # it may be written by now
        if self._read_only is not None:
            raise self._read_only

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # the first fault is the one to tell
                self._connection.execute("ROLLBACK")

    def _refuse_elsewhere(self, wanted: Wanted) -> None:
        """Raise StoreError in a process that was forked off: SQLite's locks do not come along."""
        if os.getpid() != self._process:
            came = "it was opened in another process, from which this one was forked off"
            raise refused(self.path, wanted, came, "Open it in each process anew.")

    def _refuse_moved(self) -> None:
        """Raise StoreError before anything is kept in a file that nobody will find."""
        if self._file.identity() != self._identity:
            raise moved(self.path)

    def append(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Keep what is new; raises KeyConflict."""
        added = 0
        for start in range(0, len(facts), _AT_ONCE):
            added += self._insert(facts[start : start + _AT_ONCE])
        return facts if added == len(facts) else self._new_among(facts, self.position() - added)

    def _insert(self, facts: Sequence[Fact]) -> int:
        cells = shared_cells(facts) if len(facts) == _AT_ONCE else None
        if cells is not None:
            self._tip = None
            return self._connection.execute(_INSERT_EVIDENCE, cells).rowcount
        rows = rows_of(facts)
        if len(rows) == 1:
            cursor = self._connection.execute(_INSERT, rows[0])
            self._tip = cursor.lastrowid if cursor.rowcount else self._tip
            return cursor.rowcount
        self._tip = None
        return self._connection.executemany(_INSERT, rows).rowcount

    def _new_among(self, facts: Sequence[Fact], before: int) -> list[Fact]:
        """Tell the new, kept beyond position `before`, from the repeated, whose content must be the same."""
        kept = self._kept([fact.key for fact in facts])
        new: dict[str, Fact] = {}
        for fact in facts:
            other, position = kept[fact.key]
            if other != fact:
                raise KeyConflict(fact.key, differences(other, fact))
            if position > before:
                new.setdefault(fact.key, fact)
        return list(new.values())

    def _kept(self, keys: Sequence[str]) -> dict[str, tuple[Fact, int]]:
        kept: dict[str, tuple[Fact, int]] = {}
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            rows = self._rows(f"{_SELECT} WHERE key IN ({', '.join('?' * len(chunk))})", chunk)
            kept.update((fact.key, (fact, position)) for fact, position in self._facts(rows))
        return kept

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        self._refuse_elsewhere("read")
        try:
            rows = self._connection.execute(query, values).fetchall()
        except sqlite3.Error as fault:
            raise trouble(self.path, "read", fault, self._timeout) from fault
        except UnicodeEncodeError as fault:
            raise StoreError(f"Nothing is kept under a name that is not Unicode ({fault.reason}).") from fault
        if self._read_only is not None and self._file.state() != self._state:  # somebody has written meanwhile
            self._connection.close()
            self._open()
            return self._rows(query, values)
        return rows

    def _facts(self, rows: Iterable[Any]) -> list[tuple[Fact, int]]:
        """Return the facts of rows with their positions."""
        found, position = [], 0
        try:
            for row in rows:
                position = row[-1]
                found.append((fact_of(row[:-1]), position))
        except _UNREADABLE as fault:
            raise self._damaged(f"the fact at position {position}", fault) from fault
        return found

    def _damaged(self, what: str, fault: Exception) -> StoreError:
        came = f"{what} is damaged, or another program has changed it ({fault})"
        return refused(self.path, "read", came, BACKUP)

    def position(self) -> int:
        """Return the position of the latest fact of all."""
        if self._tip is not None and self._connection.in_transaction:
            return self._tip  # just written, and nobody else can have written since
        return int(self._rows("SELECT coalesce(max(position), 0) FROM facts")[0][0])

    def facts(self, learner: str, after: int = 0) -> tuple[list[Fact], int]:
        """Return a learner's facts beyond a position, and the position of the last."""
        rows = self._rows(f"{_SELECT} WHERE learner = ? AND position > ? ORDER BY position", (learner, after))
        return ([fact for fact, _ in self._facts(rows)], rows[-1][-1]) if rows else ([], after)

    def log(self, after: int = 0, most: int = 5_000) -> tuple[list[Fact], int]:
        """Return up to `most` facts of all learners beyond a position, and the position of the last."""
        rows = self._rows(f"{_SELECT} WHERE position > ? ORDER BY position LIMIT ?", (after, most))
        return [fact for fact, _ in self._facts(rows)], rows[-1][-1] if rows else after

    def find(self, key: str) -> Fact | None:
        """Return the fact of this key."""
        return self._kept([key]).get(key, (None, 0))[0]

    def learners(self) -> list[str]:
        """Return every learner with a fact, sorted."""
        names = [row[0] for row in self._rows("SELECT DISTINCT learner FROM facts ORDER BY learner")]
        if not all(isinstance(name, str) for name in names):
            raise self._damaged("the name of a learner", TypeError("it is no text"))
        return names

    def adopt(self, adoption: Adoption) -> None:
        """Keep an adoption."""
        self._connection.execute(
            "INSERT INTO adoptions (kind, version, body, adopted_at) VALUES (?, ?, ?, ?)",
            (adoption.kind, adoption.version, adoption.body, time_text(adoption.adopted_at)),
        )

    def editions(self) -> int:
        """Return how many adoptions there are."""
        return int(self._rows("SELECT count(*) FROM adoptions")[0][0])

    def adoptions(self) -> list[Adoption]:
        """Return all adoptions in the order in which they came."""
        rows = self._rows("SELECT kind, version, body, adopted_at FROM adoptions ORDER BY id")
        try:
            return [Adoption(_KINDS[kind], version, body, time_of(adopted)) for kind, version, body, adopted in rows]
        except _UNREADABLE as fault:
            raise self._damaged("a framework or policy that was adopted", fault) from fault

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
