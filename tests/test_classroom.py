"""A class: who is ready and what holds learners up, held against a plain reading of what the words mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from worlds import Tally, World
from worlds_classes import classes

import competencies
from competencies import Competency, Framework, UnknownCompetency
from mastery import Decision, DecisionKind, Engine, Evidence, Policy, Progress, Status, evaluate
from mastery.classroom import Classroom, Distance, ReadyLearner, Table, blockers, classroom, csv_text, who_is_ready
from mastery.classroom.away import MOST, nearest

TALLY = Tally()
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


# The plain reading: sets of names, and the requirement as it is written.


def in_reach(world: World, progress: Progress, name: str, met: set[str]) -> bool:
    """Whether a learner who had met these could work on it."""
    return progress.status(name) is not Status.LOCKED or world.is_met(name, met)


def opening(world: World, progress: Progress, name: str, most: int) -> Iterator[tuple[str, ...]]:
    """Yield every row of `most` competencies, each in reach when it comes, after which `name` is open."""
    rows: list[tuple[str, ...]] = [()]
    start = world.opens_gates(progress)
    for _ in range(most):
        rows = [
            (*row, c) for row in rows for c in world.leaves
            if c not in start and c not in row and in_reach(world, progress, c, start | {*row})
        ]  # fmt: skip
    yield from (row for row in rows if world.is_met(name, start | {*row}))


def plain_distance(world: World, progress: Progress, name: str) -> tuple[Distance, set[frozenset[str]]]:
    """The distance of a competency without parts, and all sets that open it where one or two do."""
    standing = progress.standing(name)
    if standing.credit is not None:
        return Distance.MET, set()
    if standing.status is not Status.LOCKED:
        return (Distance.WAITING if standing.action is None else Distance.READY), set()
    for most, distance in ((1, Distance.ONE_AWAY), (2, Distance.TWO_AWAY)):
        found = {frozenset(row) for row in opening(world, progress, name, most)}
        if found:
            return distance, found
    return Distance.FURTHER, set()


def behind(world: World, progress: Progress, blocker: str) -> int:
    """How many competencies can never be opened without this one, whatever else is met."""
    met = world.opens_gates(progress)
    opened = {name for name in world.leaves if name not in met and in_reach(world, progress, name, met)}
    while True:
        known = met | opened - {blocker}
        more = {name for name in world.leaves if name not in met and in_reach(world, progress, name, known)}
        if more == opened:
            return len(world.leaves) - len(met | opened)
        opened = more


def frees(world: World, progress: Progress, blocker: str) -> int:
    """How many locked competencies open when this one alone is met."""
    met = world.opens_gates(progress)
    locked = [name for name in world.leaves if progress.status(name) is Status.LOCKED]
    return sum(world.is_met(name, met | {blocker}) for name in locked if not world.is_met(name, met))


def can_work_on(world: World, progress: Progress, name: str) -> bool:
    return name not in world.opens_gates(progress) and progress.status(name) is not Status.LOCKED


# They agree.


def agree_on_one(room: Classroom, world: World, one: ReadyLearner, name: str) -> None:
    progress = room.progress[one.learner]
    distance, sets = plain_distance(world, progress, name)
    TALLY.case("ready", **{distance.value: True})
    if one.learner in room.silent:
        assert one.distance is Distance.NO_DATA
        return
    assert one.distance is distance
    printed = room.framework.printed_name
    told = {frozenset(way) for way in one.missing}
    known = {frozenset(map(printed, way)) for way in sets}
    assert told <= known
    assert len(told) == len(one.missing) == min(len(known), MOST)
    for way in one.missing:
        met = world.opens_gates(progress)
        for code in way:
            leaf = room.framework.competency(code).identifier
            assert in_reach(world, progress, leaf, met), "what is named can be met in that order"
            met |= {leaf}


def test_who_is_ready_is_as_it_reads() -> None:
    """For every learner and competency: the distance and the sets that are missing are what trying all rows finds."""
    for room, worlds in classes("ready", 300):
        for name in next(iter(worlds.values())).leaves:
            answer = who_is_ready(room, name)
            assert sorted(one.learner for one in answer.learners) == sorted(worlds)
            for one in answer.learners:
                agree_on_one(room, worlds[one.learner], one, name)
    TALLY.demand("ready", ready=0.2, waiting=0.02, one_away=0.05, two_away=0.02, further=0.01, met=0.1)


def test_a_group_is_as_near_as_its_nearest_part() -> None:
    """A group is met with all its parts, and otherwise at the least distance of a part that is not met."""
    order = list(Distance)
    for room, worlds in classes("groups", 80):
        groups = [c.identifier for c in room.framework.competencies if room.framework.parts(c.identifier)]
        for group in groups:
            inside = [n for n, mask in room.rules.expansion.masks.items() if mask & room.rules.expansion.masks[group]]
            leaves = [name for name in inside if room.rules.leaf(name) is not None]
            for one in who_is_ready(room, group).learners:
                parts = [plain_distance(worlds[one.learner], room.progress[one.learner], n)[0] for n in leaves]
                nearest = min((d for d in parts if d is not Distance.MET), key=order.index, default=Distance.MET)
                assert one.distance in (nearest, Distance.NO_DATA)


def test_blockers_are_as_they_read() -> None:
    """Whom a competency frees, what opens and what waits behind it are what trying it for each learner finds."""
    for room, worlds in classes("blockers", 400):
        answer = {one.competency: one for one in blockers(room).blockers}
        for name in next(iter(worlds.values())).leaves:
            freed, opens, waits = [], 0, 0
            for learner, world in worlds.items():
                progress = room.progress[learner]
                if not can_work_on(world, progress, name):
                    continue
                opened = frees(world, progress, name)
                freed += [learner] * bool(opened)
                opens += opened
                waits += behind(world, progress, name)
            assert (name in answer) is bool(freed or waits)
            TALLY.case("blockers", frees=freed, behind=waits, only_behind=waits and not freed)
            if name in answer:
                one = answer[name]
                assert (list(one.frees), one.opens, one.behind) == (freed, opens, waits)
    TALLY.demand("blockers", frees=0.15, behind=0.15)


def test_blockers_come_in_order_and_can_be_cut() -> None:
    """Who would free most learners comes first, then what opens and has most behind it; a limit keeps the first."""
    for room, _ in classes("order", 60):
        found = blockers(room).blockers
        ranks = [(-len(one.frees), -one.opens, -one.behind) for one in found]
        assert ranks == sorted(ranks)
        assert blockers(room, limit=2).blockers == found[:2]


def test_a_class_is_each_learner_evaluated() -> None:
    """A class holds for each learner what `evaluate` gives for their facts alone, in the order given."""
    for room, worlds in classes("each", 40):
        assert room.learners == tuple(worlds)
        for learner, progress in room:
            alone = evaluate(room.framework, room.policy, worlds[learner].facts, room.at)
            assert list(progress.standings()) == list(alone.standings())
            assert (learner in room.silent) is not any(f.observed_at <= room.at for f in worlds[learner].facts)


# Through an engine.

AB = Framework("ab", [Competency("a"), Competency("b"), Competency("c")], requires={"b": "a", "c": "a or b"})


def school() -> Engine:
    engine = Engine(AB, Policy(), clock=lambda: MONDAY + timedelta(days=9))
    for n in range(3):
        engine.record(Evidence("ana", "a", 0.9, MONDAY + timedelta(days=n), key=f"ana{n}"))
    told = {"by": "the teacher", "why": "seen", "observed_at": MONDAY, "key": "grant"}
    engine.record(Decision(learner="ben", competency="a", kind=DecisionKind.GRANT, **told))
    return engine


def test_an_engine_gives_everybody_or_those_named() -> None:
    """Without names a class is everybody of whom there is a fact, sorted; with names those, in that order, once."""
    engine = school()
    assert engine.classroom().learners == ("ana", "ben")
    assert engine.classroom(["zoe", "ana", "zoe"]).learners == ("zoe", "ana")
    assert engine.classroom(["zoe", "ana"]).silent == {"zoe"}


def test_a_class_can_be_looked_at_as_of_a_time_and_as_known_then() -> None:
    """`at` looks back with today's facts, `known` takes only those that were recorded by then."""
    engine = school()
    before = MONDAY - timedelta(days=1)
    assert [p.status("a") for _, p in engine.classroom(at=MONDAY)] == [Status.IN_PROGRESS, Status.MET]
    assert engine.classroom(at=before).silent == {"ana", "ben"}
    assert engine.classroom(known=MONDAY + timedelta(days=9)).silent == frozenset()


