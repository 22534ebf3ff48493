"""Where rules turn: just at the bar, at the moment itself, with one thing or none; each with its whole answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import frozen
from test_engine import CHAIN, EASY, NOW, T0, decision, piece
from test_whole_words_of_refusals import NAIVE, told

from competencies import Competency, Framework
from mastery import (
    Action,
    CheckRule,
    Criteria,
    DecisionKind,
    Engine,
    Evidence,
    MemoryStore,
    Policy,
    Purpose,
    Retention,
    Status,
    evaluate,
    read_evidence,
)
from mastery.adoption import settle
from mastery.history import editions_of
from mastery.models import registry
from mastery.publishing import Impact, Work
from mastery.retention import Currency
from mastery.standing import Overlay, Standing, Wait, WaitKind
from mastery.store import Adoption
from mastery.what_if import imagined

DAY = timedelta(days=1)
CHECKED = Policy(criteria=Criteria(pieces=1, occasions=1), check=CheckRule(), retention=Retention(10))
QUESTION = Wait(WaitKind.PERSON, "a person to confirm or revoke credit that is under question")


def check(competency: str, score: float, day: float, **more: Any) -> Evidence:
    return piece(competency, score, day, purpose=Purpose.CHECK, **more)


def at(facts: list[Any], day: float, policy: Policy = EASY) -> Standing:
    """Return the standing on the first competency of the chain after these facts, so many days after the first."""
    return evaluate(CHAIN, policy, facts, T0 + timedelta(days=day)).standing("a")


def test_practice_just_at_the_bar_confirms() -> None:
    """Credit falls due so many days after the latest piece at the bar; one a millionth below puts nothing off."""
    policy = Policy(criteria=Criteria(pieces=1, occasions=1), check=None, retention=Retention(10))
    first = piece("a", 0.8, 0, key="1")
    for score, due in ((0.8, 15), (0.799999, 10)):
        standing = at([first, piece("a", score, 5, key="2")], 6, policy)
        assert (standing.due_at, standing.currency) == (T0 + due * DAY, Currency.FRESH)
    assert at([first], 10, policy).action is Action.RECHECK
    assert at([first], 10 - 1e-9, policy).action is None
    assert at([piece("a", 0.799999, 0)], 1, policy).status is Status.IN_PROGRESS


def test_what_waits_for_a_person_says_for_what() -> None:
    """Held, paused, out of attempts or under question: each wait names the person, the words and the end."""
    hold = decision(DecisionKind.HOLD, "a", until=T0 + 5 * DAY)
    paused = decision(DecisionKind.PAUSE, "a", 1)
    assert at([hold], 1).wait == Wait(WaitKind.PERSON, "held: w", T0 + 5 * DAY, "t")
    assert at([hold, paused], 2).wait == Wait(WaitKind.PERSON, "paused: w", None, "t")
    assert at([hold], 5).wait is None
    for cap, text in ((1, "the one attempt at the check is used"), (2, "all 2 attempts at the check are used")):
        policy = Policy(criteria=Criteria(pieces=1, occasions=1), check=CheckRule(cap=cap))
        fails = [check("a", 0, n, key=f"f{n}") for n in range(cap)]
        standing = at(fails, 9, policy)
        assert (standing.status, standing.wait) == (Status.AWAITING, Wait(WaitKind.PERSON, text))
        credited = at([decision(DecisionKind.GRANT, "a", -1), *fails], 9, policy)
        assert (credited.currency, credited.wait) == (Currency.LAPSED, Wait(WaitKind.PERSON, text))


def test_a_retake_waits_for_its_date() -> None:
    """After a fail the retake opens when the wait is over, to the instant, and not before."""
    facts = [piece("a", 1, 0, key="1"), check("a", 0.5, 1)]
    lax = Policy(criteria=Criteria(0.7, pieces=1, occasions=1), check=CheckRule(wait_days=2))
    early, open_ = at(facts, 2, lax), at(facts, 3, lax)
    assert (early.status, early.action, early.opens) == (Status.NOT_YET, None, T0 + 3 * DAY)
    assert early.wait == Wait(WaitKind.DATE, "the retake opens", T0 + 3 * DAY)
    assert early.expires == T0 + 3 * DAY
    assert (open_.status, open_.action, open_.opens, open_.wait) == (Status.NOT_YET, Action.RETAKE, None, None)
    lapsed = at([decision(DecisionKind.GRANT, "a", -1), check("a", 0.5, 1)], 2, lax)
    assert (lapsed.status, lapsed.wait) == (Status.MET, Wait(WaitKind.DATE, "the retake opens", T0 + 3 * DAY))
    assert at([decision(DecisionKind.GRANT, "a", -1), check("a", 0.5, 1)], 3, lax).action is Action.REPAIR


def questioned() -> Engine:
    """Return an engine whose learner has credit under question for a, and for g1 but not g2."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    engine.record(piece("a"), piece("g1"), decision(DecisionKind.GRANT, "g2"))
    engine.adopt(policy=Policy(criteria=Criteria(pieces=2, occasions=1), check=None, retention=Retention(None)))
    return engine


