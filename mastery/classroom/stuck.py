"""Who is stuck, on what, since when, by which rule, and what may lie behind it. Nothing is stored: a flag is derived
from today's facts, so it goes when what it says has gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from mastery.classroom.answer import Table
from mastery.classroom.causes import likely_causes
from mastery.classroom.room import Classroom
from mastery.facts import DecisionKind, Evidence, Outcome
from mastery.fold import Track
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.settings import whole
from mastery.standing import Overlay, Standing, Status, WaitKind
from mastery.wording import day, many, waiting

__all__ = ["Pattern", "StuckFlag", "StuckRule", "WhoIsStuck", "last_movement", "who_is_stuck"]


class Pattern(StrEnum):
    """In what way a learner is stuck; the first that fits, in this order."""

    WAITING_ON_ADULT = "waiting_on_adult"
    WHEEL_SPINNING = "wheel_spinning"
    LAPSED_PREREQUISITE = "lapsed_prerequisite"
    NO_MOVEMENT = "no_movement"
    NO_ACTIVITY = "no_activity"


@frozen
class StuckRule:
    """When a learner is called stuck; whole numbers, at least 1 each.

    Waiting on an adult: held, or out of attempts, for `waiting_days`. Wheel-spinning: not met after `opportunities`
    scored pieces (Beck and Gong, 2013, use 10). No movement: `attempts` in a row, over at least `days`, without a
    better estimate than before, where the evidence is not enough; it is called a lapsed prerequisite where something
    that it needs has lapsed. No activity: nothing scored on anything for `idle_days`.
    """

    waiting_days: int = field(default=1, validator=whole(1))
    opportunities: int = field(default=10, validator=whole(1))
    attempts: int = field(default=3, validator=whole(1))
    days: int = field(default=7, validator=whole(1))
    idle_days: int = field(default=14, validator=whole(1))

    def sentences(self) -> tuple[str, ...]:
        """Return the rule in plain words, a pattern each."""
        return (
            f"Waiting on an adult: held, or out of attempts, for {many(self.waiting_days, 'day')} or more.",
            f"Wheel-spinning: not met after {many(self.opportunities, 'scored piece')}.",
            f"No movement: {many(self.attempts, 'attempt')} in a row, over {many(self.days, 'day')} or more, without"
            " a better estimate, where the evidence is not enough; it is a lapsed prerequisite where something that it"
            " needs has lapsed.",
            f"No activity: nothing scored on anything for {many(self.idle_days, 'day')}.",
        )


@frozen
class StuckFlag:
    """One learner, stuck on one competency (for no activity: the one worked on last, empty without any).

    `since` is when what the rule asks for began; `attempts` counts scored and missed pieces since then (wheel-spinning:
    scored pieces of all time). `likely` says what may lie behind it, `suggested` what an adult can do.
    """

    learner: str
    competency: str
    code: str
    pattern: Pattern
    since: datetime
    attempts: int
    because: str
    likely: tuple[str, ...]
    suggested: str


@frozen
class WhoIsStuck:
    """The flags, those that wait on an adult first, and within a pattern the oldest first."""

    flags: tuple[StuckFlag, ...]
    rule: StuckRule
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    def table(self) -> Table:
        """Return what is shown, a flag a row."""
        header = ("learner", "competency", "pattern", "since", "attempts", "because", "likely", "suggested")
        rows = (
            (
                one.learner,
                one.code or one.competency,
                one.pattern.value,
                day(one.since),
                str(one.attempts),
                one.because,
                " ".join(one.likely),
                one.suggested,
            )
            for one in self.flags
        )
        return Table(header, tuple(rows))


def who_is_stuck(room: Classroom, rule: StuckRule | None = None) -> WhoIsStuck:
    """Return who is stuck. What a person has paused is not, and neither is a learner of whom nothing is recorded."""
    rule = rule or StuckRule()
    flags = [flag for learner, progress in room for flag in _flags(learner, progress, rule)]
    order = list(Pattern)
    flags.sort(key=lambda flag: (order.index(flag.pattern), flag.since))
    return WhoIsStuck(tuple(flags), rule, rule.sentences(), room.caveats())


def _flags(learner: str, progress: Progress, rule: StuckRule) -> Iterator[StuckFlag]:
    for i in range(len(progress.rules.leaves)):
        track, standing = progress.track_at(i), progress.standing_at(i)
        if track is None or standing.status is Status.LOCKED or Overlay.PAUSED in standing.overlays:
            continue
        found = _waiting(track, standing, progress.at, rule)
        if found is None and track.credit is None:
            found = _spinning(track, rule) or _not_moving(progress, i, track, rule)
        if found is not None:
            yield _flag(learner, progress, i, found)
    idle = _idle(learner, progress, rule)
    if idle is not None:
        yield idle


Found = tuple[Pattern, datetime, int, str]


def _waiting(track: Track, standing: Standing, at: datetime, rule: StuckRule) -> Found | None:
    """Held, or out of attempts; credit that is under question holds nobody up."""
    wait = standing.wait
    if wait is None or wait.kind is not WaitKind.PERSON:
        return None
    hold = track.in_force(DecisionKind.HOLD, at)
    since = hold.observed_at if hold is not None else track.checks.failed_at if track.checks.is_used_up else None
    if since is None or at - since < timedelta(days=rule.waiting_days):
        return None
    return Pattern.WAITING_ON_ADULT, since, 0, f"It waits since {day(since)}: {waiting(standing)}."


def _spinning(track: Track, rule: StuckRule) -> Found | None:
    pieces = list(track.shown())
    if len(pieces) < rule.opportunities:
        return None
    since = pieces[rule.opportunities - 1].observed_at
    return Pattern.WHEEL_SPINNING, since, len(pieces), f"Not met after {many(len(pieces), 'scored piece')}."


def _not_moving(progress: Progress, i: int, track: Track, rule: StuckRule) -> Found | None:
    moved, tries = last_movement(track)
    if progress.standing_at(i).criteria_met:
        return None  # the evidence is enough: what is missing is a check, or what it needs
    if moved is None or len(tries) < rule.attempts or progress.at - moved < timedelta(days=rule.days):
        return None
    missed = sum(piece.outcome is Outcome.MISSED for piece in tries)
    said = f"{many(len(tries), 'attempt')} since {day(moved)}{f', {missed} of them missed' if missed else ''}"
    lapsed = any(progress.standing_at(j).currency is Currency.LAPSED for j in progress.rules.expansion.needs[i])
    pattern = Pattern.LAPSED_PREREQUISITE if lapsed else Pattern.NO_MOVEMENT
    return pattern, moved, len(tries), f"{said}, and no better estimate."


def last_movement(track: Track) -> tuple[datetime | None, list[Evidence]]:
    """Return when the estimate last came to a new best (the first piece is one), and the attempts after that.

    An attempt is a scored or missed piece. None where nothing scored counts yet.
    """
    model, counted = track.rule.model, track.counted.pieces
    place = {piece.key: n for n, piece in enumerate(counted, start=1)}
    best: float | None = None
    moved: datetime | None = None
    tries: list[Evidence] = []
    for piece in track.evidence:
        if track.barrier is not None and piece.observed_at <= track.barrier:
            continue
        n = place.get(piece.key)
        estimate = None if n is None else model.of(counted[:n])
        if estimate is not None and (best is None or estimate.value > best):
            best, moved, tries = estimate.value, piece.observed_at, []
        elif piece.outcome is not Outcome.EXCUSED and moved is not None:
            tries.append(piece)
    return moved, tries


def _flag(learner: str, progress: Progress, i: int, found: Found) -> StuckFlag:
    pattern, since, tries, said = found
    competency = progress.rules.leaves[i]
    likely = () if pattern is Pattern.WAITING_ON_ADULT else likely_causes(progress, i)
    return StuckFlag(
        learner, competency.identifier, competency.code, pattern, since, tries, said, likely, _SUGGESTED[pattern]
    )


_SUGGESTED = {
    Pattern.WAITING_ON_ADULT: "Decide: end the hold, or grant, unlock or revoke.",
    Pattern.WHEEL_SPINNING: "Another way in with an adult; more of the same has not helped.",
    Pattern.LAPSED_PREREQUISITE: "Recheck and repair what has lapsed first.",
    Pattern.NO_MOVEMENT: "Look at the last attempts together.",
    Pattern.NO_ACTIVITY: "Ask how they are, and offer a next step.",
}


def _idle(learner: str, progress: Progress, rule: StuckRule) -> StuckFlag | None:
    """A learner who has a step and has shown nothing for long; since the last scored piece, or the first fact."""
    known = [fact.observed_at for fact in progress.facts if fact.observed_at <= progress.at]
    if not known or not progress.steppable:
        return None
    tracks = ((i, progress.track_at(i)) for i in range(len(progress.rules.leaves)))
    latest = max(
        ((piece.observed_at, -i) for i, track in tracks if track is not None for piece in _scored(track)), default=None
    )
    since = min(known) if latest is None else latest[0]
    if progress.at - since < timedelta(days=rule.idle_days):
        return None
    worked_on = None if latest is None else progress.rules.leaves[-latest[1]]
    said = "Nothing scored yet, on record since" if worked_on is None else "Nothing scored since"
    return StuckFlag(
        learner,
        "" if worked_on is None else worked_on.identifier,
        "" if worked_on is None else worked_on.code,
        Pattern.NO_ACTIVITY,
        since,
        0,
        f"{said} {day(since)}.",
        (),
        _SUGGESTED[Pattern.NO_ACTIVITY],
    )


def _scored(track: Track) -> Iterator[Evidence]:
    return (piece for piece in track.evidence if piece.outcome is Outcome.SCORED)
