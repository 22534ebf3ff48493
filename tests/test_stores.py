"""Every store keeps facts alike: the contract that memory and SQLite pass."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mastery import Award, Decision, DecisionKind, Evidence, MemoryStore, Outcome, Store, StoreError
from mastery.store import SQLiteStore
from mastery.store.rows import fact_of, rows_of
from mastery.testing.store_contract import StoreContract

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = T0 + timedelta(days=1, microseconds=7)


class TestMemoryStore(StoreContract):
    """A store in memory."""

    @pytest.fixture
    def make_store(self) -> Callable[[], Store]:
        """Return what makes stores."""
        return MemoryStore

    def reopen(self, store: Store) -> Store:
        """Close the store: it is let go of with the value alone."""
        store.close()
        return store


class TestSQLiteStore(StoreContract):
    """A store in a file."""

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> Callable[[], Store]:
        """Return what makes stores, each in a file of its own."""
        number = count()
        return lambda: SQLiteStore(tmp_path / f"facts{next(number)}.db")

    def reopen(self, store: Store) -> Store:
        """Close the file and open it again."""
        assert isinstance(store, SQLiteStore)
        store.close()
        return SQLiteStore(store.path)


def piece(key: str, learner: str = "ana", score: float = 0.5, recorded_at: datetime = LATER) -> Evidence:
    return Evidence(learner, "a", score, T0, key=key, recorded_at=recorded_at)


def keep(store: Store, *facts: Evidence) -> list[str]:
    with store.writing():
        return [fact.key for fact in store.append(facts)]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
names = texts.filter(bool)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
evidence = st.builds(
    Evidence,
    names,
    names,
    st.floats(0, 1),
    moments,
    kind=texts,
    item=texts,
    occasion=texts,
    source=texts,
    assessor=texts,
    recorded_at=moments,
)
missed = st.builds(Evidence, names, names, st.none(), moments, outcome=st.just(Outcome.MISSED), recorded_at=moments)
decisions = st.builds(
    Decision,
    learner=names,
    competency=names,
    kind=st.sampled_from([DecisionKind.GRANT, DecisionKind.WAIVE, DecisionKind.REVOKE]),
    by=names.filter(str.strip),
    why=names.filter(str.strip),
    observed_at=moments,
    recorded_at=moments,
)
awards = st.builds(
    Award,
    learner=names,
    competency=names,
    earned_at=moments,
    support=st.lists(names, max_size=3),
    framework=names,
    policy=names,
    recorded_at=moments,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.one_of(evidence, missed, decisions, awards))
def test_a_fact_comes_back_from_its_row_as_it_was(fact: Evidence | Decision | Award) -> None:
    """Writing a fact as a row and reading it gives an equal fact with the same key and stamp."""
    back = fact_of(rows_of([fact])[0])

    assert back == fact
    assert (back.key, back.recorded_at) == (fact.key, fact.recorded_at)


def test_the_file_is_in_wal_mode_and_durable(tmp_path: Path) -> None:
    """A file is written ahead (WAL), and each call is on disk when it returns."""
    store = SQLiteStore(tmp_path / "facts.db")

    def pragma(name: str) -> object:
        return store._connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", 2)


def test_other_tools_can_read_each_kind_of_fact(tmp_path: Path) -> None:
    """The views evidence, decisions and awards show one kind of fact each."""
    store = SQLiteStore(tmp_path / "facts.db")
    grant = Decision(
        learner="ana", competency="a", kind=DecisionKind.GRANT, by="t", why="w", observed_at=T0, recorded_at=T0
    )
    with store.writing():
        store.append([piece("a"), grant])
    count = {
        view: sqlite3.connect(tmp_path / "facts.db").execute(f"SELECT count(*) FROM {view}").fetchone()[0]
        for view in ("evidence", "decisions", "awards")
    }

    assert count == {"evidence": 1, "decisions": 1, "awards": 0}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_text("this is no database, and long enough to be taken for one" * 40),
        lambda path: path.mkdir(),
    ],
)
def test_a_file_that_is_no_database_is_named(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """Opening what is no database raises one error of ours that names the file."""
    spoil(tmp_path / "facts.db")

    with pytest.raises(StoreError, match=r"facts\.db"):
        SQLiteStore(tmp_path / "facts.db")


def test_a_writer_who_waits_too_long_is_told(tmp_path: Path) -> None:
    """A store that cannot have its turn to write says so and changes nothing."""
    first = SQLiteStore(tmp_path / "facts.db")
    second = SQLiteStore(tmp_path / "facts.db", timeout=0.01)

    with first.writing(), pytest.raises(StoreError, match="locked"):
        keep(second, piece("a"))
    assert first.position() == 0


def test_what_no_engine_has_stamped_is_refused(tmp_path: Path) -> None:
    """A file keeps no fact without recorded_at."""
    with pytest.raises(StoreError, match="stamped"):
        keep(SQLiteStore(tmp_path / "facts.db"), Evidence("ana", "a", 0.5, T0, key="k"))
