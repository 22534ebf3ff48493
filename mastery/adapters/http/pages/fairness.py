"""The page on whether gates treat subgroups alike. The file is pasted for one report, and is kept nowhere."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from mastery.access import Permission
from mastery.adapters.http.asking import form_of, needs
from mastery.adapters.http.desk import ALL
from mastery.adapters.http.pages.visiting import AtPage, Visit
from mastery.adapters.pages.links import named
from mastery.planning.fairness import FairnessReport, FairnessRules, audit_gates, columns_of, read_subgroups
from mastery.planning_answers.fairness import fairness_json

__all__ = ["router"]

router = APIRouter()


@router.get("/classes/{group}/fairness")
@needs(Permission.COMPARE_SUBGROUPS)
def fairness_page(visit: AtPage, group: str) -> Response:
    """Ask for a file of subgroups."""
    return visit.page("fairness", _values(visit, group, {}), here="fairness", group=named(group))


@router.post("/classes/{group}/fairness")
@needs(Permission.COMPARE_SUBGROUPS)
def fairness_report_page(
    visit: AtPage,
    group: str,
    form: dict[str, str] = Depends(form_of),  # noqa: B008 - FastAPI's way
) -> Response:
    """Compare the gates by the subgroups of the form, on the page or as a file. Nothing is recorded."""
    room = visit.room(group)
    values = _values(visit, group, form)
    try:
        values["columns"] = columns_of(values["of"])
        subgroups = read_subgroups(values["of"], values["column"])
        values["column"] = subgroups.column
        report = audit_gates(room, subgroups, FairnessRules(least=_whole(values["least"])))
    except ValueError as wrong:
        return visit.page("fairness", {**values, "fault": str(wrong)}, here="fairness", group=named(group), status=422)
    values |= {"report": report, "strangers": len({*subgroups.of} - {*room.learners}), **_parted(report)}
    if not form.get("as"):
        return visit.page("fairness", values, here="fairness", group=named(group))
    return visit.file(form["as"], "fairness", report.table(), fairness_json(room, report))


def _values(visit: Visit, group: str, form: dict[str, str]) -> dict[str, Any]:
    """Return what the page has with or without a report."""
    return {
        "size": len(visit.desk.learners_of(named(group))),
        "everybody": ALL,
        "of": form.get("of", ""),
        "column": form.get("column", ""),
        "least": form.get("least", "") or str(FairnessRules().least),
        "columns": (),
        "report": None,
        "strangers": 0,
        "fault": "",
    }


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"least: a whole number was wanted, got {text!r}") from None


def _parted(report: FairnessReport) -> dict[str, Any]:
    """Return the gates of which something is shown, and those of which nothing can be."""
    return {
        "told": [gate for gate in report.gates if gate.shown],
        "untold": [gate for gate in report.gates if not gate.shown],
    }
