"""Every route by every caller about everybody: allowed where the table in the docs says so, refused everywhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from service_asking import Answer
from service_oracle import CALLERS, OUTSIDE, classes, learners, may
from service_samples import SAMPLES, Sample, key_of, sampled
from service_world import ELSEWHERE, LEARNERS, Service, named, opened, whose
from starlette.routing import Mount, Route, WebSocketRoute

from mastery.access import Permission
from mastery.adapters.http.app import _take_routes, service
from mastery.adapters.http.asking import PUBLIC, AtDesk, desk_of, needs, refuse_undeclared
from mastery.adapters.http.tenants import Tenants

NOWHERE = "cedar"
GROUPS = ("a", "b", "everybody", NOWHERE)


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    """Both tenants, for all of this module: what the matrix writes changes nobody's reach."""
    with opened() as found:
        yield found


def everybody(tenant: str) -> list[str]:
    """Return every learner to ask about: of both tenants and of none."""
    return [*LEARNERS, *ELSEWHERE.values(), NOWHERE]


def about(sample: Sample, tenant: str) -> list[str]:
    """Return whom or what to ask a route about."""
    if sample.about in ("learner", "fact"):
        return everybody(tenant)
    return list(GROUPS) if sample.about == "class" else [""]


def expected(who: str, sample: Sample, what: str, tenant: str) -> int:
    """Return the status that the table in the docs gives."""
    if not sample.needs:
        return sample.status
    if who in OUTSIDE:
        return 401
    if not may(who, sample.needs):
        return 403
    reached = learners(who, sample.needs)
    if sample.about in ("all", "token"):
        return sample.status if reached is None else 403
    if sample.about == "class":
        groups = classes(who, sample.needs)
        unknown = 404 if what == NOWHERE else sample.status
        return unknown if groups is None else sample.status if what in groups else 403
    if sample.about == "fact":
        known = what in LEARNERS or what == ELSEWHERE[tenant]
        return sample.status if known and (reached is None or what in reached) else 404
    return sample.status if not what or reached is None or what in reached else 403


def test_every_route_has_a_sample(served: Service) -> None:
    """No route of the app is missing in the matrix but pages, which have theirs; it knows none that is not there."""
    shown = (route for route in served.ask.app.routes if route.include_in_schema or not isinstance(route, APIRoute))
    there = {f"{method} {route.path}" for route in shown for method in route.methods - {"HEAD"}}
    assert there == set(SAMPLES)


SOUTH = ("office", "teacher-a", "both", "oak", "system-a")  # the north has everybody


@pytest.mark.parametrize(
    ("tenant", "who"), [*(("north", who) for who in (*OUTSIDE, *CALLERS)), *(("south", who) for who in SOUTH)]
)
def test_the_matrix(served: Service, tenant: str, who: str) -> None:
    """A caller is answered where role and reach give it, and refused as the table says everywhere else."""
    wrong, refusals = [], dict[tuple[str, int], set[bytes]]()
    for route, sample in SAMPLES.items():
        for what in about(sample, tenant):
            answer = sampled(served, tenant, who, route, what)
            if answer.status != expected(who, sample, what, tenant):
                wrong.append((route, what, answer.status, expected(who, sample, what, tenant), answer.body[:200]))
            if answer.status in (401, 403, 404):
                refusals.setdefault((route, answer.status), set()).add(unnamed(answer, tenant, what))
    assert not wrong
    told = {key: sorted(bodies) for key, bodies in refusals.items() if len(bodies) > 1}
    assert not told, "a refusal tells who is there and who is not"


def unnamed(answer: Answer, tenant: str, what: str) -> bytes:
    """Return every byte of an answer but the name that was asked about, and its length."""
    found = b"\n".join(line for line in answer.every_byte.splitlines() if not line.startswith(b"content-length"))
    for name in (key_of(tenant, what), named(what), what) if what else ():
        found = found.replace(f"'{name}'".encode(), b"'...'")
    return found


ODD = (
    ("authorization", "Bearer"),
    ("authorization", "Bearer mastery_north__"),
    ("authorization", "Basic b2ZmaWNlOm9mZmljZQ=="),
    ("authorization", "\xe9\xff"),
    ("cookie", "mastery_session=north."),
    ("cookie", "mastery_session=north.secret; mastery_session=south.secret"),
)


