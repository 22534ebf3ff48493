"""`mastery fair` as a person types it; and nothing that decides can reach the file of subgroups."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typing_commands import ROOT, Run, fits, lines

ON = ("--as-of", "2026-03-16T08:00")
BY = ("--by", str(ROOT / "examples" / "backgrounds.csv"))


def test_three_gates_can_be_shown_and_none_is_flagged(monday: Run) -> None:
    """In the demonstration class three gates have ten learners on either side; at the others there are too few."""
    told = lines(monday("fair", *BY, "--column", "language", *ON))
    assert told[0] == "No gate flagged of 3 compared (24 tried), by language, as of 2026-03-16 08:00 UTC"
    assert [line for line in told if line.endswith(": no difference found")] == [
        "FR3.1: no difference found",
        "FR3.2: no difference found",
        "RA6.1: no difference found",
    ]
    assert "! At 21 gates there are too few learners to compare." in told
    small = lines(monday("fair", *BY, "--column", "bus", "--gate", "WN3.1", *ON))
    assert small[0].startswith("No gate could be compared (1 tried), by bus")
    assert small[2] == "At every gate there are too few learners to show anything."


def test_json_and_csv_say_the_same_and_hide_the_same(monday: Run) -> None:
    """Each row of the table is a cell of the JSON; what is hidden has no number in either."""
    asked = ("fair", *BY, "--column", "language", *ON)
    told = fits(monday(*asked, "--json")[1], "fair")
    rows = list(csv.DictReader(io.StringIO(monday(*asked, "--csv")[1])))
    cells = [(gate["name"], cell) for gate in told["answer"] for cell in gate["cells"]]
    assert [(r["gate"], r["subgroup"], r["hidden"] == "yes", r["n"]) for r in rows] == [
        (name, cell["subgroup"], cell["hidden"], "" if cell["n"] is None else str(cell["n"])) for name, cell in cells
    ]
    hidden = [cell for _, cell in cells if cell["hidden"]]
    assert len(hidden) == 42
    assert all(value is None for cell in hidden for name, value in cell.items() if name not in ("subgroup", "hidden"))
    assert all(row["n"] == row["passed"] == row["rate"] == row["p"] == "" for row in rows if row["hidden"] == "yes")


def test_a_difference_is_flagged_in_words(monday: Run, tmp_path: Path) -> None:
    """With a hundred learners on either side, of whom few of one pass, the gate is flagged and the ratio is told."""
    header = "key,learner,competency,score,observed_at,purpose"
    made_up = [
        f"{kind}{side}{n},{side}{n},WN3.1,{score},2026-03-0{day}T09:00:00Z,{kind}"
        for side, passing in (("a", 95), ("b", 40))
        for n in range(100)
        for kind, day, score in (
            ("formative", 2, 0.9),
            ("interim", 3, 0.9),
            ("summative", 4, 0.9),
            ("check", 5, 0.95 if n < passing else 0.1),
        )
    ]
    (tmp_path / "work.csv").write_text("\n".join([header, *made_up]) + "\n", "utf-8")
    assert monday("import", "work.csv")[0] == 0
    sides = "".join(f"{side}{n},{side}\n" for side in "ab" for n in range(100))
    (tmp_path / "sides.csv").write_text(f"learner,side\n{sides}", "utf-8")
    (tmp_path / "class.txt").write_text("\n".join(f"{side}{n}" for side in "ab" for n in range(100)), "utf-8")
    told = lines(monday("fair", "--by", "sides.csv", "--class", "class.txt", *ON))
    assert told[0].startswith("1 gate flagged of 1 compared (1 tried), by side")
    assert told[2] == "WN3.1: the rates differ"
    said = " ".join(told[3:9])
    assert "- a: 95 of 100 passed, 95% (89% to 98%), 95% the first time; median 1 attempt, 3 days" in said
    assert "- b: 40 of 100 passed, 40%" in said
    assert "0.42 of the best (0.33 to 0.54)" in said


@pytest.mark.parametrize(
    ("typed_so", "code", "says"),
    [
        ((), 2, "--by"),
        (("--by", "nowhere.csv"), 2, "a table (CSV) with a column learner was wanted"),
        ((*BY,), 2, "has the columns language and bus: one of them was wanted"),
        ((*BY, "--column", "grade"), 2, "has no column grade; it has: learner, language, bus"),
        ((*BY, "--column", "learner"), 2, "a column of subgroups was wanted, got that of the learners"),
        ((*BY, "--column", "bus", "--least", "4"), 2, "Invalid value for '--least'"),
        ((*BY, "--column", "bus", "--gate", "QQ*"), 1, "These gates cannot be looked at: no code is like 'QQ*'"),
    ],
)
def test_what_cannot_be_is_refused(monday: Run, typed_so: tuple[str, ...], code: int, says: str) -> None:
    """A wrong file, column, gate or count is refused in words that say what was wanted."""
    left, out, errors = monday("fair", *typed_so, *ON)
    assert (left, out) == (code, "")
    assert says in " ".join(errors.split())


def test_a_learner_in_two_subgroups_is_refused_and_a_stranger_is_told(monday: Run, tmp_path: Path) -> None:
    """One subgroup for each learner; who is not in the records is named."""
    file = tmp_path / "two.csv"
    file.write_text("learner,side\noak,x\noak,y\n", "utf-8")
    code, _, errors = monday("fair", "--by", "two.csv", *ON)
    assert (code, "got x and y for oak" in " ".join(errors.split())) == (2, True)
    file.write_text("learner,side,\noak,x,\n", "utf-8")  # a spreadsheet leaves an empty column behind
    assert lines(monday("fair", "--by", "two.csv", *ON))[0].endswith("by side, as of 2026-03-16 08:00 UTC")
    file.write_text("", "utf-8")
    assert "has no column learner or subgroup; it has: nothing" in " ".join(
        monday("fair", "--by", "two.csv", *ON)[2].split()
    )
    file.write_text("name,side\noak,x\n", "utf-8")
    assert "has no column learner; it has: name, side" in " ".join(monday("fair", "--by", "two.csv", *ON)[2].split())
    file.write_text("learner,side,side\noak,x,y\n", "utf-8")
    assert "has the column side more than once" in " ".join(monday("fair", "--by", "two.csv", *ON)[2].split())
    file.write_text("learner\noak\n", "utf-8")
    assert "has no column subgroup" in " ".join(monday("fair", "--by", "two.csv", *ON)[2].split())
    file.write_text("learner,side\noak,x\nnobody,x\n", "utf-8")
    assert monday("fair", "--by", "two.csv", *ON)[2].startswith("two.csv names nobody")


def test_a_gate_at_which_nothing_is_compared_says_so(monday: Run, tmp_path: Path) -> None:
    """Where all who are shown are without an entry, nothing was compared, and no difference is claimed not to be."""
    (tmp_path / "none.csv").write_text("learner,side\n", "utf-8")
    told = lines(monday("fair", "--by", "none.csv", "--all", *ON))
    assert "FR3.1: too few to compare" in told
    assert not [line for line in told if "no difference found" in line]
    assert "- No test was made: at no gate are two subgroups shown." in told
    assert not [line for line in told if "ratio" in line or "of the best" in line]


# Nothing that decides can reach the file.

WATCHED = """
import json, sys
from mastery.adapters.cli import app
opened, told = [], []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
for words in json.loads(sys.argv[1]):
    opened.clear()
    sys.argv = ["mastery", *words]
    try:
        app.main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    told.append([code, sum(name.endswith("backgrounds.csv") for name in opened)])
