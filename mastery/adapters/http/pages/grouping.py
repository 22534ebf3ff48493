"""The page of groups for tomorrow: proposed at once, and again with other settings. Nothing is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from attrs import evolve, frozen
from fastapi import APIRouter, Query
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.pages.catalogue import say
from mastery.adapters.pages.links import named
from mastery.adapters.pages.people import People
from mastery.classroom import Classroom
from mastery.planning.groups import EarlierGroup, Grouping, GroupRules, earlier_text, plan_groups, read_earlier
from mastery.planning_answers.groups import groups_json

__all__ = ["router"]

router = APIRouter()

Size = Annotated[int, Query(ge=2, le=100)]
Names = Annotated[list[str] | None, Query(max_length=200)]
Earlier = Annotated[str, Query(max_length=100_000)]
_LEAST = GroupRules()


@router.get("/classes/{group}/groups")
@needs(Permission.PLAN_CLASS)
def groups_page(
    visit: AtPage,
    group: str,
    smallest: Size = _LEAST.smallest,
    largest: Size = _LEAST.largest,
    adults: Annotated[int, Query(ge=1, le=100)] = _LEAST.adults,
    seed: Annotated[int, Query(ge=0, le=1_000_000)] = _LEAST.seed,
    one: Names = None,
    other: Names = None,
    last: Earlier = "",
    before: Earlier = "",
) -> Response:
    """Propose groups for tomorrow: who could work together on what, and who works alone."""
    room = visit.room(group)
    people = visit.people(room.learners)
    sizes = {"smallest": smallest, "largest": largest, "adults": adults, "seed": seed}
    pairs = [pair for pair in zip(one or (), other or (), strict=False) if any(pair)]
    wishes, plan, fault = _Wishes(), None, ""
    try:
        wishes = _wishes(visit, room, pairs, last, before)
        plan = plan_groups(room, GroupRules(**sizes, apart=wishes.apart, before=wishes.before))
    except ValueError as wrong:
        fault = str(wrong)
    shown = _shown(people, wishes)
    if not fault and shown != _given(pairs, last, before):
        return visit.go("classes", named(group), "groups", **sizes, **shown)
    values = {
        "room": room,
        "people": people,
        "plan": plan,
        "fault": fault,
        "sizes": sizes,
        "pairs": [*zip(shown["one"], shown["other"], strict=True), ("", "")],
        "last": last if fault and not visit.hidden_by else shown["last"],
        "before": before if fault and not visit.hidden_by else shown["before"],
        "next_time": lambda found: _next_time(visit, named(group), people, found, {**sizes, **shown}),
    }
    table, answer = (None, None) if plan is None else (plan.table(), groups_json(room, plan))
    status = 422 if fault else 200
    return visit.page("groups", values, here="groups", group=named(group), table=table, answer=answer, status=status)


@frozen
class _Wishes:
    """Who is kept apart, and earlier groupings, the latest last; learners by their own names."""

    apart: tuple[tuple[str, str], ...] = ()
    before: tuple[tuple[EarlierGroup, ...], ...] = ()


def _wishes(visit: Visit, room: Classroom, pairs: Iterable[tuple[str, str]], last: str, before: str) -> _Wishes:
    """Return what was asked for; raises ValueError, in words for a page."""
    apart = tuple((visit.meant(one), visit.meant(other)) for one, other in pairs)
    if not all(name for pair in apart for name in pair):
        raise ValueError(say("groups.half_pair"))
    if not {name for pair in apart for name in pair} <= {*room.learners}:
        raise ValueError(say("groups.strangers"))
    texts = [text for text in (before, last) if text.strip()]
    return _Wishes(apart, tuple(tuple(_earlier(visit, text)) for text in texts))


def _earlier(visit: Visit, text: str) -> Iterable[EarlierGroup]:
    for one in read_earlier(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        yield evolve(one, learners=map(visit.meant, one.learners))


def _shown(people: People, wishes: _Wishes) -> Mapping[str, Any]:
    """Return wishes as this page has them in its address: short, and where names are hidden without any."""
    texts = [_text(people, groups) for groups in wishes.before]
    return {
        "one": [people.address(one) for one, _ in wishes.apart],
        "other": [people.address(other) for _, other in wishes.apart],
        "last": texts[-1] if texts else "",
        "before": texts[-2] if len(texts) > 1 else "",
    }


def _given(pairs: Iterable[tuple[str, str]], last: str, before: str) -> Mapping[str, Any]:
    found = list(pairs)
    return {"one": [one for one, _ in found], "other": [other for _, other in found], "last": last, "before": before}


def _text(people: People, groups: Iterable[EarlierGroup]) -> str:
    return earlier_text(evolve(one, learners=map(people.address, one.learners)) for one in groups)


def _next_time(visit: Visit, group: str, people: People, found: Grouping, asked: Mapping[str, Any]) -> str:
    """Return the address that proposes groups after these, and after those of last time."""
    now = [EarlierGroup(one.name, [member.learner for member in one.members]) for one in found.groups]
    return visit.links.to("classes", group, "groups", **{**asked, "before": asked["last"], "last": _text(people, now)})
