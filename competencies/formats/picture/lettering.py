"""Text in a picture without its font: how wide it will be at most, and where to break and cut it."""

from __future__ import annotations

import unicodedata

__all__ = ["cut", "width", "wrap"]

_NARROW, _SLIM, _BROAD, _BROADEST = "ijl.,:;'|!", 'ftrI()[]{}/\\- "*`', "mwMW@%—…", "\N{ZERO WIDTH JOINER}"
_ADVANCE = {**dict.fromkeys(_SLIM, 0.42), **dict.fromkeys(_NARROW, 0.36), **dict.fromkeys(_BROAD, 1.0)}


def _advance(character: str) -> float:
    """Return a width in ems that wide screen fonts stay within."""
    if character in _ADVANCE:
        return _ADVANCE[character]
    if unicodedata.combining(character):
        return 0.0
    if character.isascii():
        return 0.74 if character.isupper() else 0.63
    return 0.75 if unicodedata.east_asian_width(character) in "NaH" and character.isalpha() else 1.1


def width(text: str, size: float) -> float:
    """Return how wide a text of this size in pixels is at most."""
    return size * sum(map(_advance, text))


def cut(text: str, size: float, room: float) -> str:
    """Return the text, or as much of it as fits with an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: float, room: float, most: int) -> list[str]:
    """Return at most `most` lines; a word too long for a line is broken, and what is left over ends in an ellipsis."""
    words, lines = text.split(), [""]
    while words:
        word = words.pop(0)
        joined = f"{lines[-1]} {word}".lstrip()
        if width(joined, size) <= room:
            lines[-1] = joined
        elif lines[-1] and len(lines) < most:
            lines.append("")
            words.insert(0, word)
        elif lines[-1]:
            lines[-1] = cut(f"{joined} {' '.join(words)}…", size, room)
            break
        else:
            head = cut(word, size, room)[:-1] or word[0]
            lines[-1] = head
            words.insert(0, word[len(head) :])
    return lines if lines[0] else []
