"""The answer to `fair` as JSON values."""

from __future__ import annotations

from typing import Any

from mastery.class_answers import answer_json
from mastery.classroom import Classroom
from mastery.planning.fairness import FairnessReport

__all__ = ["fairness_json"]


def fairness_json(room: Classroom, answer: FairnessReport) -> dict[str, Any]:
    """Return the answer to `fair` (docs/schemas/fair.json)."""
    told = answer_json(room, answer, answer.gates, column=answer.column, tests=answer.tests)
    for row, gate in zip(told["answer"], answer.gates, strict=True):
        row["under_four_fifths"] = list(gate.under_four_fifths)
    return told
