"""What something would do to a class, or did: who gains, who would be locked, what is under question afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from mastery.changes import CauseKind, Change, ChangeKind
from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.publishing import Impact
from mastery.wording import instant

__all__ = ["ClassChanges", "ClassEffects", "Effect", "changes_of_class", "effects_of_changes", "effects_of_impacts"]


@frozen
class Effect:
    """What something does to one learner, by printed names in framework order.

    `gained` becomes credited, `opened` can be worked on from then on, `locked` no longer, `lost` is credited no longer,
    `questioned` stays credited but comes under question.
    """

    learner: str
    gained: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    questioned: tuple[str, ...] = ()


@frozen
class ClassEffects:
    """The learners whom something touches, in the order of the class, and of how many it was asked."""

    effects: tuple[Effect, ...]
    of: int
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    def table(self) -> Table:
        """Return what is shown, a learner a row."""
        header = ("learner", "gained", "opened", "locked", "lost", "questioned")
        rows = (
            (one.learner, *map(" ".join, (one.gained, one.opened, one.locked, one.lost, one.questioned)))
            for one in self.effects
        )
        return Table(header, tuple(rows))


_RULE = ("Both sides are seen from the same moment, so nothing that time alone does is among this.",)
_FIELDS = {
    ChangeKind.MET: "gained",
    ChangeKind.UNLOCKED: "opened",
    ChangeKind.LOCKED: "locked",
    ChangeKind.LOST: "lost",
    ChangeKind.QUESTIONED: "questioned",
}


def effects_of_changes(room: Classroom, changes: Iterable[Change]) -> ClassEffects:
    """Return what changes, such as `Engine.what_if` gives for one learner after another, come to for the class.

    Learners who are not of the class are left out, and so are changes of status or currency alone.
    """
    by_learner: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind in _FIELDS:
            by_learner.setdefault(change.learner, []).append(change)
    found = []
    for learner in room.learners:
        theirs = by_learner.get(learner)
        if theirs:
            found.append(Effect(learner, **{name: _codes(theirs, kind) for kind, name in _FIELDS.items()}))
    return ClassEffects(tuple(found), len(room), _RULE, room.caveats())


def _codes(changes: Iterable[Change], kind: ChangeKind) -> tuple[str, ...]:
    return tuple(one.code or one.competency for one in changes if one.kind is kind)


def effects_of_impacts(room: Classroom, impacts: Iterable[Impact]) -> ClassEffects:
    """Return what adopting other rules would do to the class, from what `Engine.preview` says of each learner."""
    by_learner = {one.learner: one for one in impacts}
    found = []
    for learner in room.learners:
        one = by_learner.get(learner)
        if one is not None and (one.gained or one.locked or one.lost or one.questioned):
            found.append(Effect(learner, one.gained, (), one.locked, one.lost, one.questioned))
    return ClassEffects(tuple(found), len(room), _RULE, room.caveats())


@frozen
class ClassChanges:
    """What changed in a class, each with its cause, and how often each cause made each kind of change."""

    changes: tuple[Change, ...]
    counts: Mapping[tuple[CauseKind, ChangeKind], int] = field(hash=False)

    def only(self, cause: CauseKind | None = None, kind: ChangeKind | None = None) -> ClassChanges:
        """Return those of one cause and of one kind; None is all of them."""
        return changes_of_class(
            one
            for one in self.changes
            if (cause is None or (one.cause is not None and one.cause.kind is cause))
            and (kind is None or one.kind is kind)
        )

    def table(self) -> Table:
        """Return what is shown, a change a row, with the keys of the facts that caused it."""
        header = ("learner", "competency", "change", "before", "after", "cause", "when", "because", "keys")
        rows = []
        for one in self.changes:
            before, after = one.before and one.before.value, one.after and one.after.value
            cause = one.cause
            told = ("", "", "", "")
            if cause is not None:
                told = (cause.kind.value, instant(cause.when), cause.text, " ".join(cause.keys))
            rows.append((one.learner, one.code or one.competency, one.kind.value, before or "", after or "", *told))
        return Table(header, tuple(rows))


def changes_of_class(changes: Iterable[Change]) -> ClassChanges:
    """Return changes (see `Engine.changes`) with how often each cause made each kind of change."""
    found = tuple(changes)
    counted = Counter((one.cause.kind, one.kind) for one in found if one.cause is not None)
    order = [(cause, kind) for cause in CauseKind for kind in ChangeKind]
    return ClassChanges(found, {pair: counted[pair] for pair in order if counted[pair]})
