"""Who is stuck: the published rule against a plain reading of it; flags clear themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from worlds import Palette, Tally, World
from worlds_classes import classes

from competencies import Competency, Framework
from mastery import (
    CheckRule,
    Currency,
    Decision,
    DecisionKind,
    Evidence,
    Outcome,
    Overlay,
    Policy,
    Progress,
    Purpose,
    Retention,
    Status,
    WaitKind,
)
from mastery.classroom import Pattern, StuckFlag, StuckRule, classroom, who_is_stuck
from mastery.facts import in_order

TALLY = Tally()
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
RULE = StuckRule(waiting_days=1, opportunities=4, attempts=2, days=2, idle_days=6)
MANY_HOLDS = Palette(
    kinds=(DecisionKind.HOLD, DecisionKind.PAUSE, DecisionKind.UNLOCK, DecisionKind.VOID, DecisionKind.EXCUSE)
)


# The plain reading.


def corrected(world: World) -> list[Evidence]:
    """The evidence by then, voids and excuses carried out."""
    known = [fact for fact in world.facts if fact.observed_at <= world.at]
    voids = {f.key for f in known if isinstance(f, Decision) and f.kind is DecisionKind.VOID}
    gone = {f.of for f in known if isinstance(f, Decision) and f.kind is DecisionKind.VOID and f.of not in voids}
    excused = {f.of for f in known if isinstance(f, Decision) and f.kind is DecisionKind.EXCUSE and f.key not in gone}
    return sorted((f for f in known if isinstance(f, Evidence) and f.key not in gone | excused), key=in_order)


def pieces_on(world: World, progress: Progress, name: str) -> list[Evidence]:
    """What was scored or missed on a competency since the last revoke."""
    place = progress.rules.leaf(name)
    barrier = progress.track(name).barrier  # type: ignore[union-attr]
    return [
        p
        for p in corrected(world)
        if place in progress.rules.places(p.competency)
        and p.outcome is not Outcome.EXCUSED
        and (barrier is None or p.observed_at > barrier)
    ]


def moved(progress: Progress, name: str, pieces: list[Evidence]) -> tuple[datetime | None, int]:
    """When the estimate from the pieces so far last passed every one before, and how many tries came after."""
    track = progress.track(name)
    assert track is not None
    counted, best, when, tries = [], None, None, 0
    keys = {piece.key for piece in track.counted.pieces}
    for piece in pieces:
        if piece.key in keys:
            counted.append(piece)
            found = track.rule.model.of(counted)
            if found is not None and (best is None or found.value > best):
                best, when, tries = found.value, piece.observed_at, 0
                continue
        tries += when is not None
    return when, tries


def plain_pattern(world: World, progress: Progress, name: str) -> tuple[Pattern, datetime] | None:
    """The first row of the rule that fits a competency."""
    standing, track, at = progress.standing(name), progress.track(name), world.at
    if track is None or standing.status is Status.LOCKED or Overlay.PAUSED in standing.overlays:
        return None
    if standing.wait is not None and standing.wait.kind is WaitKind.PERSON:
        hold = track.ruling.get(DecisionKind.HOLD) if Overlay.HELD in standing.overlays else None
        since = hold.observed_at if hold else track.checks.failed_at if track.checks.is_used_up else None
        if since is not None and at - since >= timedelta(days=RULE.waiting_days):
            return Pattern.WAITING_ON_ADULT, since
    if standing.credit is not None:
        return None
    pieces = pieces_on(world, progress, name)
    scored = [piece for piece in pieces if piece.outcome is Outcome.SCORED]
    if len(scored) >= RULE.opportunities:
        return Pattern.WHEEL_SPINNING, scored[RULE.opportunities - 1].observed_at
    when, tries = moved(progress, name, pieces)
    if standing.criteria_met or when is None or tries < RULE.attempts or at - when < timedelta(days=RULE.days):
        return None
    needs = [progress.rules.leaves[j].identifier for j in progress.rules.expansion.needs[progress.rules.leaf(name)]]
    lapsed = any(progress.standing(need).currency is Currency.LAPSED for need in needs)
    return (Pattern.LAPSED_PREREQUISITE if lapsed else Pattern.NO_MOVEMENT), when


def plain_idle(world: World, progress: Progress) -> datetime | None:
    """Since when nothing is scored, where that is long and there is something to do."""
    known = [fact.observed_at for fact in world.facts if fact.observed_at <= world.at]
    placed = [p for p in corrected(world) if p.outcome is Outcome.SCORED and progress.rules.places(p.competency)]
    since = max((p.observed_at for p in placed), default=min(known, default=None))
    steps = any(standing.action for _, standing in progress.standings())
    return since if since is not None and steps and world.at - since >= timedelta(days=RULE.idle_days) else None


@pytest.mark.parametrize("palette", [Palette(), MANY_HOLDS], ids=["any", "holds"])
def test_who_is_stuck_is_as_the_rule_reads(palette: Palette) -> None:
    """For every learner and competency the flag is the first row of the published rule that fits, or there is none."""
    name = f"stuck-{palette.kinds == MANY_HOLDS.kinds}"
    for room, worlds in classes(name, 300, palette):
        flags = who_is_stuck(room, RULE).flags
        told = {(f.learner, f.competency): (f.pattern, f.since) for f in flags if f.pattern is not Pattern.NO_ACTIVITY}
        idle = {f.learner: f.since for f in flags if f.pattern is Pattern.NO_ACTIVITY}
        wanted, wanted_idle = {}, {}
        for learner, world in worlds.items():
            for leaf in world.leaves:
                found = plain_pattern(world, room.progress[learner], leaf)
                if found is not None:
                    wanted[learner, leaf] = found
            since = plain_idle(world, room.progress[learner])
            if since is not None:
                wanted_idle[learner] = since
        assert (told, idle) == (wanted, wanted_idle)
        met = {pattern for pattern, _ in told.values()}
        TALLY.case(name, idle=idle, **{pattern.value: pattern in met for pattern in Pattern})
    TALLY.demand(name, waiting_on_adult=0.02, wheel_spinning=0.1, no_movement=0.03, idle=0.05)


def test_flags_come_in_order() -> None:
    """What waits on an adult comes first, and within a pattern what has lasted longest."""
    order = list(Pattern)
    for room, _ in classes("order", 80, MANY_HOLDS):
        keys = [(order.index(flag.pattern), flag.since) for flag in who_is_stuck(room, RULE).flags]
        assert keys == sorted(keys)


# In words.

TWO = Framework("two", [Competency("a"), Competency("b")], requires={"b": "a"})


def work(name: str, scores: list[float], first: float = 0, **more: object) -> list[Evidence]:
    """A piece a day from a day on."""
    days = [MONDAY + timedelta(days=first + n) for n in range(len(scores))]
    return [
        Evidence("ana", name, score, when, key=f"{name}{first}{when}", **more)  # type: ignore[arg-type]
        for score, when in zip(scores, days, strict=True)
    ]


def decided(kind: DecisionKind, day: float, name: str = "a", **more: object) -> Decision:
    when = MONDAY + timedelta(days=day)
    told = {"learner": "ana", "competency": name, "by": "the teacher", "why": "a look together", **more}
    return Decision(kind=kind, observed_at=when, key=f"{kind}{day}", **told)  # type: ignore[arg-type]


def flags(facts: list[Evidence | Decision], day: float, policy: Policy | None = None) -> tuple[StuckFlag, ...]:
    room = classroom(TWO, policy or Policy(), {"ana": facts}, MONDAY + timedelta(days=day))
    return who_is_stuck(room).flags


def test_ten_opportunities_without_mastery_are_wheel_spinning() -> None:
    """The tenth scored piece without credit raises the flag, and no earlier one."""
    assert flags(work("a", [0.5] * 9), 9)[0].pattern is Pattern.NO_MOVEMENT
    (flag,) = flags(work("a", [0.5] * 10), 10)
    assert (flag.pattern, flag.attempts) == (Pattern.WHEEL_SPINNING, 10)
    assert flag.because == "Not met after 10 scored pieces."


def test_no_movement_wants_attempts_and_days() -> None:
    """Three attempts without a better estimate, over a week: two attempts or six days raise no flag."""
    assert flags(work("a", [0.5, 0.5, 0.5]), 8) == ()
    assert flags(work("a", [0.5, 0.5, 0.5, 0.5]), 6.9) == ()
    (flag,) = flags(work("a", [0.5, 0.5, 0.5, 0.5]), 7)
    assert (flag.pattern, flag.attempts) == (Pattern.NO_MOVEMENT, 3)
    assert flag.because == "3 attempts since 2026-03-02, and no better estimate."


def test_where_the_evidence_is_enough_nobody_is_called_stuck_for_not_bettering_it() -> None:
    """A best estimate over the bar cannot move: where the check is what is missing there is no flag."""
    assert flags(work("a", [1.0, 0.9, 0.9, 0.9]), 8) == ()


def test_a_flag_goes_when_what_it_says_has_gone() -> None:
    """A better piece clears no movement, an end clears a hold, a void of one piece clears wheel-spinning."""
    still = work("a", [0.5, 0.5, 0.5, 0.5])
    assert flags([*still, *work("a", [0.9], 6)], 7) == ()
    held = [*work("a", [0.5]), decided(DecisionKind.HOLD, 1, until=MONDAY + timedelta(days=4))]
    assert [flag.pattern for flag in flags(held, 3)] == [Pattern.WAITING_ON_ADULT]
    assert flags(held, 4) == ()
    spinning = work("a", [0.5] * 10)
    void = decided(DecisionKind.VOID, 10, "", of=spinning[4].key)
    assert [flag.pattern for flag in flags([*spinning, void], 10)] == [Pattern.NO_MOVEMENT]


def test_missed_work_counts_as_attempts_without_movement() -> None:
    """A missed piece is no opportunity, but one more attempt that moved nothing; an excused one is neither."""
    missed = [
        Evidence("ana", "a", None, MONDAY + timedelta(days=n), outcome=Outcome.MISSED, key=f"m{n}") for n in (1, 2, 3)
    ]
    (flag,) = flags([*work("a", [0.5]), *missed], 8)
    assert flag.because == "3 attempts since 2026-03-02, 3 of them missed, and no better estimate."
    excused = [
        Evidence("ana", "a", None, piece.observed_at, outcome=Outcome.EXCUSED, key=piece.key) for piece in missed
    ]
    assert flags([*work("a", [0.5]), *excused], 8) == ()


def test_attempts_that_are_used_up_wait_on_an_adult() -> None:
    """Out of attempts at the check, a learner waits on an adult since the last of them."""
    policy = Policy(check=CheckRule(wait_days=0, cap=1))
    facts = [*work("a", [0.9] * 3), *work("a", [0.4], 4, purpose=Purpose.CHECK)]
    (flag,) = flags(facts, 6, policy)
    assert (flag.pattern, flag.since) == (Pattern.WAITING_ON_ADULT, MONDAY + timedelta(days=4))
    assert flag.because == "It waits since 2026-03-06: the one attempt at the check is used."


def test_what_is_paused_is_not_stuck() -> None:
    """What a person has paused raises no flag, however long nothing has moved."""
    assert flags([*work("a", [0.5] * 10), decided(DecisionKind.PAUSE, 10)], 11) == ()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (DecisionKind.WAIVE, "a was waived and never shown."),
        (DecisionKind.GRANT, "a was granted, not shown."),
    ],
)
def test_the_likely_cause_is_what_it_builds_on(kind: DecisionKind, said: str) -> None:
    """A prerequisite that was never shown is named as what may lie behind it."""
    (flag,) = flags([decided(kind, 0), *work("b", [0.5] * 10)], 10)
    assert flag.likely == (said,)


def test_a_lapsed_prerequisite_is_named_first() -> None:
    """Where what it builds on has lapsed, no movement is called that, and the cause says so."""
    earned = [*work("a", [0.9] * 3), *work("a", [0.9], 3, purpose=Purpose.CHECK)]
    later = [*work("b", [0.5] * 4, 5), *work("a", [0.2], 9, purpose=Purpose.CHECK)]
    (flag,) = flags([*earned, *later], 13, Policy(retention=Retention()))
    assert (flag.competency, flag.pattern, flag.likely) == ("b", Pattern.LAPSED_PREREQUISITE, ("a has lapsed.",))


def test_nothing_scored_for_two_weeks_is_no_activity() -> None:
    """A learner with something to do and no scored piece for two weeks is flagged, once, on what was worked on last."""
    assert flags(work("a", [0.5]), 13.9) == ()
    (flag,) = flags(work("a", [0.5]), 14)
    assert (flag.pattern, flag.competency, flag.because) == (
        Pattern.NO_ACTIVITY, "a", "Nothing scored since 2026-03-02."
    )  # fmt: skip
    (flag,) = flags([decided(DecisionKind.WAIVE, 0)], 14)
    assert (flag.competency, flag.because) == ("", "Nothing scored yet, on record since 2026-03-02.")


def test_the_rule_is_published_with_the_answer() -> None:
    """The answer says its rule in words, with the numbers that were asked for."""
    room = classroom(TWO, Policy(), {}, MONDAY)
    assert "Wheel-spinning: not met after 7 scored pieces." in who_is_stuck(room, StuckRule(opportunities=7)).because
    with pytest.raises(ValueError, match="idle_days"):
        StuckRule(idle_days=0)
