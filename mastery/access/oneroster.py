"""Reading a roster from CSV files in the shape of OneRoster 1.1 or 1.2: users, classes, enrolments, roles.

Columns go by their names, in any order; files and columns that are not read (demographics among them) are left alone.
A begin counts and an end does not, as in the standard: who is enrolled until 2026-02-01 is in class on January 31.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import frozen

from mastery.access.oneroster_rows import LearnerIs, Reading
from mastery.access.roster import Roster
from mastery.access.roster_tables import Faults, Table

__all__ = ["FILES", "LearnerIs", "RosterRead", "read_roster"]

FILES = ("users.csv", "classes.csv", "enrollments.csv", "roles.csv")
"""What is read; the last one, which version 1.1 does not have, need not be there."""

_NAMES = ("givenName", "familyName", "preferredGivenName", "preferredFamilyName")
_USERS = ("status", "enabledUser", "username", *_NAMES, "agentSourcedIds")
_TERM = ("status", "beginDate", "endDate")


@frozen
class RosterRead:
    """A roster as it was read, and in sentences what was left out and why."""

    roster: Roster
    notes: tuple[str, ...]


def read_roster(files: Mapping[str, str], on: date, *, learner_is: LearnerIs = "sourcedId") -> RosterRead:
    r"""Return the roster in the texts of files by their names; roles that have a term are those of the day `on`.

    `learner_is` says which column of the users is the learner of the facts. Where there is a roles.csv it alone says
    roles. Raises RosterError with every fault (the first 50, and how many more), each with file, line and column.

    >>> texts = {
    ...     "users.csv": "sourcedId,username,role\ns1,ash,student\nt1,kim,teacher\n",
    ...     "classes.csv": "sourcedId,title\nc1,Class 7a\n",
    ...     "enrollments.csv": "classSourcedId,userSourcedId,role\nc1,s1,student\nc1,t1,teacher\n",
    ... }
    >>> read_roster(texts, date(2026, 3, 16), learner_is="username").roster.learners_of("c1", date(2026, 3, 16))
    ['ash']
    """
    faults = Faults()
    reading = Reading(on, learner_is, faults)
    newer = "roles.csv" in files
    needed = tuple(dict.fromkeys(("sourcedId", learner_is)))
    users = _table(files, "users.csv", needed, _USERS if newer else (*_USERS, "role"), faults)
    classes = _table(files, "classes.csv", ("sourcedId", "title"), ("status",), faults)
    enrolments = _table(files, "enrollments.csv", ("classSourcedId", "userSourcedId", "role"), _TERM, faults)
    roles = _table(files, "roles.csv", ("userSourcedId", "role"), _TERM, faults) if newer else None
    if users is not None and not newer and "role" not in users.columns:
        users.fault(0, "role", "this column was wanted, or a file roles.csv (version 1.2), and neither is there")
    if users is not None and classes is not None and enrolments is not None and not faults.count:
        reading.take_users(users)
        reading.take_classes(classes)
        if not faults.torn:  # or whoever stands behind the tear would be a stranger
            if roles is not None:
                reading.take_roles(roles)
            reading.take_enrolments(enrolments)
    roster = reading.roster()
    faults.refuse()
    return RosterRead(roster, tuple(reading.notes.sentences()))


def _table(
    files: Mapping[str, str], file: str, wanted: tuple[str, ...], may: tuple[str, ...], faults: Faults
) -> Table | None:
    if file not in files:
        close = faults.close_to(file, [name for name in files if name not in FILES])
        faults.add(file, 0, "", f"the file was wanted, and is not there{close}")
        return None
    return Table.of(files, file, wanted, tuple(name for name in may if name not in wanted), faults)
