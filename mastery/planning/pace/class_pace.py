"""`class_pace`: how long a goal may take each learner of a class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import field, frozen

from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.goals import goal_of
from mastery.planning.pace.one_pace import WINDOW, ask, pace_of
from mastery.planning.pace.outlook import HEADER, Outlook, Pace, row_of
from mastery.planning.pace.telling import rule, words
from mastery.wording import listed

__all__ = ["ClassPace", "class_pace"]


@frozen
class ClassPace:
    """How long a goal may take each learner, in the order of the class; `counts` has every outlook."""

    goal: str
    by: date
    learners: tuple[Pace, ...]
    because: tuple[str, ...]
    caveats: tuple[str, ...]
    counts: dict[Outlook, int] = field(init=False)

    @counts.default
    def _counted(self) -> dict[Outlook, int]:
        return {outlook: sum(one.outlook is outlook for one in self.learners) for outlook in Outlook}

    def table(self) -> Table:
        """Return what is shown, a learner a row."""
        return Table(HEADER, tuple(row_of(one) for one in self.learners))


def class_pace(room: Classroom, goal: str, by: date, *, window: int = WINDOW) -> ClassPace:
    """Return how long `goal` may take each learner of a class, as `pace_of` has it for each alone.

    Raises what `pace_of` raises, whether or not there is a learner.
    """
    ask(room.at, by, window)
    text = goal_of(room.framework, goal).text
    found = tuple(pace_of(progress, goal, by, learner=one, window=window) for one, progress in room)
    return ClassPace(text, by, found, (words(), *rule(window)), tuple(_caveats(room, found)))


def _caveats(room: Classroom, found: Sequence[Pace]) -> Iterator[str]:
    if any(one.legs for one in found):
        yield "Weeks without school count like any other."
    unproven = [one.learner for one in found if one.plan is not None and not one.plan.proven]
    if unproven:
        yield f"Perhaps a smaller plan would do for {listed(unproven)}."
    yield from room.caveats()
