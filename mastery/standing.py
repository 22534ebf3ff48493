"""Status and step of one competency, by two decision tables that are total and exclusive: the first row that fits."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cache

from attrs import frozen

from mastery.facts import Basis, Decision, DecisionKind
from mastery.fold import Credit, Track
from mastery.models import Estimate
from mastery.retention import Currency

__all__ = ["Action", "Overlay", "Standing", "Status", "Wait", "WaitKind", "blank", "group_standing", "standing"]


class Status(StrEnum):
    """Where a learner is on one competency."""

    LOCKED = "locked"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    CHECK_DUE = "check_due"
    NOT_YET = "not_yet"
    AWAITING = "awaiting"
    MET = "met"


class Action(StrEnum):
    """What a learner can do next on one competency."""

    START = "start"
    CONTINUE = "continue"
    CHECK = "check"
    RETAKE = "retake"
    RECHECK = "recheck"
    REPAIR = "repair"


class Overlay(StrEnum):
    """What lies over a status without changing it."""

    PAUSED = "paused"
    PINNED = "pinned"
    HELD = "held"
    UNDER_QUESTION = "under_question"


class WaitKind(StrEnum):
    """What a learner without a step waits for."""

    REQUIREMENT = "requirement"
    DATE = "date"
    PERSON = "person"


@frozen
class Wait:
    """Why there is no step: a requirement, a date (`until`), or a person (`by`, where one is named) and what for."""

    kind: WaitKind
    what: str
    until: datetime | None = None
    by: str = ""


@frozen
class Standing:
    """A learner's standing on one competency at one instant.

    `action` is None where there is no step; `wait` then says why, unless nothing is left to do. `opens` is when a
    retake opens, `due_at` when credit falls due. `expires` is the next instant at which time alone may change this.
    """

    status: Status
    action: Action | None = None
    wait: Wait | None = None
    credit: Credit | None = None
    under_question: bool = False
    currency: Currency | None = None
    due_at: datetime | None = None
    estimate: Estimate | None = None
    pieces: int = 0
    occasions: int = 0
    novel: int = 0
    criteria_met: bool = False
    opens: datetime | None = None
    wants_relearning: bool = False
    may_challenge: bool = False
    overlays: frozenset[Overlay] = frozenset()
    expires: datetime | None = None


_REQUIREMENT = Wait(WaitKind.REQUIREMENT, "its requirement is not met")


@cache
def blank(is_open: bool, may_challenge: bool) -> Standing:
    """Return the standing on a competency that no fact speaks of."""
    if is_open:
        return Standing(Status.READY, Action.START, may_challenge=may_challenge)
    return Standing(Status.LOCKED, wait=_REQUIREMENT)


def standing(
    track: Track, gate_open: bool, credit_open: bool, at: datetime, refreshed_at: datetime | None = None
) -> Standing:
    """Return the standing of a track at `at`.

    `gate_open`: the requirement is met (under lapse=lock: by what is not lapsed); `credit_open`: it is met by today's
    credit, lapsed or not; `refreshed_at`: when work on what builds on it last confirmed it, where that is shared.
    """
    currency, due_at = _currency(track, at, refreshed_at)
    overlays = _overlays(track, credit_open, at)
    rule = track.rule
    earned = track.estimate()
    criteria_met = track.meets_criteria(earned)
    status, action, wait = _row(track, gate_open, criteria_met, currency, at)
    if track.credit is not None and wait is None and Overlay.UNDER_QUESTION in overlays and action is None:
        wait = Wait(WaitKind.PERSON, "a person to confirm or revoke credit that is under question")
    withheld = _withheld(track, status, at)
    if withheld is not None:
        action, wait = None, withheld
    return Standing(
        status=status,
        action=action,
        wait=wait,
        credit=track.credit,
        under_question=Overlay.UNDER_QUESTION in overlays,
        currency=currency,
        due_at=due_at,
        estimate=track.estimate(at.date()) if rule.model.ages else earned,
        pieces=len(track.counted.pieces),
        occasions=len(track.counted.occasions),
        novel=track.counted.novel,
        criteria_met=criteria_met,
        opens=track.checks.opens if track.checks.opens is not None and track.checks.opens > at else None,
        wants_relearning=track.checks.wants_relearning,
        may_challenge=rule.check.challenge and status in (Status.READY, Status.IN_PROGRESS),
        overlays=overlays,
        expires=_expires(track, due_at, at),
    )


Row = tuple[Status, Action | None, Wait | None]


def _row(track: Track, gate_open: bool, criteria_met: bool, currency: Currency | None, at: datetime) -> Row:
    """The decision table of SEMANTICS section 2, row by row."""
    if track.credit is not None:
        return _row_of_credit(track, currency, at)
    if not (gate_open or track.in_force(DecisionKind.UNLOCK, at)):
        return Status.LOCKED, None, _REQUIREMENT
    hold = track.in_force(DecisionKind.HOLD, at)
    if hold is not None:
        return Status.AWAITING, None, _by_person(hold, "held")
    if track.checks.last is False and track.rule.decides:
        return _row_after_fail(track, criteria_met, at)
    if track.rule.check.required and criteria_met and not track.has_passed:
        return Status.CHECK_DUE, Action.CHECK, None
    if next(iter(track.shown()), None) is not None:
        return Status.IN_PROGRESS, Action.CONTINUE, None
    return Status.READY, Action.START, None


def _row_of_credit(track: Track, currency: Currency | None, at: datetime) -> Row:
    if currency is Currency.LAPSED:
        if track.checks.is_used_up:
            return Status.MET, None, Wait(WaitKind.PERSON, _used_up(track.checks.cap))
        if _is_waiting(track, at):
            return Status.MET, None, Wait(WaitKind.DATE, "the retake opens", track.checks.opens)
        return Status.MET, Action.REPAIR, None
    if currency is Currency.DUE:
        return Status.MET, Action.RECHECK, None
    return Status.MET, None, None


def _used_up(cap: int | None) -> str:
    return "the one attempt at the check is used" if cap == 1 else f"all {cap} attempts at the check are used"


def _row_after_fail(track: Track, criteria_met: bool, at: datetime) -> Row:
    if track.checks.is_used_up:
        return Status.AWAITING, None, Wait(WaitKind.PERSON, _used_up(track.checks.cap))
    if track.checks.wants_relearning or not (criteria_met or track.rule.check.challenge):
        return Status.NOT_YET, Action.CONTINUE, None
    if _is_waiting(track, at):
        return Status.NOT_YET, None, Wait(WaitKind.DATE, "the retake opens", track.checks.opens)
    return Status.NOT_YET, Action.RETAKE, None


def _is_waiting(track: Track, at: datetime) -> bool:
    return track.checks.opens is not None and at < track.checks.opens


def _by_person(decision: Decision, what: str) -> Wait:
    return Wait(WaitKind.PERSON, f"{what}: {decision.why}", decision.until, decision.by)


def _withheld(track: Track, status: Status, at: datetime) -> Wait | None:
    """A pause withholds every step; a hold withholds those of credit (before credit it is a row of the table)."""
    pause = track.in_force(DecisionKind.PAUSE, at)
    if pause is not None and status is not Status.LOCKED:
        return _by_person(pause, "paused")
    hold = track.in_force(DecisionKind.HOLD, at)
    if hold is not None and status is Status.MET:
        return _by_person(hold, "held")
    return None


def _currency(track: Track, at: datetime, refreshed_at: datetime | None) -> tuple[Currency | None, datetime | None]:
    if track.credit is None:
        return None, None
    interval = track.rule.interval
    confirmed = track.confirmed_at or _first_shown(track, track.credit)
    if refreshed_at is not None:
        confirmed = max(confirmed, refreshed_at)
    due_at = None if interval is None else confirmed + interval
    if track.is_lapsed:
        return Currency.LAPSED, due_at
    return (Currency.DUE if due_at is not None and at >= due_at else Currency.FRESH), due_at


def _first_shown(track: Track, credit: Credit) -> datetime:
    """Return what counts as confirmation where nothing confirms: the first counted piece, else when credit was given.

    Not the moment of credit, which an extra success elsewhere may bring forward, and so the day it falls due.
    """
    return track.counted.pieces[0].observed_at if track.counted.pieces else credit.since


def _overlays(track: Track, credit_open: bool, at: datetime) -> frozenset[Overlay]:
    found = []
    credit = track.credit
    if credit is not None:
        earned = credit.basis is Basis.DEMONSTRATED
        if credit.basis is Basis.KEPT or (earned and not credit.unlocked and not credit_open):
            found.append(Overlay.UNDER_QUESTION)
    if track.ruling:
        for kind, overlay in _RULING.items():
            if track.in_force(kind, at) is not None:
                found.append(overlay)
    return frozenset(found) if found else _NONE


_NONE: frozenset[Overlay] = frozenset()
_RULING = {
    DecisionKind.PAUSE: Overlay.PAUSED,
    DecisionKind.PIN: Overlay.PINNED,
    DecisionKind.HOLD: Overlay.HELD,
}


def _expires(track: Track, due_at: datetime | None, at: datetime) -> datetime | None:
    ends = [due_at, track.checks.opens, *(decision.until for decision in track.ruling.values())]
    if track.rule.model.ages:
        ends.append(datetime.combine(at.date(), time(), at.tzinfo) + timedelta(days=1))
    return min((end for end in ends if end is not None and end > at), default=None)


_WORST = (Currency.LAPSED, Currency.DUE, Currency.FRESH)


def group_standing(leaves: list[Standing]) -> Standing:
    """Return the standing of a group from those of its leaves. It is never a step."""
    if all(leaf.credit is not None for leaf in leaves):
        currencies = {leaf.currency for leaf in leaves}
        worst = next(currency for currency in _WORST if currency in currencies)
        return Standing(Status.MET, currency=worst, under_question=any(leaf.under_question for leaf in leaves))
    if any(leaf.credit is not None or leaf.pieces for leaf in leaves):
        return Standing(Status.IN_PROGRESS)
    if all(leaf.status is Status.LOCKED for leaf in leaves):
        return Standing(Status.LOCKED, wait=_REQUIREMENT)
    return Standing(Status.READY)
