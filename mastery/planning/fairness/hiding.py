"""Which cells of a table are hidden, so that nobody can be told from a small one, nor from what is left over."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["hidden"]


def hidden(counts: Mapping[str, int], least: int, sizes: Mapping[str, int] | None = None) -> frozenset[str]:
    """Return the names whose count is to be hidden: those below `least`, and with them the smallest of the others.

    Whoever knows the total can subtract what is shown, and whoever knows this rule can reckon on. So what is hidden
    always has a count in it that is not small, and all of the same count with it, since its name must not tell; where
    nothing is small, nothing is hidden.

    `sizes` are those that the counts can reach, if each is large enough to be shown: a gate that everybody tried shows
    them. Where few are left who did not try, a small count is then bounded from below too. So if the least it can be is
    one under `least`, that count is small too, as is no other; and unless more are left than the largest has, all are
    hidden with a small one. A count is then never determined, unless nobody at all is counted.

    >>> sorted(hidden({"bus": 4, "walk": 12, "bike": 30}, 10))
    ['bus', 'walk']
    >>> sorted(hidden({"bus": 14, "walk": 12, "bike": 30}, 10))
    []
    >>> sorted(hidden({"bus": 9, "walk": 12, "bike": 30}, 10, {"bus": 13, "walk": 12, "bike": 31}))
    ['bike', 'bus', 'walk']
    """
    bars, left = dict.fromkeys(counts, least), None
    if sizes and min(sizes.values()) >= least:
        left = sum(sizes.values()) - sum(counts.values())
        bars = {name: least + (sizes[name] - left == least - 1) for name in counts}
    small = {name for name, count in counts.items() if count < bars[name]}
    if not small:
        return frozenset()
    if sizes and left is not None and left <= max(sizes.values()):
        return frozenset(counts)
    next_ = min((count for name, count in counts.items() if name not in small), default=0)
    return frozenset(small | {name for name, count in counts.items() if count == next_})
