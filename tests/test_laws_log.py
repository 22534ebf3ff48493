"""Laws 6 to 10: what `evaluate` makes of a log of facts, in whatever order they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from worlds import Palette, Pick, Tally, World, keeps, profile, tried, worlds
from worlds_facts import UNWITHDRAWN, day

from competencies import Competency, Framework
from mastery.facts import Award, Decision, DecisionKind
from mastery.policy import Policy
from mastery.progress import evaluate
from mastery.testing import laws

TALLY = Tally()
WITHOUT_AWARDS = Palette(awards=(0,))
NEVER_WITHDRAWN = Palette(kinds=UNWITHDRAWN)
CORRECTIONS = (DecisionKind.VOID, DecisionKind.VOID, DecisionKind.VOID, DecisionKind.EXCUSE, DecisionKind.GRANT)
CORRECTED = Palette(kinds=CORRECTIONS, decisions=(3, 4), awards=(2, 3))


def test_law_6() -> None:
    """`evaluate` is a function of the set of facts."""
    keeps("law_6", laws.arrival_order, TALLY, 1500, ties=0.3, late=0.8, credit=0.6)


def test_law_6_recorded() -> None:
    """An engine that is given facts in any order credits at least what they earn without awards."""
    keeps("law_6_recorded", laws.recording_order, TALLY, 400, credit=0.5, kept=0.03)


def test_law_7() -> None:
    """Recording twice is recording once, the same key with other content is refused; content is everything but
    recorded_at.
    """
    keeps("law_7", laws.twice_is_once, TALLY, 800, matters=0.3)


def test_law_7_stamps() -> None:
    """Of one fact recorded twice the earliest stamp stays."""
    keeps("law_7_stamps", laws.earliest_stamp_stays, TALLY, 400, matters=0.3)


def test_law_8() -> None:
    """`evaluate` with a void equals `evaluate` without its target, awards aside."""
    keeps("law_8", laws.voids_leave_no_trace, TALLY, 1500, WITHOUT_AWARDS, matters=0.3, early=0.3)


def test_law_9() -> None:
    """Adding any fact, late or not, to a kept state gives what evaluating all facts gives."""
    keeps("law_9", laws.adding_is_evaluating, TALLY, 1200, moved=0.4, late=0.25, credit=0.4)


def test_law_9_corrected() -> None:
    """Adding facts in any order comes to the same where awards rest on what was voided, before or after."""
    keeps(
        "law_9_corrected",
        laws.adding_is_evaluating,
        TALLY,
        1500,
        CORRECTED,
        fallen=0.1,
        credit=0.5,
        late=0.35,
        moved=0.35,
    )


def _void(of: str, n: int, key: str) -> Decision:
    kind = DecisionKind.VOID
    return Decision(learner="ana", kind=kind, by="the teacher", why="mixed up", of=of, observed_at=day(n), key=key)


def test_an_award_that_arrives_after_the_void_of_its_support_falls() -> None:
    """An award resting on a voided fact gives no credit, whichever of the two came first."""
    void = _void("k", 0, "void")
    rests_on = ["k"]
    award = Award(learner="ana", competency="a", earned_at=day(1), support=rests_on, framework="f", policy="p", key="x")
    one = Framework("one", [Competency("a")])
    assert evaluate(one, Policy(), [void, award], day(2)).credits == {}
    assert evaluate(one, Policy(), [award], day(2)).with_fact(void)[0].credits == {}
    assert evaluate(one, Policy(), [void], day(2)).with_fact(award)[0].credits == {}


def test_law_10_observed() -> None:
    """Progress as of t depends only on facts observed by t."""
    keeps("law_10_observed", laws.later_facts_have_no_say, TALLY, 1500, later=0.7, credit=0.3)


def test_law_10_credit() -> None:
    """Without revoke, void and excuse, credit never goes as t grows."""
    keeps("law_10_credit", laws.credit_stays, TALLY, 800, NEVER_WITHDRAWN, grows=0.6, gated=0.3)


SMALL = [
    laws.arrival_order,
    laws.twice_is_once,
    laws.earliest_stamp_stays,
    laws.voids_leave_no_trace,
    laws.adding_is_evaluating,
    laws.later_facts_have_no_say,
    laws.credit_stays,
]


@pytest.mark.parametrize("law", SMALL, ids=lambda law: str(law.__name__))
@given(worlds())
@profile(150)
def test_no_counterexample_is_found(law: Callable[..., Counter[str]], drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no world that breaks the law."""
    tried(law, drawn)
