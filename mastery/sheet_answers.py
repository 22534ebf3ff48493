"""The class map and the conference sheet as JSON values, the same for every face. Their shapes are in docs/schemas."""

from __future__ import annotations

from typing import Any

from mastery.class_answers import head_of_class
from mastery.classroom import ClassMap, Classroom

__all__ = ["map_json"]

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
