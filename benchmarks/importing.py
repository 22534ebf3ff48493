"""Importing a table of evidence, against the least that a database must do: taking in the same rows."""

import sqlite3
from datetime import datetime
from pathlib import Path

import competencies
import mastery
from benchmarks.harness import Suite, timed
from mastery.store import SQLiteStore
from mastery.store.rows import COLUMNS

__all__ = ["INSERT", "bare_table", "import_pair", "imported"]

INSERT = f"INSERT INTO facts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


def bare_table(path: Path, synchronous: str) -> sqlite3.Connection:
    """Return a connection to a file with our table and its indexes, WAL, and nothing of ours above it."""
    SQLiteStore(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    return connection


def imported(framework: competencies.Framework, table: Path, database: Path, now: datetime) -> float:
    """Import a table into a new database, and return the seconds that it took."""
    with mastery.Engine(framework, store=SQLiteStore(database), clock=lambda: now) as engine:

        def whole() -> None:
            with table.open(encoding="utf-8", newline="") as lines:
                engine.import_table(lines)

        return timed(whole)


def import_pair(
    suite: Suite, name: str, framework: competencies.Framework, table: Path, now: datetime, rounds: int = 5
) -> Path:
    """Measure the import of a table against a bare executemany of the rows that it makes; return such a database."""
    kept = table.with_name(f"{table.stem}-kept.db")
    imported(framework, table, kept, now)
    connection = sqlite3.connect(kept)
    rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM facts ORDER BY position").fetchall()
    connection.close()
    count = iter(range(1000))

    def ours() -> float:
        return imported(framework, table, table.with_name(f"{table.stem}-{next(count)}.db"), now)

    def peer() -> float:
        bare = bare_table(table.with_name(f"{table.stem}-bare-{next(count)}.db"), "FULL")

        def whole() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(INSERT, rows)
            bare.execute("COMMIT")

        spent = timed(whole)
        bare.close()
        return spent

    suite.pair(name, ours, "a bare executemany of the same rows", peer, 2.5, rounds=rounds)
    return kept
