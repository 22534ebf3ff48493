"""Laws 12 and 14: what one learner's facts are to another, and what a store gives back, put to dense worlds."""

from __future__ import annotations

from collections import Counter
from itertools import count
from pathlib import Path

from hypothesis import given
from worlds import Pick, Tally, World, keeps, profile, tried, worlds

from mastery.store import MemoryStore, Store
from mastery.store.sqlite import SQLiteStore
from mastery.testing import laws

TALLY = Tally()


def kept_in_memory(world: World) -> Counter[str]:
    """Put law 14 to a store in memory."""
    return laws.store_keeps(MemoryStore, world)


def test_law_12() -> None:
    """One learner's facts never touch another's state."""
    keeps("law_12", laws.learners_are_apart, TALLY, 800, both=0.23)


def test_law_14_in_memory() -> None:
    """A store in memory gives the facts as they came, with their stamps."""
    keeps("law_14_in_memory", kept_in_memory, TALLY, 800, facts=0.5, credit=0.4)


def test_law_14_in_a_file(tmp_path: Path) -> None:
    """A store in a file that is opened again gives the facts as they came, and the same progress as memory."""
    paths = (tmp_path / f"{n}.db" for n in count())
    opened: dict[int, Path] = {}

    def make() -> Store:
        path = next(paths)
        store = SQLiteStore(path)
        opened[id(store)] = path
        return store

    def reopen(store: Store) -> Store:
        store.close()
        return SQLiteStore(opened.pop(id(store)))

    def law(world: World) -> Counter[str]:
        return laws.store_keeps(make, world, reopen=reopen)

    keeps("law_14_in_a_file", law, TALLY, 100, facts=0.5, credit=0.4)


@given(worlds())
@profile(150)
def test_no_two_learners_who_touch_are_found(drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no learner whose facts touch another."""
    tried(laws.learners_are_apart, drawn)


@given(worlds())
@profile(150)
def test_no_lost_fact_is_found(drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no fact that memory loses."""
    tried(kept_in_memory, drawn)
