"""What each model comes to on a few scores, every field of the estimate; and each other system's rule, in full."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt
from typing import Any

import pytest
from test_engine import T0

from mastery import Estimate, Evidence, MasteryModel, Policy
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.facts import Purpose
from mastery.models import (
    BKT,
    BestOf,
    ExponentialAverage,
    Highest,
    InARow,
    Latest,
    Levels,
    Mean,
    MOfN,
    NTimes,
    Points,
    Sums,
    WeightedAverage,
)
from mastery.models.intervals import effective, wilson
from mastery.peers import peer, peers
from mastery.retention import Lapse, Retention

Z = 1.959963984540054


def ends(share: float, n: float) -> tuple[float, float]:
    """Return where the square of (p - share) is Z squared times p (1 - p) / n: Wilson's interval by its definition."""
    a, b, c = 1 + Z * Z / n, -(2 * share + Z * Z / n), share * share
    root = sqrt(max(b * b - 4 * a * c, 0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def pieces(*scores: float, days: int = 1) -> list[Evidence]:
    return [
        Evidence("ana", "a", score, T0 + timedelta(days=n * days), key=f"p{n}", occasion=f"o{n}")
        for n, score in enumerate(scores)
    ]


EACH: list[tuple[MasteryModel, tuple[float, ...], float, float, int]] = [
    (Sums(), (0, 0.5, 1, 1, 0.5, 1), 0.8, 5, 5),
    (Sums(window=None), (0, 0.5, 1, 1, 0.5, 1), 4 / 6, 6, 6),
    (Sums(k=2, m0=0.25), (1, 0.5), 0.5, 4, 2),
    (Sums(half_life_days=1), (0, 1), 2 / 3, 1.5, 2),
    (Highest(), (0.25, 0.75, 0.5), 0.75, 1, 3),
    (Latest(), (0.25, 0.75, 0.5), 0.5, 1, 1),
    (Mean(), (0.25, 0.75, 0.5), 0.5, 3, 3),
    (WeightedAverage(), (0.5,), 0.5, 1, 1),
    (WeightedAverage(), (0.4, 0.8, 1), 0.86, 1 / (0.65**2 + 2 * 0.175**2), 3),
    (ExponentialAverage(), (0.4,), 0.4, 1, 1),
    (ExponentialAverage(), (0.4, 0.8), 0.66, 1 / (0.35**2 + 0.65**2), 2),
    (ExponentialAverage(), (0.4, 0.8, 1), 0.881, 1 / ((0.35**2 + 0.65**2) * 0.35**2 + 0.65**2), 3),
    (ExponentialAverage(0.2), (1, 0, 0.5), 0.74, 1 / ((0.8**2 + 0.2**2) * 0.8**2 + 0.2**2), 3),
    (BestOf(2), (0.25, 0.75, 0.5), 0.625, 2, 2),
    (BestOf(4), (0.25, 0.75, 0.5), 0.5, 3, 3),
    (NTimes(2), (0.5, 0.6, 1), 0.8, 2, 2),
    (NTimes(1), (0.7, 0.2, 0.9, 0.8), 0.8, 3, 3),
    (MOfN(2, 3), (1, 0.5, 0.5, 0), 0.5, 3, 3),
    (MOfN(3, 4), (1,), 1 / 3, 3, 1),
    (InARow(2), (0, 1, 1), 1, 2, 2),
    (InARow(4), (1, 0.5), 0.375, 4, 2),
    (Points(), (1, 1, 0, 0.5), 0.4, 4, 4),
    (Points(target=10, right=2, in_a_row=3, wrong=0, start=1), (1, 1, 0, 1), 0.8, 4, 4),
    (Points(wrong=2), (0.5, 0, 1), 0.2, 3, 3),
]


@pytest.mark.parametrize(("rule", "scores", "value", "n", "count"), EACH)
def test_an_estimate_is_what_it_is_by_hand(
    rule: MasteryModel, scores: tuple[float, ...], value: float, n: float, count: int
) -> None:
    """Value, both ends and the number of pieces are those worked out by hand; without pieces there is none."""
    found = rule.of(pieces(*scores))
    assert found is not None
    low, high = ends(value, n)
    assert found.value == pytest.approx(value, abs=1e-12)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert found.pieces == count
    assert rule.of([]) is None


def test_too_few_good_scores_come_to_nothing() -> None:
    """Scores at the bar are good ones, those a millionth below are not, and one too few gives no estimate."""
    assert NTimes(3).of(pieces(0.6, 0.6, 0.599999)) is None
    assert NTimes(3).of(pieces(0.6, 0.6, 0.6)) == Estimate(0.6, *wilson(0.6, 3), 3)


def test_bkt_and_levels_tell_their_ends() -> None:
    """BKT's ends are what a wrong and a right answer would make of it, also aged; levels count what they look at."""
    rule = BKT(prior=0.5, learn=0.1, guess=0.1, slip=0.1)
    found = rule.of(pieces(1))
    assert found is not None
    wrong, right = rule.of(pieces(1, 0, days=0)), rule.of(pieces(1, 1, days=0))
    assert wrong is not None
    assert right is not None
    assert found == Estimate(found.value, wrong.value, right.value, 1)
    assert found.value == pytest.approx(0.91)
    ageing = BKT(prior=0.5, learn=0, guess=0.1, slip=0.1, half_life_days=1, floor=0.1)
    aged = ageing.of(pieces(1), on=(T0 + timedelta(days=2)).date())
    assert aged is not None
    assert aged.value == pytest.approx(0.1 + 0.8 / 4)
    assert (aged.low < aged.value < aged.high, aged.pieces) == (True, 1)
    levels = Levels().of(pieces(1, 1, 1))
    assert levels is not None
    assert levels.pieces == 3


def test_how_much_weighted_pieces_tell() -> None:
    """Equal weights tell as much as there are pieces; one that outweighs the rest tells hardly more than one."""
    assert effective([1]) == 1
    assert effective([0.5] * 7) == pytest.approx(7)
    assert effective([1, 2, 3]) == pytest.approx(36 / 14)
    assert effective(iter([3, 1])) == pytest.approx(1.6)
    assert wilson(0.5, 10) == (pytest.approx(0.236593, abs=1e-6), pytest.approx(0.763407, abs=1e-6))


EVERY = frozenset(Purpose) - {Purpose.SELF}
STAYS = Retention(None)
DECIDES = Criteria(1, 1, 1, counts=EVERY)


def ungated(model: MasteryModel, bar: float = 0.6, count: int = 1) -> Policy:
    """Return the policy that asks for an estimate alone."""
    return Policy(model, Criteria(bar, count, 1, counts=EVERY), None, STAYS)


PEERS: list[tuple[str, dict[str, Any], Policy]] = [
    (
        "aleks",
        {},
        Policy(
            Points(5.0, 1.0, 2.0, 1.0),
            Criteria(1, 1, 1, counts=EVERY - {Purpose.CHECK}),
            CheckRule(pass_score=1, wait_days=0, challenge=True, required=True),
            STAYS,
        ),
    ),
    (
        "assistments",
        {},
        Policy(InARow(3), DECIDES, CheckRule(pass_score=1, wait_days=0, required=False), Retention(7, Lapse.KEEP)),
    ),
    ("canvas-average", {}, ungated(Mean())),
    ("canvas-decaying-average", {}, ungated(ExponentialAverage(0.65))),
    ("canvas-highest", {}, ungated(Highest())),
    ("canvas-latest", {}, ungated(Latest())),
    ("canvas-n-times", {}, ungated(NTimes(5, 0.6))),
    ("canvas-weighted-average", {}, ungated(WeightedAverage(0.65))),
    ("khan", {}, Policy(Levels(), DECIDES, CheckRule(pass_score=0.5, wait_days=0.5, required=False), STAYS)),
    ("kolibri-do-all", {}, ungated(InARow(10), 1)),
    ("kolibri-in-a-row", {}, ungated(InARow(5), 1)),
    ("kolibri-m-of-n", {}, ungated(MOfN(5, 7), 1)),
    ("moodle-points", {}, ungated(Latest(), 1)),
    ("slate", {}, ungated(BestOf(3), 8.5 / 13 - 1e-6, 3)),
    ("aleks", {"target": 3}, Policy(Points(3), Criteria(1, 1, 1, counts=EVERY - {Purpose.CHECK}),
                                    CheckRule(pass_score=1, wait_days=0, challenge=True), STAYS)),
    ("canvas-average", {"mastery": 0.7}, ungated(Mean(), 0.7)),
    ("canvas-decaying-average", {"rate": 50, "mastery": 0.7}, ungated(ExponentialAverage(0.5), 0.7)),
    ("canvas-highest", {"mastery": 0.7}, ungated(Highest(), 0.7)),
    ("canvas-latest", {"mastery": 0.7}, ungated(Latest(), 0.7)),
    ("canvas-n-times", {"n": 10, "mastery": 0.7}, ungated(NTimes(10, 0.7), 0.7)),
    ("canvas-n-times", {"n": 1}, ungated(NTimes(1, 0.6))),
    ("canvas-decaying-average", {"rate": 99}, ungated(ExponentialAverage(0.99))),
    ("canvas-weighted-average", {"weight": 1, "mastery": 0.7}, ungated(WeightedAverage(0.01), 0.7)),
    ("canvas-weighted-average", {"weight": 99}, ungated(WeightedAverage(0.99))),
    ("kolibri-do-all", {"items": 4}, ungated(InARow(4), 1)),
    ("kolibri-in-a-row", {"k": 2}, ungated(InARow(2), 1)),
    ("kolibri-m-of-n", {"m": 2, "n": 3}, ungated(MOfN(2, 3), 1)),
    ("slate", {"n": 2, "level": 3, "levels": 5}, ungated(BestOf(2), 0.5 - 1e-6, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameters", "policy"), PEERS)
def test_another_systems_rule_is_this_policy(name: str, parameters: dict[str, Any], policy: Policy) -> None:
    """Each name, as it is and with its parameters, is exactly one policy of ours."""
    assert peer(name, **parameters) == policy


def test_every_system_is_described_in_one_sentence() -> None:
    """Each name comes with one line that says what it means, and each is looked at above."""
    assert list(peers()) == [name for name, parameters, _ in PEERS if not parameters]
    assert peers()["canvas-latest"] == "The latest score is at the mastery level."
    assert all(line.endswith(".") and "\n" not in line for line in peers().values())
