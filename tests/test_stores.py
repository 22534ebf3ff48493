"""Every store keeps facts alike: the contract that memory and SQLite pass."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mastery import Award, Decision, DecisionKind, Evidence, KeyConflict, MemoryStore, Outcome, Store, StoreError
from mastery.store import Adoption, SQLiteStore
from mastery.store.rows import fact_of, rows_of

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = T0 + timedelta(days=1, microseconds=7)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each kind of store in turn, empty."""
    kept: Store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "facts.db")
    yield kept
    kept.close()


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


def test_facts_come_back_in_the_order_in_which_they_came(store: Store) -> None:
    """A store gives a learner's facts in order of arrival, and only theirs."""
    keep(store, piece("b"), piece("x", "bo"), piece("a"))

    facts, position = store.facts("ana")

    assert [fact.key for fact in facts] == ["b", "a"]
    assert position == store.position()
    assert store.learners() == ["ana", "bo"]


def test_only_what_lies_beyond_a_position_is_given(store: Store) -> None:
    """Asking beyond a position gives the newer facts, and the same position when there are none."""
    keep(store, piece("a"))
    _, position = store.facts("ana")

    assert store.facts("ana", position) == ([], position)
    keep(store, piece("b"))
    assert [fact.key for fact in store.facts("ana", position)[0]] == ["b"]


def test_the_same_fact_twice_is_kept_once(store: Store) -> None:
    """Law 7: the same key with the same content again is passed over, and the earliest stamp stays."""
    assert keep(store, piece("a"), piece("a")) == ["a"]
    assert keep(store, piece("a", recorded_at=LATER + timedelta(days=3)), piece("b")) == ["b"]
    kept = store.find("a")

    assert kept is not None
    assert kept.recorded_at == LATER
    assert len(store.facts("ana")[0]) == 2


@pytest.mark.parametrize("other", [piece("a", score=0.6), piece("a", learner="bo")])
def test_a_key_with_other_content_is_refused_and_nothing_is_kept(store: Store, other: Evidence) -> None:
    """Law 7: one key names one fact for ever; the conflict names the difference and the whole call is undone."""
    keep(store, piece("a"))

    with pytest.raises(KeyConflict, match="was"):
        keep(store, piece("b"), other)
    assert [fact.key for fact in store.facts("ana")[0]] == ["a"]
    assert store.find("b") is None


def test_large_calls_and_small_ones_keep_alike(store: Store) -> None:
    """Any number of facts in a call, doubled or not, is kept whole and in order."""
    facts = [piece(f"k{n:04}") for n in range(301)]

    assert keep(store, *facts[:137]) == [fact.key for fact in facts[:137]]
    assert keep(store, *facts) == [fact.key for fact in facts[137:]]
    assert [fact.key for fact in store.facts("ana")[0]] == [fact.key for fact in facts]


def test_a_call_that_fails_leaves_nothing(store: Store) -> None:
    """What is written within a transaction that raises is as if it never was, adoptions too."""

    def fail_after_writing() -> None:
        with store.writing():
            store.append([piece("a")])
            store.adopt(Adoption("policy", "v", "{}", T0))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    assert store.position() == 0
    assert store.adoptions() == []
    assert store.learners() == []


def test_adoptions_come_back_in_order(store: Store) -> None:
    """Adoptions are kept with their instants, in the order in which they came."""
    adoptions = [Adoption("framework", "1", '{"a": "ü"}', T0), Adoption("policy", "2", "{}", LATER)]
    with store.writing():
        for adoption in adoptions:
            store.adopt(adoption)

    assert store.adoptions() == adoptions


def test_a_reopened_file_holds_the_same(tmp_path: Path) -> None:
    """Law 14, the store's half: what was kept is there after closing and opening again."""
    first = SQLiteStore(tmp_path / "facts.db")
    keep(first, piece("a"), piece("b"))
    before = first.facts("ana")
    first.close()

    assert SQLiteStore(tmp_path / "facts.db").facts("ana") == before


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


def test_the_log_of_all_learners_comes_by_pages(store: Store) -> None:
    """The log gives everybody's facts in the order in which they came, so many at a time, and then none."""
    keep(store, piece("b"), piece("x", "bo"))
    keep(store, piece("a"))
    keys, position = [], 0
    while page := store.log(position, 2)[0]:
        keys.append([fact.key for fact in page])
        position = store.log(position, 2)[1]

    assert keys == [["b", "x"], ["a"]]
    assert store.log(position) == ([], position)
