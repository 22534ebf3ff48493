"""How a laid out drawing fills a sheet: the size and place of every box, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from attrs import define

from competencies.formats.picture.cards import Card, card
from competencies.formats.picture.drawing import Drawing
from competencies.formats.picture.heading import heading
from competencies.formats.picture.layout import Layout
from competencies.formats.picture.lettering import width
from competencies.formats.picture.placement import places

__all__ = ["MARGIN", "MOST_CARDS", "Sheet"]

MOST_CARDS = 90
"""With more competencies than this, a picture shows their codes alone."""
MARGIN = 24
_GUTTER, _NARROWEST, _JOINT, _BETWEEN = 84, 680, 20, 18
_CARD, _SLIM_CARD, _ABREAST = 190, 162, 9


@define(slots=False)
class Sheet:
    """Every measure of a picture, in pixels; nodes are those of the layout."""

    shown: Drawing
    found: Layout

    @property
    def detailed(self) -> bool:
        """Whether there is room for statements."""
        return len(self.shown.leaves) <= MOST_CARDS

    @cached_property
    def cards(self) -> list[Card]:
        """The box of each leaf."""
        leaves = range(len(self.shown.leaves))
        abreast = max((sum(node in leaves for node in row) for row in self.found.rows), default=0)
        wide = (_CARD if abreast <= _ABREAST else _SLIM_CARD) if self.detailed else 0
        return [card(self.shown, leaf, wide) for leaf in leaves]

    @property
    def nodes(self) -> range:
        """Leaves and joints: all nodes but the waypoints."""
        return range(len(self.shown.leaves) + len(self.shown.joints))

    @cached_property
    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of every node; waypoints have none."""
        joints = [(width(joint.label, 11) + 14, float(_JOINT)) for joint in self.shown.joints]
        boxes = [(card.width, card.height) for card in self.cards] + joints
        return boxes + [(0.0, 0.0)] * (len(self.found.above) - len(boxes))

    @cached_property
    def middles(self) -> list[float]:
        """The middle of every node, from the left."""
        found = places(self.found, [wide for wide, _ in self.sizes], self._gap)
        left = min((found[node] - self.sizes[node][0] / 2 for node in self.row), default=0.0)
        return [at - left + _GUTTER for at in found]

    def _gap(self, one: int, other: int) -> float:
        passing = (one not in self.nodes) + (other not in self.nodes)
        return ((_BETWEEN, 15, 10) if self.detailed else (10, 9, 5))[passing]

    @cached_property
    def row(self) -> dict[int, int]:
        """The row of every node that is in one."""
        return {node: n for n, row in enumerate(self.found.rows) for node in row}

    @cached_property
    def width(self) -> float:
        """The width of the sheet."""
        right = max((self.middles[node] + self.sizes[node][0] / 2 for node in self.row), default=0.0)
        return max(_NARROWEST, right + MARGIN)

    @cached_property
    def heading(self) -> tuple[list[str], float]:
        """What stands above, and where it ends."""
        tags = any(card.tag for card in self.cards)
        return heading(self.shown, self.found, MARGIN, self.width - MARGIN, tags=tags, detailed=self.detailed)

    @cached_property
    def heights(self) -> list[float]:
        """The height of each row."""
        return [max(self.sizes[node][1] for node in row) for row in self.found.rows]

    @cached_property
    def tops(self) -> list[float]:
        """The upper edge of each row; the further arrows go sideways below it, the more room they have."""
        tops, at = [], self.heading[1] + 30
        for row, high in zip(self.found.rows, self.heights, strict=True):
            tops.append(at)
            shift = max((abs(self.middles[n] - self.middles[m]) for n in row for m in self.found.below[n]), default=0)
            at += high + (30 if self.detailed else 24) + min(64, shift / 12)
        return tops

    @cached_property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.tops[-1] + self.heights[-1] if self.tops else self.heading[1]

    def corner(self, node: int) -> tuple[float, float]:
        """Return the upper left corner of a node that is in a row."""
        return self.middles[node] - self.sizes[node][0] / 2, self.tops[self.row[node]]

    @cached_property
    def ports(self) -> dict[tuple[int, int], float]:
        """How far from the middle of a node its line to each neighbour begins: side by side, in order."""
        found: dict[tuple[int, int], float] = {}
        for node in self.nodes:
            for side in (self.found.above[node], self.found.below[node]):
                step = min(12.0, 0.8 * self.sizes[node][0] / max(len(side), 1))
                for n, other in enumerate(sorted(side, key=lambda other: (self.middles[other], other))):
                    found[node, other] = step * (n - (len(side) - 1) / 2)
        return found

    def path(self, route: Sequence[int]) -> str:
        """Return the line along a route: upright where it passes a row, curved between rows."""
        turned = self.row[route[0]] > self.row[route[-1]]
        lines = [self._between(up, low, turned) for up, low in pairwise(route[::-1] if turned else route)]
        points = [point for line in lines for point in line]
        curves = []
        for n in range(0, len(points), 4):
            part = points[n : n + 4] if not turned else points[len(points) - n - 4 : len(points) - n][::-1]
            (x, y), (from_x, from_y), (to_x, to_y), (end_x, end_y) = part
            half = (from_y + to_y) / 2
            curve = f"C{from_x:.1f} {half:.1f} {to_x:.1f} {half:.1f} {to_x:.1f} {to_y:.1f}"
            curves.append(
                f"{'L' if n else 'M'}{x:.1f} {y:.1f}L{from_x:.1f} {from_y:.1f}{curve}L{end_x:.1f} {end_y:.1f}"
            )
        return "".join(curves)

    def _between(self, up: int, low: int, turned: bool) -> list[tuple[float, float]]:
        """Return the line from a node to one in the next row: its ends, and between them those of its curve."""
        aside = 6.0 if turned else 0.0  # so that it never lies on an arrow that points down
        x = self.middles[up] + self.ports.get((up, low), 0.0) + aside
        to_x = self.middles[low] + self.ports.get((low, up), 0.0) + aside
        row = self.row[up]
        end = self.tops[row] + (self.sizes[up][1] if up in self.nodes else 0.0)
        below, top = self.tops[row] + self.heights[row] + 4, self.tops[row + 1]
        return [(x, end), (x, below), (to_x, top - 4), (to_x, top)]

    @cached_property
    def layers(self) -> list[tuple[int, float, float]]:
        """Each layer that has a row: its number, from 0, where it begins and where the next one does."""
        begins: dict[int, float] = {}
        for leaf in range(len(self.cards)):
            if leaf in self.row:
                begins.setdefault(self.found.layer[leaf], self.tops[self.row[leaf]])
        layers = sorted(begins.items())
        ends = [top for _, top in layers[1:]] + [self.bottom + 30]
        return [(layer, top, end) for (layer, top), end in zip(layers, ends, strict=False)]

    @cached_property
    def alone(self) -> tuple[dict[int, tuple[float, float]], float]:
        """The upper left corner of each leaf without an arrow, in lines below the rows, and where these end."""
        corners: dict[int, tuple[float, float]] = {}
        x, y, high = float(_GUTTER), self.bottom + 60, 0.0
        for leaf in self.found.alone:
            if x > _GUTTER and x + self.cards[leaf].width > self.width - MARGIN:
                x, y, high = float(_GUTTER), y + high + _BETWEEN, 0.0
            corners[leaf] = (x, y)
            x, high = x + self.cards[leaf].width + _BETWEEN, max(high, self.cards[leaf].height)
        return corners, y + high if corners else self.bottom
