"""Whom a caller reaches with a permission: role by role, by the roster of the day. What no role gives is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Final, Literal

from mastery.access.caller import Caller
from mastery.access.permissions import GRANTS, Permission, Role
from mastery.access.roster import Roster

__all__ = ["EVERYBODY", "Everybody", "Reach", "classes_reached", "learners_reached", "may"]


class Everybody(Enum):
    """No limit: every learner, those too of whom nothing is known yet, or every class."""

    EVERYBODY = "everybody"


EVERYBODY: Final[Literal[Everybody.EVERYBODY]] = Everybody.EVERYBODY
Reach = frozenset[str] | Literal[Everybody.EVERYBODY]

_BY_CLASS = (Role.TEACHER, Role.COACH, Role.REVIEWER)


def may(caller: Caller, permission: Permission) -> bool:
    """Return whether any role gives the caller a permission, for whomever it reaches.

    >>> coach = Caller("kim", {Role.COACH})
    >>> may(coach, Permission.READ_CLASS), may(coach, Permission.WRITE_EVIDENCE)
    (True, False)
    """
    return any(True for _ in _giving(caller, permission))


def _giving(caller: Caller, permission: Permission) -> Iterator[Role]:
    """Yield the roles that give a caller a permission."""
    if caller.scopes is None or permission in caller.scopes:
        yield from (role for role in sorted(caller.roles) if permission in GRANTS[role])


def classes_reached(caller: Caller, permission: Permission, roster: Roster, on: date) -> Reach:
    """Return the classes that a caller reaches with a permission on a day."""
    found: set[str] = set()
    for role in _giving(caller, permission):
        if role in (Role.ADMINISTRATOR, Role.INTEGRATION):
            if caller.classes is None:
                return EVERYBODY
            found |= caller.classes & set(roster.classes)
        elif role in _BY_CLASS:
            found.update(roster.classes_of(caller.name, role, on))
    return frozenset(found if caller.classes is None else found & caller.classes)


def learners_reached(caller: Caller, permission: Permission, roster: Roster, on: date) -> Reach:
    """Return the learners whom a caller reaches with a permission on a day.

    Learners reach themselves, family their children, who has a part in a class its learners of that day. A token that
    is limited to classes reaches nobody outside them.
    """
    groups = classes_reached(caller, permission, roster, on)
    if groups is EVERYBODY:
        return EVERYBODY
    found = {learner for group in groups for learner in roster.learners_of(group, on)}
    own: set[str] = set()
    for role in _giving(caller, permission):
        if role is Role.LEARNER:
            own.add(caller.name)
        elif role is Role.FAMILY:
            own.update(roster.children_of(caller.name))
    if caller.classes is not None:
        own &= {learner for group in caller.classes for learner in roster.learners_of(group, on)}
    return frozenset(found | own)
