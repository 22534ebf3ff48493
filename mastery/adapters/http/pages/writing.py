"""Forms that write: their fields become pieces and decisions as the bodies of `/v1` do, under a key of the form."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from mastery import Decision, Evidence
from mastery.access import Permission
from mastery.adapters.http.bodies import DecisionIn, EvidenceIn
from mastery.adapters.http.facts_in import decisions_of, evidence_of
from mastery.adapters.http.pages.visiting import Visit
from mastery.adapters.http.problems import Problem
from mastery.changes import Change

__all__ = ["day_of", "decision_from", "new_key", "piece_from", "would_do"]

In = TypeVar("In", EvidenceIn, DecisionIn)


def new_key() -> str:
    """Return the key of a form: sent twice, what it records is recorded once."""
    return f"form-{secrets.token_hex(9)}"


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
