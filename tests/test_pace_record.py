"""Pace: what a record counts, a plan that keeps its order, an interval that holds what it says, and every word."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import exp, lgamma, log
from pathlib import Path

import pytest
from typing_commands import Run, lines
from worlds import BRIEF, cases
from worlds_classes import classes

import mastery
from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Decision, Evidence, Policy, Status, evaluate
from mastery.classroom import Classroom
from mastery.planning.pace import Outlook, OwnRecord, Pace, Span, class_pace, pace_of
from mastery.progress import Progress

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
EASY = Policy(criteria=Criteria(0.8, pieces=1, occasions=1), check=CheckRule(required=False))
UNWANTED = re.compile(r"\b(behind|late|fail\w*|slow\w*|at[ _]risk|off[ _]track|red)\b", re.IGNORECASE)
ON = ("--as-of", "2026-03-16T08:00")
SHOWN = (mastery.Basis.DEMONSTRATED, mastery.Basis.KEPT)


def asked(seed: str, usual: int) -> Iterator[tuple[Classroom, str, date, random.Random]]:
    """Yield small classes, a goal of theirs, and a date some days or weeks on."""
    for n, (room, _) in enumerate(classes(seed, usual)):
        rng = random.Random(f"{seed}/asked/{n}")
        goal = rng.choice([one.identifier for one in room.framework.competencies])
        yield room, goal, room.at.date() + timedelta(days=rng.choice((1, 6, 13, 20, 34, 60, 200))), rng


def told(answer: Pace) -> list[str]:
    """Return all the text of an answer."""
    cells = [cell for row in answer.table().rows for cell in row]
    return [*answer.said, *answer.because, *answer.caveats, answer.outlook.value.replace("_", " "), *cells]


# Laws.


def test_a_plan_keeps_the_order_of_what_it_needs() -> None:
    """Each week can be done when it comes, all is done by the date, and a day before the first date is too soon."""
    seen: Counter[str] = Counter()
    for room, goal, by, _ in asked("order", 300):
        for learner, progress in room:
            answer = pace_of(progress, goal, by, learner=learner)
            if answer.plan is not None:
                keeps(progress, answer)
                seen["several a week"] += answer.plan.per_week > 1
                seen["several weeks"] += len(answer.plan.weeks) > 1
            elif answer.feasible_by is not None:
                assert pace_of(progress, goal, answer.feasible_by - timedelta(days=1)).plan is None
                assert answer.as_far_as == answer.in_a_row[answer.weeks - 1]
                seen["no plan"] += 1
            less = "It is less than a week to the date: the plan takes it for one." in answer.caveats
            assert less == (bool(answer.legs) and (by - room.at.date()).days < 6)
            seen["less than a week"] += less
    assert BRIEF or min(seen.values()) >= 5, seen


def keeps(progress: Progress, answer: Pace) -> None:
    """Fail unless each week of a plan can be done when it comes, and all of it by the date."""
    assert answer.plan is not None
    rules, state = progress.rules, progress.met
    position = {leg.name: rules.expansion.position[leg.competency] for leg in answer.legs}
    for week in answer.plan.weeks:
        assert 1 <= len(week) <= answer.plan.per_week
        for name in week:
            i = position[name]
            assert rules.expansion.gates[i].met(state) or progress.standing_at(i).status is not Status.LOCKED
        state |= sum(1 << position[name] for name in week)
    assert sorted(n for week in answer.plan.weeks for n in week) == sorted(position)
    assert len(answer.plan.weeks) <= answer.weeks
    assert answer.plan.ends <= answer.by
    planned = {name: number for number, week in enumerate(answer.plan.weeks, start=1) for name in week}
    assert {leg.name: leg.week for leg in answer.legs} == planned


def test_a_record_counts_credit_that_evidence_earned() -> None:
    """Counted is credit by evidence since the window began, whatever a person granted, and how long each took."""
    seen: Counter[str] = Counter()
    for room, goal, by, rng in asked("record", 250):
        window = rng.choice((7, 10, 42))
        for learner, progress in room:
            record = pace_of(progress, goal, by, learner=learner, window=window).record
            first = min((fact.observed_at for fact in progress.facts if fact.observed_at <= room.at), default=room.at)
            start = max(first, room.at - timedelta(days=window))
            earned = [
                c for c in progress.credits.values() if c.basis in (mastery.Basis.DEMONSTRATED, mastery.Basis.KEPT)
            ]
            assert record.credits == sum(credit.since >= start for credit in earned)
            assert record.days == (room.at - start) / timedelta(days=1)
            assert len(record.took) <= len(earned)
            assert list(record.took) == sorted(record.took)
            seen["earned earlier"] += record.credits < len(earned)
            seen["not by evidence"] += len(earned) < len(progress.credits)
            seen["some took days"] += any(record.took)
    assert BRIEF or min(seen.values()) >= 10, seen


def test_no_answer_has_a_word_that_blames() -> None:
    """None of the words that put a learner in a bad light is in anything that an answer says of its own."""
    seen: Counter[Outlook] = Counter()
    for room, goal, by, _ in asked("words", 200):
        answer = class_pace(room, goal, by)
        cells = [cell for row in (answer.table().header, *answer.table().rows) for cell in row]
        texts = [*answer.because, *answer.caveats, *cells]
        for one in answer.learners:
            texts += told(one)
            seen[one.outlook] += 1
        assert not [text for text in texts if UNWANTED.search(text)]
    assert BRIEF or len(seen) == len(Outlook), seen


def test_seven_learners_of_ten_are_there_within_the_interval() -> None:
    """Of learners who earn credit at a steady rate, the interval holds the day of the last for about 70 of 100.

    Facts are evaluated, nothing is drawn from the forecast. By the exact binomial law the share is neither under 0.67
    nor over 0.77, which is what whole days and small counts allow.
    """
    many, inside, n = Framework("many", [Competency(f"c{i}") for i in range(60)]), 0, cases(600)
    for case in range(n):
        rng = random.Random(f"steady/{case}")
        more, per_day = rng.choice((3, 6, 10)), rng.choice((1.0, 1.5, 2.5)) / 7
        times = [rng.expovariate(per_day)]
        while len(times) < 60:
            times.append(times[-1] + rng.expovariate(per_day))
        at = START + timedelta(days=42)
        facts = [Evidence("ana", f"c{i}", 1.0, START + timedelta(days=t), key=str(i)) for i, t in enumerate(times)]
        begun = Decision(learner="ana", competency="c59", kind="pin", by="t", why="w", observed_at=START, key="pin")
        progress = evaluate(many, EASY, [begun, *facts], at)
        earned = len(progress.credits)
        ahead = pace_of(progress, "; ".join(f"c{i}" for i in range(earned, earned + more)), date(2026, 12, 1)).forecast
        if ahead is None:  # nothing earned yet, which is seldom: there is no date to be right or wrong
            assert earned == 0
            n -= 1
            continue
        last = START + timedelta(days=times[earned + more - 1])
        day = at.date() + timedelta(days=-((at - last) // timedelta(days=1)))
        inside += (ahead.dates.low or date.max) <= day <= (ahead.dates.high or date.max)
    assert at_most(inside, n, 0.67) > 1e-4
    assert at_most(n - inside, n, 0.23) > 1e-4


def at_most(count: int, n: int, share: float) -> float:
    """Return the chance of `count` or fewer of `n`, each with this chance (binomial)."""
    ways = (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in range(count + 1))
    return sum(exp(w + k * log(share) + (n - k) * log(1 - share)) for k, w in enumerate(ways))


# Examples.


CHAIN = Framework("chain", [Competency(n) for n in "abcdefx"], requires=dict(zip("bcdef", "abcde", strict=True)))


def said(facts: list[tuple[str, float]], days: float, goal: str, by: date) -> tuple[str, ...]:
    """Return what is found for ana, so many days on, of what she has done on which day."""
    done = [Evidence("ana", on, 1.0, START + timedelta(days=day), key=on) for on, day in facts]
    return pace_of(evaluate(CHAIN, EASY, done, START + timedelta(days=days)), goal, by).said


def test_a_forecast_in_words() -> None:
    """Three credits in four weeks and three in a row to go: the rate, the dates, and a plan of one a week."""
    assert said([("a", 0), ("b", 9), ("c", 20)], 28, "f", date(2026, 3, 31)) == (
        "3 competencies are left for f, all of them in a row: d, e and f.",
        "So far: 3 credits in the last 28 days, 0.75 a week. By 2026-03-31 it takes 0.37 a week.",
        "On the rate so far: 2026-02-26, 7 times of 10 between 2026-02-12 and 2026-03-30.",
        "Feasible by 2026-03-31 with a plan of 1 a week.",
    )


def test_two_that_need_nothing_of_each_other_fit_one_week() -> None:
    """They are said to wait for nothing, and within a week both are the plan."""
    found = said([("a", 0)], 28, "b; x", date(2026, 2, 10))
    assert found[0] == "2 competencies are left for b; x; none of them has to wait for another."
    assert found[-1] == "Feasible by 2026-02-10 with a plan of 2 a week."


def test_few_credits_leave_an_end_open() -> None:
    """Where nothing was earned in the window, the far end is open, then all but the near end, then every date."""
    wide = Framework("wide", [Competency(f"c{i}") for i in range(200)])
    one = Evidence("ana", "c0", 1.0, START, key="one")
    progress = evaluate(wide, EASY, [one], START + timedelta(days=100))

    def ahead(left: int) -> tuple[str, ...]:
        return pace_of(progress, "; ".join(f"c{i}" for i in range(1, left + 1)), date(2026, 12, 31)).said

    assert ahead(5)[1:3] == (
        "So far: no credit in the last 42 days. By 2026-12-31 it takes 0.13 a week.",
        "On the rate so far: 2028-08-20, with 2026-10-05 as the near end; too few credits for the far one.",
    )
    assert ahead(10)[2] == "On the rate so far: from 2027-04-25 on; too few credits to say more."
    assert ahead(199)[2] == "On the rate so far: too few credits for a date within three years."
    assert ahead(199)[3] == "Feasible by 2026-12-31 with a plan of 6 a week."


def test_values_that_cannot_be_are_refused() -> None:
    """Dates out of order, and a record of less than nothing, are refused by name."""
    with pytest.raises(ValueError, match="low, median, high"):
        Span(date(2026, 3, 2), date(2026, 3, 1), None)
    with pytest.raises(ValueError, match="low, median, high"):
        Span(None, date(2026, 3, 1), None)
    for wrong in ((-1, 7.0, ()), (1, -7.0, ()), (1, 7.0, (-1,))):
        with pytest.raises(ValueError, match="credits, days, took"):
            OwnRecord(*wrong)
    assert OwnRecord(0, 0.0).per_week == 0.0


# As a teacher types it.


def test_no_word_blames_in_any_face(monday: Run) -> None:
    """For a class and for some of it, near and far dates, as text, JSON and CSV: none of the words is there."""
    seen = Counter[str]()
    for who in ((), ("oak",), ("holly",), ("ash",)):
        for by in ("2026-03-18", "2026-04-10", "2026-06-30"):
            for face in ((), ("--json",), ("--csv",)):
                told = "\n".join(lines(monday("pace", *who, "--goal", "RA7.1", "--by", by, *face, *ON)))
                assert not UNWANTED.search(told), told
                seen.update(one for one in Outlook if one.value in told and face == ("--csv",))
    assert len(seen) >= 5, seen


def test_who_is_not_known_and_what_is_no_class_are_said(monday: Run, tmp_path: Path) -> None:
    """An unknown learner has a near miss and no blame; a class file that is not there or empty is refused."""
    asked = ("pace", "--goal", "FR4.5", "--by", "2026-06-30", *ON)
    code, out, errors = monday(*asked, "hollie")
    assert (code, errors) == (0, "Nothing is recorded of hollie yet. Did you mean olive or holly? ")
    assert "Too little to forecast from: less than a week of record." in out
    assert "Nothing is recorded of hollie: an empty record says nothing of what they know." in " ".join(out.split())
    (tmp_path / "none.txt").write_text("\n", "utf-8")
    for file, says in (
        ("nowhere.txt", "a text file with a learner a line was wanted"),
        ("none.txt", "names no learner"),
    ):
        code, out, errors = monday(*asked, "--class", file)
        assert (code, out) == (2, "")
        assert says in errors


def test_goals_may_be_groups_and_requirements(monday: Run) -> None:
    """A requirement is a goal as for a path; one that cannot be read is refused."""
    told = lines(monday("pace", "oak", "--goal", "FR4.5; (RA7.1 or RA6.11)", "--by", "2026-06-30", *ON))
    assert told[0].startswith("Pace of oak to FR4.5; (")
    code, out, errors = monday("pace", "oak", "--goal", "FR4.5; (", "--by", "2026-06-30", *ON)
    assert (code, out) == (1, "")
    assert errors
