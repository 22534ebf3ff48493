"""`mastery groups` as a teacher types it: words, JSON, CSV there and back, known answers and refusals."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from typing_commands import Run, fits, lines

ON = ("--as-of", "2026-03-16T08:00")


def asked(run: Run, *more: str) -> dict[str, Any]:
    """Return the JSON answer, which fits its schema."""
    return fits(run("groups", "--json", *more, *ON)[1], "groups")


def members(grouping: dict[str, Any]) -> list[set[str]]:
    """Return who is in each group."""
    return [{one["learner"] for one in group["members"]} for group in grouping["groups"]]


def test_a_monday_has_three_groups(monday: Run) -> None:
    """Each group is told with its focus and its members' steps, then who works alone, the score and alternatives."""
    told = lines(monday("groups", *ON))
    assert told[0] == "3 groups for 17 of 28 learners, as of 2026-03-16 08:00 UTC"
    assert told[2].startswith("Group 1: DE4.1. Write tenths and hundredths")
    assert "   - aspen and juniper: start. What it needs is met: WN4.1 and FR3.5." in told
    assert "Alone: 11" in told
    assert "   - ash: continue WN3.1" in told
    assert "Score: 58 = 31 for need + 27 for what it unlocks" in told
    assert "Alternative 1: 58 = 28 for need + 30 for what it unlocks; 16 learners would change" in told
    assert "   - DE4.1: aspen, cypress, hemlock, juniper, olive and willow" in told
    assert "- Groups are for one day. Where each learner stands decides, and that changes." in told


def test_the_solver_proves_it(monday: Run) -> None:
    """By the solver the same score is proven best, and said to be."""
    by_search, proven = asked(monday), asked(monday, "--solver", "exact")
    assert (by_search["best"], proven["best"]) == (False, True)
    assert by_search["answer"][0]["score"]["total"] == proven["answer"][0]["score"]["total"] == 58
    assert "Proven: no other grouping counts more." in proven["because"]