def test_credit_under_question_waits_and_its_group_says_so() -> None:
    """Who has credit under question waits for a person; a group is under question as soon as one part is."""
    progress = questioned().progress("ana")
    standing = progress.standing("a")
    assert (standing.status, standing.action, standing.wait) == (Status.MET, None, QUESTION)
    assert (standing.under_question, standing.overlays) == (True, {Overlay.UNDER_QUESTION})
    assert progress.standing("g") == Standing(Status.MET, currency=Currency.FRESH, under_question=True)
    sure = evaluate(CHAIN, EASY, [decision(DecisionKind.GRANT, "g")], T0)
    assert sure.standing("g") == Standing(Status.MET, currency=Currency.FRESH, under_question=False)
    assert sure.standing("g1").overlays == frozenset()


def test_a_group_is_where_its_parts_are() -> None:
    """Untouched it is ready, with the first piece in progress, with all parts met as its worst part is."""
    for facts, day, expected in (
        ([], 0, Standing(Status.READY)),
        ([piece("g1", 0.1)], 0, Standing(Status.IN_PROGRESS)),
        ([piece("g1")], 0, Standing(Status.IN_PROGRESS)),
        ([piece("g1"), piece("g2", day=5)], 6, Standing(Status.MET, currency=Currency.FRESH)),
        ([piece("g1"), piece("g2", day=5)], 11, Standing(Status.MET, currency=Currency.DUE)),
    ):
        policy = Policy(criteria=Criteria(pieces=1, occasions=1), check=None, retention=Retention(10))
        assert evaluate(CHAIN, policy, facts, T0 + day * DAY).standing("g") == expected
    shut = Framework("shut", CHAIN.competencies, requires={"g1": "a", "g2": "a"}, part_of=CHAIN.part_of)
    locked = Standing(Status.LOCKED, wait=Wait(WaitKind.REQUIREMENT, "its requirement is not met"))
    assert evaluate(shut, EASY, [], T0).standing("g") == locked


def test_an_award_rests_on_the_awards_below_it() -> None:
    """What a later award builds on is named by its award, what a person decided by the decision's key."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    (first,) = engine.record(piece("a", key="ka")).awards
    (second,) = engine.record(piece("b", day=1, key="kb")).awards
    assert (first.support, second.support) == (("ka",), ("kb", first.key))
    both = Engine(CHAIN, EASY, clock=lambda: NOW)
    both.record(decision(DecisionKind.GRANT, "b", key="grant"))
    assert both.record(piece("c", day=1, key="kc")).awards[0].support == ("kc", "grant")
    unlocked = Engine(CHAIN, EASY, clock=lambda: NOW)
    unlocked.record(decision(DecisionKind.UNLOCK, "b", key="open"))
    (award,) = unlocked.record(piece("b", day=1, key="kb")).awards
    assert award.support == ("kb", "open")


def test_what_adopting_would_do_is_told_in_full() -> None:
    """What is gained, questioned and asked for anew is told once each; what was under question before is no news."""
    engine = questioned()
    assert engine.preview() == ()
    gained = Engine(CHAIN, Policy(criteria=Criteria(pieces=2, occasions=1), check=None), clock=lambda: NOW)
    gained.record(piece("a", key="1"), piece("b", 0.5, key="2"))
    assert gained.preview(policy=EASY) == (
        Impact(
            "ana", gained=("A",), questioned=(), locked=(), lost=(), unplaced=0, work=(Work(Action.CONTINUE, ("B",)),)
        ),
    )


def test_credit_that_comes_back_under_question_is_gained_alone() -> None:
    """Credit that the edition of today has no place for is gained where an edition has it again, and not questioned."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    engine.record(piece("a"))
    strict = Policy(criteria=Criteria(pieces=2, occasions=1), check=None)
    engine.adopt(Framework("short", [Competency("z")]), strict)
    (found,) = engine.preview(CHAIN)
    assert (found.gained, found.questioned, found.lost, found.unplaced) == (("A",), (), (), -1)


def test_editions_are_those_that_a_store_lived_by() -> None:
    """Each pair is there once, from its day on, with what was adopted as its cause; the held one is not read again."""
    engine = Engine(CHAIN, EASY, clock=lambda: T0)
    store, other = engine._store, Policy(choice=1)
    engine._clock = lambda: NOW
    engine.adopt(policy=other)
    engine.adopt(policy=other)
    first, second = editions_of(store.adoptions(), (engine.framework, engine.policy))
    assert (first.since, first.framework, first.policy) == (T0, CHAIN, EASY)
    assert first.cause.text == (
        f"the framework of 2026-03-02 (version {CHAIN.version[:8]}) and the policy of 2026-03-02 (version "
        f"{EASY.version[:8]})"
    )
    assert (second.since, second.policy) == (NOW, other)
    assert second.cause.text == f"the policy of 2026-05-01 (version {other.version[:8]})"
    assert second.framework is engine.framework
    assert second.policy is engine.policy
    assert first.policy is not EASY
    assert editions_of(store.adoptions()[:1], (CHAIN, EASY)) == []


