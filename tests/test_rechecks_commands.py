"""`mastery rechecks` as a teacher types it: words, JSON, CSV, known answers and refusals."""

from __future__ import annotations

import csv
import io

import pytest
from typing_commands import ROOT, Run, fits, lines

MONDAY = "2026-03-16T08:00"
ON = ("--as-of", MONDAY)


@pytest.fixture
def refreshing(monday: Run) -> Run:
    """The same class under a policy that shares refreshment."""
    assert monday("publish", "policy", str(ROOT / "examples" / "refreshing.toml"))[0] == 0
    return monday


def test_one_recheck_is_wanted_on_monday(monday: Run) -> None:
    """Olive's lapse is the only recheck of the two weeks, and it can be on the same day."""
    assert lines(monday("rechecks", *ON))[:4] == [
        "1 recheck of 1 learner in the 14 days from 2026-03-16, as of 2026-03-16 08:00 UTC",
        "",
        "Mon 2026-03-16: 1",
        "   - olive: WN4.2 (lapsed)",
    ]
    assert lines(monday("rechecks", "--learner", "oak", *ON))[0].startswith("No rechecks in the 14 days")


def test_tasks_are_named_where_refreshment_is_shared(refreshing: Run) -> None:
    """Under a policy that shares refreshment the fewest tasks are told, each with what it refreshes for whom."""
    told = lines(refreshing("rechecks", *ON))
    assert "12 tasks would refresh all 131 that are due or fall due" in told
    assert "   - aspen and cypress: WN3.1, WN3.2, WN4.2, FR3.3 and RA6.1" in told
    assert "   - hemlock, RA6.1: Falls due on 2026-03-27 09:00 UTC. No room within these days." in told
    assert "! 2 rechecks found no day: see why at each." in told


def test_the_class_has_so_many_places_a_day(refreshing: Run) -> None:
    """With five places a day no day has more, weekends only where they are asked for, and days are as many as said."""
    told = fits(refreshing("rechecks", "--per-day", "5", "--days", "7", "--json", *ON)[1], "rechecks")
    days = [row["day"] for row in told["answer"] if row["day"]]
    assert {day: days.count(day) for day in days} == {f"2026-03-{n}": 5 for n in range(16, 21)}
    weekend = fits(refreshing("rechecks", "--days", "7", "--weekends", "--json", *ON)[1], "rechecks")
    assert {row["day"] for row in weekend["answer"]} > {"2026-03-21", "2026-03-22"}


def test_json_and_csv_say_the_same(refreshing: Run) -> None:
    """Each row of the table is a recheck of the JSON, with the task that would refresh it."""
    told = fits(refreshing("rechecks", "--json", *ON)[1], "rechecks")
    rows = list(csv.DictReader(io.StringIO(refreshing("rechecks", "--csv", *ON)[1])))
    assert [(row["day"], row["learner"], row["competency"], row["due_at"]) for row in rows] == [
        (one["day"] or "", one["learner"], one["name"], one["due_at"] or "") for one in told["answer"]
    ]
    tasks = {(g["learner"], on): t["name"] for t in told["tasks"] for g in t["learners"] for on in g["refreshes"]}
    assert {(row["learner"], row["competency"]): row["task"] for row in rows if row["task"]} == tasks
    assert (told["smallest"], len(told["tasks"]), told["first"], told["days"]) == (True, 12, "2026-03-16", 14)


@pytest.mark.parametrize(
    ("typed_so", "says"),
    [
        (("--days", "0"), "Invalid value for '--days'"),
        (("--per-learner", "0"), "Invalid value for '--per-learner'"),
        (("--class", "nowhere.txt"), "a text file with a learner a line was wanted"),
        (("--as-of", "Monday"), "an ISO 8601 date or time was wanted"),
    ],
)
def test_what_cannot_be_is_refused(monday: Run, typed_so: tuple[str, ...], says: str) -> None:
    """A wrong option leaves with 2 and says what was wanted."""
    code, out, errors = monday("rechecks", *typed_so)
    assert (code, out) == (2, "")
    assert says in errors
