"""A store in one SQLite file: WAL, one transaction a call, safe for several processes at the same file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils
from sqlite_utils.migrations import Migrations

from mastery.errors import KeyConflict, StoreError
from mastery.facts import Fact, differences
from mastery.store.protocol import Adoption
from mastery.store.rows import COLUMNS, EVIDENCE_COLUMNS, fact_of, rows_of, shared_cells, time_of, time_text

__all__ = ["SQLiteStore", "migrations"]

migrations = Migrations("mastery")

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


@migrations()
def facts_and_adoptions(db: sqlite_utils.Database) -> None:
    """The first schema. `awards` and `evidence` are views for people who read the file with other tools."""
    texts = dict.fromkeys(COLUMNS, str)
    facts = db.table("facts")
    facts.create(
        {"position": int, **texts, "score": int},
        pk="position",
        not_null={"key", "learner", "fact", "observed_at", "recorded_at"},
    )
    facts.create_index(["key"], unique=True)
    facts.create_index(["learner"])
    adoptions = db.table("adoptions")
    adoptions.create({"id": int, "kind": str, "version": str, "body": str, "adopted_at": str}, pk="id")
    db.create_view("evidence", "SELECT * FROM facts WHERE fact = 'evidence'")
    db.create_view("decisions", "SELECT * FROM facts WHERE fact = 'decision'")
    db.create_view("awards", "SELECT * FROM facts WHERE fact = 'award'")


class SQLiteStore:
    """Facts and adoptions in the file at `path`, made if it is not there (`create` False: it must be).

    `durable`: each call is on disk when it returns (synchronous=FULL); without it a power cut may lose the last calls,
    never part of one. `timeout`: seconds to wait for another writer. Raises StoreError, which names the file.
    """

    def __init__(self, path: str | Path, *, create: bool = True, durable: bool = True, timeout: float = 30.0) -> None:
        self.path = Path(path)
        self._tip: int | None = None
        if not create and not self.path.exists():
            raise StoreError(f"There is no database at {self.path}; `mastery init` or `mastery demo` makes one.")
        if not self.path.parent.is_dir():
            raise StoreError(f"There is no folder {self.path.parent} to put the database {self.path.name} in.")
        try:
            self._connection = sqlite3.connect(
                self.path, timeout=timeout, isolation_level=None, check_same_thread=False, cached_statements=64
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._migrate()
        except sqlite3.Error as fault:
            raise StoreError(f"The database at {self.path} cannot be opened: {fault}.") from None

    def _migrate(self) -> None:
        database = sqlite_utils.Database(self._connection, execute_plugins=False)
        if migrations.pending(database):
            migrations.apply(database)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open one transaction, waiting for another writer to finish; raises StoreError when that takes too long."""
        execute = self._connection.execute
        self._tip = None
        try:
            execute("BEGIN IMMEDIATE")
        except sqlite3.Error as fault:
            raise StoreError(f"The database at {self.path} cannot be written: {fault}. Nothing was changed.") from None
        try:
            yield
            execute("COMMIT")
        except BaseException as fault:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            if isinstance(fault, UnicodeEncodeError):
                raise StoreError(
                    f"A fact holds text that is not Unicode ({fault.reason}). Nothing was changed."
                ) from fault
            if isinstance(fault, sqlite3.Error):
                raise StoreError(
                    f"The database at {self.path} cannot be written: {fault}. Nothing was changed."
                ) from fault
            raise

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
            for row in self._rows(f"{_SELECT} WHERE key IN ({', '.join('?' * len(chunk))})", chunk):
                kept[row[0]] = fact_of(row[:-1]), row[-1]
        return kept

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as fault:
            raise StoreError(f"The database at {self.path} cannot be read: {fault}.") from fault

    def position(self) -> int:
        """Return the position of the latest fact of all."""
        if self._tip is not None and self._connection.in_transaction:
            return self._tip  # just written, and nobody else can have written since
        return int(self._rows("SELECT coalesce(max(position), 0) FROM facts")[0][0])

    def facts(self, learner: str, after: int = 0) -> tuple[list[Fact], int]:
        """Return a learner's facts beyond a position, and the position of the last."""
        rows = self._rows(f"{_SELECT} WHERE learner = ? AND position > ? ORDER BY position", (learner, after))
        return ([fact_of(row[:-1]) for row in rows], rows[-1][-1]) if rows else ([], after)

    def find(self, key: str) -> Fact | None:
        """Return the fact of this key."""
        return self._kept([key]).get(key, (None, 0))[0]

    def learners(self) -> list[str]:
        """Return every learner with a fact, sorted."""
        return [row[0] for row in self._rows("SELECT DISTINCT learner FROM facts ORDER BY learner")]

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
        return [Adoption(kind, version, body, time_of(adopted)) for kind, version, body, adopted in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