def test_an_answer_says_its_rule_and_who_is_not_known() -> None:
    """An answer says by which rule it was found, and names those of whom nothing is recorded."""
    room = school().classroom(["ana", "zoe"])
    for answer in (who_is_ready(room, "b"), blockers(room)):
        assert answer.because
        assert answer.caveats == ("Nothing is recorded of zoe: an empty record says nothing of what they know.",)


def test_who_is_ready_in_words() -> None:
    """What is missing is said by code, in the order in which it is to be met."""
    chain = Framework("chain", [Competency(n) for n in "abcd"], requires={"b": "a", "c": "b", "d": "c"})
    room = classroom(chain, Policy(), {"ana": school().progress("ana").facts, "ben": []}, MONDAY + timedelta(days=9))
    said = {name: who_is_ready(room, name).learners[0].because for name in "abcd"}
    assert said == {
        "a": "Check it now.",
        "b": "First a.",
        "c": "First a and then b.",
        "d": "Three or more have to be met first: what it needs is itself locked.",
    }
    assert who_is_ready(room, "d").counts[Distance.NO_DATA] == 1


def test_what_is_open_is_no_competency_away() -> None:
    """A competency that is met or open has nothing to be met before it; one that is locked has what opens it."""
    progress = school().progress("ben")
    assert [nearest(progress, i) for i in range(3)] == [(0, ()), (0, ()), (0, ())]
    assert nearest(school().progress("zoe"), 1) == (1, ((0,),))


def test_a_competency_that_is_not_there_is_refused() -> None:
    """An unknown competency is refused with the near miss."""
    room = classroom(competencies.pack("fractions-to-proportions"), Policy(), {}, MONDAY)
    with pytest.raises(UnknownCompetency, match=r"RA6\.3"):
        who_is_ready(room, "RA63")


def test_a_class_of_nobody_has_answers() -> None:
    """Where there is no learner there is nothing to say, and no fault."""
    room = classroom(AB, Policy(), {}, MONDAY)
    assert who_is_ready(room, "a").learners == ()
    assert blockers(room).blockers == ()


def test_a_table_is_what_is_shown_and_runs_nothing() -> None:
    """A row a learner; what a spreadsheet would take for a formula gets an apostrophe."""
    room = classroom(AB, Policy(), {"=ana": [], "ben": []}, MONDAY)
    rows = list(csv.reader(io.StringIO(csv_text(who_is_ready(room, "b").table()))))
    assert rows[0] == ["learner", "distance", "status", "missing", "because"]
    assert [row[:2] for row in rows[1:]] == [["'=ana", "no_data"], ["ben", "no_data"]]
    assert csv_text(Table(("=a",), (("x\ny",),))) == '\'=a\n"x\ny"\n'
