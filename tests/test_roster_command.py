"""`mastery roster`: takes a folder or a zip of OneRoster files, says what does not match, and shows what is there."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import jsonschema
from typing_commands import ROOT, Run

ROSTER = ROOT / "examples" / "roster"
SCHEMA = ROOT / "docs" / "schemas" / "roster.json"


def test_the_example_is_taken_and_shown(monday: Run) -> None:
    """The roster of the demonstration class is read, told, kept, and shown again in the shape of its schema."""
    code, out, _ = monday("roster", str(ROSTER))
    assert code == 0
    assert "34 people: 28 learner, 2 family, 2 teacher, 1 coach, 1 administrator" in out
    assert "7a (Class 7a): 14 learners, taught by teacher-7a" in out
    assert "Left out, inactive users: 1." in out
    assert "in force now" in out
    assert "nothing is recorded" not in out

    found = json.loads(monday("roster", "--json")[1])
    jsonschema.validate(found, json.loads(SCHEMA.read_text("utf-8")))
    assert (found["people"], found["families"], found["no_facts"], found["no_class"]) == (34, 2, [], [])


def test_looking_writes_nothing(monday: Run) -> None:
    """With --check the roster that is there stays."""
    assert "Nothing was written" in monday("roster", str(ROSTER), "--check")[1]
    assert json.loads(monday("roster", "--json")[1])["people"] == 0


def test_a_wrong_column_shows(monday: Run, tmp_path: Path) -> None:
    """Where another column than the learners' is taken, those without a record and those without a class are named."""
    shutil.copytree(ROSTER, tmp_path / "sis")
    users = (tmp_path / "sis" / "users.csv").read_text("utf-8")
    (tmp_path / "sis" / "users.csv").write_text(users.replace(",true,", ",true,u-"), "utf-8")
    code, out, _ = monday("roster", "sis", "--learner-is", "username")
    assert code == 0
    assert "28 learners enrolled, and nothing is recorded of them: u-alder" in out
    assert "28 learners with a record, and in no class: alder" in out
    assert "another --learner-is" in out


def test_a_zip_is_read_like_a_folder(monday: Run, tmp_path: Path) -> None:
    """A zip file with the same files, in a folder of it or not, is the same roster."""
    with zipfile.ZipFile(tmp_path / "sis.zip", "w") as packed:
        for file in ROSTER.iterdir():
            packed.write(file, f"export/{file.name}")
    assert monday("roster", "sis.zip", "--json")[1] == monday("roster", str(ROSTER), "--json")[1]


def test_what_cannot_be_read_is_refused_and_the_roster_stays(monday: Run, tmp_path: Path) -> None:
    """A folder without the files, no folder, no zip, no text: refused in words, and nothing is changed."""
    monday("roster", str(ROSTER))
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK no zip")
    shutil.copytree(ROSTER, tmp_path / "latin")
    (tmp_path / "latin" / "users.csv").write_bytes("sourcedId\né\n".encode("latin-1"))
    for name, said in (
        ("empty", "users.csv: the file was wanted"),
        ("none", "a folder or a zip file"),
        ("broken.zip", "a folder or a zip file"),
        ("latin", "users.csv is not UTF-8 text"),
    ):
        code, _, err = monday("roster", name)
        assert code == 1
        assert said in err
    assert json.loads(monday("roster", "--json")[1])["people"] == 34
