"""What a service keeps beside the facts: whole or not at all, for several threads and processes, in the same file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve

import competencies
import mastery
from mastery import StoreError
from mastery.access import Class, Enrolment, Permission, Person, Role, Roster
from mastery.store.access import AccessStore, Session, Token

NOW = datetime(2026, 3, 16, 8, tzinfo=UTC)
ROSTER = Roster.of(
    [Person("ana", "Ana", "ana", {Role.LEARNER}), Person("kim", account="kim", roles={Role.ADMINISTRATOR})],
    [Class("7a", "Class 7a")],
    [Enrolment("7a", "ana", Role.LEARNER), Enrolment("7a", "kim", Role.TEACHER, NOW.date(), None)],
    [("kim", "ana")],
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that only the library has used."""
    found = tmp_path / "school.db"
    mastery.open(found, competencies.pack("fractions-to-proportions")).close()
    return found


@pytest.fixture
def store(path: Path) -> Iterator[AccessStore]:
    """What a service keeps in it."""
    found = AccessStore(path)
    yield found
    found.close()


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return names


def test_a_file_has_them_only_once_a_service_was_there(path: Path) -> None:
    """A file that only the library has used has no table of people; afterwards the library uses it as before."""
    assert "people" not in tables(path)
    AccessStore(path).close()
    assert {"people", "tokens", "disclosures"} <= tables(path)
    with mastery.open(path) as engine:
        assert engine.learners() == []


def test_the_roster_comes_back_as_it_was(store: AccessStore, path: Path) -> None:
    """A roster is kept whole; another handle at the file sees the next one at once."""
    assert store.rosters.current() == Roster()
    store.rosters.replace(ROSTER)
    other = AccessStore(path)
    assert other.rosters.current() == store.rosters.current() == ROSTER
    smaller = evolve(ROSTER, enrolments=())
    other.rosters.replace(smaller)
    assert store.rosters.current() == smaller
    other.close()


