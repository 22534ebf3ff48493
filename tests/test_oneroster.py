"""A roster is read from OneRoster-shaped CSV as it was meant, or refused with every fault; nothing in between."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import profile

from mastery import RosterError
from mastery.access import Class, Enrolment, Person, Role, Roster, read_roster

TODAY = date(2026, 3, 16)
WORDS = {Role.LEARNER: "student", Role.TEACHER: "teacher", Role.COACH: "aide", Role.REVIEWER: "ext:reviewer"}
NAMES = st.text("abcxyz ,;\"'=+-@é\u05d0\u202e\n", min_size=1, max_size=6).map(lambda s: f"n{s}n")


def table(header: str, rows: list[tuple[str, ...]], separator: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(header.split())
    writer.writerows(rows)
    return text.getvalue()


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Draw a roster that such files can tell: every person with an account, roles that no class gives."""
    names = draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    kinds = draw(st.lists(st.sampled_from(["student", "teacher", "office", "guardian"]), min_size=8, max_size=8))
    roles = {"student": {Role.LEARNER}, "office": {Role.ADMINISTRATOR}}
    people = [
        Person(f"id-{n}", name, f"account-{n}", roles.get(kind, set()))
        for n, (name, kind) in enumerate(zip(names, kinds, strict=False))
    ]
    groups = draw(st.lists(NAMES, max_size=3, unique=True))
    days = st.none() | st.integers(0, 400).map(lambda n: TODAY + timedelta(days=n - 200))
    enrolments = draw(
        st.lists(
            st.builds(
                Enrolment,
                st.sampled_from(groups or ["none"]),
                st.sampled_from([one.identifier for one in people]),
                st.sampled_from(list(WORDS)),
                days,
                days,
            ),
            max_size=6,
        )
    )
    students = [p.identifier for p, kind in zip(people, kinds, strict=False) if kind == "student"]
    adults = [p.identifier for p, kind in zip(people, kinds, strict=False) if kind == "guardian"]
    pairs = [(adult, child) for adult in adults for child in students]
    families = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return Roster.of(people, [Class(one, one) for one in groups], enrolments if groups else [], families)


def written(roster: Roster, families: dict[str, str], *, newer: bool, separator: str) -> dict[str, str]:
    """Write a roster as files of version 1.1 (roles among the users) or 1.2 (roles in their own file)."""
    said = {
        one.identifier: "student" if Role.LEARNER in one.roles else "administrator" if one.roles
        else "guardian" if any(one.identifier == adult for adult, _ in roster.families) else "teacher"
        for one in roster.people.values()
    }  # fmt: skip
    users = [
        (f"s-{one.identifier}", "", "true", one.account, one.identifier, one.name, "",
         families.get(one.identifier, ""), "" if newer else said[one.identifier])
        for one in roster.people.values()
    ]  # fmt: skip
    files = {
        "users.csv": table(
            "sourcedId status enabledUser username identifier givenName familyName agentSourcedIds role",
            users, separator,
        ),
        "classes.csv": table("title sourcedId", [(c.title, c.identifier) for c in roster.classes.values()], separator),
        "enrollments.csv": table(
            "classSourcedId userSourcedId role beginDate endDate",
            [
                (e.group, f"s-{e.person}", WORDS[e.role], str(e.begins or ""), str(e.ends or ""))
                for e in roster.enrolments
            ],
            separator,
        ),
    }  # fmt: skip
    if newer:
        files["roles.csv"] = table("userSourcedId role", [(f"s-{one}", role) for one, role in said.items()], separator)
    return files


@given(rosters(), st.booleans(), st.sampled_from(",;\t"), st.booleans())
@profile(300)
def test_what_was_written_is_read(roster: Roster, newer: bool, separator: str, by_child: bool) -> None:
    """A roster comes back as it was, from either version, with any separator, whoever of a family names the other."""
    families: dict[str, str] = {}
    for adult, child in sorted(roster.families):
        key, other = (child, adult) if by_child else (adult, child)
        families[key] = ",".join(filter(None, (families.get(key, ""), f"s-{other}")))
    found = read_roster(written(roster, families, newer=newer, separator=separator), TODAY, learner_is="identifier")
    assert found.roster.families == roster.families
    assert found.roster.people == roster.people
    assert found.roster.classes == roster.classes
    assert sorted(map(str, found.roster.enrolments)) == sorted(map(str, roster.enrolments))
    assert found.notes == ()


