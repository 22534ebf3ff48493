"""What happens while a store is written: turns, full disks, interrupts, moved files. A call is kept whole or not."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from mishaps import CHAIN, NOW, T0, child, held, made, piece, pieces, started

import mastery
from competencies import Competency, Framework
from mastery import (
    Award,
    Criteria,
    Engine,
    Evidence,
    ImportFault,
    KeyConflict,
    MemoryStore,
    Policy,
    StoreError,
    evaluate,
)
from mastery.store import SQLiteStore, Store


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A file with two adoptions and some hundred facts of five learners, closed."""
    return made(tmp_path / "school.db")


# Turns.

HOLD = """
with mastery.store.SQLiteStore(sys.argv[1]).writing():
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_a_writer_waits_for_another_process_and_is_told(school: Path) -> None:
    """While another process writes, a writer who will not wait longer is told so, readers go on, and then it goes."""
    with started(HOLD, school) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "writing\n"
        engine = Engine(store=SQLiteStore(school, timeout=0.01), clock=lambda: NOW)
        before = len(engine.progress("learner 1").facts)
        with pytest.raises(StoreError, match=r"locked, another program has not let go of it for 0.01 seconds\. Wait"):
            engine.record(piece("new", "learner 1"))
        assert len(engine.progress("learner 1").facts) == before
        other.stdin.close()
        other.wait()
    engine.record(piece("new", "learner 1"))

    assert len(engine.progress("learner 1").facts) == before + 1


def test_a_transaction_within_a_transaction_is_refused_and_the_outer_one_stands(school: Path) -> None:
    """A second transaction on one handle is refused with words, and undoes nothing of the first."""
    store = SQLiteStore(school)
    with store.writing():
        store.append([Evidence("bo", "a", 0.5, T0, key="k", recorded_at=T0)])
        with pytest.raises(StoreError, match="open already"):
            store.writing().__enter__()

    assert store.find("k") is not None


OPEN = """
from mishaps import CHAIN, EASY, NOW, piece
sys.stdin.read(1)
with mastery.open(sys.argv[1], CHAIN, EASY, clock=lambda: NOW) as engine:
    engine.record(piece(sys.argv[2]))
"""


def test_many_processes_make_one_file_at_once(tmp_path: Path) -> None:
    """Processes that open a new file at the same moment all get it, with one framework, and lose nothing."""
    path = tmp_path / "new.db"
    folder = Path(__file__).parent
    makers = [started(f"sys.path.insert(0, {str(folder)!r})\n{OPEN}", path, f"k{n}") for n in range(6)]
    for maker in makers:
        assert maker.stdin
        maker.stdin.write("g")
        maker.stdin.flush()
    for maker in makers:
        _, errors = maker.communicate()
        assert maker.returncode == 0, errors

    adoptions, rows = held(path)
    assert len(adoptions) == 2  # type: ignore[arg-type]
    keys = {row[0] for row in rows[0][1]}  # type: ignore[index]
    assert keys >= {f"k{n}" for n in range(6)}


# No room.


def test_a_full_database_says_so_and_keeps_what_it_had(school: Path) -> None:
    """Where no page can be added, each kind of call says that the disk is full, and everything is as before."""
    before = held(school)
    store = SQLiteStore(school)
    engine = Engine(store=store, clock=lambda: NOW)
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    table = "learner,competency,score,observed_at\n" + "".join(f"bo {n},a,1,2026-03-02T10:00Z\n" for n in range(900))
    calls: list[Callable[[], object]] = [
        lambda: engine.record_all(pieces("more", 900)),
        lambda: engine.import_table(table.splitlines(keepends=True)),
        lambda: engine.adopt(framework=Framework("long", [Competency("a", statement="so long " * 900)])),
    ]
    for call in calls:
        with pytest.raises(StoreError, match=r"the disk is full.*Make room, then do this again.*Nothing was changed"):
            call()
        assert held(school) == before
        assert engine.framework == CHAIN
    store._connection.execute("PRAGMA max_page_count = 100000")

    assert len(engine.record_all(pieces("more", 900)).recorded) == 900


FILL = """
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from datetime import UTC, datetime
done = []
with mastery.open(sys.argv[1]) as engine:
    try:
        for n in range(10_000):
            when = datetime(2026, 3, 2, tzinfo=UTC)
            engine.record(*(mastery.Evidence("bo", "a", 0.9, when, key=f"{n} {k}") for k in range(20)))
            done.append(n)
    except mastery.StoreError as fault:
        print(json.dumps([done, str(fault)]))
