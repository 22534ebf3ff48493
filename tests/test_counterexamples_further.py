"""The counterexamples that the wording of the laws comes from, 20 to 34 and those of graphs, each with what holds now.

A test's number is its counterexample's; a looser wording fails it.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from worlds_small import (
    LATEST,
    MEAN,
    PC,
    PRACTICE,
    REQUIRED,
    C,
    award,
    check,
    day,
    decide,
    framework,
    look,
    piece,
    rules,
    steps,
)

from competencies import CycleError, RequirementTextError, parse
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.engine import Engine
from mastery.errors import FactError, KeyConflict, PolicyError
from mastery.explain import why
from mastery.facts import Basis, Evidence, Outcome
from mastery.models import BKT, MasteryModel, Sums
from mastery.progress import evaluate
from mastery.retention import Currency
from mastery.standing import Action, Status


def test_20_the_last_decisive_check_decides() -> None:
    """A check passed and then failed is not passed: credit is not earned and lapsed in one instant."""
    told = [check(1, 1), check(0, 2), piece(1, 3)]
    assert look(rules(counts=PRACTICE, check=REQUIRED), told, 3).standing("c").credit is None


def test_21_a_higher_score_never_lowers_the_interval() -> None:
    """The interval is Wilson's on the sums, so .8 .8 1.0 is no less certain to be good than .8 .8 .8."""
    lows = []
    for last in (0.8, 1.0):
        estimate = MEAN.of([piece(0.8, 1), piece(0.8, 2), piece(last, 3)])
        assert estimate is not None
        lows.append(estimate.low)
    assert lows == sorted(lows)


def test_22_the_end_of_a_decision_is_a_moment() -> None:
    """Credit earned under a hold that ends on day 5 is there from day 5, though nothing happened then."""
    told = [piece(1, 1), decide("hold", 0, until=day(5))]
    assert look(rules(), told, 4).standing("c").credit is None
    assert look(rules(), told, 6).credits["c"].since == day(5)


def test_23_recording_twice_is_recording_once() -> None:
    """The same content under one key is no conflict, whenever it was recorded; the earliest recording stays."""
    twice = [piece(1, 1, recorded_at=day(n)) for n in (9, 7, 8)]
    assert [fact.recorded_at for fact in look(rules(pieces=2), twice).facts] == [day(7)]
    assert look(rules(pieces=2), twice).status("c") is Status.IN_PROGRESS


def test_24_a_void_cannot_be_voided_and_may_arrive_first() -> None:
    """Two voids of one another do nothing, a void acts on a target that comes later, and is no reason for anything."""
    ring = [decide("void", 1, of="v2", key="v1"), decide("void", 1, of="v1", key="v2")]
    assert list(look(rules(), ring).standings()) == list(look(rules(), []).standings())
    void = decide("void", 1, of="c@5", key="v")
    for told in ([void, piece(1, 5)], [piece(1, 5), void], [void, piece(1, 5), decide("void", 6, of="v")]):
        assert look(rules(), told).status("c") is Status.READY
    assert look(rules(), [piece(1, 1), decide("void", 4, of="c@1")], 3).status("c") is Status.MET


def test_24_an_award_that_arrives_after_the_void_falls_too() -> None:
    """Law 9: adding an award whose support is void gives what evaluating all facts gives."""
    told = [piece(1, 1), decide("void", 2, of="c@1")]
    late = award(1, "c@1")
    assert look(rules(), [*told, late]).status("c") is Status.READY
    assert look(rules(), told).with_facts([late]).status("c") is Status.READY


@pytest.mark.parametrize("kind", ["void", "excuse"])
def test_24_a_decision_never_acts_on_another_learners_fact(kind: str) -> None:
    """Who names the fact of another learner is refused, and one that came before it does nothing to it."""
    of_bo = evolve(piece(1, 1, key="k"), learner="bo")
    named, early = (Engine(C, rules(), clock=lambda: day(9)) for _ in range(2))
    named.record(of_bo)
    with pytest.raises(FactError, match="one of 'bo'"):
        named.record(decide(kind, 2, of="k"))
    early.record(decide(kind, 2, of="k"))
    early.record(of_bo)
    assert [engine.progress("bo").status("c") for engine in (named, early)] == [Status.MET, Status.MET]


def test_25_facts_of_two_learners_are_not_evaluated_together() -> None:
    """One learner's facts never touch another's state: evaluate refuses a mixture, one by one as well."""
    mixed = [piece(1, 1), evolve(piece(1, 2), learner="bo")]
    with pytest.raises(FactError, match="'ana' and 'bo'"):
        look(rules(), mixed)
    with pytest.raises(FactError):
        look(rules(), mixed[:1]).with_facts(mixed[1:])


