"""What a service keeps beside the facts: whole or not at all, for several threads and processes, in the same file."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from mishaps import child, lying_there, started
from worlds import profile

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


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NAMES = TEXTS.filter(str.strip)
DAYS = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))
IN_CLASS = st.sampled_from([Role.LEARNER, Role.TEACHER, Role.COACH, Role.REVIEWER])
ROSTERS = st.builds(
    Roster.of,
    st.lists(st.builds(Person, NAMES, TEXTS, TEXTS, st.frozensets(st.sampled_from(list(Role)))), max_size=4),
    st.lists(st.builds(Class, NAMES, TEXTS), max_size=3),
    st.lists(st.builds(Enrolment, NAMES, NAMES, IN_CLASS, DAYS, DAYS), max_size=4),
    st.lists(st.tuples(NAMES, NAMES), max_size=3),
)


def test_every_roster_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever texts, roles and days it is made of, a roster is read as it was written."""
    path = tmp_path_factory.mktemp("rosters") / "school.db"
    mastery.open(path, competencies.pack("fractions-to-proportions")).close()
    writer, reader = AccessStore(path), AccessStore(path)

    @given(ROSTERS)
    @profile(300)
    def law(roster: Roster) -> None:
        edition = reader.rosters.edition()
        writer.rosters.replace(roster)
        assert reader.rosters.current() == roster
        assert reader.rosters.edition() == edition + 1

    law()
    writer.close()
    reader.close()


def numbered(n: int) -> Roster:
    """A roster that says its number in each of its tables."""
    name = f"n{n}"
    return Roster.of([Person(name)], [Class(name)], [Enrolment(name, name, Role.LEARNER)], [(name, name)])


def test_no_roster_is_read_half(store: AccessStore, path: Path) -> None:
    """A roster that is replaced while its tables are read, from elsewhere or by a thread, is never a mixture."""
    other = AccessStore(path)
    store.rosters.replace(numbered(0))
    rows, replaced = store._file.rows, []

    def meanwhile(query: str, *values: object) -> list[object]:
        if "FROM classes" in query:
            replaced.append(len(replaced) + 1)
            other.rosters.replace(numbered(len(replaced)))
        return rows(query, *values)

    store._file.rows = meanwhile  # type: ignore[method-assign]
    assert store.rosters.current() == numbered(0)
    store._file.rows = rows  # type: ignore[method-assign]
    assert store.rosters.current() == numbered(1)
    other.close()

    def work(n: int) -> None:
        if n % 3 == 0:
            store.rosters.replace(numbered(n))
        found = store.rosters.current()
        (name,) = found.people
        assert found == numbered(int(name[1:]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(300)))


FILL = """
from mastery.access import Class, Enrolment, Person, Role, Roster
from mastery.store.access import AccessStore
store = AccessStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
many = [f"n{n:05}" for n in range(20_000)]
try:
    store.rosters.replace(Roster.of(map(Person, many), [Class("c")], [Enrolment("c", n, Role.LEARNER) for n in many]))
except mastery.StoreError as fault:
    print(json.dumps(str(fault)))
"""


def test_a_disk_that_is_full_leaves_the_roster_before(store: AccessStore, path: Path) -> None:
    """Where the system gives no more room in the middle, that is said, and the roster before stands, whole."""
    store.rosters.replace(ROSTER)
    said = json.loads(child(FILL, path, path.stat().st_size + 400_000))
    assert "cannot be written: the disk is full" in said
    assert "Nothing was changed" in said
    again = AccessStore(path)
    assert again.rosters.current() == store.rosters.current() == ROSTER
    assert again.rosters.edition() == 1
    again.close()
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)


READ = """
from datetime import UTC, datetime
from mastery.access import Roster
from mastery.store.access import AccessStore
try:
    store = AccessStore(sys.argv[1])
    told = [sorted(store.rosters.current().people)]
    calls = (lambda: store.rosters.replace(Roster()), store.try_writing,
             lambda: store.disclosures.note("kim", "t", "next", ["ana"], datetime(2026, 3, 16, tzinfo=UTC)))
    for call in calls:
        try:
            call()
            told.append("written")
        except mastery.StoreError as fault:
            told.append(str(fault))
except mastery.StoreError as fault:
    told = str(fault)
print(json.dumps(told))
"""


