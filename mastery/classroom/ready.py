"""Who is ready for a competency, who is one or two competencies away, and what those are."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from attrs import frozen

from competencies.gate import bits
from mastery.classroom.answer import Table
from mastery.classroom.away import Missing, nearest
from mastery.classroom.room import Classroom
from mastery.progress import Progress
from mastery.standing import Status
from mastery.wording import listed, many, waiting

__all__ = ["Distance", "ReadyLearner", "WhoIsReady", "who_is_ready"]


class Distance(StrEnum):
    """How far a learner is from being able to work on a competency."""

    READY = "ready"
    WAITING = "waiting"
    ONE_AWAY = "one_away"
    TWO_AWAY = "two_away"
    FURTHER = "further"
    MET = "met"
    NO_DATA = "no_data"


@frozen
class ReadyLearner:
    """One learner: how far, what is missing (codes; any one of the sets), the status, and a sentence."""

    learner: str
    distance: Distance
    status: Status
    missing: tuple[tuple[str, ...], ...]
    because: str


@frozen
class WhoIsReady:
    """Everybody in the class, nearest first, each in one group; `counts` has all groups, empty ones too."""

    competency: str
    code: str
    learners: tuple[ReadyLearner, ...]
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def counts(self) -> dict[Distance, int]:
        """How many learners there are at each distance."""
        return {distance: len(self.at(distance)) for distance in Distance}

    def at(self, distance: Distance) -> tuple[ReadyLearner, ...]:
        """Return the learners at this distance."""
        return tuple(one for one in self.learners if one.distance is distance)

    def table(self) -> Table:
        """Return what is shown, a learner a row."""
        rows = []
        for one in self.learners:
            missing = " or ".join(map(" and ".join, one.missing))
            rows.append((one.learner, one.distance.value, one.status.value, missing, one.because))
        return Table(("learner", "distance", "status", "missing", "because"), tuple(rows))


_NEAREST_FIRST = tuple(Distance)
_RULE = (
    "Ready: its requirement is met, or a person unlocked it, and there is work to do on it now.",
    "Waiting: the same, but a date or a person comes first.",
    "One away, two away: so many competencies have to be met first, and each of them can be.",
)


def who_is_ready(room: Classroom, competency: str) -> WhoIsReady:
    """Return how far each learner is from `competency` (identifier or code).

    A group is ready where a part of it is that is not met, and as far away as its nearest part. A learner of whom
    nothing is recorded is in NO_DATA, whatever an empty record would come to. Raises UnknownCompetency.
    """
    found = room.framework.competency(competency)
    leaves = list(bits(room.rules.expansion.masks[found.identifier]))
    placed = [_learner(room, learner, progress, leaves) for learner, progress in room]
    placed.sort(key=lambda one: _NEAREST_FIRST.index(one.distance))
    return WhoIsReady(found.identifier, found.code, tuple(placed), _RULE, room.caveats())


def _learner(room: Classroom, learner: str, progress: Progress, leaves: list[int]) -> ReadyLearner:
    distance, i, missing = _nearest_part(progress, leaves)
    status = progress.standing_at(i).status
    printed = room.rules.printed
    codes = tuple(tuple(printed[j] for j in way) for way in missing)
    said = " ".join(_said(progress, i, distance, codes, alone=len(leaves) == 1))
    if learner in room.silent and distance is not Distance.MET:
        return ReadyLearner(learner, Distance.NO_DATA, status, (), "Nothing is recorded yet.")
    return ReadyLearner(learner, distance, status, codes, said)


def _nearest_part(progress: Progress, leaves: list[int]) -> tuple[Distance, int, Missing]:
    """Return the distance of the nearest leaf that is not credited, that leaf, and what is missing."""
    open_parts = [i for i in leaves if progress.standing_at(i).credit is None]
    if not open_parts:
        return Distance.MET, leaves[0], ()
    return min((_distance(progress, i) for i in open_parts), key=lambda part: (_NEAREST_FIRST.index(part[0]), part[1]))


def _distance(progress: Progress, i: int) -> tuple[Distance, int, Missing]:
    standing = progress.standing_at(i)
    if standing.status is not Status.LOCKED:
        return (Distance.READY if standing.action is not None else Distance.WAITING), i, ()
    away, missing = nearest(progress, i)
    return _AWAY[away], i, missing


_AWAY = {1: Distance.ONE_AWAY, 2: Distance.TWO_AWAY, 3: Distance.FURTHER}


def _said(
    progress: Progress, i: int, distance: Distance, missing: tuple[tuple[str, ...], ...], *, alone: bool
) -> Iterator[str]:
    standing, printed = progress.standing_at(i), progress.rules.printed[i]
    if distance is Distance.MET:
        current = standing.currency
        yield f"Met{'' if current is None or not alone else f', {current.value}'}."
        return
    if not alone:
        yield f"Next part: {printed}."
    if standing.action is not None:
        yield f"{standing.action.value.capitalize()} it now."
    elif distance is Distance.WAITING:
        yield f"Not now: {waiting(standing)}."
    elif distance is Distance.FURTHER:
        need = progress.rules.expansion.gates[i].ways(progress.met, 1)[0][0].bit_count()
        more = "what it needs is itself locked" if need < _AFTER_TWO else f"{many(need, 'is', 'are')} missing"
        yield f"Three or more have to be met first: {more}."
    else:
        ways = [" and then ".join(way) for way in missing]
        yield f"First {', or '.join(ways) if distance is Distance.TWO_AWAY else listed(ways, 'or')}."


_AFTER_TWO = 3
