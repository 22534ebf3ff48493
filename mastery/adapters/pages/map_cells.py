"""The cells of a class map as HTML: some thousands of them, so they are written here and not in a template."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from mastery.adapters.pages.links import Links
from mastery.adapters.sheets.signs import sign_of
from mastery.classroom import Cell, ClassMap, MapRow

__all__ = ["MapCells"]


class MapCells:
    """Writes the cells of rows of a map, each with a link that says why."""

    def __init__(self, found: ClassMap, links: Links) -> None:
        self.starts = {places.start for _, places in found.layers()}
        self._links = links
        self._ends = [
            escape(links.to(column.competency).removeprefix(links.root)) for column in found.columns
        ]  # "/CODE?kept=..."
        self._classes = [" first" if n in self.starts else "" for n in range(len(found.columns))]
        self._bodies: dict[Cell, tuple[str, str]] = {}
        self.used = {sign_of(cell).name for row in found.rows for cell in row.cells}

    def row(self, row: MapRow, learner: str) -> Markup:
        """Return the cells of a learner, who is called so in addresses."""
        base = escape(Links(self._links.root).to("learners", learner, "why"))
        return Markup("".join(self._written(row.cells, base)))  # noqa: S704 - its parts are escaped

    def _written(self, cells: Sequence[Cell], base: str) -> list[str]:
        bodies, found = self._bodies, []
        for cell, end, first in zip(cells, self._ends, self._classes, strict=True):
            said = bodies.get(cell)
            if said is None:
                said = bodies[cell] = _body(cell)
            found.append(f'<td class="{said[0]}{first}"><a href="{base}{end}">{said[1]}</a></td>')
        return found


def _body(cell: Cell) -> tuple[str, str]:
    """Return the class of a cell and what is in it."""
    sign = sign_of(cell)
    over = "".join(f"<b>{escape(word)}</b>" for word in cell.also)
    return sign.name, f'<span aria-hidden="true">{sign.icon}</span>{escape(cell.word)}{over}'
