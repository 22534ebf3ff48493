"""What a store in a file says when something is in its way, word for word, without a process of its own."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from mishaps import CHAIN, EASY, NOW, T0
from test_whole_words_of_refusals import told

import mastery
from mastery import Evidence
from mastery.facts import Fact
from mastery.store import SQLiteStore, sqlite_file
from mastery.store.sqlite_file import DatabaseFile, connected, write_ahead

NOTHING = "Nothing was changed."
BACKUP = "Move it away, with any -wal and -shm file of its name beside it, and put a backup in its place."
ANOTHER = "Name the file that mastery made, or a new one."
READ_ONLY = (
    "the file, its folder, or a -wal or -shm file of its name beside it is read-only for you. Have yourself permitted "
    "to write them, or work on a copy in a folder of your own."
)


def piece(key: str, **more: Any) -> Evidence:
    given: dict[str, Any] = {"recorded_at": NOW, "observed_at": T0, **more}
    return Evidence("ana", "a", 0.9, key=key, **given)


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A file with two adoptions and two facts: a piece and its award."""
    with mastery.open(tmp_path / "school.db", CHAIN, EASY, clock=lambda: NOW) as engine:
        engine.record(piece("k"))
    return tmp_path / "school.db"


@pytest.fixture
def store(school: Path) -> Iterator[SQLiteStore]:
    """The file, open."""
    with closing(SQLiteStore(school, timeout=0.01)) as opened:
        yield opened


def changed(path: Path, *statements: str) -> None:
    """Let another program change the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)


def keep(store: SQLiteStore, *facts: Fact) -> None:
    with store.writing():
        store.append(facts)


# Reading.

SPOILT: list[tuple[str, Callable[[SQLiteStore], object], str]] = [
    (
        "UPDATE facts SET observed_at = 'today' WHERE position = 2",
        lambda store: store.facts("ana"),
        "the fact at position 2 is damaged, or another program has changed it (Invalid isoformat string: 'today')",
    ),
    (
        "UPDATE facts SET purpose = 'exam' WHERE position = 1",
        lambda store: store.log(),
        "the fact at position 1 is damaged, or another program has changed it ('exam')",
    ),
    (
        "UPDATE facts SET learner = x'00' WHERE position = 1",
        lambda store: store.learners(),
        "the name of a learner is damaged, or another program has changed it (it is no text)",
    ),
    (
        "UPDATE adoptions SET kind = 'rules' WHERE id = 1",
        lambda store: store.adoptions(),
        "a framework or policy that was adopted is damaged, or another program has changed it ('rules')",
    ),
]


@pytest.mark.parametrize(("statement", "ask", "came"), SPOILT)
def test_a_row_that_was_spoilt_is_told(
    store: SQLiteStore, statement: str, ask: Callable[[SQLiteStore], object], came: str
) -> None:
    """What cannot be read is told with its place, what is wrong with it, and what to do."""
    changed(store.path, statement)
    assert told(lambda: ask(store)) == f"The database at {store.path} cannot be read: {came}. {BACKUP} {NOTHING}"


def test_a_table_that_was_taken_away_is_told(store: SQLiteStore) -> None:
    """A store that is open says which table it misses; opening the file names those that are gone."""
    changed(store.path, "DROP TABLE facts")
    gone = "it does not have the tables that mastery made in it (no such table: facts). Another program has changed "
    gone += f"them. {BACKUP}"
    assert told(lambda: store.facts("ana")) == f"The database at {store.path} cannot be read: {gone} {NOTHING}"
    head = f"The database at {store.path} cannot be opened: another program has taken away its"
    assert told(lambda: SQLiteStore(store.path)) == f"{head} table facts. {BACKUP} {NOTHING}"
    changed(store.path, "DROP TABLE adoptions")
    assert told(lambda: SQLiteStore(store.path)) == f"{head} tables facts and adoptions. {BACKUP} {NOTHING}"


# Writing.


def test_a_transaction_within_another_is_refused(store: SQLiteStore) -> None:
    """The inner one is refused in so many words, and the outer one is kept."""
    with store.writing():
        store.append([piece("outer")])
        assert told(lambda: keep(store, piece("inner"))) == (
            f"A transaction is open already on the database at {store.path}: end that one first."
        )
    assert (store.find("outer"), store.find("inner")) == (piece("outer"), None)


def test_a_file_that_was_moved_is_told(store: SQLiteStore) -> None:
    """Nothing is kept in a file that nobody will find."""
    store.path.rename(store.path.with_name("moved.db"))
    assert told(lambda: keep(store, piece("new"))) == (
        f"The database at {store.path} cannot be written: the file was moved, replaced or deleted while it was open. "
        f"Bring it back or open the new one, then do this again. {NOTHING}"
    )


def test_another_process_opens_the_file_anew(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handle that came along into another process neither reads nor writes."""
    monkeypatch.setattr(os, "getpid", lambda: -1)
    came = "it was opened in another process, from which this one was forked off. Open it in each process anew."
    for wanted, ask in (("read", store.position), ("written", lambda: keep(store, piece("new")))):
        assert told(ask) == f"The database at {store.path} cannot be {wanted}: {came} {NOTHING}"


