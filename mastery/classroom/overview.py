"""The class map: learners by competencies, what comes first on the left, so that the frontier is a diagonal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import field, frozen

from competencies.expansion import Expansion
from competencies.gate import bits
from mastery.classroom.answer import Table
from mastery.classroom.cell import Cell, cell_of
from mastery.classroom.room import Classroom
from mastery.progress import Progress
from mastery.standing import Status

__all__ = ["ClassMap", "MapColumn", "MapRow", "layers", "overview"]


@frozen
class MapColumn:
    """One competency of a class map, under the `name` that is printed and its `layer`, 0 for what needs nothing.

    `locked`, `ready`, `under_way` and `met` count the learners, each once; under way is what is neither of the others.
    """

    competency: str
    code: str
    name: str
    statement: str
    layer: int
    locked: int
    ready: int
    under_way: int
    met: int


@frozen
class MapRow:
    """One learner of a class map: a cell for each column, and counts over them.

    `ready` counts cells that can be begun, `waiting` those that wait for a person, `due` credit that is due for a
    recheck or has lapsed. `silent`: nothing is recorded of this learner, which says nothing of what they know.
    """

    learner: str
    cells: tuple[Cell, ...]
    met: int
    ready: int
    waiting: int
    due: int
    silent: bool = False


@frozen
class ClassMap:
    """Learners by competencies: `rows` in the order of the class, `columns` layer by layer."""

    columns: tuple[MapColumn, ...]
    rows: tuple[MapRow, ...]
    because: tuple[str, ...]
    caveats: tuple[str, ...] = field(default=())

    def layers(self) -> Iterator[tuple[int, range]]:
        """Yield each layer that there is, with the places of its columns."""
        first = 0
        while first < len(self.columns):
            layer, end = self.columns[first].layer, first
            while end < len(self.columns) and self.columns[end].layer == layer:
                end += 1
            yield layer, range(first, end)
            first = end

    def table(self) -> Table:
        """Return what is shown, a learner a row, each cell in full."""
        header = ("learner", *(column.name for column in self.columns), "met", "ready", "waiting", "due")
        rows = (
            (
                row.learner,
                *(cell.text for cell in row.cells),
                *map(str, (row.met, row.ready, row.waiting, row.due)),
            )
            for row in self.rows
        )
        return Table(header, tuple(rows))


_RULE = (
    "Layers: every competency is to the right of all that its requirement mentions; layer 0 needs nothing.",
    "Ready: it can be begun, and nothing is shown on it yet. Waiting: on a person. Due: credit that wants a recheck "
    "or has lapsed.",
)


def overview(room: Classroom, only: Sequence[str] = ()) -> ClassMap:
    """Return the class map of `room`, of the competencies in `only` (identifiers or codes; a group: all its parts).

    Columns go by layer, and in framework order within one; a layer is that of the whole framework, whatever is left
    out. Raises UnknownCompetency with the near miss.
    """
    chosen = _chosen(room, only)
    depth = layers(room.rules.expansion)
    places = sorted(chosen, key=lambda i: (depth[i], i))
    rows = tuple(_row(learner, progress, places, learner in room.silent) for learner, progress in room)
    columns = tuple(_column(room, i, depth[i], [row.cells[n] for row in rows]) for n, i in enumerate(places))
    return ClassMap(columns, rows, _RULE, room.caveats())


def layers(expansion: Expansion) -> tuple[int, ...]:
    """Return the layer of each leaf: 0 where it needs nothing, else one more than the deepest of what it needs."""
    depth = [0] * len(expansion.leaves)
    for i in expansion.order:
        depth[i] = max((depth[j] + 1 for j in expansion.needs[i]), default=0)
    return tuple(depth)


def _chosen(room: Classroom, only: Sequence[str]) -> Iterable[int]:
    expansion = room.rules.expansion
    if not only:
        return range(len(expansion.leaves))
    return bits(expansion.mask_of(room.framework.competency(name).identifier for name in only))


def _row(learner: str, progress: Progress, places: Sequence[int], silent: bool) -> MapRow:
    cells = tuple(cell_of(progress, i) for i in places)
    return MapRow(
        learner,
        cells,
        met=sum(cell.status is Status.MET for cell in cells),
        ready=sum(cell.status is Status.READY for cell in cells),
        waiting=sum(cell.for_person for cell in cells),
        due=sum(cell.wants_recheck for cell in cells),
        silent=silent,
    )


def _column(room: Classroom, i: int, layer: int, cells: Sequence[Cell]) -> MapColumn:
    competency = room.rules.leaves[i]
    counts = Counter(cell.status for cell in cells)
    told = counts[Status.LOCKED], counts[Status.READY], counts[Status.MET]
    return MapColumn(
        competency.identifier,
        competency.code,
        room.rules.printed[i],
        competency.statement,
        layer,
        locked=told[0],
        ready=told[1],
        under_way=len(cells) - sum(told),
        met=told[2],
    )
