"""`service`: the ASGI app of all routes. It does not start where a route says not who may call it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from mastery.adapters.http.asking import refuse_undeclared
from mastery.adapters.http.described import describe, mastery_version
from mastery.adapters.http.ending import told_of_the_end
from mastery.adapters.http.limits import Allowances, BoundedBody
from mastery.adapters.http.metrics import Counted, Metrics
from mastery.adapters.http.pages import PAGES
from mastery.adapters.http.pages.refusals import refusal
from mastery.adapters.http.problems import Problem, take_problems
from mastery.adapters.http.routes import (
    changes,
    classes,
    entry,
    fairness,
    health,
    learners,
    office,
    planning,
    recording,
    rules,
    sessions,
)
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.streams import Streams
from mastery.adapters.http.tenants import Tenants

__all__ = ["service"]

_V1 = (entry, recording, learners, classes, planning, fairness, changes, rules, office, sessions)


def service(tenants: Tenants, settings: Settings | None = None) -> FastAPI:
    """Return the ASGI app that serves these tenants. Whoever opened them closes them.

    It runs by itself or mounted under another app, which then has its lifespan (`app.router.lifespan_context(app)`)
    within its own. Raises RuntimeError where a route declares no permission.
    """
    chosen = settings or Settings()
    app = FastAPI(
        title="mastery",
        version=mastery_version(),
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,  # a path is what it says; the answer would name the host that the caller says
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    state = app.state
    state.tenants, state.settings, state.allowances = tenants, chosen, Allowances()
    state.metrics, state.streams, state.log = Metrics(), Streams(), logging.getLogger("mastery.service")
    state.closing, state.openid = Event(), _openid(chosen)
    for module in _V1:  # what is asked most stands first: routes are tried in their order
        _take_routes(app, module.router, "/v1")
    _take_routes(app, health.router)
    for router in PAGES:
        _take_routes(app, router, shown=False)
    refuse_undeclared(app)
    take_problems(app, refusal)
    app.exception_handler(Exception)(_unexpected)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.add_middleware(BoundedBody, largest=chosen.largest_body)
    app.add_middleware(Counted, metrics=state.metrics)
    return app


def _take_routes(app: FastAPI, router: APIRouter, prefix: str = "", *, shown: bool = True) -> None:
    """Put the routes of a router into an app one by one, so that each can be looked at there.

    `shown`: the description of the service (OpenAPI) has them.
    """
    for route in router.routes:
        if not isinstance(route, APIRoute):
            raise RuntimeError(f"This service does not start: {route!r} is no route that can say what it needs.")
        app.add_api_route(
            prefix + route.path,
            route.endpoint,
            methods=sorted(route.methods or ()),
            name=route.name,
            tags=list(router.tags),
            responses=route.responses,
            status_code=route.status_code,
            response_class=route.response_class,
            response_model=None,
            include_in_schema=shown,
        )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    def end() -> None:
        app.state.closing.set()
        for tenant in app.state.tenants:
            tenant.turn.end()

    with told_of_the_end(end):
        yield
    app.state.closing.set()


async def _unexpected(request: Request, _: Exception) -> Response:
    """Answer what nobody foresaw; Starlette logs it with its traceback."""
    said = "It was logged here; what you sent may or may not have been recorded."
    return refusal(request, Problem("internal", said))


def _openid(settings: Settings) -> Any:
    if settings.openid is None:
        return None
    from mastery.adapters.http.openid import SignInElsewhere

    return SignInElsewhere(settings.openid, settings)
