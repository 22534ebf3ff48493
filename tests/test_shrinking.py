"""Drawn courses shrink: what Hypothesis comes down to is small enough to read, and to paste into a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, find, settings
from worlds import BRIEF

from mastery.standing import Status
from mastery.testing import Course, courses
from mastery.testing.laws.asking import demonstrated

LOOKING = settings(
    max_examples=1000, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def has_a_locked_competency(course: Course) -> bool:
    """Whether something is locked."""
    return any(course.evaluate().status(name) is Status.LOCKED for name in course.leaves)


def has_earned_credit(course: Course) -> bool:
    """Whether some credit was demonstrated."""
    return bool(demonstrated(course.evaluate()))


def has_a_group_that_is_met(course: Course) -> bool:
    """Whether a competency with parts is met."""
    groups = [one.identifier for one in course.framework.competencies if course.parts(one.identifier)]
    return any(course.evaluate().status(group) is Status.MET for group in groups)


def has_credit_behind_a_gate(course: Course) -> bool:
    """Whether credit was demonstrated where something is required."""
    return any(map(course.is_gated, demonstrated(course.evaluate())))


@pytest.mark.skipif(BRIEF, reason="nothing is shrunk in a brief run")
@pytest.mark.parametrize(
    ("predicate", "most_facts", "most_competencies"),
    [
        (has_a_locked_competency, 0, 3),
        (has_earned_credit, 2, 4),
        (has_a_group_that_is_met, 5, 5),
        (has_credit_behind_a_gate, 6, 5),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_drawn_course_shrinks(predicate: Callable[[Course], bool], most_facts: int, most_competencies: int) -> None:
    """The smallest course with something in it has few facts and competencies, and prints in few lines."""
    least = find(courses(), predicate, settings=LOOKING)
    assert len(least.facts) <= most_facts
    assert len(least.framework.competencies) <= most_competencies
    assert not least.policy.special
    assert len(repr(least).splitlines()) <= 7 + most_facts
