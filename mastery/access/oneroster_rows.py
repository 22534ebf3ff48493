"""The rows of the files taken one by one: who is there, as what, in which class, family of whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Literal

from attrs import define, field

from mastery.access.oneroster_notes import Notes
from mastery.access.permissions import Role
from mastery.access.roster import Class, Enrolment, Person, Roster
from mastery.access.roster_tables import Faults, Row, Table, quoted

__all__ = ["LearnerIs", "Reading"]

LearnerIs = Literal["sourcedId", "identifier", "username"]

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
_ROLES = _OFFICE | _FAMILY | frozenset(_IN_CLASS)
_IS_THERE = {"": True, "active": True, "tobedeleted": False, "inactive": False}  # the last is of version 1.0
_IS_ENABLED = {"": True, "true": True, "1": True, "false": False, "0": False}


@define
class _User:
    """A user who is there: the line, what they are called in the columns, and their roles in words of the standard."""

    line: int
    known: str
    name: str
    account: str
    agents: tuple[str, ...]
    said: set[str]
    learns: bool = False


@define
class Reading:
    """What was read so far, by the identifiers of the files, with the faults and what was left out."""

    on: date
    learner_is: LearnerIs
    faults: Faults
    notes: Notes = field(factory=Notes)
    _lines: dict[str, int] = field(factory=dict)
    _users: dict[str, _User] = field(factory=dict)
    _classes: dict[str, Class | None] = field(factory=dict)
    _enrolments: list[tuple[str, str, Role, date | None, date | None]] = field(factory=list)

    def take_users(self, table: Table) -> None:
        """Take the people who are there."""
        accounts: dict[str, int] = {}
        for line, row in table.rows():
            sourced = row["sourcedId"]
            if not self._is_new(table, line, sourced, self._lines.get(sourced)):
                continue
            self._lines[sourced] = line
            is_there = self._word(table, line, row, "status", _IS_THERE)
            if not (self._word(table, line, row, "enabledUser", _IS_ENABLED) and is_there):
                self.notes.count("users")
                continue
            account = row.get("username", "")
            if account and accounts.setdefault(account, line) != line:
                said = (
                    f"{quoted(account)} is the username on line {accounts[account]} already: an account is one person's"
                )
                table.fault(line, "username", said)
            given = row.get("preferredGivenName") or row.get("givenName", "")
            family = row.get("preferredFamilyName") or row.get("familyName", "")
            agents = tuple(filter(None, map(str.strip, row.get("agentSourcedIds", "").split(","))))
            user = _User(line, row[self.learner_is], f"{given} {family}".strip(), account, agents, set())
            self._users[sourced] = user
            self._say(user, row.get("role", ""))

    def take_classes(self, table: Table) -> None:
        """Take the classes that are there; one that is not is None, for what names it."""
        lines: dict[str, int] = {}
        for line, row in table.rows():
            sourced = row["sourcedId"]
            if self._is_new(table, line, sourced, lines.get(sourced)):
                lines[sourced] = line
                is_there = self._word(table, line, row, "status", _IS_THERE)
                self._classes[sourced] = Class(sourced, row["title"]) if is_there else None
                self.notes.count("classes", 0 if is_there else 1)

    def take_roles(self, table: Table) -> None:
        """Take the roles of people that no class gives, as of the day."""
        for line, row in table.rows():
            sourced, role = row["userSourcedId"], row["role"]
            if not self._word(table, line, row, "status", _IS_THERE):
                self.notes.count("roles")
            elif self._knows(table, line, "userSourcedId", sourced, self._lines):
                term = self._term(table, line, row)
                if sourced not in self._users:
                    self.notes.count("roles")
                elif term is None or not (term[0] or self.on) <= self.on <= (term[1] or self.on):
                    self.notes.count("terms")
                else:
                    self._say(self._users[sourced], role)
                    if term[1] is not None and role.lower() in _OFFICE:
                        self.notes.administrator_until(term[1])

    def take_enrolments(self, table: Table) -> None:
        """Take who is in which class, as what and how long."""
        for line, row in table.rows():
            group, sourced, said = row["classSourcedId"], row["userSourcedId"], row["role"].lower()
            if not self._word(table, line, row, "status", _IS_THERE):
                self.notes.count("enrolments")
                continue
            knows_class = self._knows(table, line, "classSourcedId", group, self._classes)
            if not self._knows(table, line, "userSourcedId", sourced, self._lines) or not knows_class:
                continue
            term = self._term(table, line, row)
            if self._classes[group] is None or sourced not in self._users:
                self.notes.count("enrolments")
            elif said not in _IN_CLASS:
                self.notes.role_in_class(row["role"])
            elif term is None:
                self.notes.count("days")
            else:
                self._users[sourced].learns |= said == "student"
                self._enrolments.append((group, sourced, _IN_CLASS[said], *term))

    def roster(self) -> Roster:
        """Return the roster of what was taken; who cannot be told from somebody else is a fault."""
        people = dict(self._people())
        return Roster.of(
            people.values(),
            filter(None, self._classes.values()),
            dict.fromkeys(
                Enrolment(group, people[sourced].identifier, role, begins, ends)
                for group, sourced, role, begins, ends in self._enrolments
                if sourced in people
            ),
            [
                (people[one].identifier, people[two].identifier)
                for one, two in self._families()
                if one in people and two in people
            ],
        )

    def _people(self) -> Iterator[tuple[str, Person]]:
        """Yield the people by their sourcedId, each under the name that the facts know learners by."""
        held: dict[str, tuple[int, str]] = {}
        for sourced, user in self._users.items():
            known, column = user.known, self.learner_is
            if not known and ("student" in user.said or user.learns):
                said = f"a text was wanted, which is the learner in the facts, got nothing for {quoted(sourced)}"
                self.faults.add("users.csv", user.line, column, said)
                continue
            if not known:
                self.notes.count("called otherwise")
                known, column = sourced, "sourcedId"
            line, other = held.setdefault(known, (user.line, column))
            if line != user.line:
                if {column, other} != {"username"}:  # which was told of as an account
                    said = f"{quoted(known)} is the {other} on line {line} already: one would be taken for the other"
                    self.faults.add("users.csv", user.line, column, said)
                continue
            roles = {Role.ADMINISTRATOR} if user.said & _OFFICE else set()
            roles |= {Role.LEARNER} if "student" in user.said else set()
            yield sourced, Person(known, user.name, user.account, roles)

    def _families(self) -> Iterator[tuple[str, str]]:
        """Yield who is family of which learner: students list the people who care for them, and these list students."""
        for sourced, user in self._users.items():
            for agent in user.agents:
                other = self._users.get(agent)
                pairs = ((sourced, user, agent, other), (agent, other, sourced, user))
                found = [
                    (adult, child)
                    for adult, one, child, two in pairs
                    if one and two and one is not two and one.said & _FAMILY and "student" in two.said
                ]
                self.notes.count("agents", 0 if found else 1)
                yield from found

    def _say(self, user: _User, role: str) -> None:
        user.said.add(role.lower())
        if role and role.lower() not in _ROLES:
            self.notes.role_of_nobody(role)

    def _is_new(self, table: Table, line: int, sourced: str, before: int | None) -> bool:
        if not sourced:
            table.fault(line, "sourcedId", "a text was wanted, got an empty cell")
        elif before is not None:
            table.fault(line, "sourcedId", f"{quoted(sourced)} is on line {before} already")
        return bool(sourced) and before is None

    def _word(self, table: Table, line: int, row: Row, column: str, words: dict[str, bool]) -> bool:
        """Return what the word in a cell means; raises nothing, an unknown one is a fault."""
        text = row.get(column, "")
        found = words.get(text.lower())
        if column == "status" and text:
            self.notes.says_status = True
        if found is None:
            listed = ", ".join(word for word in words if word)
            table.fault(line, column, f"one of {listed} was wanted, or nothing, got {quoted(text)}")
        return bool(found)

    def _knows(self, table: Table, line: int, column: str, name: str, known: Collection[str]) -> bool:
        if name not in known:
            what = "class" if column == "classSourcedId" else "user"
            table.fault(line, column, f"there is no {what} {quoted(name)}{self.faults.close_to(name, known)}")
        return name in known

    def _term(self, table: Table, line: int, row: Row) -> tuple[date | None, date | None] | None:
        """Return the first and the last day of a row, None where there is no day between."""
        begins, end = table.day(line, row, "beginDate"), table.day(line, row, "endDate")
        if end is not None and end <= (begins or date.min):
            return None
        return begins, end and end - timedelta(days=1)
