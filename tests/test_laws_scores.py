"""Laws 11, 13, 16 and 21: what a better score can do, how far evidence reaches, and what must make no difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from worlds import Palette, Pick, Tally, World, keeps, profile, tried, worlds
from worlds_facts import day

from competencies import Competency, Framework
from mastery.criteria import Criteria
from mastery.facts import Evidence
from mastery.models import NTimes, Sums
from mastery.policy import Policy
from mastery.retention import Retention
from mastery.testing import laws
from mastery.testing.laws.scores import no_worse

TALLY = Tally()
WITHOUT_AWARDS = Palette(awards=(0,))
WITH_AWARDS = Palette(awards=(1, 2, 3))


def test_law_11() -> None:
    """Raising a score never removes credit, closes a gate, un-meets criteria, un-passes a check, postpones a retake or
    worsens currency.
    """
    floors = {"gained": 0.08, "moved": 0.4, "check": 0.2, "sooner": 0.005, "current": 0.03}
    keeps("law_11", laws.better_scores, TALLY, 2500, WITHOUT_AWARDS, **floors)


def test_law_11_with_awards() -> None:
    """Where awards keep credit, a raised score does no harm either."""
    floors = {"kept": 0.3, "moved": 0.3, "gained": 0.04, "check": 0.3, "current": 0.04}
    keeps("law_11_with_awards", laws.better_scores, TALLY, 1500, WITH_AWARDS, **floors)


def test_law_11_of_n_times_is_about_its_bar() -> None:
    """A score that rises to the bar of n_times joins the mean and may lower it, yet never below that bar."""
    pieces = [Evidence("ana", "c", score, day(n), key=f"{n}") for n, score in enumerate((1.0, 0.5, 1.0))]
    low, high = (NTimes(1, 0.7).of([pieces[0], evolve(pieces[1], score=s), pieces[2]]) for s in (0.5, 0.7))
    assert low is not None
    assert high is not None
    assert 0.7 <= high.value < low.value
    assert laws.model_is_monotone(NTimes(1, 0.7), pieces)["moved"]


def test_law_11_in_a_late_gate() -> None:
    """A prerequisite credited sooner does not make what follows due sooner."""
    two = Framework("two", [Competency("p"), Competency("c")], requires={"c": "p"})
    criteria = Criteria(mastered_at=0.76, pieces=1, occasions=1)
    rules = Policy(model=Sums(k=2, m0=1.0), criteria=criteria, check=None, retention=Retention(4))
    own = Evidence("ana", "c", 0.5, day(0), key="own")  # (0.5 + 2) / 3: enough, though no piece reaches .76
    late = Evidence("ana", "p", 1.0, day(5), key="late")  # (0 + 1 + 2) / 4 = .75 is not enough, so a third
    later = Evidence("ana", "p", 1.0, day(6), key="later")
    firsts = [Evidence("ana", "p", score, day(1), key="first") for score in (0.0, 1.0)]
    low, high = (World(two, rules, (own, first, late, later), day(6)) for first in firsts)
    no_worse(low, high, day(6))


def test_law_13() -> None:
    """Evidence on c moves status, credit, estimate, currency and step action only of c, its groups and what depends on
    them.
    """
    keeps("law_13", laws.evidence_stays_local, TALLY, 2500, moved=0.5, spread=0.02, beyond=0.5, needs=0.3)


def test_law_16() -> None:
    """Relabelling identifiers relabels the answer and nothing else."""
    keeps("law_16", laws.names_do_not_matter, TALLY, 800, credit=0.5)


def test_law_21() -> None:
    """Who a learner is, and by whom they are assessed, reaches no gate."""
    keeps("law_21", laws.only_facts_reach_the_gate, TALLY, 500, credit=0.5)


@pytest.mark.parametrize("law", [laws.better_scores, laws.evidence_stays_local], ids=lambda law: str(law.__name__))
@given(worlds())
@profile(200)
def test_no_counterexample_is_found(law: Callable[..., Counter[str]], drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no world that breaks the law."""
    tried(law, drawn)
