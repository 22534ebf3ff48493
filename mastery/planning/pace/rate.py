"""When so many more credits are earned, if a learner earns them at the steady rate of which a window is a sample."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, fsum, log, log1p

__all__ = ["MOST_DAYS", "chance_within", "days_to_earn"]

MOST_DAYS = 1096
"""No date is looked for after so many days, three years: a record of some weeks says nothing of then."""


def chance_within(days: float, wanted: int, earned: int, observed: float) -> float:
    """Return the chance, 0..1, that `wanted` more credits are earned within `days`.

    `earned` were earned in the `observed` days. Their rate, taken as steady (Poisson), is known as Gamma(earned +
    1/2, observed): the prior of Jeffreys (1946). The number earned in some days is then negative binomial (Greenwood
    and Yule 1920), and this is the chance that it is `wanted` or more. Raises ValueError for fewer than 1 wanted, less
    than none earned, or no days observed.
    """
    _ask(wanted, earned, observed)
    return _chance(days, _weights(wanted, earned), earned, observed)


def days_to_earn(chances: Iterable[float], wanted: int, earned: int, observed: float) -> tuple[int | None, ...]:
    """Return, for each of `chances` (0..1), the fewest whole days within which `wanted` are earned with that chance.

    None where that is more than MOST_DAYS. Raises what `chance_within` raises.
    """
    _ask(wanted, earned, observed)
    weights = _weights(wanted, earned)
    return tuple(_fewest(chance, weights, earned, observed) for chance in chances)


def _ask(wanted: int, earned: int, observed: float) -> None:
    if wanted < 1:
        raise ValueError(f"wanted: a whole number from 1 was wanted, got {wanted!r}")
    if earned < 0:
        raise ValueError(f"earned: a whole number from 0 was wanted, got {earned!r}")
    if not observed > 0:
        raise ValueError(f"observed: a number of days above 0 was wanted, got {observed!r}")


def _weights(wanted: int, earned: int) -> list[float]:
    """Return the logarithms of the coefficients of the negative binomial, for none to one fewer than wanted."""
    shape, found = earned + 0.5, [0.0]
    for n in range(wanted - 1):
        found.append(found[-1] + log((shape + n) / (n + 1)))
    return found


def _chance(days: float, weights: list[float], earned: int, observed: float) -> float:
    if days <= 0:
        return 0.0
    still = -(earned + 0.5) * log1p(days / observed)
    each = log(days) - log(observed + days)
    fewer = fsum(exp(weight + still + n * each) for n, weight in enumerate(weights))
    return min(max(1.0 - fewer, 0.0), 1.0)


def _fewest(chance: float, weights: list[float], earned: int, observed: float) -> int | None:
    low, high = 0, MOST_DAYS
    if _chance(high, weights, earned, observed) < chance:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _chance(middle, weights, earned, observed) < chance:
            low = middle
        else:
            high = middle
    return high
