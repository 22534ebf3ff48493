"""A framework as one SVG file: layers from the top, cards or, when there are many, codes; for light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

from attrs import define, evolve, field

from competencies.competency import Competency
from competencies.formats.picture.drawing import Arrow, Drawing, drawing, plain
from competencies.formats.picture.heading import summary, title
from competencies.formats.picture.layout import layout
from competencies.formats.picture.sheet import MARGIN, Sheet
from competencies.formats.picture.svg_style import style
from competencies.framework import Framework

__all__ = ["svg"]

_MARKERS = "".join(
    f'<marker id="cd-{kind}" class="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    f'markerUnits="userSpaceOnUse" orient="auto"><path d="{shape}"/></marker>'
    for kind, shape in (("hard", "M0 0.5L8 4L0 7.5Z"), ("soft", "M1 0.5L7 4L1 7.5"))
)


def svg(
    framework: Framework,
    *,
    around: str | None = None,
    steps: int = 2,
    link: Callable[[Competency], str] | None = None,
    told: Callable[[Competency], str] | None = None,
) -> str:
    """Return a picture of a framework, or of what is within `steps` up and down of one competency or group.

    Each competency has an anchor: `map.svg#c-FR4.1` brings out what it is joined to, as pointing at it does. With
    `link`, which gives an address for each competency, they are links; `told` gives a few words for the foot
    of each box, where boxes hold more than codes. `diagram.text` says the same in words.
    """
    shown = drawing(framework, around, steps)
    if told:
        shown = evolve(shown, told={n: plain(told(leaf)) for n, leaf in enumerate(shown.leaves)})
    return _Picture(Sheet(shown, layout(shown.graph)), link).text()


def _anchors(shown: Drawing) -> list[str]:
    """Return a different anchor for each leaf, made of its code."""
    found: dict[str, None] = {}
    for leaf in range(len(shown.leaves)):
        anchor = base = "c-" + re.sub(r"[^A-Za-z0-9._-]", "_", shown.name(leaf))
        while anchor in found:
            anchor = f"{base}~{leaf}"
        found[anchor] = None
    return list(found)


@define
class _Picture:
    """A sheet, written from back to front."""

    sheet: Sheet
    link: Callable[[Competency], str] | None
    anchors: list[str] = field(init=False)

    @anchors.default
    def _named(self) -> list[str]:
        return _anchors(self.sheet.shown)

    def _lit(self, start: int, end: int) -> str:
        """Return the classes that bring out what runs from `start` to `end` when either end is pointed at."""
        shown = self.sheet.shown
        count = len(shown.leaves)
        leaves = ({start} if start < count else shown.up[start]) | ({end} if end < count else shown.down[end])
        return "".join(f" n{leaf}" for leaf in sorted(leaves))

    def text(self) -> str:
        """Return the whole file."""
        sheet, shown = self.sheet, self.sheet.shown
        corners, bottom = sheet.alone
        wide, high = round(sheet.width), round(bottom + 30 + MARGIN)
        role = "group" if self.link else "img"  # a screen reader would not find links within an image
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="cd" role="{role}" aria-labelledby="cd-title cd-desc" '
            f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">',
            f'<title id="cd-title">{escape(title(shown))}</title>',
            f'<desc id="cd-desc">{escape(summary(shown, sheet.found))}</desc>',
            f"<style>{style(self.anchors)}</style>",
            f'<defs>{_MARKERS}</defs><rect class="paper" width="{wide}" height="{high}"/>',
            *self._bands(),
            *sheet.heading[0],
            *(self._arrow(arrow, route) for arrow, route in zip(shown.arrows, sheet.found.routes, strict=True)),
            *(self._joint(node) for node in sheet.nodes[len(sheet.cards) :]),
            *(self._node(leaf, *corners.get(leaf) or sheet.corner(leaf)) for leaf in range(len(sheet.cards))),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _bands(self) -> Iterator[str]:
        sheet = self.sheet
        for layer, top, end in sheet.layers:
            if layer % 2 == 0:
                yield f'<rect class="band" y="{top - 16:.1f}" width="{sheet.width:.0f}" height="{end - top:.1f}"/>'
            yield f'<text class="small quiet" x="{MARGIN}" y="{top + 16:.1f}">layer {layer + 1}</text>'
        if sheet.found.alone:
            words = "Nothing comes before or after these:"
            yield f'<text class="quiet" x="{MARGIN}" y="{sheet.bottom + 48:.1f}">{words}</text>'

    def _node(self, leaf: int, x: float, y: float) -> str:
        shown = self.sheet.shown
        statement = shown.statement(leaf)
        told = f"{shown.name(leaf)}: {statement}" if statement else shown.name(leaf)
        kind = "node codes" if not self.sheet.detailed else "node"
        box = self.sheet.cards[leaf].svg(x, y)
        if self.link:
            box = f'<a href="{escape(self.link(shown.leaves[leaf]))}">{box}</a>'
        centre = " centre" if leaf in shown.centre else ""
        near = "".join(f" n{other}" for other in sorted({leaf} | shown.up[leaf] | shown.down[leaf]))
        opening = f'<g id="{self.anchors[leaf]}" data-node="{leaf}" class="{kind}{centre}{near}">'
        return f"{opening}<title>{escape(told)}</title>{box}</g>"

    def _joint(self, node: int) -> str:
        (x, y), (wide, high) = self.sheet.corner(node), self.sheet.sizes[node]
        label = escape(self.sheet.shown.name(node))
        return (
            f'<g data-node="{node}" class="joint{self._lit(node, node)}">'
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.0f}" rx="{high / 2:.0f}"/>'
            f'<text class="small mid" x="{x + wide / 2:.1f}" y="{y + 14:.1f}">{label}</text></g>'
        )

    def _arrow(self, arrow: Arrow, route: Sequence[int]) -> str:
        shown = self.sheet.shown
        kind = "hard" if arrow.hard else "soft"
        names = f"{shown.name(arrow.start)} before {shown.name(arrow.end)}{'' if arrow.hard else ' (recommended)'}"
        return (
            f'<path class="edge {kind}{self._lit(arrow.start, arrow.end)}" marker-end="url(#cd-{kind})" '
            f'data-from="{arrow.start}" data-to="{arrow.end}" d="{self.sheet.path(route)}">'
            f"<title>{escape(names)}</title></path>"
        )
