"""How constructors take what they are given: lists become tuples, mappings become dictionaries of their own."""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["mapping", "names"]


def names(given: Iterable[str]) -> tuple[str, ...]:
    """Return a list of names as a tuple; a single text is no list."""
    if isinstance(given, str):
        raise TypeError(f"a list of names was wanted, got the text {given!r}")
    return tuple(given)


def mapping(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dictionary of its own, which nobody else changes."""
    return dict(given)