def test_25_a_key_is_one_learners_alone() -> None:
    """Two learners' facts never share a key: the store, which sees both, refuses the second."""
    engine = Engine(C, rules(), clock=lambda: day(9))
    engine.record(piece(1, 1))
    with pytest.raises(KeyConflict):
        engine.record(evolve(piece(1, 1), learner="bo"))


def test_26_looking_back_is_one_thing_and_what_was_known_another() -> None:
    """`at` leaves out what was observed later, `known` what was recorded later."""
    told = [piece(1, 1, recorded_at=day(6))]
    assert look(rules(), told, 1).status("c") is Status.MET
    assert evaluate(C, rules(), told, day(9), known=day(5)).status("c") is Status.READY
    assert evaluate(C, rules(), told, day(9), known=day(6)).status("c") is Status.MET


def test_27_missed_work_is_neither_zero_nor_nothing() -> None:
    """A missed piece has no score, is listed, and is no piece, attempt or relearning."""
    missed = [piece(None, n, outcome="missed", purpose=purpose) for n, purpose in enumerate(("formative", "check"))]
    progress = look(rules(check=REQUIRED), missed)
    assert (progress.status("c"), progress.standing("c").estimate) == (Status.READY, None)
    assert [(use.counts, use.note) for use in why(progress, "c").evidence] == [(False, "it was missed")] * 2
    with pytest.raises(FactError, match="none was wanted for a piece that is missed"):
        piece(0, 1, outcome=Outcome.MISSED)


def test_27_missed_work_is_no_relearning() -> None:
    """A retake after missed practice is not open, as it is after a good piece of practice."""
    policy = rules(counts=PRACTICE, check=CheckRule(wait_days=0, relearning=0.5))
    for practice, status in [(piece(None, 3, outcome="missed"), Status.NOT_YET), (piece(1, 3), Status.MET)]:
        assert look(policy, [piece(1, 1), check(0, 2), practice, check(1, 4)]).status("c") is status


def test_28_three_questions_are_one_occasion_unless_said_otherwise() -> None:
    """Pieces without an occasion are one occasion per UTC day and source."""
    policy = evolve(rules(), criteria=Criteria(pieces=3, occasions=2))
    same_day = [piece(1, 1 + n / 10, key=f"q{n}") for n in range(3)]
    assert look(policy, same_day).standing("c").occasions == 1
    assert look(policy, [*same_day[:2], evolve(same_day[2], source="quiz tool")]).status("c") is Status.MET
    assert look(policy, [*same_day[:2], evolve(same_day[2], occasion="second sitting")]).status("c") is Status.MET


def test_29_times_are_instants_whatever_the_clock_on_the_wall() -> None:
    """The hour that a clock repeats is two hours, and `at` in another zone is the same instant."""
    berlin = ZoneInfo("Europe/Berlin")
    first, again = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    early, late = (Evidence("ana", "c", 1, when, key="k") for when in (first, again))
    assert (late.observed_at - early.observed_at, early == late) == (timedelta(hours=1), False)
    policy = rules(Sums(k=1, half_life_days=1), bar=0.5)
    midnight = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    here, there = (
        evaluate(C, policy, [piece(1, 60)], at).standing("c") for at in (midnight, midnight.astimezone(berlin))
    )
    assert here.estimate == there.estimate


def test_29_a_day_of_waiting_is_24_hours() -> None:
    """A wait of a day over the night in which clocks go back ends an hour earlier by the clock on the wall."""
    failed = datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    told = [piece(1, 1), Evidence("ana", "c", 0, failed, purpose="check", key="k")]
    progress = evaluate(C, rules(counts=PRACTICE, check=CheckRule(wait_days=1)), told, failed + timedelta(hours=1))
    assert progress.standing("c").opens == datetime(2026, 10, 25, 10, tzinfo=UTC)


@pytest.mark.parametrize("model", [Sums(window=2, k=2), Sums(window=None, k=1), BKT(forget=0.1)])
def test_30_a_bar_that_nobody_could_reach_is_refused(model: MasteryModel) -> None:
    """A policy whose bar lies beyond its model, and a requirement that nothing meets, do not exist."""
    with pytest.raises(PolicyError, match="nobody could reach it"):
        rules(model, bar=1.0)
    for impossible in ("3 of (a, b)", "0 of (a, b)", "1 of ()"):
        with pytest.raises(RequirementTextError):
            parse(impossible)


