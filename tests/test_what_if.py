"""What-if says what recording would change, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from worlds import Pick, Tally, World, holds
from worlds_facts import FIRST_DAY, Palette, day

import mastery
from competencies import Competency, Framework, UnknownCompetency
from mastery import (
    Award,
    Change,
    CheckRule,
    Criteria,
    Decision,
    DecisionKind,
    Engine,
    Evidence,
    FactError,
    KeyConflict,
    MemoryStore,
    Policy,
    Retention,
)

TALLY = Tally()
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)
CHAIN = Framework(
    "chain",
    [Competency(n, n.upper()) for n in ("a", "b", "c", "g", "g1", "g2")],
    requires={"b": "a", "c": "b"},
    part_of={"g1": "g", "g2": "g"},
)


def piece(competency: str, score: float = 1.0, day: float = 0, key: str = "", learner: str = "ana") -> Evidence:
    return Evidence(learner, competency, score, T0 + timedelta(days=day), key=key)


def decided(kind: DecisionKind, competency: str = "", **more: object) -> Decision:
    made = {"learner": "ana", "kind": kind, "by": "t", "why": "w", "observed_at": T0, **more}
    return Decision(competency=competency, **made)  # type: ignore[arg-type]


class Sealed(MemoryStore):
    """A store that can be sealed: whoever then opens a transaction is told off."""

    sealed = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open one transaction, unless sealed."""
        assert not self.sealed, "something was to be written"
        with super().writing():
            yield


def law_what_if(world: World, pick: Pick, tally: Tally) -> None:
    """Check that what-if says what record then says, whatever is known already and whatever time has earned."""
    facts = [evolve(fact, recorded_at=None) for fact in world.facts if not isinstance(fact, Award)]
    now = [FIRST_DAY]
    store = Sealed()
    engine = Engine(world.framework, world.policy, store, clock=lambda: now[0])
    n = pick(range(2, 9))
    asked = [fact for fact in facts[-n:] if fact.competency != "gone"]
    known = [fact for fact in facts[:-n] if fact.competency != "gone"]
    try:
        engine.record_all(known)
        now[0] = day(20)
        store.sealed = True
        before = store.position()
        said = engine.what_if("ana", *asked)
    except FactError:
        return  # evidence for a group, an excuse of what is no evidence
    assert store.position() == before
    store.sealed = False
    assert engine.record(*asked).changes == said, repr(world)
    tally.case("law_what_if", changes=said, several=len(said) > 1)


def test_what_if_says_what_recording_then_changes() -> None:
    """The answer to what-if is what recording the same facts at that moment answers, and nothing is written for it."""
    holds(law_what_if, TALLY, 600, Palette(awards=(0,)), changes=0.35, several=0.1)


def test_what_if_changes_no_byte_of_the_file(tmp_path: Path) -> None:
    """Asking leaves the database and its write-ahead log as they are, to the byte, even when a hold has just ended."""
    now = [T0]
    path = tmp_path / "s.db"
    with mastery.open(path, CHAIN, EASY, clock=lambda: now[0]) as engine:
        engine.record(decided(DecisionKind.HOLD, "a", until=T0 + timedelta(days=2)), piece("a", 0.8))
        now[0] += timedelta(days=3)
        before = [file.read_bytes() for file in (path, path.with_name("s.db-wal"))]
        position = engine.position
        said = engine.what_if("ana", piece("b"), decided(DecisionKind.GRANT, "c"))

        assert [change.text for change in said] == ["B is met", "C is met"]
        assert [file.read_bytes() for file in (path, path.with_name("s.db-wal"))] == before
        assert engine.position == position


def test_what_it_would_earn_and_unlock_is_told() -> None:
    """One piece earns A, and A opens B."""
    engine = Engine(CHAIN, EASY, clock=lambda: T0)

    assert [change.text for change in engine.what_if("ana", piece("A", 0.9))] == [
        "A is met",
        "B is unlocked: now ready",
    ]
    assert engine.what_if("ana", piece("a", 0.9)) == engine.what_if("ana", piece("A", 0.9))
    assert engine.what_if("ana") == ()
    assert engine.learners() == []


