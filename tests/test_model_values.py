"""What models come to: averages against exact fractions, BKT against traces by hand, and refusals."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_models import EACH, SCORES, UNIT, piece, value
from worlds import profile

from mastery.criteria import Criteria
from mastery.errors import PolicyError
from mastery.facts import MILLION, Purpose
from mastery.models import BKT, Levels, Points, model, named
from mastery.models.intervals import wilson
from mastery.policy import Policy


def exact(name: str, parameters: dict[str, Any], scores: list[int]) -> Fraction | None:
    """What an average comes to, in fractions of a million; None where there is none."""
    *older, newest = [Fraction(s, MILLION) for s in scores]
    every = [*older, newest]
    best = sorted(every, reverse=True)
    match name:
        case "highest":
            return best[0]
        case "latest":
            return newest
        case "mean":
            return Fraction(sum(every), len(every))
        case "weighted_average":
            w = Fraction(round(parameters["newest"] * 1000), 1000)
            return w * newest + (1 - w) * Fraction(sum(older), len(older)) if older else newest
        case "best_of":
            kept = best[: parameters["n"]]
            return Fraction(sum(kept), len(kept))
        case "n_times":
            bar = Fraction(round(parameters["mastered_at"] * 1000), 1000)
            good = [s for s in every if s >= bar]
            return Fraction(sum(good), len(good)) if len(good) >= parameters["n"] else None
        case "m_of_n":
            return min(Fraction(1), Fraction(sum(every[-parameters["n"] :]), parameters["m"]))
        case "in_a_row":
            return Fraction(sum(every[-parameters["k"] :]), parameters["k"])
    raise AssertionError(name)


@pytest.mark.parametrize(
    "name", ["highest", "latest", "mean", "weighted_average", "best_of", "n_times", "m_of_n", "in_a_row"]
)
@given(st.data())
@profile(100)
def test_an_average_is_the_nearest_float_to_the_exact_one(name: str, data: st.DataObject) -> None:
    """Counted in whole millionths and divided once, a value is the float nearest to what fractions give."""
    rule = data.draw(EACH[name])
    scores = data.draw(st.lists(SCORES, min_size=1, max_size=9))
    found = rule.of([piece(s / MILLION, n) for n, s in enumerate(scores)])
    wanted = exact(name, {k: v for k, v in named(rule).items() if k != "name"}, scores)
    assert (None if found is None else found.value) == (None if wanted is None else float(wanted))


@given(UNIT.filter(lambda w: 0.01 <= w <= 0.99), st.lists(SCORES, min_size=1, max_size=12))
@profile(150)
def test_an_exponential_average_is_the_exact_one_rounded_down(rate: float, scores: list[int]) -> None:
    """Kept in whole 1e-12 and rounded down at each piece: never above the exact value, and less than 1e-9 below it."""
    share = Fraction(round(rate * 1000), 1000)
    wanted = Fraction(scores[0], MILLION)
    for score in scores[1:]:
        wanted = wanted * (1 - share) + Fraction(score, MILLION) * share
    found = value(model("exponential_average", rate=rate).of([piece(s / MILLION, n) for n, s in enumerate(scores)]))
    assert 0 <= wanted - Fraction(round(found * 10**12), 10**12) < Fraction(1, 10**9)


@given(st.integers(0, 1000), st.integers(1, 400) | st.floats(1e-90, 400))
@profile(150)
def test_an_interval_is_around_its_share(thousandths: int, n: float) -> None:
    """However few or many the trials, Wilson's interval holds the share and stays in 0..1; none tells nothing."""
    low, high = wilson(thousandths / 1000, n)
    assert 0 <= low <= thousandths / 1000 <= high <= 1
    assert n > 1e-9 or (low < 1e-9 and high > 1 - 1e-9)


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("m_of_n", {"m": 4, "n": 3}, "at most n was wanted, got 4 of 3"),
        ("m_of_n", {"m": 0}, "m: a whole number from 1"),
        ("in_a_row", {"k": 1.5}, "k: a whole number from 1"),
        ("weighted_average", {"newest": 1.0}, "newest: a number from 0.01 to 0.99"),
        ("exponential_average", {"rate": 0.0}, "rate: a number from 0.01 to 0.99"),
        ("n_times", {"mastered_at": 0}, "mastered_at: a number from"),
        ("best_of", {"n": True}, "n: a whole number from 1"),
        ("points", {"in_a_row": 0.5}, "in_a_row: at least right (1) was wanted, got 0.5"),
        ("points", {"target": 1, "start": 2}, "start: at most target (1) was wanted, got 2"),
        ("levels", {"familiar_at": float("nan")}, "familiar_at: a number from"),
        ("sums", {"half_life_days": 0}, "half_life_days: a number from 0.01"),
        ("meen", {}, "did you mean mean?"),
        ("best_of", {"m": 3}, "'m' is no setting of best_of"),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(name: str, parameters: dict[str, Any], says: str) -> None:
    """A parameter out of range, unknown, or at odds with another is refused by name, with what was wanted."""
    with pytest.raises(PolicyError) as refused:
        model(name, **parameters)
    assert says in str(refused.value)


