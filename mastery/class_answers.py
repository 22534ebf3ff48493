"""Answers about a class as JSON values, the same for every face. Their shapes are in docs/schemas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

from attrs import AttrsInstance, asdict

from mastery.classroom import Blockers, ClassEffects, Classroom, Inbox, Table, WhoIsReady, WhoIsStuck
from mastery.wording import instant

__all__ = [
    "Answer",
    "answer_json",
    "blockers_json",
    "effects_json",
    "head_of_class",
    "inbox_json",
    "plain",
    "ready_json",
    "stuck_json",
]

Json = dict[str, Any]


def head_of_class(room: Classroom) -> Json:
    """Return what every answer about a class begins with: who, as of when, under which framework and policy."""
    return {
        "learners": len(room),
        "as_of": instant(room.at),
        "framework": room.framework.version,
        "policy": room.policy.version,
    }


class Answer(Protocol):
    """What every answer about a class has: the rule it went by, what to bear in mind, a table of what it shows."""

    @property
    def because(self) -> tuple[str, ...]:
        """The rule, in sentences."""
        ...

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to bear in mind, in sentences."""
        ...

    def table(self) -> Table:
        """Return exactly what is shown."""
        ...


def answer_json(room: Classroom, answer: Answer, rows: Sequence[AttrsInstance], **more: Any) -> Json:
    """Return an answer: what it begins with, `more` of its own, a row for each of `rows` with its fields, the rule."""
    return {
        **head_of_class(room),
        **more,
        "answer": [plain(row) for row in rows],
        "because": list(answer.because),
        "caveats": list(answer.caveats),
    }


def plain(row: AttrsInstance) -> Json:
    """Return a value as JSON values: its fields by name, instants as text, enums by value."""
    return asdict(row, value_serializer=lambda _, __, value: _plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def ready_json(room: Classroom, answer: WhoIsReady) -> Json:
    """Return the answer to `ready` (docs/schemas/ready.json)."""
    counts = {distance.value: count for distance, count in answer.counts.items()}
    return answer_json(room, answer, answer.learners, competency=answer.competency, code=answer.code, counts=counts)


def stuck_json(room: Classroom, answer: WhoIsStuck) -> Json:
    """Return the answer to `stuck` (docs/schemas/stuck.json)."""
    return answer_json(room, answer, answer.flags)


def blockers_json(room: Classroom, answer: Blockers) -> Json:
    """Return the answer to `blockers` (docs/schemas/blockers.json)."""
    return answer_json(room, answer, answer.blockers)


def inbox_json(room: Classroom, answer: Inbox) -> Json:
    """Return what waits for an adult in a class, an item a row."""
    return answer_json(room, answer, answer.items)


def effects_json(room: Classroom, answer: ClassEffects) -> Json:
    """Return the answer to `what-if-class` (docs/schemas/what-if-class.json)."""
    return answer_json(room, answer, answer.effects)
