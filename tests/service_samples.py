"""A request for every route of the service: what it needs, whom it is about, and what it is answered when allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from attrs import frozen
from service_asking import Answer, Asked, escaped
from service_world import CLASSES, POLICY, Service, framework, learners_of, named, whose, world

from competencies.formats.table import write
from mastery.policy_toml import to_toml

__all__ = ["SAMPLES", "Sample", "key_of", "sampled"]

_NUMBERS = count()


@frozen
class Sample:
    """What a route needs, about what it asks (learner, class, fact, or nothing), and its status when allowed."""

    needs: str
    about: str
    asks: Callable[[str, str], Asked]
    status: int = 200


def key_of(tenant: str, learner: str) -> str:
    """Return the key of a learner's first fact; of who has none, a key that nobody has."""
    every = learners_of(tenant)
    return named(f"key-{6 * every.index(learner)}") if learner in every else named(f"key-of-{learner}")


def _of_learner(tail: str) -> Callable[[str, str], Asked]:
    return lambda _, learner: Asked(f"/v1/learners/{escaped(named(learner))}/{tail}")


def _of_class(tail: str, body: Any = None) -> Callable[[str, str], Asked]:
    return lambda _, group: Asked(f"/v1/classes/{escaped(_class(group))}/{tail}", body)


def _class(group: str) -> str:
    return group if group == "everybody" else named(group)


def _plain(target: str, body: Any = None, **headers: str) -> Callable[[str, str], Asked]:
    named_so = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda tenant, _: Asked(target, body(tenant) if callable(body) else body, named_so)


def _piece(learner: str) -> dict[str, Any]:
    return {"learner": named(learner), "competency": "c.2", "score": 0.5, "key": f"sample-{next(_NUMBERS)}"}


def _decision(learner: str) -> dict[str, Any]:
    who = named("coordinator")
    return {"learner": named(learner), "competency": "d", "kind": "pin", "why": "to try", "by": who}


def _correction(kind: str) -> Callable[[str, str], Asked]:
    return lambda tenant, learner: Asked(f"/v1/facts/{escaped(key_of(tenant, learner))}/{kind}", {"why": "mistyped"})


def _imagined(_: str, group: str) -> Asked:
    body = {"evidence": [_piece(CLASSES.get(group, ("oak",))[0])]}
    return Asked(f"/v1/classes/{escaped(_class(group))}/what-if", body)


def _rules(tenant: str) -> dict[str, Any]:
    return {"form": "csv", "text": write(framework(tenant))}


