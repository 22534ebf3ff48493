"""The box of one competency in a picture: measured without fonts, then written."""

from __future__ import annotations

from html import escape

from attrs import frozen

from competencies.formats.picture.drawing import Drawing
from competencies.formats.picture.lettering import cut, width, wrap

__all__ = ["Card", "card"]

_HEAD, _BODY, _SMALL, _LINE, _PAD = 13, 12, 11, 15, 10
_WIDEST_CODE, _SMALLEST_CODE = 150, 46


@frozen
class Card:
    """What stands in the box of a competency: code, group, lines of the statement, what was left out around it."""

    head: str
    width: float
    height: float
    tag: str = ""
    lines: tuple[str, ...] = ()
    note: str = ""

    def svg(self, x: float, y: float) -> str:
        """Return the box with its upper left corner at x, y."""
        box = f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{self.width:.1f}" height="{self.height:.1f}" rx="6"/>'
        if self.height < _LINE * 2:
            return (
                f'{box}<text class="name mid" x="{x + self.width / 2:.1f}" y="{y + 16:.1f}">{escape(self.head)}</text>'
            )
        line, left = y + _PAD + 11, x + _PAD
        parts = [box, f'<text class="name" x="{left:.1f}" y="{line:.1f}">{escape(self.head)}</text>']
        if self.tag:
            right = x + self.width - _PAD
            parts.append(f'<text class="small quiet end" x="{right:.1f}" y="{line:.1f}">{escape(self.tag)}</text>')
        for n, text in enumerate(self.lines, start=1):
            parts.append(f'<text x="{left:.1f}" y="{line + n * _LINE:.1f}">{escape(text)}</text>')
        if self.note:
            last = line + (len(self.lines) + 1) * _LINE
            parts.append(f'<text class="small quiet" x="{left:.1f}" y="{last:.1f}">{escape(self.note)}</text>')
        return "".join(parts)


def card(shown: Drawing, leaf: int, wide: float) -> Card:
    """Return the card of a leaf; one of no given width holds its code, and its group where the code does not say it."""
    name, tag = shown.name(leaf), _tag(shown, leaf)
    if not wide:
        head = cut(f"{name} {tag}".rstrip(), _BODY, _WIDEST_CODE)
        return Card(head, max(_SMALLEST_CODE, width(head, _BODY * 1.06) + 14), 24, tag)
    inner = wide - 2 * _PAD
    tag = cut(tag, _SMALL, inner / 2)
    room = inner - (width(tag, _SMALL) + 8 if tag else 0)
    lines = tuple(wrap(shown.statement(leaf), _BODY, inner, 5 if wide > 180 else 6))
    note = cut(_note(shown, leaf), _SMALL, inner)
    height = _PAD + _LINE * (1 + len(lines) + bool(note)) + _PAD - 2
    return Card(cut(name, _HEAD * 1.06, room), wide, height, tag, lines, note)


def _note(shown: Drawing, leaf: int) -> str:
    counts = ((shown.before.get(leaf), "before"), (shown.after.get(leaf), "after"))
    return " · ".join(
        filter(None, [shown.told.get(leaf, ""), *(f"+{count} {where}" for count, where in counts if count)])
    )


def _tag(shown: Drawing, leaf: int) -> str:
    group = shown.group(leaf)
    return "" if not group or shown.name(leaf).startswith(group) else f"in {group}"
