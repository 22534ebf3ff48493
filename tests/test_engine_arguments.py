"""Every argument of the engine's methods reaches what it should: small schools whose answers are known beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from test_engine import CHAIN, EASY, NOW, T0, piece
from test_whole_words_of_refusals import told

from competencies import Competency, Framework, UnknownCompetency
from mastery import (
    AdoptionConflict,
    Criteria,
    Engine,
    MemoryStore,
    Policy,
    Status,
)

DAY = timedelta(days=1)
TWICE = Policy(criteria=Criteria(pieces=2, occasions=1), check=None)
Watched = list[tuple[str, int, int]]


class Watch:
    """What an engine has told of how far it is."""

    def __init__(self) -> None:
        self.told: Watched = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Be told."""
        self.told.append((stage, done, total))

    def taken(self) -> Watched:
        """Return what was told since the last time."""
        found, self.told = self.told, []
        return found


def clocked(*times: datetime, policy: Policy = EASY, framework: Framework = CHAIN) -> Engine:
    """Return an engine that is made at the first of these times, and whose clock then shows each in turn."""
    ahead = iter(times)
    return Engine(framework, policy, clock=lambda: next(ahead, NOW))


def test_facts_may_come_one_by_one() -> None:
    """`record_all` takes a list, a tuple or anything that yields facts, with the same receipt."""
    facts = [piece("a", key="1"), piece("b", key="2")]
    for given in (
        facts,
        tuple(facts),
        (fact for fact in facts),
        iter(facts),
        {fact.key: fact for fact in facts}.values(),
    ):
        receipt = Engine(CHAIN, EASY, clock=lambda: NOW).record_all(given)
        assert (receipt.recorded, receipt.repeated) == (tuple(facts), 0)
        assert [award.competency for award in receipt.awards] == ["a", "b"]


def test_facts_that_come_one_by_one_are_taken_though_the_rules_have_changed() -> None:
    """What yields facts is read once, also where another handle has adopted a framework that alone knows them."""
    store = MemoryStore()
    one, other = (Engine(CHAIN, EASY, store, clock=lambda: NOW) for _ in range(2))
    other.adopt(framework=Framework("more", [*CHAIN.competencies, Competency("new")]))
    receipt = one.record_all(fact for fact in [piece("a", key="1"), piece("new", key="2")])
    assert [fact.key for fact in receipt.recorded] == ["1", "2"]


