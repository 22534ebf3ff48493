"""The difference of two progress values: what was earned, opened, shut, made due or lost in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from mastery.progress import Progress
from mastery.standing import Standing, Status

__all__ = ["Cause", "CauseKind", "Change", "ChangeKind", "change_at", "changes"]


class ChangeKind(StrEnum):
    """What happened to one competency."""

    MET = "met"
    LOST = "lost"
    UNLOCKED = "unlocked"
    LOCKED = "locked"
    STATUS = "status"
    CURRENCY = "currency"
    QUESTIONED = "questioned"
    CONFIRMED = "confirmed"


class CauseKind(StrEnum):
    """Whose doing a change was."""

    LEARNER = "learner"
    TEACHER = "teacher"
    POLICY = "policy"
    FRAMEWORK = "framework"
    TIME = "time"


@frozen
class Cause:
    """What made something change, in one sentence, and the keys of the facts that did.

    `when` is the instant at which the facts were recorded or the rules adopted; for time, at which it took effect.
    """

    kind: CauseKind
    when: datetime
    text: str
    keys: tuple[str, ...] = ()


@frozen
class Change:
    """One change of one learner on one competency, with the status before and after.

    A status is None where the framework did not have the competency then. `cause` is None where the caller knows it:
    in a receipt, and in an answer to what-if.
    """

    learner: str
    competency: str
    code: str
    kind: ChangeKind
    before: Status | None
    after: Status | None
    text: str
    cause: Cause | None = None


def changes(before: Progress, after: Progress, among: Iterable[int] | None = None) -> tuple[Change, ...]:
    """Return what changed between two values of one learner in one framework, in framework order.

    `among` limits the look to the leaves at these positions.
    """
    positions = range(len(after.rules.expansion.leaves)) if among is None else sorted(among)
    found = []
    for i in positions:
        old, new = before.standing_at(i), after.standing_at(i)
        if old is not new:
            change = change_at(after, i, old, new)
            if change is not None:
                found.append(change)
    return tuple(found)


def change_at(progress: Progress, i: int, old: Standing, new: Standing) -> Change | None:
    """Return what it means that the standing on leaf `i` was `old` and is `new`; None where nothing changed."""
    kind = _kind(old, new)
    if kind is None:
        return None
    rules = progress.rules
    competency = rules.framework.competency(rules.expansion.leaves[i])
    text = _TEXTS[kind].format(name=rules.printed[i], old=_word(old), new=_word(new))
    return Change(progress.learner, competency.identifier, competency.code, kind, old.status, new.status, text)


def _word(standing: Standing) -> str:
    current = f", {standing.currency.value}" if standing.currency is not None else ""
    return standing.status.value.replace("_", " ") + current


def _kind(old: Standing, new: Standing) -> ChangeKind | None:
    if (old.credit is None) is not (new.credit is None):
        return ChangeKind.LOST if new.credit is None else ChangeKind.MET
    if new.under_question is not old.under_question:
        return ChangeKind.QUESTIONED if new.under_question else ChangeKind.CONFIRMED
    if old.status is Status.LOCKED and new.status is not Status.LOCKED:
        return ChangeKind.UNLOCKED
    if new.status is Status.LOCKED and old.status is not Status.LOCKED:
        return ChangeKind.LOCKED
    if new.currency is not old.currency:
        return ChangeKind.CURRENCY
    return ChangeKind.STATUS if new.status is not old.status else None


_TEXTS = {
    ChangeKind.MET: "{name} is met",
    ChangeKind.LOST: "{name} is no longer met: now {new}",
    ChangeKind.UNLOCKED: "{name} is unlocked: now {new}",
    ChangeKind.LOCKED: "{name} is locked",
    ChangeKind.STATUS: "{name} was {old}, now {new}",
    ChangeKind.CURRENCY: "{name} was {old}, now {new}",
    ChangeKind.QUESTIONED: "credit for {name} is under question",
    ChangeKind.CONFIRMED: "credit for {name} is no longer under question",
}
