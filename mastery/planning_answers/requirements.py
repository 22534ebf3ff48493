"""The answer to `require` as JSON values."""

from __future__ import annotations

from typing import Any

from mastery.answers import leg_json
from mastery.class_answers import answer_json, plain
from mastery.classroom import Classroom
from mastery.planning.requirements import LearnerRequirements, RequirementReport

__all__ = ["requirements_json"]


def requirements_json(room: Classroom, answer: RequirementReport) -> dict[str, Any]:
    """Return the answer to `require` (docs/schemas/require.json)."""
    counts = [plain(one) for one in answer.counts]
    told = answer_json(room, answer, (), title=answer.title, counts=counts)
    return {**told, "answer": [_learner(one) for one in answer.learners]}


def _learner(one: LearnerRequirements) -> dict[str, Any]:
    clauses = [{**plain(clause), "mean_percent": clause.mean_percent} for clause in one.clauses]
    remaining = [leg_json(leg) for leg in one.remaining]
    return {**plain(one), "met": one.met, "left": one.left, "clauses": clauses, "remaining": remaining}
