"""The look of our pictures: shapes, and colours for light and dark."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DARK", "LIGHT", "style"]

LIGHT = {
    "paper": "#ffffff", "band": "#f1f4f8", "card": "#ffffff", "frame": "#64748b", "ink": "#16202c",
    "quiet": "#4b5868", "hard": "#475569", "soft": "#a34a00", "joint": "#e6ecff", "rim": "#4f46c8",
}  # fmt: skip
DARK = {
    "paper": "#11151c", "band": "#181e28", "card": "#212a37", "frame": "#8493a8", "ink": "#eef2f7",
    "quiet": "#b3bfce", "hard": "#9fb0c6", "soft": "#f0a35e", "joint": "#2c2f5e", "rim": "#a5a8ff",
}  # fmt: skip
_SHAPES = """
.cd{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:12px}
.cd .name{font-weight:700;font-size:13px}.cd .codes .name{font-weight:600;font-size:12px}
.cd .heading{font-weight:700;font-size:18px}.cd .small{font-size:11px}.cd .end{text-anchor:end}
.cd .mid{text-anchor:middle}.cd .edge{fill:none;stroke-width:1.3}.cd .edge.soft{stroke-dasharray:5 4}
.cd .box{stroke-width:1.2}.cd .centre .box{stroke-width:3.5}.cd marker.soft{fill:none;stroke-width:1.5}
.cd a{text-decoration:none}.cd a:focus-visible .box{stroke-width:3.5}
"""
_COLOURS = """
.cd .paper{fill:%(paper)s}.cd .band{fill:%(band)s}.cd text{fill:%(ink)s}.cd .quiet{fill:%(quiet)s}
.cd .box{fill:%(card)s;stroke:%(frame)s}.cd .centre .box{stroke:%(ink)s}.cd .joint rect{fill:%(joint)s;stroke:%(rim)s}
.cd .edge.hard{stroke:%(hard)s}.cd .edge.soft{stroke:%(soft)s}.cd marker.hard{fill:%(hard)s}
.cd marker.soft{stroke:%(soft)s}
"""
# `:where` weighs nothing, so that the rules of what is pointed at, which come after, win; `key` is the legend.
_POINTED = """
.cd:has(.node:is(:hover,:target)) .edge:where(:not(.key)){visibility:hidden}
.cd:has(.node:is(:hover,:target)) :is(.node,.joint):where(:not(.key)){opacity:.4}
"""


def style(anchors: Iterable[str]) -> str:
    """Return the style sheet: pointing at a node, or naming its anchor, leaves only what it is joined to."""
    lit = (
        f'.cd:has([id="{anchor}"]:is(:hover,:target)) .n{n}{{opacity:1;visibility:visible}}'
        for n, anchor in enumerate(anchors)
    )
    dark = f"@media (prefers-color-scheme:dark){{{_COLOURS % DARK}}}"
    return "\n".join([_SHAPES + _COLOURS % LIGHT + dark, _POINTED, *lit, ""])
