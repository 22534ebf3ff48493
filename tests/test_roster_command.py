"""`mastery roster`: takes a folder or a zip of OneRoster files, says what does not match, and shows what is there."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typing_commands import ROOT, Run, fits, lines

from mastery import RosterError
from mastery.adapters.cli import rosters
from mastery.adapters.cli.rosters import texts_in
from mastery.adapters.cli.simulation import LEARNERS

ROSTER = ROOT / "examples" / "roster"
ON = ("--as-of", "2026-03-16")


@pytest.fixture
def sis(tmp_path: Path) -> Path:
    """A copy of the example, to be changed."""
    return Path(shutil.copytree(ROSTER, tmp_path / "sis"))


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return names


def test_the_example_is_taken_and_shown(monday: Run) -> None:
    """The roster of the demonstration class is read, told, kept, and shown again in the shape of its schema."""
    told = lines(monday("roster", str(ROSTER), *ON))
    assert told == [
        "35 people: 28 learner, 2 family, 2 teacher, 1 coach, 1 reviewer, 1 administrator",
        "   7a (Class 7a): 14 learners, taught by teacher-7a",
        "   7b (Class 7b): 14 learners, taught by teacher-7b",
        "   32 enrolments on 2026-03-16, 2 ties of family",
        "- 1 user was left out: not enabled, or marked as deleted or inactive.",
        "- 1 role was left out: marked as deleted, or of a user who was left out.",
        "- 1 enrolment was left out: marked as deleted, or of a user or class that was left out.",
        "This is the roster in force now.",
    ]
    assert lines(monday("roster", *ON)) == told[:4]
    found = fits(monday("roster", "--json", *ON)[1], "roster")
    assert (found["people"], found["families"], found["no_facts"], found["no_class"]) == (35, 2, [], [])
    assert (found["written"], found["on"], found["enrolments"], found["notes"]) == (False, "2026-03-16", 32, [])
    assert fits(monday("roster", str(ROSTER), "--json", *ON)[1], "roster")["written"]


def test_the_example_is_of_the_demonstration_class() -> None:
    """Its learners are those of the class, half of them in each of two classes; adults are named by their job alone."""
    users, said = (
        list(csv.DictReader((ROSTER / name).read_text("utf-8").splitlines())) for name in ("users.csv", "roles.csv")
    )
    roles = {row["userSourcedId"]: row["role"] for row in said}
    assert [one for one in roles if roles[one] == "student"] == list(LEARNERS)
    assert {row["givenName"] for row in users if roles[row["sourcedId"]] != "student"} == {
        "Teacher", "Coach", "Reviewer", "Office", "Family",
    }  # fmt: skip


def test_a_roster_is_that_of_a_day(monday: Run) -> None:
    """Looked at as of another day it has the enrolments of that day: the end of one is no day of it."""
    assert monday("roster", str(ROSTER), *ON)[0] == 0
    for day, teachers in (("2025-12-18", ["teacher-7a", "teacher-7b"]), ("2025-12-19", ["teacher-7a"])):
        found = fits(monday("roster", "--json", "--as-of", day)[1], "roster")
        assert [one["teachers"] for one in found["classes"] if one["class"] == "7a"] == [teachers]


def test_looking_writes_nothing(monday: Run, tmp_path: Path) -> None:
    """Neither --check nor asking what is there touches the file; nobody is in a class in one without a roster."""
    before = (tmp_path / "mastery.db").read_bytes()
    assert lines(monday("roster", str(ROSTER), "--check", *ON))[-1] == "Nothing was written."
    assert not fits(monday("roster", str(ROSTER), "--check", "--json", *ON)[1], "roster")["written"]
    told = lines(monday("roster"))
    assert told[0] == "0 people"
    assert told[-1] == "There is no roster here yet: `mastery roster FOLDER` reads one."
    assert monday("roster", "none")[0] == 1
    assert (tmp_path / "mastery.db").read_bytes() == before
    assert "people" not in tables(tmp_path / "mastery.db")


def test_a_wrong_column_shows(monday: Run, sis: Path) -> None:
    """Where another column than the learners' is taken, those without a record and those without a class are named."""
    users = (sis / "users.csv").read_text("utf-8")
    (sis / "users.csv").write_text(users.replace(",true,", ",true,u-"), "utf-8")
    told = lines(monday("roster", "sis", "--learner-is", "username", *ON))
    assert told[7:11] == [
        "! 28 learners enrolled, and nothing is recorded of them: u-alder, u-ash, u-aspen, u-beech, u-birch, u-cedar",
        "and 22 more",
        "! 28 learners with a record, and in no class: alder, ash, aspen, beech, birch, cedar and 22 more",
        "  Where these are the same people, another --learner-is is wanted.",
    ]
    right = monday("roster", "sis", "--json", *ON)[1]
    assert json.loads(right)["no_facts"] == json.loads(right)["no_class"] == []