def test_a_closed_store_says_so(store: SQLiteStore) -> None:
    """Whoever goes on with a closed store is told to open it again."""
    store.close()
    for wanted, ask in (("read", store.position), ("written", lambda: keep(store, piece("new")))):
        assert (
            told(ask)
            == f"The database at {store.path} cannot be {wanted}: it has been closed. Open it again. {NOTHING}"
        )


def test_text_that_is_not_unicode_is_told(store: SQLiteStore) -> None:
    """Half a character is neither kept nor looked for."""
    half = piece("half \ud83d")
    assert told(lambda: keep(store, half)) == (
        f"A fact holds text that is not Unicode (surrogates not allowed). {NOTHING}"
    )
    assert told(lambda: store.find(half.key)) == (
        "Nothing is kept under a name that is not Unicode (surrogates not allowed)."
    )
    assert told(lambda: keep(store, piece("bare", recorded_at=None))) == (
        "The fact 'bare' has no recorded_at: a store keeps what an engine has stamped."
    )


LOCKED = "it is locked, another program has not let go of it for 0.01 seconds. Wait for that program or end it, then do"


def test_how_long_was_waited_is_told(store: SQLiteStore) -> None:
    """Who cannot have a turn is told for how many seconds it was waited, at writing and at opening."""
    assert store._connection.execute("PRAGMA busy_timeout").fetchone() == (10,)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        says = f"The database at {store.path} cannot be written: {LOCKED} this again. {NOTHING}"
        assert told(lambda: keep(store, piece("new"))) == says
    store.close()
    changed(store.path, "PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        says = f"The database at {store.path} cannot be opened: {LOCKED} this again. {NOTHING}"
        assert told(lambda: SQLiteStore(store.path, timeout=0.01)) == says


def test_writing_ahead_waits_for_its_turn(store: SQLiteStore) -> None:
    """While another is at a file that is not written ahead it stays so, and becomes so once that one has gone."""
    store.close()
    changed(store.path, "PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as connection:
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM facts").fetchone()
            assert write_ahead(connection) is False
        assert write_ahead(connection) is True


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_how_surely_a_call_is_kept_is_chosen(school: Path, durable: bool, synchronous: int) -> None:
    """Durable, a call is on the disk when it returns (FULL); otherwise the system may keep it a while (NORMAL)."""
    with closing(SQLiteStore(school, durable=durable)) as opened:
        assert opened._connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)


# Opening.

AHEAD = "but new.db-wal beside it holds records of it. Bring the file back, or move new.db-wal away to begin anew."
PLACES: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.mkdir(), f"it is a folder. {ANOTHER}"),
    (lambda path: path.symlink_to("/dev/null"), f"it is a device and no file. {ANOTHER}"),
    (lambda path: path.write_bytes(b"x"), f"the file is cut off, there is 1 byte of it. {BACKUP}"),
    (
        lambda path: path.with_name(f"{path.name}-wal").write_bytes(b"x"),
        f"it is gone, {AHEAD}",
    ),
    (
        lambda path: [path.write_bytes(b""), path.with_name(f"{path.name}-wal").write_bytes(b"x")],
        f"it is empty, {AHEAD}",
    ),
    (
        lambda path: changed(path, "CREATE TABLE pupils (name)", "CREATE TABLE marks (mark)"),
        f"it is the database of another program, with the tables pupils, marks. {ANOTHER}",
    ),
    (
        lambda path: changed(path, "CREATE TABLE pupils (name)"),
        f"it is the database of another program, with the table pupils. {ANOTHER}",
    ),
    (
        lambda path: changed(path, *(f"CREATE TABLE t{n} (x)" for n in range(6))),
        f"it is the database of another program, with the tables t0, t1, t2, t3, t4 and more. {ANOTHER}",
    ),
]