@pytest.fixture
def public(path: Path) -> Iterator[Path]:
    """The same file in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    shutil.copy(path, folder / "school.db")
    yield folder / "school.db"
    shutil.rmtree(folder)


def test_a_file_that_may_only_be_read_can_be_asked(public: Path) -> None:
    """Who may only read gets the roster, and the words for what cannot be written; no table is made in such a file."""
    public.chmod(0o444)
    assert "read-only" in json.loads(child(READ, public, as_nobody=True))
    assert "people" not in tables(public)
    store = AccessStore(public)
    store.rosters.replace(ROSTER)
    store.close()
    before = lying_there(public)
    people, *said = json.loads(child(READ, public, as_nobody=True))
    assert people == ["ana", "kim"]
    assert len(said) == 3
    assert all("read-only" in one for one in said)
    assert lying_there(public) == before


def test_looking_for_the_tables_makes_none(path: Path, tmp_path: Path) -> None:
    """Whether a service was at a file can be asked without becoming one."""
    before = path.read_bytes()
    assert not AccessStore.is_in(path)
    assert path.read_bytes() == before
    AccessStore(path).close()
    assert AccessStore.is_in(path)
    with pytest.raises(StoreError, match="mastery init"):
        AccessStore.is_in(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


OPEN = """
from mastery.store.access import AccessStore
sys.stdin.read(1)
store = AccessStore(sys.argv[1])
print(store.rosters.edition())
"""


def test_many_processes_make_the_tables_at_once(path: Path) -> None:
    """Processes that open a file for the first time at the same moment all get it."""
    makers = [started(OPEN, path) for _ in range(4)]
    for maker in makers:
        assert maker.stdin
        maker.stdin.write("g")
        maker.stdin.flush()
    for maker in makers:
        out, errors = maker.communicate()
        assert (maker.returncode, out) == (0, "0\n"), errors


def test_a_transaction_within_a_transaction_is_refused_and_the_outer_one_stands(store: AccessStore) -> None:
    """A second transaction of one thread is refused with words, and undoes nothing of the first."""
    with store._file.writing():
        store._file.execute("INSERT INTO classes VALUES (?, ?)", [("7a", "")])
        with pytest.raises(StoreError, match="open already"):
            store.rosters.replace(Roster())
    assert store._file.rows("SELECT identifier FROM classes") == [("7a",)]


@pytest.mark.parametrize("harm", ["deleted", "moved", "replaced"])
def test_nothing_is_kept_in_a_file_that_nobody_will_find(store: AccessStore, path: Path, harm: str) -> None:
    """A file that was deleted, moved or replaced while it was open takes no roster and no disclosure, and says so."""
    store.rosters.replace(ROSTER)
    if harm == "deleted":
        path.unlink()
    elif harm == "moved":
        path.rename(path.with_name("elsewhere.db"))
    else:
        path.with_name("aside.db").write_bytes(b"another one")
        path.with_name("aside.db").rename(path)
    calls: list[Callable[[], object]] = [
        lambda: store.rosters.replace(Roster()),
        lambda: store.disclosures.note("kim", "t", "next", ["ana"], NOW),
        lambda: store.tokens.revoke("a", NOW),
        store.try_writing,
    ]
    for call in calls:
        with pytest.raises(StoreError, match=r"moved, replaced or deleted while it was open.*Nothing was changed"):
            call()


def test_a_closed_store_says_so(store: AccessStore) -> None:
    """A store that was closed says so, to who reads and to who writes."""
    store.close()
    for call in (store.rosters.current, store.rosters.edition, store.try_writing):
        with pytest.raises(StoreError, match=r"cannot be .*it has been closed. Open it again"):
            call()


BERLIN, HONOLULU = timezone(timedelta(hours=2)), timezone(timedelta(hours=-10))


def test_an_instant_is_the_same_wherever_its_clock_hangs(store: AccessStore) -> None:
    """Sessions, requests, tokens and days of the log go by the instant, whatever the offset it was told with."""
    later = NOW + timedelta(minutes=30)
    session = Session(person="kim", csrf="c", created_at=NOW, expires_at=later.astimezone(BERLIN))
    store.sessions.begin(b"first", session)
    after = evolve(session, created_at=(NOW + timedelta(hours=1)).astimezone(HONOLULU))
    store.sessions.begin(b"second", after)
    assert store._file.rows("SELECT hash FROM sessions") == [(b"second",)]
    assert store.sessions.find(b"second", NOW) == after

    begin = store.requests.begin
    begin("kim", "old", b"d", NOW.astimezone(BERLIN), NOW)
    begin("kim", "k", b"d", later, later.astimezone(HONOLULU))
    assert store._file.rows("SELECT key FROM requests") == [("k",)]

    store.disclosures.note("kim", "t", "next", ["ana"], NOW)
    store.disclosures.note("kim", "t", "next", ["ana"], (NOW + timedelta(hours=1)).astimezone(HONOLULU))
    assert len(store.disclosures.listed(None)) == 1
    assert store.disclosures.is_noted("kim", "t", "next", "ana", later.astimezone(HONOLULU))

    token = Token(id="a", name="lms", created_at=NOW.astimezone(BERLIN), expires_at=later.astimezone(HONOLULU))
    store.tokens.add(token, b"digest")
    assert store.tokens.find("a") == (token, b"digest")
    with pytest.raises(ValueError, match="offset from UTC"):
        store.tokens.revoke("a", datetime(2026, 3, 16))


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
    """Readiness is tried by writing, and nothing of that is there afterwards."""
    store.rosters.replace(ROSTER)
    before = list(store._file._writes.iterdump())
    store.try_writing()
    assert list(store._file._writes.iterdump()) == before
    assert store.rosters.current() == ROSTER


def test_a_token_is_ended_once_however_many_end_it(store: AccessStore) -> None:
    """Of many threads that revoke a token at once one is told that it did, and one line says who saw whom."""
    store.tokens.add(Token(id="a", name="lms", created_at=NOW, expires_at=NOW + timedelta(days=1)), b"d")
    together = Barrier(8)

    def work(n: int) -> bool:
        together.wait()
        store.disclosures.note("kim", "t", "next", ["ana", "bo"], NOW)
        store.requests.begin("kim", "k", b"%d" % n, NOW, NOW)
        return store.tokens.revoke("a", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 1
    assert [one.learner for one in store.disclosures.listed(None)] == ["ana", "bo"]
    assert len(store._file.rows("SELECT * FROM requests")) == 1
