"""What a forecast is computed from: credits earned at a steady rate, and days in a row; against brute force."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import exp, isclose, prod, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import cases, profile

from mastery.planning.pace.critical import days_in_a_row
from mastery.planning.pace.rate import MOST_DAYS, chance_within, days_to_earn

CHANCES = (0.15, 0.5, 0.85)

# Credits at a steady rate.


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 366), st.integers(0, 1500))
@profile(200)
def test_the_chance_is_the_tail_of_a_negative_binomial(wanted: int, earned: int, observed: int, days: int) -> None:
    """It is what the terms of the negative binomial come to, one by one in fractions but for one square root."""
    p, shape = Fraction(observed, observed + days), earned + Fraction(1, 2)
    coefficients = (prod((Fraction(shape + n, n + 1) for n in range(j)), start=Fraction(1)) for j in range(wanted))
    fewer = sum(c * (1 - p) ** j for j, c in enumerate(coefficients)) * p**earned
    assert isclose(chance_within(days, wanted, earned, observed), 1 - float(fewer) * sqrt(p), abs_tol=1e-9)


@given(st.integers(0, 300), st.floats(1, 366), st.floats(0, 2000))
@profile(200)
def test_the_chance_of_one_more_has_a_closed_form(earned: int, observed: float, days: float) -> None:
    """One more within t days: 1 - (T / (T + t)) to the power of the credits and a half."""
    closed = 1 - (observed / (observed + days)) ** (earned + 0.5)
    assert isclose(chance_within(days, 1, earned, observed), closed, abs_tol=1e-9)


def test_the_chance_is_that_of_simulated_learners() -> None:
    """With rates drawn from what is known of them, so many learners earn what is wanted within the days."""
    rng = random.Random(3)
    for earned, observed, wanted, days in ((0, 42, 2, 60), (3, 42, 5, 50), (12, 30, 9, 21), (40, 42, 60, 70)):
        n = cases(4000)
        rates = (rng.gammavariate(earned + 0.5, 1 / observed) for _ in range(n))
        within = sum(rng.gammavariate(wanted, 1 / rate) <= days for rate in rates)
        chance = chance_within(days, wanted, earned, observed)
        assert 0.1 < chance < 0.9
        assert abs(within / n - chance) <= 4.5 * sqrt(chance * (1 - chance) / n)


@given(st.integers(1, 40), st.integers(0, 60), st.floats(7, 366), st.floats(0.01, 0.99))
@profile(200)
def test_the_days_are_the_fewest_that_do(wanted: int, earned: int, observed: float, chance: float) -> None:
    """Within so many days the chance is reached, a day less does not do; one more wanted, or one less earned, waits."""
    (days,) = days_to_earn([chance], wanted, earned, observed)
    if days is None:
        assert chance_within(MOST_DAYS, wanted, earned, observed) < chance
        return
    assert chance_within(days - 1, wanted, earned, observed) < chance <= chance_within(days, wanted, earned, observed)
    (more,) = days_to_earn([chance], wanted + 1, earned, observed)
    (quicker,) = days_to_earn([chance], wanted, earned + 1, observed)
    assert more is None or more >= days
    assert quicker is not None
    assert quicker <= days


def test_a_great_many_credits_do_not_break_the_sum() -> None:
    """Where a single power would be too small for a float, the chance is still that of the normal law nearby."""
    assert 0.45 < chance_within(3 * 42, 3000, 1000, 42) < 0.55
    assert chance_within(MOST_DAYS, 5, 4000, 42) == 1.0


def test_the_interval_covers_seven_times_of_ten() -> None:
    """At any steady rate the interval holds the day on which the last is earned 7 times of 10, summed exactly.

    Days are whole and counts are small, so that it is 70% on the whole and a little to both sides for one rate.
    """
    window, seen, total = 42, 0, 0.0
    for per_week, wanted in product((0.5, 1, 2, 4), (2, 5, 12)):
        rate = per_week / 7
        covered = 0.0
        for earned in range(80):
            low, _, high = days_to_earn(CHANCES, wanted, earned, window)
            before = 0.0 if low is None else within(wanted, rate * (low - 1))
            covered += pmf(earned, rate * window) * ((1.0 if high is None else within(wanted, rate * high)) - before)
        assert 0.66 <= covered <= 0.80, (per_week, wanted, covered)
        seen, total = seen + 1, total + covered
    assert 0.69 <= total / seen <= 0.74


def pmf(n: int, mean: float) -> float:
    """Return the chance of n events where `mean` are expected (Poisson)."""
    return exp(-mean) * prod(mean / k for k in range(1, n + 1))


def within(wanted: int, mean: float) -> float:
    """Return the chance of `wanted` events or more where `mean` are expected."""
    return 1 - sum(pmf(n, mean) for n in range(wanted))


@pytest.mark.parametrize(("wanted", "earned", "observed"), [(0, 1, 7), (1, -1, 7), (1, 1, 0)])
def test_a_rate_from_nothing_is_refused(wanted: int, earned: int, observed: float) -> None:
    """None wanted, less than none earned and no day observed are refused by name."""
    wrong = "wanted" if wanted < 1 else "earned" if earned < 0 else "observed"
    with pytest.raises(ValueError, match=f"^{wrong}: "):
        chance_within(1, wanted, earned, observed)
    with pytest.raises(ValueError, match=f"^{wrong}: "):
        days_to_earn(CHANCES, wanted, earned, observed)


# Days in a row.


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5), st.integers(1, 4), st.fractions(0, 1))
@profile(200)
def test_days_in_a_row_are_those_of_every_way(own: list[int], links: int, chance: Fraction) -> None:
    """Of all ways in which links take one of the own days each, so many take no longer; a day less is too short."""
    sums = [sum(way) for way in product(own, repeat=links)]
    (days,) = days_in_a_row([chance], own, links)
    assert days is not None
    assert sum(each <= days for each in sums) >= chance * len(sums)
    assert days == 0 or sum(each < days for each in sums) < chance * len(sums)


def test_a_row_of_more_than_three_years_has_no_day() -> None:
    """What is more than the days looked at has no answer, even where one link alone is; what just fits has one."""
    assert days_in_a_row([Fraction(1, 2)], [MOST_DAYS], 1) == (MOST_DAYS,)
    assert days_in_a_row([Fraction(1, 2)], [MOST_DAYS], 2) == (None,)
    assert days_in_a_row([Fraction(1, 3), Fraction(1, 2)], [3, 9999], 1) == (3, 3)
    assert days_in_a_row([Fraction(2, 3)], [3, 9999], 1) == (None,)


@pytest.mark.parametrize(("own", "links"), [([], 1), ([1], 0), ([-1, 3], 1)])
def test_days_in_a_row_of_nothing_are_refused(own: list[int], links: int) -> None:
    """No days of one's own, no link, or days below none are refused."""
    with pytest.raises(ValueError, match="own, links"):
        days_in_a_row([Fraction(1, 2)], own, links)
