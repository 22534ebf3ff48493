"""`StoreContract`: what every store promises, as tests that a store of your own inherits. Wants pytest.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def make_store(self, tmp_path):
            return lambda: MyStore(tmp_path / "facts")

`make_store()` returns a store that is new and empty each time. A store that outlives its process also gives `reopen`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from mastery.errors import KeyConflict
from mastery.facts import Award, Context, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose
from mastery.progress import evaluate
from mastery.store.memory import MemoryStore
from mastery.store.protocol import Adoption, Store
from mastery.testing.course import standings
from mastery.testing.log import Palette, day, facts
from mastery.testing.rules import framework, policy

__all__ = ["StoreContract"]

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = T0 + timedelta(days=1, microseconds=7)
STRANGE = "Zoë \u202e学生 'x' \"y\" %_\\ \U0001f980 \n\t,;"
MakeStore = Callable[[], Store]


def _piece(key: str, learner: str = "ana", score: float = 0.5, recorded_at: datetime = LATER) -> Evidence:
    return Evidence(learner, "a", score, T0, key=key, recorded_at=recorded_at)


def _keep(store: Store, *facts: Fact) -> list[str]:
    with store.writing():
        return [fact.key for fact in store.append(facts)]


def _fail_after_writing(store: Store, fault: type[BaseException]) -> None:
    with store.writing():
        store.append([_piece("a"), _piece("x", "bo")])
        store.adopt(Adoption("policy", "v", "{}", T0))
        raise fault


def _keys(facts: Sequence[Fact]) -> list[str]:
    return [fact.key for fact in facts]


def _one_of_each() -> list[Fact]:
    """Facts with every field filled in by something that is easily lost."""
    when = T0 + timedelta(microseconds=123_457)
    stamp = LATER + timedelta(microseconds=1)
    texts: dict[str, Any] = dict.fromkeys(("kind", "item", "occasion", "source", "assessor", "key"), STRANGE)
    piece = Evidence(STRANGE, STRANGE, 1 / 3, when, purpose=Purpose.CHECK, context=Context.NOVEL, recorded_at=stamp)
    piece = evolve(piece, **texts)
    missed = Evidence(STRANGE, "a", None, when, outcome=Outcome.MISSED, recorded_at=stamp)
    pin = Decision(
        learner=STRANGE,
        kind=DecisionKind.PIN,
        by=STRANGE,
        why=STRANGE,
        observed_at=when,
        competency=STRANGE,
        until=when + timedelta(microseconds=1),
        source=STRANGE,
        recorded_at=stamp,
    )
    void = Decision(
        learner=STRANGE, kind=DecisionKind.VOID, by="t", why="w", observed_at=when, of="?", recorded_at=stamp
    )
    award = Award(
        learner=STRANGE,
        competency=STRANGE,
        earned_at=when,
        support=(STRANGE, "b", ""),
        framework=STRANGE,
        policy="p",
        recorded_at=stamp,
    )
    return [piece, missed, pin, void, award]


class StoreContract:
    """What a store promises, a test each: inherit it as `Test...` and give the fixture `make_store`."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Return what makes a store, new and empty at each call."""
        raise NotImplementedError("give a fixture make_store: it returns a function that returns a new, empty store")

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 - for those who can
        """Close `store` and return it opened anew; left as it is, what asks for it is skipped."""
        pytest.skip("this store does not outlive its process")

    @pytest.fixture
    def store(self, make_store: MakeStore) -> Iterator[Store]:
        """Yield one store that is new and empty, and close it."""
        kept = make_store()
        yield kept
        kept.close()

    def test_a_new_store_is_empty(self, store: Store) -> None:
        """Nothing is in a store at first: no facts, learners or adoptions, and position 0."""
        assert (store.position(), store.editions()) == (0, 0)
        assert (store.learners(), store.adoptions()) == ([], [])
        assert (store.facts("ana"), store.log(), store.find("a")) == (([], 0), ([], 0), None)

    def test_two_stores_share_nothing(self, make_store: MakeStore) -> None:
        """What one store keeps is in no other."""
        one, other = make_store(), make_store()
        _keep(one, _piece("a"))

        assert other.find("a") is None
        one.close()
        other.close()

    def test_facts_come_back_in_the_order_in_which_they_came(self, store: Store) -> None:
        """A store gives a learner's facts in order of arrival, and only theirs; learners come sorted."""
        _keep(store, _piece("b"), _piece("x", "bo"), _piece("a"))
        _keep(store, _piece("y", "Zoe"))
        facts, position = store.facts("ana")

        assert _keys(facts) == ["b", "a"]
        assert 0 < position <= store.position()
        assert store.learners() == ["Zoe", "ana", "bo"]

    def test_positions_grow_with_every_fact(self, store: Store) -> None:
        """A position is a whole number that grows with each fact kept, and stays where nothing is kept."""
        seen = [store.position()]
        for key in "abc":
            _keep(store, _piece(key))
            seen.append(store.position())

        assert seen == sorted(set(seen))
        _keep(store, _piece("a"))
        assert store.position() == seen[-1]
        assert store.log()[1] == store.facts("ana")[1] == seen[-1]

    def test_only_what_lies_beyond_a_position_is_given(self, store: Store) -> None:
        """Asking beyond a position gives the newer facts, and the same position where there are none."""
        _keep(store, _piece("a"))
        _, position = store.facts("ana")

        assert store.facts("ana", position) == ([], position)
        assert store.facts("nobody", position) == ([], position)
        _keep(store, _piece("x", "bo"), _piece("b"))
        assert _keys(store.facts("ana", position)[0]) == ["b"]
        assert store.facts("ana", store.position() + 9) == ([], store.position() + 9)

    @pytest.mark.parametrize("most", [1, 2, 3, 7])
    def test_the_log_of_all_learners_comes_by_pages(self, store: Store, most: int) -> None:
        """The log gives everybody's facts in the order in which they came, `most` at a time, and then none."""
        _keep(store, _piece("b"), _piece("x", "bo"))
        _keep(store, _piece("a"), _piece("c"), _piece("y", "bo"))
        pages, position = [], 0
        while page := store.log(position, most)[0]:
            pages.append(_keys(page))
            position = store.log(position, most)[1]

        assert [key for page in pages for key in page] == ["b", "x", "a", "c", "y"]
        assert {len(page) for page in pages[:-1]} <= {most}
        assert store.log(position, most) == ([], position)
        assert position == store.position()

    def test_the_same_fact_twice_is_kept_once(self, store: Store) -> None:
        """The same content under its key again is passed over, within a call too, and the earliest stamp stays."""
        assert _keep(store, _piece("a"), _piece("a")) == ["a"]
        assert _keep(store, _piece("a", recorded_at=LATER + timedelta(days=3)), _piece("b")) == ["b"]
        kept = store.find("a")

        assert kept is not None
        assert kept.recorded_at == LATER
        assert _keys(store.facts("ana")[0]) == ["a", "b"]

    @pytest.mark.parametrize(
        "other",
        [_piece("a", score=0.6), _piece("a", learner="bo"), evolve(_piece("a"), observed_at=LATER)],
        ids=["score", "learner", "time"],
    )
    def test_a_key_with_other_content_is_refused_and_nothing_is_kept(self, store: Store, other: Evidence) -> None:
        """One key names one fact for ever: the conflict tells the difference, and the whole call is undone."""
        _keep(store, _piece("a"))
        position = store.position()

        with pytest.raises(KeyConflict, match="was") as told:
            _keep(store, _piece("b"), other)
        assert (told.value.key, bool(told.value.differences)) == ("a", True)
        assert (store.facts("ana"), store.learners()) == (([_piece("a")], position), ["ana"])
        assert (store.find("b"), store.find("a")) == (None, _piece("a"))

    def test_one_call_with_two_contents_under_a_key_keeps_nothing(self, store: Store) -> None:
        """Two contents under one new key are a conflict too."""
        with pytest.raises(KeyConflict):
            _keep(store, _piece("a"), _piece("a", score=0.6))
        assert (store.position(), store.learners()) == (0, [])

    @pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt, SystemExit, GeneratorExit])
    def test_a_call_that_fails_leaves_nothing(self, store: Store, fault: type[BaseException]) -> None:
        """What is written in a transaction that raises or is interrupted never was; the next one works."""
        _keep(store, _piece("before"))
        position = store.position()

        with pytest.raises(fault):
            _fail_after_writing(store, fault)
        assert (store.position(), store.editions(), store.adoptions()) == (position, 0, [])
        assert (store.learners(), store.find("a"), _keys(store.log()[0])) == (["ana"], None, ["before"])
        assert _keep(store, _piece("a")) == ["a"]

    def test_a_transaction_sees_what_it_has_written(self, store: Store) -> None:
        """Within `writing`, what was written is seen."""
        with store.writing():
            store.append([_piece("a")])
            store.adopt(Adoption("policy", "v", "{}", T0))

            assert (_keys(store.facts("ana")[0]), store.editions()) == (["a"], 1)
            assert store.position() == store.facts("ana")[1]

    @pytest.mark.parametrize("size", [0, 1, 119, 120, 121, 1_203])
    def test_large_calls_and_small_ones_keep_alike(self, store: Store, size: int) -> None:
        """Any number of facts in a call, doubled or not, is kept whole and in order."""
        facts = [_piece(f"k{(n * 7919) % 2_003:04}") for n in range(size)]
        some = facts[: size // 2]

        assert _keep(store, *some) == _keys(some)
        assert _keep(store, *facts, *some) == _keys(facts[size // 2 :])
        assert store.facts("ana")[0] == facts

    def test_every_field_comes_back(self, store: Store) -> None:
        """Each kind of fact comes back equal, stamp included: whatever letters, and times to the microsecond."""
        given = _one_of_each()
        _keep(store, *given)

        for found in (store.facts(STRANGE)[0], store.log()[0], [store.find(fact.key) for fact in given]):
            assert found == given
            assert [fact and fact.recorded_at for fact in found] == [fact.recorded_at for fact in given]
        assert store.learners() == [STRANGE]

    def test_adoptions_come_back_in_order(self, store: Store) -> None:
        """Adoptions come back as they were and in order, the same one twice too, and `editions` counts them."""
        kinds = [Adoption("framework", "1", '{"a": "ü"}', LATER), Adoption("policy", STRANGE, STRANGE, T0)]
        for adoption in (*kinds, kinds[0]):
            with store.writing():
                store.adopt(adoption)

        assert store.adoptions() == [*kinds, kinds[0]]
        assert (store.editions(), store.position()) == (3, 0)

    def test_nothing_is_lost_by_closing(self, make_store: MakeStore) -> None:
        """What was kept is there after closing and opening again, and goes on from the same position."""
        store = make_store()
        _keep(store, *_one_of_each(), _piece("a"))
        with store.writing():
            store.adopt(Adoption("policy", "v", "{}", LATER))
        before = store.log(), store.facts("ana"), store.adoptions(), store.learners(), store.position()
        again = self.reopen(store)

        assert (again.log(), again.facts("ana"), again.adoptions(), again.learners(), again.position()) == before
        assert _keep(again, _piece("a"), _piece("b")) == ["b"]
        assert again.position() > before[-1]
        again.close()

    @pytest.mark.parametrize("seed", range(12))
    def test_progress_is_that_of_a_store_in_memory(self, make_store: MakeStore, seed: int) -> None:
        """Facts that were kept come to the same progress as those of a store in memory, in every field."""
        pick = random.Random(seed).choice  # noqa: S311 - chance is no secret here
        built = framework(pick, 6)
        rules, told = policy(pick, built), facts(pick, built, Palette(), small=False)
        found = []
        for store in (make_store(), MemoryStore()):
            for n in range(0, len(told), 3):
                _keep(store, *told[n : n + 3], *told[: n // 2])
            found.append((store.facts("ana")[0], store.learners()))
            store.close()

        assert found[0] == found[1]
        assert found[0][0] == list(told)
        ours, theirs = (standings(evaluate(built, rules, kept, day(15))) for kept, _ in found)
        assert ours == theirs
