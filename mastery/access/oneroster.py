"""Reading a roster from CSV files in the shape of OneRoster 1.1 or 1.2: users, classes, enrolments, roles.

Columns go by their names, in any order; files and columns that are not read (demographics among them) are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Literal

from attrs import define, field, frozen

from competencies.errors import FormatError, near_miss
from mastery.access.permissions import Role
from mastery.access.roster import Class, Enrolment, Person, Roster
from mastery.access.roster_tables import Rows, rows_of
from mastery.errors import RosterError

__all__ = ["FILES", "LearnerIs", "RosterRead", "read_roster"]

LearnerIs = Literal["sourcedId", "identifier", "username"]
FILES = ("users.csv", "classes.csv", "enrollments.csv", "roles.csv")
"""What is read; the last one need not be there."""

_MOST_FAULTS = 50
_OFFICE = frozenset({"administrator", "principal", "siteadministrator", "districtadministrator", "systemadministrator"})
_FAMILY = frozenset({"guardian", "parent", "relative"})
_IN_CLASS = {
    "student": Role.LEARNER,
    "teacher": Role.TEACHER,
    "aide": Role.COACH,
    "counselor": Role.COACH,
    "proctor": Role.COACH,
    "ext:coach": Role.COACH,
    "ext:reviewer": Role.REVIEWER,
}


@frozen
class RosterRead:
    """A roster as it was read, and in sentences what was left out."""

    roster: Roster
    notes: tuple[str, ...]


def read_roster(files: Mapping[str, str], on: date, *, learner_is: LearnerIs = "sourcedId") -> RosterRead:
    r"""Return the roster in the texts of files by their names; roles that have a term are those of the day `on`.

    `learner_is` says which column of the users is the learner of the facts. Raises RosterError with every fault (the
    first 50, and how many more), each with its file and line.

    >>> texts = {
    ...     "users.csv": "sourcedId,username,role\ns1,ash,student\nt1,kim,teacher\n",
    ...     "classes.csv": "sourcedId,title\nc1,Class 7a\n",
    ...     "enrollments.csv": "classSourcedId,userSourcedId,role\nc1,s1,student\nc1,t1,teacher\n",
    ... }
    >>> read_roster(texts, date(2026, 3, 16), learner_is="username").roster.learners_of("c1", date(2026, 3, 16))
    ['ash']
    """
    reading = _Reading(on, learner_is)
    tables = {name: reading.table(files, name) for name in FILES}
    if not reading.faults:
        reading.take_users(tables["users.csv"], tables["roles.csv"])
        reading.take_classes(tables["classes.csv"])
        reading.take_enrolments(tables["enrollments.csv"])
    if reading.faults:
        more = len(reading.faults) - _MOST_FAULTS
        listed = reading.faults[:_MOST_FAULTS] + ([f"and {more} more"] if more > 0 else [])
        raise RosterError("This roster cannot be read as it is, and nothing of it was taken", listed)
    return RosterRead(
        Roster.of(reading.people.values(), reading.classes.values(), reading.enrolments, reading.families()),
        tuple(reading.notes()),
    )


_WANTED = {
    "users.csv": ("sourcedId",),
    "classes.csv": ("sourcedId", "title"),
    "enrollments.csv": ("classSourcedId", "userSourcedId", "role"),
    "roles.csv": ("userSourcedId", "role"),
}


@define
class _Reading:
    """What was read so far, by the identifiers of the files, with the faults and what was left out."""

    on: date
    learner_is: LearnerIs
    faults: list[str] = field(factory=list)
    people: dict[str, Person] = field(factory=dict)
    classes: dict[str, Class] = field(factory=dict)
    enrolments: list[Enrolment] = field(factory=list)
    left_out: Counter[str] = field(factory=Counter)
    _inactive: set[str] = field(factory=set)
    _said_roles: dict[str, set[str]] = field(factory=dict)
    _agents: dict[str, list[str]] = field(factory=dict)

    def table(self, files: Mapping[str, str], name: str) -> Rows:
        """Return the rows of a file."""
        if name not in files:
            if name != "roles.csv":
                self.faults.append(f"{name}: the file was wanted, and is not there")
            return []
        wanted = _WANTED[name]
        if name == "users.csv" and self.learner_is not in wanted:
            wanted = (*wanted, self.learner_is)
        try:
            return rows_of(files[name], wanted)
        except FormatError as fault:
            self.faults.append(f"{name}: {fault}")
            return []

    def take_users(self, users: Rows, roles: Rows) -> None:
        """Take the people, with the roles that no class gives."""
        for line, row in roles:
            if self._is_there(row) and self._holds("roles.csv", line, row):
                self._said_roles.setdefault(row["usersourcedid"], set()).add(row["role"].lower())
        names: dict[str, int] = {}
        for line, row in users:
            name, known = row["sourcedid"], row[self.learner_is.lower()]
            if not self._is_there(row) or row.get("enableduser", "").lower() in ("false", "0"):
                self._inactive.add(name)
                self.left_out["inactive users"] += 1
            elif not name or not known:
                empty = "sourcedId" if not name else self.learner_is
                self.faults.append(f"users.csv, line {line}: a {empty} was wanted, got an empty cell")
            elif name in self.people or known in names:
                twice, where = (known, f", on line {names[known]}") if known in names else (name, "")
                self.faults.append(f"users.csv, line {line}: {twice!r} is there already{where}")
            else:
                names[known] = line
                self.people[name] = self._person(name, known, row)

    def _person(self, name: str, known: str, row: Mapping[str, str]) -> Person:
        said = self._said_roles.setdefault(name, set())
        said |= {row["role"].lower()} if row.get("role") else set()
        given = row.get("preferredgivenname") or row.get("givenname", "")
        shown = " ".join(filter(None, (given, row.get("preferredfamilyname") or row.get("familyname", ""))))
        self._agents[name] = [one.strip() for one in row.get("agentsourcedids", "").split(",") if one.strip()]
        roles = ({Role.ADMINISTRATOR} if said & _OFFICE else set()) | ({Role.LEARNER} if "student" in said else set())
        return Person(known, shown, row.get("username", ""), frozenset(roles))

    def families(self) -> Iterator[tuple[str, str]]:
        """Yield who is family of which learner: students list the people who care for them, and these list students."""
        for name, agents in self._agents.items():
            for agent in agents:
                for adult, child in ((name, agent), (agent, name)):
                    is_family = self._said_roles.get(adult, set()) & _FAMILY
                    is_child = "student" in self._said_roles.get(child, set())
                    if is_family and is_child and adult in self.people and child in self.people:
                        yield self.people[adult].identifier, self.people[child].identifier

    def take_classes(self, rows: Rows) -> None:
        """Take the classes."""
        for line, row in rows:
            name = row["sourcedid"]
            if not self._is_there(row):
                self.left_out["inactive classes"] += 1
                self._inactive.add(f"class {name}")
            elif not name or name in self.classes:
                what = f"{name!r} is there already" if name else "a sourcedId was wanted, got an empty cell"
                self.faults.append(f"classes.csv, line {line}: {what}")
            else:
                self.classes[name] = Class(name, row["title"])

    def take_enrolments(self, rows: Rows) -> None:
        """Take who is in which class, as what and how long."""
        for line, row in rows:
            group, person, said = row["classsourcedid"], row["usersourcedid"], row["role"].lower()
            if not self._is_there(row) or person in self._inactive or f"class {group}" in self._inactive:
                self.left_out["enrolments marked as deleted or of who is left out"] += 1
            elif said not in _IN_CLASS:
                self.left_out[f"enrolments as {row['role'] or 'nothing'}, which is no role in a class here"] += 1
            elif self._known(line, "class", group, self.classes) and self._known(line, "user", person, self.people):
                begins, ends = (self._day("enrollments.csv", line, row, name) for name in ("beginDate", "endDate"))
                self.enrolments.append(Enrolment(group, self.people[person].identifier, _IN_CLASS[said], begins, ends))

    def _known(self, line: int, what: str, name: str, known: Collection[str]) -> bool:
        if name not in known:
            hint = near_miss(name, list(known)) if len(known) < 5_000 else ""
            self.faults.append(f"enrollments.csv, line {line}: there is no {what} {name!r}{hint}")
        return name in known

    def _is_there(self, row: Mapping[str, str]) -> bool:
        return row.get("status", "").lower() != "tobedeleted"

    def _holds(self, file: str, line: int, row: Mapping[str, str]) -> bool:
        begins, ends = (self._day(file, line, row, name) for name in ("beginDate", "endDate"))
        return (begins is None or begins <= self.on) and (ends is None or self.on <= ends)

    def _day(self, file: str, line: int, row: Mapping[str, str], column: str) -> date | None:
        text = row.get(column.lower(), "")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            said = f"a date such as 2026-08-31 was wanted, got {text!r}"
            self.faults.append(f"{file}, line {line}, column {column}: {said}")
            return None

    def notes(self) -> Iterator[str]:
        """Yield what was left out, in sentences."""
        for what, count in sorted(self.left_out.items()):
            yield f"Left out, {what}: {count}."
