"""Other systems' rules as policies by name: each can be lived up to, is written down, and keeps its system's ranges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import profile

from competencies import Competency, Framework
from mastery import Basis, Evidence, Policy, PolicyError, Purpose, Status, evaluate
from mastery.peers import peer, peers

FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)
ONE = Framework("one", [Competency("a")])


def work(*scores: float, purpose: Purpose = Purpose.FORMATIVE, first: int = 0) -> list[Evidence]:
    return [
        Evidence("ana", "a", score, FIRST + timedelta(days=n), purpose=purpose, key=f"piece-{n}", occasion=f"o{n}")
        for n, score in enumerate(scores, first)
    ]


@pytest.mark.parametrize("name", peers())
def test_a_policy_of_another_system_is_written_down_and_read(name: str) -> None:
    """By its JSON it comes back the same, and its sentence is there to choose it by."""
    policy = peer(name)
    again = Policy.from_mapping(policy.to_json())
    assert (again, again.version) == (policy, policy.version)
    assert peers()[name].endswith(".")


@pytest.mark.parametrize("name", peers())
def test_a_policy_of_another_system_can_be_satisfied(name: str) -> None:
    """Perfect work, mixed with practice, and a passed check earn credit; no work, or nothing right, earns none."""
    one, later = ONE, FIRST + timedelta(days=60)

    def credit(score: float) -> object:
        facts = [*work(*[score] * 12), *work(*[score] * 3, purpose=Purpose.INTERIM, first=12)]
        facts += work(score, purpose=Purpose.CHECK, first=20)
        found = evaluate(one, peer(name), facts, later).standing("a").credit
        return found and found.basis

    assert credit(1.0) is Basis.DEMONSTRATED
    assert credit(0.0) is None
    assert evaluate(one, peer(name), [], later).status("a") is Status.READY


@given(st.integers(1, 12), st.integers(1, 12))
@profile(80)
def test_points_just_at_a_bar_meet_it(points: int, possible: int) -> None:
    """Whatever the scale, scores of exactly the mastery level are at it: three of seven meet three sevenths."""
    level = min(points, possible) / possible
    facts = work(*[level] * 5)
    for name in ("highest", "latest", "average", "weighted-average", "decaying-average", "n-times"):
        assert "a" in evaluate(ONE, peer(f"canvas-{name}", mastery=level), facts, FIRST + timedelta(days=9)).credits


@given(st.integers(1, 13), st.integers(2, 13))
@profile(80)
def test_ratings_half_a_level_below_suffice(level: int, levels: int) -> None:
    """In Slate's terms a mean of exactly half a level below the level worked at is enough, and no less."""
    level = min(level, levels)
    one, policy = ONE, peer("slate", n=2, level=level, levels=levels)
    for below, enough in ((0, True), (1, False)):
        facts = work(level / levels, max(level - 1 - below, 0) / levels)
        assert ("a" in evaluate(one, policy, facts, FIRST + timedelta(days=9)).credits) == (enough or level == 1)


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("canvas-latst", {}, "did you mean canvas-latest?"),
        ("canvas-weighted-average", {"wieght": 3}, "did you mean weight?"),
        ("canvas-weighted-average", {"weight": 100}, "a whole number from 1 to 99 was wanted, got 100"),
        ("canvas-decaying-average", {"rate": 49}, "a whole number from 50 to 99 was wanted, got 49"),
        ("canvas-n-times", {"n": 11}, "a whole number from 1 to 10 was wanted, got 11"),
        ("canvas-n-times", {"n": True}, "a whole number from 1 to 10 was wanted, got True"),
        ("canvas-highest", {"mastery": 1.5}, "mastered_at: a number from"),
        ("canvas-average", {"mastery": "3"}, "mastered_at: a number from"),
        ("kolibri-m-of-n", {"m": 8}, "at most n was wanted, got 8 of 7"),
        ("slate", {"level": 15}, "mastered_at: a number from"),
        ("aleks", {"target": 0}, "target: a number from"),
    ],
)
def test_what_another_system_would_refuse_is_refused(name: str, parameters: dict[str, Any], says: str) -> None:
    """An unknown name or parameter comes with the near miss; a number out of the system's range with the range."""
    with pytest.raises(PolicyError) as refused:
        peer(name, **parameters)
    assert says in str(refused.value)