def test_next_steps_are_those_of_the_moment_goals_and_limit() -> None:
    """`at` looks at that moment, `goals` names what is worked towards, and `limit` cuts the list."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    engine.record(piece("a", day=5))

    def names(**asked: object) -> list[str]:
        return [step.competency for step in engine.next_steps("ana", **asked)]  # type: ignore[arg-type]

    assert names() == ["b", "g1", "g2"]
    assert names(at=T0) == ["a", "g1", "g2"]
    assert names(limit=1) == ["b"]
    assert names(limit=0) == []
    assert names(goals=["g2"]) == ["g2", "b", "g1"]
    assert names(goals=["g2"], at=T0, limit=2) == ["g2", "a"]
    with pytest.raises(UnknownCompetency):
        names(goals=["nowhere"])


def many_ways(count: int) -> Engine:
    """Return an engine on a competency that any one of so many others opens."""
    names = [f"n{n}" for n in range(count)]
    framework = Framework("ways", [*map(Competency, names), Competency("top")], requires={"top": " or ".join(names)})
    return Engine(framework, EASY, clock=lambda: NOW)


def test_why_tells_five_ways_unless_asked_for_more() -> None:
    """Five ways are told where there are more, and as many as are asked for; `at` looks at that moment."""
    engine = many_ways(8)
    found = engine.why("ana", "top")
    assert (len(found.ways), found.more, found.status) == (5, True, Status.LOCKED)
    assert [len(engine.why("ana", "top", limit=n).ways) for n in (2, 6, 8, 9, None)] == [2, 6, 8, 8, 8]
    assert [engine.why("ana", "top", limit=n).more for n in (7, 8, None)] == [True, False, False]
    engine.record(piece("n0", day=5))
    assert engine.why("ana", "top").status is Status.READY
    assert engine.why("ana", "top", at=T0).status is Status.LOCKED


def test_a_class_is_looked_at_as_known() -> None:
    """`known` shows a class by the facts and rules of then, `at` at another moment; both and neither differ."""
    engine = clocked(T0, T0 + DAY, T0 + 10 * DAY, T0 + 20 * DAY)
    engine.record(piece("a", key="1"), piece("b", 1.0, 30, key="later"))
    engine.record(piece("a", 1.0, 2, key="2", learner="bo"))
    engine.adopt(policy=TWICE)
    room = engine.classroom(["ana", "bo", "ana"], at=NOW, known=T0 + 2 * DAY)
    assert (room.rules.policy, room.at, room.learners) == (EASY, NOW, ("ana", "bo"))
    assert [len(room.progress[one].facts) for one in ("ana", "bo")] == [3, 0]
    today = engine.classroom(at=T0 + 3 * DAY)
    assert (today.rules.policy, today.at, today.learners) == (TWICE, T0 + 3 * DAY, ("ana", "bo"))
    assert today.progress["ana"].status("b") is Status.READY
    assert engine.classroom().at == NOW
    with pytest.raises(AdoptionConflict):
        engine.classroom(known=T0 - DAY)


def test_what_is_known_of_a_learner_is_seen_at_its_moment() -> None:
    """`known` and `at` cut apart: what was recorded by the one, as it stands at the other; without `at`, today."""
    engine = clocked(T0, T0, T0 + 10 * DAY)
    engine.record(piece("a", key="1"))
    engine.record(piece("b", 1.0, 30, key="2"))
    assert set(engine.progress("ana", known=T0 + DAY).credits) == {"a"}
    assert set(engine.progress("ana", known=T0 + 10 * DAY).credits) == {"a", "b"}
    assert set(engine.progress("ana", known=NOW, at=T0 + 29 * DAY).credits) == {"a"}
    assert engine.progress("ana", known=T0 + DAY).at == NOW
    assert engine.progress("ana", known=T0 + DAY, at=T0).at == T0


def test_a_preview_is_of_its_moment_and_rules() -> None:
    """Nothing given changes nothing; a policy or a framework alone keeps the other; `at` looks at that moment."""
    watch = Watch()
    engine = Engine(CHAIN, EASY, clock=lambda: NOW, watch=watch)
    engine.record(piece("a", day=5), piece("a", learner="bo"))
    watch.taken()
    assert engine.preview() == ()
    assert watch.taken() == [("looking at every learner", 0, 2), ("looking at every learner", 1, 2)]
    stricter = engine.preview(policy=TWICE)
    assert [(one.learner, one.questioned) for one in stricter] == [("ana", ("A",)), ("bo", ("A",))]
    assert [one.learner for one in engine.preview(policy=TWICE, at=T0 + DAY)] == ["bo"]
    fewer = Framework("fewer", [Competency("b")])
    gone = engine.preview(fewer)
    assert [(one.learner, one.lost, one.unplaced) for one in gone] == [("ana", ("A",), 1), ("bo", ("A",), 1)]
    assert (engine.framework, engine.policy) == (CHAIN, EASY)


def test_adopting_tells_how_far_it_is_and_keeps_what_is_not_given() -> None:
    """A policy or a framework alone keeps the other; every learner is gone through, and the awards are stamped."""
    watch = Watch()
    engine = Engine(CHAIN, TWICE, clock=lambda: NOW, watch=watch)
    engine.record(piece("a"), piece("a", learner="bo"))
    watch.taken()
    awards = engine.adopt(policy=EASY)
    assert watch.taken() == [("recording credit", 0, 2), ("recording credit", 1, 2)]
    assert [(award.learner, award.policy, award.recorded_at) for award in awards] == [
        ("ana", EASY.version, NOW),
        ("bo", EASY.version, NOW),
    ]
    other = Framework("other", CHAIN.competencies)
    assert engine.adopt(other) == ()
    assert (engine.framework, engine.policy) == (other, EASY)
    assert engine.position == (4, 4)


def test_changes_are_those_between_two_instants() -> None:
    """`since` is left out and `until` taken in; without `until` it is now, without a learner it is everybody."""
    watch = Watch()
    times = iter([T0, T0 + DAY, T0 + 2 * DAY, T0 + 3 * DAY])
    engine = Engine(CHAIN, EASY, clock=lambda: next(times, NOW), watch=watch)
    for name in "abc":
        engine.record(piece(name, learner="bo" if name == "b" else "ana"))
    watch.taken()

    def texts(learner: str | None = None, **asked: datetime) -> list[tuple[str, str]]:
        return [(change.learner, change.text) for change in engine.changes(learner, **asked)]

    met = [("ana", "A is met"), ("ana", "B is unlocked: now ready")]
    assert texts("ana", since=T0, until=T0 + DAY) == met
    assert texts("ana", since=T0 + DAY) == []
    assert texts("ana", since=T0) == met
    assert watch.taken() == []
    assert texts(since=T0) == met
    assert watch.taken() == [("going through every learner", 0, 2), ("going through every learner", 1, 2)]
    backwards = "These times cannot be used: until: a time not before 2026-03-03T09:00:00+00:00 was wanted, got "
    assert (
        told(lambda: texts("ana", since=T0 + DAY, until=T0)) == f"{backwards}2026-03-02T09:00:00+00:00: begin earlier"
    )


def test_what_if_is_asked_of_a_moment() -> None:
    """`at` is the moment from which facts are looked at; the stamp they would have is the clock's, never theirs."""
    engine = clocked(T0, T0 + DAY, policy=TWICE)
    engine.record(piece("a", day=5, key="1"))
    texts = [
        [change.text for change in engine.what_if("ana", piece("a", day=n, key="2"), at=at)]
        for n, at in ((0, None), (0, T0 + DAY), (6, T0 + DAY))
    ]
    met = ["A is met", "B is unlocked: now ready"]
    assert texts == [met, ["A was ready, now in progress"], met]


def test_whoever_records_is_told_how_far_it_is() -> None:
    """Recording, importing, merging and exporting tell their stages in words, with how much is done of how much."""
    watch = Watch()
    engine = Engine(CHAIN, EASY, clock=lambda: NOW, watch=watch)
    recording: Watched = [("recording facts", 0, 1), ("working out credit", 0, 1), ("recording facts", 1, 1)]
    engine.record(piece("a", key="k"))
    assert watch.taken() == recording
    engine.import_table(["learner,competency,score,observed_at\n", "bo,a,1,2026-03-02T10:00Z\n"])
    assert watch.taken() == [("reading lines", 0, 0), *recording]
    lines = list(engine.export("ana"))
    watch.taken()
    Engine(CHAIN, EASY, clock=lambda: NOW, watch=watch).merge(lines)
    assert watch.taken()[0] == ("reading lines", 0, 0)
