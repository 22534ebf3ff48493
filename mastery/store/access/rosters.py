"""The roster as rows: read whole, remembered until another edition of it is there, replaced whole or not at all."""

from __future__ import annotations

import json
from datetime import date

from mastery.access import Class, Enrolment, Person, Role, Roster
from mastery.store.access.access_file import AccessFile

__all__ = ["Rosters"]


class Rosters:
    """The roster of a file. Reading it again costs one look at the number of its edition."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file
        self._held: tuple[int, Roster] = (0, Roster())

    def edition(self) -> int:
        """Return how often the roster was replaced."""
        found = self._file.rows("SELECT edition FROM editions WHERE name = 'roster'")
        return int(found[0][0]) if found else 0

    def current(self) -> Roster:
        """Return the roster."""
        edition = self.edition()
        if edition != self._held[0]:
            with self._file.reading():
                self._held = self.edition(), self._read()
        return self._held[1]

    def _read(self) -> Roster:
        rows = self._file.rows
        return Roster.of(
            (
                Person(identifier, name, account, json.loads(roles))
                for identifier, name, account, roles in rows("SELECT identifier, name, account, roles FROM people")
            ),
            (Class(*row) for row in rows("SELECT identifier, title FROM classes")),
            (
                Enrolment(group, person, Role(role), _day(begins), _day(ends))
                for group, person, role, begins, ends in rows(
                    "SELECT class, person, role, begins, ends FROM enrolments ORDER BY id"
                )
            ),
            rows("SELECT person, learner FROM families"),
        )

    def replace(self, roster: Roster) -> None:
        """Put this roster in the place of the one that is there."""
        execute = self._file.execute
        with self._file.writing():
            for table in ("people", "classes", "enrolments", "families"):
                execute(f"DELETE FROM {table}", [()])
            execute(
                "INSERT INTO people (identifier, name, account, roles) VALUES (?, ?, ?, ?)",
                ((p.identifier, p.name, p.account, json.dumps(sorted(p.roles))) for p in roster.people.values()),
            )
            execute(
                "INSERT INTO classes (identifier, title) VALUES (?, ?)",
                ((one.identifier, one.title) for one in roster.classes.values()),
            )
            execute(
                "INSERT INTO enrolments (class, person, role, begins, ends) VALUES (?, ?, ?, ?, ?)",
                ((e.group, e.person, e.role.value, _text(e.begins), _text(e.ends)) for e in roster.enrolments),
            )
            execute("INSERT INTO families (person, learner) VALUES (?, ?)", sorted(roster.families))
            execute(
                "INSERT INTO editions VALUES ('roster', 1) ON CONFLICT (name) DO UPDATE SET edition = edition + 1", [()]
            )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
