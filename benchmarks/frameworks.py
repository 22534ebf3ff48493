"""Frameworks to measure with."""

from __future__ import annotations

import random

from competencies import Competency, Framework

__all__ = ["layered"]


def layered(n: int, seed: int = 1) -> Framework:
    """Return a framework of `n` competencies in layers of ten: two needed of the layer before, or one of two."""
    chance = random.Random(seed)
    names = [f"c{i}" for i in range(n)]
    requires = {}
    for i in range(10, n):
        before = chance.sample(names[i // 10 * 10 - 10 : i // 10 * 10], 3)
        requires[names[i]] = f"{before[0]}; ({before[1]} or {before[2]})" if i % 3 else f"{before[0]}; {before[1]}"
    return Framework(f"{n} in layers", [Competency(name) for name in names], requires=requires)
