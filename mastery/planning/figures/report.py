"""`school_figures`: learners, groups, classes and the school, each the sum of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.errors import PlanError
from mastery.goals import leaves_named
from mastery.planning.figures.counting import NAMES, Figures, figures_of
from mastery.wording import day, listed, many

__all__ = ["FigureLevel", "FigureRow", "Membership", "SchoolFigures", "school_figures"]


class FigureLevel(StrEnum):
    """What a row of figures is about."""

    LEARNER = "learner"
    GROUP = "group"
    CLASS = "class"
    SCHOOL = "school"


@frozen
class Membership:
    """One learner's place: in a class, and there in a group, an empty text for none. A learner may have several."""

    learner: str
    class_name: str
    group: str = field(default="")

    @group.validator
    def _of_a_class(self, _: object, group: str) -> None:
        if group and not self.class_name:
            raise ValueError(f"class_name: the class of the group {group!r} was wanted, got an empty text")


@frozen
class FigureRow:
    """The figures of one learner, group, class or of all.

    `class_name`, `group` and `learner` say of what. `rest` is empty, or says which learners a row makes up for, so that
    the rows of a level add up to the one above: those in `no` group or class, and, in negative figures, in `several`.
    """

    level: FigureLevel
    figures: Figures
    class_name: str = ""
    group: str = ""
    learner: str = ""
    rest: str = ""


@frozen
class SchoolFigures:
    """Figures of a school: each class with its groups and, where they are asked for, its learners; then all.

    The groups of a class add up to it and the classes to the school, the rows that make up for the rest included.
    """

    rows: tuple[FigureRow, ...]
    competencies: int
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def school(self) -> Figures:
        """The figures of all, each learner once."""
        return self.rows[-1].figures

    def table(self) -> Table:
        """Return every row with every figure."""
        rows = (
            (
                row.level.value,
                row.class_name,
                row.group,
                row.learner,
                row.rest,
                *(str(getattr(row.figures, name)) for name in NAMES),
            )
            for row in self.rows
        )
        return Table(("level", "class", "group", "learner", "rest", *NAMES), tuple(rows))


def school_figures(
    room: Classroom,
    membership: Sequence[Membership] = (),
    *,
    only: Sequence[str] = (),
    since: datetime | None = None,
    with_learners: bool = False,
) -> SchoolFigures:
    """Return the figures of these learners on the competencies named by `only` (default: all), class by class.

    Classes and groups come in the order in which `membership` names them; learners of it who are not in the room are
    left out. `new` counts credit earned or given since `since`. Raises PlanError for names in `only` that fit nothing.
    """
    leaves = len(room.rules.leaves)
    mask, faults = leaves_named(room.framework, only) if only else ((1 << leaves) - 1, [])
    if faults:
        raise PlanError("These competencies cannot be looked at", faults)
    each = {
        learner: figures_of(progress, silent=learner in room.silent, only=mask, since=since)
        for learner, progress in room
    }
    rows = list(_classes(each, [one for one in membership if one.learner in each], with_learners))
    rows.append(FigureRow(FigureLevel.SCHOOL, Figures.total(each.values())))
    because = tuple(_rule(mask.bit_count(), only, since, rows))
    return SchoolFigures(tuple(rows), mask.bit_count(), because, room.caveats())


def _classes(each: Mapping[str, Figures], membership: Sequence[Membership], with_learners: bool) -> Iterator[FigureRow]:
    classes = _members((one.class_name, one.learner) for one in membership)
    if with_learners and not classes:
        yield from (FigureRow(FigureLevel.LEARNER, found, learner=who) for who, found in each.items())
    for name, learners in classes.items():
        yield FigureRow(FigureLevel.CLASS, Figures.total(each[who] for who in learners), name)
        groups = _members((one.group, one.learner) for one in membership if one.class_name == name)
        for group, members in groups.items():
            yield FigureRow(FigureLevel.GROUP, Figures.total(each[who] for who in members), name, group)
        if groups:
            for rest, figures in _rest({who: each[who] for who in learners}, groups):
                yield FigureRow(FigureLevel.GROUP, figures, name, rest=rest)
        if with_learners:
            yield from (FigureRow(FigureLevel.LEARNER, each[who], name, learner=who) for who in learners)
    if classes:
        for rest, figures in _rest(each, classes):
            yield FigureRow(FigureLevel.CLASS, figures, rest=rest)


def _members(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
    """Return the learners under each name that is not empty, each once, in order."""
    found: dict[str, dict[str, None]] = {}
    for name, learner in pairs:
        if name:
            found.setdefault(name, {})[learner] = None
    return found


def _rest(each: Mapping[str, Figures], parts: Mapping[str, Mapping[str, None]]) -> Iterator[tuple[str, Figures]]:
    """Yield what the parts leave out and, negative, what they count more than once."""
    times = {who: sum(who in members for members in parts.values()) for who in each}
    if none := [each[who] for who, n in times.items() if n == 0]:
        yield "no", Figures.total(none)
    if more := [-each[who] for who, n in times.items() for _ in range(n - 1)]:
        yield "several", Figures.total(more)


def _rule(count: int, only: Sequence[str], since: datetime | None, rows: Sequence[FigureRow]) -> Iterator[str]:
    of = f" ({listed(list(only))})" if only else ""
    yield f"Every learner on {many(count, 'competency', 'competencies')}{of}: each such pair is in one status."
    yield "Due and lapsed credit is met; by hand is credit that a person granted or waived, or that was inferred."
    if since is not None:
        yield f"New is credit earned or given since {day(since)}."
    if any(row.rest == "several" for row in rows):
        yield "Learners in several are counted in each of them; a row of its own takes that away, so that sums agree."
