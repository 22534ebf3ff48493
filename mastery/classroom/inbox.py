"""The inbox: what of a class waits for an adult, what opens most for a learner first."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from attrs import frozen

from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.progress import Progress
from mastery.standing import Action, Overlay, Standing, Status, WaitKind
from mastery.wording import name, opened_by, reason

__all__ = ["Inbox", "InboxItem", "InboxKind", "inbox"]


class InboxKind(StrEnum):
    """What is wanted of an adult."""

    DECIDE = "decide"
    CONFIRM = "confirm"
    CHECK = "check"
    RECHECK = "recheck"


@frozen
class InboxItem:
    """One learner who waits for an adult on one competency, under the `name` that is printed.

    `opens` is how many locked competencies credit for it would open for that learner at once.
    """

    learner: str
    competency: str
    name: str
    kind: InboxKind
    opens: int
    because: str


@frozen
class Inbox:
    """What waits: decisions first, then by how much it opens; ties in the order of the class and the framework."""

    items: tuple[InboxItem, ...]
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    def table(self) -> Table:
        """Return what is shown, an item a row."""
        header = ("learner", "competency", "kind", "opens", "because")
        return Table(header, tuple((o.learner, o.name, o.kind.value, str(o.opens), o.because) for o in self.items))


_RULE = (
    "Decide: the learner is held, or has no attempt left, until a person says how it goes on.",
    "Confirm: there is credit that today's facts and rules would not earn; a person grants or revokes it.",
    "Check: the evidence is enough, or a retake is open, and the knowledge check is to be given and scored.",
    "Recheck: credit is due, or has lapsed and may be tried again; it is kept in any case.",
    "Within decisions and within the rest, what opens most for the learner at once comes first.",
)
_ADULT = (InboxKind.DECIDE, InboxKind.CONFIRM)


def inbox(room: Classroom) -> Inbox:
    """Return what waits for an adult in a class."""
    found = [item for learner, progress in room for item in _items(learner, progress)]
    found.sort(key=lambda item: (item.kind not in _ADULT, -item.opens))
    return Inbox(tuple(found), _RULE, room.caveats())


def _items(learner: str, progress: Progress) -> Iterator[InboxItem]:
    for i, competency in enumerate(progress.rules.leaves):
        standing = progress.standing_at(i)
        kind = _kind(standing)
        if kind is not None:
            opens = 0 if standing.credit else sum(_is_locked(progress, j) for j in opened_by(progress, i))
            yield InboxItem(
                learner, competency.identifier, name(progress, i), kind, opens, reason(progress, i, standing)
            )


def _is_locked(progress: Progress, i: int) -> bool:
    """Whether a competency is shut to the learner: a person may have unlocked it before what it needs is met."""
    return progress.standing_at(i).status is Status.LOCKED


_GIVEN = {
    Action.CHECK: InboxKind.CHECK,
    Action.RETAKE: InboxKind.CHECK,
    Action.RECHECK: InboxKind.RECHECK,
    Action.REPAIR: InboxKind.RECHECK,
}


def _kind(standing: Standing) -> InboxKind | None:
    if Overlay.PAUSED in standing.overlays:
        return None
    if standing.under_question:
        return InboxKind.CONFIRM
    if standing.wait is not None and standing.wait.kind is WaitKind.PERSON:
        return InboxKind.DECIDE
    return _GIVEN.get(standing.action) if standing.action else None