def test_31_belief_is_never_certain() -> None:
    """After forty right answers five wrong ones still tell, and a model for which none could be wrong is refused."""
    right, wrong = ([piece(score, n + m) for n in range(count)] for score, m, count in ((1, 0, 40), (0, 50, 5)))
    before, after = BKT().of(right), BKT().of([*right, *wrong])
    assert before is not None
    assert after is not None
    assert after.value < before.value < 1
    with pytest.raises(ValueError, match="guess"):
        BKT(guess=0, slip=0)


def test_32_an_unlock_stands_in_for_the_requirement_in_credit_too() -> None:
    """Who does all on an unlocked competency is credited, without question, and keeps it when the unlock ends."""
    progress = look(rules(), [decide("unlock", 1, until=day(9)), piece(1, 2)], within=PC)
    assert (progress.status("c"), progress.standing("c").under_question) == (Status.MET, False)
    assert look(rules(), [decide("unlock", 1, until=day(9)), piece(1, 9)], within=PC).status("c") is Status.LOCKED


def test_33_practice_never_lapses() -> None:
    """A slip in homework leaves credit fresh; a failed check lapses it, and a good piece does not mend that."""
    earned = [piece(1, 1), piece(0, 2)]
    assert look(rules(LATEST), earned).standing("c").currency is Currency.FRESH
    failed = look(rules(LATEST), [*earned, check(0, 3), piece(1, 4)]).standing("c")
    assert (failed.status, failed.currency, failed.action) == (Status.MET, Currency.LAPSED, Action.REPAIR)


def test_34_evidence_elsewhere_moves_the_order_of_steps_and_no_more() -> None:
    """Work on a opens b, so c, which could have opened it, unlocks less: its status and action stay."""
    ring = framework("a c b", b="a or c")
    before, after = (steps(look(rules(), told, within=ring)) for told in ([], [piece(1, 1, "a")]))
    assert (before["c"].unlocks, after["c"].unlocks) == (1, 0)
    assert (before["c"].status, before["c"].action) == (after["c"].status, after["c"].action)


def test_graph_hidden_and_false_cycles() -> None:
    """Acyclicity is decided on leaves: what deadlocks is refused, what only looks like a circle of groups is not."""
    with pytest.raises(CycleError):
        framework("G a x", {"a": "G"}, G="x", x="a")
    fine = framework("G a b x", {"a": "G", "b": "G"}, x="a", b="x")
    learnt = look(rules(), [piece(1, n, c) for n, c in enumerate(("a", "x", "b"))], within=fine)
    assert (learnt.status("G"), set(learnt.credits)) == (Status.MET, {"a", "b", "x"})
    for own in ({"G": "a"}, {"a": "G"}):
        with pytest.raises(CycleError):
            framework("G a b", {"a": "G", "b": "G"}, **own)
    with pytest.raises(CycleError, match="any-of could satisfy"):
        framework("a b c d", a="b or c", b="a or d")


def test_graph_a_group_is_one_vote() -> None:
    """In 2 of (G, d, e) all parts of G count as one, and some as none; the same competency twice is refused."""
    voted = framework("G a b d e c", {"a": "G", "b": "G"}, c="2 of (G, d, e)")
    assert look(rules(), [piece(1, 1, "a"), piece(1, 1, "d")], within=voted).status("c") is Status.LOCKED
    assert look(rules(), [piece(1, 1, n) for n in "abd"], within=voted).status("c") is Status.READY
    with pytest.raises(RequirementTextError, match="distinct"):
        parse("2 of (a, a)")


def test_graph_a_leaf_that_gets_parts_keeps_what_it_had() -> None:
    """In a new edition its evidence is listed as unplaced, and an award or a decision on it is one on each part."""
    divided = framework("c a b", {"a": "c", "b": "c"})
    progress = look(rules(), [piece(1, 1), award(1, "c@1")], within=divided)
    assert [fact.key for fact in progress.unplaced] == ["c@1"]
    assert {name: credit.basis for name, credit in progress.credits.items()} == {"a": Basis.KEPT, "b": Basis.KEPT}
    assert progress.status("c") is Status.MET
    granted = look(rules(), [decide("grant", 1)], within=divided)
    assert [credit.basis for credit in granted.credits.values()] == [Basis.GRANTED] * 2
    assert look(rules(), [piece(1, 1, "gone"), award(1, c="gone")]).status("c") is Status.READY