@pytest.mark.parametrize(("harm", "came"), PLACES)
def test_what_cannot_be_opened_says_why(tmp_path: Path, harm: Callable[[Path], object], came: str) -> None:
    """A folder, a device, another program's file, and what is left of a file are each told for what they are."""
    path = tmp_path / "new.db"
    harm(path)
    assert told(lambda: SQLiteStore(path)) == f"The database at {path} cannot be opened: {came} {NOTHING}"


def test_a_place_where_nothing_is_says_so(tmp_path: Path) -> None:
    """A folder that is not there, and a file that must be there, are told by name."""
    path = tmp_path / "none" / "new.db"
    assert told(lambda: SQLiteStore(path)) == f"There is no folder {path.parent} to put the database new.db in."
    says = f"There is no database at {path}; `mastery init` or `mastery demo` makes one."
    assert told(lambda: SQLiteStore(path, create=False)) == says


def test_a_file_that_is_cut_off_or_newer_says_so(school: Path) -> None:
    """How much is left of a file is told, and of a newer version's file the change that this one does not know."""
    whole = school.read_bytes()
    school.write_bytes(whole[:5000])
    assert told(lambda: SQLiteStore(school)) == (
        f"The database at {school} cannot be opened: the file is cut off, there are 5,000 bytes of {len(whole):,}. "
        f"{BACKUP} {NOTHING}"
    )
    school.write_bytes(whole)
    changed(
        school,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('mastery', 'the_future', 'now')",
    )
    assert told(lambda: SQLiteStore(school)) == (
        f"The database at {school} cannot be opened: a newer version of mastery has written it and made a change that "
        f"this one does not know: the_future. Update mastery, then open it again. {NOTHING}"
    )


def test_what_may_only_be_read_is_read_and_says_why_it_is_not_written(
    school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that may not be written is read as it lies there, and read anew once somebody has written it."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode & os.W_OK == 0 and may(path, mode))
    with closing(SQLiteStore(school)) as store:
        assert store.position() == 2
        says = f"The database at {school} cannot be written: {READ_ONLY} {NOTHING}"
        assert told(lambda: keep(store, piece("new"))) == says
        changed(school, "PRAGMA journal_mode = DELETE", "DELETE FROM facts WHERE position = 2")
        assert store.position() == 1


def test_what_cannot_be_put_beside_a_file_is_told_when_it_is_written(
    school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where SQLite cannot make its files beside one at rest, that is read alone, and writing says why."""
    really = sqlite_file._opened

    def opened(file: DatabaseFile, how: str, timeout: float) -> sqlite3.Connection:
        if how == "mode=rwc":
            fault = sqlite3.OperationalError("unable to open database file")
            fault.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise fault
        return really(file, how, timeout)

    monkeypatch.setattr(sqlite_file, "_opened", opened)
    connection, why = connected(DatabaseFile(school), 1)
    connection.close()
    assert str(why) == (
        f"The database at {school} cannot be written: it, or a -wal or -shm file of its name beside it, cannot be "
        f"opened. See whether the folder and these files are there and whether you may read and write them. {NOTHING}"
    )