@pytest.mark.parametrize("header", ODD, ids=[f"{name} {value[:16]!r}" for name, value in ODD])
def test_what_is_no_credential_lets_nobody_in(served: Service, header: tuple[str, str]) -> None:
    """Without a token or session that holds, every route that is not public answers 401, all with the same bytes."""
    told = set()
    for route, sample in SAMPLES.items():
        request = sample.asks("north", "oak")
        answer = served.ask(
            route.partition(" ")[0], request.target, json_body=request.body, headers=[*request.headers, header]
        )
        if sample.needs:
            assert (route, answer.status, answer.kind) == (route, 401, "not-signed-in")
            told.add(answer.every_byte)
    assert len(told) == 1
    assert b'www-authenticate: Bearer realm="mastery"' in told.pop()


def test_a_limited_token_makes_no_token_that_may_more(served: Service) -> None:
    """Whoever is limited to some scopes gives away no others, and who is limited to a class makes no token at all."""

    def made(who: str, **limits: object) -> int:
        return served.ask("POST", "/v1/tokens", whose("north", who), json_body={"name": "n", **limits}).status

    assert made("office tokens") == made("office tokens", scopes=["learner:read"]) == 403
    assert made("office tokens", scopes=["tokens:manage", "learner:read"]) == 403
    assert made("office tokens", scopes=["tokens:manage"]) == made("office tokens", scopes=[]) == 201
    assert made("office in a", classes=[named("a")]) == 403
    assert made("office") == made("office", person=named("teacher-a"), classes=[named("b")]) == 201


# An app with a route that does not say who may call it does not start.


def undeclared() -> str:
    return ""


@needs(Permission.READ_RULES)
def without_a_desk() -> str:
    return ""


@needs(PUBLIC)
def public() -> str:
    return ""


@needs(Permission.READ_RULES)
def at_a_desk(desk: AtDesk) -> str:
    return desk.caller.name


def _planted(app: FastAPI, what: str) -> None:
    inner = FastAPI()
    inner.get("/inner")(undeclared)
    router = APIRouter()
    router.get("/routed")(undeclared)
    {
        "no needs": lambda: app.get("/planted")(undeclared),
        "no desk": lambda: app.get("/planted")(without_a_desk),
        "no desk, other dependencies": lambda: app.get("/planted", dependencies=[Depends(public)])(without_a_desk),
        "a router": lambda: app.include_router(router, prefix="/planted"),
        "an app": lambda: app.mount("/planted", inner),
        "a plain route": lambda: app.routes.append(Route("/planted", lambda _: None)),
        "a web socket": lambda: app.routes.append(WebSocketRoute("/planted", public)),
        "files": lambda: app.routes.append(Mount("/planted", routes=[Route("/x", public)])),
    }[what]()


PLANTED = (
    "no needs", "no desk", "no desk, other dependencies", "a router", "an app", "a plain route", "a web socket", "files"
)  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_an_app_with_an_undeclared_route_does_not_start(what: str) -> None:
    """A route that declares nothing, or a permission without the desk that asks for it, is found before anybody is."""
    app = service(Tenants([]))
    refuse_undeclared(app)
    _planted(app, what)
    with pytest.raises(RuntimeError, match=r"does not start: .*(declares no permission|asks for no desk)"):
        refuse_undeclared(app)


def test_declared_routes_start() -> None:
    """A public route, a route at a desk, and one whose desk stands behind another dependency are taken."""
    app = service(Tenants([]))
    app.get("/public")(public)
    app.get("/desk")(at_a_desk)
    app.get("/behind", dependencies=[Depends(desk_of)])(without_a_desk)
    refuse_undeclared(app)


def test_only_routes_are_taken_from_a_module() -> None:
    """A module of routes that holds anything else stops the app at once."""
    router = APIRouter()
    router.routes.append(Mount("/planted", routes=[]))
    with pytest.raises(RuntimeError, match="can say what it needs"):
        _take_routes(service(Tenants([])), router)
