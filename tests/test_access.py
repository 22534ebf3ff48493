"""Who reaches whom: default deny, limits only narrow, and a plain reading of the roster agrees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from worlds import Tally, profile

from mastery.access import (
    EVERYBODY,
    GRANTS,
    Caller,
    Class,
    Enrolment,
    Permission,
    Person,
    Reach,
    Role,
    Roster,
    classes_reached,
    learners_reached,
    may,
)

TODAY = date(2026, 3, 16)
PEOPLE = ("ana", "bo", "cy", "dee", "eli", "fay")
GROUPS = ("7a", "7b")
IN_CLASS = (Role.LEARNER, Role.TEACHER, Role.COACH, Role.REVIEWER)

days = st.none() | st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n))
enrolments = st.builds(
    Enrolment, st.sampled_from([*GROUPS, "gone"]), st.sampled_from(PEOPLE), st.sampled_from(IN_CLASS), days, days
)
rosters = st.builds(
    Roster.of,
    st.just([Person(one) for one in PEOPLE]),
    st.just([Class(one) for one in GROUPS]),
    st.lists(enrolments, max_size=8),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=4),
)
callers = st.builds(
    Caller,
    st.sampled_from([*PEOPLE, "stranger"]),
    st.frozensets(st.sampled_from(list(Role)), max_size=3),
    st.none() | st.frozensets(st.sampled_from(list(Permission)), max_size=4),
    st.none() | st.frozensets(st.sampled_from(GROUPS), max_size=2),
)
permissions = st.sampled_from(list(Permission))


def plainly(caller: Caller, permission: Permission, roster: Roster) -> Reach:
    """Read the rules once more, learner by learner: whether a role that gives the permission reaches this one."""
    if caller.scopes is not None and permission not in caller.scopes:
        return frozenset()

    def is_in(person: str, group: str, role: Role) -> bool:
        return group in roster.classes and any(
            (e.group, e.person, e.role) == (group, person, role)
            and not (e.begins and e.begins > TODAY) and not (e.ends and e.ends < TODAY)
            for e in roster.enrolments
        )  # fmt: skip

    every = caller.classes is None and any(
        permission in GRANTS[role] for role in caller.roles & {Role.ADMINISTRATOR, Role.INTEGRATION}
    )
    if every:
        return EVERYBODY
    found = set()
    for learner in PEOPLE:
        for role in caller.roles:
            if permission not in GRANTS[role]:
                continue
            within = [
                g for g in GROUPS if is_in(learner, g, Role.LEARNER) and (caller.classes is None or g in caller.classes)
            ]
            if role is Role.LEARNER:
                reached = learner == caller.name and (caller.classes is None or bool(within))
            elif role is Role.FAMILY:
                reached = (caller.name, learner) in roster.families and (caller.classes is None or bool(within))
            elif role in (Role.ADMINISTRATOR, Role.INTEGRATION):
                reached = bool(within)
            else:
                reached = any(is_in(caller.name, g, role) for g in within)
            if reached:
                found.add(learner)
    return frozenset(found)


@given(callers, permissions, rosters)
@profile(1500)
def test_a_plain_reading_agrees(caller: Caller, permission: Permission, roster: Roster) -> None:
    """Whom a caller reaches is what reading the rules learner by learner gives."""
    reach = learners_reached(caller, permission, roster, TODAY)
    if caller.name == "stranger" and reach is not EVERYBODY:
        reach -= {"stranger"}
    assert reach == plainly(caller, permission, roster)


@given(callers, permissions, rosters)
@profile(300)
def test_without_the_permission_nobody_is_reached(caller: Caller, permission: Permission, roster: Roster) -> None:
    """Who may not do a thing reaches no learner and no class with it."""
    if not may(caller, permission):
        assert learners_reached(caller, permission, roster, TODAY) == frozenset()
        assert classes_reached(caller, permission, roster, TODAY) == frozenset()


@given(callers, permissions, rosters, st.frozensets(permissions), st.frozensets(st.sampled_from(GROUPS)))
@profile(500)
def test_limits_only_narrow(
    caller: Caller, permission: Permission, roster: Roster, scopes: frozenset[Permission], groups: frozenset[str]
) -> None:
    """A token with scopes or classes reaches nobody whom the same caller without them does not."""
    whole = learners_reached(evolve(caller, scopes=None, classes=None), permission, roster, TODAY)
    for limits in ({"scopes": scopes}, {"classes": groups}, {"scopes": scopes, "classes": groups}):
        narrow = learners_reached(
            evolve(caller, **{"scopes": None, "classes": None, **limits}), permission, roster, TODAY
        )
        assert whole is EVERYBODY or (narrow is not EVERYBODY and narrow <= whole)


@given(callers, permissions, rosters, enrolments)
@profile(300)
def test_one_more_enrolment_takes_nobody_away(
    caller: Caller, permission: Permission, roster: Roster, more: Enrolment
) -> None:
    """Adding an enrolment never takes a learner out of reach."""
    before = learners_reached(caller, permission, roster, TODAY)
    after = learners_reached(caller, permission, evolve(roster, enrolments=(*roster.enrolments, more)), TODAY)
    assert after is EVERYBODY or (before is not EVERYBODY and before <= after)


def test_what_has_ended_or_not_begun_reaches_nobody() -> None:
    """Taking away every enrolment that does not hold on the day changes nothing of what is reached on it."""
    tally = Tally()

    @given(callers, permissions, rosters)
    @profile(500)
    def law(caller: Caller, permission: Permission, roster: Roster) -> None:
        running = [one for one in roster.enrolments if (one.begins or TODAY) <= TODAY <= (one.ends or TODAY)]
        less = evolve(roster, enrolments=tuple(running))
        for reached in (learners_reached, classes_reached):
            assert reached(caller, permission, roster, TODAY) == reached(caller, permission, less, TODAY)
        for person in PEOPLE:
            assert roster.roles_of(person, TODAY) == less.roles_of(person, TODAY)
        tally.case("ended", ended=len(running) < len(roster.enrolments))

    law()
    tally.demand("ended", ended=0.4)


@given(callers, permissions, rosters, st.permutations([*PEOPLE, "stranger"]), st.permutations([*GROUPS, "gone"]))
@profile(300)
def test_other_names_change_names_and_nothing_else(
    caller: Caller, permission: Permission, roster: Roster, people: list[str], groups: list[str]
) -> None:
    """With people and classes called otherwise, the same ones are reached, under their new names."""
    named = dict(zip([*PEOPLE, "stranger"], people, strict=True))
    called = dict(zip([*GROUPS, "gone"], groups, strict=True))
    other = Roster.of(
        [evolve(one, identifier=named[one.identifier]) for one in roster.people.values()],
        [Class(called[one]) for one in roster.classes],
        [evolve(one, group=called[one.group], person=named[one.person]) for one in roster.enrolments],
        [(named[adult], named[child]) for adult, child in roster.families],
    )
    limits = None if caller.classes is None else frozenset(called[one] for one in caller.classes)
    another = evolve(caller, name=named[caller.name], classes=limits)
    for reached, names in ((learners_reached, named), (classes_reached, called)):
        before, after = reached(caller, permission, roster, TODAY), reached(another, permission, other, TODAY)
        assert after == (EVERYBODY if before is EVERYBODY else {names[one] for one in before})


@given(callers, permissions, rosters, st.sets(st.sampled_from(PEOPLE)))
@profile(500)
def test_who_is_not_among_the_people_reaches_nobody_who_is(
    caller: Caller, permission: Permission, roster: Roster, there: set[str]
) -> None:
    """An enrolment or a family that names somebody who is not of the roster gives them no class and no learner."""
    less = evolve(roster, people={name: one for name, one in roster.people.items() if name in there})
    asked = evolve(caller, roles=caller.roles - {Role.ADMINISTRATOR, Role.INTEGRATION})
    if asked.name not in there:
        assert classes_reached(asked, permission, less, TODAY) == frozenset()
        assert set(learners_reached(asked, permission, less, TODAY)) <= {asked.name}
        assert less.roles_of(asked.name, TODAY) == frozenset()


def test_an_account_that_two_have_is_nobodys() -> None:
    """Who signs in as an account is one person, or nobody."""
    people = [Person("ana", account="a"), Person("bo", account="b"), Person("cy", account="b"), Person("dee")]
    assert Roster.of(people).by_account == {"a": people[0]}


def test_a_role_as_text_is_the_role() -> None:
    """An enrolment made with the word of a role reaches like one made with the role."""
    roster = Roster.of([Person("kim")], [Class("7a")], [Enrolment("7a", "kim", "teacher")])  # type: ignore[arg-type]
    assert roster.classes_of("kim", Role.TEACHER, TODAY) == ["7a"]
    assert roster.enrolments[0].role is Role.TEACHER


def test_a_teacher_who_is_family_decides_only_on_their_class() -> None:
    """Family gives reading, not deciding: each role reaches its own learners."""
    people = [Person("kim"), Person("ana"), Person("bo")]
    roster = Roster.of(
        people,
        [Class("7a")],
        [Enrolment("7a", "kim", Role.TEACHER), Enrolment("7a", "ana", Role.LEARNER)],
        [("kim", "bo")],
    )
    assert roster.roles_of("kim", TODAY) == {Role.TEACHER, Role.FAMILY}
    kim = Caller("kim", roster.roles_of("kim", TODAY))
    assert learners_reached(kim, Permission.READ_LEARNER, roster, TODAY) == {"ana", "bo"}
    assert learners_reached(kim, Permission.WRITE_DECISIONS, roster, TODAY) == {"ana"}


def test_who_is_not_among_the_people_has_no_role() -> None:
    """An enrolment or a family alone makes nobody somebody."""
    roster = Roster.of([], [Class("7a")], [Enrolment("7a", "kim", Role.TEACHER)], [("kim", "ana")])
    assert roster.roles_of("kim", TODAY) == frozenset()


@pytest.mark.parametrize(
    "made",
    [
        lambda: Person(""),
        lambda: Class(" "),
        lambda: Enrolment("7a", "", Role.LEARNER),
        lambda: Enrolment("7a", "ana", Role.FAMILY),
        lambda: Enrolment("7a", "ana", "boss"),  # type: ignore[arg-type]
        lambda: Enrolment("7a", "ana", Role.LEARNER, datetime(2026, 3, 16, tzinfo=UTC)),
        lambda: Enrolment("7a", "ana", Role.LEARNER, None, "2026-03-16"),  # type: ignore[arg-type]
        lambda: Person("a", roles={"boss"}),
    ],
)
def test_what_cannot_be_is_refused(made: object) -> None:
    """No identifier, a role that nobody has in a class, and an instant for a day: none of it can be made."""
    with pytest.raises(ValueError, match=r"wanted|boss"):
        made()  # type: ignore[operator]


def test_every_permission_is_somebodys_and_administrators_have_all() -> None:
    """No permission is out of reach of an administrator, and no system manages tokens."""
    assert GRANTS[Role.ADMINISTRATOR] == frozenset(Permission)
    assert Permission.MANAGE_TOKENS not in GRANTS[Role.INTEGRATION]
    assert set(GRANTS) == set(Role)
