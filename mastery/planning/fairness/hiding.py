"""Which cells of a table are hidden, so that nobody can be told from a small one, nor from what is left over."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["hidden"]


def hidden(counts: Mapping[str, int], least: int) -> frozenset[str]:
    """Return the names whose count is to be hidden: those below `least`, and with them the smallest of the others.

    Whoever knows the total can subtract what is shown, and whoever knows this rule can reckon on. So what is hidden
    always has a count in it that is not small, and all of the same count with it, since its name must not tell; where
    nothing is small, nothing is hidden. A count is then never determined, unless nobody at all is counted.

    >>> sorted(hidden({"bus": 4, "walk": 12, "bike": 30}, 10))
    ['bus', 'walk']
    >>> sorted(hidden({"bus": 14, "walk": 12, "bike": 30}, 10))
    []
    """
    small = {name for name, count in counts.items() if count < least}
    if not small:
        return frozenset()
    next_ = min((count for count in counts.values() if count >= least), default=0)
    return frozenset(small | {name for name, count in counts.items() if count == next_})
