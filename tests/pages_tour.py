"""The tour: every page once, with somebody who may open it and an address that leads there in each of the worlds."""

from __future__ import annotations

from attrs import frozen

__all__ = ["NEEDS", "PARTS", "TOUR", "Stop", "stop_named"]


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
    Stop("inbox", "teacher-7a", "/classes/7a/inbox"),
    Stop("changes", "teacher-7a", "/classes/7a/changes"),
    Stop("entry", "teacher-7a", "/classes/7a/entry?competency=FR3.4"),
    Stop("blockers", "teacher-7a", "/classes/7a/blockers"),
    Stop("stuck", "teacher-7a", "/classes/7a/stuck"),
    Stop("competency", "teacher-7a", "/classes/7a/competencies/FR3.4"),
    Stop("groups", "teacher-7a", "/classes/7a/groups"),
    Stop("rechecks", "teacher-7a", "/classes/7a/rechecks"),
    Stop("pace", "teacher-7a", "/classes/7a/pace?goal=PREP&by=2026-07-12"),
    Stop("pace without a goal", "teacher-7a", "/classes/7a/pace"),
    Stop("pace of a learner", "teacher-7a", "/learners/holly/pace?goal=PREP&by=2026-07-12"),
    Stop("fairness", "office", "/classes/everybody/fairness"),
    Stop("learner", "teacher-7a", "/learners/holly"),
    Stop("why", "teacher-7a", "/learners/holly/why/RA6.11"),
    Stop("why held", "teacher-7a", "/learners/hazel/why/FR5.1"),
    Stop("review", "teacher-7a", "/learners/hazel/review/FR5.1"),
    Stop("decide", "teacher-7a", "/learners/hazel/decide/FR5.1"),
    Stop("around", "teacher-7a", "/learners/holly/around/FR3.4"),
    Stop("story", "teacher-7a", "/learners/holly/story"),
    Stop("sheet", "teacher-7a", "/learners/holly/sheet"),
    Stop("my learning", "alder", "/me"),
    Stop("family", "family", "/family/alder"),
    Stop("children", "office", "/family"),
    Stop("framework", "teacher-7a", "/framework"),
    Stop("part of the framework", "teacher-7a", "/framework/FR3.4"),
    Stop("policy", "office", "/policy"),
    Stop("policy again", "office", "/policy/look"),
    Stop("operations", "office", "/operations"),
    Stop("disclosures", "office", "/disclosures"),
)
"""Each page as whoever uses it most; "" is nobody who has signed in."""

PARTS = (Stop("what changed", "teacher-7a", "/classes/7a/changed"),)
"""Parts of pages, which the script of a page fetches by themselves."""


def stop_named(name: str) -> Stop:
    """Return a stop of the tour."""
    return next(stop for stop in TOUR if stop.name == name)


NEEDS = {
    "/": "rules:read",
    "/sign-in": "",
    "/static/{version}/{name}": "",
    "/classes/{group}": "class:read",
    "/classes/{group}/changed": "class:read",
    "/classes/{group}/map": "class:read",
    "/classes/{group}/inbox": "class:read",
    "/classes/{group}/changes": "class:read",
    "/classes/{group}/entry": "evidence:write",
    "/classes/{group}/blockers": "class:read",
    "/classes/{group}/stuck": "class:read",
    "/classes/{group}/competencies/{competency}": "class:read",
    "/classes/{group}/groups": "class:plan",
    "/classes/{group}/rechecks": "class:plan",
    "/classes/{group}/pace": "class:plan",
    "/classes/{group}/fairness": "fairness:read",
    "/learners/{learner}": "learner:read",
    "/learners/{learner}/pace": "learner:read",
    "/learners/{learner}/why/{competency}": "learner:read",
    "/learners/{learner}/review/{competency}": "what-if:read",
    "/learners/{learner}/decide/{competency}": "decisions:write",
    "/learners/{learner}/around/{competency}": "learner:read",
    "/learners/{learner}/story": "learner:read",
    "/learners/{learner}/sheet": "learner:read",
    "/me": "learner:read",
    "/family": "learner:read",
    "/family/{learner}": "learner:read",
    "/framework": "rules:read",
    "/framework/{competency}": "rules:read",
    "/policy": "rules:read",
    "/policy/look": "rules:read",
    "/operations": "metrics:read",
    "/disclosures": "disclosures:read",
}
"""What somebody needs to open a page, by its path; empty where anybody may."""
