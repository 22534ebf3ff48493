"""Who may what: roles, permissions, the roster by which a teacher reaches learners. Pure; only faces and stores ask."""

from mastery.access.caller import Caller
from mastery.access.oneroster import FILES, RosterRead, read_roster
from mastery.access.permissions import GRANTS, Permission, Role
from mastery.access.reach import EVERYBODY, Everybody, Reach, classes_reached, learners_reached, may
from mastery.access.roster import Class, Enrolment, Person, Roster

__all__ = [
    "EVERYBODY",
    "FILES",
    "GRANTS",
    "Caller",
    "Class",
    "Enrolment",
    "Everybody",
    "Permission",
    "Person",
    "Reach",
    "Role",
    "Roster",
    "RosterRead",
    "classes_reached",
    "learners_reached",
    "may",
    "read_roster",
]
