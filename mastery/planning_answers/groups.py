"""The answer to `groups` as JSON values."""

from __future__ import annotations

from typing import Any

from mastery.class_answers import answer_json
from mastery.classroom import Classroom
from mastery.planning.groups import GroupPlan

__all__ = ["groups_json"]


def groups_json(room: Classroom, answer: GroupPlan) -> dict[str, Any]:
    """Return the answer to `groups` (docs/schemas/groups.json): the first choice, then the alternatives."""
    return answer_json(room, answer, (answer.first, *answer.alternatives), best=answer.best)
