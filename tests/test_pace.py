"""Pace: what a forecast, an outlook and a plan promise of each other; that asking moves nothing; the words of it."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

import pytest
from typing_commands import Run, fits, lines
from worlds import BRIEF, cases
from worlds_classes import classes
from worlds_facts import day

from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Decision, Evidence, Policy, path
from mastery.classroom import Classroom, classroom
from mastery.planning.pace import Outlook, Pace, class_pace, pace_of

ON = ("--as-of", "2026-03-16T08:00")


# Laws.


def asked(seed: str, usual: int) -> Iterator[tuple[Classroom, str, date, list[Pace]]]:
    """Yield drawn classes with a goal, a date some weeks on, and the pace of each learner."""
    for n, (room, _) in enumerate(classes(seed, usual)):
        goal = room.framework.competencies[-1 - n % len(room.framework.competencies)].identifier
        by = room.at.date() + timedelta(days=(3, 15, 40, 90)[n % 4])
        yield room, goal, by, [pace_of(progress, goal, by, learner=who, window=30) for who, progress in room]


def wide(seed: str, usual: int) -> Iterator[tuple[Classroom, str, date, list[Pace]]]:
    """Yield one learner each with up to ten competencies left, some of which need one before, and some work behind."""
    for n in range(cases(usual)):
        rng = random.Random(f"{seed}/{n}")
        names = [f"c{i}" for i in range(rng.randint(6, 16))]
        requires = {one: names[i - 2] for i, one in enumerate(names) if i > 1 and rng.random() < 0.4}
        framework = Framework("wide", [Competency(one) for one in names], requires=requires)
        facts = [
            Evidence("ana", one, score, day(0) + timedelta(days=when), key=f"{one}{when}")
            for one in names[: rng.randint(0, 8)]
            for first in (rng.randint(0, 30),)
            for when, score in ((first, 0.2), (first + rng.choice((3, 8, 12)), 1.0))
        ]
        rules = Policy(criteria=Criteria(0.6, pieces=2, occasions=2), check=CheckRule(required=False))
        room = classroom(framework, rules, {"ana": facts}, day(42))
        goal, by = "; ".join(names), room.at.date() + timedelta(days=rng.choice((8, 20, 35, 60, 150)))
        yield room, goal, by, [pace_of(room.progress["ana"], goal, by, learner="ana", window=30)]


def test_what_is_left_is_the_path_and_there_is_a_plan_where_the_row_fits() -> None:
    """The legs are those of the path; there is a plan where the longest row fits, else the first date with one."""
    seen: Counter[str] = Counter()
    for room, goal, by, found in asked("path", 150):
        for (who, progress), pace in zip(room, found, strict=True):
            assert pace.learner == who
            assert tuple(leg.name for leg in pace.legs) == path(progress, goal)
            if pace.plan is not None:
                assert len(pace.in_a_row) <= pace.weeks
            elif pace.legs:
                assert len(pace.in_a_row) > pace.weeks
                assert pace.feasible_by is not None
                assert pace.feasible_by > by
                again = pace_of(progress, goal, pace.feasible_by, learner=who, window=30)
                assert again.plan is not None
            assert bool(pace.legs) or (pace.outlook, pace.plan) == (Outlook.REACHED, None)
            seen += Counter(plan=pace.plan is not None, long=bool(pace.legs) and pace.plan is None, done=not pace.legs)
    assert BRIEF or min(seen.values()) >= 15, seen


def test_an_outlook_says_how_the_dates_and_the_plan_stand() -> None:
    """Each outlook is there exactly when the forecast and the plan stand to the date as its words say."""
    seen: Counter[Outlook] = Counter()
    for _, _, by, found in chain(asked("outlook", 80), wide("outlook", 200)):
        for pace in found:
            dates = pace.forecast and pace.forecast.dates
            sure = bool(dates and dates.high and dates.high <= by)
            perhaps = bool(dates and dates.low and dates.low <= by)
            expected = (
                Outlook.REACHED
                if not pace.legs
                else Outlook.TOO_LITTLE
                if dates is None
                else Outlook.ON_PACE
                if sure
                else Outlook.CLOSE
                if perhaps
                else Outlook.WITH_A_PLAN
                if pace.plan
                else Outlook.ANOTHER_DATE
            )
            assert pace.outlook is expected
            seen[pace.outlook] += 1
    assert BRIEF or (len(seen) == len(Outlook) and min(seen.values()) >= 3), seen


def test_a_forecast_is_the_later_of_its_two() -> None:
    """Each date is the later of that by rate and that in a row, none comes before today, and they are in order."""
    both = 0
    for room, _, _, found in chain(asked("later", 60), wide("later", 100)):
        for pace in found:
            if pace.forecast is None:
                continue
            dates, by_rate, row = pace.forecast.dates, pace.forecast.by_rate, pace.forecast.in_a_row
            for name in ("low", "median", "high"):
                options = [getattr(by_rate, name)] + ([] if row is None else [getattr(row, name)])
                told = getattr(dates, name)
                assert told == (None if None in options else max(options))
                assert told is None or told >= room.at.date()
            both += row is not None
    assert BRIEF or both >= 10


def test_asking_for_a_pace_moves_nothing() -> None:
    """Whatever goal and date are asked for, every learner stands as before; a class is as each learner alone."""
    for room, goal, by, found in asked("moves", 60):
        before = [[one for _, one in progress.standings()] for _, progress in room]
        answer = class_pace(room, goal, by, window=30)
        assert list(answer.learners) == found
        assert sum(answer.counts.values()) == len(room)
        later = class_pace(room, goal, by + timedelta(days=30), window=30)
        assert [one.record for one in later.learners] == [one.record for one in found]
        assert [[one for _, one in progress.standings()] for _, progress in room] == before


def test_a_later_date_never_asks_for_more() -> None:
    """With more weeks a plan needs no more a week, and an outlook that was on pace stays so."""
    compared = 0
    for room, goal, by, found in chain(asked("date", 60), wide("date", 60)):
        for (who, progress), pace in zip(room, found, strict=True):
            later = pace_of(progress, goal, by + timedelta(days=21), learner=who, window=30)
            if pace.plan is not None:
                assert later.plan is not None
                assert later.plan.per_week <= pace.plan.per_week or not (pace.plan.proven and later.plan.proven)
                compared += later.plan.per_week < pace.plan.per_week
            assert later.needed <= pace.needed
            assert pace.outlook is not Outlook.ON_PACE or later.outlook is Outlook.ON_PACE
    assert BRIEF or compared >= 5


# Examples.

ROW = Framework("row", [Competency(n, code=n.upper()) for n in "abcdefgh"], requires={"g": "f", "h": "g; e"})
EASY = Policy(criteria=Criteria(0.8, pieces=1, occasions=1), check=CheckRule(required=False))


def done(who: str, on: str, when: float) -> Evidence:
    return Evidence(who, on, 1.0, day(0) + timedelta(days=when), key=on)


def pace(facts: list[Evidence | Decision], by_days: int, at: float = 42, goal: str = "h") -> Pace:
    room = classroom(ROW, EASY, {"ana": facts}, day(0) + timedelta(days=at))
    return pace_of(room.progress["ana"], goal, room.at.date() + timedelta(days=by_days), learner="ana")


def test_a_rate_of_four_in_six_weeks_forecasts_four_more() -> None:
    """Four credits in 42 days and four left: 0.7 a week, an even chance in six to seven weeks, and a row of three."""
    one = pace([done("ana", on, n * 10) for n, on in enumerate("abcd")], 70)
    assert (one.left, one.in_a_row) == (4, ("F", "G", "H"))
    assert (one.record.credits, round(one.record.per_week, 2), round(one.needed, 2)) == (4, 0.67, 0.4)
    assert one.forecast is not None
    assert one.forecast.dates.median is not None
    assert 35 <= (one.forecast.dates.median - date(2026, 2, 16)).days <= 42
    assert one.outlook is Outlook.CLOSE
    assert one.plan is not None
    assert (one.plan.per_week, one.plan.proven) == (1, True)


def test_a_date_before_the_row_has_an_end_names_another() -> None:
    """Three in a row do not fit into two weeks: the first date that does, and how far a plan reaches, are told."""
    one = pace([done("ana", on, n * 10) for n, on in enumerate("abcd")], 14)
    assert one.outlook is Outlook.ANOTHER_DATE
    assert (one.plan, one.feasible_by, one.as_far_as) == (None, date(2026, 3, 8), "G")
    assert any("by 2026-03-08" in sentence and "as far as G" in sentence for sentence in one.said)


def test_nothing_earned_is_too_little_and_says_no_more() -> None:
    """Without a credit earned by work there is no date, and the plan is still told; a waive is not a rate."""
    waive = Decision(
        learner="ana", competency="a", kind="waive", by="the teacher", why="placed", observed_at=day(1), key="w"
    )
    one = pace([waive], 70)
    assert (one.outlook, one.forecast, one.record.credits) == (Outlook.TOO_LITTLE, None, 0)
    assert one.plan is not None
    assert "Too little to forecast from: no credit is earned by evidence yet." in one.said
    short = pace([done("ana", "a", 41)], 70)
    assert "Too little to forecast from: less than a week of record." in short.said


def test_a_goal_that_is_met_has_nothing_left() -> None:
    """What is met is reached, with no dates, no plan and one sentence."""
    one = pace([done("ana", "a", 0)], 70, goal="a")
    assert (one.outlook, one.forecast, one.plan, one.left) == (Outlook.REACHED, None, None, 0)
    assert one.said == ("A is met: nothing is left to do for it.",)


@pytest.mark.parametrize(
    ("by", "window", "says"), [(0, 42, "by"), (-3, 42, "by"), (30, 6, "window"), (30, 367, "window")]
)
def test_a_date_or_a_window_that_cannot_be_is_refused(by: int, window: int, says: str) -> None:
    """A date that has come, and a window under a week or over a year, are refused by name."""
    room = classroom(ROW, EASY, {"ana": []}, day(42))
    with pytest.raises(ValueError, match=says):
        pace_of(room.progress["ana"], "h", room.at.date() + timedelta(days=by), window=window)
    with pytest.raises(TypeError, match="by"):
        pace_of(room.progress["ana"], "h", room.at + timedelta(days=30))


# As a teacher types it.


def test_a_learner_has_dates_and_a_plan(monday: Run) -> None:
    """Oak has three left for FR4.5, all in a row, earned 1.5 a week, and is on pace; the plan is told week by week."""
    told = lines(monday("pace", "oak", "--goal", "FR4.5", "--by", "2026-06-30", *ON))
    assert told[0] == "Pace of oak to FR4.5 by 2026-06-30: on pace, as of 2026-03-16 08:00 UTC"
    assert told[2] == "3 competencies are left for FR4.5, all of them in a row: FR3.4, FR4.3 and FR4.5."
    assert "   from 2026-03-16: FR3.4" in told


def test_a_class_has_a_line_for_each(monday: Run) -> None:
    """Everybody's pace in one table, the outlooks counted, JSON and CSV saying the same."""
    typed_so = ("pace", "--goal", "FR4.5", "--by", "2026-05-30", *ON)
    told = lines(monday(*typed_so))
    assert told[:2] == [
        "Pace of 28 learners to FR4.5 by 2026-05-30, as of 2026-03-16 08:00 UTC",
        "On pace 25, close 2, too little 1",
    ]
    data = fits(monday(*typed_so, "--json")[1], "pace-class")
    rows = list(csv.DictReader(io.StringIO(monday(*typed_so, "--csv")[1])))
    assert [(row["learner"], row["outlook"], int(row["left"])) for row in rows] == [
        (one["learner"], one["outlook"], one["left"]) for one in data["answer"]
    ]
    assert data["counts"]["on_pace"] == 25