# Bayesian knowledge tracing.


def trace(rule: BKT, *scores: float, days: float = 0) -> float:
    """The estimate after these scores, `days` apart."""
    return value(rule.of([piece(score, n, n * days) for n, score in enumerate(scores)]))


def test_bkt_is_what_it_is_by_hand() -> None:
    """Prior .4, learn .1, guess .2, slip .1: right .36/.48 = .75, then .775; wrong .0775/.2575, then 191/515; ..."""
    rule = BKT(prior=0.4, learn=0.1, guess=0.2, slip=0.1)
    assert trace(rule, 1) == pytest.approx(31 / 40, abs=1e-15)
    assert trace(rule, 1, 0) == pytest.approx(191 / 515, abs=1e-15)
    assert trace(rule, 1, 0, 0.5) == pytest.approx(1674983 / 3659645, abs=1e-15)
    assert trace(rule, 1, 0, 0.5, 1) == pytest.approx(8595433 / 10580095, abs=1e-15)


@given(UNIT, UNIT.map(lambda g: g / 2), UNIT.map(lambda s: s / 2.1), st.lists(st.sampled_from([0, 1]), max_size=9))
@profile(200)
def test_bkt_without_learning_is_the_rule_of_bayes(prior: float, guess: float, slip: float, answers: list[int]) -> None:
    """For answers that are right or wrong, the odds are those of the prior times each answer's likelihood ratio."""
    p, g, s = Fraction(prior), Fraction(guess), Fraction(slip)
    odds = p / (1 - p)
    for n, answer in enumerate(answers, start=1):
        odds *= (1 - s) / g if answer else s / (1 - g)
        if not Fraction(1, MILLION) < odds < MILLION - 1:
            return  # here the model keeps its millionth of doubt
        found = trace(BKT(prior=prior, learn=0, guess=guess, slip=slip), *answers[:n])
        assert found == pytest.approx(float(odds / (1 + odds)), rel=1e-9)


@given(st.lists(SCORES, min_size=1, max_size=9), st.sampled_from([0, 0.1, 0.3]), st.sampled_from([0, 0.05]))
@profile(150)
def test_bkt_with_partial_credit_is_the_exact_mixture(scores: list[int], learn: float, forget: float) -> None:
    """A partial score mixes the two posteriors in its proportion, then learning and forgetting follow; in fractions."""
    p, g, s = Fraction(2, 5), Fraction(1, 5), Fraction(1, 10)
    for millionths in scores:
        share = Fraction(millionths, MILLION)
        right, wrong = p * (1 - s) / (p * (1 - s) + (1 - p) * g), p * s / (p * s + (1 - p) * (1 - g))
        q = share * right + (1 - share) * wrong
        p = q * (1 - Fraction(str(forget))) + (1 - q) * Fraction(str(learn))
        p = min(max(p, Fraction(1, MILLION)), 1 - Fraction(1, MILLION))
    found = trace(BKT(prior=0.4, learn=learn, guess=0.2, slip=0.1, forget=forget), *[n / MILLION for n in scores])
    assert found == pytest.approx(float(p), abs=1e-12)


@pytest.mark.parametrize(
    ("learn", "score", "settles"), [(0, 0.7, 0.714), (0.1, 0.7, 0.771), (0, 0.8, 0.857), (0.1, 0.8, 0.894)]
)
def test_steady_partial_scores_settle_near_themselves(learn: float, score: float, settles: float) -> None:
    """With guess .2 and slip .1 steady .7 settles at .714 or, learning .1, .771: nobody masters with steady .7."""
    assert round(trace(BKT(learn=learn, guess=0.2, slip=0.1), *[score] * 400), 3) == settles


def test_a_score_as_predicted_moves_nothing() -> None:
    """Where the score is the predicted chance of a right answer, and nothing is learnt, the estimate stays."""
    rule = BKT(prior=0.5, learn=0, guess=0.2, slip=0.1)
    assert trace(rule, 0.5 * 0.9 + 0.5 * 0.2) == pytest.approx(0.5, abs=1e-15)


def test_bkt_never_becomes_certain() -> None:
    """Counterexample 31: forty right answers leave a millionth of doubt, and five wrong ones tell."""
    rule = BKT(prior=0.5, learn=0, guess=0.2, slip=0.1)
    assert trace(rule, *[1] * 40) == 1 - 1e-6
    assert trace(rule, *[1] * 40, *[0] * 5) < 0.97
    assert trace(rule, *[0] * 40) == 1e-6


