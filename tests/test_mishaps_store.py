"""What happens to a database in a school's life: nothing is lost, nothing is half there, and words say what to do."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from mishaps import CHAIN, EASY, NOW, T0, child, held, lying_there, made, piece, pieces, started

import mastery
from mastery import Engine, Evidence, StoreError
from mastery.store import SQLiteStore
from mastery.store.rows import rows_of


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A file with two adoptions and some hundred facts of five learners, closed."""
    return made(tmp_path / "school.db")


def refusal(path: Path, **how: bool) -> str:
    """What opening a file says, which has to refuse and to leave everything as it lies there."""
    before = lying_there(path)
    with pytest.raises(StoreError) as told:
        SQLiteStore(path, **how)
    assert lying_there(path) == before
    assert str(path) in str(told.value)
    return str(told.value)


def words_of(path: Path) -> str:
    """Ask a file everything, and return what it says instead of answering."""
    try:
        with mastery.open(path, create=False, clock=lambda: NOW) as engine:
            for learner in engine.learners():
                engine.progress(learner)
    except StoreError as fault:
        return str(fault)
    return ""


# What a file is.


def test_the_file_of_a_newer_version_is_refused_and_left_as_it_is(school: Path) -> None:
    """A file with a change that this version does not know is not opened; the change is named, and what to do."""
    other = sqlite3.connect(school)
    other.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('mastery', 'badges')")
    other.commit()
    other.close()

    assert "a change that this one does not know: badges. Update mastery" in refusal(school)


@pytest.mark.parametrize(
    "made_by",
    [
        "CREATE TABLE pupils (name)",
        "CREATE TABLE facts (key); CREATE TABLE adoptions (id)",
        "CREATE TABLE _sqlite_migrations (x); CREATE TABLE pupils (name)",
        "CREATE TABLE _sqlite_migrations (migration_set, name, applied_at);"
        "INSERT INTO _sqlite_migrations VALUES ('books', 'first', ''); CREATE TABLE books (title)",
    ],
)
def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path: Path, made_by: str) -> None:
    """A database that has tables but none that mastery made gets none of ours."""
    other = sqlite3.connect(tmp_path / "other.db")
    other.executescript(made_by)
    other.close()

    assert "the database of another program, with the table" in refusal(tmp_path / "other.db")


@pytest.mark.parametrize("size", [0, None])
def test_an_empty_file_becomes_a_database(tmp_path: Path, size: int | None) -> None:
    """An empty file is as good as none: it becomes a database."""
    if size is not None:
        (tmp_path / "new.db").touch()
    with mastery.open(tmp_path / "new.db", CHAIN, EASY, clock=lambda: NOW) as engine:
        engine.record(piece("k"))

    assert len(held(tmp_path / "new.db")[0]) == 2  # type: ignore[arg-type]


def test_opening_and_reading_writes_nothing(school: Path) -> None:
    """Opening a file and asking everything leaves its bytes and its time as they were, and nothing beside it."""
    before = lying_there(school)
    with mastery.open(school, create=False, clock=lambda: NOW) as engine:
        assert [engine.next_steps(learner) for learner in engine.learners()]

    assert lying_there(school) == before


def test_a_copy_that_is_not_written_ahead_is_read_as_it_is(school: Path) -> None:
    """A copy made by VACUUM INTO, which is not written ahead, is so from the first write on and not before."""
    copy = school.with_name("copy.db")
    connection = sqlite3.connect(school)
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    before = copy.read_bytes()
    assert held(copy) == held(school)
    assert copy.read_bytes() == before
    with mastery.open(copy, clock=lambda: NOW) as engine:
        engine.record(piece("k"))

    assert sqlite3.connect(copy).execute("PRAGMA journal_mode").fetchone() == ("wal",)


# Damage.


def test_a_file_that_is_cut_off_is_refused_wherever_it_is_cut(school: Path) -> None:
    """However much of a file is missing, it is refused with words: never opened with half of its facts."""
    whole, chance = school.read_bytes(), random.Random(4)
    places = {1, 15, 16, 24, 60, 99, 100, 101, 511, 512, 4095, 4096, 4097, len(whole) - 4096, len(whole) - 1}
    for cut in sorted(places | {chance.randrange(1, len(whole)) for _ in range(60)}):
        school.write_bytes(whole[:cut])
        said = refusal(school)

        assert f"cut off, there are {cut:,} bytes of {len(whole):,}" in said or cut < 512, cut
        assert "cut off" in said or "damaged" in said, cut
        assert "put a backup in its place" in said
    school.write_bytes(whole)
    assert len(held(school)) == 2


