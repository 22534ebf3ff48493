"""How pieces lose weight with time: one table of factors by whole days."""

from functools import cache

__all__ = ["factor"]

_LEAST = 2.0**-300  # what is very old weighs next to nothing, never nothing: weights are divided by


@cache
def factor(half_life_days: float, days: int) -> float:
    """Return 0.5**(days / half_life_days), from one table so that every reader uses the same float; 1 before day 0."""
    return max(float(0.5 ** (max(days, 0) / half_life_days)), _LEAST)