BOOK = 'title = "A start"\n[[version]]\nname = "1"\n[[version.clause]]\nname = "x"\nneeds = "a"\n'
ROSTER = {
    "users.csv": "sourcedId,role\noak,student\n",
    "classes.csv": "sourcedId,title\na,A\n",
    "enrollments.csv": "classSourcedId,userSourcedId,role\na,oak,student\n",
}
_POLICY = {"form": "toml", "text": to_toml(POLICY)}
_AHEAD = "goal=d&by=2026-06-01"
_NAMED: Mapping[str, Sample] = {
    "GET /healthz": Sample("", "", _plain("/healthz")),
    "GET /readyz": Sample("", "", _plain("/readyz")),
    "GET /openapi.json": Sample("", "", _plain("/openapi.json")),
    "GET /v1/glossary": Sample("", "", _plain("/v1/glossary")),
    "POST /v1/session": Sample("", "", _plain("/v1/session", {"account": "x", "password": "y"}), 401),
    "GET /v1/session/openid": Sample("", "", _plain("/v1/session/openid"), 404),
    "GET /v1/session/openid/back": Sample("", "", _plain("/v1/session/openid/back"), 404),
    "GET /metrics": Sample("metrics:read", "", _plain("/metrics")),
    "GET /v1/session": Sample("rules:read", "", _plain("/v1/session"), 404),
    "DELETE /v1/session": Sample("", "", _plain("/v1/session"), 401),
    "GET /v1/me": Sample("rules:read", "", _plain("/v1/me")),
    "GET /v1/framework": Sample("rules:read", "", _plain("/v1/framework")),
    "POST /v1/framework:check": Sample("rules:read", "", _plain("/v1/framework:check", _rules)),
    "GET /v1/policy": Sample("rules:read", "", _plain("/v1/policy")),
    "POST /v1/policy:check": Sample("rules:read", "", _plain("/v1/policy:check", _POLICY)),
    "POST /v1/framework:impact": Sample("rules:publish", "all", _plain("/v1/framework:impact", _rules)),
    "POST /v1/framework:publish": Sample("rules:publish", "all", _plain("/v1/framework:publish", _rules, if_match="*")),
    "POST /v1/policy:impact": Sample("rules:publish", "all", _plain("/v1/policy:impact", _POLICY)),
    "POST /v1/policy:publish": Sample("rules:publish", "all", _plain("/v1/policy:publish", _POLICY, if_match="*")),
    "POST /v1/reports/fairness": Sample(
        "fairness:read", "all", _plain("/v1/reports/fairness", {"column": "home", "of": {"oak": "x"}})
    ),
    "GET /v1/roster": Sample("roster:read", "all", _plain("/v1/roster")),
    "POST /v1/roster": Sample("roster:write", "all", _plain("/v1/roster?check=true", {"files": ROSTER})),
    "GET /v1/tokens": Sample("tokens:manage", "all", _plain("/v1/tokens")),
    "POST /v1/tokens": Sample(
        "tokens:manage", "all", _plain("/v1/tokens", {"name": "new", "scopes": ["tokens:manage"]}), 201
    ),
    "POST /v1/tokens/{token}/revoke": Sample("tokens:manage", "token", _plain("/v1/tokens/{token}/revoke", {})),
    "GET /v1/learners": Sample("learner:read", "", _plain("/v1/learners")),
    "GET /v1/classes": Sample("class:read", "", _plain("/v1/classes")),
    "GET /v1/figures": Sample("class:plan", "", _plain("/v1/figures?with_learners=true")),
    "GET /v1/changes": Sample("changes:read", "", _plain("/v1/changes")),
    "GET /v1/changes/stream": Sample("changes:read", "", _plain("/v1/changes/stream?cursor=0")),
    "GET /v1/disclosures": Sample(
        "disclosures:read", "learner", lambda _, one: Asked(f"/v1/disclosures?learner={escaped(named(one))}")
    ),
    "POST /v1/evidence": Sample("evidence:write", "learner", lambda _, one: Asked("/v1/evidence", _piece(one))),
    "POST /v1/decisions": Sample("decisions:write", "learner", lambda _, one: Asked("/v1/decisions", _decision(one))),
    "POST /v1/facts/{fact:path}/void": Sample("decisions:write", "fact", _correction("void")),
    "POST /v1/facts/{fact:path}/excuse": Sample("decisions:write", "fact", _correction("excuse")),
    "GET /v1/facts/{fact:path}": Sample(
        "learner:read", "fact", lambda tenant, one: Asked(f"/v1/facts/{escaped(key_of(tenant, one))}")
    ),
    "POST /v1/states:batch": Sample(
        "learner:read", "learner", lambda _, one: Asked("/v1/states:batch", {"learners": [named(one)]})
    ),
    "POST /v1/what-if": Sample(
        "what-if:read",
        "learner",
        lambda _, one: Asked("/v1/what-if", {"learner": named(one), "evidence": [_piece(one)]}),
    ),
    "POST /v1/access:check": Sample(
        "access:check",
        "learner",
        lambda _, one: Asked("/v1/access:check", {"learner": named(one), "competency": "b"}),
    ),
    "POST /v1/classes/{group:path}/what-if": Sample("what-if:read", "class", _imagined),
    "POST /v1/classes/{group:path}/groups": Sample("class:plan", "class", _of_class("groups", {})),
    "POST /v1/classes/{group:path}/requirements": Sample(
        "class:plan", "class", _of_class("requirements", {"requirements": BOOK})
    ),
}
_LEARNER = {
    "next": "next", "state": "state", "why/{competency:path}": "why/b", "path": "path?to=d", "timeline": "timeline",
    "report": "report", "pace": f"pace?{_AHEAD}", "changes": "changes",
}  # fmt: skip
_CLASS = {
    "learners": "learners", "map": "map", "ready/{competency:path}": "ready/b", "stuck": "stuck",
    "blockers": "blockers", "changes": "changes",
}  # fmt: skip
_PLAN = {"rechecks": "rechecks", "pace": f"pace?{_AHEAD}"}
SAMPLES: Mapping[str, Sample] = {
    **_NAMED,
    **{
        f"GET /v1/learners/{{learner:path}}/{path}": Sample("learner:read", "learner", _of_learner(tail))
        for path, tail in _LEARNER.items()
    },
    **{
        f"GET /v1/classes/{{group:path}}/{path}": Sample(needs, "class", _of_class(tail))
        for needs, tails in (("class:read", _CLASS), ("class:plan", _PLAN))
        for path, tail in tails.items()
    },
}
"""By method and path of the route."""


def sampled(served: Service, tenant: str, who: str, route: str, what: str) -> Answer:
    """Ask a route about somebody, as its sample does; a stream ends at once."""
    request = SAMPLES[route].asks(tenant, what)
    served.streams_end_after(1)
    token = whose(tenant, who) if who else ""
    target = request.target.replace("{token}", world(tenant).ids["spare"])
    body = request.body
    if route == "POST /v1/decisions" and who not in ("system", "system-a", "system-reads"):
        body = {name: value for name, value in body.items() if name != "by"}
    if "/facts/" in route and isinstance(body, dict) and who.startswith("system"):
        body = {**body, "by": "the coordinator"}
    return served.ask(route.partition(" ")[0], target, token, json_body=body, headers=request.headers)