def test_bkt_forgets_between_days_and_never_gains() -> None:
    """What lies above the floor halves in a half-life; at or under the floor nothing moves, and no day raises it."""
    rule = BKT(prior=0.5, learn=0, guess=0.2, slip=0.1, half_life_days=10, floor=0.3)
    at_once = value(rule.of([piece(1)]))
    assert value(rule.of([piece(1)], on=date(2026, 1, 15))) == pytest.approx(0.3 + (at_once - 0.3) / 2, abs=1e-15)
    assert value(rule.of([piece(1)], on=date(2025, 1, 1))) == at_once
    low = value(rule.of([piece(0)]))
    assert low < 0.3
    assert value(rule.of([piece(0)], on=date(2027, 1, 1))) == low
    assert trace(rule, 1, 1, days=10) < trace(rule, 1, 1)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"guess": 0}, "guess: a number from 1e-06 to 1 was wanted, got 0"),
        ({"slip": 0}, "slip: a number from 1e-06 to 1 was wanted, got 0"),
        ({"guess": 0.6, "slip": 0.4}, "guess + slip: at most 0.999 was wanted, got 1"),
        ({"guess": 0.7, "slip": 0.5}, "guess + slip: at most 0.999 was wanted, got 1.2"),
        ({"guess": 0.5, "slip": 0.4995}, "guess + slip: at most 0.999 was wanted, got 0.9995"),
        ({"learn": 0.7, "forget": 0.4}, "learn + forget: at most 1 was wanted, got 1.1"),
        ({"prior": 0.2, "floor": 0.3}, "floor: at most prior (0.2) was wanted, got 0.3"),
        ({"prior": 1.1}, "prior: a number from 0 to 1"),
        ({"half_life_days": -1}, "half_life_days: a number from 0.01"),
    ],
)
def test_bkt_refuses_what_would_break_its_law(parameters: dict[str, float], says: str) -> None:
    """Where a better answer could lower the estimate, or nothing could be divided, the model does not exist."""
    with pytest.raises(PolicyError) as refused:
        model("bkt", **parameters)
    assert says in str(refused.value)


def test_bkt_cannot_reach_what_it_forgets() -> None:
    """Counterexample 30: with forget .1 no estimate passes .9, so a bar of .95 is refused with the limit in it."""
    rule = BKT(forget=0.1)
    assert rule.highest < 0.9
    with pytest.raises(PolicyError, match=r"mastered_at is 0\.95, and BKT\(.*gives at most 0\.8"):
        Policy(model=rule, criteria=Criteria(0.95))
    assert Policy(model=rule, criteria=Criteria(rule.highest - 1e-9))


# Points and levels.


@pytest.mark.parametrize(
    ("answers", "points"),
    [("", None), ("W", 0), ("R", 1), ("RR", 3), ("RRR", 5), ("RRRR", 5), ("RRW", 2), ("RRWRR", 5), ("RWRWR", 1)],
)
def test_points_are_won_and_lost(answers: str, points: int | None) -> None:
    """One for a right answer, two for the next in a row, one less for a wrong one, never below 0 nor above 5."""
    found = Points().of([piece(1.0 if answer == "R" else 0.0, n) for n, answer in enumerate(answers)])
    assert (None if found is None else found.value * 5) == points


def test_half_a_score_wins_and_loses_nothing() -> None:
    """Between winning one and losing one lies nothing at all, and the row is broken."""
    pieces = [piece(score, n) for n, score in enumerate((1.0, 0.5, 1.0))]
    assert [value(Points().of(pieces[:n])) * 5 for n in (1, 2, 3)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("work", "reached"),
    [
        ("p1", 0.8), ("p.7", 0.5), ("p.69", 0), ("p1 p1", 0.8), ("p1 m1", 1), ("m1", 0.5), ("m1 m1", 0.8),
        ("p1 m1 p.7", 0.8), ("p1 m1 p0", 0.5), ("p1 p.99", 0.5), ("p1 m0", 0.5), ("p1 m1 m0", 0.8), ("p1 m.5", 0.8),
        ("p.7 p0", 0.5), ("p.7 m0", 0), ("m0", 0), ("p1 m1 p1", 1), ("p1 m.6", 1),
    ],
)  # fmt: skip
def test_levels_move_as_published(work: str, reached: float) -> None:
    """Practice lifts to proficient and may lower; only mixed work lifts to mastered; one level a piece."""
    kinds = {"p": Purpose.FORMATIVE, "m": Purpose.INTERIM}
    pieces = [piece(float(told[1:]), n, purpose=kinds[told[0]]) for n, told in enumerate(work.split())]
    assert value(Levels().of(pieces)) == reached