def test_a_file_that_is_cut_off_while_records_wait_beside_it_is_never_half(school: Path, tmp_path: Path) -> None:
    """With a log beside it, a file that was cut is whole where the log has what is missing, and refused otherwise."""
    torn = tmp_path / "torn" / "school.db"
    torn.parent.mkdir()
    store = SQLiteStore(school)
    with Engine(store=store, clock=lambda: NOW) as engine:
        engine.record_all(pieces("more", 200))
        whole, log = school.read_bytes(), school.with_name("school.db-wal").read_bytes()
        everything = [(learner, rows_of(store.facts(learner)[0])) for learner in store.learners()]
    seen = {"whole": 0, "refused": 0}
    for cut in [*range(1, len(whole), 2999), len(whole) - 1, len(whole)]:
        torn.write_bytes(whole[:cut])
        torn.with_name("school.db-wal").write_bytes(log)
        torn.with_name("school.db-shm").unlink(missing_ok=True)
        said = words_of(torn)
        seen["refused" if said else "whole"] += 1
        if said:
            assert "cut off" in said or "damaged" in said, cut
        else:
            assert held(torn)[1] == everything, cut

    assert min(seen.values()) > 0, seen


def test_a_log_that_is_cut_off_leaves_whole_calls(school: Path, tmp_path: Path) -> None:
    """Where the log beside a file was cut, the calls before the cut are there, each whole, and none after it."""
    torn = tmp_path / "torn" / "school.db"
    torn.parent.mkdir()
    with mastery.open(school, clock=lambda: NOW) as engine:
        for n in range(12):
            engine.record_all([piece(f"{n}-{k}", f"learner {k}") for k in range(5)])
        whole, log = school.read_bytes(), school.with_name("school.db-wal").read_bytes()
    kept = set()
    for cut in range(0, len(log), 1777):
        torn.write_bytes(whole)
        torn.with_name("school.db-wal").write_bytes(log[:cut])
        torn.with_name("school.db-shm").unlink(missing_ok=True)
        store = SQLiteStore(torn)
        calls = [[store.find(f"{n}-{k}") is not None for k in range(5)] for n in range(12)]
        store.close()
        assert calls == sorted(calls, reverse=True)
        assert all(len(set(call)) == 1 for call in calls)
        kept.add(sum(call[0] for call in calls))

    assert len(kept) > 5


def test_garbage_in_a_file_is_told_and_raises_nothing_else(school: Path) -> None:
    """Whichever page of a file is overwritten, asking everything gives answers or one error of ours that names it."""
    whole, chance, told = school.read_bytes(), random.Random(8), 0
    for page in range(len(whole) // 4096):
        school.write_bytes(whole[: page * 4096] + chance.randbytes(4096) + whole[page * 4096 + 4096 :])
        said = words_of(school)
        told += bool(said)
        assert not said or "backup" in said, page

    assert told > len(whole) // 4096 // 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE facts SET observed_at = 'yesterday' WHERE position = 7",
        "UPDATE facts SET purpose = 'homework' WHERE position = 7",
        "UPDATE facts SET score = 7000000 WHERE position = 7",
        "UPDATE facts SET learner = x'ff' WHERE position = 7",
        "UPDATE facts SET item = CAST(x'ff' AS TEXT) WHERE position = 7",
        "UPDATE facts SET detail = 'no' WHERE fact = 'award'",
        "UPDATE adoptions SET adopted_at = 'yesterday'",
        "UPDATE adoptions SET body = '{'",
        "DROP TABLE facts",
        "ALTER TABLE facts DROP COLUMN detail",
    ],
)
def test_what_another_program_has_spoilt_is_told(school: Path, change: str) -> None:
    """Rows and tables that another program has changed to nonsense give one error of ours that names the file."""
    other = sqlite3.connect(school)
    if "DROP COLUMN" in change:
        other.executescript("DROP VIEW evidence; DROP VIEW decisions; DROP VIEW awards")
    other.execute(change)
    other.commit()
    other.close()

    assert "backup" in words_of(school)


