"""Facts as rows, one by one and many at once, and what a store in memory forgets when it is interrupted."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from attrs import evolve
from sqlite_utils import hookimpl
from sqlite_utils.plugins import pm
from test_engine import NOW, T0
from test_engine import piece as made

from mastery import Basis, Decision, DecisionKind, Evidence, MemoryStore
from mastery.facts import Fact
from mastery.store import sqlite as sqlite_store
from mastery.store.rows import EVIDENCE_COLUMNS, fact_of, rows_of, shared_cells

STAMP = "2026-05-01T09:00:00+00:00"


def piece(key: str, **more: Any) -> Evidence:
    return evolve(made("a", 0.9, key=key), recorded_at=NOW, **more)


def test_a_decision_comes_back_from_its_row_in_full() -> None:
    """What a decision names, until when, and that a waive was inferred are in its row and come back."""
    given = {"learner": "ana", "by": "t", "why": "w", "observed_at": T0, "recorded_at": NOW, "source": "desk"}
    for more in (
        {"kind": DecisionKind.WAIVE, "competency": "a", "basis": Basis.INFERRED},
        {"kind": DecisionKind.WAIVE, "competency": "a"},
        {"kind": DecisionKind.HOLD, "competency": "a", "until": T0 + timedelta(days=1, microseconds=5)},
        {"kind": DecisionKind.VOID, "of": "k"},
    ):
        fact = Decision(**given, **more)  # type: ignore[arg-type]
        back = fact_of(rows_of([fact])[0])
        assert (back, back.key, back.recorded_at) == (fact, fact.key, NOW)
    waive = Decision(**given, kind=DecisionKind.WAIVE, competency="a", basis=Basis.INFERRED, key="k")  # type: ignore[arg-type]
    assert rows_of([waive]) == [
        ("k", "ana", "decision", "a", "2026-03-02T09:00:00+00:00", STAMP, None, None, "waive", None, None, None, None,
         "desk", "t", '{"why": "w", "basis": "inferred"}')
    ]  # fmt: skip


def test_pieces_of_one_call_share_their_stamp() -> None:
    """The stamp is written once where all pieces have it, also of one; not where they differ or one is no evidence."""
    cells = ["ana", "a", "2026-03-02T09:00:00+00:00", 900_000, "formative", "", "", "", "familiar", "scored", "", ""]
    assert shared_cells([piece("k")]) == [STAMP, "k", *cells]
    assert shared_cells([piece("1"), piece("2")]) == [STAMP, "1", *cells, "2", *cells]
    other = evolve(piece("2"), recorded_at=NOW + timedelta(days=1))
    assert shared_cells([piece("1"), other]) is None
    assert shared_cells([evolve(piece("1"), recorded_at=None), piece("2")]) is None
    grant = Decision(
        learner="ana", kind=DecisionKind.GRANT, by="t", why="w", observed_at=T0, competency="a", recorded_at=NOW
    )
    assert shared_cells([piece("1"), grant]) is None


def test_many_pieces_go_in_by_one_statement() -> None:
    """The statement for so many pieces numbers their cells row by row after the stamp, which is the first."""
    names = ", ".join(EVIDENCE_COLUMNS)
    rows = [", ".join(f"?{n}" for n in range(first, first + 13)) for first in (2, 15, 28)]
    for count in (1, 2, 3):
        values = ", ".join(f"({cells}, 'evidence', ?1)" for cells in rows[:count])
        wanted = f"INSERT OR IGNORE INTO facts ({names}, fact, recorded_at) VALUES {values}"
        assert sqlite_store._insert_evidence(count) == wanted


class Interrupted(dict[str, Fact]):
    """A dictionary that an interrupt keeps from taking a certain key."""

    def __setitem__(self, key: str, value: Fact) -> None:
        if key == "stop":
            raise KeyboardInterrupt
        super().__setitem__(key, value)


@pytest.mark.parametrize("known", [[], ["first"]])
def test_a_store_in_memory_forgets_what_was_interrupted(known: list[str]) -> None:
    """Whatever an interrupt kept from coming into the indexes, all of the call is taken back and nothing else."""
    store = MemoryStore()
    with store.writing():
        store.append([piece(key) for key in known])
    store._by_key = Interrupted(store._by_key)
    for call in (["stop"], ["new", "stop"]):
        with pytest.raises(KeyboardInterrupt), store.writing():
            store.append([piece(key) for key in call])
        assert [fact.key for fact in store.facts("ana")[0]] == known
        assert (store.position(), store.find("new"), store.find("stop")) == (len(known), None, None)
        assert store.learners() == ["ana"][: len(known)]


class Nosy:
    """A plug-in of sqlite-utils that notes which connections it is shown."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    @hookimpl
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """Note a connection."""
        self.seen.append(conn)


def test_no_plug_in_touches_a_file_of_ours(tmp_path: Path) -> None:
    """What somebody has installed for sqlite-utils has no part in making and opening a database."""
    nosy = Nosy()
    pm.register(nosy)
    try:
        for _ in range(2):
            sqlite_store.SQLiteStore(tmp_path / "facts.db").close()
        assert nosy.seen == []
        sqlite_utils.Database(memory=True).close()
        assert len(nosy.seen) == 1, "the plug-in was never asked: this would test nothing"
    finally:
        pm.unregister(nosy)
