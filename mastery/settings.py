"""How settings are read: numbers as numbers, `false` for none, and faults that name the setting."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from attrs import Attribute

from competencies.errors import near_miss

__all__ = ["between", "member", "names", "none_or", "number", "whole"]

Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=StrEnum)
Check = Callable[[Any, "Attribute[Any]", Any], None]


def number(given: float) -> float:
    """Return a number as a float, so that 1 and 1.0 are one setting; anything else as it is, for the validator."""
    return float(given) if isinstance(given, int) and not isinstance(given, bool) else given


def none_or(kind: type[Value]) -> Callable[[Any], Any]:
    """Return the converter of a setting that may be none, which files write as false."""

    def read(given: Any) -> Any:
        if given is None or given is False:
            return None
        return number(given) if kind is float else given

    return read


def names(given: Iterable[str]) -> tuple[str, ...]:
    """Return a list of names as a tuple; a single text is no list."""
    if isinstance(given, str):
        raise TypeError(f"a list of names was wanted, got the text {given!r}")
    return tuple(given)


def member(kinds: type[Kind], name: str, given: str) -> Kind:
    """Return the member that a text names; raises ValueError with the near miss."""
    try:
        return kinds(given)
    except ValueError:
        wanted = ", ".join(kinds)
        raise ValueError(f"{name}: one of {wanted} was wanted, got {given!r}{near_miss(str(given), kinds)}") from None


def between(low: float, high: float) -> Check:
    """Return the validator of a number in low..high."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not isfinite(value)
            or not low <= value <= high
        ):
            raise ValueError(f"{attribute.name}: a number from {low:g} to {high:g} was wanted, got {value!r}")

    return check


def whole(low: int, high: int = 1_000_000) -> Check:
    """Return the validator of a whole number in low..high."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"{attribute.name}: a whole number from {low} was wanted, got {value!r}")

    return check
