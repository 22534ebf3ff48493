"""What picks one of several options: chance, or Hypothesis, which prefers the first and so makes examples small."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

from mastery.testing.course import Course

__all__ = ["Pick", "chance"]

T = TypeVar("T")


class Pick(Protocol):
    """Whatever picks one of several options."""

    def __call__(self, options: Sequence[T], /) -> T:
        """Return one of `options`."""
        ...


def chance(course: Course) -> Pick:
    """Return what picks by chance, alike for the same facts: for laws that are called with nothing else to pick by."""
    return random.Random("/".join(fact.key for fact in course.facts)).choice  # noqa: S311 - chance is no secret here
