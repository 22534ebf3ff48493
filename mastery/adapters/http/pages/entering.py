"""Quick entry: what a teacher sees of thirty learners on one competency, with a thumb, on a phone."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen
from fastapi import APIRouter, Depends
from starlette.responses import Response

from competencies import CompetenciesError, Competency
from mastery import Evidence, MasteryError
from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.pages.writing import day_of, new_key, piece_from, record_once, told_of
from mastery.adapters.http.problems import Problem, problem_of
from mastery.adapters.pages.links import named
from mastery.changes import Change
from mastery.classroom import Classroom, Table

__all__ = ["router"]

router = APIRouter()
SEEN = {"not_yet": 0.4, "nearly": 0.7, "got_it": 0.95}
"""What a teacher can say with one touch, and the score (0..1) that each counts as."""


_FIELD = "seen:"


@frozen
class Saved:
    """What a form recorded: the entries, and for whom each changed what."""

    entries: int
    changes: tuple[Change, ...]


@frozen
class Refused:
    """Why nothing of a form was recorded: as a whole, by learner, and whom it names who is not in the class."""

    whole: str = ""
    kind: str = ""
    rows: Mapping[str, str] = field(factory=dict)
    strangers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.whole or self.rows or self.strangers)


@router.get("/classes/{group}/entry")
@needs(Permission.WRITE_EVIDENCE)
def entry_page(visit: AtPage, group: str, competency: str = "", code: str = "", done: str = "") -> Response:
    """Ask for a competency, then for what was seen of each learner; or say what was saved."""
    return _page(visit, named(group), code.strip() or competency, {}, done=done)


@router.post("/classes/{group}/entry")
@needs(Permission.WRITE_EVIDENCE)
def enter(visit: AtPage, group: str, form: dict[str, str] = Depends(form_of)) -> Response:  # noqa: B008 - FastAPI's way
    """Record what was seen, all of it or nothing, once for each form, and go to what that changed."""
    visit.refuse_past()
    name, competency = named(group), form.get("competency", "")
    asked = {**form, "key": form.get("key") or new_key()}
    try:
        pieces, refused = _pieces(visit, name, competency, asked)
        if refused:
            return _page(visit, name, competency, form, refused=refused)
        if not pieces:
            raise Problem("unusable", "Nothing is chosen yet: touch what you saw of somebody.")
        record_once(visit, lambda: _pieces(visit, name, competency, asked)[0])
    except (Problem, MasteryError, CompetenciesError) as fault:
        found = problem_of(fault)
        return _page(visit, name, competency, form, refused=Refused(found.detail, found.kind))
    return visit.go("classes", name, "entry", competency=competency, done=asked["key"])


def _pieces(visit: Visit, group: str, competency: str, form: Mapping[str, str]) -> tuple[list[Evidence], Refused]:
    """Return what a form tells of as evidence, and what of it cannot be, row by row."""
    people = visit.people(visit.desk.learners_of(group))
    observed_at, found, rows = day_of(visit, form.get("day", "")), [], {}
    for learner in people.learners:
        seen = form.get(f"{_FIELD}{people.address(learner)}", "")
        if not seen:
            continue
        fields = {
            "learner": learner,
            "competency": competency,
            "score": SEEN.get(seen),
            "kind": "observation",
            "source": form.get("source", "").strip(),
            "observed_at": observed_at,
            "occasion": form["key"],
            "key": _key(form["key"], learner),
        }
        try:
            if seen not in SEEN:
                raise Problem("unusable", f"One of {', '.join(SEEN)} was wanted, got {seen!r}.")
            found.append(piece_from(visit, fields))
        except (Problem, MasteryError) as fault:
            rows[learner] = problem_of(fault).detail
    known = {_FIELD + people.address(one) for one in people.learners}
    strangers = [n.removeprefix(_FIELD) for n, v in form.items() if v and n.startswith(_FIELD) and n not in known]
    return found, Refused("", "", rows, tuple(strangers))


def _key(form: str, learner: str) -> str:
    return f"{form}:{learner}"[:4_000]


def _saved(visit: Visit, room: Classroom, key: str) -> Saved | None:
    """Return what the form of a key recorded of learners of a class, if it did."""
    told = [told_of(visit, learner, _key(key, learner)) for learner in room.learners] if key else []
    there = [one for one in told if one is not None]
    return Saved(len(there), tuple(change for one in there for change in one.changes)) if there else None


def _page(
    visit: Visit,
    group: str,
    competency: str,
    form: Mapping[str, str],
    *,
    done: str = "",
    refused: Refused = Refused(),
) -> Response:
    room = visit.desk.class_room(group, None, visit.at)
    about = _leaf(room, competency)
    saved = _saved(visit, room, done)
    again = refused.kind == "key-conflict"
    values = {
        "room": room,
        "people": visit.people(room.learners),
        "about": about,
        "unknown": competency if competency and about is None else "",
        "choices": _choices(room),
        "form": form,
        "key": new_key() if again else form.get("key") or new_key(),
        "today": visit.desk.now.date().isoformat(),
        "levels": SEEN,
        "saved": saved,
        "refused": refused,
    }
    return visit.page("entry", values, here="entry", group=group, table=_table(saved), status=422 if refused else 200)


def _table(saved: Saved | None) -> Table | None:
    """Return what was changed for whom, where the page says it."""
    if saved is None:
        return None
    return Table(("learner", "change"), tuple((one.learner, one.text) for one in saved.changes))


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
