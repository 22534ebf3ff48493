"""Pages for who runs the service: how it is doing; and, for everybody, who saw what of whom they may know it of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from mastery.access import EVERYBODY, Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.classroom import Table
from mastery.store.access import Token
from mastery.wording import instant

__all__ = ["router"]

router = APIRouter()
_SOON = timedelta(days=14)
_PAGE = 100


@router.get("/operations")
@needs(Permission.READ_METRICS)
def operations(visit: AtPage) -> Response:
    """Say whether records can be read and written, how much there is, how fast answers are, and which keys end soon."""
    state = visit.request.app.state
    framework, policy = visit.desk.rules()
    routes = state.metrics.routes()
    values = {
        "trouble": visit.desk.trouble(),
        "facts": visit.desk.position,
        "streams": state.streams.open,
        "learners": len(visit.desk.known_learners()) if visit.desk.reach is EVERYBODY else None,
        "people": visit.people(_all(visit)),
        "framework": framework,
        "policy": policy,
        "routes": routes,
        "adoptions": visit.desk.adoptions()[::-1],
        "tokens": _ending(visit),
        "soon": visit.desk.now + _SOON,
    }
    rows = tuple((one.route, str(one.count), f"{one.mean * 1e3:.1f}", str(one.faults)) for one in routes)
    table = Table(("route", "requests", "mean_ms", "refused_or_failed"), rows)
    answer = {"facts": visit.desk.position, "framework": framework.version, "policy": policy.version}
    return visit.page("operations", values, here="operations", table=table, answer=answer)


def _ending(visit: Visit) -> list[Token] | None:
    """Return the tokens that hold today and end soon; None for who does not manage tokens."""
    if not visit.may(Permission.MANAGE_TOKENS) or visit.also(Permission.MANAGE_TOKENS).reach is not EVERYBODY:
        return None
    now = visit.desk.now
    every = visit.also(Permission.MANAGE_TOKENS).office.tokens.listed(most=1_000)
    return sorted((one for one in every if one.holds(now) and one.expires_at <= now + _SOON), key=_ends)


def _ends(token: Token) -> datetime:
    return token.expires_at


def _all(visit: Visit) -> list[str]:
    """Return everybody whose name is to be hidden, also where they are the one who read."""
    return visit.desk.known_learners() if visit.hidden_by else []


@router.get("/disclosures")
@needs(Permission.READ_DISCLOSURES)
def disclosures_page(visit: AtPage, learner: str = "", after: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Response:
    """Say who saw what of a learner, or of everybody whom the visitor may know it of, a line a day."""
    desk, who = visit.desk, visit.meant(learner)
    if who:
        desk.refuse_unreached([who])
    whom = {who} if who else None if desk.reach is EVERYBODY else set(desk.reach)
    found = desk.office.disclosures.listed(whom, after, _PAGE + 1)
    shown = found[:_PAGE]
    desk.note({one.learner for one in shown})
    rows = tuple((instant(one.first_at), one.reader, one.via, one.learner, one.what) for one in shown)
    lines = [dict(zip(("first_at", "reader", "via", "learner", "what"), row, strict=True)) for row in rows]
    values = {
        "who": who,
        "people": visit.people({*(one.learner for one in shown), *([who] if who else []), *_all(visit)}),
        "lines": shown,
        "after": shown[-1].number if len(found) > _PAGE else None,
    }
    table = Table(("first_at", "reader", "via", "learner", "what"), rows)
    return visit.page("disclosures", values, here="disclosures", table=table, answer={"disclosures": lines})
