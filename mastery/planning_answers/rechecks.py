"""The answer to `rechecks` as JSON values."""

from __future__ import annotations

from typing import Any

from mastery.class_answers import answer_json, plain
from mastery.classroom import Classroom
from mastery.planning.rechecks import RecheckPlan

__all__ = ["rechecks_json"]


def rechecks_json(room: Classroom, answer: RecheckPlan) -> dict[str, Any]:
    """Return the answer to `rechecks` (docs/schemas/rechecks.json)."""
    more = {"first": answer.first.isoformat(), "days": answer.days}
    tasks = [plain(task) for task in answer.tasks]
    return answer_json(room, answer, answer.rechecks, **more, tasks=tasks, smallest=answer.smallest)
