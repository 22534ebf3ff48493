"""A roster is read from OneRoster-shaped CSV as it was meant, or refused with every fault; nothing in between."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from real import wanted
from worlds import Tally, profile

from competencies.cells import guard, plain
from mastery import RosterError
from mastery.access import FILES, Class, Enrolment, Person, Role, Roster, read_roster
from mastery.adapters.cli.rosters import texts_in

pytestmark = pytest.mark.usefixtures("same_examples")

TODAY = date(2026, 3, 16)
WORDS = {
    Role.LEARNER: ("student", "Student"),
    Role.TEACHER: ("teacher",),
    Role.COACH: ("aide", "proctor", "counselor", "ext:coach"),
    Role.REVIEWER: ("ext:reviewer",),
}
OFFICE = ("administrator", "principal", "siteAdministrator", "districtAdministrator", "systemAdministrator")
FAMILY = ("guardian", "parent", "relative")
HEADERS = {
    "users.csv": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,"
    "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
    "classes.csv": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "enrollments.csv": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate",
    "roles.csv": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId",
}
OLDER = {
    **HEADERS,
    "users.csv": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
}
NAMES = st.text("abcxyz ,;\"'=+-@\u00e9\u05d0\u202e\n", max_size=6).map(lambda text: plain(f"{text}.").strip())
Files = dict[str, str]


# What was written is read.


def table(header: str, rows: list[dict[str, str]], how: Callable[[str], str], separator: str, end: str) -> str:
    text = io.StringIO()
    columns = header.split(",")
    writer = csv.writer(text, delimiter=separator, lineterminator=end)
    writer.writerow([how(column) for column in columns])
    writer.writerows([[guard(row.get(column, "")) for column in columns] for row in rows])
    return text.getvalue()


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Roster, dict[str, str]]:
    """Draw a roster that such files can tell, and the word for each person in it."""
    names = draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    words = ("student", "Student", "teacher", *FAMILY, *OFFICE, "aide", "")
    said = {name: draw(st.sampled_from(words)) for name in names}
    people = [
        Person(
            name,
            draw(NAMES),
            f"account {n}",
            {Role.LEARNER} if said[name].lower() == "student" else {Role.ADMINISTRATOR} if said[name] in OFFICE else (),
        )
        for n, name in enumerate(names)
    ]
    groups = draw(st.lists(NAMES, max_size=3, unique=True))
    begins = st.none() | st.integers(-200, 200).map(lambda n: TODAY + timedelta(days=n))
    enrolments = []
    for _ in range(draw(st.integers(0, 6)) if groups else 0):
        first, length = draw(begins), draw(st.none() | st.integers(0, 300))
        last = None if length is None else (first or TODAY) + timedelta(days=length)
        who, what = draw(st.sampled_from(names)), draw(st.sampled_from(list(WORDS)))
        enrolments.append(Enrolment(draw(st.sampled_from(groups)), who, what, first, last))
    adults = [name for name in names if said[name] in FAMILY]
    children = [name for name in names if said[name].lower() == "student"]
    pairs = [(adult, child) for adult in adults for child in children]
    families = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    classes = [Class(group, draw(NAMES)) for group in groups]
    return Roster.of(people, classes, dict.fromkeys(enrolments), families), said


@st.composite
def written(draw: st.DrawFn, roster: Roster, said: Mapping[str, str], column: str, *, newer: bool) -> Files:
    """Write a roster as files of version 1.2 (roles in their own file) or 1.1 (among the users)."""
    headers = HEADERS if newer else OLDER
    ids = {name: f"u{n}" for n, name in enumerate(roster.people)} if column != "sourcedId" else {n: n for n in said}
    agents: dict[str, list[str]] = {}
    for adult, child in sorted(roster.families):
        for one, two in draw(st.sampled_from([[(adult, child)], [(child, adult)], [(adult, child), (child, adult)]])):
            agents.setdefault(one, []).append(ids[two])
    users = [
        {
            "sourcedId": ids[one.identifier], "enabledUser": draw(st.sampled_from(["true", "TRUE", "1", ""])),
            "username": one.account, "familyName": one.name, "role": said[one.identifier],
            "agentSourcedIds": ",".join(agents.get(one.identifier, [])), column: one.identifier,
        }
        for one in roster.people.values()
    ]  # fmt: skip
    rows = {
        "users.csv": users,
        "classes.csv": [{"sourcedId": one.identifier, "title": one.title} for one in roster.classes.values()],
        "enrollments.csv": [
            {
                "classSourcedId": e.group, "userSourcedId": ids[e.person], "role": draw(st.sampled_from(WORDS[e.role])),
                "beginDate": str(e.begins or ""), "endDate": str(e.ends + timedelta(days=1)) if e.ends else "",
            }
            for e in roster.enrolments
        ],
        "roles.csv": [{"userSourcedId": ids[one], "role": role} for one, role in said.items() if role],
    }  # fmt: skip
    how = draw(st.sampled_from([str, str.lower, str.upper, lambda text: f" {text} "]))
    separator, end, mark = draw(st.sampled_from(",;\t")), draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans())
    return {
        file: "\ufeff" * mark + table(_shuffled(draw, header), rows[file], how, separator, end)
        for file, header in headers.items()
        if newer or file != "roles.csv"
    }


def _shuffled(draw: st.DrawFn, header: str) -> str:
    columns = header.split(",")
    random.Random(draw(st.integers(0, 9))).shuffle(columns)
    return ",".join(columns)


def test_what_was_written_is_read() -> None:
    """A roster comes back as it was, from either version, in any layout, whoever of a family names whom."""
    tally = Tally()

    @given(rosters(), st.sampled_from(["sourcedId", "identifier", "username"]), st.booleans(), st.data())
    @profile(300)
    def law(drawn: tuple[Roster, dict[str, str]], column: str, newer: bool, data: st.DataObject) -> None:
        roster, said = drawn
        if column == "username":
            people = [evolve(one, account=one.identifier) for one in roster.people.values()]
            roster = Roster.of(people, roster.classes.values(), roster.enrolments, roster.families)
        if column == "sourcedId" and any("," in name or name != name.strip() for name in said):
            column = "identifier"  # a list of names with commas cannot be told apart
        files = data.draw(written(roster, said, column, newer=newer))
        found = read_roster(files, TODAY, learner_is=column)  # type: ignore[arg-type]
        assert found.roster == roster
        assert found.notes == ()
        tally.case("read", families=roster.families, enrolments=roster.enrolments, ended=_ended(roster))

    law()
    tally.demand("read", families=0.05, enrolments=0.3, ended=0.05)


def _ended(roster: Roster) -> bool:
    return any(one.ends is not None and one.ends < TODAY for one in roster.enrolments)


# What makes no difference, and what takes away.


def split(text: str) -> list[str]:
    return text.splitlines(keepends=True)


USERS = "sourcedId,username,role,enabledUser,status,agentSourcedIds\n" + "".join(
    f"{name},{name},{role},,,{agents}\n"
    for name, role, agents in (
        ("s1", "student", "g1"), ("s2", "student", ""), ("s3", "student", ""), ("t1", "teacher", ""),
        ("t2", "teacher", ""), ("g1", "guardian", ""), ("g2", "parent", '"s2,s3"'), ("o1", "administrator", ""),
    )
)  # fmt: skip
CLASSES = "sourcedId,title,status\nc1,Class 7a,\nc2,Class 7b,\n"
ENROLMENTS = "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate,status\n" + "".join(
    f"e,{row},\n"
    for row in (
        "c1,s1,student,,", "c1,s2,student,2025-08-25,2026-07-01", "c2,s3,student,2025-08-25,2026-03-16",
        "c1,t1,teacher,,", "c2,t1,aide,,", "c2,t2,teacher,2026-03-17,", "c2,s1,student,,2026-03-17",
    )
)  # fmt: skip
GOOD: Files = {"users.csv": USERS, "classes.csv": CLASSES, "enrollments.csv": ENROLMENTS}


@given(st.sampled_from(sorted(GOOD)), st.randoms(use_true_random=False))
@profile(60)
def test_the_order_of_rows_makes_no_difference(file: str, rng: random.Random) -> None:
    """Rows in another order are the same roster, but for the order of the enrolments."""
    header, *rows = split(GOOD[file])
    rng.shuffle(rows)
    found, usual = (read_roster(files, TODAY).roster for files in ({**GOOD, file: "".join([header, *rows])}, GOOD))
    assert (found.people, found.classes, found.families) == (usual.people, usual.classes, usual.families)
    assert set(found.enrolments) == set(usual.enrolments)


@given(st.sampled_from(["classes.csv", "enrollments.csv"]), st.data())
@profile(60)
def test_a_row_marked_as_deleted_is_a_row_that_is_not_there(file: str, data: st.DataObject) -> None:
    """Marking a class or an enrolment as deleted is taking it and what names it away, and never a fault."""
    header, *rows = split(GOOD[file])
    n = data.draw(st.integers(0, len(rows) - 1))
    word = data.draw(st.sampled_from(["tobedeleted", "ToBeDeleted", "inactive"]))
    marked = [f"{row.removesuffix(chr(10))}{word}\n" if k == n else row for k, row in enumerate(rows)]
    gone = {**GOOD, file: "".join([header, *(row for k, row in enumerate(rows) if k != n)])}
    if file == "classes.csv":
        name = rows[n].partition(",")[0]
        head, *enrolled = split(GOOD["enrollments.csv"])
        gone["enrollments.csv"] = "".join([head, *(row for row in enrolled if f",{name}," not in row)])
    assert read_roster({**GOOD, file: "".join([header, *marked])}, TODAY).roster == read_roster(gone, TODAY).roster


@pytest.mark.parametrize("word", ["false,", "FALSE,", "0,", ",tobedeleted", ",inactive", "true,tobedeleted"])
@pytest.mark.parametrize("name", ["s1", "s2", "t1", "g1", "g2", "o1"])
def test_a_user_who_is_not_active_is_nobody(name: str, word: str) -> None:
    """Who is not enabled or marked as deleted is in no class, of no family, of no role, and cannot sign in."""
    users = USERS.replace(f"{name},{name},", f"{name},{name},", 1)
    users = "".join(
        row if not row.startswith(f"{name},") else ",".join([*row.split(",")[:3], word, *row.split(",", 5)[5:]])
        for row in split(users)
    )
    found, whole = read_roster({**GOOD, "users.csv": users}, TODAY).roster, read_roster(GOOD, TODAY).roster
    assert set(found.people) == set(whole.people) - {name}
    assert found.enrolments == tuple(one for one in whole.enrolments if one.person != name)
    assert found.families == {pair for pair in whole.families if name not in pair}
    assert name not in found.by_account


def test_what_is_not_read_makes_no_difference() -> None:
    """Other files, demographics among them, and other columns, twice or nameless, change nothing."""
    more = {
        "demographics.csv": "sourcedId,birthDate,sex\ns1,not a date,\n",
        "orgs.csv": '"',
        "manifest.csv": "",
        "users.csv": "".join(
            f"{'x,y,x' if n else 'metadata.x,,metadata.x'},{row}" for n, row in enumerate(split(USERS))
        ),
    }
    assert read_roster({**GOOD, **more}, TODAY) == read_roster(GOOD, TODAY)


# Terms.


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [
        ("", "", True),
        ("2026-03-16", "", True),
        ("2026-03-17", "", False),
        ("", "2026-03-16", False),
        ("", "2026-03-17", True),
        ("2026-03-16", "2026-03-17", True),
    ],
)
def test_the_first_day_counts_and_the_day_of_the_end_does_not(begins: str, ends: str, holds: bool) -> None:
    """As in the standard, of enrolments and of roles: from its begin on, up to the day before its end."""
    rows = f"classSourcedId,userSourcedId,role,beginDate,endDate\nc1,t2,teacher,{begins},{ends}\n"
    roles = f"userSourcedId,role,beginDate,endDate\nt2,principal,{begins},{ends}\n"
    found = read_roster({**GOOD, "enrollments.csv": rows, "roles.csv": roles}, TODAY).roster
    assert found.classes_of("t2", Role.TEACHER, TODAY) == (["c1"] if holds else [])
    assert found.roles_of("t2", TODAY) == ({Role.TEACHER, Role.ADMINISTRATOR} if holds else set())


@pytest.mark.parametrize(
    ("begins", "ends"), [("2026-03-16", "2026-03-16"), ("2026-03-17", "2026-03-16"), ("", "0001-01-01")]
)
def test_what_is_over_before_a_first_day_is_left_out(begins: str, ends: str) -> None:
    """Who leaves before they come was never there, which is said."""
    rows = f"classSourcedId,userSourcedId,role,beginDate,endDate\nc1,t2,teacher,{begins},{ends}\n"
    found = read_roster({**GOOD, "enrollments.csv": rows}, TODAY)
    assert found.roster.enrolments == ()
    assert found.notes == ("1 enrolment was left out: over before a first day.",)


def test_a_role_of_another_time_gives_nothing() -> None:
    """An administrator of last year or next is none today, and one whose term ends is told of, for it goes on here."""
    roles = (
        "userSourcedId,role,beginDate,endDate,status\n"
        "t1,principal,2024-08-01,2025-07-31,\ng1,siteAdministrator,2026-01-01,2026-07-01,\n"
        "t2,systemAdministrator,2026-03-17,,\ns1,student,,,\ns2,student,,,tobedeleted\ng2,principal,,,tobedeleted\n"
    )
    found = read_roster({**GOOD, "roles.csv": roles}, TODAY)
    given_ = {name: set(one.roles) for name, one in found.roster.people.items() if one.roles}
    assert given_ == {"g1": {Role.ADMINISTRATOR}, "s1": {Role.LEARNER}}
    assert found.notes[:2] == (
        "2 roles were left out: marked as deleted, or of a user who was left out.",
        "2 roles were left out: not begun yet, or ended.",
    )
    assert (
        "A role as administrator ends with 2026-06-30, and here only when a roster is read after that day."
        in found.notes
    )


def test_a_file_of_roles_alone_says_roles() -> None:
    """Where there is a roles.csv a column of roles among the users gives nothing, an administrator least of all."""
    found = read_roster({**GOOD, "roles.csv": "userSourcedId,role\ns1,student\n"}, TODAY).roster
    assert {name for name, one in found.people.items() if one.roles} == {"s1"}
    assert found.families == frozenset()


# Who is who.


def test_roles_give_what_they_say_and_no_more() -> None:
    """Only students and who runs the place have a role that no class gives: a teacher teaches by enrolment."""
    words = ("student", "teacher", *FAMILY, *OFFICE, "aide", "proctor", "counselor", "nurse", "ext:reviewer")
    users = "sourcedId,username,role\n" + "".join(f"{word},{word},{word}\n" for word in words)
    nobody = {"classes.csv": "sourcedId,title\n", "enrollments.csv": "classSourcedId,userSourcedId,role\n"}
    found = read_roster({"users.csv": users, **nobody}, TODAY)
    assert {name: set(one.roles) for name, one in found.roster.people.items() if one.roles} == {
        "student": {Role.LEARNER},
        **{word: {Role.ADMINISTRATOR} for word in OFFICE},
    }
    assert found.notes == ("1 role was left out, that nobody has here: nurse (1).",)


def test_family_is_a_guardian_and_a_student_and_nobody_else() -> None:
    """Whom a student or a guardian names is family only where the one is a student and the other a guardian."""
    users = "sourcedId,username,role,agentSourcedIds\n" + "".join(
        f"{row}\n"
        for row in (
            's1,s1,student,"g1, t1 ,s2,nobody,s1"', "s2,s2,student,", "t1,t1,teacher,s2", "g1,g1,guardian,s1",
            'g2,g2,relative,"s2,g1"', "o1,o1,administrator,s1",
        )
    )  # fmt: skip
    found = read_roster({**GOOD, "users.csv": users, "enrollments.csv": split(ENROLMENTS)[0]}, TODAY)
    assert found.roster.families == {("g1", "s1"), ("g2", "s2")}
    assert found.notes == (
        "7 entries of agentSourcedIds were left out: no tie of a guardian, parent or relative to a student.",
    )


def test_adults_without_what_learners_are_known_by_go_by_their_sourced_id() -> None:
    """Where learners are known by a number that only they have, everybody else keeps their place, and that is said."""
    users = "sourcedId,username,identifier,role\ns1,ash,0017,student\nt1,kim,,teacher\ng1,gil,,guardian\n"
    rows = "classSourcedId,userSourcedId,role\nc1,s1,student\nc1,t1,teacher\n"
    files = {**GOOD, "users.csv": users, "enrollments.csv": rows}
    found = read_roster(files, TODAY, learner_is="identifier")
    assert {name: one.account for name, one in found.roster.people.items()} == {"0017": "ash", "t1": "kim", "g1": "gil"}
    assert found.roster.classes_of("t1", Role.TEACHER, TODAY) == ["c1"]
    assert found.notes == (
        "Known by their sourcedId: 2 people are without what learners are known by, and no learner.",
    )


def test_a_spreadsheet_leaves_nothing_behind() -> None:
    """A byte order mark, guards against formulas, spaces and empty lines are not part of a name."""
    users = "\ufeffsourcedId;username;role\r\n s1 ;'=ash;student\r\n\r\n;;\r\nt1;kim;teacher\r\n"
    rows = "classSourcedId,userSourcedId,role\nc1,s1,student\n"
    found = read_roster({**GOOD, "users.csv": users, "enrollments.csv": rows}, TODAY, learner_is="username").roster
    assert set(found.people) == {"=ash", "kim"}


# Faults.


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("users.csv", None, "users.csv: the file was wanted, and is not there"),
        ("users.csv", "sourcedid,role\n", "users.csv, line 1: there is no column username; it has: sourcedid, role"),
        ("users.csv", "", "users.csv, line 1: there is no column sourcedId; it has: nothing"),
        ("users.csv", "sourcedId,userName,username,role\n", "column username: this column is there more than once"),
        ("users.csv", "sourcedId,username\n", "users.csv, column role: this column was wanted, or a file roles.csv"),
        ("users.csv", USERS + "s9,,student,,,\n", "line 10, column username: a text was wanted, which is the learner"),
        ("users.csv", USERS + ",elm,student,,,\n", "line 10, column sourcedId: a text was wanted, got an empty cell"),
        ("users.csv", USERS + "s9,s1,student,,,\n", "line 10, column username: 's1' is the username on line 2 already"),
        ("users.csv", USERS + "s1,elm,student,,,\n", "line 10, column sourcedId: 's1' is on line 2 already"),
        ("users.csv", USERS + "t9,,teacher,,,\ns9,t9,student,,,\n", "'t9' is the sourcedId on line 10 already"),
        ("users.csv", USERS + "s9,elm,student,no,,\n", "column enabledUser: one of true, 1, false, 0 was wanted, or"),
        ("users.csv", USERS + "s9,elm,student,,gone,\n", "column status: one of active, tobedeleted, inactive was"),
        ("users.csv", USERS + '"s9,elm\n', "users.csv: line 10: a cell that begins with a double quote here"),
        ("users.csv", USERS + "s9,elm,student,,,,,9\n", "users.csv, line 10: 6 cells were wanted, got 8"),
        ("classes.csv", CLASSES + "c1,B,\n", "classes.csv, line 4, column sourcedId: 'c1' is on line 2 already"),
        ("classes.csv", CLASSES + ",A,\n", "classes.csv, line 4, column sourcedId: a text was wanted"),
        ("classes.csv", "sourcedId,tittle\nc1,A\n", "there is no column title; did you mean tittle?"),
        ("classes.csv", ",".join(f"x{n}" for n in range(20)), "it has: x0, x1, x2, x3, x4, x5, x6, x7 and 12 more"),
        ("classes.csv", CLASSES + "c3,A,deleted\n", "line 4, column status: one of active, tobedeleted, inactive"),
        ("enrollments.csv", ENROLMENTS + "e,c9,s1,student,,,\n", "column classSourcedId: there is no class 'c9'"),
        ("enrollments.csv", ENROLMENTS + "e,c1,,student,,,\n", "line 9, column userSourcedId: there is no user ''"),
        ("enrollments.csv", ENROLMENTS + "e,c1,s1,student,soon,,\n", "line 9, column beginDate: a day such as"),
        ("enrollments.csv", ENROLMENTS + "e,c1,s1,student,,20260316,\n", "line 9, column endDate: a day such as"),
        ("enrollments.csv", ENROLMENTS + "e,c1,s1,student,,2026-02-30,\n", "got '2026-02-30'"),
        ("enrollments.csv", ENROLMENTS.replace("endDate", "beginDate"), "this column is there more than once"),
        ("roles.csv", "userSourcedId,role\ns99,student\n", "roles.csv, line 2, column userSourcedId: there is no user"),
        ("roles.csv", "userSourcedId,role,endDate\ns1,student,x\n", "roles.csv, line 2, column endDate: a day such as"),
        ("roles.csv", "user,role\n", "roles.csv, line 1: there is no column userSourcedId; it has: user, role"),
    ],
)
def test_every_fault_is_told_with_its_place(file: str, text: str | None, said: str) -> None:
    """What cannot be read is refused, with the file, the line, the column and what was wanted."""
    files = {name: content for name, content in {**GOOD, file: text}.items() if content is not None}
    with pytest.raises(RosterError) as caught:
        read_roster(files, TODAY, learner_is="username")
    first, *more = caught.value.faults
    assert said in first
    assert all(fault.startswith(file) for fault in [first, *more])


def test_near_misses_are_offered() -> None:
    """A user, a class or a file that is nearly called so is offered."""
    rows = ENROLMENTS + "e,class-7a,s1,student,,,\ne,c1,teacher-7b,teacher,,,\n"
    users = USERS + "teacher-7a,t3,teacher,,,\n"
    with pytest.raises(RosterError) as caught:
        read_roster(
            {**GOOD, "users.csv": users, "classes.csv": CLASSES + "class-7b,,\n", "enrollments.csv": rows}, TODAY
        )
    assert [fault.partition("; ")[2] for fault in caught.value.faults] == [
        "did you mean class-7b?",
        "did you mean teacher-7a?",
    ]
    with pytest.raises(RosterError, match=r"users\.csv: the file was wanted.*did you mean user\.csv\?"):
        read_roster({"user.csv": "", "classes.csv": CLASSES, "enrollments.csv": rows}, TODAY)


def test_all_faults_are_told_at_once_and_no_more_than_fifty() -> None:
    """Faults of all files come together; of very many the first, and how many more, however many names there are."""
    with pytest.raises(RosterError) as caught:
        read_roster(
            {
                "users.csv": USERS + "s1,x,student,maybe,,\n,y,student,,,\n",
                "classes.csv": CLASSES + "c2,,\n",
                "enrollments.csv": ENROLMENTS + "e,c1,s9,student,x,,\n",
            },
            TODAY,
        )
    assert [fault.partition(",")[0] for fault in caught.value.faults] == [
        "users.csv", "users.csv", "classes.csv", "enrollments.csv",
    ]  # fmt: skip
    assert "4 faults" in str(caught.value)
    rows = "".join(f"e,c9,s{n},student,,,\n" for n in range(50_000, 100_000))
    users = "sourcedId,role\n" + "".join(f"s{n},student\n" for n in range(10_000))
    with pytest.raises(RosterError) as caught:
        read_roster({"users.csv": users, "classes.csv": CLASSES, "enrollments.csv": split(ENROLMENTS)[0] + rows}, TODAY)
    assert len(caught.value.faults) == 51
    assert caught.value.faults[-1] == "and 99950 more"


def test_a_file_that_is_torn_makes_nobody_a_stranger() -> None:
    """Where a file of users or classes is cut off, what stands behind the tear is not told of as missing elsewhere."""
    for file in ("users.csv", "classes.csv"):
        with pytest.raises(RosterError) as caught:
            read_roster({**GOOD, file: GOOD[file][:60].rpartition("\n")[0] + '\n"s'}, TODAY)
        assert len(caught.value.faults) == 1


def test_a_file_that_is_too_large_is_refused() -> None:
    """Beyond 64 million characters nothing is read."""
    with pytest.raises(RosterError, match=r"users\.csv: this is too large for a table"):
        read_roster({**GOOD, "users.csv": USERS + " " * 64_000_000}, TODAY)


def test_what_is_left_out_is_said() -> None:
    """Inactive users, deleted rows and roles that nobody has in a class are left out, each with a sentence."""
    strange = "".join(f"e,c1,t1,{role},,,\n" for role in ("administrator", "ext:a", "ext:b", "ext:c", "ext:d", "ext:a"))
    files = {
        "users.csv": USERS + "s8,elm,student,false,,\ns9,oak,student,true,tobedeleted,\n",
        "classes.csv": CLASSES + "c3,Class 7c,tobedeleted\n",
        "enrollments.csv": f"{ENROLMENTS}e,c1,s8,student,,,\ne,c3,s1,student,,,\n{strange}e,c1,t2,,,,\ne,c1,t2,x,,,\n",
    }
    found = read_roster(files, TODAY)
    assert found.roster == read_roster(GOOD, TODAY).roster
    assert found.notes == (
        "2 users were left out: not enabled, or marked as deleted or inactive.",
        "1 class was left out: marked as deleted or inactive.",
        "2 enrolments were left out: marked as deleted, or of a user or class that was left out.",
        "8 enrolments were left out, as what nobody is in a class here: "
        "ext:a (2), administrator (1), ext:b (1), ext:c (1), ext:d (1) and 2 more.",
        "Rows have a status, as in files of changes: who is not in these files is not in the roster now.",
    )


def test_the_packages_of_a_validator_are_taken_or_refused_like_there() -> None:
    """Whole packages that others hold for valid are read; broken ones are refused, or broken where nothing is read."""
    folder = wanted("evidence/oneroster")
    outcomes = {}
    for one in json.loads((folder / "index.json").read_text("utf-8")):
        try:
            read_roster(texts_in(folder / one["file"]), TODAY)
            outcomes[one["name"]] = True
        except RosterError:
            outcomes[one["name"]] = False
        if one["valid"] and "users.csv" in one["suppliedFiles"]:
            assert outcomes[one["name"]], one["name"]
    read_roster({file: (folder / "full" / file).read_text("utf-8-sig") for file in FILES}, TODAY)
    assert sum(outcomes.values()) < len(outcomes)


# Whatever is in the files.

CELLS = st.sampled_from(
    ["", "s1", "c1", "t1", "student", "guardian", "true", "false", "tobedeleted", "2026-03-16", "2026-03-17", '"', "'",
     "=1", "'=s1", ",", ";", "\t", "\n", "\r", "\0", "\ufeff", "\u2028", "s1,s2", "sep=;", "x" * 200]
)  # fmt: skip
LEAST = {
    "users.csv": ("sourcedId", "role"),
    "classes.csv": ("sourcedId", "title"),
    "enrollments.csv": ("classSourcedId", "userSourcedId", "role"),
    "roles.csv": ("userSourcedId", "role"),
}
COLUMNS = sorted({name for header in (*HEADERS.values(), *OLDER.values()) for name in header.split(",")})


TABLES = st.dictionaries(
    st.sampled_from(FILES),
    st.tuples(st.lists(st.sampled_from(COLUMNS), max_size=6), st.lists(st.lists(CELLS, max_size=6), max_size=5)),
    max_size=2,
)


def test_whatever_is_in_the_files_there_is_a_roster_or_one_refusal() -> None:
    """Any cells under any columns are a roster that names whom it has, or a refusal whose faults each name a file."""
    tally = Tally()

    @given(TABLES, st.sampled_from(["sourcedId", "identifier", "username"]))
    @profile(600)
    def law(files: dict[str, tuple[list[str], list[list[str]]]], column: str) -> None:
        texts = {
            name: "\n".join(map(",".join, [list(dict.fromkeys([*header, *LEAST[name]])), *rows]))
            for name, (header, rows) in files.items()
        }
        try:
            found = read_roster({**GOOD, **texts}, TODAY, learner_is=column).roster  # type: ignore[arg-type]
        except RosterError as fault:
            told = [one for one in fault.faults if not one.startswith((*FILES, "and "))]
            tally.case("any", read=False, refused=True)
            assert told == []
        else:
            tally.case("any", read=bool(files), refused=False)
            assert {one.person for one in found.enrolments} <= set(found.people)
            assert {one.group for one in found.enrolments} <= set(found.classes)
            assert {name for pair in found.families for name in pair} <= set(found.people)

    law()
    tally.demand("any", read=0.02, refused=0.2)


def test_a_long_cell_is_told_by_its_beginning() -> None:
    """Of a cell with very many characters a fault has the first, and nothing is compared with it."""
    long = "x" * 100_000
    rows = f"{ENROLMENTS}e,{long},s1,student,{long},,{long}\ne,c1,{long},student,,,\n"
    users = f"{USERS}{long},{long},student,,,\n{long},y,student,,,\ns9,{long},student,{long},,\n"
    with pytest.raises(RosterError) as caught:
        read_roster({**GOOD, "users.csv": users, "classes.csv": long, "enrollments.csv": rows}, TODAY)
    assert len(str(caught.value)) < 1_000
    with pytest.raises(RosterError) as caught:
        read_roster({**GOOD, "users.csv": users, "enrollments.csv": rows}, TODAY)
    assert len(caught.value.faults) == 3
    assert all(len(fault) < 250 for fault in caught.value.faults)


def test_a_large_roster_is_read() -> None:
    """A district of 100,000 learners in 4,000 classes, with 20,000 guardians, is read whole."""
    users = "sourcedId,username,role,agentSourcedIds\n" + "".join(
        [
            *(f"s{n},u{n},student,g{n % 20_000}\n" for n in range(100_000)),
            *(f"g{n},v{n},guardian,\n" for n in range(20_000)),
        ]
    )
    classes = "sourcedId,title\n" + "".join(f"c{n},Class {n}\n" for n in range(4_000))
    rows = "".join(f"c{n % 4_000},s{n},student\n" for n in range(100_000))
    enrolments = f"classSourcedId,userSourcedId,role\n{rows}"
    found = read_roster({"users.csv": users, "classes.csv": classes, "enrollments.csv": enrolments}, TODAY).roster
    assert {len(found.learners_of(one, TODAY)) for one in found.classes} == {25}
    assert len(found.families) == 100_000
    assert len(found.children_of("g7")) == 5
