"""Marks: how a standing looks. An icon, a word and a pattern each, so that none of it hangs on colour."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from mastery.adapters.pages.catalogue import say
from mastery.adapters.sheets.signs import NOTES, SIGNS, sign_of
from mastery.classroom import Cell
from mastery.standing import Standing

__all__ = ["all_marks", "overlay_marks", "standing_mark"]

_MARK = Markup('<span class="mark {}"><span aria-hidden="true">{}</span> {}</span>')


def standing_mark(standing: Standing) -> Markup:
    """Return the mark of a standing: its status, of credit also how current it is, or else what it rests on."""
    basis = None if standing.credit is None else standing.credit.basis
    sign = sign_of(Cell("", (), standing.status, standing.currency, basis))
    return _MARK.format(sign.name, sign.icon, say(f"status.{sign.name}"))


def overlay_marks(standing: Standing) -> Iterable[Markup]:
    """Return a mark for each thing that lies over a standing."""
    return [
        _MARK.format("over", NOTES[overlay.replace("_", " ")][0], say(f"overlay.{overlay}"))
        for overlay in sorted(standing.overlays)
    ]


def all_marks() -> Iterable[tuple[str, Markup]]:
    """Return every mark under its name, in the order in which a legend has them."""
    return [(sign.name, _MARK.format(sign.name, sign.icon, say(f"status.{sign.name}"))) for sign in SIGNS.values()]
