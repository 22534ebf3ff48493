"""`legible`: a text of somebody's as a page can show it, without what cannot be seen or turns what follows."""

from __future__ import annotations

import re

__all__ = ["legible"]

_UNSHOWABLE = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def legible(text: str) -> str:
    r"""Return a text with a sign in place of each character that nobody can see, or that turns the direction.

    >>> legible("a\u202eb\0")
    'a\ufffdb\ufffd'
    """
    return _UNSHOWABLE.sub("\ufffd", text)
