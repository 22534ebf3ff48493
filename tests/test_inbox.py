"""The inbox: all that waits for a person and nothing else, what opens most first, and what it says it opens."""

from __future__ import annotations

from datetime import UTC, datetime

from worlds import Palette, Tally
from worlds_classes import classes

from competencies import Competency, Framework
from mastery import (
    Action,
    Decision,
    DecisionKind,
    Evidence,
    Overlay,
    Policy,
    Progress,
    Purpose,
    Status,
    WaitKind,
)
from mastery.class_answers import inbox_json
from mastery.classroom import InboxKind, classroom, inbox, overview
from mastery.what_if import what_if

TALLY = Tally()
MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
MANY_HOLDS = Palette(kinds=(DecisionKind.HOLD, DecisionKind.PAUSE, DecisionKind.UNLOCK, DecisionKind.REVOKE))
TWO = Framework("two", [Competency("a", code="A"), Competency("b", code="B")], requires={"b": "a"})
ADULT = (InboxKind.DECIDE, InboxKind.CONFIRM)
CHECKS = (Action.CHECK, Action.RETAKE, Action.RECHECK, Action.REPAIR)


def opened(progress: Progress, competency: str) -> tuple[int, bool]:
    """How many locks what-if of a grant shows to open, of what asks for this competency itself; if more was met."""
    grant = Decision(
        learner=progress.learner,
        kind=DecisionKind.GRANT,
        by="somebody",
        why="imagined",
        observed_at=progress.at,
        competency=competency,
    )
    expansion = progress.rules.expansion
    asking = {expansion.leaves[j] for j in expansion.needed_by[expansion.position[competency]]}
    found = what_if(progress, [grant])
    more = any(c.after is Status.MET and c.competency != competency for c in found)
    return sum(
        c.before is Status.LOCKED and c.after is not Status.LOCKED and c.competency in asking for c in found
    ), more


def test_every_cell_of_the_map_that_waits_for_a_person_and_is_not_paused_is_in_the_inbox() -> None:
    """And each learner is there once at most for each competency."""
    for room, _ in classes("inbox/waits", 60, MANY_HOLDS):
        items = inbox(room).items
        there = {(item.learner, item.competency): item.kind for item in items}
        assert len(there) == len(items)
        found = overview(room)
        for row in found.rows:
            for column, cell in zip(found.columns, row.cells, strict=True):
                if cell.for_person and "paused" not in cell.also:
                    TALLY.case("waits", question="under question" in cell.also, awaits=cell.status is Status.AWAITING)
                    wanted = InboxKind.CONFIRM if "under question" in cell.also else InboxKind.DECIDE
                    assert there[row.learner, column.competency] is wanted
                if cell.status is Status.AWAITING and "paused" not in cell.also:
                    assert (row.learner, column.competency) in there
    TALLY.demand("waits", awaits=0.2)


def test_nothing_is_in_the_inbox_but_what_an_adult_can_do_now() -> None:
    """Nothing paused, nothing locked; a check is there exactly where it is the learner's step."""
    for room, _ in classes("inbox/only", 60, MANY_HOLDS):
        kinds = {(item.learner, item.competency): item.kind for item in inbox(room).items}
        for learner, progress in room:
            for competency, standing in progress.standings():
                kind = kinds.get((learner, competency.identifier))
                if Overlay.PAUSED in standing.overlays or standing.status is Status.LOCKED:
                    assert kind is None
                elif kind not in ADULT:
                    TALLY.case("only", steps=standing.action in CHECKS)
                    assert (kind is not None) is (standing.action in CHECKS)
                    assert (kind is InboxKind.RECHECK) is (standing.action in (Action.RECHECK, Action.REPAIR))
                elif kind is InboxKind.DECIDE:
                    assert standing.wait is not None
                    assert standing.wait.kind is WaitKind.PERSON
    TALLY.demand("only", steps=0.01)


def test_decisions_come_first_and_within_each_part_what_opens_most() -> None:
    """Ties are in the order of the class, then of the framework."""
    for room, _ in classes("inbox/order", 40, MANY_HOLDS):
        place = {leaf.identifier: i for i, leaf in enumerate(room.rules.leaves)}
        order = [
            (item.kind not in ADULT, -item.opens, room.learners.index(item.learner), place[item.competency])
            for item in inbox(room).items
        ]
        assert order == sorted(order)


def test_what_an_item_says_it_opens_is_what_the_what_if_of_a_grant_shows() -> None:
    """Where the credit is there already, nothing more opens; what is met at once with it may open more."""
    for room, _ in classes("inbox/opens", 60, MANY_HOLDS):
        for item in inbox(room).items:
            progress = room.progress[item.learner]
            has_credit = progress.standing(item.competency).credit is not None
            TALLY.case("opens", some=item.opens > 0)
            count, more = (0, False) if has_credit else opened(progress, item.competency)
            assert item.opens <= count if more else item.opens == count
    TALLY.demand("opens", some=0.1)


def test_what_a_person_has_unlocked_before_is_not_opened_again() -> None:
    """B is open to elm already, so that credit for A opens nothing."""
    decisions = [
        Decision(learner="elm", kind=kind, by="the teacher", why="seen", observed_at=MONDAY, competency=one)
        for kind, one in ((DecisionKind.UNLOCK, "b"), (DecisionKind.HOLD, "a"))
    ]
    (item,) = inbox(classroom(TWO, Policy(), {"elm": decisions}, MONDAY)).items
    assert (item.kind, item.opens) == (InboxKind.DECIDE, 0)


def test_the_table_and_the_json_have_an_item_a_row_in_the_same_order() -> None:
    """They are what the page lists, no more and no less."""
    for room, _ in classes("inbox/forms", 10, MANY_HOLDS):
        found = inbox(room)
        said = inbox_json(room, found)
        assert [(row[0], row[1]) for row in found.table().rows] == [(item.learner, item.name) for item in found.items]
        assert [(row["learner"], row["kind"]) for row in said["answer"]] == [
            (item.learner, item.kind.value) for item in found.items
        ]
        assert said["because"] == list(found.because)
        assert said["caveats"] == list(found.caveats)


def test_an_example_a_check_that_opens_one_and_a_hold_before_it() -> None:
    """Oak has shown enough on A, the way to B; elm is held there."""
    pieces = [
        Evidence(who, "a", 1.0, MONDAY.replace(day=n), purpose=Purpose.SUMMATIVE)
        for who in ("oak", "elm")
        for n in (2, 4, 9)
    ]
    hold = Decision(
        learner="elm",
        kind=DecisionKind.HOLD,
        by="the teacher",
        why="looked at together",
        observed_at=MONDAY,
        competency="a",
    )
    facts = {"oak": pieces[:3], "elm": [*pieces[3:], hold], "fir": []}
    room = classroom(TWO, Policy(), facts, MONDAY)
    assert [(one.learner, one.kind, one.opens) for one in inbox(room).items] == [
        ("elm", InboxKind.DECIDE, 1),
        ("oak", InboxKind.CHECK, 1),
    ]
    assert inbox(room).caveats == ("Nothing is recorded of fir: an empty record says nothing of what they know.",)
