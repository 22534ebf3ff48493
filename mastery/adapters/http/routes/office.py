"""For who runs the service: who am I, tokens, the roster, the log of disclosures."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from mastery.access import EVERYBODY, GRANTS, Permission, read_roster
from mastery.access.roster_answers import roster_json
from mastery.adapters.http.asking import AtDesk, needs
from mastery.adapters.http.bodies import Body, Count, Name, Text
from mastery.adapters.http.described import gives
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import After, Most, answered, page, reply
from mastery.store.access import Token
from mastery.wording import instant

__all__ = ["router"]

router = APIRouter(tags=["office"])

_LONGEST_DAYS = 366


class TokenIn(Body):
    """A token to be made: of a person, or of a system without one; limited to scopes and classes, and in time."""

    name: Name
    person: Text = ""
    scopes: Annotated[list[Permission], Field(max_length=len(Permission))] | None = None
    classes: Annotated[list[Name], Field(max_length=500)] | None = None
    days: Annotated[Count, Field(ge=1, le=_LONGEST_DAYS)] = 90


@router.get("/me", responses=gives("me"))
@needs(Permission.READ_RULES)
def who_am_i(request: Request, desk: AtDesk) -> Response:
    """Say who is asking, in which roles, and what these allow."""
    caller = desk.caller
    allowed = {permission for role in caller.roles for permission in GRANTS[role]}
    scoped = allowed if caller.scopes is None else allowed & caller.scopes
    answer = {
        "tenant": desk.tenant,
        "name": caller.name,
        "roles": sorted(caller.roles),
        "permissions": sorted(scoped),
        "classes": None if caller.classes is None else sorted(caller.classes),
    }
    return reply(request, answer)


@router.get("/tokens", responses=gives("tokens"))
@needs(Permission.MANAGE_TOKENS)
def list_tokens(request: Request, desk: AtDesk, cursor: After = None, limit: Most = 100) -> Response:
    """List the tokens; their secrets are shown once, when they are made."""
    shown, after = page(desk.office.tokens.listed(cursor or "", limit + 1), limit, lambda one: one.id)
    return reply(request, {"tokens": [_token(one) for one in shown], "next": after})


@router.post("/tokens", responses=gives("token", read=False, status=201), status_code=201)
@needs(Permission.MANAGE_TOKENS)
def make_token(desk: AtDesk, body: TokenIn) -> Response:
    """Make a token and show it: this once."""
    if body.person and body.person not in desk.roster.people:
        raise Problem("unusable", f"person: somebody of the roster was wanted, got {body.person!r}.")
    strangers = sorted({*(body.classes or ())} - {*desk.roster.classes})
    if strangers:
        raise Problem("unusable", f"classes: classes of the roster were wanted, got {strangers[0]!r}.")
    token, text = desk.issue(
        body.name,
        expires_at=desk.now + timedelta(days=body.days),
        person=body.person,
        scopes=None if body.scopes is None else frozenset(body.scopes),
        classes=None if body.classes is None else frozenset(body.classes),
    )
    return answered({**_token(token), "token": text}, 201)


@router.post("/tokens/{token}/revoke", responses=gives("token", read=False))
@needs(Permission.MANAGE_TOKENS)
def revoke_token(desk: AtDesk, token: str) -> Response:
    """End a token at once and for good."""
    desk.office.tokens.revoke(token, desk.now)
    found = desk.office.tokens.find(token)
    if found is None:
        raise Problem("not-found", f"There is no token {token!r}.")
    return answered({**_token(found[0]), "token": None})


def _token(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "person": token.person or None,
        "scopes": None if token.scopes is None else sorted(token.scopes),
        "classes": None if token.classes is None else sorted(token.classes),
        "created_at": instant(token.created_at),
        "expires_at": instant(token.expires_at),
        "revoked_at": token.revoked_at and instant(token.revoked_at),
    }


RosterFile = Literal["users.csv", "classes.csv", "enrollments.csv", "roles.csv"]


class RosterIn(Body):
    """A roster as the texts of its CSV files, in the shape of OneRoster."""

    files: Annotated[
        dict[Literal["users.csv", "classes.csv", "enrollments.csv", "roles.csv"], str], Field(max_length=4)
    ]
    learner_is: Literal["sourcedId", "identifier", "username"] = "sourcedId"
    """Which column of the users is the learner of the evidence."""


@router.get("/roster", responses=gives("roster"))
@needs(Permission.READ_ROSTER)
def show_roster(request: Request, desk: AtDesk) -> Response:
    """Say how many people, classes and families there are, and whose records and places in a class do not match."""
    answer = roster_json(desk.roster, desk.now.date(), desk.everybody())
    desk.note([*answer["no_facts"], *answer["no_class"]])
    return reply(request, answer)


@router.post("/roster", responses=gives("roster", read=False))
@needs(Permission.WRITE_ROSTER)
def take_roster(
    desk: AtDesk, body: RosterIn, check: Annotated[bool, Query(description="Only look; nothing is written.")] = False
) -> Response:
    """Put a roster in the place of the one that is there, all of it or nothing."""
    known = desk.everybody()
    read = read_roster(
        {str(name): text for name, text in body.files.items()}, desk.now.date(), learner_is=body.learner_is
    )
    if not check:
        desk.office.rosters.replace(read.roster)
    answer = roster_json(read.roster, desk.now.date(), known, notes=read.notes, written=not check)
    desk.note(answer["no_class"])  # the others came with the request
    return answered(answer)


@router.get("/disclosures", responses=gives("disclosures"))
@needs(Permission.READ_DISCLOSURES)
def disclosures(
    request: Request,
    desk: AtDesk,
    learner: Annotated[str | None, Query(max_length=500)] = None,
    cursor: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Most = 100,
) -> Response:
    """Say who saw what of a learner, a line a day: administrators of all, learners and families of their own."""
    if learner is not None:
        desk.refuse_unreached([learner])
        whom: set[str] | None = {learner}
    else:
        whom = None if desk.reach is EVERYBODY else set(desk.reach)
    found, after = page(desk.office.disclosures.listed(whom, cursor, limit + 1), limit, lambda one: one.number)
    lines = [
        {
            "reader": one.reader,
            "via": one.via,
            "learner": one.learner,
            "what": one.what,
            "first_at": instant(one.first_at),
        }
        for one in found
    ]
    desk.note({one.learner for one in found})
    return reply(request, {"disclosures": lines, "next": after})
