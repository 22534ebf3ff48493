"""A roster as JSON values (docs/schemas/roster.json): counts, classes, and whom the facts do not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from mastery.access.permissions import Role
from mastery.access.roster import Roster

__all__ = ["roster_json"]


def roster_json(
    roster: Roster, on: date, known: Collection[str], *, notes: Sequence[str] = (), written: bool = False
) -> dict[str, Any]:
    """Return what a roster holds on a day, beside the learners of whom facts are `known`.

    Where a wrong column was taken for the learners, nobody of the one is among the other: `no_facts`, `no_class`.
    """
    enrolled = {one for group in roster.classes for one in roster.learners_of(group, on)}
    roles = Counter(role for person in roster.people for role in roster.roles_of(person, on))
    return {
        "written": written,
        "on": on.isoformat(),
        "people": len(roster.people),
        "roles": [{"role": role.value, "people": roles[role]} for role in Role if roles[role]],
        "classes": [
            {
                "class": one.identifier,
                "title": one.title,
                "learners": len(roster.learners_of(one.identifier, on)),
                "teachers": roster.members_of(one.identifier, Role.TEACHER, on),
            }
            for one in sorted(roster.classes.values(), key=lambda one: one.identifier)
        ],
        "enrolments": sum(one.group in roster.classes and one.holds(on) for one in roster.enrolments),
        "families": len(roster.families),
        "no_facts": sorted(enrolled - set(known)),
        "no_class": sorted(set(known) - enrolled),
        "notes": list(notes),
    }
