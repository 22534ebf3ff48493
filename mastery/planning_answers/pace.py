"""The answers to `pace` as JSON values: for one learner, and for a class."""

from __future__ import annotations

from typing import Any

from mastery.class_answers import answer_json, plain
from mastery.classroom import Classroom
from mastery.planning.pace import ClassPace, Pace

__all__ = ["class_pace_json", "pace_json"]


def pace_json(room: Classroom, answer: Pace) -> dict[str, Any]:
    """Return the answer to `pace` for one learner (docs/schemas/pace.json)."""
    return answer_json(
        room,
        answer,
        answer.legs,
        learner=answer.learner,
        goal=answer.goal,
        by=answer.by.isoformat(),
        **_found(answer),
        weeks=answer.weeks,
        plan=None if answer.plan is None else plain(answer.plan),
        as_far_as=answer.as_far_as or None,
        shortest=answer.shortest,
    )


def class_pace_json(room: Classroom, answer: ClassPace) -> dict[str, Any]:
    """Return the answer to `pace` for a class (docs/schemas/pace-class.json)."""
    counts = {outlook.value: count for outlook, count in answer.counts.items()}
    told = answer_json(room, answer, (), goal=answer.goal, by=answer.by.isoformat(), counts=counts)
    return {**told, "answer": [_learner(one) for one in answer.learners]}


def _learner(pace: Pace) -> dict[str, Any]:
    plan = pace.plan
    size = {"per_week": None, "proven": None} if plan is None else {"per_week": plan.per_week, "proven": plan.proven}
    return {"learner": pace.learner, **_found(pace), **size}


def _found(pace: Pace) -> dict[str, Any]:
    """Return what both answers say of one learner."""
    return {
        "outlook": pace.outlook.value,
        "left": pace.left,
        "in_a_row": list(pace.in_a_row),
        "record": {"credits": pace.record.credits, "days": pace.record.days, "took": list(pace.record.took)},
        "so_far": pace.record.per_week,
        "needed": pace.needed,
        "forecast": None if pace.forecast is None else plain(pace.forecast),
        "feasible_by": None if pace.feasible_by is None else pace.feasible_by.isoformat(),
        "said": list(pace.said),
    }
