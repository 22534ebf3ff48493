"""The framework as a picture and as a list; the policy in plain words, and what another would do before it does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.responses import Response

from competencies import Competency, Framework
from competencies.formats.picture.svg import svg
from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.bodies import RulesIn
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.problems import Problem, problem_of
from mastery.adapters.http.routes.rules import policy_looked_at
from mastery.adapters.pages.legible import legible
from mastery.adapters.pages.links import Links, named
from mastery.answers import policy_json
from mastery.classroom import Table
from mastery.classroom.overview import layers
from mastery.errors import MasteryError
from mastery.policy_words import words

__all__ = ["router"]

router = APIRouter()
_LONGEST = 200_000


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


@router.get("/policy")
@needs(Permission.READ_RULES)
def policy_page(visit: AtPage) -> Response:
    """Say the rules in plain words; who may publish can change them and look at what that would do."""
    return _policy_page(visit, "")


def _policy_page(visit: Visit, text: str, *, fault: Problem | None = None, seen: str = "") -> Response:
    _, policy = visit.desk.rules(visit.at)
    values = {
        "policy": policy,
        "lines": words(policy).splitlines()[1:],
        "text": text or words(policy),
        "fault": fault,
        "looked": None,
        "seen": seen or policy.version,
    }
    answer = policy_json(policy)
    return visit.page("policy", values, here="policy", answer=answer, status=200 if fault is None else 422)


@router.post("/policy/look")
@needs(Permission.PUBLISH_RULES)
def look_at_policy(visit: AtPage, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - FastAPI's way
    """Say what another policy would do to each learner. Nothing is kept."""
    return _looked(visit, form, adopt=False)


@router.post("/policy/publish")
@needs(Permission.PUBLISH_RULES)
def publish_policy(visit: AtPage, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - as above
    """Make another policy the one in force, in place of the one that was looked at."""
    return _looked(visit, form, adopt=True)


def _looked(visit: Visit, form: dict[str, str], *, adopt: bool) -> Response:
    visit.refuse_past()
    text, seen = form.get("text", "").replace("\r\n", "\n"), form.get("seen", "")
    try:
        if not 0 < len(text) <= _LONGEST:
            raise Problem("unusable", f"The rules were wanted, in 1 to {_LONGEST:,} characters.")
        policy, impacts = policy_looked_at(visit.desk, RulesIn(text=text, form=_form_of(text)), adopt=adopt, seen=seen)
    except (Problem, MasteryError) as fault:
        return _policy_page(visit, text, fault=problem_of(fault), seen=seen)
    if adopt:
        return visit.go("policy", published=policy.version)
    values = {
        "policy": policy,
        "lines": words(policy).splitlines(),
        "text": text,
        "fault": None,
        "looked": [one for one in impacts if not one.is_empty],
        "seen": seen,
        "people": visit.people([one.learner for one in impacts]),
    }
    return visit.page("policy", values, here="policy")


def _form_of(text: str) -> Literal["toml", "words"]:
    """Return whether a policy is written in words or as TOML."""
    begins = [line.strip() for line in text.splitlines() if line.strip()]
    return "toml" if any(re.match(r"\[|[a-z_]+ *=", line) for line in begins) else "words"
