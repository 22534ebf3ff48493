"""Quick entry: what a teacher sees of thirty learners on one competency, with a thumb, on a phone."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends
from starlette.responses import Response

from competencies import CompetenciesError, Competency
from mastery import Evidence, MasteryError
from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.pages.writing import day_of, new_key, piece_from
from mastery.adapters.http.problems import Problem, problem_of
from mastery.adapters.pages.links import named
from mastery.classroom import Classroom
from mastery.receipt import Receipt

__all__ = ["router"]

router = APIRouter()
SEEN = {"not_yet": 0.4, "nearly": 0.7, "got_it": 0.95}
"""What a teacher can say with one touch, and the score (0..1) that each counts as."""


@router.get("/classes/{group}/entry")
@needs(Permission.WRITE_EVIDENCE)
def entry_page(visit: AtPage, group: str, competency: str = "") -> Response:
    """Ask for a competency, then for what was seen of each learner."""
    return _page(visit, named(group), competency, {})


@router.post("/classes/{group}/entry")
@needs(Permission.WRITE_EVIDENCE)
def enter(visit: AtPage, group: str, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - FastAPI's way
    """Record what was seen, all of it or nothing, and say what that changed."""
    visit.refuse_past()
    name, competency = named(group), form.get("competency", "")
    try:
        pieces = _pieces(visit, name, competency, form)
        if not pieces:
            raise Problem("unusable", "Nothing is chosen yet: touch what you saw of somebody.")
        receipt = visit.desk.record(pieces)
    except (Problem, MasteryError, CompetenciesError) as fault:
        return _page(visit, name, competency, form, fault=problem_of(fault))
    return _page(visit, name, competency, {}, done=(len(pieces), receipt))


def _pieces(visit: Visit, group: str, competency: str, form: Mapping[str, str]) -> list[Evidence]:
    found = []
    people = visit.people(visit.desk.learners_of(group))
    for learner in people.learners:
        seen = form.get(f"seen:{people.address(learner)}", "")
        if seen and seen not in SEEN:
            raise Problem("unusable", f"{learner!r}: one of {', '.join(SEEN)} was wanted, got {seen!r}.")
        if seen:
            fields = {
                "learner": learner,
                "competency": competency,
                "score": SEEN[seen],
                "kind": "observation",
                "source": form.get("source", "").strip(),
                "observed_at": day_of(visit, form.get("day", "")),
                "occasion": form.get("key", ""),
                "key": f"{form.get('key') or new_key()}:{learner}"[:4_000],
            }
            found.append(piece_from(visit, fields))
    return found


def _page(
    visit: Visit,
    group: str,
    competency: str,
    form: Mapping[str, str],
    *,
    done: tuple[int, Receipt] | None = None,
    fault: Problem | None = None,
) -> Response:
    room = visit.desk.class_room(group, None, visit.at)
    about = _leaf(room, competency)
    values = {
        "room": room,
        "people": visit.people(room.learners),
        "about": about,
        "choices": _choices(room),
        "form": form,
        "key": form.get("key") or new_key(),
        "today": visit.desk.now.date().isoformat(),
        "levels": list(SEEN),
        "done": done,
        "fault": fault,
    }
    return visit.page("entry", values, here="entry", group=group, status=422 if fault else 200)


def _leaf(room: Classroom, name: str) -> Competency | None:
    """Return the competency of this name, where it is one that can be shown: it has no parts."""
    try:
        found = room.framework.competency(name)
    except CompetenciesError:
        return None
    return None if room.framework.parts(found.identifier) else found


def _choices(room: Classroom) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the competencies to choose from under the group that each is part of, in framework order."""
    framework = room.framework
    found: dict[str, list[tuple[str, str, str]]] = {}
    for leaf in framework.leaves:
        within = framework.part_of.get(leaf.identifier)
        title = framework.printed_name(within) if within else ""
        found.setdefault(title, []).append((leaf.identifier, framework.printed_name(leaf.identifier), leaf.statement))
    return list(found.items())
