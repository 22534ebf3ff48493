"""The signs of a class map: for each sort of cell an icon, a mark of two letters, and the words that say what it is."""

from __future__ import annotations

from attrs import frozen

from mastery import Basis, Currency, Status
from mastery.classroom import Cell

__all__ = ["NOTES", "SIGNS", "Sign", "note_of", "sign_of"]


@frozen
class Sign:
    """How one sort of cell is shown: `name` for a style, `icon` and `mark` to see, `means` to read."""

    name: str
    icon: str
    mark: str
    means: str


SIGNS = {
    sign.name: sign
    for sign in (
        Sign("locked", "\u00b7", "..", "locked: something has to be met first"),
        Sign("ready", "\u25cb", "Rd", "ready: it can be begun"),
        Sign("in_progress", "\u25d0", "Pr", "in progress"),
        Sign("check_due", "\u270e", "Ch", "check due: the knowledge check comes next"),
        Sign("not_yet", "\u21ba", "Ny", "not yet: the check was not passed"),
        Sign("awaiting", "\u2016", "Aw", "awaiting: a person has to act"),
        Sign("met", "\u25cf", "==", "met, shown by evidence"),
        Sign("waived", "\u25c7", "=w", "met: waived by a person"),
        Sign("inferred", "\u25c8", "=i", "met: inferred by a placement"),
        Sign("granted", "\u25c6", "=g", "met: granted by a person"),
        Sign("kept", "\u25a3", "=k", "met: kept from when it was earned"),
        Sign("due", "\u25d4", "=d", "met, and due for a recheck"),
        Sign("lapsed", "\u25bd", "=l", "met, and lapsed: a later check was not passed"),
    )
}
"""By name, in the order in which a legend has them."""

NOTES = {
    "paused": ("p", "paused"),
    "held": ("h", "held"),
    "pinned": ("!", "pinned"),
    "under question": ("?", "under question"),
    "several": ("+", "several of paused, held, pinned, under question"),
}
"""What may lie over a sign: a letter to see, and words to read."""


def sign_of(cell: Cell) -> Sign:
    """Return the sign of a cell; of credit, how current it is goes before what it rests on."""
    if cell.status is not Status.MET:
        return SIGNS[cell.status.value]
    if cell.currency in (Currency.DUE, Currency.LAPSED):
        return SIGNS[str(cell.currency)]
    return SIGNS["met" if cell.basis in (None, Basis.DEMONSTRATED) else str(cell.basis)]


def note_of(cell: Cell) -> str:
    """Return the name of what lies over a cell, empty where nothing does."""
    over = [word for word in cell.also if word in NOTES]
    return "several" if len(over) > 1 else "".join(over)
