"""The tables of an SQLite file, by the changes that made them: a file says itself which of them it has."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from functools import cache

import sqlite_utils
from sqlite_utils.migrations import Migrations

from mastery.store.rows import COLUMNS

__all__ = ["TABLES", "applied", "known", "migrations", "pending", "prepare", "unknown_change"]

TABLES = ("facts", "adoptions")

migrations = Migrations("mastery")


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


@cache
def known() -> tuple[str, ...]:
    """Return the changes that this version knows, in order."""
    return tuple(one.name for one in migrations.pending(sqlite_utils.Database(memory=True, execute_plugins=False)))


def applied(connection: sqlite3.Connection) -> list[str]:
    """Return the changes of ours that a file has had, in order; none where it is not ours."""
    try:
        return [one.name for one in migrations.applied(_database(connection))]
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # another program's table of that name
            return []
        raise


def unknown_change(connection: sqlite3.Connection, sets: Mapping[str, Collection[str]]) -> str | None:
    """Return a change that a newer version has made to a file of ours: one of these sets that is not among theirs."""
    rows = connection.execute("SELECT migration_set, name FROM _sqlite_migrations ORDER BY rowid DESC")
    return next((name for which, name in rows if which in sets and name not in sets[which]), None)


def pending(connection: sqlite3.Connection) -> list[str]:
    """Return the changes that a file has yet to have."""
    return [one.name for one in migrations.pending(_database(connection))]


def prepare(connection: sqlite3.Connection) -> None:
    """Make what is pending, all of it or nothing, also when several processes are at it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if pending(connection):  # another process may have been first
            migrations.apply(_database(connection))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _database(connection: sqlite3.Connection) -> sqlite_utils.Database:
    return sqlite_utils.Database(connection, execute_plugins=False)
