"""`say`: every string of the pages, by its key in words.toml. What the engine says of a learner comes as it is."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from mastery.adapters.pages.legible import legible

__all__ = ["catalogue", "say"]


@cache
def catalogue() -> dict[str, str | list[str]]:
    """Return every string by its key, `page.name`; of two, the first is for one and the second for any other count."""
    text = files("mastery.adapters.pages").joinpath("words.toml").read_text("utf-8")
    return {f"{page}.{name}": said for page, names in tomllib.loads(text).items() for name, said in names.items()}


def say(key: str, /, **values: Any) -> Markup:
    """Return the string of `key` with values in the places that it names; `n` chooses between one and many.

    Values are escaped unless they are markup already. Raises KeyError for a key or a place that there is not.

    >>> str(say("count.learners", n=1)), str(say("count.learners", n=2))
    ('1 learner', '2 learners')
    """
    said = catalogue()[key]
    if isinstance(said, list):
        said = said[0 if values["n"] == 1 else 1]
    return Markup(escape(said).format(**{name: _value(value) for name, value in values.items()}))  # noqa: S704 - escaped


def _value(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return legible(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
