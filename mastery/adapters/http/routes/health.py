"""Is it alive, can it serve, and how is it doing."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from mastery import MasteryError
from mastery.access import Permission
from mastery.adapters.http.asking import PUBLIC, AtDesk, needs
from mastery.adapters.http.described import gives, refusals
from mastery.adapters.http.tenants import Tenants

__all__ = ["router"]

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=gives("health", read=False))
@needs(PUBLIC)
async def alive() -> Response:
    """Say that the process answers: whether it can serve is /readyz."""
    return JSONResponse({"alive": True}, headers={"cache-control": "no-store"})


_NOT_READY = {"description": "It cannot serve: see why.", "content": gives("readiness")[200]["content"]}


@router.get("/readyz", responses={**gives("readiness", read=False), 503: _NOT_READY})
@needs(PUBLIC)
def ready(request: Request) -> Response:
    """Say whether each tenant can be read and written this moment: it is tried.

    503 where one cannot, with what is wrong in one word; the log of the service has it in full.
    """
    tenants: Tenants = request.app.state.tenants
    found = {tenant.name: tenant.trouble() for tenant in tenants}
    bad = {name: fault for name, fault in found.items() if fault is not None}
    for name, fault in bad.items():
        request.app.state.log.warning("tenant %s is not ready: %s", name, fault)
    words = [{"ready": fault is None, "trouble": _word(fault)} for fault in found.values()]
    body = {"ready": not bad, "tenants": words}
    return JSONResponse(body, 503 if bad else 200, headers={"cache-control": "no-store"})


_WORDS = {
    "read-only": "read-only",
    "locked": "locked",
    "disk is full": "full",
    "newer version": "newer",
    "moved, replaced": "gone",
}


def _word(fault: MasteryError | None) -> str | None:
    """Return what is wrong without where: anybody may ask."""
    if fault is None:
        return None
    return next((word for said, word in _WORDS.items() if said in str(fault)), "other")


@router.get(
    "/metrics",
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Counts."},
        **refusals(),
    },
    response_class=PlainTextResponse,
)
@needs(Permission.READ_METRICS)
def metrics(request: Request, desk: AtDesk) -> Response:
    """Give counts of requests and how long they took, for Prometheus."""
    figures = {"mastery_streams_open": float(request.app.state.streams.open), "mastery_facts": float(desk.position)}
    return PlainTextResponse(request.app.state.metrics.text(figures), headers={"cache-control": "no-store"})
