"""The conference sheet: each of its parts against the learner's own standings and facts, and every face of it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import given
from reading_pages import read_page
from typing_commands import fits
from worlds import Pick, Tally, World, dense, profile, worlds

from competencies import Competency, Framework, UnknownCompetency
from mastery import Basis, Currency, Decision, DecisionKind, Evidence, Policy, Progress, Status, evaluate
from mastery.adapters.sheets.report_html import report_page
from mastery.adapters.sheets.report_markdown import report_markdown
from mastery.classroom import Line, Sheet, conference_sheet
from mastery.pathway import next_steps, withheld
from mastery.sheet_answers import report_json

AT = datetime(2026, 3, 16, 8, tzinfo=UTC)
RULING = (DecisionKind.PIN, DecisionKind.UNLOCK, DecisionKind.HOLD, DecisionKind.PAUSE)


def sheet_of(world: World, **asked: object) -> tuple[Progress, Sheet]:
    progress = evaluate(world.framework, world.policy, world.facts, world.at)
    return progress, conference_sheet(progress, learner="ana", **asked)  # type: ignore[arg-type]


def named(lines: tuple[Line, ...]) -> list[str]:
    return [line.competency for line in lines]


# Each part is what the standings and the facts say.


def test_the_summary_counts_what_is_met() -> None:
    """Fresh, due and lapsed come to what is met, each as counting the standings gives, and the sentence says them."""
    tally = Tally()
    for world, _ in dense("sheet summary", 80):
        progress, sheet = sheet_of(world)
        found, own = sheet.summary, [standing for _, standing in progress.standings()]
        for currency in Currency:
            count = sum(one.credit is not None and one.currency is currency for one in own)
            assert getattr(found, currency.value) == count
        assert (found.of, found.met) == (len(own), sum(one.credit is not None for one in own))
        assert found.fresh + found.due + found.lapsed == found.met
        earned = sum(one.credit is not None and one.credit.basis is Basis.DEMONSTRATED for one in own)
        assert found.not_shown == found.met - earned
        assert found.text.startswith(f"{found.met} of {found.of} ")
        tally.case("summary", due=found.due, lapsed=found.lapsed, not_shown=found.not_shown)
    tally.demand("summary", due=0.05, lapsed=0.02, not_shown=0.2)


def test_steps_and_waits_are_those_of_the_engine() -> None:
    """What comes next is the best of the next steps with their reasons, and what waits is all that is withheld."""
    tally = Tally()
    for world, rng in dense("sheet steps", 80):
        goals = [rng.choice(world.leaves)] if rng.random() < 0.5 else []
        progress, sheet = sheet_of(world, goals=goals)
        steps = next_steps(progress, goals=goals)
        assert named(sheet.steps) == [step.competency for step in steps[:5]]
        assert [line.because for line in sheet.steps] == [step.because for step in steps[:5]]
        assert sheet.more_steps == max(len(steps) - 5, 0)
        held = withheld(progress, goals=goals)
        assert named(sheet.waiting) == [one.competency for one in held]
        for line, one in zip(sheet.waiting, held, strict=True):
            assert one.wait.what.casefold() in line.because[0].casefold()
            assert one.wait.by in line.because[0]
        assert len(sheet.goals) == len(goals)
        tally.case("steps", waits=held, goals=goals)
    tally.demand("steps", waits=0.08, goals=0.3)


def test_met_lately_is_credit_of_the_last_weeks() -> None:
    """It has every competency whose credit is younger than so many weeks, in order of time, and no other."""
    tally = Tally()
    for world, rng in dense("sheet lately", 80):
        weeks = rng.choice((1, 2, 6))
        progress, sheet = sheet_of(world, weeks=weeks)
        young = {name for name, credit in progress.credits.items() if world.at - credit.since < timedelta(weeks=weeks)}
        assert set(named(sheet.met_lately)) == young
        times = [progress.credits[name].since for name in named(sheet.met_lately)]
        assert times == sorted(times)
        assert all(t.date().isoformat() in line.because[0] for t, line in zip(times, sheet.met_lately, strict=True))
        tally.case("lately", some=young, not_all=len(young) < len(progress.credits))
    tally.demand("lately", some=0.3, not_all=0.1)


def test_what_wants_a_recheck_is_what_is_due_or_lapsed() -> None:
    """It has all lapsed credit, then all that is due, longest due first: five, and how many besides."""
    for world, _ in dense("sheet recheck", 60):
        progress, sheet = sheet_of(world)
        own = [(name.identifier, standing) for name, standing in progress.standings()]
        lapsed = [name for name, one in own if one.currency is Currency.LAPSED]
        due = [(one.due_at, n, name) for n, (name, one) in enumerate(own) if one.currency is Currency.DUE]
        wanted = lapsed + [name for *_, name in sorted(due)]
        assert named(sheet.recheck) == wanted[:5]
        assert sheet.more_recheck == max(len(wanted) - 5, 0)


def plain_missing(world: World, progress: Progress, name: str) -> int:
    """The fewest competencies that, met besides, open `name`: every set is tried, small ones first."""
    met = world.opens_gates(progress)
    others = [leaf for leaf in world.leaves if leaf not in met]
    return next(
        n for n in range(len(others) + 1) for more in combinations(others, n) if world.is_met(name, met | {*more})
    )


def test_what_is_locked_comes_with_the_nearest_first() -> None:
    """The five lines are of locked competencies with the fewest missing, and each says so and what opens it."""
    tally = Tally()
    for world, _ in dense("sheet locked", 60):
        progress, sheet = sheet_of(world)
        locked = [name for name in world.leaves if progress.status(name) is Status.LOCKED]
        order = [name.identifier for name, _ in progress.standings()]
        ranked = sorted(locked, key=lambda name: (plain_missing(world, progress, name), order.index(name)))
        assert named(sheet.locked) == ranked[:5]
        assert sheet.more_locked == len(ranked) - len(sheet.locked)
        for line in sheet.locked:
            assert line.word == f"{plain_missing(world, progress, line.competency)} to meet"
            assert line.because[0].startswith("It is locked")
        tally.case("locked", some=locked)
    tally.demand("locked", some=0.3)


def test_every_decision_in_force_is_told_once() -> None:
    """Pins, unlocks, holds and pauses that rule somewhere are told, by whom and why, and none that has ended."""
    tally = Tally()
    for world, _ in dense("sheet decisions", 80):
        progress, sheet = sheet_of(world)
        ruling = {
            decision.key
            for name in world.leaves
            for kind in RULING
            if (track := progress.track(name)) is not None
            and (decision := track.in_force(kind, progress.at)) is not None
        }
        told = [one.decision for one in sheet.decisions]
        assert sorted(decision.key for decision in told) == sorted(ruling)
        for one in sheet.decisions:
            decision = one.decision
            assert decision.until is None or decision.until > world.at
            assert decision.by in one.text
            assert decision.why in one.text
            for name in one.on:
                leaves = progress.framework.expansion.names(
                    progress.framework.expansion.masks[progress.framework.competency(name).identifier]
                )
                tracks = [progress.track(leaf) for leaf in leaves]
                assert all(track and track.in_force(decision.kind, world.at) == decision for track in tracks)
        groups = [name for one in sheet.decisions for name in one.on if progress.rules.leaf(name) is None]
        tally.case("decisions", some=told, group=groups)
    tally.demand("decisions", some=0.2, group=0.02)


def test_what_is_not_known_is_said() -> None:
    """An empty record is said to say nothing; otherwise what has no fact is counted, and what can be begun of it."""
    for world, _ in dense("sheet unknown", 60):
        progress, sheet = sheet_of(world)
        said = " ".join(sheet.unknown)
        if not any(fact.observed_at <= world.at for fact in progress.facts):
            assert sheet.unknown == (
                "Nothing is recorded of ana by then: an empty record says nothing of what they know.",
            )
            continue
        tracks = {name: progress.track(name) for name in world.leaves}
        blank = [name for name, t in tracks.items() if t is None or not [*t.evidence, *t.decisions, *t.awards]]
        can = sum(progress.status(name) is not Status.LOCKED for name in blank)
        counted = re.search(r"recorded on (\d+) of (\d+) \w+; (\d+|none) of them", said)
        assert (counted and tuple(int(n.replace("none", "0")) for n in counted.groups())) == (
            (len(blank), len(world.leaves), can) if blank else None
        )
        assert ("no place in this framework" in said) is bool(progress.unplaced)


@profile(25)
@given(worlds())
def test_a_sheet_is_the_same_whatever_the_order_of_facts(drawn: tuple[World, Pick]) -> None:
    """The same facts in another order give an equal sheet, whose JSON has its shape."""
    world, _ = drawn
    progress, sheet = sheet_of(world)
    _, again = sheet_of(evolve(world, facts=tuple(reversed(world.facts))))
    assert again == sheet
    fits(json.dumps(report_json(progress, sheet)), "report")


# Words that mislead nobody.


def small(**facts: float) -> Progress:
    two = Framework("two", [Competency("a"), Competency("b")], requires={"b": "a"})
    told = [Evidence("ana", name, score, AT - timedelta(weeks=8)) for name, score in facts.items()]
    return evaluate(two, Policy(), told, AT)


def test_a_quiet_record_is_told_from_an_empty_one() -> None:
    """A record that is only old is not said to be empty, and work outside the framework is said not to count."""
    assert "an empty record says nothing" in conference_sheet(small(), learner="ana").unknown[0]
    assert conference_sheet(small(a=0.9, gone=1), learner="ana").unknown == (
        "Nothing is recorded on 1 of 2 competencies; none of them can be begun.",
        "No work is recorded in the last 6 weeks: the latest is of 2026-01-19 08:00 UTC.",
        "1 fact has no place in this framework and counts for nothing.",
    )


def test_goals_are_said_by_how_far_away_they_are() -> None:
    """A goal that is met, one away, or further is said in a sentence, and a goal that there is not is refused."""
    grant = Decision(
        learner="ana", kind=DecisionKind.GRANT, by="the teacher", why="seen", competency="a", observed_at=AT
    )
    progress = small()
    assert conference_sheet(progress, learner="ana", goals=["b", "a"]).goals == (
        "The goal b is 2 competencies away, a first.",
        "The goal a is one competency away: a.",
    )
    assert conference_sheet(progress.with_facts([grant]), learner="ana", goals=["a"]).goals == ("The goal a is met.",)
    with pytest.raises(UnknownCompetency):
        conference_sheet(progress, learner="ana", goals=["nowhere"])
    with pytest.raises(ValueError, match="from 1 on"):
        conference_sheet(progress, learner="ana", weeks=0)


def test_a_group_that_is_held_in_part_is_named_by_its_parts() -> None:
    """A decision on a group is told of the group, and of what is left where a later one rules some of it."""
    group = Framework("g", [Competency("g"), Competency("a"), Competency("b")], part_of={"a": "g", "b": "g"})
    by = {"learner": "ana", "by": "the teacher", "kind": "pause"}
    first = Decision(**by, why="rest.", competency="g", observed_at=AT - timedelta(days=2), key="1")  # type: ignore[arg-type]
    later = Decision(**by, why="rest more", competency="a", observed_at=AT - timedelta(days=1), key="2")  # type: ignore[arg-type]
    whole = conference_sheet(evaluate(group, Policy(), [first], AT), learner="ana").decisions
    assert [one.text for one in whole] == ["Paused: g, by the teacher on 2026-03-14 08:00 UTC: rest."]
    split = conference_sheet(evaluate(group, Policy(), [first, later], AT), learner="ana").decisions
    assert [one.on for one in split] == [("b",), ("a",)]


# What is printed.


HOSTILE = "<script>alert(1)</script> [x](http://y) **z** \u202e\n# h"


def test_hostile_text_does_nothing_on_the_sheet() -> None:
    """Names, statements and reasons that are scripts, links or headings are shown as they read, on page and paper."""
    one = Framework(HOSTILE, [Competency("i", code=HOSTILE, statement=HOSTILE)])
    by = {"learner": HOSTILE, "by": HOSTILE, "why": HOSTILE, "competency": "i"}
    hold = Decision(**by, kind="hold", observed_at=AT - timedelta(days=1))  # type: ignore[arg-type]
    sheet = conference_sheet(evaluate(one, Policy(), [hold], AT), learner=HOSTILE)
    page = read_page(report_page(sheet))
    assert "<script>alert(1)</script>" in page.said()
    assert "\u202e" not in page.said()
    told = report_markdown(sheet)
    assert "<script>" not in told.replace("\\<", "")
    assert "](http" not in told.replace("\\]", "")
    headings = [line for line in told.splitlines() if line.startswith("#")]
    assert headings[0].startswith("# Conference sheet: ")
    assert all(re.fullmatch(r"## [A-Z][a-z0-9, ]+", line) for line in headings[1:])


def test_page_and_markdown_say_the_same() -> None:
    """Every sentence of a sheet is on the page and in the Markdown, under the same headings."""
    for world, _ in dense("sheet faces", 30):
        _, sheet = sheet_of(world, goals=[world.leaves[0]])
        page = read_page(report_page(sheet))
        told = re.sub(r"\\(.)", r"\1", report_markdown(sheet))
        said = page.said()
        parts = (sheet.steps, sheet.waiting, sheet.met_lately, sheet.recheck, sheet.locked)
        sentences = [sentence for lines in parts for line in lines for sentence in line.because]
        for sentence in (sheet.summary.text, *sheet.goals, *sentences, *sheet.unknown):
            assert sentence in said
            assert sentence in told
        assert [text for tag, text in page.texts if tag == "h2"] == re.findall(r"^## (.+)$", told, re.MULTILINE)


def test_one_competency_is_told_as_one() -> None:
    """Counts of one are singular, in what is met and in what is not known."""
    one = Framework("one", [Competency("a")])
    waived = Decision(learner="ana", kind="waive", competency="a", by="the teacher", why="seen", observed_at=AT)
    blank = conference_sheet(evaluate(one, Policy(), [evolve(waived, kind="pin", until=AT)], AT), learner="ana")
    met = conference_sheet(evaluate(one, Policy(), [waived], AT), learner="ana")

    assert met.summary.text == (
        "1 of 1 competency is met: 1 fresh. Of these, 1 is credited without evidence that earns it."
    )
    assert blank.summary.text == "0 of 1 competency are met."
    assert met.unknown == ("No scored piece of work is recorded.",)
