"""The class map and the conference sheet as JSON values, the same for every face. Their shapes are in docs/schemas."""

from __future__ import annotations

from typing import Any

from attrs import asdict

from mastery.class_answers import head_of_class
from mastery.classroom import ClassMap, Classroom, InForce, Line, Sheet
from mastery.progress import Progress
from mastery.wording import instant

__all__ = ["map_json", "report_json"]

Json = dict[str, Any]


def map_json(room: Classroom, answer: ClassMap) -> Json:
    """Return the answer to `map` (docs/schemas/map.json): the cells of a row are in the order of the columns."""
    return {
        **head_of_class(room),
        "columns": [
            {
                "competency": column.competency,
                "code": column.code,
                "statement": column.statement,
                "layer": column.layer,
                "locked": column.locked,
                "ready": column.ready,
                "under_way": column.under_way,
                "met": column.met,
            }
            for column in answer.columns
        ],
        "rows": [
            {
                "learner": row.learner,
                "silent": row.silent,
                "met": row.met,
                "ready": row.ready,
                "waiting": row.waiting,
                "due": row.due,
                "cells": [{"status": cell.status.value, "text": cell.text} for cell in row.cells],
            }
            for row in answer.rows
        ],
        "because": list(answer.because),
        "caveats": list(answer.caveats),
    }


def report_json(progress: Progress, sheet: Sheet) -> Json:
    """Return the answer to `report` (docs/schemas/report.json) about the learner whose progress this is."""
    summary = sheet.summary
    return {
        "learner": sheet.learner,
        "as_of": instant(sheet.at),
        "framework": progress.framework.version,
        "policy": progress.policy.version,
        "weeks": sheet.weeks,
        "summary": asdict(summary),
        "goals": list(sheet.goals),
        "steps": [_line(line) for line in sheet.steps],
        "more_steps": sheet.more_steps,
        "waiting": [_line(line) for line in sheet.waiting],
        "met_lately": [_line(line) for line in sheet.met_lately],
        "recheck": [_line(line) for line in sheet.recheck],
        "more_recheck": sheet.more_recheck,
        "locked": [_line(line) for line in sheet.locked],
        "more_locked": sheet.more_locked,
        "decisions": [_decision(one) for one in sheet.decisions],
        "unknown": list(sheet.unknown),
    }


def _line(line: Line) -> Json:
    return {
        "competency": line.competency,
        "name": line.name,
        "statement": line.statement,
        "word": line.word,
        "because": list(line.because),
    }


def _decision(one: InForce) -> Json:
    decision = one.decision
    return {
        "key": decision.key,
        "kind": decision.kind.value,
        "on": list(one.on),
        "by": decision.by,
        "why": decision.why,
        "since": instant(decision.observed_at),
        "until": decision.until and instant(decision.until),
        "text": one.text,
    }