"""


@pytest.mark.parametrize("room", [40_000, 90_000, 250_000])
def test_a_disk_that_is_full_says_so_and_loses_no_call(school: Path, room: int) -> None:
    """Where the system gives no more room, the call says so, and the file holds exactly the calls before it."""
    before = held(school)
    done, said = json.loads(child(FILL, school, room))
    adoptions, learners = held(school)
    keys = [row[0] for learner, rows in learners if learner == "bo" for row in rows if row[2] == "evidence"]  # type: ignore[attr-defined]

    assert done
    assert "the disk is full, or a quota or a limit on the size of files is reached. Make room" in said
    assert [adoptions, [entry for entry in learners if entry[0] != "bo"]] == before  # type: ignore[attr-defined]
    assert keys == [f"{n} {k}" for n in done for k in range(20)]
    assert sqlite3.connect(school).execute("PRAGMA integrity_check").fetchone() == ("ok",)


ASK = """
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
with mastery.open(sys.argv[1]) as engine:
    answers = [sum(len(engine.progress(learner).facts) for learner in engine.learners())]
    for room in (100, 10**7):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        try:
            engine.adopt(policy=mastery.Policy())
            answers.append("adopted")
        except mastery.StoreError as fault:
            answers.append(str(fault))
print(json.dumps(answers))
"""


def test_a_full_disk_can_be_read_and_written_once_there_is_room(school: Path) -> None:
    """Where not even the files beside a database find room, questions are answered; writing waits for room."""
    facts, said, then = json.loads(child(ASK, school))

    assert facts > 300
    assert "school.db cannot be written: the disk is full" in said
    assert then == "adopted"


# All or nothing.


def test_a_long_table_with_one_bad_row_leaves_no_row_behind(school: Path) -> None:
    """Of 120,000 rows the 100,000th has a bad score: the line is named, and nothing of the table is there."""
    before = held(school)
    with mastery.open(school, clock=lambda: NOW) as engine:
        rows = [f"learner {n % 997},a,0.5,2026-03-02T10:00:00Z,{n}\n" for n in range(120_000)]
        rows[99_999] = "learner 4,a,1.5,2026-03-02T10:00:00Z,bad\n"
        with pytest.raises(ImportFault, match="line 100001, column score") as told:
            engine.import_table(["learner,competency,score,observed_at,key\n", *rows])
        assert "Nothing was imported, 1 fault" in str(told.value)
        assert "learner 900" not in engine.learners()

    assert held(school) == before


def test_a_key_that_is_taken_undoes_the_whole_table(school: Path) -> None:
    """A table whose last row has the key of another fact is undone as a whole, however much was written already."""
    before = held(school)
    rows = [f"bo {n % 50},a,0.5,2026-03-02T10:00:00Z,{n}\n" for n in range(20_000)] + [
        "bo,a,0.5,2026-03-02T10:00:00Z,first-7\n"
    ]
    with mastery.open(school, clock=lambda: NOW) as engine:
        engine._store._connection.execute("PRAGMA cache_size = 10")  # type: ignore[attr-defined]
        with pytest.raises(KeyConflict, match="first-7"):
            engine.import_table(["learner,competency,score,observed_at,key\n", *rows])

    assert held(school) == before


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each kind of store in turn, empty."""
    kept: Store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "facts.db")
    yield kept
    kept.close()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, also where the tests were started in the background by a shell that has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_undoes_the_call_and_is_passed_on(store: Store, interruptible: None) -> None:
    """Whoever types Ctrl-C while facts are written gets just that, nothing is kept, and the next call goes."""
    stamped = [Evidence("ana", "a", 0.5, T0, key=f"k{n}", recorded_at=T0) for n in range(9)]

    def interrupted() -> None:
        with store.writing():
            store.append(stamped)
            os.kill(os.getpid(), signal.SIGINT)
            store.position()

    with pytest.raises(KeyboardInterrupt) as told:
        interrupted()
    assert told.value.args == ()
    assert (store.position(), store.learners(), store.find("k1")) == (0, [], None)
    with store.writing():
        assert len(store.append(stamped)) == 9


def test_an_interrupt_at_any_line_leaves_nothing_half(store: Store) -> None:
    """An interrupt at whichever step of an append leaves no fact in one place that is missing in another."""
    stamped = [Evidence("ana", "a", 0.5, T0, key=f"k{n}", recorded_at=T0) for n in range(4)]
    hits = 0
    for step in range(1, 400):
        left = [step]

        def interrupt(frame: object, event: str, argument: object, left: list[int] = left) -> object:
            left[0] -= event == "line"
            if left[0] == 0:
                raise KeyboardInterrupt
            return interrupt

        def append() -> None:
            with store.writing():
                before = sys.gettrace()
                sys.settrace(interrupt)  # type: ignore[arg-type]
                try:
                    store.append(stamped)
                finally:
                    sys.settrace(before)
                raise EOFError

        with pytest.raises((KeyboardInterrupt, EOFError)) as told:
            append()
        hits += told.type is KeyboardInterrupt
        assert (store.position(), store.learners()) == (0, [])
        assert [store.find(fact.key) for fact in stamped] == [None] * 4
        if told.type is EOFError:
            break

    assert hits > 10


# The file under our feet.


