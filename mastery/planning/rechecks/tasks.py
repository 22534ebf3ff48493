"""The fewest tasks to prepare: work on which competencies would refresh everything that is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from competencies.gate import bits
from mastery.classroom.room import Classroom
from mastery.planning.rechecks.covering import cover
from mastery.progress import Progress
from mastery.standing import Overlay, Status
from mastery.wording import listed, many

__all__ = ["Task", "TaskFor", "fewest_tasks", "refreshed_by_each"]


@frozen
class TaskFor:
    """One learner who is given a task, and the credit that it would refresh, by printed names in framework order."""

    learner: str
    refreshes: tuple[str, ...]


@frozen
class Task:
    """Work on one competency under the `name` that is printed, for whom it is, and a sentence.

    `is_own` where it refreshes nothing but itself.
    """

    competency: str
    name: str
    learners: tuple[TaskFor, ...]
    is_own: bool
    because: str


def fewest_tasks(room: Classroom, due: Mapping[str, int]) -> tuple[tuple[Task, ...], bool]:
    """Return the fewest tasks that refresh all that is due, and whether no fewer would.

    `due` has the mask of leaves for each learner. A task is work on one competency, given to learners to whom it is
    open; done well it refreshes that competency and, where the policy shares refreshment, what it cannot be reached
    without. Of equally few the one that is new work, not a repetition, for more of them. Each learner is given no more
    of the tasks than they need. Exact where the search of `cover` can prove it.
    """
    reached = [_reach(room, i) for i in range(len(room.rules.leaves))]
    sets = refreshed_by_each(room, due)
    new_first = sorted(range(len(sets)), key=lambda i: (_times_credited(room, i, due, reached[i]), i))
    found_first, smallest = cover([sets[i] for i in new_first])
    chosen = sorted(new_first[n] for n in found_first)
    given: dict[int, list[TaskFor]] = {}
    for learner, theirs in due.items():
        for i, refreshed in _shared_out(room.progress[learner], chosen, reached, theirs):
            names = tuple(room.rules.printed[j] for j in bits(refreshed))
            given.setdefault(i, []).append(TaskFor(learner, names))
    return tuple(_task(room, i, given[i]) for i in sorted(given)), smallest


def refreshed_by_each(room: Classroom, due: Mapping[str, int]) -> list[int]:
    """Return, for work on each leaf, the mask of what it would refresh: over all that is due, learner by learner."""
    pairs = [(learner, i) for learner, mask in due.items() for i in bits(mask)]
    place = {pair: n for n, pair in enumerate(pairs)}
    sets = []
    for i in range(len(room.rules.leaves)):
        mask, found = _reach(room, i), 0
        for learner, theirs in due.items():
            if theirs & mask and _is_open(room.progress[learner], i, theirs):
                for j in bits(theirs & mask):
                    found |= 1 << place[learner, j]
        sets.append(found)
    return sets


def _reach(room: Classroom, i: int) -> int:
    """Return what work on leaf `i` refreshes: itself, and what its terms share."""
    mask = 1 << i
    for j in room.rules.refreshes[i]:
        mask |= 1 << j
    return mask


def _times_credited(room: Classroom, i: int, due: Mapping[str, int], reached: int) -> int:
    """Return for how many of those whom work on leaf `i` would help it would be a repetition."""
    return sum(bool(mask & reached) and bool(room.progress[one].credited >> i & 1) for one, mask in due.items())


def _is_open(progress: Progress, i: int, due: int) -> bool:
    """Whether a learner can be given work on leaf `i`; what is due itself can be rechecked, on its day."""
    standing = progress.standing_at(i)
    at_rest = bool(standing.overlays & {Overlay.PAUSED, Overlay.HELD})
    return bool(due >> i & 1) or (standing.status is not Status.LOCKED and not at_rest)


def _shared_out(progress: Progress, chosen: Iterable[int], reached: list[int], due: int) -> Iterable[tuple[int, int]]:
    """Yield the tasks that one learner needs of those chosen, each with what it refreshes that none before it did."""
    theirs = [i for i in chosen if reached[i] & due and _is_open(progress, i, due)]
    needed, _ = cover([reached[i] & due for i in theirs])
    left = due
    for n in sorted(needed, key=lambda n: (-(reached[theirs[n]] & due).bit_count(), n)):
        i = theirs[n]
        if reached[i] & left:
            yield i, reached[i] & left
        left &= ~reached[i]


def _task(room: Classroom, i: int, given: list[TaskFor]) -> Task:
    competency, name = room.rules.leaves[i], room.rules.printed[i]
    count = sum(len(one.refreshes) for one in given)
    is_own = all(one.refreshes == (name,) for one in given)
    who = listed([one.learner for one in given], most=8)
    said = f"A recheck of {name} for {who}." if is_own else f"Done well, it refreshes {many(count, 'credit')} of {who}."
    return Task(competency.identifier, name, tuple(given), is_own, said)
