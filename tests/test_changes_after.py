"""Changes after a position: a cursor that misses nothing, whatever is recorded between two looks."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from attrs import evolve
from worlds import Tally, dense
from worlds_small import day, decide, framework, piece, rules

import mastery
from competencies import CompetenciesError
from mastery import ChangeKind, Engine, Evidence, Policy

TALLY = Tally()
CHAIN = framework("a b c", b="a", c="b")
EASY = Policy(criteria=mastery.Criteria(pieces=1, occasions=1), check=None)


def test_however_it_is_paged_the_cursor_tells_the_same() -> None:
    """Pages of any size between any recordings come to what the receipts of all of them come to.

    A page may end within a recording, and then tells how it stood there; what came and went within a page it does not.
    """
    for world, rng in dense("paged", 60):
        clock = [world.at]
        engine = Engine(world.framework, world.policy, clock=lambda clock=clock: clock[0])
        told, cursor, receipts = [], 0, []
        facts = [f for f in world.facts if not isinstance(f, mastery.Award)]
        rng.shuffle(facts)
        while facts:
            size = rng.randint(1, 3)
            batch, facts = facts[:size], facts[size:]
            try:
                receipts += engine.record(*(evolve(fact, recorded_at=None) for fact in batch)).changes
            except (mastery.FactError, mastery.KeyConflict, CompetenciesError):
                continue
            clock[0] += timedelta(seconds=1)
            if rng.random() < 0.5:
                found, cursor = engine.changes_after(cursor, most=rng.randint(1, 4))
                told += found
        while cursor < engine.position[0]:
            found, cursor = engine.changes_after(cursor, most=rng.randint(1, 4))
            told += found
        whole, end = engine.changes_after(0, most=10_000)
        assert end == cursor
        assert engine.changes_after(end) == ((), end)

        assert _net(receipts) == _net(told) == _net(whole)
        assert all(one.cause is not None and one.cause.keys for one in whole)
        TALLY.case("paged", changes=len(whole) > 2, several=len({one.competency for one in whole}) > 1)
    TALLY.demand("paged", changes=0.5, several=0.3)


Changes = list[mastery.Change] | tuple[mastery.Change, ...]


def _net(changes: Changes) -> dict[str, tuple[object, object]]:
    """Return from where to where each competency came, where that is not the same."""
    found: dict[str, tuple[object, object]] = {}
    for one in changes:
        if one.kind is not ChangeKind.CURRENCY:
            found[one.competency] = (found.get(one.competency, (one.before,))[0], one.after)
    return {name: way for name, way in found.items() if way[0] is not way[1]}


def test_a_piece_tells_what_its_receipt_told() -> None:
    """What one recording changed is what the receipt said, with its cause; nothing of other learners is touched."""
    engine = Engine(CHAIN, EASY, clock=lambda: day(30))
    engine.record(piece(1, 0, "a"))
    _, before = engine.changes_after(0)
    receipt = engine.record(piece(1, 1, "b"), Evidence("bo", "a", 0.2, day(1), key="bo"))
    told, after = engine.changes_after(before)

    assert [(one.learner, one.competency, one.kind) for one in told] == [
        (one.learner, one.competency, one.kind) for one in receipt.changes
    ]
    assert {one.competency for one in told if one.learner == "ana"} == {"b", "c"}
    assert after == engine.position[0]
    assert [one.cause.keys for one in told if one.cause and one.learner == "bo"] == [("bo",)]


def test_a_decision_and_its_void_are_told_one_after_the_other() -> None:
    """What was granted is told as met, and taken back as lost."""
    now = [day(30)]
    engine = Engine(CHAIN, EASY, clock=lambda: now[0])
    engine.record(decide("grant", 1, "a", key="g"))
    now[0] = day(31)
    engine.record(decide("void", 2, of="g", key="v"))
    kinds = [(one.competency, one.kind.value) for one in engine.changes_after(0)[0]]
    assert kinds.index(("a", "met")) < kinds.index(("a", "lost"))


def test_what_time_alone_does_is_not_told() -> None:
    """Credit that falls due between two recordings is told by `changes`, not by the cursor."""
    now = [day(0)]
    engine = Engine(CHAIN, rules(due=2), clock=lambda: now[0])
    engine.record(piece(1, 0, "a"))
    now[0] = day(9)
    engine.record(piece(0.1, 8, "b"))
    kinds = {one.kind for one in engine.changes_after(0)[0]}
    assert ChangeKind.CURRENCY not in kinds
    assert ChangeKind.CURRENCY in {one.kind for one in engine.changes(since=day(0))}


def test_at_hand_is_what_progress_says_or_nothing() -> None:
    """What is at hand is the learner's progress now; with a new fact, other rules or nobody asked before, nothing."""
    now = [day(5)]
    engine = Engine(CHAIN, EASY, clock=lambda: now[0])
    assert engine.at_hand("ana") is None
    engine.record(piece(1, 0, "a"))
    found = engine.at_hand("ana")
    assert found is not None
    assert found.status("b") is engine.progress("ana").status("b") is mastery.Status.READY

    other = Engine(store=engine._store, clock=lambda: now[0])
    other.record(piece(1, 1, "b"))
    assert engine.at_hand("ana") is None
    assert engine.progress("ana").status("c") is mastery.Status.READY
    assert engine.at_hand("ana") is not None
    other.adopt(policy=rules())
    assert engine.at_hand("ana") is None


def test_at_hand_moves_with_the_clock() -> None:
    """A hold that ends with time has ended in what is at hand."""
    now = [day(2)]
    engine = Engine(CHAIN, EASY, clock=lambda: now[0])
    engine.record(decide("hold", 1, "a", until=day(4)))
    engine.progress("ana")
    assert (held := engine.at_hand("ana")) is not None
    assert held.standing("a").overlays
    now[0] = day(6)
    assert (free := engine.at_hand("ana")) is not None
    assert not free.standing("a").overlays


@pytest.mark.parametrize("remember", [1, 5, 10_000])
def test_however_little_is_remembered_answers_are_the_same(remember: int) -> None:
    """How much an engine remembers changes no answer."""
    rng = random.Random(3)
    engine, plain = (Engine(CHAIN, EASY, clock=lambda: day(30), remember=n) for n in (remember, 10_000))
    for n in range(40):
        fact = Evidence(f"l{rng.randrange(6)}", rng.choice("abc"), rng.choice((0.2, 1.0)), day(n / 2), key=f"{n}")
        assert engine.record(fact).changes == plain.record(fact).changes
    for n in range(6):
        assert dict(engine.progress(f"l{n}").credits) == dict(plain.progress(f"l{n}").credits)
