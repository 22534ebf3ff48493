"""What is counted once: novel pieces, the prerequisites an award rests on, the day on which an estimate ages."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread

from test_edges_of_rules import at
from test_engine import EASY, NOW, T0, piece

from competencies import Competency, Framework
from mastery import Context, Criteria, Engine, Policy
from mastery.models import Sums
from mastery.store import SQLiteStore


def test_each_novel_piece_counts_once() -> None:
    """Two are wanted: one in a novel context is not enough, two are."""
    policy = Policy(criteria=Criteria(pieces=2, occasions=1, novel=2), check=None)
    facts = [piece("a", day=n, key=str(n), context=Context.NOVEL if n else Context.FAMILIAR) for n in range(3)]
    found = [at(facts[:n], 9, policy) for n in (1, 2, 3)]
    assert [(standing.novel, standing.criteria_met) for standing in found] == [(0, False), (1, False), (2, True)]


def test_an_award_rests_on_what_was_credited_then() -> None:
    """Of two that would do, the one that was credited is named, and the one credited later is not."""
    either = Framework("either", [Competency(name) for name in "abc"], requires={"c": "a or b"})
    engine = Engine(either, EASY, clock=lambda: NOW)
    (first,) = engine.record(piece("a", key="ka")).awards
    engine.record(piece("b", day=5, key="kb"))
    (award,) = engine.record(piece("c", day=1, key="kc")).awards
    assert award.support == ("kc", first.key)


def test_an_estimate_that_ages_may_change_at_midnight() -> None:
    """A standing whose estimate ages holds until the next day begins in UTC; others hold on."""
    policy = Policy(Sums(half_life_days=9), Criteria(pieces=2, occasions=1), None)
    assert at([piece("a", 0.5)], 1, policy).expires == (T0 + timedelta(days=2)).replace(hour=0)
    assert at([piece("a", 0.5)], 1, Policy(criteria=Criteria(pieces=2, occasions=1), check=None)).expires is None


def test_a_store_may_be_used_from_another_thread(tmp_path: Path) -> None:
    """A file that one thread has opened can be read by another."""
    found: list[int] = []
    with closing(SQLiteStore(tmp_path / "facts.db")) as store:
        other = Thread(target=lambda: found.append(store.position()))
        other.start()
        other.join()
    assert found == [0]