def test_a_zip_is_read_like_a_folder(monday: Run, tmp_path: Path) -> None:
    """A zip file with the same files, in a folder of it or not, in small letters or not, is the same roster."""
    folder = monday("roster", str(ROSTER), "--json", *ON)[1]
    for n, name in enumerate(("export/{}", "{}", "export\\{}", "../../{}")):
        with zipfile.ZipFile(tmp_path / f"{n}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("export/", "")
            packed.writestr("__MACOSX/._users.csv", b"\xff")
            packed.writestr("demographics.csv", b"\xff")
            for file in ROSTER.iterdir():
                packed.writestr(name.format(file.name.title() if n else file.name), file.read_bytes())
        before = set(tmp_path.parent.rglob("*"))
        assert monday("roster", f"{n}.zip", "--json", *ON)[1] == folder
        assert set(tmp_path.parent.rglob("*")) == before


def test_two_files_of_one_name_are_refused(tmp_path: Path, sis: Path) -> None:
    """Which of two is meant is not for us to say: a zip or a folder with two users.csv is refused, naming both."""
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as packed:
        for name in ("new/users.csv", "old/users.csv", "classes.csv"):
            packed.writestr(name, "sourcedId\n")
    with pytest.raises(RosterError, match=r"one users\.csv was wanted, got new/users\.csv and old/users\.csv"):
        texts_in(tmp_path / "two.zip")
    shutil.copy(sis / "users.csv", sis / "Users.csv")
    if len(list(sis.iterdir())) == 5:  # not where capital letters are small ones
        with pytest.raises(RosterError, match=r"one users\.csv was wanted, got Users\.csv and users\.csv"):
            texts_in(sis)


def test_what_is_unpacked_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small a zip file is, no more is unpacked than the bound, over all its files; what is not read is not."""
    monkeypatch.setattr(rosters, "_LARGEST", 1_000_000)
    with zipfile.ZipFile(tmp_path / "small.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("demographics.csv", " " * 50_000_000)
        for name in ("users.csv", "classes.csv"):
            packed.writestr(name, " " * 500_000)
    assert len(texts_in(tmp_path / "small.zip")["users.csv"]) == 500_000
    with zipfile.ZipFile(tmp_path / "small.zip", "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("roles.csv", "\u00e9" * 50_000_000)
    assert (tmp_path / "small.zip").stat().st_size < 200_000
    with pytest.raises(RosterError, match="at most 1,000,000 bytes are read, and there are more"):
        texts_in(tmp_path / "small.zip")


def test_whatever_happened_to_a_zip_it_is_read_or_refused(tmp_path: Path) -> None:
    """A zip file with any bytes of it changed, cut off or packed in any way gives its texts or one error of ours."""
    whole, rng, refused = tmp_path / "whole.zip", random.Random(3), 0
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(whole, "w", how) as packed:
            for file in sorted(ROSTER.iterdir()):
                packed.write(file, file.name)
        content = whole.read_bytes()
        assert texts_in(whole) == texts_in(ROSTER)
        for _ in range(150):
            harmed = bytearray(content[: rng.choice((len(content), rng.randrange(len(content))))])
            for _ in range(rng.choice((0, 1, 4, 30)) if harmed else 0):
                harmed[rng.randrange(len(harmed))] = rng.randrange(256)
            (tmp_path / "harmed.zip").write_bytes(harmed)
            try:
                texts_in(tmp_path / "harmed.zip")
            except RosterError as fault:
                refused += "harmed.zip cannot be read" in str(fault)
    assert refused > 200


def test_what_cannot_be_read_is_refused_and_the_roster_stays(monday: Run, tmp_path: Path, sis: Path) -> None:
    """A folder without the files, no folder, no zip, no text, faults: refused in words, and nothing is changed."""
    assert monday("roster", str(ROSTER), *ON)[0] == 0
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK no zip")
    shutil.copytree(ROSTER, tmp_path / "latin")
    for name in ("users.csv", "roles.csv"):
        (tmp_path / "latin" / name).write_bytes("sourcedId\n\u00e9\n".encode("latin-1"))
    (sis / "enrollments.csv").rename(sis / "enrolments.csv")
    shutil.copytree(ROSTER, tmp_path / "faulty")
    with (tmp_path / "faulty" / "enrollments.csv").open("a", encoding="utf-8") as file:
        file.write("e99,,,7c,school,ashes,student,,2026-03-32,\n")
    for name, *said in (
        ("empty", "users.csv: the file was wanted", "classes.csv: the file was wanted"),
        ("none", "The roster none cannot be read: a folder or a zip file with users.csv, classes.csv, enrollments.csv"),
        ("broken.zip", "a folder or a zip file"),
        ("latin", "users.csv is not UTF-8 text (byte 10); save it as UTF-8", "roles.csv is not UTF-8 text"),
        ("sis", "enrollments.csv: the file was wanted, and is not there; did you mean enrolments.csv?"),
        ("faulty", "nothing of it was taken, 2 faults", "there is no class '7c'", "no user 'ashes'; did you mean ash?"),
    ):
        code, out, errors = monday("roster", name, *ON)
        assert (code, out) == (1, "")
        assert all(one in errors for one in said), errors
    assert json.loads(monday("roster", "--json", *ON)[1])["people"] == 35


@pytest.mark.parametrize(
    ("typed_so", "code", "says"),
    [
        ((str(ROSTER), "--learner-is", "email"), 2, "'email' is not one of"),
        ((str(ROSTER), "--as-of", "soon"), 2, "an ISO 8601 date or time was wanted"),
        ((str(ROSTER), "--db", "none.db"), 1, "There is no database at none.db"),
        (("--db", "none.db"), 1, "There is no database at none.db"),
    ],
)
def test_what_cannot_be_is_refused(monday: Run, typed_so: tuple[str, ...], code: int, says: str) -> None:
    """A wrong option leaves with 2, a database that is not there with 1, and nothing is made."""
    left, out, errors = monday("roster", *typed_so)
    assert (left, out) == (code, "")
    assert says in errors
    assert not Path("none.db").exists()


WATCHED = """
import json, sys
from mastery.adapters.cli import app
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
sys.argv = ["mastery", "roster", "sis", "--check"]
try:
    app.main()
except SystemExit as end:
    assert not end.code
print("\\n" + json.dumps([name for name in opened if name.endswith(".csv")]))
"""


def test_no_other_file_is_opened(monday: Run, sis: Path, tmp_path: Path) -> None:
    """Of a folder the four files are opened; demographics and whatever else lies there are not."""
    assert monday("roster")[0] == 0
    for name in ("demographics.csv", "orgs.csv", "manifest.csv", "grades.csv"):
        (sis / name).write_bytes(b"\xff")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    opened = [Path(name).name for name in json.loads(done.stdout.splitlines()[-1])]
    assert sorted(opened) == ["classes.csv", "enrollments.csv", "roles.csv", "users.csv"]
