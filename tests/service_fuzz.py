"""Requests of all sorts, made of everything that is anywhere in either tenant; and what of it a caller may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

from attrs import evolve, frozen
from service_asking import Asked, escaped
from service_oracle import classes, learners, limit, may, person
from service_samples import BOOK, SAMPLES
from service_world import CLASSES, ELSEWHERE, LEARNERS, MARK, PEOPLE, SYSTEMS, TENANTS, learners_of, mark, named, world
from worlds import Pick

__all__ = ["Drawn", "marks_in", "readers", "request", "visible"]

T = TypeVar("T")
STRANGE = ("", " ", "\u00e9\u202e", "a/b", "nowhere")
WHO = [named(one) for one in (*LEARNERS, *ELSEWHERE.values(), "teacher-b")]
COMPETENCIES = ("a", "b", "c.1", "c.2", "d", "c", "A", "nowhere", "")
CURSORS = ("0", "5", "30", "now", "99999", "-1", "x", named("elm"), named("key-3"))
TIMES = ("2026-03-16", "2026-03-01T08:00:00Z", "2027-01-01T00:00Z", "junk")
COMMON = ("GET /healthz", "GET /readyz", "GET /openapi.json", "GET /v1/glossary", "POST /v1/session", "GET /metrics")
ROUTES = [
    route
    for route, sample in SAMPLES.items()
    for _ in range(1 if route in COMMON or "session" in route else 12 if sample.needs.endswith("write") else 4)
]


@cache
def _keys() -> list[str]:
    """Return every key of a fact in either tenant, awards too, and some that nobody has."""
    every = {key for tenant in TENANTS for of in world(tenant).keys.values() for key in of}
    return [*sorted(every, key=lambda key: (key.startswith("award"), key)), "new-1", "new-2", "new-3", "new-4"]


class _Near:
    """Picks options, and learners who are often among those whom a caller reaches."""

    def __init__(self, pick: Pick, reached: set[str] | None) -> None:
        self._pick, self._reached = pick, sorted(reached or ())

    def __call__(self, options: Sequence[T], /) -> T:
        return self._pick(options)

    def who(self) -> str:
        """Pick a learner, by name."""
        kind = self._pick(("near", "near", "near", "far", "far", "strange"))
        if kind == "near" and self._reached:
            return named(self._pick(self._reached))
        return self._pick(STRANGE if kind == "strange" else WHO)


def _some(pick: _Near, **optional: Any) -> dict[str, Any]:
    """Return some of these fields."""
    return {name: value() for name, value in optional.items() if pick((False, True, False))}


def _piece(pick: _Near) -> dict[str, Any]:
    return {
        "learner": pick.who(),
        "competency": pick(COMPETENCIES[:5]),
        "score": pick((1.0, 0.5, 0.0)),
        **_some(
            pick,
            key=lambda: pick(_keys()),
            purpose=lambda: "check",
            observed_at=lambda: pick(TIMES[1:2] * 5 + TIMES),
            item=lambda: "an item",
        ),
    }


def _pieces(pick: _Near, most: int) -> list[dict[str, Any]]:
    return [_piece(pick) for _ in range(pick(range(1, most + 1)))]


def _names(pick: _Near) -> list[str]:
    return [pick.who() for _ in range(pick((1, 2, 3)))]


def _decision(pick: _Near) -> dict[str, Any]:
    kind = pick(("grant", "revoke", "waive", "hold", "unlock", "void"))
    more = _some(pick, key=lambda: pick(_keys()), by=lambda: pick((named("teacher-a"), "someone")))
    return {"learner": pick.who(), "kind": kind, "competency": pick(COMPETENCIES), "why": "so", **more}


def _imagined(pick: _Near) -> dict[str, Any]:
    who = pick.who()
    return {"learner": who, "evidence": [{**piece, "learner": who} for piece in _pieces(pick, 2)]}


_BODIES: dict[str, Any] = {
    "POST /v1/evidence": lambda pick: _piece(pick) if pick((True, False)) else {"evidence": _pieces(pick, 4)},
    "POST /v1/decisions": _decision,
    "POST /v1/states:batch": lambda pick: {"learners": _names(pick)},
    "POST /v1/access:check": lambda pick: {"learner": pick.who(), "competency": pick(COMPETENCIES)},
    "POST /v1/what-if": _imagined,
    "POST /v1/classes/{group:path}/what-if": lambda pick: {"evidence": _pieces(pick, 2)},
    "POST /v1/classes/{group:path}/groups": lambda pick: _some(
        pick, learners=lambda: _names(pick), apart=lambda: [[pick.who(), pick.who()]]
    ),
    "POST /v1/classes/{group:path}/requirements": lambda pick: {
        "requirements": BOOK,
        **_some(pick, learners=lambda: _names(pick), cohorts=lambda: dict.fromkeys(_names(pick), "x")),
    },
    "POST /v1/reports/fairness": lambda pick: {"column": "home", "of": dict.fromkeys(_names(pick), "x")},
    "POST /v1/tokens": lambda pick: {
        "name": "new",
        **_some(pick, person=lambda: pick.who(), classes=lambda: [named(pick(("a", "b")))]),
    },
}
_QUERY: Sequence[tuple[Sequence[str], Sequence[str]]] = (
    (("learner",), (*WHO, *STRANGE)),
    (("cursor",), CURSORS),
    (("as_of", "since"), TIMES),
    (("limit", "attempts", "days"), ("1", "3", "500", "0")),
    (("goal", "only", "to"), COMPETENCIES),
    (("partial", "with_learners"), ("true",)),
)
_HEADERS: Sequence[tuple[Sequence[str], Sequence[str]]] = (
    (("idempotency-key",), ("once", "twice", named("key-0"))),
    (("if-match", "if-none-match"), ("*", '"junk"')),
    (("accept",), ("text/csv", "application/json", "*/*")),
    (("last-event-id",), CURSORS),
    (("cookie",), ("mastery_session=south.x", "mastery_session=north.")),
)


@frozen
class Drawn:
    """A request to a route, with whom or what its path is about."""

    route: str
    what: str
    asked: Asked

    @property
    def marks(self) -> set[str]:
        """The marks that the request itself names."""
        return marks_in(repr((self.asked.target, self.asked.body, self.asked.headers)))

    def concerns(self, tenant: str, who: str) -> set[str]:
        """Return the learners about whom the request may tell this caller something, by their full names."""
        about = SAMPLES[self.route].about
        reached = learners(who, SAMPLES[self.route].needs)
        there = {*WHO, *STRANGE} if reached is None else {named(one) for one in reached}
        if about == "class" and self.what in CLASSES:
            return there & {named(one) for one in CLASSES[self.what]}
        text = f"{self.asked.target} {json.dumps(self.asked.body)}"
        if about == "learner" and not (self.route == "GET /v1/disclosures" and "learner=" not in text):
            keys = {named(one): of for one, of in world(tenant).keys.items()}
            return {one for one in there if one in text or any(key in text for key in keys.get(one, ()))}
        return there


def request(picks: Pick, tenant: str, who: str) -> Drawn:
    """Pick a request to any route for a caller: its sample, then whatever else may stand in it."""
    pick = _Near(picks, learners(who, "learner:read"))
    route = pick(ROUTES)
    about = SAMPLES[route].about
    what = pick((*CLASSES, "everybody", "nowhere") if about == "class" else (*LEARNERS, *ELSEWHERE.values()))
    asked = SAMPLES[route].asks(tenant, what)
    if about == "fact":
        asked = evolve(asked, target=f"/v1/facts/{escaped(pick(_keys()))}{route.rpartition('}')[2]}")
    if route == "GET /v1/disclosures" and pick((True, False)):
        asked = evolve(asked, target="/v1/disclosures")
    if about == "token":
        asked = evolve(asked, target=asked.target.replace("{token}", world(tenant).ids["spare"]))
    if route in _BODIES and pick((True, True, False)):
        asked = evolve(asked, body=_BODIES[route](pick))
    for names, values in (pick(_QUERY) for _ in range(pick((0, 0, 1, 2)))):
        sign = "&" if "?" in asked.target else "?"
        asked = evolve(asked, target=f"{asked.target}{sign}{pick(names)}={quote(pick(values))}")
    headers = dict(asked.headers)
    for names, values in (pick(_HEADERS) for _ in range(pick((0, 0, 1, 2)))):
        headers.setdefault(pick(names), pick(values))
    return Drawn(route, what, evolve(asked, headers=tuple(headers.items())))


def readers(tenant: str) -> set[str]:
    """Return the marks of all who may be named as reader or assessor once they have asked."""
    return {mark("name", one) for one in PEOPLE if one not in LEARNERS} | {
        mark(tenant, "token", one) for one in SYSTEMS
    }


def marks_in(text: str | bytes) -> set[str]:
    """Return every mark in a text."""
    return {*MARK.findall(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)}


_TOLD = ("item", "source", "assessor", "kind", "occasion", "by", "why")


@cache
def visible(tenant: str, who: str, permission: str) -> frozenset[str]:
    """Return the marks that a caller may see in an answer of a route that needs this permission."""
    if not permission or not may(who, permission):
        return frozenset()
    found = {mark(tenant, "title"), *(mark(tenant, "statement", c) for c in "abcd")}
    found |= {mark("name", person(who)), mark(tenant, "token", who), *(mark("name", one) for one in limit(who) or ())}
    reached = learners(who, permission)
    for one in learners_of(tenant) if reached is None else reached:
        found |= {mark("name", one), *(mark(tenant, one, what) for what in _TOLD)}
        found |= marks_in(" ".join(world(tenant).keys[one]))
        if permission == "disclosures:read":
            found |= {mark("name", "earlier"), mark(tenant, "via", one)}
    if permission == "tokens:manage":
        found |= {mark("name", one) for one in PEOPLE} | {mark(tenant, "token", one) for one in world(tenant).tokens}
    groups = classes(who, permission)
    for group in CLASSES if groups is None else groups:
        found |= {mark("name", group), mark(tenant, "class", group)}
        found |= {mark("name", one) for one, parts in PEOPLE.items() if f"teacher {group}" in parts}
    return frozenset(found)