def test_a_log_without_its_file_is_not_written_over(school: Path) -> None:
    """Where the file is gone or empty and records of it wait beside it, no new one is made over them."""
    store = SQLiteStore(school)
    with store.writing():
        store.append([Evidence("ana", "a", 0.5, T0, key="k", recorded_at=T0)])
    log = school.with_name("school.db-wal").read_bytes()
    store.close()
    school.with_name("school.db-wal").write_bytes(log)
    school.write_bytes(b"")
    assert "is empty, but school.db-wal beside it holds records" in refusal(school)
    school.unlink()
    assert "is gone, but school.db-wal beside it holds records" in refusal(school)


# Who may write.


@pytest.fixture
def public(school: Path) -> Iterator[Path]:
    """The same file in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp())
    copy = folder / "school.db"
    shutil.copy(school, copy)
    yield copy
    folder.chmod(0o755)
    shutil.rmtree(folder)


ASK_AND_WRITE = """
from datetime import UTC, datetime, timedelta
answers = {}
with mastery.open(sys.argv[1], create=False) as engine:
    answers["facts"] = sum(len(engine.progress(learner).facts) for learner in engine.learners())
    try:
        engine.record(mastery.Evidence("ana", "a", 0.9, datetime(2026, 3, 2, tzinfo=UTC)))
    except mastery.StoreError as fault:
        answers["said"] = str(fault)
print(json.dumps(answers))
"""


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o444, 0o777), (0o444, 0o555), (0o666, 0o555)])
def test_what_may_not_be_written_can_be_read(public: Path, file: int, folder: int) -> None:
    """A file or a folder that is read-only can be asked everything; writing says so, and nothing is left beside it."""
    public.chmod(file)
    public.parent.chmod(folder)
    before = lying_there(public)
    answers = json.loads(child(ASK_AND_WRITE, public, as_nobody=True))

    assert answers["facts"] > 300
    assert "cannot be written: the file, its folder" in answers["said"]
    assert "read-only for you" in answers["said"]
    assert lying_there(public) == before


def test_who_may_only_read_sees_what_others_are_writing(public: Path) -> None:
    """While another process has a file open, who may only read it is given what was written last, log and all."""
    public.parent.chmod(0o755)
    store = SQLiteStore(public)
    for end in ("-wal", "-shm"):
        public.with_name(f"school.db{end}").touch()
        public.with_name(f"school.db{end}").chmod(0o644)
    before = json.loads(child(ASK_AND_WRITE, public, as_nobody=True))["facts"]
    with store.writing():
        store.append([Evidence("ana", "a", 0.5, T0, key="k", recorded_at=T0)])
    after = json.loads(child(ASK_AND_WRITE, public, as_nobody=True))["facts"]
    store.close()

    assert after == before + 1


READ_TWICE = """
with mastery.open(sys.argv[1], create=False) as engine:
    for line in sys.stdin:
        print(len(engine.progress("ana").facts), flush=True)
"""


def test_who_reads_alone_notices_a_writer(public: Path) -> None:
    """Who has opened a file that was read-only and at rest sees, in the next answer, what another has written since."""
    public.chmod(0o644)
    public.parent.chmod(0o755)
    with started(READ_TWICE, public, as_nobody=True) as reader:
        assert reader.stdin
        assert reader.stdout
        answers = []
        for n in range(3):
            print(file=reader.stdin, flush=True)
            answers.append(int(reader.stdout.readline()))
            with mastery.open(public, clock=lambda: NOW) as engine:
                engine.record(piece(f"new {n}"))
        reader.stdin.close()

    assert answers == [0, 2, 3]


MAKE = """
try:
    mastery.store.SQLiteStore(sys.argv[1])
except mastery.StoreError as fault:
    print(fault)
"""


def test_a_folder_in_which_nothing_may_be_made_is_told(public: Path) -> None:
    """No database can be made in a read-only folder, and the words say that it is the folder."""
    public.parent.chmod(0o555)
    said = child(MAKE, public.with_name("new.db"), as_nobody=True)

    assert "there is none, and its folder is read-only for you" in said


def test_a_file_that_may_not_be_read_is_told(public: Path) -> None:
    """A file that this user may not read is refused with words that say so."""
    public.chmod(0o000)
    public.parent.chmod(0o755)

    assert "you may not read the file" in child(MAKE, public, as_nobody=True)
