"""The counterexamples that the wording of the laws comes from, 1 to 19, each with what holds now.

A test's number is its counterexample's; a looser wording fails it.
"""

import re
from itertools import permutations

import pytest
import test_counterexamples_further
from worlds_small import (
    LATEST,
    PC,
    PRACTICE,
    REQUIRED,
    award,
    both,
    check,
    day,
    decide,
    framework,
    look,
    piece,
    rules,
    steps,
)

from competencies import AtLeast, Competency, Framework, Needs, from_json
from mastery.explain import why
from mastery.facts import Basis, Fact
from mastery.retention import Currency
from mastery.standing import Action, Overlay, Status, WaitKind


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


def test_17_a_revoke_bars_what_waits_at_a_gate() -> None:
    """Credit that a gate delays does not slip past a revoke: asking for more never gives what asking less does not."""
    told = [piece(0.7, 1), piece(0.9, 2), decide("revoke", 3), piece(0.9, 3.5), piece(1, 4, "p"), piece(1, 5, "p")]
    for within in (PC, framework("p c")):
        progress = look(rules(LATEST, pieces=2), told, within=within)
        assert (progress.status("p"), progress.status("c")) == (Status.MET, Status.IN_PROGRESS)


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


def test_every_counterexample_has_its_case() -> None:
    """From 1 to 34, each number is in the name of a test here or in the second half."""
    names = [*globals(), *vars(test_counterexamples_further)]
    numbers = {int(found[1]) for name in names if (found := re.match(r"test_(\d\d)_", name))}
    assert numbers == set(range(1, 35))
