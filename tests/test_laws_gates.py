"""Laws 1 to 5, 18 and 20: credit, gates and steps, put to dense worlds and to small ones that shrink."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from worlds import Palette, Pick, Tally, World, keeps, profile, tried, worlds
from worlds_facts import UNCORRECTED

from mastery.testing import laws

TALLY = Tally()
UNDECIDED = Palette(decisions=(0,))
CORRECTIONS_ASIDE = Palette(kinds=UNCORRECTED)


def test_law_1() -> None:
    """Every demonstrated credit not under question and not unlocked has its requirement met by today's credit."""
    keeps("law_1", laws.settled_credit_rests, TALLY, 2000, gated=0.25, questioned=0.02)


def test_law_2_credit() -> None:
    """There is no demonstrated credit at a moment when its gate is closed."""
    law = laws.credit_waits_for_its_gate
    keeps("law_2_credit", law, TALLY, 1500, CORRECTIONS_ASIDE, gated=0.25, unlocked=0.02)


def test_law_2_step() -> None:
    """There is no Step for an uncredited competency whose gate is closed."""
    keeps("law_2_step", laws.steps_wait_for_their_gate, TALLY, 1500, gated=0.15, shut=0.4)


def test_law_3() -> None:
    """READY is exactly: gate open, uncredited, not held, no evidence since the last revoke, no failed check."""
    keeps("law_3", laws.ready_means_ready, TALLY, 2000, gated=0.1, ready=0.2, revoked=0.03)


def test_law_3_fringe() -> None:
    """Without decisions and lapse=lock, READY is the outer fringe less what evidence moved."""
    law = laws.ready_is_the_fringe
    keeps("law_3_fringe", law, TALLY, 1500, UNDECIDED, ready=0.2, gated=0.1, moved=0.4)


def test_law_4() -> None:
    """Every competency not MET-and-fresh has a Step, a requirement with ways, a date or a person; and while something
    is not MET, one of them is not a requirement.
    """
    law = laws.nobody_stands_before_nothing
    keeps("law_4", law, TALLY, 1200, unmet=0.6, requirement=0.4, person=0.1, date=0.005)


def test_law_5() -> None:
    """No demonstrated credit without a passed check where the policy under which it was earned asks for one."""
    keeps("law_5", laws.checks_stand_behind_credit, TALLY, 2500, checked=0.25, gated=0.15)


def test_law_18() -> None:
    """Conjoining a requirement never enlarges earned credit."""
    keeps("law_18", laws.requiring_more_never_credits, TALLY, 1500, credit=0.5, fewer=0.15)


def test_law_20() -> None:
    """Crediting every member of a way opens the gate."""
    keeps("law_20", laws.ways_open_gates, TALLY, 500, ways=0.4)


SMALL = [
    laws.settled_credit_rests,
    laws.credit_waits_for_its_gate,
    laws.steps_wait_for_their_gate,
    laws.ready_means_ready,
    laws.ready_is_the_fringe,
    laws.nobody_stands_before_nothing,
    laws.checks_stand_behind_credit,
]


@pytest.mark.parametrize("law", SMALL, ids=lambda law: str(law.__name__))
@given(worlds())
@profile(150)
def test_no_counterexample_is_found(law: Callable[..., Counter[str]], drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no world that breaks the law."""
    tried(law, drawn)
