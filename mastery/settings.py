"""How settings are read: numbers as numbers, `false` for none, and faults that name the setting."""

import re
from collections.abc import Callable
from enum import StrEnum
from math import floor, inf, isfinite
from typing import Any, TypeVar

from competencies.errors import near_miss

__all__ = [
    "between",
    "count_or_none",
    "is_like",
    "member",
    "number",
    "number_or_none",
    "optional",
    "score",
    "truth",
    "whole",
]

Kind = TypeVar("Kind", bound=StrEnum)
Check = Callable[[Any, Any, Any], None]


def number(given: float) -> float:
    """Return a number as a float, so that 1 and 1.0 are one setting; anything else as it is, for the validator."""
    try:
        return float(given) if isinstance(given, int) and not isinstance(given, bool) else given
    except OverflowError:
        return inf if given > 0 else -inf


def score(given: Any) -> Any:
    """Return a bar as a float in whole millionths, as scores are held, rounded down; anything else as it is."""
    found = number(given)
    if not isinstance(found, float) or not 0 <= found <= 1:
        return found
    return floor(found * 1e6 + 1e-6) / 1e6  # what is a whole number but for its last bit stays that


def number_or_none(given: Any) -> Any:
    """Return a number as a float, and none where `false` says so, as files must."""
    return None if given is None or given is False else number(given)


def count_or_none(given: Any) -> Any:
    """Return a count as it is, and none where `false` says so, as files must."""
    return None if given is False else given


def member(kinds: type[Kind], name: str, given: str) -> Kind:
    """Return the member that a text names; raises ValueError with the near miss."""
    try:
        return kinds(given)
    except ValueError:
        wanted = ", ".join(kinds)
        raise ValueError(f"{name}: one of {wanted} was wanted, got {given!r}{near_miss(str(given), kinds)}") from None


def is_like(text: str, pattern: str) -> bool:
    """Return whether a text fits a pattern, in which * stands for any text and ? for one character.

    >>> is_like("FR3.1", "FR?.*"), is_like("FR3.1", "[F]R*")
    (True, False)
    """
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text, re.DOTALL) is not None


def between(low: float, high: float) -> Check:
    """Return the validator of a number in low..high."""

    def check(_: Any, attribute: Any, value: Any) -> None:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
            or not isfinite(value)
        ):
            raise ValueError(f"{attribute.name}: a number from {low:g} to {high:g} was wanted, got {value!r}")

    return check


def optional(check: Check) -> Check:
    """Return the validator that lets None pass."""

    def check_unless_none(instance: Any, attribute: Any, value: Any) -> None:
        if value is not None:
            check(instance, attribute, value)

    return check_unless_none


def whole(low: int, high: int = 1_000_000) -> Check:
    """Return the validator of a whole number in low..high."""

    def check(_: Any, attribute: Any, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"{attribute.name}: a whole number from {low} was wanted, got {value!r}")

    return check


def truth(_: Any, attribute: Any, value: Any) -> None:
    """Be the validator of what is true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{attribute.name}: true or false was wanted, got {value!r}")