def test_a_narrow_terminal_has_the_columns_below_one_another(monday: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On sixty characters no line is longer, and each block of columns begins with the learners."""
    monkeypatch.setenv("COLUMNS", "60")
    for typed_so in (("pace", "--goal", "FR4.5", "--by", "2026-05-30"), ("figures", "--with-learners")):
        told = lines(monday(*typed_so, *ON))
        assert max(map(len, told)) <= 60
        starts = [line for line in told if line.removeprefix("  - ").startswith("oak ")]
        assert len(starts) > 1


def test_one_learner_as_json_and_csv(monday: Run) -> None:
    """The legs of the JSON are the rows of the table, each in its week."""
    typed_so = ("pace", "holly", "--goal", "RA6.11", "--by", "2026-05-30", *ON)
    data = fits(monday(*typed_so, "--json")[1], "pace")
    rows = list(csv.DictReader(io.StringIO(monday(*typed_so, "--csv")[1])))
    assert [(row["competency"], row["week"]) for row in rows] == [
        (leg["name"], "" if leg["week"] is None else str(leg["week"])) for leg in data["answer"]
    ]


@pytest.mark.parametrize(
    ("typed_so", "code", "says"),
    [
        (("--goal", "FR4.5"), 2, "--by"),
        (("--by", "2026-06-30"), 2, "--goal"),
        (("--goal", "FR4.5", "--by", "June"), 2, "a date was wanted, such as 2026-06-30, got 'June'"),
        (("--goal", "FR4.5", "--by", "2026-03-16"), 2, "a date after 2026-03-16 was wanted, got 2026-03-16"),
        (("--goal", "FR4.5", "--by", "2026-06-30", "--window", "6"), 2, "Invalid value for '--window'"),
        (("oak", "--goal", "FR4.5", "--by", "2026-06-30", "--learner", "elm"), 2, "one learner or a class was wanted"),
        (("--goal", "QQ1", "--by", "2026-06-30"), 1, "QQ1"),
    ],
)
def test_what_cannot_be_is_refused(monday: Run, typed_so: tuple[str, ...], code: int, says: str) -> None:
    """A missing or wrong date, goal or window is refused in words that say what was wanted."""
    left, out, errors = monday("pace", *typed_so, *ON)
    assert (left, out) == (code, "")
    assert says in " ".join(errors.split())
