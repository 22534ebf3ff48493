"""The counterexamples of SEMANTICS section 1, by number, each with what holds now. #31 is BKT's own and lives there."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from competencies import AtLeast, Competency, CycleError, Framework, Needs, RequirementTextError, from_json, parse
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.errors import FactError, PolicyError
from mastery.explain import why
from mastery.facts import Award, Basis, Decision, Evidence, Fact, Outcome
from mastery.models import Sums
from mastery.pathway import Step, next_steps
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.retention import Currency, Retention
from mastery.standing import Action, Overlay, Status, WaitKind

MEAN, LATEST = Sums(window=None), Sums(window=1)
PRACTICE = ("formative",)
REQUIRED = CheckRule(wait_days=3)


def day(n: float) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n)


def piece(score: float | None, n: float, c: str = "c", **more: object) -> Evidence:
    return Evidence("ana", c, score, day(n), **{"key": f"{c}@{n}", **more})  # type: ignore[arg-type]


def check(score: float, n: float, c: str = "c") -> Evidence:
    return piece(score, n, c, purpose="check", key=f"{c}!{n}")


def decide(kind: str, n: float, c: str = "c", **more: object) -> Decision:
    named = {} if "of" in more else {"competency": c}
    return Decision(learner="ana", kind=kind, by="mr k", why="so", observed_at=day(n), **named, **more)  # type: ignore[arg-type]


def award(n: float, *support: str, c: str = "c") -> Award:
    return Award(learner="ana", competency=c, earned_at=day(n), support=support, framework="f", policy="p")


def rules(
    model: Sums = MEAN,
    bar: float = 0.8,
    pieces: int = 1,
    counts: Iterable[str] = ("formative", "check"),
    check: CheckRule | None = None,
    due: float | None = None,
    lapse: str = "keep",
) -> Policy:
    return Policy(
        model=model,
        criteria=Criteria(bar, pieces, occasions=1, counts=counts),
        check=check,
        retention=Retention(due, lapse),
    )


def framework(names: str, part_of: dict[str, str] | None = None, **requires: str) -> Framework:
    return Framework("small", [Competency(name) for name in names.split()], requires=requires, part_of=part_of or {})


C, PC = framework("c"), framework("p c", c="p")


def look(policy: Policy, facts: Iterable[Fact], n: float = 30, within: Framework = C) -> Progress:
    return evaluate(within, policy, facts, day(n))


def both(
    policy: Policy, facts: list[Evidence], key: str, score: float, n: float, within: Framework = C
) -> list[Status]:
    """The status of c at day n, and the same with the score of one piece raised."""
    raised = [evolve(fact, score=score) if fact.key == key else fact for fact in facts]
    assert raised != facts
    return [look(policy, told, n, within).status("c") for told in (facts, raised)]


def steps(progress: Progress) -> dict[str, Step]:
    return {step.competency: step for step in next_steps(progress)}


def test_01_a_late_fact_never_takes_credit_silently() -> None:
    """Credit awarded before a late low score arrived is kept, under question; where it was never awarded, it is not."""
    late = [piece(0.9, 2), piece(0.1, 1)]
    kept = look(rules(), [*late, award(2, "c@2")]).standing("c")
    assert (kept.status, kept.credit and kept.credit.basis, kept.under_question) == (Status.MET, Basis.KEPT, True)
    assert kept.wait is not None
    assert kept.wait.kind is WaitKind.PERSON
    assert look(rules(), late).status("c") is Status.IN_PROGRESS


def test_02_a_void_leaves_no_trace_but_in_awards() -> None:
    """Evaluate with a void equals evaluate without its target; only an award that was made, or was not, may differ."""
    x, hi, low = piece(0.1, 1), piece(0.9, 3), piece(0.1, 2, key="low")
    void = decide("void", 4, of="c@1")
    assert list(look(rules(), [x, hi, low, void]).standings()) == list(look(rules(), [hi, low]).standings())
    assert look(rules(), [x, hi, low, void]).status("c") is Status.IN_PROGRESS
    assert look(rules(), [hi, low, award(3, "c@3")]).status("c") is Status.MET
    assert look(rules(), [x, hi, low, award(3, "c@1"), void]).status("c") is Status.IN_PROGRESS


def test_03_a_grant_credits_behind_a_shut_gate() -> None:
    """A granted competency is met though its requirement is not, is not under question, and is rechecked when due."""
    granted = [decide("grant", 1)]
    at_once, due = (look(rules(due=10), granted, n, PC).standing("c") for n in (1, 11))
    assert (at_once.status, at_once.under_question, at_once.action) == (Status.MET, False, None)
    assert (due.status, due.currency, due.action) == (Status.MET, Currency.DUE, Action.RECHECK)


def test_04_a_revoke_leaves_what_was_built_on_it_under_question() -> None:
    """Dependants keep their credit when a prerequisite is revoked, and a person is asked."""
    progress = look(rules(), [piece(1, 1, "p"), piece(1, 2), decide("revoke", 3, "p")], within=PC)
    assert progress.status("p") is Status.READY
    assert (progress.status("c"), progress.standing("c").under_question) == (Status.MET, True)


def test_05_ready_is_not_always_the_outer_fringe() -> None:
    """Under lapse=lock a lapsed prerequisite locks what its credit would open; an unlock is READY beyond the fringe."""
    lapsed = [piece(1, 1, "p"), check(0, 2, "p")]
    assert look(rules(lapse="lock"), lapsed, within=PC).status("c") is Status.LOCKED
    assert look(rules(lapse="keep"), lapsed, within=PC).status("c") is Status.READY
    assert look(rules(), [decide("unlock", 1)], within=PC).status("c") is Status.READY


def test_06_raising_a_score_worsens_no_component() -> None:
    """A raised check turns NOT_YET into IN_PROGRESS: statuses have no order, but no retake, credit or bar is lost."""
    policy = rules(pieces=2, counts=PRACTICE, check=REQUIRED)
    told = [piece(1, 1), check(0.1, 2)]
    assert both(policy, told, "c!2", 0.9, 3) == [Status.NOT_YET, Status.IN_PROGRESS]
    assert look(policy, told, 3).standing("c").opens == day(5)
    assert look(policy, [told[0], check(0.9, 2)], 3).standing("c").opens is None


def test_07_credit_is_inferred_only_by_a_decision() -> None:
    """Evidence on a competency never credits what it requires; a waive with basis inferred does, and can be earned."""
    ring = framework("a b x", x="a or b")
    told: list[Fact] = [piece(1, 1, "x"), check(1, 2, "x")]
    assert not look(rules(), told, within=ring).credits
    placed = [*told, decide("waive", 3, "a", basis="inferred")]
    credits = look(rules(), placed, within=ring).credits
    assert {name: credit.basis for name, credit in credits.items()} == {"a": Basis.INFERRED, "x": Basis.DEMONSTRATED}
    assert look(rules(), [*placed, piece(1, 4, "a")], within=ring).credits["a"].basis is Basis.DEMONSTRATED


def test_08_ways_are_few_and_say_that_there_are_more() -> None:
    """At least 10 of 20 has 184,756 ways: five are told, the first ones, with `more`."""
    names = [f"n{n:02}" for n in range(20)]
    many = Framework("many", [Competency(n) for n in [*names, "c"]], requires={"c": AtLeast(10, map(Needs, names))})
    told = why(look(rules(), [], within=many), "c", limit=5)
    assert told.ways == tuple((*names[:9], last) for last in names[9:14])
    assert told.more


def test_09_any_and_k_of_n_survive_being_written() -> None:
    """CASE says only `all`; our own JSON says every requirement and reads it back."""
    told = framework("a b d G c", {"a": "G", "b": "G"}, c="(a or b); 2 of (a, b, d); 50% of G")
    assert from_json(told.to_json()) == told


def test_10_the_order_of_scores_never_decides_at_the_bar() -> None:
    """.7, .8 and .9 are .8 in every order, and so are three of .8: scores are whole millionths, added as integers."""
    for scores in [*permutations((0.7, 0.8, 0.9)), (0.8, 0.8, 0.8)]:
        standing = look(rules(pieces=3), [piece(score, n) for n, score in enumerate(scores)]).standing("c")
        assert standing.estimate is not None
        assert (standing.estimate.value, standing.status) == (0.8, Status.MET)


def test_11_a_group_is_never_a_step_and_takes_no_evidence() -> None:
    """Evidence for a competency with parts is kept as unplaced and moves nothing; its parts are the steps."""
    outline = framework("G a b", {"a": "G", "b": "G"})
    progress = look(rules(), [piece(1, 1, "G")], within=outline)
    assert [fact.key for fact in progress.unplaced] == ["G@1"]
    assert (set(steps(progress)), progress.status("G")) == ({"a", "b"}, Status.READY)


@pytest.mark.parametrize("kind", ["hold", "pause", "unlock", "pin"])
def test_12_a_running_decision_is_ended_by_the_next_of_its_kind(kind: str) -> None:
    """The latest hold, pause, unlock or pin rules, and one that ends at its own instant ends them, from then on."""
    told = [decide(kind, 1), decide(kind, 5, until=day(5))]
    before, after = (look(rules(), told, n, PC) for n in (4, 5))
    assert list(after.standings()) == list(look(rules(), [], 5, PC).standings())
    if kind == "unlock":
        assert before.status("c") is Status.READY
    else:
        overlay = {"hold": Overlay.HELD, "pause": Overlay.PAUSED, "pin": Overlay.PINNED}[kind]
        assert before.standing("c").overlays == {overlay}


def test_12_a_grant_confirms_credit_under_question() -> None:
    """A person answers a question: a grant confirms kept credit, a revoke ends it."""
    told: list[Fact] = [award(1)]
    assert look(rules(), told).standing("c").under_question
    confirmed = look(rules(), [*told, decide("grant", 2)]).standing("c")
    assert (confirmed.status, confirmed.under_question) == (Status.MET, False)
    assert look(rules(), [*told, decide("revoke", 2)]).status("c") is Status.READY


def test_13_key_spelling_never_decides_credit() -> None:
    """Two questions of one instant are taken together: swapping their keys changes nothing."""
    for first, second in [("k0", "k1"), ("k1", "k0")]:
        told = [piece(0.0, 0, key=first), piece(0.7, 0, key=second)]
        assert look(rules(bar=0.6), told).status("c") is Status.IN_PROGRESS


def test_14_an_attempt_inside_the_wait_counts_when_it_fails() -> None:
    """Every fail restarts the wait, so raising an earlier check cannot make a later one count against the learner."""
    told = [check(0, 1), check(0, 3), check(0.9, 5), piece(1, 6)]
    policy = rules(counts=PRACTICE, check=REQUIRED)
    assert both(policy, told, "c!1", 0.8, 6) == [Status.NOT_YET, Status.NOT_YET]
    assert look(policy, told, 6).standing("c").action is Action.RETAKE


def test_15_a_check_counts_whether_or_not_it_was_due() -> None:
    """A check failed before there was enough practice counts all the same: better practice does not make it count."""
    told = [piece(0.7, 1), check(0.5, 2), piece(1, 3), check(0.9, 4)]
    assert both(rules(counts=PRACTICE, check=REQUIRED), told, "c@1", 0.9, 4) == [Status.NOT_YET, Status.NOT_YET]


def test_16_a_check_counts_on_a_locked_competency() -> None:
    """A requirement never enlarges credit: a check failed while locked restarts the wait as it does without a gate."""
    policy = rules(counts=PRACTICE, check=REQUIRED)
    told = [piece(1, 1), check(0, 1.5), piece(1, 2, "p"), check(1, 2.5, "p"), check(1, 3)]
    assert look(policy, told, within=PC).status("p") is Status.MET
    assert look(policy, told, within=PC).status("c") is look(policy, told, within=framework("p c")).status("c")
    assert both(policy, told, "c!1.5", 0.9, 4, PC) == [Status.NOT_YET, Status.MET]


def test_17_a_revoke_bars_earlier_evidence_credited_or_not() -> None:
    """Evidence up to a revoke is barred whether or not credit stood, so raising a score before it loses nothing."""
    told: list[Fact] = [piece(0.7, 1), piece(0.7, 2), piece(0.9, 4)]
    for score in (0.7, 0.9):
        facts = [told[0], piece(score, 2), told[2], decide("revoke", 3)]
        assert look(rules(LATEST, pieces=2), facts).status("c") is Status.IN_PROGRESS
    assert look(rules(LATEST, pieces=2), [*told, decide("revoke", 3), piece(0.9, 5)]).status("c") is Status.MET


def test_18_waiting_credit_is_looked_at_again_when_the_gate_opens() -> None:
    """Criteria must hold at the moment the gate opens: what held once, and no longer, earns nothing."""
    told = [piece(1, 1), piece(0, 2), piece(1, 3, "p")]
    assert look(rules(), told, within=PC).status("c") is Status.IN_PROGRESS
    assert look(rules(), [told[0], told[2]], within=PC).credits["c"].since == day(3)


def test_19_credit_is_due_from_the_last_good_piece() -> None:
    """Earning credit earlier does not make it due earlier: the interval runs from the latest confirmation."""
    told = [piece(0, 0), piece(1, 1)]
    policy = rules(LATEST, due=1.5)
    assert both(policy, told, "c@0", 1, 2) == [Status.MET, Status.MET]
    for first in (0, 1):
        standing = look(policy, [piece(first, 0), told[1]], 2).standing("c")
        assert (standing.currency, standing.due_at) == (Currency.FRESH, day(2.5))


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


def test_25_facts_of_two_learners_are_not_evaluated_together() -> None:
    """One learner's facts never touch another's state: evaluate refuses a mixture, one by one as well."""
    mixed = [piece(1, 1), evolve(piece(1, 2), learner="bo")]
    with pytest.raises(FactError, match="'ana' and 'bo'"):
        look(rules(), mixed)
    with pytest.raises(FactError):
        look(rules(), mixed[:1]).with_facts(mixed[1:])


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


@pytest.mark.parametrize("model", [Sums(window=2, k=2), Sums(window=None, k=1)])
def test_30_a_bar_that_nobody_could_reach_is_refused(model: Sums) -> None:
    """A policy whose bar lies beyond its model, and a requirement that nothing meets, do not exist."""
    with pytest.raises(PolicyError, match="nobody could reach it"):
        rules(model, bar=1.0)
    for impossible in ("3 of (a, b)", "0 of (a, b)", "1 of ()"):
        with pytest.raises(RequirementTextError):
            parse(impossible)


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