print("\\n" + json.dumps(told))
"""
DECIDING = (
    ("record", "oak", "FR4.3", "0.9"),
    ("decide", "oak", "FR4.3", "unlock", "--by", "the teacher", "--why", "ready"),
    ("next", "oak"),
    ("why", "oak", "FR4.3"),
    ("show", "oak"),
    ("ready", "FR4.3"),
    ("stuck",),
    ("blockers",),
    ("map",),
    ("groups",),
    ("rechecks",),
    ("pace", "oak", "--goal", "FR4.3", "--by", "2026-06-30", *ON),
    ("path", "oak", "FR4.3"),
    ("report", "oak"),
    ("require", "--requirements", "graduation.toml", "--version", "2025"),
    ("figures",),
    ("what-if", "oak", "FR4.3", "0.9"),
    ("export",),
)


def test_no_command_but_the_report_opens_the_file(monday: Run, tmp_path: Path) -> None:
    """With the file beside the database, every other command leaves it shut; `fair` opens it."""
    assert monday("next", "oak")[0] == 0
    for name in ("backgrounds.csv", "graduation.toml"):
        (tmp_path / name).write_bytes((ROOT / "examples" / name).read_bytes())
    asked = json.dumps([*DECIDING, ("fair", "--by", "backgrounds.csv", "--column", "bus")])
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, asked],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    *others, report = json.loads(done.stdout.splitlines()[-1])
    assert dict(zip(DECIDING, others, strict=True)) == {words: [0, 0] for words in DECIDING}
    assert report[0] == 0
    assert report[1] > 0


def test_only_the_command_line_imports_what_reads_subgroups() -> None:
    """An engine, its classroom and every other plan can be used without the report having been loaded."""
    names = "groups, rechecks, requirements, figures, pace"
    code = (
        f"import sys, mastery.planning_answers.rechecks; from mastery.planning import {names};"
        "print([m for m in sys.modules if 'fair' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
