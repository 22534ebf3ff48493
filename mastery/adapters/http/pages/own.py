"""Pages for learners about themselves, for families, and the sheet for a talk between all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

import mastery
from mastery import ChangeKind, Progress
from mastery.access import Permission, Role
from mastery.adapters.http.asking import needs
from mastery.adapters.http.pages.home import children_page
from mastery.adapters.http.pages.reviewing import CHECKS
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.http.problems import Problem
from mastery.adapters.sheets.report_sections import Section, sections
from mastery.answers import next_json
from mastery.classroom import Table, conference_sheet
from mastery.facts import Award, Evidence, in_order
from mastery.pathway import Step, withheld
from mastery.sheet_answers import report_json
from mastery.standing import WaitKind
from mastery.wording import opened_by

__all__ = ["router"]

router = APIRouter()
_SHOWN, _STORY, _NEXT, _LATELY = 5, 20, 3, timedelta(days=14)


@router.get("/me")
@needs(Permission.READ_LEARNER)
def my_learning(visit: AtPage) -> Response:
    """Show learners what they can choose, where they can show what they know, and their story."""
    who = visit.desk.caller.name
    if Role.LEARNER not in visit.desk.caller.roles:
        raise Problem("not-permitted", "This page is for learners, about themselves.")
    progress = visit.desk.progress(who, visit.at)
    steps = mastery.next_steps(progress)
    values = {
        "who": who,
        "people": visit.people([who]),
        "progress": progress,
        "sheet": conference_sheet(progress, learner=who),
        "choose": [step for step in steps if step.action not in CHECKS][:_SHOWN],
        "show": [step for step in steps if step.action in CHECKS][:_SHOWN],
        "early": _early(progress, steps)[:_SHOWN],
        "story": _story(progress)[:_STORY],
        "opens": {step.competency: _opens(progress, step.competency) for step in steps if step.unlocks},
        "printed": progress.framework.printed_name,
    }
    table = Table(("competency", "action"), tuple((step.code or step.competency, step.action.value) for step in steps))
    return visit.page("me", values, here="me", table=table, answer=next_json(who, progress, steps))


def _early(progress: Progress, steps: tuple[Step, ...]) -> list[Step]:
    """Return the steps whose check may be taken before the work is done."""
    return [step for step in steps if step.action not in CHECKS and progress.standing(step.competency).may_challenge]


def _opens(progress: Progress, competency: str) -> list[tuple[str, str]]:
    """Return what credit for a competency would open at once, by identifier, under the names that are printed."""
    rules = progress.rules
    found = opened_by(progress, rules.expansion.position[competency])
    return [(rules.leaves[j].identifier, rules.printed[j]) for j in found]


def _story(progress: Progress) -> list[Evidence | Award]:
    """Return what the learner did and earned, the latest first; what adults decided is on the page of the teacher."""
    seen = [one for one in progress.facts if one.observed_at <= progress.at and isinstance(one, Evidence | Award)]
    return sorted(seen, key=in_order, reverse=True)


@router.get("/family")
@needs(Permission.READ_LEARNER)
def my_children(visit: AtPage) -> Response:
    """Open the page of one's child; of several, say in a sentence where each stands, and let choose."""
    return children_page(visit, "family")


@router.get("/family/{learner}")
@needs(Permission.READ_LEARNER)
def family_page(visit: AtPage, learner: str) -> Response:
    """Say in a sentence each where a learner stands, what changed lately, what comes next, and what that means."""
    who = visit.learner(learner)
    progress = visit.desk.progress(who, visit.at)
    found = visit.desk.changes([who], progress.at - _LATELY, progress.at)
    steps = mastery.next_steps(progress)
    values: dict[str, Any] = {
        "who": who,
        "people": visit.people([who]),
        "progress": progress,
        "summary": conference_sheet(progress, learner=who).summary,
        "met": [one for one in found if one.kind is ChangeKind.MET],
        "statement_of": lambda identifier: progress.framework.competency(identifier).statement,
        "steps": steps[:_NEXT],
        "check": next((step for step in steps if step.action in CHECKS), None),
        "adult": next((one for one in withheld(progress) if one.wait.kind is WaitKind.PERSON), None),
        "recorded": sum(
            isinstance(one, Evidence) and progress.at - _LATELY < one.observed_at <= progress.at
            for one in progress.facts
        ),
    }
    table = Table(("competency", "action"), tuple((step.code or step.competency, step.action.value) for step in steps))
    answer = next_json(who, progress, steps)
    return visit.page("family", values, here="family", group=_group(visit, who), table=table, answer=answer)


def _group(visit: Visit, who: str) -> str:
    return visit.group_of(who) if visit.groups else ""


@router.get("/learners/{learner}/sheet")
@needs(Permission.READ_LEARNER)
def sheet_page(visit: AtPage, learner: str) -> Response:
    """Show the conference sheet: one learner on one page of paper."""
    who = visit.learner(learner)
    progress = visit.desk.progress(who, visit.at)
    sheet = conference_sheet(progress, learner=who)
    parts = list(sections(sheet))
    rows = [row for part in parts for row in _rows(part)]
    values = {"who": who, "people": visit.people([who]), "sheet": sheet, "sections": parts}
    return visit.page(
        "sheet",
        values,
        here="learner",
        group=_group(visit, who),
        table=Table(("part", "competency", "word", "because"), tuple(rows)),
        answer=report_json(progress, sheet),
    )


def _rows(part: Section) -> list[tuple[str, str, str, str]]:
    """Return what a sheet has under a heading, as rows of a table."""
    lines = [(part.title, line.name, line.word, " ".join(line.because)) for line in part.lines]
    return [*lines, *((part.title, "", "", sentence) for sentence in part.sentences)]