USERS = "sourcedId,username,role,enabledUser,status\ns1,ash,student,true,\nt1,kim,teacher,,\ng1,gil,guardian,,\n"
GOOD = {
    "users.csv": USERS,
    "classes.csv": "sourcedId,title\nc1,Class 7a\n",
    "enrollments.csv": "classSourcedId,userSourcedId,role,beginDate,endDate\nc1,s1,student,,\nc1,t1,teacher,,\n",
}


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("users.csv", None, "users.csv: the file was wanted"),
        ("users.csv", "sourcedid\n", "users.csv: there is no column username; it has: sourcedid"),
        ("users.csv", USERS + "s2,,student,,\n", "users.csv, line 5: a username was wanted"),
        ("users.csv", USERS + ",elm,student,,\n", "users.csv, line 5: a sourcedId was wanted"),
        ("users.csv", USERS + "s2,ash,student,,\n", "users.csv, line 5: 'ash' is there already, on line 2"),
        ("users.csv", USERS + "s1,elm,student,,\n", "users.csv, line 5: 's1' is there already"),
        ("users.csv", 'sourcedId,username\n"s1,ash\n', "users.csv: "),
        ("classes.csv", "sourcedId,title\nc1,A\nc1,B\n", "classes.csv, line 3: 'c1' is there already"),
        ("classes.csv", "sourcedId,title\n,A\n", "classes.csv, line 2: a sourcedId was wanted"),
        ("classes.csv", "sourcedId,tittle\nc1,A\n", "did you mean tittle"),
        (
            "enrollments.csv",
            GOOD["enrollments.csv"] + "c2,s1,student,,\nc1,s9,student,,\nc1,s1,student,2026-02-30,\n",
            "line 4: there is no class 'c2'",
        ),
        ("enrollments.csv", GOOD["enrollments.csv"] + "c1,s1,student,soon,\n", "column beginDate: a date such as"),
        ("enrollments.csv", "classSourcedId,userSourcedId,role\nc1,s1,student,x,y\n", "3 cells were wanted, got 5"),
    ],
)
def test_every_fault_is_told_with_its_place(file: str, text: str | None, said: str) -> None:
    """What cannot be read is refused, with the file, the line and what was wanted."""
    files = {name: content for name, content in {**GOOD, file: text}.items() if content is not None}
    with pytest.raises(RosterError) as caught:
        read_roster(files, TODAY, learner_is="username")
    assert said in str(caught.value)


def test_all_faults_are_told_at_once_and_no_more_than_fifty() -> None:
    """Faults of several rows come together; of very many the first, and how many more."""
    rows = "".join(f"c9,s{n},student,,\n" for n in range(70))
    with pytest.raises(RosterError) as caught:
        read_roster({**GOOD, "enrollments.csv": GOOD["enrollments.csv"] + rows}, TODAY)
    assert len(caught.value.faults) == 51
    assert caught.value.faults[-1] == "and 20 more"


def test_what_is_left_out_is_said() -> None:
    """Inactive users, deleted rows and roles that nobody has in a class are left out, each with a sentence."""
    files = {
        "users.csv": USERS + "s2,elm,student,false,\ns3,oak,student,true,tobedeleted\n",
        "classes.csv": "sourcedId,title,status\nc1,Class 7a,\nc2,Class 7b,tobedeleted\n",
        "enrollments.csv": GOOD["enrollments.csv"] + "c1,s2,student,,\nc2,s1,student,,\nc1,t1,administrator,,\n",
    }
    found = read_roster(files, TODAY, learner_is="username")
    assert set(found.roster.people) == {"ash", "kim", "gil"}
    assert found.roster.learners_of("c1", TODAY) == ["ash"]
    assert found.notes == (
        "Left out, enrolments as administrator, which is no role in a class here: 1.",
        "Left out, enrolments marked as deleted or of who is left out: 2.",
        "Left out, inactive classes: 1.",
        "Left out, inactive users: 2.",
    )


def test_a_role_that_has_ended_gives_nothing() -> None:
    """An administrator of last year is none today, and one whose term has begun is."""
    roles = (
        "userSourcedId,role,beginDate,endDate\n"
        "t1,principal,2024-08-01,2025-07-31\ng1,siteAdministrator,2026-01-01,\ns1,student,,\n"
    )
    users = "sourcedId,username\ns1,ash\nt1,kim\ng1,gil\n"
    found = read_roster({**GOOD, "users.csv": users, "roles.csv": roles}, TODAY).roster
    assert {one: sorted(p.roles) for one, p in found.people.items()} == {
        "s1": ["learner"],
        "t1": [],
        "g1": ["administrator"],
    }


def test_demographics_are_never_read() -> None:
    """A file of demographics beside the others changes nothing, whatever is in it."""
    files = {**GOOD, "demographics.csv": "sourcedId,birthDate,sex\ns1,not a date,\n"}
    assert read_roster(files, TODAY) == read_roster(GOOD, TODAY)


def test_a_spreadsheet_leaves_nothing_behind() -> None:
    """A byte order mark, guards against formulas and spaces around cells are not part of a name."""
    users = "\ufeffsourcedId;username;role\r\n s1 ;'=ash;student\r\n\r\nt1;kim;teacher\r\n"
    found = read_roster({**GOOD, "users.csv": users}, TODAY, learner_is="username").roster
    assert set(found.people) == {"=ash", "kim"}


def test_a_large_roster_is_read() -> None:
    """A district of 20,000 learners in 800 classes is read whole."""
    rng = random.Random(5)
    users = "sourcedId,username,role\n" + "".join(f"s{n},u{n},student\n" for n in range(20_000))
    classes = "sourcedId,title\n" + "".join(f"c{n},Class {n}\n" for n in range(800))
    rows = "".join(f"c{rng.randrange(800)},s{n},student\n" for n in range(20_000))
    files = {
        "users.csv": users,
        "classes.csv": classes,
        "enrollments.csv": f"classSourcedId,userSourcedId,role\n{rows}",
    }
    found = read_roster(files, TODAY).roster
    assert sum(len(found.learners_of(one, TODAY)) for one in found.classes) == 20_000