def test_a_failed_check_whose_day_comes_is_no_recheck_that_fell_due() -> None:
    """Credit that lapses as time goes by names the fact whose day came; credit that falls due names the recheck."""
    times = iter([T0, T0, T0 + DAY])
    policy = Policy(criteria=Criteria(pieces=1, occasions=1), check=CheckRule(required=False), retention=Retention(10))
    engine = Engine(CHAIN, policy, clock=lambda: next(times, NOW))
    engine.record(piece("a"))
    engine.record(check("a", 0, 5, key="quiz"))
    told_of = [(change.text, change.cause and change.cause.text) for change in engine.changes("ana", since=T0 + DAY)]
    assert told_of == [("A was met, fresh, now met, lapsed", "its day came: check quiz for A (0.00 on 2026-03-07)")]
    times = iter([T0, T0])
    due = Engine(CHAIN, policy, clock=lambda: next(times, NOW))
    due.record(piece("a"))
    fell = [(change.text, change.cause and change.cause.text) for change in due.changes("ana", since=T0 + DAY)]
    assert fell == [("A was met, fresh, now met, due", "a recheck fell due")]


@frozen
class Moody:
    """A model whose limit cannot be told."""

    window = None
    ages = False

    @property
    def highest(self) -> float:
        """Fail."""
        raise ValueError("nobody knows its limit")

    def of(self, pieces: object, *, on: object = None) -> None:
        """Estimate nothing."""


def test_a_model_of_ones_own_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a registered model raises while a policy is built is told as what is wrong with the policy."""
    monkeypatch.setitem(registry._MODELS, "moody", Moody)
    assert told(lambda: Policy.from_mapping({"model": {"name": "moody"}})) == (
        "This policy cannot be read: nobody knows its limit"
    )


class Late(MemoryStore):
    """A store whose adoptions another handle writes just before a transaction begins."""

    looked = 0

    def adoptions(self) -> list[Adoption]:
        """Return nothing at the first look."""
        self.looked += 1
        return super().adoptions() if self.looked > 1 else []


def test_who_comes_second_lives_by_what_the_first_adopted() -> None:
    """Rules that another handle adopts between a look and the transaction are the ones to live by."""
    store = Late()
    settle(store, CHAIN, EASY, T0)
    store.looked = 0
    assert settle(store, None, None, NOW) == (CHAIN, EASY)
    store.looked = 0
    assert "This store lives by another policy" in told(lambda: settle(store, CHAIN, Policy(), NOW))


def test_what_is_imagined_bears_the_stamp_of_its_moment() -> None:
    """Facts that are asked about are stamped as recording would stamp them, each key once, without what is known."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    engine.record(piece("a", key="1"))
    facts = [piece("A", key="1"), piece("B", key="2"), piece("b", key="2")]
    found = imagined("ana", facts, engine.progress("ana"), engine._store, T0)
    assert [(fact.key, fact.competency, fact.recorded_at) for fact in found] == [("2", "b", T0)]


def test_other_moments_carry_an_offset() -> None:
    """A moment without an offset is refused by name, wherever one is asked for."""
    progress = evaluate(CHAIN, EASY, [], T0)
    says = "a time with an offset from UTC was wanted, got 2026-03-02T08:00:00 without one: add it, as +01:00 or Z"
    assert told(lambda: progress.moved(NAIVE)) == f"This time cannot be used: at: {says}"
    assert told(lambda: evaluate(CHAIN, EASY, [], NAIVE)) == f"This time cannot be used: at: {says}"
    assert told(lambda: evaluate(CHAIN, EASY, [], T0, known=NAIVE)) == f"This time cannot be used: known: {says}"
    engine = Engine(CHAIN, EASY)
    assert told(lambda: engine.classroom(at=NAIVE)) == f"This time cannot be used: at: {says}"
    assert told(lambda: engine.changes(since=T0, until=NAIVE)) == f"This time cannot be used: until: {says}"


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the clock of this machine be fourteen hours ahead."""
    monkeypatch.setenv("TZ", "Etc/GMT-14")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_the_last_year_ends_in_utc() -> None:
    """The last hours of the last year are taken wherever the machine stands."""
    last = datetime(8999, 12, 31, 23, tzinfo=UTC)
    assert Evidence("ana", "a", None, last, outcome="missed").observed_at == last  # type: ignore[arg-type]


def test_a_header_loses_its_mark_and_nothing_else() -> None:
    """A byte order mark before the first name is taken away, no letter of it."""
    row = "ana,a,0.5,2026-03-02T10:00Z"
    assert len(read_evidence(["\ufeffLearner , competency,SCORE,observed_at", row], CHAIN)) == 1
    assert "column xlearner: no such column; did you mean learner?" in told(
        lambda: read_evidence(["Xlearner,competency,score,observed_at", row], CHAIN)
    )
