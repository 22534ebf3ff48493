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
from mastery.adapters.http.pages.visiting import AtPage
from mastery.adapters.pages.legible import legible
from mastery.adapters.pages.links import Links, named
from mastery.classroom import Table
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
    picture, style = _picture(framework, visit.links.root, tuple(visit.links.kept.items()), about.identifier)
    expansion = framework.expansion
    inner = {i for i, leaf in enumerate(expansion.leaves) if expansion.masks[about.identifier] >> i & 1}
    after = sorted({j for i in inner for j in expansion.needed_by[i]} - inner)
    values = {
        "framework": framework,
        "about": about,
        "picture": picture,
        "requirement": framework.text(framework.requirement(about.identifier)),
        "after": [(expansion.leaves[j], framework.printed_name(expansion.leaves[j])) for j in after],
        "within": framework.part_of.get(about.identifier),
        "parts_of": framework.parts(about.identifier),
        "group_links": visit.groups[:1],
    }
    return visit.page("framework_part", values, here="framework", styles=[style])


@lru_cache(maxsize=64)
def _picture(
    framework: Framework, root: str, kept: tuple[tuple[str, str], ...], around: str | None = None
) -> tuple[Markup, str]:
    """Return a picture whose boxes are links, without its style, and that style: the page names it by its hash."""
    links = Links(root, dict(kept))

    def link(one: Competency) -> str:
        return links.to("framework", one.identifier)

    whole = svg(framework, around=around, link=link)
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
