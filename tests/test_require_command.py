"""`mastery require` as a teacher types it: one learner, the class by cohort, JSON, CSV and refusals."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typing_commands import ROOT, Run, fits, lines

ON = ("--as-of", "2026-03-16T08:00")
BOOK = ("--requirements", str(ROOT / "examples" / "graduation.toml"))
COHORTS = ("--cohorts", str(ROOT / "examples" / "cohorts.csv"))


def test_a_learner_sees_what_is_met_and_what_remains(monday: Run) -> None:
    """Hazel has met two clauses of three; nine competencies remain, each open when it comes."""
    told = lines(monday("require", "hazel", *BOOK, "--version", "2026", *ON))
    assert told[0] == "hazel, Ready for grade 8, version 2026: 2 of 3 clauses met, as of 2026-03-16 08:00 UTC"
    assert "met   Whole numbers: WN3.1; WN3.2; WN4.3" in told
    assert "open  Every strand: at least 60% in each of 3 categories" in told
    assert "      Decimals: 1 of 4 (25%), 3 wanted: 2 more" in told
    assert "      The mean is 36%: it is not what is asked." in told
    assert told[told.index("9 competencies to go; no fewer would do") + 1] == "   - FR4.3: check now"
    assert "   - FR4.5: after FR4.3 and FR4.4" in told


def test_two_cohorts_live_by_two_versions(monday: Run) -> None:
    """Under a file of cohorts each learner is held to the version of theirs, and each clause is counted there."""
    told = lines(monday("require", *BOOK, *COHORTS, *ON))
    assert told[0] == "Ready for grade 8: met by 0 of 28 learners, as of 2026-03-16 08:00 UTC"
    assert told[2:6] == ["Version 2025", "   Whole numbers: 6 of 14", "   Fractions: 0 of 14", "   Ratios: 3 of 14"]
    assert "   - laurel: 5 competencies to go; open: Fractions" in told
    assert "   - hazel: 9 competencies to go; open: Every strand" in told
    brief = lines(monday("require", "hazel", *BOOK, "--cohort", "started 2024", *ON))
    assert brief[0].startswith("hazel, Ready for grade 8, version 2025: 2 of 3 clauses met")
    assert (
        "      Would do: FO4.2, FO5.1, FO5.2 and FO5.3; or FO4.2, FO5.1, FO5.2 and FO6.1; or FO4.2, FO5.1, FO5.3 and"
        in brief
    )


def test_json_and_csv_say_the_same(monday: Run) -> None:
    """Each row of the table is a clause of the JSON, and the last of each learner has what remains."""
    told = fits(monday("require", *BOOK, *COHORTS, "--json", *ON)[1], "require")
    rows = list(csv.DictReader(io.StringIO(monday("require", *BOOK, *COHORTS, "--csv", *ON)[1])))
    assert [(r["learner"], r["clause"], r["met"]) for r in rows if r["clause"]] == [
        (one["learner"], clause["name"], "yes" if clause["met"] else "no")
        for one in told["answer"]
        for clause in one["clauses"]
    ]
    assert {r["learner"]: r["remaining"].split(", ") for r in rows if not r["clause"]} == {
        one["learner"]: [leg["code"] for leg in one["remaining"]] for one in told["answer"]
    }
    assert [(count["clause"], count["met"], count["of"]) for count in told["counts"]][:2] == [
        ("Whole numbers", 6, 14),
        ("Fractions", 0, 14),
    ]


def test_whose_cohort_is_not_known_is_told(monday: Run, tmp_path: Path) -> None:
    """A learner without a cohort is named, and so are those of the file of whom nothing is recorded."""
    some = tmp_path / "cohorts.csv"
    some.write_text("\ufeffcohort, learner\nstarted 2024, oak\n,ash\n\nstarted 2024,nobody\n", "utf-8")
    code, out, errors = monday("require", *BOOK, "--cohorts", str(some), *ON)
    assert code == 0
    assert "names nobody, not among the learners looked at." in " ".join(errors.split())
    assert "! No cohort is known for alder, ash, aspen, beech, birch and 22 more, so nothing can be said" in out
    alone = lines(monday("require", "ash", *BOOK, "--cohorts", str(some), *ON))
    assert alone[0].startswith("ash: no version of Ready for grade 8 is known to apply, as of ")


def test_all_met_is_said(monday: Run, tmp_path: Path) -> None:
    """Where everything is met nothing remains, and the class counts who is there."""
    book = tmp_path / "one.toml"
    book.write_text('title = "A start"\n[[version]]\nname = "1"\n[[version.clause]]\nname = "x"\nneeds = "WN3.1"\n')
    told = lines(monday("require", "hazel", "--requirements", str(book), *ON))
    assert told[:3] == [
        "hazel, A start, version 1: 1 of 1 clause met, as of 2026-03-16 08:00 UTC",
        "",
        "met   x: WN3.1",
    ]
    everybody = lines(monday("require", "--requirements", str(book), *ON))
    assert everybody[0].startswith("A start: met by ")
    assert "   - hazel: all met" in everybody


def test_what_waits_for_a_person_and_what_was_waived_is_told(monday: Run, tmp_path: Path) -> None:
    """A pause on what remains is said with who set it, a waive that a clause does not take with what it takes."""
    book = tmp_path / "own.toml"
    clause = '[[version.clause]]\nname = "own"\nneeds = "FR3.1; WN3.1; CP5.1"\nbasis = ["demonstrated"]\n'
    book.write_text(f'title = "Own work"\n[[version]]\nname = "1"\n{clause}')
    by = ("--by", "the teacher", "--why", "away")
    assert monday("decide", "tree", "FR3.1", "waive", *by)[0] == 0
    assert monday("decide", "tree", "WN3.1", "pause", *by)[0] == 0
    told = lines(monday("require", "tree", "--requirements", str(book)))
    assert "      Met, but not on a basis that counts here: FR3.1." in told
    assert "   - WN3.1: paused: away, by the teacher" in told
    assert any(line.startswith("   - FR3.1: Waived by a person, which work does not replace") for line in told)


@pytest.mark.parametrize(
    ("typed_so", "code", "says"),
    [
        ((), 2, "a file of requirements (TOML) was wanted"),
        (("--requirements", "nowhere.toml"), 1, "The requirements nowhere.toml cannot be read"),
        ((*BOOK,), 1, "a version or a cohort has to be named: there are the versions 2025, 2026"),
        ((*BOOK, "--version", "2027"), 1, "there is no version '2027'; did you mean"),
        ((*BOOK, "--cohort", "started 2023"), 1, "no version is for the cohort 'started 2023'"),
        ((*BOOK, "--cohort", "started 2024", "--version", "2026"), 2, "got more than one"),
        ((*BOOK, "--cohorts", "nowhere.csv"), 2, "a table (CSV) with the columns learner, cohort was wanted"),
    ],
)
def test_what_cannot_be_is_refused(monday: Run, typed_so: tuple[str, ...], code: int, says: str) -> None:
    """A wrong option leaves with 2, a file that cannot be used with 1, and the words say what was wanted."""
    left, out, errors = monday("require", *typed_so, *ON)
    assert (left, out) == (code, "")
    assert says in " ".join(errors.split())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no column learner or cohort; it has: nothing"),
        ("learner,group\na,b\n", "has no column cohort; it has: learner, group"),
        ("learner,cohort,cohort\na,b,c\n", "has the column cohort more than once"),
        ("learner,cohort\n,started 2024\n", "line 2: a learner was wanted, got an empty cell"),
        ("learner,cohort\noak,started 2024,x\n", "line 2: 2 cells were wanted, got 3"),
        ("learner,cohort\noak,started 2024\noak,started 2025\n", "one cohort for each learner was wanted"),
        ('learner,cohort\n"oak,started 2024\n', "a table (CSV) with the columns learner, cohort was wanted"),
    ],
)
def test_a_file_of_cohorts_that_cannot_be_used_says_where(monday: Run, tmp_path: Path, text: str, says: str) -> None:
    """Each fault of a file of cohorts is told with its line or column, and nothing is answered."""
    some = tmp_path / "cohorts.csv"
    some.write_text(text, "utf-8")
    code, out, errors = monday("require", *BOOK, "--cohorts", str(some), *ON)
    assert (code, out) == (2, "")
    assert says in " ".join(errors.split())
