"""Frameworks that ship with us, in our own words: `pack(name)` loads one, `packs()` names them."""

from importlib import resources

from competencies.errors import FormatError, near_miss
from competencies.formats import table
from competencies.framework import Framework

__all__ = ["pack", "packs"]

_TITLES = {"fractions-to-proportions": "Fractions to proportional relationships, grades 3 to 7"}


def packs() -> tuple[str, ...]:
    """Return the names of the packs, in alphabetical order."""
    return tuple(sorted(_TITLES))


def pack(name: str) -> Framework:
    """Return the framework of this pack; raises FormatError with the near miss for a name that there is not."""
    if name not in _TITLES:
        raise FormatError(f"No pack is named {name!r}{near_miss(name, packs())}; there are: {', '.join(packs())}.")
    file = resources.files(__name__).joinpath(name.replace("-", "_") + ".csv")
    lines = file.read_text("utf-8").splitlines(keepends=True)
    return table.read(lines, title=_TITLES[name]).framework()