def test_passing_time_is_not_blamed_on_the_facts() -> None:
    """Work of next month is looked at from next month, before and after: what falls due by then is not its doing."""
    policy = Policy(criteria=EASY.criteria, check=None, retention=Retention(due_after_days=5))
    engine = Engine(CHAIN, policy, clock=lambda: T0)
    engine.record(piece("a"))

    assert {change.competency for change in engine.what_if("ana", piece("g1", 0.5, day=30))} <= {"g1"}
    assert [change.text for change in engine.what_if("ana", piece("a", 1.0, day=30))] == [
        "A was met, due, now met, fresh"
    ]


def test_credit_that_time_earned_is_not_taken_by_what_is_imagined() -> None:
    """A late low score on what was met when a hold ended leaves it met, under question, as recording would."""
    now = [T0]
    engine = Engine(CHAIN, EASY, clock=lambda: now[0])
    engine.record(decided(DecisionKind.HOLD, "a", until=T0 + timedelta(days=2)), piece("a", 0.8))
    now[0] += timedelta(days=3)

    assert [change.text for change in engine.what_if("ana", piece("a", 0.1))] == ["credit for A is under question"]


def test_another_moment_can_be_asked_about() -> None:
    """`at` looks at the learner at that time: before the credit, there was something to earn."""
    engine = Engine(CHAIN, EASY, clock=lambda: T0 + timedelta(days=9))
    engine.record(piece("a", day=5))

    def texts(at: datetime | None) -> list[str]:
        return [change.text for change in engine.what_if("ana", piece("a", 0.9, day=1), at=at)]

    assert texts(T0 + timedelta(days=2)) == ["A is met", "B is unlocked: now ready"]
    assert texts(None) == []


REFUSED = [
    ((piece("aa"),), UnknownCompetency, "'aa'"),
    ((piece("g"),), FactError, "g1, g2|G1, G2"),
    ((piece("a", learner="bo"),), FactError, "'bo'"),
    ((piece("b", 0.5, key="known"),), KeyConflict, "competency was a"),
    ((piece("a", key="x"), piece("a", 0.5, key="x")), KeyConflict, "score was 1"),
    ((decided(DecisionKind.VOID, of="bos"),), FactError, "'bo'"),
    ((decided(DecisionKind.VOID, of="void"),), FactError, "cannot be voided"),
    ((decided(DecisionKind.EXCUSE, of="void"),), FactError, "a piece of evidence was wanted"),
]


@pytest.mark.parametrize(("facts", "error", "says"), REFUSED)
def test_it_is_refused_where_recording_is(
    facts: tuple[Evidence | Decision, ...], error: type[Exception], says: str
) -> None:
    """What cannot be recorded cannot be asked about, for the same reason and in the same words."""
    engine = Engine(CHAIN, EASY, clock=lambda: T0)
    engine.record(piece("a", key="known"), piece("a", key="bos", learner="bo"))
    engine.record(decided(DecisionKind.VOID, of="later", key="void"))

    with pytest.raises(error, match=says) as asked:
        engine.what_if("ana", *facts)
    if facts[0].learner == "ana":
        with pytest.raises(error) as told:
            engine.record(*facts)
        assert str(told.value) == str(asked.value)


def test_what_is_known_changes_nothing() -> None:
    """The same fact under its key again changes nothing, in what-if as in record."""
    engine = Engine(CHAIN, Policy(check=CheckRule()), clock=lambda: T0)
    engine.record(piece("a", key="k"))

    assert engine.what_if("ana", piece("a", key="k")) == ()


def test_a_change_says_nothing_of_its_cause() -> None:
    """Whoever asks what-if knows the cause."""
    found: tuple[Change, ...] = Engine(CHAIN, EASY, clock=lambda: T0).what_if("ana", piece("a"))

    assert {change.cause for change in found} == {None}
