"""How pieces lose weight with time: one table of factors by whole days."""

from functools import cache

__all__ = ["factor"]


@cache
def factor(half_life_days: float, days: int) -> float:
    """Return 0.5**(days / half_life_days), from one table so that every reader uses the same float; 1 before day 0."""
    return float(0.5 ** (max(days, 0) / half_life_days))
