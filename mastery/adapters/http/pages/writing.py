"""Forms that write: their fields become pieces and decisions as the bodies of `/v1` do, under a key of the form."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from attrs import frozen
from pydantic import ValidationError

from mastery import Decision, Evidence, KeyConflict
from mastery.access import Permission
from mastery.adapters.http.bodies import DecisionIn, EvidenceIn
from mastery.adapters.http.facts_in import decisions_of, evidence_of
from mastery.adapters.http.pages.visiting import Visit
from mastery.adapters.http.problems import Problem
from mastery.changes import Change
from mastery.facts import Award, DecisionKind

__all__ = [
    "Told",
    "day_of",
    "decision_from",
    "new_key",
    "number_of",
    "piece_from",
    "record_once",
    "told_of",
    "would_do",
]

In = TypeVar("In", EvidenceIn, DecisionIn)


def new_key() -> str:
    """Return the key of a form: sent twice, what it records is recorded once."""
    return f"form-{secrets.token_hex(9)}"


def number_of(text: str) -> float | None:
    """Return the number in a field, whichever mark stands before its decimals; None where it is empty."""
    try:
        return float(text.strip().replace(",", ".")) if text.strip() else None
    except ValueError:
        raise Problem("unusable", f"A number was wanted, got {text!r}.") from None


def day_of(visit: Visit, text: str, *, last: bool = False) -> str | None:
    """Return the time that a day in a form stands for: noon (UTC), of today and no day None; if `last`, its end."""
    today = visit.desk.now.date()
    if not text or (text == today.isoformat() and not last):
        return None
    try:
        if date.fromisoformat(text) > today and not last:
            raise Problem("unusable", f"{text} is ahead: a day up to {today} was wanted.")
    except ValueError:
        raise Problem("unusable", f"A day such as {today} was wanted, got {text!r}.") from None
    return f"{text}T23:59:59Z" if last else f"{text}T12:00:00Z"


def piece_from(visit: Visit, fields: Mapping[str, object]) -> Evidence:
    """Return the piece of evidence that a form tells of; refuses what cannot be recorded, in words."""
    desk = visit.also(Permission.IMAGINE)
    found, refused = evidence_of([_read(EvidenceIn, fields)], desk, desk.now, "imagined:evidence")
    _refuse(refused)
    return found[0]


def decision_from(visit: Visit, fields: Mapping[str, object]) -> Decision:
    """Return the decision that a form tells of; refuses what cannot be recorded, in words."""
    desk = visit.also(Permission.IMAGINE)
    found, refused = decisions_of([_read(DecisionIn, fields)], desk, desk.now, "imagined:decision")
    _refuse(refused)
    return found[0]


def _read(kind: type[In], fields: Mapping[str, object]) -> In:
    try:
        return kind.model_validate({name: value for name, value in fields.items() if value not in (None, "")})
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Problem("unusable", f"{where}: {first['msg']}.") from None


def _refuse(refused: Sequence[tuple[int, str]]) -> None:
    if refused:
        raise Problem("unusable", refused[0][1])


def would_do(visit: Visit, fact: Evidence | Decision) -> tuple[Change, ...]:
    """Return what a fact would change for its learner. Nothing is written."""
    return visit.also(Permission.IMAGINE).what_if(fact.learner, [fact])


def record_once(visit: Visit, make: Callable[[], Sequence[Evidence | Decision]]) -> None:
    """Record what a form tells of. Where it came twice at the same time, it is read again as it was recorded first."""
    try:
        visit.desk.record(make())
    except KeyConflict:
        visit.desk.record(make())


@frozen
class Told:
    """What a form recorded, what that changed at once, and whether it was taken back since."""

    fact: Evidence | Decision
    changes: tuple[Change, ...]
    taken_back: bool


def told_of(visit: Visit, learner: str, key: str) -> Told | None:
    """Return what recording a fact of a learner changed, if there is one of this key."""
    fact = visit.desk.kept(key) if key else None
    if fact is None or isinstance(fact, Award) or fact.learner != learner or fact.recorded_at is None:
        return None
    just_before = fact.recorded_at - timedelta(microseconds=1)
    found = visit.desk.changes([learner], just_before, fact.recorded_at)
    made = tuple(one for one in found if one.cause is not None and key in one.cause.keys)
    return Told(fact, made, _is_void(visit, learner, key))


def _is_void(visit: Visit, learner: str, key: str) -> bool:
    facts = visit.desk.progress(learner).facts
    return any(isinstance(one, Decision) and one.kind is DecisionKind.VOID and one.of == key for one in facts)