def test_the_solver_says_what_it_wants(monday: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the solver's refusal says how to get it; the search needs nothing."""
    monkeypatch.setitem(sys.modules, "ortools", None)
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    code, out, errors = monday("groups", "--solver", "exact", *ON)
    assert (code, out) == (2, "")
    assert "the extra `groups` is wanted: pip install 'mastery[groups]'" in " ".join(errors.split())
    assert monday("groups", *ON)[0] == 0


def test_sizes_adults_and_pairs_apart_are_kept(monday: Run) -> None:
    """Groups are as large and as many as asked for, and two who are kept apart are in none of the choices together."""
    assert {"aspen", "juniper"} <= members(asked(monday)["answer"][0])[0]
    told = asked(monday, "--size", "4", "--adults", "2", "--apart", "aspen,juniper", "--apart", " juniper , olive")
    assert len(told["answer"]) == 3
    for grouping in told["answer"]:
        assert [len(group) for group in members(grouping)] == [4, 4]
        assert not any({"aspen", "juniper"} <= group or {"juniper", "olive"} <= group for group in members(grouping))
    one = asked(monday, "--adults", "1", "--size", "3-6")
    assert [len(grouping["groups"]) for grouping in one["answer"]] == [1, 1, 1]


def test_json_and_csv_say_the_same(monday: Run) -> None:
    """A row of the table is a learner of the first choice, those who work alone last and without a group."""
    first = asked(monday)["answer"][0]
    rows = list(csv.DictReader(io.StringIO(monday("groups", "--csv", *ON)[1])))
    grouped = [
        (str(n), group["name"], one["learner"], one["action"], one["because"])
        for n, group in enumerate(first["groups"], start=1)
        for one in group["members"]
    ]
    alone = [("", one["name"], one["learner"], one["action"], one["because"]) for one in first["alone"]]
    assert [tuple(row.values()) for row in rows] == grouped + alone
    assert len(rows) == 28


def test_earlier_groups_change_the_next_and_warn(monday: Run, tmp_path: Path) -> None:
    """What was printed is read back: pairs count less, and what happens for the third time is warned of."""
    printed = monday("groups", "--csv", *ON)[1]
    (tmp_path / "mon.csv").write_text(printed, "utf-8")
    first = {row["learner"]: row["group"] for row in csv.DictReader(io.StringIO(printed))}
    then = asked(monday, "--before", "mon.csv")
    assert {first[who] for who in members(then["answer"][0])[0]} != {"1"}
    assert then["answer"][0]["score"]["total"] < 58
    assert any(one.startswith("Repeats: 2 off for each pair") for one in then["because"])

    few = ("--learner", "aspen", "--learner", "juniper", "--learner", "olive", "--size", "3", "--adults", "1")
    (tmp_path / "pair.csv").write_text("group,focus,learner\n1,DE4.1,aspen\n1,DE4.1,olive\n2,DE4.1,juniper\n", "utf-8")
    told = lines(monday("groups", *few, "--before", "pair.csv", "--before", "pair.csv", *ON))
    assert (
        "! aspen, juniper and olive would be in a group on DE4.1 for the third time or more: think of another way than"
        in " ".join(told)
    )
    assert "Score:" in " ".join(told)


def test_a_seed_is_another_way_through_ties(monday: Run) -> None:
    """The same seed has the same answer; whatever the seed, the score is the same here."""
    one, same, other = asked(monday), asked(monday), asked(monday, "--seed", "8")
    assert one == same
    assert other["answer"][0]["score"]["total"] == one["answer"][0]["score"]["total"]


def test_where_there_is_no_group_it_is_said(monday: Run, tmp_path: Path) -> None:
    """Too few for a group, everybody works alone; whose work is paused has no step and hears why."""
    answer = lines(monday("groups", "--learner", "ash", "--learner", "oak", *ON))
    assert answer[0] == "No groups for 2 learners, as of 2026-03-16 08:00 UTC"
    assert "Score" not in " ".join(answer)
    assert "! No groups: no 3 learners can work together on one competency within these rules" in " ".join(answer)
    assert asked(monday, "--learner", "ash", "--size", "2")["answer"][0]["groups"] == []
    stranger = monday("groups", "--learner", "nobody", *ON)
    assert "Nothing is recorded of nobody yet." in stranger[2]


GOOD = "group,focus,learner\n1,DE4.1,ash\n"


@pytest.mark.parametrize(
    ("typed_so", "says"),
    [
        (("--size", "6-3"), "sizes from 2 to 100, such as 3-6 or 4, were wanted, got '6-3'"),
        (("--size", "some"), "sizes from 2 to 100"),
        (("--size", "1"), "sizes from 2 to 100"),
        (("--size", "3-"), "sizes from 2 to 100"),
        (("--adults", "0"), "Invalid value for '--adults'"),
        (("--seed", "-1"), "Invalid value for '--seed'"),
        (("--solver", "magic"), "Invalid value for '--solver'"),
        (("--apart", "ash"), "two learners with a comma between, such as ash,oak, were wanted, got 'ash'"),
        (("--apart", "ash,ash"), "two learners with a comma between"),
        (("--apart", "ash,ok"), "nothing is recorded of ok. Did you mean oak?"),
        (("--class", "nowhere.txt"), "a text file with a learner a line was wanted"),
        (("--as-of", "Monday"), "an ISO 8601 date or time was wanted"),
        (("--before", "nowhere.csv"), "nowhere.csv: a file that `mastery groups --csv` printed was wanted"),
    ],
)
def test_what_cannot_be_is_refused(monday: Run, typed_so: tuple[str, ...], says: str) -> None:
    """A wrong option leaves with 2 and says what was wanted."""
    code, out, errors = monday("groups", *typed_so)
    assert (code, out) == (2, "")
    assert says in " ".join(errors.split())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "earlier.csv, line 1: the columns group, focus and learner were wanted"),
        (b"group,learner\n1,ash\n", "focus is missing"),
        (b"group,focus,learner\n1,DE4.1,\n", "line 2: a learner was wanted in group 1"),
        (b"group,focus,learner\n1,,ash\n", "line 2: a focus was wanted in group 1"),
        (GOOD.encode() + b"2,DE4.1,ash\n", "line 3: ash is there twice"),
        (GOOD.encode() + b"1,FR3.3,oak\n", "line 3: group 1 has the focus DE4.1 above; one was wanted, got FR3.3"),
        (b'group,focus,learner\n1,"DE4.1,ash\n', "earlier.csv, line 2"),
        (b"group,focus,learner\n1,DE4.1,\xff\n", "earlier.csv is not UTF-8 text"),
    ],
)
def test_earlier_groups_that_cannot_be_read_are_refused(monday: Run, tmp_path: Path, text: bytes, says: str) -> None:
    """A file of earlier groups is refused with its line, and nothing is proposed."""
    (tmp_path / "earlier.csv").write_bytes(text)
    code, out, errors = monday("groups", "--before", "earlier.csv", *ON)
    assert (code, out) == (2, "")
    assert says in " ".join(errors.split())
