"""The first page: for each sort of visitor where their day begins."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from mastery.access import Permission, Role
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.classroom import conference_sheet

__all__ = ["children_page", "router"]

router = APIRouter()


@router.get("/")
@needs(Permission.READ_RULES)
def home(visit: AtPage) -> Response:
    """Open where the visitor's day begins: their class, their own learning, their children."""
    if len(visit.groups) == 1:
        return visit.go("classes", visit.groups[0][0])
    if visit.groups:
        return _classes(visit)
    caller = visit.desk.caller
    if Role.LEARNER in caller.roles:
        return visit.go("me")
    return children_page(visit, "home")


def children_page(visit: Visit, here: str) -> Response:
    """Open the page of the visitor's child; of several, let choose."""
    children = sorted(visit.desk.roster.children_of(visit.desk.caller.name))
    people = visit.people(children)
    if Role.FAMILY in visit.desk.caller.roles and len(children) == 1:
        return visit.go("family", people.address(children[0]))
    desk = visit.also(Permission.READ_LEARNER)
    stand = {one: conference_sheet(desk.progress(one, visit.at), learner=one).summary for one in children}
    values = {"listed": [], "children": people.listed(children), "people": people, "stand": stand}
    return visit.page("home", values, here=here)


def _classes(visit: AtPage) -> Response:
    desk = visit.also(Permission.READ_CLASS)
    listed = [(one, title, len(desk.learners_of(one))) for one, title in visit.groups]
    return visit.page("home", {"listed": listed, "children": []}, here="home")
