"""Text of frameworks and of people on a sheet: shown as it reads, and inert whatever is in it."""

from __future__ import annotations

import re
from html import escape, unescape

__all__ = ["cropped", "html_text", "markdown_text", "readable", "without_markup"]

_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")
_UNSHOWABLE = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$])")
_LINK = re.compile(r"(?i)(?<=://)|(?<=\bwww)(?=\.)|(?<=[a-z0-9])(?=@)")
_LEADING = re.compile(r"^(?:([#+=-])|(\d+)([.)]))")


def readable(text: str) -> str:
    r"""Return `text` on one line, without what cannot be shown or turns the direction of what follows.

    >>> readable("a\nb\u202ec")
    'a b�c'
    """
    return _UNSHOWABLE.sub("\ufffd", " ".join(text.split()))


def cropped(text: str, most: int) -> str:
    """Return `text` in at most `most` characters (5 or more): what is too long loses its middle.

    >>> cropped("school-7-learner-0012", 11)
    'schoo…-0012'
    """
    if len(text) <= most:
        return text
    head = most // 2
    return f"{text[:head]}…{text[len(text) - (most - head - 1) :]}"


def html_text(text: str) -> str:
    """Return `text` for between tags or inside a quoted attribute.

    >>> html_text("<b> & 'c'")
    '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    return escape(readable(text), quote=True)


def without_markup(statement: str) -> str:
    """Return a competency's statement without the tags and entities that published frameworks carry.

    >>> without_markup("1 &ne; 2 and <i>x</i>")
    '1 ≠ 2 and x'
    """
    return _TAGS.sub("", unescape(statement))


def markdown_text(text: str) -> str:
    r"""Return `text` so that Markdown shows it and does nothing else with it.

    >>> print(markdown_text("1. *a* <b> [c](d)"))
    1\. \*a\* \<b\> \[c\](d)
    """
    text = _MARKDOWN.sub(r"\\\1", readable(text))
    text = _LINK.sub("\u200b", text)
    return _LEADING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)
