"""Answers about a class as JSON values, the same for every face. Their shapes are in docs/schemas."""

from __future__ import annotations

from typing import Any

from attrs import asdict

from mastery.answers import instant
from mastery.classroom import Blockers, ClassEffects, Classroom, WhoIsReady, WhoIsStuck

__all__ = ["blockers_json", "effects_json", "head_of_class", "ready_json", "stuck_json"]

Json = dict[str, Any]


def head_of_class(room: Classroom) -> Json:
    """Return what every answer about a class begins with: who, as of when, under which framework and policy."""
    return {
        "learners": len(room),
        "as_of": instant(room.at),
        "framework": room.framework.version,
        "policy": room.policy.version,
    }


def _said(answer: WhoIsReady | WhoIsStuck | Blockers | ClassEffects) -> Json:
    return {"because": list(answer.because), "caveats": list(answer.caveats)}


def ready_json(room: Classroom, answer: WhoIsReady) -> Json:
    """Return the answer to `ready` (docs/schemas/ready.json)."""
    return {
        **head_of_class(room),
        "competency": answer.competency,
        "code": answer.code,
        "counts": {distance.value: count for distance, count in answer.counts.items()},
        "answer": [
            {
                "learner": one.learner,
                "distance": one.distance.value,
                "status": one.status.value,
                "missing": [list(way) for way in one.missing],
                "because": one.because,
            }
            for one in answer.learners
        ],
        **_said(answer),
    }


def stuck_json(room: Classroom, answer: WhoIsStuck) -> Json:
    """Return the answer to `stuck` (docs/schemas/stuck.json)."""
    return {
        **head_of_class(room),
        "answer": [
            {
                "learner": one.learner,
                "competency": one.competency,
                "code": one.code,
                "pattern": one.pattern.value,
                "since": instant(one.since),
                "attempts": one.attempts,
                "because": one.because,
                "likely": list(one.likely),
                "suggested": one.suggested,
            }
            for one in answer.flags
        ],
        **_said(answer),
    }


def blockers_json(room: Classroom, answer: Blockers) -> Json:
    """Return the answer to `blockers` (docs/schemas/blockers.json)."""
    return {
        **head_of_class(room),
        "answer": [
            {
                "competency": one.competency,
                "code": one.code,
                "frees": list(one.frees),
                "opens": one.opens,
                "behind": one.behind,
                "begun": one.begun,
                "days": one.days,
                "attempts": one.attempts,
                "because": one.because,
            }
            for one in answer.blockers
        ],
        **_said(answer),
    }


def effects_json(room: Classroom, answer: ClassEffects) -> Json:
    """Return the answer to `what-if-class` (docs/schemas/what-if-class.json)."""
    return {**head_of_class(room), "answer": [asdict(one) for one in answer.effects], **_said(answer)}
