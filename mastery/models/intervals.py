"""Intervals around an estimate: how sure so few pieces can make anybody."""

from collections.abc import Iterable
from math import sqrt

__all__ = ["effective", "wilson"]

_Z = 1.959963984540054  # the standard normal's 97.5% point: a 95% interval


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return Wilson's score interval (Wilson, 1927) around a share of `n` trials, at 95%; it depends on no spread."""
    z2 = _Z * _Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    margin = _Z / (1 + z2 / n) * sqrt(max(share * (1 - share), 0.0) / n + z2 / (4 * n * n))
    # Not a hair beside the share itself: at 0 and 1 the ends meet it, and rounding must not part them.
    return max(0.0, min(share, centre - margin)), min(1.0, max(share, centre + margin))


def effective(weights: Iterable[float]) -> float:
    """Return how many equally weighted pieces tell as much as pieces of these weights (Kish, 1965)."""
    total = squares = 0.0
    for weight in weights:
        total += weight
        squares += weight * weight
    return total * total / squares
