"""The tour: every page once, with somebody who may open it and an address that leads there in each of the worlds."""

from __future__ import annotations

from attrs import frozen

__all__ = ["PARTS", "TOUR", "Stop", "stop_named"]


@frozen
class Stop:
    """A page on the tour: who opens it, and where it is."""

    name: str
    person: str
    address: str

    def __str__(self) -> str:
        return self.name


TOUR = (
    Stop("sign in", "", "/sign-in"),
    Stop("classes", "office", "/"),
    Stop("today", "teacher-7a", "/classes/7a"),
    Stop("map", "teacher-7a", "/classes/7a/map"),
    Stop("blockers", "teacher-7a", "/classes/7a/blockers"),
    Stop("groups", "teacher-7a", "/classes/7a/groups"),
    Stop("changes", "teacher-7a", "/classes/7a/changes"),
    Stop("stuck", "teacher-7a", "/classes/7a/stuck"),
    Stop("rechecks", "teacher-7a", "/classes/7a/rechecks"),
    Stop("pace", "teacher-7a", "/classes/7a/pace?goal=PREP&by=2026-07-12"),
    Stop("pace without a goal", "teacher-7a", "/classes/7a/pace"),
    Stop("pace of a learner", "teacher-7a", "/learners/holly/pace?goal=PREP&by=2026-07-12"),
    Stop("fairness", "office", "/classes/everybody/fairness"),
    Stop("learner", "teacher-7a", "/learners/holly"),
    Stop("why", "teacher-7a", "/learners/holly/why/RA6.11"),
    Stop("story", "teacher-7a", "/learners/holly/story"),
)
"""Each page as whoever uses it most; "" is nobody who has signed in."""

PARTS = (Stop("what changed", "teacher-7a", "/classes/7a/changed"),)
"""Parts of pages, which the script of a page fetches by themselves."""


def stop_named(name: str) -> Stop:
    """Return a stop of the tour."""
    return next(stop for stop in TOUR if stop.name == name)
