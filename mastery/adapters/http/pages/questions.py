"""Pages with one question about a class each: what holds it up, who is stuck, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated

from attrs import evolve, frozen
from fastapi import APIRouter, Query
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.classes import last_monday
from mastery.adapters.http.pages.fields import BLANK
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.http.replies import instant_named
from mastery.adapters.pages.links import named
from mastery.answers import changes_json
from mastery.changes import CauseKind, Change, ChangeKind
from mastery.class_answers import blockers_json, stuck_json
from mastery.classroom import ClassChanges, Pattern, StuckRule, blockers, changes_of_class, who_is_stuck

__all__ = ["router"]

router = APIRouter()
_NAMED = 28
_LISTED = 150


@router.get("/classes/{group}/blockers")
@needs(Permission.READ_CLASS)
def blockers_page(visit: AtPage, group: str) -> Response:
    """Show what holds a class up: what would free most learners comes first."""
    room = visit.room(group)
    found = blockers(room)
    values = {
        "room": room,
        "people": visit.people(room.learners),
        "blockers": found,
        "now": [one for one in found.blockers if one.frees],
        "later": [one for one in found.blockers if not one.frees],
        "most": _NAMED,
    }
    return visit.page(
        "blockers",
        values,
        here="blockers",
        group=named(group),
        table=found.table(),
        answer=blockers_json(room, found),
    )


Limit = Annotated[int, Query(ge=1, le=1000)]
_RULE = StuckRule()


@router.get("/classes/{group}/stuck")
@needs(Permission.READ_CLASS)
def stuck_page(
    visit: AtPage,
    group: str,
    attempts: Limit = _RULE.attempts,
    days: Limit = _RULE.days,
    opportunities: Limit = _RULE.opportunities,
    idle_days: Limit = _RULE.idle_days,
    waiting_days: Limit = _RULE.waiting_days,
    waiting: bool = True,
) -> Response:
    """Show who is stuck, on what, since when, by which rule, and what an adult can do.

    Without `waiting` those are left out who wait on an adult: the inbox has them.
    """
    room = visit.room(group)
    rule = StuckRule(waiting_days, opportunities, attempts, days, idle_days)
    every = who_is_stuck(room, rule)
    left = (one for one in every.flags if waiting or one.pattern is not Pattern.WAITING_ON_ADULT)
    found = evolve(every, flags=tuple(left))
    values = {
        "room": room,
        "people": visit.people(room.learners),
        "stuck": found,
        "rule": _RULE,
        "waiting": waiting,
        "left_out": len(every.flags) - len(found.flags),
        "patterns": [
            (pattern.value, flags)
            for pattern in Pattern
            if (flags := [one for one in found.flags if one.pattern is pattern])
        ],
    }
    answer = stuck_json(room, found)
    return visit.page("stuck", values, here="today", group=named(group), table=found.table(), answer=answer)


@router.get("/classes/{group}/changes")
@needs(Permission.READ_CLASS)
def changes_page(
    visit: AtPage,
    group: str,
    since: Annotated[str, Query(max_length=40)] = "",
    kind: Annotated[ChangeKind | None, BLANK] = None,
    cause: Annotated[CauseKind | None, BLANK] = None,
    learner: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Show what changed in a class since a day, by what made it change."""
    who = visit.meant(learner)
    known = visit.desk.learners_of(named(group))
    asked = visit.desk.learners_of(named(group), [who]) if who else known
    begin = instant_named(since or None, "since", first=True) or last_monday(visit.moment)
    every = changes_of_class(visit.desk.changes(asked, begin, visit.moment))
    found = every.only(cause, kind)
    values = {
        "people": visit.people(known),
        "learners": known,
        "since": begin,
        "kind": kind,
        "cause": cause,
        "who": who,
        "counted": _counted(every),
        "most": _LISTED,
        "causes": list(_by_cause(found)),
        "is_there": frozenset(visit.desk.framework.expansion.leaves),
    }
    answer = changes_json(who or None, begin, visit.moment, found.changes)
    return visit.page("changes", values, here="changes", group=named(group), table=found.table(), answer=answer)


def _counted(found: ClassChanges) -> dict[str, dict[str, int]]:
    """Return how often each cause made each kind of change; a cause that made none is not there."""
    counts: dict[str, dict[str, int]] = {}
    for (cause, kind), count in found.counts.items():
        counts.setdefault(cause.value, {})[kind.value] = count
    return counts


@frozen
class _Caused:
    """What one cause changed, the latest first: what a teacher looks for, and what only moved on."""

    cause: CauseKind
    told: tuple[Change, ...]
    moved: tuple[Change, ...]

    @property
    def count(self) -> int:
        """How many changes these are."""
        return len(self.told) + len(self.moved)

    @property
    def longest(self) -> int:
        """How many are in the longer of the two lists."""
        return max(len(self.told), len(self.moved))


def _by_cause(found: ClassChanges) -> Iterator[_Caused]:
    for cause in CauseKind:
        theirs = found.only(cause).changes
        if theirs:
            told = _latest(one for one in theirs if one.kind is not ChangeKind.STATUS)
            moved = _latest(one for one in theirs if one.kind is ChangeKind.STATUS)
            yield _Caused(cause, told, moved)


def _latest(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: one.cause.when if one.cause else _NEVER, reverse=True))


_NEVER = datetime.min.replace(tzinfo=UTC)
