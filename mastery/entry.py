"""`entry`: whether a learner may enter what belongs to a competency: what a learning platform asks on every page."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from competencies.gate import bits
from mastery.progress import Progress
from mastery.standing import Action, Overlay, Standing, Status
from mastery.wording import listed, wait_in_words

__all__ = ["Entry", "EntryTo", "entry"]


class EntryTo(StrEnum):
    """What a learner would enter."""

    WORK = "work"
    CHECK = "check"
    BEYOND = "beyond"


@frozen
class Entry:
    """Whether a learner may enter, and one sentence on why."""

    allow: bool
    competency: str
    code: str
    to: EntryTo
    status: Status
    because: str


def entry(progress: Progress, competency: str, to: EntryTo = EntryTo.WORK) -> Entry:
    """Return whether a learner may enter the work on a competency, its check, or what lies `beyond` it.

    Work is open unless the competency is locked or on hold; the check while a check, retake or recheck is the step
    (or the policy lets it be taken first); what lies beyond while the competency counts at gates. Of a group, work and
    what lies beyond. Raises UnknownCompetency.
    """
    found = progress.framework.competency(competency)
    standing = progress.standing(competency)
    allow = _allowed(progress, found.identifier, standing, to)
    because = _because(progress, competency, found.label, standing, to, allow)
    return Entry(allow, found.identifier, found.code, to, standing.status, because)


_CHECKS = (Action.CHECK, Action.RETAKE, Action.RECHECK)


def _allowed(progress: Progress, identifier: str, standing: Standing, to: EntryTo) -> bool:
    if to is EntryTo.BEYOND:
        return progress.rules.expansion.masks[identifier] & ~progress.met == 0
    if standing.status is Status.LOCKED or Overlay.HELD in standing.overlays:
        return False
    return to is EntryTo.WORK or standing.action in _CHECKS or standing.may_challenge


def _because(progress: Progress, competency: str, name: str, standing: Standing, to: EntryTo, allow: bool) -> str:
    if allow:
        return f"{name} is {standing.status.value.replace('_', ' ')}."
    if to is EntryTo.BEYOND:
        return f"{name} is not met." if standing.credit is None else f"{name} is met, but lapsed."
    i = progress.rules.leaf(competency)
    if standing.status is Status.LOCKED and i is not None:
        return _locked(progress, i, name)
    if standing.wait is not None:
        return f"{name} waits: {wait_in_words(standing.wait)}."
    return f"{name} is locked." if standing.status is Status.LOCKED else f"No check is due on {name}."


def _locked(progress: Progress, i: int, name: str) -> str:
    """Name the first way to open a competency: `why` has the others."""
    ways, more = progress.rules.expansion.gates[i].ways(progress.met, 1)
    needed = [progress.rules.printed[j] for j in bits(ways[0])] if ways else []
    if not needed:
        return f"{name} is locked."
    other = ", or in another way" if more else ""
    return f"{name} is locked until {listed(needed)} {'is' if len(needed) == 1 else 'are'} met{other}."
