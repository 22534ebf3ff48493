"""The framework as a picture with links, and as a list that says the same."""

from __future__ import annotations

import re
from functools import lru_cache

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from competencies import Competency, Framework
from competencies.formats.picture.svg import svg
from mastery.access import Permission
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.pages.legible import legible
from mastery.adapters.pages.links import Links, named
from mastery.adapters.sheets.signs import sign_of
from mastery.classroom import Table
from mastery.classroom.cell import cell_of
from mastery.classroom.overview import layers

__all__ = ["router"]

router = APIRouter()


@router.get("/framework")
@needs(Permission.READ_RULES)
def framework_page(visit: AtPage) -> Response:
    """Show the framework in layers, as a picture with links and as a list that says the same."""
    framework = visit.desk.rules(visit.at)[0]
    picture, style = _picture(framework, visit.links.root, tuple(visit.links.kept.items()))
    table, answer = _listed(framework)
    values = {"framework": framework, "picture": picture, "layers": _layers(framework)}
    return visit.page("framework", values, here="framework", table=table, answer=answer, styles=[style])


@router.get("/framework/{competency}")
@needs(Permission.READ_RULES)
def framework_part(visit: AtPage, competency: str) -> Response:
    """Show one competency: what it says, what it needs, what needs it, its levels and check, and what is near it."""
    framework = visit.desk.rules(visit.at)[0]
    about = framework.competency(named(competency))
    drawn = _picture(framework, visit.links.root, tuple(visit.links.kept.items()), about.identifier)
    return _part(visit, framework, about, drawn, who="", here="framework")


@router.get("/learners/{learner}/around/{competency}")
@needs(Permission.READ_LEARNER)
def around_page(visit: AtPage, learner: str, competency: str) -> Response:
    """Show what is near a competency, with where a learner stands on each; each box leads to why."""
    who = visit.learner(learner)
    progress = visit.desk.progress(who, visit.at)
    about, places = progress.framework.competency(named(competency)), progress.rules.expansion.position
    address = visit.people([who]).address(who)

    def link(one: Competency) -> str:
        return visit.links.to("learners", address, "why", one.identifier)

    def told(one: Competency) -> str:
        cell = cell_of(progress, places[one.identifier])
        return f"{sign_of(cell).icon} {cell.text}"

    drawn = _drawn(svg(progress.framework, around=about.identifier, link=link, told=told))
    return _part(visit, progress.framework, about, drawn, who=who, here="learner")


def _part(
    visit: Visit, framework: Framework, about: Competency, drawn: tuple[Markup, str], *, who: str, here: str
) -> Response:
    expansion = framework.expansion
    inner = {i for i, leaf in enumerate(expansion.leaves) if expansion.masks[about.identifier] >> i & 1}
    after = sorted({j for i in inner for j in expansion.needed_by[i]} - inner)
    values = {
        "framework": framework,
        "about": about,
        "who": who,
        "people": visit.people([who] if who else ()),
        "picture": drawn[0],
        "requirement": framework.text(framework.requirement(about.identifier)),
        "after": [(expansion.leaves[j], framework.printed_name(expansion.leaves[j])) for j in after],
        "within": framework.part_of.get(about.identifier),
        "parts_of": framework.parts(about.identifier),
        "group_links": visit.groups[:1],
    }
    group = visit.group_of(who) if who else ""
    return visit.page("framework_part", values, here=here, group=group, styles=[drawn[1]])


@lru_cache(maxsize=64)
def _picture(
    framework: Framework, root: str, kept: tuple[tuple[str, str], ...], around: str | None = None
) -> tuple[Markup, str]:
    """Return a picture whose boxes are links, without its style, and that style: the page names it by its hash."""
    links = Links(root, dict(kept))

    def link(one: Competency) -> str:
        return links.to("framework", one.identifier)

    return _drawn(svg(framework, around=around, link=link))


def _drawn(whole: str) -> tuple[Markup, str]:
    """Return a picture without what cannot be read, and the style in it."""
    style = re.search("<style>(.*?)</style>", whole, re.DOTALL)
    return Markup(legible(whole)), style[1] if style else ""  # noqa: S704 - our own picture escapes what is written in it


def _layers(framework: Framework) -> list[tuple[int, list[tuple[Competency, str]]]]:
    """Return the competencies of each layer, with what each requires in words."""
    found: dict[int, list[tuple[Competency, str]]] = {}
    for leaf, layer in zip(framework.leaves, layers(framework.expansion), strict=True):
        found.setdefault(layer, []).append((leaf, framework.text(framework.requirement(leaf.identifier))))
    return sorted(found.items())


def _listed(framework: Framework) -> tuple[Table, dict[str, object]]:
    rows = tuple(
        (str(layer), one.code or one.identifier, one.statement, requires)
        for layer, found in _layers(framework)
        for one, requires in found
    )
    header = ("layer", "competency", "statement", "requires")
    answer: dict[str, object] = {
        "title": framework.title,
        "version": framework.version,
        "competencies": [dict(zip(header, (int(layer), *rest), strict=True)) for layer, *rest in rows],
    }
    return Table(header, rows), answer
