"""The answer to `figures` as JSON values."""

from __future__ import annotations

from typing import Any

from mastery.class_answers import answer_json
from mastery.classroom import Classroom
from mastery.planning.figures import SchoolFigures

__all__ = ["figures_json"]


def figures_json(room: Classroom, answer: SchoolFigures) -> dict[str, Any]:
    """Return the answer to `figures` (docs/schemas/figures.json)."""
    return answer_json(room, answer, answer.rows, competencies=answer.competencies)
