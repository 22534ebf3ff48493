"""Rates and how sure one can be of them: intervals, ratios, exact tests, and many tests at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt

__all__ = ["Z", "fisher", "holm", "ratio_interval", "wilson"]

Z = 1.959964
"""The normal quantile of a 95% interval."""


def wilson(passed: int, n: int) -> tuple[float, float]:
    """Return the 95% interval (0..1) of a rate by its score (Wilson, 1927); 0..1 where n is 0.

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    if n == 0:
        return 0.0, 1.0
    rate, square = passed / n, Z * Z
    middle = (rate + square / (2 * n)) / (1 + square / n)
    half = Z * sqrt(rate * (1 - rate) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def ratio_interval(a: int, n: int, b: int, m: int) -> tuple[float, float, float]:
    """Return the ratio of the rates a/n and b/m with its 95% interval, on the log scale (Katz et al., 1978).

    Where a count is zero, or both are all, half a person is added to those who passed and to those who did not, on each
    side (Haldane, 1956), for the interval only.
    n and m are at least 1. The ratio is 1 where both rates are zero, and infinite where only the second is.
    """
    ratio = (a / n) / (b / m) if b else (1.0 if a == 0 else float("inf"))
    x, y, of_x, of_y = float(a), float(b), float(n), float(m)
    if 0 in (a, b) or (a == n and b == m):
        x, y, of_x, of_y = a + 0.5, b + 0.5, n + 1.0, m + 1.0
    middle = log((x / of_x) / (y / of_y))
    half = Z * sqrt(max(0.0, 1 / x - 1 / of_x + 1 / y - 1 / of_y))
    return ratio, exp(middle - half), exp(middle + half)


def fisher(a: int, n: int, b: int, m: int) -> float:
    """Return the two-sided p of a of n against b of m, all tables as likely or less counted (Fisher, 1935).

    >>> round(fisher(3, 4, 1, 4), 4)  # the lady tasting tea
    0.4857
    """
    passed = a + b
    low, high = max(0, passed - m), min(passed, n)
    whole = _ways(n + m, passed)
    seen = _ways(n, a) + _ways(m, b) - whole
    return min(
        1.0,
        sum(
            exp(likely)
            for k in range(low, high + 1)
            if (likely := _ways(n, k) + _ways(m, passed - k) - whole) <= seen + 1e-9
        ),
    )


def _ways(n: int, k: int) -> float:
    """Return the logarithm of n over k."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def holm(ps: Sequence[float]) -> list[float]:
    """Return each p as it stands among all of them, in the same order (Holm, 1979).

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted, most = [0.0] * len(ps), 0.0
    for rank, i in enumerate(order):
        most = max(most, min(1.0, ps[i] * (len(ps) - rank)))
        adjusted[i] = most
    return adjusted
