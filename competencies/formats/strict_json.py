"""JSON as its standard has it: no NaN, no infinities, no number that a float cannot hold, if asked no name twice."""

import json
import math
from typing import Any, NoReturn

__all__ = ["parsed"]


def parsed(text: str, *, refuse_doubled: bool = False) -> Any:
    """Return the values that a text of JSON says; raises ValueError for what is none.

    With `refuse_doubled` an object must not have a name twice; looking at every object takes longer than reading it.
    """
    once = _once if refuse_doubled else None
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=once)
    except RecursionError as fault:
        raise ValueError(str(fault)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"an object has {doubled!r} twice, and one of the two would be lost")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)