@pytest.mark.parametrize("harm", ["deleted", "moved", "replaced"])
def test_nothing_is_kept_in_a_file_that_nobody_will_find(school: Path, harm: str) -> None:
    """A file that was deleted, moved or replaced while it was open takes no more facts, and says so."""
    with mastery.open(school, clock=lambda: NOW) as engine:
        engine.record(piece("before"))
        aside = school.with_name("aside.db")
        aside.write_bytes(b"another one")
        if harm == "deleted":
            school.unlink()
        elif harm == "moved":
            school.rename(school.with_name("elsewhere.db"))
        else:
            aside.rename(school)
        with pytest.raises(StoreError, match=r"moved, replaced or deleted while it was open.*Nothing was changed"):
            engine.record(piece("after"))


def test_a_handle_does_not_work_in_a_forked_process(school: Path) -> None:
    """A process that was forked off is told to open the file itself: SQLite's locks do not come along."""
    reading, writing = os.pipe()
    store = SQLiteStore(school)
    pid = os.fork()
    if pid == 0:
        said = []
        for call in (store.learners, lambda: store.writing().__enter__()):
            try:
                call()
            except StoreError as fault:
                said.append("forked off" in str(fault))
        os.write(writing, bytes(said))
        os._exit(0)
    os.waitpid(pid, 0)

    assert os.read(reading, 9) == b"\x01\x01"
    assert store.learners()


def test_a_closed_store_says_so(school: Path) -> None:
    """A store that was closed says so, to who reads and to who writes."""
    store = SQLiteStore(school)
    store.close()
    for call in (store.learners, lambda: store.writing().__enter__()):
        with pytest.raises(StoreError, match=r"school\.db cannot be .*it has been closed. Open it again"):
            call()


def test_what_is_not_unicode_is_refused_with_words(store: Store) -> None:
    """A name with bytes that no text has is refused when it is asked for in a file; in memory nobody has it."""
    if isinstance(store, SQLiteStore):
        with pytest.raises(StoreError, match="not Unicode"):
            store.facts("\udcff")
        with pytest.raises(StoreError, match="not Unicode"), store.writing():
            store.append([Evidence("\udcff", "a", 0.5, T0, key="k", recorded_at=T0)])
    assert store.learners() == []


# Two writers.

LONG = Framework(
    "long",
    [Competency(f"c{n:02}") for n in range(30)],
    requires={f"c{n:02}": f"c{n - 1:02}" for n in range(1, 30)},
)
TWO = Policy(criteria=Criteria(pieces=2, occasions=2), check=None)


def _write(path: str, name: str, go: object, told: object) -> None:
    """Record 150 pieces of one learner: 30 just as the other does, and 30 under the other's keys with another score."""
    conflicts = new = again = awards = 0
    with mastery.open(path, clock=lambda: NOW) as engine:
        for n in range(150):
            if n % 10 == 0:
                go.wait()  # type: ignore[attr-defined]
            competency = f"c{n * 30 // 150:02}"
            key, score = [(f"{name}{n}", 0.9), (f"both{n}", 0.9), (f"claimed{n}", {"x": 0.8, "y": 1.0}[name])][
                (n % 5 == 1) + 2 * (n % 5 == 2)
            ]
            try:
                receipt = engine.record(
                    Evidence("ana", competency, score, T0 + timedelta(hours=n), key=key, occasion=key)
                )
            except KeyConflict:
                conflicts += 1
            else:
                new, again, awards = new + len(receipt.recorded), again + receipt.repeated, awards + len(receipt.awards)
    told.put((conflicts, new, again, awards))  # type: ignore[attr-defined]


def test_two_processes_write_one_learner_in_each_others_way(tmp_path: Path) -> None:
    """Two processes with 150 calls each on one learner lose no fact, double no award, and agree with evaluate."""
    path = str(tmp_path / "s.db")
    mastery.open(path, LONG, TWO, clock=lambda: NOW).close()
    context = multiprocessing.get_context("spawn")
    go, told = context.Barrier(2), context.Queue()
    writers = [context.Process(target=_write, args=(path, name, go, told)) for name in ("x", "y")]
    for writer in writers:
        writer.start()
    counts = [sum(column) for column in zip(told.get(timeout=60), told.get(timeout=60), strict=True)]
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    with mastery.open(path, clock=lambda: NOW) as engine:
        facts, _ = engine._store.facts("ana")
        progress = engine.progress("ana")
    awards = Counter(fact.competency for fact in facts if isinstance(fact, Award))
    keys = Counter(fact.key for fact in facts if isinstance(fact, Evidence))

    turns = [fact.key[0] for fact in facts if fact.key[0] in "xy"]

    assert sum(one != other for one, other in pairwise(turns)) > 10
    assert counts == [30, 240, 30, 30]  # conflicts, new, repeated, awards: of 300 calls
    assert keys == Counter(
        [f"{name}{n}" for name in "xy" for n in range(150) if n % 5 not in (1, 2)]
        + [f"{name}{n}" for n in range(150) for name in ("both", "claimed") if n % 5 == 1 + (name == "claimed")]
    )
    assert awards == dict.fromkeys(LONG.requires.keys() | {"c00"}, 1)
    assert awards.keys() == progress.credits.keys()
    assert list(progress.standings()) == list(evaluate(LONG, TWO, facts, NOW).standings())
