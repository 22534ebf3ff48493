"""The roster: people, classes, who is in which and as what. A value; files and stores make it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from attrs import field, frozen

from mastery.access.permissions import Role, as_roles

__all__ = ["IN_CLASS", "Class", "Enrolment", "Person", "Roster"]

IN_CLASS = frozenset({Role.LEARNER, Role.TEACHER, Role.COACH, Role.REVIEWER})
"""The roles that one has in a class."""


def _text(_: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{attribute.name}: a text that is not empty was wanted, got {value!r}")


def _in_class(value: str) -> Role:
    if value not in IN_CLASS:
        raise ValueError(f"role: one of {', '.join(sorted(IN_CLASS))} was wanted in a class, got {value!r}")
    return Role(value)


def _day(_: Any, attribute: Any, value: Any) -> None:
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise ValueError(f"{attribute.name}: a day was wanted, or None, got {value!r}")


@frozen
class Person:
    """Somebody who may ask, or of whom there are facts: `identifier` is the learner's in the facts.

    `account` is the name under which they sign in; `roles` are those that no class gives (administrator, say).
    """

    identifier: str = field(validator=_text)
    name: str = ""
    account: str = ""
    roles: frozenset[Role] = field(default=frozenset(), converter=as_roles)


@frozen
class Class:
    """A class by its identifier and title."""

    identifier: str = field(validator=_text)
    title: str = ""


@frozen
class Enrolment:
    """Somebody in a class, as learner, teacher, coach or reviewer, from `begins` to `ends`, both days included."""

    group: str = field(validator=_text)
    person: str = field(validator=_text)
    role: Role = field(converter=_in_class)
    begins: date | None = field(default=None, validator=_day)
    ends: date | None = field(default=None, validator=_day)

    def holds(self, on: date) -> bool:
        """Return whether it holds on a day."""
        return (self.begins is None or self.begins <= on) and (self.ends is None or on <= self.ends)


@frozen
class Roster:
    """All of them; `families` says which learners a person is family of. One entry per identifier, the last one.

    An enrolment or a family may name who is not among the people: such an entry reaches nobody who is.
    """

    people: Mapping[str, Person] = field(factory=dict)
    classes: Mapping[str, Class] = field(factory=dict)
    enrolments: tuple[Enrolment, ...] = ()
    families: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(
        cls,
        people: Iterable[Person] = (),
        classes: Iterable[Class] = (),
        enrolments: Iterable[Enrolment] = (),
        families: Iterable[tuple[str, str]] = (),
    ) -> Roster:
        """Return the roster of these."""
        return cls(
            {one.identifier: one for one in people},
            {one.identifier: one for one in classes},
            tuple(enrolments),
            frozenset(families),
        )

    @cached_property
    def _by_class(self) -> dict[str, list[Enrolment]]:
        return _grouped((one.group, one) for one in self.enrolments if one.group in self.classes)

    @cached_property
    def _by_person(self) -> dict[str, list[Enrolment]]:
        return _grouped(
            (one.person, one) for one in self.enrolments if one.group in self.classes and one.person in self.people
        )

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        return _grouped(pair for pair in sorted(self.families) if pair[0] in self.people)

    @cached_property
    def by_account(self) -> Mapping[str, Person]:
        """The people who may sign in, by the name of their account; one that two people have is nobody's."""
        held = Counter(one.account for one in self.people.values())
        return {one.account: one for one in self.people.values() if one.account and held[one.account] == 1}

    def learners_of(self, group: str, on: date) -> list[str]:
        """Return the learners of a class on a day, sorted."""
        return self.members_of(group, Role.LEARNER, on)

    def members_of(self, group: str, role: Role, on: date) -> list[str]:
        """Return who has a role in a class on a day, sorted."""
        return sorted({one.person for one in self._by_class.get(group, ()) if one.role is role and one.holds(on)})

    def classes_of(self, person: str, role: Role, on: date) -> list[str]:
        """Return the classes in which somebody has a role on a day, sorted."""
        return sorted({one.group for one in self._by_person.get(person, ()) if one.role is role and one.holds(on)})

    def children_of(self, person: str) -> list[str]:
        """Return the learners of whom somebody is family, sorted."""
        return self._children.get(person, [])

    def roles_of(self, person: str, on: date) -> frozenset[Role]:
        """Return the roles of somebody on a day; of who is not among the people, none."""
        known = self.people.get(person)
        if known is None:
            return frozenset()
        in_class = {one.role for one in self._by_person.get(person, ()) if one.holds(on)}
        family = {Role.FAMILY} if person in self._children else set()
        return known.roles | in_class | family


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, one in pairs:
        found.setdefault(name, []).append(one)
    return found
