"""Everything that a store keeps goes out and comes back as it was; a file that was cut off or edited is noticed."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mastery
from competencies import Competency, Framework
from mastery import (
    Adoption,
    Basis,
    CheckRule,
    Context,
    Criteria,
    Decision,
    DecisionKind,
    Engine,
    Evidence,
    MemoryStore,
    Outcome,
    Policy,
    Purpose,
    Store,
    StoreError,
    restore,
)
from mastery.export_format import is_export
from mastery.facts import Fact
from mastery.store import SQLiteStore

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)
NAMES = ("a", "b", "c")
CHAIN = Framework("chain ü", [Competency(n, n.upper()) for n in NAMES], requires={"b": "a", "c": "b"})

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
learners = st.sampled_from(["ana", "bo", "zoë \u2028 \n", "ана"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))
scored = st.builds(
    Evidence,
    learners,
    st.sampled_from(NAMES),
    st.floats(0, 1),
    moments,
    purpose=st.sampled_from(Purpose),
    context=st.sampled_from(Context),
    kind=texts,
    item=texts,
    occasion=texts,
    source=texts,
    assessor=texts,
)
missed = st.builds(
    Evidence, learners, st.sampled_from(NAMES), st.none(), moments, outcome=st.just(Outcome.MISSED), source=texts
)
said = texts.filter(str.strip)
decided = st.builds(
    lambda learner, name, kind, by, why, when, ends: Decision(
        learner=learner,
        competency=name,
        kind=kind,
        by=by,
        why=why,
        observed_at=when,
        until=when + ends if kind in (DecisionKind.HOLD, DecisionKind.UNLOCK) else None,
        basis=Basis.INFERRED if kind is DecisionKind.WAIVE else None,
    ),
    learners,
    st.sampled_from(NAMES),
    st.sampled_from([k for k in DecisionKind if k not in (DecisionKind.VOID, DecisionKind.EXCUSE)]),
    said,
    said,
    moments,
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
calls = st.lists(st.lists(st.one_of(scored, scored, scored, missed, decided), max_size=5), max_size=6)


def filled(store: Store, batches: list[list[Evidence | Decision]]) -> Engine:
    """Return an engine that recorded these, a call a week, changed its policy and its framework on the way."""
    now = [datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)]
    engine = Engine(CHAIN, EASY, store, clock=lambda: now[0])
    for n, facts in enumerate(batches):
        now[0] += timedelta(days=7, microseconds=n)
        fresh = {fact.key: fact for fact in facts}
        engine.record_all(list(fresh.values()))
        if n == 2:
            engine.adopt(policy=Policy(criteria=Criteria(pieces=2, occasions=1), check=CheckRule()))
        if n == 3 and facts:
            target = facts[0]
            engine.record(
                Decision(
                    learner=target.learner,
                    kind=DecisionKind.VOID,
                    of=target.key,
                    by="t",
                    why="w",
                    observed_at=now[0],
                )
            )
        if n == 4:
            engine.adopt(framework=Framework("chain 2", [Competency(n) for n in "bcd"], formerly={"a": ("d",)}))
    return engine


def same(one: Engine, other: Engine, at: datetime, known: datetime | None = None) -> None:
    assert one.learners() == other.learners()
    for learner in one.learners():
        first, second = (engine.progress(learner, at=at, known=known) for engine in (one, other))
        assert list(first.standings()) == list(second.standings())
        assert (first.framework, first.policy) == (second.framework, second.policy)
        assert [(f, f.recorded_at) for f in first.facts] == [(f, f.recorded_at) for f in second.facts]


@settings(derandomize=True, deadline=None, max_examples=150, database=None)
@given(calls)
def test_what_goes_out_comes_back_as_it_was(batches: list[list[Evidence | Decision]]) -> None:
    """Exported, restored and exported again, it is the same to the byte, and so is every learner at every moment."""
    engine = filled(MemoryStore(), batches)
    lines = list(engine.export())
    store = MemoryStore()
    assert restore(lines, store) == engine.position[0]
    again = Engine(store=store)

    assert list(again.export()) == lines
    assert "".join(lines).splitlines(keepends=True) == lines
    assert again._store.adoptions() == engine._store.adoptions()
    same(engine, again, T0)
    for week in range(1, 7):
        moment = datetime(2026, 1, 3, tzinfo=UTC) + timedelta(days=7 * week)
        same(engine, again, moment, known=moment)


def some() -> Engine:
    """An engine with something of everything."""
    chance = random.Random(3)
    batches: list[list[Evidence | Decision]] = [
        [
            Evidence(
                chance.choice(["ana", "bo"]),
                chance.choice(NAMES),
                chance.choice([0.25, 0.9, 1]),
                datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n, seconds=k),
                key=f"k{n}-{k}",
                occasion=f"ü{k}",
            )
            for k in range(3)
        ]
        for n in range(6)
    ]
    return filled(MemoryStore(), batches)


def test_memory_and_file_restore_alike(tmp_path: Path) -> None:
    """An export restored into a file gives the same export, and the file opens like any other."""
    lines = list(some().export())
    store = SQLiteStore(tmp_path / "s.db")
    restore(lines, store)
    store.close()
    with mastery.open(tmp_path / "s.db") as engine:
        assert list(engine.export()) == lines


def test_every_kind_of_fact_is_in_what_is_tested() -> None:
    """The engine of these tests has evidence, decisions and awards, and more than one framework and policy."""
    kinds = [json.loads(line).get("fact") or json.loads(line).get("adoption") for line in some().export()]

    assert {"evidence", "decision", "award", "framework", "policy"} <= set(kinds)
    assert (kinds.count("framework"), kinds.count("policy")) == (2, 2)


def test_one_learner_can_be_exported_alone() -> None:
    """One learner's export holds the rules and that learner's facts, and says so."""
    engine = some()
    lines = list(engine.export("bo"))
    store = MemoryStore()
    restore(lines, store)
    alone = Engine(store=store)

    assert json.loads(lines[0]) == {"format": "mastery export", "version": 1, "learner": "bo"}
    assert alone.learners() == ["bo"]
    assert alone.progress("bo", at=T0).facts == engine.progress("bo", at=T0).facts


def test_an_export_is_of_one_moment() -> None:
    """What is recorded while an export is written is not in it."""
    engine = some()
    everybody, one = engine.export(), engine.export("bo")
    first = next(everybody)
    engine.record(Evidence("cy", "b", 1, T0, key="late"), Evidence("bo", "b", 1, T0, key="late too"))

    assert "late" not in "".join((*everybody, *one))
    assert is_export(first)


class Busy(MemoryStore):
    """A store at which somebody else adopts a policy just when an export begins."""

    def position(self) -> int:
        """Return the position, after another handle has adopted something."""
        if self.editions() == 2:
            with self.writing():
                adopted = Adoption("policy", Policy().version, json.dumps(Policy().to_json()), T0)
                self.adopt(adopted)
                self.append([Evidence("bo", "a", 1, T0, key="new", recorded_at=T0)])
        return super().position()


def test_rules_and_facts_of_an_export_belong_together() -> None:
    """A policy that is adopted while an export begins is in it with what was recorded under it, or not at all."""
    store = Busy()
    engine = Engine(CHAIN, EASY, store, clock=lambda: T0)
    lines = list(engine.export())

    assert sum('"adoption": "policy"' in line for line in lines) == 2
    assert sum('"key": "new"' in line for line in lines) == 1


def test_half_characters_survive_in_memory() -> None:
    """Text that is not whole Unicode goes out and comes back; a file that cannot hold it says so."""
    engine = Engine(CHAIN, EASY, clock=lambda: T0)
    engine.record(Evidence("ana", "a", 1, T0, key="k", source="\ud83d"))
    lines = list(engine.export())
    "".join(lines).encode()
    store = MemoryStore()
    restore(lines, store)

    assert store.log()[0] == engine._store.log()[0]


def test_only_an_empty_store_is_restored() -> None:
    """A store with facts or rules of its own is left as it is."""
    engine = some()
    with pytest.raises(StoreError, match="An empty store was wanted"):
        restore(list(some().export()), engine._store)
    assert engine.position == some().position


def test_the_facts_of_an_export_are_those_of_the_log() -> None:
    """Each line of a fact holds what is not as it is by default, and nothing else."""
    engine = Engine(CHAIN, EASY, clock=lambda: T0)
    engine.record(Evidence("ana", "B", 0.5, T0, key="k"))
    line: dict[str, Fact] = json.loads(list(engine.export())[3])

    assert line == {
        "fact": "evidence",
        "learner": "ana",
        "competency": "b",
        "score": 0.5,
        "observed_at": "2026-03-02T09:00:00Z",
        "key": "k",
        "recorded_at": "2026-03-02T09:00:00Z",
    }