def test_a_roster_is_replaced_whole_or_not_at_all(store: AccessStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last table cannot be written, the roster before stands."""
    store.rosters.replace(ROSTER)
    execute = store._file.execute

    def fails(statement: str, rows: object) -> int:
        if "INTO families" in statement:
            raise sqlite3.OperationalError("disk I/O error")
        return execute(statement, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(store._file, "execute", fails)
    with pytest.raises(StoreError):
        store.rosters.replace(Roster())
    monkeypatch.undo()
    store.rosters.replace(store.rosters.current())
    assert store.rosters.current() == ROSTER


def test_tokens_are_found_listed_and_ended(store: AccessStore) -> None:
    """A token comes back with its limits, holds until it ends or is revoked, and is revoked once."""
    whole = Token(id="a", name="lms", created_at=NOW, expires_at=NOW + timedelta(days=1))
    narrow = evolve(whole, id="b", person="kim", scopes=frozenset({Permission.READ_RULES}), classes=frozenset({"7a"}))
    for token in (narrow, whole):
        store.tokens.add(token, b"digest of " + token.id.encode())
    assert store.tokens.find("b") == (narrow, b"digest of b")
    assert store.tokens.find("c") is None
    assert store.tokens.listed() == [whole, narrow]
    assert store.tokens.listed("a", 1) == [narrow]
    assert whole.holds(NOW)
    assert not whole.holds(NOW + timedelta(days=1))

    assert store.tokens.revoke("a", NOW)
    assert not store.tokens.revoke("a", NOW)
    found = store.tokens.find("a")
    assert found is not None
    assert not found[0].holds(NOW)


def test_sessions_end_by_time_by_hand_and_with_the_password(store: AccessStore) -> None:
    """A session is there until its end; a new password ends all of its person and of nobody else."""
    for name in ("kim", "ana"):
        session = Session(person=name, csrf="c", created_at=NOW, expires_at=NOW + timedelta(hours=1))
        store.sessions.begin(name.encode(), session)
    assert store.sessions.find(b"kim", NOW) is not None
    assert store.sessions.find(b"kim", NOW + timedelta(hours=1)) is None
    assert store.sessions.password("kim") is None
    store.sessions.set_password("kim", b"salt", b"hash", "kim")
    assert store.sessions.password("kim") == (b"salt", b"hash")
    assert store.sessions.find(b"kim", NOW) is None
    assert store.sessions.find(b"ana", NOW) is not None
    store.sessions.end(b"ana")
    assert store.sessions.find(b"ana", NOW) is None


def test_a_disclosure_is_a_line_a_day(store: AccessStore, path: Path) -> None:
    """Looking again the same day writes nothing, also from another process; another day, route or reader does."""
    note = store.disclosures.note
    note("kim", "token a", "next", ["ana", "bo"], NOW)
    note("kim", "token a", "next", ["bo", "ana"], NOW + timedelta(hours=1))
    other = AccessStore(path)
    other.disclosures.note("kim", "token a", "next", ["ana"], NOW + timedelta(hours=2))
    other.close()
    assert [(one.learner, one.first_at) for one in store.disclosures.listed(None)] == [("ana", NOW), ("bo", NOW)]
    assert store.disclosures.is_noted("kim", "token a", "next", "ana", NOW)
    assert not store.disclosures.is_noted("kim", "token a", "next", "ana", NOW + timedelta(days=1))

    note("kim", "token a", "next", ["ana"], NOW + timedelta(days=1))
    note("kim", "token a", "why", ["ana"], NOW)
    note("lee", "session", "next", ["ana"], NOW)
    assert len(store.disclosures.listed(None)) == 5
    assert [one.learner for one in store.disclosures.listed(["bo"])] == ["bo"]
    numbers = [one.number for one in store.disclosures.listed(None)]
    assert [one.number for one in store.disclosures.listed(None, numbers[1], 2)] == numbers[2:4]
    many = [f"l{n}" for n in range(1_000)]
    note("kim", "token a", "map", many, NOW)
    assert len(store.disclosures.listed(many, 0, 2_000)) == 1_000


def test_a_request_is_remembered_until_it_is_forgotten(store: AccessStore) -> None:
    """The first to come with a key begins it; whoever comes after sees when it began, and its answer once there."""
    begin, long_ago = store.requests.begin, NOW - timedelta(days=1)
    first = begin("kim", "k", b"d", NOW, long_ago)
    again = begin("kim", "k", b"other", NOW + timedelta(minutes=1), long_ago)
    assert (first.began_at, first.status) == (again.began_at, again.status) == (NOW, None)
    assert again.digest == b"d"
    assert begin("lee", "k", b"other", NOW, long_ago).digest == b"other"
    store.requests.answer("kim", "k", 200, b"{}")
    assert begin("kim", "k", b"d", NOW, long_ago).body == b"{}"
    assert begin("kim", "k", b"new", NOW + timedelta(days=2), NOW + timedelta(days=1)).digest == b"new"
    store.requests.forget("kim", "k")
    assert begin("kim", "k", b"newer", NOW, long_ago).digest == b"newer"


def test_many_threads_lose_nothing(store: AccessStore) -> None:
    """Threads that note and read at once come to every line once."""
    store.rosters.replace(ROSTER)

    def work(n: int) -> None:
        store.disclosures.note(f"reader {n}", "t", "next", [f"l{m}" for m in range(20)], NOW)
        assert store.rosters.current() == ROSTER

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert len(store.disclosures.listed(None, 0, 1_000)) == 24 * 20


def test_tables_of_a_newer_version_are_refused(path: Path) -> None:
    """A file with a change that this version does not know is refused, in words, and left as it is."""
    AccessStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('mastery-access', 'of_2031', 'x')"
        )
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version.*of_2031"):
        AccessStore(path)
    assert path.read_bytes() == before


def test_a_text_that_is_no_unicode_is_refused(store: AccessStore) -> None:
    """A lone surrogate is no name: neither kept nor looked for."""
    with pytest.raises(StoreError, match="not Unicode"):
        store.disclosures.note("\ud800", "t", "next", ["ana"], NOW)
    with pytest.raises(StoreError, match="not Unicode"):
        store.tokens.find("\ud800")
    assert store.disclosures.listed(None) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Opening what is not there says how to make it, and leaves nothing behind."""
    with pytest.raises(StoreError, match="mastery init"):
        AccessStore(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_trying_to_write_leaves_the_rest_alone(store: AccessStore) -> None:
    """Readiness is tried by writing, and changes no edition of the roster."""
    store.rosters.replace(ROSTER)
    edition = store.rosters.edition()
    store.try_writing()
    assert store.rosters.edition() == edition
    assert store.rosters.current() == ROSTER
