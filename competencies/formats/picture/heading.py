"""What stands above a picture: its title, what it holds in a sentence, and what its marks mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from competencies.formats.picture.drawing import Drawing, plain
from competencies.formats.picture.layout import Layout
from competencies.formats.picture.lettering import cut, width, wrap

__all__ = ["heading", "some", "summary", "title"]

_GAPS = {"hard": 46, "soft": 46, "joint": 48, "tag": 32, "more": 28, "centre": 42}


def title(shown: Drawing) -> str:
    """Return the title of the framework, and of what the drawing is a neighbourhood."""
    whole = plain(shown.framework.title)
    around = shown.around and plain(shown.framework.printed_name(shown.around))
    return f"Around {around}: {whole}" if around else whole


def summary(shown: Drawing, found: Layout) -> str:
    """Return what the drawing holds, in numbers."""
    hard = sum(arrow.hard for arrow in shown.arrows)
    linked = len(shown.leaves) - len(found.alone)
    layers = len({layer for leaf, layer in enumerate(found.layer[: len(shown.leaves)]) if leaf not in found.alone})
    counts = [
        f"{some(linked, 'competency', 'competencies')} in {some(layers, 'layer')}, each below all that it needs",
        f"{some(hard, 'arrow')} for what is needed first" if hard else "",
        f"{some(len(shown.arrows) - hard, 'dashed arrow')} for what is recommended first"
        if hard < len(shown.arrows)
        else "",
        f"{some(len(found.alone), 'competency', 'competencies')} without an arrow" if found.alone else "",
    ]
    return "; ".join(filter(None, counts)) + "."


def some(count: int, one: str, several: str = "") -> str:
    """Return a number with its noun."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def heading(
    shown: Drawing, found: Layout, left: float, right: float, *, tags: bool, detailed: bool
) -> tuple[list[str], float]:
    """Return what stands above a picture, between `left` and `right`, and where it ends."""
    name = cut(title(shown), 19.5, right - left)
    parts = [f'<text class="heading" x="{left:.0f}" y="38">{escape(name)}</text>']
    y = 60
    told = summary(shown, found)
    if not detailed:
        told += " Codes alone, as there are so many: the neighbourhood of one of them has the statements."
    for line in wrap(told, 12, right - left, 3):
        parts.append(f'<text class="quiet" x="{left:.0f}" y="{y}">{escape(line)}</text>')
        y += 17
    marks, end = _legend(_marks(shown, tags), left, y + 8, right)
    return [*parts, *marks], end


def _marks(shown: Drawing, tags: bool) -> Iterator[tuple[str, str]]:
    """Yield each kind of mark in the picture and what it means."""
    if any(arrow.hard for arrow in shown.arrows):
        yield "hard", "needed first"
    if not all(arrow.hard for arrow in shown.arrows):
        yield "soft", "recommended first, not needed"
    if shown.joints:
        yield "joint", "so many of the arrows into it are enough"
    if tags:
        yield "tag", "part of the group G"
    if shown.before or shown.after:
        yield "more", "left out of this picture"
    if shown.centre:
        yield "centre", "what this picture is around"


def _legend(marks: Iterable[tuple[str, str]], left: float, top: float, right: float) -> tuple[list[str], float]:
    """Return the legend, wrapped between `left` and `right`, and where it ends: each kind of mark with its meaning."""
    parts, x, y = [], left, top
    for kind, words in marks:
        gap = _GAPS[kind]
        room = gap + width(words, 11) + 16
        if x > left and x + room > right:
            x, y = left, y + 22
        parts.append(f'{_mark(kind, x, y)}<text class="small" x="{x + gap:.0f}" y="{y + 4:.0f}">{escape(words)}</text>')
        x += room
    return parts, y + 12


def _mark(kind: str, x: float, y: float) -> str:
    if kind in ("hard", "soft"):
        return f'<path class="edge {kind} key" marker-end="url(#cd-{kind})" d="M{x:.0f} {y:.0f}h38"/>'
    if kind == "joint":
        return (
            f'<g class="joint key"><rect x="{x:.0f}" y="{y - 9:.0f}" width="40" height="18" rx="9"/>'
            f'<text class="small mid" x="{x + 20:.0f}" y="{y + 4:.0f}">2 of 3</text></g>'
        )
    word = {"tag": "in G", "more": "+3", "centre": ""}[kind]
    frame = f'<g class="centre"><rect class="box" x="{x + 4:.0f}" y="{y - 7:.0f}" width="30" height="14" rx="4"/></g>'
    return frame if not word else f'<text class="small quiet" x="{x:.0f}" y="{y + 4:.0f}">{word}</text>'
