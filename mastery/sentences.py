"""Sentence templates that are written and read back: one text for one setting, either way.

In a template `{name}` stands for a setting, `{name:day|days}` for a number of things, and `[...]` for a clause that is
there only where a setting in it is not as it is by default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import NOTHING, field, fields_dict, frozen

from competencies.converters import mapping

__all__ = ["Sentence", "number_text"]

_TOKEN = re.compile(r"\{(?P<slot>\w+)(?::(?P<one>[^|}]*)\|(?P<more>[^}]*))?\}|\[(?P<clause>[^\]]*)\]")
_NUMBER = r"(\d+(?:\.\d+)?(?:e[-+]?\d+)?)"


def number_text(value: float) -> str:
    """Return a number as people write it, digits enough to read back the same: 180.0 as 180."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _number(text: str) -> float:
    return int(text) if text.isdigit() else float(text)


@frozen
class Sentence:
    """One way to say some settings of a value of class `kind`: for values whose `fixed` settings are as given."""

    kind: type[Any]
    template: str
    fixed: Mapping[str, Any] = field(factory=dict, converter=mapping)

    def says(self, value: object) -> bool:
        """Whether this is the way to say `value`."""
        return type(value) is self.kind and all(getattr(value, name) == wanted for name, wanted in self.fixed.items())

    def write(self, value: object) -> str:
        """Return the sentence for a value."""
        return _written(self.template, value, fields_dict(self.kind))

    def read(self, text: str) -> dict[str, Any] | None:
        """Return the settings that a sentence tells; None where it is not this one."""
        pattern, slots = self._pattern
        found = pattern.fullmatch(text)
        if found is None:
            return None
        known = fields_dict(self.kind)
        given = {
            slot: _default(known[slot]) if number is None else _number(number)  # a clause left out says the usual
            for slot, number in zip(slots, found.groups(), strict=True)
        }
        return {**self.fixed, **given}

    @cached_property
    def _pattern(self) -> tuple[re.Pattern[str], list[str]]:
        slots: list[str] = []
        return re.compile(_compiled(self.template, slots)), slots

    @cached_property
    def shown(self) -> str:
        """The template for a person: its numbers as dots."""
        return _TOKEN.sub(lambda t: "" if t["clause"] is not None else f"... {t['more'] or ''}".strip(), self.template)


def _written(template: str, value: object, known: Mapping[str, Any]) -> str:
    def replaced(token: re.Match[str]) -> str:
        clause = token["clause"]
        if clause is None:
            number = getattr(value, token["slot"])
            noun = token["one"] if number == 1 else token["more"]
            return f"{number_text(number)} {noun}" if noun is not None else number_text(number)
        slots = [inner["slot"] for inner in _TOKEN.finditer(clause)]
        as_usual = all(getattr(value, slot) == _default(known[slot]) for slot in slots)
        return "" if as_usual else _written(clause, value, known)

    return _TOKEN.sub(replaced, template)


def _default(attribute: Any) -> Any:
    return None if attribute.default is NOTHING else attribute.default


def _compiled(template: str, slots: list[str]) -> str:
    pieces, end = [], 0
    for token in _TOKEN.finditer(template):
        pieces.append(re.escape(template[end : token.start()]))
        end = token.end()
        if token["clause"] is not None:
            pieces.append(f"(?:{_compiled(token['clause'], slots)})?")
            continue
        slots.append(token["slot"])
        nouns = f" (?:{re.escape(token['one'])}|{re.escape(token['more'])})" if token["more"] is not None else ""
        pieces.append(_NUMBER + nouns)
    pieces.append(re.escape(template[end:]))
    return "".join(pieces)
