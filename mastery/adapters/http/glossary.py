"""The glossary as values: each word, what it means, and under which heading it stands."""

from __future__ import annotations

import re
from functools import cache

from mastery.adapters.http.shipped import glossary_text

__all__ = ["glossary"]

_TERM = re.compile(r"- \*\*(.+?)\*\* - (.+)")


@cache
def glossary() -> tuple[dict[str, str], ...]:
    """Return every term with its meaning and its heading, in the order of docs/glossary.md."""
    found, group = [], ""
    for line in glossary_text().splitlines():
        if line.startswith("#"):
            group = line.lstrip("# ")
        elif said := _TERM.fullmatch(line):
            found.append({"term": said[1], "group": group, "means": said[2]})
    return tuple(found)
